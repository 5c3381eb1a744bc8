package board

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// menu is the one menu that may stand open, at a place of the host.
type menu struct {
	open   bool
	people bool // it lists who is here, and lives with them
	fresh  bool // not yet put in its place: that takes its size
	x, y   float64
	items  []item
	row    []item // small buttons above the items
}

// item is a line of a menu; without text it is a rule.
type item struct {
	text string
	keys string
	tone string
	bad  bool
	do   func()
}

func (b *Board) showMenu(x, y float64, row []item, items ...item) {
	b.menu = menu{open: true, fresh: true, x: x, y: y, items: items, row: row}
	b.renew()
}

func (b *Board) closeMenu() {
	if b.menu.open {
		b.menu = menu{}
		b.renew()
	}
}

func (b *Board) cmdItem(c command, key string) item {
	return item{text: b.t("do." + key), keys: b.keyFor(c), do: func() { b.do(c) }}
}

// openMenuAt answers the second button and the long press.
func (b *Board) openMenuAt(x, y float64) {
	t := b.hit(x, y)
	switch t.Kind {
	case scene.OnNote, scene.OnCorner:
		if !b.isSelected(t.ID) {
			b.chooseWhole(t.ID)
		}
		b.noteMenu(x, y)
	case scene.OnPhase:
		b.choose()
		b.chosen = t
		b.headMenu(x, y, t)
	case scene.OnLane:
		b.choose()
		b.chosen = t
		b.headMenu(x, y, t)
	case scene.OnBoundary:
		b.openBoundary(t.ID)
	case scene.OnLink, scene.OnPoint:
		b.choose()
		b.chosen = t
		b.renew()
		if !b.o.ReadOnly {
			b.showMenu(x, y, nil, item{text: b.t("do.delete"), bad: true, keys: b.keyFor(cmdDelete), do: func() { b.deleteChosen() }})
		}
	case scene.OnDrawing:
		if !slices.Contains(b.everything(), t.ID) {
			b.chooseWhole(t.ID)
		}
		switch {
		case len(b.selected) > 0:
			b.noteMenu(x, y)
		case !b.o.ReadOnly:
			b.drawingMenu(x, y)
		}
	default:
		wx, wy := b.cam.World(x, y)
		var items []item
		if !b.o.ReadOnly {
			items = append(items, item{text: b.t("do.new"), keys: b.keyFor(cmdNewNote), do: func() { b.newNoteAt(wx, wy) }}, item{},
				b.cmdItem(cmdAddPhase, "addphase"), item{text: b.t("do.addlane"), do: func() { b.openLaneMenu() }}, item{})
		}
		if t.Kind == scene.OnCell && b.o.Leads {
			items = append(items, item{text: b.t("bringcell"), do: func() { b.bring(t) }})
		}
		items = append(items, b.cmdItem(cmdSelectAll, "all"), b.cmdItem(cmdFit, "fit"), b.cmdItem(cmdZoomReal, "zoomreal"), b.cmdItem(cmdMinimap, "minimap"), b.cmdItem(cmdHelp, "help"))
		b.showMenu(x, y, nil, items...)
	}
}

func (b *Board) drawingMenu(x, y float64) {
	var items []item
	for _, line := range [...]struct {
		c      command
		key    string
		absent bool
	}{{cmdDuplicate, "duplicate", false}, {cmdFront, "front", false}, {cmdBack, "back", false}, {cmdBind, "bind", len(b.with) < 2},
		{cmdUnbind, "unbind", len(b.with) < 2}, {cmdLock, "lock", !b.o.Leads}, {cmdNone, "", false}, {cmdDelete, "delete", false}} {
		switch {
		case line.absent:
		case line.key == "":
			items = append(items, item{})
		default:
			items = append(items, b.cmdItem(line.c, line.key))
			items[len(items)-1].bad = line.c == cmdDelete
		}
	}
	b.showMenu(x, y, nil, items...)
}

