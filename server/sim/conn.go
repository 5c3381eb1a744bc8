package sim

import (
	"bytes"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// conn is one connection: two directions that keep their order and lose only their ends.
// It is also the room's outbox for it.
type conn struct {
	w      *world
	client *client
	peer   wire.PeerID
	epoch  int // of the server it goes to

	latency time.Duration
	stalled time.Time // the client reads nothing until then
	queued  int       // bytes on their way down

	upAt, downAt time.Time // when the last frame in each direction arrives
	clientGone   bool      // the client has given up on it
	serverGone   bool      // the server has
	left         bool      // the room knows
}

var _ room.Outbox = (*conn)(nil)

// Queued is how much the client has not read.
func (c *conn) Queued() int { return c.queued }

// toServer sends a frame up.
func (c *conn) toServer(f wire.Frame) {
	b := wire.Append(nil, f)
	c.upAt = later(c.upAt, c.w.now.Add(c.latency+c.w.between(0, c.latency)))
	c.w.at(c.upAt, func() {
		s := c.w.server
		if c.serverGone || s.epoch != c.epoch || !s.up {
			return
		}
		frame, err := wire.Decode(b)
		if err != nil {
			// What server does with a frame that does not read: closes that connection.
			c.dropServer()
			c.cut()
			return
		}
		if hello, ok := frame.(wire.Hello); ok && c.peer == 0 {
			s.accept(c, hello)
			return
		}
		if c.peer != 0 && s.conns[c.peer] == c {
			s.step(room.Received{Peer: c.peer, Frame: frame})
		}
	})
}

// toClient sends a frame down.
func (c *conn) toClient(b []byte) {
	b = bytes.Clone(b)
	c.queued += len(b)
	at := later(c.downAt, c.w.now.Add(c.latency+c.w.between(0, c.latency)))
	c.downAt = later(at, c.stalled)
	c.w.at(c.downAt, func() { c.arrive(b) })
}

func (c *conn) arrive(b []byte) {
	if c.stalled.After(c.w.now) { // stalled after this was sent
		c.downAt = later(c.downAt, c.stalled)
		c.w.at(c.downAt, func() { c.arrive(b) })
		return
	}
	c.queued -= len(b)
	if !c.clientGone {
		c.client.receive(c, b)
	}
}

// closeFromServer: the server is done with it; the client hears of it, in its time.
func (c *conn) closeFromServer(hard bool) {
	c.serverGone, c.left = true, true
	c.w.at(later(c.downAt, c.w.now.Add(c.latency)), func() { c.client.lost(c) })
}

// cut breaks it at once for both; the server's room hears of it unless it is gone.
func (c *conn) cut() {
	c.w.after(c.w.between(0, 50*time.Millisecond), func() { c.client.lost(c) })
	c.dropServer()
}

// halfOpen breaks it so that the server only finds out by its ping.
func (c *conn) halfOpen() {
	c.clientGone = true
	c.w.after(c.w.between(5*time.Second, 15*time.Second), c.dropServer)
}

func (c *conn) dropServer() {
	c.serverGone = true
	s := c.w.server
	if c.peer == 0 || c.left || s.epoch != c.epoch || s.conns[c.peer] != c {
		return
	}
	c.left = true
	delete(s.conns, c.peer)
	s.step(room.Leave{Peer: c.peer})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
