package room

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
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

// open is one open room: an inbox, and the goroutine that owns the Room.
type open struct {
	host  *Host
	id    string
	peers atomic.Uint32 // the last peer id given out
	wake  chan struct{} // 1 when the inbox is not empty

	mu        sync.Mutex // guards the following
	inbox     []letter
	called    bool // wake was told of what is in the inbox
	gathering bool // frames of peers need no call: the loop comes by itself in some milliseconds
	closed    bool

	// The following belong to the goroutine.
	room      *Room
	spare     []letter
	joined    map[wire.PeerID]bool
	appends   sync.WaitGroup
	round     int64 // the last round that its flushes were counted in
	abandoned bool
	draining  bool
}

// letter is an input, and the slot of its sender that it takes up.
type letter struct {
	in   Input
	slot chan struct{}
}

// put reports false when the room has ended; another one may be opened then.
func (o *open) put(in Input, slot chan struct{}) bool {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return false
	}
	o.inbox = append(o.inbox, letter{in, slot})
	call := !o.called && (!o.gathering || slot == nil)
	o.called = o.called || call
	o.mu.Unlock()
	if call {
		select {
		case o.wake <- struct{}{}:
		default:
		}
	}
	return true
}

// take empties the inbox. The slice is valid until the next take.
func (o *open) take() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.inbox
	o.inbox, o.spare = clearKeep(o.spare), taken
	o.called, o.gathering = false, false
	if cap(o.inbox) > 1024 {
		o.inbox = nil
	}
	return taken
}

// run is the room's goroutine.
func (o *open) run() {
	defer o.host.tasks.Done()
	defer o.host.o.Metrics.Rooms(-1)
	var err error
	if o.room, err = o.load(); err != nil {
		o.host.o.Logger.Error("a map cannot be opened", "map", o.id, "error", err)
		code := wire.CodeInternal
		if errors.Is(err, ErrDamaged) || errors.Is(err, ErrTooNew) {
			code = wire.CodeMapDamaged
		}
		o.end(failure(code, err))
		return
	}
	o.joined = make(map[wire.PeerID]bool)
	if err := o.loop(); err != nil {
		// The room's state cannot be trusted; the log's can. An append under way must end
		// first: the next room would give its number to another entry.
		o.host.o.Logger.Error("a room ended", "map", o.id, "error", err)
		o.appends.Wait()
		o.end(failure(wire.CodeInternal, err))
	}
}

// failure is why a room ended: a code for clients, the cause for callers and the log.
func failure(code wire.Code, cause error) error {
	return fmt.Errorf("%w: %w", &Error{Code: code}, cause)
}

// load makes a room of the log. A failing store is asked again a few times: whoever is
// waiting would only come back and ask the same.
func (o *open) load() (*Room, error) {
	began := time.Now()
	s, err := read(o.host.ctx, o.host.o.Log, o.id)
	o.host.o.Metrics.Loaded(time.Since(began), err)
	if err != nil {
		return nil, err
	}
	return New(o.id, s, o.host.o.Limits, o.host.o.Policy), nil
}

// read is what a log holds of a map.
func read(ctx context.Context, log Log, mapID string) (*Stored, error) {
	s := NewStored()
	err := log.Load(ctx, mapID,
		func(upto uint64, data []byte) error { return s.Checkpoint(upto, slices.Clone(data)) },
		func(pos uint64, data []byte) error { return s.Entry(pos, slices.Clone(data)) })
	if err != nil {
		return nil, fmt.Errorf("room: load %s: %w", mapID, err)
	}
	return s, nil
}

