package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

const noteText = journey.NoteText

// panel is the editor beside the table, about one object. It is rendered in one
// place, so that what is being written in it stays where it is whatever happens
// in the table.
type panel struct {
	id       crdt.ID
	boundary bool // about the boundary into the phase id
	writings []*writing
	route    struct{ from, to crdt.ID } // of the form that draws a stroke anew
	link     struct {                   // of the form that links two notes
		to  crdt.ID
		rel journey.Rel
	}
}

// about is what the panel stands for; zero: it is closed.
func (p *panel) about() crdt.ID {
	if p.boundary {
		// Not the phase itself, whose button must not look open.
		return crdt.ID{Counter: p.id.Counter, Replica: p.id.Replica ^ 1<<31}
	}
	return p.id
}

// stands reports whether what the panel is about is still there.
func (p *panel) stands(page *mapPage) bool {
	if p.boundary {
		_, ok := page.journey.Boundary(p.id)
		return ok
	}
	return page.session.Document().Exists(p.id)
}

func (l *list) open(ctx app.Context, id crdt.ID) {
	if id == l.panel.id && !l.panel.boundary {
		l.close()
		return
	}
	l.wrote()
	l.panel = panel{id: id}
	if l.page.session.Document().Kind(id) == journey.KindNote {
		l.panel.writings = []*writing{{element: "panel-text", id: id, field: noteText}}
	}
	l.current = at(id)
	l.opened(ctx)
}

func (l *list) openBoundary(ctx app.Context, into crdt.ID) {
	l.panel = panel{id: into, boundary: true, writings: []*writing{
		{element: "panel-from", id: into, field: journey.BoundaryAttitudeFrom},
		{element: "panel-to", id: into, field: journey.BoundaryAttitudeTo},
		{element: "panel-concern", id: into, field: journey.BoundaryConcern},
	}}
	l.current = at(into) + "-b"
	l.opened(ctx)
}

// opened fills the panel's texts once it is rendered and gives the first of its
// fields the focus.
func (l *list) opened(app.Context) {
	l.page.side.refresh() // what stands there may be about it
	l.ctx.Dispatch(func(ctx app.Context) {
		ctx.Defer(func(app.Context) {
			for _, w := range l.panel.writings {
				w.open(l.page)
			}
			settleSelects("panel")
			if first := element("panel").Call("querySelector", ".panel-body :is(textarea, input, select, button)"); first.Truthy() {
				first.Call("focus")
			}
		})
	})
}

// close ends the panel and gives the focus back to what it was about.
func (l *list) close() {
	back := l.current
	l.wrote()
	l.panel = panel{}
	l.page.session.Seal()
	l.focusAfter(back)
}

// wrote is told when a note's panel is left: a touchpoint that names a channel of
// the dictionary has it then, in one step with the text.
func (l *list) wrote() {
	id := l.panel.id
	if named := l.page.journey.ChannelsNamed(id); !l.panel.boundary && len(named) > 0 {
		l.page.edit("text:panel-text:"+id.String(), func(e *crdt.Edit) { l.page.journey.SetNoteChannels(e, id, named) })
	}
}

func (p *panel) render(l *list) app.UI {
	m := l.page.journey
	title, body := "", []app.UI(nil)
	if p.boundary {
		if b, ok := m.Boundary(p.id); ok {
			title, body = l.boundaryTitle(m, b), l.boundaryFields(b)
		}
	} else if n := m.Note(p.id); n != nil {
		title, body = l.say("list.note"), l.noteFields(n)
		if n.Kind != "" {
			title = l.say("kind." + string(n.Kind))
		}
	} else if ph := m.Phase(p.id); ph != nil {
		title, body = l.say("list.phase"), l.phaseFields(ph)
	} else if lane := m.Lane(p.id); lane != nil {
		title, body = l.say("list.lane"), l.laneFields(lane)
	} else if e := m.Emotion(p.id); e != nil {
		title, body = l.say("list.emotion"), l.emotionFields(e)
	} else if d := m.Drawing(p.id); d != nil {
		title, body = l.drawingKind(d), l.drawingFields(d)
	}
	if body == nil {
		return app.Aside().ID("panel").Hidden(true).Aria("label", l.say("list.note.details"))
	}
	return app.Aside().ID("panel").Class("panel").Hidden(false).Aria("label", title).OnKeyDown(l.panelKey).Body(
		app.Div().Class("dialog-head").Body(
			app.H2().Text(title),
			app.Button().ID("panel-close").Class("button quiet icon").Type("button").Aria("label", l.say("close")).Text("✕").
				OnClick(func(app.Context, app.Event) { l.close() })),
		app.Div().Class("panel-body").Body(body...))
}