func (b *Board) noteMenu(x, y float64) {
	if b.o.ReadOnly {
		b.showMenu(x, y, nil, item{text: b.t("do.inspect"), keys: "I", do: b.toggleDetails}, b.cmdItem(cmdFitSelection, "fitselection"))
		return
	}
	var row []item
	for _, d := range b.m.Departments() {
		id := d.ID
		row = append(row, item{text: d.Name.In(string(b.o.Lang)), tone: b.scene.Tone(id).Name(), do: func() { b.recolor(id) }})
	}
	row = append(row, item{text: b.t("nodepartment"), tone: scene.Stone.Name(), do: func() { b.recolor(crdt.ID{}) }})
	items := []item{
		b.cmdItem(cmdWrite, "write"), item{text: b.t("do.inspect"), keys: "I", do: b.toggleDetails}, item{},
		b.cmdItem(cmdDuplicate, "duplicate"), b.cmdItem(cmdLink, "link"), b.cmdItem(cmdFront, "front"), b.cmdItem(cmdBack, "back")}
	if b.may(method.ToolPhases) {
		items = append(items, b.cmdItem(cmdGroup, "group"))
	}
	if len(b.selected)+len(b.with) > 1 {
		items = append(items, b.cmdItem(cmdBind, "bind"), b.cmdItem(cmdUnbind, "unbind"))
	}
	if b.o.Leads {
		items = append(items, b.cmdItem(cmdLock, "lock"))
	}
	items = append(items, item{})
	for _, p := range resizePresets {
		items = append(items, item{text: b.t("size." + p.text), do: func() { b.resizeChosen(p.w, p.h) }})
	}
	del := b.cmdItem(cmdDelete, "delete")
	del.bad = true
	b.showMenu(x, y, row, append(items, item{}, del)...)
}

func (b *Board) headMenu(x, y float64, t scene.Target) {
	phase := t.Kind == scene.OnPhase
	if b.o.ReadOnly || phase && !b.may(method.ToolPhases) || !phase && !b.may(method.ToolLanes) {
		return
	}
	if l := b.m.Lane(t.ID); l != nil && l.Locked && b.o.Leads {
		b.showMenu(x, y, nil, b.cmdItem(cmdLock, "lock"))
		return
	}
	if b.headLocked(t) {
		return
	}
	items := []item{{text: b.t("head.rename"), do: func() { b.renameHead(t) }}}
	if phase {
		items = append(items, item{text: b.t("head.addafter"), do: func() { b.addPhaseAfter(t.ID) }},
			item{text: b.t("head.moveleft"), do: func() { b.shiftHead(t, -1) }}, item{text: b.t("head.moveright"), do: func() { b.shiftHead(t, 1) }},
			item{text: b.t("head.selectall"), do: func() { b.chooseWhere(func(p journey.Place) bool { return p.Phase == t.ID }) }})
		if i := b.m.PhaseIndex(t.ID); i > 0 {
			items = append(items, item{text: b.t("head.merge"), do: func() {
				b.edit(b.group("merge"), func(e *crdt.Edit) { b.m.MergePhases(e, b.m.Phases()[i-1].ID, t.ID) })
			}})
		}
		items = append(items, item{text: b.t("head.split"), do: func() { b.splitPhase(t.ID) }},
			item{}, item{text: b.t("head.dissolve"), do: func() { b.dissolvePhase(t.ID) }}, item{text: b.t("head.deletephase"), bad: true, do: func() { b.deleteHead(t) }})
	} else {
		items = append(items, item{text: b.t("head.addbelow"), do: func() { b.openLaneMenu() }},
			item{text: b.t("head.moveup"), do: func() { b.shiftHead(t, -1) }}, item{text: b.t("head.movedown"), do: func() { b.shiftHead(t, 1) }},
			item{text: b.t("head.selectall"), do: func() { b.chooseWhere(func(p journey.Place) bool { return p.Lane == t.ID }) }})
		if b.o.Leads {
			items = append(items, b.cmdItem(cmdLock, "lock"))
		}
		items = append(items, item{}, item{text: b.t("head.deletelane"), bad: true, do: func() { b.deleteHead(t) }})
	}
	b.showMenu(x, y, nil, items...)
	b.renew()
}

func (b *Board) chooseWhere(want func(journey.Place) bool) {
	var ids []crdt.ID
	for i := range b.scene.Notes {
		if want(b.scene.Notes[i].Place) {
			ids = append(ids, b.scene.Notes[i].ID)
		}
	}
	b.choose(ids...)
}

// menuHere opens the menu of what has the keyboard's focus.
func (b *Board) menuHere() bool {
	r, ok := b.thingRect(b.chosen)
	if n := b.scene.Note(b.focus); n != nil && len(b.selected) > 0 {
		r, ok = n.Rect, true
	}
	if !ok {
		return false
	}
	x, y := b.cam.Screen(float64(r.Center().X), float64(r.Center().Y))
	switch b.chosen.Kind {
	case scene.OnPhase:
		y += b.topShift()
	case scene.OnLane:
		x += b.leftShift()
	}
	b.openMenuAt(x, y)
	return true
}

