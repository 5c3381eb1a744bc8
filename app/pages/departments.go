package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// departments are the teams that make the map: authors and owners.
func (s *settings) departments() []app.UI {
	m, lang := s.page.journey, string(s.page.lang)
	notes := map[crdt.ID]int{}
	for _, n := range m.Notes() {
		notes[n.Department]++
	}
	var entries []entry
	for _, d := range m.Departments() {
		facts := []string{s.say("department.notes", notes[d.ID])}
		if s.page.myDepartment() == d.ID {
			facts = append(facts, s.say("department.mine"))
		}
		entries = append(entries, entry{d.ID, d.Name.In(lang), strings.Join(facts, " · ")})
	}
	return s.dictionary(entries,
		func(e *crdt.Edit) crdt.ID {
			id := m.AddDepartment(e, journey.Name{}, colors[len(m.Departments())%len(colors)])
			m.SetNameIn(e, id, lang, s.say("department.new"))
			return id
		},
		m.DeleteDepartment,
		func(id crdt.ID) []app.UI {
			d, f := m.Department(id), s.form(id)
			mine := s.page.myDepartment() == id
			return append(s.names(f, id, d.Name), s.color(f, id, d.Color),
				app.Button().ID("side-mine").Class("button").Type("button").Aria("pressed", mine).Text(s.say("department.join")).
					OnClick(func(app.Context, app.Event) {
						name := ""
						if d := m.Department(id); d != nil && !mine {
							name = d.Name.In(lang)
						}
						s.page.join(name)
					}, f.scope("mine", mine)))
		})
}

// colors are what new departments get, far from one another.
var colors = []string{"#E4572E", "#2E86AB", "#76B041", "#A23B72", "#F0A202", "#3D5A80", "#8D6A9F", "#00897B"}

// join makes this person one of a department.
func (p *mapPage) join(department string) {
	remember(keyDepartment, department)
	p.me.Department = department
	p.session.Rename(p.me.Name, department)
	p.board.SetPerson(p.me.Name, department)
	p.redraw()
}
