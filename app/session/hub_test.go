package session

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// hub is the least server that keeps the protocol, for any kind of
// connection. Rooms have more to them; server/room is tested on its own, and
// web/e2e puts both together.
type hub struct {
	mu    sync.Mutex // guards the following
	doc   *crdt.Document
	next  crdt.ReplicaID
	epoch byte
	peers map[wire.PeerID]*hubPeer
	last  wire.PeerID
	role  wire.Role
	limit wire.Limits
	hello []wire.Hello

	refuse func(update []byte) (wire.Code, time.Duration)
	turn   func(wire.Hello) *wire.Closing // turns a Hello away
	mute   bool                           // answers nothing
	frames int                            // edits frames taken
	seen   [][]byte                       // presence states taken
}

type hubPeer struct {
	wire.Peer
	conn  hubConn
	stop  func()
	codec wire.Codec
}

// hubConn is the server's end of a connection.
type hubConn interface {
	Read(context.Context) ([]byte, error)
	Write(context.Context, []byte) error
	Close(wire.Code)
}

func newHub() *hub {
	return &hub{
		doc: crdt.New(), peers: map[wire.PeerID]*hubPeer{}, role: wire.RoleEdit,
		limit:  wire.Limits{Heartbeat: 15 * time.Second},
		refuse: func([]byte) (wire.Code, time.Duration) { return wire.CodeNone, 0 },
		turn:   func(wire.Hello) *wire.Closing { return nil },
	}
}

func (h *hub) secret(r crdt.ReplicaID) (s [16]byte) {
	s[0], s[1] = byte(r), h.epoch
	return s
}

// serve speaks with one client until its connection ends.
func (h *hub) serve(ctx context.Context, c hubConn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b, err := c.Read(ctx)
	if err != nil {
		return
	}
	f, err := wire.Decode(b)
	hello, ok := f.(wire.Hello)
	if err != nil || !ok {
		c.Close(wire.CodeUnexpectedFrame)
		return
	}
	p := h.join(ctx, cancel, c, hello)
	if p == nil {
		return
	}
	defer h.leave(p)
	for {
		b, err := c.Read(ctx)
		if err != nil {
			return
		}
		f, err := p.codec.Decode(b)
		if err != nil {
			c.Close(wire.CodeBadFrame)
			return
		}
		h.take(ctx, p, f)
	}
}

func (h *hub) join(ctx context.Context, stop func(), c hubConn, hello wire.Hello) *hubPeer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hello = append(h.hello, hello)
	closing := h.turn(hello)
	version, ok := wire.Negotiate(hello.Versions)
	r := hello.Resume.Replica
	switch {
	case closing != nil:
	case !ok:
		closing = &wire.Closing{Code: wire.CodeVersion}
	case r != 0 && hello.Resume.Secret != h.secret(r):
		closing = &wire.Closing{Code: wire.CodeReplicaStale}
	}
	if closing != nil {
		c.Write(ctx, wire.Append(nil, *closing))
		c.Close(closing.Code)
		return nil
	}
	var resume wire.Resume
	if r == 0 && h.role != wire.RoleView { // who only reads gets no number, as in a room
		h.next++
		r = h.next
	}
	if r != 0 {
		resume = wire.Resume{Replica: r, Secret: h.secret(r)}
	}
	codec, _ := wire.For(version)
	h.last++
	p := &hubPeer{Peer: wire.Peer{ID: h.last, Replica: r, Role: h.role, Name: hello.Name, Department: hello.Department}, conn: c, stop: stop, codec: codec}
	w := wire.Welcome{
		Version: version, Peer: p.ID, Role: h.role, Resume: resume,
		Acknowledged: h.doc.Version()[r], Limits: h.limit, MapID: "map",
	}
	if len(hello.Have) == 0 {
		w.Snapshot = h.doc.Snapshot()
	} else {
		w.Delta = h.doc.Delta(hello.Have)
	}
	for _, o := range h.peers {
		if r != 0 && o.Replica == r {
			o.stop()
			continue
		}
		w.Peers = append(w.Peers, o.Peer)
	}
	if !h.mute {
		c.Write(ctx, codec.Append(nil, w))
	}
	h.tell(ctx, wire.Merged{Joined: []wire.Peer{p.Peer}})
	h.peers[p.ID] = p
	return p
}

func (h *hub) leave(p *hubPeer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.peers, p.ID)
	h.tell(context.Background(), wire.Merged{Left: []wire.PeerID{p.ID}})
}

