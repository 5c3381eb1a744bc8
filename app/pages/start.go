package pages

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// startPage is where new maps are made and the last ones found again.
type startPage struct {
	app.Compo
	lang      i18n.Lang
	templates []template
	last      []lastMap
	busy      bool
	fault     string
}

type template struct{ id, name, hint string }

func (p *startPage) OnMount(ctx app.Context) {
	keepLinksToTheBrowser()
	p.lang = language()
	applyLanguage(p.lang)
	p.last = lastMaps()
	p.loadTemplates(ctx)
	ctx.Defer(func(app.Context) { tabi().Call("ready") })
}

func (p *startPage) loadTemplates(ctx app.Context) {
	ask(ctx, "GET", "/api/templates?lang="+string(p.lang), "", nil, func(ctx app.Context, a answer) {
		p.templates = nil
		each(a.value, "templates", func(v app.Value) {
			p.templates = append(p.templates, template{text(v, "id"), text(v, "name"), text(v, "hint")})
		})
	})
}

func (p *startPage) say(key string, args ...any) string { return i18n.T(p.lang, "pages."+key, args...) }

func (p *startPage) Render() app.UI {
	return app.Div().Class("start").Body(
		app.Header().Body(
			app.H1().Text(p.say("name")),
			app.P().Class("tagline").Text(p.say("tagline")),
			app.Div().Class("row").Body(languageSwitch(p.lang, func(ctx app.Context, lang i18n.Lang) {
				p.lang = lang
				p.loadTemplates(ctx)
			}, func(app.Context) { p.fault = p.say("loading.failed") }), themeSwitch(p.lang)),
		),
		app.Main().Class("start-main").Body(
			app.If(p.fault != "", func() app.UI { return app.P().Class("notice").Role("alert").Text(p.fault) }),
			// Whoever has been here most often comes back to a map.
			app.If(len(p.last) > 0, p.lastSection),
			app.Section().Aria("labelledby", "start-new").Body(
				app.H2().ID("start-new").Text(p.say("start.new")),
				app.Ul().Class("cards").Body(p.cards()...),
			),
			app.If(len(p.last) == 0, p.lastSection),
		),
	)
}

func (p *startPage) lastSection() app.UI {
	return app.Section().Aria("labelledby", "start-last").Body(
		app.H2().ID("start-last").Text(p.say("start.last")),
		app.If(len(p.last) == 0, func() app.UI { return app.P().Class("muted").Text(p.say("start.last.none")) }).
			Else(func() app.UI { return app.Ul().Class("last").Body(p.lasts()...) }),
	)
}

func (p *startPage) cards() []app.UI {
	cards := []app.UI{p.card("start-empty", p.say("start.empty"), p.say("start.empty.hint"), func(ctx app.Context, e app.Event) { p.make(ctx, "") })}
	for _, t := range p.templates {
		cards = append(cards, p.card("start-"+t.id, t.name, t.hint, func(ctx app.Context, e app.Event) { p.make(ctx, t.id) }))
	}
	return append(cards, app.Li().Body(
		app.Label().Class("card").For("start-file").Body(
			app.Strong().Text(p.say("start.import")),
			app.Span().Text(p.say("start.import.hint")),
			app.Input().ID("start-file").Class("hidden-but-read").Type("file").Accept(".json,application/json").Disabled(p.busy).OnChange(p.importFile),
		)))
}

func (p *startPage) card(id, name, hint string, click app.EventHandler) app.UI {
	return app.Li().Body(app.Button().ID(id).Class("card").Type("button").Disabled(p.busy).
		OnClick(click, app.EventScope(id)).
		Body(app.Strong().Text(name), app.Span().Text(hint)))
}

func (p *startPage) make(ctx app.Context, template string) {
	if p.busy {
		return
	}
	p.busy, p.fault = true, ""
	askJSON(ctx, "POST", "/api/maps", map[string]any{"title": "", "template": template, "lang": string(p.lang)}, p.made("start.failed"))
}

// makeFrom makes a map with the phases and lanes of one that was opened here: a
// template of one's own.
func (p *startPage) makeFrom(ctx app.Context, path string) {
	if p.busy {
		return
	}
	p.busy, p.fault = true, ""
	askJSON(ctx, "POST", "/api/maps", map[string]any{"source": strings.TrimPrefix(path, "/m/"), "as": "template", "lang": string(p.lang)}, p.made("start.failed"))
}

func (p *startPage) importFile(ctx app.Context, e app.Event) {
	files := ctx.JSSrc().Get("files")
	if p.busy || files.Length() == 0 {
		return
	}
	p.busy, p.fault = true, ""
	ask(ctx, "POST", "/api/maps?import=1&lang="+string(p.lang), "application/json", files.Index(0), p.made("start.import.failed"))
}

// made goes to the new map, or says why there is none.
func (p *startPage) made(failed string) func(app.Context, answer) {
	return func(ctx app.Context, a answer) {
		p.busy = false
		path := a.text("owner")
		if path == "" {
			path = a.text("edit")
		}
		if a.ok() && strings.HasPrefix(path, "/m/") {
			app.Window().Get("location").Set("href", path)
			return
		}
		p.fault = p.say(failed, a.why())
	}
}

func (p *startPage) lasts() []app.UI {
	var items []app.UI
	for i, m := range p.last {
		title := m.title
		if title == "" {
			title = p.say("untitled")
		}
		id := "last-" + strconv.Itoa(i)
		items = append(items, app.Li().Body(
			app.A().Href(m.path).ID(id).Body(
				app.Strong().Text(title),
				app.Span().Class("muted").Text(p.say("start.opened", when(m.opened, p.lang))),
			),
			app.Button().ID(id+"-template").Class("button quiet").Type("button").Disabled(p.busy).
				Aria("label", i18n.T(p.lang, "views.template.from")+": "+title).Text(i18n.T(p.lang, "views.template.from")).
				OnClick(func(ctx app.Context, e app.Event) { p.makeFrom(ctx, m.path) }, app.EventScope("from", m.path)),
			app.Button().Class("button quiet icon").Type("button").
				Aria("label", p.say("start.last.forget")+": "+title).Text("✕").
				OnClick(func(ctx app.Context, e app.Event) {
					forgetMap(m.path)
					p.last = lastMaps()
				}, app.EventScope(m.path)),
		))
	}
	return items
}
