package board

import (
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// SetLeads says whether this person leads the seven steps. Whoever does not has
// the tools of the running step, which the room sees to as well.
func (b *Board) SetLeads(v bool) {
	if b.o.Leads != v {
		b.o.Leads = v
		b.renew()
	}
}

// may reports whether the running step has these tools for this person.
func (b *Board) may(tools method.Tools) bool {
	return method.Allowed(b.m, b.o.Leads)&tools == tools
}

// mayIn reports whether this person may put notes into a lane now, and says so
// when not.
func (b *Board) mayIn(lane crdt.ID) bool {
	l := b.m.Lane(lane)
	if l == nil || method.LaneAllowed(b.m.Runner().Step, l.Kind, b.o.Leads) {
		return true
	}
	b.say("later")
	return false
}

// Fill goes to what is to be filled in: a field of a note ("text", "due" …), or
// an emotion point.
func (b *Board) Fill(id crdt.ID, field string) {
	if p := b.m.Emotion(id); p != nil {
		b.ShowNote(p.Phase)
		b.choose()
		b.chosen = scene.Target{Kind: scene.OnPoint, ID: id}
		b.wantsFocus = "b-point-label"
		b.renew()
		return
	}
	b.ShowNote(id)
	if b.o.ReadOnly || b.scene.Note(id) == nil {
		return
	}
	b.wantsKey = false // the field has the keyboard, not the note
	if field == "text" {
		b.write(id)
		return
	}
	b.boundary = crdt.ID{}
	b.panel.details = true
	b.wantsFocus = "b-" + field
	b.renew()
}

// ShowBoundary goes to the boundary that leads into a phase and opens its panel.
func (b *Board) ShowBoundary(into crdt.ID) {
	b.ShowNote(into)
	b.openBoundary(into)
}

// needs are the tools that a command takes.
func needs(c command) method.Tools {
	switch c {
	case cmdNewNote, cmdDuplicate, cmdToolLink, cmdLink, cmdToolPen, cmdToolText, cmdPaste:
		return method.ToolNotes
	case cmdAddPhase, cmdGroup:
		return method.ToolPhases
	case cmdAddLane:
		return method.ToolLanes
	}
	return 0
}
