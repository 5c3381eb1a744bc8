package pages

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Views that are no drawing, besides board and list.
const (
	viewMeasures = string(scene.Measures) // a table here, a drawing in files
	viewBlockers = "blockers"
	viewGap      = "gap"
)

// moreViews are all views but board and list, in the order in which they are
// offered.
var moreViews = func() []string {
	var all []string
	for _, v := range scene.Views {
		all = append(all, string(v))
	}
	return append(all, viewBlockers, viewGap)
}()

// drawn reports whether a view is a drawing of app/scene.
func drawn(view string) bool {
	return view != viewMeasures && slices.Contains(scene.Views[:], scene.ViewName(view))
}

// views is the map in every other way: drawings, and the tables of measures,
// blockers and gaps. What is opened in them stands in the list's panel beside
// them. Nothing is drawn that nobody looks at.
type views struct {
	app.Compo
	page    *mapPage
	ctx     app.Context
	mounted bool

	drawing scene.Drawn
	markup  string  // what stands in the page now
	zoom    float32 // zero: as the width allows
	current string  // ID of the box that Tab stops at
	drag    *matrixDrag
	dragged bool // the click that ends a drag opens nothing
	carried map[crdt.ID]carriedBox
	byOwner bool // how the table of measures is sorted
	gap     gap
	said    string

	rest float64 // until when a drawing that took long lets others work, as now counts
	late bool    // a change waits for that
}

func (v *views) OnMount(ctx app.Context) {
	v.ctx, v.mounted = ctx, true
	v.refresh()
}

// OnResize is told by go-app.
func (v *views) OnResize(app.Context) { v.refresh() }

func (v *views) OnDismount() {
	v.mounted = false
	v.gap.close()
}

func (v *views) word(key string, args ...any) string {
	return i18n.T(v.page.lang, "views."+key, args...)
}

// viewName is what people call a view.
func (p *mapPage) viewName(view string) string {
	switch {
	case view == viewBoard || view == viewList:
		return p.say("view." + view)
	case slices.Contains(scene.Views[:], scene.ViewName(view)):
		return i18n.T(p.lang, "scene.view."+view)
	}
	return i18n.T(p.lang, "views."+view)
}

func (v *views) visible() bool {
	return v.mounted && v.page.view != viewBoard && v.page.view != viewList
}

// changed is told of every change of the map.
func (v *views) changed(t journey.Touched) {
	if !v.visible() || t.Empty() || v.late {
		return
	}
	if wait := v.rest - now(); wait > 0 {
		v.late = true
		v.ctx.After(time.Duration(wait)*time.Millisecond, func(app.Context) {
			v.late = false
			v.refresh()
		})
		return
	}
	v.refresh()
}

// refresh draws the view that is looked at anew, and leaves the focus where it
// was.
func (v *views) refresh() {
	if !v.visible() {
		return
	}
	had := focused()
	v.ctx.Dispatch(func(ctx app.Context) {
		ctx.Defer(func(app.Context) {
			v.draw()
			if (strings.HasPrefix(had, "at-") || strings.HasPrefix(had, "view-")) && focused() != had {
				focus(had)
			}
		})
	})
}

func (v *views) Render() app.UI {
	if v.page == nil || v.page.view == viewBoard || v.page.view == viewList {
		return app.Div().Class("list-frame")
	}
	l := v.page.list
	picture := drawn(v.page.view)
	var words []app.UI
	switch v.page.view {
	case viewMeasures:
		words = v.measures()
	case viewBlockers:
		words = v.blockers()
	case viewGap:
		words = v.gaps()
	}
	return app.Div().Class("list-frame").DataSet("panel", l.panel.about() != crdt.ID{}).Body(
		app.Div().Class("view").OnKeyDown(v.key).Body(
			app.H2().Class("hidden-but-read").Text(v.page.viewName(v.page.view)),
			app.Div().Class("view-tools").Hidden(!picture && !v.page.editable()).Body(v.tools(picture)...),
			// go-app leaves what stands in here alone: draw writes it.
			app.Div().ID("view-picture").Class("view-picture").Hidden(!picture).TabIndex(-1).
				DataSet("drag", v.page.view == string(scene.Matrix) && v.page.editable()).
				OnClick(v.click).On("focusin", v.focusIn).
				On("pointerdown", v.grasp).On("pointermove", v.move).On("pointerup", v.drop).On("pointercancel", v.letGo),
			app.Div().Class("view-words").Hidden(picture).Body(words...),
		),
		l.panel.render(l),
		app.P().Class("hidden-but-read").ID("view-said").Role("status").Text(v.said),
	)
}

