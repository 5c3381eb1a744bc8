package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// dragger is what a drag does. Nothing is written to the map before drop: until
// then the others see it as presence, and what is dropped is one step of undo.
type dragger interface {
	move(b *Board, x, y float64, p press) // the pointer is at x, y in the world
	drop(b *Board)
	cancel(b *Board)
	paint(b *Board)
}

// take begins the drag that the press means; nil pans.
func (b *Board) take(p press) dragger {
	x, y := b.cam.World(p.x, p.y)
	px, py := b.point(p.x, p.y)
	t := b.hit(p.x, p.y)
	if b.o.ReadOnly {
		return &marqueeDrag{x0: x, y0: y}
	}
	if b.tool.drawing() {
		return b.takeDrawing(x, y)
	}
	if d := b.onHandle(x, y); d != nil {
		return &sizeDrag{id: d.ID, box: rectOf(d.Rect), x0: x, y0: y, keep: d.Kind == journey.KindImage}
	}
	if g := b.gripAt(p.x, p.y); g >= 0 {
		return &linkDrag{from: b.selected[0], x: x, y: y}
	}
	switch t.Kind {
	case scene.OnNote, scene.OnCorner:
		if b.tool == toolLink {
			return &linkDrag{from: t.ID, x: x, y: y}
		}
		if p.dev == touch && b.tool == toolSelect && !b.isSelected(t.ID) {
			break // a finger that selects may begin on a note
		}
		n := b.scene.Note(t.ID)
		if t.Kind == scene.OnCorner && !b.locked(t.ID) && p.mods == 0 {
			b.choose(t.ID)
			return &cornerDrag{id: t.ID, box: rectOf(n.Rect), x0: x, y0: y}
		}
		if !b.isSelected(t.ID) {
			if p.mods&(shift|ctrl) != 0 {
				b.toggle(t.ID)
			} else {
				b.chooseWhole(t.ID)
			}
		}
		return b.takeNotes(t.ID, x, y)
	case scene.OnPoint:
		b.choose()
		b.chosen = t
		b.renew()
		if at := b.pointAt(t.ID); at != nil {
			return &pointDrag{id: t.ID, score: at.Score, was: at.Score}
		}
	case scene.OnPhaseDivider:
		if ph := b.scene.Phase(t.ID); ph != nil {
			return &edgeDrag{id: t.ID, from: float64(ph.Column.X), size: float64(ph.Column.W), off: x - float64(ph.Column.Right())}
		}
	case scene.OnLaneDivider:
		if l := b.scene.Lane(t.ID); l != nil && !b.headLocked(t) {
			return &edgeDrag{id: t.ID, lane: true, from: float64(l.Row.Y), size: float64(l.Row.H), off: y - float64(l.Row.Bottom())}
		}
	case scene.OnPhase:
		if ph := b.scene.Phase(t.ID); ph != nil {
			return &orderDrag{id: t.ID, box: rectOf(ph.Head), dx: px - float64(ph.Head.X), dy: py - float64(ph.Head.Y)}
		}
	case scene.OnLane:
		if l := b.scene.Lane(t.ID); l != nil && !b.headLocked(t) {
			return &orderDrag{id: t.ID, lane: true, box: rectOf(l.Label), dx: px - float64(l.Label.X), dy: py - float64(l.Label.Y)}
		}
	case scene.OnDrawing:
		d, mine := b.m.Drawing(t.ID), slices.Contains(b.everything(), t.ID)
		if d.Locked && !mine {
			break // a locked one is ground
		}
		if !mine && p.mods&(shift|ctrl) != 0 {
			b.toggle(t.ID)
		} else if !mine {
			b.chooseWhole(t.ID)
		}
		return b.takeNotes(t.ID, x, y)
	}
	if p.mods&shift != 0 || b.tool == toolSelect {
		return &marqueeDrag{x0: x, y0: y, keep: b.everything()}
	}
	return nil
}

// ---- notes -------------------------------------------------------------------------

