package pages

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// bar is what stands above a map in either view.
func (p *mapPage) bar() app.UI {
	return app.Header().Class("bar").Body(
		app.A().Class("bar-home").Href("/").Aria("label", p.say("home")).Body(
			app.Img().Src("/icons/icon.svg").Aria("hidden", true).Width(26).Height(26)),
		p.titleField(),
		app.If(!p.editable(), func() app.UI {
			role := "role.view"
			if p.mayComment() {
				role = "role.comment"
			}
			return app.Span().ID("readonly").Class("badge").Title(p.say(role + ".hint")).Text(p.say(role))
		}),
		p.stateBadge(),
		app.Div().Class("bar-space"),
		p.people(),
		app.If(p.view != viewBoard, func() app.UI { return p.peopleMenu() }),
		p.side.buttons(),
		app.Div().ID("switch").Class("bar-group").Role("group").Aria("label", p.say("view")).Body(
			p.viewButton(viewBoard), p.viewButton(viewList), p.viewMenu()),
		app.If(p.owner(), func() app.UI {
			return app.Button().ID("share").Class("button primary").Type("button").Text(p.say("share")).
				OnClick(func(app.Context, app.Event) { p.dialog = "share" })
		}),
		p.menu(),
	)
}

// titleField is the map's name, which who may edit changes in place.
func (p *mapPage) titleField() app.UI {
	title := p.journey.Title().In(string(p.lang))
	if !p.editable() {
		if title == "" {
			title = p.say("untitled")
		}
		return app.H1().Class("bar-title").Text(title)
	}
	return app.H1().Class("bar-heading").Body(app.Input().ID("title").Class("bar-title").Type("text").MaxLength(200).
		Aria("label", p.say("title.edit")).Placeholder(p.say("untitled")).Attr("value", title).
		OnChange(p.rename).
		OnKeyDown(func(ctx app.Context, e app.Event) {
			if composing(e) {
				return
			}
			switch e.Get("key").String() {
			case "Enter":
				ctx.JSSrc().Call("blur")
			case "Escape":
				ctx.JSSrc().Set("value", p.journey.Title().In(string(p.lang)))
				ctx.JSSrc().Call("blur")
			}
		}))
}

func (p *mapPage) rename(ctx app.Context, e app.Event) {
	title := strings.TrimSpace(value(ctx))
	if title == p.journey.Title().In(string(p.lang)) {
		return
	}
	p.edit("", func(e *crdt.Edit) { p.journey.SetTitle(e, string(p.lang), title) })
	p.said = p.say("title.saved")
}

// stateBadge says how the session stands and what has not been sent; both are
// always in sight, and never told by colour alone.
func (p *mapPage) stateBadge() app.UI {
	said := p.say("state." + p.status.State.String())
	switch {
	case p.status.State == session.Live && p.status.Pending > 0:
		said = p.say("state.sending", p.status.Pending)
	case p.status.Pending > 0:
		said += " · " + p.say("unsent", p.status.Pending)
	}
	return app.Span().ID("state").Class("state").DataSet("state", p.status.State.String()).
		DataSet("pending", p.status.Pending).Text(said)
}

const peopleShownMax = 5

func (p *mapPage) people() app.UI {
	count := len(p.peers) + 1
	items := []app.UI{p.person(p.me.Name, p.me.Department, p.say("people.you", p.me.Name))}
	for _, peer := range p.peers[:min(len(p.peers), peopleShownMax)] {
		items = append(items, p.person(peer.Name, peer.Department, peer.Name))
	}
	if more := len(p.peers) - peopleShownMax; more > 0 {
		items = append(items, app.Li().Class("person more").Title(p.say("people.more", more)).Text("+"+strconv.Itoa(more)))
	}
	return app.Ul().ID("people").Class("people").DataSet("count", count).DataSet("more", count-1).Aria("label", p.say("people", count)).Body(items...)
}

// person is a disc with the first character of a name; the whole name and the
// department are read out and shown on hovering.
func (p *mapPage) person(name, department, said string) app.UI {
	if department != "" {
		said += " · " + department
	}
	initial := "?"
	for _, r := range name {
		initial = strings.ToUpper(string(r))
		break
	}
	return app.Li().Class("person person-"+strconv.Itoa(int(hueOf(department+"/"+name)))).Title(said).Body(
		app.Span().Aria("hidden", true).Text(initial), app.Span().Class("hidden-but-read").Text(said))
}

// hueOf gives the same one of eight looks to the same person everywhere.
func hueOf(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h % 8
}

func (p *mapPage) viewButton(view string) app.UI {
	return app.Button().ID("view-"+view).Class("button").Type("button").Aria("pressed", p.view == view).
		Text(p.say("view."+view)).
		OnClick(func(ctx app.Context, e app.Event) { p.show(ctx, view) }, app.EventScope(view))
}

