package board

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// What elements stand for.
const (
	ofLayer partKind = iota
	ofBand
	ofNote
	ofOutline
	ofTag
	ofCursor
	ofMarquee
	ofGuide
	ofCell
	ofGrip
	ofLine
	ofPoint
	ofBurst
	ofHead
	ofThing
)

// farNotes is how many notes in sight make the board draw them on a canvas; it
// returns to elements a little below, so that it does not flicker between both.
const (
	farNotes  = 400
	nearNotes = 300
)

// frame draws what there is to see now. It is called once an animation frame at
// most, and only when something asked for it.
func (b *Board) frame() {
	b.advance()
	b.out.reset()
	b.slots.begin()
	b.paintStages()
	b.paintLayers()
	b.paintNotes()
	b.paintThings()
	b.paintLinks()
	b.paintPluses()
	b.paintHand()
	b.paintPeople()
	b.slots.end()
	b.host.send(&b.out)
	// Ready is when there is something to see: the first frame may come before the
	// map does.
	if !b.ready && (b.status.State == session.Live || len(b.m.Phases())+b.m.NoteCount() > 0) {
		b.ready = true
		if b.o.OnReady != nil {
			b.o.OnReady()
		}
	}
}

func (b *Board) paintStages() {
	c := b.cam
	for i, v := range [...]Camera{c, {c.X, c.Y + b.topShift(), c.Z}, {c.X + b.leftShift(), c.Y, c.Z}} {
		if b.stages[i] != v {
			b.stages[i] = v
			b.out.put(opStage, float32(i), float32(v.X), float32(v.Y), float32(v.Z))
		}
	}
	look := hostLook{b.tool, b.hover.Kind, b.hands.state, b.hands.space, b.overPlus, b.o.ReadOnly, b.byKeys, true}
	if look != b.host0 {
		b.host0 = look
		b.out.put(opHost)
		b.out.str(b.hostClass())
	}
}

// boxed is a box and its outline as a path, written only when the box is another.
type boxed struct {
	box Rect
	d   string
}

func (p *boxed) path(r Rect) string {
	if p.box != r {
		p.box, p.d = r, ""
		if !r.Empty() {
			p.d = boxPath(r)
		}
	}
	return p.d
}

// hostLook is what the class of the host depends on.
type hostLook struct {
	tool                          tool
	hover                         scene.TargetKind
	hands                         handState
	space, plus, read, keys, told bool
}

func (b *Board) hostClass() string {
	class := "tabi-board"
	switch {
	case b.tool.drawing():
		class += " t-pen"
	case b.tool == toolLink:
		class += " t-link"
	case b.tool == toolHand || b.hands.space:
		class += " t-hand"
	}
	switch {
	case b.hands.state == handsPanning:
		class += " is-panning"
	case b.hands.state == handsDragging:
		class += " is-dragging"
	case b.hands.space:
		class += " is-grab"
	case b.tool == toolLink || b.tool.drawing():
	case b.overPlus:
		class += " on-head"
	default:
		switch b.hover.Kind {
		case scene.OnNote:
			class += " on-note"
		case scene.OnCorner:
			if !b.o.ReadOnly {
				class += " on-corner"
			}
		case scene.OnPhaseDivider:
			if !b.o.ReadOnly {
				class += " on-columns"
			}
		case scene.OnLaneDivider:
			if !b.o.ReadOnly {
				class += " on-rows"
			}
		case scene.OnPoint:
			if !b.o.ReadOnly {
				class += " on-point"
			}
		case scene.OnPhase, scene.OnLane, scene.OnBoundary, scene.OnLink:
			class += " on-head"
		}
	}
	if b.o.ReadOnly {
		class += " is-read"
	}
	if b.byKeys {
		class += " by-keys"
	}
	return class
}

