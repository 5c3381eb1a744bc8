package room

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// gatherBatchesMax bounds the batches of one entry, and so of one frame.
const gatherBatchesMax = 8192

// received takes a frame of a peer. Edits only queue here; they are looked at in gather.
func (r *Room) received(p *peer, f wire.Frame) {
	switch f := f.(type) {
	case wire.Edits:
		r.receivedEdits(p, f.Batches)
	case wire.Presence:
		r.receivedPresence(p, f.State)
	case wire.Rename:
		if ok, _ := p.frames.take(r.now, 1, r.limits.FramesPerSecond, r.limits.FramesBurst); !ok {
			return
		}
		p.name, p.department = cut(f.Name, r.limits.NameBytesMax), cut(f.Department, r.limits.NameBytesMax)
		if p.session != nil && !r.failing {
			r.queue = append(r.queue, queued{peer: p, rename: true})
		}
		if p.welcomed {
			r.joined = slices.DeleteFunc(r.joined, func(q wire.Peer) bool { return q.ID == p.id })
			r.joined = append(r.joined, p.describe())
		}
	case wire.Ping:
		if p.welcomed {
			r.send(p, p.append(wire.Pong(f)))
		}
	default:
		r.close(p, wire.CodeUnexpectedFrame, 0, false)
	}
}

func (r *Room) receivedEdits(p *peer, batches [][]byte) {
	if !p.welcomed {
		r.close(p, wire.CodeUnexpectedFrame, 0, false)
		return
	}
	if p.session == nil || !r.mayWrite(p.role) {
		// Refused, not closed: a page whose link was downgraded tells its user.
		counter := uint64(1)
		if len(batches) > 0 {
			if h, err := crdt.Peek(batches[0]); err == nil {
				counter = h.First
			}
		}
		r.refuse(p, wire.CodeNotAllowed, counter, 0, "")
		return
	}
	for _, b := range batches {
		q := queued{peer: p, batch: b}
		if r.failing {
			if h, err := crdt.Peek(b); err == nil && h.Replica == p.session.Replica && h.Last <= p.session.counter {
				continue // it is in the flight, and is answered when that is
			}
			r.refuse(p, r.failCode, counterOf(q), r.limits.RetryMax, "")
			continue
		}
		if p.queuedBytes+len(b) > r.limits.QueueBytesMax {
			r.refuse(p, wire.CodeTooFast, counterOf(q), time.Second, "")
			continue
		}
		if p.refusing {
			// What continues neither the queue nor the document is from before the
			// refusal; it must not use up the author's rate.
			if h, err := crdt.Peek(b); err == nil && h.Prev != r.expected(p) {
				continue
			}
		}
		if wait := r.tooFast(p, len(b)); wait > 0 {
			r.refuse(p, wire.CodeTooFast, counterOf(q), wait, "")
			continue
		}
		p.refusing = false
		p.queuedBytes += len(b)
		r.queue = append(r.queue, q)
	}
}

// expected is the counter that a peer's next batch must follow: of what it has queued, or
// else of what the document has.
func (r *Room) expected(p *peer) uint64 {
	for i := len(r.queue) - 1; i >= 0; i-- {
		if r.queue[i].peer == p && r.queue[i].batch != nil {
			if h, err := crdt.Peek(r.queue[i].batch); err == nil {
				return h.Last
			}
		}
	}
	return p.session.counter
}

func (r *Room) tooFast(p *peer, size int) time.Duration {
	if ok, wait := p.edits.take(r.now, 1, r.limits.EditsPerSecond, r.limits.EditsBurst); !ok {
		return wait
	}
	if ok, wait := p.bytes.take(r.now, size, r.limits.BytesPerSecond, r.limits.BytesBurst); !ok {
		return wait
	}
	l := r.links[p.link]
	if ok, wait := l.edits.take(r.now, 1, r.limits.LinkEditsPerSecond, r.limits.LinkEditsBurst); !ok {
		return wait
	}
	_, wait := l.bytes.take(r.now, size, r.limits.LinkBytesPerSecond, r.limits.LinkBytesBurst)
	return wait
}

