package pages

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// guidePart is the seven steps beside the views: for whoever leads them with
// what leads on, for all others the same without.
type guidePart struct {
	page  *mapPage
	timer *timer
	group grouping
	far   method.Progress // as it was last shown
}

func newGuidePart(p *mapPage) *guidePart {
	return &guidePart{page: p, timer: &timer{page: p, id: "side-timer"}, group: grouping{page: p}}
}

func (g *guidePart) name() string  { return "guide" }
func (g *guidePart) offered() bool { return g.page.editable() || g.page.journey.Runner().Step > 0 }
func (g *guidePart) badge() string { return "" }
func (g *guidePart) changed(_ crdt.Change, t journey.Touched) {
	if t.Meta {
		g.timer.look()
		g.page.clock.look()
	}
	// The strip above the views tells how far the step has come.
	if step := g.page.journey.Runner().Step; step > 0 && !t.Empty() {
		if far := method.Far(g.page.journey, step); far != g.far {
			g.far = far
			g.page.redraw()
		}
	}
}

func (p *mapPage) guide(key string, args ...any) string {
	return i18n.T(p.lang, "guide."+key, args...)
}

func (p *mapPage) stepName(s method.Step) string { return i18n.T(p.lang, "method.step."+s.Key) }

// goTo leads everyone to a step; the timer of the last one ends with it.
func (p *mapPage) goTo(step int) {
	if !p.owner() {
		return
	}
	p.edit("", func(e *crdt.Edit) { method.GoTo(p.journey, e, step, "") })
	if s, ok := method.StepOf(step); ok {
		p.said = p.guide("now", step, p.stepName(s))
	} else {
		p.said = p.guide("ended")
	}
	p.side.refresh()
	p.redraw()
}

func (g *guidePart) body() []app.UI {
	p := g.page
	now, running := method.StepOf(p.journey.Runner().Step)
	if !running {
		return []app.UI{g.intro(), g.steps(0), app.Div().Hidden(true), g.group.render()}
	}
	return []app.UI{g.step(now), g.steps(now.Number), g.lead(now.Number), g.group.render()}
}

// intro is what stands there while the map is made freely.
func (g *guidePart) intro() app.UI {
	p := g.page
	if !p.owner() {
		return app.Section().Class("guide-now").Body(app.P().Text(p.guide("free")), app.P().Class("muted").Text(p.guide("who")))
	}
	step := method.Suggest(p.journey)
	s, _ := method.StepOf(step)
	return app.Section().Class("guide-now").Body(
		app.P().Text(p.guide("intro")),
		app.Button().ID("side-start").Class("button primary").Type("button").Text(p.guide("start", step, p.stepName(s))).
			OnClick(func(app.Context, app.Event) { p.goTo(step) }, app.EventScope("start", step)),
		app.P().Class("muted").Text(p.guide("intro.hint")))
}

// step is what everyone sees of the step that runs.
func (g *guidePart) step(s method.Step) app.UI {
	p := g.page
	say := func(key string) string { return i18n.T(p.lang, "method.step."+s.Key+key) }
	return app.Section().Class("guide-now").Body(
		app.H3().Text(p.guide("of", s.Number, len(method.Steps))+" "+p.stepName(s)),
		app.P().Class("guide-prompt").Text(say(".prompt")),
		app.P().Class("muted").Text(say(".tips")),
		p.progress(s.Number),
		g.timing(s),
		app.H4().Text(p.guide("tools")),
		app.Ul().Class("chips").Body(g.tools(s)...),
		app.If(s.Number >= journey.StepActions, func() app.UI {
			return app.Div().Body(app.H4().Text(p.guide("lanes")), app.Ul().Class("chips").Body(g.lanes(s.Number)...))
		}))
}

// progress is how far a step has come, as a bar and in words.
func (p *mapPage) progress(step int) app.UI {
	far := method.Far(p.journey, step)
	if far.Of == 0 {
		return app.P().Class("guide-far").Body(app.Span().Class("muted").Text(p.guide("nothing")))
	}
	said := p.guide("far", far.Done, far.Of)
	return app.P().Class("guide-far").Body(
		app.Elem("progress").Attr("max", far.Of).Attr("value", strconv.Itoa(far.Done)).Aria("label", said),
		app.Span().Text(said))
}

// tools are those of the step and of all before, the new ones marked.
func (g *guidePart) tools(s method.Step) []app.UI {
	p := g.page
	var out []app.UI
	may := method.Allowed(p.journey, false)
	for i, key := range toolKeys {
		tool := method.Tools(1) << i
		if may&tool != 0 {
			out = append(out, app.Li().DataSet("new", s.Tools&tool != 0).Text(p.guide("tool."+key)))
		}
	}
	return out
}

// toolKeys name the tools in the order of their bits.
var toolKeys = []string{"theme", "personas", "notes", "links", "phases", "channels", "emotions", "boundaries", "measures", "lanes", "drawing"}

// lanes are those of this map that notes may be put in now.
func (g *guidePart) lanes(step int) []app.UI {
	p := g.page
	var out []app.UI
	for _, l := range p.journey.Lanes() {
		if method.LaneAllowed(step, l.Kind, false) {
			out = append(out, app.Li().Text(p.list.nameOf(l.Name, "list.lane")))
		}
	}
	return out
}

