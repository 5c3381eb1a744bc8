package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// summons is a call to look at a cell, heard while no board was in sight (P26).
type summons struct {
	name        string
	phase, lane crdt.ID
}

// heard keeps the call for who looks at another view: nothing is moved there
// under anyone's hands, the notice leads to the cell.
func (p *mapPage) heard(name string, phase, lane crdt.ID) {
	p.called = &summons{name, phase, lane}
	p.redraw()
}

func (p *mapPage) calledNotice() app.UI {
	c, lang := p.called, string(p.lang)
	where := ""
	if l := p.journey.Lane(c.lane); l != nil {
		where = l.Name.In(lang)
	}
	if ph := p.journey.Phase(c.phase); ph != nil {
		where = ph.Name.In(lang) + " · " + where
	}
	target := c.phase
	if notes := p.journey.NotesIn(journey.Cell{Phase: c.phase, Lane: c.lane}); len(notes) > 0 {
		target = notes[0].ID
	}
	return app.Div().Class("notice").ID("called").Role("status").Body(
		app.Span().Text(p.say("called", c.name, where)),
		app.Button().Class("button").Type("button").Text(p.say("called.go")).OnClick(func(ctx app.Context, _ app.Event) {
			p.called = nil
			p.reveal(ctx, target, "")
		}),
		app.Button().Class("button quiet").Type("button").Text(p.say("close")).OnClick(func(app.Context, app.Event) { p.called = nil }))
}
