package pages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// kpis are the figures that the map is judged by; measures name them.
func (s *settings) kpis() []app.UI {
	m, lang := s.page.journey, string(s.page.lang)
	var entries []entry
	for _, k := range m.KPIs() {
		var facts []string
		if n := len(k.Series); n > 0 {
			facts = append(facts, plain(k.Series[n-1])+" "+s.unit(k.Unit))
		}
		if k.HasTarget {
			facts = append(facts, s.say("kpi.target")+" "+plain(k.Target))
		}
		facts = append(facts, s.say("kpi.used", s.aimed(k.ID)))
		entries = append(entries, entry{k.ID, k.Name.In(lang), strings.Join(facts, " · ")})
	}
	return s.dictionary(entries,
		func(e *crdt.Edit) crdt.ID {
			id := m.AddKPI(e, journey.KPI{})
			m.SetNameIn(e, id, lang, s.say("kpi.new"))
			return id
		},
		m.DeleteKPI,
		func(id crdt.ID) []app.UI { return s.kpiFields(m.KPI(id)) })
}

// aimed is how many measures are seen by a KPI.
func (s *settings) aimed(kpi crdt.ID) int {
	n := 0
	for _, note := range s.page.journey.Notes() {
		if note.KPI == kpi {
			n++
		}
	}
	return n
}

// unit writes the unit that files know by a word.
func (s *settings) unit(u string) string {
	if u == "count" {
		return ""
	}
	return u
}

// metrics are the figures that every map may have.
var metrics = []string{"csat", "churn", "conversion", "growth", "ltv"}

func (s *settings) kpiFields(k *journey.KPI) []app.UI {
	m, id, f := s.page.journey, k.ID, s.form(k.ID)
	set := func(put func(*journey.KPI, string)) func(*crdt.Edit, *journey.Map, string) {
		return func(e *crdt.Edit, m *journey.Map, v string) {
			if now := m.KPI(id); now != nil {
				k := *now
				k.Series, k.Dates = slices.Clone(k.Series), slices.Clone(k.Dates)
				put(&k, v)
				inOrder(&k)
				m.SetKPI(e, id, k)
			}
		}
	}
	said := func(has bool, v float64) string {
		if !has {
			return ""
		}
		return plain(v)
	}
	none := choice{"", s.page.say("list.note.none")}
	phases, kinds := []choice{none}, []choice{none}
	for _, p := range m.Phases() {
		phases = append(phases, choice{p.ID.String(), p.Name.In(string(s.page.lang))})
	}
	for _, metric := range metrics {
		kinds = append(kinds, choice{metric, s.say("kpi." + metric)})
	}
	return append(s.names(f, id, k.Name),
		grid(
			f.line("unit", s.say("kpi.unit"), "text", k.Unit, set(func(k *journey.KPI, v string) { k.Unit = v })),
			f.line("baseline", s.say("kpi.baseline"), "number", said(k.HasBaseline, k.Baseline), set(func(k *journey.KPI, v string) { k.HasBaseline, k.Baseline = v != "", decimal(v) })),
			f.line("target", s.say("kpi.target"), "number", said(k.HasTarget, k.Target), set(func(k *journey.KPI, v string) { k.HasTarget, k.Target = v != "", decimal(v) })),
			f.choose("phase", s.page.say("list.phase"), shownID(k.Phase), phases, set(func(k *journey.KPI, v string) { k.Phase = idOf(v) })),
			f.choose("metric", s.say("kpi.metric"), k.Metric, kinds, set(func(k *journey.KPI, v string) { k.Metric = v })),
			s.owner(f, k.Owner, func(e *crdt.Edit, m *journey.Map, owner crdt.ID) {
				set(func(k *journey.KPI, _ string) { k.Owner = owner })(e, m, "")
			})),
		s.series(f, k, set))
}

