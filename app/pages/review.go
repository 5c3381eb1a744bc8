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

// reviewPart says how far a map can be trusted: how fresh it is, what changed
// since it was last reviewed, how much of it is known and how much guessed, and
// how far a team has come with MTAOO.
type reviewPart struct {
	page *mapPage
	form form
}

func newReviewPart(p *mapPage) *reviewPart {
	return &reviewPart{page: p, form: form{page: p, prefix: "side-", about: "review"}}
}

func (r *reviewPart) name() string                         { return "review" }
func (r *reviewPart) offered() bool                        { return true }
func (r *reviewPart) changed(crdt.Change, journey.Touched) {}

// badge is a sign for readers too: what they look at may be of yesterday.
func (r *reviewPart) badge() string {
	if method.Fresh(r.page.journey, today()).Overdue {
		return "!"
	}
	return ""
}

func (r *reviewPart) say(key string, args ...any) string {
	return i18n.T(r.page.lang, "review."+key, args...)
}

func (r *reviewPart) body() []app.UI {
	return []app.UI{r.fresh(), r.news(), r.strip(), r.mtaoo()}
}

func (r *reviewPart) fresh() app.UI {
	p, m := r.page, r.page.journey
	f, kept := method.Fresh(m, today()), m.Review()
	key, args := f.Says()
	body := []app.UI{
		app.H3().Text(r.say("fresh")),
		app.P().ID("side-review-state").Class("review-state").DataSet("overdue", f.Overdue).Text(i18n.T(p.lang, key, args...)),
		app.If(kept.Last != "", func() app.UI { return app.P().Text(r.say("last", kept.Last)) }),
		r.form.line("review-owner", r.say("owner"), "text", kept.Owner, func(e *crdt.Edit, m *journey.Map, v string) { m.SetReviewOwner(e, v) }),
		app.Div().Class("fields").Body(
			r.form.line("review-days", r.say("days"), "number", digit(kept.Days), func(e *crdt.Edit, m *journey.Map, v string) {
				m.SetReviewDays(e, max(0, number(v)))
			}),
			r.form.line("review-due", r.say("duefield"), "date", kept.Due, func(e *crdt.Edit, m *journey.Map, v string) { m.SetReviewDue(e, v) })),
		r.form.line("review-note", r.say("note"), "text", kept.Note, func(e *crdt.Edit, m *journey.Map, v string) { m.WriteReviewNote(e, v) }),
	}
	if p.editable() {
		on := f.BigChange != ""
		key := "big"
		if on {
			key = "big.not"
		}
		body = append(body, app.Div().Class("row").Body(
			app.Button().ID("side-reviewed").Class("button primary").Type("button").Text(r.say("reviewed")).
				OnClick(func(app.Context, app.Event) {
					p.edit("", func(e *crdt.Edit) { m.SetReviewed(e, today()) })
					p.said = r.say("last", today())
					p.redraw()
				}),
			app.Button().ID("side-big").Class("button").Type("button").Text(r.say(key)).
				OnClick(func(app.Context, app.Event) {
					date := today()
					if on {
						date = ""
					}
					p.edit("", func(e *crdt.Edit) { m.SetBigChange(e, date) })
					p.redraw()
				}, app.EventScope(on))))
	}
	return app.Section().Class("check-group").Body(body...)
}

// news is what changed since the last review.
func (r *reviewPart) news() app.UI {
	n, known := method.Since(r.page.journey)
	body := []app.UI{app.H3().Text(r.say("news"))}
	switch {
	case !known:
		body = append(body, app.P().Class("muted").Text(r.say("news.unknown")))
	case len(n.Added)+len(n.Changed)+len(n.Moved)+len(n.Removed)+n.Others == 0:
		body = append(body, app.P().Text(r.say("news.none")))
	default:
		body = append(body, r.list("added", n.Added), r.list("changed", n.Changed), r.list("moved", n.Moved), r.list("removed", n.Removed))
		if n.Others > 0 {
			body = append(body, app.P().Class("muted").Text(r.say("news.others", n.Others)))
		}
	}
	return app.Section().Class("check-group").Body(body...)
}

