package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

const (
	// welcomeWait is how long a server may take to answer Hello.
	welcomeWait = 20 * time.Second
	// owedMost is how long a sent edit may stay unacknowledged while nothing
	// is said about it (P23).
	owedMost = 10 * time.Second
	// watchEvery is how often a connection is looked at.
	watchEvery = 5 * time.Second
	// silentMost is how long a server may be silent after a Ping.
	silentMost = 30 * time.Second
	// livedLeast is how long a connection must have stood for the next wait
	// to be short again.
	livedLeast = 5 * time.Second
	// linkBytesMax is how much may wait to be written; more stays pending.
	linkBytesMax = 128 << 10
)

// conn is what a session needs of a WebSocket.
type conn interface {
	Read(ctx context.Context) ([]byte, error)
	Write(ctx context.Context, b []byte) error
	Close()
}

// refusal is an error that carries the server's reason.
type refusal struct {
	code       wire.Code
	retryAfter time.Duration
}

func (r *refusal) Error() string { return "session: refused: " + r.code.String() }

// run dials until the session ends or the server does not want us.
func (s *Session) run() {
	first := s.dialAhead()
	s.openOutbox()
	s.showAhead(first)
	wait := backoff{chance: s.o.chance}
	for s.ctx.Err() == nil {
		lived, err := s.connection(first.take)
		first = &dialling{session: s}
		if s.ctx.Err() != nil {
			break
		}
		if lived {
			wait.reset()
		}
		var no refusal
		if r := (*refusal)(nil); errors.As(err, &r) {
			no = *r
		} else {
			no.code = wire.CodeOffline
			if errors.Is(err, errSilent) {
				no.code = wire.CodeSilent
			}
		}
		pause := wait.next(no.retryAfter)
		if again(no.code, err) && wait.tries <= 2 {
			pause = 0 // nothing is wrong with the server
		}
		stop := !no.code.Retry()
		s.post(func() { s.parted(no.code, stop, pause) })
		if stop {
			<-s.ctx.Done()
			break
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.ctx.Done():
		}
		timer.Stop()
	}
	first.drop()
}

// again reports whether what went wrong is settled by saying Hello anew.
func again(code wire.Code, err error) bool {
	return errors.Is(err, replica.ErrReload) || code == wire.CodeReplicaStale || code == wire.CodeReload
}

// parted notes the end of a connection, or of an attempt.
func (s *Session) parted(code wire.Code, stop bool, pause time.Duration) {
	if s.status.State == Closed {
		return
	}
	s.link = nil
	s.me = 0
	if len(s.peers) > 0 {
		clear(s.peers)
		s.crowd = true
	}
	s.status.Reason = code
	s.status.RetryAt = time.Time{}
	switch {
	case stop:
		s.status.State = Refused
		s.forget(code)
	default:
		s.status.State = Offline
		s.status.RetryAt = time.Now().Add(pause)
	}
	s.replica.Resend()
}

// connection makes one connection and stays until it ends; lived tells that
// it stood for a while, so that a server which welcomes and closes at once is
// not dialled ever faster.
func (s *Session) connection(dial func(context.Context) (conn, error)) (lived bool, err error) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	c, err := dial(ctx)
	if err != nil {
		return false, err
	}
	defer c.Close()

	var hello []byte
	if !s.ask(func() {
		s.takeSnapshot()
		hello = wire.Append(nil, s.replica.Hello(s.o.Name, s.o.Department))
	}) {
		return false, s.ctx.Err()
	}
	if err := c.Write(ctx, hello); err != nil {
		return false, err
	}
	f, err := s.first(ctx, c)
	if err != nil {
		return false, err
	}
	codec, ok := wire.For(f.Version)
	if !ok {
		return false, &refusal{code: wire.CodeVersion}
	}
	l := &link{conn: c, codec: codec, more: make(chan struct{}, 1), cancel: cancel, drained: func() { s.post(func() {}) }}
	l.heard.Store(time.Now().UnixNano())
	var failed error
	if !s.ask(func() { failed = s.welcomed(l, f) }) {
		return false, s.ctx.Err()
	}
	if failed != nil {
		return false, failed
	}

	var work sync.WaitGroup
	work.Add(2)
	// Both end when ctx does, which is when this function returns.
	go func() { defer work.Done(); l.write(ctx) }()
	go func() { defer work.Done(); s.watch(ctx, l, f.Limits.Heartbeat) }()
	welcomed := time.Now()
	err = s.read(ctx, l)
	lived = time.Since(welcomed) > livedLeast
	cancel()
	work.Wait()
	if silent := l.silent.Load(); silent {
		err = errSilent
	}
	return lived, err
}

