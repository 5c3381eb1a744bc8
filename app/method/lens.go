package method

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Lens is the map as its departments see it.
type Lens struct {
	Rows      []LensRow
	Handovers []Handover
	Empty     []crdt.ID // departments that have written nothing
}

// LensRow is a department's notes, phase by phase: by who wrote them. Unsorted
// counts those in no phase. The row with a zero Department are nobody's.
type LensRow struct {
	Department crdt.ID
	Phases     []int // as journey.Map.Phases
	Unsorted   int
	Total      int
	Silent     []crdt.ID // phases with notes, none of them theirs
}

// Handover is where a customer passes from one department's touchpoint to
// another's, which is where journeys tear.
type Handover struct {
	From, To         crdt.ID // departments
	FromNote, ToNote crdt.ID // touchpoints
	Phase            crdt.ID // of the later one
}

// Departments looks at a map through the departments' eyes.
func Departments(m *journey.Map) Lens {
	var lens Lens
	column := map[crdt.ID]int{}
	for i, p := range m.Phases() {
		column[p.ID] = i
	}
	rows := map[crdt.ID]*LensRow{}
	row := func(id crdt.ID) *LensRow {
		if rows[id] == nil {
			rows[id] = &LensRow{Department: id, Phases: make([]int, len(m.Phases()))}
		}
		return rows[id]
	}
	for _, d := range m.Departments() {
		row(d.ID)
	}
	some := make([]bool, len(m.Phases()))
	for _, n := range m.Notes() {
		r := row(n.Department)
		r.Total++
		if i, ok := column[n.Place.Phase]; ok {
			r.Phases[i]++
			some[i] = true
		} else {
			r.Unsorted++
		}
	}
	for _, d := range append(idsOf(m.Departments()), crdt.ID{}) {
		r := rows[d]
		if r == nil {
			continue
		}
		for i, p := range m.Phases() {
			if some[i] && r.Phases[i] == 0 && !d.IsZero() {
				r.Silent = append(r.Silent, p.ID)
			}
		}
		if r.Total == 0 {
			lens.Empty = append(lens.Empty, d)
		}
		lens.Rows = append(lens.Rows, *r)
	}
	lens.Handovers = handovers(m)
	return lens
}

func idsOf(list []*journey.Department) []crdt.ID {
	var ids []crdt.ID
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
}

func handovers(m *journey.Map) []Handover {
	var out []Handover
	var last *journey.Note
	for _, n := range m.NotesOf(journey.Touchpoint) {
		if n.Place.Phase.IsZero() || Responsible(m, n).IsZero() {
			continue
		}
		if last != nil && Responsible(m, last) != Responsible(m, n) {
			out = append(out, Handover{Responsible(m, last), Responsible(m, n), last.ID, n.ID, n.Place.Phase})
		}
		last = n
	}
	return out
}

// Responsible is the department that answers for a note: its owner, else the
// owner of its channel, else who wrote it.
func Responsible(m *journey.Map, n *journey.Note) crdt.ID {
	if !n.Owner.IsZero() {
		return n.Owner
	}
	for _, c := range n.Channels {
		if owner := m.Channel(c).Owner; !owner.IsZero() {
			return owner
		}
	}
	return n.Department
}

// RoleCell says who does what in a phase: the role split.
type RoleCell struct {
	Department crdt.ID
	Phase      crdt.ID
	Touch      []crdt.ID // touchpoints it answers for
	Measures   []crdt.ID
	Channels   []crdt.ID
}

// Roles is the role split: a cell for each department and phase in which it has
// anything to do, departments first.
func Roles(m *journey.Map) []RoleCell {
	type key struct{ department, phase crdt.ID }
	cells := map[key]*RoleCell{}
	for _, kind := range []journey.LaneKind{journey.Touchpoint, journey.Measure} {
		for _, n := range m.NotesOf(kind) {
			who := Responsible(m, n)
			if who.IsZero() || n.Place.Phase.IsZero() {
				continue
			}
			c := cells[key{who, n.Place.Phase}]
			if c == nil {
				c = &RoleCell{Department: who, Phase: n.Place.Phase}
				cells[key{who, n.Place.Phase}] = c
			}
			if kind == journey.Measure {
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

// Aspect is what people score a note by.
type Aspect uint8

const (
	Impact Aspect = iota
	Effort
	Emotion
)

// Spread is how a department, or all of them, scored a note.
type Spread struct {
	Department     crdt.ID // zero: all people
	People         int
	Mean, Min, Max float64
}

// Band is the scores of one note: all people's, each department's, and how far
// the departments' means lie apart, which is what there is to talk about.
type Band struct {
	All         Spread
	Departments []Spread
	Low, High   float64 // of the departments' means
}

// Scores gathers what people think of a note; false when nobody has said.
func Scores(m *journey.Map, note crdt.ID, by Aspect) (Band, bool) {
	var band Band
	add := func(s *Spread, v float64) {
		if s.People == 0 {
			s.Min, s.Max = v, v
		}
		s.Min, s.Max = min(s.Min, v), max(s.Max, v)
		s.Mean = (s.Mean*float64(s.People) + v) / float64(s.People+1)
		s.People++
	}
	for _, s := range m.ScoresOf(note) {
		v := [...]*float64{s.Impact, s.Effort, s.Emotion}[by]
		if v == nil {
			continue
		}
		add(&band.All, *v)
		i := slices.IndexFunc(band.Departments, func(d Spread) bool { return d.Department == s.Department })
		if i < 0 {
			i = len(band.Departments)
			band.Departments = append(band.Departments, Spread{Department: s.Department})
		}
		add(&band.Departments[i], *v)
	}
	slices.SortFunc(band.Departments, func(a, b Spread) int { return a.Department.Compare(b.Department) })
	for i, d := range band.Departments {
		if i == 0 {
			band.Low, band.High = d.Mean, d.Mean
		}
		band.Low, band.High = min(band.Low, d.Mean), max(band.High, d.Mean)
	}
	return band, band.All.People > 0
}
