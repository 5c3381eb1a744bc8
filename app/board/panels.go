package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

const rootID = "tabi-board-root"

// panel says which panels stand open.
type panel struct {
	details bool // the inspector
	help    bool
}

func (b *Board) panelOpen() bool {
	return b.panel.details && len(b.selected) > 0 || !b.boundary.IsZero() || b.chosenPhase() != nil
}

// Render draws what stands around the map. The map itself is in the host element
// and go-app never looks into it.
func (b *Board) Render() app.UI {
	clear(b.inputs)
	host := app.Div().ID(hostID).Class("tabi-board").TabIndex(0).
		Aria("label", b.t("label")).Aria("roledescription", b.t("roledescription")).Attr("role", "group")
	body := []app.UI{host}
	body = append(body, b.renderEmpty(), b.renderTools(), b.renderZoom())
	if len(b.selected) > 0 && !b.o.ReadOnly {
		body = append(body, b.renderContext())
	} else if (b.chosen.Kind != scene.OnNothing || len(b.with) > 0) && !b.o.ReadOnly {
		body = append(body, b.renderHeadContext())
	} else {
		body = append(body, app.Div().Class("b-none"))
	}
	switch {
	case !b.boundary.IsZero():
		body = append(body, b.renderBoundary())
	case b.panel.details && len(b.selected) > 0:
		body = append(body, b.renderInspector())
	case b.chosenPhase() != nil:
		body = append(body, b.renderPhase(b.chosenPhase()))
	default:
		body = append(body, app.Div().Class("b-none"))
	}
	body = append(body, b.renderFind(), b.renderMinimap(), b.renderMenu(), b.renderHint(), b.renderHelp(),
		app.Div().Class("hidden-but-read").Role("status").Aria("live", "polite").Text(b.hint))
	return app.Div().ID(rootID).Class("board-root").Body(body...)
}

// settlePanels does after go-app has drawn what attributes cannot: values of
// fields, colours, the modal dialog.
func (b *Board) settlePanels() {
	if !b.mounted {
		return
	}
	for id, value := range b.inputs {
		if b.host.setInput(id, value) {
			b.agreed[id] = value
		}
	}
	b.host.paint()
	if b.menu.fresh {
		b.menu.fresh = false
		b.host.placeMenu(b.menu.x, b.menu.y)
	}
	if b.wantsFocus != "" {
		b.host.focusID(b.wantsFocus)
		b.wantsFocus = ""
	}
	b.host.modal("b-help", b.panel.help)
	b.host.request()
}

// changedPanels has the panels drawn anew when what they show was touched.
func (b *Board) changedPanels(t journey.Touched) {
	touched := func(list []crdt.ID, ids ...crdt.ID) bool {
		for _, id := range list {
			for _, o := range ids {
				if id == o {
					return true
				}
			}
		}
		return false
	}
	switch {
	case t.Meta, len(t.Departments)+len(t.Personas)+len(t.Channels)+len(t.KPIs)+len(t.Comments)+len(t.Stamps) > 0, t.Layout, b.minimap,
		len(b.selected) > 0 && (touched(t.Notes, b.selected...) || len(t.Links)+len(t.Emotions) > 0),
		!b.boundary.IsZero() && (len(t.Notes)+len(t.Links) > 0 || touched(t.Boundaries, b.boundary)),
		b.chosen.Kind != scene.OnNothing,
		b.find.open && len(t.Notes) > 0:
		b.searchAgain()
		b.renew()
	case len(t.Notes) > 0:
		b.renewSoon()
	}
}

// renewSoon draws the panels for what changes with every edit (undo, the empty
// map), but not with every key of forty people.
func (b *Board) renewSoon() {
	now := [3]bool{b.session.CanUndo(), b.session.CanRedo(), b.m.NoteCount() == 0}
	if now != b.shown {
		b.renew()
	}
}

// say shows a line for a moment, and tells it to screen readers.
func (b *Board) say(key string, args ...any) {
	b.tell(b.t("say."+key, args...))
}

