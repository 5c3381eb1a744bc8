package scene

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
)

// gatherDrawings makes the boxes of strokes, shapes, texts and images, in draw
// order.
func (s *Scene) gatherDrawings() {
	all := slices.Clone(s.m.Drawings())
	slices.SortStableFunc(all, func(a, b *journey.Drawing) int {
		if c := bytes.Compare(a.Z, b.Z); c != 0 {
			return c
		}
		return a.ID.Compare(b.ID)
	})
	s.Drawings = make([]DrawingBox, 0, len(all))
	for _, d := range all {
		b := DrawingBox{ID: d.ID, Kind: d.Kind, Turn: float32(d.Turn), Shape: d.Shape, Style: d.Style, Image: d.Image, Alt: d.Alt, Locked: d.Locked, Tone: Stone, place: d.Place, points: d.Points}
		if t, ok := toneNamed(d.Color); ok {
			b.Tone = t
		}
		b.Rect.W, b.Rect.H = d.W, d.H
		switch d.Kind {
		case journey.KindText:
			b.Size = 16
			if b.Rect.W <= 0 {
				b.Rect.W = 280
			}
			b.Lines = s.wrap.Lines(nil, d.Text, b.Size, b.Rect.W)
			b.Rect.H = max(b.Rect.H, float32(len(b.Lines))*b.Size*1.4)
		case journey.KindShape:
			if b.Rect.W <= 0 {
				b.Rect.W, b.Rect.H = 160, 100
			}
			b.Size = 14
			b.Lines = s.wrap.Lines(nil, d.Text, b.Size, b.Rect.W-20)
		case journey.KindImage:
			if b.Rect.W <= 0 || b.Rect.H <= 0 {
				b.Rect.W, b.Rect.H = 240, 160
			}
		}
		s.Drawings = append(s.Drawings, b)
	}
}

// imageNameLen is how long the name of an image is: hexadecimal digits of its content's hash.
const imageNameLen = 40

// imageAt is where an image is to be had, empty when nowhere. Nobody can make a
// map name a picture that is elsewhere.
func (s *Scene) imageAt(id string) string {
	if s.Options.Images == nil || len(id) != imageNameLen || strings.Trim(id, "0123456789abcdef") != "" {
		return ""
	}
	return s.Options.Images(id)
}

// placeDrawings moves the drawings to where their cells stand now.
func (s *Scene) placeDrawings() {
	for i := range s.Drawings {
		b := &s.Drawings[i]
		b.Rect.X, b.Rect.Y = s.at(b.place)
		if b.Kind == journey.KindStroke {
			b.D, b.Rect = strokePath(b.points, b.Rect.X, b.Rect.Y)
			continue
		}
		if b.Kind == journey.KindShape {
			b.D = shapePath(b.Shape, b.Rect)
		}
	}
}

// strokePath draws a pen's stroke through the midpoints of what the pen touched,
// which is smooth at any zoom. Points are journey's: pairs from the stroke's place.
func strokePath(points []byte, x, y float32) (string, Rect) {
	list := PointsOf(points)
	if len(list) < 2 {
		return "", Rect{X: x, Y: y}
	}
	x0, y0, x1, y1 := list[0], list[1], list[0], list[1]
	p := pen(nil).to('M', x+list[0], y+list[1])
	for i := 0; i+1 < len(list); i += 2 {
		px, py := list[i], list[i+1]
		x0, y0, x1, y1 = min(x0, px), min(y0, py), max(x1, px), max(y1, py)
		if i+3 < len(list) && i > 0 {
			p = p.to('Q', x+px, y+py, x+(px+list[i+2])/2, y+(py+list[i+3])/2)
		} else if i > 0 || len(list) == 2 {
			p = p.to('L', x+px, y+py)
		}
	}
	return string(p), Rect{x + x0, y + y0, max(x1-x0, 1), max(y1-y0, 1)}
}

// PointsOf reads the points of a stroke: x, y, x, y …, each a little-endian
// float32, from the stroke's place. PointsBytes writes them.
func PointsOf(b []byte) []float32 {
	out := make([]float32, 0, len(b)/4)
	for ; len(b) >= 8; b = b[8:] {
		x, y := math.Float32frombits(binary.LittleEndian.Uint32(b)), math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
		if x != x || y != y || x > 1e6 || x < -1e6 || y > 1e6 || y < -1e6 {
			continue // what somebody sent by hand
		}
		out = append(out, x, y)
	}
	return out
}

// PointsBytes is the register value of a stroke's points.
func PointsBytes(points []float32) []byte {
	b := make([]byte, 0, len(points)*4)
	for _, v := range points {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// shapePath is the outline of a shape; one that this version does not know is a
// rectangle.
func shapePath(shape string, r Rect) string {
	cx, cy := r.X+r.W/2, r.Y+r.H/2
	switch shape {
	case "ellipse":
		return string(pen(nil).to('M', r.X, cy).to('A', r.W/2, r.H/2, 0, 1, 1, r.Right(), cy).to('A', r.W/2, r.H/2, 0, 1, 1, r.X, cy).close())
	case "diamond":
		return string(pen(nil).to('M', cx, r.Y).to('L', r.Right(), cy).to('L', cx, r.Bottom()).to('L', r.X, cy).close())
	case "triangle":
		return string(pen(nil).to('M', cx, r.Y).to('L', r.Right(), r.Bottom()).to('L', r.X, r.Bottom()).close())
	case "line":
		return string(pen(nil).to('M', r.X, r.Y).to('L', r.Right(), r.Bottom()))
	case "arrow":
		b := Bend{From: Point{r.X, r.Y}, C1: Point{r.X, r.Y}, C2: Point{r.X, r.Y}, To: Point{r.Right(), r.Bottom()}}
		return string(pen(nil).to('M', r.X, r.Y).to('L', r.Right(), r.Bottom())) + b.Arrow(12)
	}
	return string(pen(nil).to('M', r.X, r.Y).to('H', r.Right()).to('V', r.Bottom()).to('H', r.X).close())
}
