package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// lens is the map as its departments see it: who wrote how much where, who is
// silent, where customers are handed over, and how far apart people judge a note.
type lens struct {
	page *mapPage
	only crdt.ID // the one department whose notes the board shows clearly
	note crdt.ID // that is being scored
}

func (l *lens) name() string                         { return "lens" }
func (l *lens) offered() bool                        { return true }
func (l *lens) badge() string                        { return "" }
func (l *lens) changed(crdt.Change, journey.Touched) {}

func (l *lens) word(key string, args ...any) string {
	return i18n.T(l.page.lang, "views.lens."+key, args...)
}

func (l *lens) departmentName(id crdt.ID) string {
	if id.IsZero() {
		return l.word("nobody")
	}
	return l.page.views.departmentName(id)
}

func (l *lens) body() []app.UI {
	m := l.page.journey
	seen := method.Departments(m)
	if d := m.Department(l.only); d == nil && !l.only.IsZero() {
		l.only = crdt.ID{}
		l.page.board.SetLens(l.only)
	}
	return []app.UI{
		l.table(seen),
		l.empty(seen),
		app.Section().Body(app.H3().Text(l.word("scores")), l.scores()),
		app.Section().Body(app.H3().Text(i18n.T(l.page.lang, "scene.roles.handovers")), l.handovers(seen)),
	}
}

