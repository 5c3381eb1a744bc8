package session

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

// State is how a session stands with its server.
type State uint8

const (
	Connecting State = iota // for the first time
	Live                    // everything that arrives is shown, everything done is sent
	Offline                 // trying again by itself; edits are kept
	Refused                 // the server does not want us, for Status.Reason; trying again is of no use
	Closed
)

func (s State) String() string {
	return [...]string{"connecting", "live", "offline", "refused", "closed"}[s]
}

// Status is what a page always shows.
type Status struct {
	State   State
	Pending int       // edits that the server does not have yet, other tabs' leftovers included
	Role    wire.Role // of the last Welcome; 0 before it
	Reason  wire.Code // why the state is what it is, or the last notice; CodeNone: nothing to say
	SeenAt  time.Time // when the server was last heard; zero: never
	RetryAt time.Time // when Offline dials next
	MapID   string
	// Unsafe says that this browser does not keep pending edits, so a page
	// must warn before it is left.
	Unsafe bool
}

// PeerState is somebody else in the map.
type PeerState struct {
	wire.Peer
	Presence PresenceState
}

// Options say how to open a map.
type Options struct {
	// URL of the map's live endpoint, ws or wss.
	URL string
	// Name and Department are shown to others.
	Name, Department string
	// Store keeps unsent edits; nil: only as long as the session lives.
	Store Store
	// Key names the map in Store; default is a hash of URL, since the URL
	// holds a secret.
	Key string
	// Dispatch runs f on the UI goroutine, soon and in order; a page runs it
	// in its next animation frame. Nil: the session has a goroutine of its own
	// and On… callbacks come there.
	Dispatch func(f func())
	// Snapshot is what the page has fetched of the map while the client came, nil
	// when there is nothing (yet). It is shown before the server has said Welcome,
	// which then tells no more than what has changed since. May be nil.
	Snapshot func() []byte
	// Rewrite knows the IDs inside register values (journey.Rewrite).
	Rewrite replica.Rewrite

	// dial, chance and courier are for tests and for Session itself.
	dial    func(ctx context.Context, url string) (conn, error)
	chance  func() float64
	courier Outbox
}

// Session is one open map. Its methods, Done apart, belong to the UI
// goroutine.
type Session struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	done   chan struct{}
	wake   chan struct{} // ends a backoff early
	events queue

	// The following belong to the UI goroutine.
	replica  *replica.Replica
	link     *link // nil while nothing stands
	status   Status
	told     Status
	limits   wire.Limits
	peers    map[wire.PeerID]*PeerState
	me       wire.PeerID
	presence presenceOut
	outbox   outboxOut
	change   crdt.Change // gathered for one OnChange
	crowd    bool        // peers have changed
	orphans  map[Outbox]*courier
	busyAt   time.Time // when this person last did something
	emitting bool
	telling  bool // a timer will look at the status again

	onChange []func(crdt.Change)
	onPeers  []func([]PeerState)
	onStatus []func(Status)
	onTaken  []func([]replica.Taken)
}

// Open starts a session; it returns at once and dials by itself until Close
// or until ctx ends.
func Open(ctx context.Context, o Options) *Session {
	if o.Key == "" {
		o.Key = keyOf(o.URL)
	}
	if o.dial == nil {
		o.dial = dial
	}
	if o.chance == nil {
		o.chance = rand.Float64
	}
	s := &Session{
		o: o, done: make(chan struct{}), wake: make(chan struct{}, 1),
		replica: replica.New(crdt.New(), 0),
		peers:   map[wire.PeerID]*PeerState{}, orphans: map[Outbox]*courier{},
	}
	s.replica.SetRewrite(o.Rewrite)
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.events.dispatch = o.Dispatch
	if o.Dispatch == nil {
		s.events.dispatch = ownLoop(s.done)
	}
	s.events.finish = s.finish
	release := watchPage(pageEvents{
		online: func() { s.Redial() },
		// Not by Dispatch: a page that goes away draws no further frame. In a
		// browser all goroutines share one thread and an event comes only when
		// none of them is in the middle of anything, so this is safe there.
		hidden: func() {
			if s.status.State != Closed {
				s.store(atOnce)
			}
		},
	})
	// Ends when ctx does, after the connection is closed.
	go func() {
		defer close(s.done)
		defer release()
		s.run()
		closed := make(chan struct{})
		s.post(func() { s.Close(); close(closed) })
		if o.Dispatch == nil {
			<-closed
		}
	}()
	return s
}

