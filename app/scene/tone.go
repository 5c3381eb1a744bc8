package scene

import "strconv"

// Tone is the colour of a note: paper, edge and ink that belong together in
// every theme. A department has one; the colour a department was given is taken
// as a wish and the nearest free tone stands for it, because a freely chosen
// colour cannot be readable in four themes.
type Tone uint8

const (
	Coral Tone = iota
	Amber
	Yellow
	Lime
	Green
	Teal
	Sky
	Blue
	Violet
	Plum
	Rose
	Stone
	Tones // how many there are
)

// Fill, Edge and Ink are the note's paper, its border and marks, its text.
func (t Tone) Fill() Ink { return InkCoral + Ink(t)*3 }
func (t Tone) Edge() Ink { return InkCoralEdge + Ink(t)*3 }
func (t Tone) Ink() Ink  { return InkCoralInk + Ink(t)*3 }

// Name is the tone's name in class names and tokens: "coral".
func (t Tone) Name() string { return t.Fill().Name()[len("tone-"):] }

// hues are where the tones stand on the colour circle (HSL degrees of their
// edges).
var hues = [Tones]float32{Coral: 12, Amber: 36, Yellow: 52, Lime: 77, Green: 141, Teal: 173, Sky: 191, Blue: 213, Violet: 261, Plum: 304, Rose: 346}

// assignTones gives each wished colour the nearest tone that is still free, in
// order, so that no two of the first eleven look alike.
func assignTones(wishes []string) []Tone {
	var taken [Tones]int
	out := make([]Tone, len(wishes))
	for i, wish := range wishes {
		hue, coloured := hueOf(wish)
		best, bestFar := Stone, float32(1e9)
		for t := range Stone {
			far := float32(taken[t]) * 400
			if coloured {
				d := hue - hues[t]
				if d < 0 {
					d = -d
				}
				far += min(d, 360-d)
			} else {
				far += float32(t) // no wish: the first free one
			}
			if far < bestFar {
				best, bestFar = t, far
			}
		}
		taken[best]++
		out[i] = best
	}
	return out
}

// toneNamed finds the tone a colour register names.
func toneNamed(name string) (Tone, bool) {
	for t := range Tones {
		if t.Name() == name {
			return t, true
		}
	}
	return Stone, false
}

// hueOf is the hue of "#rrggbb" in degrees; not ok for grey or anything else.
func hueOf(hex string) (hue float32, ok bool) {
	if len(hex) != 7 || hex[0] != '#' {
		return 0, false
	}
	v, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	r, g, b := float32(v>>16), float32(v>>8&255), float32(v&255)
	high, low := max(r, g, b), min(r, g, b)
	if high-low < 12 {
		return 0, false
	}
	switch d := high - low; high {
	case r:
		hue = 60 * (g - b) / d
	case g:
		hue = 120 + 60*(b-r)/d
	default:
		hue = 240 + 60*(r-g)/d
	}
	if hue < 0 {
		hue += 360
	}
	return hue, true
}