// refuse says that a batch and everything behind it was not taken. What the author had sent
// behind it before hearing of it is refused by the same word; a second one would hit what it
// made since. The same batch, or an earlier one, was sent anew and is answered anew.
func (r *Room) refuse(p *peer, code wire.Code, counter uint64, retryAfter time.Duration, detail string) {
	stands := p.refusing && (p.session == nil || p.refusedAt > p.session.counter)
	if stands && counter > p.refusedAt || p.gone {
		return
	}
	p.refusing, p.refusedAt = true, counter
	if len(detail) > wire.DetailBytesMax {
		detail = detail[:wire.DetailBytesMax]
	}
	r.send(p, p.append(wire.Refused{Code: code, Counter: counter, RetryAfter: retryAfter, Detail: detail}))
	r.event(Event{Kind: EventRefused, Peer: p.id, Code: code})
}

func (r *Room) receivedPresence(p *peer, state []byte) {
	if ok, _ := p.frames.take(r.now, 1, r.limits.FramesPerSecond, r.limits.FramesBurst); !ok && len(state) > 0 {
		return // newer ones follow; "gone" is never dropped
	}
	if !p.welcomed || len(state) > wire.PresenceBytesMax || len(state) == 0 && !p.presenceWas && !p.moved {
		return
	}
	p.presence = state
	if !p.moved {
		p.moved = true
		r.moved = append(r.moved, p)
	}
}

func (r *Room) serverEdit(in ServerEdit) {
	switch {
	case r.draining:
		r.reply(func() { in.Done(&Error{Code: r.drainCode}) })
	case r.failing:
		r.reply(func() { in.Done(&Error{Code: r.failCode}) })
	default:
		r.queue = append(r.queue, queued{edit: &in})
	}
}

// gather takes who comes, and with edits what is queued, into one entry and asks for it to be
// appended. There must be no flight.
func (r *Room) gather(edits bool) {
	if spare := r.limits.MapBytesMax / 64; r.tailBytes > spare && len(r.base)+r.tailBytes > r.limits.MapBytesMax-spare {
		r.rebase() // values that were set again count once: a map is full when what it holds is, not its log
	}
	f := &flight{since: r.now, entry: Entry{Number: r.number + 1, When: r.now}}
	for _, p := range r.joins {
		if r.needsSession(p) {
			f.entry.Sessions = append(f.entry.Sessions, r.giveSession(p))
		}
	}
	took := 0
	var refused []*peer // what they have queued behind it came before they could hear of it
	for _, q := range r.queue {
		if !edits || f.bytes >= r.limits.EntryBytesMax || len(f.batches) >= gatherBatchesMax {
			break
		}
		took++
		switch {
		case q.rename:
			if s := q.peer.session; s != nil && (s.Name != q.peer.name || s.Department != q.peer.department) {
				s.Name, s.Department = q.peer.name, q.peer.department
				f.entry.Renames = append(f.entry.Renames, Session{Replica: s.Replica, Name: s.Name, Department: s.Department})
			}
		case q.edit != nil:
			r.gatherServerEdit(f, q.edit)
		case slices.Contains(refused, q.peer):
			q.peer.queuedBytes -= len(q.batch)
		default:
			if !r.gatherBatch(f, q.peer, q.batch) {
				refused = append(refused, q.peer)
			}
		}
	}
	r.queue = slices.Delete(r.queue, 0, took)
	if len(f.batches) == 0 && len(f.entry.Sessions) == 0 && len(f.entry.Renames) == 0 {
		for _, done := range f.done {
			r.reply(func() { done(nil) })
		}
		return
	}
	f.joins = append(f.joins, r.joins...)
	r.joins = clearKeep(r.joins)
	f.data = f.entry.Append(make([]byte, 0, f.bytes+f.bytes/8+256))
	r.flight = f
	r.out.Append = &AppendRequest{f.entry.Number, f.data}
}

