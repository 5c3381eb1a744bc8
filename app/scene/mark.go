package scene

import (
	"strconv"

	"github.com/tabi-map/tabi/crdt"
)

// Shape is what a mark draws.
type Shape uint8

const (
	Box   Shape = iota // Rect with corners of Radius
	Disc               // the ellipse in Rect
	Path               // D, in the syntax of SVG paths
	Words              // Text: begins, is centred or ends at Rect.X (Anchor), baseline at Rect.Y
	Image              // the picture Text names, in Rect
	Begin              // opens a group: what follows up to End belongs to Target and reads as Text
	End
)

// Anchor is the side of a text that stands at its x.
type Anchor uint8

const (
	AtStart Anchor = iota
	AtMiddle
	AtEnd
)

// Dash is how a line is broken; meaning never hangs on colour alone.
type Dash uint8

const (
	Solid Dash = iota
	Dashed
	Dotted
	LongDash
)

// Mark is one thing to draw. Which fields count depends on Shape.
type Mark struct {
	Shape  Shape
	Anchor Anchor
	Dash   Dash
	Fill   Ink
	Stroke Ink
	Bold   bool
	RTL    bool // the text runs from right to left; Anchor says where it stands all the same
	Halo   Ink  // a rim around text that crosses lines
	Rect   Rect
	Radius float32
	Weight float32 // of the stroke
	Fade   float32 // 0 opaque … 1 not there
	Size   float32 // of text
	D      string
	Text   string
	Target Target  // Begin only
	Turn   float32 // Begin only: degrees by which the group is turned about the middle of Rect
}

// TargetKind says what a point of the map, or a group of marks, belongs to.
type TargetKind uint8

const (
	OnNothing TargetKind = iota
	OnNote
	OnCorner       // the lower right corner of a note, by which it is resized
	OnPoint        // a point of an emotion curve
	OnBoundary     // the card between two phases
	OnPhase        // a phase's head
	OnLane         // a lane's label
	OnPhaseDivider // the right edge of a phase, by which it is resized
	OnLaneDivider  // the lower edge of a lane
	OnLink
	OnDrawing // stroke, shape, text or image
	OnCell    // nothing but the cell
	OnHead    // title, theme, personas, legend
	OnLegend
	OnCurve // a persona's emotions as a whole; groups marks, is never hit
)

// Target is what is under a point. ID is the object; for a cell Phase and Lane
// say which.
type Target struct {
	Kind        TargetKind
	ID          crdt.ID
	Phase, Lane crdt.ID
}

// marks collects a display list.
type marks []Mark

func (m *marks) add(k Mark) { *m = append(*m, k) }

func (m *marks) begin(kind TargetKind, id crdt.ID, reads string) {
	m.add(Mark{Shape: Begin, Target: Target{Kind: kind, ID: id}, Text: reads})
}

func (m *marks) end() { m.add(Mark{Shape: End}) }

func (m *marks) box(r Rect, radius float32, fill Ink) {
	m.add(Mark{Shape: Box, Rect: r, Radius: radius, Fill: fill})
}

func (m *marks) frame(r Rect, radius float32, fill, stroke Ink, weight float32, dash Dash) {
	m.add(Mark{Shape: Box, Rect: r, Radius: radius, Fill: fill, Stroke: stroke, Weight: weight, Dash: dash})
}

func (m *marks) disc(c Point, radius float32, fill, stroke Ink, weight float32) {
	m.add(Mark{Shape: Disc, Rect: Rect{c.X - radius, c.Y - radius, 2 * radius, 2 * radius}, Fill: fill, Stroke: stroke, Weight: weight})
}

func (m *marks) line(x0, y0, x1, y1 float32, stroke Ink, weight float32, dash Dash) {
	m.add(Mark{Shape: Path, D: string(pen(nil).to('M', x0, y0).to('L', x1, y1)), Stroke: stroke, Weight: weight, Dash: dash})
}

func (m *marks) path(d string, fill, stroke Ink, weight float32) {
	m.add(Mark{Shape: Path, D: d, Fill: fill, Stroke: stroke, Weight: weight})
}

// words draws one line; y is the baseline.
func (m *marks) words(x, y, size float32, ink Ink, anchor Anchor, bold bool, text string) {
	if text != "" {
		m.add(Mark{Shape: Words, Rect: Rect{X: x, Y: y}, Size: size, Fill: ink, Anchor: anchor, Bold: bold, RTL: RightToLeft(text), Text: text})
	}
}

// pen writes path data.
type pen []byte

// to appends a command and its numbers, which are points unless the command
// says otherwise.
func (p pen) to(command byte, v ...float32) pen {
	p = append(p, command)
	for i, x := range v {
		if i > 0 {
			p = append(p, ' ')
		}
		p = AppendNumber(p, x)
	}
	return p
}

func (p pen) close() pen { return append(p, 'Z') }

// AppendNumber writes a coordinate with at most two digits after the point,
// which is finer than any screen at any zoom we offer.
func AppendNumber(b []byte, v float32) []byte {
	n := int64(v*100 + 0.5)
	if v < 0 {
		n = -int64(-v*100 + 0.5)
	}
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/100, 10)
	if f := n % 100; f != 0 {
		b = append(b, '.', byte('0'+f/10))
		if f%10 != 0 {
			b = append(b, byte('0'+f%10))
		}
	}
	return b
}