func (s *Session) dialled(ctx context.Context) (conn, error) {
	ctx, cancel := context.WithTimeout(ctx, welcomeWait)
	defer cancel()
	return s.o.dial(ctx, s.o.URL)
}

// first waits for the answer to Hello.
func (s *Session) first(ctx context.Context, c conn) (wire.Welcome, error) {
	ctx, cancel := context.WithTimeout(ctx, welcomeWait)
	defer cancel()
	b, err := c.Read(ctx)
	if err != nil {
		return wire.Welcome{}, err
	}
	f, err := wire.Decode(b)
	if err != nil {
		return wire.Welcome{}, err
	}
	switch f := f.(type) {
	case wire.Welcome:
		return f, nil
	case wire.Closing:
		s.ask(func() { s.replica.Apply(f) })
		return wire.Welcome{}, &refusal{f.Code, f.RetryAfter}
	}
	return wire.Welcome{}, &refusal{code: wire.CodeUnexpectedFrame}
}

// welcomed takes over a connection on the UI goroutine.
func (s *Session) welcomed(l *link, w wire.Welcome) error {
	if s.status.State == Closed {
		return context.Canceled
	}
	c, err := s.replica.Welcome(w)
	s.change.Add(c)
	if e := (*crdt.Error)(nil); errors.As(err, &e) && e.Code == crdt.ErrTooNew {
		return &refusal{code: wire.CodeVersion} // dialling again would fail again: the page must be reloaded
	}
	if err != nil {
		return err
	}
	s.link, s.me, s.limits = l, w.Peer, w.Limits
	s.status.State, s.status.Role, s.status.Reason = Live, w.Role, wire.CodeNone
	s.status.MapID, s.status.SeenAt, s.status.RetryAt = w.MapID, time.Now(), time.Time{}
	clear(s.peers)
	for _, p := range w.Peers {
		s.peers[p.ID] = &PeerState{Peer: p}
	}
	s.crowd = true
	s.replica.SetBatchBytesMax(int(w.Limits.BatchBytes))
	s.presence.again()
	s.sendPresence()
	s.couriers()
	return nil
}

// read hands frames over until the connection ends.
func (s *Session) read(ctx context.Context, l *link) error {
	for {
		b, err := l.conn.Read(ctx)
		if err != nil {
			return err
		}
		now := time.Now()
		l.heard.Store(now.UnixNano())
		f, err := l.codec.Decode(b)
		if err != nil {
			return err
		}
		if f, ok := f.(wire.Closing); ok {
			s.ask(func() { s.replica.Apply(f) })
			return &refusal{f.Code, f.RetryAfter}
		}
		if _, ok := f.(wire.Pong); ok {
			continue
		}
		s.events.post(func() { s.deliver(l, f, now) }, len(b))
		s.events.await(ctx)
	}
}

// deliver takes in a frame on the UI goroutine.
func (s *Session) deliver(l *link, f wire.Frame, at time.Time) {
	if s.link != l {
		return // what was said on a connection that is over will be said again
	}
	s.status.SeenAt = at
	before := s.replica.PendingCount()
	c, err := s.replica.Apply(f)
	s.change.Add(c)
	if err != nil {
		l.cancel() // the document misses something: be welcomed anew
		return
	}
	switch f := f.(type) {
	case wire.Merged:
		s.meet(f)
	case wire.Refused:
		l.owed.Store(0)
		switch {
		case f.Code == wire.CodeEditHole || f.Code == wire.CodeEditUnknown:
			// Mostly said of what was on its way behind a refused batch.
		case f.Code.Retry():
			s.status.Reason = f.Code
			l.hold(f.RetryAfter)
		}
	case wire.Notice:
		s.status.Reason = f.Code
	}
	if s.replica.PendingCount() < before {
		l.settle(s.replica.SentCount() > 0)
	}
}

