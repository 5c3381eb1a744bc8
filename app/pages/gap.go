package pages

import (
	"context"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// gap holds this map against its sibling: the one is as it is, the other as it
// should be. The sibling is live like this map, by a link that this browser knows
// or a person has put in; the map itself names its sibling, but no key to it.
type gap struct {
	path    string // of the sibling, "/m/TOKEN"; empty: not known
	session *session.Session
	journey *journey.Map
	turn    int // counts the sibling's changes
}

// siblingOf is the path of a map's sibling as this browser remembers it.
func siblingOf(path string) string {
	for line := range strings.Lines(recall(keySiblings)) {
		if here, there, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && here == path {
			return there
		}
	}
	return ""
}

// rememberSibling keeps which map is held against which; an empty path forgets.
func rememberSibling(here, there string) {
	kept := ""
	if there != "" {
		kept = here + "\t" + there + "\n"
	}
	for line := range strings.Lines(recall(keySiblings)) {
		if !strings.HasPrefix(line, here+"\t") && len(kept) < 8000 {
			kept += line
		}
	}
	remember(keySiblings, kept)
}

// mapPathIn is the path of a map's link within what somebody has put in.
func mapPathIn(link string) string {
	_, token, ok := strings.Cut(link, "/m/")
	if end := strings.IndexAny(token, "/?# \n\t"); end >= 0 {
		token = token[:end]
	}
	if !ok || token == "" {
		return ""
	}
	return "/m/" + token
}

// open connects to the sibling that this browser remembers, if it does.
func (g *gap) open(v *views) {
	if g.session != nil {
		return
	}
	p := v.page
	if g.path = siblingOf(p.path); g.path == "" {
		return
	}
	origin := app.Window().Get("location").Get("origin").String()
	g.session = session.Open(context.Background(), session.Options{
		URL:  "ws" + strings.TrimPrefix(origin, "http") + g.path + "/live",
		Name: p.me.Name, Department: p.me.Department, Dispatch: p.frames.dispatch, Rewrite: journey.Rewrite,
	})
	g.journey = journey.Open(g.session.Document())
	here := g.session
	here.OnChange(func(c crdt.Change) {
		if g.session == here {
			g.journey.Apply(c)
			g.turn++
			v.refresh()
		}
	})
	here.OnStatus(func(session.Status) { v.refresh() })
}

func (g *gap) close() {
	if g.session != nil {
		g.session.Close()
	}
	*g = gap{}
}

// sides says which of the two maps is the as-is and which the to-be map; not ok:
// neither was forked from the other, or the sibling has not come yet.
func (g *gap) sides(p *mapPage) (asIs, toBe *journey.Map, ok bool) {
	if g.session == nil || g.session.Status().MapID == "" {
		return nil, nil, false
	}
	switch {
	case p.journey.Fork() != nil && p.journey.Sibling() == g.session.Status().MapID:
		return g.journey, p.journey, true
	case g.journey.Fork() != nil && g.journey.Sibling() == p.status.MapID:
		return p.journey, g.journey, true
	}
	return nil, nil, false
}

// edit writes to one of the two maps, each by its own session.
func (g *gap) edit(p *mapPage, m *journey.Map, write func(*crdt.Edit)) {
	if m == p.journey {
		p.edit("", write)
	} else {
		g.session.Edit("", write)
	}
}

func (g *gap) editable(p *mapPage, m *journey.Map) bool {
	if m == p.journey {
		return p.editable()
	}
	return g.session.Status().Role >= wire.RoleEdit
}

// gaps are the differences between the two maps, cell by cell.
func (v *views) gaps() []app.UI {
	g, p := &v.gap, v.page
	g.open(v)
	if g.session == nil {
		return v.gapStart("")
	}
	asIs, toBe, ok := g.sides(p)
	if !ok {
		switch status := g.session.Status(); {
		case status.State == session.Refused:
			return v.gapStart(sayCode(p.lang, status.Reason))
		case status.MapID != "" && p.status.MapID != "":
			return v.gapStart(v.word("gap.strangers"))
		}
		return []app.UI{app.P().Class("muted view-nothing").Text(p.say("state.connecting"))}
	}
	cells, phases, boundaries := method.Gap(asIs, toBe), method.PhaseGaps(asIs, toBe), method.BoundaryGaps(asIs, toBe)
	role := "gap.here.tobe"
	if asIs == p.journey {
		role = "gap.here.asis"
	}
	body := []app.UI{
		app.Div().Class("view-tools").Body(
			app.Strong().ID("gap-count").Text(v.word("gap.count", len(cells))),
			app.If(len(phases)+len(boundaries) > 0, func() app.UI {
				return app.Strong().ID("gap-frame-count").Text(v.word("gap.frame.count", len(phases)+len(boundaries)))
			}),
			app.Span().ID("gap-here").Class("muted").Text(v.word(role)),
			app.A().ID("gap-other").Class("button").Href(g.path+"?view="+viewGap).Text(v.word("gap.other", g.journey.Title().In(string(p.lang)))),
			app.If(g.session.CanUndo(), func() app.UI {
				return app.Button().ID("view-gap-undo").Class("button").Type("button").Text(v.word("gap.undo")).
					OnClick(func(app.Context, app.Event) { g.session.Undo(); v.refresh() })
			}),
			app.Button().ID("view-gap-forget").Class("button quiet").Type("button").Text(v.word("gap.forget")).
				OnClick(func(app.Context, app.Event) {
					rememberSibling(p.path, "")
					g.close()
					v.refresh()
				})),
	}
	body = append(body, v.gapFrame(asIs, toBe, phases, boundaries))
	if len(cells) == 0 {
		if len(phases)+len(boundaries) > 0 {
			return body
		}
		return append(body, app.P().Class("muted view-nothing").Text(v.word("gap.none")))
	}
	return append(body, v.gapTable(asIs, toBe, cells))
}

// gapScope makes another handler with each change of either map: what was held
// against one another when it was made is of then.
func (v *views) gapScope(id, what string) app.EventOption {
	return app.EventScope(id, what, v.gap.path, v.gap.turn, v.page.turn)
}

// gapStart tells how there comes to be a second map.
func (v *views) gapStart(fault string) []app.UI {
	p := v.page
	return []app.UI{app.Div().Class("view-start").Body(
		app.If(fault != "", func() app.UI { return app.P().Class("notice").Role("alert").Text(fault) }),
		app.P().Text(v.word("gap.what")),
		app.If(p.editable(), func() app.UI {
			return app.Button().ID("view-fork").Class("button primary").Type("button").Text(v.word("fork")).
				OnClick(func(ctx app.Context, e app.Event) { p.copyMap(ctx, "fork") })
		}),
		app.Form().Class("row").OnSubmit(v.putIn).Body(
			app.Label().Class("field").Body(app.Span().Text(v.word("gap.link")),
				app.Input().ID("view-gap-link").Type("text").Placeholder(address("/m/…")).AutoComplete(false)),
			app.Button().ID("view-gap-open").Class("button").Type("submit").Text(v.word("gap.open"))))}
}

func (v *views) putIn(ctx app.Context, e app.Event) {
	e.PreventDefault()
	there := mapPathIn(element("view-gap-link").Get("value").String())
	if there == "" || there == v.page.path {
		v.said = v.word("gap.nolink")
		return
	}
	v.gap.close()
	rememberSibling(v.page.path, there)
	v.refresh()
}

func (v *views) gapTable(asIs, toBe *journey.Map, cells []method.CellGap) app.UI {
	l, lang := v.page.list, string(v.page.lang)
	// Rows and columns are the to-be map's; what only the as-is map has comes after.
	phases, lanes := slices.Clone(toBe.Phases()), slices.Clone(toBe.Lanes())
	for _, c := range cells {
		if p := asIs.Phase(c.Cell.Phase); p != nil && toBe.Phase(p.ID) == nil && !slices.Contains(phases, p) {
			phases = append(phases, p)
		}
		if lane := asIs.Lane(c.Cell.Lane); lane != nil && toBe.Lane(lane.ID) == nil && !slices.Contains(lanes, lane) {
			lanes = append(lanes, lane)
		}
	}
	if slices.ContainsFunc(cells, func(c method.CellGap) bool { return c.Cell.Phase.IsZero() }) {
		phases = slices.Insert(phases, 0, &journey.Phase{Name: journey.Name{Text: v.page.say("unsorted")}})
	}
	heads := []app.UI{app.Th().Scope("col").Text(l.say("list.lane"))}
	for _, p := range phases {
		heads = append(heads, app.Th().Scope("col").Text(l.nameOf(p.Name, "list.phase")))
	}
	var rows []app.UI
	for _, lane := range lanes {
		row := []app.UI{app.Th().Scope("row").Text(l.nameOf(lane.Name, "list.lane"))}
		some := false
		for _, p := range phases {
			i := slices.IndexFunc(cells, func(c method.CellGap) bool { return c.Cell == journey.Cell{Phase: p.ID, Lane: lane.ID} })
			if i < 0 {
				row = append(row, app.Td().Class("muted").Text(v.word("gap.same")))
				continue
			}
			some = true
			name := p.Name.In(lang) + " · " + lane.Name.In(lang)
			row = append(row, app.Td().Class("gap-cell").Body(v.gapCell(asIs, toBe, cells[i], name)...))
		}
		if some {
			rows = append(rows, app.Tr().Body(row...))
		}
	}
	return app.Table().Class("view-table").Body(
		app.Caption().Text(v.word("gap.caption", asIs.Title().In(lang), toBe.Title().In(lang))),
		app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...))
}