// keyOf hashes a URL: the token in it has no place in a key.
func keyOf(url string) string {
	h := fnv.New128a()
	h.Write([]byte(url))
	sum := h.Sum(nil)
	key := make([]byte, 0, 2*len(sum))
	for _, b := range sum {
		key = append(key, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	return string(key)
}

// Close says goodbye and lets the outbox go; Done tells when all has ended.
func (s *Session) Close() {
	if s.status.State == Closed {
		return
	}
	s.store(atOnce)
	s.link, s.me = nil, 0
	s.status.State, s.status.Reason = Closed, wire.CodeGoodbye
	s.tell()
	s.cancel()
	s.outbox.release()
	for box, c := range s.orphans {
		if c.session == nil {
			box.Release() // else its courier does
		}
	}
}

// Done is closed when every goroutine of the session has ended.
func (s *Session) Done() <-chan struct{} { return s.done }

// Document is what to show; the address stays the same.
func (s *Session) Document() *crdt.Document { return s.replica.Document() }

// Status is how things stand.
func (s *Session) Status() Status { return s.status }

// CanEdit reports whether Edit would do anything: the role allows it and the
// server has given a number to edit under, now or in an earlier session.
func (s *Session) CanEdit() bool {
	return s.replica.ID() != 0 && (s.status.Role == 0 || s.status.Role >= wire.RoleComment) && s.status.State < Refused
}

// Replica is the number that this session's edits bear, 0 while it has none.
func (s *Session) Replica() crdt.ReplicaID { return s.replica.ID() }

// OnChange adds who is told what became different in the document, by
// whomever.
func (s *Session) OnChange(f func(crdt.Change)) { s.onChange = append(s.onChange, f) }

// OnPeers adds who is told when people come, go, move or write.
func (s *Session) OnPeers(f func([]PeerState)) { s.onPeers = append(s.onPeers, f) }

// OnStatus adds who is told when Status becomes different. While Live, edits
// that are acknowledged soon are not counted to it, and SeenAt alone is not
// told; Status has both.
func (s *Session) OnStatus(f func(Status)) { s.onStatus = append(s.onStatus, f) }

// OnTaken adds who is told of own edits that could not be kept, so that
// people can copy what they wrote.
func (s *Session) OnTaken(f func([]replica.Taken)) { s.onTaken = append(s.onTaken, f) }

// Edit changes the document here and now and sends what came of it. Edits in
// a row with the same non-empty group are one undo step.
func (s *Session) Edit(group string, write func(*crdt.Edit)) crdt.Change {
	if !s.CanEdit() {
		return crdt.Change{}
	}
	c := s.replica.Edit(group, write)
	s.edited(c)
	return c
}

// Undo takes back the newest own step that still stands.
func (s *Session) Undo() bool {
	if !s.CanEdit() {
		return false
	}
	c, ok := s.replica.Undo()
	s.edited(c)
	return ok
}

// Redo does again what Undo took back.
func (s *Session) Redo() bool {
	if !s.CanEdit() {
		return false
	}
	c, ok := s.replica.Redo()
	s.edited(c)
	return ok
}

// CanUndo reports whether there is a step to take back.
func (s *Session) CanUndo() bool { return s.CanEdit() && s.replica.CanUndo() }

// CanRedo reports whether there is a step to do again.
func (s *Session) CanRedo() bool { return s.CanEdit() && s.replica.CanRedo() }

// Seal ends the running undo step.
func (s *Session) Seal() { s.replica.Seal() }

func (s *Session) edited(c crdt.Change) {
	s.busyAt = time.Now()
	s.change.Add(c)
	s.flush()
	s.store(soon)
	s.tell()
}

// Rename changes how others see this person, now and after every reconnect.
func (s *Session) Rename(name, department string) {
	s.o.Name, s.o.Department = name, department
	s.link.send(wire.Rename{Name: name, Department: department})
}

// Present shows p to the others; only the newest counts.
func (s *Session) Present(p PresenceState) {
	s.busyAt = time.Now()
	s.present(p.Append(nil))
}

// Peers lists the others, by when they came.
func (s *Session) Peers() []PeerState {
	list := make([]PeerState, 0, len(s.peers))
	for _, p := range s.peers {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b PeerState) int { return int(a.ID) - int(b.ID) })
	return list
}

// Me is this session's own peer number, 0 while not live.
func (s *Session) Me() wire.PeerID { return s.me }

// Redial ends a backoff: the page knows that the network is back.
// It may be called from any goroutine.
func (s *Session) Redial() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// post queues f for the UI goroutine.
func (s *Session) post(f func()) { s.events.post(f, 0) }

// ask runs f on the UI goroutine and waits for it; false when the session
// ended first.
func (s *Session) ask(f func()) bool {
	ran := make(chan struct{})
	s.post(func() { f(); close(ran) })
	select {
	case <-ran:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// finish runs after a batch of events, on the UI goroutine.
func (s *Session) finish() {
	if s.status.State == Closed {
		return
	}
	s.flush()
	s.store(later)
	s.tell()
}

// tell calls back with what has gathered. A callback may edit: what comes of
// it is told before tell returns.
func (s *Session) tell() {
	if s.emitting {
		return
	}
	s.emitting = true
	defer func() { s.emitting = false }()
	for {
		s.count()
		switch {
		case s.change.Len() > 0:
			c := s.change
			s.change = crdt.Change{}
			for _, f := range s.onChange {
				f(c)
			}
		case s.crowd:
			s.crowd = false
			list := s.Peers()
			for _, f := range s.onPeers {
				f(list)
			}
		case s.worthTelling():
			s.told = s.status
			for _, f := range s.onStatus {
				f(s.told)
			}
		default:
			if taken := s.replica.TakenBack(); len(taken) > 0 {
				s.takenBack(taken)
				continue
			}
			return
		}
	}
}

// pendingShown is how long an edit may be on its way before OnStatus counts
// it: on a good line a number that flashes up at every stroke tells nothing.
const pendingShown = 400 * time.Millisecond

// worthTelling reports whether Status is different in a way that a page
// should show.
func (s *Session) worthTelling() bool {
	now, told := s.status, s.told
	now.SeenAt = told.SeenAt // changes with every frame
	if now == told {
		return false
	}
	now.Pending = told.Pending
	if now != told || told.Pending > 0 || s.status.State != Live {
		return true
	}
	if s.link != nil {
		if owed := s.link.owed.Load(); owed != 0 {
			if left := pendingShown - time.Since(time.Unix(0, owed)); left > 0 {
				s.tellIn(left)
				return false
			}
		}
	}
	return true
}

func (s *Session) tellIn(d time.Duration) {
	if s.telling {
		return
	}
	s.telling = true
	time.AfterFunc(d, func() { s.post(func() { s.telling = false }) })
}

func (s *Session) takenBack(taken []replica.Taken) {
	for _, f := range s.onTaken {
		f(taken)
	}
}

func (s *Session) count() {
	n := s.replica.PendingCount()
	for _, c := range s.orphans {
		n += c.pending
	}
	s.status.Pending = n
}

// queue brings what happens elsewhere to the UI goroutine, as few dispatches
// as possible.
type queue struct {
	dispatch func(func())
	finish   func()

	mu      sync.Mutex // guards the following
	waiting []func()
	bytes   int
	room    chan struct{} // closed when waiting has been drained
	due     bool
}

// queueBytesMax is how much may wait for the UI goroutine before the reader
// stops reading; then the server closes this peer as too slow, and it resumes.
const queueBytesMax = 8 << 20

func (q *queue) post(f func(), bytes int) {
	q.mu.Lock()
	q.waiting = append(q.waiting, f)
	q.bytes += bytes
	due := q.due
	q.due = true
	q.mu.Unlock()
	if !due {
		q.dispatch(q.drain)
	}
}

func (q *queue) drain() {
	q.mu.Lock()
	list := q.waiting
	q.waiting, q.bytes, q.due = nil, 0, false
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	q.mu.Unlock()
	for _, f := range list {
		f()
	}
	runtime.Gosched() // who asked goes on, as with a Hello, before the page draws
	q.finish()
}

// idle reports that nothing waits.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) == 0
}

// await blocks while too much waits.
func (q *queue) await(ctx context.Context) {
	q.mu.Lock()
	if q.bytes < queueBytesMax {
		q.mu.Unlock()
		return
	}
	if q.room == nil {
		q.room = make(chan struct{})
	}
	room := q.room
	q.mu.Unlock()
	select {
	case <-room:
	case <-ctx.Done():
	}
}

// ownLoop runs what is dispatched on a goroutine that ends with done.
func ownLoop(done <-chan struct{}) func(func()) {
	work := make(chan func(), 16)
	go func() {
		for {
			select {
			case f := <-work:
				f()
			case <-done:
				return
			}
		}
	}()
	return func(f func()) {
		select {
		case work <- f:
		case <-done:
		}
	}
}

// Do runs f on the UI goroutine and waits for it: for callers that have no UI
// of their own, where Options.Dispatch is nil. It must not be called from
// that goroutine.
func (s *Session) Do(f func(*Session)) bool { return s.ask(func() { f(s) }) }

var errSilent = errors.New("session: connection gone silent")