// tell is say with words that are there already.
func (b *Board) tell(words string) {
	b.hint = words
	b.sayTurn++
	turn := b.sayTurn
	b.host.after(4000, func() {
		if b.sayTurn == turn {
			b.hint = ""
			b.renew()
		}
	})
	b.renew()
}

// click makes a handler; scope tells go-app when it is another one than before.
func click(f func(), scope ...any) (app.EventHandler, app.EventOption) {
	return func(ctx app.Context, e app.Event) { f() }, app.EventScope(scope...)
}

// leavePanel is Escape in a panel: what was written there is kept, and the
// keyboard is the map's again.
func (b *Board) leavePanel(leave func()) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		if e.Get("key").String() != "Escape" || e.Get("isComposing").Bool() || e.Get("keyCode").Int() == 229 {
			return
		}
		e.PreventDefault()
		if field := e.Get("target"); field.Truthy() {
			field.Call("blur") // which tells of the change
		}
		leave()
	}
}

// tool draws a button that carries out a command.
func (b *Board) button(c command, iconName, key string) app.HTMLButton {
	title := b.t("do." + key)
	if k := b.keyFor(c); k != "" {
		title += " (" + k + ")"
	}
	on, scope := click(func() { b.do(c) }, "do", int(c))
	return app.Button().Class("b-button").Type("button").Title(title).Aria("label", b.t("do."+key)).Body(icon(iconName)).OnClick(on, scope)
}