// loop feeds the room until it ends. An error means that it panicked.
func (o *open) loop() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("room: %s: panic: %v\n%s", o.id, v, debug.Stack())
		}
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	quietSince := o.host.o.Now()
	for {
		letters := o.take()
		for _, l := range letters {
			if l.slot != nil {
				<-l.slot
			}
			if _, ok := l.in.(abandon); ok {
				o.abandoned = true
				continue
			}
			if _, ok := l.in.(Drain); ok {
				o.draining = true
			}
			o.do(l.in, o.room.Step(o.host.o.Now(), l.in))
		}
		now := o.host.o.Now()
		at := o.room.wake()
		if !at.IsZero() && !now.Before(at) {
			o.do(nil, o.room.Step(now, Tick{}))
			now = o.host.o.Now()
			at = o.room.wake()
		}
		if o.abandoned {
			o.end(ErrShutdown)
			return nil
		}
		if !o.room.Quiet() {
			quietSince = now
		} else {
			idleAt := quietSince.Add(o.host.o.Limits.IdleTimeout)
			if o.draining || !now.Before(idleAt) {
				if o.room.worthCheckpoint() {
					o.do(nil, o.room.Checkpoint(now))
				}
				if o.room.Quiet() && o.endIfEmpty() {
					return nil
				}
			} else if at.IsZero() || idleAt.Before(at) {
				at = idleAt
			}
		}
		if until := o.room.gathering(); now.Before(until) && o.gather() && (at.IsZero() || until.Before(at)) {
			at = until
		}
		wait := time.Hour
		if !at.IsZero() {
			wait = min(max(at.Sub(now), 0), time.Hour)
		}
		timer.Reset(wait)
		select {
		case <-o.wake:
		case <-timer.C:
		}
	}
}

// gather lets what peers send come together without a call each. False: some is there already,
// and has called.
func (o *open) gather() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gathering = len(o.inbox) == 0
	return o.gathering
}

// endIfEmpty ends the room unless something came in: an input is either answered by this
// room or finds it closed and opens the next, never lost in between.
func (o *open) endIfEmpty() bool {
	o.host.mu.Lock()
	defer o.host.mu.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.inbox) > 0 {
		return false
	}
	o.closed = true
	delete(o.host.rooms, o.id)
	return true
}

// end closes the room to new inputs and answers those that wait with err.
func (o *open) end(err error) {
	o.host.mu.Lock()
	o.mu.Lock()
	o.closed = true
	delete(o.host.rooms, o.id)
	o.mu.Unlock()
	o.host.mu.Unlock()
	code := wire.CodeInternal
	var e *Error
	if errors.As(err, &e) {
		code = e.Code
	}
	if o.room != nil {
		for _, p := range o.room.order {
			p.outbox.(*outbox).close(code, false)
		}
		if f := o.room.flight; f != nil {
			for _, done := range f.done {
				done(err)
			}
		}
		for _, q := range o.room.queue {
			if q.edit != nil {
				q.edit.Done(err)
			}
		}
		o.host.o.Metrics.Peers(-len(o.joined))
	}
	for _, l := range o.take() {
		if l.slot != nil {
			<-l.slot
		}
		switch in := l.in.(type) {
		case Join:
			out := in.Outbox.(*outbox)
			out.push(outFrame{data: wire.Append(nil, wire.Closing{Code: code})})
			out.close(code, false)
		case ServerEdit:
			in.Done(err)
		case View:
			in.Failed(err)
		}
	}
}

// do carries out what a step wants.
func (o *open) do(in Input, out *Output) {
	switch in := in.(type) {
	case Join:
		o.joined[in.Peer] = true
		o.host.o.Metrics.Peers(+1)
	case Leave:
		o.forget(in.Peer)
	}
	if a := out.Append; a != nil {
		o.append(a)
	}
	if c := out.Compact; c != nil {
		o.compact(c)
	}
	if len(out.Send) > 0 {
		o.send(out.Send, out.Flush)
	}
	for _, c := range out.Close {
		c.Outbox.(*outbox).close(c.Code, c.Hard)
		o.forget(c.Peer)
	}
	for _, reply := range out.Reply {
		reply()
	}
	for _, e := range out.Events {
		o.host.o.Metrics.Happened(e)
		o.log(e)
	}
}

func (o *open) forget(id wire.PeerID) {
	if o.joined[id] {
		delete(o.joined, id)
		o.host.o.Metrics.Peers(-1)
	}
}

