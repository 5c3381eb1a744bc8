package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// many is what the list does with several notes at once, and how it finds them.
type many struct {
	choosing bool // a box to tick stands before each note
	ticked   map[crdt.ID]bool
	find     string
	words    []string // of find, folded
	to       journey.Cell
	aimed    bool // somebody has chosen to
}

func (l *list) word(key string, args ...any) string {
	return i18n.T(l.page.lang, "listing."+key, args...)
}

// shows reports whether a note is among those that are looked for.
func (l *list) shows(n *journey.Note) bool {
	return !l.page.hidden(n) && (len(l.many.words) == 0 || board.Matches(n.Text+" "+strings.Join(n.Tags, " "), l.many.words))
}

// finder narrows the table to what is looked for.
func (l *list) finder(m *journey.Map) app.UI {
	found := ""
	if len(l.many.words) > 0 {
		n := 0
		for _, note := range m.Notes() {
			if l.shows(note) {
				n++
			}
		}
		found = l.word("found", n)
	}
	return app.Div().Class("bar-group").Body(
		app.Input().ID("list-find").Type("search").Aria("label", l.word("find")).Placeholder(l.word("find")).Attr("value", l.many.find).
			OnInput(func(ctx app.Context, _ app.Event) {
				l.many.find = value(ctx)
				l.many.words = board.Words(l.many.find)
			}),
		app.Span().ID("list-found").Role("status").Class("muted").Text(found))
}

// tick takes a note among the chosen ones, or out of them.
func (l *list) tick(id crdt.ID) {
	if !l.page.editable() {
		return
	}
	if l.many.ticked == nil {
		l.many.ticked = map[crdt.ID]bool{}
	}
	l.many.choosing = true
	on := !l.many.ticked[id]
	for _, id := range l.page.journey.WithGroups(id) {
		l.many.ticked[id] = on
	}
	l.tell(l.word("ticked", len(l.chosenNotes())+len(l.chosenDrawings())))
}