// timing is the shared timer, with what starts and stops it for whoever leads.
func (g *guidePart) timing(s method.Step) app.UI {
	p := g.page
	until := p.journey.Runner().Timer
	body := []app.UI{g.timer}
	if p.owner() {
		set := func(ms float64) func(app.Context, app.Event) {
			return func(app.Context, app.Event) {
				p.edit("", func(e *crdt.Edit) { p.journey.SetTimer(e, moment(ms)) })
				p.side.refresh()
			}
		}
		if until == "" {
			body = append(body, app.Button().ID("side-timer-start").Class("button").Type("button").Text(p.guide("timer.start", s.Minutes)).
				OnClick(func(ctx app.Context, e app.Event) { set(now()+float64(s.Minutes)*60000)(ctx, e) }, app.EventScope("start", s.Number)))
		} else {
			body = append(body,
				app.Button().ID("side-timer-more").Class("button").Type("button").Text(p.guide("timer.more")).
					OnClick(func(ctx app.Context, e app.Event) { set(max(parsed(until), now())+60000)(ctx, e) }, app.EventScope("more", until)),
				app.Button().ID("side-timer-stop").Class("button").Type("button").Text(p.guide("timer.stop")).
					OnClick(set(0), app.EventScope("stop")))
		}
	}
	return app.Div().Class("row guide-timing").Body(body...)
}

// lead is what leads everyone on, for whoever may.
func (g *guidePart) lead(now int) app.UI {
	p := g.page
	if !p.owner() {
		return app.P().Class("muted").Text(p.guide("who"))
	}
	button := func(id, key, class string, step int, off bool) app.UI {
		return app.Button().ID("side-"+id).Class("button "+class).Type("button").Disabled(off).Text(p.guide(key)).
			OnClick(func(app.Context, app.Event) { p.goTo(step) }, app.EventScope(id, step))
	}
	return app.Div().Class("row guide-lead").Body(
		button("back", "back", "", now-1, now == 1),
		button("next", "next", "primary", now+1, now == len(method.Steps)),
		button("end", "end", "quiet", 0, false))
}

// steps is the list of all seven; whoever leads can go to any of them.
func (g *guidePart) steps(now int) app.UI {
	p := g.page
	var items []app.UI
	for _, s := range method.Steps {
		far := method.Far(p.journey, s.Number)
		name := strconv.Itoa(s.Number) + " " + p.stepName(s)
		figure := ""
		if far.Of > 0 {
			figure = strconv.Itoa(far.Done) + "/" + strconv.Itoa(far.Of)
		}
		if far.Full() {
			figure += " ✓"
		}
		facts := app.Span().Class("muted").Text(figure)
		item := app.Li().DataSet("now", s.Number == now)
		if s.Number == now {
			item = item.Aria("current", "step")
		}
		if p.owner() {
			n := s.Number
			items = append(items, item.Body(app.Button().ID("side-step-"+strconv.Itoa(n)).Class("button quiet").Type("button").
				Title(p.guide("go")).Body(app.Span().Text(name), facts).
				OnClick(func(app.Context, app.Event) { p.goTo(n) }, app.EventScope("step", n))))
			continue
		}
		items = append(items, item.Body(app.Span().Text(name), facts))
	}
	return app.Section().Body(app.H3().Text(p.guide("steps")), app.Ol().Class("guide-steps").Body(items...))
}

// moment is a time of this browser's clock as RFC 3339; zero: none.
func moment(ms float64) string {
	if ms == 0 {
		return ""
	}
	return app.Window().Get("Date").New(ms).Call("toISOString").String()
}

// parsed is moment's opposite; what is no time is long past.
func parsed(s string) float64 {
	if v := app.Window().Get("Date").Call("parse", s).Float(); v == v {
		return v
	}
	return 0
}

// strip is one line above every view while the steps are led: which, how far,
// how long.
func (p *mapPage) strip() app.UI {
	s, running := method.StepOf(p.journey.Runner().Step)
	if !running {
		return app.Div().ID("strip").Class("strip").Hidden(true)
	}
	far := method.Far(p.journey, s.Number)
	return app.Section().ID("strip").Class("strip").Hidden(false).Aria("label", p.say("side.guide")).Body(
		app.Button().ID("strip-step").Class("button quiet").Type("button").Body(
			app.Strong().Text(p.guide("of", s.Number, len(method.Steps))), app.Span().Text(" "+p.stepName(s))).
			OnClick(func(app.Context, app.Event) { p.side.turnTo("guide") }),
		app.If(far.Of > 0, func() app.UI {
			said := p.guide("far", far.Done, far.Of)
			return app.Span().Class("guide-far").Body(
				app.Elem("progress").Attr("max", far.Of).Attr("value", strconv.Itoa(far.Done)).Aria("label", said),
				app.Span().Text(said))
		}),
		p.clock,
		app.If(p.owner() && s.Number < len(method.Steps), func() app.UI {
			n := s.Number + 1
			return app.Button().ID("strip-next").Class("button").Type("button").Text(p.guide("next")).
				OnClick(func(app.Context, app.Event) { p.goTo(n) }, app.EventScope(n))
		}))
}

// why says in words why the room did not take what this person did: in the
// words of the step, where one runs that they do not lead.
func (p *mapPage) why() string {
	last := p.taken[len(p.taken)-1]
	reason := sayCode(p.lang, last.Code)
	if !p.editable() || p.owner() || !strings.HasSuffix(last.Code.Key(), "not_allowed") {
		return reason
	}
	refused := method.RefusedStep
	if p.journey.Runner().Step == 0 { // what was deleted says nothing of itself; no step forbids it
		refused = method.RefusedLocked
	}
	for _, set := range last.Sets {
		if r := method.Why(p.session.Document(), set.Object, set.Kind, set.Field, set.Value); r != method.Taken {
			refused = r
			break
		}
	}
	return i18n.T(p.lang, "method.refused."+string(refused))
}
