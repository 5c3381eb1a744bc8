package pages

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// meaningFields are those of a note that few kinds have: what a measure aims at
// and brings to whom, what a touchpoint promises, whose it is, how they feel.
func (l *list) meaningFields(n *journey.Note) []app.UI {
	m, id, lang, f := l.page.journey, n.ID, string(l.page.lang), l.form()
	word := func(key string) string { return i18n.T(l.page.lang, "meaning."+key) }
	group := func(fields ...app.UI) app.UI { return app.Div().Class("fields").Body(fields...) }
	var all, rows []app.UI
	if n.Kind == journey.Measure || !n.KPI.IsZero() {
		kpis := []choice{l.none()}
		for _, k := range m.KPIs() {
			kpis = append(kpis, choice{k.ID.String(), k.Name.In(lang)})
		}
		all = append(all, f.choose("kpi", word("kpi"), shownID(n.KPI), kpis, func(e *crdt.Edit, m *journey.Map, v string) { m.SetNoteKPI(e, id, idOf(v)) }))
	}
	if n.Kind == journey.Measure || n.Target != (journey.Target{}) {
		for _, part := range []struct {
			key string
			of  func(*journey.Target) *string
		}{
			{"group", func(t *journey.Target) *string { return &t.Group }}, {"content", func(t *journey.Target) *string { return &t.Content }},
			{"timing", func(t *journey.Target) *string { return &t.Timing }}, {"touchpoint", func(t *journey.Target) *string { return &t.Touchpoint }},
		} {
			target := n.Target
			rows = append(rows, f.line("target-"+part.key, word("target."+part.key), "text", *part.of(&target), func(e *crdt.Edit, m *journey.Map, v string) {
				if now := m.Note(id); now != nil {
					target := now.Target
					*part.of(&target) = v
					m.SetNoteTarget(e, id, target)
				}
			}))
		}
		all = append(all, group(rows...))
	}
	if n.Kind == journey.Touchpoint || n.Promise != "" {
		all = append(all, f.line("promise", word("promise"), "text", n.Promise, func(e *crdt.Edit, m *journey.Map, v string) { m.SetNotePromise(e, id, v) }))
	}
	whose := []choice{l.none()}
	for _, p := range m.Personas() {
		whose = append(whose, choice{p.ID.String(), p.Name})
	}
	about := []app.UI{l.choose("note-demand", "field.demand", string(n.Demand), l.named("demand", "潜在", "比較検討", "顕在"), func(e *crdt.Edit, m *journey.Map, v string) {
		m.SetNoteDemand(e, id, journey.DemandLayer(v))
	})}
	if len(whose) > 1 {
		about = append(about, l.choose("persona", "field.persona", shownID(n.Persona), whose, func(e *crdt.Edit, m *journey.Map, v string) { m.SetNotePersona(e, id, idOf(v)) }))
	}
	all = append(all, group(about...))
	if feelings := l.feelings(n); len(feelings) > 0 {
		all = append(all, group(feelings...))
	}
	if channels := m.Channels(); len(channels) > 0 {
		var checks []app.UI
		for _, c := range channels {
			channel := c.ID
			checks = append(checks, app.Label().Class("check").Body(
				app.Input().ID("panel-channel-"+channel.String()).Type("checkbox").Checked(slices.Contains(n.Channels, channel)).Disabled(!l.page.editable()).
					OnChange(func(ctx app.Context, _ app.Event) {
						on := ctx.JSSrc().Get("checked").Bool()
						l.edit(func(e *crdt.Edit, m *journey.Map) {
							now := m.Note(id)
							if now == nil {
								return
							}
							list := slices.DeleteFunc(slices.Clone(now.Channels), func(c crdt.ID) bool { return c == channel })
							if on {
								list = append(list, channel)
							}
							m.SetNoteChannels(e, id, list)
						})
					}, l.scope("channel", channel.String())),
				app.Span().Text(c.Name.In(lang))))
		}
		all = append(all, app.FieldSet().Body(app.Legend().Text(word("channels")), app.Div().Class("fields").Body(checks...)))
	}
	return all
}

// feelings are the points of the personas' curves on a note, one each.
func (l *list) feelings(n *journey.Note) []app.UI {
	m, id := l.page.journey, n.ID
	if n.Place.Free() || n.Kind != journey.Action && n.Kind != journey.Touchpoint && n.Kind != journey.Thought {
		return nil
	}
	var all []app.UI
	for _, p := range m.Personas() {
		persona, now := p.ID, ""
		if point := m.EmotionAt(persona, id); point != nil {
			now = plain(point.Score)
		}
		field := l.form().choose("feel-"+persona.String(), i18n.T(l.page.lang, "meaning.feels", p.Name), now, append([]choice{l.none()}, scores(now)...), func(e *crdt.Edit, m *journey.Map, v string) {
			if v != "" {
				m.SetEmotion(e, persona, id, decimal(v))
			} else if point := m.EmotionAt(persona, id); point != nil {
				m.DeleteEmotion(e, point.ID)
			}
		})
		all = append(all, field)
	}
	return all
}

// scores are what a feeling can be given, and what this one has.
func scores(now string) []choice {
	var all []choice
	for _, s := range []string{"2", "1.5", "1", "0.5", "0", "-0.5", "-1", "-1.5", "-2"} {
		all = append(all, choice{s, scored(decimal(s))})
	}
	if now != "" && !slices.ContainsFunc(all, func(c choice) bool { return c.value == now }) {
		all = append(all, choice{now, scored(decimal(now))})
	}
	return all
}
