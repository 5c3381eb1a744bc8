package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// comments are the remarks on the map and on what stands on it, as threads, and
// who has agreed to it. Whoever has a link for comments uses nothing else.
type comments struct {
	page     *mapPage
	on       crdt.ID // what the next remark is on; zero: the map
	to       crdt.ID // the remark that is being replied to
	resolved bool    // shown too
	phase    crdt.ID // what is signed off; zero: the map
	open     int     // threads that wait for an answer
	counted  bool
}

func (c *comments) name() string  { return "comments" }
func (c *comments) offered() bool { return true }

func (c *comments) badge() string {
	if !c.counted {
		c.counted, c.open = true, 0
		for _, one := range c.page.journey.Comments() {
			if !one.Resolved && c.root(one) == one {
				c.open++
			}
		}
	}
	return digit(c.open)
}

func (c *comments) changed(_ crdt.Change, t journey.Touched) {
	if len(t.Comments) == 0 && len(t.Notes) == 0 {
		return
	}
	had := c.open
	c.counted = false
	if c.badge(); had != c.open {
		c.page.redraw()
	}
}

func (c *comments) say(key string, args ...any) string {
	return i18n.T(c.page.lang, "comments."+key, args...)
}

// root is the remark that a thread began with. Whoever replies to a reply speaks
// in the same thread; a reply whose beginning is gone is one itself.
func (c *comments) root(one *journey.Comment) *journey.Comment {
	for range 100 { // somebody's program may have made a ring
		parent := c.page.journey.Comment(one.Parent)
		if one.Parent.IsZero() || parent == nil {
			return one
		}
		one = parent
	}
	return one
}

func (c *comments) body() []app.UI {
	m := c.page.journey
	var roots []*journey.Comment
	replies := map[crdt.ID][]*journey.Comment{}
	for _, one := range m.Comments() {
		if root := c.root(one); root != one {
			replies[root.ID] = append(replies[root.ID], one)
		} else if !one.Resolved || c.resolved {
			roots = append(roots, one)
		}
	}
	var threads []app.UI
	for _, one := range slices.Backward(roots) { // the newest first
		threads = append(threads, c.thread(one, replies[one.ID]))
	}
	return []app.UI{
		c.signOff(m),
		c.form(m),
		app.Label().Class("check").Body(
			app.Input().ID("side-resolved").Type("checkbox").Checked(c.resolved).OnChange(func(ctx app.Context, _ app.Event) {
				c.resolved = ctx.JSSrc().Get("checked").Bool()
			}), app.Span().Text(c.say("resolved"))),
		app.If(len(threads) == 0, func() app.UI { return app.P().Class("muted").Text(c.say("none")) }),
		app.Ul().Class("entries").Aria("label", c.page.say("side.comments")).Body(threads...),
	}
}

// ---- threads

func (c *comments) thread(root *journey.Comment, replies []*journey.Comment) app.UI {
	id, p := root.ID, c.page
	class := "thread"
	if root.Resolved {
		class += " resolved"
	}
	body := []app.UI{
		app.Button().ID("side-go-"+id.String()).Class("button quiet thread-on").Type("button").Text(c.nameOf(root.On)).
			Disabled(root.On.IsZero()).
			OnClick(func(ctx app.Context, _ app.Event) { p.reveal(ctx, root.On, "") }, app.EventScope(root.On.String())),
		c.remark(root),
	}
	var answers []app.UI
	for _, one := range replies {
		answers = append(answers, app.Li().Body(c.remark(one)))
	}
	body = append(body, app.Ul().Class("replies").Body(answers...))
	if p.mayComment() {
		if c.to == id {
			body = append(body, c.field("reply", c.say("reply"), func(text string) {
				c.to = crdt.ID{}
				c.add(journey.Comment{On: root.On, Parent: id, Text: text})
				p.focusLater("side-reply-" + id.String())
			}, id))
		}
		body = append(body, app.Div().Class("row").Body(
			app.Button().ID("side-reply-"+id.String()).Class("button quiet").Type("button").Aria("expanded", c.to == id).Text(c.say("reply")).
				OnClick(func(app.Context, app.Event) {
					if c.to == id {
						c.to = crdt.ID{}
						return
					}
					c.to = id
					p.focusLater("side-reply")
				}, app.EventScope("reply", id.String(), c.to == id)),
			app.If(c.mine(id), func() app.UI {
				key := "resolve"
				if root.Resolved {
					key = "reopen"
				}
				return app.Button().ID("side-resolve-"+id.String()).Class("button quiet").Type("button").Text(c.say(key)).
					OnClick(func(app.Context, app.Event) {
						p.remark(func(e *crdt.Edit) { p.journey.ResolveComment(e, id, !root.Resolved) })
						p.focusLater("side-title")
					}, app.EventScope("resolve", id.String(), root.Resolved))
			})))
	}
	return app.Li().Class(class).Body(body...)
}

