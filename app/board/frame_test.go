//go:build !js

package board

import (
	"slices"
	"strconv"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
)

// alone is a session of one person: edits go to a replica and come back as
// changes at once.
type alone struct {
	*replica.Replica
	m       *journey.Map
	b       *Board
	present session.PresenceState
	edits   int
	unsent  map[crdt.ID]bool
}

func (a *alone) Edit(group string, write func(*crdt.Edit)) crdt.Change {
	a.edits++
	return a.told(a.Replica.Edit(group, write))
}
func (a *alone) Undo() bool                       { c, ok := a.Replica.Undo(); a.told(c); return ok }
func (a *alone) Redo() bool                       { c, ok := a.Replica.Redo(); a.told(c); return ok }
func (a *alone) Unacknowledged() map[crdt.ID]bool { return a.unsent }
func (a *alone) Present(p session.PresenceState)  { a.present = p }
func (a *alone) told(c crdt.Change) crdt.Change {
	t := a.m.Apply(c)
	if a.b != nil {
		a.b.Changed(c, t)
	}
	return c
}

// newBoard is a board of phases × lanes with so many notes, 1280×720 pixels.
func newBoard(t testing.TB, phases, lanes, notes int) (*Board, *alone) {
	t.Helper()
	doc := crdt.New()
	a := &alone{Replica: replica.New(doc, 1), m: journey.Open(doc)}
	a.Edit("", func(e *crdt.Edit) {
		for i := range 3 {
			a.m.AddDepartment(e, journey.Name{Text: "Department " + strconv.Itoa(i)}, []string{"#E4572E", "#2E86AB", "#3C9D4E"}[i])
		}
		after := crdt.ID{}
		for i := range phases {
			after = a.m.AddPhase(e, after, "Phase "+strconv.Itoa(i))
		}
		after = crdt.ID{}
		for i := range lanes {
			after = a.m.AddLane(e, after, journey.LaneKinds[i%3], "Lane "+strconv.Itoa(i))
		}
	})
	per := 0
	if phases*lanes > 0 {
		per = (notes + phases*lanes - 1) / (phases * lanes)
	}
	a.Edit("", func(e *crdt.Edit) {
		n := 0
		for _, p := range a.m.Phases() {
			for _, l := range a.m.Lanes() {
				for _, at := range a.m.Slots(journey.Cell{Phase: p.ID, Lane: l.ID}, per) {
					if n++; n <= notes {
						a.m.AddNote(e, at, journey.NoteFields{Text: "Note " + strconv.Itoa(n) + " says what a customer does", Department: a.m.Departments()[n%3].ID})
					}
				}
			}
		}
	})
	a.b = New(a, a.m, Options{Lang: i18n.English, Name: "Mai"})
	a.b.mounted, a.b.width, a.b.height = true, 1280, 720
	a.b.firstLook()
	return a.b, a
}

// settled draws frames until one has nothing more to say: elements come a few a frame.
func settled(t testing.TB, b *Board) {
	t.Helper()
	for range 200 {
		b.frame()
		if len(b.out.f) == 0 {
			return
		}
	}
	t.Fatal("200 frames, and there is still something to draw")
}

// A frame in which nothing changed tells the browser nothing; panning tells it
// one transform a stage, and what came into sight.
func TestFrame_does_no_work_for_what_did_not_change(t *testing.T) {
	b, _ := newBoard(t, 4, 3, 60)
	settled(t, b)
	b.look(b.cam.Pan(-3, 0))
	settled(t, b)
	b.look(b.cam.Pan(3, 0))
	b.frame()
	if n := len(b.out.f); n == 0 || n > 15 {
		t.Errorf("a step of panning back sent %d numbers", n)
	}
}

// A stamp changes nothing else of a note, so nothing else would have it drawn anew.
func TestFrame_shows_a_stamp_that_comes_and_goes(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	b.frame()
	note := b.scene.Notes[0].ID
	var stamp crdt.ID
	for _, step := range []struct {
		do   func(*crdt.Edit)
		want string
	}{
		{func(e *crdt.Edit) { stamp = a.m.AddStamp(e, journey.Stamp{Note: note, Face: "👍", Author: "Bea"}) }, "👍"},
		{func(e *crdt.Edit) { a.m.DeleteStamp(e, stamp) }, ""},
	} {
		a.Edit("", step.do)
		b.frame()
		if got := b.slots.get(owner{part: ofNote, id: note}, tmplNote, layerNotes).texts[6]; got != step.want {
			t.Errorf("the note shows %q, not %q", got, step.want)
		}
	}
}

func TestFrame_goes_far_and_comes_back(t *testing.T) {
	b, _ := newBoard(t, 20, 10, 2000)
	b.frame()
	if b.far {
		t.Fatal("far at the first look")
	}
	b.cam = Fit(rectOf(b.scene.Bounds()), b.width, b.height, Inset{})
	b.frame()
	if !b.far {
		t.Fatal("2,000 notes in sight and still elements")
	}
	b.cam = b.cam.ZoomAt(640, 360, 1/b.cam.Z)
	b.frame()
	if b.far {
		t.Fatal("did not come back")
	}
}

