package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// may reports whether this person has these tools now: on a link that may edit
// all of them, but for what the running step keeps for later.
func (p *mapPage) may(tools method.Tools) bool {
	return p.editable() && method.Allowed(p.journey, p.owner())&tools == tools
}

// mayIn reports whether this person may put notes into a lane now.
func (p *mapPage) mayIn(l *journey.Lane) bool {
	return l != nil && p.editable() && method.LaneAllowed(p.journey.Runner().Step, l.Kind, p.owner())
}

// reveal goes to an object of the map, in whichever view stands, and to one of
// its fields where one is named.
func (p *mapPage) reveal(ctx app.Context, id crdt.ID, field string) {
	if field != "" && p.editable() {
		p.write(ctx, id, field)
		return
	}
	switch p.view {
	case viewBoard:
		p.board.ShowNote(id)
	case viewList:
		p.list.current = at(id)
		p.list.refresh(ctx)
		p.focusLater(at(id))
	default: // what is opened in the other views stands in a panel beside them
		p.write(ctx, id, "text")
	}
}

// write goes to a field of an object, for it to be filled in: "text", "owner",
// "due" or "kpi" of a note, the score of an emotion point.
func (p *mapPage) write(ctx app.Context, id crdt.ID, field string) {
	if p.view == viewBoard {
		p.board.Fill(id, field)
		return
	}
	if p.list.panel.about() != id {
		p.list.open(ctx, id)
	}
	if p.journey.Emotion(id) != nil {
		field = "score"
	}
	p.focusLater("panel-" + field)
}

// revealBoundary goes to the boundary that leads into a phase.
func (p *mapPage) revealBoundary(ctx app.Context, into crdt.ID) {
	if p.view == viewBoard {
		p.board.ShowBoundary(into)
		return
	}
	p.list.openBoundary(ctx, into)
}

// focusLater gives the focus to an element once what is being changed is drawn.
func (p *mapPage) focusLater(id string) {
	p.frames.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { focus(id) }) })
}

// keepFocus is for a drawing that is about to come: it gives the focus back after
// it to the ID that has it now, if that begins so. go-app reuses elements by their
// place, so the element with the focus may come to stand for another thing, or be
// gone. Where the focus has meanwhile been led to another element, it stays there.
func keepFocus(prefix string) func(app.Context) {
	had := focused()
	if !strings.HasPrefix(had, prefix) {
		return nil
	}
	document := app.Window().Get("document")
	was := document.Get("activeElement")
	return func(ctx app.Context) {
		ctx.Defer(func(app.Context) {
			now := document.Get("activeElement")
			lost := !now.Truthy() || now.Get("tagName").String() == "BODY"
			if lost || now.Equal(was) && focused() != had {
				focus(had)
			}
		})
	}
}

// turnTo opens the part of this name unless it stands already.
func (s *side) turnTo(name string) {
	if s.open != nil && s.open.name() == name {
		focus("side-title")
		return
	}
	s.show(name)
}

// today is this person's date, as 2026-02-28.
func today() string {
	day, _ := journey.DayOf("1970-01-01")
	zone := app.Window().Get("Date").New().Call("getTimezoneOffset").Float()
	return method.DateOf(day + int((now()-zone*60000)/86400000))
}
