package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// dialog is a modal dialog: it stands as long as it is rendered. Escape and its
// close button ask for its end through Done; the browser keeps the focus inside
// and gives it back afterwards.
type dialog struct {
	app.Compo
	Lang  i18n.Lang
	ID    string
	Title string
	Body  []app.UI
	Done  func(app.Context)
}

func (d *dialog) OnMount(ctx app.Context) { ctx.JSSrc().Call("showModal") }

func (d *dialog) Render() app.UI {
	return app.Dialog().Class("dialog").ID(d.ID).Aria("labelledby", d.ID+"-title").
		On("close", func(ctx app.Context, e app.Event) { d.Done(ctx) }).
		Body(
			app.Div().Class("dialog-head").Body(
				app.H2().ID(d.ID+"-title").Text(d.Title),
				app.Button().Class("button quiet icon").Type("button").Aria("label", i18n.T(d.Lang, "pages.close")).
					Text("✕").OnClick(func(ctx app.Context, e app.Event) { closeDialog(d.ID) }),
			),
			app.Div().Class("dialog-body").Body(d.Body...),
		)
}

// closeDialog ends a dialog in the browser; its close event then tells the page.
func closeDialog(id string) {
	if e := element(id); e.Truthy() {
		e.Call("close")
	}
}