// While the map is zoomed, elements come a few a frame and what waits for one is
// drawn on the canvas, so that every note in sight is to be seen in every frame; at
// rest all have theirs, and the canvas is gone.
func TestFrame_gives_elements_a_few_a_frame_and_draws_the_rest_meanwhile(t *testing.T) {
	b, _ := newBoard(t, 20, 10, 2000)
	b.cam = Camera{-200, -200, 1}
	settled(t, b)
	b.ready = true
	has := func(n *scene.NoteBox) bool { return b.slots.find(owner{part: ofNote, id: n.ID}) != nil }
	elements := func() (ids map[crdt.ID]bool) {
		ids = map[crdt.ID]bool{}
		for i := range b.scene.Notes {
			if n := &b.scene.Notes[i]; has(n) {
				ids[n.ID] = true
			}
		}
		return ids
	}
	before, most := elements(), 0
	for range 14 {
		b.look(b.cam.ZoomAt(640, 360, 0.96))
		b.frame()
		now, came := elements(), 0
		for id := range now {
			if !before[id] {
				came++
			}
		}
		if before = now; came > comeZooming {
			t.Fatalf("%d elements came in one frame", came)
		}
		drawn := map[int32]bool{}
		for _, i := range b.waiting {
			drawn[i] = true
		}
		most = max(most, len(drawn))
		b.scene.Visible(sceneRect(b.cam.Sight(b.width, b.height, 0)), func(n *scene.NoteBox) {
			if !has(n) && !drawn[int32(b.scene.Order(n.ID))] {
				t.Fatalf("%q is not to be seen", n.Text)
			}
		})
		if len(drawn) > 0 && !b.canvas {
			t.Fatal("notes wait for an element, and there is no canvas")
		}
	}
	if most == 0 {
		t.Fatal("nothing had to wait: this showed nothing")
	}
	settled(t, b)
	b.scene.Visible(sceneRect(b.cam.Sight(b.width, b.height, 0)), func(n *scene.NoteBox) {
		if !has(n) {
			t.Fatalf("at rest %q has no element", n.Text)
		}
	})
	if b.canvas {
		t.Error("nothing waits, and the canvas stands")
	}
}

func BenchmarkFrame(bench *testing.B) {
	b, _ := newBoard(bench, 25, 10, 5000)
	pan := func(bench *testing.B) {
		bench.ReportAllocs()
		for i := 0; bench.Loop(); i++ {
			b.cam = b.cam.Pan(float64(i%2*8-4), 0)
			b.frame()
		}
	}
	b.cam = Camera{-900, -900, 1}
	b.frame()
	bench.Run("near, pan, 5000", pan)
	b.cam = Fit(rectOf(b.scene.Bounds()), b.width, b.height, Inset{})
	b.frame()
	bench.Run("far, pan, 5000", pan)
}

// What a map that is panned brings has the same depth as all, or Chromium paints
// anew what is between an element's old place in the order and its new one; notes
// that lie on one another have their order as depth, and lose it when they no
// longer do.
func TestFrame_gives_depth_to_what_lies_on_one_another(t *testing.T) {
	b, a := newBoard(t, 3, 2, 24)
	b.cam = Camera{300, 200, 1}
	settled(t, b)
	depth := func(id crdt.ID) int32 {
		s := b.slots.find(owner{part: ofNote, id: id})
		if s == nil {
			t.Fatal("a note in sight has no element")
		}
		return s.z
	}
	for i := range b.scene.Notes {
		if z := depth(b.scene.Notes[i].ID); z != 0 {
			t.Fatalf("a note that lies on nothing has depth %d", z)
		}
	}
	under, over := b.scene.Notes[0].ID, b.scene.Notes[1].ID
	at := b.m.Note(over).Place
	to := b.m.Note(under).Place
	to.X, to.Y = to.X+20, to.Y+20
	a.Edit("", func(e *crdt.Edit) { a.m.MoveNote(e, over, to) })
	settled(t, b)
	if u, o := depth(under), depth(over); u == 0 || o == 0 || (u < o) != (b.scene.Order(under) < b.scene.Order(over)) {
		t.Errorf("two notes on one another have the depths %d and %d", u, o)
	}
	a.Edit("", func(e *crdt.Edit) { a.m.MoveNote(e, over, at) })
	settled(t, b)
	if u, o := depth(under), depth(over); u != 0 || o != 0 {
		t.Errorf("apart again they have the depths %d and %d", u, o)
	}
	// Those that come into sight on one another find it out by themselves.
	b, a = newBoard(t, 3, 2, 24)
	under, over = b.scene.Notes[0].ID, b.scene.Notes[1].ID
	a.Edit("", func(e *crdt.Edit) { a.m.MoveNote(e, over, to) })
	b.cam = Camera{-9000, 200, 1}
	settled(t, b)
	if b.slots.find(owner{part: ofNote, id: over}) != nil {
		t.Fatal("a note out of sight has an element: this would show nothing")
	}
	b.cam = Camera{300, 200, 1}
	settled(t, b)
	if depth(under) == 0 || depth(over) == 0 {
		t.Error("notes that came into sight on one another have no depth")
	}
}

// What lights a cell moves from one to the next: nothing is made anew for it, and
// nothing else is touched.
func TestFrame_moves_the_light_from_cell_to_cell(t *testing.T) {
	b, _ := newBoard(t, 3, 2, 24)
	b.cam = Camera{300, 200, 1}
	settled(t, b)
	parts := func() (found []*slot) {
		for i := range int32(5) {
			if s := b.slots.find(owner{part: ofCell, n: i}); s != nil {
				found = append(found, s)
			}
		}
		return found
	}
	first, second := rectOf(b.scene.Cell(b.scene.Phases[0].ID, b.scene.Lanes[0].ID)), rectOf(b.scene.Cell(b.scene.Phases[1].ID, b.scene.Lanes[0].ID))
	b.target = first
	b.frame()
	before := parts()
	if len(before) != 5 {
		t.Fatalf("a cell is lit by %d parts, not by its ground and four edges", len(before))
	}
	b.target = second
	b.frame()
	if after := parts(); !slices.Equal(before, after) {
		t.Error("other elements light the next cell")
	}
	b.target = Rect{}
	b.frame()
	if left := parts(); len(left) != 0 {
		t.Errorf("%d parts are left of a light that is out", len(left))
	}
}
