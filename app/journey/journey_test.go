package journey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// two people at the map that begin makes.
func two(t *testing.T) (w *world, a, b *person) {
	w = newWorld(t, 1, 2)
	w.begin()
	return w, w.people[0], w.people[1]
}

// together lets both do something without knowing of one another, and shows both
// what it came to.
func together(t *testing.T, w *world, first, second func(m *journey.Map, e *crdt.Edit)) *journey.Map {
	t.Helper()
	w.people[0].edit("first", first)
	w.people[1].edit("second", second)
	w.settle()
	if one, other := dump(w.people[0].m), dump(w.people[1].m); one != other {
		t.Fatalf("they see\n%s\nand\n%s", one, other)
	}
	for _, p := range w.people {
		if err := check(p.m); err != nil {
			t.Fatal(err)
		}
	}
	return w.people[0].m
}

func names(m *journey.Map) (s string) {
	for _, p := range m.Phases() {
		s += p.Name.Text
	}
	return s
}

func TestPlace(t *testing.T) {
	t.Run("J1_of_two_moves_one_wins_whole", func(t *testing.T) {
		w, a, _ := two(t)
		n := a.m.Notes()[0]
		p1 := journey.Place{Phase: a.m.Phases()[1].ID, Lane: a.m.Lanes()[2].ID, X: 1, Y: 2}
		p2 := journey.Place{Phase: a.m.Phases()[2].ID, Lane: a.m.Lanes()[3].ID, X: 3, Y: 4}
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, n.ID, p1) },
			func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, n.ID, p2) })
		if got := m.Note(n.ID); got.Place != p1 && got.Place != p2 {
			t.Errorf("a mixture: %v", got.Place)
		} else if want := m.Lane(got.Place.Lane).Kind; got.Kind != want {
			t.Errorf("is %s in a lane of %s", got.Kind, want)
		}
	})
	t.Run("J2_notes_go_with_their_phase", func(t *testing.T) {
		w, a, _ := two(t)
		c, n := a.m.Phases()[2].ID, a.m.Notes()[0]
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MovePhase(e, c, crdt.ID{}) },
			func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, n.ID, journey.Place{Phase: c, Lane: n.Place.Lane}) })
		if names(m) != "cab" || m.Note(n.ID).Place.Phase != c {
			t.Errorf("%s, note in %v", names(m), m.Note(n.ID).Place)
		}
	})
	t.Run("J3_a_note_put_into_a_phase_being_deleted_is_unsorted", func(t *testing.T) {
		w, a, _ := two(t)
		p, lane := a.m.Phases()[1].ID, a.m.Lanes()[0].ID
		var added crdt.ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.DeletePhase(e, p) },
			func(m *journey.Map, e *crdt.Edit) {
				added = m.AddNote(e, journey.Place{Phase: p, Lane: lane, X: 16, Y: 16}, journey.NoteFields{Text: "late"})
			})
		if n := m.Note(added); n == nil || !n.Place.Phase.IsZero() || n.Place.Lane != lane || !m.HasUnsorted() {
			t.Errorf("the late note: %+v", n)
		}
	})
	t.Run("J3_a_note_put_into_a_lane_being_deleted_goes_to_one_of_its_kind", func(t *testing.T) {
		w, a, _ := two(t)
		pain := a.m.LaneOf(journey.Pain).ID
		var second, added crdt.ID
		a.edit("lane", func(m *journey.Map, e *crdt.Edit) { second = m.AddLane(e, pain, journey.Pain, "more pain") })
		w.settle()
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.DeleteLane(e, pain) },
			func(m *journey.Map, e *crdt.Edit) {
				added = m.AddNote(e, journey.Place{Lane: pain, Phase: m.Phases()[0].ID}, journey.NoteFields{Text: "late"})
			})
		if n := m.Note(added); n == nil || n.Place.Lane != second || n.Kind != journey.Pain {
			t.Errorf("the late note: %+v", n)
		}
	})
}