func (l *list) panelKey(ctx app.Context, e app.Event) {
	if composing(e) || e.Get("key").String() != "Escape" {
		return
	}
	e.PreventDefault()
	l.close()
}

// ---- fields

func (l *list) form() form { return form{l.page, "panel-", l.panel.about().String()} }

// scope tells go-app which object a handler is about.
func (l *list) scope(more ...any) app.EventOption { return l.form().scope(more...) }

func (l *list) edit(write func(*crdt.Edit, *journey.Map)) { l.form().edit(write) }

func (l *list) area(w *writing, key string, rows int) app.UI {
	return labelled(l.say(key), w.bind(l.page, app.Textarea().Rows(rows).ReadOnly(!l.page.editable())))
}

func (l *list) line(id, key, kind, now string, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	return l.form().line(id, l.say(key), kind, now, write)
}

func (l *list) choose(id, key, now string, choices []choice, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	return l.form().choose(id, l.say(key), now, choices, write)
}

func (l *list) none() choice { return choice{"", l.say("list.note.none")} }

func (l *list) check(id, key string, now bool, write func(*crdt.Edit, *journey.Map, bool)) app.UI {
	return l.form().check(id, l.say(key), now, write)
}

func (l *list) do(id, key, class string, off bool, click func()) app.UI {
	return l.form().do(id, l.say(key), class, off || !l.page.editable(), click)
}

func (l *list) laneChoices() []choice {
	var choices []choice
	for _, lane := range l.page.journey.Lanes() {
		if lane.Kind != journey.EmotionCurve {
			choices = append(choices, choice{lane.ID.String(), l.nameOf(lane.Name, "list.lane")})
		}
	}
	return choices
}

// placeChoices are the lanes, and beside them all.
func (l *list) placeChoices() []choice {
	return append(l.laneChoices(), choice{crdt.ID{}.String(), l.say("free")})
}

// placeIn is the next place in a cell; what stands beside the map stands to its left.
func (l *list) placeIn(c journey.Cell) journey.Place {
	p := l.page.journey.NextPlace(c)
	if c.Lane.IsZero() {
		p.X -= 600
	}
	return p
}

func (l *list) phaseChoices() []choice {
	choices := []choice{{crdt.ID{}.String(), l.say("unsorted")}}
	for _, p := range l.page.journey.Phases() {
		choices = append(choices, choice{p.ID.String(), l.nameOf(p.Name, "list.phase")})
	}
	return choices
}

func (l *list) departmentChoices() []choice {
	choices := []choice{l.none()}
	for _, d := range l.page.journey.Departments() {
		choices = append(choices, choice{d.ID.String(), d.Name.In(string(l.page.lang))})
	}
	return choices
}

func (l *list) named(prefix string, values ...string) []choice {
	choices := []choice{l.none()}
	for _, v := range values {
		choices = append(choices, choice{v, l.say(prefix + "." + v)})
	}
	return choices
}

func scale(l *list) []choice {
	choices := []choice{l.none()}
	for i := 1; i <= 5; i++ {
		choices = append(choices, choice{strconv.Itoa(i), strconv.Itoa(i)})
	}
	return choices
}

