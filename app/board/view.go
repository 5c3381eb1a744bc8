package board

import (
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// flight is the camera on its way.
type flight struct {
	from, to Camera
	since    int64
}

const flightTime = 260 // milliseconds

// bars is the room that bars take from the map, in pixels: phase heads above,
// lane labels to the left, tools below.
var bars = Inset{Top: 12, Right: 12, Bottom: 64, Left: 12}

// look moves the camera at once and takes note that the person did.
func (b *Board) look(c Camera) {
	b.cam, b.flight, b.touched = b.keepInSight(c), nil, true
	if b.follow != 0 {
		b.follow = 0
		b.renew()
	}
	b.present()
	b.host.request()
}

// keepInSight does not let the whole map slip out of the host.
func (b *Board) keepInSight(c Camera) Camera {
	r := rectOf(b.scene.Bounds())
	if r.Empty() || b.width < 1 {
		return c
	}
	const keep = 80
	x0, y0 := c.Screen(r.X, r.Y)
	x1, y1 := c.Screen(r.Right(), r.Bottom())
	switch {
	case x1 < keep:
		c.X += keep - x1
	case x0 > b.width-keep:
		c.X -= x0 - (b.width - keep)
	}
	switch {
	case y1 < keep:
		c.Y += keep - y1
	case y0 > b.height-keep:
		c.Y -= y0 - (b.height - keep)
	}
	return c
}

// fly moves the camera so that the eye can follow, or at once where motion is
// not wanted.
func (b *Board) fly(to Camera) {
	b.touched = true
	if b.host.calm() {
		b.cam, b.flight = to, nil
	} else {
		b.flight = &flight{b.cam, to, b.host.now()}
	}
	b.present()
	b.host.request()
}

// advance takes the flight to where it should be now.
func (b *Board) advance() {
	f := b.flight
	if f == nil {
		return
	}
	t := float64(b.host.now()-f.since) / flightTime
	b.cam = f.from.Toward(f.to, ease(min(1, t)))
	if t >= 1 {
		b.flight = nil
		b.present()
		b.renew() // the zoom that the bar shows
		return
	}
	b.host.request()
}

// destination is where the camera is going, or is.
func (b *Board) destination() Camera {
	if b.flight != nil {
		return b.flight.to
	}
	return b.cam
}

// firstLook shows the map as the server's picture does, so that the board takes
// over without a jump.
func (b *Board) firstLook() {
	c := scene.FitCamera(b.scene.Bounds(), float32(b.width), float32(b.height))
	b.cam = Camera{float64(c.X), float64(c.Y), float64(c.Z)}
}

// resized keeps the same look in another size, or the first look until the
// person has moved.
func (b *Board) resized() {
	if !b.touched {
		b.firstLook()
	}
	b.goAlong()
	b.present()
	b.host.request()
}

func (b *Board) fit() { b.fly(Fit(rectOf(b.scene.Bounds()), b.width, b.height, bars)) }

func (b *Board) reveal(r Rect) {
	in := bars
	in.Top, in.Left = b.stuckTop()+16, b.stuckLeft()+16
	if b.panelOpen() && b.width > 700 {
		in.Right += 360
	}
	c := b.destination()
	if c.Z < 0.35 { // too small to read: come nearer
		z := 0.8
		x, y := r.Center()
		c = Camera{b.width/2 - x*z, b.height/2 - y*z, z}
	}
	if to := c.Reveal(r.Grow(12), b.width, b.height, in); to != b.destination() {
		b.fly(to)
	}
}

func (b *Board) revealNote(id crdt.ID) {
	if n := b.scene.Note(id); n != nil {
		b.reveal(rectOf(n.Rect))
	}
}

// zoomBy zooms about the middle, in steps that meet 100 %.
func (b *Board) zoomBy(in bool) {
	z, next := b.destination().Z, 0.0
	steps := [...]float64{0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4}
	if in {
		next = zoomMax
		for _, s := range steps {
			if s > z*1.01 {
				next = s
				break
			}
		}
	} else {
		next = zoomMin
		for i := len(steps) - 1; i >= 0; i-- {
			if steps[i] < z*0.99 {
				next = steps[i]
				break
			}
		}
	}
	b.fly(b.destination().ZoomAt(b.width/2, b.height/2, next/z))
}

// jumpPhase goes to the next or previous phase.
func (b *Board) jumpPhase(by int) {
	if len(b.scene.Phases) == 0 {
		return
	}
	x, _ := b.destination().World(b.stuckLeft()+40, 0)
	at := 0
	for i := range b.scene.Phases {
		if float64(b.scene.Phases[i].Column.X) <= x+1 {
			at = i
		}
	}
	at = max(0, min(len(b.scene.Phases)-1, at+by))
	c := b.destination()
	c.X = b.stuckLeft() + 20 - float64(b.scene.Phases[at].Column.X)*c.Z
	b.fly(c)
}

// ---- heads that stay --------------------------------------------------------------

// headTop and headHeight are where the phases' chevrons stand in the world.
func (b *Board) headBand() (top, height float64, ok bool) {
	if len(b.scene.Phases) == 0 {
		return 0, 0, false
	}
	h := b.scene.Phases[0].Head
	return float64(h.Y), float64(h.H), true
}

// labelBand is where the lanes' labels stand.
func (b *Board) labelBand() (left, width float64, ok bool) {
	if len(b.scene.Lanes) == 0 {
		return 0, 0, false
	}
	l := b.scene.Lanes[0].Label
	return float64(l.X), float64(l.W), true
}

// topShift is how many pixels the chevrons are below their place, so that they
// stay in sight; leftShift the same for the labels.
func (b *Board) topShift() float64 {
	top, height, ok := b.headBand()
	if !ok {
		return 0
	}
	grid := rectOf(b.scene.Grid())
	y := top*b.cam.Z + b.cam.Y
	if y >= 0 {
		return 0
	}
	// They leave with the last lane.
	end := grid.Bottom()*b.cam.Z + b.cam.Y - height*b.cam.Z
	return min(-y, max(0, end-y))
}

func (b *Board) leftShift() float64 {
	left, width, ok := b.labelBand()
	if !ok || width*b.cam.Z > b.width*0.3 {
		return 0 // on a phone the labels would take all the room
	}
	grid := rectOf(b.scene.Grid())
	x := left*b.cam.Z + b.cam.X
	if x >= 0 {
		return 0
	}
	end := grid.Right()*b.cam.Z + b.cam.X - width*b.cam.Z
	return min(-x, max(0, end-x))
}

// stuckTop and stuckLeft are the pixels that heads cover at the edges.
func (b *Board) stuckTop() float64 {
	_, h, ok := b.headBand()
	if !ok {
		return 0
	}
	return h * b.cam.Z
}

func (b *Board) stuckLeft() float64 {
	_, w, ok := b.labelBand()
	if !ok || w*b.cam.Z > b.width*0.3 {
		return 0
	}
	return w * b.cam.Z
}

// point is the board point under a screen point, as far as hits go: over a head
// that stays it is the head's place.
func (b *Board) point(sx, sy float64) (x, y float64) {
	x, y = b.cam.World(sx, sy)
	if shift := b.topShift(); shift > 0 && sy < b.stuckTop() {
		_, y = b.cam.World(sx, sy-shift)
		return x, y
	}
	if shift := b.leftShift(); shift > 0 && sx < b.stuckLeft() {
		x, _ = b.cam.World(sx-shift, sy)
	}
	return x, y
}

// hit is what is under a screen point.
func (b *Board) hit(sx, sy float64) scene.Target {
	x, y := b.point(sx, sy)
	return b.scene.Hit(float32(x), float32(y), float32(b.reach/b.cam.Z))
}

// ---- what the others see --------------------------------------------------------------

// present shows this person to the others; the session sends it when it suits.
func (b *Board) present() {
	if !b.mounted {
		return
	}
	p := session.PresenceState{Selection: b.selected, Color: b.color()}
	if b.inside {
		x, y := b.cam.World(b.mouseX, b.mouseY)
		p.Cursor = &session.Point{X: float32(x), Y: float32(y)}
	}
	if w := b.writing; w != nil {
		p.Writing, p.Field = w.id, w.field
	}
	for _, id := range b.selected {
		if at, ok := b.held[id]; ok {
			p.Dragging = append(p.Dragging, session.Dragged{ID: id, X: at.X, Y: at.Y})
		}
	}
	sight := b.destination().Sight(b.width, b.height, 0)
	if b.width < 1 {
		sight = b.attended()
		if b.scene.Note(b.at.note) != nil {
			p.Selection = []crdt.ID{b.at.note}
		}
	}
	if !b.private {
		p.Viewport = session.Rect{X: float32(sight.X), Y: float32(sight.Y), W: float32(sight.W), H: float32(sight.H)}
	}
	if n := len(b.bursts); n > 0 && b.bursts[n-1].mine {
		p.Reaction, p.ReactionTurn = b.bursts[n-1].face, b.bursts[n-1].turn
	}
	p.Call, p.Carried = b.call, b.judged
	b.session.Present(p)
}

// Carry shows the others a note that this person has in hand in the matrix; the
// zero value is none. The board speaks for every view, as a person is at one place.
func (b *Board) Carry(d session.Dragged) {
	if b.judged != d {
		b.judged = d
		b.present()
	}
}