// noteDrag moves the selected notes and drawings; with alt it leaves copies behind.
type noteDrag struct {
	lead   crdt.ID // the one under the pointer: it snaps, and says which cell is meant
	x0, y0 float64
	boxes  map[crdt.ID]Rect
	drawn  map[crdt.ID]Rect // drawings that come along
	by     xy               // how far they all are
	copies bool
}

func (b *Board) takeNotes(lead crdt.ID, x, y float64) dragger {
	d := &noteDrag{lead: lead, x0: x, y0: y, boxes: map[crdt.ID]Rect{}}
	for _, id := range b.selected {
		if n := b.scene.Note(id); n != nil && !b.locked(id) {
			d.boxes[id] = rectOf(n.Rect)
		}
	}
	d.drawn = b.withBoxes()
	if len(d.boxes)+len(d.drawn) == 0 {
		b.say("islocked")
		return &nothingDrag{}
	}
	if _, ok := d.boxes[lead]; !ok {
		for id := range d.boxes {
			d.lead = id
			break
		}
	}
	return d
}

func (d *noteDrag) move(b *Board, x, y float64, p press) {
	d.copies = p.mods&alt != 0
	dx, dy := x-d.x0, y-d.y0
	b.guides = nil
	lead, ok := d.boxes[d.lead]
	if !ok { // drawings alone snap to nothing
		d.by = xy{dx, dy}
		b.edgePan(p)
		return
	}
	at := Rect{lead.X + dx, lead.Y + dy, lead.W, lead.H}
	if p.mods&ctrl == 0 {
		sx, sy, guides := b.scene.Snap(sceneRect(at), sceneRect(at.Grow(420)), float32(7/b.cam.Z),
			func(id crdt.ID) bool { _, mine := d.boxes[id]; return mine && !d.copies }, nil)
		dx, dy = dx+float64(sx), dy+float64(sy)
		for _, g := range guides {
			b.guides = append(b.guides, between(float64(g.From.X), float64(g.From.Y), float64(g.To.X), float64(g.To.Y)))
		}
	}
	d.by = xy{dx, dy}
	if len(b.held) == 0 {
		b.stale |= 1 << scene.LayerLinks // theirs are drawn apart now
	}
	for id, r := range d.boxes {
		b.held[id] = scene.Point{X: float32(r.X + dx), Y: float32(r.Y + dy)}
	}
	cx, cy := lead.X+dx+lead.W/2, lead.Y+dy+lead.H/2
	b.target = Rect{}
	if phase, lane, ok := b.scene.CellAt(float32(cx), float32(cy)); ok {
		b.target = rectOf(b.scene.Cell(phase, lane))
	}
	b.edgePan(p) // and whoever hears of the pointer shows it to the others
}

// edgePan moves the map along when something is carried to the edge.
func (b *Board) edgePan(p press) {
	const edge, speed = 28, 12
	dx, dy := 0.0, 0.0
	switch {
	case p.x < edge:
		dx = speed
	case p.x > b.width-edge:
		dx = -speed
	}
	switch {
	case p.y < edge:
		dy = speed
	case p.y > b.height-edge:
		dy = -speed
	}
	if dx != 0 || dy != 0 {
		b.cam = b.keepInSight(b.cam.Pan(dx, dy))
		b.touched = true
		b.host.request()
	}
}

func (d *noteDrag) drop(b *Board) {
	var notes []move
	for _, id := range b.selected {
		if at, ok := b.held[id]; ok {
			if n := b.scene.Note(id); n != nil {
				notes = append(notes, move{id, scene.Rect{X: at.X, Y: at.Y, W: n.Rect.W, H: n.Rect.H}})
			}
		}
	}
	clear(b.held)
	b.stale |= 1 << scene.LayerLinks
	if d.copies {
		ids := make([]crdt.ID, 0, len(notes)+len(d.drawn))
		for _, n := range notes {
			ids = append(ids, n.id)
		}
		for id := range d.drawn {
			ids = append(ids, id)
		}
		from := b.around(ids)
		b.put(b.group("copy"), b.gather(crdt.ID{}, ids), from.X+d.by.x, from.Y+d.by.y)
	} else {
		b.moveAsOne(b.group("move"), notes, d.drawn, d.by)
	}
	if len(b.selected) > 0 {
		b.grabFocus(b.selected[len(b.selected)-1])
	}
	b.present()
}

