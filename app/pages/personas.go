package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// personas are whose journey the map is, and who else has a say in it.
func (s *settings) personas() []app.UI {
	m := s.page.journey
	var entries []entry
	for _, p := range m.Personas() {
		facts := s.roles(p)
		if s.page.only == p.ID {
			facts = append(facts, s.say("persona.shown"))
		}
		entries = append(entries, entry{p.ID, p.Name, strings.Join(facts, " · ")})
	}
	return s.dictionary(entries,
		func(e *crdt.Edit) crdt.ID { return m.AddPersona(e, journey.Persona{Name: s.say("persona.new")}) },
		m.DeletePersona,
		func(id crdt.ID) []app.UI { return s.personaFields(m.Persona(id)) })
}

// roles are what a persona is to the purchase, in words.
func (s *settings) roles(p *journey.Persona) []string {
	var roles []string
	for _, r := range []struct {
		is  bool
		key string
	}{{p.Buyer, "buyer"}, {p.User, "user"}, {p.Stakeholder, "stakeholder"}} {
		if r.is {
			roles = append(roles, s.say("persona."+r.key))
		}
	}
	return roles
}

func (s *settings) personaFields(p *journey.Persona) []app.UI {
	id, f := p.ID, s.form(p.ID)
	// Each register is written by itself: SetPersona leaves alone what did not change.
	set := func(put func(*journey.Persona, string)) func(*crdt.Edit, *journey.Map, string) {
		return func(e *crdt.Edit, m *journey.Map, v string) {
			if now := m.Persona(id); now != nil {
				p := *now
				put(&p, v)
				m.SetPersona(e, id, p)
			}
		}
	}
	mark := func(element string, now bool, of func(*journey.Persona) *bool) app.UI {
		return f.check(element, s.say("persona."+element), now, func(e *crdt.Edit, m *journey.Map, on bool) {
			set(func(p *journey.Persona, _ string) { *of(p) = on })(e, m, "")
		})
	}
	only := s.page.only == id
	return []app.UI{
		s.portrait(p),
		f.line("name", s.say("persona.name"), "text", p.Name, set(func(p *journey.Persona, v string) { p.Name = v })),
		grid(
			mark("buyer", p.Buyer, func(p *journey.Persona) *bool { return &p.Buyer }),
			mark("user", p.User, func(p *journey.Persona) *bool { return &p.User }),
			mark("stakeholder", p.Stakeholder, func(p *journey.Persona) *bool { return &p.Stakeholder })),
		app.Button().ID("side-only").Class("button").Type("button").Aria("pressed", only).Text(s.say("persona.only")).
			OnClick(func(app.Context, app.Event) {
				if only {
					s.page.filter(crdt.ID{})
				} else {
					s.page.filter(id)
				}
			}, f.scope("only", only)),
		grid(
			f.line("role", s.say("persona.role"), "text", p.Role, set(func(p *journey.Persona, v string) { p.Role = v })),
			f.line("seniority", s.say("persona.seniority"), "text", p.Seniority, set(func(p *journey.Persona, v string) { p.Seniority = v })),
			f.line("age", s.say("persona.age"), "number", digit(p.Age), set(func(p *journey.Persona, v string) { p.Age = number(v) })),
			f.line("place", s.say("persona.place"), "text", p.Place, set(func(p *journey.Persona, v string) { p.Place = v })),
			f.line("segment", s.say("persona.segment"), "text", p.Segment, set(func(p *journey.Persona, v string) { p.Segment = v }))),
		f.prose("needs", s.say("persona.needs"), id, journey.PersonaNeeds, 2),
		f.prose("issues", s.say("persona.issues"), id, journey.PersonaIssues, 2),
		f.prose("motives", s.say("persona.motives"), id, journey.PersonaMotives, 2),
		f.prose("goals", s.say("persona.goals"), id, journey.PersonaGoals, 2),
		f.prose("drivers", s.say("persona.drivers"), id, journey.PersonaDrivers, 2),
		f.prose("quote", s.say("persona.quote"), id, journey.PersonaQuote, 2),
	}
}

// portrait is a persona's picture, which is sent to the server like any picture
// of the map.
func (s *settings) portrait(p *journey.Persona) app.UI {
	id, f := p.ID, s.form(p.ID)
	set := func(image string) {
		f.edit(func(e *crdt.Edit, m *journey.Map) {
			if now := m.Persona(id); now != nil {
				p := *now
				p.Portrait = image
				m.SetPersona(e, id, p)
			}
		})
	}
	return f.image("portrait", s.say("persona.portrait"), s.say("persona.portrait.off"), p.Portrait, set)
}

// filter shows one persona's notes and curve, or all of them; for this person
// alone, and not in the map.
func (p *mapPage) filter(persona crdt.ID) {
	p.only = persona
	p.board.FilterPersona(persona)
	p.list.refresh(p.list.ctx)
	p.redraw()
	p.side.refresh()
}

// hidden reports whether a note is another persona's than the one that is shown.
func (p *mapPage) hidden(n *journey.Note) bool {
	return !p.only.IsZero() && !n.Persona.IsZero() && n.Persona != p.only
}

// filterNotice says that not all is shown, and ends it.
func (p *mapPage) filterNotice() app.UI {
	persona := p.journey.Persona(p.only)
	if persona == nil {
		return nil
	}
	return app.Div().Class("notice").ID("only").Role("status").Body(
		app.Span().Text(p.say("only", persona.Name)),
		app.Button().ID("only-all").Class("button").Type("button").Text(p.say("only.all")).
			OnClick(func(app.Context, app.Event) { p.filter(crdt.ID{}) }))
}
