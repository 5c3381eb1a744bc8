package pages

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

func (l *list) phaseFields(p *journey.Phase) []app.UI {
	m, id, lang := l.page.journey, p.ID, string(l.page.lang)
	phases := m.Phases()
	i, off := m.PhaseIndex(id), !l.page.may(method.ToolPhases)
	before := func(i int) crdt.ID {
		if i < 0 {
			return crdt.ID{}
		}
		return phases[i].ID
	}
	return []app.UI{
		l.line("name", "list.phase.name", "text", p.Name.In(lang), func(e *crdt.Edit, m *journey.Map, v string) { m.RenamePhase(e, id, lang, v) }),
		app.Div().Class("fields").Body(
			l.choose("demand", "field.demand", string(p.Demand), l.named("demand", "潜在", "比較検討", "顕在"), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetPhaseDemand(e, id, journey.DemandLayer(v))
			}),
			l.line("days", "field.days", "number", figure(p.Days), func(e *crdt.Edit, m *journey.Map, v string) { m.SetPhaseDays(e, id, decimal(v)) }),
			l.line("touches", "field.touches", "number", figure(p.Touches), func(e *crdt.Edit, m *journey.Map, v string) { m.SetPhaseTouches(e, id, decimal(v)) }),
			l.form().line("satisfaction", l.word("satisfaction"), "number", figure(p.Satisfaction), func(e *crdt.Edit, m *journey.Map, v string) { m.SetSatisfaction(e, id, decimal(v)) }),
		),
		l.form().check("counted", l.word("counted"), p.Counted, func(e *crdt.Edit, m *journey.Map, on bool) { m.SetPhaseCounted(e, id, on) }),
		app.Div().Class("row").Body(l.remarks(id)),
		app.Div().Class("row").Body(
			l.do("left", "list.phase.left", "", off || i <= 0, func() {
				l.edit(func(e *crdt.Edit, m *journey.Map) { m.MovePhase(e, id, before(i-2)) })
			}),
			l.do("right", "list.phase.right", "", off || i+1 >= len(phases), func() {
				l.edit(func(e *crdt.Edit, m *journey.Map) { m.MovePhase(e, id, phases[i+1].ID) })
			}),
			l.do("after", "list.phase.add", "", off, func() {
				var made crdt.ID
				l.page.edit("", func(e *crdt.Edit) { made = m.AddPhase(e, id, l.say("list.phase.new")) })
				if !made.IsZero() {
					l.open(l.ctx, made)
				}
			}),
			l.do("merge", "list.phase.merge", "", off || i <= 0, func() {
				left := phases[i-1].ID
				l.page.edit("", func(e *crdt.Edit) { m.MergePhases(e, left, id) })
				l.panel = panel{}
				l.open(l.ctx, left)
				l.said = l.say("list.phase.merged", m.Phase(left).Name.In(lang))
			}),
			l.do("delete", "list.phase.delete", "danger", off, func() { l.remove(func(e *crdt.Edit) { m.DeletePhase(e, id) }) }),
		),
	}
}

func (l *list) laneFields(lane *journey.Lane) []app.UI {
	m, id, lang := l.page.journey, lane.ID, string(l.page.lang)
	lanes := m.Lanes()
	i := slices.IndexFunc(lanes, func(o *journey.Lane) bool { return o.ID == id })
	var kinds []choice
	for _, k := range journey.LaneKinds {
		kinds = append(kinds, choice{string(k), l.say("kind." + string(k))})
	}
	return []app.UI{
		l.line("name", "list.lane.name", "text", lane.Name.In(lang), func(e *crdt.Edit, m *journey.Map, v string) { m.RenameLane(e, id, lang, v) }),
		l.choose("kind", "list.lane.kind", string(lane.Kind), kinds, func(e *crdt.Edit, m *journey.Map, v string) { m.SetLaneKind(e, id, journey.LaneKind(v)) }),
		app.If(l.page.owner(), func() app.UI { // with the notes in it
			return l.check("locked", "field.locked", lane.Locked, func(e *crdt.Edit, m *journey.Map, on bool) { m.LockLane(e, id, on) })
		}),
		app.Div().Class("row").Body(
			l.do("up", "list.lane.up", "", i <= 0, func() {
				var after crdt.ID
				if i >= 2 {
					after = lanes[i-2].ID
				}
				l.edit(func(e *crdt.Edit, m *journey.Map) { m.MoveLane(e, id, after) })
			}),
			l.do("down", "list.lane.down", "", i+1 >= len(lanes), func() {
				l.edit(func(e *crdt.Edit, m *journey.Map) { m.MoveLane(e, id, lanes[i+1].ID) })
			}),
			l.do("after", "list.lane.add", "", false, func() {
				var made crdt.ID
				l.page.edit("", func(e *crdt.Edit) { made = m.AddLane(e, id, journey.Custom, l.say("list.lane.new")) })
				if !made.IsZero() {
					l.open(l.ctx, made)
				}
			}),
			l.do("delete", "list.lane.delete", "danger", false, func() { l.remove(func(e *crdt.Edit) { m.DeleteLane(e, id) }) }),
		),
	}
}

