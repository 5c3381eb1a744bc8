package method

import (
	"cmp"
	"math"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Bar is how well a phase, or the whole map, is known.
type Bar struct {
	Phase                     crdt.ID // zero: notes in no phase
	Guess, Voice, Data, Unset int
}

// Notes is how many notes the bar counts.
func (b Bar) Notes() int { return b.Guess + b.Voice + b.Data + b.Unset }

// Guessed is the share of notes that nobody has heard or measured, 0…1.
func (b Bar) Guessed() float64 {
	if b.Notes() == 0 {
		return 0
	}
	return float64(b.Guess+b.Unset) / float64(b.Notes())
}

func (b *Bar) add(level journey.EvidenceLevel) {
	switch level {
	case journey.Guess:
		b.Guess++
	case journey.Voice:
		b.Voice++
	case journey.Data:
		b.Data++
	default:
		b.Unset++
	}
}

// Strip is the evidence strip: a bar a phase, left to right, and the whole. Notes
// in no phase are only in the whole.
func Strip(m *journey.Map) (phases []Bar, whole Bar) {
	column := map[crdt.ID]int{}
	for i, p := range m.Phases() {
		column[p.ID] = i
		phases = append(phases, Bar{Phase: p.ID})
	}
	for _, n := range m.Notes() {
		whole.add(n.Evidence.Level)
		if i, ok := column[n.Place.Phase]; ok {
			phases[i].add(n.Evidence.Level)
		}
	}
	return phases, whole
}

// Extremes are the points of a curve worth marking.
type Extremes struct {
	Lowest, Highest crdt.ID
	DropFrom, Drop  crdt.ID // the two points between which it falls deepest; zero: it never falls
}

// Marks finds the lowest and highest point of a persona's curve and its biggest
// drop.
func Marks(m *journey.Map, persona crdt.ID) Extremes {
	var x Extremes
	low, high, fall := math.Inf(1), math.Inf(-1), 0.0
	points := m.Curve(persona)
	for i, p := range points {
		if p.Score < low {
			low, x.Lowest = p.Score, p.ID
		}
		if p.Score > high {
			high, x.Highest = p.Score, p.ID
		}
		if i > 0 && points[i-1].Score-p.Score > fall {
			fall, x.DropFrom, x.Drop = points[i-1].Score-p.Score, points[i-1].ID, p.ID
		}
	}
	return x
}

// Planned is a measure in the list of measures.
type Planned struct {
	Note     *journey.Note
	Answers  []crdt.ID // pains
	Realises []crdt.ID // opportunities
	DaysLeft int
	Dated    bool // DaysLeft is known
	Late     bool // due has passed and it is neither done nor dropped
}

// Measures are the measures as a list: by due date, those without one last.
func Measures(m *journey.Map, today string) []Planned {
	now, known := journey.DayOf(today)
	var out []Planned
	for _, n := range m.NotesOf(journey.Measure) {
		p := Planned{Note: n}
		for _, l := range m.LinksFrom(n.ID) {
			switch l.Rel {
			case journey.Answers:
				p.Answers = append(p.Answers, l.To)
			case journey.Realises:
				p.Realises = append(p.Realises, l.To)
			}
		}
		if due, ok := journey.DayOf(n.Due); ok && known {
			p.DaysLeft, p.Dated = due-now, true
			p.Late = due < now && n.Status != journey.Done && n.Status != journey.Dropped
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Planned) int {
		if (a.Note.Due == "") != (b.Note.Due == "") {
			return cmp.Compare(len(b.Note.Due), len(a.Note.Due))
		}
		return cmp.Compare(a.Note.Due, b.Note.Due)
	})
	return out
}

// Watched is a KPI on the KPI board.
type Watched struct {
	KPI      *journey.KPI
	Now      float64   // the last of the series, else the baseline
	Known    bool      // there is a figure at all
	Way      float64   // how far from baseline to target, 0…1 and beyond; NaN when they are not both known
	Better   bool      // the last step was towards the target
	Measures []crdt.ID // that aim at it
}

// KPIs is the KPI board, phase by phase, figures of the whole map last.
func KPIs(m *journey.Map) []Watched {
	var out []Watched
	for _, k := range m.KPIs() {
		w := Watched{KPI: k, Now: k.Baseline, Known: k.HasBaseline || len(k.Series) > 0, Way: math.NaN()}
		if n := len(k.Series); n > 0 {
			w.Now = k.Series[n-1]
			if n > 1 && k.HasTarget {
				w.Better = math.Abs(k.Target-k.Series[n-1]) < math.Abs(k.Target-k.Series[n-2])
			}
		}
		if k.HasBaseline && k.HasTarget && k.Target != k.Baseline && w.Known {
			w.Way = (w.Now - k.Baseline) / (k.Target - k.Baseline)
		}
		for _, n := range m.NotesOf(journey.Measure) {
			if n.KPI == k.ID {
				w.Measures = append(w.Measures, n.ID)
			}
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b Watched) int { return cmp.Compare(column(m, a.KPI.Phase), column(m, b.KPI.Phase)) })
	return out
}

func column(m *journey.Map, phase crdt.ID) int {
	if i := m.PhaseIndex(phase); i >= 0 {
		return i
	}
	return len(m.Phases())
}

// Spot is a note in the impact × feasibility matrix. It is the same note seen
// another way: moving it there changes its impact and effort and nothing else.
type Spot struct {
	Note        *journey.Note
	Impact      int // 1…5, zero: not judged
	Feasibility int // 6 − effort, zero: not judged
	Rank        int // impact × feasibility
}

// Matrix places measures and opportunities by impact and feasibility, the most
// worthwhile first, those not judged last.
func Matrix(m *journey.Map) []Spot {
	var out []Spot
	for _, kind := range []journey.LaneKind{journey.Measure, journey.Opportunity} {
		for _, n := range m.NotesOf(kind) {
			s := Spot{Note: n, Impact: n.Impact}
			if n.Effort > 0 {
				s.Feasibility = 6 - n.Effort
			}
			s.Rank = s.Impact * s.Feasibility
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Spot) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(b.Impact, a.Impact))
	})
	return out
}