func TestBoundary(t *testing.T) {
	t.Run("J4_two_who_open_the_same_boundary_write_one", func(t *testing.T) {
		w, a, _ := two(t)
		into, n := a.m.Phases()[1].ID, a.m.NotesOf(journey.Pain)
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) {
				m.WriteBoundary(e, into, journey.BoundaryAttitudeFrom, "unsure")
				m.AddToBoundary(e, into, journey.HasBlocker, n[1].ID)
			},
			func(m *journey.Map, e *crdt.Edit) {
				m.WriteBoundary(e, into, journey.BoundaryAttitudeTo, "sure")
				m.AddToBoundary(e, into, journey.HasBlocker, n[1].ID)
				m.AddToBoundary(e, into, journey.HasBlocker, n[2].ID)
			})
		b, _ := m.Boundary(into)
		if b.AttitudeFrom != "unsure" || b.AttitudeTo != "sure" || len(b.Blockers) != 3 || len(m.Boundaries()) != 2 {
			t.Errorf("%+v", b)
		}
	})
	t.Run("J5_goes_with_the_phase_it_leads_into", func(t *testing.T) {
		w, a, b := two(t)
		pa, pb, pc := a.m.Phases()[0].ID, a.m.Phases()[1].ID, a.m.Phases()[2].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MovePhase(e, pc, pa) },
			func(m *journey.Map, e *crdt.Edit) { m.WriteBoundary(e, pc, journey.BoundaryConcern, "why not") })
		got, _ := m.Boundary(pc)
		if names(m) != "acb" || got.From != pa || got.WrittenFrom != pb || got.Concern != "why not" {
			t.Errorf("%s %+v", names(m), got)
		}
		// First of all it has nothing before it; its words come back with a neighbour.
		b.edit("move", func(m *journey.Map, e *crdt.Edit) { m.MovePhase(e, pc, crdt.ID{}) })
		if _, ok := b.m.Boundary(pc); ok {
			t.Error("a boundary before the first phase")
		}
		b.edit("move", func(m *journey.Map, e *crdt.Edit) { m.MovePhase(e, pc, pb) })
		if got, _ := b.m.Boundary(pc); got.Concern != "why not" {
			t.Errorf("lost its words: %+v", got)
		}
	})
	t.Run("J5_delete_wins", func(t *testing.T) {
		w, a, _ := two(t)
		pb, pc := a.m.Phases()[1].ID, a.m.Phases()[2].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.DeletePhase(e, pb) },
			func(m *journey.Map, e *crdt.Edit) {
				m.WriteBoundary(e, pb, journey.BoundaryConcern, "late")
				m.MovePhase(e, pb, pc)
			})
		if names(m) != "ac" || len(m.Boundaries()) != 1 {
			t.Errorf("%s %v", names(m), m.Boundaries())
		}
		if b, _ := m.Boundary(pc); b.From != m.Phases()[0].ID || b.Concern != "why" {
			t.Errorf("the next boundary: %+v", b)
		}
	})
}

