package pages

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Following in the views beside the board: what the followed person is at is
// brought into sight and marked. The focus stays where it is.

// peopleMenu is what the board's menu of people is there. A phone's bar has no room
// for its button: the menu has another.
func (p *mapPage) peopleMenu() app.UI {
	label := i18n.T(p.lang, "board.do.people")
	item := func(id, text string, on bool, do func()) app.UI {
		b := app.Button().ID(id).Class("button quiet").Type("button").Text(text)
		if on {
			b = b.Aria("pressed", true)
		}
		return b.OnClick(func(app.Context, app.Event) {
			hide("people-menu")
			hide("menu") // on a phone that led here
			do()
		}, app.EventScope(id))
	}
	var items []app.UI
	for _, c := range p.board.FollowChoices() {
		items = append(items, item("follow-"+strconv.Itoa(int(c.ID)), c.Text, c.On, func() { p.follow(c) }))
	}
	if len(items) == 0 {
		items = append(items, app.P().Class("menu-label").Text(i18n.T(p.lang, "board.alone")))
	}
	private, stays := p.board.Wishes()
	items = append(items, item("follow-private", private, false, p.board.SwitchPrivate), item("follow-stays", stays, false, p.board.SwitchStays))
	_, name := p.board.Followed()
	return app.Div().Class("menu").Body(
		app.Button().ID("people-button").Class("button quiet icon").Type("button").Attr("popovertarget", "people-menu").
			Title(label).Aria("label", label).Aria("pressed", name != "").Text("▾"),
		app.Div().ID("people-menu").Class("menu-list").Attr("popover", "auto").Role("group").Aria("label", label).Body(items...))
}

func (p *mapPage) follow(c board.FollowChoice) {
	p.board.Follow(c.ID)
	p.goAlong(true)
	p.redraw()
}

func (p *mapPage) followingNotice(name string) app.UI {
	return app.Div().Class("notice").ID("following").Role("status").Body(
		app.Span().Text(i18n.T(p.lang, "board.following", name)),
		app.Button().Class("button").Type("button").Text(i18n.T(p.lang, "board.stop")).OnClick(func(app.Context, app.Event) {
			if id, _ := p.board.Followed(); id != 0 {
				p.board.Follow(id)
			}
			p.goAlong(true)
		}))
}

// goAlong brings what the followed person is at into sight, if it is another
// thing than before or anew. Nobody's focus is moved.
func (p *mapPage) goAlong(anew bool) {
	was := p.followed
	_, name := p.board.Followed()
	p.followed = ""
	note, cell := p.board.Looks()
	if name != "" && p.view != viewBoard {
		p.followed = p.standsFor(note, cell)
	}
	if p.followed == was && !anew {
		return
	}
	if p.followed != "" {
		element(p.followed).Call("scrollIntoView", map[string]any{"block": "center", "inline": "center"})
		where, lane := p.list.cellName(cell)
		if where += ", " + lane; p.journey.Note(note) != nil {
			where = firstLine(p.journey.Note(note).Text)
		}
		p.list.said = p.list.word("at", name, where)
	}
	p.views.point()
	p.list.refresh(p.frames.ctx)
	p.redraw()
}

// point marks in the views what the followed person is at; in a drawing with who
// that is, which its SVG has no room for otherwise.
func (v *views) point() {
	if !v.visible() {
		return
	}
	doc := app.Window().Get("document")
	if was := doc.Call("querySelector", ".view [data-followed]"); was.Truthy() {
		was.Call("removeAttribute", "data-followed")
	}
	if was := doc.Call("querySelector", ".view-at"); was.Truthy() {
		was.Call("remove")
	}
	is := element(v.page.followed)
	if v.page.followed == "" || !is.Truthy() {
		return
	}
	is.Call("setAttribute", "data-followed", true)
	_, name := v.page.board.Followed()
	for _, b := range v.drawing.Boxes {
		if at(b.Target.ID) == v.page.followed && drawn(v.page.view) {
			text := v.nameOn(b.Target.ID, name)
			text.Get("classList").Call("add", "view-at")
			is.Call("append", text)
		}
	}
}

// standsFor is the ID of the element that shows a note, or else a cell: its first
// note, the button that adds one, the head of its phase.
func (p *mapPage) standsFor(note crdt.ID, c journey.Cell) string {
	ids := []string{at(note)}
	if notes := p.journey.NotesIn(c); len(notes) > 0 {
		ids = append(ids, at(notes[0].ID))
	}
	for _, id := range append(ids, adding(c), at(c.Phase)) {
		if element(id).Truthy() {
			return id
		}
	}
	// A view that is a table names its lines after what stands in them.
	if e := app.Window().Get("document").Call("querySelector", `.view-words [id$="`+at(note)+`"]`); e.Truthy() && !note.IsZero() {
		return e.Get("id").String()
	}
	return ""
}

// attend tells those who follow what has the focus in the list, or had it last.
func (l *list) attend() {
	m := l.page.journey
	var note crdt.ID
	if e := element(l.current); e.Truthy() {
		if n := m.Note(idOf(dataOf(e, "id"))); n != nil {
			note = n.ID
		}
	}
	c, _ := l.here()
	l.page.board.Attend(note, c)
}
