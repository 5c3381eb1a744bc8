package pages

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// A line that the board draws by hand is drawn by name here: around a note or a
// cell, or from there to another note. It then looks and is like any other.

// addStroke draws around the note that had the focus last, else around the cell.
func (l *list) addStroke(c journey.Cell, marker bool) {
	var from crdt.ID
	if e := element(l.current); e.Truthy() {
		from = idOf(dataOf(e, "id"))
	}
	place, points, ok := l.page.board.Route(c, from, crdt.ID{})
	if !ok {
		return
	}
	d := journey.Drawing{Kind: journey.KindStroke, Points: points, Place: place}
	d.Style, d.Color = l.page.board.StrokeLook(marker)
	l.addDrawn(d)
}

// lookFields are the colour of a stroke or a shape, and the breadth of a stroke.
func (l *list) lookFields(d *journey.Drawing) app.UI {
	id := d.ID
	var tones, styles []choice
	for t := range scene.Tones {
		tones = append(tones, choice{t.Name(), l.word("tone." + t.Name())})
	}
	for _, style := range board.StrokeStyles() {
		styles = append(styles, choice{style, l.word("line." + lineOf(&journey.Drawing{Style: style}))})
	}
	return app.Div().Class("fields").Body(
		l.form().choose("tone", l.word("tone"), toneOf(d), tones, func(e *crdt.Edit, m *journey.Map, v string) { m.SetColor(e, id, v) }),
		app.If(d.Kind == journey.KindStroke, func() app.UI {
			return l.form().choose("line", l.word("line"), d.Style, styles, func(e *crdt.Edit, m *journey.Map, v string) { m.StyleDrawing(e, id, v) })
		}))
}

// toneOf and lineOf are what a drawing looks like, as it is drawn: what this
// version does not know looks like grey, and like a pen's.
func toneOf(d *journey.Drawing) string {
	for t := range scene.Tones {
		if t.Name() == d.Color {
			return d.Color
		}
	}
	return scene.Stone.Name()
}

func lineOf(d *journey.Drawing) string {
	if d.Style == "" || !slices.Contains(board.StrokeStyles(), d.Style) {
		return "usual"
	}
	return d.Style
}

// routeFields draw a stroke anew, from where to where.
func (l *list) routeFields(d *journey.Drawing) app.UI {
	from, to := []choice{{"", l.word("route.cell")}}, []choice{{"", l.word("route.around")}}
	for _, n := range l.page.journey.Notes() {
		if n.Text != "" {
			c := choice{n.ID.String(), clip(firstLine(n.Text), 40)}
			from, to = append(from, c), append(to, c)
		}
	}
	id, c, r := d.ID, d.Place.Cell(), &l.panel.route
	pick := func(name, now string, choices []choice, picked func(crdt.ID)) app.UI {
		return labelled(l.word("route."+name), app.Select().ID("panel-"+name).Body(options(now, choices)...).
			OnChange(func(ctx app.Context, _ app.Event) { picked(idOf(value(ctx))) }, l.scope(name)))
	}
	return app.FieldSet().Class("links-fields").Body(
		app.Legend().Text(l.word("route")),
		app.Div().Class("row").Body(
			pick("from", shownID(r.from), from, func(id crdt.ID) { r.from = id }),
			pick("to", shownID(r.to), to, func(id crdt.ID) { r.to = id }),
			l.form().do("route", l.word("route.do"), "", d.Locked, func() {
				if place, points, ok := l.page.board.Route(c, r.from, r.to); ok {
					l.edit(func(e *crdt.Edit, m *journey.Map) { m.RouteDrawing(e, id, place, points) })
					l.tell(l.word("route.done"))
				}
			})))
}
