package scene

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// ViewName names one of the other ways to look at a map.
type ViewName string

const (
	Timeline   ViewName = "timeline"   // phases as wide as they are long in days
	Flow       ViewName = "flow"       // actions in order, with loops and skips
	Storyboard ViewName = "storyboard" // a frame an action
	Roles      ViewName = "roles"      // department × phase, and who hands over to whom
	Measures   ViewName = "measures"   // who does what by when
	KPIs       ViewName = "kpis"       // figures with baseline, target and series
	Matrix     ViewName = "matrix"     // measures by impact and feasibility
)

// Views are all of them, in the order in which they are offered.
var Views = [...]ViewName{Timeline, Flow, Storyboard, Roles, Measures, KPIs, Matrix}

// Drawn is a view, ready for any painter.
type Drawn struct {
	Title  string
	Bounds Rect
	Marks  []Mark
	Boxes  []ViewBox // what can be taken hold of, the last in front

	rows [6]float32 // of the matrix: where its rows begin
}

// ViewBox is a thing in a view and where it is.
type ViewBox struct {
	Target Target
	Rect   Rect
}

// Hit is what stands under a point of the view.
func (d *Drawn) Hit(x, y float32) Target {
	for i := len(d.Boxes) - 1; i >= 0; i-- {
		if d.Boxes[i].Rect.Contains(x, y) {
			return d.Boxes[i].Target
		}
	}
	return Target{}
}

// View draws a map in another way.
func View(m *journey.Map, name ViewName, o Options) Drawn {
	return Layout(m, o).View(name, o.Width)
}

// View draws the map of a scene in another way, which spares laying it out. The
// scene stays as it is.
func (s *Scene) View(name ViewName, width float32) Drawn {
	own := *s
	own.Options.Width = width
	own.Curves = slices.Clone(s.Curves) // the timeline stretches them
	for i := range own.Curves {
		own.Curves[i].Points = slices.Clone(own.Curves[i].Points)
	}
	v := &view{Scene: &own}
	v.title(name)
	switch name {
	case Timeline:
		v.timeline()
	case Flow:
		v.flow()
	case Storyboard:
		v.storyboard()
	case Roles:
		v.roles()
	case Measures:
		v.measures()
	case KPIs:
		v.kpis()
	case Matrix:
		v.matrix()
	}
	v.d.Marks = v.marks
	v.d.Bounds = Rect{0, 0, max(v.w, 600), v.h}.Grow(margin)
	return v.d
}

// view is a view being drawn. The scene lends it names, tones and words.
type view struct {
	*Scene
	marks
	d    Drawn
	w, h float32 // what is used so far
}

const viewTop = 78 // under the title

// ViewZoomMin is how small a view is shown at first at the least: a card of one
// line is then still 24 pixels high.
const ViewZoomMin = 0.8

func (v *view) title(name ViewName) {
	v.d.Title = v.Title
	v.words(0, 16, 12, InkTextFaint, AtStart, true, v.word("scene.view."+string(name)))
	v.words(0, 44, 22, InkText, AtStart, true, v.Title)
	v.w, v.h = Width(v.Title, 22)*boldFactor, viewTop
}

// columnsOf is how many columns of a width fit where the view is shown.
func (v *view) columnsOf(width float32, most int) int {
	if v.Options.Width <= 0 {
		return most
	}
	return min(most, max(1, int((v.Options.Width-2*margin)/width)))
}

// use widens the view to hold r.
func (v *view) use(r Rect) {
	v.w, v.h = max(v.w, r.Right()), max(v.h, r.Bottom())
}

// begin opens a group that can be taken hold of at r.
func (v *view) begin(kind TargetKind, id crdt.ID, r Rect, reads string) {
	t := Target{Kind: kind, ID: id}
	v.add(Mark{Shape: Begin, Target: t, Text: reads})
	v.d.Boxes = append(v.d.Boxes, ViewBox{t, r})
	v.use(r)
}

// nothing says that there is nothing to show.
func (v *view) nothing() {
	v.words(0, v.h+14, 14, InkTextSoft, AtStart, false, v.word("scene.empty"))
	v.h += 30
}

// card is a note as a small card of a given width; it returns how high it is.
// With measure it only measures.
func (v *view) card(n *journey.Note, x, y, w float32, lines int, measure bool) float32 {
	const size = 12
	text := v.few(n.Text, size, w-22, lines)
	h := float32(max(len(text), 1))*size*lineHeight + 14
	if measure {
		return h
	}
	tone := v.tones.Of(n)
	r := Rect{x, y, w, h}
	v.begin(OnNote, n.ID, r, v.Describe(Target{Kind: OnNote, ID: n.ID}))
	dash := Solid
	if n.Evidence.Level == journey.Guess {
		dash = Dashed
	}
	v.frame(r, 4, tone.Fill(), tone.Edge(), 0.8, dash)
	v.path(edgeBar(r), tone.Edge(), InkNone, 0)
	v.block(text, Rect{x + 12, y, w - 22, h}, func(i int) float32 { return y + 18 + float32(i)*size*lineHeight }, size, tone.Ink())
	v.end()
	return h
}

// actions are the notes of the first action lane in a phase, as they are read.
func (v *view) actions(phase crdt.ID) []*journey.Note {
	if l := v.m.LaneOf(journey.Action); l != nil {
		return v.m.NotesIn(journey.Cell{Phase: phase, Lane: l.ID})
	}
	return nil
}

// chevron is a phase's head; more is what is to be read of it besides its name.
func (v *view) chevron(p *PhaseBox, r Rect, first bool, more string) {
	fill, ink := p.Ink, InkOnPhase
	if fill == InkNone {
		fill, ink = InkCardSoft, InkText
	}
	const tip = 12
	d := pen(nil).to('M', r.X, r.Y).to('L', r.Right()-3, r.Y).to('L', r.Right()-3+tip, r.Y+r.H/2).to('L', r.Right()-3, r.Bottom()).to('L', r.X, r.Bottom())
	x := r.X + 12
	if !first {
		d = d.to('L', r.X+tip, r.Y+r.H/2)
		x += tip
	}
	v.begin(OnPhase, p.ID, r, join(v.comma(), p.name, p.info, more))
	v.path(string(d.close()), fill, InkNone, 0)
	room := r.Right() - x - 6
	if p.info == "" || r.H < 40 {
		v.words(x, r.Y+r.H/2+5, 14, ink, AtStart, true, Clip(p.name, 14, room/boldFactor))
	} else {
		v.words(x, r.Y+r.H/2-3, 14, ink, AtStart, true, Clip(p.name, 14, room/boldFactor))
		v.words(x, r.Y+r.H/2+14, 11, ink, AtStart, false, Clip(p.info, 11, room))
	}
	v.end()
	v.use(Rect{r.X, r.Y, r.W + tip, r.H})
}