func TestMerge(t *testing.T) {
	t.Run("J6_late_notes_go_where_the_phase_went", func(t *testing.T) {
		w, a, _ := two(t)
		pa, pb := a.m.Phases()[0].ID, a.m.Phases()[1].ID
		var late crdt.ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MergePhases(e, pb, pa) },
			func(m *journey.Map, e *crdt.Edit) {
				late = m.AddNote(e, m.NextPlace(journey.Cell{Phase: pb, Lane: m.Lanes()[0].ID}), journey.NoteFields{Text: "late"})
			})
		if names(m) != "ac" || m.Note(late).Place.Phase != pa {
			t.Errorf("%s, %v", names(m), m.Note(late).Place)
		}
		if b, _ := m.Boundary(m.Phases()[1].ID); b.From != pa || b.WrittenFrom != pa || b.Concern != "why" {
			t.Errorf("the boundary after: %+v", b)
		}
	})
	t.Run("J6_merged_into_one_another", func(t *testing.T) {
		w, a, _ := two(t)
		pa, pb, pc := a.m.Phases()[0].ID, a.m.Phases()[1].ID, a.m.Phases()[2].ID
		a.edit("far", func(m *journey.Map, e *crdt.Edit) { m.MovePhase(e, pa, pc) }) // b c a for one, a b c for the other
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MergePhases(e, pb, pa) },
			func(m *journey.Map, e *crdt.Edit) { m.MergePhases(e, pa, pb) })
		if len(m.Phases()) != 2 || m.Phase(pa) == nil || m.NoteCount() != 12 {
			t.Errorf("%s, %d notes", names(m), m.NoteCount())
		}
	})
	t.Run("J6_merge_and_delete", func(t *testing.T) {
		w, a, _ := two(t)
		pa, pb := a.m.Phases()[0].ID, a.m.Phases()[1].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.MergePhases(e, pa, pb) },
			func(m *journey.Map, e *crdt.Edit) { m.DeletePhase(e, pa) })
		// a is gone with its notes; b's, which nobody deleted, are unsorted.
		if names(m) != "c" || m.NoteCount() != 8 || len(m.NotesIn(journey.Cell{Lane: m.Lanes()[0].ID})) != 1 {
			t.Errorf("%s, %d notes", names(m), m.NoteCount())
		}
	})
	t.Run("J6_split_keeps_the_boundary_before_it", func(t *testing.T) {
		w, a, _ := two(t)
		pb := a.m.Phases()[1].ID
		n := a.m.NotesIn(journey.Cell{Phase: pb, Lane: a.m.Lanes()[0].ID})[0].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.SplitPhase(e, pb, "B", []crdt.ID{n}) },
			func(m *journey.Map, e *crdt.Edit) { m.RenamePhase(e, pb, "", "β") })
		if names(m) != "aβBc" || m.Note(n).Place.Phase != m.Phases()[2].ID {
			t.Errorf("%s, %v", names(m), m.Note(n).Place)
		}
		before, _ := m.Boundary(pb)
		between, _ := m.Boundary(m.Phases()[2].ID)
		after, _ := m.Boundary(m.Phases()[3].ID)
		if before.Concern != "why" || between.Written() || after.Concern != "why" || after.WrittenFrom != pb {
			t.Errorf("%+v %+v %+v", before, between, after)
		}
	})
}

func TestLinks(t *testing.T) {
	t.Run("J8_said_twice_is_shown_once", func(t *testing.T) {
		w, a, b := two(t)
		x, y := a.m.Notes()[0].ID, a.m.Notes()[5].ID
		link := func(m *journey.Map, e *crdt.Edit) { m.LinkNotes(e, x, y, journey.Leads) }
		before := len(a.m.Links())
		m := together(t, w, link, link)
		if got := len(m.Links()) - before; got != 1 {
			t.Fatalf("%d links", got)
		}
		b.edit("unlink", func(m *journey.Map, e *crdt.Edit) { m.UnlinkNotes(e, x, y, journey.Leads) })
		if len(b.m.Links()) != before {
			t.Error("the other one came up")
		}
	})
	t.Run("J8_one_taken_away_the_other_made_at_the_same_time_stands", func(t *testing.T) {
		w, a, _ := two(t)
		x, y := a.m.Notes()[0].ID, a.m.Notes()[5].ID
		before := len(a.m.Links())
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { e.Delete(m.LinkNotes(e, x, y, journey.Leads)) },
			func(m *journey.Map, e *crdt.Edit) { m.LinkNotes(e, x, y, journey.Leads) })
		if len(m.Links()) != before+1 {
			t.Error("it is gone")
		}
	})
	t.Run("J7_nothing_refers_to_what_is_gone", func(t *testing.T) {
		w, a, _ := two(t)
		n := a.m.Notes()[0]
		d := a.m.Departments()[0].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) {
				m.DeleteDepartment(e, d)
				m.DeletePersona(e, n.Persona)
				m.DeleteChannel(e, n.Channels[0])
				m.DeleteKPI(e, n.KPI)
			},
			func(m *journey.Map, e *crdt.Edit) {
				m.SetNoteOwner(e, n.ID, d)
				m.SetEmotion(e, n.Persona, n.ID, 2)
				m.SetStartNote(e, n.ID)
			})
		if got := m.Note(n.ID); !got.Department.IsZero() || !got.Persona.IsZero() || len(got.Channels) > 0 || len(m.Emotions()) > 0 {
			t.Errorf("%+v", got)
		}
		a.edit("delete", func(m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, n.ID) })
		if got := a.m.Theme().StartNote; !got.IsZero() {
			t.Errorf("the journey starts at %v", got)
		}
	})
}