// remark is who says what, and when.
func (c *comments) remark(one *journey.Comment) app.UI {
	id, p := one.ID, c.page
	marks := []string{c.author(one.Author, one.Department)}
	if at := p.moment(one.At); at != "" {
		marks = append(marks, at)
	}
	if one.Resolved {
		marks = append(marks, c.say("done"))
	}
	if c.mentioned(one.Text) {
		marks = append(marks, c.say("you"))
	}
	return app.Div().Class("remark").DataSet("you", c.mentioned(one.Text)).Body(
		app.P().Class("list-facts").Body(app.Span().Text(strings.Join(marks, " · "))),
		app.P().Class("fact").Text(one.Text),
		app.If(p.mayComment() && c.mine(id), func() app.UI {
			return app.Button().ID("side-drop-"+id.String()).Class("button quiet icon").Type("button").Title(c.say("delete")).
				Aria("label", c.say("delete")+": "+clip(firstLine(one.Text), 30)).Text("✕").
				OnClick(func(app.Context, app.Event) {
					p.remark(func(e *crdt.Edit) { p.journey.DeleteComment(e, id) })
					p.focusLater("side-title")
				}, app.EventScope("drop", id.String()))
		}))
}

func (c *comments) author(name string, department crdt.ID) string {
	if name == "" {
		name = c.say("somebody")
	}
	if d := c.page.journey.Department(department); d != nil {
		name += " (" + d.Name.In(string(c.page.lang)) + ")"
	}
	return name
}

// mine reports whether this person may change a remark: who edits the map may
// change all, others those that were made here.
func (c *comments) mine(id crdt.ID) bool {
	return c.page.editable() || id.Replica == c.page.session.Replica()
}

// mentioned reports whether a remark calls this person or their department.
func (c *comments) mentioned(text string) bool {
	me := c.page.me
	return me.Name != "" && strings.Contains(text, "@"+me.Name) || me.Department != "" && strings.Contains(text, "@"+me.Department)
}

func (c *comments) nameOf(id crdt.ID) string {
	m, lang := c.page.journey, string(c.page.lang)
	name := ""
	if n := m.Note(id); n != nil {
		name = clip(firstLine(n.Text), 40)
	} else if p := m.Phase(id); p != nil {
		name = c.page.say("list.phase") + ": " + p.Name.In(lang)
	} else if p := m.Persona(id); p != nil {
		name = p.Name
	} else if k := m.KPI(id); k != nil {
		name = k.Name.In(lang)
	}
	if name == "" {
		return c.say("map")
	}
	return name
}

// ---- writing

// about is what a new remark can be on: the map, what is chosen in the view, each phase.
func (c *comments) about(m *journey.Map) []choice {
	choices := []choice{{"", c.say("map")}}
	chosen := c.page.chosen()
	for _, id := range []crdt.ID{chosen, c.on} {
		if m.Note(id) != nil && (id == chosen || c.on != chosen) {
			choices = append(choices, choice{id.String(), c.nameOf(id)})
		}
	}
	for _, p := range m.Phases() {
		choices = append(choices, choice{p.ID.String(), c.nameOf(p.ID)})
	}
	return choices
}

