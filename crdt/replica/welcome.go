package replica

import (
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Welcome starts or resumes: it takes in the snapshot or the delta, settles
// what of the pending edits the server already has, and makes the rest ready
// to be sent again (P14). Under a new replica number they become new edits
// (P15); if nothing may be edited any more they are taken back (P16).
func (r *Replica) Welcome(w wire.Welcome) (crdt.Change, error) {
	same := w.Resume.Replica == r.ID()
	if same && r.lostEnd(w.Acknowledged) {
		r.reload, r.renumber = true, true
		return crdt.Change{}, ErrReload
	}
	if w.Snapshot == nil && r.reload {
		return crdt.Change{}, ErrReload // a snapshot was asked for
	}
	if w.Snapshot == nil && (same || len(r.pending) == 0) {
		return r.catchUp(w)
	}

	snapshot := w.Snapshot
	if snapshot == nil {
		doc, err := r.confirmed()
		if err == nil && w.Delta != nil {
			err = doc.Absorb(w.Delta)
		}
		if err != nil {
			r.reload = true
			return crdt.Change{}, ErrReload
		}
		snapshot = doc.Snapshot()
	}
	next, err := crdt.Load(snapshot)
	if err != nil {
		r.reload = true
		return crdt.Change{}, err
	}

	// What the snapshot holds of the old number is kept there already.
	known := next.Version()[r.ID()]
	r.lostEnd(known)
	var before, again []batch
	for _, b := range r.pending {
		switch {
		case b.last <= known && !b.force:
		case same && !b.force && len(again) == 0 && merges(next, b.update):
			before = append(before, b)
		default:
			again = append(again, b)
		}
	}
	var scratch *crdt.Document
	if forgotten := r.forgotten(next); forgotten != nil {
		before, again = nil, append([]batch{{forgotten: forgotten}}, r.pending...)
		scratch, err = crdt.Load(snapshot)
		if err != nil {
			return crdt.Change{}, err
		}
	} else if len(again) > 0 {
		if scratch, err = r.scratch(next, again); err != nil {
			r.reload = true
			return crdt.Change{}, ErrReload
		}
	}
	r.journal.reset(snapshot, nil)
	return r.become(next, scratch, before, again, w.Resume, func(batch) (wire.Code, bool) {
		return wire.CodeNotAllowed, w.Resume.Replica == 0
	})
}

// forgotten is what the server had acknowledged and lacks in its snapshot,
// since it was restored from an older copy, if any of that is our own; nil:
// nothing. Each makes anew what is their own when they come back: two who made
// the same would double it.
func (r *Replica) forgotten(next *crdt.Document) *forgotten {
	had, has := r.confirmedVersion(), next.Version()
	me := r.ID()
	if r.restored || had[me] <= has[me] {
		return nil // nothing, or it may be ours no longer (P19)
	}
	confirmed, err := r.confirmed()
	if err != nil {
		return nil
	}
	f := &forgotten{author: me, delta: confirmed.Delta(has)}
	// What of it is our own writing in texts that are still there shows when it is merged last.
	others, own := has.Clone(), had
	others[me] = had[me]
	for id := range has {
		own[id] = max(own[id], has[id])
	}
	if own[me] = has[me]; own[me] == 0 {
		delete(own, me)
	}
	if trial, err := crdt.Load(next.Snapshot()); err == nil {
		if delta := confirmed.Delta(others); delta == nil || merges(trial, delta) {
			f.own, _ = trial.Merge(confirmed.Delta(own)) // or nobody can tell
		}
	}
	return f
}

// forgotten: see Replica.forgotten.
type forgotten struct {
	author crdt.ReplicaID // who we were
	delta  []byte         // of everybody
	own    crdt.Change    // what we did; none: nobody can tell
}

// catchUp resumes on the document as it is.
func (r *Replica) catchUp(w wire.Welcome) (crdt.Change, error) {
	var change crdt.Change
	if w.Delta != nil {
		c, err := r.doc.Merge(w.Delta)
		if err != nil {
			r.reload = true
			return change, ErrReload
		}
		change = c
		r.journal.merged([][]byte{w.Delta})
	}
	if w.Resume != r.resume {
		if w.Resume.Replica != r.ID() {
			r.acked = 0
		}
		r.resume = w.Resume
		r.journal.stale() // the secret stands in the base only
	}
	r.settled()
	r.Acknowledge(w.Acknowledged)
	return change, nil
}

// settled begins a connection: what is pending must be sent on it.
func (r *Replica) settled() {
	if r.restored {
		r.restored = false
		r.journal.write(recordWelcomed, nil)
	}
	r.reload, r.renumber, r.lacking = false, false, 0
	r.Resend()
}

// lostEnd reports whether the server knows own batches that this replica has
// forgotten, while it has made other ones since under what may be the same
// counters; those are marked to be made again under a new number (P19).
func (r *Replica) lostEnd(known uint64) (clash bool) {
	if !r.restored || known <= r.restoredAt {
		return false
	}
	for i, b := range r.pending {
		if b.last > r.restoredAt {
			r.pending[i].force = true
			clash = true
		}
	}
	return clash
}

func merges(d *crdt.Document, update []byte) bool {
	return d.Absorb(update) == nil
}
