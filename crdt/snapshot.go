package crdt

import (
	"hash/crc32"
	"math/bits"
	"slices"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A snapshot, and a delta, which is a snapshot of what is newer than a version:
//
//	format byte · versions · columns · CRC-32C of all before, little endian (snapshot only)
//
// See docs/crdt.md for each column. Rows come in order of identity (replica, then counter), fields ascending,
// spans in list order in a snapshot and by replica and counter in a delta.

// shape flags: what there is of an object besides its fields.
const (
	shapeCreated = 1 << iota // the object itself is new here (always so in a snapshot)
	shapeExist               // existence was written
	shapeDead
)

type shape struct {
	kind  Kind
	flags uint8
	regs  FieldSet
	texts FieldSet
}

// span flags
const (
	flagDead    = 1 << iota
	flagVis     // it has a visibility stamp
	flagUp      // step +1
	flagDown    // step -1
	flagLeft    // the left origin is not the expected one
	flagRight   // the right origin is not the expected one
	flagOld     // delta: only the visibility is new
	flagReplica // the replica is not that of the span before
)

// marks of a span while it is read or written
const (
	markOld   = 1 + iota // only its visibility is told
	markRight            // its right origin is told
)

// columns of a snapshot or delta, in the order in which they are written.
const (
	colReplica = iota // of the object: difference to the one before
	colCounter        // of the object: difference to the one before of the same replica
	colShape
	colExistReplica // zigzag, relative to the object's
	colExistCounter // zigzag, relative to the object's
	colSpans        // spans of each text
	colSpanFlags
	colSpanLen
	colSpanReplica
	colSpanCounter // zigzag, relative to the end of the span before
	colVisReplica
	colVisCounter // zigzag, relative to the end of the span
	colOrigin     // replicas of unexpected origins
	colOriginCounter
	colCount
)

// columns of one register field
const (
	regReplica = iota // zigzag, relative to the object's
	regCounter        // zigzag, relative to the object's
	regLen
	regColumns
)

type writer struct {
	cols   [colCount][]uint64
	regs   [fieldMax + 1][regColumns][]uint64
	vals   [fieldMax + 1][]byte
	blob   []byte
	shapes []shape
	byName map[shape]uint64
	shape  uint64 // of the last object
	expect []expected
	spans  []span // of the text that is being written
	rights []ID
}

// Snapshot encodes the whole document. Equal states give equal bytes on every platform.
func (d *Document) Snapshot() []byte {
	objs := slices.Clone(d.objs)
	sortObjects(objs)
	w := writer{byName: map[shape]uint64{}}
	for _, o := range objs {
		w.object(o, nil)
	}
	b := []byte{formatSnapshot}
	b = d.version().Append(b)
	b = d.cut.Append(b)
	b = w.append(b, objs)
	sum := crc32.Checksum(b, castagnoli)
	return append(b, byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
}

// Delta encodes everything newer than a version; nil when there is nothing. What was overwritten meanwhile is not
// in it: it is a difference of states, not a history.
func (d *Document) Delta(since Version) []byte {
	var from, to Version
	for _, p := range d.peers {
		if n := since[p.id]; p.counter > n {
			if from == nil {
				from, to = Version{}, Version{}
			}
			from[p.id], to[p.id] = n, p.counter
		}
	}
	if from == nil {
		return nil
	}
	if !since.Covers(d.cut) { // it lacks deletions that are forgotten here: make Merge refuse it
		for r, n := range d.cut {
			from[r] = max(since[r], n)
		}
	}
	if since == nil {
		since = Version{} // not a snapshot
	}
	w := writer{byName: map[shape]uint64{}}
	var objs []*object
	for _, o := range d.touched(since) {
		if w.object(o, since) {
			objs = append(objs, o)
		}
	}
	b := []byte{formatDelta}
	b = from.Append(b)
	b = to.Append(b)
	return w.append(b, objs)
}

func (v Version) has(id ID) bool { return id.Counter <= v[id.Replica] }

// object adds what is newer than since of an object; everything when since is nil. It reports whether there was
// anything.
func (w *writer) object(o *object, since Version) bool {
	whole := since == nil
	s := shape{kind: o.kind}
	if whole || !since.has(o.id) {
		s.flags |= shapeCreated
	} else {
		s.kind = 0
	}
	if !o.exist.IsZero() && (whole || !since.has(o.exist)) {
		s.flags |= shapeExist
		w.num(colExistReplica, zigzag(int64(o.exist.Replica)-int64(o.id.Replica)))
		w.num(colExistCounter, zigzag(int64(o.exist.Counter-o.id.Counter)))
		if o.dead {
			s.flags |= shapeDead
		}
	}
	for i := range o.regs {
		r := &o.regs[i]
		if whole || !since.has(r.stamp()) {
			s.regs |= 1 << r.field
			c := &w.regs[r.field]
			c[regReplica] = append(c[regReplica], zigzag(int64(r.replica)-int64(o.id.Replica)))
			c[regCounter] = append(c[regCounter], zigzag(int64(r.counter-o.id.Counter)))
			c[regLen] = append(c[regLen], uint64(len(r.value)))
			w.vals[r.field] = append(w.vals[r.field], r.value...)
		}
	}
	for _, t := range o.texts {
		var n int
		if whole {
			n = w.text(t, o.id)
		} else {
			n = w.textSince(t, o.id, since)
		}
		if n > 0 {
			s.texts |= 1 << t.field
			w.num(colSpans, uint64(n))
		}
	}
	if !whole && s == (shape{}) {
		return false
	}
	if len(w.shapes) == 0 || w.shapes[w.shape] != s { // neighbours mostly have one shape
		n, ok := w.byName[s]
		if !ok {
			n = uint64(len(w.shapes))
			w.byName[s] = n
			w.shapes = append(w.shapes, s)
		}
		w.shape = n
	}
	w.num(colShape, w.shape)
	return true
}

func (w *writer) num(col int, v uint64) { w.cols[col] = append(w.cols[col], v) }

// append writes out the columns.
func (w *writer) append(b []byte, objs []*object) []byte {
	var prev ID
	for _, o := range objs {
		if o.id.Replica != prev.Replica {
			prev.Counter = 0
		}
		w.num(colReplica, uint64(o.id.Replica-prev.Replica))
		w.num(colCounter, o.id.Counter-prev.Counter)
		prev = o.id
	}
	b = appendUvarint(b, uint64(len(objs)))
	b = appendUvarint(b, uint64(len(w.shapes)))
	var used FieldSet
	for _, s := range w.shapes {
		b = append(b, byte(s.kind), s.flags)
		b = appendUvarint(b, uint64(s.regs))
		b = appendUvarint(b, uint64(s.texts))
		used |= s.regs
	}
	mask := uint64(0)
	for i := range w.cols {
		if len(w.cols[i]) > 0 {
			mask |= 1 << i
		}
	}
	b = appendUvarint(b, mask)
	for i := range w.cols {
		if len(w.cols[i]) > 0 {
			b = appendColumn(b, w.cols[i], i == colCounter || i == colSpanLen || i == colSpans)
		}
	}
	for ; used != 0; used &= used - 1 {
		f := bits.TrailingZeros64(uint64(used))
		c := &w.regs[f]
		b = appendColumn(b, c[regReplica], false)
		b = appendColumn(b, c[regCounter], false)
		b = appendValues(b, c[regLen], w.vals[f])
	}
	return appendText(b, w.blob)
}
