package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// settings are what a map says besides its notes: theme and scope, personas, the
// channel dictionary, KPIs, departments. One section is shown at a time, and of a
// dictionary one entry stands open.
type settings struct {
	page    *mapPage
	section string
	open    map[string]crdt.ID // by section
	gone    string             // name of what was deleted last, while it can be brought back
}

// sections are the parts of the settings, in the order of the method.
var sections = []string{"theme", "personas", "channels", "kpis", "departments"}

func newSettings(p *mapPage) *settings {
	return &settings{page: p, section: sections[0], open: map[string]crdt.ID{}}
}

func (s *settings) name() string                         { return "settings" }
func (s *settings) offered() bool                        { return true }
func (s *settings) badge() string                        { return "" }
func (s *settings) changed(crdt.Change, journey.Touched) {}

// choose shows the section of this name, and reports whether there is one.
func (s *settings) choose(section string) bool {
	for _, one := range sections {
		if one == section {
			s.section, s.gone = one, ""
			return true
		}
	}
	return false
}

func (s *settings) say(key string, args ...any) string {
	return i18n.T(s.page.lang, "dictionary."+key, args...)
}

func (s *settings) body() []app.UI {
	var tabs []app.UI
	for _, name := range sections {
		tabs = append(tabs, app.Button().ID("side-"+name).Class("button").Type("button").Aria("pressed", s.section == name).
			Text(s.say(name)).OnClick(func(app.Context, app.Event) { s.choose(name) }, app.EventScope(name)))
	}
	var content []app.UI
	switch s.section {
	case "theme":
		content = s.theme()
	case "personas":
		content = s.personas()
	case "channels":
		content = s.channels()
	case "kpis":
		content = s.kpis()
	case "departments":
		content = s.departments()
	}
	return []app.UI{
		app.Div().Class("bar-group side-tabs").Role("group").Aria("label", s.page.say("side.settings")).Body(tabs...),
		s.deleted(),
		app.Section().ID("side-section").Class("panel-body").DataSet("section", s.section).Aria("label", s.say(s.section)).Body(content...),
	}
}

// deleted says what is gone and offers to bring it back.
func (s *settings) deleted() app.UI {
	return app.Div().Class("notice").Hidden(s.gone == "").Role("status").Body(
		app.Span().Text(s.say("deleted", s.gone)),
		app.Button().ID("side-undo").Class("button").Type("button").Text(s.page.say("list.undo")).
			OnClick(func(app.Context, app.Event) {
				s.gone = ""
				s.page.session.Undo()
				s.focusLater("side-title")
			}))
}

func (s *settings) focusLater(id string) {
	s.page.side.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { focus(id) }) })
}

func (s *settings) form(about crdt.ID) form { return form{s.page, "side-", about.String()} }

// entry is one line of a dictionary.
type entry struct {
	id          crdt.ID
	name, facts string
}

// dictionary lists a section's entries with one of them open below, and makes
// new ones.
func (s *settings) dictionary(entries []entry, add func(*crdt.Edit) crdt.ID, remove func(*crdt.Edit, crdt.ID), fields func(crdt.ID) []app.UI) []app.UI {
	section, editable := s.section, s.page.editable()
	open := s.open[section]
	var items []app.UI
	name := ""
	for _, one := range entries {
		if one.name == "" {
			one.name = s.say("unnamed")
		}
		if one.id == open {
			name = one.name
		}
		items = append(items, app.Li().Body(
			app.Button().ID("side-"+section+"-"+one.id.String()).Class("list-item").Type("button").Aria("expanded", one.id == open).Body(
				app.Span().Class("list-text").Text(one.name),
				app.Span().Class("list-facts").Text(one.facts)).
				OnClick(func(app.Context, app.Event) {
					s.gone = ""
					if s.open[section] == one.id {
						delete(s.open, section)
					} else {
						s.open[section] = one.id
					}
				}, app.EventScope(section, one.id.String()))))
	}
	body := []app.UI{
		app.P().Class("muted").Text(s.say(section + ".hint")),
		app.Ul().Class("entries").Body(items...),
	}
	if editable {
		body = append(body, app.Button().ID("side-add").Class("button").Type("button").Text(s.say(section+".add")).
			OnClick(func(app.Context, app.Event) {
				var id crdt.ID
				s.page.edit("", func(e *crdt.Edit) { id = add(e) })
				if !id.IsZero() {
					s.gone, s.open[section] = "", id
					s.focusLater("side-name")
				}
			}, app.EventScope(section, string(s.page.lang))))
	}
	if name == "" { // nothing is open, or it has been deleted meanwhile
		return body
	}
	shown := append([]app.UI{app.H3().Text(name)}, fields(open)...)
	if editable {
		shown = append(shown, app.Div().Class("row").Body(form{s.page, "side-", open.String() + name}.do("delete", s.say("delete"), "danger", false, func() {
			delete(s.open, section)
			s.gone = name
			s.page.edit("", func(e *crdt.Edit) { remove(e, open) })
			s.focusLater("side-undo")
		})))
	}
	return append(body, app.Div().Class("entry").Body(shown...))
}

// names are the two fields of a name that has a text in each language, and before
// them that in the reader's, which may be a third.
func (s *settings) names(f form, id crdt.ID, n journey.Name) []app.UI {
	lang, m := string(s.page.lang), s.page.journey
	field := func(element, label, lang, now string) app.UI {
		if now == "" && (m.Lang() == lang || n.JA == "" && n.EN == "" && lang == string(s.page.lang)) {
			now = n.Text
		}
		return f.line(element, label, "text", now, func(e *crdt.Edit, m *journey.Map, v string) { m.SetNameIn(e, id, lang, v) })
	}
	ja := func(element string) app.UI { return field(element, s.say("name.ja"), "ja", n.JA) }
	en := func(element string) app.UI { return field(element, s.say("name.en"), "en", n.EN) }
	switch {
	case lang == "ja":
		return []app.UI{ja("name"), en("name-2")}
	case !s.page.lang.BuiltIn():
		own := f.line("name", s.say("persona.name"), "text", n.Text, func(e *crdt.Edit, m *journey.Map, v string) { m.Rename(e, id, lang, v) })
		return []app.UI{own, en("name-2"), ja("name-3")}
	}
	return []app.UI{en("name"), ja("name-2")}
}

func grid(body ...app.UI) app.UI { return app.Div().Class("fields").Body(body...) }

// owners are the departments to choose from.
func (s *settings) owners() []choice {
	choices := []choice{{"", s.page.say("list.note.none")}}
	for _, d := range s.page.journey.Departments() {
		choices = append(choices, choice{d.ID.String(), d.Name.In(string(s.page.lang))})
	}
	return choices
}

func (s *settings) owner(f form, now crdt.ID, write func(*crdt.Edit, *journey.Map, crdt.ID)) app.UI {
	return f.choose("owner", s.say("owner"), shownID(now), s.owners(), func(e *crdt.Edit, m *journey.Map, v string) { write(e, m, idOf(v)) })
}

func (s *settings) color(f form, id crdt.ID, now string) app.UI {
	if now == "" {
		now = "#808080"
	}
	if !s.page.editable() {
		return nil
	}
	return f.line("color", s.say("color"), "color", now, func(e *crdt.Edit, m *journey.Map, v string) { m.SetColor(e, id, v) })
}
