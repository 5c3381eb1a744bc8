package room

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Options says how a Host works. Only Log is required.
type Options struct {
	Log     Log
	Limits  Limits
	Policy  Policy           // nil: roles alone decide
	Metrics Metrics          // nil: none
	Logger  *slog.Logger     // nil: silent; it gets map and peer ids, never names or contents
	Now     func() time.Time // nil: time.Now
	Rand    io.Reader        // nil: crypto/rand; resume secrets come from here
}

// ErrShutdown is returned by a Host that is shutting down.
var ErrShutdown = &Error{Code: wire.CodeRestarting}

// A Host keeps the open rooms of one process. All methods are safe for concurrent use.
type Host struct {
	o     Options
	ctx   context.Context // of appends; ends when Shutdown gives up
	abort context.CancelFunc
	tasks sync.WaitGroup // every goroutine of the host

	rounds rounds

	mu       sync.Mutex // guards the following
	rooms    map[string]*open
	draining bool
}

// NewHost makes a host without rooms.
func NewHost(o Options) *Host {
	o.Limits = o.Limits.withDefaults()
	if o.Metrics == nil {
		o.Metrics = NoMetrics{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	h := &Host{o: o, rooms: make(map[string]*open)}
	h.rounds.from = o.Now()
	h.ctx, h.abort = context.WithCancel(context.Background())
	return h
}

// A Conn is how frames go out to one client.
type Conn interface {
	// WriteFrame sends one message, which is frame and rest behind one another; the host
	// calls it from one goroutine at a time. The bytes are shared with other connections:
	// never modify or keep them.
	WriteFrame(ctx context.Context, frame []byte, rest ...[]byte) error
	// Close ends the connection with this code, and makes a WriteFrame under way return.
	// It may be called while one is, from another goroutine, and more than once.
	Close(code wire.Code, reason string)
}

// JoinRequest is a connection that wants in. Whether its link is good was decided before.
type JoinRequest struct {
	Map   string
	Role  wire.Role
	Link  string // the link's id, to find its connections by; never its token
	Conn  Conn
	Hello wire.Hello
}

// Join brings a connection into its room, which is loaded if need be. The room answers
// through the connection: Welcome, or Closing and a close. Every Peer must Leave.
func (h *Host) Join(ctx context.Context, req JoinRequest) (*Peer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in := Join{Role: req.Role, Link: req.Link, Hello: req.Hello}
	if _, err := io.ReadFull(h.o.Rand, in.Secret[:]); err != nil {
		return nil, fmt.Errorf("room: resume secret: %w", err)
	}
	p := &Peer{out: &outbox{host: h, conn: req.Conn}, slots: make(chan struct{}, peerFramesMax)}
	in.Outbox = p.out
	for {
		o, err := h.open(req.Map)
		if err != nil {
			return nil, err
		}
		p.room, p.id = o, wire.PeerID(o.peers.Add(1))
		in.Peer = p.id
		if o.put(in, nil) {
			return p, nil
		}
	}
}

// Edit writes to a map on the server's behalf and returns when that is durable. write gets
// a copy of the document and runs on the room's goroutine: it must not block. When it
// returns an error nothing is written. After ctx ended nobody knows.
func (h *Host) Edit(ctx context.Context, mapID string, write func(*crdt.Document, *crdt.Edit) error) error {
	done := make(chan error, 1)
	if err := h.put(mapID, ServerEdit{Write: write, Done: func(err error) { done <- err }}); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// View reads the committed state of a map, on a copy that belongs to read.
func (h *Host) View(ctx context.Context, mapID string, read func(*crdt.Document) error) error {
	type state struct {
		snapshot []byte
		tail     [][]byte
	}
	done := make(chan state, 1)
	failed := make(chan error, 1)
	in := View{
		Done:   func(snapshot []byte, tail [][]byte) { done <- state{snapshot, tail} },
		Failed: func(err error) { failed <- err },
	}
	if err := h.put(mapID, in); err != nil {
		return err
	}
	select {
	case s := <-done:
		doc, err := Assemble(s.snapshot, s.tail)
		if err != nil {
			return fmt.Errorf("room: view %s: %w", mapID, err)
		}
		return read(doc)
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// put gives an input to a room, loading it if need be.
func (h *Host) put(mapID string, in Input) error {
	for {
		o, err := h.open(mapID)
		if err != nil {
			return err
		}
		if o.put(in, nil) {
			return nil
		}
	}
}

// CloseLink ends every connection that came by a link, now.
func (h *Host) CloseLink(link string) {
	for _, o := range h.all() {
		o.put(CloseLink{Link: link, Code: wire.CodeLinkRevoked}, nil)
	}
}

// CloseMap ends every connection to a map and lets the room go.
func (h *Host) CloseMap(mapID string, code wire.Code) {
	h.mu.Lock()
	o := h.rooms[mapID]
	h.mu.Unlock()
	if o != nil {
		o.put(Drain{Code: code}, nil)
	}
}

// Shutdown tells all peers to come back later, finishes every commit under way and waits
// until all rooms have ended. When ctx ends first, the rest is cut off; what was
// acknowledged is durable either way.
func (h *Host) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	h.mu.Unlock()
	for _, o := range h.all() {
		o.put(Drain{Code: wire.CodeRestarting}, nil)
	}
	ended := make(chan struct{})
	go func() { // ends with the last task; abort below makes sure that they do
		h.tasks.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		h.abort()
		return nil
	case <-ctx.Done():
		h.abort()
		for _, o := range h.all() {
			o.put(abandon{}, nil)
		}
		<-ended
		return ctx.Err()
	}
}

// abandon makes a room end without waiting for its log any longer. It never reaches Step.
type abandon struct{}

func (abandon) input() {}

func (h *Host) all() []*open {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*open, 0, len(h.rooms))
	for _, o := range h.rooms {
		list = append(list, o)
	}
	return list
}

// open finds a map's open room or starts one.
func (h *Host) open(mapID string) (*open, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o := h.rooms[mapID]; o != nil {
		return o, nil
	}
	if h.draining {
		return nil, ErrShutdown
	}
	if len(h.rooms) >= h.o.Limits.RoomsMax {
		return nil, &Error{Code: wire.CodeBusy, Detail: "too many open maps"}
	}
	o := &open{host: h, id: mapID, wake: make(chan struct{}, 1)}
	h.rooms[mapID] = o
	h.o.Metrics.Rooms(+1)
	h.tasks.Add(1)
	go o.run() // ends when the room was idle for IdleTimeout, could not be loaded, or is drained
	return o, nil
}

// peerFramesMax bounds the frames of one peer that its room has not taken yet; Deliver
// waits then, and so does the socket behind it.
const peerFramesMax = 32

// A Peer is one connection in a room.
type Peer struct {
	room  *open
	id    wire.PeerID
	out   *outbox
	slots chan struct{}
	left  atomic.Bool
}

// Map is the map that it is in.
func (p *Peer) Map() string { return p.room.id }

// ID names the peer within its room.
func (p *Peer) ID() wire.PeerID { return p.id }

// Deliver hands over a frame that came from the client, one at a time. It waits while the
// peer is far ahead of its room. What the frame's slices point to may be reused afterwards.
// An error means that the room has ended; the connection is being closed.
func (p *Peer) Deliver(f wire.Frame) error {
	switch c := f.(type) {
	case wire.Edits:
		f = wire.Edits{Batches: cloneAll(c.Batches)}
	case wire.Presence:
		f = wire.Presence{State: slices.Clone(c.State)}
	}
	p.slots <- struct{}{} // always given back: by the room, or by what is left of it
	if !p.room.put(Received{Peer: p.id, Frame: f}, p.slots) {
		<-p.slots
		return ErrShutdown
	}
	return nil
}

// Leave ends it. It may be called more than once.
func (p *Peer) Leave() {
	if p.left.CompareAndSwap(false, true) {
		p.out.abandon()
		p.room.put(Leave{Peer: p.id}, nil)
	}
}

// cloneAll copies batches into one piece of memory.
func cloneAll(batches [][]byte) [][]byte {
	n := 0
	for _, b := range batches {
		n += len(b)
	}
	mem := make([]byte, 0, n)
	out := make([][]byte, len(batches))
	for i, b := range batches {
		at := len(mem)
		mem = append(mem, b...)
		out[i] = mem[at:len(mem):len(mem)]
	}
	return out
}
