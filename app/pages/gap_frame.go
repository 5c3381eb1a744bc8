package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// gapFrame are the phases and boundaries that differ, a card each, above the
// cells; nothing when there are none.
func (v *views) gapFrame(asIs, toBe *journey.Map, phases []method.PhaseGap, boundaries []method.BoundaryGap) app.UI {
	var cards []app.UI
	for _, g := range phases {
		cards = append(cards, v.gapPhase(asIs, toBe, g))
	}
	for _, g := range boundaries {
		cards = append(cards, v.gapBoundary(asIs, toBe, g))
	}
	return app.Section().ID("gap-frame").Hidden(len(cards) == 0).Aria("label", v.word("gap.frame")).Body(
		app.H3().Class("gap-head").Text(v.word("gap.frame")), app.Div().Class("view-blockers").Body(cards...))
}

// gapCard is what differs in one thing, and what takes it over to the as-is map.
func (v *views) gapCard(asIs *journey.Map, id, title string, items []app.UI, bring func(*crdt.Edit)) app.UI {
	return app.Section().Class("gap-card").DataSet("gap", id).Body(
		app.H4().Text(title), app.Ul().Body(items...),
		app.If(bring != nil && v.gap.editable(v.page, asIs), func() app.UI {
			return app.Button().ID("view-gap-"+id+"-bring").Class("button").Type("button").Aria("label", v.word("gap.bring")+": "+title).Text(v.word("gap.bring")).
				OnClick(func(app.Context, app.Event) {
					v.gap.edit(v.page, asIs, bring)
					v.said = v.word("gap.brought", title)
					v.refresh()
				}, v.gapScope(id, "bring"))
		}))
}

// gapItem is one difference: what it is about, what it was, what it is to be.
func gapItem(about, was, is string) app.UI {
	var texts []app.UI
	if was != "" {
		texts = append(texts, app.Del().Text(was))
	}
	if is != "" {
		texts = append(texts, app.Ins().Text(is))
	}
	return app.Li().Body(app.Span().Class("list-facts").Text(about), app.Div().Body(texts...))
}

func (v *views) gapPhase(asIs, toBe *journey.Map, g method.PhaseGap) app.UI {
	l := v.page.list
	change := changeNames[g.Change]
	said := change.sign + " " + v.word(change.key)
	switch {
	case g.AsIs == nil:
		name := l.nameOf(g.ToBe.Name, "list.phase")
		return v.gapCard(asIs, "p-"+at(g.ToBe.ID), l.say("list.phase")+": "+name, []app.UI{gapItem(said, "", name)}, nil)
	case g.ToBe == nil:
		name := l.nameOf(g.AsIs.Name, "list.phase")
		return v.gapCard(asIs, "p-"+at(g.AsIs.ID), l.say("list.phase")+": "+name, []app.UI{gapItem(said, name, "")}, nil)
	}
	var items []app.UI
	differs := func(about, was, is string) {
		if was != is {
			items = append(items, gapItem(change.sign+" "+about, was, is))
		}
	}
	demand := func(d journey.DemandLayer) string {
		if d == "" {
			return ""
		}
		return l.say("demand." + string(d))
	}
	counted := func(on bool) string {
		if on {
			return "✓"
		}
		return ""
	}
	// Names are compared as they are read, then in the languages that they are not read in.
	lang := v.page.lang
	differs(l.say("list.phase.name"), g.AsIs.Name.In(string(lang)), g.ToBe.Name.In(string(lang)))
	for _, other := range []string{"ja", "en"} {
		if len(items) == 0 {
			differs(l.say("list.phase.name"), g.AsIs.Name.In(other), g.ToBe.Name.In(other))
		}
	}
	differs(l.say("field.demand"), demand(g.AsIs.Demand), demand(g.ToBe.Demand))
	differs(l.say("field.days"), figure(g.AsIs.Days), figure(g.ToBe.Days))
	differs(l.say("field.touches"), figure(g.AsIs.Touches), figure(g.ToBe.Touches))
	differs(v.word("gap.counted"), counted(g.AsIs.Counted), counted(g.ToBe.Counted))
	differs(l.word("satisfaction"), figure(g.AsIs.Satisfaction), figure(g.ToBe.Satisfaction))
	return v.gapCard(asIs, "p-"+at(g.ToBe.ID), l.say("list.phase")+": "+l.nameOf(g.ToBe.Name, "list.phase"), items,
		func(e *crdt.Edit) { method.BringPhase(asIs, toBe, e, g.ToBe.ID) })
}

// boundaryKinds are what the notes of a boundary are called, in the order of
// method.BoundaryRels.
var boundaryKinds = [...]journey.LaneKind{journey.Attitude, journey.InfoNeed, journey.Pain, journey.Measure}

func (v *views) gapBoundary(asIs, toBe *journey.Map, g method.BoundaryGap) app.UI {
	l := v.page.list
	var items []app.UI
	was, is := g.Texts()
	for i, key := range []string{"field.attitude.from", "field.attitude.to", "field.concern"} {
		if was[i] != is[i] {
			items = append(items, gapItem(changeNames[method.Edited].sign+" "+l.say(key), was[i], is[i]))
		}
	}
	for i, kind := range boundaryKinds {
		about := l.say("kind." + string(kind))
		for _, id := range g.Removed[i] {
			items = append(items, gapItem(changeNames[method.Removed].sign+" "+about, firstLine(asIs.Note(id).Text), ""))
		}
		for _, id := range g.Added[i] {
			items = append(items, gapItem(changeNames[method.Added].sign+" "+about, "", firstLine(toBe.Note(id).Text)))
		}
	}
	return v.gapCard(asIs, "b-"+at(g.Into), l.boundaryTitle(toBe, g.ToBe), items,
		func(e *crdt.Edit) { method.BringBoundary(asIs, toBe, e, g.Into) })
}
