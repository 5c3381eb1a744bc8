package scene

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// ViewName names one of the other ways to look at a map.
type ViewName string

const (
	Timeline   ViewName = "timeline"   // phases as wide as they are long in days
	Flow       ViewName = "flow"       // actions in order, with loops and skips
	Storyboard ViewName = "storyboard" // a frame an action
	Roles      ViewName = "roles"      // department × phase, and who hands over to whom
	Measures   ViewName = "measures"   // who does what by when
	KPIs       ViewName = "kpis"       // figures with baseline, target and series
	Matrix     ViewName = "matrix"     // measures by impact and feasibility
)

// Views are all of them, in the order in which they are offered.
var Views = [...]ViewName{Timeline, Flow, Storyboard, Roles, Measures, KPIs, Matrix}

// Drawn is a view, ready for any painter.
type Drawn struct {
	Title  string
	Bounds Rect
	Marks  []Mark
	Boxes  []ViewBox // what can be taken hold of, the last in front

	rows [6]float32 // of the matrix: where its rows begin
}

// ViewBox is a thing in a view and where it is.
type ViewBox struct {
	Target Target
	Rect   Rect
}

// Hit is what stands under a point of the view.
func (d *Drawn) Hit(x, y float32) Target {
	for i := len(d.Boxes) - 1; i >= 0; i-- {
		if d.Boxes[i].Rect.Contains(x, y) {
			return d.Boxes[i].Target
		}
	}
	return Target{}
}

// View draws a map in another way.
func View(m *journey.Map, name ViewName, o Options) Drawn {
	return Layout(m, o).View(name, o.Width)
}

// View draws the map of a scene in another way, which spares laying it out. The
// scene stays as it is.
func (s *Scene) View(name ViewName, width float32) Drawn {
	own := *s
	own.Options.Width = width
	own.Curves = slices.Clone(s.Curves) // the timeline stretches them
	for i := range own.Curves {
		own.Curves[i].Points = slices.Clone(own.Curves[i].Points)
	}
	v := &view{Scene: &own}
	v.title(name)
	switch name {
	case Timeline:
		v.timeline()
	case Flow:
		v.flow()
	case Storyboard:
		v.storyboard()
	case Roles:
		v.roles()
	case Measures:
		v.measures()
	case KPIs:
		v.kpis()
	case Matrix:
		v.matrix()
	}
	v.d.Marks = v.marks
	v.d.Bounds = Rect{0, 0, max(v.w, 600), v.h}.Grow(margin)
	return v.d
}

// view is a view being drawn. The scene lends it names, tones and words.
type view struct {
	*Scene
	marks
	d    Drawn
	w, h float32 // what is used so far
}

const viewTop = 78 // under the title

// ViewZoomMin is how small a view is shown at first at the least: a card of one
// line is then still 24 pixels high.
const ViewZoomMin = 0.8

func (v *view) title(name ViewName) {
	v.d.Title = v.Title
	v.words(0, 16, 12, InkTextFaint, AtStart, true, v.word("scene.view."+string(name)))
	v.words(0, 44, 22, InkText, AtStart, true, v.Title)
	v.w, v.h = Width(v.Title, 22)*boldFactor, viewTop
}

// columnsOf is how many columns of a width fit where the view is shown.
func (v *view) columnsOf(width float32, most int) int {
	if v.Options.Width <= 0 {
		return most
	}
	return min(most, max(1, int((v.Options.Width-2*margin)/width)))
}

// use widens the view to hold r.
func (v *view) use(r Rect) {
	v.w, v.h = max(v.w, r.Right()), max(v.h, r.Bottom())
}

// begin opens a group that can be taken hold of at r.
func (v *view) begin(kind TargetKind, id crdt.ID, r Rect, reads string) {
	t := Target{Kind: kind, ID: id}
	v.add(Mark{Shape: Begin, Target: t, Text: reads})
	v.d.Boxes = append(v.d.Boxes, ViewBox{t, r})
	v.use(r)
}

// nothing says that there is nothing to show.
func (v *view) nothing() {
	v.words(0, v.h+14, 14, InkTextSoft, AtStart, false, v.word("scene.empty"))
	v.h += 30
}

