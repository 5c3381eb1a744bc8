package board

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Tools that draw beside the notes: a pen, a highlighter, shapes, text blocks.
// What is drawn stands in the cell it began in and goes with it.

// drawing reports whether the tool draws where the pointer is pressed.
func (t tool) drawing() bool { return t >= toolPen && t <= toolText }

// penDrag is a stroke being drawn.
type penDrag struct {
	marker bool
	points []float32 // x, y, in the world
	path   []byte
}

func (b *Board) takeDrawing(x, y float64) dragger {
	switch b.tool {
	case toolPen, toolMarker:
		d := &penDrag{marker: b.tool == toolMarker}
		d.add(x, y)
		return d
	}
	return &shapeDrag{tool: b.tool, box: Rect{X: x, Y: y}, x0: x, y0: y}
}

func (d *penDrag) add(x, y float64) {
	op := byte('L')
	if len(d.path) == 0 {
		op = 'M'
	}
	d.points = append(d.points, float32(x), float32(y))
	d.path = append(d.path, op)
	d.path = strconv.AppendFloat(d.path, x, 'f', 1, 64)
	d.path = append(d.path, ' ')
	d.path = strconv.AppendFloat(d.path, y, 'f', 1, 64)
}

// strokePointsMax keeps a stroke far below what one value may hold; a longer one
// goes on as the next stroke.
const strokePointsMax = 4000

func (d *penDrag) move(b *Board, x, y float64, _ press) {
	n := len(d.points)
	dx, dy := x-float64(d.points[n-2]), y-float64(d.points[n-1])
	if dx*dx+dy*dy < 4/(b.cam.Z*b.cam.Z) {
		return // a hand holds still less well than it means to
	}
	d.add(x, y)
	if len(d.points) >= 2*strokePointsMax {
		d.drop(b)
		*d = penDrag{marker: d.marker}
		d.add(x, y)
	}
}

func (d *penDrag) drop(b *Board) {
	if len(d.points) < 4 {
		return
	}
	place, rel := b.strokeAt(d.points)
	style, tone := b.StrokeLook(d.marker)
	b.edit(b.group("draw"), func(e *crdt.Edit) {
		b.m.AddDrawing(e, journey.Drawing{Kind: journey.KindStroke, Place: place, Points: scene.PointsBytes(rel), Style: style, Author: b.o.Name, Color: tone})
	})
}

// strokeAt is where a stroke through these points of the world stands, and the
// points from there.
func (b *Board) strokeAt(points []float32) (journey.Place, []float32) {
	x0, y0 := points[0], points[1]
	for i := 0; i < len(points); i += 2 {
		x0, y0 = min(x0, points[i]), min(y0, points[i+1])
	}
	place := b.scene.PlaceAt(points[0], points[1])
	place.X, place.Y = place.X+x0-points[0], place.Y+y0-points[1]
	if !place.Free() && (place.X < 0 || place.Y < 0) {
		place = journey.Place{X: x0, Y: y0} // it leaves its cell to the left or above: free
	}
	rel := make([]float32, len(points))
	for i := 0; i < len(rel); i += 2 {
		rel[i], rel[i+1] = points[i]-x0, points[i+1]-y0
	}
	return place, rel
}

func (d *penDrag) cancel(*Board) {}

func (d *penDrag) paint(b *Board) {
	class := "b-stroke-now"
	if d.marker {
		class += " is-marker"
	}
	b.slots.get(owner{part: ofLine, n: 2}, tmplPath, layerMarks).class(class).attr(attrD, string(d.path))
}

// StrokeLook is how a stroke of this person looks: the style of the drawing, and
// the name of its tone.
func (b *Board) StrokeLook(marker bool) (style, tone string) {
	switch {
	case !marker:
		return "", b.drawTone()
	case b.department().IsZero():
		return Highlighter, scene.Yellow.Name() // as highlighters are
	}
	return Highlighter, b.drawTone()
}

// Highlighter is the style of a broad stroke that what it covers is read through;
// StrokeStyles are all, from thin to broad.
const Highlighter = "highlighter"

