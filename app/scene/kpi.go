package scene

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// A cell of a KPI lane shows the figures of its phase, as long as nobody has put
// notes there.
const (
	kpiHigh = 50
	kpiGap  = 8
)

// kpiHeight is the height a KPI lane needs for the phase with the most figures.
func (s *Scene) kpiHeight() float32 {
	count := map[crdt.ID]int{}
	most := 0
	for _, k := range s.m.KPIs() {
		count[k.Phase]++
		most = max(most, count[k.Phase])
	}
	return float32(most)*(kpiHigh+kpiGap) - kpiGap + 2*journey.CellPad
}

func (s *Scene) kpiMarks(m *marks, l *LaneBox) {
	used := map[crdt.ID]int{}
	for _, k := range s.m.KPIs() {
		p := s.Phase(k.Phase)
		if p == nil || len(s.m.NotesIn(journey.Cell{Phase: p.ID, Lane: l.ID})) > 0 {
			continue
		}
		r := Rect{p.Column.X + journey.CellPad, l.Row.Y + journey.CellPad + float32(used[p.ID])*(kpiHigh+kpiGap), min(p.Column.W-2*journey.CellPad, 336), kpiHigh}
		used[p.ID]++
		if r.Bottom() > l.Row.Bottom()-4 {
			continue // somebody made the lane lower
		}
		now, has := latest(k)
		m.frame(r, 6, InkCard, InkRule, 1, Solid)
		name := Clip(oneLine(k.Name.In(string(s.Options.Lang))), 12, r.W-24)
		m.words(r.X+12, r.Y+19, 12, InkTextSoft, AtStart, false, name)
		x := r.X + 12
		if has {
			big := figure(now)
			m.words(x, r.Y+39, 16, InkText, AtStart, true, big)
			x += Width(big, 16)*boldFactor + 3
			m.words(x, r.Y+39, 11, InkTextSoft, AtStart, false, unit(k.Unit))
			x += Width(unit(k.Unit), 11) + 12
		}
		if k.HasTarget {
			ink, sign := InkTextSoft, ""
			if has && reached(k, now) {
				ink, sign = InkGood, "✓ "
			}
			m.words(x, r.Y+39, 11.5, ink, AtStart, false, sign+s.word("scene.kpi.target", figure(k.Target)))
		}
	}
}

// latest is what a figure is now: the end of its series, else its baseline.
func latest(k *journey.KPI) (now float64, ok bool) {
	if n := len(k.Series); n > 0 {
		return k.Series[n-1], true
	}
	return k.Baseline, k.HasBaseline
}

// unit writes the units that files know by a word.
func unit(u string) string {
	if u == "count" {
		return ""
	}
	return u
}

// reached reports whether a figure has come to its target, whichever way leads
// there from the baseline.
func reached(k *journey.KPI, now float64) bool {
	if k.HasBaseline && k.Target < k.Baseline {
		return now <= k.Target
	}
	return now >= k.Target
}