// card is a note as a small card of a given width; it returns how high it is.
// With measure it only measures.
func (v *view) card(n *journey.Note, x, y, w float32, lines int, measure bool) float32 {
	const size = 12
	text := v.few(n.Text, size, w-22, lines)
	h := float32(max(len(text), 1))*size*lineHeight + 14
	if measure {
		return h
	}
	tone := v.tones.Of(n)
	r := Rect{x, y, w, h}
	v.begin(OnNote, n.ID, r, v.Describe(Target{Kind: OnNote, ID: n.ID}))
	dash := Solid
	if n.Evidence.Level == journey.Guess {
		dash = Dashed
	}
	v.frame(r, 4, tone.Fill(), tone.Edge(), 0.8, dash)
	v.path(edgeBar(r), tone.Edge(), InkNone, 0)
	for i, line := range text {
		v.words(x+12, y+18+float32(i)*size*lineHeight, size, tone.Ink(), AtStart, false, line)
	}
	v.end()
	return h
}

// actions are the notes of the first action lane in a phase, as they are read.
func (v *view) actions(phase crdt.ID) []*journey.Note {
	if l := v.m.LaneOf(journey.Action); l != nil {
		return v.m.NotesIn(journey.Cell{Phase: phase, Lane: l.ID})
	}
	return nil
}

// chevron is a phase's head; more is what is to be read of it besides its name.
func (v *view) chevron(p *PhaseBox, r Rect, first bool, more string) {
	fill, ink := p.Ink, InkOnPhase
	if fill == InkNone {
		fill, ink = InkCardSoft, InkText
	}
	const tip = 12
	d := pen(nil).to('M', r.X, r.Y).to('L', r.Right()-3, r.Y).to('L', r.Right()-3+tip, r.Y+r.H/2).to('L', r.Right()-3, r.Bottom()).to('L', r.X, r.Bottom())
	x := r.X + 12
	if !first {
		d = d.to('L', r.X+tip, r.Y+r.H/2)
		x += tip
	}
	v.begin(OnPhase, p.ID, r, join(v.comma(), p.name, p.info, more))
	v.path(string(d.close()), fill, InkNone, 0)
	room := r.Right() - x - 6
	if p.info == "" || r.H < 40 {
		v.words(x, r.Y+r.H/2+5, 14, ink, AtStart, true, Clip(p.name, 14, room/boldFactor))
	} else {
		v.words(x, r.Y+r.H/2-3, 14, ink, AtStart, true, Clip(p.name, 14, room/boldFactor))
		v.words(x, r.Y+r.H/2+14, 11, ink, AtStart, false, Clip(p.info, 11, room))
	}
	v.end()
	v.use(Rect{r.X, r.Y, r.W + tip, r.H})
}

// ---- timeline

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

// ---- flow

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
			v.add(Mark{Shape: Words, Rect: Rect{X: p.X, Y: p.Y}, Size: 11, Fill: ink, Halo: InkPaper, Anchor: AtMiddle, Text: oneLine(l.Label)})
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

// ---- storyboard

// storyboard draws a frame an action: its picture or, without one, the face of
// the feeling there and where it happens; below what the customer does.
func (v *view) storyboard() {
	const w, picture, gap = 300, 150, 22
	columns := v.columnsOf(w+gap, 5)
	type frame struct {
		n     *journey.Note
		text  []string
		phase *PhaseBox // of the first frame of a phase
	}
	var frames []frame
	for i := range v.Phases {
		for k, n := range v.actions(v.Phases[i].ID) {
			f := frame{n: n, text: v.wrap.Lines(nil, n.Text, 14, w-32)}
			if k == 0 {
				f.phase = &v.Phases[i]
			}
			frames = append(frames, f)
		}
	}
	if len(frames) == 0 {
		v.nothing()
		return
	}
	y := float32(viewTop)
	for row := 0; row < len(frames); row += columns {
		end := min(row+columns, len(frames))
		lines := 1
		for _, f := range frames[row:end] {
			lines = max(lines, len(f.text))
		}
		h := picture + 34 + float32(lines)*20
		for i, f := range frames[row:end] {
			r := Rect{float32(i) * (w + gap), y, w, h}
			v.begin(OnNote, f.n.ID, r, v.Describe(Target{Kind: OnNote, ID: f.n.ID}))
			v.storyFrame(f.n, r, picture, row+i+1, f.phase)
			for k, line := range f.text {
				v.words(r.X+16, y+picture+32+float32(k)*20, 14, InkText, AtStart, false, line)
			}
			v.end()
		}
		y += h + gap
	}
}

