package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/scene"
)

// watchPrinting has the whole map printed where the board is looked at, which
// itself shows a part of it: the map is drawn once more, on paper alone.
func (p *mapPage) watchPrinting() {
	sheet := func() app.Value { return element("print-map") }
	p.onPrint = app.FuncOf(func(app.Value, []app.Value) any {
		if p.view == viewBoard {
			sheet().Set("innerHTML", p.printed())
			root().Get("dataset").Set("printing", "map")
		}
		return nil
	})
	p.onPrinted = app.FuncOf(func(app.Value, []app.Value) any {
		sheet().Set("innerHTML", "")
		root().Call("removeAttribute", "data-printing")
		return nil
	})
	app.Window().Call("addEventListener", "beforeprint", p.onPrint)
	app.Window().Call("addEventListener", "afterprint", p.onPrinted)
}

func (p *mapPage) stopPrinting() {
	app.Window().Call("removeEventListener", "beforeprint", p.onPrint)
	app.Window().Call("removeEventListener", "afterprint", p.onPrinted)
	p.onPrint.Release()
	p.onPrinted.Release()
}

// printed is the whole map as SVG.
func (p *mapPage) printed() string {
	s := p.board.Scene()
	b := s.Bounds()
	out := append([]byte(nil), `<svg class="view-svg" role="img" viewBox="`...)
	for _, side := range [...]float32{b.X, b.Y, b.W, b.H} {
		out = append(scene.AppendNumber(out, side), ' ')
	}
	out = board.Attribute(append(out, '"'), "aria-label", p.title)
	out = append(out, '>')
	for _, layer := range scene.DrawOrder {
		out = board.Markup(out, s.Marks(layer), func(b []byte, _ *scene.Mark) []byte { return append(b, "<g>"...) })
	}
	return string(append(out, "</svg>"...))
}
