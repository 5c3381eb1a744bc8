package board

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// openBoundary opens the panel of the boundary that leads into a phase.
func (b *Board) openBoundary(into crdt.ID) {
	b.boundary = into
	b.chosen = scene.Target{}
	b.renew()
}

// closeBoundary shuts it and gives the focus back to the card it was opened by.
func (b *Board) closeBoundary() {
	into := b.boundary
	b.boundary = crdt.ID{}
	b.host.focus()
	b.goToThing(scene.Target{Kind: scene.OnBoundary, ID: into})
	b.renew()
}

// renderBoundary is why a customer goes on to the next phase: attitude from and
// to, the concern, what information answers it, what blocks, what is done.
func (b *Board) renderBoundary() app.UI {
	w, ok := b.m.Boundary(b.boundary)
	if !ok {
		return app.Div().Class("b-none")
	}
	into := b.boundary
	lang := string(b.o.Lang)
	name := func(id crdt.ID) string {
		if p := b.m.Phase(id); p != nil {
			return p.Name.In(lang)
		}
		return ""
	}
	onClose, scope := click(b.closeBoundary, "boundaryclose")
	body := []app.UI{
		app.P().Class("b-muted").Text(b.t("boundary.what")),
		b.area("b-from", b.t("boundary.from"), into, journey.BoundaryAttitudeFrom),
		b.area("b-to", b.t("boundary.to"), into, journey.BoundaryAttitudeTo),
		b.area("b-concern", b.t("boundary.concern"), into, journey.BoundaryConcern),
		b.boundaryNotes(journey.HasInformation, "info", w.Info, journey.InfoNeed),
		b.boundaryNotes(journey.HasBlocker, "blockers", w.Blockers, journey.Pain),
		b.boundaryNotes(journey.HasMeasure, "measures", w.Measures, journey.Measure),
	}
	return app.Aside().Class("b-panel").Aria("label", b.t("boundary")).OnKeyDown(b.leavePanel(b.closeBoundary), app.EventScope("boundarykey", into.String())).Body(
		app.Div().Class("b-panel-head").Body(app.H2().Text(name(w.From)+" → "+name(w.To)),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, scope)),
		app.Div().Class("b-panel-body").Body(body...))
}

// area is a text of a boundary, written when it is left. What others wrote in it
// meanwhile is not shown in the field, and stays.
func (b *Board) area(id, label string, into crdt.ID, f crdt.Field) app.UI {
	b.inputs[id] = b.m.Document().Text(into, f)
	on := func(ctx app.Context, e app.Event) {
		now, was, is := b.m.Document().Text(into, f), b.agreed[id], ctx.JSSrc().Get("value").String()
		for _, s := range diff(was, is, unitLen(is)).over(diff(was, now, unitLen(now))) {
			now = s.apply(now)
		}
		b.edit(b.group("boundary"), func(e *crdt.Edit) { b.m.WriteBoundary(e, into, f, now) })
	}
	return app.Label().Class("b-field").Body(app.Span().Class("b-label").Text(label),
		app.Textarea().ID(id).Rows(2).Attr("readonly", b.o.ReadOnly).OnChange(on, app.EventScope(id, into.String())))
}

// boundaryNotes are the notes that answer for one part of the boundary, and those
// that could.
func (b *Board) boundaryNotes(rel journey.Rel, key string, ids []crdt.ID, kind journey.LaneKind) app.UI {
	into := b.boundary
	var items []app.UI
	for _, id := range ids {
		n := b.m.Note(id)
		if n == nil {
			continue
		}
		class := "b-item"
		if rel == journey.HasBlocker && !b.m.Linked(id, journey.Answers, journey.Measure, true) {
			class += " is-open"
		}
		onGo, goScope := click(func() { b.ShowNote(id); b.openBoundary(into) }, "show", id.String(), into.String())
		row := []app.UI{app.Button().Class("b-button b-item-text").Type("button").Text(short(n.Text)).OnClick(onGo, goScope)}
		if !b.o.ReadOnly {
			on, scope := click(func() {
				b.edit(b.group("boundary"), func(e *crdt.Edit) { b.m.RemoveFromBoundary(e, into, rel, id) })
			}, "off", id.String(), into.String(), string(rel))
			row = append(row, app.Button().Class("b-button").Type("button").Aria("label", b.t("takeoff")).Body(icon("close")).OnClick(on, scope))
		}
		items = append(items, app.Li().Class(class).Body(row...))
	}
	body := []app.UI{app.Ul().Class("b-list").Body(items...)}
	if !b.o.ReadOnly {
		options := [][2]string{{"", b.t("boundary.add." + key)}}
		w, _ := b.m.Boundary(into)
		for _, n := range b.m.NotesOf(kind) {
			// Those of the phases around it first come to mind; others would be too many.
			if (n.Place.Phase == w.From || n.Place.Phase == w.To) && !slices.Contains(ids, n.ID) {
				options = append(options, [2]string{n.ID.String(), short(n.Text)})
			}
		}
		options = append(options, [2]string{"new", b.t("boundary.new")})
		body = append(body, b.choice("b-add-"+key, b.t("boundary.add."+key), "", options, func(v string) {
			b.addToBoundary(into, rel, kind, v)
		}, into.String(), len(ids)))
	}
	return b.field(b.t("boundary."+key), app.Div().Class("b-field").Body(body...))
}

// addToBoundary has a note answer for a boundary; "new" makes the note.
func (b *Board) addToBoundary(into crdt.ID, rel journey.Rel, kind journey.LaneKind, choice string) {
	if choice == "" {
		return
	}
	if choice == "new" {
		lane := b.m.LaneOf(kind)
		w, ok := b.m.Boundary(into)
		if lane == nil || !ok {
			b.say("nolane", b.kindName(kind))
			return
		}
		var id crdt.ID
		b.edit(b.group("boundary"), func(e *crdt.Edit) {
			id = b.m.AddNote(e, b.m.NextPlace(journey.Cell{Phase: w.From, Lane: lane.ID}), b.newFields())
			b.m.AddToBoundary(e, into, rel, id)
		})
		b.write(id)
		return
	}
	if id, err := crdt.ParseID(choice); err == nil {
		b.edit(b.group("boundary"), func(e *crdt.Edit) { b.m.AddToBoundary(e, into, rel, id) })
	}
}
