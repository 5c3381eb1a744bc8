package session

import (
	"bytes"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// presenceEvery is how often at most presence is sent; what comes in between
// is coalesced into the next (P24).
const presenceEvery = 50 * time.Millisecond

// presenceOut holds the newest own presence until it may be sent.
type presenceOut struct {
	newest []byte
	sent   []byte
	at     time.Time
	timer  *time.Timer
}

// again makes a new connection hear of it.
func (p *presenceOut) again() { p.sent, p.at = nil, time.Time{} }

func (s *Session) present(state []byte) {
	s.presence.newest = state
	s.sendPresence()
}

func (s *Session) sendPresence() {
	p := &s.presence
	if s.link == nil || p.newest == nil || bytes.Equal(p.newest, p.sent) {
		return
	}
	if wait := presenceEvery - time.Since(p.at); wait > 0 {
		if p.timer == nil {
			p.timer = time.AfterFunc(wait, func() {
				s.post(func() {
					p.timer = nil
					s.sendPresence()
				})
			})
		}
		return
	}
	p.sent, p.at = p.newest, time.Now()
	s.link.send(wire.Presence{State: p.newest})
}
