package scene

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Whatever people do, a scene that was kept current looks like one made from
// scratch, and its damage names every layer and note that looks different.
func TestUpdateIsLayout(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		w := newWorkshop(t, 3, journey.Action, journey.EmotionCurve, journey.Pain, journey.Measure, journey.KPILane)
		w.fill(30, rnd)
		o := Options{Lang: "ja"}
		s := Layout(w.m, o)
		changed := 0
		for step := range 60 {
			before := pictures(s)
			rects := map[crdt.ID]Rect{}
			for i := range s.Notes {
				rects[s.Notes[i].ID] = s.Notes[i].Rect
			}
			touched := w.edit(func(e *crdt.Edit) { w.anything(e, rnd) })
			damage := s.Update(w.m, touched)
			fresh := Layout(w.m, o)
			got, want := pictures(s), pictures(fresh)
			for layer := range LayerCount {
				if !reflect.DeepEqual(got[layer], want[layer]) {
					t.Fatalf("seed %d, step %d: layer %d is not what Layout draws\n%s", seed, step, layer, differ(got[layer], want[layer]))
				}
				if !reflect.DeepEqual(before[layer], got[layer]) {
					changed++
					if !damage.Layers.Has(layer) && !(damage.Moved && layer == LayerNotes) {
						t.Fatalf("seed %d, step %d: layer %d changed, the damage is %b\n%s", seed, step, layer, damage.Layers, differ(before[layer], got[layer]))
					}
				}
			}
			if s.Bounds() != fresh.Bounds() {
				t.Fatalf("seed %d, step %d: bounds %v, want %v", seed, step, s.Bounds(), fresh.Bounds())
			}
			if !damage.Moved {
				named := map[crdt.ID]bool{}
				for _, id := range damage.Notes {
					named[id] = true
				}
				for i := range s.Notes {
					if n := &s.Notes[i]; rects[n.ID] != n.Rect && !named[n.ID] {
						t.Fatalf("seed %d, step %d: note %v moved unnamed", seed, step, n.ID)
					}
				}
			}
			for i := range s.Notes {
				if s.Note(s.Notes[i].ID) != &s.Notes[i] || s.rects[i] != s.Notes[i].Rect {
					t.Fatalf("seed %d, step %d: the index lost note %d", seed, step, i)
				}
			}
		}
		if changed < 60 {
			t.Fatalf("seed %d: only %d layers changed", seed, changed)
		}
	}
}

func pictures(s *Scene) (out [LayerCount][]Mark) {
	for layer := range LayerCount {
		out[layer] = s.Marks(layer)
	}
	return out
}

func differ(a, b []Mark) string {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return "missing " + b[i].Text + b[i].D
		case i >= len(b):
			return "surplus " + a[i].Text + a[i].D
		case a[i] != b[i]:
			return a[i].Text + a[i].D + " against " + b[i].Text + b[i].D
		}
	}
	return ""
}

// anything is one thing that people do to a map.
func (w *workshop) anything(e *crdt.Edit, rnd *rand.Rand) {
	m := w.m
	notes, phases, lanes := m.Notes(), m.Phases(), m.Lanes()
	pick := func() crdt.ID {
		if len(notes) == 0 {
			return crdt.ID{}
		}
		return notes[rnd.IntN(len(notes))].ID
	}
	cell := func() journey.Place {
		p := journey.Place{X: rnd.Float32() * 500, Y: rnd.Float32() * 300}
		if len(lanes) > 0 && rnd.IntN(12) > 0 {
			p.Lane = lanes[rnd.IntN(len(lanes))].ID
			if len(phases) > 0 && rnd.IntN(8) > 0 {
				p.Phase = phases[rnd.IntN(len(phases))].ID
			}
		}
		return p
	}
	phase := func() crdt.ID {
		if len(phases) == 0 {
			return crdt.ID{}
		}
		return phases[rnd.IntN(len(phases))].ID
	}
	lane := func() crdt.ID {
		if len(lanes) == 0 {
			return crdt.ID{}
		}
		return lanes[rnd.IntN(len(lanes))].ID
	}
	switch rnd.IntN(27) {
	case 0, 1, 2, 3:
		m.MoveNote(e, pick(), cell())
	case 4:
		m.AddNote(e, cell(), journey.NoteFields{Text: sayings[rnd.IntN(len(sayings))], Department: w.depts[0], Status: journey.Doing})
	case 5:
		m.DeleteNote(e, pick())
	case 6:
		m.SetNoteText(e, pick(), sayings[rnd.IntN(len(sayings))]+sayings[rnd.IntN(len(sayings))]+sayings[rnd.IntN(len(sayings))])
	case 7:
		m.SetNoteSeverity(e, pick(), rnd.IntN(6))
		m.SetNotePain(e, pick(), journey.Stuck)
	case 8:
		m.BringToFront(e, pick())
	case 9:
		m.SendToBack(e, pick())
	case 10:
		m.ResizeNote(e, pick(), 80+rnd.Float32()*300, 60+rnd.Float32()*200)
	case 11:
		m.SetNoteDepartment(e, pick(), w.depts[rnd.IntN(len(w.depts))])
	case 12:
		m.SetNoteOwner(e, pick(), w.depts[rnd.IntN(len(w.depts))])
		m.SetNoteDue(e, pick(), "2025-03-31")
	case 13:
		m.LinkNotes(e, pick(), pick(), []journey.Rel{journey.Leads, journey.Answers, journey.Serves}[rnd.IntN(3)])
	case 14:
		if links := m.Links(); len(links) > 0 {
			m.Unlink(e, links[rnd.IntN(len(links))].ID)
		}
	case 15:
		id := m.SetEmotion(e, w.people[rnd.IntN(2)], pick(), float64(rnd.IntN(5)-2))
		if !id.IsZero() {
			m.SetEmotionLabel(e, id, "feels")
		}
	case 16:
		m.AddPhase(e, phase(), "a phase more")
	case 17:
		if len(phases) > 0 {
			m.DeletePhase(e, phase())
		}
	case 18:
		if len(phases) > 1 {
			m.MovePhase(e, phase(), crdt.ID{})
		}
	case 19:
		if len(phases) > 0 {
			m.SetPhaseWidth(e, phase(), 200+rnd.Float32()*600)
		}
	case 20:
		m.AddLane(e, lane(), journey.LaneKinds[rnd.IntN(len(journey.LaneKinds))], "a lane more")
	case 21:
		if len(lanes) > 1 {
			m.MoveLane(e, lane(), crdt.ID{})
		}
	case 22:
		if bs := m.Boundaries(); len(bs) > 0 {
			b := bs[rnd.IntN(len(bs))]
			m.WriteBoundary(e, b.To, journey.BoundaryConcern, sayings[rnd.IntN(len(sayings))])
			m.AddToBoundary(e, b.To, journey.HasBlocker, pick())
		}
	case 23:
		if len(notes) > 0 {
			m.AddComment(e, journey.Comment{On: pick(), Text: "why?"})
			m.AddStamp(e, journey.Stamp{Note: pick(), Face: "👍"})
		}
	case 24:
		m.SetTitle(e, "en", sayings[rnd.IntN(6)])
		m.SetTheme(e, journey.Theme{Product: "p", Start: "s", Goal: sayings[rnd.IntN(6)]})
	case 26:
		m.AddKPI(e, journey.KPI{Name: journey.Name{Text: "a figure"}, Phase: phase(), Baseline: 1, HasBaseline: true, Target: 2, HasTarget: true, Series: []float64{1, 3}})
	case 25:
		m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, Place: cell(), W: 80, H: 60, Text: "shape"})
		m.AddDrawing(e, journey.Drawing{Kind: journey.KindStroke, Place: cell(), Points: PointsBytes([]float32{0, 0, 10, 20, 30, 5})})
	}
}

