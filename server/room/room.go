package room

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// A Policy is asked about every batch that a peer wants to write, after its role: a
// RoleView never writes. RoleComment writes only where there is a policy and it allows the
// batch; without one it only watches. nil: allowed.
type Policy func(role wire.Role, doc *crdt.Document, update []byte) *wire.Code

// ServerReplica is the replica under which the server itself writes (imports).
const ServerReplica crdt.ReplicaID = 1

// A Room is the server's half of one map: the document, who is there, what is being
// committed. It is a pure state machine: Step takes what happened and returns what is to be
// done; time, randomness and the results of I/O come in as arguments. It is not safe for
// concurrent use; Host gives each room one goroutine.
//
// While an entry is being appended, the document is ahead of the log by that one entry.
// Everything that leaves the room is therefore taken from the committed state (base and
// tail), or waits until the entry is in.
type Room struct {
	id     string
	limits Limits
	policy Policy
	now    time.Time
	out    Output

	doc    *crdt.Document
	number uint64 // of the last committed entry
	pos    uint64 // where the log keeps it
	next   crdt.ReplicaID

	sessions map[crdt.ReplicaID]*session
	peers    map[wire.PeerID]*peer
	order    []*peer // the same, in order of arrival: output must not depend on map order
	links    map[string]*link

	// Waiting for the next gather.
	queue []queued
	joins []*peer
	// Said in the next flush.
	joined []wire.Peer
	left   []wire.PeerID
	moved  []*peer // whose presence changed, in order of change
	// Peers whose picture of the others has gaps, and when to see whether they caught up.
	behind   []*peer
	behindAt time.Time

	flight   *flight
	failing  bool      // the log refused; read-only until it takes the flight
	failCode wire.Code // what writers are told meanwhile
	retryIn  time.Duration
	retryAt  time.Time // zero: the append is under way
	flushes  uint64
	began    time.Time // the last tick
	flushAt  time.Time // the next one, not before

	base      []byte   // a snapshot of committed state ...
	tail      [][]byte // ... and the batches committed since
	tailBytes int

	// Since the last stored checkpoint.
	logBytes, logEntries int
	logSince             time.Time // when the first of them came; zero: none
	compacting           bool
	compactOwed          bool      // the last one failed ...
	compactAfter         time.Time // ... and is repeated then

	forgetting forgetting

	draining  bool
	drainCode wire.Code
}

// flight is the one entry that is being appended.
type flight struct {
	entry   Entry
	data    []byte
	batches [][]byte // of the entry, in order
	bytes   int
	since   time.Time
	done    []func(error) // server edits to answer
	joins   []*peer       // to welcome once it is in
}

type session struct {
	Session
	counter   uint64 // highest counter in the document
	committed uint64 // highest counter in the log
	peer      *peer  // who holds it now
}

type link struct {
	peers int
	edits bucket
	bytes bucket
}

// queued is one piece of writing, in order of arrival.
type queued struct {
	peer   *peer // nil: the server itself
	batch  []byte
	edit   *ServerEdit
	rename bool
}

type peer struct {
	id         wire.PeerID
	session    *session // nil: only watches
	role       wire.Role
	link       string
	name       string
	department string
	outbox     Outbox
	codec      wire.Codec
	hello      wire.Hello // dropped when welcomed
	secret     [16]byte   // dropped when welcomed
	welcomed   bool
	gone       bool
	// rejoin: it should write but came while the log could not keep a session for it.
	rejoin bool

	presence    []byte
	presenceWas bool // others hold a presence of it
	moved       bool // in Room.moved

	// refusing: a batch was refused, and what its author had sent behind it is passed
	// over in silence until it continues from what the server has.
	refusing    bool
	refusedAt   uint64
	queuedBytes int
	edits       bucket
	bytes       bucket
	frames      bucket
}

// Stored is what a log held of a map, to make a room of. Feed it in order.
type Stored struct {
	checkpoint Checkpoint
	doc        *crdt.Document
	number     uint64
	pos        uint64
	next       crdt.ReplicaID
	sessions   map[crdt.ReplicaID]*session
	tailBytes  int
	entries    int
	since      time.Time
	sums       map[uint64]uint32 // of recent entries, to tell a repetition from a second history
}