func TestEmotions(t *testing.T) {
	t.Run("J9_one_point_a_persona_and_note", func(t *testing.T) {
		w, a, _ := two(t)
		u := a.m.Personas()[0].ID
		n := a.m.NotesOf(journey.Touchpoint)[0].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.SetEmotion(e, u, n, 1) },
			func(m *journey.Map, e *crdt.Edit) { m.SetEmotion(e, u, n, -1) })
		if got := m.EmotionAt(u, n); got == nil || len(m.Emotions()) != 4 {
			t.Errorf("%v of %d", got, len(m.Emotions()))
		}
	})
	t.Run("J9_goes_with_its_note", func(t *testing.T) {
		_, a, _ := two(t)
		u := a.m.Personas()[0].ID
		first := a.m.Curve(u)[0]
		t2 := a.edit("move", func(m *journey.Map, e *crdt.Edit) {
			m.MoveNote(e, first.Note, journey.Place{Phase: m.Phases()[2].ID, Lane: m.Lanes()[0].ID, X: 200, Y: 16})
		})
		if last := a.m.Curve(u)[2]; last.ID != first.ID || last.Phase != a.m.Phases()[2].ID || !slices.Contains(t2.Emotions, first.ID) {
			t.Errorf("%+v, touched %v", last, t2.Emotions)
		}
	})
}

// TestUndo/J10_… shows that deleting a phase is one step: undone it is back whole.
func TestUndo(t *testing.T) {
	t.Run("J10_a_deleted_phase_comes_back_whole", func(t *testing.T) {
		w, a, b := two(t)
		want := dump(a.m)
		a.edit("delete", func(m *journey.Map, e *crdt.Edit) { m.DeletePhase(e, m.Phases()[1].ID) })
		a.edit("undo", func(m *journey.Map, e *crdt.Edit) { e.Invert(a.undo[len(a.undo)-1]) })
		w.settle()
		for _, p := range []*person{a, b} {
			if got := dump(p.m); got != want {
				t.Errorf("%s\nwant\n%s", got, want)
			}
		}
	})
	t.Run("J10_a_merge_comes_apart", func(t *testing.T) {
		_, a, _ := two(t)
		want := dump(a.m)
		a.edit("merge", func(m *journey.Map, e *crdt.Edit) { m.MergePhases(e, m.Phases()[0].ID, m.Phases()[1].ID) })
		a.edit("undo", func(m *journey.Map, e *crdt.Edit) { e.Invert(a.undo[len(a.undo)-1]) })
		if got := dump(a.m); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	})
}

// TestText/J11_… : what two people type into one text at once is both in it.
func TestText(t *testing.T) {
	t.Run("J11_two_writers", func(t *testing.T) {
		w, a, _ := two(t)
		n := a.m.Notes()[0].ID
		a.edit("text", func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, n, "見る😀") })
		w.settle()
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, n, "動画を見る😀") },
			func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, n, "見る😀！") })
		if got := m.Note(n).Text; got != "動画を見る😀！" {
			t.Errorf("%q", got)
		}
	})
	t.Run("J11_two_who_add_to_a_list", func(t *testing.T) {
		w, a, _ := two(t)
		u := a.m.Personas()[0].ID
		a.edit("list", func(m *journey.Map, e *crdt.Edit) { m.SetPersona(e, u, journey.Persona{Needs: []string{"b"}}) })
		w.settle()
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.SetPersona(e, u, journey.Persona{Needs: []string{"a", "b"}}) },
			func(m *journey.Map, e *crdt.Edit) { m.SetPersona(e, u, journey.Persona{Needs: []string{"b", "c"}}) })
		if got := fmt.Sprint(m.Persona(u).Needs); got != "[a b c]" {
			t.Error(got)
		}
	})
}

