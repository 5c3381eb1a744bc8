package pages

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// share is what the owner of a map sees in the share dialog: the links there are,
// and a form that makes new ones. A link's address is known only when it is made,
// since the server keeps nothing but its hash.
type share struct {
	app.Compo
	Lang i18n.Lang
	Path string // of the map, "/m/TOKEN"

	links  []link
	role   string
	view   string // in which a new link opens; empty: as its reader likes
	label  string
	fault  bool
	copied string // ID of the link that was copied last
	said   string // for screen readers
}

type link struct {
	id, role, label, path string
	revoked, this         bool
}

func (s *share) OnMount(ctx app.Context) {
	s.role = "edit"
	s.load(ctx)
}

func (s *share) api() string { return "/api" + s.Path + "/links" }

func (s *share) say(key string, args ...any) string { return i18n.T(s.Lang, "pages."+key, args...) }

func (s *share) load(ctx app.Context) {
	ask(ctx, "GET", s.api(), "", nil, func(ctx app.Context, a answer) {
		s.fault = !a.ok()
		known := map[string]string{}
		for _, l := range s.links {
			known[l.id] = l.path
		}
		s.links = nil
		each(a.value, "links", func(v app.Value) {
			l := link{id: text(v, "id"), role: text(v, "role"), label: text(v, "label"), revoked: v.Get("revoked").Truthy(), this: v.Get("this").Truthy()}
			l.path = known[l.id]
			s.links = append(s.links, l)
		})
	})
}

func (s *share) Render() app.UI {
	return app.Div().Class("share").Body(
		app.P().Class("muted").Text(s.say("share.hint")),
		app.If(s.fault, func() app.UI { return app.P().Class("notice").Role("alert").Text(s.say("share.failed")) }),
		app.Form().Class("row").OnSubmit(s.mint).Body(
			app.Label().Class("field").Body(
				app.Span().Text(s.say("share.role")),
				app.Select().ID("share-role").OnChange(func(ctx app.Context, e app.Event) { s.role = value(ctx) }).Body(
					s.option("edit"), s.option("comment"), s.option("view"), s.option("owner"),
				),
			),
			app.Label().Class("field").Body(
				app.Span().Text(s.say("share.label")),
				app.Input().ID("share-label").Type("text").MaxLength(80).Attr("value", s.label).
					OnInput(func(ctx app.Context, e app.Event) { s.label = value(ctx) }),
			),
			app.Label().Class("field").Body(
				app.Span().Text(i18n.T(s.Lang, "views.share")),
				app.Select().ID("share-view").OnChange(func(ctx app.Context, e app.Event) { s.view = value(ctx) }).Body(s.views()...),
			),
			app.Button().ID("share-new").Class("button primary").Type("submit").Text(s.say("share.new")),
		),
		app.H3().Text(s.say("share.existing")),
		app.If(len(s.links) == 0, func() app.UI { return app.P().Class("muted").Text(s.say("share.none")) }).
			Else(func() app.UI { return app.Ul().Class("links").Body(s.rows()...) }),
		app.P().Class("hidden-but-read").Role("status").Text(s.said),
	)
}

func (s *share) option(role string) app.UI {
	return app.Option().Value(role).Selected(s.role == role).Text(s.say("role." + role))
}

// views are the ways in which a new link can open the map. The view is part of
// the address: whoever comes by it may look at the others as well.
func (s *share) views() []app.UI {
	page := mapPage{lang: s.Lang}
	choices := []choice{{"", i18n.T(s.Lang, "views.share.any")}}
	for _, view := range moreViews {
		choices = append(choices, choice{view, page.viewName(view)})
	}
	return options(s.view, choices)
}

func (s *share) rows() []app.UI {
	// What was made just now comes first: its address is shown only once.
	var links []link
	for _, l := range s.links {
		if l.path != "" && !l.revoked {
			links = slices.Insert(links, 0, l)
		} else {
			links = append(links, l)
		}
	}
	var rows []app.UI
	for _, l := range links {
		rows = append(rows, app.Li().Body(
			app.Span().Class("badge").Text(s.say("role."+l.role)),
			app.If(l.label != "", func() app.UI { return app.Span().Text(l.label) }),
			app.If(l.this, func() app.UI { return app.Span().Class("muted").Text(s.say("share.this")) }),
			app.If(l.revoked, func() app.UI { return app.Span().Class("muted").Text(s.say("share.revoked.mark")) }),
			app.If(l.path != "" && !l.revoked, func() app.UI { return s.fresh(l) }),
			app.Span().Class("bar-space"),
			app.If(!l.revoked && !l.this, func() app.UI {
				return app.Button().Class("button danger").Type("button").
					Aria("label", s.say("share.revoke")+": "+s.say("role."+l.role)+" "+l.label).Text(s.say("share.revoke")).
					OnClick(func(ctx app.Context, e app.Event) { s.revoke(ctx, l.id) }, app.EventScope(l.id))
			}),
		))
	}
	return rows
}

// fresh shows the address of a link made just now.
func (s *share) fresh(l link) app.UI {
	url := address(l.path)
	copied := s.say("share.copy")
	if s.copied == l.id {
		copied = s.say("share.copied")
	}
	return app.Div().Class("row fresh-row").Body(
		app.Input().Class("fresh").Type("text").ReadOnly(true).Aria("label", s.say("role."+l.role)+" "+l.label).Attr("value", url),
		app.Button().Class("button").Type("button").Text(copied).
			OnClick(func(ctx app.Context, e app.Event) {
				tabi().Call("copy", url).Then(func(done app.Value) {
					ctx.Dispatch(func(app.Context) {
						if done.Truthy() {
							s.copied, s.said = l.id, s.say("share.copied")
						}
					})
				})
			}, app.EventScope(l.id)),
		app.P().Class("muted").Text(s.say("share.once")),
	)
}

// address is the whole address of a path on this server.
func address(path string) string { return app.Window().Get("location").Get("origin").String() + path }

func (s *share) mint(ctx app.Context, e app.Event) {
	e.PreventDefault()
	role, label, query := s.role, s.label, ""
	if s.view != "" {
		query = "?view=" + s.view
		if label == "" {
			label = (&mapPage{lang: s.Lang}).viewName(s.view)
		}
	}
	askJSON(ctx, "POST", s.api(), map[string]any{"role": role, "label": label}, func(ctx app.Context, a answer) {
		if s.fault = !a.ok(); s.fault {
			return
		}
		s.label = ""
		s.links = append([]link{{id: a.text("id"), role: role, label: label, path: a.text("path") + query}}, s.links...)
		s.said = s.say("share.once")
		s.load(ctx)
	})
}

func (s *share) revoke(ctx app.Context, id string) {
	ask(ctx, "DELETE", s.api()+"/"+id, "", nil, func(ctx app.Context, a answer) {
		if s.fault = !a.ok(); !s.fault {
			s.said = s.say("share.revoked")
		}
		s.load(ctx)
	})
}
