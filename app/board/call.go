package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt/wire"
)

// summons is a call that this person heard: by whom, where to, and where they
// were before.
type summons struct {
	from  string
	call  session.Call
	back  Camera
	moved bool
}

const (
	callLasts   = 8000  // milliseconds in which a call is shown to those who come
	calledLasts = 20000 // and in which the way back is offered
)

// bring asks everybody to look at a cell, or at what this person sees.
func (b *Board) bring(t scene.Target) {
	to := b.destination().Sight(b.width, b.height, 0)
	if t.Kind == scene.OnCell {
		to = rectOf(b.scene.Cell(t.Phase, t.Lane))
	} else {
		x, y := to.Center()
		t.Phase, t.Lane, _ = b.scene.CellAt(float32(x), float32(y))
	}
	turn := b.call.Turn + 1
	b.call = session.Call{Turn: turn, To: session.Rect{X: float32(to.X), Y: float32(to.Y), W: float32(to.W), H: float32(to.H)}, Phase: t.Phase, Lane: t.Lane}
	b.present()
	b.say("brought")
	b.host.after(callLasts, func() {
		if b.call.Turn == turn {
			b.call = session.Call{Turn: turn}
			b.present()
		}
	})
}

// Bring asks everybody to look at a cell.
func (b *Board) Bring(c journey.Cell) {
	b.bring(scene.Target{Kind: scene.OnCell, Phase: c.Phase, Lane: c.Lane})
}

// hear answers the calls of those who lead (P26).
func (b *Board) hear(peers []session.PeerState) {
	heard := make(map[wire.PeerID]uint8, len(peers))
	for i := range peers {
		p := &peers[i]
		call := p.Presence.Call
		last, known := b.calls[p.ID]
		heard[p.ID] = call.Turn
		if !known || call.Turn == last || call.To.W <= 0 || call.To.H <= 0 || p.Role != wire.RoleOwner {
			continue
		}
		if b.width < 1 {
			if b.o.OnCalled != nil && !b.stays {
				b.o.OnCalled(b.peerName(p), call.Phase, call.Lane)
			}
			continue
		}
		c := &summons{from: b.peerName(p), call: call}
		b.called = c
		if !b.stays && b.writing == nil && b.drag == nil {
			b.answer()
		}
		b.host.after(calledLasts, func() {
			if b.called == c {
				b.called = nil
				b.renew()
			}
		})
		b.renew()
	}
	b.calls = heard
}

// answer goes to where everybody was asked to look.
func (b *Board) answer() {
	c := b.called
	c.back, c.moved = b.destination(), true
	to := c.call.To
	in := bars
	in.Top, in.Left = b.stuckTop()+16, b.stuckLeft()+16
	b.follow = 0
	b.fly(Fit(Rect{float64(to.X), float64(to.Y), float64(to.W), float64(to.H)}, b.width, b.height, in))
	b.renew()
}

func (b *Board) renderCalled() app.UI {
	c := b.called
	text, act := b.t("called", c.from), b.t("back")
	do := func() { b.called = nil; b.fly(c.back); b.renew() }
	if !c.moved {
		text, act, do = b.t("calls", c.from), b.t("gothere"), b.answer
	}
	on, scope := click(do, "called", c.moved, int(c.call.Turn))
	onClose, closeScope := click(func() { b.called = nil; b.renew() }, "stayhere")
	return app.Div().Class("b-hint").Role("status").Body(app.Span().Text(text),
		app.Button().Class("b-button").Type("button").Text(act).OnClick(on, scope),
		app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, closeScope))
}

// keep remembers a switch in this browser.
func (b *Board) keep(key string, on bool) {
	b.host.remember(key, map[bool]string{true: "on", false: "off"}[on])
	b.renew()
}
