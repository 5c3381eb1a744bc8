package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// phasesShown sorts phases and finds out who stands for those that were merged
// away. rows are the phases that exist.
func phasesShown(doc *crdt.Document, rows []*Phase) ([]*Phase, map[crdt.ID]crdt.ID) {
	merged := map[crdt.ID]crdt.ID{}
	shown := make([]*Phase, 0, len(rows))
	for _, p := range rows {
		if end := mergeEnd(doc, p.ID); end == p.ID {
			shown = append(shown, p)
		} else {
			merged[p.ID] = end
		}
	}
	slices.SortFunc(shown, func(a, b *Phase) int { return byOrder(a.order, a.ID, b.order, b.ID) })
	return shown, merged
}

// mergeEnd is the phase that stands for id after all merges; zero when that one,
// or one on the way to it, is deleted: what is shown depends on what is alive
// alone, as the dead may be forgotten (J14). Where two people merged phases into
// one another the oldest stands for all of the ring (J6).
func mergeEnd(doc *crdt.Document, id crdt.ID) crdt.ID {
	seen := []crdt.ID{}
	for {
		if !doc.Exists(id) || doc.Kind(id) != KindPhase {
			return crdt.ID{}
		}
		if i := slices.Index(seen, id); i >= 0 {
			return slices.MinFunc(seen[i:], crdt.ID.Compare)
		}
		into := refOf(doc.Get(id, PhaseInto))
		if into.IsZero() {
			return id
		}
		seen = append(seen, id)
		id = into
	}
}

// standing is the shown phase that a reference to id means, or zero.
func (m *Map) standing(id crdt.ID) crdt.ID {
	if id.IsZero() {
		return id
	}
	if end, ok := m.merged[id]; ok {
		return end
	}
	if m.phases.get(id) != nil {
		return id
	}
	return crdt.ID{}
}

// resolve turns a place as written into the place that is shown (J3).
func (m *Map) resolve(p Place, written LaneKind) (Place, LaneKind) {
	p.X, p.Y = within(p.X, -placeMax, placeMax), within(p.Y, -placeMax, placeMax)
	if p.Lane.IsZero() {
		return Place{X: p.X, Y: p.Y}, ""
	}
	lane := m.lanes.get(p.Lane)
	if lane == nil {
		lane = m.laneInstead(written)
	}
	if lane == nil {
		return Place{X: p.X, Y: p.Y}, ""
	}
	p.Lane = lane.ID
	p.Phase = m.standing(p.Phase)
	return p, lane.Kind
}

// laneInstead is where notes go whose lane is gone though they are not: the
// first lane of the kind they had there, else the first lane.
func (m *Map) laneInstead(kind LaneKind) *Lane {
	for _, l := range m.laneOrder {
		if l.Kind == kind {
			return l
		}
	}
	if len(m.laneOrder) > 0 {
		return m.laneOrder[0]
	}
	return nil
}

// refreshRefs reads again what refers to phases, departments and personas
// outside notes, links and emotions. There are few of these.
func (m *Map) refreshRefs() {
	for i, id := range m.channels.ids {
		*m.channels.rows[i] = *m.readChannel(id)
	}
	for i, id := range m.kpis.ids {
		*m.kpis.rows[i] = *m.readKPI(id)
	}
	for i, id := range m.comments.ids {
		m.comments.rows[i].Department = m.department(m.doc.Get(id, CommentDepartment))
	}
	for i, id := range m.scores.ids {
		m.scores.rows[i].Department = m.department(m.doc.Get(id, ScoreDepartment))
	}
	for i, id := range m.stamps.ids {
		m.stamps.rows[i].Department = m.department(m.doc.Get(id, StampDepartment))
	}
	for i, id := range m.agreements.ids {
		*m.agreements.rows[i] = *m.readAgreement(id)
	}
	for i, id := range m.drawings.ids {
		*m.drawings.rows[i] = *m.readDrawing(id)
	}
}

// resolveAll looks at all notes, links and emotions again after phases, lanes or
// what they refer to came or went.
func (m *Map) resolveAll(t *Touched) {
	for _, n := range m.notes.rows {
		m.place(n, n.place, n.kind, t)
		if m.resolveRefs(n) {
			t.Notes = append(t.Notes, n.ID)
		}
	}
	for _, l := range m.links.rows {
		m.settle(l, t)
	}
}