func (l *list) noteFields(n *journey.Note) []app.UI {
	m, id := l.page.journey, n.ID
	c := n.Place.Cell()
	group := func(fields ...app.UI) app.UI { return app.Div().Class("fields").Body(fields...) }
	fields := []app.UI{}
	if len(l.panel.writings) > 0 {
		fields = append(fields, l.area(l.panel.writings[0], "list.note.text", 4))
	}
	fields = append(fields,
		group(
			l.choose("phase", "list.phase", c.Phase.String(), l.phaseChoices(), func(e *crdt.Edit, m *journey.Map, v string) {
				lane := c.Lane
				if lane.IsZero() && len(m.Lanes()) > 0 {
					lane = m.Lanes()[0].ID
				}
				m.MoveNote(e, id, m.NextPlace(journey.Cell{Phase: idOf(v), Lane: lane}))
			}),
			l.choose("lane", "list.lane", c.Lane.String(), l.placeChoices(), func(e *crdt.Edit, m *journey.Map, v string) {
				to := journey.Cell{Phase: c.Phase, Lane: idOf(v)}
				if to.Lane.IsZero() {
					to.Phase = to.Lane // beside the map a note is in no phase either
				}
				m.MoveNote(e, id, l.placeIn(to))
			}),
			l.choose("department", "list.note.department", shownID(n.Department), l.departmentChoices(), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetNoteDepartment(e, id, idOf(v))
			}),
			l.choose("evidence", "list.note.evidence", string(n.Evidence.Level), l.named("evidence", "guess", "voice", "data"), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetNoteEvidence(e, id, journey.Evidence{Level: journey.EvidenceLevel(v), Source: n.Evidence.Source})
			}),
			l.line("source", "field.source", "text", n.Evidence.Source, func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetNoteEvidence(e, id, journey.Evidence{Level: n.Evidence.Level, Source: v})
			}),
		),
		group(
			l.check("key", "field.key", n.Flags&journey.FlagKeyMoment != 0, func(e *crdt.Edit, m *journey.Map, on bool) { m.SetNoteFlag(e, id, journey.FlagKeyMoment, on) }),
			l.check("surprise", "field.surprise", n.Flags&journey.FlagSurprise != 0, func(e *crdt.Edit, m *journey.Map, on bool) { m.SetNoteFlag(e, id, journey.FlagSurprise, on) }),
			l.check("delight", "field.delight", n.Flags&journey.FlagDelight != 0, func(e *crdt.Edit, m *journey.Map, on bool) { m.SetNoteFlag(e, id, journey.FlagDelight, on) }),
			app.If(l.page.owner(), func() app.UI { // a lock is the facilitator's
				return l.check("locked", "field.locked", n.Locked, func(e *crdt.Edit, m *journey.Map, on bool) { m.SetNoteLocked(e, id, on) })
			}),
		))
	if n.Kind == journey.Pain || n.Severity > 0 || n.Pain != "" {
		fields = append(fields, group(
			l.choose("pain", "field.pain", string(n.Pain), l.named("pain", "break", "stuck", "friction"), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetNotePain(e, id, journey.PainKind(v))
			}),
			l.choose("severity", "field.severity", digit(n.Severity), scale(l), func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteSeverity(e, id, number(v)) }),
		))
	}
	if n.Kind == journey.Measure || n.Status != "" || n.Due != "" || !n.Owner.IsZero() {
		fields = append(fields, group(
			l.choose("owner", "field.owner", shownID(n.Owner), l.departmentChoices(), func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteOwner(e, id, idOf(v)) }),
			l.line("due", "field.due", "date", n.Due, func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteDue(e, id, v) }),
			l.choose("status", "field.status", string(n.Status), l.named("status", "todo", "doing", "done", "dropped"), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetNoteStatus(e, id, journey.Status(v))
			}),
		))
	}
	if n.Kind == journey.Measure || n.Kind == journey.Opportunity || n.Impact > 0 || n.Effort > 0 {
		fields = append(fields, group(
			l.choose("impact", "field.impact", digit(n.Impact), scale(l), func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteImpact(e, id, number(v)) }),
			l.choose("effort", "field.effort", digit(n.Effort), scale(l), func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteEffort(e, id, number(v)) }),
		))
	}
	fields = append(fields, l.meaningFields(n)...)
	fields = append(fields,
		l.reactions(n),
		l.line("tags", "field.tags", "text", strings.Join(n.Tags, ", "), func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteTags(e, id, listed(v)) }),
		l.linkFields(m, n),
		l.form().image("picture", l.called("notepicture"), l.called("notepicture.off"), n.Image, func(image string) {
			l.form().edit(func(e *crdt.Edit, m *journey.Map) { m.SetNoteImage(e, id, image) })
		}),
		l.form().choose("size", l.called("size"), board.SizeOf(n), l.sizes(), func(e *crdt.Edit, m *journey.Map, v string) {
			if w, h := board.SizeNamed(v); w > 0 {
				m.ResizeNote(e, id, w, h)
			}
		}),
		app.Div().Class("row").Body(
			l.form().do("front", l.called("do.front"), "", m.Locked(n) || !l.page.editable(), func() { l.page.edit("", func(e *crdt.Edit) { m.BringToFront(e, id) }) }),
			l.form().do("back", l.called("do.back"), "", m.Locked(n) || !l.page.editable(), func() { l.page.edit("", func(e *crdt.Edit) { m.SendToBack(e, id) }) }),
			l.do("up", "list.note.up", "", l.neighbour(n, -1) == nil, func() { l.swap(n, -1) }),
			l.do("down", "list.note.down", "", l.neighbour(n, 1) == nil, func() { l.swap(n, 1) }),
			l.do("delete", "list.note.delete", "danger", m.Locked(n), func() { l.deleteOne(n.ID) }),
		))
	return fields
}

