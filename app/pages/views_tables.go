package pages

import (
	"cmp"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// judge sets what a note is worth and what it costs, in one step of undo.
func (v *views) judge(id crdt.ID, impact, effort int) {
	n := v.page.journey.Note(id)
	if n == nil || n.Impact == impact && n.Effort == effort {
		return
	}
	feasible := 6 - effort
	if effort == 0 {
		feasible = 0
	}
	v.page.edit("", func(e *crdt.Edit) { method.MoveInMatrix(v.page.journey, e, id, impact, feasible) })
	v.said = v.word("matrix.unscored")
	if impact > 0 {
		v.said = v.word("matrix.said", impact, feasible)
	}
	v.refresh()
}

func (v *views) edit(write func(*crdt.Edit, *journey.Map)) {
	v.page.edit("", func(e *crdt.Edit) { write(e, v.page.journey) })
	v.refresh()
}

// noteLink is a button that opens a note beside the view.
func (v *views) noteLink(prefix string, n *journey.Note) app.UI {
	id := prefix + at(n.ID)
	text := n.Text
	if text == "" {
		text = v.page.say("list.note.empty")
	}
	return app.Button().ID(id).Type("button").Class("list-item").Text(text).
		OnClick(func(ctx app.Context, e app.Event) { v.open(ctx, n.ID) }, app.EventScope(id))
}

// ---- measures

// measures are what is to be done, as a table that is edited in place.
func (v *views) measures() []app.UI {
	m := v.page.journey
	list := method.Measures(m, today())
	if v.byOwner {
		owner := func(p method.Planned) string { return v.departmentName(p.Note.Owner) }
		slices.SortStableFunc(list, func(a, b method.Planned) int {
			return cmp.Or(cmp.Compare(btoi(owner(a) == ""), btoi(owner(b) == "")), strings.Compare(owner(a), owner(b)))
		})
	}
	if len(list) == 0 {
		return []app.UI{v.nothing("scene.empty")}
	}
	head := func(key string) app.UI { return app.Th().Scope("col").Text(i18n.T(v.page.lang, "scene.measures."+key)) }
	var rows []app.UI
	for _, p := range list {
		rows = append(rows, v.measure(p))
	}
	return []app.UI{app.Table().Class("view-table").Body(
		app.Caption().Text(v.word("measures.caption", len(list))),
		app.THead().Body(app.Tr().Body(head("status"), head("measure"), head("answers"), v.sortable("owner", true), v.sortable("due", false), head("kpi"), head("score"))),
		app.TBody().Body(rows...))}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *views) nothing(key string) app.UI {
	return app.P().Class("muted view-nothing").Text(i18n.T(v.page.lang, key))
}

// sortable is the head of a column that the table can be sorted by.
func (v *views) sortable(key string, byOwner bool) app.UI {
	now, sign := "none", ""
	if v.byOwner == byOwner {
		now, sign = "ascending", " ▲"
	}
	return app.Th().Scope("col").Aria("sort", now).Body(
		app.Button().ID("view-sort-"+key).Class("button quiet").Type("button").Text(i18n.T(v.page.lang, "scene.measures."+key)+sign).
			OnClick(func(app.Context, app.Event) { v.byOwner = byOwner; v.refresh() }, app.EventScope(key)))
}

func (v *views) departmentName(id crdt.ID) string {
	if d := v.page.journey.Department(id); d != nil {
		return d.Name.In(string(v.page.lang))
	}
	return ""
}

func (v *views) measure(p method.Planned) app.UI {
	l, n := v.page.list, p.Note
	id := n.ID
	var answers []app.UI
	for _, pain := range p.Answers {
		if n := v.page.journey.Note(pain); n != nil {
			answers = append(answers, app.Li().Text(firstLine(n.Text)))
		}
	}
	kpis := []choice{l.none()}
	for _, k := range v.page.journey.KPIs() {
		kpis = append(kpis, choice{k.ID.String(), k.Name.In(string(v.page.lang))})
	}
	late := ""
	if p.Late {
		late = v.word("measures.late", -p.DaysLeft)
	}
	score := ""
	if n.Impact > 0 && n.Effort > 0 {
		score = i18n.T(v.page.lang, "scene.measures.scores", n.Impact, n.Effort)
	}
	return app.Tr().Class("tone-"+l.tones.Of(n).Name()).Body(
		app.Td().Body(v.choose(n, "status", string(n.Status), l.named("status", "todo", "doing", "done", "dropped"),
			func(e *crdt.Edit, m *journey.Map, is string) { m.SetNoteStatus(e, id, journey.Status(is)) })),
		app.Th().Scope("row").Body(v.noteLink("view-", n)),
		app.Td().Class("view-answers").Body(app.Ul().Body(answers...)),
		app.Td().Body(v.choose(n, "owner", shownID(n.Owner), l.departmentChoices(),
			func(e *crdt.Edit, m *journey.Map, is string) { m.SetNoteOwner(e, id, idOf(is)) })),
		app.Td().Body(v.due(n), app.If(late != "", func() app.UI { return app.Span().Class("late").Text("⚠ " + late) })),
		app.Td().Body(v.choose(n, "kpi", shownID(n.KPI), kpis,
			func(e *crdt.Edit, m *journey.Map, is string) { m.SetNoteKPI(e, id, idOf(is)) })),
		app.Td().Text(score))
}

// choose is a choice within a row of the table of measures; a reader sees what
// was chosen.
func (v *views) choose(n *journey.Note, key, now string, choices []choice, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	if !v.page.editable() {
		i := slices.IndexFunc(choices, func(c choice) bool { return c.value == now })
		return app.Span().Text(choices[max(i, 0)].name)
	}
	id := "view-" + key + "-" + at(n.ID)
	return app.Select().ID(id).Attr("value", now).Aria("label", v.cellName(key, n)).Body(options(now, choices)...).
		OnChange(func(ctx app.Context, e app.Event) {
			is := value(ctx)
			v.edit(func(e *crdt.Edit, m *journey.Map) { write(e, m, is) })
		}, app.EventScope(id))
}

func (v *views) due(n *journey.Note) app.UI {
	if !v.page.editable() {
		return app.Span().Text(n.Due)
	}
	id := "view-due-" + at(n.ID)
	return app.Input().ID(id).Type("date").Attr("value", n.Due).Aria("label", v.cellName("due", n)).
		OnChange(func(ctx app.Context, e app.Event) {
			is := value(ctx)
			v.edit(func(e *crdt.Edit, m *journey.Map) { m.SetNoteDue(e, n.ID, is) })
		}, app.EventScope(id))
}

func (v *views) cellName(key string, n *journey.Note) string {
	return i18n.T(v.page.lang, "scene.measures."+key) + ": " + clip(firstLine(n.Text), 40)
}

// ---- blockers

// blockers are what stands in the way, boundary by boundary along the journey.
func (v *views) blockers() []app.UI {
	m := v.page.journey
	all := method.Blockers(m)
	if len(all) == 0 {
		return []app.UI{v.nothing("scene.empty")}
	}
	open := 0
	var sections []app.UI
	for from := 0; from < len(all); {
		to := from
		var cards []app.UI
		for ; to < len(all) && all[to].Into == all[from].Into; to++ {
			if all[to].State == method.Open {
				open++
			}
			cards = append(cards, v.blocker(all[to]))
		}
		into := all[from].Into
		from = to
		title := app.UI(app.H3().Text(v.word("blockers.nowhere")))
		if b, ok := m.Boundary(into); ok {
			title = app.H3().Body(app.Button().ID("view-into-"+at(into)).Type("button").Class("list-item").Text(v.page.list.boundaryTitle(m, b)).
				OnClick(func(ctx app.Context, e app.Event) { v.page.list.openBoundary(ctx, into) }, app.EventScope(at(into))))
		}
		sections = append(sections, app.Section().Body(title, app.Ul().Class("list-notes").Body(cards...)))
	}
	return []app.UI{
		app.P().Class("muted view-nothing").Text(v.word("blockers.caption", len(all), open)),
		app.Div().Class("view-blockers").Body(sections...),
	}
}

var blockerStates = [...]struct{ name, sign string }{
	method.Open: {"open", "✕"}, method.InHand: {"inhand", "◐"}, method.Solved: {"solved", "✓"},
}

func (v *views) blocker(b method.Blocker) app.UI {
	m, n := v.page.journey, b.Pain
	state := blockerStates[b.State]
	facts := state.sign + " " + v.word("blockers."+state.name)
	if n.Severity > 0 {
		facts += " · " + i18n.T(v.page.lang, "scene.severity", n.Severity)
	}
	var measures []app.UI
	for _, id := range b.Measures {
		measure := m.Note(id)
		if measure == nil {
			continue
		}
		who := v.departmentName(measure.Owner)
		if who == "" {
			who = i18n.T(v.page.lang, "scene.measures.nobody")
		}
		if measure.Due != "" {
			who += " · " + measure.Due
		}
		measures = append(measures, app.Li().Body(v.noteLink("view-by-", measure), app.Span().Class("list-facts").Text(who)))
	}
	fix := method.Finding{Code: method.BlockerWithoutMeasure, Subject: n.ID}
	return app.Li().Class("blocker").DataSet("state", state.name).Body(
		app.P().Class("list-facts").Text(facts),
		v.noteLink("view-", n),
		app.Ul().Class("list-notes").Body(measures...),
		app.If(len(measures) == 0 && v.page.editable() && method.Fixable(m, fix), func() app.UI {
			id := "view-answer-" + at(n.ID)
			return app.Button().ID(id).Class("button").Type("button").Text(i18n.T(v.page.lang, "method.fix."+string(method.BlockerWithoutMeasure))).
				Aria("label", i18n.T(v.page.lang, "method.fix."+string(method.BlockerWithoutMeasure))+": "+clip(firstLine(n.Text), 40)).
				OnClick(func(ctx app.Context, e app.Event) { v.answer(ctx, fix) }, app.EventScope(id))
		}))
}

// answer makes the measure that a blocker lacks and opens it to be written.
func (v *views) answer(ctx app.Context, f method.Finding) {
	var made crdt.ID
	v.page.edit("", func(e *crdt.Edit) { made, _ = method.Fix(v.page.journey, e, f, today()) })
	if !made.IsZero() {
		v.open(ctx, made)
	}
}
