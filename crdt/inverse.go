package crdt

import "slices"

// Inverse takes an edit back: Edit.Invert writes what undoes it, where it still stands. It is opaque, and small:
// it holds the values that were overwritten and the text that was erased.
type Inverse struct {
	some   bool
	one    step       // the first, if there is some: most edits have no other, and then nothing of them needs memory of its own
	more   []step     // those after it
	stands []standing // of an edit that was an undo itself: what Edit.Invert remembered
}

func (in *Inverse) len() int {
	if !in.some {
		return 0
	}
	return 1 + len(in.more)
}

func (in *Inverse) at(i int) *step {
	if i == 0 {
		return &in.one
	}
	return &in.more[i-1]
}

// standing says that an undo wrote back, under one stamp, what another stamp had written.
type standing struct{ stamp, origin ID }

// step is the inverse of one operation.
type step struct {
	obj   ID
	mine  stamp  // what the operation wrote; for an insertion the identity of its first character
	prev  stamp  // what it overwrote
	n     uint32 // characters inserted; for an erasure or revival how much of old is runs
	op    opKind
	field Field
	old   []byte // the value it overwrote (nil: none); or the runs that it erased or revived, then the text it erased
}

// stamp is an ID without the padding that two of them side by side would have.
type stamp struct {
	replica   ReplicaID
	high, low uint32
}

func (id ID) packed() stamp { return stamp{id.Replica, uint32(id.Counter >> 32), uint32(id.Counter)} }
func (s stamp) id() ID      { return ID{uint64(s.high)<<32 | uint64(s.low), s.replica} }

// runs are the characters that an erasure or revival was about.
func (s *step) runs() []run {
	var runs []run
	for d := (decoder{b: s.old[:s.n]}); len(d.b) > 0; {
		runs = append(runs, run{id: d.id(), n: d.chars(), prev: d.id().packed()})
		if r := &runs[len(runs)-1]; d.bad || r.n == 0 || r.id.IsZero() {
			return nil
		}
	}
	return runs
}

func (s *step) text() []byte { return s.old[s.n:] }

// about makes what a step of an erasure or revival remembers.
func (d *Document) about(runs []run, text []byte) (old []byte, n uint32) {
	b := begin(&d.arena.bytes, 64, 1024)
	for _, r := range runs {
		b = appendID(b, r.id)
		b = appendUvarint(b, uint64(r.n))
		b = appendID(b, r.prev.id())
	}
	n = uint32(len(b))
	return end(&d.arena.bytes, append(b, text...)), n
}

// run is n characters from an identity on; in a step, prev is the visibility stamp that they had before.
type run struct {
	id   ID
	prev stamp
	n    uint32
}

// Empty reports whether there is nothing to take back.
func (in Inverse) Empty() bool { return !in.some }

// Add folds in the inverse of a later edit: inverting the sum takes back both. A drag of a thousand moves stays
// one step.
func (in *Inverse) Add(later Inverse) {
	for i := range later.len() {
		switch l := later.at(i); {
		case !in.some:
			in.some, in.one = true, *l
		case !in.extend(l):
			in.more = append(in.more, *l)
		}
	}
	in.stands = append(in.stands, later.stands...)
}

// extend makes l a part of a step that is there already, where it can; there is some.
func (in *Inverse) extend(l *step) bool {
	const lookBack = 512 // bounds the search; a step that is not found is merely kept on its own
	n := in.len()
	low := max(0, n-lookBack)
	switch l.op {
	case opSet:
		for i := n - 1; i >= low; i-- {
			s := in.at(i)
			if s.op != opSet || s.obj != l.obj || s.field != l.field {
				continue
			}
			if s.mine == l.prev {
				s.mine = l.mine
				return true
			}
			return false
		}
	case opInsert:
		s := in.at(n - 1)
		if s.op == opInsert && s.obj == l.obj && s.field == l.field && l.mine == s.mine.id().plus(s.n).packed() {
			s.n += l.n
			return true
		}
	}
	return false
}

const inverseFormat = 1