func (v *views) undo() {
	v.page.list.undo()
	v.said = v.page.list.said
}

func (v *views) redo() {
	v.page.list.redo()
	v.said = v.page.list.said
}

func (v *views) tools(picture bool) []app.UI {
	zoom := func(id, key, sign string, by float32) app.UI {
		return app.Button().ID("view-"+id).Class("button icon").Type("button").Aria("label", v.word(key)).Text(sign).
			OnClick(func(app.Context, app.Event) { v.zoomBy(by) }, app.EventScope(id))
	}
	back := func(id, key string, can bool, do func()) app.UI {
		return app.Button().ID("view-"+id).Class("button").Type("button").Disabled(!can).Text(v.page.say(key)).
			OnClick(func(app.Context, app.Event) { do() }, app.EventScope(id))
	}
	hint := ""
	if v.page.view == string(scene.Matrix) && v.page.editable() {
		hint = v.word("matrix.hint")
	}
	return []app.UI{
		app.Div().Class("bar-group").Hidden(!picture).Body(
			zoom("smaller", "zoom.out", "−", 0.8), zoom("fit", "zoom.fit", "⤢", 0), zoom("larger", "zoom.in", "＋", 1.25)),
		app.Div().Class("bar-group").Hidden(!v.page.editable()).Body(
			back("undo", "list.undo", v.page.session.CanUndo(), v.undo),
			back("redo", "list.redo", v.page.session.CanRedo(), v.redo)),
		app.Span().Class("muted wide").Text(hint),
	}
}

const (
	viewZoomMin = 0.3
	viewZoomMax = 3
)

func (v *views) zoomBy(by float32) {
	next := v.scale() * by
	if by == 0 {
		next = v.width() / max(v.drawing.Bounds.W, 1)
	}
	v.zoom = max(viewZoomMin, min(viewZoomMax, next))
	v.size()
}

func (v *views) width() float32 { return float32(element("view-picture").Get("clientWidth").Float()) }

// scale is how many pixels a unit of the drawing has.
func (v *views) scale() float32 {
	if v.zoom != 0 {
		return v.zoom
	}
	return max(scene.ViewZoomMin, min(1, v.width()/max(v.drawing.Bounds.W, 1)))
}

func (v *views) svg() app.Value { return element("view-picture").Get("firstElementChild") }

// size gives the drawing its size in pixels.
func (v *views) size() {
	if svg := v.svg(); svg.Truthy() {
		k := v.scale()
		svg.Call("setAttribute", "width", v.drawing.Bounds.W*k)
		svg.Call("setAttribute", "height", v.drawing.Bounds.H*k)
	}
}

// draw writes the drawing into the page where it differs from what stands there.
func (v *views) draw() {
	if !v.visible() || !drawn(v.page.view) || v.drag != nil && v.drag.moving {
		return
	}
	began := now()
	v.drawing = v.page.board.Scene().View(scene.ViewName(v.page.view), v.width()/scene.ViewZoomMin)
	if !slices.ContainsFunc(v.drawing.Boxes, func(b scene.ViewBox) bool { return at(b.Target.ID) == v.current }) {
		v.current = ""
	}
	b := v.drawing.Bounds
	out := append([]byte(nil), `<svg class="view-svg" role="group" viewBox="`...)
	for _, side := range [...]float32{b.X, b.Y, b.W, b.H} {
		out = append(scene.AppendNumber(out, side), ' ')
	}
	out = append(out, '"')
	out = board.Attribute(out, "data-view", v.page.view)
	out = board.Attribute(out, "aria-label", v.page.viewName(v.page.view))
	out = append(out, '>')
	out = board.Markup(out, v.drawing.Marks, v.box)
	out = append(out, "</svg>"...)
	if markup := string(out); markup != v.markup {
		v.markup = markup
		element("view-picture").Set("innerHTML", markup)
		clear(v.carried)
		v.carry()
		v.point()
	}
	v.size()
	v.rest = now() + 3*(now()-began) // a map of thousands of notes is drawn a few times a second
}