func (h *hub) tell(ctx context.Context, f wire.Frame) {
	if h.mute {
		return
	}
	for _, p := range h.peers {
		p.conn.Write(ctx, p.codec.Append(nil, f))
	}
}

func (h *hub) take(ctx context.Context, p *hubPeer, f wire.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	say := func(f wire.Frame) {
		if !h.mute {
			p.conn.Write(ctx, p.codec.Append(nil, f))
		}
	}
	switch f := f.(type) {
	case wire.Edits:
		h.frames++
		for _, b := range f.Batches {
			head, _ := crdt.Peek(b)
			code, after := h.refuse(b)
			if err := h.doc.Check(b, p.Replica, crdt.Limits{}); err != nil {
				code = wire.FromEdit(err)
			}
			if code != wire.CodeNone {
				say(wire.Refused{Code: code, Counter: head.First, RetryAfter: after})
				return
			}
			if h.doc.Version()[p.Replica] >= head.Last {
				say(wire.Acknowledged{Counter: head.Last})
				continue
			}
			if _, err := h.doc.Merge(b); err != nil {
				panic(err)
			}
			h.tell(ctx, wire.Merged{Batches: [][]byte{b}})
		}
	case wire.Presence:
		h.seen = append(h.seen, f.State)
		h.tell(ctx, wire.Merged{Presence: []wire.PeerPresence{{Peer: p.ID, State: f.State}}})
	case wire.Rename:
		p.Name, p.Department = f.Name, f.Department
		h.tell(ctx, wire.Merged{Joined: []wire.Peer{p.Peer}})
	case wire.Ping:
		say(wire.Pong(f))
	}
}

// edit changes the map on the server's side, as replica 1000.
func (h *hub) edit(write func(*crdt.Edit)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.doc.Edit(1000)
	write(e)
	if c := e.Commit(); c.Update != nil {
		h.tell(context.Background(), wire.Merged{Batches: [][]byte{c.Update}})
	}
}

// drop cuts everybody's connection.
func (h *hub) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.peers {
		p.stop()
		p.conn.Close(wire.CodeNone)
	}
}

func (h *hub) text(id crdt.ID) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doc.Text(id, textField)
}

func (h *hub) notes() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for range h.doc.All(kindNote) {
		n++
	}
	return n
}

func (h *hub) snapshot() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doc.Snapshot()
}

const (
	kindNote  crdt.Kind  = 3
	textField crdt.Field = 10
	colorReg  crdt.Field = 2
)

// pipe is a connection in memory, for tests in which time is not real.
type pipe struct {
	in, out chan []byte
	ended   chan struct{}
	once    *sync.Once
}

func newPipe() (client, server pipe) {
	a, b, ended, once := make(chan []byte, 1024), make(chan []byte, 1024), make(chan struct{}), &sync.Once{}
	return pipe{a, b, ended, once}, pipe{b, a, ended, once}
}

func (p pipe) Read(ctx context.Context) ([]byte, error) {
	select {
	case b := <-p.in:
		return b, nil
	default:
	}
	select {
	case b := <-p.in:
		return b, nil
	case <-p.ended:
		return nil, io.EOF
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p pipe) Write(ctx context.Context, b []byte) error {
	select {
	case p.out <- b:
		return nil
	case <-p.ended:
		return io.ErrClosedPipe
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p pipe) shut() { p.once.Do(func() { close(p.ended) }) }

type clientEnd struct{ pipe }

func (c clientEnd) Close() { c.shut() }

type serverEnd struct{ pipe }

func (s serverEnd) Close(wire.Code) { s.shut() }

var errNoNetwork = errors.New("no network")

// network dials a hub in memory.
type network struct {
	h    *hub
	ctx  context.Context
	mu   sync.Mutex // guards the following
	down bool
	void bool // connections open, and nothing passes
	n    int  // dials
	at   []time.Time
}

func (n *network) dial(ctx context.Context, _ string) (conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	n.at = append(n.at, time.Now())
	if n.down {
		return nil, errNoNetwork
	}
	c, s := newPipe()
	if !n.void {
		go n.h.serve(n.ctx, serverEnd{s})
	}
	return clientEnd{c}, nil
}

func (n *network) set(down bool) {
	n.mu.Lock()
	n.down = down
	n.mu.Unlock()
	if down {
		n.h.drop()
	}
}

func (n *network) dials() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.n
}