// viewMenu holds the views that are not needed at every moment.
func (p *mapPage) viewMenu() app.UI {
	more := p.view != viewBoard && p.view != viewList
	name := i18n.T(p.lang, "views.more")
	if more {
		name = p.viewName(p.view)
	}
	var items []app.UI
	for _, view := range moreViews {
		items = append(items, app.Button().ID("view-"+view).Class("button quiet").Type("button").Aria("pressed", p.view == view).Text(p.viewName(view)).
			OnClick(func(ctx app.Context, e app.Event) {
				hide("views-menu")
				p.show(ctx, view)
			}, app.EventScope(view)))
	}
	return app.Div().Class("menu").Body(
		app.Button().ID("view-more").Class("button").Type("button").Attr("popovertarget", "views-menu").Aria("pressed", more).Body(
			app.Span().Class("view-now").Text(name), app.Span().Aria("hidden", true).Text("▾")),
		app.Div().ID("views-menu").Class("menu-list").Attr("popover", "auto").Role("group").Aria("label", i18n.T(p.lang, "views.more")).Body(items...))
}

// menu holds what is not needed at every moment. It is a popover: the browser
// closes it on Escape and on a click elsewhere, and gives the focus back.
func (p *mapPage) menu() app.UI {
	item := func(id, text string, click app.EventHandler) app.UI {
		return app.Button().ID(id).Class("button quiet").Type("button").Text(text).
			OnClick(func(ctx app.Context, e app.Event) {
				hide("menu")
				click(ctx, e)
			}, app.EventScope(id))
	}
	download := func(id, text, url string) app.UI {
		return app.A().ID(id).Class("button quiet").Href(url).Download("").Text(text).
			OnClick(func(app.Context, app.Event) { hide("menu") })
	}
	return app.Div().Class("menu").Body(
		app.Button().ID("menu-button").Class("button").Type("button").Attr("popovertarget", "menu").Text(p.say("menu")),
		app.Div().ID("menu").Class("menu-list").Attr("popover", "auto").Body(
			app.If(p.view != viewBoard, func() app.UI {
				return app.Button().ID("menu-people").Class("button quiet").Type("button").Attr("popovertarget", "people-menu").Text(i18n.T(p.lang, "board.do.people"))
			}),
			item("menu-me", p.say("me"), func(app.Context, app.Event) { p.dialog = "me" }),
			app.P().Class("menu-label").Text(i18n.T(p.lang, "views.copies")),
			app.If(p.editable(), func() app.UI {
				return item("menu-fork", i18n.T(p.lang, "views.fork"), func(ctx app.Context, e app.Event) { p.copyMap(ctx, "fork") })
			}),
			item("menu-template", i18n.T(p.lang, "views.template"), func(ctx app.Context, e app.Event) { p.copyMap(ctx, "template") }),
			item("menu-copy", i18n.T(p.lang, "views.copy"), func(ctx app.Context, e app.Event) { p.copyMap(ctx, "copy") }),
			app.P().Class("menu-label").Text(p.say("export")),
			download("export-json", p.say("export.json"), p.path+"/map.json"),
			download("export-svg", p.say("export.svg"), p.path+"/map.svg?lang="+string(p.lang)),
			download("export-csv", p.say("export.csv"), p.path+"/map.csv?lang="+string(p.lang)),
			download("export-markdown", p.say("export.markdown"), p.path+"/map.md?lang="+string(p.lang)),
			item("export-print", p.say("export.print"), func(app.Context, app.Event) { app.Window().Call("print") }),
			app.P().Class("menu-label").Text(p.say("language")),
			languageSwitch(p.lang, p.setLang, func(app.Context) { p.fault = p.say("loading.failed") }),
			app.Button().ID("menu-both").Class("button quiet").Type("button").Aria("pressed", p.both).Text(p.say("both")).
				OnClick(func(ctx app.Context, _ app.Event) { p.setBoth(ctx) }),
			app.P().Class("menu-label").Text(p.say("theme")),
			themeSwitch(p.lang),
			contrastSwitch(p.lang),
			item("menu-help", p.say("help"), p.help),
		),
	)
}

func (p *mapPage) setLang(ctx app.Context, lang i18n.Lang) {
	p.lang = lang
	p.board.SetLang(lang)
	p.retitle()
	p.list.refresh(ctx)
}

// setBoth shows the names of phases, lanes and channels in both languages, or in
// the reader's alone; this browser remembers it.
func (p *mapPage) setBoth(ctx app.Context) {
	p.both = !p.both
	remember(keyBoth, map[bool]string{true: "1"}[p.both])
	p.board.SetBoth(p.both)
	p.list.refresh(ctx)
}

// own is the language that the map is written in, else that of the page.
func (p *mapPage) own() string { return cmp.Or(p.journey.Lang(), string(p.lang)) }

// named is a name as this person reads names.
func (p *mapPage) named(n journey.Name) string {
	if p.both {
		return n.Beside(string(p.lang))
	}
	return n.In(string(p.lang))
}

func (p *mapPage) help(ctx app.Context, e app.Event) {
	if p.view == viewBoard {
		p.board.OpenHelp()
		return
	}
	p.dialog = "help"
}

// helpBody tells what the list can do by keyboard; the board has a sheet of its
// own.
func helpBody(lang i18n.Lang) app.UI {
	var rows []app.UI
	for _, k := range listKeys {
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Body(app.Elem("kbd").Text(k.shown)),
			app.Td().Text(i18n.T(lang, "pages.keys."+k.name))))
	}
	return app.Div().Body(
		app.P().Text(i18n.T(lang, "pages.list.hint")),
		app.Table().Class("keys").Body(app.TBody().Body(rows...)))
}
