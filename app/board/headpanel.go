package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

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
		items = append(items, b.button(cmdDuplicate, "copy", "duplicate"), b.button(cmdFront, "up", "front"), b.button(cmdBack, "down", "back"), b.lockButton(d.Locked))
		if !d.Locked {
			items = append(items, act("trash", "deletedrawing", func() { b.deleteChosen() }))
		}
	default:
		if len(b.with) == 0 {
			return app.Div().Class("b-none")
		}
		label = b.t("selected", len(b.with)) // several drawings and no note
		items = append(items, b.button(cmdDuplicate, "copy", "duplicate"), b.button(cmdFront, "up", "front"), b.button(cmdBack, "down", "back"),
			act("more", "more", func() { b.drawingMenu(b.width/2+80, 60) }))
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