func StrokeStyles() []string { return []string{"thin", "", "thick", Highlighter} }

// drawTone is the colour in which this person draws: the department's.
func (b *Board) drawTone() string { return b.scene.Tone(b.department()).Name() }

// shapeDrag spans a shape or a text block.
type shapeDrag struct {
	tool   tool
	x0, y0 float64
	box    Rect
	end    xy
}

func (d *shapeDrag) move(b *Board, x, y float64, p press) {
	if p.mods&shift != 0 && d.tool != toolArrow { // as wide as high
		side := max(abs(x-d.x0), abs(y-d.y0))
		x, y = d.x0+sign(x-d.x0)*side, d.y0+sign(y-d.y0)*side
	}
	d.end = xy{x, y}
	d.box = between(d.x0, d.y0, x, y)
}

func (d *shapeDrag) drop(b *Board) {
	b.placeShape(d.tool, d.box)
}
func (d *shapeDrag) cancel(*Board) {}
func (d *shapeDrag) paint(b *Board) {
	r := d.box
	b.slots.get(owner{part: ofMarquee}, tmplBox, layerOver).class("b-marquee").place(r.X, r.Y).size(max(1, r.W), max(1, r.H))
}

// placeShape makes what a tool makes in a box; one that was only clicked has its
// usual size.
func (b *Board) placeShape(t tool, r Rect) {
	if b.o.ReadOnly {
		return
	}
	kind, shape := journey.KindShape, map[tool]string{toolRect: "rect", toolEllipse: "ellipse", toolDiamond: "diamond", toolArrow: "arrow"}[t]
	if t == toolText {
		kind = journey.KindText
	}
	if r.W < 12 && r.H < 12 {
		r.W, r.H = 160, 100
		if t == toolText {
			r.W, r.H = 280, 24
		}
	}
	var id crdt.ID
	b.edit(b.group("draw"), func(e *crdt.Edit) {
		id = b.m.AddDrawing(e, journey.Drawing{Kind: kind, Place: b.scene.PlaceAt(float32(r.X), float32(r.Y)), W: float32(r.W), H: float32(r.H), Shape: shape, Author: b.o.Name, Color: b.drawTone()})
	})
	b.choose()
	b.chosen = scene.Target{Kind: scene.OnDrawing, ID: id}
	b.setTool(toolHand)
	if t != toolArrow {
		b.writeDrawing(id, t == toolText)
	}
	b.renew()
}

// writeDrawing opens the text of a shape or text block.
func (b *Board) writeDrawing(id crdt.ID, fresh bool) {
	d := b.m.Drawing(id)
	if d == nil || b.o.ReadOnly || d.Locked || d.Kind != journey.KindShape && d.Kind != journey.KindText {
		return
	}
	b.finishWriting()
	b.writing = &writing{id: id, field: journey.DrawingText, shadow: d.Text, group: b.group("write"), fresh: fresh}
	b.host.openArea(d.Text, b.drawingArea(id))
	b.present()
	b.host.request()
}

func (b *Board) drawingArea(id crdt.ID) areaLook {
	look := areaLook{px: 16, lead: 22.4, class: "is-drawing", label: b.t("drawingtext")}
	for i := range b.scene.Drawings {
		d := &b.scene.Drawings[i]
		if d.ID != id {
			continue
		}
		look.box = rectOf(d.Rect)
		if d.Kind == journey.KindShape {
			look.class = "is-shape tone-" + d.Tone.Name()
			look.px, look.lead = 14, 19.6
			lines := float64(max(1, len(d.Lines)))
			top := max(4, (look.box.H-lines*look.lead)/2)
			look.pad = [4]float64{top, 10, 2, 10}
		} else {
			look.box.H = max(look.box.H, 28) + 8
		}
	}
	return look
}

// ---- links that follow ----------------------------------------------------------------

// carried reports whether a note is in anyone's hand.
func (b *Board) carried(id crdt.ID) bool {
	if _, ok := b.held[id]; ok {
		return true
	}
	_, ok := b.gone[id]
	return ok
}