func (l *list) emotionFields(point *journey.Emotion) []app.UI {
	m, id := l.page.journey, point.ID
	now := plain(point.Score)
	var whose []choice
	for _, p := range m.Personas() {
		whose = append(whose, choice{p.ID.String(), p.Name})
	}
	var offset app.UI
	if point.Note.IsZero() {
		offset = l.form().line("offset", l.word("offset"), "number", plain(float64(int(point.Offset*100+0.5))), func(e *crdt.Edit, m *journey.Map, v string) {
			m.MoveEmotion(e, id, float32(decimal(v)/100))
		})
	}
	return []app.UI{
		l.choose("persona", "field.persona", shownID(point.Persona), whose, func(e *crdt.Edit, m *journey.Map, v string) { m.SetEmotionPersona(e, id, idOf(v)) }),
		l.choose("score", "field.score", now, scores(now), func(e *crdt.Edit, m *journey.Map, v string) { m.SetEmotionScore(e, id, decimal(v)) }),
		l.line("label", "field.label", "text", point.Label, func(e *crdt.Edit, m *journey.Map, v string) { m.SetEmotionLabel(e, id, v) }),
		offset,
		app.Div().Class("row").Body(
			l.do("delete", "list.emotion.delete", "danger", false, func() { l.remove(func(e *crdt.Edit) { m.DeleteEmotion(e, id) }) })),
	}
}

func (l *list) boundaryFields(b journey.Boundary) []app.UI {
	m := l.page.journey
	var fields []app.UI
	for i, key := range []string{"field.attitude.from", "field.attitude.to", "field.concern"} {
		if i < len(l.panel.writings) {
			fields = append(fields, l.area(l.panel.writings[i], key, 2))
		}
	}
	for _, part := range []struct {
		rel   journey.Rel
		kind  journey.LaneKind
		notes []crdt.ID
	}{
		{journey.HasInformation, journey.InfoNeed, b.Info},
		{journey.HasBlocker, journey.Pain, b.Blockers},
		{journey.HasMeasure, journey.Measure, b.Measures},
	} {
		var items []app.UI
		for _, id := range part.notes {
			n := m.Note(id)
			if n == nil {
				continue
			}
			items = append(items, app.Li().Body(app.Span().Text(firstLine(n.Text)),
				app.Button().Class("button quiet icon").Type("button").Disabled(!l.page.editable()).
					Aria("label", l.say("links.remove")+": "+firstLine(n.Text)).Text("✕").
					OnClick(func(app.Context, app.Event) {
						l.edit(func(e *crdt.Edit, m *journey.Map) { m.RemoveFromBoundary(e, b.To, part.rel, id) })
					}, l.scope(string(part.rel), id.String()))))
		}
		choices := []choice{l.none()}
		for _, n := range m.NotesOf(part.kind) {
			if !slices.Contains(part.notes, n.ID) {
				choices = append(choices, choice{n.ID.String(), clip(firstLine(n.Text), 40)})
			}
		}
		fields = append(fields, app.FieldSet().Class("links-fields").Body(
			app.Legend().Text(l.say("kind."+string(part.kind))),
			app.If(len(items) > 0, func() app.UI { return app.Ul().Class("links").Body(items...) }),
			app.If(l.page.editable(), func() app.UI {
				return l.choose(string(part.rel), "links.add", "", choices, func(e *crdt.Edit, m *journey.Map, v string) {
					if id := idOf(v); !id.IsZero() {
						m.AddToBoundary(e, b.To, part.rel, id)
					}
				})
			})))
	}
	return fields
}
