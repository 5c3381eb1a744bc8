package method

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// PhaseGap is what became of a phase itself: it is new in the to-be map, or gone
// there, or Edited, which is another name, demand layer, length or satisfaction.
// One of the two is nil where it was added or removed.
type PhaseGap struct {
	AsIs, ToBe *journey.Phase
	Change     Change
}

// Boundary texts and the notes of a boundary, in the order in which they are
// shown.
var (
	BoundaryTexts = [...]crdt.Field{journey.BoundaryAttitudeFrom, journey.BoundaryAttitudeTo, journey.BoundaryConcern}
	BoundaryRels  = [...]journey.Rel{journey.HasAttitudeNote, journey.HasInformation, journey.HasBlocker, journey.HasMeasure}
)

// BoundaryGap is what differs between a boundary as it is and as it should be.
// Added are notes of the to-be map that stand at it there, Removed notes of the
// as-is map that do so no more, both in the order of BoundaryRels.
type BoundaryGap struct {
	From, Into     crdt.ID // phases of the to-be map
	AsIs, ToBe     journey.Boundary
	Added, Removed [len(BoundaryRels)][]crdt.ID
}

// Same reports whether nothing differs.
func (g *BoundaryGap) Same() bool {
	for i := range BoundaryRels {
		if len(g.Added[i])+len(g.Removed[i]) > 0 {
			return false
		}
	}
	return texts(g.AsIs) == texts(g.ToBe)
}

func texts(b journey.Boundary) [len(BoundaryTexts)]string {
	return [...]string{b.AttitudeFrom, b.AttitudeTo, b.Concern}
}

// Texts are what a boundary says as it is and as it should be, in the order of
// BoundaryTexts.
func (g *BoundaryGap) Texts() (asIs, toBe [len(BoundaryTexts)]string) {
	return texts(g.AsIs), texts(g.ToBe)
}

// PhaseGaps holds the phases of the two maps against one another, in the order of
// the to-be map; those that it has no more come last (M7).
func PhaseGaps(asIs, toBe *journey.Map) []PhaseGap {
	p := sharing(asIs, toBe)
	var out []PhaseGap
	for _, b := range toBe.Phases() {
		switch a := p.phase(b.ID); {
		case a == nil:
			out = append(out, PhaseGap{nil, b, Added})
		case a.Name != b.Name || a.Demand != b.Demand || a.Days != b.Days || a.Touches != b.Touches || a.Counted != b.Counted ||
			a.Satisfaction != b.Satisfaction:
			out = append(out, PhaseGap{a, b, Edited})
		}
	}
	for _, a := range asIs.Phases() {
		if !p.common(a.ID) || toBe.Phase(a.ID) == nil {
			out = append(out, PhaseGap{a, nil, Removed})
		}
	}
	return out
}

// BoundaryGaps holds the boundaries of the two maps against one another: those
// that lead into a phase which both maps have. Notes that only one of the two
// maps ever had and that stand at its boundary are a difference when they are the
// to-be map's; the as-is map's own are let be (M7).
func BoundaryGaps(asIs, toBe *journey.Map) []BoundaryGap {
	p := sharing(asIs, toBe)
	var out []BoundaryGap
	for _, b := range toBe.Boundaries() {
		if g, both := p.boundary(b); both && !g.Same() {
			out = append(out, g)
		}
	}
	return out
}

// phase is a phase of the to-be map as the as-is map has it, or nil.
func (p pairing) phase(id crdt.ID) *journey.Phase {
	if !p.common(id) {
		return nil
	}
	return p.a.Phase(id)
}

// boundary compares a boundary of the to-be map with the one into the same phase.
func (p pairing) boundary(b journey.Boundary) (BoundaryGap, bool) {
	a, both := p.a.Boundary(b.To)
	if !both || !p.common(b.To) {
		return BoundaryGap{}, false
	}
	g := BoundaryGap{From: b.From, Into: b.To, AsIs: a, ToBe: b}
	for i, rel := range BoundaryRels {
		there := standing(b, rel)
		kept := map[crdt.ID]bool{}
		for _, id := range there {
			if own := p.asIs(p.b.Note(id)); own == nil || !slices.Contains(standing(a, rel), own.ID) {
				g.Added[i] = append(g.Added[i], id)
			} else {
				kept[own.ID] = true
			}
		}
		for _, id := range standing(a, rel) {
			if own := p.a.Note(id); !kept[id] && (p.common(id) || own.Origin != "") {
				g.Removed[i] = append(g.Removed[i], id)
			}
		}
	}
	return g, true
}

// standing are the notes that answer for a boundary in one way.
func standing(b journey.Boundary, rel journey.Rel) []crdt.ID {
	switch rel {
	case journey.HasInformation:
		return b.Info
	case journey.HasBlocker:
		return b.Blockers
	case journey.HasMeasure:
		return b.Measures
	}
	if b.AttitudeNote.IsZero() {
		return nil
	}
	return []crdt.ID{b.AttitudeNote}
}

// BringPhase gives a phase of the as-is map the name and the figures that it has
// in the to-be map, in one edit of the as-is map.
func BringPhase(asIs, toBe *journey.Map, e *crdt.Edit, id crdt.ID) {
	a, b := sharing(asIs, toBe).phase(id), toBe.Phase(id)
	if a == nil || b == nil {
		return
	}
	asIs.SetName(e, id, b.Name)
	asIs.SetPhaseDemand(e, id, b.Demand)
	asIs.SetPhaseDays(e, id, b.Days)
	asIs.SetPhaseTouches(e, id, b.Touches)
	asIs.SetPhaseCounted(e, id, b.Counted)
	asIs.SetSatisfaction(e, id, b.Satisfaction)
}

// BringBoundary makes the boundary into a phase of the as-is map what it is in
// the to-be map, in one edit of the as-is map. Notes that stand at it there and
// are not here yet come along.
func BringBoundary(asIs, toBe *journey.Map, e *crdt.Edit, into crdt.ID) {
	p := sharing(asIs, toBe)
	b, ok := toBe.Boundary(into)
	if !ok {
		return
	}
	g, both := p.boundary(b)
	if !both {
		return
	}
	was, is := g.Texts()
	for i, field := range BoundaryTexts {
		if was[i] != is[i] {
			asIs.WriteBoundary(e, into, field, is[i])
		}
	}
	brought := map[crdt.ID]crdt.ID{} // a note can stand at a boundary in two ways
	for i, rel := range BoundaryRels {
		for _, id := range g.Removed[i] {
			asIs.RemoveFromBoundary(e, into, rel, id)
		}
		for _, id := range g.Added[i] {
			if brought[id].IsZero() {
				note := toBe.Note(id)
				if own := p.asIs(note); own != nil {
					brought[id] = own.ID
				} else {
					brought[id] = p.copy(e, note)
					p.feel(e, brought[id], id)
				}
			}
			asIs.AddToBoundary(e, into, rel, brought[id])
		}
	}
}
