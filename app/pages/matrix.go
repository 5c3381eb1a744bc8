package pages

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// Impact × feasibility: the same notes, moved by pointer or keys.

// matrixDrag is a note in this person's hand.
type matrixDrag struct {
	id     crdt.ID
	g      app.Value
	x, y   float64 // where it was taken, in pixels
	moving bool
	field  app.Value // shows where it would go
}

const dragFrom = 5 // pixels: less is a click

func (v *views) grasp(ctx app.Context, e app.Event) {
	ctx.PreventUpdate()
	v.dragged = false
	g, id := v.boxOf(e)
	if v.page.view != string(scene.Matrix) || g == nil || !v.page.editable() || e.Get("button").Int() != 0 || v.page.journey.Note(id) == nil {
		return
	}
	v.drag = &matrixDrag{id: id, g: g, x: e.Get("clientX").Float(), y: e.Get("clientY").Float()}
}

func (v *views) move(ctx app.Context, e app.Event) {
	ctx.PreventUpdate()
	d := v.drag
	if d == nil {
		return
	}
	dx, dy := e.Get("clientX").Float()-d.x, e.Get("clientY").Float()-d.y
	if !d.moving {
		if dx*dx+dy*dy < dragFrom*dragFrom {
			return
		}
		d.moving = true
		element("view-picture").Call("setPointerCapture", e.Get("pointerId"))
		d.field = app.Window().Get("document").Call("createElementNS", "http://www.w3.org/2000/svg", "rect")
		d.field.Call("setAttribute", "class", "view-target")
		d.g.Call("before", d.field)
		d.g.Get("parentNode").Call("append", d.g) // in front of the others
		d.g.Call("focus")                         // which moving it has taken
		d.g.Get("classList").Call("add", "dragged")
	}
	k := float64(v.scale())
	shift(d.g, dx/k, dy/k)
	v.page.board.Carry(session.Dragged{ID: d.id, X: float32(dx / k), Y: float32(dy / k)})
	impact, effort := v.matrixAt(e)
	r := v.drawing.MatrixField(impact, effort)
	for name, side := range map[string]float32{"x": r.X, "y": r.Y, "width": r.W, "height": r.H} {
		d.field.Call("setAttribute", name, side)
	}
}

// matrixAt is the judgement under the pointer; zeros beside the matrix.
func (v *views) matrixAt(e app.Event) (impact, effort int) {
	r, k := v.svg().Call("getBoundingClientRect"), v.scale()
	x := float32(e.Get("clientX").Float()-r.Get("left").Float())/k + v.drawing.Bounds.X
	y := float32(e.Get("clientY").Float()-r.Get("top").Float())/k + v.drawing.Bounds.Y
	impact, effort, _ = v.drawing.MatrixAt(x, y)
	return impact, effort
}

func (v *views) drop(ctx app.Context, e app.Event) {
	d := v.drag
	if d == nil || !d.moving {
		v.drag = nil
		ctx.PreventUpdate()
		return
	}
	impact, effort := v.matrixAt(e)
	v.dragged = true
	v.judge(d.id, impact, effort) // before it is let go, so that the others do not see it jump back
	v.letGo(ctx, e)
}

// letGo puts the note in hand back to where it was.
func (v *views) letGo(app.Context, app.Event) {
	if v.drag != nil && v.drag.moving {
		v.markup = ""
	}
	v.drag = nil
	v.page.board.Carry(session.Dragged{})
	v.refresh()
}

// shift draws a box beside its place.
func shift(g app.Value, dx, dy float64) {
	g.Call("setAttribute", "transform", "translate("+strconv.FormatFloat(dx, 'f', 1, 64)+" "+strconv.FormatFloat(dy, 'f', 1, 64)+")")
}

// carriedBox is a note of the matrix in somebody else's hand, and their name on it.
type carriedBox struct{ g, name app.Value }

// carry shows the notes that others have in hand in the matrix where they hold
// them, as the board does with its own.
func (v *views) carry() {
	held := map[crdt.ID]bool{}
	if v.visible() && v.page.view == string(scene.Matrix) {
		for i := range v.page.peers {
			d := v.page.peers[i].Presence.Carried
			if v.drag != nil && v.drag.id == d.ID || d.ID.IsZero() {
				continue
			}
			box, shown := v.carried[d.ID]
			if !shown {
				if box.g = element(at(d.ID)); !box.g.Truthy() {
					continue
				}
				box.name = v.nameOn(d.ID, v.page.peers[i].Name)
				box.g.Call("append", box.name)
				box.g.Get("classList").Call("add", "carried")
				if v.carried == nil {
					v.carried = map[crdt.ID]carriedBox{}
				}
				v.carried[d.ID] = box
			}
			shift(box.g, float64(d.X), float64(d.Y))
			held[d.ID] = true
		}
	}
	for id, box := range v.carried {
		if !held[id] {
			box.g.Call("removeAttribute", "transform")
			box.g.Get("classList").Call("remove", "carried")
			box.name.Call("remove")
			delete(v.carried, id)
		}
	}
}

// nameOn is a person's name above a note in their hand.
func (v *views) nameOn(id crdt.ID, name string) app.Value {
	text := app.Window().Get("document").Call("createElementNS", "http://www.w3.org/2000/svg", "text")
	text.Call("setAttribute", "class", "view-by")
	text.Set("textContent", name)
	for _, b := range v.drawing.Boxes {
		if b.Target.ID == id {
			text.Call("setAttribute", "x", b.Rect.X)
			text.Call("setAttribute", "y", b.Rect.Y-5)
		}
	}
	return text
}

// nudge moves a note of the matrix by a step of feasibility or impact. What has
// not been judged enters in the middle; below the last row it leaves again.
func (v *views) nudge(id crdt.ID, feasible, impact int) bool {
	n := v.page.journey.Note(id)
	if v.page.view != string(scene.Matrix) || n == nil || !v.page.editable() {
		return false
	}
	switch {
	case n.Impact == 0 || n.Effort == 0:
		v.judge(id, 3, 3)
	case n.Impact+impact == 0:
		v.judge(id, 0, 0)
	default:
		v.judge(id, min(5, n.Impact+impact), min(5, max(1, n.Effort-feasible)))
	}
	return true
}
