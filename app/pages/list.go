package pages

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// list is the map as a table: phases across, lanes down, the notes of a cell in
// the order in which the board is read. Everything in it is a button that opens
// the panel beside the table; arrow keys go from one to the next, and there is
// one stop for Tab. It lives with the board: either shows at once what was done
// in the other.
type list struct {
	app.Compo
	page    *mapPage
	ctx     app.Context
	mounted bool
	tones   scene.Toning
	theme   journey.Theme

	panel   panel
	many    many
	current string // ID of the element that Tab stops at
	said    string
}

func (l *list) OnMount(ctx app.Context) {
	l.ctx, l.mounted = ctx, true
}

func (l *list) OnDismount() { l.mounted = false }

func (l *list) say(key string, args ...any) string { return l.page.say(key, args...) }

// visible reports whether the table is looked at, or the panel beside another view.
func (l *list) visible() bool { return l.mounted && l.page.view != viewBoard }

// changed is told of every change of the map, before the next render.
func (l *list) changed(_ app.Context, c crdt.Change, t journey.Touched) {
	if !l.visible() {
		return
	}
	for _, w := range l.panel.writings {
		w.changed(l.page, c)
	}
	if l.panel.about() != (crdt.ID{}) && !l.panel.stands(l.page) {
		l.close()
	}
	if !t.Empty() {
		l.refresh(l.ctx)
	}
}

func (l *list) peersChanged(app.Context) {
	if l.visible() && l.panel.about() != (crdt.ID{}) {
		l.refresh(l.ctx)
	}
}

// refresh renders the list anew and sees to it that what had the focus keeps it:
// go-app reuses elements by their place, so after someone else's edit the
// element with the focus may show another note.
func (l *list) refresh(app.Context) {
	if !l.mounted {
		return
	}
	if l.page.views.visible() {
		l.page.views.refresh()
		return
	}
	l.ctx.Dispatch(keepFocus("at-"))
}

// at is the ID of the element that stands for an object in the table.
func at(id crdt.ID) string { return "at-" + strings.ReplaceAll(id.String(), ".", "-") }

func adding(c journey.Cell) string {
	return "at-add-" + strings.ReplaceAll(c.Phase.String()+"-"+c.Lane.String(), ".", "-")
}

func (l *list) Render() app.UI {
	if l.page == nil || l.page.journey == nil {
		return app.Div().Class("list")
	}
	m := l.page.journey
	l.tones, l.theme = scene.ToningOf(m), m.Theme()
	if l.page.view != viewList { // its panel may stand beside another view
		return app.Div().Class("list-frame").Body(app.P().Class("hidden-but-read").Role("status").Text(l.said))
	}
	return app.Div().Class("list-frame").DataSet("panel", l.panel.about() != crdt.ID{}).Body(
		app.Div().Class("list").OnKeyDown(l.key).On("focusin", l.focusIn).On("paste", l.pasted).On("copy", l.copied).On("cut", l.cut).Body(
			l.tools(),
			app.Table().Body(
				app.Caption().Text(l.say("list.caption", cmp.Or(m.Title().In(string(l.page.lang)), l.say("untitled")))),
				app.THead().Body(app.Tr().Body(l.heads(m)...)),
				app.TBody().Body(l.rows(m)...),
			),
			app.If(l.page.editable() && len(m.Lanes()) == 0 && m.NoteCount() == 0, func() app.UI {
				return app.P().ID("list-empty").Class("notice").Text(l.say("list.empty"))
			}),
			l.manyBar(m),
		),
		l.panel.render(l),
		app.P().Class("hidden-but-read").ID("list-said").Role("status").Text(l.said),
	)
}

// heads are the phases; notes that are in no phase yet have a column of their own
// before them.
func (l *list) heads(m *journey.Map) []app.UI {
	cells := []app.UI{app.Th().Scope("col").Body(app.Span().Class("list-name").Text(l.say("list.lane")))}
	if unsorted(m) {
		cells = append(cells, app.Th().Scope("col").Body(app.Span().Class("list-name").Text(l.say("unsorted"))))
	}
	for _, p := range m.Phases() {
		cells = append(cells, app.Th().Scope("col").Body(l.item(at(p.ID), "list-head", l.nameOf(p.Name, "list.phase"), scene.PhaseInfo(p, l.page.lang), p.ID)))
	}
	return cells
}

