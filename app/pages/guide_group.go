package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// grouping makes phases of actions that stand in none: step four for those who
// use no lasso. It stands beside the guide, so it serves board and list alike.
type grouping struct {
	page   *mapPage
	chosen []crdt.ID
}

// loose are the actions in no phase, as the list reads them.
func (g *grouping) loose() []*journey.Note {
	m := g.page.journey
	var out []*journey.Note
	for _, l := range m.Lanes() {
		if l.Kind == journey.Action {
			out = append(out, m.NotesIn(journey.Cell{Lane: l.ID})...)
		}
	}
	return out
}

func (g *grouping) render() app.UI {
	p := g.page
	loose := g.loose()
	if len(loose) == 0 || !p.may(method.ToolPhases) {
		return app.Div().Hidden(true)
	}
	g.chosen = slices.DeleteFunc(g.chosen, func(id crdt.ID) bool {
		return !slices.ContainsFunc(loose, func(n *journey.Note) bool { return n.ID == id })
	})
	var items []app.UI
	for _, n := range loose {
		id := n.ID
		text := firstLine(n.Text)
		if text == "" {
			text = p.say("list.note.empty")
		}
		items = append(items, app.Li().Body(app.Label().Class("check").Body(
			app.Input().ID("side-group-"+strings.ReplaceAll(id.String(), ".", "-")).Type("checkbox").Checked(slices.Contains(g.chosen, id)).
				OnChange(func(ctx app.Context, _ app.Event) {
					g.chosen = slices.DeleteFunc(g.chosen, func(o crdt.ID) bool { return o == id })
					if ctx.JSSrc().Get("checked").Bool() {
						g.chosen = append(g.chosen, id)
					}
					p.side.refresh()
				}, app.EventScope(id.String())),
			app.Span().Text(text))))
	}
	return app.Form().Class("guide-group").Hidden(false).OnSubmit(g.make).Body(
		app.H3().Text(p.guide("group")),
		app.Ul().Class("guide-loose").Body(items...),
		app.Label().Class("field").Body(app.Span().Text(p.say("list.phase.name")), app.Input().ID("side-group-name").Type("text").MaxLength(200)),
		app.Button().ID("side-group-make").Class("button primary").Type("submit").Disabled(len(g.chosen) == 0).Text(p.guide("group.make", len(g.chosen))))
}

// make groups the chosen actions into a phase after all others.
func (g *grouping) make(_ app.Context, e app.Event) {
	e.PreventDefault()
	p, m := g.page, g.page.journey
	if len(g.chosen) == 0 {
		return
	}
	field := element("side-group-name")
	name := strings.TrimSpace(field.Get("value").String())
	if name == "" {
		name = p.say("list.phase.new")
	}
	field.Set("value", "")
	var chosen []crdt.ID // in the order in which they are read
	for _, n := range g.loose() {
		if slices.Contains(g.chosen, n.ID) {
			chosen = append(chosen, n.ID)
		}
	}
	after := crdt.ID{}
	if phases := m.Phases(); len(phases) > 0 {
		after = phases[len(phases)-1].ID
	}
	g.chosen = nil
	p.edit("", func(e *crdt.Edit) { m.GroupIntoPhase(e, after, name, chosen) })
	p.said = p.guide("grouped", len(chosen), name)
	p.side.refresh()
	p.redraw()
	p.focusLater("side-title")
}

// unsorted reports whether the list has a column of notes in no phase: also where
// there are no phases yet, for actions are listed before there are any.
func unsorted(m *journey.Map) bool { return len(m.Phases()) == 0 || m.HasUnsorted() }