// MoveInMatrix judges a note: 1…5 each, zero takes the judgement back.
func MoveInMatrix(m *journey.Map, e *crdt.Edit, note crdt.ID, impact, feasibility int) {
	m.SetNoteImpact(e, note, min(5, max(0, impact)))
	effort := 0
	if feasibility > 0 {
		effort = 6 - min(5, feasibility)
	}
	m.SetNoteEffort(e, note, effort)
}

// BlockerState is how far a blocker is answered.
type BlockerState uint8

const (
	Open   BlockerState = iota // no measure answers it
	InHand                     // a measure does, and is not done
	Solved                     // a measure that answers it is done
)

// Blocker is a card of the board of blockers.
type Blocker struct {
	Into     crdt.ID // the boundary, by the phase it leads into; zero: on no boundary
	Pain     *journey.Note
	Measures []crdt.ID
	State    BlockerState
}

// Blockers is the board of blockers: what stands in the way at each boundary,
// left to right and the worst first, then the pains that stand at none.
func Blockers(m *journey.Map) []Blocker {
	var out []Blocker
	seen := map[crdt.ID]bool{}
	add := func(into crdt.ID, pain *journey.Note) {
		b := Blocker{Into: into, Pain: pain}
		for _, l := range m.LinksTo(pain.ID) {
			n := m.Note(l.From)
			if l.Rel != journey.Answers || n == nil || dropped(n) {
				continue
			}
			b.Measures = append(b.Measures, n.ID)
			if n.Status == journey.Done {
				b.State = Solved
			} else if b.State == Open {
				b.State = InHand
			}
		}
		seen[pain.ID] = true
		out = append(out, b)
	}
	worst := func(from int) {
		slices.SortStableFunc(out[from:], func(a, b Blocker) int { return cmp.Compare(b.Pain.Severity, a.Pain.Severity) })
	}
	for _, b := range m.Boundaries() {
		from := len(out)
		for _, id := range b.Blockers {
			add(b.To, m.Note(id))
		}
		worst(from)
	}
	from := len(out)
	for _, n := range m.NotesOf(journey.Pain) {
		if !seen[n.ID] {
			add(crdt.ID{}, n)
		}
	}
	worst(from)
	return out
}

// Practice is one of the six best practices, as far as the map itself shows it.
// What it says is the text "method.practice." + Key.
type Practice struct {
	Key string
	Met bool
}

// Practices is the best-practice list.
func Practices(m *journey.Map, today string) []Practice {
	_, evidence := Strip(m)
	voices := 0
	for _, r := range Departments(m).Rows {
		if !r.Department.IsZero() && r.Total > 0 {
			voices++
		}
	}
	needs := len(m.Personas()) > 0
	for _, p := range m.Personas() {
		needs = needs && len(p.Needs) > 0
	}
	measures := m.NotesOf(journey.Measure)
	actionable := len(measures) > 0
	for _, n := range measures {
		actionable = actionable && (!n.Owner.IsZero() || dropped(n))
	}
	fresh := Fresh(m, today)
	return []Practice{
		{"customer_view", needs && !onlyHappy(m)},
		{"cross_functional", voices >= 3},
		{"data", evidence.Notes() > 0 && evidence.Guessed() <= 0.5},
		{"actionable", actionable},
		{"review", fresh.Due != "" && !fresh.Overdue},
		{"kpis", len(m.KPIs()) > 0},
	}
}

// Letters are the stages of the second method, MTAOO. What each asks for is the
// text "method.mtaoo." + it.
var Letters = []string{"map", "track", "analyse", "orchestrate", "optimise"}