// TestTouched/J12_… : a move names the note and both its cells and nothing else.
func TestTouched(t *testing.T) {
	t.Run("J12_a_move", func(t *testing.T) {
		_, a, _ := two(t)
		n := a.m.NotesOf(journey.Measure)[0]
		from := n.Place.Cell()
		to := journey.Place{Phase: a.m.Phases()[2].ID, Lane: n.Place.Lane, X: 16, Y: 132}
		got := a.edit("move", func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, n.ID, to) })
		want := journey.Touched{Notes: []crdt.ID{n.ID}, Cells: []journey.Cell{from, to.Cell()}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
	t.Run("J12_nothing", func(t *testing.T) {
		_, a, _ := two(t)
		n := a.m.Notes()[0]
		if got := a.edit("move", func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, n.ID, n.Place) }); !got.Empty() {
			t.Errorf("%+v", got)
		}
	})
}

// TestOrder/J13_… : phases put to the same spot at the same time stand in one
// order for all, and there is always room between two.
func TestOrder(t *testing.T) {
	t.Run("J13_same_spot", func(t *testing.T) {
		w, a, _ := two(t)
		at := a.m.Phases()[0].ID
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) { m.AddPhase(e, at, "1") },
			func(m *journey.Map, e *crdt.Edit) { m.AddPhase(e, at, "2") })
		mid := m.Phases()[1]
		for i := range 300 {
			a.edit("between", func(m *journey.Map, e *crdt.Edit) { m.AddPhase(e, mid.ID, fmt.Sprint(i%10)) })
		}
		if i := a.m.PhaseIndex(mid.ID); i != 1 || a.m.Phases()[2].Name.Text != "9" {
			t.Errorf("at %d: %s", i, names(a.m))
		}
	})
}

// TestSlots shows that free places lie on no note.
func TestSlots(t *testing.T) {
	w := newWorld(t, 3, 1)
	w.begin()
	a := w.people[0]
	at := journey.Cell{Phase: a.m.Phases()[0].ID, Lane: a.m.Lanes()[0].ID}
	for range 60 {
		a.edit("add", func(m *journey.Map, e *crdt.Edit) {
			p := m.NextPlace(at)
			if w.rand.IntN(3) == 0 {
				p.X, p.Y = float32(w.rand.IntN(250)), float32(w.rand.IntN(900))
			}
			m.AddNote(e, p, journey.NoteFields{W: float32(100 + w.rand.IntN(200)), H: float32(50 + w.rand.IntN(200))})
		})
		for _, s := range a.m.Slots(at, 3) {
			for _, n := range a.m.NotesIn(at) {
				if s.X < n.Place.X+n.W && n.Place.X < s.X+journey.NoteWidth && s.Y < n.Place.Y+n.H && n.Place.Y < s.Y+journey.NoteHeight {
					t.Fatalf("%v lies on %v", s, n.Place)
				}
			}
		}
	}
}

// TestHostile/J15_… writes nonsense into every register of every kind: nothing
// falls over, and what is drawn stays within bounds.
func TestHostile(t *testing.T) {
	t.Run("J15_nonsense", func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		w := newWorld(t, 4, 1)
		w.begin()
		a := w.people[0]
		var ids []crdt.ID
		for k := journey.KindPhase; k <= journey.KindAgreement; k++ {
			a.edit("create", func(m *journey.Map, e *crdt.Edit) { ids = append(ids, e.Create(k)) })
			ids = slices.AppendSeq(ids, a.m.Document().All(k))
		}
		for range 4000 {
			a.edit("nonsense", func(m *journey.Map, e *crdt.Edit) {
				value := make([]byte, r.IntN(24))
				for i := range value {
					value[i] = byte(r.Uint32() >> r.IntN(24))
				}
				if r.IntN(3) == 0 {
					value = journey.NumberBytes(float64(r.Int64()) * float64(r.Int64N(9)-4))
				}
				id := ids[r.IntN(len(ids))]
				if r.IntN(4) == 0 {
					value = journey.RefBytes(ids[r.IntN(len(ids))])
				}
				if r.IntN(4) == 0 {
					value = journey.Place{Phase: ids[r.IntN(len(ids))], Lane: ids[r.IntN(len(ids))], X: float32(r.NormFloat64() * 1e30), Y: float32(math.NaN())}.Bytes()
				}
				if f := crdt.Field(r.IntN(50)); m.Document().Text(id, f) == "" {
					e.Set(id, f, value)
				}
			})
			if err := check(a.m); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := dump(a.m), dump(journey.Open(a.m.Document())); got != want {
			t.Errorf("%s\nread anew:\n%s", got, want)
		}
		for _, n := range a.m.Notes() {
			if !(n.W >= 1 && n.W <= 1e5 && n.H >= 1 && n.H <= 1e5 && math.Abs(float64(n.Place.X)) <= 1e7 && math.Abs(float64(n.Place.Y)) <= 1e7) || n.Severity > 5 {
				t.Errorf("out of bounds: %+v", n)
			}
		}
		for _, p := range a.m.Phases() {
			if !(p.Width >= 160 && p.Width <= 1e5) {
				t.Errorf("out of bounds: %+v", p)
			}
		}
	})
}

