package method_test

import (
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// TestSince/M12_… reviews a map, works on it, and is told what was done, by
// whomever and however it arrived.
func TestSince(t *testing.T) {
	m := journey.Open(crdt.New())
	var phase, other, written, moved, gone, same crdt.ID
	edit(t, m, func(e *crdt.Edit) {
		lane := m.AddLane(e, crdt.ID{}, journey.Action, "actions")
		phase = m.AddPhase(e, crdt.ID{}, "before")
		other = m.AddPhase(e, phase, "after")
		for _, id := range []*crdt.ID{&written, &moved, &gone, &same} {
			*id = m.AddNote(e, journey.Place{Phase: phase, Lane: lane}, journey.NoteFields{Text: "…"})
		}
	})
	if _, known := method.Since(m); known {
		t.Error("M12: news of a map that was never reviewed")
	}
	edit(t, m, func(e *crdt.Edit) { m.SetReviewed(e, today) })
	if n, known := method.Since(m); !known || len(n.Added)+len(n.Changed)+len(n.Moved)+len(n.Removed)+n.Others > 0 {
		t.Errorf("M12: right after the review: %+v, %v", n, known)
	}
	var added crdt.ID
	work := func(m *journey.Map, e *crdt.Edit) {
		m.WriteText(e, written, journey.NoteText, "read")
		m.MoveNote(e, moved, journey.Place{Phase: other, Lane: m.Lanes()[0].ID})
		m.DeleteNote(e, gone)
		added = m.AddNote(e, journey.Place{Phase: other, Lane: m.Lanes()[0].ID}, journey.NoteFields{Text: "new"})
		m.RenamePhase(e, phase, "en", "renamed")
		m.AddPersona(e, journey.Persona{Name: "Ann"})
		m.SetReviewDays(e, 90) // is no news
	}
	elsewhere, err := crdt.Load(m.Document().Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	e := elsewhere.Edit(77)
	work(journey.Open(elsewhere), e)
	change, err := m.Document().Merge(e.Commit().Update)
	if err != nil {
		t.Fatal(err)
	}
	m.Apply(change)
	edit(t, m, func(e *crdt.Edit) { m.DeleteNote(e, m.AddNote(e, journey.Place{}, journey.NoteFields{})) })
	t.Run("M12_what_was_done", func(t *testing.T) {
		n, _ := method.Since(m)
		for name, c := range map[string]struct{ got, want []crdt.ID }{
			"added": {n.Added, []crdt.ID{added}}, "moved": {n.Moved, []crdt.ID{moved}}, "removed": {n.Removed, []crdt.ID{gone}},
			"changed": {n.Changed, []crdt.ID{phase, written}},
		} {
			if len(c.got) != len(c.want) {
				t.Errorf("M12: %s: %v, want %v", name, c.got, c.want)
				continue
			}
			for i := range c.got {
				if c.got[i] != c.want[i] {
					t.Errorf("M12: %s: %v, want %v", name, c.got, c.want)
				}
			}
		}
		if n.Others != 1 {
			t.Errorf("M12: %d other things, want the persona alone", n.Others)
		}
	})
	t.Run("M12_until_the_next_review", func(t *testing.T) {
		edit(t, m, func(e *crdt.Edit) { m.SetReviewed(e, today) }) // on the same day
		if n, _ := method.Since(m); len(n.Added)+len(n.Changed)+len(n.Moved)+len(n.Removed)+n.Others > 0 {
			t.Errorf("M12: after the next review: %+v", n)
		}
	})
}