func (d *noteDrag) cancel(b *Board) {
	clear(b.held)
	b.stale |= 1 << scene.LayerLinks
	b.present()
}

func (d *noteDrag) paint(b *Board) {
	n := int32(0)
	for _, r := range d.drawn {
		b.slots.get(owner{part: ofOutline, n: 3000 + n}, tmplBox, layerOver).class("b-headlight").place(r.X+d.by.x, r.Y+d.by.y).size(r.W, r.H)
		n++
	}
	if !d.copies {
		return
	}
	// The originals stay where they are while their copies are carried.
	n = 0
	for _, r := range d.boxes {
		b.slots.get(owner{part: ofOutline, n: 1000 + n}, tmplBox, layerOver).class("b-ghost").place(r.X, r.Y).size(r.W, r.H)
		n++
	}
}

// cornerDrag makes a note larger or smaller.
type cornerDrag struct {
	id     crdt.ID
	box    Rect
	x0, y0 float64
	now    Rect
}

func (d *cornerDrag) move(b *Board, x, y float64, _ press) {
	d.now = Rect{d.box.X, d.box.Y, max(80, round(d.box.W+x-d.x0, 4)), max(48, round(d.box.H+y-d.y0, 4))}
}

func round(v, step float64) float64 { return float64(int(v/step+0.5)) * step }

func (d *cornerDrag) drop(b *Board) {
	b.edit(b.group("size"), func(e *crdt.Edit) { b.m.ResizeNote(e, d.id, float32(d.now.W), float32(d.now.H)) })
}
func (d *cornerDrag) cancel(*Board) {}
func (d *cornerDrag) paint(b *Board) {
	r := d.now
	b.slots.get(owner{part: ofOutline, n: 2000}, tmplBox, layerOver).class("b-headlight").place(r.X, r.Y).size(r.W, r.H)
}

// ---- selecting ---------------------------------------------------------------------

type marqueeDrag struct {
	x0, y0 float64
	keep   []crdt.ID
}

func (d *marqueeDrag) move(b *Board, x, y float64, p press) {
	b.marquee = between(d.x0, d.y0, x, y)
	ids := append([]crdt.ID(nil), d.keep...)
	b.scene.Visible(sceneRect(b.marquee), func(n *scene.NoteBox) {
		for _, id := range ids {
			if id == n.ID {
				return
			}
		}
		ids = append(ids, n.ID)
	})
	ids = b.drawingsIn(b.marquee, ids)
	b.choose(b.m.WithGroups(ids...)...)
}
func (d *marqueeDrag) drop(b *Board)   { b.renew() }
func (d *marqueeDrag) cancel(b *Board) { b.choose(d.keep...) }
func (d *marqueeDrag) paint(*Board)    {}

type nothingDrag struct{}

func (*nothingDrag) move(*Board, float64, float64, press) {}
func (*nothingDrag) drop(*Board)                          {}
func (*nothingDrag) cancel(*Board)                        {}
func (*nothingDrag) paint(*Board)                         {}

// ---- links -------------------------------------------------------------------------

// linkDrag draws an arrow from a note; dropped on nothing it makes a note there.
type linkDrag struct {
	from crdt.ID
	x, y float64
	to   crdt.ID
}

func (d *linkDrag) move(b *Board, x, y float64, _ press) {
	d.x, d.y, d.to = x, y, crdt.ID{}
	if t := b.scene.Hit(float32(x), float32(y), 0); (t.Kind == scene.OnNote || t.Kind == scene.OnCorner) && t.ID != d.from {
		d.to = t.ID
	}
}

