package crdt

import (
	"iter"
	"unicode/utf8"
)

// An update begins with a byte that says what it is and in which version of its format. A batch holds the
// operations of one writer:
//
//	format  byte      0x11
//	replica uvarint
//	prev    uvarint   the writer's counter before
//	gap     uvarint   first = prev + 1 + gap: Lamport clocks jump ahead of what they have seen
//	length  uvarint   last = first + length - 1
//	then operations to the end; the first has counter first, every other follows on the one before it
//
// An operation is a tag (kind in the low three bits, 8 if it is about the same object as the one before, the field
// in the high four bits, 15 for "a byte follows"), the object unless it is the same, and what the kind needs:
//
//	create  kind byte                                   1 counter; the object is the operation's own identity
//	set     length, value                               1
//	insert  left origin, right origin, length, UTF-8    1 each character
//	erase   count, then runs                            1
//	revive  count, then runs, length, UTF-8             1
//	delete, restore                                     1
//	skip    n                                           n counters that are somebody else's business
//
// An identity is written as replica and the distance of its counter from the operation's; replica 0 is none.
// A right origin of 1 is the character after the left one; other replicas are written plus one.
const (
	formatBatch    = 0x11
	formatDelta    = 0x21
	formatSnapshot = 0x31
	formatMask     = 0xF0
)

type opKind uint8

const (
	opCreate opKind = iota
	opSet
	opInsert
	opErase
	opDelete
	opRestore
	opRevive
	opSkip
	opNone opKind = 0xFF
)

const (
	tagSame  = 8
	tagField = 4
)

// Header is what a batch says of itself; of a delta only Delta is meaningful.
type Header struct {
	Replica           ReplicaID
	Prev, First, Last uint64 // Prev: the replica's counter before this batch
	Delta             bool
}

// Peek reads the header of an update, and nothing else of it.
func Peek(update []byte) (Header, error) {
	if len(update) == 0 {
		return Header{}, refuse(ErrDamaged, "empty update")
	}
	switch f := update[0]; {
	case f == formatDelta:
		return Header{Delta: true}, nil
	case f == formatBatch:
		d := decoder{b: update[1:]}
		h, err := d.header()
		if err != nil {
			return Header{}, err
		}
		return h, nil
	case f&formatMask == formatDelta&formatMask && f > formatDelta, f&formatMask == formatBatch&formatMask && f > formatBatch:
		return Header{}, refuse(ErrTooNew, "update")
	}
	return Header{}, refuse(ErrDamaged, "not an update")
}

func (d *decoder) header() (Header, *Error) {
	h := Header{Replica: d.replica(), Prev: d.counter()}
	gap, n := d.counter(), d.counter()
	h.First = h.Prev + 1 + gap
	h.Last = h.First + n - 1
	switch {
	case d.bad || h.Replica == 0 || n == 0:
		return h, refuse(ErrDamaged, "batch header")
	case h.Last > counterMax:
		return h, refuse(ErrAhead, "counter out of range")
	}
	return h, nil
}

func appendHeader(b []byte, r ReplicaID, prev, first, last uint64) []byte {
	gap, n := first-prev-1, last-first+1
	if r < 0x80 && gap < 0x80 && n < 0x80 { // nearly always
		return append(appendUvarint(append(b, formatBatch, byte(r)), prev), byte(gap), byte(n))
	}
	b = append(b, formatBatch)
	b = appendUvarint(b, uint64(r))
	b = appendUvarint(b, prev)
	b = appendUvarint(b, gap)
	return appendUvarint(b, n)
}

// Join makes one batch of consecutive batches of one writer, so that a replica may send what piled up as one.
func Join(batches ...[]byte) ([]byte, error) {
	if len(batches) == 1 {
		return batches[0], nil
	}
	var all Header
	n := 0
	for i, b := range batches {
		h, err := Peek(b)
		if err != nil {
			return nil, err
		}
		n += len(b)
		switch {
		case h.Delta:
			return nil, refuse(ErrMisuse, "a delta cannot be joined")
		case i == 0:
			all = h
		case h.Replica != all.Replica:
			return nil, refuse(ErrForeign, "batches of several writers")
		case h.Prev != all.Last:
			return nil, refuse(ErrHole, "batches do not follow on each other")
		}
		all.Last = h.Last
	}
	if n == 0 {
		return nil, nil
	}
	out := appendHeader(make([]byte, 0, n), all.Replica, all.Prev, all.First, all.Last)
	at := all.First
	for _, b := range batches {
		d := decoder{b: b[1:]}
		h, _ := d.header()
		if h.First > at {
			out = append(out, byte(opSkip))
			out = appendUvarint(out, h.First-at)
		}
		out = append(out, d.b...)
		at = h.Last + 1
	}
	return out, nil
}

// op is a decoded operation. Slices alias the update, runs the reader's.
type op struct {
	kind        opKind
	field       Field
	objKind     Kind
	id          ID // its stamp, and the identity of what it makes
	obj         ID
	left, right ID
	value       []byte
	n, units    uint32 // characters and UTF-16 units of value, where it is text
	runs        []run
	o           *object // where Merge looked it up
	t           *text   // the object's first text
}

// opReader reads the operations of a batch, checking everything that can be checked without a document.
type opReader struct {
	decoder
	h    Header
	next uint64 // the counter of the next operation
	obj  ID
	runs []run
	has  bool // obj is meaningful
}

