package scene

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// flow draws the actions as a chart: down each phase, on to the next, with every
// loop back and skip ahead that somebody linked.
func (v *view) flow() {
	const colWidth, nodeWidth, gap = 268, 190, 30
	y0 := float32(viewTop)
	at := map[crdt.ID]Rect{}
	step := map[crdt.ID]int{}
	var order []*journey.Note
	bottom := y0
	for i := range v.Phases {
		x := float32(i) * colWidth
		v.chevron(&v.Phases[i], Rect{x, y0, colWidth, 50}, i == 0, "")
		y := y0 + 84
		for _, n := range v.actions(v.Phases[i].ID) {
			h := v.card(n, 0, 0, nodeWidth, 4, true)
			at[n.ID] = Rect{x + 22, y, nodeWidth, h}
			step[n.ID] = len(order)
			order = append(order, n)
			y += h + gap
		}
		bottom = max(bottom, y)
	}
	if len(order) == 0 {
		v.nothing()
		return
	}
	linked := map[[2]crdt.ID]bool{}
	var links []*journey.Link
	for _, l := range v.m.Links() {
		_, a := at[l.From]
		_, b := at[l.To]
		if a && b && (l.Rel == journey.Leads || l.Rel == journey.Relates) {
			linked[[2]crdt.ID{l.From, l.To}] = true
			links = append(links, l)
		}
	}
	for i := 1; i < len(order); i++ {
		a, b := order[i-1].ID, order[i].ID
		if !linked[[2]crdt.ID{a, b}] {
			v.arrow(flowRoute(at[a], at[b]), InkTextFaint, 1.6, Solid)
		}
	}
	for _, l := range links {
		ink, dash := InkAccent, Solid
		switch d := step[l.To] - step[l.From]; {
		case d < 0:
			ink, dash = InkBad, Dashed // a loop back
		case d > 1:
			ink = InkWarn // a skip ahead
		}
		b := flowRoute(at[l.From], at[l.To])
		v.arrow(b, ink, 2.2, dash)
		if l.Label != "" {
			p := b.At(0.5)
			v.add(Mark{Shape: Words, Rect: Rect{X: p.X, Y: p.Y}, Size: 11, Fill: ink, Halo: InkPaper, Anchor: AtMiddle, RTL: RightToLeft(l.Label), Text: oneLine(l.Label)})
		}
	}
	for i, n := range order {
		r := at[n.ID]
		v.card(n, r.X, r.Y, r.W, 4, false)
		v.disc(Point{r.X, r.Y}, 10, InkCard, InkRuleStrong, 1)
		v.words(r.X, r.Y+4, 11, InkText, AtMiddle, true, strconv.Itoa(i+1))
	}
	y := bottom + 10
	x := float32(0)
	for _, k := range [...]struct {
		key  string
		ink  Ink
		dash Dash
	}{{"scene.flow.next", InkTextFaint, Solid}, {"scene.flow.skip", InkWarn, Solid}, {"scene.flow.back", InkBad, Dashed}} {
		v.add(Mark{Shape: Path, D: string(pen(nil).to('M', x, y).to('L', x+34, y)), Stroke: k.ink, Weight: 2.2, Dash: k.dash})
		word := v.word(k.key)
		v.words(x+42, y+4, 11.5, InkTextSoft, AtStart, false, word)
		x += 42 + Width(word, 11.5) + 26
	}
	v.use(Rect{0, 0, x, y + 10})
}

func (v *view) arrow(b Bend, ink Ink, weight float32, dash Dash) {
	v.add(Mark{Shape: Path, D: b.Path(), Stroke: ink, Weight: weight, Dash: dash})
	v.path(b.Arrow(9), ink, InkNone, 0)
}

// flowRoute goes down within a column, around on the left when it goes back up
// in one, and by the sides from column to column.
func flowRoute(a, b Rect) Bend {
	if a.X == b.X {
		if b.Y > a.Y && b.Y-a.Bottom() < 60 {
			from, to := Point{a.X + a.W/2, a.Bottom()}, Point{b.X + b.W/2, b.Y}
			return Bend{from, Point{from.X, from.Y + 8}, Point{to.X, to.Y - 12}, to}
		}
		from, to := Point{a.Right(), a.Center().Y}, Point{b.Right(), b.Center().Y}
		return Bend{from, Point{from.X + 50, from.Y}, Point{to.X + 50, to.Y}, to}
	}
	from, to := Point{a.Right(), a.Center().Y}, Point{b.X, b.Center().Y}
	if b.X < a.X {
		from, to = Point{a.X, a.Center().Y}, Point{b.Right(), b.Center().Y}
	}
	pull := (to.X - from.X) * 0.5
	if max(pull, -pull) > 120 { // over columns between: bow out under them
		dip := max(a.Bottom(), b.Bottom()) + 40
		from, to = Point{a.X + a.W*0.7, a.Bottom()}, Point{b.X + b.W*0.3, b.Bottom()}
		return Bend{from, Point{from.X, dip}, Point{to.X, dip}, to}
	}
	return Bend{from, Point{from.X + pull, from.Y}, Point{to.X - pull, to.Y}, to}
}
