package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// ---- phases

// AddPhase makes a phase right after another; the zero ID: before all.
func (m *Map) AddPhase(e *crdt.Edit, after crdt.ID, name string) crdt.ID {
	id := e.Create(KindPhase)
	m.putAfter(e, KindPhase, id, after)
	m.setString(e, id, FieldName, name)
	return id
}

// MovePhase puts a phase right after another; the zero ID: before all. Its notes
// and the boundary that leads into it go with it (J2, J5).
func (m *Map) MovePhase(e *crdt.Edit, id, after crdt.ID) {
	if id != after && m.doc.Exists(id) && m.doc.Kind(id) == KindPhase {
		m.putAfter(e, KindPhase, id, after)
	}
}

func (m *Map) RenamePhase(e *crdt.Edit, id crdt.ID, lang, name string) { m.Rename(e, id, lang, name) }

func (m *Map) SetPhaseWidth(e *crdt.Edit, id crdt.ID, width float32) {
	m.setNumber(e, id, PhaseWidth, float64(max(width, NoteWidth+2*CellPad)))
}
func (m *Map) SetPhaseDemand(e *crdt.Edit, id crdt.ID, d DemandLayer) {
	m.setString(e, id, PhaseDemand, string(d))
}
func (m *Map) SetPhaseDays(e *crdt.Edit, id crdt.ID, days float64) {
	m.setNumber(e, id, PhaseDays, days)
}
func (m *Map) SetPhaseTouches(e *crdt.Edit, id crdt.ID, touches float64) {
	m.setNumber(e, id, PhaseTouches, touches)
}
func (m *Map) SetPhaseCounted(e *crdt.Edit, id crdt.ID, counted bool) {
	m.set(e, id, PhaseCounted, BoolBytes(counted))
}
func (m *Map) SetSatisfaction(e *crdt.Edit, phase crdt.ID, score float64) {
	m.setNumber(e, phase, PhaseSatisfaction, score)
}

// DeletePhase takes a phase away with all that stands in it (J5).
func (m *Map) DeletePhase(e *crdt.Edit, id crdt.ID) {
	if m.Phase(id) == nil {
		return
	}
	for _, n := range m.notesWhere(func(c Cell) bool { return c.Phase == id }) {
		m.DeleteNote(e, n.ID)
	}
	m.removePhase(e, id)
}

// DeletePhaseMovingNotes takes a phase away and puts its notes into another, or
// among the unsorted ones when to is zero.
func (m *Map) DeletePhaseMovingNotes(e *crdt.Edit, id, to crdt.ID) {
	if m.Phase(id) == nil || id == to || !to.IsZero() && m.Phase(to) == nil {
		return
	}
	m.movePhaseNotes(e, id, to, nil)
	m.removePhase(e, id)
}

func (m *Map) removePhase(e *crdt.Edit, id crdt.ID) {
	for _, em := range m.emotions.rows {
		if em.note.IsZero() && m.standing(em.phase) == id {
			m.erase(e, em.ID)
		}
	}
	for _, l := range m.linksAt[id] {
		m.erase(e, l.ID)
	}
	for _, c := range m.commentsOn[id] {
		m.erase(e, c.ID)
	}
	for _, p := range m.phases.ids {
		if m.merged[p] == id {
			m.erase(e, p)
		}
	}
	m.erase(e, id)
}

// MergePhases makes one phase of two: the left one stays and takes in the
// other's notes, days and touches. The boundary between them is no more; those
// around them stay (J6). Merging more than two is merging two again.
func (m *Map) MergePhases(e *crdt.Edit, a, b crdt.ID) (kept crdt.ID) {
	i, j := m.PhaseIndex(a), m.PhaseIndex(b)
	if i < 0 || j < 0 || i == j {
		return crdt.ID{}
	}
	keep, gone := m.phaseOrder[min(i, j)], m.phaseOrder[max(i, j)]
	m.movePhaseNotes(e, gone.ID, keep.ID, nil)
	if gone.Days != 0 {
		m.setNumber(e, keep.ID, PhaseDays, keep.Days+gone.Days)
	}
	if gone.Touches != 0 {
		m.setNumber(e, keep.ID, PhaseTouches, keep.Touches+gone.Touches)
	}
	m.set(e, gone.ID, PhaseInto, RefBytes(keep.ID))
	return keep.ID
}

// SplitPhase makes a new phase right after id and moves these notes into it. The
// boundary that leads into id stays there, that which leads on from it now leads
// on from the new one, and the one between is new (J6).
func (m *Map) SplitPhase(e *crdt.Edit, id crdt.ID, name string, notes []crdt.ID) crdt.ID {
	if m.Phase(id) == nil {
		return crdt.ID{}
	}
	made := m.AddPhase(e, id, name)
	m.movePhaseNotes(e, id, made, notes)
	return made
}

// GroupIntoPhase makes a phase of these notes, wherever they stand: the lasso of
// step four. It comes after the phase `after`.
func (m *Map) GroupIntoPhase(e *crdt.Edit, after crdt.ID, name string, notes []crdt.ID) crdt.ID {
	made := m.AddPhase(e, after, name)
	byLane := map[crdt.ID][]*Note{}
	for _, id := range notes {
		if n := m.notes.get(id); n != nil && !n.Place.Free() {
			byLane[n.Place.Lane] = append(byLane[n.Place.Lane], n)
		}
	}
	for _, lane := range m.laneOrder {
		m.put(e, Cell{made, lane.ID}, byLane[lane.ID])
	}
	return made
}

