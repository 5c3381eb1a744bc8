package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// pick is a field for a file, which is sent to the server like any picture of the
// map; done is told its name and size.
func (f form) pick(id, label string, done func(image string, w, h float64)) app.UI {
	p := f.page
	return app.Label().Class("button pick").Body(app.Span().Text(label), app.Input().ID(f.prefix+id).Class("hidden-but-read").Type("file").Accept("image/png,image/jpeg,image/webp,image/gif").
		OnChange(func(ctx app.Context, _ app.Event) {
			file := ctx.JSSrc().Get("files").Index(0)
			if !file.Truthy() {
				return
			}
			tabi().Call("upload", "/api"+p.path+"/images?lang="+string(p.lang), file).Then(func(v app.Value) {
				ctx.Dispatch(func(app.Context) {
					if value := v.Get("value"); text(value, "id") != "" {
						done(text(value, "id"), value.Get("width").Float(), value.Get("height").Float())
					} else {
						p.said = text(value, "message")
						p.redraw()
					}
				})
			})
		}, f.scope(id)))
}

// image shows a picture, takes another one and takes it off.
func (f form) image(id, label, off, now string, set func(image string)) app.UI {
	return app.Div().Class("row").Body(
		app.If(now != "", func() app.UI {
			return app.Img().Class("portrait").Src(f.page.imageAt(now)).Alt(label)
		}),
		app.If(f.page.editable(), func() app.UI {
			return f.pick(id, label, func(image string, _, _ float64) { set(image) })
		}),
		app.If(f.page.editable() && now != "", func() app.UI {
			return f.do(id+"-off", off, "quiet", false, func() { set("") })
		}))
}