// paintLayers draws what is drawn as a whole: ground, curves, links, heads. Their
// markup is written again only when the scene says that it is different.
func (b *Board) paintLayers() {
	for _, l := range [...]struct {
		layer scene.Layer
		to    layer
	}{
		{scene.LayerGround, layerGrid}, {scene.LayerHead, layerGrid}, {scene.LayerLegend, layerGrid},
		{scene.LayerDrawings, layerLines}, {scene.LayerMarkers, layerMarks}, {scene.LayerLinks, layerLines}, {scene.LayerCurves, layerLines},
		{scene.LayerTops, layerTops}, {scene.LayerLefts, layerLefts},
	} {
		fresh := b.stale.Has(l.layer)
		if fresh {
			b.layer[l.layer] = string(markup(nil, b.scene.Marks(l.layer), func(t scene.Target) bool {
				return t.Kind != scene.OnBoundary && (t.Kind != scene.OnLink || !b.linkCarried(t.ID))
			}))
		}
		switch l.layer {
		case scene.LayerTops:
			b.paintBand(0, layerTops)
			// The cards between phases stay where they are while the chevrons stick.
			cards := b.slots.get(owner{part: ofLayer, n: 100}, tmplGroup, layerLines)
			if fresh {
				cards.fill(string(markup(nil, b.scene.Marks(l.layer), func(t scene.Target) bool { return t.Kind == scene.OnBoundary })))
			}
		case scene.LayerLefts:
			b.paintBand(1, layerLefts)
		}
		s := b.slots.get(owner{part: ofLayer, n: int32(l.layer)}, tmplGroup, l.to)
		if fresh {
			s.fill(b.layer[l.layer])
		}
	}
	b.stale = 0
}

// paintBand draws the ground under heads that have left their place.
func (b *Board) paintBand(n int32, to layer) {
	s := b.slots.get(owner{part: ofBand, n: n}, tmplPath, to).class("b-band-ground")
	r, ground := rectOf(b.scene.Bounds()), Rect{}
	switch top, height, ok := b.headBand(); {
	case n == 0 && ok && b.topShift() > 0:
		ground = Rect{r.X - 4000, top - 40, r.W + 8000, height + 46}
	case n == 1 && b.leftShift() > 0:
		left, width, _ := b.labelBand()
		ground = Rect{left - 40, 0, width + 40, rectOf(b.scene.Grid()).H}
	}
	s.attr(attrD, b.bands[n].path(ground))
}

func boxPath(r Rect) string {
	var buf [64]byte
	p := append(buf[:0], 'M')
	for _, v := range [...]struct {
		c byte
		v float64
	}{{0, r.X}, {' ', r.Y}, {'h', r.W}, {'v', r.H}, {'h', -r.W}} {
		if v.c != 0 {
			p = append(p, v.c)
		}
		p = scene.AppendNumber(p, float32(v.v))
	}
	return string(append(p, 'Z'))
}

// paintFar draws the notes as plain boxes on the canvas, colour by colour: a
// change of colour costs more than a box.
func (b *Board) paintFar(notes func(sight scene.Rect, each func(*scene.NoteBox))) {
	if !b.tints {
		b.tints = true
		for t := scene.Tone(0); t < scene.Tones; t++ {
			b.out.put(opColor, float32(t))
			b.out.str(b.host.resolve("--" + t.Fill().Name()))
			b.out.put(opColor, float32(t)+float32(scene.Tones))
			b.out.str(b.host.resolve("--" + t.Edge().Name()))
		}
		b.out.put(opColor, float32(2*scene.Tones))
		b.out.str(b.host.resolve("--accent"))
	}
	b.canvas = true
	b.out.put(opFar, float32(b.cam.X), float32(b.cam.Y), float32(b.cam.Z))
	for t := range b.byTone {
		b.byTone[t] = b.byTone[t][:0]
	}
	moving := len(b.held)+len(b.gone) > 0
	notes(sceneRect(b.cam.Sight(b.width, b.height, 8)), func(n *scene.NoteBox) {
		r := n.Rect
		if moving {
			r = sceneRect(b.box(n))
		}
		b.byTone[n.Tone] = append(b.byTone[n.Tone], r)
	})
	edge := float32(max(4, 1.5/b.cam.Z))
	for t, list := range b.byTone {
		if len(list) == 0 {
			continue
		}
		b.out.put(opFill, float32(t))
		for _, r := range list {
			b.out.put(opRect, r.X, r.Y, r.W, r.H)
		}
		if journey.NoteWidth*b.cam.Z < 14 {
			continue // too small to have an edge
		}
		b.out.put(opFill, float32(t)+float32(scene.Tones))
		for _, r := range list {
			b.out.put(opRect, r.X, r.Y, edge, r.H)
		}
	}
	if len(b.selected) > 0 {
		b.out.put(opFill, float32(2*scene.Tones))
		w := float32(1.5 / b.cam.Z)
		for _, id := range b.selected {
			if n := b.scene.Note(id); n != nil {
				r := sceneRect(b.box(n)).Grow(2 * w)
				b.out.put(opRect, r.X, r.Y, r.W, w, opRect, r.X, r.Bottom()-w, r.W, w, opRect, r.X, r.Y, w, r.H, opRect, r.Right()-w, r.Y, w, r.H)
			}
		}
	}
}

