package sim

import (
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
	down    [][]byte  // on their way down, in order
	queued  int       // their bytes

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
	c.queued += len(b)
	c.down = append(c.down, b)
	c.downAt = later(c.downAt, c.w.now.Add(c.latency+c.w.between(0, c.latency)))
	c.w.at(c.downAt, c.arrive)
}

// arrive delivers the next frame down; while the client is stalled it waits.
func (c *conn) arrive() {
	if c.stalled.After(c.w.now) {
		c.w.at(c.stalled, c.arrive)
		return
	}
	b := c.down[0]
	c.down = c.down[1:]
	c.queued -= len(b)
	if !c.clientGone {
		c.client.receive(c, b)
	}
}

// closeFromServer: the server is done with it; the client hears of it, in its time.
func (c *conn) closeFromServer(hard bool) {
	c.serverGone, c.left = true, true
	c.w.at(later(later(c.downAt, c.stalled), c.w.now.Add(c.latency)), func() { c.client.lost(c) })
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