func (l *list) nameOf(n journey.Name, key string) string {
	return cmp.Or(l.page.named(n), l.say(key))
}

// item is a button of the table that opens the panel about an object.
func (l *list) item(id, class, name, facts string, about crdt.ID) app.HTMLButton {
	return app.Button().ID(id).Type("button").Class("list-item "+class).TabIndex(l.stop(id)).
		Aria("expanded", l.panel.about() == about).DataSet("id", about.String()).
		DataSet("followed", l.page.followed == id).
		OnClick(func(ctx app.Context, e app.Event) { l.open(ctx, about) }, app.EventScope(about.String())).
		Body(
			app.Span().Class("list-text").Lang(l.page.own()).Text(name),
			app.If(facts != "", func() app.UI { return app.Span().Class("list-facts").Text(facts) }))
}

// stop is 0 for the one element of the table at which Tab stops.
func (l *list) stop(id string) int {
	if l.current == "" {
		l.current = id // the first one rendered
	}
	if id == l.current {
		return 0
	}
	return -1
}

func (l *list) rows(m *journey.Map) []app.UI {
	if !l.exists(l.current) {
		l.current = ""
	}
	rows := []app.UI{}
	if len(m.Phases()) > 1 {
		rows = append(rows, app.Tr().Class("list-boundaries").Body(l.boundaries(m)...))
	}
	for _, lane := range m.Lanes() {
		kind := l.say("kind." + string(lane.Kind))
		name := l.nameOf(lane.Name, "list.lane")
		if name == kind {
			kind = ""
		}
		cells := []app.UI{app.Th().Scope("row").Body(l.item(at(lane.ID), "list-head", name, kind, lane.ID))}
		if unsorted(m) {
			cells = append(cells, l.cell(m, journey.Cell{Lane: lane.ID}, name, l.say("unsorted")))
		}
		for _, p := range m.Phases() {
			cells = append(cells, l.cell(m, journey.Cell{Phase: p.ID, Lane: lane.ID}, name, l.nameOf(p.Name, "list.phase")))
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	if free := append(l.notes(m.NotesIn(journey.Cell{})), l.drawings(journey.Cell{})...); len(free) > 0 {
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Body(app.Span().Class("list-name").Text(l.say("free"))),
			app.Td().ColSpan(max(1, len(m.Phases()))).Body(app.Ul().Class("list-notes").Body(free...))))
	}
	return rows
}

// exists reports whether what an element of the table stands for is still shown.
func (l *list) exists(id string) bool {
	m := l.page.journey
	object := func(s string) crdt.ID { return idOf(strings.ReplaceAll(s, "-", ".")) }
	name := strings.TrimPrefix(id, "at-")
	switch {
	case id == "":
		return false
	case strings.HasPrefix(name, "add-"):
		parts := strings.Split(strings.TrimPrefix(name, "add-"), "-") // two IDs of two parts
		if len(parts) != 4 {
			return false
		}
		phase, lane := object(parts[0]+"-"+parts[1]), object(parts[2]+"-"+parts[3])
		return l.page.mayIn(m.Lane(lane)) && (m.Phase(phase) != nil || phase.IsZero() && unsorted(m))
	case strings.HasSuffix(name, "-b"):
		_, ok := m.Boundary(object(strings.TrimSuffix(name, "-b")))
		return ok
	}
	about := object(name)
	return m.Note(about) != nil || m.Phase(about) != nil || m.Lane(about) != nil || m.Emotion(about) != nil || m.Drawing(about) != nil
}