// chosen is the note that this person is at, in the list or on the board.
func (p *mapPage) chosen() crdt.ID {
	if p.view == viewList {
		return p.list.panel.about()
	}
	if selected := p.board.Selected(); len(selected) > 0 {
		return selected[0]
	}
	return crdt.ID{}
}

// discuss opens the comments for a remark on an object.
func (p *mapPage) discuss(id crdt.ID) {
	for _, one := range p.side.parts {
		if c, ok := one.(*comments); ok {
			c.on = id
			p.side.turnTo(c.name())
			p.focusLater("side-comment")
		}
	}
}

func (c *comments) form(m *journey.Map) app.UI {
	if !c.page.mayComment() {
		return nil
	}
	now := c.on
	if !now.IsZero() && m.Note(now) == nil && m.Phase(now) == nil {
		now = crdt.ID{}
	}
	return app.FieldSet().Body(
		app.Legend().Text(c.say("new")),
		labelled(c.say("on"), app.Select().ID("side-on").Attr("value", shownID(now)).Body(options(shownID(now), c.about(m))...).
			OnChange(func(ctx app.Context, _ app.Event) { c.on = idOf(value(ctx)) })),
		c.field("comment", c.say("text"), func(text string) { c.add(journey.Comment{On: now, Text: text}) }, now))
}

// field is a place to write a remark, and to call somebody by name.
func (c *comments) field(id, label string, send func(string), about crdt.ID) app.UI {
	scope := app.EventScope(id, about.String())
	done := func() {
		field := element("side-" + id)
		if text := strings.TrimSpace(field.Get("value").String()); text != "" {
			field.Set("value", "")
			send(text)
			return
		}
		focus("side-" + id)
	}
	return app.Div().Class("write").Body(
		labelled(label, app.Textarea().ID("side-"+id).Rows(2).MaxLength(4000).OnKeyDown(func(_ app.Context, e app.Event) {
			if !composing(e) && e.Get("key").String() == "Enter" && (e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool()) {
				e.PreventDefault()
				done()
			}
		}, scope)),
		app.Div().Class("row").Body(
			app.Button().ID("side-send-"+id).Class("button primary").Type("button").Text(c.say("send")).
				OnClick(func(app.Context, app.Event) { done() }, scope),
			app.Select().ID("side-call-"+id).Aria("label", c.say("call")).Attr("value", "").Body(options("", c.callable())...).
				OnChange(func(ctx app.Context, _ app.Event) {
					if name := value(ctx); name != "" {
						field := element("side-" + id)
						field.Call("setRangeText", "@"+name+" ", field.Get("selectionStart"), field.Get("selectionEnd"), "end")
						ctx.JSSrc().Set("value", "")
						focus("side-" + id)
					}
				}, scope)))
}

// callable are the departments of the map and the people who are here or have
// said something.
func (c *comments) callable() []choice {
	choices := []choice{{"", "@ " + c.say("call")}}
	add := func(name string) {
		if name != "" && name != c.page.me.Name && !slices.ContainsFunc(choices, func(o choice) bool { return o.value == name }) {
			choices = append(choices, choice{name, name})
		}
	}
	for _, d := range c.page.journey.Departments() {
		add(d.Name.In(string(c.page.lang)))
	}
	for _, peer := range c.page.peers {
		add(peer.Name)
	}
	for _, one := range c.page.journey.Comments() {
		add(one.Author)
	}
	return choices
}

func (c *comments) add(one journey.Comment) {
	p := c.page
	one.Author, one.Department, one.At = p.me.Name, p.myDepartment(), instant()
	p.remark(func(e *crdt.Edit) { p.journey.AddComment(e, one) })
	p.said = c.say("sent")
	p.redraw()
}

// mayComment reports whether this link may make remarks.
func (p *mapPage) mayComment() bool { return p.mayDo(wire.RoleComment) }

