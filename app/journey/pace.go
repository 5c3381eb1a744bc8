package journey

import (
	"cmp"
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// Span is a phase on the timeline.
type Span struct {
	Phase      crdt.ID
	From, Days float64 // from the journey's start; Days is never zero
	Known      bool    // somebody has said how long it lasts
	Pause      float64 // days from one touch to the next, on the average; zero: not known
	Silent     bool    // the pause is long: nobody hears of the customer, or the customer of us
}

// A pause is long from a month on, and sooner where the map's own pauses are much
// shorter.
const (
	silentDays  = 30
	silentTimes = 5
)

// Timeline puts phases one after another by their days; those without any get
// the mean of the others, so that nothing has no width. Where nobody has counted
// the touches of a phase, its touchpoints stand for them.
func (m *Map) Timeline() []Span {
	touches := make([]float64, len(m.Phases()))
	sum, known, all := 0.0, 0, 0.0
	for i, p := range m.Phases() {
		if touches[i] = p.Touches; touches[i] <= 0 {
			for _, l := range m.Lanes() {
				if l.Kind == Touchpoint {
					touches[i] += float64(len(m.NotesIn(Cell{Phase: p.ID, Lane: l.ID})))
				}
			}
		}
		if p.Days > 0 {
			sum += p.Days
			all += touches[i]
			known++
		}
	}
	mean, usual := 1.0, 0.0
	if known > 0 {
		mean = sum / float64(known)
	}
	if all > 0 {
		usual = sum / all
	}
	var out []Span
	at := 0.0
	for i, p := range m.Phases() {
		s := Span{Phase: p.ID, From: at, Days: cmp.Or(p.Days, mean), Known: p.Days > 0}
		if p.Days > 0 && all > 0 {
			s.Pause = p.Days / max(1, touches[i])
			s.Silent = s.Pause > silentDays || s.Pause > silentTimes*usual
		}
		at += s.Days
		out = append(out, s)
	}
	return out
}

// Totals are the figures of a journey to hold against its averages. Where some
// phases are marked as counted, only those count.
type Totals struct {
	Touches, Days float64
	Channels      int // different ones in use
}

// Sum adds up a journey.
func (m *Map) Sum() Totals {
	var t Totals
	marked := slices.ContainsFunc(m.Phases(), func(p *Phase) bool { return p.Counted })
	for _, p := range m.Phases() {
		if p.Counted || !marked {
			t.Touches += p.Touches
			t.Days += p.Days
		}
	}
	used := map[crdt.ID]bool{}
	for _, n := range m.Notes() {
		for _, c := range n.Channels {
			used[c] = true
		}
	}
	t.Channels = len(used)
	return t
}