func (l *list) boundaries(m *journey.Map) []app.UI {
	cells := []app.UI{app.Th().Scope("row").Body(app.Span().Class("list-name").Text(l.say("list.boundary")))}
	if unsorted(m) {
		cells = append(cells, app.Td())
	}
	for _, p := range m.Phases() {
		b, ok := m.Boundary(p.ID)
		if !ok {
			cells = append(cells, app.Td())
			continue
		}
		attitude := ""
		if b.AttitudeFrom != "" || b.AttitudeTo != "" {
			attitude = b.AttitudeFrom + " → " + b.AttitudeTo
		}
		said := attitude
		if b.Concern != "" {
			said = strings.TrimSpace(said + "\n" + i18n.T(l.page.lang, "scene.quote", b.Concern))
		}
		if said == "" {
			said = l.say("boundary.empty")
		}
		facts := ""
		if n := len(b.Blockers); n > 0 {
			facts = i18n.T(l.page.lang, "scene.blockers", n, l.unanswered(m, b))
		}
		id := at(p.ID) + "-b"
		cells = append(cells, app.Td().Body(
			app.Button().ID(id).Type("button").Class("list-item list-boundary").TabIndex(l.stop(id)).
				Aria("label", l.say("list.boundary")+": "+l.boundaryTitle(m, b)+". "+said+" "+facts).
				OnClick(func(ctx app.Context, e app.Event) { l.openBoundary(ctx, p.ID) }, app.EventScope("b", p.ID.String())).
				Body(app.Span().Class("list-text").Lang(l.page.own()).Text(said),
					app.If(facts != "", func() app.UI { return app.Span().Class("list-facts").Text(facts) }))))
	}
	return cells
}

func (l *list) boundaryTitle(m *journey.Map, b journey.Boundary) string {
	from, to := "", ""
	if p := m.Phase(b.From); p != nil {
		from = l.nameOf(p.Name, "list.phase")
	}
	if p := m.Phase(b.To); p != nil {
		to = l.nameOf(p.Name, "list.phase")
	}
	return l.say("boundary.title", from, to)
}

func (l *list) unanswered(m *journey.Map, b journey.Boundary) int {
	n := 0
	for _, blocker := range b.Blockers {
		if !m.Linked(blocker, journey.Answers, journey.Measure, true) {
			n++
		}
	}
	return n
}

func (l *list) cell(m *journey.Map, c journey.Cell, lane, phase string) app.UI {
	var items []app.UI
	if m.Lane(c.Lane).Kind == journey.EmotionCurve {
		items = l.emotions(m, c.Phase)
	}
	items = append(items, l.notes(m.NotesIn(c))...)
	items = append(items, l.drawings(c)...)
	var body []app.UI
	if len(items) > 0 {
		body = append(body, app.Ul().Class("list-notes").Body(items...))
	}
	if l.page.mayIn(m.Lane(c.Lane)) {
		id := adding(c)
		key := "list.note.add.in"
		if m.Lane(c.Lane).Kind == journey.EmotionCurve {
			key = "emotion.add.in"
		}
		body = append(body, app.Button().ID(id).Type("button").Class("list-item list-add").TabIndex(l.stop(id)).
			DataSet("phase", c.Phase.String()).DataSet("lane", c.Lane.String()).DataSet("followed", l.page.followed == id).
			Aria("label", l.say(key, phase, lane)).Text("＋").
			OnClick(func(ctx app.Context, e app.Event) { l.add(ctx, c) }, app.EventScope(id)))
	} else if len(items) == 0 {
		body = append(body, app.Span().Class("hidden-but-read").Text(l.say("list.empty.cell")))
	}
	return app.Td().Body(body...)
}

func (l *list) notes(notes []*journey.Note) []app.UI {
	var items []app.UI
	for _, n := range notes {
		if !l.shows(n) {
			continue
		}
		text := n.Text
		if text == "" {
			text = l.say("list.note.empty")
		}
		item := l.item(at(n.ID), "list-note tone-"+l.tones.Of(n).Name(), text, strings.Join(l.facts(n), " · "), n.ID)
		items = append(items, l.tickable(n.ID, text, item))
	}
	return items
}