// NewStored begins with nothing: a map nobody wrote to.
func NewStored() *Stored {
	return &Stored{doc: crdt.New(), next: ServerReplica + 1, sessions: make(map[crdt.ReplicaID]*session), sums: make(map[uint64]uint32)}
}

// Checkpoint takes the newest checkpoint. data is kept.
func (s *Stored) Checkpoint(upto uint64, data []byte) error {
	c, err := DecodeCheckpoint(data)
	if err != nil {
		return fmt.Errorf("checkpoint at %d: %w", upto, err)
	}
	if s.doc, err = crdt.Load(c.Document); err != nil {
		return fmt.Errorf("checkpoint at %d: document: %w: %w", upto, ErrDamaged, err)
	}
	s.checkpoint, s.number, s.pos, s.next = c, c.Number, upto, c.Next
	for _, kept := range c.Sessions {
		s.sessions[kept.Replica] = &session{Session: kept}
	}
	return nil
}

// Entry takes the next entry of the log. data is kept.
func (s *Stored) Entry(pos uint64, data []byte) error {
	e, err := DecodeEntry(data)
	if err != nil {
		return fmt.Errorf("entry at %d: %w", pos, err)
	}
	sum := binary.LittleEndian.Uint32(data[len(data)-4:])
	if e.Number <= s.number {
		// An append whose answer was lost and was repeated, or one the checkpoint holds.
		if seen, ok := s.sums[e.Number]; ok && seen != sum {
			return fmt.Errorf("entry at %d: %w: two different entries have number %d", pos, ErrDamaged, e.Number)
		}
		return nil
	}
	if e.Number != s.number+1 {
		return fmt.Errorf("entry at %d: %w: number %d follows %d", pos, ErrDamaged, e.Number, s.number)
	}
	if e.Begin != nil {
		if s.number > 0 {
			return fmt.Errorf("entry %d at %d: %w: a map begins twice", e.Number, pos, ErrDamaged)
		}
		if s.doc, err = crdt.Load(e.Begin); err != nil {
			return fmt.Errorf("entry %d at %d: %w: %w", e.Number, pos, ErrDamaged, err)
		}
	}
	for _, w := range e.Edits {
		for _, b := range w.Batches {
			if err := s.doc.Absorb(b); err != nil {
				return fmt.Errorf("entry %d at %d: replica %d: %w: %w", e.Number, pos, w.Replica, ErrDamaged, err)
			}
		}
	}
	for _, kept := range e.Sessions {
		kept.Seen = e.When
		s.sessions[kept.Replica] = &session{Session: kept}
		s.next = max(s.next, kept.Replica+1)
	}
	for _, n := range e.Renames {
		if kept := s.sessions[n.Replica]; kept != nil {
			kept.Name, kept.Department = n.Name, n.Department
		}
	}
	s.number, s.pos = e.Number, pos
	s.tailBytes += len(data)
	s.entries++
	if s.since.IsZero() {
		s.since = e.When
	}
	s.sums[e.Number] = sum
	delete(s.sums, e.Number-256)
	return nil
}

// Number is the running number reached.
func (s *Stored) Number() uint64 { return s.number }

// Document is the state reached.
func (s *Stored) Document() *crdt.Document { return s.doc }

