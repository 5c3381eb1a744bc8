package pages

import (
	"cmp"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// To and from other places of the map, other maps and other programs.

// pasted makes notes of a text in the cell that has the focus: a list becomes
// notes of that cell, a range of a spreadsheet a grid over phases and lanes from there.
func (l *list) pasted(ctx app.Context, e app.Event) {
	target := e.Get("target")
	if !strings.HasPrefix(target.Get("id").String(), "at-") || !l.page.editable() {
		return
	}
	m := l.page.journey
	about, _ := crdt.ParseID(dataOf(target, "id"))
	c, inCell := l.cellOf(target, m.Note(about))
	data := e.Get("clipboardData")
	own, ours := board.ReadCopied(m, func(kind string) string { return data.Call("getData", kind).String() })
	if !inCell && own.Head == "" {
		return
	}
	e.PreventDefault()
	if ours {
		l.page.board.WithPictures(own, func(lost string) {
			l.pasteOwn(m, own, c)
			if lost != "" {
				l.page.frames.ctx.Dispatch(func(app.Context) { l.page.fault = lost })
			}
		})
		return
	}
	rows, grid := board.Pasted(data.Call("getData", "text/plain").String())
	var notes []string
	var cells []journey.Place
	phases, lanes := m.Phases(), m.Lanes()
	column, line := m.PhaseIndex(c.Phase), slices.IndexFunc(lanes, func(o *journey.Lane) bool { return o.ID == c.Lane })
	for i, row := range rows {
		for j, text := range row {
			if text == "" {
				continue
			}
			at := c
			if grid && line >= 0 {
				at.Lane = lanes[min(line+i, len(lanes)-1)].ID // what does not fit stands at the edge
			}
			if grid && column >= 0 {
				at.Phase = phases[min(column+j, len(phases)-1)].ID
			}
			notes, cells = append(notes, text), append(cells, journey.Place{Phase: at.Phase, Lane: at.Lane})
		}
	}
	if len(notes) == 0 || l.barred(cells) {
		return
	}
	l.page.edit("", func(edit *crdt.Edit) {
		taken := map[journey.Cell]int{}
		for i, p := range cells {
			at := p.Cell()
			taken[at]++
			slots := m.Slots(at, taken[at])
			m.AddNote(edit, slots[len(slots)-1], journey.NoteFields{
				Text: notes[i], Author: l.page.me.Name, Department: l.page.myDepartment(), Channels: m.ChannelsFor(at.Lane, notes[i])})
		}
	})
	l.tell(l.word("pasted", len(notes)))
}

// pasteOwn makes what was copied of a map, with all it holds: from the cell that
// has the focus on, as it stood to one another, or in a phase or lane that was
// copied with it.
func (l *list) pasteOwn(m *journey.Map, own *board.Copied, c journey.Cell) {
	phases, lanes := m.Phases(), m.Lanes()
	column, line := m.PhaseIndex(c.Phase), slices.IndexFunc(lanes, func(o *journey.Lane) bool { return o.ID == c.Lane })
	left, top := len(phases), len(lanes)
	for _, n := range own.Notes {
		if n.Lane >= 0 {
			left, top = min(left, n.Phase), min(top, n.Lane)
		}
	}
	for _, d := range own.Drawings {
		if d.Lane >= 0 {
			left, top = min(left, d.Phase), min(top, d.Lane)
		}
	}
	cell := func(phase, lane int) journey.Cell {
		at := c
		if column >= 0 && lane >= 0 {
			at.Phase = phases[min(column+phase-left, len(phases)-1)].ID
		}
		if line >= 0 && lane >= 0 {
			at.Lane = lanes[min(line+lane-top, len(lanes)-1)].ID
		}
		return at
	}
	taken := map[journey.Cell]int{}
	var places []journey.Place
	for _, n := range own.Notes {
		at := cell(n.Phase, n.Lane)
		taken[at]++
		slots := m.Slots(at, taken[at])
		places = append(places, slots[len(slots)-1])
	}
	for _, d := range own.Drawings {
		at := cell(d.Phase, d.Lane)
		p := journey.Place{Phase: at.Phase, Lane: at.Lane, X: d.Place.X, Y: d.Place.Y}
		if d.Lane < 0 { // it stood in no cell
			p.X, p.Y = journey.CellPad, journey.CellPad
		}
		places = append(places, p)
	}
	l.make(own, places)
}

// barred is what the board says of places that take no notes.
func (l *list) barred(places []journey.Place) bool {
	why := board.Barred(l.page.journey, places)
	if why != "" {
		l.tell(l.called("say." + why))
	}
	return why != ""
}

// make makes what was copied, at these places, unless one of them takes nothing.
func (l *list) make(own *board.Copied, places []journey.Place) {
	m := l.page.journey
	if own.Head == "" && l.barred(places[:len(own.Notes)]) {
		return
	}
	l.page.edit("", func(e *crdt.Edit) { own.Make(m, e, places) })
	l.tell(l.word("pasted", own.Len()))
}

// taken are what copying is about: the ticked notes and drawings, or that which
// has the focus, or all of the phase or lane that has it.
func (l *list) taken(target app.Value) (ids []crdt.ID, head crdt.ID) {
	m := l.page.journey
	if ids = append(l.chosenNotes(), l.chosenDrawings()...); len(ids) > 0 {
		return ids, head
	}
	about, _ := crdt.ParseID(dataOf(target, "id"))
	switch {
	case m.Note(about) != nil || m.Drawing(about) != nil:
		return []crdt.ID{about}, head
	case m.Phase(about) != nil || m.Lane(about) != nil:
		return board.OfHead(m, about), about
	}
	return nil, head
}

func (l *list) gather(ids []crdt.ID, head crdt.ID) *board.Copied {
	m := l.page.journey
	return board.Gather(m, string(l.page.lang), head, ids, func(id crdt.ID) (x, y float64) {
		if n := m.Note(id); n != nil {
			return float64(n.Place.X), float64(n.Place.Y)
		}
		d := m.Drawing(id)
		return float64(d.Place.X), float64(d.Place.Y)
	})
}

// copied gives what is taken to other maps and programs.
func (l *list) copied(_ app.Context, e app.Event) { l.copy(e) }

// copy is that; nothing is taken where the focus is outside of the table, as in the
// field to find notes, which copies and cuts what is selected in it.
func (l *list) copy(e app.Event) (ids []crdt.ID, head crdt.ID) {
	target := e.Get("target")
	if id := target.Get("id").String(); !strings.HasPrefix(id, "at-") && !strings.HasPrefix(id, "tick-") {
		return
	}
	m := l.page.journey
	ids, head = l.taken(target)
	if len(ids) == 0 && head.IsZero() {
		return
	}
	var texts []string
	for _, id := range ids {
		if n := m.Note(id); n != nil {
			texts = append(texts, n.Text)
		} else if d := m.Drawing(id); cmp.Or(d.Text, d.Alt) != "" {
			texts = append(texts, cmp.Or(d.Text, d.Alt))
		}
	}
	e.PreventDefault()
	data, own := e.Get("clipboardData"), l.gather(ids, head)
	own.Export(m, func(kind, text string) { data.Call("setData", kind, text) }, strings.Join(texts, "\n"))
	l.page.board.KeepSource(own)
	l.tell(l.word("copied", own.Len()))
	return ids, head
}

// cut is copied, and what was taken goes; a phase or a lane stays.
func (l *list) cut(_ app.Context, e app.Event) {
	if ids, head := l.copy(e); head.IsZero() && len(ids) > 0 && l.page.editable() {
		if len(ids) == 1 {
			l.deleteOne(ids[0])
		} else {
			l.deleteMany(ids)
		}
	}
}

// duplicate makes what is taken once more, in the cells where it stands.
func (l *list) duplicate(target app.Value) {
	m := l.page.journey
	ids, head := l.taken(target)
	if len(ids) == 0 || !head.IsZero() || !l.page.editable() {
		return
	}
	own, aside := l.gather(ids, head), float32(20)
	taken := map[journey.Cell]int{}
	places := make([]journey.Place, 0, len(ids))
	for _, id := range ids { // notes come before drawings
		if d := m.Drawing(id); d != nil {
			p := d.Place
			p.X, p.Y = p.X+aside, p.Y+aside
			places = append(places, p)
			continue
		}
		at := m.Note(id).Place.Cell()
		taken[at]++
		slots := m.Slots(at, taken[at])
		places = append(places, slots[len(slots)-1])
	}
	l.make(own, places)
}