// remark is the one way in which pages write what a commenter may write.
func (p *mapPage) remark(write func(*crdt.Edit)) {
	if p.mayComment() {
		p.session.Edit("", write)
	}
}

// instant is this moment as files write it, moment such a one in the reader's form.
func instant() string {
	return app.Window().Get("Date").New().Call("toISOString").String()
}

func (p *mapPage) moment(at string) string {
	if at == "" {
		return ""
	}
	time := app.Window().Get("Date").Call("parse", at).Float()
	if time != time {
		return at
	}
	return when(time, p.lang)
}

// ---- sign-off

// signOff is who has agreed to the map or to a phase of it, when, and whether it
// still says what they agreed to.
func (c *comments) signOff(m *journey.Map) app.UI {
	p := c.page
	var items []app.UI
	versions := map[crdt.ID]string{} // worked out once a drawing
	version := func(phase crdt.ID) string {
		if _, ok := versions[phase]; !ok {
			versions[phase] = method.VersionOf(m, phase)
		}
		return versions[phase]
	}
	agreed := map[crdt.ID]bool{}
	var own *journey.Agreement
	for _, a := range m.Agreements() {
		still := a.Version == version(a.Phase)
		if still {
			agreed[a.Department] = agreed[a.Department] || a.Phase.IsZero()
		}
		if a.Phase == c.phase && a.ID.Replica == p.session.Replica() {
			own = a
		}
		state := "changed"
		if still {
			state = "still"
		}
		id := a.ID
		items = append(items, app.Li().Class("agreement").DataSet("state", state).Body(
			app.Span().Text(c.author(a.Person, a.Department)+" · "+c.nameOf(a.Phase)+" · "+p.moment(a.At)),
			app.Span().Class("badge").Title(c.say("version", a.Version)).Text(c.say(state)),
			app.If(p.mayComment() && c.mine(id), func() app.UI {
				return app.Button().ID("side-undo-"+id.String()).Class("button quiet icon").Type("button").
					Aria("label", c.say("withdraw")+": "+c.author(a.Person, a.Department)).Text("✕").
					OnClick(func(app.Context, app.Event) {
						p.remark(func(e *crdt.Edit) { m.Disagree(e, id) })
						p.focusLater("side-title")
					}, app.EventScope("withdraw", id.String()))
			})))
	}
	var missing []string
	for _, d := range m.Departments() {
		if !agreed[d.ID] {
			missing = append(missing, d.Name.In(string(p.lang)))
		}
	}
	body := []app.UI{
		app.Legend().Text(c.say("signoff")),
		app.Ul().Class("entries").Body(items...),
		app.If(len(missing) > 0, func() app.UI {
			return app.P().Class("muted").Text(c.say("missing", strings.Join(missing, i18n.T(p.lang, "views.comma"))))
		}),
	}
	if p.mayComment() {
		choices := []choice{{"", c.say("map")}}
		for _, phase := range m.Phases() {
			choices = append(choices, choice{phase.ID.String(), c.nameOf(phase.ID)})
		}
		fresh := own != nil && own.Version == version(c.phase)
		body = append(body, app.Div().Class("row").Body(
			labelled(c.say("scope"), app.Select().ID("side-scope").Attr("value", shownID(c.phase)).Body(options(shownID(c.phase), choices)...).
				OnChange(func(ctx app.Context, _ app.Event) { c.phase = idOf(value(ctx)) })),
			app.Button().ID("side-agree").Class("button").Type("button").Disabled(fresh).Text(c.say("agree")).
				OnClick(func(app.Context, app.Event) {
					p.remark(func(e *crdt.Edit) {
						for _, a := range m.Agreements() {
							if a.Phase == c.phase && a.ID.Replica == p.session.Replica() {
								m.Disagree(e, a.ID) // with what it said before
							}
						}
						m.Agree(e, journey.Agreement{Department: p.myDepartment(), Person: p.me.Name, Phase: c.phase, At: instant(), Version: method.VersionOf(m, c.phase)})
					})
					p.focusLater("side-title")
				})))
	}
	return app.FieldSet().Body(body...)
}
