package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

// checkPart is the map check beside the views: what the map still lacks, each
// with the note it points at, and what the team has set aside. It follows the
// changes of the map whether it is shown or not, so that its count is true.
type checkPart struct {
	page  *mapPage
	check *method.Check
	count int

	asking method.Finding // the one being set aside; no code: none
	whole  method.Code    // the group that is shown to its end
}

// shownMax is how many findings of one kind are shown at first: a large map that
// nobody has checked yet has thousands.
const shownMax = 30

func newCheckPart(p *mapPage) *checkPart {
	return &checkPart{page: p, check: method.NewCheck(p.journey, today())}
}

func (c *checkPart) name() string  { return "check" }
func (c *checkPart) offered() bool { return true }
func (c *checkPart) badge() string {
	if c.count == 0 {
		return ""
	}
	return strconv.Itoa(c.count)
}

func (c *checkPart) say(key string, args ...any) string {
	return i18n.T(c.page.lang, "check."+key, args...)
}

func (c *checkPart) changed(_ crdt.Change, t journey.Touched) {
	if t.Empty() {
		return
	}
	c.check.Update(t)
	was := c.count
	if c.count = c.check.Count(); c.count == was {
		return
	}
	// Whoever has just mended something, or broken it, is told; what others do is
	// only shown.
	if c.page.session.Status().Pending > 0 {
		c.page.said = c.say("count", c.count)
	}
	c.page.redraw()
}

func (c *checkPart) body() []app.UI {
	c.check.SetToday(today())
	all := c.check.Findings()
	c.count = len(all)
	body := []app.UI{c.asideForm()}
	if c.count == 0 {
		body = append(body, app.P().Class("check-none").Text(c.say("none")))
	} else {
		body = append(body, app.P().Class("muted").Text(c.say("count", c.count)))
	}
	for i := 0; i < len(all); {
		end := i
		for end < len(all) && all[end].Code == all[i].Code {
			end++
		}
		body = append(body, c.group(all[i:end]))
		i = end
	}
	return append(body, c.asideList(), c.practices())
}

// group is all findings of one kind, along the journey.
func (c *checkPart) group(findings []method.Finding) app.UI {
	m, code := c.page.journey, findings[0].Code
	if len(findings) > 1 {
		findings = slices.Clone(findings)
		slices.SortStableFunc(findings, func(a, b method.Finding) int { return cmp.Compare(c.column(a), c.column(b)) })
	}
	shown := findings
	if c.whole != code && len(shown) > shownMax {
		shown = shown[:shownMax]
	}
	var items []app.UI
	for _, f := range shown {
		items = append(items, c.item(m, f))
	}
	return app.Section().Class("check-group").Body(
		app.H3().Body(app.Span().Text(c.say("group."+string(code))), app.Span().Class("count").Text(strconv.Itoa(len(findings)))),
		app.Ul().Class("check-list").Body(items...),
		app.If(len(shown) < len(findings), func() app.UI {
			return app.Button().ID("side-more-"+string(code)).Class("button quiet").Type("button").Text(c.say("more", len(findings)-len(shown))).
				OnClick(func(app.Context, app.Event) { c.whole = code; c.page.side.refresh() }, app.EventScope(string(code)))
		}))
}

// column is where a finding stands along the journey; what is of the whole map
// comes first.
func (c *checkPart) column(f method.Finding) int {
	m := c.page.journey
	if n := m.Note(f.Subject); n != nil {
		return m.PhaseIndex(n.Place.Phase)
	}
	return m.PhaseIndex(f.Subject)
}

func (c *checkPart) item(m *journey.Map, f method.Finding) app.UI {
	id := "side-" + string(f.Code) + "-" + strings.ReplaceAll(f.Subject.String(), ".", "-")
	text := c.text(f)
	button := func(what, label, class string, click func(app.Context)) app.UI {
		return app.Button().ID(id+"-"+what).Class("button "+class).Type("button").Aria("label", label+": "+text).Text(label).
			OnClick(func(ctx app.Context, _ app.Event) { click(ctx) }, app.EventScope(id, what, f.Other.String()))
	}
	phase := ""
	if n := m.Note(f.Subject); n != nil {
		if p := m.Phase(n.Place.Phase); p != nil {
			phase = p.Name.In(string(c.page.lang))
		}
	}
	return app.Li().ID(id).Class("check-item").Body(
		app.If(phase != "", func() app.UI { return app.Span().Class("check-phase").Text(phase) }),
		app.P().Text(text),
		app.Div().Class("row").Body(
			button("show", c.say("show"), "", func(ctx app.Context) { c.show(ctx, f) }),
			app.If(c.page.editable() && method.Fixable(m, f), func() app.UI {
				return button("fix", i18n.T(c.page.lang, "method.fix."+string(f.Code)), "primary", func(ctx app.Context) { c.fix(ctx, f) })
			}),
			app.If(c.page.editable(), func() app.UI {
				return button("aside", c.say("aside"), "quiet", func(app.Context) {
					c.asking = f
					c.page.side.refresh()
					c.page.focusLater("side-reason")
				})
			})))
}

func (c *checkPart) text(f method.Finding) string {
	return i18n.T(c.page.lang, "method.finding."+string(f.Code), f.Args(c.page.journey, string(c.page.lang))...)
}

