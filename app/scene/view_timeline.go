package scene

import (
	"math"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// timeline draws phases as wide as they last, the actions where they happen, and
// the curve under them.
func (v *view) timeline() {
	if len(v.Phases) == 0 {
		v.nothing()
		return
	}
	const total, least, cardWidth = 1640, 150, 164
	spans := v.spans()
	known := slices.ContainsFunc(spans, func(s journey.Span) bool { return s.Known })
	all := spans[len(spans)-1].From + spans[len(spans)-1].Days
	v.totals()
	x, y := float32(0), float32(viewTop)
	starts, widths := make([]float32, len(spans)), make([]float32, len(spans))
	for i, s := range spans {
		starts[i], widths[i] = x, max(least, float32(s.Days/all)*total)
		x += widths[i]
	}
	end := x
	for i := range v.Phases {
		v.chevron(&v.Phases[i], Rect{starts[i], y, widths[i], 50}, i == 0, v.silence(spans[i]))
	}
	y += 50
	// the axis: how many days have gone by at each border
	y += 26
	v.line(0, y, end, y, InkRuleStrong, 1.5, Solid)
	day := 0.0
	for i := range spans {
		if spans[i].Silent {
			v.pause(starts[i], y, widths[i], v.silence(spans[i]))
		}
		v.line(starts[i], y-5, starts[i], y+5, InkRuleStrong, 1.5, Solid)
		if known {
			v.words(starts[i], y+19, 11, InkTextSoft, AtStart, false, v.word("scene.day", decimal(day)))
		}
		if p := v.m.Phase(v.Phases[i].ID); p != nil {
			day += p.Days
		}
	}
	v.line(end, y-5, end, y+5, InkRuleStrong, 1.5, Solid)
	if known {
		v.words(end, y+19, 11, InkTextSoft, AtEnd, false, v.word("scene.day", decimal(day)))
	}
	y += 36
	// actions hang below their moment, each in the first row that is free there
	type moment struct {
		n *journey.Note
		x float32
	}
	var rows []float32
	var rowOf []int
	var moments []moment
	for i := range v.Phases {
		notes := v.actions(v.Phases[i].ID)
		for k, n := range notes {
			at := starts[i] + widths[i]*(float32(k)+0.5)/float32(len(notes))
			left := at - 12
			row := slices.IndexFunc(rows, func(right float32) bool { return right+10 <= left })
			if row < 0 {
				row = len(rows)
				rows = append(rows, 0)
			}
			rows[row] = left + cardWidth
			moments, rowOf = append(moments, moment{n, at}), append(rowOf, row)
		}
	}
	heights := make([]float32, len(rows))
	for i, mo := range moments {
		heights[rowOf[i]] = max(heights[rowOf[i]], v.card(mo.n, 0, 0, cardWidth, 3, true))
	}
	tops := make([]float32, len(rows))
	at := y
	for i, h := range heights {
		tops[i] = at
		at += h + 12
	}
	for i, mo := range moments {
		v.line(mo.x, y-36, mo.x, tops[rowOf[i]], InkRule, 1, Solid)
	}
	for i, mo := range moments {
		v.disc(Point{mo.x, y - 36}, 4, InkAccent, InkNone, 0)
		v.card(mo.n, mo.x-12, tops[rowOf[i]], cardWidth, 3, false)
	}
	y = at + 12
	y = v.timeCurve(y, starts, widths, end)
	for i := range spans {
		if spans[i].Silent {
			v.marks = slices.Insert(v.marks, 0, Mark{Shape: Box, Rect: Rect{starts[i], viewTop + 50, widths[i], y - viewTop - 50}, Fill: InkWarnSoft, Fade: 0.35})
		}
	}
	for i := 1; i < len(starts); i++ {
		v.marks = slices.Insert(v.marks, 0, Mark{Shape: Path, D: string(pen(nil).to('M', starts[i], viewTop+50).to('L', starts[i], y)), Stroke: InkRule, Weight: 1, Dash: Dashed})
	}
	v.use(Rect{0, 0, end, y})
}

// spans are the phases as they are drawn: notes in no phase stand in a column too,
// as wide as the mean of the others.
func (v *view) spans() []journey.Span {
	timeline := v.m.Timeline()
	all := 0.0
	for _, s := range timeline {
		all += s.Days
	}
	out := make([]journey.Span, len(v.Phases))
	at := 0.0
	for i := range v.Phases {
		k := slices.IndexFunc(timeline, func(s journey.Span) bool { return s.Phase == v.Phases[i].ID })
		if k >= 0 {
			out[i] = timeline[k]
		} else if out[i].Days = 1; len(timeline) > 0 {
			out[i].Days = all / float64(len(timeline))
		}
		out[i].From = at
		at += out[i].Days
	}
	return out
}

// silence says how long nobody hears from one another in a phase; empty where the
// pauses are usual ones.
func (v *view) silence(s journey.Span) string {
	if !s.Silent {
		return ""
	}
	return v.word("scene.silence", count(math.Round(s.Pause)))
}

// pause marks a long silence on the axis: broken there, with the sign of a pause
// and what it means.
func (v *view) pause(x, y, width float32, said string) {
	v.line(x+6, y, x+width-6, y, InkPaper, 3, Solid)
	v.line(x+6, y, x+width-6, y, InkWarn, 3, Dotted)
	v.box(Rect{x + 8, y - 17, 3, 10}, 1, InkWarn)
	v.box(Rect{x + 14, y - 17, 3, 10}, 1, InkWarn)
	v.words(x+22, y-8, 11, InkWarn, AtStart, true, Clip(said, 11, (width-28)/boldFactor))
}

// totals are how long and how busy the journey is, beside what is usual.
func (v *view) totals() {
	sum, usual := v.m.Sum(), v.m.Averages()
	say := func(days, touches, channels float64) (said string) {
		for _, f := range [...]struct {
			key string
			n   float64
		}{{"scene.days", days}, {"scene.touches", touches}, {"scene.channels", channels}} {
			if f.n > 0 {
				said = join(" · ", said, v.word(f.key, count(f.n)))
			}
		}
		return said
	}
	said := say(sum.Days, sum.Touches, float64(sum.Channels))
	if average := say(usual.Days, usual.Touches, usual.Channels); average != "" && said != "" {
		said += "  —  " + v.word("scene.average", average)
	}
	v.words(0, 66, 12, InkTextSoft, AtStart, false, said)
	v.w = max(v.w, Width(said, 12))
}

// timeCurve draws the emotions stretched to the days.
func (v *view) timeCurve(y float32, starts, widths []float32, end float32) float32 {
	if len(v.Curves) == 0 {
		return y
	}
	lane := &LaneBox{Row: Rect{0, y, end, 200}}
	v.frame(lane.Row, 8, InkCard, InkRule, 1, Solid)
	v.levelMarks(&v.marks, lane)
	for i := range v.Curves {
		c := &v.Curves[i]
		for k := range c.Points {
			p := &c.Points[k]
			if col, ok := v.columns[p.Phase]; ok {
				from := v.Phases[col].Column
				p.At = Point{starts[col] + widths[col]*(p.At.X-from.X)/from.W, scoreY(lane.Row, p.Score)}
				v.d.Boxes = append(v.d.Boxes, ViewBox{Target{Kind: OnPoint, ID: p.ID}, Rect{p.At.X - 12, p.At.Y - 12, 24, 24}})
			}
		}
		c.finish()
		c.Lane = crdt.ID{}
	}
	v.curvesIn(&v.marks, lane)
	return lane.Row.Bottom()
}