// list is one kind of news: how many, and behind it which.
func (r *reviewPart) list(key string, ids []crdt.ID) app.UI {
	if len(ids) == 0 {
		return app.Div().Hidden(true)
	}
	p, m := r.page, r.page.journey
	var items []app.UI
	for _, id := range ids[:min(len(ids), 2*shownMax)] {
		name := ""
		if ph := m.Phase(id); ph != nil {
			name = r.say("phase", ph.Name.In(string(p.lang)))
		} else if name = clip(firstLine(m.Document().Text(id, journey.NoteText)), 60); name == "" {
			name = p.say("list.note.empty")
		}
		if !m.Document().Exists(id) {
			items = append(items, app.Li().Body(app.Span().Text(name)))
			continue
		}
		items = append(items, app.Li().Body(app.Button().ID("side-news-"+strings.ReplaceAll(id.String(), ".", "-")).Class("button quiet").Type("button").Text(name).
			OnClick(func(ctx app.Context, _ app.Event) { p.reveal(ctx, id, "") }, app.EventScope(id.String()))))
	}
	if more := len(ids) - len(items); more > 0 {
		items = append(items, app.Li().Class("muted").Text(i18n.T(p.lang, "check.more", more)))
	}
	return app.Details().Class("review-news").Hidden(false).Body(
		app.Summary().ID("side-news-"+key).Text(r.say("news."+key, len(ids))),
		app.Ul().Body(items...))
}

// strip is the evidence strip: how much of each phase is guess, voice and data.
func (r *reviewPart) strip() app.UI {
	p, m := r.page, r.page.journey
	phases, whole := method.Strip(m)
	row := func(name string, b method.Bar) app.UI {
		return app.Tr().Body(
			app.Th().Scope("row").Text(name),
			app.Td().Body(bar(b)),
			app.Td().Class("review-number").Text(percent(b.Guessed())),
			app.Td().Class("review-number").Text(strconv.Itoa(b.Notes())))
	}
	rows := []app.UI{row(r.say("whole"), whole)}
	for _, b := range phases {
		if ph := m.Phase(b.Phase); ph != nil {
			rows = append(rows, row(p.list.nameOf(ph.Name, "list.phase"), b))
		}
	}
	var key []app.UI
	for _, level := range []string{"guess", "voice", "data"} {
		key = append(key, app.Li().DataSet("level", level).Text(p.say("evidence."+level)))
	}
	return app.Section().Class("check-group").Body(
		app.H3().Text(r.say("strip")),
		app.Ul().Class("review-key").Body(append(key, app.Li().DataSet("level", "unset").Text(r.say("unset")))...),
		app.Table().Class("review-table").Body(
			app.THead().Body(app.Tr().Body(
				app.Th().Scope("col").Text(p.say("list.phase")), app.Th().Scope("col").Text(r.say("share")),
				app.Th().Scope("col").Text(r.say("guessed")), app.Th().Scope("col").Text(r.say("notes")))),
			app.TBody().Body(rows...)))
}

// bar draws the shares of one row: widths stand in SVG, as no style may be
// written, and the words for those who do not see it.
func bar(b method.Bar) app.UI {
	all := b.Notes()
	if all == 0 {
		return app.Span().Class("muted").Text("–")
	}
	var svg strings.Builder
	svg.WriteString(`<svg class="review-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`)
	at := 0.0
	for _, part := range []struct {
		level string
		n     int
	}{{"guess", b.Guess}, {"voice", b.Voice}, {"data", b.Data}, {"unset", b.Unset}} {
		if part.n == 0 {
			continue
		}
		width := float64(part.n) * 100 / float64(all)
		svg.WriteString(`<rect class="level-` + part.level + `" x="` + strconv.FormatFloat(at, 'f', 2, 64) + `" y="0" height="10" width="` + strconv.FormatFloat(width, 'f', 2, 64) + `"/>`)
		at += width
	}
	return app.Raw(svg.String() + `</svg>`)
}

func percent(share float64) string { return strconv.Itoa(int(share*100+0.5)) + "%" }

// mtaoo is the tracker of the second method: a state and a remark a letter.
func (r *reviewPart) mtaoo() app.UI {
	p := r.page
	states := []choice{{"", p.say("list.note.none")}}
	for _, s := range []journey.Status{journey.Todo, journey.Doing, journey.Done} {
		states = append(states, choice{string(s), p.say("status." + string(s))})
	}
	var rows []app.UI
	for i, letter := range method.Letters {
		now := p.journey.MTAOO(i)
		rows = append(rows, app.Li().DataSet("state", string(now.State)).Body(
			app.P().Text(i18n.T(p.lang, "method.mtaoo."+letter)),
			app.Div().Class("fields").Body(
				r.form.choose("mtaoo-"+letter, r.say("state"), string(now.State), states, func(e *crdt.Edit, m *journey.Map, v string) {
					m.SetMTAOO(e, i, journey.Status(v))
				}),
				r.form.line("mtaoo-note-"+letter, r.say("remark"), "text", now.Notes, func(e *crdt.Edit, m *journey.Map, v string) { m.WriteMTAOO(e, i, v) }))))
	}
	return app.Section().Class("check-group").Body(
		app.H3().Text(r.say("mtaoo")), app.P().Class("muted").Text(r.say("mtaoo.hint")), app.Ol().Class("review-mtaoo").Body(rows...))
}