// storyFrame is a frame without its text.
func (v *view) storyFrame(n *journey.Note, r Rect, picture float32, number int, phase *PhaseBox) {
	tone := v.tones.Of(n)
	inside := Rect{r.X + 8, r.Y + 8, r.W - 16, picture}
	v.frame(r, 8, InkCard, InkRule, 1, Solid)
	v.box(inside, 5, tone.Fill())
	if at := v.imageAt(n.Image); at != "" {
		v.add(Mark{Shape: Image, Rect: inside, Text: at})
	} else {
		v.storyFace(n, inside.X, inside.Y, inside.W, inside.H, tone)
	}
	v.box(Rect{r.X + 16, r.Y + 16, 26, 22}, 5, tone.Edge())
	v.words(r.X+29, r.Y+32, 12, InkCard, AtMiddle, true, strconv.Itoa(number))
	if phase == nil {
		return
	}
	ink := phase.Ink
	if ink == InkNone {
		ink = InkPhaseComparing
	}
	label := Clip(phase.name, 11, r.W-90)
	v.box(Rect{r.X + 48, r.Y + 16, Width(label, 11)*boldFactor + 16, 22}, 11, ink)
	v.words(r.X+56, r.Y+31, 11, InkOnPhase, AtStart, true, label)
}

// storyFace stands in for a picture: the customer with the feeling scored there
// and what it is called, and the touchpoints that serve the action.
func (v *view) storyFace(n *journey.Note, x, y, w, h float32, tone Tone) {
	var label string
	score, scored := 0.0, false
	for i := range v.Curves {
		for _, p := range v.Curves[i].Points {
			if p.Note == n.ID {
				label, score, scored = p.Label, p.Score, true
			}
		}
	}
	c := Point{x + w/2, y + h/2 - 8}
	ink := tone.Edge()
	v.disc(c, 30, InkCard, ink, 2.5)
	if scored {
		bend := float32(score) * 5
		v.disc(Point{c.X - 10, c.Y - 7}, 3.2, ink, InkNone, 0)
		v.disc(Point{c.X + 10, c.Y - 7}, 3.2, ink, InkNone, 0)
		v.path(string(pen(nil).to('M', c.X-13, c.Y+11-bend/3).to('Q', c.X, c.Y+11+bend, c.X+13, c.Y+11-bend/3)), InkNone, ink, 2.5)
	} else { // nobody said how it felt: no face is made up
		v.path(string(pen(nil).scaled(laneIcon(n.Kind), c.X-17, c.Y-17, 1.7)), InkNone, ink, 2.2)
	}
	if label != "" {
		lw := Width(label, 12) + 18
		v.frame(Rect{c.X + 26, c.Y - 40, lw, 24}, 12, InkCard, ink, 1, Solid)
		v.words(c.X+35, c.Y-23.500, 12, InkText, AtStart, false, label)
	}
	where := ""
	for _, l := range v.m.LinksTo(n.ID) {
		if l.Rel != journey.Serves {
			continue
		}
		if at := v.m.Note(l.From); at != nil {
			where = join(" · ", where, oneLine(at.Text))
		}
	}
	if where != "" {
		v.words(c.X, y+h-12, 11, tone.Ink(), AtMiddle, false, Clip(where, 11, w-24))
	}
}

// ---- roles