// chosenDrawings are the ticked ones that are still there.
func (l *list) chosenDrawings() []crdt.ID {
	var ids []crdt.ID
	if len(l.many.ticked) == 0 {
		return ids
	}
	for _, d := range l.page.journey.Drawings() {
		if l.many.ticked[d.ID] {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// free are those that are not locked.
func (l *list) free(ids []crdt.ID) []crdt.ID {
	m := l.page.journey
	return slices.DeleteFunc(ids, func(id crdt.ID) bool {
		if d := m.Drawing(id); d != nil {
			return d.Locked
		}
		return m.Locked(m.Note(id))
	})
}

// chosenNotes are the ticked ones that are still there, in the order of reading.
func (l *list) chosenNotes() []crdt.ID {
	var ids []crdt.ID
	if len(l.many.ticked) == 0 {
		return ids
	}
	m := l.page.journey
	for _, n := range m.Notes() {
		if l.many.ticked[n.ID] {
			ids = append(ids, n.ID)
		}
	}
	lanes := map[crdt.ID]int{}
	for i, lane := range m.Lanes() {
		lanes[lane.ID] = i
	}
	slices.SortStableFunc(ids, func(a, b crdt.ID) int {
		p, q := m.Note(a).Place, m.Note(b).Place
		if d := m.PhaseIndex(p.Phase) - m.PhaseIndex(q.Phase); d != 0 {
			return d
		}
		if d := lanes[p.Lane] - lanes[q.Lane]; d != 0 {
			return d
		}
		return slices.IndexFunc(m.NotesIn(p.Cell()), func(n *journey.Note) bool { return n.ID == a }) -
			slices.IndexFunc(m.NotesIn(q.Cell()), func(n *journey.Note) bool { return n.ID == b })
	})
	return ids
}

// done lets go of what was chosen and says what became of it.
func (l *list) done(said string) {
	l.many.ticked = nil
	l.tell(said)
	l.focusAfter("list-choose")
}

// manyBar is what can be done with the ticked notes.
func (l *list) manyBar(m *journey.Map) app.UI {
	ids, drawn := l.chosenNotes(), l.chosenDrawings()
	if !l.many.choosing || !l.page.editable() {
		return app.Div().Hidden(true)
	}
	none := len(ids)+len(drawn) == 0
	if phases, lanes := m.Phases(), m.Lanes(); !l.many.aimed && len(lanes) > 0 {
		l.many.to.Lane = lanes[0].ID
		if len(phases) > 0 {
			l.many.to.Phase = phases[0].ID
		}
	}
	// What is ticked is asked for when it is done: go-app keeps the first handler that it was given.
	do := func(id, class string, click func([]crdt.ID)) app.UI {
		return app.Button().ID("many-"+id).Class("button "+class).Type("button").Disabled(none).Text(l.word(id)).
			OnClick(func(app.Context, app.Event) {
				if ids := append(l.chosenNotes(), l.chosenDrawings()...); len(ids) > 0 {
					click(ids)
				}
			}, app.EventScope(id))
	}
	pick := func(id, key, now string, choices []choice, picked func(crdt.ID)) app.UI {
		return app.Select().ID("many-"+id).Aria("label", l.say(key)).Attr("value", now).Body(options(now, choices)...).
			OnChange(func(ctx app.Context, _ app.Event) {
				l.many.aimed = true
				picked(idOf(value(ctx)))
			})
	}
	return app.Div().ID("list-many").Class("list-tools").Role("group").Aria("label", l.word("choose")).Body(
		app.Strong().Text(l.word("ticked", len(ids)+len(drawn))),
		app.Div().Class("bar-group").Body(
			pick("phase", "list.phase", l.many.to.Phase.String(), l.phaseChoices(), func(id crdt.ID) { l.many.to.Phase = id }),
			pick("lane", "list.lane", l.many.to.Lane.String(), l.laneChoices(), func(id crdt.ID) { l.many.to.Lane = id }),
			do("move", "", func(ids []crdt.ID) { l.moveMany(m, ids) })),
		l.arrangeMany(),
		do("phase-of", "", func([]crdt.ID) {
			ids := l.chosenNotes()
			if len(ids) == 0 {
				return
			}
			var made, after crdt.ID
			if phases := m.Phases(); len(phases) > 0 {
				after = phases[len(phases)-1].ID
			}
			if n := m.Note(ids[len(ids)-1]); m.Phase(n.Place.Phase) != nil {
				after = n.Place.Phase
			}
			// Of notes that stand in one phase, that phase is split, as on the board.
			split := m.Phase(after) != nil && !slices.ContainsFunc(ids, func(id crdt.ID) bool { return m.Note(id).Place.Phase != after })
			l.page.edit("", func(e *crdt.Edit) {
				if split {
					made = m.SplitPhase(e, after, l.say("list.phase.new"), ids)
				} else {
					made = m.GroupIntoPhase(e, after, l.say("list.phase.new"), ids)
				}
			})
			l.many.ticked = nil
			if !made.IsZero() {
				l.open(l.ctx, made)
			}
		}),
		do("bind", "", func(ids []crdt.ID) { l.bind(m, true, ids) }),
		do("unbind", "", func(ids []crdt.ID) { l.bind(m, false, ids) }),
		app.If(l.page.owner(), func() app.UI {
			return do("lock", "", func(ids []crdt.ID) {
				locked := func(id crdt.ID) bool {
					if d := m.Drawing(id); d != nil {
						return d.Locked
					}
					return m.Note(id).Locked
				}
				on := slices.ContainsFunc(ids, func(id crdt.ID) bool { return !locked(id) })
				l.page.edit("", func(e *crdt.Edit) {
					for _, id := range ids {
						if m.Drawing(id) != nil {
							m.LockDrawing(e, id, on)
						} else {
							m.SetNoteLocked(e, id, on)
						}
					}
				})
				l.done(l.word("lock"))
			})
		}),
		do("delete", "danger", l.deleteMany))
}

func (l *list) deleteMany(ids []crdt.ID) {
	m := l.page.journey
	l.page.edit("", func(e *crdt.Edit) {
		for _, id := range l.free(ids) {
			if m.Drawing(id) != nil {
				m.DeleteDrawing(e, id)
			} else {
				m.DeleteNote(e, id)
			}
		}
	})
	l.done(l.say("list.deleted"))
}

// bind makes notes and drawings a group, or each of them single again.
func (l *list) bind(m *journey.Map, on bool, ids []crdt.ID) {
	ids = l.free(ids)
	l.page.edit("", func(e *crdt.Edit) {
		if on {
			m.Bind(e, ids...)
			return
		}
		for _, id := range ids {
			m.Bind(e, id)
		}
	})
	l.done(l.word(map[bool]string{true: "bind", false: "unbind"}[on]))
}

// moveMany puts notes into a cell, side by side, and drawings behind them.
func (l *list) moveMany(m *journey.Map, ids []crdt.ID) {
	ids = l.free(ids)
	l.page.edit("", func(e *crdt.Edit) {
		for i, p := range m.Slots(l.many.to, len(ids), ids...) {
			if m.Drawing(ids[i]) != nil {
				m.MoveDrawing(e, ids[i], p)
			} else {
				m.MoveNote(e, ids[i], p)
			}
		}
	})
	phase, lane := l.cellName(l.many.to)
	l.done(l.say("list.moved", phase, lane))
}

// cellName is what phase and lane of a cell are called.
func (l *list) cellName(c journey.Cell) (phase, lane string) {
	phase = l.say("unsorted")
	if p := l.page.journey.Phase(c.Phase); p != nil {
		phase = l.nameOf(p.Name, "list.phase")
	}
	if row := l.page.journey.Lane(c.Lane); row != nil {
		lane = l.nameOf(row.Name, "list.lane")
	}
	return phase, lane
}
