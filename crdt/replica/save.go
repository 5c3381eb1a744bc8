package replica

import (
	"encoding/binary"
	"errors"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// saveVersion stands first in the base record. Older ones stay readable.
const saveVersion = 1

var (
	// ErrDamaged is returned by Restore when not even the base can be read.
	ErrDamaged = errors.New("replica: saved bytes are damaged")
	// ErrTooNew is returned by Restore for bytes of a later version; they
	// must be left as they are.
	ErrTooNew = errors.New("replica: saved by a later version")
)

// Save writes everything that Restore needs. It folds the journal first and
// so costs what the document costs; Journal is for every day.
func (r *Replica) Save() []byte {
	r.fold()
	saved := appendRecord(nil, recordBase, r.appendBase(nil))
	r.journal.stored = len(r.journal.log)
	return append(saved, r.journal.log...)
}

// Journal returns what an outbox has to store since the last Save or Journal:
// bytes to put behind those that it has or, when whole, to put in their
// place. It returns nil when there is nothing.
func (r *Replica) Journal() (bytes []byte, whole bool) {
	if r.journal.stored < 0 || len(r.journal.log) > logBytesMax {
		return r.Save(), true
	}
	bytes = r.journal.log[r.journal.stored:]
	r.journal.stored = len(r.journal.log)
	if len(bytes) == 0 {
		return nil, false
	}
	return bytes[:len(bytes):len(bytes)], false
}

// Unstored reports whether Journal would return anything.
func (r *Replica) Unstored() bool {
	return r.journal.stored < 0 || r.journal.stored < len(r.journal.log)
}

// Unsaved says that storing has failed: Journal begins with the whole again.
func (r *Replica) Unsaved() { r.journal.stale() }

// fold makes a new base of what is confirmed.
func (r *Replica) fold() {
	if len(r.journal.log) == 0 {
		return
	}
	if len(r.pending) == 0 {
		r.journal.reset(r.doc.Snapshot(), nil)
	} else if doc, err := r.confirmed(); err == nil {
		r.journal.reset(doc.Snapshot(), r.pending)
	}
	// A journal that does not replay is kept as it is: Restore reads as far
	// as it goes, and the next Welcome brings a new base.
}

// Tidy shortens a long journal. It costs what the document costs: call it
// when nobody waits.
func (r *Replica) Tidy() {
	if r.journal.long() {
		r.fold()
	}
}

// trim keeps the journal of a replica that nobody tidies from growing for
// ever.
func (r *Replica) trim() {
	if len(r.journal.log) > logBytesMax {
		r.fold()
	}
}

func (r *Replica) appendBase(b []byte) []byte {
	b = append(b, saveVersion)
	b = binary.AppendUvarint(b, uint64(r.resume.Replica))
	b = append(b, r.resume.Secret[:]...)
	b = binary.AppendUvarint(b, r.acked)
	b = appendBytes(b, r.journal.base)
	b = appendSteps(b, r.history.undo)
	b = appendSteps(b, r.history.redo)
	b = r.doc.AppendUndo(b)
	if !r.restored {
		return append(b, 0)
	}
	return binary.AppendUvarint(append(b, 1), r.restoredAt)
}

func appendSteps(b []byte, steps []step) []byte {
	b = binary.AppendUvarint(b, uint64(len(steps)))
	for _, s := range steps {
		b = appendBytes(b, []byte(s.group))
		b = binary.AppendUvarint(b, uint64(len(s.items)))
		for _, it := range s.items {
			b = binary.AppendUvarint(b, it.last)
			b = appendBytes(b, it.inverse.Append(nil))
		}
	}
	return b
}

func cutSteps(b []byte) (steps []step, rest []byte, ok bool) {
	n, b, ok := cutUint(b)
	if !ok || n > stepsMax || n > uint64(len(b)) {
		return nil, nil, false
	}
	for range n {
		group, rest, ok1 := cutBytes(b)
		items, rest, ok2 := cutUint(rest)
		if !ok1 || !ok2 || items > uint64(len(rest)) {
			return nil, nil, false
		}
		s := step{group: string(group)}
		for range items {
			last, more, ok1 := cutUint(rest)
			bytes, more, ok2 := cutBytes(more)
			inverse, _, err := crdt.DecodeInverse(bytes)
			if !ok1 || !ok2 || err != nil {
				return nil, nil, false
			}
			s.items = append(s.items, item{last, inverse})
			rest = more
		}
		steps, b = append(steps, s), rest
	}
	return steps, b, true
}

// Restore reads what Save and Journal wrote, one behind the other. A torn end
// is left out: what was stored before it is whole.
//
// Bytes may be restored once only: see the package comment.
func Restore(saved []byte) (*Replica, error) {
	kind, payload, log, ok := nextRecord(saved)
	if !ok || kind != recordBase || len(payload) == 0 {
		return nil, ErrDamaged
	}
	if payload[0] > saveVersion {
		return nil, ErrTooNew
	}
	r, ok := restoreBase(payload[1:])
	if !ok {
		return nil, ErrDamaged
	}
	for {
		kind, payload, rest, ok := nextRecord(log)
		if !ok || !r.replay(kind, payload) {
			break
		}
		r.journal.log = append(r.journal.log, log[:len(log)-len(rest)]...)
		log = rest
	}
	r.history.open = false
	r.journal.stored = len(r.journal.log)
	if at := r.issued(); !r.restored || at < r.restoredAt {
		r.restored, r.restoredAt = true, at
		r.journal.write(recordRestored, nil)
	}
	if len(log) > 0 {
		r.journal.stale() // nothing may be put behind a torn end
	}
	return r, nil
}

func restoreBase(b []byte) (*Replica, bool) {
	id, b, ok := cutUint(b)
	r := &Replica{batchBytesMax: wire.BatchBytesMax}
	if !ok || len(b) < len(r.resume.Secret) {
		return nil, false
	}
	r.resume.Replica = crdt.ReplicaID(id)
	b = b[copy(r.resume.Secret[:], b):]
	acked, b, ok1 := cutUint(b)
	base, b, ok2 := cutBytes(b)
	if !ok1 || !ok2 {
		return nil, false
	}
	doc, err := crdt.Load(base)
	if err != nil {
		return nil, false
	}
	r.doc, r.acked, r.journal.base = doc, acked, base
	if r.history.undo, b, ok1 = cutSteps(b); !ok1 {
		return nil, false
	}
	if r.history.redo, b, ok1 = cutSteps(b); !ok1 {
		return nil, false
	}
	if b, err = r.doc.RestoreUndo(b); err != nil || len(b) == 0 {
		return nil, false
	}
	if r.restored = b[0] == 1; r.restored {
		r.restoredAt, _, ok1 = cutUint(b[1:])
	}
	return r, ok1
}

// replay does again what a record tells; false when it cannot be.
func (r *Replica) replay(kind record, payload []byte) bool {
	switch kind {
	case recordMerged:
		for len(payload) > 0 {
			u, rest, ok := cutBytes(payload)
			if !ok || !merges(r.doc, u) {
				return false
			}
			payload = rest
		}
	case recordAcknowledged:
		counter, _, ok := cutUint(payload)
		if !ok {
			return false
		}
		r.forget(counter)
	case recordEdited:
		e, ok := parseEdited(payload)
		if !ok {
			return false
		}
		c := crdt.Committed{Update: e.update}
		if e.mode != modeKept {
			inverse, _, err := crdt.DecodeInverse(e.inverse)
			if err != nil {
				return false
			}
			c.Inverse = inverse
		}
		if h, err := crdt.Peek(e.update); err != nil || h.Replica != r.ID() || !merges(r.doc, e.update) {
			return false
		}
		last := r.own(e.update)
		switch e.mode {
		case modeEdit:
			r.history.edited(e.group, item{last, c.Inverse}, r.acked)
		case modeUndo, modeRedo:
			for range e.skipped {
				r.history.pop(e.mode)
			}
			s, ok := r.history.pop(e.mode)
			if ok {
				r.doc.Stood(s.inverse(), c.Inverse)
			}
			r.history.moved(e.mode, step{s.group, []item{{last, c.Inverse}}})
		}
	case recordRestored:
		r.restored, r.restoredAt = true, r.issued()
	case recordWelcomed:
		r.restored = false
	default:
		return false
	}
	return true
}
