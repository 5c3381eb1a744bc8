package board

import (
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// listening is what the host tells: everything that a person does to the board,
// and what becomes of the page around it.
type listening interface {
	pressed(press) bool
	moved(press)
	released(press)
	doubled(x, y float64)
	canceled(id int)
	pointerLeft()
	wheeled(x, y, dx, dy float64, m mods)
	key(chord string, repeat bool) bool
	keyInEditor(chord string) bool
	spaceUp()
	focused(id string, host bool)
	activated(id string)
	blurred(stays bool)
	clipboard(kind string, c clip) bool
	dropped(files []file, x, y float64)
	typed()
	composing(on bool)
	areaBlurred()
	resized()
	themed()
	frame()
}

var _ listening = (*Board)(nil)

// pressed, moved, released, canceled: a pointer's life, as the host reports it.
// pressed reports whether the board takes the pointer.
func (b *Board) pressed(p press) bool {
	b.mouseX, b.mouseY, b.inside, b.byKeys = p.x, p.y, p.dev != touch, false
	b.reach = 0
	switch p.dev {
	case touch:
		b.reach = 10
	case pen:
		b.sawPen = true
	}
	if b.menu.open {
		b.closeMenu()
	}
	if b.writing != nil {
		b.finishWriting()
	} else if !b.host.holdsFocus() {
		b.host.focus()
	}
	b.hands.press(p, b.when(p))
	if p.dev != mouse {
		b.host.after(holdAfter+10, func() { b.hands.tick(b.host.now()) })
	}
	b.host.request()
	return true
}

func (b *Board) moved(p press) {
	b.mouseX, b.mouseY, b.inside = p.x, p.y, p.dev != touch
	if len(b.hands.down) > 0 {
		b.hands.move(p, b.when(p))
	} else {
		b.reach = 0
		plus := b.plusAt(p.x, p.y) != cmdNone
		if t := b.hit(p.x, p.y); t != b.hover || plus != b.overPlus {
			b.hover, b.overPlus = t, plus
			title := ""
			if t.Kind == scene.OnPhase || t.Kind == scene.OnLane {
				title = b.scene.Named(t.ID) // which may be cut there
			}
			b.host.title(title)
			b.host.request()
		}
	}
	b.present()
}

func (b *Board) released(p press) {
	b.hands.release(p, b.when(p))
	b.host.request()
}

// when is the time of a pointer's event.
func (b *Board) when(p press) int64 {
	if p.at != 0 {
		return p.at
	}
	return b.host.now()
}

// doubled: the browser counts a double click, as slow as the person has set it.
func (b *Board) doubled(x, y float64) {
	if b.hands.taps < 2 && b.writing == nil && b.hands.last.mods == 0 {
		b.hands.taps = 2
		b.act(act{kind: actTap, x: x, y: y, n: 2, press: b.hands.last})
	}
}

func (b *Board) canceled(id int) {
	b.hands.cancel(id)
	b.host.request()
}

func (b *Board) pointerLeft() {
	if len(b.hands.down) == 0 {
		b.inside = false
		b.hover = scene.Target{}
		b.present()
	}
}

func (b *Board) spaceUp() {
	if b.hands.space {
		b.hands.space = false
		b.host.request()
	}
}

func (b *Board) wheeled(x, y, dx, dy float64, m mods) {
	if m&ctrl != 0 {
		b.look(b.cam.ZoomAt(x, y, wheelZoom(dy)))
		b.renewLater()
		return
	}
	if m&shift != 0 && dx == 0 {
		dx, dy = dy, 0
	}
	b.look(b.cam.Pan(-dx, -dy))
}

// grip says what a drag that begins here would take hold of.
func (b *Board) grip(p press) grip {
	t := b.hit(p.x, p.y)
	if b.o.ReadOnly {
		if p.mods&shift != 0 || b.tool == toolSelect && p.dev == mouse {
			return gripDrag // a marquee: readers may select, to copy
		}
		return gripPan
	}
	if b.tool.drawing() {
		if p.dev == touch && b.sawPen {
			return gripPan // the pen draws, the finger moves the map
		}
		return gripDrag
	}
	if x, y := b.cam.World(p.x, p.y); b.gripAt(p.x, p.y) >= 0 || b.onHandle(x, y) != nil {
		return gripDrag
	}
	switch t.Kind {
	case scene.OnNote, scene.OnCorner:
		if p.dev == touch && !b.isSelected(t.ID) && b.tool != toolLink && b.tool != toolSelect {
			return gripPan // a finger on its way over the map must not move notes
		}
		return gripDrag
	case scene.OnPoint, scene.OnPhaseDivider, scene.OnLaneDivider:
		return gripDrag
	case scene.OnPhase, scene.OnLane, scene.OnDrawing:
		if p.dev == touch {
			return gripPan
		}
		return gripDrag
	}
	if p.mods&shift != 0 || b.tool == toolSelect {
		return gripDrag
	}
	return gripPan
}

// gripAt is which grip for a new link is under a screen point, -1 for none.
func (b *Board) gripAt(sx, sy float64) int {
	id := b.gripNote()
	if id.IsZero() {
		return -1
	}
	x, y := b.cam.World(sx, sy)
	reach := (9 + b.reach) / b.cam.Z
	for i, g := range gripPoints(b.box(b.scene.Note(id)), 1/b.cam.Z) {
		if abs(x-g.x) <= reach && abs(y-g.y) <= reach {
			return i
		}
	}
	return -1
}

// act does what the hands meant.
func (b *Board) act(a act) {
	switch a.kind {
	case actPan:
		b.look(b.cam.Pan(a.dx, a.dy))
	case actZoom:
		b.look(b.cam.ZoomAt(a.x, a.y, a.factor))
		b.renewLater()
	case actPanEnd:
		b.renew()
	case actTap:
		b.tap(a)
	case actMenu:
		b.openMenuAt(a.x, a.y)
	case actDragStart:
		if b.drag = b.take(a.press); b.drag == nil {
			b.hands.state = handsPanning
		}
	case actDragMove:
		if b.drag != nil {
			x, y := b.cam.World(a.x, a.y)
			b.drag.move(b, x, y, a.press)
		}
	case actDrop:
		if d := b.drag; d != nil {
			x, y := b.cam.World(a.x, a.y)
			d.move(b, x, y, a.press)
			b.letGo()
			d.drop(b)
		}
	case actDragCancel:
		if d := b.drag; d != nil {
			b.letGo()
			d.cancel(b)
		}
	}
	b.host.request()
}

// letGo empties the hand.
func (b *Board) letGo() {
	b.drag, b.guides, b.marquee, b.target = nil, nil, Rect{}, Rect{}
}

func (b *Board) tap(a act) {
	t := b.hit(a.x, a.y)
	if b.tool.drawing() {
		if b.tool != toolPen && b.tool != toolMarker {
			x, y := b.cam.World(a.x, a.y)
			b.placeShape(b.tool, Rect{X: x, Y: y})
		}
		return
	}
	switch c := b.plusAt(a.x, a.y); c {
	case cmdAddPhase:
		b.chosen = scene.Target{}
		b.addPhase()
		return
	case cmdAddLane:
		b.chosen = scene.Target{}
		b.openLaneMenu()
		return
	}
	if g := b.gripAt(a.x, a.y); g >= 0 && a.n == 1 {
		b.addBeside(g)
		return
	}
	if b.tool == toolLink {
		b.tapLink(t)
		return
	}
	switch t.Kind {
	case scene.OnNote, scene.OnCorner:
		switch {
		case a.press.mods&(shift|ctrl) != 0, a.press.dev == touch && b.tool == toolSelect:
			b.toggle(t.ID)
		case a.n == 2:
			b.write(t.ID)
		default:
			b.chooseWhole(t.ID)
			b.grabFocus(t.ID)
		}
		return
	case scene.OnBoundary:
		b.choose()
		b.openBoundary(t.ID)
		return
	case scene.OnPoint, scene.OnLink:
		b.choose()
		b.chosen = t
		b.host.focus()
		b.renew()
		return
	case scene.OnPhase, scene.OnLane:
		b.choose()
		b.chosen = t
		b.renew()
		if a.n == 2 {
			b.renameHead(t)
			return
		}
		b.host.focus()
		return
	}
	if a.n == 2 {
		if t.Kind == scene.OnDrawing {
			b.writeDrawing(t.ID, false)
			return
		}
		x, y := b.cam.World(a.x, a.y)
		b.newNoteAt(x, y)
		return
	}
	if t.Kind == scene.OnDrawing && a.press.mods&(shift|ctrl) != 0 {
		b.toggle(t.ID)
		return
	}
	if a.press.mods&(shift|ctrl) == 0 {
		b.choose()
		b.chosen = scene.Target{}
		if t.Kind == scene.OnDrawing {
			b.chosen = t
			b.chooseWhole(t.ID)
		}
		b.boundary = crdt.ID{}
		b.focus = crdt.ID{}
		b.host.focus()
		b.renew()
	}
}

// focused: the browser's focus came to the note with this id, or to the host.
func (b *Board) focused(id string, host bool) {
	if host {
		b.thing = scene.Target{}
		return
	}
	if t, ok := parseThing(id); ok {
		b.thing = t
		b.chooseThing(t)
		b.host.request()
		return
	}
	b.thing = scene.Target{}
	if n, err := crdt.ParseID(id); err == nil && b.scene.Note(n) != nil && b.focus != n {
		b.focus = n
		if !b.isSelected(n) {
			b.chooseWhole(n)
		}
		b.revealNote(n)
		b.host.request()
	}
}

// activated: a screen reader pressed the thing with this id.
func (b *Board) activated(id string) {
	if t, ok := parseThing(id); ok {
		b.thing = t
		b.chooseThing(t)
		b.openThing(t)
	}
}

func (b *Board) blurred(stays bool) {
	if !stays {
		b.spaceUp()
	}
}

// themed: the colours have changed.
func (b *Board) themed() {
	b.tints = false
	b.host.request()
}
