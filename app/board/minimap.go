package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

const (
	minimapW = 200
	minimapH = 130
)

// renderMinimap draws the whole map small; pressing it goes there. It is drawn by
// go-app when the panels are, which is enough for a map of this size.
func (b *Board) renderMinimap() app.UI {
	if !b.minimap || b.width < 641 {
		return app.Div().Class("b-none")
	}
	c := b.scene.Minimap(minimapW, minimapH)
	svg := append([]byte(nil), `<svg viewBox="0 0 200 130" aria-hidden="true">`...)
	box := func(class string, r Rect) {
		svg = append(svg, `<rect class="`...)
		svg = append(svg, class...)
		svg = append(svg, `" x="`+number(r.X*float64(c.Z)+float64(c.X))+`" y="`+number(r.Y*float64(c.Z)+float64(c.Y))+`" width="`+number(max(1, r.W*float64(c.Z)))+`" height="`+number(max(1, r.H*float64(c.Z)))+`"/>`...)
	}
	for i := range b.scene.Phases {
		box("b-map-cell", rectOf(b.scene.Phases[i].Column))
	}
	for i := range b.scene.Notes {
		n := &b.scene.Notes[i]
		box("tone-"+n.Tone.Name(), rectOf(n.Rect))
	}
	box("b-map-sight", b.destination().Sight(b.width, b.height, 0))
	svg = append(svg, `</svg>`...)
	jump := func(ctx app.Context, e app.Event) {
		if e.Get("type").String() == "pointermove" && e.Get("buttons").Int() == 0 {
			return
		}
		r := ctx.JSSrc().Call("getBoundingClientRect")
		mx, my := e.Get("clientX").Float()-r.Get("left").Float()-6, e.Get("clientY").Float()-r.Get("top").Float()-6
		x, y := (mx-float64(c.X))/float64(c.Z), (my-float64(c.Y))/float64(c.Z)
		z := b.cam.Z
		b.look(Camera{b.width/2 - x*z, b.height/2 - y*z, z})
	}
	return app.Div().Class("b-map").Aria("label", b.t("do.minimap")).Role("img").Body(app.Raw(string(svg))).
		On("pointerdown", jump, app.EventScope(b.width, b.height, int(c.Z*1e6), int(c.X), int(c.Y))).
		On("pointermove", jump, app.EventScope(b.width, b.height, int(c.Z*1e6), int(c.X), int(c.Y)))
}