// neighbour is the note before (-1) or after (1) in its cell.
func (l *list) neighbour(n *journey.Note, step int) *journey.Note {
	notes := l.page.journey.NotesIn(n.Place.Cell())
	for i, s := range notes {
		if s.ID == n.ID && i+step >= 0 && i+step < len(notes) {
			return notes[i+step]
		}
	}
	return nil
}

// swap lets two notes of a cell change places.
func (l *list) swap(n *journey.Note, step int) {
	other := l.neighbour(n, step)
	if other == nil {
		return
	}
	l.edit(func(e *crdt.Edit, m *journey.Map) {
		here, there := n.Place, other.Place
		m.MoveNote(e, n.ID, there)
		m.MoveNote(e, other.ID, here)
	})
}

var rels = []journey.Rel{journey.Relates, journey.Leads, journey.Answers, journey.Realises, journey.From, journey.Serves}

func (l *list) linkFields(m *journey.Map, n *journey.Note) app.UI {
	var items []app.UI
	for _, link := range slices.Concat(m.LinksFrom(n.ID), m.LinksTo(n.ID)) {
		from, to := m.Note(link.From), m.Note(link.To)
		if from == nil || to == nil || !slices.Contains(rels, link.Rel) {
			continue
		}
		said := firstLine(from.Text) + " – " + l.say("rel."+string(link.Rel)) + " – " + firstLine(to.Text)
		items = append(items, app.Li().Body(
			app.Span().Text(said),
			app.Button().Class("button quiet icon").Type("button").Disabled(!l.page.editable()).
				Aria("label", l.say("links.remove")+": "+said).Text("✕").
				OnClick(func(app.Context, app.Event) {
					l.edit(func(e *crdt.Edit, m *journey.Map) { m.Unlink(e, link.ID) })
				}, l.scope("unlink", link.ID.String()))))
	}
	var others []choice
	others = append(others, l.none())
	for _, o := range m.Notes() {
		if o.ID != n.ID && o.Text != "" {
			others = append(others, choice{o.ID.String(), clip(firstLine(o.Text), 40)})
		}
	}
	var relations []choice
	for _, r := range rels {
		relations = append(relations, choice{string(r), l.say("rel." + string(r))})
	}
	rel := func() journey.Rel { return cmp.Or(l.panel.link.rel, journey.Relates) }
	return app.FieldSet().Class("links-fields").Body(
		app.Legend().Text(l.say("links")),
		app.If(len(items) > 0, func() app.UI { return app.Ul().Class("links").Body(items...) }),
		app.If(l.page.editable(), func() app.UI {
			return app.Div().Class("row").Body(
				l.pick("rel", "links.rel", string(rel()), relations, func(v string) { l.panel.link.rel = journey.Rel(v) }),
				l.pick("to", "links.to", shownID(l.panel.link.to), others, func(v string) { l.panel.link.to = idOf(v) }),
				l.do("link", "links.add", "", l.panel.link.to.IsZero(), func() {
					to := l.panel.link.to
					l.panel.link.to = crdt.ID{}
					how := rel() // as it is now: go-app keeps the first handler of a button
					l.edit(func(e *crdt.Edit, m *journey.Map) { m.LinkNotes(e, n.ID, to, how) })
				}))
		}))
}

// pick is a select whose choice stays in the panel.
func (l *list) pick(id, key, now string, choices []choice, picked func(string)) app.UI {
	return labelled(l.say(key), app.Select().ID("panel-"+id).Body(options(now, choices)...).
		OnChange(func(ctx app.Context, e app.Event) { picked(value(ctx)) }, l.scope(id)))
}

func clip(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i] + "…"
		}
		runes--
	}
	return s
}

// remove takes away what the panel is about, and closes it.
func (l *list) remove(write func(*crdt.Edit)) {
	l.panel = panel{}
	l.current = ""
	l.page.edit("", write)
	l.said = l.say("list.deleted")
	l.ctx.Dispatch(func(ctx app.Context) {
		ctx.Defer(func(app.Context) {
			if first := app.Window().Get("document").Call("querySelector", ".list-item[tabindex='0']"); first.Truthy() {
				first.Call("focus")
			}
		})
	})
}
