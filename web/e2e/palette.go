package e2e

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
)

// shade is a colour of a picture and how many of its dots have it.
type shade struct {
	at    [3]uint8
	count int
}

// commonShades is how many colours of a picture are kept as they are; what lies
// between them, mostly the edges of letters, shares the rest of the 256.
const commonShades = 96

// slim makes a picture for the documents a third of its size: 256 colours.
func slim(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	dots := image.NewRGBA(from.Bounds())
	draw.Draw(dots, dots.Rect, from, dots.Rect.Min, draw.Src)
	counts := make(map[[3]uint8]int)
	for i := 0; i < len(dots.Pix); i += 4 {
		counts[[3]uint8(dots.Pix[i:])]++
	}
	var all []shade
	for at, n := range counts {
		all = append(all, shade{at, n})
	}
	slices.SortFunc(all, func(a, b shade) int {
		return cmp.Or(cmp.Compare(b.count, a.count), slices.Compare(a.at[:], b.at[:]))
	})
	few := all[:min(commonShades, len(all))]
	few = append(slices.Clip(few), mixed(all[len(few):], 256-len(few))...)

	to := image.NewPaletted(dots.Rect, nil)
	for _, s := range few {
		to.Palette = append(to.Palette, color.RGBA{s.at[0], s.at[1], s.at[2], 255})
	}
	nearest := make(map[[3]uint8]uint8, len(all))
	for _, s := range all {
		nearest[s.at] = uint8(to.Palette.Index(color.RGBA{s.at[0], s.at[1], s.at[2], 255}))
	}
	for i := range to.Pix {
		to.Pix[i] = nearest[[3]uint8(dots.Pix[4*i:])]
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to)
	return b.Bytes(), err
}

// mixed divides colours into at most n boxes by median cut and gives the mean of each.
func mixed(all []shade, n int) []shade {
	if len(all) <= n {
		return all
	}
	boxes := [][]shade{all}
	for len(boxes) < n {
		// The box that has the most dots times its widest side is cut.
		which, axis, most := 0, 0, -1
		for i, box := range boxes {
			a, wide := widest(box)
			dots := 0
			for _, s := range box {
				dots += s.count
			}
			if wide*dots > most {
				which, axis, most = i, a, wide*dots
			}
		}
		box := boxes[which]
		slices.SortFunc(box, func(a, b shade) int { return cmp.Compare(a.at[axis], b.at[axis]) })
		half := len(box) / 2
		boxes[which] = box[:half]
		boxes = append(boxes, box[half:])
	}
	var means []shade
	for _, box := range boxes {
		var sum [3]int
		dots := 0
		for _, s := range box {
			dots += s.count
			for i := range sum {
				sum[i] += s.count * int(s.at[i])
			}
		}
		means = append(means, shade{[3]uint8{uint8(sum[0] / dots), uint8(sum[1] / dots), uint8(sum[2] / dots)}, dots})
	}
	return means
}

// widest is the channel in which a box reaches furthest, and how far; a box of
// one colour cannot be cut.
func widest(box []shade) (axis, wide int) {
	for i := range 3 {
		low, high := box[0].at[i], box[0].at[i]
		for _, s := range box {
			low, high = min(low, s.at[i]), max(high, s.at[i])
		}
		if int(high-low) > wide {
			axis, wide = i, int(high-low)
		}
	}
	return axis, wide
}