// table is departments × phases: how many notes each has written where. A press
// on a department dims all others' notes on the board.
func (l *lens) table(seen method.Lens) app.UI {
	m, lang := l.page.journey, string(l.page.lang)
	heads := []app.UI{app.Th().Scope("col").Text(l.word("department"))}
	for _, p := range m.Phases() {
		heads = append(heads, app.Th().Scope("col").Text(l.page.list.nameOf(p.Name, "list.phase")))
	}
	heads = append(heads, app.Th().Scope("col").Text(l.word("all")))
	var rows []app.UI
	for _, r := range seen.Rows {
		id := "side-lens-" + at(r.Department)
		name := app.UI(app.Span().Text(l.departmentName(r.Department)))
		if !r.Department.IsZero() {
			name = app.Button().ID(id).Class("button quiet").Type("button").Aria("pressed", l.only == r.Department).Title(l.word("only")).
				Text(l.departmentName(r.Department)).
				OnClick(func(app.Context, app.Event) {
					if l.only == r.Department {
						l.only = crdt.ID{}
					} else {
						l.only = r.Department
					}
					l.page.board.SetLens(l.only)
				}, app.EventScope(id))
		}
		row := []app.UI{app.Th().Scope("row").Body(name)}
		for i, p := range m.Phases() {
			if slices.Contains(r.Silent, p.ID) {
				row = append(row, app.Td().Class("lens-silent").Title(l.word("silent", l.departmentName(r.Department), p.Name.In(lang))).Text("— "+l.word("none")))
				continue
			}
			row = append(row, app.Td().Text(strconv.Itoa(r.Phases[i])))
		}
		rows = append(rows, app.Tr().Body(append(row, app.Td().Text(strconv.Itoa(r.Total)))...))
	}
	return app.Div().Class("lens-scroll").TabIndex(0).Role("region").Aria("label", l.word("caption")).Body(
		app.Table().Class("view-table lens-table").Body(
			app.Caption().Text(l.word("caption")), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

func (l *lens) empty(seen method.Lens) app.UI {
	var names []string
	for _, id := range seen.Empty {
		names = append(names, l.departmentName(id))
	}
	if len(names) == 0 {
		return app.P().Class("muted").Text(l.word("everyone"))
	}
	return app.P().Class("late").Text("⚠ " + l.word("empty", strings.Join(names, i18n.T(l.page.lang, "views.comma"))))
}

func (l *lens) handovers(seen method.Lens) app.UI {
	m := l.page.journey
	var items []app.UI
	for i, h := range seen.Handovers {
		from, to := m.Note(h.FromNote), m.Note(h.ToNote)
		if from == nil || to == nil {
			continue
		}
		id := "side-handover-" + strconv.Itoa(i)
		items = append(items, app.Li().Body(app.Button().ID(id).Type("button").Class("list-item").
			OnClick(func(ctx app.Context, e app.Event) { l.page.reveal(ctx, h.ToNote, "") }, app.EventScope(id, h.ToNote.String())).
			Body(app.Span().Class("list-text").Text(l.departmentName(h.From)+" → "+l.departmentName(h.To)),
				app.Span().Class("list-facts").Text(clip(firstLine(from.Text), 30)+" → "+clip(firstLine(to.Text), 30)))))
	}
	if len(items) == 0 {
		return app.P().Class("muted").Text(i18n.T(l.page.lang, "scene.empty"))
	}
	return app.Ul().Class("list-notes").Body(items...)
}

// ---- scores

// aspects are what people score a note by here, with the figures to choose from.
var aspects = [...]struct {
	name     string
	by       method.Aspect
	from, to int
}{{"impact", method.Impact, 1, 5}, {"emotion", method.Emotion, -2, 2}}

// about is the note to score: the one chosen here, else the one that is open or
// selected.
func (l *lens) about() *journey.Note {
	for _, id := range append([]crdt.ID{l.page.list.panel.about()}, l.page.board.Selected()...) {
		if n := l.page.journey.Note(id); n != nil {
			l.note = id
		}
	}
	return l.page.journey.Note(l.note)
}

func (l *lens) scores() app.UI {
	m := l.page.journey
	body := []app.UI{}
	if n := l.about(); n != nil {
		body = append(body, app.P().ID("side-score-note").Class("lens-note").Text(clip(n.Text, 120)))
		for _, a := range aspects {
			body = append(body, l.aspect(n, a.name, a.by, a.from, a.to))
		}
	} else {
		body = append(body, app.P().Class("muted").Text(l.word("choose")))
	}
	return app.Div().Class("lens-scores").Body(append(body, l.apart(m))...)
}

// selected has what stands beside the map follow what is chosen on the board.
func (p *mapPage) selected() {
	if p.side.open != nil {
		p.side.refresh()
	}
}

// mine is what this person has said of a note.
func (l *lens) mine(n *journey.Note) *journey.Score {
	for _, s := range l.page.journey.ScoresOf(n.ID) {
		if s.Person == l.page.me.Name {
			return s
		}
	}
	return nil
}

// aspect asks for this person's figure and then shows all: whoever has not said
// anything is not told what the others think.
func (l *lens) aspect(n *journey.Note, name string, by method.Aspect, from, to int) app.UI {
	var now *float64
	if s := l.mine(n); s != nil {
		now = [...]*float64{s.Impact, s.Effort, s.Emotion}[by]
	}
	var buttons []app.UI
	for figure := from; figure <= to; figure++ {
		shown := strconv.Itoa(figure)
		if from < 0 {
			shown = scored(float64(figure))
		}
		id := "side-score-" + name + strconv.Itoa(figure)
		buttons = append(buttons, app.Button().ID(id).Class("button").Type("button").Text(shown).
			Aria("pressed", now != nil && *now == float64(figure)).Disabled(!l.page.mayComment()).
			OnClick(func(app.Context, app.Event) { l.score(n.ID, by, float64(figure)) }, app.EventScope(id, n.ID.String())))
	}
	said := l.word("blind")
	var bands []app.UI
	if band, ok := method.Scores(l.page.journey, n.ID, by); ok && (now != nil || !l.page.mayComment()) {
		said = l.word("mean", band.All.People, oneDigit(band.All.Mean))
		for _, d := range band.Departments {
			bands = append(bands, app.Li().Text(l.word("spread", l.departmentName(d.Department), oneDigit(d.Mean), oneDigit(d.Min), oneDigit(d.Max))))
		}
		bands = append([]app.UI{l.band(band, from, to)}, bands...)
	} else if !ok && now == nil {
		said = l.word("unscored")
	}
	return app.FieldSet().Body(app.Legend().Text(l.word(name)),
		app.Div().Class("bar-group").Body(buttons...),
		app.P().Class("list-facts").ID("side-said-"+name).Text(said),
		app.If(len(bands) > 0, func() app.UI { return app.Ul().Class("lens-bands").Body(bands...) }))
}

func oneDigit(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', 1, 64), "-", "−", 1)
}

// band draws how far the departments' means lie apart; the words beside it say
// the same.
func (l *lens) band(b method.Band, from, to int) app.UI {
	const wide = 200
	x := func(v float64) int { return 4 + int((v-float64(from))/float64(to-from)*(wide-8)) }
	svg := `<svg viewBox="0 0 ` + strconv.Itoa(wide) + ` 14" width="` + strconv.Itoa(wide) + `" height="14" aria-hidden="true"><path d="M4 7H` + strconv.Itoa(wide-4) + `" class="band-line"/>` +
		`<path d="M` + strconv.Itoa(x(b.Low)) + ` 7H` + strconv.Itoa(max(x(b.High), x(b.Low)+1)) + `" class="band-span"/>`
	for _, d := range b.Departments {
		svg += `<circle cx="` + strconv.Itoa(x(d.Mean)) + `" cy="7" r="4" class="band-dot"/>`
	}
	return app.Li().Body(app.Raw(svg + `</svg>`))
}

func (l *lens) score(note crdt.ID, by method.Aspect, figure float64) {
	score := journey.Score{Note: note, Person: l.page.me.Name, Department: l.page.myDepartment()}
	switch by {
	case method.Impact:
		score.Impact = &figure
	case method.Effort:
		score.Effort = &figure
	case method.Emotion:
		score.Emotion = &figure
	}
	l.page.remark(func(e *crdt.Edit) { l.page.journey.SetScore(e, l.page.session.Replica(), score) })
	l.page.side.refresh()
}

// apart are the notes that departments judge most differently: where to talk.
func (l *lens) apart(m *journey.Map) app.UI {
	type split struct {
		n      *journey.Note
		by     string
		spread float64
	}
	var all []split
	for _, n := range m.Notes() {
		for _, a := range aspects {
			if band, ok := method.Scores(m, n.ID, a.by); ok && band.High-band.Low >= 1 {
				all = append(all, split{n, a.name, band.High - band.Low})
			}
		}
	}
	if len(all) == 0 {
		return app.Div()
	}
	slices.SortStableFunc(all, func(a, b split) int { return cmp.Compare(b.spread, a.spread) })
	var items []app.UI
	for i, s := range all[:min(len(all), 8)] {
		id := "side-apart-" + strconv.Itoa(i)
		items = append(items, app.Li().Body(app.Button().ID(id).Type("button").Class("list-item").
			OnClick(func(ctx app.Context, e app.Event) { l.page.reveal(ctx, s.n.ID, "") }, app.EventScope(id, s.n.ID.String())).
			Body(app.Span().Class("list-text").Text(clip(firstLine(s.n.Text), 60)),
				app.Span().Class("list-facts").Text(l.word(s.by)+": "+l.word("apart", oneDigit(s.spread))))))
	}
	return app.Section().Body(app.H3().Text(l.word("talk")), app.Ul().Class("list-notes").Body(items...))
}