// gatherBatch checks one batch, merges it and puts it into the entry; false: it was refused.
func (r *Room) gatherBatch(f *flight, p *peer, batch []byte) bool {
	p.queuedBytes -= len(batch)
	s := p.session
	h, err := crdt.Peek(batch)
	if err != nil {
		r.refuse(p, codeOf(err), s.counter+1, 0, err.Error())
		return false
	}
	switch {
	case h.Replica != s.Replica || h.Delta:
		r.refuse(p, wire.CodeEditForeign, h.First, 0, "")
		return false
	case h.Last <= s.counter:
		// Sent again after a break. If it is in flight the flush will say so.
		if h.Last <= s.committed && !p.gone {
			r.send(p, p.append(wire.Acknowledged{Counter: s.committed}))
		}
		return true
	case p.refusing && h.Prev != s.counter:
		return true // sent before its author heard of the refusal
	case h.Prev != s.counter:
		r.refuse(p, wire.CodeEditHole, h.First, 0, fmt.Sprintf("follows %d, the server has %d", h.Prev, s.counter))
		return false
	case r.full(f, batch):
		r.refuse(p, wire.CodeMapFull, h.First, 0, "")
		return false
	}
	if err := r.doc.Check(batch, s.Replica, r.limits.Update); err != nil {
		r.refuse(p, codeOf(err), h.First, 0, err.Error())
		return false
	}
	if r.policy != nil {
		if code := r.policy(p.role, r.doc, batch); code != nil {
			r.refuse(p, *code, h.First, 0, "")
			return false
		}
	}
	if err := r.doc.Absorb(batch); err != nil {
		r.refuse(p, codeOf(err), h.First, 0, err.Error())
		return false
	}
	s.counter = h.Last
	f.add(s.Replica, p.link, batch)
	return true
}

// full: the map holds as much as it may. What only deletes is let in for a while longer: it is
// what the map's people are told to do.
func (r *Room) full(f *flight, batch []byte) bool {
	over := len(r.base) + r.tailBytes + f.bytes + len(batch) - r.limits.MapBytesMax
	if over <= 0 {
		return false
	}
	for op := range crdt.Ops(batch) {
		if op.Kind != crdt.OpDelete {
			return true
		}
	}
	return over > r.limits.MapBytesMax/16
}

// add puts a batch behind the others; neighbours of one replica share an item.
func (f *flight) add(replica crdt.ReplicaID, link string, batch []byte) {
	n := len(f.entry.Edits)
	if n == 0 || f.entry.Edits[n-1].Replica != replica || f.entry.Edits[n-1].Link != link {
		f.entry.Edits = append(f.entry.Edits, EntryEdits{Replica: replica, Link: link})
		n++
	}
	f.entry.Edits[n-1].Batches = append(f.entry.Edits[n-1].Batches, batch)
	f.batches = append(f.batches, batch)
	f.bytes += len(batch)
}

// gatherServerEdit runs on a copy of the document: an edit that fails half way must leave
// nothing behind, and an open edit cannot be thrown away.
func (r *Room) gatherServerEdit(f *flight, in *ServerEdit) {
	update, err := r.writeOnCopy(in.Write)
	if err == nil && update != nil {
		if err = r.doc.Absorb(update); err == nil {
			s := r.sessions[ServerReplica]
			if h, perr := crdt.Peek(update); perr == nil {
				s.counter = h.Last
			}
			f.add(ServerReplica, "", update)
		}
	}
	if err != nil {
		r.reply(func() { in.Done(err) })
		return
	}
	f.done = append(f.done, in.Done)
}

func (r *Room) writeOnCopy(write func(*crdt.Document, *crdt.Edit) error) (update []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("room: server edit panicked: %v\n%s", v, debug.Stack())
		}
	}()
	doc, err := crdt.Load(r.doc.Snapshot())
	if err != nil {
		return nil, err
	}
	e := doc.Edit(ServerReplica)
	if err := write(doc, e); err != nil {
		return nil, err
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return e.Commit().Update, nil
}

// appended: the entry is durable. Now, and not before, others see it (P30).
func (r *Room) appended(in Appended) {
	f := r.flight
	if f == nil || in.Number != f.entry.Number {
		return // a repetition whose first try had got through after all
	}
	r.flight = nil
	r.number, r.pos = in.Number, in.Pos
	for _, w := range f.entry.Edits {
		s := r.sessions[w.Replica]
		if s == nil {
			continue
		}
		if h, err := crdt.Peek(w.Batches[len(w.Batches)-1]); err == nil {
			s.committed = h.Last
		}
	}
	for _, b := range f.batches {
		r.tail = append(r.tail, b)
		r.tailBytes += len(b)
	}
	r.logBytes += len(f.data)
	r.logEntries++
	if r.logSince.IsZero() {
		r.logSince = r.now
	}
	r.out.Publish = f.data
	r.event(Event{Kind: EventCommitted, N: len(f.batches), Bytes: len(f.data)})
	for _, done := range f.done {
		r.reply(func() { done(nil) })
	}
	if r.failing {
		r.recovered()
	}
	if due := !r.now.Before(r.flushAt); len(f.batches) > 0 || due {
		if len(f.batches) == 0 {
			r.began = r.now
		}
		r.flush(f.batches)
	}
	if r.tailBytes > max(64<<10, len(r.base)) {
		r.rebase()
	}
	r.welcome(f.joins)
	r.checkpoint(false)
}

