package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// listKeys is the one table of the list's keys: what they do stands in key, what
// the help shows stands here.
var listKeys = []struct{ shown, name string }{
	{"← ↑ → ↓", "move"},
	{"Enter", "edit"},
	{"N", "add"},
	{"X", "tick"},
	{"Ctrl + C / X / V", "paste"},
	{"Ctrl + D", "duplicate"},
	{"Delete", "delete"},
	{"Alt + ← ↑ → ↓", "carry"},
	{"Ctrl + Z", "undo"},
	{"Ctrl + Shift + Z", "redo"},
	{"Escape", "close"},
}

// key serves the whole table: an element of it has the focus.
func (l *list) key(ctx app.Context, e app.Event) {
	if composing(e) {
		return
	}
	target := e.Get("target")
	id := target.Get("id").String()
	if !strings.HasPrefix(id, "at-") {
		return
	}
	about, _ := crdt.ParseID(dataOf(target, "id"))
	note := l.page.journey.Note(about)
	name, ctrl := e.Get("key").String(), e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool()
	arrow := map[string][2]int{"ArrowLeft": {-1, 0}, "ArrowRight": {1, 0}, "ArrowUp": {0, -1}, "ArrowDown": {0, 1}}
	step, isArrow := arrow[name]
	if l.page.lang.Dir() == "rtl" { // the next phase stands to the left
		step[0] = -step[0]
	}
	switch {
	case ctrl && strings.EqualFold(name, "z"):
		if e.Get("shiftKey").Bool() {
			l.redo()
		} else {
			l.undo()
		}
	case ctrl && strings.EqualFold(name, "y"):
		l.redo()
	case ctrl && strings.EqualFold(name, "d"):
		l.duplicate(target)
	case ctrl:
		return
	case isArrow && e.Get("altKey").Bool():
		if note == nil {
			return
		}
		l.carry(note, step[0], step[1])
	case isArrow:
		l.walk(target, step[0], step[1])
	case strings.EqualFold(name, "n"):
		if c, ok := l.cellOf(target, note); ok {
			l.add(ctx, c)
		}
	case strings.EqualFold(name, "x"):
		if note == nil && l.page.journey.Drawing(about) == nil {
			return
		}
		l.tick(about)
	case name == "Delete" || name == "Backspace":
		if ids := l.chosenNotes(); len(ids)+len(l.chosenDrawings()) > 1 && l.many.ticked[about] {
			element("many-delete").Call("click")
			break
		}
		if note == nil && l.page.journey.Drawing(about) == nil {
			return
		}
		l.deleteOne(about)
	case name == "Escape":
		l.close()
	default:
		return
	}
	e.PreventDefault()
}

// focusIn makes Tab stop at what has the focus now.
func (l *list) focusIn(ctx app.Context, e app.Event) {
	ctx.PreventUpdate()
	id := e.Get("target").Get("id").String()
	if !strings.HasPrefix(id, "at-") || id == l.current {
		return
	}
	l.current = id
	l.attend()
	l.refresh(ctx)
}

// walk moves the focus: up and down through a cell and on into the next, left
// and right to the same place of the next cell.
func (l *list) walk(from app.Value, dx, dy int) {
	cell := from.Call("closest", "td, th")
	if !cell.Truthy() {
		return
	}
	items := cell.Call("querySelectorAll", ".list-item")
	place := 0
	for i := range items.Length() {
		if items.Index(i).Get("id").String() == from.Get("id").String() {
			place = i
		}
	}
	if next := place + dy; dy != 0 && next >= 0 && next < items.Length() {
		items.Index(next).Call("focus")
		return
	}
	row, column := cell.Get("parentElement"), cell.Get("cellIndex").Int()
	table := cell.Call("closest", "table").Get("rows")
	line := row.Get("rowIndex").Int()
	for {
		line, column = line+dy, column+dx
		if line < 0 || line >= table.Length() || column < 0 || column >= table.Index(line).Get("cells").Length() {
			return
		}
		there := table.Index(line).Get("cells").Index(column).Call("querySelectorAll", ".list-item")
		if there.Length() == 0 {
			continue
		}
		switch {
		case dy < 0:
			there.Index(there.Length() - 1).Call("focus")
		case dy > 0:
			there.Index(0).Call("focus")
		default:
			there.Index(min(place, there.Length()-1)).Call("focus")
		}
		return
	}
}

// cellOf is the cell that an element of the table stands in.
func (l *list) cellOf(target app.Value, note *journey.Note) (journey.Cell, bool) {
	if note != nil {
		return note.Place.Cell(), !note.Place.Free()
	}
	cell := target.Call("closest", "td")
	if !cell.Truthy() {
		return journey.Cell{}, false
	}
	add := cell.Call("querySelector", ".list-add")
	if !add.Truthy() {
		return journey.Cell{}, false
	}
	phase, err1 := crdt.ParseID(dataOf(add, "phase"))
	lane, err2 := crdt.ParseID(dataOf(add, "lane"))
	return journey.Cell{Phase: phase, Lane: lane}, err1 == nil && err2 == nil
}

