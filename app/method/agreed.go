package method

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// VersionOf names what a map says now, or one phase of it: the same words in the
// same cells have the same name, whoever wrote them and whenever. Remarks,
// stamps, scores and agreements are not part of it, nor is where in its cell a
// note stands. The zero phase means the map (M20).
func VersionOf(m *journey.Map, phase crdt.ID) string {
	v := version{m: m, seen: fnvOffset}
	for _, p := range m.Phases() {
		if !phase.IsZero() && p.ID != phase {
			continue
		}
		v.words(p.Name.Text, p.Name.JA, p.Name.EN, string(p.Demand), number(p.Days), number(p.Satisfaction))
		if b, ok := m.Boundary(p.ID); ok {
			v.words(b.AttitudeFrom, b.AttitudeTo, b.Concern)
			v.notes(b.Info)
			v.notes(b.Blockers)
			v.notes(b.Measures)
		}
		v.cells(p.ID)
	}
	if phase.IsZero() {
		t, icp := m.Theme(), m.ICP()
		v.words(t.Product, t.Purpose, t.Start, t.Goal, icp.CompanySize, icp.Industry, icp.Budget)
		for _, p := range m.Personas() {
			v.words(p.Name, p.Role, p.Quote, journey.Lines(p.Needs), journey.Lines(p.Issues), journey.Lines(p.Motives), journey.Lines(p.Goals))
		}
		for _, k := range m.KPIs() {
			v.words(k.Name.Text, k.Name.JA, k.Name.EN, k.Unit, number(k.Baseline), number(k.Target))
		}
		v.cells(crdt.ID{})
	}
	for _, e := range m.Emotions() {
		if phase.IsZero() || e.Phase == phase {
			name := ""
			if p := m.Persona(e.Persona); p != nil {
				name = p.Name
			}
			v.any("emotion", name, number(e.Score), e.Label)
		}
	}
	return strconv.FormatUint(v.seen^v.sum, 36)
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

// version is a fingerprint: of what has an order, and a sum of what has none.
type version struct {
	m         *journey.Map
	seen, sum uint64
}

func mix(h uint64, words ...string) uint64 {
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * fnvPrime
		}
		h = (h ^ 0x1f) * fnvPrime
	}
	return h
}

func (v *version) words(words ...string) { v.seen = mix(v.seen, words...) }
func (v *version) any(words ...string)   { v.sum += mix(fnvOffset, words...) }

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func (v *version) notes(ids []crdt.ID) {
	for _, id := range ids {
		if n := v.m.Note(id); n != nil {
			v.any("at", n.Text)
		}
	}
}

// cells are the notes of a phase; those that are in none, and free ones, are the
// zero phase's.
func (v *version) cells(phase crdt.ID) {
	at := ""
	if p := v.m.Phase(phase); p != nil {
		at = p.Name.Text
	}
	for _, n := range v.m.Notes() {
		if n.Place.Phase != phase {
			continue
		}
		lane := ""
		if l := v.m.Lane(n.Place.Lane); l != nil {
			lane = l.Name.Text + "/" + string(l.Kind)
		}
		owner := ""
		if d := v.m.Department(n.Owner); d != nil {
			owner = d.Name.Text
		}
		v.any(at, lane, n.Text, owner, n.Due, string(n.Status), string(n.Evidence.Level), n.Evidence.Source, string(n.Pain),
			strconv.Itoa(n.Severity), strconv.Itoa(n.Impact), strconv.Itoa(n.Effort), strconv.Itoa(int(n.Flags)), n.Promise,
			n.Target.Group, n.Target.Content, n.Target.Timing, n.Target.Touchpoint)
	}
}