func (d *linkDrag) drop(b *Board) {
	from := b.scene.Note(d.from)
	if from == nil {
		return
	}
	if !d.to.IsZero() {
		b.link(d.from, d.to)
		return
	}
	if rectOf(from.Rect).Grow(24).Contains(d.x, d.y) {
		return
	}
	// To where there is nothing: the next note, linked.
	var made crdt.ID
	b.edit(b.group("note"), func(e *crdt.Edit) {
		place := b.scene.PlaceFor(scene.Rect{X: float32(d.x) - journey.NoteWidth/2, Y: float32(d.y) - journey.NoteHeight/2, W: journey.NoteWidth, H: journey.NoteHeight})
		made = b.m.AddNote(e, place, b.newFields())
		b.m.LinkNotes(e, d.from, made, journey.Leads)
	})
	b.write(made)
}

func (d *linkDrag) cancel(*Board) {}

func (d *linkDrag) paint(b *Board) {
	from := b.scene.Note(d.from)
	if from == nil {
		return
	}
	x, y := rectOf(from.Rect).Center()
	s := b.slots.get(owner{part: ofLine}, tmplPath, layerMarks).class("b-link is-preview").attr(attrMarker, "url(#b-head)")
	s.attr(attrD, "M"+number(x)+" "+number(y)+"L"+number(d.x)+" "+number(d.y))
	if n := b.scene.Note(d.to); n != nil {
		r := rectOf(n.Rect).Grow(4)
		b.slots.get(owner{part: ofOutline, n: 2001}, tmplBox, layerOver).class("b-headlight").place(r.X, r.Y).size(r.W, r.H)
	}
}

// ---- emotions ----------------------------------------------------------------------

type pointDrag struct {
	id         crdt.ID
	score, was float64
}

func (d *pointDrag) move(b *Board, x, y float64, _ press) { d.score = b.scene.ScoreAt(float32(y)) }

func (d *pointDrag) drop(b *Board) {
	if d.score != d.was {
		b.edit(b.group("point"), func(e *crdt.Edit) { b.m.SetEmotionScore(e, d.id, d.score) })
	}
}
func (d *pointDrag) cancel(*Board) {}

func (d *pointDrag) paint(b *Board) {
	p := b.pointAt(d.id)
	if p == nil {
		return
	}
	x, y := float64(p.At.X), b.scoreY(d.score)
	b.slots.get(owner{part: ofPoint, n: 1}, tmplCircle, layerMarks).class("b-point-hot").
		attr(attrCX, number(x)).attr(attrCY, number(y)).attr(attrR, "9")
	b.slots.get(owner{part: ofTag, n: 1}, tmplBox, layerOver).class("b-tag").color(varColor, "var(--accent)").
		place(x+16, y-9).text(0, signed(d.score))
}

func signed(v float64) string {
	s := number(v)
	for len(s) > 1 && (s[len(s)-1] == '0' || s[len(s)-1] == '.') && s != "0" {
		dot := s[len(s)-1] == '.'
		s = s[:len(s)-1]
		if dot {
			break
		}
	}
	if v > 0 {
		s = "+" + s
	}
	return s
}

// scoreY is the height of a score: ScoreAt's inverse, found by asking it.
func (b *Board) scoreY(score float64) float64 {
	for i := range b.scene.Lanes {
		l := &b.scene.Lanes[i]
		if l.Kind != journey.EmotionCurve {
			continue
		}
		// The middle of the stretch that has the score.
		first, last := -1.0, -1.0
		for y := float64(l.Row.Y); y < float64(l.Row.Bottom()); y++ {
			if b.scene.ScoreAt(float32(y)) == score {
				if first < 0 {
					first = y
				}
				last = y
			}
		}
		switch score {
		case 2:
			return last
		case -2:
			return first
		}
		return (first + last) / 2
	}
	return 0
}