// read decodes the next operation; done at the end.
func (r *opReader) read(o *op) (done bool, err *Error) {
	if len(r.b) == 0 {
		if r.bad || r.next != r.h.Last+1 {
			return false, refuse(ErrDamaged, "batch ends early")
		}
		return true, nil
	}
	tag := r.byte()
	*o = op{kind: opKind(tag & 7), id: ID{r.next, r.h.Replica}}
	if o.kind == opSkip {
		n := r.counter()
		r.next += n
		r.has = false
		if n == 0 || tag>>3 != 0 || r.bad || r.next > r.h.Last {
			return false, refuse(ErrDamaged, "skip")
		}
		return false, nil
	}
	used := uint64(1)
	f := tag >> tagField
	if f == 15 {
		if f = r.byte(); f < 15 || f > fieldMax {
			r.fail()
		}
	}
	o.field = Field(f)
	switch {
	case o.kind == opCreate:
		if tag != byte(opCreate) {
			r.fail()
		}
		r.obj = o.id
	case tag&tagSame != 0:
		if !r.has {
			r.fail()
		}
	default:
		r.obj = r.relative(o.id)
	}
	r.has = true
	o.obj = r.obj
	switch o.kind {
	case opCreate:
		o.objKind = Kind(r.byte())
	case opSet:
		o.value = r.bytes()
	case opInsert:
		o.left = r.relative(o.id)
		switch c := r.uvarint(); {
		case c == 0:
		case c == 1:
			if o.left.IsZero() {
				r.fail()
			}
			o.right = o.left.plus(1)
			if o.right.Counter >= o.id.Counter {
				r.fail()
			}
		case c > 1<<32:
			r.fail()
		default:
			o.right = r.distance(ReplicaID(c-1), o.id)
			if o.right == o.left.plus(1) && !o.left.IsZero() {
				r.fail()
			}
		}
		o.value = r.bytes()
		used = uint64(r.utf8(o))
		if used == 0 || o.left == o.right && !o.left.IsZero() {
			r.fail()
		}
	case opErase, opRevive:
		n := r.count(3)
		if n == 0 {
			r.fail()
		}
		from := len(r.runs)
		var chars uint64
		for range n {
			x := run{id: r.relative(o.id), n: r.chars()}
			if x.n == 0 || x.id.IsZero() || x.id.Counter+uint64(x.n) > o.id.Counter && x.id.Replica == o.id.Replica {
				r.fail()
			}
			chars += uint64(x.n)
			r.runs = append(r.runs, x)
		}
		o.runs = r.runs[from:len(r.runs):len(r.runs)]
		if o.kind == opRevive {
			o.value = r.bytes()
			r.utf8(o)
			if uint64(o.n) != chars {
				r.fail()
			}
		}
	}
	if o.kind == opDelete || o.kind == opRestore {
		if f != 0 || o.obj.IsZero() {
			r.fail()
		}
	}
	r.next += used
	if r.bad || r.next > r.h.Last+1 {
		return false, refuse(ErrDamaged, "operation")
	}
	return false, nil
}

func (r *opReader) utf8(o *op) uint32 {
	if !utf8.Valid(o.value) {
		r.fail()
		return 0
	}
	o.n, o.units = measure(o.value)
	return o.n
}

// relative reads an identity that is older than op; its counter is a distance.
func (r *opReader) relative(op ID) ID { return r.distance(r.replica(), op) }

func (r *opReader) distance(rep ReplicaID, op ID) ID {
	if rep == 0 {
		return ID{}
	}
	d := r.uvarint()
	if d >= op.Counter || d == 0 && rep >= op.Replica {
		r.fail()
		return ID{}
	}
	return ID{op.Counter - d, rep}
}

func appendRelative(b []byte, op, id ID) []byte {
	b = appendUvarint(b, uint64(id.Replica))
	if id.Replica != 0 {
		b = appendUvarint(b, op.Counter-id.Counter)
	}
	return b
}

// ---- for guards

// OpKind says what an operation does.
type OpKind uint8

const (
	OpCreate OpKind = 1 + iota
	OpSet
	OpInsert
	OpErase // erases characters, or by undo brings erased ones back
	OpDelete
	OpRestore
)

// Op is an operation as a guard sees it: what it does to which field of which object.
type Op struct {
	Kind       OpKind
	Object     ID
	ObjectKind Kind // of OpCreate
	Field      Field
	Value      []byte // the value set, or the text inserted or brought back; aliases the update
}

var publicKinds = [...]OpKind{opCreate: OpCreate, opSet: OpSet, opInsert: OpInsert, opErase: OpErase, opDelete: OpDelete, opRestore: OpRestore, opRevive: OpErase}

// Ops yields the operations of a batch in order, and an error if the bytes end badly or it is not a batch.
func Ops(update []byte) iter.Seq2[Op, error] {
	return func(yield func(Op, error) bool) {
		h, err := Peek(update)
		if err == nil && h.Delta {
			err = refuse(ErrMisuse, "a delta has no operations")
		}
		if err != nil {
			yield(Op{}, err)
			return
		}
		r := newOpReader(update)
		for {
			var o op
			done, err := r.read(&o)
			if err != nil {
				yield(Op{}, err)
				return
			}
			if done {
				return
			}
			r.runs = r.runs[:0]
			if o.kind == opSkip {
				continue
			}
			if !yield(Op{publicKinds[o.kind], o.obj, o.objKind, o.field, o.value}, nil) {
				return
			}
		}
	}
}

// newOpReader starts reading a batch whose header Peek accepted.
func newOpReader(update []byte) opReader {
	r := opReader{decoder: decoder{b: update[1:]}}
	r.h, _ = r.header()
	r.next = r.h.First
	return r
}
