package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/i18n"
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
	} else if b.chosen.Kind != scene.OnNothing && !b.o.ReadOnly {
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
	if len(b.selected) > 1 {
		on, scope := click(func() { b.openArrangeMenu() }, "arrange")
		items = append(items, app.Span().Class("b-muted").Text(b.t("selected", len(b.selected))),
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

// renderHeadContext is the bar for a chosen phase, lane, link or emotion point.
func (b *Board) renderHeadContext() app.UI {
	t := b.chosen
	var items []app.UI
	label := ""
	act := func(iconName, key string, f func()) app.UI {
		on, scope := click(f, "head", key, t.ID.String(), int(t.Kind))
		return app.Button().Class("b-button").Type("button").Title(b.t("head."+key)).Aria("label", b.t("head."+key)).Body(icon(iconName)).OnClick(on, scope)
	}
	switch t.Kind {
	case scene.OnPhase:
		ph := b.m.Phase(t.ID)
		if ph == nil {
			return app.Div().Class("b-none")
		}
		label = ph.Name.In(string(b.o.Lang))
		if !b.may(method.ToolPhases) {
			break
		}
		if b.chosenPhase() == nil { // where it stands already
			items = append(items, b.demandChoice(ph), rule())
		}
		items = append(items,
			act("details", "details", func() { b.toggleDetails() }),
			act("left", "moveleft", func() { b.shiftHead(t, -1) }), act("right", "moveright", func() { b.shiftHead(t, 1) }),
			act("plus", "addafter", func() { b.addPhaseAfter(t.ID) }), act("note", "rename", func() { b.renameHead(t) }),
			act("trash", "deletephase", func() { b.deleteHead(t) }), act("more", "more", func() { b.menuHere() }))
	case scene.OnLane:
		l := b.m.Lane(t.ID)
		if l == nil {
			return app.Div().Class("b-none")
		}
		label = l.Name.In(string(b.o.Lang))
		items = append(items, b.lockButton(l.Locked))
		if l.Locked || !b.may(method.ToolLanes) {
			break
		}
		items = append(items, b.kindChoice(l), rule(),
			act("up", "moveup", func() { b.shiftHead(t, -1) }), act("down", "movedown", func() { b.shiftHead(t, 1) }),
			act("plus", "addbelow", func() { b.openLaneMenu() }), act("note", "rename", func() { b.renameHead(t) }),
			act("trash", "deletelane", func() { b.deleteHead(t) }), act("more", "more", func() { b.menuHere() }))
	case scene.OnLink:
		l := b.m.Link(t.ID)
		if l == nil {
			return app.Div().Class("b-none")
		}
		label = b.t("link")
		items = append(items, b.relChoice(l), rule(), act("trash", "deletelink", func() { b.deleteChosen() }))
	case scene.OnPoint:
		p := b.pointAt(t.ID)
		if p == nil {
			return app.Div().Class("b-none")
		}
		label = b.t("emotion") + " " + signed(p.Score)
		b.inputs["b-point-label"] = p.Label
		onLabel := func(ctx app.Context, e app.Event) {
			text := ctx.JSSrc().Get("value").String()
			b.edit(b.group("point"), func(e *crdt.Edit) { b.m.SetEmotionLabel(e, t.ID, text) })
		}
		items = append(items,
			app.Label().Class("b-field").Body(app.Input().ID("b-point-label").Type("text").Placeholder(b.t("emotionlabel")).Aria("label", b.t("emotionlabel")).OnChange(onLabel, app.EventScope("label", t.ID.String()))),
			act("up", "feelup", func() { b.nudge(cmdUp, xy{0, -8}) }), act("down", "feeldown", func() { b.nudge(cmdDown, xy{0, 8}) }),
			act("trash", "deletepoint", func() { b.deleteChosen() }))
	case scene.OnDrawing:
		d := b.m.Drawing(t.ID)
		if d == nil {
			return app.Div().Class("b-none")
		}
		label = b.t("drawing")
		if d.Kind == journey.KindImage {
			label = b.t("image")
			b.inputs["b-alt"] = d.Alt
			onAlt := func(ctx app.Context, e app.Event) {
				alt := ctx.JSSrc().Get("value").String()
				b.edit(b.group("alt"), func(e *crdt.Edit) { b.m.DescribeDrawing(e, t.ID, alt) })
			}
			items = append(items, app.Label().Class("b-field").Body(app.Input().ID("b-alt").Type("text").MaxLength(500).Placeholder(b.t("alt")).Aria("label", b.t("alt")).
				Disabled(d.Locked).OnChange(onAlt, app.EventScope("alt", t.ID.String()))))
		}
		items = append(items, b.button(cmdFront, "up", "front"), b.button(cmdBack, "down", "back"), b.lockButton(d.Locked))
		if !d.Locked {
			items = append(items, act("trash", "deletedrawing", func() { b.deleteChosen() }))
		}
	default:
		return app.Div().Class("b-none")
	}
	items = append([]app.UI{app.Strong().Class("b-button").Text(label)}, items...)
	return app.Div().Class("b-bar b-context").Role("toolbar").Aria("label", b.t("selection")).Body(items...)
}

// shiftHead moves a phase or lane one place.
func (b *Board) shiftHead(t scene.Target, by int) {
	if b.headLocked(t) {
		return
	}
	if t.Kind == scene.OnPhase {
		list := b.m.Phases()
		i := b.m.PhaseIndex(t.ID)
		after, ok := crdt.ID{}, false
		switch {
		case by > 0 && i+1 < len(list):
			after, ok = list[i+1].ID, true
		case by < 0 && i == 1:
			ok = true
		case by < 0 && i > 1:
			after, ok = list[i-2].ID, true
		}
		if ok {
			b.edit(b.group("order"), func(e *crdt.Edit) { b.m.MovePhase(e, t.ID, after) })
		}
		return
	}
	list, i := b.m.Lanes(), -1
	for k, l := range list {
		if l.ID == t.ID {
			i = k
		}
	}
	after, ok := crdt.ID{}, false
	switch {
	case by > 0 && i >= 0 && i+1 < len(list):
		after, ok = list[i+1].ID, true
	case by < 0 && i == 1:
		ok = true
	case by < 0 && i > 1:
		after, ok = list[i-2].ID, true
	}
	if ok {
		b.edit(b.group("order"), func(e *crdt.Edit) { b.m.MoveLane(e, t.ID, after) })
	}
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

func (b *Board) demandChoice(ph *journey.Phase) app.UI {
	id := ph.ID
	return app.Label().Class("b-field").Body(b.choice("b-demand", b.t("demand"), string(ph.Demand), b.demands(), func(v string) {
		b.edit(b.group("demand"), func(e *crdt.Edit) { b.m.SetPhaseDemand(e, id, journey.DemandLayer(v)) })
	}, id.String()))
}

func (b *Board) demands() [][2]string {
	return [][2]string{{"", b.t("demand.none")}, {string(journey.Latent), b.t("demand.latent")}, {string(journey.Comparing), b.t("demand.comparing")}, {string(journey.Overt), b.t("demand.overt")}}
}

func (b *Board) kindName(k journey.LaneKind) string {
	if key := "board.lane." + string(k); i18n.Has(b.o.Lang, key) {
		return i18n.T(b.o.Lang, key)
	}
	return string(k)
}

func (b *Board) kindChoice(l *journey.Lane) app.UI {
	id := l.ID
	var options [][2]string
	for _, k := range journey.LaneKinds {
		options = append(options, [2]string{string(k), b.kindName(k)})
	}
	return app.Label().Class("b-field").Body(b.choice("b-kind", b.t("kind"), string(l.Kind), options, func(v string) {
		b.edit(b.group("kind"), func(e *crdt.Edit) { b.m.SetLaneKind(e, id, journey.LaneKind(v)) })
	}, id.String()))
}

var relations = []journey.Rel{journey.Leads, journey.Relates, journey.Serves, journey.From, journey.Answers, journey.Realises}

func (b *Board) relChoice(l *journey.Link) app.UI {
	from, to, id := l.From, l.To, l.ID
	var options [][2]string
	for _, r := range relations {
		options = append(options, [2]string{string(r), b.t("rel." + string(r))})
	}
	return app.Label().Class("b-field").Body(b.choice("b-rel", b.t("link"), string(l.Rel), options, func(v string) {
		var made crdt.ID
		b.edit(b.group("link"), func(e *crdt.Edit) {
			b.m.Unlink(e, id)
			made = b.m.LinkNotes(e, from, to, journey.Rel(v))
		})
		b.chosen = scene.Target{Kind: scene.OnLink, ID: made}
		b.renew()
	}, id.String()))
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

func (b *Board) renderHint() app.UI {
	text := b.hint
	if name := b.followed(); text == "" && name != "" {
		on, scope := click(func() { b.follow = 0; b.renew() }, "unfollow")
		return app.Div().Class("b-hint").Role("status").Body(app.Span().Text(b.t("following", name)),
			app.Button().Class("b-button").Type("button").Text(b.t("stop")).OnClick(on, scope))
	}
	if text == "" && b.called != nil {
		return b.renderCalled()
	}
	if text == "" {
		text = b.firstHint()
		if text != "" {
			on, scope := click(func() { b.hints.dismiss(b) }, "hint")
			return app.Div().Class("b-hint").Body(app.Span().Text(text),
				app.Button().Class("b-button").Type("button").Text(b.t("gotit")).OnClick(on, scope))
		}
	}
	if text == "" {
		return app.Div().Class("b-none")
	}
	return app.Div().Class("b-hint").Aria("hidden", "true").Body(app.Span().Text(text))
}

// hints lead a new person to the first note and go away by themselves.
type hints struct {
	seen string // what this browser remembers
	made int    // edits made since
}

func (h *hints) did() { h.made++ }

func (h *hints) dismiss(b *Board) {
	h.seen = "seen"
	b.host.remember("board.hints", "seen")
	b.renew()
}

func (b *Board) firstHint() string {
	if b.o.ReadOnly || !b.mounted || b.hints.seen != "" || b.writing != nil || b.m.NoteCount() == 0 {
		return ""
	}
	if b.hints.made > 2 {
		b.hints.seen = "seen"
		b.host.remember("board.hints", "seen")
		return ""
	}
	if b.host.coarse() {
		return b.t("firsthint.touch")
	}
	return b.t("firsthint")
}

// renderHelp is the sheet of shortcuts, made of the table that the keys work by.
func (b *Board) renderHelp() app.UI {
	onCancel := func(ctx app.Context, e app.Event) { b.panel.help, b.keys.setting, b.keys.said = false, nil, "" }
	return app.Elem("dialog").ID("b-help").Class("b-dialog").Aria("labelledby", "b-help-title").On("close", onCancel).OnKeyDown(b.keyInHelp).Body(
		app.If(b.panel.help, b.helpBody)) // it is as large as all the rest that go-app draws here
}

func (b *Board) helpBody() app.UI {
	var sections []app.UI
	var rows []app.UI
	group := ""
	flush := func() {
		if len(rows) > 0 {
			sections = append(sections, app.Section().Body(app.H3().Text(b.t("keys."+group)), app.Dl().Body(rows...)))
		}
		rows = nil
	}
	for i := range keyboard {
		k := &keyboard[i]
		if k.group != group {
			flush()
			group = k.group
		}
		rows = append(rows, b.keyLine(k)...)
	}
	flush()
	group = "mouse"
	for _, key := range []string{"pan", "marquee", "add", "zoom", "altdrag", "dblclick", "shiftenter"} {
		rows = append(rows, app.Dt().Text(b.t("mouse."+key)), app.Dd().Body(app.Elem("kbd").Text(b.t("mouse."+key+".how"))))
	}
	flush()
	onClose, closeScope := click(func() { b.closeHelp() }, "helpclose")
	onLetters := func(ctx app.Context, e app.Event) {
		b.noKeys = !b.noKeys
		b.host.remember("board.letters", map[bool]string{true: "off", false: "on"}[b.noKeys])
	}
	onReset, resetScope := click(func() { b.keys = shortcuts{}; b.host.remember("board.keys", ""); b.renew() }, "keysreset")
	return app.Div().Body(
		app.Div().Class("b-panel-head").Body(app.H2().ID("b-help-title").Text(b.t("do.help")),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, closeScope)),
		app.Div().Class("b-keys").Body(sections...),
		app.Div().Class("b-panel-body").Body(app.Label().Body(
			app.Input().Type("checkbox").Checked(!b.noKeys).OnChange(onLetters), app.Text(" "+b.t("letters"))),
			app.P().Class("b-muted").Role("status").Text(b.keys.said),
			app.Button().Class("b-choice").Type("button").Disabled(len(b.keys.own) == 0).Text(b.t("keys.reset")).OnClick(onReset, resetScope)))
}

func (b *Board) closeHelp() {
	b.panel.help = false
	b.host.modal("b-help", false)
	b.host.focus()
	b.renew()
}
