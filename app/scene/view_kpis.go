package scene

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
)

// kpis draws each figure as a small chart.
func (v *view) kpis() {
	list := v.m.KPIs()
	if len(list) == 0 {
		v.nothing()
		return
	}
	const w, h, gap = 390, 214, 20
	columns := v.columnsOf(w+gap, 4)
	for i, k := range list {
		x, y := float32(i%columns)*(w+gap), viewTop+float32(i/columns)*(h+gap)
		v.kpi(k, Rect{x, y, w, h})
	}
}

func (v *view) kpi(k *journey.KPI, r Rect) {
	name := oneLine(k.Name.In(string(v.Options.Lang)))
	v.begin(OnHead, k.ID, r, v.describeKPI(k, name))
	v.frame(r, 8, InkCard, InkRule, 1, Solid)
	v.words(r.X+18, r.Y+30, 15, InkText, AtStart, true, Clip(name, 15, (r.W-36)/boldFactor))
	if p := v.m.Phase(k.Phase); p != nil {
		v.words(r.X+18, r.Y+49, 11.5, InkTextSoft, AtStart, false, v.phaseName(p.ID))
	}
	now, has := latest(k)
	if has {
		big := figure(now)
		v.words(r.X+18, r.Y+92, 30, InkText, AtStart, true, big)
		v.words(r.X+22+Width(big, 30)*boldFactor, r.Y+92, 13, InkTextSoft, AtStart, false, unit(k.Unit))
	}
	y := r.Y + 114
	if k.HasTarget {
		ink, word := InkWarn, kpiState(k, now, has)
		if word == "scene.kpi.on" {
			ink = InkGood
		}
		v.words(r.X+18, y+4, 12, InkTextSoft, AtStart, false, v.word("scene.kpi.target", figure(k.Target)))
		v.words(r.X+18, y+42, 12, ink, AtStart, true, v.word(word))
	}
	if k.HasBaseline {
		v.words(r.X+18, y+22, 12, InkTextSoft, AtStart, false, v.word("scene.kpi.baseline", figure(k.Baseline)))
	}
	v.sparkline(k, Rect{r.X + 168, r.Y + 66, r.W - 168 - 24, r.H - 66 - 30})
	v.end()
}

// describeKPI says a figure with all that its chart shows.
func (v *view) describeKPI(k *journey.KPI, name string) string {
	parts := []string{name}
	if p := v.m.Phase(k.Phase); p != nil {
		parts = append(parts, v.phaseName(p.ID))
	}
	now, has := latest(k)
	if has {
		parts = append(parts, figure(now)+unit(k.Unit))
	}
	if k.HasBaseline {
		parts = append(parts, v.word("scene.kpi.baseline", figure(k.Baseline)))
	}
	if k.HasTarget {
		parts = append(parts, v.word("scene.kpi.target", figure(k.Target)), v.word(kpiState(k, now, has)))
	}
	return join(v.comma(), parts...)
}

func kpiState(k *journey.KPI, now float64, has bool) string {
	if has && reached(k, now) {
		return "scene.kpi.on"
	}
	return "scene.kpi.off"
}

func (v *view) sparkline(k *journey.KPI, r Rect) {
	series := k.Series
	if len(series) == 0 {
		return
	}
	low, high := slices.Min(series), slices.Max(series)
	if k.HasTarget {
		low, high = min(low, k.Target), max(high, k.Target)
	}
	if k.HasBaseline {
		low, high = min(low, k.Baseline), max(high, k.Baseline)
	}
	if high == low {
		high, low = high+1, low-1
	}
	at := func(value float64) float32 { return r.Bottom() - float32((value-low)/(high-low))*r.H }
	if k.HasBaseline {
		v.line(r.X, at(k.Baseline), r.Right(), at(k.Baseline), InkRuleStrong, 1, Dotted)
	}
	if k.HasTarget {
		y := at(k.Target)
		v.line(r.X, y, r.Right(), y, InkGood, 1.4, Dashed)
		v.words(r.Right(), y-5, 10.5, InkGood, AtEnd, true, v.word("scene.kpi.goal"))
	}
	points := make([]Point, len(series))
	for i, value := range series {
		x := r.X + r.W/2
		if len(series) > 1 {
			x = r.X + 6 + (r.W-12)*float32(i)/float32(len(series)-1)
		}
		points[i] = Point{x, at(value)}
	}
	v.path(string(smooth(nil, points)), InkNone, InkAccent, 2.5)
	for i, p := range points {
		fill := InkCard
		if i == len(points)-1 {
			fill = InkAccent
		}
		v.disc(p, 4.5, fill, InkAccent, 2)
		v.add(Mark{Shape: Words, Rect: Rect{X: p.X, Y: p.Y + 18}, Size: 10.5, Fill: InkTextSoft, Halo: InkCard, Anchor: AtMiddle, Text: figure(series[i])})
	}
}
