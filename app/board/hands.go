package board

import "math"

// hands turns pointers into what they mean: taps, drags, pans and zooms. It
// knows neither notes nor a browser; what a press would take hold of, it asks.
type hands struct {
	// grip says what a drag that begins at this press does.
	grip func(press) grip
	// do is told what the hands did.
	do func(act)

	space   bool // the space bar is down: every drag pans
	down    []press
	state   handState
	held    grip
	last    press // of the last tap, for double taps
	lastAt  int64
	taps    int
	startAt int64
	spread  float64 // of two fingers
	mx, my  float64 // their middle
}

type device uint8

const (
	mouse device = iota
	touch
	pen
)

type mods uint8

const (
	shift mods = 1 << iota
	ctrl       // or the command key on a Mac
	alt
)

// press is a pointer that is down, or an event of one.
type press struct {
	id     int
	dev    device
	button int // 0 main, 1 middle, 2 second
	mods   mods
	x, y   float64
	force  float64
	at     int64 // when it happened, which may be a while before it is told; 0: now
}

type grip uint8

const (
	gripPan  grip = iota
	gripDrag      // of whatever is there; the board knows
	gripNone      // a tap only
)

type handState uint8

const (
	handsFree handState = iota
	handsPressed
	handsDragging
	handsPanning
	handsPinching
	handsSpent // a long press was answered; the rest of it means nothing
)

type actKind uint8

const (
	actTap       actKind = iota // n-th tap at one place, by n
	actDragStart                // at the press; x, y are where it began
	actDragMove
	actDrop
	actDragCancel
	actPan  // by dx, dy
	actZoom // by factor about x, y
	actMenu // the second button, or a long press
	actPanEnd
)

type act struct {
	kind   actKind
	x, y   float64
	dx, dy float64
	factor float64
	n      int
	press  press
}

const (
	slopMouse    = 4.0
	slopTouch    = 9.0
	holdAfter    = 500 // milliseconds
	doubleWithin = 400
)

func (p press) slop() float64 {
	if p.dev == touch {
		return slopTouch
	}
	return slopMouse
}

func (h *hands) index(id int) int {
	for i := range h.down {
		if h.down[i].id == id {
			return i
		}
	}
	return -1
}

// press begins: p is down since now (milliseconds).
func (h *hands) press(p press, now int64) {
	if h.index(p.id) >= 0 {
		return
	}
	if p.dev == touch {
		for _, d := range h.down {
			if d.dev == pen {
				return // the palm beside a pen
			}
		}
	}
	h.down = append(h.down, p)
	switch {
	case len(h.down) == 2 && h.down[0].dev == touch && p.dev == touch:
		if h.state == handsDragging {
			h.do(act{kind: actDragCancel, press: h.down[0]})
		}
		h.pinch()
	case len(h.down) > 1: // a third finger, or a mouse beside a finger
	case p.button == 1 || p.button == 0 && h.space:
		h.state = handsPanning
	case p.button == 2:
		h.state = handsSpent
		h.do(act{kind: actMenu, x: p.x, y: p.y, press: p})
	case p.button == 0:
		h.state, h.startAt, h.held = handsPressed, now, h.grip(p)
	}
}

func (h *hands) pinch() {
	h.state = handsPinching
	a, b := h.down[0], h.down[1]
	h.spread, h.mx, h.my = math.Hypot(a.x-b.x, a.y-b.y), (a.x+b.x)/2, (a.y+b.y)/2
}

// move: the pointer p is elsewhere.
func (h *hands) move(p press, now int64) {
	i := h.index(p.id)
	if i < 0 {
		return
	}
	was := h.down[i]
	switch h.state {
	case handsPressed:
		if i != 0 || math.Hypot(p.x-was.x, p.y-was.y) < was.slop() {
			return // the press stays where it began
		}
		switch h.held {
		case gripPan:
			h.state = handsPanning
			h.do(act{kind: actPan, dx: p.x - was.x, dy: p.y - was.y, press: p})
		case gripDrag:
			h.state = handsDragging
			h.do(act{kind: actDragStart, x: was.x, y: was.y, press: was})
			h.do(act{kind: actDragMove, x: p.x, y: p.y, press: p})
		default:
			h.state = handsSpent
		}
	case handsDragging:
		if i == 0 {
			h.do(act{kind: actDragMove, x: p.x, y: p.y, press: p})
		}
	case handsPanning:
		if i == 0 {
			h.do(act{kind: actPan, dx: p.x - was.x, dy: p.y - was.y, press: p})
		}
	case handsPinching:
		h.down[i].x, h.down[i].y = p.x, p.y
		spread, mx, my := h.spread, h.mx, h.my
		h.pinch()
		h.do(act{kind: actPan, dx: h.mx - mx, dy: h.my - my, press: p})
		if spread > 1 && h.spread > 1 {
			h.do(act{kind: actZoom, x: h.mx, y: h.my, factor: h.spread / spread, press: p})
		}
		return
	}
	h.down[i].x, h.down[i].y, h.down[i].mods, h.down[i].force = p.x, p.y, p.mods, p.force
}

// release: the pointer p is up, at the place it gives.
func (h *hands) release(p press, now int64) {
	i := h.index(p.id)
	if i < 0 {
		return
	}
	first := h.down[i]
	h.down = append(h.down[:i], h.down[i+1:]...)
	if h.state == handsPinching {
		if len(h.down) == 1 {
			h.state = handsPanning // the other finger goes on
		}
		return
	}
	if i != 0 {
		return
	}
	state := h.state
	h.state = handsFree
	switch state {
	case handsPressed:
		near := math.Hypot(first.x-h.last.x, first.y-h.last.y) < 2*first.slop()
		if near && now-h.lastAt < doubleWithin && h.taps > 0 {
			h.taps++
		} else {
			h.taps = 1
		}
		h.last, h.lastAt = first, now
		h.do(act{kind: actTap, x: first.x, y: first.y, n: h.taps, press: first})
	case handsDragging:
		h.do(act{kind: actDrop, x: p.x, y: p.y, press: p})
	case handsPanning:
		h.do(act{kind: actPanEnd, press: p})
	}
	if len(h.down) > 0 {
		h.state = handsSpent
	}
}

// cancel: the browser took the pointer away, or Escape was pressed (id -1: all).
func (h *hands) cancel(id int) {
	if id >= 0 && h.index(id) < 0 {
		return
	}
	if h.state == handsDragging {
		h.do(act{kind: actDragCancel, press: h.down[0]})
	}
	h.state = handsSpent
	if id < 0 {
		if len(h.down) == 0 {
			h.state = handsFree
		}
		return
	}
	i := h.index(id)
	h.down = append(h.down[:i], h.down[i+1:]...)
	if len(h.down) == 0 {
		h.state = handsFree
	}
}

// tick answers a finger that rests: the long press.
func (h *hands) tick(now int64) {
	if h.state == handsPressed && h.down[0].dev != mouse && now-h.startAt >= holdAfter {
		h.state = handsSpent
		h.do(act{kind: actMenu, x: h.down[0].x, y: h.down[0].y, press: h.down[0]})
	}
}

// wheelZoom is the factor of a ctrl-wheel or a pinch on a touchpad.
func wheelZoom(dy float64) float64 { return math.Exp(-min(60, max(-60, dy)) / 120) }