// paintHand draws what the own hand is doing.
func (b *Board) paintHand() {
	line := 1 / b.cam.Z
	if m := b.marquee; !m.Empty() {
		b.slots.get(owner{part: ofMarquee}, tmplBox, layerOver).class("b-marquee").place(m.X, m.Y).size(m.W, m.H)
	}
	b.paintTarget()
	for i, g := range b.guides {
		b.slots.get(owner{part: ofGuide, n: int32(i)}, tmplBox, layerOver).class("b-guide").place(g.X, g.Y).size(max(g.W, 1.4*line), max(g.H, 1.4*line))
	}
	if b.drag != nil {
		b.drag.paint(b)
	}
	if b.chosen.Kind == scene.OnPoint {
		if p := b.pointAt(b.chosen.ID); p != nil {
			b.slots.get(owner{part: ofPoint}, tmplCircle, layerMarks).class("b-point-hot").
				attr(attrCX, number(float64(p.At.X))).attr(attrCY, number(float64(p.At.Y))).attr(attrR, "11")
		}
	}
	if b.chosen.Kind == scene.OnLink {
		for i := range b.scene.Links {
			if l := &b.scene.Links[i]; l.ID == b.chosen.ID {
				b.slots.get(owner{part: ofLine, n: 1}, tmplPath, layerMarks).class("b-link is-selected").attr(attrD, l.Bend.Path())
			}
		}
	}
	b.paintChosenDrawing()
	// Grips for a new link, on the note under the pointer or the one selected.
	if id := b.gripNote(); !id.IsZero() {
		n := b.scene.Note(id)
		size := 12 * line
		for i, p := range gripPoints(b.box(n), line) {
			b.slots.get(owner{part: ofGrip, n: int32(i)}, tmplBox, layerOver).class("b-grip").place(p.x-size/2, p.y-size/2).size(size, size)
		}
	}
}

// paintTarget lights the cell where a drop would go: by a tint and four edges of
// one colour each, which the browser only moves. Lit in the ground, a cell would
// have all that stands in it painted anew, and so would the one that it was before.
func (b *Board) paintTarget() {
	r := b.target
	if r.Empty() {
		return
	}
	const w = 2
	for i, box := range [...]Rect{
		r,
		{X: r.X, Y: r.Y, W: r.W, H: w},
		{X: r.X, Y: r.Bottom() - w, W: r.W, H: w},
		{X: r.X, Y: r.Y, W: w, H: r.H},
		{X: r.Right() - w, Y: r.Y, W: w, H: r.H},
	} {
		class := "b-lit"
		if i > 0 {
			class = "b-lit is-edge"
		}
		b.slots.get(owner{part: ofCell, n: int32(i)}, tmplBox, layerOver).class(class).place(box.X, box.Y).size(box.W, box.H)
	}
}

// gripNote is the note that shows its grips.
func (b *Board) gripNote() (none crdt.ID) {
	if b.o.ReadOnly || b.far || b.writing != nil || len(b.selected) != 1 || b.drag != nil || b.cam.Z < 0.55 {
		return none
	}
	if b.scene.Note(b.selected[0]) == nil {
		return none
	}
	return b.selected[0]
}

type xy struct{ x, y float64 }

// gripPoints are in the middle of each side, a little outside.
func gripPoints(r Rect, px float64) [4]xy {
	cx, cy := r.Center()
	d := 13 * px
	return [4]xy{{cx, r.Y - d}, {r.Right() + d, cy}, {cx, r.Bottom() + d}, {r.X - d, cy}}
}

// pointAt finds an emotion point on the curves.
func (b *Board) pointAt(id crdt.ID) *scene.CurvePoint {
	for i := range b.scene.Curves {
		for j := range b.scene.Curves[i].Points {
			if p := &b.scene.Curves[i].Points[j]; p.ID == id {
				return p
			}
		}
	}
	return nil
}
