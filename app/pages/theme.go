package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// theme says what the map is of, from where to where, and for which companies.
func (s *settings) theme() []app.UI {
	root := crdt.ID{}
	m, f := s.page.journey, s.form(root)
	theme, averages := m.Theme(), m.Averages()
	anchor := func(id, key string, now crdt.ID, write func(*journey.Map, *crdt.Edit, crdt.ID)) app.UI {
		choices := []choice{{"", s.page.say("list.note.none")}}
		for _, n := range m.Notes() {
			if (n.Kind == journey.Action || n.ID == now) && n.Text != "" {
				choices = append(choices, choice{n.ID.String(), clip(firstLine(n.Text), 40)})
			}
		}
		return f.choose(id, s.say(key), shownID(now), choices, func(e *crdt.Edit, m *journey.Map, v string) { write(m, e, idOf(v)) })
	}
	average := func(id string, now float64, put func(*journey.Averages, float64)) app.UI {
		return f.line(id, s.say("average."+id), "number", figure(now), func(e *crdt.Edit, m *journey.Map, v string) {
			a := m.Averages()
			put(&a, decimal(v))
			m.SetAverages(e, a)
		})
	}
	var types []choice
	if m.Type() == "" {
		types = append(types, choice{"", s.page.say("list.note.none")})
	}
	for _, t := range journey.MapTypes {
		types = append(types, choice{string(t), s.say("type." + string(t))})
	}
	langs := []choice{}
	if m.Lang() == "" {
		langs = append(langs, choice{"", s.page.say("list.note.none")})
	}
	for _, lang := range i18n.Langs {
		langs = append(langs, choice{string(lang), lang.Name()})
	}
	return []app.UI{
		app.P().Class("muted").Text(s.say("theme.hint")),
		f.prose("product", s.say("product"), root, journey.ThemeProduct, 2),
		f.prose("purpose", s.say("purpose"), root, journey.ThemePurpose, 2),
		f.prose("start", s.say("start"), root, journey.ThemeStart, 1),
		anchor("start-note", "start.note", theme.StartNote, (*journey.Map).SetStartNote),
		f.prose("goal", s.say("goal"), root, journey.ThemeGoal, 1),
		anchor("goal-note", "goal.note", theme.GoalNote, (*journey.Map).SetGoalNote),
		grid(
			f.choose("type", s.say("type"), string(m.Type()), types, func(e *crdt.Edit, m *journey.Map, v string) { m.SetType(e, journey.MapType(v)) }),
			f.choose("lang", s.say("lang"), m.Lang(), langs, func(e *crdt.Edit, m *journey.Map, v string) { m.SetLang(e, v) }),
		),
		app.FieldSet().Body(app.Legend().Text(s.say("icp")),
			f.prose("icp-size", s.say("icp.size"), root, journey.ICPSize, 1),
			f.prose("icp-industry", s.say("icp.industry"), root, journey.ICPIndustry, 1),
			f.prose("icp-budget", s.say("icp.budget"), root, journey.ICPBudget, 1)),
		app.FieldSet().Body(app.Legend().Text(s.say("average")),
			grid(
				average("touches", averages.Touches, func(a *journey.Averages, v float64) { a.Touches = v }),
				average("channels", averages.Channels, func(a *journey.Averages, v float64) { a.Channels = v }),
				average("days", averages.Days, func(a *journey.Averages, v float64) { a.Days = v })),
			f.line("average-source", s.page.say("field.source"), "text", averages.Source, func(e *crdt.Edit, m *journey.Map, v string) {
				a := m.Averages()
				a.Source = v
				m.SetAverages(e, a)
			})),
	}
}