// TestRename names things in two languages.
func TestRename(t *testing.T) {
	_, a, _ := two(t)
	p := a.m.Phases()[0]
	a.edit("lang", func(m *journey.Map, e *crdt.Edit) {
		m.SetLang(e, "ja")
		m.SetName(e, p.ID, journey.Name{Text: "認知", JA: "認知", EN: "Awareness"})
	})
	a.edit("ja", func(m *journey.Map, e *crdt.Edit) { m.Rename(e, p.ID, "ja", "出会い") })
	a.edit("en", func(m *journey.Map, e *crdt.Edit) { m.Rename(e, p.ID, "en", "Discovery") })
	if got := (journey.Name{Text: "出会い", JA: "出会い", EN: "Discovery"}); p.Name != got {
		t.Errorf("%+v", p.Name)
	}
}

// BenchmarkMove measures a move in a map of 5,000 notes, all indexes included.
func BenchmarkMove(b *testing.B) {
	m := Big(b, 5000)
	notes := m.Notes()
	phases := m.Phases()
	b.ResetTimer()
	for i := range b.N {
		n := notes[i*7919%len(notes)]
		e := m.Document().Edit(1)
		m.MoveNote(e, n.ID, journey.Place{Phase: phases[i%len(phases)].ID, Lane: n.Place.Lane, X: float32(i % 300), Y: 16})
		m.Apply(e.Commit().Change)
	}
}

// BenchmarkOpen: what a client does once when the snapshot has come.
func BenchmarkOpen(b *testing.B) {
	doc := Big(b, 5000).Document()
	b.ResetTimer()
	b.ReportAllocs()
	for range b.N {
		if journey.Open(doc).NoteCount() != 5000 {
			b.Fatal("notes are missing")
		}
	}
}

// Big makes a map of n notes in 20 phases and 4 lanes.
func Big(t testing.TB, n int) *journey.Map {
	m := journey.Open(crdt.New())
	e := m.Document().Edit(1)
	var lanes, phases []crdt.ID
	for _, k := range []journey.LaneKind{journey.Action, journey.Touchpoint, journey.Pain, journey.Measure} {
		lanes = append(lanes, m.AddLane(e, crdt.ID{}, k, string(k)))
	}
	for i := range 20 {
		phases = append(phases, m.AddPhase(e, crdt.ID{}, fmt.Sprint(i)))
	}
	for i := range n {
		m.AddNote(e, journey.Place{Phase: phases[i%20], Lane: lanes[i/20%4], X: 16, Y: float32(i)}, journey.NoteFields{Text: "note"})
	}
	m.Apply(e.Commit().Change)
	return m
}

