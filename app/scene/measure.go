package scene

import "strings"

// advances of ASCII 32…126 in 1/1000 em: for each letter the wider of Arial and
// Noto Sans CJK, so that a line which fits by this table also fits on screen
// with any font of the --font stack that people have.
var ascii = [95]uint16{
	278, 323, 474, 556, 556, 921, 680, 278, 338, 338, 467, 584, 278, 347, 278, 392,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 688, 667, 611, 778, 728, 293, 535, 667, 556, 833, 723, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 338, 392, 338, 555, 559,
	606, 563, 618, 510, 620, 556, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606,
	620, 620, 388, 500, 377, 607, 521, 802, 500, 521, 500, 338, 270, 338, 584,
}

// advance is the width of r in em. Server and client must agree on it to the
// last bit, so it comes from this small table and never from a font.
func advance(r rune) float32 {
	switch {
	case r < 32:
		return 0
	case r < 127:
		return float32(ascii[r-32]) / 1000
	case r < 0x2000:
		return advanceNarrow(r)
	case r >= 0x2e80 && r < 0xa4d0, r >= 0xac00 && r < 0xd7b0, r >= 0xf900 && r < 0xfb00:
		return 1
	}
	return advanceOther(r)
}

func advanceNarrow(r rune) float32 {
	switch {
	case r < 0xa0 || r == 0xad:
		return 0
	case r == 0xa0:
		return 0.278
	case r == 0xd7 || r == 0xf7 || r == 0xb1:
		return 0.6
	case r < 0xc0:
		return 0.56
	case r < 0xdf || r >= 0x100 && r < 0x250 && r&1 == 0:
		return 0.72
	case r < 0x250:
		return 0.6
	case r >= 0x300 && r < 0x370:
		return 0 // combining marks stand on the letter before
	case r >= 0x1100 && r < 0x1200:
		return 1
	}
	return 0.66
}

func advanceOther(r rune) float32 {
	switch {
	case r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f:
		return 0
	case r == 0x2013:
		return 0.556
	case r == 0x2018 || r == 0x2019:
		return 0.36
	case r == 0x201c || r == 0x201d:
		return 0.5
	case r == 0x2022:
		return 0.4
	case r >= 0xfe00 && r <= 0xfe0f:
		return 0
	case r >= 0xff61 && r <= 0xffdc:
		return 0.5
	case r >= 0x1f3fb && r <= 0x1f3ff:
		return 0 // skin tones colour the emoji before
	case r >= 0x1f1e6 && r <= 0x1f1ff:
		return 0.65 // two of them make one flag
	case r >= 0x1f000 && r < 0x20000:
		return 1.3
	case r >= 0xe0000 && r < 0xe1000:
		return 0
	case r >= 0xa4d0 && r < 0xac00, r >= 0xfb00 && r < 0xfe00:
		return 0.66
	}
	return 1
}

// Width is the width of one line of text at a font size, in world units.
func Width(text string, size float32) float32 {
	var em float32
	joined := false
	for _, r := range text {
		if joined { // what follows a zero-width joiner melts into the emoji before it
			joined = false
			continue
		}
		joined = r == 0x200d
		em += advance(r)
	}
	return em * size
}

// boldFactor is what bold letters are wider than regular ones; full-width ones
// are not, so it errs on the wide side for them.
const boldFactor = 1.06

// Clip cuts a line to width and puts an ellipsis where it cut.
func Clip(text string, size, width float32) string {
	if Width(text, size) <= width {
		return text
	}
	width -= size // the ellipsis
	var w float32
	for i, r := range text {
		if w += advance(r) * size; w > width {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}