// appendFailed: nobody knows whether the entry is in the log. The room goes on serving
// readers from what is committed, takes no edits, and repeats the same bytes until the log
// says that they are in. The flight is neither shown nor given up.
func (r *Room) appendFailed(in AppendFailed) {
	if r.flight == nil || in.Number != r.flight.entry.Number {
		return
	}
	if !r.failing {
		r.failing, r.retryIn, r.failCode = true, r.limits.RetryMin, wire.CodeStoreDown
		if errors.Is(in.Err, syscall.ENOSPC) {
			r.failCode = wire.CodeStoreFull
		}
		r.event(Event{Kind: EventStoreFailed, Err: in.Err})
		r.refuseQueue(r.failCode, r.limits.RetryMax)
		r.notice(wire.NoticeReadOnlyStore)
	}
	r.retryAt = r.now.Add(r.retryIn)
	r.retryIn = min(2*r.retryIn, r.limits.RetryMax)
	r.welcomeWhileFailing()
}

// recovered: the log takes entries again.
func (r *Room) recovered() {
	r.failing = false
	r.event(Event{Kind: EventStoreBack})
	r.notice(wire.NoticeStoreBack)
	for _, p := range slices.Clone(r.order) {
		if p.rejoin { // now it can have a replica number
			r.close(p, wire.CodeRoleChanged, 0, false)
		}
	}
}

// checkpoint stores the state when enough came since the last one, or when it must. The
// document is encoded here and now; storing it happens beside the next edits.
func (r *Room) checkpoint(must bool) {
	due := r.logBytes >= max(r.limits.CheckpointBytes, len(r.base)) || r.logEntries >= r.limits.CheckpointEntries ||
		!r.logSince.IsZero() && r.now.Sub(r.logSince) >= r.limits.CheckpointAge || must || r.compactOwed
	if !due || r.number == 0 || r.logEntries == 0 && !r.compactOwed || r.flight != nil || r.compacting || r.now.Before(r.compactAfter) {
		return
	}
	r.forget()
	if r.tailBytes > 0 {
		r.rebase()
	}
	c := Checkpoint{
		Number: r.number, When: r.now, Next: r.next, Sessions: r.sessionsByReplica(), Document: r.base,
		Marked: r.forgetting.marked, Mark: r.forgetting.mark,
	}
	data := c.Append(make([]byte, 0, len(r.base)+64*len(c.Sessions)+8*len(c.Mark)+64))
	r.compacting, r.compactOwed = true, false
	r.logBytes, r.logEntries, r.logSince = 0, 0, time.Time{}
	r.out.Compact = &CompactRequest{Upto: r.pos, Data: data}
	r.event(Event{Kind: EventCheckpoint, Bytes: len(data)})
}

func (r *Room) compacted(in Compacted) {
	r.compacting = false
	if in.Err != nil {
		// The log still has every entry; only the next load takes longer.
		r.compactOwed = true
		r.compactAfter = r.now.Add(r.limits.CheckpointAge / 10)
		r.event(Event{Kind: EventCheckpoint, Err: in.Err})
	}
}

// Checkpoint asks for a checkpoint if anything was written since the last, before the room
// is forgotten. It answers like Step.
func (r *Room) Checkpoint(now time.Time) *Output {
	r.now = now
	r.out = Output{}
	r.checkpoint(true)
	return &r.out
}

// codeOf turns what crdt refuses with into what the peer is told.
func codeOf(err error) wire.Code {
	var e *crdt.Error
	if !errors.As(err, &e) {
		return wire.CodeEditDamaged
	}
	if code, ok := updateCodes[e.Code]; ok {
		return code
	}
	return wire.CodeEditRejected
}

var updateCodes = map[crdt.Code]wire.Code{
	crdt.ErrDamaged: wire.CodeEditDamaged,
	crdt.ErrTooNew:  wire.CodeEditTooNew,
	crdt.ErrHole:    wire.CodeEditHole,
	crdt.ErrForeign: wire.CodeEditForeign,
	crdt.ErrAhead:   wire.CodeEditAhead,
	crdt.ErrUnknown: wire.CodeEditUnknown,
	crdt.ErrTooLong: wire.CodeEditTooLong,
	crdt.ErrStale:   wire.CodeReload,
}