var changeNames = [...]struct{ key, sign string }{
	method.Added: {"gap.added", "＋"}, method.Removed: {"gap.removed", "−"}, method.Edited: {"gap.edited", "✎"}, method.Moved: {"gap.moved", "⇄"},
}

func (v *views) gapCell(asIs, toBe *journey.Map, c method.CellGap, name string) []app.UI {
	var items []app.UI
	for _, n := range c.Notes {
		change := changeNames[n.Change]
		var texts []app.UI
		if n.AsIs != nil && (n.Change != method.Moved || n.ToBe == nil) && (n.ToBe == nil || n.AsIs.Text != n.ToBe.Text) {
			texts = append(texts, app.Del().Text(n.AsIs.Text))
		}
		if n.ToBe != nil {
			texts = append(texts, app.Ins().Text(n.ToBe.Text))
		}
		items = append(items, app.Li().DataSet("change", change.key).Body(
			app.Span().Class("list-facts").Text(change.sign+" "+v.word(change.key)), app.Div().Body(texts...)))
	}
	if c.Emotion != 0 {
		items = append(items, app.Li().Body(app.Span().Class("list-facts").Text(v.word("gap.emotion", scored(c.Emotion)))))
	}
	id := "view-gap-" + adding(c.Cell)
	var does []app.UI
	if v.gap.editable(v.page, asIs) && !c.Gone {
		does = append(does, app.Button().ID(id+"-bring").Class("button").Type("button").Aria("label", v.word("gap.bring")+": "+name).Text(v.word("gap.bring")).
			OnClick(func(app.Context, app.Event) {
				v.gap.edit(v.page, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, c.Cell) })
				v.said = v.word("gap.brought", name)
				v.refresh()
			}, v.gapScope(id, "bring")))
	}
	if v.page.editable() && v.page.journey.LaneOf(journey.Measure) != nil {
		does = append(does, app.Button().ID(id+"-measure").Class("button").Type("button").Aria("label", v.word("gap.measure")+": "+name).Text(v.word("gap.measure")).
			OnClick(func(ctx app.Context, e app.Event) {
				var made crdt.ID
				v.page.edit("", func(e *crdt.Edit) { made, _ = method.Measure(v.page.journey, e, c, v.word("gap.measure.text", name)) })
				if !made.IsZero() {
					v.open(ctx, made)
				}
			}, v.gapScope(id, "measure")))
	}
	return []app.UI{app.Ul().Body(items...), app.Div().Class("row").Body(does...)}
}

// copyMap makes a new map from this one and goes there: "fork" is its to-be map,
// "template" has its phases and lanes without notes, "copy" has the notes as well.
func (p *mapPage) copyMap(ctx app.Context, how string) {
	askJSON(ctx, "POST", "/api/maps", map[string]any{"source": strings.TrimPrefix(p.path, "/m/"), "as": how, "lang": string(p.lang)}, func(ctx app.Context, a answer) {
		path := a.text("owner")
		if p.fault = ""; !a.ok() || path == "" {
			p.fault = p.say("start.failed", a.why())
			return
		}
		if how == "fork" {
			rememberSibling(p.path, path)
			rememberSibling(path, p.path)
		}
		app.Window().Get("location").Set("href", path)
	})
}
