package room

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// join lets a connection in or closes it. Who may write needs a replica number that is in
// the log before it is used, so that it can never be given to somebody else; so a new
// writer is welcomed after the next commit, everybody else at the next tick.
func (r *Room) join(in Join) {
	p := &peer{
		id: in.Peer, role: in.Role, link: in.Link, outbox: in.Outbox, hello: in.Hello, secret: in.Secret,
		name:       cut(in.Hello.Name, r.limits.NameBytesMax),
		department: cut(in.Hello.Department, r.limits.NameBytesMax),
	}
	version, ok := wire.Negotiate(in.Hello.Versions)
	p.codec, _ = wire.For(version)
	if !ok {
		p.codec, _ = wire.For(wire.Version) // Closing reads the same in all versions
		r.turnAway(p, wire.CodeVersion, 0)
		return
	}
	if r.draining {
		r.turnAway(p, r.drainCode, r.limits.ReconnectSpread)
		return
	}
	if resume := p.hello.Resume; resume.Replica != 0 && r.mayWrite(p.role) {
		s := r.sessions[resume.Replica]
		if s == nil || s.Replica == ServerReplica || !s.Hash.is(resume.Secret) {
			r.turnAway(p, wire.CodeReplicaStale, 0)
			return
		}
		if s.peer != nil {
			// The same client on a new connection; the old one may be half open for long,
			// and must not count against it.
			r.close(s.peer, wire.CodeReplicaInUse, 0, false)
		}
		p.session = s
	}
	l := r.links[p.link]
	if l == nil {
		l = &link{}
		r.links[p.link] = l
	}
	switch {
	case len(r.peers) >= r.limits.PeersMax:
		r.turnAway(p, wire.CodeRoomFull, fullRetry)
		return
	case l.peers >= r.limits.PeersPerLinkMax:
		r.turnAway(p, wire.CodeConnections, fullRetry)
		return
	}
	if s := p.session; s != nil {
		s.peer = p
		if p.name != s.Name || p.department != s.Department {
			r.queue = append(r.queue, queued{peer: p, rename: true})
		}
	}
	l.peers++
	r.peers[p.id] = p
	r.order = append(r.order, p)
	r.joins = append(r.joins, p)
}

// fullRetry is when somebody for whom there was no room may try again: people leave by the minute.
const fullRetry = 30 * time.Second

// turnAway closes a connection that never became a peer.
func (r *Room) turnAway(p *peer, code wire.Code, retryAfter time.Duration) {
	r.send(p, p.append(wire.Closing{Code: code, RetryAfter: retryAfter}))
	r.out.Close = append(r.out.Close, Close{Peer: p.id, Outbox: p.outbox, Code: code})
	r.event(Event{Kind: EventClosed, Peer: p.id, Code: code})
}

func (r *Room) mayWrite(role wire.Role) bool {
	return role >= wire.RoleEdit || role == wire.RoleComment && r.policy != nil
}

// needsSession: the peer may write and has no replica yet.
func (r *Room) needsSession(p *peer) bool { return p.session == nil && r.mayWrite(p.role) }

// giveSession makes a replica number for a peer, to be put into the log.
func (r *Room) giveSession(p *peer) Session {
	s := &session{peer: p, Session: Session{
		Replica: r.next, Hash: hashOf(p.secret), Role: p.role, Link: p.link,
		Name: p.name, Department: p.department, Seen: r.now,
	}}
	r.next++
	r.sessions[s.Replica] = s
	p.session = s
	return s.Session
}

// welcome sends peers the committed state and everybody's presence. The document must be
// what the log holds (no flight).
func (r *Room) welcome(peers []*peer) {
	presence := make(map[uint32][]byte, 1)
	for _, p := range peers {
		if p.gone {
			continue
		}
		r.greet(p, r.state(p), presence)
	}
}

// state is the map as this peer wants it: what it misses, or all of it.
func (r *Room) state(p *peer) (w wire.Welcome) {
	if have := p.hello.Have; len(have) > 0 {
		if r.doc.Version().Covers(have) && !r.doc.Stale(have) {
			if w.Delta = r.doc.Delta(have); len(w.Delta) <= len(r.base)+r.tailBytes {
				return w
			}
			w.Delta = nil // so much was missed that the whole is less
		}
		// Otherwise it has seen what this server has not: the map was restored from an
		// older copy; or it was away for so long that deletions it lacks are forgotten. The
		// server's state is the truth.
	}
	// It must be the whole state, not an older snapshot and what came since: what the peer
	// has pending may stand on any of it.
	if len(r.tail) > 0 {
		r.rebase()
	}
	w.Snapshot = r.base
	return w
}