// tickable is an entry of a cell, with a box before it while several are chosen.
func (l *list) tickable(id crdt.ID, text string, item app.UI) app.UI {
	if !l.many.choosing {
		return app.Li().Body(item)
	}
	return app.Li().Class("ticking").Body(
		app.Input().ID("tick-"+id.String()).Type("checkbox").TabIndex(-1).Checked(l.many.ticked[id]).Aria("label", l.word("tick", clip(firstLine(text), 30))).
			OnChange(func(app.Context, app.Event) { l.tick(id) }, app.EventScope("tick", id.String())),
		item)
}

// facts are in words all that the board shows by colour and sign.
func (l *list) facts(n *journey.Note) []string {
	m, lang := l.page.journey, string(l.page.lang)
	var facts []string
	say := func(key string) { facts = append(facts, l.say(key)) }
	switch n.ID {
	case l.theme.StartNote:
		say("anchor.start")
	case l.theme.GoalNote:
		say("anchor.goal")
	}
	for _, id := range n.Channels {
		if n.Kind != journey.Touchpoint {
			break
		}
		if c := m.Channel(id); c != nil && c.Kind != "" {
			facts = append(facts, i18n.T(l.page.lang, "scene.channel", l.page.named(c.Name), i18n.T(l.page.lang, "dictionary.channel."+string(c.Kind))))
		} else if c != nil {
			facts = append(facts, l.page.named(c.Name))
		}
	}
	if d := m.Department(n.Department); d != nil {
		facts = append(facts, d.Name.In(lang))
	}
	if n.Flags&journey.FlagKeyMoment != 0 {
		say("field.key")
	}
	if n.Flags&journey.FlagSurprise != 0 {
		say("field.surprise")
	}
	if n.Flags&journey.FlagDelight != 0 {
		say("field.delight")
	}
	if n.Pain != "" {
		say("pain." + string(n.Pain))
	}
	if n.Severity > 0 {
		facts = append(facts, l.say("field.severity")+" "+strconv.Itoa(n.Severity)+"/5")
	}
	if n.Evidence.Level != "" {
		say("evidence." + string(n.Evidence.Level))
	}
	if d := m.Department(n.Owner); d != nil {
		facts = append(facts, l.say("field.owner")+": "+d.Name.In(lang))
	}
	if n.Due != "" {
		facts = append(facts, l.say("field.due")+": "+n.Due)
	}
	if n.Status != "" {
		say("status." + string(n.Status))
	}
	if m.Locked(n) {
		say("locked")
	}
	if n.Group != "" {
		if group := m.WithGroups(n.ID); len(group) > 1 {
			facts = append(facts, l.word("grouped", len(group)))
		}
	}
	if count := len(m.CommentsOn(n.ID)); count > 0 {
		facts = append(facts, l.say("comments", count))
	}
	for _, s := range m.StampsOn(n.ID) {
		facts = append(facts, s.Face)
	}
	if len(n.Tags) > 0 {
		facts = append(facts, "#"+strings.Join(n.Tags, " #"))
	}
	if l.many.ticked[n.ID] {
		facts = append(facts, "☑")
	}
	for _, peer := range l.page.peers {
		if peer.Presence.Writing == n.ID {
			facts = append(facts, l.say("list.writing", peer.Name))
		}
	}
	return facts
}

func (l *list) emotions(m *journey.Map, phase crdt.ID) []app.UI {
	var items []app.UI
	for _, e := range m.Emotions() {
		if e.Phase != phase || !l.page.only.IsZero() && e.Persona != l.page.only {
			continue
		}
		name := ""
		if p := m.Persona(e.Persona); p != nil {
			name = p.Name
		}
		score := scored(e.Score)
		text := score
		if e.Label != "" {
			text += " " + e.Label
		}
		if n := m.Note(e.Note); n != nil && e.Label == "" {
			text += " " + firstLine(n.Text)
		}
		items = append(items, app.Li().Body(l.item(at(e.ID), "list-emotion "+mood(e.Score), text, name, e.ID)))
	}
	return items
}

func scored(score float64) string {
	s := strconv.FormatFloat(score, 'f', -1, 64)
	if score > 0 {
		return "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

func mood(score float64) string {
	switch {
	case score > 0:
		return "mood-good"
	case score < 0:
		return "mood-bad"
	}
	return "mood-plain"
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
