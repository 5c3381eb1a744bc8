package replica

import (
	"errors"
	"slices"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// ErrReload is returned when this replica cannot go on from where it is: the
// connection must be made anew, and Hello then asks for what is needed. No
// pending edit is lost by it.
var ErrReload = errors.New("replica: must be welcomed again")

// Rewrite returns a register's value with every object ID in it passed
// through id. The schema is not known here, so whoever knows it may hand it
// in; without it values are kept as they are.
type Rewrite func(k crdt.Kind, f crdt.Field, value []byte, id func(crdt.ID) crdt.ID) []byte

// Replica is one author's document and what it owes to the server.
type Replica struct {
	doc    *crdt.Document
	resume wire.Resume // .Replica is the author number; 0: may not edit

	pending []batch // own batches that the server has not acknowledged
	acked   uint64  // highest own counter that it has

	journal journal
	history history
	taken   []Taken
	rewrite Rewrite

	batchBytesMax int
	// restored holds from Restore until the next welcome, over further
	// restores; restoredAt is the highest own counter that was known then. A
	// server that knows more of us than that tells that the saved bytes had
	// lost their end.
	restored   bool
	restoredAt uint64
	lacking    uint64 // counter of a batch that was refused for what it stands on
	reload     bool   // ask for a snapshot with the next Hello
	renumber   bool   // and for a new replica number
}

type batch struct {
	update      []byte
	prev        uint64 // own counter before it
	first, last uint64
	sent        bool       // on the connection that stands now
	force       bool       // reapply even though its counters look acknowledged
	forgotten   *forgotten // not nil: no batch, but what the server lacks again
}

// New makes a replica that edits doc as id; doc must hold nothing that the
// server does not have. Welcome gives the number later when id is 0.
func New(doc *crdt.Document, id crdt.ReplicaID) *Replica {
	r := &Replica{doc: doc, resume: wire.Resume{Replica: id}, batchBytesMax: wire.BatchBytesMax}
	r.acked = doc.Version()[id]
	r.journal.reset(doc.Snapshot(), nil)
	return r
}

// Document is what is shown: confirmed and pending together.
func (r *Replica) Document() *crdt.Document { return r.doc }

// ID is the author number, 0 while nothing may be edited.
func (r *Replica) ID() crdt.ReplicaID { return r.resume.Replica }

// Resume is what Hello must carry to go on as this replica.
func (r *Replica) Resume() wire.Resume { return r.resume }

// SetRewrite hands in what knows the IDs inside values.
func (r *Replica) SetRewrite(f Rewrite) { r.rewrite = f }

// Edit runs write on the open edit and owes the server what came of it. Edits
// that follow each other with the same non-empty group are one undo step.
// Nothing happens while ID is 0.
func (r *Replica) Edit(group string, write func(*crdt.Edit)) crdt.Change {
	if r.ID() == 0 {
		return crdt.Change{}
	}
	c := r.commit(write)
	if c.Update == nil {
		return c.Change
	}
	last := r.own(c.Update)
	r.history.edited(group, item{last, c.Inverse}, r.acked)
	r.journal.edited(modeEdit, group, 0, c)
	change := c.Change
	if len(c.Update) > r.batchBytesMax {
		// No server takes it: better to see it vanish now than after a round trip.
		if back, err := r.refuse(last, wire.CodeBatchTooBig); err == nil {
			change.Add(back)
		}
	}
	return change
}

// commit closes the edit even when write panics: the document has changed by
// then, and what it holds must be what is pending.
func (r *Replica) commit(write func(*crdt.Edit)) (c crdt.Committed) {
	e := r.doc.Edit(r.ID())
	done := false
	defer func() {
		if !done {
			if c := e.Commit(); c.Update != nil {
				r.own(c.Update)
				r.journal.edited(modeEdit, "", 0, c)
			}
		}
	}()
	write(e)
	done = true
	return e.Commit()
}

// own puts an own update behind the pending ones and returns its last counter.
func (r *Replica) own(update []byte) uint64 {
	h, err := crdt.Peek(update)
	if err != nil {
		panic("replica: own update does not read: " + err.Error())
	}
	r.pending = append(r.pending, batch{update: update, prev: h.Prev, first: h.First, last: h.Last})
	return h.Last
}

// Pending lists the own batches that are not acknowledged, oldest first.
func (r *Replica) Pending() [][]byte { return updates(r.pending) }

// PendingCount is how many edits the server does not keep yet.
func (r *Replica) PendingCount() int { return len(r.pending) }

// Unsent lists the pending batches that were not sent on this connection.
func (r *Replica) Unsent() [][]byte { return updates(r.pending[r.sent():]) }

// MarkSent notes that the first n of Unsent have been handed to the
// connection.
func (r *Replica) MarkSent(n int) {
	at := r.sent()
	for i := range min(n, len(r.pending)-at) {
		r.pending[at+i].sent = true
	}
}

// Resend makes everything pending unsent again, for a new connection.
func (r *Replica) Resend() { resend(r.pending) }

func resend(list []batch) {
	for i := range list {
		list[i].sent = false
	}
}

// sent counts the pending batches that were sent; they stand before the rest.
func (r *Replica) sent() int {
	n := slices.IndexFunc(r.pending, func(b batch) bool { return !b.sent })
	if n < 0 {
		return len(r.pending)
	}
	return n
}

// SentCount is how many pending batches wait for their acknowledgement on
// this connection.
func (r *Replica) SentCount() int { return r.sent() }

// SetBatchBytesMax is told what the server takes at most; 0: the protocol's
// limit.
func (r *Replica) SetBatchBytesMax(n int) {
	if n <= 0 || n > wire.BatchBytesMax {
		n = wire.BatchBytesMax
	}
	r.batchBytesMax = n
}

// Move puts the content into doc, which becomes this replica's document, and
// returns the difference to what doc had shown.
func (r *Replica) Move(doc *crdt.Document) crdt.Change {
	change := difference(doc, r.doc)
	doc.Become(r.doc)
	r.doc = doc
	return change
}

// NextEdits packs unsent batches into one frame of at most bytesMax (0: the
// protocol's limit) and marks them sent; false when there is nothing to send.
func (r *Replica) NextEdits(bytesMax int) (wire.Edits, bool) {
	if bytesMax <= 0 || bytesMax > wire.ClientFrameBytesMax {
		bytesMax = wire.ClientFrameBytesMax
	}
	const overhead = 8 // kind, count and each length, rounded up
	var f wire.Edits
	size := overhead
	for _, b := range r.Unsent() {
		if len(f.Batches) > 0 && (size+len(b)+overhead > bytesMax || len(f.Batches) == wire.BatchesMax) {
			break
		}
		f.Batches = append(f.Batches, b)
		size += len(b) + overhead
	}
	r.MarkSent(len(f.Batches))
	return f, len(f.Batches) > 0
}

func updates(batches []batch) [][]byte {
	list := make([][]byte, len(batches))
	for i, b := range batches {
		list[i] = b.update
	}
	return list
}

// Merge takes in a tick's batches. Own batches among them count as
// acknowledged. An error means that something before them is missing or that
// they are damaged: welcome anew.
func (r *Replica) Merge(batches [][]byte) (crdt.Change, error) {
	var change crdt.Change
	foreign := batches[:0:0]
	acked := r.acked
	for _, b := range batches {
		h, err := crdt.Peek(b)
		if err != nil {
			r.reload = true
			return change, err
		}
		if !h.Delta && h.Replica == r.ID() && h.Last <= r.issued() {
			acked = max(acked, h.Last)
			continue
		}
		c, err := r.doc.Merge(b)
		if err != nil {
			r.journal.merged(foreign)
			r.reload = true
			return change, err
		}
		change.Add(c)
		foreign = append(foreign, b)
	}
	r.journal.merged(foreign)
	r.Acknowledge(acked)
	r.trim()
	return change, nil
}

// Acknowledge notes that the server keeps all own batches up to counter.
func (r *Replica) Acknowledge(counter uint64) {
	if counter <= r.acked {
		return
	}
	r.forget(counter)
	r.journal.acknowledged(counter)
	r.trim()
}

// forget lets go of what is acknowledged.
func (r *Replica) forget(counter uint64) {
	n := 0
	for n < len(r.pending) && r.pending[n].last <= counter {
		n++
	}
	r.pending = slices.Delete(r.pending, 0, n)
	r.acked = max(r.acked, counter)
	if n > 0 {
		r.lacking = 0
	}
}

// issued is the highest own counter that this replica knows of.
func (r *Replica) issued() uint64 {
	if n := len(r.pending); n > 0 {
		return r.pending[n-1].last
	}
	return max(r.acked, r.doc.Version()[r.ID()])
}

// Hello asks to go on: with what is held, or from the start when that is of
// no use.
func (r *Replica) Hello(name, department string) wire.Hello {
	h := wire.Hello{
		Versions: [2]uint32{wire.VersionOldest, wire.Version},
		Resume:   r.resume, Have: r.Have(), Name: name, Department: department,
	}
	if r.renumber {
		h.Resume = wire.Resume{}
	}
	return h
}

// Have is the version of what is confirmed here; empty when a snapshot is
// wanted. Pending counters are left out: should the saved bytes have lost
// their tail, the server must tell what it knows of us.
func (r *Replica) Have() crdt.Version {
	if r.reload {
		return crdt.Version{}
	}
	return r.confirmedVersion()
}

func (r *Replica) confirmedVersion() crdt.Version {
	v := r.doc.Version()
	if len(r.pending) > 0 {
		if v[r.ID()] = r.pending[0].prev; v[r.ID()] == 0 {
			delete(v, r.ID())
		}
	}
	return v
}

// Apply takes in any frame of the server's that concerns the document, and
// passes over the others.
func (r *Replica) Apply(f wire.Frame) (crdt.Change, error) {
	switch f := f.(type) {
	case wire.Welcome:
		return r.Welcome(f)
	case wire.Merged:
		return r.Merge(f.Batches)
	case wire.Acknowledged:
		r.Acknowledge(f.Counter)
	case wire.Refused:
		return r.refused(f)
	case wire.Closing:
		switch f.Code {
		case wire.CodeReplicaStale:
			r.renumber = true
		case wire.CodeReload:
			r.reload = true
		case wire.CodeReplicaInUse:
			// Somebody else goes on as this replica. What it has sent of our
			// edits shows in the snapshot, and is not made again.
			r.reload, r.renumber = true, true
		}
	}
	return crdt.Change{}, nil
}

// refused decides what a refusal asks for: send again, be welcomed anew, or
// take back.
func (r *Replica) refused(f wire.Refused) (crdt.Change, error) {
	at := slices.IndexFunc(r.pending, func(b batch) bool { return b.first <= f.Counter && f.Counter <= b.last })
	switch {
	case at < 0:
		// Said of a batch that has been made anew or taken back since: what
		// was on its way behind a refused batch is refused too.
		return crdt.Change{}, nil
	case !f.Code.Retry():
		return r.refuse(f.Counter, f.Code)
	case f.Code == wire.CodeEditHole || f.Code == wire.CodeEditUnknown:
		if r.lacking == f.Counter {
			// Sending again did not help: the two sides differ in what they
			// think the server has. A snapshot settles it.
			r.reload = true
			return crdt.Change{}, ErrReload
		}
		r.lacking = f.Counter
	}
	resend(r.pending[at:]) // those before it were taken
	return crdt.Change{}, nil
}
