package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// drawings are what was drawn in a cell: texts, shapes, pictures, strokes.
func (l *list) drawings(c journey.Cell) []app.UI {
	var items []app.UI
	for _, d := range l.page.journey.Drawings() {
		if d.Place.Cell() != c || len(l.many.words) > 0 && !board.Matches(d.Text+" "+d.Alt, l.many.words) {
			continue
		}
		text := firstLine(d.Text)
		if text == "" {
			text = d.Alt
		}
		facts := []string{l.drawingKind(d)}
		if d.Kind == journey.KindStroke {
			facts = append(facts, l.word("tone."+toneOf(d)), l.word("line."+lineOf(d)))
		}
		if d.Locked {
			facts = append(facts, l.say("locked"))
		}
		if group := l.page.journey.WithGroups(d.ID); len(group) > 1 {
			facts = append(facts, l.word("grouped", len(group)))
		}
		if text == "" {
			text, facts = facts[0], facts[1:]
		}
		items = append(items, l.tickable(d.ID, text, l.item(at(d.ID), "list-drawing", text, strings.Join(facts, " · "), d.ID)))
	}
	return items
}

func (l *list) drawingKind(d *journey.Drawing) string {
	switch d.Kind {
	case journey.KindShape:
		return l.word("shape")
	case journey.KindText:
		return l.word("text")
	case journey.KindImage:
		return l.word("image")
	}
	return l.word("stroke")
}

func (l *list) drawingFields(d *journey.Drawing) []app.UI {
	id, c, f := d.ID, d.Place.Cell(), l.form()
	var fields []app.UI
	switch d.Kind {
	case journey.KindImage:
		fields = append(fields,
			app.Img().Class("picture").Src(l.page.imageAt(d.Image)).Alt(d.Alt),
			l.line("alt", "alt", "text", d.Alt, func(e *crdt.Edit, m *journey.Map, v string) { m.DescribeDrawing(e, id, v) }))
	case journey.KindText, journey.KindShape:
		fields = append(fields, f.prose("drawn", l.word("text"), id, journey.DrawingText, 2))
	}
	if d.Kind == journey.KindStroke || d.Kind == journey.KindShape {
		fields = append(fields, l.lookFields(d))
	}
	if d.Kind == journey.KindStroke {
		if l.page.editable() {
			fields = append(fields, l.routeFields(d))
		}
	} else {
		fields = append(fields, l.sizeFields(d))
	}
	move := func(to journey.Cell) func(*crdt.Edit, *journey.Map) {
		return func(e *crdt.Edit, m *journey.Map) { m.MoveDrawing(e, id, l.placeIn(to)) }
	}
	fields = append(fields, app.Div().Class("fields").Body(
		l.choose("phase", "list.phase", c.Phase.String(), l.phaseChoices(), func(e *crdt.Edit, m *journey.Map, v string) {
			lane := c.Lane
			if lanes := m.Lanes(); lane.IsZero() && len(lanes) > 0 {
				lane = lanes[0].ID
			}
			move(journey.Cell{Phase: idOf(v), Lane: lane})(e, m)
		}),
		l.choose("lane", "list.lane", c.Lane.String(), l.placeChoices(), func(e *crdt.Edit, m *journey.Map, v string) {
			lane := idOf(v)
			to := journey.Cell{Phase: c.Phase, Lane: lane}
			if lane.IsZero() {
				to = journey.Cell{}
			}
			move(to)(e, m)
		})))
	if l.page.owner() {
		fields = append(fields, l.check("locked", "field.locked", d.Locked, func(e *crdt.Edit, m *journey.Map, on bool) { m.LockDrawing(e, id, on) }))
	}
	off := d.Locked || !l.page.editable()
	return append(fields, app.Div().Class("row").Body(
		f.do("front", l.called("do.front"), "", off, func() { l.edit(func(e *crdt.Edit, m *journey.Map) { m.DrawingToFront(e, id) }) }),
		f.do("back", l.called("do.back"), "", off, func() { l.edit(func(e *crdt.Edit, m *journey.Map) { m.DrawingToBack(e, id) }) }),
		f.do("delete", l.word("delete"), "danger", off, func() { l.remove(func(e *crdt.Edit) { l.page.journey.DeleteDrawing(e, id) }) })))
}