// New makes a room of what was stored.
func New(id string, s *Stored, limits Limits, policy Policy) *Room {
	r := &Room{
		id: id, limits: limits.withDefaults(), policy: policy,
		doc: s.doc, number: s.number, pos: s.pos, next: s.next, sessions: s.sessions,
		peers: make(map[wire.PeerID]*peer), links: make(map[string]*link),
		logBytes: s.tailBytes, logEntries: s.entries, logSince: s.since,
		forgetting: forgetting{mark: s.checkpoint.Mark, marked: s.checkpoint.Marked},
	}
	version := s.doc.Version()
	for replica, kept := range r.sessions {
		kept.counter = version[replica]
		kept.committed = kept.counter
	}
	if r.sessions[ServerReplica] == nil {
		r.sessions[ServerReplica] = &session{Session: Session{Replica: ServerReplica}, counter: version[ServerReplica], committed: version[ServerReplica]}
	}
	// A version vector may name replicas whose sessions were forgotten: never again theirs.
	for replica := range version {
		r.next = max(r.next, replica+1)
	}
	if s.checkpoint.Document != nil && s.entries == 0 {
		r.base = s.checkpoint.Document
	} else {
		r.base = s.doc.Snapshot()
	}
	return r
}

// Step takes one input and returns what is to be done. The output is valid until the next.
func (r *Room) Step(now time.Time, in Input) *Output {
	if back := r.now.Sub(now); back > 0 {
		r.rewind(back)
	}
	r.now = now
	r.out = Output{Send: clearKeep(r.out.Send), Close: clearKeep(r.out.Close), Reply: clearKeep(r.out.Reply), Events: clearKeep(r.out.Events)}
	switch in := in.(type) {
	case Join:
		r.join(in)
	case Leave:
		if p := r.peers[in.Peer]; p != nil {
			r.remove(p)
			r.event(Event{Kind: EventLeft, Peer: p.id})
		}
	case Received:
		if p := r.peers[in.Peer]; p != nil {
			r.received(p, in.Frame)
		}
	case Tick:
		r.tick()
	case Flushed:
		r.pace(in)
	case Appended:
		r.appended(in)
	case AppendFailed:
		r.appendFailed(in)
	case Compacted:
		r.compacted(in)
	case ServerEdit:
		r.serverEdit(in)
	case View:
		snapshot, tail := r.base, slices.Clone(r.tail)
		r.reply(func() { in.Done(snapshot, tail) })
	case CloseLink:
		r.closeLink(in)
	case Drain:
		r.drain(in)
	default:
		panic(fmt.Sprintf("room: input %T", in))
	}
	r.out.Wake = r.wake()
	return &r.out
}

// rewind moves everything that is due along with a clock that was set back.
func (r *Room) rewind(by time.Duration) {
	due := []*time.Time{&r.began, &r.flushAt, &r.retryAt, &r.behindAt, &r.compactAfter, &r.logSince}
	if r.flight != nil {
		due = append(due, &r.flight.since)
	}
	for _, t := range due {
		if !t.IsZero() {
			*t = t.Add(-by)
		}
	}
}

// Quiet reports whether the room could be forgotten without anybody noticing.
func (r *Room) Quiet() bool {
	return len(r.peers) == 0 && len(r.queue) == 0 && r.flight == nil && !r.compacting
}

// worthCheckpoint: the next load would have much to replay.
func (r *Room) worthCheckpoint() bool {
	return (r.logEntries >= 64 || r.logBytes >= 16<<10 || r.compactOwed) && r.flight == nil && !r.compacting && !r.now.Before(r.compactAfter)
}

// Peers is how many connections there are.
func (r *Room) Peers() int { return len(r.peers) }

// Number is the running number of the last committed entry.
func (r *Room) Number() uint64 { return r.number }

// Committed returns the committed state, as a document of its own.
func (r *Room) Committed() (*crdt.Document, error) { return Assemble(r.base, r.tail) }

