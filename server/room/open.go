package room

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

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