// box opens what stands for a thing: a button for those who use keys or ears.
// Tab stops at one of them, arrows go from one to the next.
func (v *views) box(b []byte, m *scene.Mark) []byte {
	if m.Text == "" || m.Target.ID.IsZero() || m.Target.Kind == scene.OnCurve { // a curve holds its points
		return append(b, "<g>"...)
	}
	id := at(m.Target.ID)
	if v.current == "" {
		v.current = id
	}
	stop := "-1"
	if id == v.current {
		stop = "0"
	}
	b = append(b, `<g class="view-box" role="button" tabindex="`+stop+`"`...)
	b = board.Attribute(b, "id", id)
	b = board.Attribute(b, "data-id", m.Target.ID.String())
	b = board.Attribute(b, "aria-label", m.Text)
	return append(b, '>')
}

// boxOf is the box that an event came from, and what it stands for.
func (v *views) boxOf(e app.Event) (app.Value, crdt.ID) {
	g := e.Get("target").Call("closest", ".view-box")
	if !g.Truthy() {
		return nil, crdt.ID{}
	}
	return g, idOf(dataOf(g, "id"))
}

func (v *views) click(ctx app.Context, e app.Event) {
	if v.dragged {
		v.dragged = false
		return
	}
	if _, id := v.boxOf(e); !id.IsZero() {
		v.open(ctx, id)
	}
}

// open shows a thing in the panel beside the view, a figure among the figures.
func (v *views) open(ctx app.Context, id crdt.ID) {
	if v.page.journey.KPI(id) != nil {
		v.page.side.turnTo("kpis")
		return
	}
	v.page.list.open(ctx, id)
}

func (v *views) focusIn(ctx app.Context, e app.Event) {
	ctx.PreventUpdate()
	g, _ := v.boxOf(e)
	if g == nil {
		return
	}
	if was := element(v.current); was.Truthy() {
		was.Call("setAttribute", "tabindex", -1)
	}
	v.current = g.Get("id").String()
	g.Call("setAttribute", "tabindex", 0)
	v.markup = "" // what stands there is no more what was written
}

func (v *views) key(ctx app.Context, e app.Event) {
	if composing(e) {
		return
	}
	name, ctrl := e.Get("key").String(), e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool()
	typing := e.Get("target").Call("matches", "input, select, textarea").Bool()
	switch {
	case ctrl && !typing && strings.EqualFold(name, "z"):
		if e.Get("shiftKey").Bool() {
			v.redo()
		} else {
			v.undo()
		}
	case ctrl && !typing && strings.EqualFold(name, "y"):
		v.redo()
	case ctrl || typing:
		return
	case name == "Escape":
		switch {
		case v.drag != nil:
			v.letGo(ctx, e)
		case v.page.list.panel.about() != crdt.ID{}:
			v.page.list.close()
		default:
			return
		}
	default:
		if g, id := v.boxOf(e); g == nil || !v.boxKey(ctx, e, g, id, name) {
			return
		}
	}
	e.PreventDefault()
}

// boxKey serves a key on a box: arrows walk, Enter opens, Alt and an arrow moves
// what can be moved.
func (v *views) boxKey(ctx app.Context, e app.Event, g app.Value, id crdt.ID, name string) bool {
	step, arrow := map[string][2]int{"ArrowLeft": {-1, 0}, "ArrowRight": {1, 0}, "ArrowUp": {0, -1}, "ArrowDown": {0, 1}}[name]
	switch {
	case name == "Enter" || name == " ":
		v.open(ctx, id)
	case arrow && e.Get("altKey").Bool():
		return v.nudge(id, step[0], -step[1])
	case arrow:
		v.walk(id, step[0], step[1])
	case name == "Home" || name == "End":
		if n := len(v.drawing.Boxes); n > 0 {
			box := v.drawing.Boxes[0]
			if name == "End" {
				box = v.drawing.Boxes[n-1]
			}
			focus(at(box.Target.ID))
		}
	default:
		return false
	}
	return true
}

// walk gives the focus to the nearest box in a direction.
func (v *views) walk(from crdt.ID, dx, dy int) {
	i := slices.IndexFunc(v.drawing.Boxes, func(b scene.ViewBox) bool { return b.Target.ID == from })
	if i < 0 {
		return
	}
	here := v.drawing.Boxes[i].Rect.Center()
	best, next := float32(1e9), crdt.ID{}
	for k, b := range v.drawing.Boxes {
		c := b.Rect.Center()
		ahead, aside := (c.X-here.X)*float32(dx)+(c.Y-here.Y)*float32(dy), (c.X-here.X)*float32(dy)+(c.Y-here.Y)*float32(dx)
		if k == i || ahead < 4 {
			continue
		}
		if far := ahead + 3*max(aside, -aside); far < best {
			best, next = far, b.Target.ID
		}
	}
	if !next.IsZero() {
		focus(at(next))
	}
}
