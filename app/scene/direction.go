package scene

import "unicode"

// RightToLeft reports whether a text is read from right to left: whether the first
// letter in it that has a direction is of a script written so (UAX #9, P2 and P3,
// without isolates). Each line of a broken text runs as the whole text does.
func RightToLeft(lines ...string) bool {
	for _, line := range lines {
		for _, r := range line {
			switch {
			case r >= 0x590 && r < 0x900, r >= 0xfb1d && r < 0xfe00, r >= 0xfe70 && r < 0xff00, r >= 0x10800 && r < 0x11000, r >= 0x1e800 && r < 0x1f000:
				if r < 0x660 || r > 0x669 { // Arabic digits have none
					return true
				}
			case r < 0x80 && (r|0x20 < 'a' || r|0x20 > 'z'):
			case unicode.IsLetter(r):
				return false
			}
		}
	}
	return false
}

// block draws the lines of one text from the top left of r, or from its top right.
func (m *marks) block(lines []string, r Rect, baseline func(int) float32, size float32, ink Ink) {
	back, x, anchor := RightToLeft(lines...), r.X, AtStart
	if back {
		x, anchor = r.Right(), AtEnd
	}
	for i, line := range lines {
		if line != "" {
			m.add(Mark{Shape: Words, Rect: Rect{X: x, Y: baseline(i)}, Size: size, Fill: ink, Anchor: anchor, RTL: back, Text: line})
		}
	}
}