// meet notes who came, moved and left.
func (s *Session) meet(f wire.Merged) {
	for _, p := range f.Joined {
		if p.ID == s.me {
			continue
		}
		if known := s.peers[p.ID]; known != nil {
			known.Peer = p // renamed
		} else {
			s.peers[p.ID] = &PeerState{Peer: p}
		}
		s.crowd = true
	}
	for _, p := range f.Presence {
		known := s.peers[p.Peer]
		if known == nil {
			continue // own, or gone
		}
		if len(p.State) == 0 {
			known.Presence = PresenceState{Away: true}
		} else if state, ok := DecodePresence(p.State); ok {
			known.Presence = state
		}
		s.crowd = true
	}
	for _, id := range f.Left {
		if s.peers[id] != nil {
			delete(s.peers, id)
			s.crowd = true
		}
	}
}

// flush sends what is unsent, as far as the connection takes it.
func (s *Session) flush() {
	l := s.link
	for l.takes() {
		f, ok := s.replica.NextEdits(int(s.limits.FrameBytes))
		if !ok {
			return
		}
		l.owe()
		l.send(f)
	}
}

// watch looks for a connection that has died without a word: a half-open
// socket takes bytes for minutes before the system notices.
func (s *Session) watch(ctx context.Context, l *link, heartbeat time.Duration) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var pinged int64
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now, heard, owed := time.Now().UnixNano(), l.heard.Load(), l.owed.Load()
		// What waits for the UI goroutine may well be the acknowledgement.
		dead := owed != 0 && now-owed > int64(owedMost) && s.events.idle()
		if heartbeat > 0 {
			switch {
			case heard >= pinged:
				pinged = 0
				if now-heard >= int64(heartbeat) {
					pinged = now
					l.send(wire.Ping{Token: uint64(now)})
				}
			case pinged != 0 && now-pinged > int64(silentMost):
				dead = true
			}
		}
		if dead {
			l.silent.Store(true)
			l.cancel()
			return
		}
	}
}

// link is a connection that was welcomed. A nil link takes nothing.
type link struct {
	conn    conn
	codec   wire.Codec
	cancel  context.CancelFunc
	drained func() // called when there is room again

	heard  atomic.Int64 // when, in Unix nanoseconds
	owed   atomic.Int64 // since when something sent is unacknowledged; 0: nothing is
	silent atomic.Bool

	mu       sync.Mutex // guards the following
	frames   [][]byte
	presence []byte // the newest only
	bytes    int
	full     bool // somebody was turned away
	heldTill time.Time
	more     chan struct{}
}

// takes reports whether edits may be sent now; if not, drained is called
// later.
func (l *link) takes() bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.heldTill) {
		return false
	}
	l.full = l.bytes >= linkBytesMax
	return !l.full
}

// hold keeps edits back for as long as the server asked.
func (l *link) hold(d time.Duration) {
	d = max(d, 50*time.Millisecond) // a server that says 0 must not be hammered
	l.mu.Lock()
	l.heldTill = time.Now().Add(d)
	l.mu.Unlock()
	time.AfterFunc(d, l.drained)
}

func (l *link) owe() { l.owed.CompareAndSwap(0, time.Now().UnixNano()) }

// settle notes that something was acknowledged, and whether more is owed.
func (l *link) settle(more bool) {
	if more {
		l.owed.Store(time.Now().UnixNano())
	} else {
		l.owed.Store(0)
	}
}

func (l *link) send(f wire.Frame) {
	if l == nil {
		return
	}
	b := l.codec.Append(nil, f)
	l.mu.Lock()
	if _, ok := f.(wire.Presence); ok {
		l.presence = b
	} else {
		l.frames = append(l.frames, b)
		l.bytes += len(b)
	}
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
}

func (l *link) write(ctx context.Context) {
	for {
		b, room := l.next()
		if room {
			l.drained()
		}
		if b == nil {
			select {
			case <-l.more:
			case <-ctx.Done():
				return
			}
			continue
		}
		if err := l.conn.Write(ctx, b); err != nil {
			l.cancel()
			return
		}
	}
}

// next takes what is to be written, edits before presence, and tells whether
// those who were turned away may come again.
func (l *link) next() (b []byte, room bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.frames) > 0 {
		b, l.frames = l.frames[0], l.frames[1:]
		l.bytes -= len(b)
	} else {
		b, l.presence = l.presence, nil
	}
	if room = l.full && l.bytes < linkBytesMax/2; room {
		l.full = false
	}
	return b, room
}
