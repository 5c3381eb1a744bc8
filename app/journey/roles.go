package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// Responsible is the department that answers for a note: its owner, else the
// owner of its channel in the dictionary, else who wrote it.
func (m *Map) Responsible(n *Note) crdt.ID {
	if !n.Owner.IsZero() {
		return n.Owner
	}
	for _, c := range n.Channels {
		if channel := m.Channel(c); channel != nil && !channel.Owner.IsZero() {
			return channel.Owner
		}
	}
	return n.Department
}

// Handover is where a customer passes from one department's touchpoint to
// another's, which is where journeys tear.
type Handover struct {
	From, To         crdt.ID // departments
	FromNote, ToNote crdt.ID // touchpoints
	Phase            crdt.ID // of the later one
}

// Handovers are those along the journey, in its order.
func (m *Map) Handovers() []Handover {
	var out []Handover
	var last *Note
	for _, n := range m.NotesOf(Touchpoint) {
		if n.Place.Phase.IsZero() || m.Responsible(n).IsZero() {
			continue
		}
		if last != nil && m.Responsible(last) != m.Responsible(n) {
			out = append(out, Handover{m.Responsible(last), m.Responsible(n), last.ID, n.ID, n.Place.Phase})
		}
		last = n
	}
	return out
}

// RoleCell says what a department does in a phase.
type RoleCell struct {
	Department crdt.ID
	Phase      crdt.ID
	Touch      []crdt.ID // touchpoints it answers for
	Measures   []crdt.ID
	Channels   []crdt.ID // by which
}

// Roles is the role split: a cell for each department and phase in which it has
// anything to do, departments first.
func (m *Map) Roles() []RoleCell {
	type key struct{ department, phase crdt.ID }
	cells := map[key]*RoleCell{}
	for _, kind := range [...]LaneKind{Touchpoint, Measure} {
		for _, n := range m.NotesOf(kind) {
			who := m.Responsible(n)
			if who.IsZero() || n.Place.Phase.IsZero() {
				continue
			}
			c := cells[key{who, n.Place.Phase}]
			if c == nil {
				c = &RoleCell{Department: who, Phase: n.Place.Phase}
				cells[key{who, n.Place.Phase}] = c
			}
			if kind == Measure {
				c.Measures = append(c.Measures, n.ID)
			} else {
				c.Touch = append(c.Touch, n.ID)
			}
			for _, ch := range n.Channels {
				if !slices.Contains(c.Channels, ch) {
					c.Channels = append(c.Channels, ch)
				}
			}
		}
	}
	var out []RoleCell
	for _, d := range m.Departments() {
		for _, p := range m.Phases() {
			if c := cells[key{d.ID, p.ID}]; c != nil {
				out = append(out, *c)
			}
		}
	}
	return out
}