// sizeFields are how large a text, a shape or a picture is; a picture keeps its
// proportions, and a text is as high as it needs.
func (l *list) sizeFields(d *journey.Drawing) app.UI {
	id, w, h := d.ID, d.W, d.H
	set := func(e *crdt.Edit, m *journey.Map, w, h float32) {
		if w >= 1 && h >= 1 {
			m.ResizeDrawing(e, id, max(w, 24), max(h, 24))
		}
	}
	fields := []app.UI{l.form().line("width", l.word("width"), "number", plain(float64(w)), func(e *crdt.Edit, m *journey.Map, v string) {
		to := float32(decimal(v))
		if d.Kind == journey.KindImage && w > 0 {
			set(e, m, to, h*to/w)
			return
		}
		set(e, m, to, h)
	})}
	if d.Kind == journey.KindShape {
		fields = append(fields, l.form().line("height", l.word("height"), "number", plain(float64(h)), func(e *crdt.Edit, m *journey.Map, v string) { set(e, m, w, float32(decimal(v))) }))
	}
	return app.Div().Class("fields").Body(fields...)
}

// imageAt is the address of a picture of this map.
func (p *mapPage) imageAt(id string) string { return p.path + "/images/" + id }

// reactions are the stamps on a note, and the way to the remarks on it: what
// whoever may comment may do.
func (l *list) reactions(n *journey.Note) app.UI {
	p, m := l.page, l.page.journey
	var buttons []app.UI
	for _, face := range board.Faces() {
		count := 0
		var mine crdt.ID
		for _, s := range m.StampsOn(n.ID) {
			if s.Face == face {
				count++
				if s.Author == p.me.Name && (p.editable() || s.ID.Replica == p.session.Replica()) {
					mine = s.ID
				}
			}
		}
		if count == 0 && !p.mayComment() {
			continue
		}
		buttons = append(buttons, app.Button().ID("panel-stamp-"+face).Class("button quiet").Type("button").Aria("pressed", !mine.IsZero()).
			Disabled(!p.mayComment()).Text(strings.TrimSpace(face+" "+digit(count))).
			OnClick(func(app.Context, app.Event) {
				p.remark(func(e *crdt.Edit) {
					if mine.IsZero() {
						m.AddStamp(e, journey.Stamp{Note: n.ID, Face: face, Author: p.me.Name, Department: p.myDepartment()})
					} else {
						m.DeleteStamp(e, mine)
					}
				})
			}, l.scope("stamp", face, mine.String())))
	}
	return app.Div().Class("row").Role("group").Aria("label", l.word("stamps")).Body(append(buttons, l.remarks(n.ID))...)
}

// remarks is the way to what was said about an object.
func (l *list) remarks(id crdt.ID) app.UI {
	count := len(l.page.journey.CommentsOn(id))
	if count == 0 && !l.page.mayComment() {
		return nil
	}
	return l.form().do("remarks", l.say("comments", count), "", false, func() { l.page.discuss(id) })
}

// whose is the persona whose point is made next: the one that is shown alone,
// else the first that has none in this phase.
func (l *list) whose(phase crdt.ID) crdt.ID {
	m := l.page.journey
	personas := m.Personas()
	if m.Persona(l.page.only) != nil {
		return l.page.only
	}
	for _, p := range personas {
		if !slices.ContainsFunc(m.Curve(p.ID), func(e *journey.Emotion) bool { return e.Phase == phase }) {
			return p.ID
		}
	}
	return personas[0].ID
}