// Append encodes in to dst, for keeping undo across a reload.
func (in Inverse) Append(dst []byte) []byte {
	dst = append(dst, inverseFormat)
	dst = appendUvarint(dst, uint64(in.len()))
	for i := range in.len() {
		s := in.at(i)
		dst = append(dst, byte(s.op), byte(s.field))
		dst = appendID(dst, s.obj)
		dst = appendID(dst, s.mine.id())
		dst = appendID(dst, s.prev.id())
		dst = appendUvarint(dst, uint64(s.n))
		if s.old == nil {
			dst = append(dst, 0)
		} else {
			dst = appendUvarint(dst, uint64(len(s.old))+1)
			dst = append(dst, s.old...)
		}
	}
	dst = appendUvarint(dst, uint64(len(in.stands)))
	for _, s := range in.stands {
		dst = appendID(appendID(dst, s.stamp), s.origin)
	}
	return dst
}

// DecodeInverse reads what Append wrote from the start of b and returns what follows it.
func DecodeInverse(b []byte) (Inverse, []byte, error) {
	d := decoder{b: b}
	if f := d.byte(); f != inverseFormat {
		if f > inverseFormat {
			return Inverse{}, nil, refuse(ErrTooNew, "inverse")
		}
		return Inverse{}, nil, refuse(ErrDamaged, "inverse")
	}
	n := d.count(8)
	in := Inverse{some: n > 0}
	if n > 1 {
		in.more = make([]step, n-1)
	}
	for i := range n {
		s := in.at(i)
		s.op, s.field = opKind(d.byte()), Field(d.byte())
		s.obj, s.mine, s.prev = d.id(), d.id().packed(), d.id().packed()
		s.n = d.chars()
		if l := d.uvarint(); l > 0 {
			s.old = append([]byte{}, d.take(l-1)...)
		}
		if s.op == opErase || s.op == opRevive {
			if int(s.n) > len(s.old) {
				d.fail()
			}
		}
		if s.field > fieldMax || s.op == opNone || s.op >= opSkip {
			d.fail()
		}
		if d.bad {
			return Inverse{}, nil, refuse(ErrDamaged, "inverse")
		}
	}
	if n := d.count(3); n > 0 {
		in.stands = make([]standing, n)
		for i := range in.stands {
			in.stands[i] = standing{d.id(), d.id()}
			if in.stands[i].stamp.IsZero() {
				d.fail()
			}
		}
	}
	if d.bad {
		return Inverse{}, nil, refuse(ErrDamaged, "inverse")
	}
	return in, d.b, nil
}

// chars reads a count of characters, which none of our texts exceeds.
func (d *decoder) chars() uint32 {
	n := d.uvarint()
	if n > 1<<31 {
		d.fail()
		return 0
	}
	return uint32(n)
}

// An undo writes an old value under a new stamp; the document remembers which stamp the new one stands for, see
// Edit.Invert. The memory belongs to the undo stack, not to the document's state: it is in no snapshot. Who keeps
// a stack across a reload keeps it too.

// InheritUndo takes over from another copy of the document what it remembers for undo.
func (d *Document) InheritUndo(from *Document) {
	for stamp, origin := range from.stands {
		if d.stands == nil {
			d.stands = map[ID]ID{}
		}
		d.stands[stamp] = origin
	}
}

// AppendUndo encodes what the document remembers for undo.
func (d *Document) AppendUndo(dst []byte) []byte {
	stamps := make([]ID, 0, len(d.stands))
	for s := range d.stands {
		stamps = append(stamps, s)
	}
	slices.SortFunc(stamps, ID.Compare)
	dst = append(dst, inverseFormat)
	dst = appendUvarint(dst, uint64(len(stamps)))
	for _, s := range stamps {
		dst = appendID(appendID(dst, s), d.stands[s])
	}
	return dst
}

// RestoreUndo reads what AppendUndo wrote from the start of b and returns what follows it.
func (d *Document) RestoreUndo(b []byte) ([]byte, error) {
	in := decoder{b: b}
	if f := in.byte(); f > inverseFormat {
		return nil, refuse(ErrTooNew, "undo")
	} else if f != inverseFormat {
		return nil, refuse(ErrDamaged, "undo")
	}
	n := in.count(3)
	stands := make(map[ID]ID, n)
	for range n {
		s := in.id()
		if s.IsZero() {
			in.fail()
		}
		stands[s] = in.id()
	}
	if in.bad {
		return nil, refuse(ErrDamaged, "undo")
	}
	d.InheritUndo(&Document{stands: stands})
	return in.b, nil
}