// roles draws which department is there for the customer in which phase, by which
// channels, and where the journey is handed from one to another. The channel
// dictionary says whose a touchpoint is.
func (v *view) roles() {
	departments := v.m.Departments()
	if len(departments) == 0 || len(v.Phases) == 0 {
		v.nothing()
		return
	}
	const label, colWidth = 190, 262
	y := float32(viewTop)
	for i := range v.Phases {
		v.chevron(&v.Phases[i], Rect{label + float32(i)*colWidth, y, colWidth, 50}, i == 0, "")
	}
	y += 50 + 12
	handovers := v.handovers()
	cells := map[[2]crdt.ID]journey.RoleCell{}
	for _, c := range v.m.Roles() {
		cells[[2]crdt.ID{c.Department, c.Phase}] = c
	}
	for _, d := range departments {
		high := float32(60)
		for i := range v.Phases {
			high = max(high, v.role(cells[[2]crdt.ID{d.ID, v.Phases[i].ID}], 0, 0, colWidth, true)+8)
		}
		tone := v.Tone(d.ID)
		row := Rect{0, y, label + float32(len(v.Phases))*colWidth, high}
		v.frame(row, 8, InkCard, InkRule, 1, Solid)
		v.box(Rect{0, y, 6, high}, 3, tone.Edge())
		for i, line := range v.wrap.Lines(nil, v.names[d.ID], 14, (label-40)/boldFactor) {
			v.words(20, y+26+float32(i)*18, 14, InkText, AtStart, true, line)
		}
		for i := range v.Phases {
			x := label + float32(i)*colWidth
			v.line(x, y+8, x, y+high-8, InkRule, 1, Solid)
			v.role(cells[[2]crdt.ID{d.ID, v.Phases[i].ID}], x, y, colWidth, false)
		}
		v.use(row)
		y += high + 10
	}
	y += 22
	v.words(0, y, 14, InkText, AtStart, true, v.word("scene.roles.handovers"))
	y += 12
	if len(handovers) == 0 {
		v.words(0, y+14, 12, InkTextSoft, AtStart, false, v.word("scene.empty"))
		y += 24
	}
	for _, h := range handovers {
		x := float32(0)
		for i, id := range [...]crdt.ID{h.from, h.to} {
			tone, name := v.Tone(id), v.names[id]
			w := Width(name, 12) + 30
			if i == 1 {
				v.path(string(pen(nil).to('M', x+6, y+14).to('L', x+26, y+14).to('M', x+20, y+9).to('L', x+26, y+14).to('L', x+20, y+19)), InkNone, InkTextSoft, 1.6)
				x += 34
			}
			v.frame(Rect{x, y + 3, w, 22}, 4, tone.Fill(), tone.Edge(), 1, Solid)
			v.words(x+15, y+18, 12, tone.Ink(), AtStart, false, name)
			x += w
		}
		v.words(x+14, y+18, 12, InkTextSoft, AtStart, false, v.word("scene.roles.times", h.times, h.where))
		v.use(Rect{0, y, x + 300, 28})
		y += 30
	}
	v.h = max(v.h, y)
}

// role draws what a department does in a phase: the channels that it answers for,
// the touchpoints there, and its measures. It gives back how high that is; with
// measure it only measures.
func (v *view) role(c journey.RoleCell, x, y, width float32, measure bool) float32 {
	at := y + 10
	if len(c.Touch)+len(c.Measures) == 0 {
		if !measure {
			v.words(x+14, at+16, 12, InkTextFaint, AtStart, false, v.word("scene.roles.none"))
		}
		return 36
	}
	said := ""
	for _, id := range c.Channels {
		if channel := v.m.Channel(id); channel != nil {
			said = join(" · ", said, oneLine(channel.Name.In(string(v.Options.Lang))))
		}
	}
	for i, line := range v.few(said, 11.5, width-28, 2) {
		if i == 0 && line == "" {
			break
		}
		if !measure {
			v.words(x+14, at+14, 11.5, InkTextSoft, AtStart, true, line)
		}
		at += 16
	}
	at += 4
	for _, part := range [...]struct {
		key   string
		notes []crdt.ID
	}{{"", c.Touch}, {"scene.roles.measures", c.Measures}} {
		if part.key != "" && len(part.notes) > 0 {
			if !measure {
				v.words(x+14, at+12, 11.5, InkTextSoft, AtStart, false, v.word(part.key))
			}
			at += 20
		}
		for _, id := range part.notes {
			if n := v.m.Note(id); n != nil {
				at += v.card(n, x+14, at, width-28, 2, measure) + 8
			}
		}
	}
	return at - y
}

type handover struct {
	from, to crdt.ID
	times    int
	where    string // the phases
}

// handovers counts where one touchpoint and the next are different departments',
// the most frequent first.
func (v *view) handovers() []handover {
	var out []handover
	for _, one := range v.m.Handovers() {
		k := slices.IndexFunc(out, func(h handover) bool { return h.from == one.From && h.to == one.To })
		if k < 0 {
			k = len(out)
			out = append(out, handover{from: one.From, to: one.To})
		}
		out[k].times++
		if name := v.phaseName(one.Phase); out[k].where == "" {
			out[k].where = name
		} else if !hasPart(out[k].where, name) {
			out[k].where += v.comma() + name
		}
	}
	slices.SortStableFunc(out, func(a, b handover) int { return b.times - a.times })
	return out
}