func (b *Board) openMenuFor() { b.noteMenu(b.width/2+80, 60) }

func (b *Board) openLaneMenu() {
	var items []item
	for _, k := range journey.LaneKinds {
		items = append(items, item{text: b.kindName(k), do: func() { b.addLane(k) }})
	}
	b.showMenu(b.width/2, b.height-80, nil, items...)
}

func (b *Board) openArrangeMenu() {
	var items []item
	for i, a := range arrangements {
		if i == 6 {
			items = append(items, item{})
		}
		items = append(items, b.cmdItem(a.c, a.name))
	}
	b.showMenu(b.width/2-60, 60, nil, append(items, item{}, b.cmdItem(cmdLink, "linkall"))...)
}

func (b *Board) openDrawMenu() {
	var items []item
	for _, t := range []struct {
		key  string
		tool tool
		cmd  command
	}{{"pen", toolPen, cmdToolPen}, {"marker", toolMarker, 0}, {"text", toolText, cmdToolText}, {"rect", toolRect, 0}, {"ellipse", toolEllipse, 0}, {"diamond", toolDiamond, 0}, {"arrow", toolArrow, 0}} {
		items = append(items, item{text: b.t("do." + t.key), keys: b.keyFor(t.cmd), do: func() { b.setTool(t.tool) }})
	}
	items = append(items, item{}, item{text: b.t("do.image"), do: b.pickImages})
	b.showMenu(b.width/2-80, b.height-120, nil, items...)
}

// faces are the reactions, and the stamps that stay.
var faces = []string{"👍", "❤️", "👏", "🎉", "💡", "🤔", "😮", "😢"}

func (b *Board) openReactions() {
	var row []item
	for _, f := range faces {
		row = append(row, item{text: f, do: func() { b.react(f, nil, true) }})
	}
	b.showMenu(b.width/2+60, b.height-120, row)
}

func (b *Board) openStampMenu() {
	var row []item
	for _, f := range faces {
		row = append(row, item{text: f, do: func() { b.stamp(f) }})
	}
	b.showMenu(b.width/2, 60, row)
}

func (b *Board) renderMenu() app.UI {
	if !b.menu.open {
		return app.Div().Class("b-none")
	}
	pick := func(it item, n int) (app.EventHandler, app.EventOption) {
		return click(func() {
			b.closeMenu()
			it.do()
			if b.writing == nil && !b.panel.help {
				b.host.focus()
			}
		}, "menu", n, it.text, int(b.menu.x), int(b.menu.y), b.selectionKey())
	}
	var body []app.UI
	if len(b.menu.row) > 0 {
		var row []app.UI
		for i, it := range b.menu.row {
			on, scope := pick(it, i+1000)
			btn := app.Button().Class("b-button").Type("button").Role("menuitem").OnClick(on, scope)
			if it.tone != "" {
				btn = btn.Title(it.text).Aria("label", it.text).Body(app.Span().Class("b-swatch tone-" + it.tone))
			} else {
				btn = btn.Text(it.text)
			}
			row = append(row, btn)
		}
		body = append(body, app.Div().Class("b-row").Body(row...))
	}
	for i, it := range b.menu.items {
		if it.text == "" {
			body = append(body, app.Hr())
			continue
		}
		on, scope := pick(it, i)
		class := "b-button"
		if it.bad {
			class += " is-bad"
		}
		line := []app.UI{app.Text(it.text)}
		if it.keys != "" {
			line = append(line, app.Elem("kbd").Text(it.keys))
		}
		body = append(body, app.Button().Class(class).Type("button").Role("menuitem").Body(line...).OnClick(on, scope))
	}
	onKey := func(ctx app.Context, e app.Event) {
		switch e.Get("key").String() {
		case "Escape":
			b.closeMenu()
			b.host.focus()
		case "ArrowDown":
			b.host.stepFocus("b-menu", 1)
			e.PreventDefault()
		case "ArrowUp":
			b.host.stepFocus("b-menu", -1)
			e.PreventDefault()
		}
	}
	return app.Div().ID("b-menu").Class("b-menu").Role("menu").Aria("label", b.t("menu")).Body(body...).OnKeyDown(onKey)
}