// series are the values over time, oldest first. The last row is empty: what is
// written there is the next value.
func (s *settings) series(f form, k *journey.KPI, set func(func(*journey.KPI, string)) func(*crdt.Edit, *journey.Map, string)) app.UI {
	editable := s.page.editable()
	var rows []app.UI
	for i, v := range k.Series {
		at := strconv.Itoa(i)
		if !editable {
			rows = append(rows, app.Tr().Body(app.Td().Text(k.Dates[i]), app.Td().Text(plain(v))))
			continue
		}
		within := func(put func(*journey.KPI, string)) func(*crdt.Edit, *journey.Map, string) {
			return set(func(k *journey.KPI, v string) {
				if i < len(k.Series) {
					put(k, v)
				}
			})
		}
		rows = append(rows, app.Tr().Body(
			app.Td().Body(s.bare(f, "date-"+at, s.say("kpi.date"), "date", k.Dates[i], within(func(k *journey.KPI, v string) { k.Dates[i] = v }))),
			app.Td().Body(s.bare(f, "value-"+at, s.say("kpi.value"), "number", plain(v), within(func(k *journey.KPI, v string) {
				if v != "" {
					k.Series[i] = decimal(v)
				}
			}))),
			app.Td().Body(app.Button().ID("side-drop-"+at).Class("button quiet icon").Type("button").
				Aria("label", s.say("kpi.drop")+": "+k.Dates[i]+" "+plain(v)).Text("✕").
				OnClick(func(app.Context, app.Event) {
					f.edit(func(e *crdt.Edit, m *journey.Map) {
						within(func(k *journey.KPI, _ string) {
							k.Series, k.Dates = slices.Delete(k.Series, i, i+1), slices.Delete(k.Dates, i, i+1)
						})(e, m, "")
					})
				}, f.scope("drop", i)))))
	}
	if editable {
		rows = append(rows, app.Tr().Body(
			app.Td().Body(app.Input().ID("side-new-date").Type("date").Aria("label", s.say("kpi.date")).Attr("value", today())),
			app.Td().Body(app.Input().ID("side-new-value").Type("number").Attr("step", "any").Aria("label", s.say("kpi.value"))),
			app.Td().Body(app.Button().ID("side-new").Class("button").Type("button").Text(s.say("kpi.push")).
				OnClick(func(app.Context, app.Event) {
					date, value := element("side-new-date").Get("value").String(), element("side-new-value").Get("value").String()
					if value == "" {
						focus("side-new-value")
						return
					}
					f.edit(func(e *crdt.Edit, m *journey.Map) {
						set(func(k *journey.KPI, _ string) {
							k.Series, k.Dates = append(k.Series, decimal(value)), append(k.Dates, date)
						})(e, m, "")
					})
					element("side-new-value").Set("value", "")
					focus("side-new-value")
				}, f.scope("new")))))
	}
	if len(rows) == 0 {
		return nil
	}
	return app.FieldSet().Body(app.Legend().Text(s.say("kpi.series")),
		app.Table().Class("series").Body(
			app.THead().Body(app.Tr().Body(app.Th().Scope("col").Text(s.say("kpi.date")), app.Th().Scope("col").Text(s.say("kpi.value")))),
			app.TBody().Body(rows...)))
}

// bare is a field of a table, whose label is read out only.
func (s *settings) bare(f form, id, label, kind, now string, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	return app.Input().ID(f.prefix+id).Type(kind).Attr("step", "any").Aria("label", label).Attr("value", now).
		OnChange(func(ctx app.Context, _ app.Event) {
			is := value(ctx)
			f.edit(func(e *crdt.Edit, m *journey.Map) { write(e, m, is) })
		}, f.scope(id))
}

// inOrder sorts a series by its dates when every value has one.
func inOrder(k *journey.KPI) {
	if slices.Contains(k.Dates, "") {
		return
	}
	for i := range k.Series { // few, and all but one in order
		for j := i; j > 0 && k.Dates[j] < k.Dates[j-1]; j-- {
			k.Series[j], k.Series[j-1] = k.Series[j-1], k.Series[j]
			k.Dates[j], k.Dates[j-1] = k.Dates[j-1], k.Dates[j]
		}
	}
}
