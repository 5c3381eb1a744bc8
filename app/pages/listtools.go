package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
)

// tools are one row, however narrow the list is beside the panels: what is not
// needed at every moment stands in a menu at its end.
func (l *list) tools() app.UI {
	return app.Div().Class("list-tools").ID("list-tools").Body(
		app.If(l.page.editable(), func() app.UI {
			return app.Div().Class("bar-group").Body(
				l.tool("undo", "list.undo", !l.page.session.CanUndo(), func(app.Context, app.Event) { l.undo() }),
				l.tool("redo", "list.redo", !l.page.session.CanRedo(), func(app.Context, app.Event) { l.redo() }),
				app.Button().ID("list-choose").Class("button").Type("button").Aria("pressed", l.many.choosing).Text(l.word("choose")).
					OnClick(func(app.Context, app.Event) {
						l.many.choosing = !l.many.choosing
						l.many.ticked = nil
					}),
			)
		}),
		l.finder(l.page.journey),
		l.moreTools(),
	)
}

func (l *list) tool(id, key string, off bool, click app.EventHandler) app.UI {
	return app.Button().ID("list-"+id).Class("button").Type("button").Disabled(off).Text(l.say(key)).OnClick(click, app.EventScope(id))
}

// moreTools is that menu: the browser closes it on Escape and gives the focus back.
func (l *list) moreTools() app.UI {
	editable := l.page.editable()
	return app.Div().Class("menu").Body(
		app.Button().ID("list-more").Class("button").Type("button").Attr("popovertarget", "list-more-menu").Body(
			app.Span().Text(l.word("more")), app.Span().Aria("hidden", true).Text(" ▾")),
		app.Div().ID("list-more-menu").Class("menu-list").Attr("popover", "auto").Role("group").Aria("label", l.word("more")).Body(
			app.If(editable, func() app.UI {
				return app.Div().Class("bar-group").Body(
					l.tool("add-phase", "list.phase.add", !l.page.may(method.ToolPhases), func(app.Context, app.Event) { l.less(); l.addPhase() }),
					l.tool("add-lane", "list.lane.add", !l.page.may(method.ToolLanes), func(app.Context, app.Event) { l.less(); l.addLane() }))
			}),
			l.jump(l.page.journey),
			app.If(editable, func() app.UI { return l.draw() }),
			app.If(editable, func() app.UI { return l.addImage() }),
			app.If(l.page.mayComment(), func() app.UI { return l.react() }),
			app.If(l.page.owner(), func() app.UI { return l.bring() }),
			app.If(editable, func() app.UI { return app.Span().Class("muted").Text(l.say("list.hint")) }),
		))
}

// less closes that menu, when something was taken from it.
func (l *list) less() { hide("list-more-menu") }

// jump goes to a phase.
func (l *list) jump(m *journey.Map) app.UI {
	phases := []choice{{"", l.word("jump")}}
	for _, p := range m.Phases() {
		phases = append(phases, choice{at(p.ID), l.nameOf(p.Name, "list.phase")})
	}
	return app.Select().ID("list-jump").Aria("label", l.word("jump")).Attr("value", "").Body(options("", phases)...).
		OnChange(func(ctx app.Context, _ app.Event) {
			id := value(ctx)
			ctx.JSSrc().Set("value", "")
			l.less()
			if e := element(id); e.Truthy() {
				e.Call("scrollIntoView", map[string]any{"inline": "center", "block": "nearest"})
				e.Call("focus")
			}
		})
}

// arrangeMany lines the ticked notes up, as the board does.
func (l *list) arrangeMany() app.UI {
	choices := []choice{{"", l.called("do.arrange")}}
	for _, name := range board.Arrangements() {
		choices = append(choices, choice{name, l.called("do." + name)})
	}
	return app.Select().ID("many-arrange").Aria("label", l.called("do.arrange")).Attr("value", "").Disabled(len(l.chosenNotes()) < 2).Body(options("", choices)...).
		OnChange(func(ctx app.Context, _ app.Event) {
			name := value(ctx)
			ctx.JSSrc().Set("value", "")
			if l.page.board.Arrange(name, l.chosenNotes()) > 0 {
				l.tell(l.called("do." + name))
			} else if name != "" {
				l.tell(l.called("say.islocked"))
			}
		})
}