func dataOf(e app.Value, name string) string {
	if v := e.Get("dataset").Get(name); v.Type() == app.TypeString {
		return v.String()
	}
	return ""
}

// ---- what keys and buttons do

func (l *list) tell(said string) {
	l.said = said
	l.refresh(l.ctx)
}

func (l *list) undo() {
	if l.page.session.Undo() {
		l.tell(l.say("list.undo"))
	}
}

func (l *list) redo() {
	if l.page.session.Redo() {
		l.tell(l.say("list.redo"))
	}
}

// add makes a note in a cell, or a point of emotion in the lane of the curve, and
// opens it.
func (l *list) add(ctx app.Context, c journey.Cell) {
	if !l.page.editable() {
		return
	}
	m := l.page.journey
	var id crdt.ID
	if lane := m.Lane(c.Lane); lane != nil && lane.Kind == journey.EmotionCurve {
		if len(m.Personas()) == 0 || c.Phase.IsZero() {
			return
		}
		l.page.edit("", func(e *crdt.Edit) { id = m.AddEmotionToPhase(e, l.whose(c.Phase), c.Phase, 0.5, 0) })
	} else {
		l.page.edit("", func(e *crdt.Edit) {
			id = m.AddNote(e, m.NextPlace(c), journey.NoteFields{Author: l.page.me.Name, Department: l.page.myDepartment()})
		})
	}
	if !id.IsZero() {
		l.said = l.say("list.added")
		l.open(ctx, id)
	}
}

// carry takes a note to the next phase or lane.
func (l *list) carry(n *journey.Note, dx, dy int) {
	m := l.page.journey
	c := n.Place.Cell()
	if !l.page.editable() || m.Locked(n) || n.Place.Free() {
		return
	}
	phases, lanes := m.Phases(), m.Lanes()
	column := m.PhaseIndex(c.Phase) + dx
	if column >= len(phases) || column < 0 && dx != 0 {
		return
	}
	if column >= 0 {
		c.Phase = phases[column].ID
	}
	for i, lane := range lanes {
		if lane.ID == c.Lane && dy != 0 {
			if i+dy < 0 || i+dy >= len(lanes) {
				return
			}
			c.Lane = lanes[i+dy].ID
			break
		}
	}
	l.move(n, c)
}

func (l *list) move(n *journey.Note, c journey.Cell) {
	m := l.page.journey
	l.page.edit("", func(e *crdt.Edit) { m.MoveNote(e, n.ID, m.NextPlace(c)) })
	phase, lane := l.cellName(c)
	l.tell(l.say("list.moved", phase, lane))
}

// deleteOne takes a note or a drawing away and gives the focus to what stands next.
func (l *list) deleteOne(id crdt.ID) {
	m := l.page.journey
	if !l.page.editable() || len(l.free([]crdt.ID{id})) == 0 {
		return
	}
	var c journey.Cell
	if n := m.Note(id); n != nil {
		c = n.Place.Cell()
	} else {
		c = m.Drawing(id).Place.Cell()
	}
	next := adding(c)
	siblings := m.NotesIn(c)
	for i, s := range siblings {
		if s.ID != id {
			continue
		}
		if i+1 < len(siblings) {
			next = at(siblings[i+1].ID)
		} else if i > 0 {
			next = at(siblings[i-1].ID)
		}
	}
	if l.panel.about() == id {
		l.panel = panel{}
	}
	l.current = next
	l.page.edit("", func(e *crdt.Edit) {
		m.DeleteDrawing(e, id)
		m.DeleteNote(e, id)
	})
	l.said = l.say("list.deleted")
	l.focusAfter(next)
}

// focusAfter gives the focus to an element once the next render has made it.
func (l *list) focusAfter(id string) {
	l.ctx.Dispatch(func(ctx app.Context) {
		ctx.Defer(func(app.Context) { focus(id) })
	})
}

func (l *list) addPhase() {
	m := l.page.journey
	var after, id crdt.ID
	if phases := m.Phases(); len(phases) > 0 {
		after = phases[len(phases)-1].ID
	}
	l.page.edit("", func(e *crdt.Edit) { id = m.AddPhase(e, after, l.say("list.phase.new")) })
	if !id.IsZero() {
		l.open(l.ctx, id)
	}
}

func (l *list) addLane() {
	m := l.page.journey
	var after, id crdt.ID
	if lanes := m.Lanes(); len(lanes) > 0 {
		after = lanes[len(lanes)-1].ID
	}
	l.page.edit("", func(e *crdt.Edit) { id = m.AddLane(e, after, journey.Custom, l.say("list.lane.new")) })
	if !id.IsZero() {
		l.open(l.ctx, id)
	}
}

// myDepartment is the map's department with the name that this person gave.
func (p *mapPage) myDepartment() crdt.ID {
	for _, d := range p.journey.Departments() {
		if p.me.Department != "" && (d.Name.Text == p.me.Department || d.Name.JA == p.me.Department || d.Name.EN == p.me.Department) {
			return d.ID
		}
	}
	return crdt.ID{}
}