func hasPart(list, part string) bool {
	return list == part || len(list) > len(part) && list[len(list)-len(part):] == part
}

// ---- measures

// measures draws what is to be done as a list: by due date, without one last.
func (v *view) measures() {
	notes := slices.Clone(v.m.NotesOf(journey.Measure))
	if len(notes) == 0 {
		v.nothing()
		return
	}
	slices.SortStableFunc(notes, func(a, b *journey.Note) int {
		if (a.Due == "") != (b.Due == "") {
			return cmp.Compare(len(b.Due), len(a.Due))
		}
		return cmp.Compare(a.Due, b.Due)
	})
	columns := [...]struct {
		key string
		w   float32
	}{{"status", 116}, {"measure", 420}, {"answers", 330}, {"owner", 190}, {"due", 100}, {"score", 120}, {"kpi", 220}}
	x, y := float32(0), float32(viewTop)
	total := float32(0)
	for _, c := range columns {
		v.words(x+12, y+18, 12, InkTextSoft, AtStart, true, v.word("scene.measures."+c.key))
		x += c.w
		total += c.w
	}
	y += 30
	for _, n := range notes {
		text := v.wrap.Lines(nil, n.Text, 13, columns[1].w-28)
		var answers []string
		for _, l := range v.m.LinksFrom(n.ID) {
			if at := v.m.Note(l.To); at != nil && l.Rel == journey.Answers {
				answers = append(answers, v.wrap.Lines(nil, "– "+oneLine(at.Text), 12, columns[2].w-24)...)
			}
		}
		h := float32(max(len(text), len(answers), 1))*19 + 18
		r := Rect{0, y, total, h}
		v.begin(OnNote, n.ID, r, v.Describe(Target{Kind: OnNote, ID: n.ID}))
		v.frame(r, 6, InkCard, InkRule, 1, Solid)
		tone := v.tones.Of(n)
		v.box(Rect{0, y, 5, h}, 2, tone.Edge())
		x = 0
		base := y + 22
		if g := StatusSign(n.Status); g != SignNone {
			ink := InkTextSoft
			switch n.Status {
			case journey.Done:
				ink = InkGood
			case journey.Doing:
				ink = InkAccent
			}
			v.path(string(pen(nil).sign(g, 14, y+11, 14)), ink, InkNone, 0)
			v.words(34, base, 12, ink, AtStart, true, v.word(g.Key()))
		}
		x += columns[0].w
		for i, line := range text {
			v.words(x+12, base+float32(i)*19, 13, InkText, AtStart, false, line)
		}
		x += columns[1].w
		for i, line := range answers {
			v.words(x+12, base+float32(i)*19, 12, InkTextSoft, AtStart, false, line)
		}
		x += columns[2].w
		if owner := v.names[n.Owner]; owner != "" {
			v.box(Rect{x + 12, y + 12, 11, 11}, 3, v.Tone(n.Owner).Edge())
			v.words(x+30, base, 12, InkText, AtStart, false, Clip(owner, 12, columns[3].w-42))
		} else {
			v.words(x+12, base, 12, InkBad, AtStart, true, v.word("scene.measures.nobody"))
		}
		x += columns[3].w
		if n.Due != "" {
			v.words(x+12, base, 12, InkText, AtStart, false, shortDate(n.Due, v.Options.Lang))
		} else {
			v.words(x+12, base, 12, InkBad, AtStart, true, v.word("scene.measures.never"))
		}
		x += columns[4].w
		if n.Impact > 0 && n.Effort > 0 {
			v.words(x+12, base, 12, InkTextSoft, AtStart, false, v.word("scene.measures.scores", n.Impact, n.Effort))
		}
		x += columns[5].w
		if k := v.m.KPI(n.KPI); k != nil {
			v.words(x+12, base, 12, InkTextSoft, AtStart, false, Clip(oneLine(k.Name.In(string(v.Options.Lang))), 12, columns[6].w-20))
		}
		v.end()
		y += h + 8
	}
	v.h = y
}

// ---- KPIs

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

// ---- matrix

// The matrix has five steps of feasibility across (6 − effort) and five of impact
// upwards; each field stacks its notes and its row grows with the fullest one.
const (
	matrixField = 236
	matrixLeast = 96
	matrixLeft  = 96
)