// Assemble makes a document of what View answered.
func Assemble(snapshot []byte, tail [][]byte) (*crdt.Document, error) {
	doc, err := crdt.Load(snapshot)
	if err != nil {
		return nil, err
	}
	for _, b := range tail {
		if err := doc.Absorb(b); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

func clearKeep[T any](s []T) []T {
	clear(s)
	return s[:0]
}

func (r *Room) event(e Event)  { r.out.Events = append(r.out.Events, e) }
func (r *Room) reply(f func()) { r.out.Reply = append(r.out.Reply, f) }
func (r *Room) send(p *peer, frame []byte) {
	r.out.Send = append(r.out.Send, Send{Outbox: p.outbox, Frame: frame})
}

// wake is the earliest time at which a Tick would do something.
func (r *Room) wake() (at time.Time) {
	sooner := func(t time.Time) {
		t = later(t, r.now)
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	switch {
	case r.flight == nil:
		if len(r.joins) > 0 {
			sooner(r.now)
		}
		if len(r.queue) > 0 || r.hasNews() {
			sooner(r.flushAt)
		}
	case r.failing && !r.retryAt.IsZero():
		sooner(r.retryAt)
		if r.hasNews() || len(r.joins) > 0 {
			sooner(r.flushAt)
		}
	default: // an append is under way and will answer; presence waits only so long
		if r.hasNews() {
			sooner(later(r.flushAt, r.flight.since.Add(r.limits.PresenceWait)))
		}
	}
	if len(r.behind) > 0 {
		sooner(r.behindAt)
	}
	if !r.compacting && r.flight == nil {
		switch {
		case r.compactOwed:
			sooner(r.compactAfter)
		case !r.logSince.IsZero():
			sooner(later(r.compactAfter, r.logSince.Add(r.limits.CheckpointAge)))
		}
	}
	return at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// gathering is until when the room has nothing to do with what peers send but to gather it:
// it need not be woken for it before. Zero: it wants to know at once.
func (r *Room) gathering() time.Time {
	switch {
	case r.flight == nil:
		return r.flushAt
	case r.failing:
		return time.Time{}
	}
	return later(r.flushAt, r.flight.since.Add(r.limits.PresenceWait))
}

// hasNews: something waits for a flush that needs no commit.
func (r *Room) hasNews() bool { return len(r.moved) > 0 || len(r.joined) > 0 || len(r.left) > 0 }

// tick does what is due.
func (r *Room) tick() {
	r.catchUp()
	if r.flight != nil {
		switch {
		case r.failing && !r.retryAt.IsZero():
			if !r.now.Before(r.retryAt) {
				r.retryAt = time.Time{}
				r.out.Append = &AppendRequest{r.flight.entry.Number, r.flight.data}
			}
			r.welcomeWhileFailing()
			if !r.now.Before(r.flushAt) {
				r.flush(nil)
			}
		case r.hasNews() && !r.now.Before(r.flushAt) && r.now.Sub(r.flight.since) >= r.limits.PresenceWait:
			r.flush(nil)
		}
		return
	}
	due := !r.now.Before(r.flushAt)
	if due {
		r.began = r.now
	}
	// Whoever comes does not wait for a tick: what is asked for now is in one commit, and what
	// is asked for during that in the next.
	if due && len(r.queue) > 0 || len(r.joins) > 0 {
		r.gather(due)
	}
	if r.flight == nil {
		if due && r.hasNews() {
			r.flush(nil)
		}
		r.welcome(r.joins)
		r.joins = clearKeep(r.joins)
	}
	r.checkpoint(false)
}

// remove takes a peer out of the room; what it wrote before stays in the queue.
func (r *Room) remove(p *peer) {
	p.gone = true
	delete(r.peers, p.id)
	r.order = slices.DeleteFunc(r.order, func(q *peer) bool { return q == p })
	r.joins = slices.DeleteFunc(r.joins, func(q *peer) bool { return q == p })
	r.moved = slices.DeleteFunc(r.moved, func(q *peer) bool { return q == p })
	r.behind = slices.DeleteFunc(r.behind, func(q *peer) bool { return q == p })
	r.links[p.link].peers-- // its bucket stays: leaving and coming back must not fill it
	if p.session != nil && p.session.peer == p {
		p.session.peer = nil
		p.session.Seen = r.now
	}
	if p.welcomed {
		if i := slices.IndexFunc(r.joined, func(q wire.Peer) bool { return q.ID == p.id }); i >= 0 {
			r.joined = slices.Delete(r.joined, i, i+1)
		}
		r.left = append(r.left, p.id)
	}
}

// close says why, and takes the peer out.
func (r *Room) close(p *peer, code wire.Code, retryAfter time.Duration, hard bool) {
	if !hard {
		r.send(p, p.append(wire.Closing{Code: code, RetryAfter: retryAfter}))
	}
	r.out.Close = append(r.out.Close, Close{Peer: p.id, Outbox: p.outbox, Code: code, Hard: hard})
	r.remove(p)
	r.event(Event{Kind: EventClosed, Peer: p.id, Code: code})
}

func (r *Room) closeLink(in CloseLink) {
	for _, p := range slices.Clone(r.order) {
		if p.link == in.Link {
			r.queue = slices.DeleteFunc(r.queue, func(q queued) bool { return q.peer == p })
			r.close(p, in.Code, 0, false)
		}
	}
}

// drain tells everybody to come back, spread evenly over time so that they do not all come
// at once; clients add their own jitter. What they wrote before is still committed: its
// author may have closed the page, and nobody would send it again.
func (r *Room) drain(in Drain) {
	if r.draining {
		return
	}
	r.draining, r.drainCode = true, in.Code
	r.flush(nil)
	n := len(r.order)
	for i, p := range slices.Clone(r.order) {
		r.close(p, in.Code, r.limits.ReconnectSpread*time.Duration(i)/time.Duration(max(n, 1)), false)
	}
}

// refuseQueue turns down everything that waits to be gathered.
func (r *Room) refuseQueue(code wire.Code, retryAfter time.Duration) {
	for _, q := range r.queue {
		switch {
		case q.edit != nil:
			done := q.edit.Done
			r.reply(func() { done(&Error{Code: code}) })
		case q.rename:
		case !q.peer.gone:
			q.peer.queuedBytes = 0
			if h, err := crdt.Peek(q.batch); err == nil && h.Last <= q.peer.session.counter {
				continue // sent twice, and the first is in the flight
			}
			r.refuse(q.peer, code, counterOf(q), retryAfter, "")
		}
	}
	r.queue = clearKeep(r.queue)
}

func counterOf(q queued) uint64 {
	if h, err := crdt.Peek(q.batch); err == nil {
		return h.First
	}
	return q.peer.session.counter + 1
}

// append encodes a frame for this peer alone.
func (p *peer) append(f wire.Frame) []byte { return p.codec.Append(nil, f) }

func (p *peer) describe() wire.Peer {
	d := wire.Peer{ID: p.id, Role: p.role, Name: p.name, Department: p.department}
	if p.session != nil {
		d.Replica = p.session.Replica
	}
	return d
}

// hashOf is what is kept of a secret. The secret has 128 random bits, so a plain hash is
// enough: there is nothing to guess.
func hashOf(secret [16]byte) (h SecretHash) {
	sum := sha256.Sum256(secret[:])
	copy(h[:], sum[:])
	return h
}

func (h SecretHash) is(secret [16]byte) bool {
	of := hashOf(secret)
	return subtle.ConstantTimeCompare(h[:], of[:]) == 1
}

// sessionsByReplica lists what a checkpoint keeps: at most SessionsMax, the ones seen last.
func (r *Room) sessionsByReplica() []Session {
	list := make([]Session, 0, len(r.sessions))
	for _, s := range r.sessions {
		if s.Replica == ServerReplica {
			continue
		}
		if s.peer != nil {
			s.Seen = r.now
		}
		list = append(list, s.Session)
	}
	if over := len(list) - r.limits.SessionsMax; over > 0 {
		slices.SortFunc(list, func(a, b Session) int {
			return cmp.Or(a.Seen.Compare(b.Seen), cmp.Compare(a.Replica, b.Replica))
		})
		for _, s := range list[:over] {
			if r.sessions[s.Replica].peer == nil {
				delete(r.sessions, s.Replica)
			}
		}
		list = list[over:]
	}
	slices.SortFunc(list, func(a, b Session) int { return cmp.Compare(a.Replica, b.Replica) })
	return list
}

// Error is a refusal with its stable code.
type Error struct {
	Code   wire.Code
	Detail string
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return "room: " + e.Code.String()
	}
	return "room: " + e.Code.String() + ": " + e.Detail
}