// fields are what a person fills in who mends a finding by hand.
var fields = map[method.Code]string{
	method.MeasureWithoutOwner: "owner", method.MeasureWithoutDue: "due", method.MeasureWithoutKPI: "kpi",
}

// show goes to what a finding points at.
func (c *checkPart) show(ctx app.Context, f method.Finding) {
	p := c.page
	switch f.Code {
	case method.ThemeWithoutProduct, method.ThemeWithoutPurpose, method.ThemeWithoutStart, method.ThemeWithoutGoal:
		p.side.turnTo("theme")
	case method.NoPersona, method.PersonaWithoutNeed:
		p.side.turnTo("personas")
	case method.ReviewOverdue:
		p.side.turnTo("review")
	case method.OnlyHappyActions:
		if lane := p.journey.LaneOf(journey.EmotionCurve); lane != nil {
			p.reveal(ctx, lane.ID, "")
		}
	case method.BoundaryWithoutInformation:
		p.revealBoundary(ctx, f.Subject)
	default:
		p.reveal(ctx, f.Subject, fields[f.Code])
	}
}

// fix mends a finding in one step of undo, and goes to what is to be filled in.
func (c *checkPart) fix(ctx app.Context, f method.Finding) {
	p := c.page
	var focus crdt.ID
	done := false
	p.edit("", func(e *crdt.Edit) { focus, done = method.Fix(p.journey, e, f, today()) })
	switch {
	case !done:
		return
	case f.Code == method.NoPersona:
		p.side.turnTo("personas")
	case !focus.IsZero():
		p.write(ctx, focus, cmp.Or(fields[f.Code], "text"))
	}
	p.side.refresh()
}

// asideForm stands in one place, so that what is being written in it stays there
// whatever others do meanwhile.
func (c *checkPart) asideForm() app.UI {
	if c.asking.Code == "" || !c.page.editable() {
		return app.Div().Hidden(true)
	}
	return app.Form().Class("check-aside").Hidden(false).OnSubmit(c.putAside).Body(
		app.P().Text(c.text(c.asking)),
		app.Label().Class("field").Body(app.Span().Text(c.say("reason")),
			app.Input().ID("side-reason").Type("text").Required(true).MaxLength(300)),
		app.Div().Class("row").Body(
			app.Button().ID("side-aside-do").Class("button primary").Type("submit").Text(c.say("aside")),
			app.Button().ID("side-aside-not").Class("button quiet").Type("button").Text(c.page.say("cancel")).
				OnClick(func(app.Context, app.Event) { c.answered() })))
}

func (c *checkPart) putAside(_ app.Context, e app.Event) {
	e.PreventDefault()
	field := element("side-reason")
	reason := strings.TrimSpace(field.Get("value").String())
	if reason == "" {
		return
	}
	p, f := c.page, c.asking
	field.Set("value", "")
	p.edit("", func(e *crdt.Edit) {
		p.journey.PutAside(e, journey.SetAside{Code: string(f.Code), Subject: f.Subject, Reason: reason, By: p.me.Name, At: today()})
	})
	c.answered()
}

func (c *checkPart) answered() {
	c.asking = method.Finding{}
	c.page.side.refresh()
	c.page.focusLater("side-title")
}

// asideList are the findings that the team lives with, and why.
func (c *checkPart) asideList() app.UI {
	aside := c.check.AsideFindings()
	if len(aside) == 0 {
		return app.Div().Hidden(true)
	}
	var items []app.UI
	for _, f := range aside {
		id := "side-again-" + string(f.Code) + "-" + strings.ReplaceAll(f.Subject.String(), ".", "-")
		text := c.text(f)
		items = append(items, app.Li().Class("check-item").Body(
			app.P().Text(text),
			app.P().Class("muted").Text(c.say("because", f.Aside.Reason, f.Aside.By, f.Aside.At)),
			app.If(c.page.editable(), func() app.UI {
				return app.Button().ID(id).Class("button quiet").Type("button").Aria("label", c.say("again")+": "+text).Text(c.say("again")).
					OnClick(func(app.Context, app.Event) {
						c.page.edit("", func(e *crdt.Edit) { c.page.journey.TakeUpAgain(e, string(f.Code), f.Subject) })
						c.page.focusLater("side-title")
					}, app.EventScope(id))
			})))
	}
	return app.Section().Class("check-group").Hidden(false).Body(
		app.H3().Body(app.Span().Text(c.say("setaside")), app.Span().Class("count").Text(strconv.Itoa(len(aside)))),
		app.Ul().Class("check-list").Body(items...))
}

// practices is the list of best practices, as far as a map shows them.
func (c *checkPart) practices() app.UI {
	var items []app.UI
	for _, p := range method.Practices(c.page.journey, today()) {
		key, sign := "unmet", "○"
		if p.Met {
			key, sign = "met", "✓"
		}
		items = append(items, app.Li().DataSet("met", p.Met).Body(
			app.Span().Class("check-sign").Aria("hidden", true).Text(sign), app.Span().Class("hidden-but-read").Text(c.say(key)+" "),
			app.Span().Text(i18n.T(c.page.lang, "method.practice."+p.Key))))
	}
	return app.Section().Class("check-group").Body(app.H3().Text(c.say("practices")), app.Ul().Class("check-practices").Body(items...))
}
