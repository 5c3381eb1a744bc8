package method

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Fixable reports whether Fix can mend a finding with one key.
func Fixable(m *journey.Map, f Finding) bool {
	switch f.Code {
	case ActionWithoutTouchpoint:
		return m.LaneOf(journey.Touchpoint) != nil
	case PromiseMismatch, NoPersona, ReviewOverdue, MeasureWithoutDue:
		return true
	case PhaseWithoutEmotion:
		return len(m.Personas()) > 0
	case BoundaryWithoutInformation:
		return m.LaneOf(journey.InfoNeed) != nil
	case BlockerWithoutMeasure:
		return m.LaneOf(journey.Measure) != nil
	case MeasureWithoutOwner:
		return !ownerFor(m, m.Note(f.Subject)).IsZero()
	case MeasureWithoutKPI:
		return !kpiFor(m, m.Note(f.Subject)).IsZero()
	}
	return false
}

// Fix mends a finding, and gives back what to write in next: the new note, or
// the subject. It does no more than what follows from the map: a note that is
// needed is made empty and linked; an owner, a KPI, a promise are taken from
// where the map has them already.
func Fix(m *journey.Map, e *crdt.Edit, f Finding, today string) (focus crdt.ID, done bool) {
	if !Fixable(m, f) {
		return crdt.ID{}, false
	}
	n := m.Note(f.Subject)
	switch f.Code {
	case ActionWithoutTouchpoint:
		made := beside(m, e, n, journey.Touchpoint)
		m.LinkNotes(e, made, n.ID, journey.Serves)
		return made, true
	case BlockerWithoutMeasure:
		made := beside(m, e, n, journey.Measure)
		m.LinkNotes(e, made, n.ID, journey.Answers)
		m.SetNoteStatus(e, made, journey.Todo)
		return made, true
	case BoundaryWithoutInformation:
		b, _ := m.Boundary(f.Subject)
		at := journey.Cell{Phase: b.From, Lane: m.LaneOf(journey.InfoNeed).ID}
		made := m.AddNote(e, m.NextPlace(at), journey.NoteFields{Evidence: journey.Evidence{Level: journey.Guess}})
		m.AddToBoundary(e, b.To, journey.HasInformation, made)
		return made, true
	case PromiseMismatch:
		m.SetNotePromise(e, f.Other, n.Promise)
		return f.Other, true
	case PhaseWithoutEmotion:
		persona := m.Personas()[0].ID
		for _, l := range m.Lanes() {
			if notes := m.NotesIn(journey.Cell{Phase: f.Subject, Lane: l.ID}); l.Kind == journey.Action && len(notes) > 0 {
				return m.SetEmotion(e, persona, notes[0].ID, 0), true
			}
		}
		return m.AddEmotionToPhase(e, persona, f.Subject, 0.5, 0), true
	case MeasureWithoutOwner:
		m.SetNoteOwner(e, n.ID, ownerFor(m, n))
		return n.ID, true
	case MeasureWithoutDue:
		m.SetNoteDue(e, n.ID, DateOf(dayOr(today)+90))
		return n.ID, true
	case MeasureWithoutKPI:
		m.SetNoteKPI(e, n.ID, kpiFor(m, n))
		return n.ID, true
	case NoPersona:
		return m.AddPersona(e, journey.Persona{User: true}), true
	case ReviewOverdue:
		m.SetReviewed(e, today)
		return crdt.ID{}, true
	}
	return crdt.ID{}, false
}

// beside makes an empty note of a kind in the phase of another, by the same
// department.
func beside(m *journey.Map, e *crdt.Edit, n *journey.Note, kind journey.LaneKind) crdt.ID {
	at := journey.Cell{Phase: n.Place.Phase, Lane: m.LaneOf(kind).ID}
	f := journey.NoteFields{Department: n.Department, Evidence: journey.Evidence{Level: journey.Guess}}
	if kind == journey.Measure {
		f.Owner = n.Department
	}
	return m.AddNote(e, m.NextPlace(at), f)
}

// ownerFor is who should own a measure: who wrote it, else who wrote what it
// answers.
func ownerFor(m *journey.Map, n *journey.Note) crdt.ID {
	if n == nil || !n.Department.IsZero() {
		if n == nil {
			return crdt.ID{}
		}
		return n.Department
	}
	for _, l := range m.LinksFrom(n.ID) {
		if pain := m.Note(l.To); pain != nil && !pain.Department.IsZero() {
			return pain.Department
		}
	}
	return crdt.ID{}
}

// kpiFor is the figure that a measure should move: that of its phase.
func kpiFor(m *journey.Map, n *journey.Note) crdt.ID {
	if n == nil {
		return crdt.ID{}
	}
	for _, k := range m.KPIs() {
		if !k.Phase.IsZero() && k.Phase == n.Place.Phase {
			return k.ID
		}
	}
	return crdt.ID{}
}