func (o *open) log(e Event) {
	l := o.host.o.Logger
	switch e.Kind {
	case EventWelcomed, EventLeft:
		l.Debug(e.Kind.String(), "map", o.id, "peer", e.Peer)
	case EventRefused, EventClosed:
		l.Info(e.Kind.String(), "map", o.id, "peer", e.Peer, "code", e.Code)
	case EventStoreFailed:
		l.Error(e.Kind.String(), "map", o.id, "error", e.Err)
	case EventStoreBack:
		l.Warn(e.Kind.String(), "map", o.id)
	case EventCheckpoint:
		if e.Err != nil {
			l.Error("a checkpoint was not stored", "map", o.id, "error", e.Err)
		}
	}
}

func (o *open) append(a *AppendRequest) {
	number, data := a.Number, a.Data
	o.appends.Add(1)
	o.host.tasks.Add(1)
	go func() { // ends when the log answers, at the latest after AppendTimeout
		defer o.host.tasks.Done()
		defer o.appends.Done()
		ctx, cancel := context.WithTimeout(o.host.ctx, o.host.o.Limits.AppendTimeout)
		defer cancel()
		began := time.Now()
		pos, err := o.host.o.Log.Append(ctx, o.id, data)
		o.host.o.Metrics.Appended(time.Since(began), len(data), err)
		if err != nil {
			o.put(AppendFailed{Number: number, Err: err}, nil)
			return
		}
		o.put(Appended{Number: number, Pos: pos}, nil)
	}()
}

func (o *open) compact(c *CompactRequest) {
	upto, data := c.Upto, c.Data
	o.appends.Add(1)
	o.host.tasks.Add(1)
	go func() { // ends when the log answers
		defer o.host.tasks.Done()
		defer o.appends.Done()
		err := o.host.o.Log.Compact(o.host.ctx, o.id, upto, data)
		o.put(Compacted{Upto: upto, Err: err}, nil)
	}()
}

// send fills outboxes. The frames of a flush share a clock that tells how long they took.
func (o *open) send(list []Send, flush uint64) {
	n := 0
	for _, s := range list {
		if s.Flush {
			n++
		}
	}
	var clock *flushClock
	if n > 0 {
		clock = &flushClock{open: o, flush: flush, began: time.Now()}
		// A few that are slow must not slow the others down.
		clock.left.Store(int32(n - n/8))
	}
	for _, s := range list {
		c := clock
		if !s.Flush {
			c = nil
		}
		s.Outbox.(*outbox).push(outFrame{s.Frame, s.Rest, c})
	}
}

// flushClock measures one flush: from the first outbox filled until most are written.
type flushClock struct {
	open  *open
	flush uint64
	began time.Time
	left  atomic.Int32
}

func (c *flushClock) written() {
	if c != nil && c.left.Add(-1) == 0 {
		took := time.Since(c.began)
		c.open.host.o.Metrics.Flushed(took)
		round, beat := c.open.host.rounds.add(c.open, took)
		c.open.put(Flushed{Flush: c.flush, Took: took, Round: round, Beat: beat}, nil)
	}
}

// rounds adds up what one flush of each active room costs. An active room is one that
// flushed in the last roundTime.
type rounds struct {
	from time.Time

	mu        sync.Mutex // guards the following, and every open's round
	number    int64
	sum, last round
}

type round struct {
	took  time.Duration
	rooms int
}

const roundTime = 64 * time.Millisecond

// add counts a flush of o. It returns what the round costs, and where beats are counted from
// when o is not the only active room.
func (r *rounds) add(o *open, took time.Duration) (time.Duration, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch number := int64(o.host.o.Now().Sub(r.from)/roundTime) + 1; number - r.number {
	case 0:
	case 1:
		r.number, r.last, r.sum = number, r.sum, round{}
	default:
		r.number, r.last, r.sum = number, round{}, round{}
	}
	if o.round != r.number {
		o.round = r.number
		r.sum.took += took
		r.sum.rooms++
	}
	var beat time.Time
	if max(r.sum.rooms, r.last.rooms) > 1 {
		beat = r.from
	}
	return max(r.sum.took, r.last.took), beat
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