// movePhaseNotes moves the notes of a phase, or only those named, into another
// and finds them free places there, lane by lane.
func (m *Map) movePhaseNotes(e *crdt.Edit, from, to crdt.ID, only []crdt.ID) {
	for _, lane := range m.laneOrder {
		var moving []*Note
		for _, n := range m.NotesIn(Cell{from, lane.ID}) {
			if only == nil || slices.Contains(only, n.ID) {
				moving = append(moving, n)
			}
		}
		m.put(e, Cell{to, lane.ID}, moving)
	}
}

func (m *Map) put(e *crdt.Edit, at Cell, notes []*Note) {
	if len(notes) == 0 {
		return
	}
	for i, p := range m.Slots(at, len(notes)) {
		m.MoveNote(e, notes[i].ID, p)
	}
}

func (m *Map) notesWhere(want func(Cell) bool) []*Note {
	var out []*Note
	for at, c := range m.cells {
		if want(at) {
			out = append(out, c.notes...)
		}
	}
	slices.SortFunc(out, func(a, b *Note) int { return a.ID.Compare(b.ID) })
	return out
}

// ---- boundaries

// TouchBoundary notes from which phase the boundary into a phase is being
// written. Call it in the edit that writes BoundaryConcern, BoundaryAttitudeFrom
// or BoundaryAttitudeTo of the phase with Insert and Erase.
func (m *Map) TouchBoundary(e *crdt.Edit, into crdt.ID) {
	if i := m.PhaseIndex(into); i > 0 {
		m.set(e, into, BoundaryFrom, RefBytes(m.phaseOrder[i-1].ID))
	}
}

// WriteBoundary writes one of the texts of the boundary into a phase.
func (m *Map) WriteBoundary(e *crdt.Edit, into crdt.ID, f crdt.Field, text string) {
	if m.Phase(into) == nil {
		return
	}
	m.TouchBoundary(e, into)
	m.WriteText(e, into, f, text)
}

// AddToBoundary has a note answer for a boundary: HasInformation, HasBlocker,
// HasMeasure or HasAttitudeNote, of which there is one.
func (m *Map) AddToBoundary(e *crdt.Edit, into crdt.ID, rel Rel, note crdt.ID) {
	if m.Phase(into) == nil {
		return
	}
	m.TouchBoundary(e, into)
	if rel == HasAttitudeNote {
		for _, l := range m.LinksFrom(into) {
			if l.Rel == rel && l.To != note {
				m.Unlink(e, l.ID)
			}
		}
	}
	m.LinkNotes(e, into, note, rel)
}

// RemoveFromBoundary is AddToBoundary's opposite.
func (m *Map) RemoveFromBoundary(e *crdt.Edit, into crdt.ID, rel Rel, note crdt.ID) {
	m.UnlinkNotes(e, into, note, rel)
}

// ---- lanes

// AddLane makes a lane right below another; the zero ID: above all.
func (m *Map) AddLane(e *crdt.Edit, after crdt.ID, kind LaneKind, name string) crdt.ID {
	id := e.Create(KindLane)
	m.putAfter(e, KindLane, id, after)
	m.setString(e, id, LaneKindField, string(kind))
	m.setString(e, id, FieldName, name)
	return id
}

// MoveLane puts a lane right below another; the zero ID: above all.
func (m *Map) MoveLane(e *crdt.Edit, id, after crdt.ID) {
	if id != after && m.doc.Exists(id) && m.doc.Kind(id) == KindLane {
		m.putAfter(e, KindLane, id, after)
	}
}

func (m *Map) RenameLane(e *crdt.Edit, id crdt.ID, lang, name string) { m.Rename(e, id, lang, name) }
func (m *Map) SetLaneKind(e *crdt.Edit, id crdt.ID, k LaneKind) {
	m.setString(e, id, LaneKindField, string(k))
}

// LockLane keeps a lane and the notes in it as they are.
func (m *Map) LockLane(e *crdt.Edit, id crdt.ID, locked bool) { m.setBool(e, id, LaneLocked, locked) }

func (m *Map) SetLaneHeight(e *crdt.Edit, id crdt.ID, h float32) {
	m.setNumber(e, id, LaneHeight, float64(h))
}

// DeleteLane takes a lane away with all that stands in it (J5).
func (m *Map) DeleteLane(e *crdt.Edit, id crdt.ID) {
	if m.lanes.get(id) == nil {
		return
	}
	for _, n := range m.notesWhere(func(c Cell) bool { return c.Lane == id }) {
		m.DeleteNote(e, n.ID)
	}
	m.erase(e, id)
}

// DeleteLaneMovingNotes takes a lane away and puts its notes into another, whose
// kind they take.
func (m *Map) DeleteLaneMovingNotes(e *crdt.Edit, id, to crdt.ID) {
	if m.lanes.get(id) == nil || m.lanes.get(to) == nil || id == to {
		return
	}
	m.put(e, Cell{Lane: to}, m.NotesIn(Cell{Lane: id}))
	for _, p := range m.phaseOrder {
		m.put(e, Cell{p.ID, to}, m.NotesIn(Cell{p.ID, id}))
	}
	m.erase(e, id)
}