// greet sends Welcome, and what others show.
func (r *Room) greet(p *peer, w wire.Welcome, presence map[uint32][]byte) {
	w.Version, w.Peer, w.Role, w.MapID = p.codec.Version, p.id, p.role, r.id
	w.Limits = wire.Limits{
		FrameBytes: wire.ClientFrameBytesMax, BatchBytes: wire.BatchBytesMax,
		EditsPerSecond: uint32(r.limits.EditsPerSecond), BytesPerSecond: uint32(r.limits.BytesPerSecond),
		Heartbeat: r.limits.Heartbeat,
	}
	if p.session != nil {
		w.Resume = wire.Resume{Replica: p.session.Replica, Secret: p.secret}
		if p.hello.Resume.Replica != 0 {
			w.Resume.Secret = p.hello.Resume.Secret
		}
		w.Acknowledged = p.session.committed
	}
	for _, q := range r.order {
		if q != p && q.welcomed {
			w.Peers = append(w.Peers, q.describe())
		}
	}
	resumed := 0
	switch {
	case len(p.hello.Have) > 0 && w.Snapshot == nil:
		resumed = 1
	case len(p.hello.Have) > 0:
		resumed = 2
	}
	head, tail := p.codec.Around(w) // a hundred who come at once share one snapshot
	r.out.Send = append(r.out.Send, Send{Outbox: p.outbox, Frame: head, Rest: [][]byte{w.Snapshot, tail}})
	all, ok := presence[p.codec.Version]
	if !ok {
		all = r.presenceFrame(p.codec, false)
		presence[p.codec.Version] = all
	}
	if all != nil {
		r.send(p, all)
	}
	if r.failing {
		r.send(p, p.append(wire.Notice{Code: wire.NoticeReadOnlyStore}))
	}
	p.welcomed, p.hello, p.secret = true, wire.Hello{}, [16]byte{}
	r.joined = append(r.joined, p.describe())
	r.event(Event{Kind: EventWelcomed, Peer: p.id, N: resumed, Bytes: len(w.Snapshot) + len(w.Delta)})
}

// welcomeWhileFailing serves those who come while the log does not take anything: all get
// the committed state, and who would need a new replica number watches until there is one.
func (r *Room) welcomeWhileFailing() {
	presence := make(map[uint32][]byte, 1)
	if len(r.flight.joins)+len(r.joins) > 0 && len(r.tail) > 0 {
		// The document is ahead of what is committed; a copy is not.
		doc, err := r.Committed()
		if err != nil {
			panic(fmt.Sprintf("room: committed batches do not merge: %v", err))
		}
		r.base, r.tail, r.tailBytes = doc.Snapshot(), nil, 0
	}
	for _, p := range slices.Concat(r.flight.joins, r.joins) {
		if p.gone {
			continue
		}
		if p.session == nil || r.inFlight(p.session.Replica) {
			if r.mayWrite(p.role) {
				p.role, p.rejoin = wire.RoleView, true
			}
			if p.session != nil {
				p.session.peer, p.session = nil, nil // the number stays unused
			}
		}
		r.greet(p, wire.Welcome{Snapshot: r.base}, presence)
	}
	r.flight.joins, r.joins = nil, clearKeep(r.joins)
}

// inFlight: the replica's session is not known to be in the log.
func (r *Room) inFlight(replica crdt.ReplicaID) bool {
	for _, s := range r.flight.entry.Sessions {
		if s.Replica == replica {
			return true
		}
	}
	return false
}

// rebase makes base the whole committed state. The document must be what the log holds.
func (r *Room) rebase() {
	r.base, r.tail, r.tailBytes = r.doc.Snapshot(), nil, 0
}

// cut shortens s to at most n bytes of whole characters without control characters.
func cut(s string, n int) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == utf8.RuneError {
			return -1
		}
		return c
	}, s)
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
