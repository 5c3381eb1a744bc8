package method_test

import (
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// TestVersion/M20_… : an agreement is to what a map said, and it shows whether it still says so.
func TestVersion(t *testing.T) {
	m := journey.Open(crdt.New())
	var phase, other, lane, note crdt.ID
	edit(t, m, func(e *crdt.Edit) {
		lane = m.AddLane(e, crdt.ID{}, journey.Action, "Do")
		phase = m.AddPhase(e, crdt.ID{}, "Know")
		other = m.AddPhase(e, phase, "Buy")
		note = m.AddNote(e, journey.Place{Phase: phase, Lane: lane, X: 16, Y: 16}, journey.NoteFields{Text: "look"})
	})
	whole, part, rest := method.VersionOf(m, crdt.ID{}), method.VersionOf(m, phase), method.VersionOf(m, other)
	for _, c := range []struct {
		name                string
		whole, part, remain bool // what it makes another version of
		write               func(e *crdt.Edit)
	}{
		{"M20_a_remark_changes_nothing", false, false, false, func(e *crdt.Edit) {
			m.AddComment(e, journey.Comment{On: note, Text: "?"})
			m.AddStamp(e, journey.Stamp{Note: note, Face: "+"})
			m.Agree(e, journey.Agreement{Person: "Aya"})
		}},
		{"M20_nor_does_a_nudge", false, false, false, func(e *crdt.Edit) {
			m.MoveNote(e, note, journey.Place{Phase: phase, Lane: lane, X: 40, Y: 20})
		}},
		{"M20_words_do", true, true, false, func(e *crdt.Edit) { m.SetNoteText(e, note, "look around") }},
		{"M20_and_back", false, false, false, func(e *crdt.Edit) { m.SetNoteText(e, note, "look") }},
		{"M20_another_phase", true, true, true, func(e *crdt.Edit) {
			m.MoveNote(e, note, journey.Place{Phase: other, Lane: lane, X: 16, Y: 16})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			edit(t, m, c.write)
			for _, of := range []struct {
				phase crdt.ID
				was   string
				want  bool
			}{{crdt.ID{}, whole, c.whole}, {phase, part, c.part}, {other, rest, c.remain}} {
				if got := method.VersionOf(m, of.phase) != of.was; got != of.want {
					t.Errorf("of %v another version: %v, want %v", of.phase, got, of.want)
				}
			}
		})
	}
}