// Every note is whole inside its cell, wherever it was put and however long its
// text is, and no cell lies on another.
func TestCellsHoldTheirNotes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	w := newWorkshop(t, 4, journey.Action, journey.Pain, journey.EmotionCurve)
	for range 12 {
		w.fill(40, rnd)
		for range 10 {
			w.edit(func(e *crdt.Edit) { w.anything(e, rnd) })
		}
		w.phases, w.lanes = w.phases[:0], w.lanes[:0]
		for _, p := range w.m.Phases() {
			w.phases = append(w.phases, p.ID)
		}
		for _, l := range w.m.Lanes() {
			w.lanes = append(w.lanes, l.ID)
		}
	}
	s := Layout(w.m, Options{Lang: "en"})
	inCells := 0
	for i := range s.Notes {
		n := &s.Notes[i]
		if n.Place.Free() {
			continue
		}
		inCells++
		c := s.Cell(n.Place.Phase, n.Place.Lane)
		if n.Rect.X < c.X || n.Rect.Y < c.Y || n.Rect.Right() > c.Right() || n.Rect.Bottom() > c.Bottom() {
			t.Errorf("note %v at %v is not in its cell %v", n.ID, n.Rect, c)
		}
		if text, lines := n.TextRect(), len(s.Lines(n)); float32(lines)*n.LineHeight() > text.H+0.01 {
			t.Errorf("%q in %d lines of %g is cut at %g", n.Text, lines, n.LineHeight(), text.H)
		}
	}
	if inCells < 20 {
		t.Fatalf("only %d notes in cells", inCells)
	}
	for i := 1; i < len(s.Phases); i++ {
		if s.Phases[i].Column.X != s.Phases[i-1].Column.Right() {
			t.Errorf("phase %d does not join the one before", i)
		}
	}
}

// The notes that the journey starts and ends with say so, as soon as they are chosen.
func TestAnchors(t *testing.T) {
	m := journey.Open(crdt.New())
	var note crdt.ID
	write := func(f func(e *crdt.Edit)) journey.Touched {
		e := m.Document().Edit(1)
		f(e)
		return m.Apply(e.Commit().Change)
	}
	write(func(e *crdt.Edit) {
		lane := m.AddLane(e, crdt.ID{}, journey.Action, "Do")
		phase := m.AddPhase(e, crdt.ID{}, "Know")
		note = m.AddNote(e, journey.Place{Phase: phase, Lane: lane, X: 16, Y: 16}, journey.NoteFields{Text: "look"})
	})
	s := Layout(m, Options{Lang: "en"})
	s.Update(m, write(func(e *crdt.Edit) { m.SetGoalNote(e, note) }))
	if got := s.Note(note).Footer; got != "⚑Goal" {
		t.Errorf("the goal says %q", got)
	}
	s.Update(m, write(func(e *crdt.Edit) { m.SetGoalNote(e, crdt.ID{}) }))
	if got := s.Note(note).Footer; got != "" {
		t.Errorf("what is no goal any more says %q", got)
	}
}
