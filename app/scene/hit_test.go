package scene

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// One map on which everything can be pointed at.
func pointable(t testing.TB) (*workshop, *Scene, map[string]crdt.ID) {
	w := newWorkshop(t, 2, journey.Action, journey.EmotionCurve, journey.Pain)
	ids := map[string]crdt.ID{}
	ids["a"] = w.add(w.phases[0], w.lanes[0], 16, 16, journey.NoteFields{Text: "a"})
	ids["b"] = w.add(w.phases[1], w.lanes[2], 16, 16, journey.NoteFields{Text: "b"})
	ids["free"] = w.add(crdt.ID{}, crdt.ID{}, 2000, 50, journey.NoteFields{Text: "free"})
	w.edit(func(e *crdt.Edit) {
		ids["link"] = w.m.LinkNotes(e, ids["a"], ids["b"], journey.Leads)
		ids["feeling"] = w.m.SetEmotion(e, w.people[0], ids["a"], 2)
		w.m.WriteBoundary(e, w.phases[1], journey.BoundaryConcern, "why?")
		ids["shape"] = w.m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, Place: journey.Place{X: 2000, Y: 300}, W: 50, H: 50})
	})
	return w, Layout(w.m, Options{Lang: "en"}), ids
}

// Whatever is drawn somewhere is found there.
func TestHit(t *testing.T) {
	w, s, ids := pointable(t)
	note := s.Note(ids["a"]).Rect
	link := s.Links[0].Bend.At(0.5)
	point := s.Curves[0].Points[0].At
	for _, c := range []struct {
		name string
		x, y float32
		want Target
	}{
		{"a note", note.X + 50, note.Y + 50, Target{OnNote, ids["a"], w.phases[0], w.lanes[0]}},
		{"its corner", note.Right() - 3, note.Bottom() - 3, Target{OnCorner, ids["a"], w.phases[0], w.lanes[0]}},
		{"a free note", 2050, 80, Target{Kind: OnNote, ID: ids["free"]}},
		{"a link", link.X + 2, link.Y + 1, Target{Kind: OnLink, ID: ids["link"]}},
		{"an emotion point", point.X + 4, point.Y - 4, Target{OnPoint, ids["feeling"], w.phases[0], w.lanes[1]}},
		{"a boundary", s.Boundaries[0].Rect.X + 8, s.Boundaries[0].Rect.Y + 8, Target{Kind: OnBoundary, ID: w.phases[1], Phase: w.phases[1]}},
		{"a phase", s.Phases[0].Head.X + 40, s.Phases[0].Head.Y + 10, Target{Kind: OnPhase, ID: w.phases[0], Phase: w.phases[0]}},
		{"a phase's edge", s.Phases[0].Head.Right(), s.Phases[0].Head.Y + 10, Target{Kind: OnPhaseDivider, ID: w.phases[0], Phase: w.phases[0]}},
		{"a lane", -80, s.Lanes[2].Row.Y + 40, Target{Kind: OnLane, ID: w.lanes[2], Lane: w.lanes[2]}},
		{"a lane's edge", -80, s.Lanes[0].Row.Bottom(), Target{Kind: OnLaneDivider, ID: w.lanes[0], Lane: w.lanes[0]}},
		{"an empty cell", s.Phases[1].Column.Right() - 12, 100, Target{Kind: OnCell, Phase: w.phases[1], Lane: w.lanes[0]}},
		{"a shape", 2020, 320, Target{Kind: OnDrawing, ID: ids["shape"]}},
		{"the head", s.Head.Rect.X + 5, s.Head.Rect.Y + 5, Target{Kind: OnHead}},
		{"nothing", -5000, 0, Target{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := s.Hit(c.x, c.y, 3); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// A note dropped anywhere stands where it was dropped, and all of it is in the
// cell that its middle was over.
func TestPlaceFor(t *testing.T) {
	w, s, ids := pointable(t)
	rnd := rand.New(rand.NewPCG(5, 5))
	inCells := 0
	for range 300 {
		r := Rect{rnd.Float32()*1000 - 100, rnd.Float32()*600 - 100, 160, 100}
		place := s.PlaceFor(r)
		c := r.Center()
		if phase, lane, ok := s.CellAt(c.X, c.Y); ok != !place.Free() || ok && (place.Phase != phase || place.Lane != lane) {
			t.Fatalf("%v was dropped in %v", r, place)
		}
		cell := s.Cell(place.Phase, place.Lane)
		s.Update(w.m, w.edit(func(e *crdt.Edit) { w.m.MoveNote(e, ids["a"], place) }))
		now := s.Note(ids["a"]).Rect
		if place.Free() {
			if near(now.X, r.X) && near(now.Y, r.Y) {
				continue
			}
			t.Fatalf("free at %v, dropped at %v", now, r)
		}
		inCells++
		if grown := s.Cell(place.Phase, place.Lane); grown.X == cell.X && grown.Y == cell.Y {
			if !near(now.X, max(r.X, cell.X+cellInset)) || !near(now.Y, max(r.Y, cell.Y+cellInset)) {
				t.Fatalf("stands at %v, dropped at %v in %v", now, r, cell)
			}
		}
	}
	if inCells < 50 {
		t.Fatalf("only %d drops into cells", inCells)
	}
}

func near(a, b float32) bool { return math.Abs(float64(a-b)) < 0.01 }

// PlaceAt and the board's point are each other's inverse.
func TestPlaceAtIsWhereItStands(t *testing.T) {
	_, s, _ := pointable(t)
	for _, p := range []Point{{10, 10}, {400, 300}, {-600, 20}, {700, 180}} {
		if x, y := s.at(s.PlaceAt(p.X, p.Y)); !near(x, p.X) || !near(y, p.Y) {
			t.Errorf("%v became %v, %v", p, x, y)
		}
	}
}

// New notes fill a cell in rows, beside what is there.
func TestNextPlace(t *testing.T) {
	w, s, _ := pointable(t)
	for range 5 {
		p := s.NextPlace(w.phases[0], w.lanes[0])
		cell := s.Cell(w.phases[0], w.lanes[0])
		r := Rect{cell.X + p.X, cell.Y + p.Y, journey.NoteWidth, journey.NoteHeight}
		s.Visible(r, func(n *NoteBox) { t.Fatalf("%v lies on %q", r, n.Text) })
		if r.Right() > cell.Right() {
			t.Fatalf("%v is not in %v", r, cell)
		}
		s.Update(w.m, w.edit(func(e *crdt.Edit) { w.m.AddNote(e, p, journey.NoteFields{Text: "next"}) }))
	}
}

// A note dragged near a neighbour's line is drawn to it, and a guide shows why.
func TestSnap(t *testing.T) {
	_, s, ids := pointable(t)
	a := s.Note(ids["a"]).Rect
	far := Rect{-1e4, -1e4, 2e4, 2e4}
	none := func(crdt.ID) bool { return false }
	for _, c := range []struct {
		name   string
		at     Rect
		dx, dy float32
		guides int
	}{
		{"left edges in line", Rect{a.X + 3, a.Y + 300, 160, 100}, -3, 0, 1},
		{"a gap beside it", Rect{a.Right() + 16 - 4, a.Y + 2, 160, 100}, 4, -2, 2},
		{"too far", Rect{a.X + 400, a.Y + 1000, 30, 30}, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dx, dy, guides := s.Snap(c.at, far, 6, none, nil)
			if !near(dx, c.dx) || !near(dy, c.dy) || len(guides) != c.guides {
				t.Errorf("moved by %g, %g with %d guides; want %g, %g, %d", dx, dy, len(guides), c.dx, c.dy, c.guides)
			}
		})
	}
	dx, _, _ := s.Snap(a.Move(3, 500), far, 2, func(id crdt.ID) bool { return id == ids["a"] }, nil)
	if dx == -3 {
		t.Error("a note is drawn to itself")
	}
}

// Visible finds exactly the notes in sight, in draw order, and allocates nothing.
func TestVisible(t *testing.T) {
	w := newWorkshop(t, 4, journey.Action, journey.Pain)
	w.fill(400, rand.New(rand.NewPCG(1, 2)))
	s := Layout(w.m, Options{Lang: "en"})
	view := Rect{300, 200, 900, 500}
	want := 0
	for i := range s.Notes {
		if s.Notes[i].Rect.Meets(view) {
			want++
		}
	}
	got := 0
	allocs := testing.AllocsPerRun(10, func() {
		got = 0
		s.Visible(view, func(*NoteBox) { got++ })
	})
	if got != want || want < 10 || allocs != 0 {
		t.Errorf("%d notes with %g allocations, want %d with none", got, allocs, want)
	}
}

// From a note the arrow keys lead to the neighbour on that side.
func TestNearest(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action)
	left := w.add(w.phases[0], w.lanes[0], 16, 16, journey.NoteFields{})
	right := w.add(w.phases[0], w.lanes[0], 192, 20, journey.NoteFields{})
	below := w.add(w.phases[0], w.lanes[0], 20, 132, journey.NoteFields{})
	s := Layout(w.m, Options{})
	if n := s.Nearest(left, 1, 0); n == nil || n.ID != right {
		t.Error("right is not the right one")
	}
	if n := s.Nearest(left, 0, 1); n == nil || n.ID != below {
		t.Error("down is not the one below")
	}
	if n := s.Nearest(left, -1, 0); n != nil {
		t.Error("there is something left of the first")
	}
}

// The first look shows all of a map's width when that can be read, and its upper
// left corner when not.
func TestFitCamera(t *testing.T) {
	b := Rect{-180, -300, 2000, 1800}
	for _, c := range []struct {
		w    float32
		want Camera
	}{
		{1600, Camera{144, 240, 0.8}},
		{390, Camera{108, 180, 0.6}},
		{2400, Camera{200 + 180, 300, 1}},
	} {
		if got := FitCamera(b, c.w, 900); !near(got.X, c.want.X) || !near(got.Y, c.want.Y) || !near(got.Z, c.want.Z) {
			t.Errorf("in %g pixels: %v, want %v", c.w, got, c.want)
		}
	}
}

// Notes that are moved as one stay as they stand to one another; those that
// cannot near by are each put where they can.
func TestPlacesFor_keeps_how_notes_stand_to_one_another(t *testing.T) {
	_, s, _ := pointable(t)
	cell := s.Cell(s.Phases[1].ID, s.Lanes[0].ID)
	boxes := []Rect{{cell.X - 30, cell.Y + 10, 160, 100}, {cell.X + 40, cell.Y - 20, 160, 100}}
	places, by := s.PlacesFor(boxes)
	if by.X != 34 || by.Y != 24 {
		t.Errorf("they are kept back by %v", by)
	}
	for i, p := range places {
		if x, y := s.at(p); x != boxes[i].X+by.X || y != boxes[i].Y+by.Y {
			t.Errorf("%d is at %v, %v", i, x, y)
		}
	}
}

// A name that is too long for its head has two lines there, and all of it where it is read.
func TestPhases_have_long_names_in_two_lines(t *testing.T) {
	w, _, _ := pointable(t)
	w.edit(func(e *crdt.Edit) {
		w.m.SetName(e, w.phases[0], journey.Name{Text: "Awareness, interest and first ideas", EN: "Awareness, interest and first ideas", JA: "認知・興味を持つまで"})
	})
	s := Layout(w.m, Options{Lang: "en", Both: true})
	p := s.Phase(w.phases[0])
	if whole := p.Name + p.More; whole != "Awareness, interest and first ideas / 認知・興味を持つまで" || p.More == "" {
		t.Errorf("its lines are %q and %q", p.Name, p.More)
	}
	if s.Named(w.phases[0]) != "Awareness, interest and first ideas / 認知・興味を持つまで" {
		t.Errorf("it is called %q", s.Named(w.phases[0]))
	}
}
