package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// What the board does by hand, done by name in the cell that had the focus last.

// here is that cell; the first one when there is none.
func (l *list) here() (c journey.Cell, ok bool) {
	m := l.page.journey
	if e := element(l.current); e.Truthy() {
		about, _ := crdt.ParseID(dataOf(e, "id"))
		if c, ok = l.cellOf(e, m.Note(about)); ok {
			return c, true
		}
	}
	if phases, lanes := m.Phases(), m.Lanes(); len(phases) > 0 && len(lanes) > 0 {
		return journey.Cell{Phase: phases[0].ID, Lane: lanes[0].ID}, true
	}
	return c, false
}

// called is what the board calls it.
func (l *list) called(key string) string { return i18n.T(l.page.lang, "board."+key) }

// offer is a select that does something and shows nothing for long.
func (l *list) offer(id, label string, choices []choice, do func(value string, c journey.Cell)) app.UI {
	return app.Select().ID("list-"+id).Aria("label", label).Attr("value", "").Body(options("", append([]choice{{"", label}}, choices...))...).
		OnChange(func(ctx app.Context, _ app.Event) {
			is := value(ctx)
			ctx.JSSrc().Set("value", "")
			l.less()
			if c, ok := l.here(); ok && is != "" {
				do(is, c)
			}
		})
}

// draw makes a text, a shape or a stroke; it is opened in the panel.
func (l *list) draw() app.UI {
	var choices []choice
	for _, shape := range []string{"pen", "marker", "text", "rect", "ellipse", "diamond", "arrow"} {
		choices = append(choices, choice{shape, l.called("do." + shape)})
	}
	return l.offer("draw", l.called("do.draw"), choices, func(shape string, c journey.Cell) {
		if shape == "pen" || shape == "marker" {
			l.addStroke(c, shape == "marker")
			return
		}
		d := journey.Drawing{Kind: journey.KindShape, Shape: shape, W: 160, H: 100}
		if shape == "text" {
			d = journey.Drawing{Kind: journey.KindText, W: 280, H: 24}
		}
		l.addDrawing(c, d)
	})
}

func (l *list) addDrawing(c journey.Cell, d journey.Drawing) {
	d.Place = l.placeIn(c)
	l.addDrawn(d)
}

func (l *list) addDrawn(d journey.Drawing) {
	d.Author = l.page.me.Name
	var id crdt.ID
	l.page.edit("", func(e *crdt.Edit) { id = l.page.journey.AddDrawing(e, d) })
	if !id.IsZero() {
		l.said = l.say("list.added")
		l.open(l.ctx, id)
	}
}

// sizes are the sizes that a note can have by name; the first for any other.
func (l *list) sizes() []choice {
	choices := []choice{l.none()}
	for _, name := range board.SizeNames() {
		choices = append(choices, choice{name, l.called("size." + name)})
	}
	return choices
}

// addImage puts a picture into the cell.
func (l *list) addImage() app.UI {
	return form{l.page, "list-", ""}.pick("image", l.called("image"), func(image string, w, h float64) {
		l.less()
		if c, ok := l.here(); ok && w > 0 && h > 0 {
			k := min(1, board.ImageSide/max(w, h))
			l.addDrawing(c, journey.Drawing{Kind: journey.KindImage, Image: image, W: float32(max(24, w*k)), H: float32(max(24, h*k))})
		}
	})
}

// react lets a face fly by, for all who look at the board.
func (l *list) react() app.UI {
	var choices []choice
	for _, face := range board.Faces() {
		choices = append(choices, choice{face, face})
	}
	return l.offer("react", l.called("do.react"), choices, func(face string, _ journey.Cell) { l.page.board.React(face) })
}

// bring asks everybody to look at the cell.
func (l *list) bring() app.UI {
	return app.Button().ID("list-bring").Class("button").Type("button").Text(l.called("bring")).OnClick(func(app.Context, app.Event) {
		l.less()
		if c, ok := l.here(); ok {
			l.page.board.Bring(c)
			l.tell(l.called("say.brought"))
		}
	})
}