func pressedIf(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

func rule() app.UI { return app.Span().Class("b-rule") }

// renderTools is the bar below the map.
func (b *Board) renderTools() app.UI {
	b.shown = [3]bool{b.session.CanUndo(), b.session.CanRedo(), b.m.NoteCount() == 0}
	var items []app.UI
	items = append(items,
		b.button(cmdToolHand, "hand", "hand").Class("b-pointer").Aria("pressed", pressedIf(b.tool == toolHand)),
		b.button(cmdToolSelect, "select", "select").Aria("pressed", pressedIf(b.tool == toolSelect)))
	if !b.o.ReadOnly {
		on, scope := click(func() { b.do(cmdNewNote) }, "new")
		word := []app.UI{icon("note"), app.Span().Class("b-word").Text(b.t("addnote"))}
		if !b.noKeys {
			word = append(word, app.Elem("kbd").Text("N"))
		}
		items = append(items, rule(),
			app.Button().Class("b-button is-main").Type("button").Title(b.t("do.new")).Aria("label", b.t("do.new")).Disabled(!b.may(method.ToolNotes)).Body(word...).OnClick(on, scope),
			b.button(cmdToolLink, "link", "link").Aria("pressed", pressedIf(b.tool == toolLink)).Disabled(!b.may(method.ToolNotes)),
			b.drawButton(),
			b.button(cmdAddPhase, "phase", "addphase").Disabled(!b.may(method.ToolPhases)))
		onLane, laneScope := click(func() { b.openLaneMenu() }, "lanes")
		items = append(items,
			app.Button().Class("b-button").Type("button").Title(b.t("do.addlane")).Aria("label", b.t("do.addlane")).Aria("haspopup", "menu").Disabled(!b.may(method.ToolLanes)).Body(icon("lane")).OnClick(onLane, laneScope),
			rule(),
			b.button(cmdUndo, "undo", "undo").Disabled(!b.session.CanUndo()),
			b.button(cmdRedo, "redo", "redo").Disabled(!b.session.CanRedo()))
	}
	onReact, reactScope := click(func() { b.openReactions() }, "react")
	items = append(items, rule(),
		app.Button().Class("b-button").Type("button").Title(b.t("do.react")).Aria("label", b.t("do.react")).Aria("haspopup", "menu").Body(icon("smile")).OnClick(onReact, reactScope),
		b.button(cmdFind, "find", "find").Aria("pressed", pressedIf(b.find.open)),
		b.button(cmdHelp, "keyboard", "help"))
	return app.Div().Class("b-bar b-tools").Role("toolbar").Aria("label", b.t("tools")).Body(items...)
}

// drawButton opens the tools that draw; while one is in use it shows so.
func (b *Board) drawButton() app.UI {
	on, scope := click(func() { b.openDrawMenu() }, "draw")
	return app.Button().Class("b-button").Type("button").Title(b.t("do.draw")).Aria("label", b.t("do.draw")).Aria("haspopup", "menu").
		Aria("pressed", pressedIf(b.tool.drawing())).Disabled(!b.may(method.ToolNotes)).Body(icon("pen")).OnClick(on, scope)
}

// renderZoom is the bar for looking around.
func (b *Board) renderZoom() app.UI {
	percent := itoa(int(b.destination().Z*100+0.5)) + " %"
	on, scope := click(func() { b.do(cmdZoomReal) }, "zoomreal")
	onPeople, peopleScope := click(func() { b.openPeopleMenu() }, "people")
	return app.Div().Class("b-bar b-zoom").Role("toolbar").Aria("label", b.t("zooming")).Body(
		b.button(cmdZoomOut, "minus", "zoomout"),
		app.Button().Class("b-button b-zoomed").Type("button").Title(b.t("do.zoomreal")).Text(percent).OnClick(on, scope),
		b.button(cmdZoomIn, "plus", "zoomin"),
		b.button(cmdFit, "fit", "fit"),
		b.button(cmdMinimap, "map", "minimap").Aria("pressed", pressedIf(b.minimap)),
		app.Button().Class("b-button").Type("button").Title(b.t("do.people")).Aria("label", b.t("do.people")).Aria("haspopup", "menu").
			Aria("pressed", pressedIf(b.follow != 0)).Body(icon("people")).OnClick(onPeople, peopleScope))
}

// swatches are the departments, to give the selected notes to one.
func (b *Board) swatches(current crdt.ID, pick func(crdt.ID), scope string) []app.UI {
	var out []app.UI
	add := func(id crdt.ID, name string, tone scene.Tone) {
		on, sc := click(func() { pick(id) }, scope, id.String(), b.selectionKey())
		out = append(out, app.Button().Class("b-button").Type("button").Title(name).Aria("label", name).
			Aria("pressed", pressedIf(id == current)).
			Body(app.Span().Class("b-swatch tone-"+tone.Name())).OnClick(on, sc))
	}
	for _, d := range b.m.Departments() {
		add(d.ID, d.Name.In(string(b.o.Lang)), b.scene.Tone(d.ID))
	}
	add(crdt.ID{}, b.t("nodepartment"), scene.Stone)
	return out
}

func (b *Board) selectionKey() string {
	if len(b.selected) == 0 {
		return ""
	}
	return b.selected[0].String() + "+" + itoa(len(b.selected))
}

// firstSelected is the note whose values the panels show.
func (b *Board) firstSelected() *journey.Note {
	if len(b.selected) == 0 {
		return nil
	}
	return b.m.Note(b.selected[0])
}

// renderContext is the bar for what is selected.
func (b *Board) renderContext() app.UI {
	n := b.firstSelected()
	if n == nil {
		return app.Div().Class("b-none")
	}
	items := b.swatches(n.Department, b.recolor, "recolor")
	items = append(items, rule())
	if n := len(b.selected) + len(b.with); n > 1 {
		on, scope := click(func() { b.openArrangeMenu() }, "arrange")
		items = append(items, app.Span().Class("b-muted").Text(b.t("selected", n)),
			app.Button().Class("b-button").Type("button").Title(b.t("do.arrange")).Aria("label", b.t("do.arrange")).Aria("haspopup", "menu").Body(icon("align")).OnClick(on, scope))
	}
	if b.may(method.ToolPhases) {
		items = append(items, b.button(cmdGroup, "phase", "group"))
	}
	onStamp, stampScope := click(func() { b.openStampMenu() }, "stamp")
	onMore, moreScope := click(func() { b.openMenuFor() }, "more")
	onDetails, detailsScope := click(func() { b.toggleDetails() }, "details")
	items = append(items,
		app.Button().Class("b-button").Type("button").Title(b.t("do.stamp")).Aria("label", b.t("do.stamp")).Aria("haspopup", "menu").Body(icon("smile")).OnClick(onStamp, stampScope),
		b.button(cmdDuplicate, "copy", "duplicate"),
		b.lockButton(n.Locked),
		b.button(cmdDelete, "trash", "delete"),
		app.Button().Class("b-button").Type("button").Title(b.t("do.inspect")+" (I)").Aria("pressed", pressedIf(b.panel.details)).Body(icon("details"), app.Span().Class("b-word").Text(b.t("details"))).OnClick(onDetails, detailsScope),
		app.Button().Class("b-button").Type("button").Title(b.t("more")).Aria("label", b.t("more")).Aria("haspopup", "menu").Body(icon("more")).OnClick(onMore, moreScope))
	return app.Div().Class("b-bar b-context").Role("toolbar").Aria("label", b.t("selection")).Body(items...)
}

// lockButton shows a lock, and lets the facilitator set it.
func (b *Board) lockButton(locked bool) app.UI {
	switch {
	case b.o.Leads:
		return b.button(cmdLock, "lock", "lock").Aria("pressed", pressedIf(locked))
	case locked:
		return app.Span().Class("b-button b-locked").Title(b.t("lockedby")).Body(icon("lock"), app.Span().Class("b-word").Text(b.t("locked")))
	}
	return app.Span().Class("b-none")
}

func (b *Board) toggleDetails() {
	b.panel.details = !b.panel.details
	b.host.remember("board.details", map[bool]string{true: "on", false: "off"}[b.panel.details])
	b.renew()
}

// choice is a select whose options have keys; set is told the chosen key.
func (b *Board) choice(id, label, current string, options [][2]string, set func(string), scope ...any) app.UI {
	// go-app leaves empty attributes out, so that nothing needs a name.
	const nothing = "-"
	if current == "" {
		current = nothing
	}
	b.inputs[id] = current
	var body []app.UI
	for _, o := range options {
		if o[0] == "" {
			o[0] = nothing
		}
		body = append(body, app.Option().Value(o[0]).Selected(o[0] == current).Text(o[1]))
	}
	on := func(ctx app.Context, e app.Event) {
		v := ctx.JSSrc().Get("value").String()
		if v == nothing {
			v = ""
		}
		set(v)
	}
	return app.Select().ID(id).Aria("label", label).Body(body...).OnChange(on, app.EventScope(append([]any{id}, scope...)...))
}

// renderEmpty says what to do where nothing is yet.
func (b *Board) renderEmpty() app.UI {
	if b.m.NoteCount() > 0 || b.o.ReadOnly && len(b.m.Phases()) > 0 || b.writing != nil || len(b.m.Drawings()) > 0 {
		return app.Div().Class("b-none")
	}
	if b.o.ReadOnly {
		return app.Div().Class("b-empty").Body(app.Div().Body(app.P().Text(b.t("empty.read"))))
	}
	if len(b.m.Lanes()) > 0 && b.hint != "" {
		return app.Div().Class("b-none") // one word at a time
	}
	if len(b.m.Lanes()) > 0 {
		// The grid itself invites; a word beside the tools is enough.
		return app.Div().Class("b-hint").Body(app.Span().Text(b.t("empty.hint")))
	}
	on, scope := click(func() { b.do(cmdNewNote) }, "empty")
	return app.Div().Class("b-empty").Body(app.Div().Body(
		app.H2().Text(b.t("empty.title")), app.P().Class("b-muted").Text(b.t("empty.text")),
		app.Button().Class("b-button is-main").Type("button").Body(icon("note"), app.Text(b.t("addnote")), app.Elem("kbd").Text("N")).OnClick(on, scope)))
}