func (v *view) matrix() {
	var fields [5][5][]*journey.Note // [row from the top][column]
	var without []*journey.Note
	for _, kind := range [...]journey.LaneKind{journey.Measure, journey.Opportunity} {
		for _, n := range v.m.NotesOf(kind) {
			if n.Impact >= 1 && n.Impact <= 5 && n.Effort >= 1 && n.Effort <= 5 {
				fields[5-n.Impact][5-n.Effort] = append(fields[5-n.Impact][5-n.Effort], n)
			} else {
				without = append(without, n)
			}
		}
	}
	y := float32(viewTop)
	top := y
	var tops [6]float32
	for row := range 5 {
		high := float32(matrixLeast)
		for col := range 5 {
			h := float32(20)
			for _, n := range fields[row][col] {
				h += v.card(n, 0, 0, matrixField-28, 3, true) + 8
			}
			high = max(high, h)
		}
		tops[row] = y
		y += high
	}
	tops[5] = y
	v.d.rows = tops
	right := float32(matrixLeft + 5*matrixField)
	v.frame(Rect{matrixLeft, top, right - matrixLeft, y - top}, 10, InkCard, InkRule, 1, Solid)
	// the corner where much is won for little
	v.add(Mark{Shape: Box, Rect: Rect{matrixLeft + 3*matrixField, top, 2 * matrixField, tops[2] - top}, Radius: 10, Fill: InkGoodSoft, Fade: 0.35})
	for i := 1; i < 5; i++ {
		v.line(matrixLeft+float32(i)*matrixField, top, matrixLeft+float32(i)*matrixField, y, InkRule, 1, Solid)
		v.line(matrixLeft, tops[i], right, tops[i], InkRule, 1, Solid)
	}
	v.words(right-14, top+18, 12, InkGood, AtEnd, true, v.word("scene.matrix.first"))
	for row := range 5 {
		v.words(matrixLeft-16, (tops[row]+tops[row+1])/2+5, 14, InkTextSoft, AtEnd, true, strconv.Itoa(5-row))
		for col := range 5 {
			cy := tops[row] + 14
			if row == 0 && col == 4 {
				cy += 14
			}
			for _, n := range fields[row][col] {
				cy += v.card(n, matrixLeft+float32(col)*matrixField+14, cy, matrixField-28, 3, false) + 8
			}
		}
	}
	for col := range 5 {
		v.words(matrixLeft+(float32(col)+0.5)*matrixField, y+24, 14, InkTextSoft, AtMiddle, true, strconv.Itoa(col+1))
	}
	v.words(0, top+14, 12.5, InkText, AtStart, true, v.word("scene.matrix.impact"))
	v.words(right, y+46, 12.5, InkText, AtEnd, true, v.word("scene.matrix.feasible"))
	y += 56
	v.words(matrixLeft, y+14, 13, InkText, AtStart, true, v.word("scene.matrix.unscored"))
	y += 26
	for i, n := range without {
		v.card(n, matrixLeft+float32(i%5)*matrixField+14, y+float32(i/5)*76, matrixField-28, 3, false)
	}
	y += float32(max(1, (len(without)+4)/5)) * 76
	v.use(Rect{0, 0, right, y})
}

// MatrixAt is the impact and effort that a note dropped at a point of the matrix
// has; not ok beside it. Rows are as high as the drawn view's.
func (d *Drawn) MatrixAt(x, y float32) (impact, effort int, ok bool) {
	col := int((x - matrixLeft) / matrixField)
	if x < matrixLeft || col > 4 {
		return 0, 0, false
	}
	for row := range 5 {
		if y >= d.rows[row] && y < d.rows[row+1] {
			return 5 - row, 5 - col, true
		}
	}
	return 0, 0, false
}

// MatrixField is where notes of an impact and an effort stand in the matrix; for
// those without it is the tray below.
func (d *Drawn) MatrixField(impact, effort int) Rect {
	if impact < 1 || impact > 5 || effort < 1 || effort > 5 {
		return Rect{matrixLeft, d.rows[5] + 60, 5 * matrixField, d.Bounds.Bottom() - margin - d.rows[5] - 60}
	}
	row, col := 5-impact, 5-effort
	return Rect{matrixLeft + float32(col)*matrixField, d.rows[row], matrixField, d.rows[row+1] - d.rows[row]}
}
