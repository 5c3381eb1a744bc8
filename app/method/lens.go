package method

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Lens is the map as its departments see it.
type Lens struct {
	Rows      []LensRow
	Handovers []journey.Handover
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
	lens.Handovers = m.Handovers()
	return lens
}

func idsOf(list []*journey.Department) []crdt.ID {
	var ids []crdt.ID
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return ids
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