func TestSeries(t *testing.T) {
	t.Run("J16_figures_and_dates_stay_together", func(t *testing.T) {
		w, a, _ := two(t)
		var id crdt.ID
		a.edit("kpi", func(m *journey.Map, e *crdt.Edit) {
			id = m.AddKPI(e, journey.KPI{Name: journey.Name{Text: "CSAT"}, Series: []float64{1, 2}})
		})
		w.settle()
		m := together(t, w,
			func(m *journey.Map, e *crdt.Edit) {
				k := *m.KPI(id)
				k.Dates = []string{"2026-01-31", "2026-02-28"}
				m.SetKPI(e, id, k)
			},
			func(m *journey.Map, e *crdt.Edit) {
				k := *m.KPI(id)
				k.Series = append(slices.Clone(k.Series), 3)
				m.SetKPI(e, id, k)
			})
		k := m.KPI(id)
		if got := fmt.Sprint(k.Series, k.Dates); got != "[1 2] [2026-01-31 2026-02-28]" && got != "[1 2 3] [  ]" {
			t.Errorf("a mixture: %s", got)
		}
	})
}

func TestGroups(t *testing.T) {
	t.Run("J18_all_of_a_group_or_none_and_a_note_is_in_one", func(t *testing.T) {
		w, a, b := two(t)
		var n [4]crdt.ID
		a.edit("notes", func(m *journey.Map, e *crdt.Edit) {
			for i := range n {
				n[i] = m.AddNote(e, journey.Place{X: float32(i)}, journey.NoteFields{Text: "note"})
			}
			m.Bind(e, n[0], n[1])
		})
		w.settle()
		if got := b.m.WithGroups(n[0]); !slices.Equal(got, n[:2]) {
			t.Errorf("with the first: %v", got)
		}
		if got := b.m.WithGroups(n[2]); !slices.Equal(got, n[2:3]) {
			t.Errorf("with the third: %v", got)
		}
		// Both put the second elsewhere: it is in one of the groups, the same for both.
		m := together(t, w, func(m *journey.Map, e *crdt.Edit) { m.Bind(e, n[2], n[1]) }, func(m *journey.Map, e *crdt.Edit) { m.Bind(e, n[3], n[1]) })
		with := m.WithGroups(n[1])
		if len(with) != 2 || with[1] != n[2] && with[1] != n[3] || len(m.WithGroups(n[0])) != 1 {
			t.Errorf("with the second: %v, with the first: %v", with, m.WithGroups(n[0]))
		}
		// A drawing is in it like a note.
		var d crdt.ID
		a.edit("drawing", func(m *journey.Map, e *crdt.Edit) {
			d = m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape})
			m.Bind(e, n[0], d)
		})
		w.settle()
		if got := b.m.WithGroups(d); !slices.Equal(got, []crdt.ID{d, n[0]}) {
			t.Errorf("with the drawing: %v", got)
		}
		a.edit("single", func(m *journey.Map, e *crdt.Edit) { m.Bind(e, n[1]) })
		if got := a.m.WithGroups(n[1]); len(got) != 1 {
			t.Errorf("on its own it is with %v", got)
		}
	})
}

func TestNames(t *testing.T) {
	t.Run("J17_a_third_language_is_the_maps_own", func(t *testing.T) {
		_, a, _ := two(t)
		a.edit("name", func(m *journey.Map, e *crdt.Edit) {
			m.SetLang(e, "ja")
			id := m.AddChannel(e, journey.Channel{})
			m.SetName(e, id, journey.Name{Text: "店舗", JA: "店舗", EN: "Store"})
			m.Rename(e, id, "zh-Hans", "门店")
		})
		channels := a.m.Channels()
		if got, want := channels[len(channels)-1].Name, (journey.Name{Text: "门店", JA: "店舗", EN: "Store"}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if got := channels[len(channels)-1].Name.In("zh-Hans"); got != "门店" {
			t.Errorf("who renamed it reads %q", got)
		}
	})
	t.Run("J17_one_language_leaves_the_other", func(t *testing.T) {
		_, a, _ := two(t)
		a.edit("name", func(m *journey.Map, e *crdt.Edit) {
			m.SetLang(e, "ja")
			id := m.AddChannel(e, journey.Channel{})
			m.SetNameIn(e, id, "en", "Shop")
			m.SetNameIn(e, id, "ja", "店舗")
			m.SetNameIn(e, id, "en", "Store")
		})
		channels := a.m.Channels()
		if got, want := channels[len(channels)-1].Name, (journey.Name{Text: "店舗", JA: "店舗", EN: "Store"}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}
