package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// me is who sits at this browser, as others see them. Nobody has to say: whoever
// has not is a guest with a number, and may edit at once.
type me struct{ Name, Department string }

func recallMe(lang i18n.Lang) me {
	m := me{recall(keyName), recall(keyDepartment)}
	if m.Name == "" {
		m.Name = i18n.T(lang, "pages.me.guest", guestNumber())
	}
	return m
}

// guestNumber is 1 to 99, the same for as long as this tab stands.
func guestNumber() int {
	if guest == 0 {
		guest = 1 + int(app.Window().Get("Math").Call("random").Float()*99)
	}
	return guest
}

var guest int

// asking stands in a corner of a map that may be edited, once, until answered.
// It takes no focus and covers nothing that is being worked on.
type asking struct {
	app.Compo
	Lang        i18n.Lang
	Departments []string // of the map, as offers
	Modal       bool     // opened from the menu: stands in a dialog, and has been asked for
	Done        func(app.Context, me)

	name, department string
	filled           bool
}

func (a *asking) OnMount(ctx app.Context) {
	a.name, a.department, a.filled = recall(keyName), recall(keyDepartment), true
}

func (a *asking) say(key string) string { return i18n.T(a.Lang, "pages."+key) }

func (a *asking) Render() app.UI {
	var offers []app.UI
	for _, d := range a.Departments {
		offers = append(offers, app.Option().Value(d))
	}
	class := "ask"
	if a.Modal {
		class = "ask-modal"
	}
	return app.Form().Class(class).ID("me").Aria("label", a.say("me")).OnSubmit(a.save).Body(
		app.P().Body(app.If(!a.Modal, func() app.UI { return app.Strong().Text(a.say("me") + " ") }), app.Span().Class("muted").Text(a.say("me.hint"))),
		app.Label().Class("field").Body(
			app.Span().Text(a.say("me.name")),
			app.Input().ID("me-name").Type("text").AutoFocus(a.Modal).MaxLength(64).AutoComplete(false).Attr("value", a.name).
				OnInput(func(ctx app.Context, e app.Event) { a.name = value(ctx) }),
		),
		app.Label().Class("field").Body(
			app.Span().Text(a.say("me.department")),
			app.Input().ID("me-department").Type("text").MaxLength(64).List("me-departments").Attr("value", a.department).
				OnInput(func(ctx app.Context, e app.Event) { a.department = value(ctx) }),
			app.DataList().ID("me-departments").Body(offers...),
		),
		app.Div().Class("row").Body(
			app.Button().Class("button primary").Type("submit").Text(a.say("me.save")),
			app.Button().Class("button quiet").Type("button").Text(a.say("me.later")).OnClick(func(ctx app.Context, e app.Event) {
				a.Done(ctx, recallMe(a.Lang))
			}),
		),
	)
}

func (a *asking) save(ctx app.Context, e app.Event) {
	e.PreventDefault()
	remember(keyName, strings.TrimSpace(a.name))
	remember(keyDepartment, strings.TrimSpace(a.department))
	a.Done(ctx, recallMe(a.Lang))
}