// linkCarried reports whether an end of a link is in anyone's hand.
func (b *Board) linkCarried(id crdt.ID) bool {
	if len(b.held)+len(b.gone) == 0 {
		return false
	}
	l := b.m.Link(id)
	return l != nil && (b.carried(l.From) || b.carried(l.To))
}

// paintLinks draws the links of notes that are being carried; the layer of links
// leaves these out meanwhile.
func (b *Board) paintLinks() {
	if len(b.held)+len(b.gone) == 0 || b.far {
		return
	}
	for i := range b.scene.Links {
		l := &b.scene.Links[i]
		if !b.carried(l.From) && !b.carried(l.To) {
			continue
		}
		from, to := b.scene.Note(l.From), b.scene.Note(l.To)
		if from == nil || to == nil {
			continue
		}
		b.slots.get(owner{part: ofLine, id: l.ID}, tmplPath, layerLines).class("b-link").
			attr(attrMarker, "url(#b-head)").attr(attrD, string(join(b.box(from), b.box(to))))
	}
}

// join is a curve from one box to another, by the sides that face each other.
func join(a, c Rect) []byte {
	ax, ay := a.Center()
	cx, cy := c.Center()
	var p [4]xy
	if abs(cx-ax)-(a.W+c.W)/2 > abs(cy-ay)-(a.H+c.H)/2 {
		s := sign(cx - ax)
		p[0], p[3] = xy{ax + s*a.W/2, ay}, xy{cx - s*c.W/2, cy}
		half := (p[3].x - p[0].x) * 0.45
		p[1], p[2] = xy{p[0].x + half, p[0].y}, xy{p[3].x - half, p[3].y}
	} else {
		s := sign(cy - ay)
		p[0], p[3] = xy{ax, ay + s*a.H/2}, xy{cx, cy - s*c.H/2}
		half := (p[3].y - p[0].y) * 0.45
		p[1], p[2] = xy{p[0].x, p[0].y + half}, xy{p[3].x, p[3].y - half}
	}
	out := []byte{'M'}
	for i, q := range p {
		if i == 1 {
			out = append(out, 'C')
		} else if i > 1 {
			out = append(out, ' ')
		}
		out = strconv.AppendFloat(out, q.x, 'f', 1, 64)
		out = append(out, ' ')
		out = strconv.AppendFloat(out, q.y, 'f', 1, 64)
	}
	return out
}

// ---- the pluses at the end of phases and lanes -------------------------------------------

// plus is where a phase or a lane can be added on the board itself.
func (b *Board) pluses() (phase, lane Rect, ok bool) {
	top, height, okTop := b.headBand()
	left, width, okLeft := b.labelBand()
	if !okTop || !okLeft || b.o.ReadOnly || b.cam.Z < 0.2 {
		return Rect{}, Rect{}, false
	}
	g := rectOf(b.scene.Grid())
	if b.may(method.ToolPhases) {
		phase = Rect{g.Right() + 26, top, 44, height}
	}
	if b.may(method.ToolLanes) {
		lane = Rect{left, g.Bottom() + 10, width, 40}
	}
	return phase, lane, true
}

// plusAt is cmdAddPhase or cmdAddLane where their plus is under a screen point.
func (b *Board) plusAt(sx, sy float64) command {
	phase, lane, ok := b.pluses()
	x, y := b.cam.World(sx, sy)
	switch {
	case ok && phase.Contains(x, y):
		return cmdAddPhase
	case ok && lane.Contains(x, y):
		return cmdAddLane
	}
	return cmdNone
}

func (b *Board) paintPluses() {
	phase, lane, ok := b.pluses()
	if !ok {
		return
	}
	for i, r := range [...]Rect{phase, lane} {
		if r.Empty() {
			continue
		}
		b.slots.get(owner{part: ofHead, n: int32(10 + i)}, tmplBox, layerOver).class("b-plus").place(r.X, r.Y).size(r.W, r.H).text(0, "＋")
	}
}
