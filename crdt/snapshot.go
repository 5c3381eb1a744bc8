package crdt

import (
	"bytes"
	"hash/crc32"
	"math/bits"
	"slices"
	"unicode/utf8"
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

// text writes all spans in list order, joined to the longest runs there are, so that the history of how they were
// split leaves no trace.
func (w *writer) text(t *text, base ID) int {
	n := 0
	prev := base
	w.spans = t.joined(w.spans[:0])
	spans, rights := w.spans, w.expectRights()
	for i := range spans {
		s := &spans[i]
		w.span(s, prev, w.expectLeft(s.id), rights[i], true)
		prev = s.last()
		n++
	}
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; !s.dead {
				w.blob = append(w.blob, t.content(s)...)
			}
		}
	}
	return n
}

// expected is a span to the left whose last character may be the left origin of one to come.
type expected struct{ id, last ID }

// expectLeft guesses the left origin of the next span in list order: the nearest one to the left that is older. It
// is right whenever the writer knew all that stands there now.
func (w *writer) expectLeft(id ID) ID { return nearestOlder(&w.expect, id) }

func nearestOlder(stack *[]expected, id ID) ID {
	st := *stack
	for len(st) > 0 && id.less(st[len(st)-1].id) {
		st = st[:len(st)-1]
	}
	*stack = st
	if len(st) == 0 {
		return ID{}
	}
	return st[len(st)-1].last
}

// expectRights guesses right origins: the nearest span to the right that is older.
func (w *writer) expectRights() []ID {
	out, st := w.rights[:0], w.expect[:0]
	for range w.spans {
		out = append(out, ID{})
	}
	for i := len(w.spans) - 1; i >= 0; i-- {
		id := w.spans[i].id
		for len(st) > 0 && id.less(st[len(st)-1].id) {
			st = st[:len(st)-1]
		}
		if len(st) > 0 {
			out[i] = st[len(st)-1].id
		}
		st = append(st, expected{id: id})
	}
	w.rights, w.expect = out, st[:0]
	return out
}

func (w *writer) span(s *span, prev, left, right ID, whole bool) {
	var f uint64
	if s.dead {
		f |= flagDead
	}
	if !s.vis.IsZero() {
		f |= flagVis
		w.num(colVisReplica, zigzag(int64(s.vis.Replica)-int64(s.id.Replica)))
		w.num(colVisCounter, zigzag(int64(s.vis.Counter-s.last().Counter)))
	}
	switch s.step {
	case 1:
		f |= flagUp
	case -1:
		f |= flagDown
	}
	if s.left != left {
		f |= flagLeft
		w.origin(s.id, s.left)
	}
	if s.right != right {
		f |= flagRight
		w.origin(s.id, s.right)
	}
	if s.id.Replica != prev.Replica {
		f |= flagReplica
		w.num(colSpanReplica, uint64(s.id.Replica))
	}
	w.num(colSpanCounter, zigzag(int64(s.id.Counter-prev.Counter)-1))
	w.num(colSpanLen, uint64(s.n))
	w.num(colSpanFlags, f)
	if whole {
		w.expect = append(w.expect, expected{s.id, s.last()})
	}
}

func (w *writer) origin(id, origin ID) {
	w.num(colOrigin, uint64(origin.Replica))
	if origin.Replica != 0 {
		w.num(colOriginCounter, zigzag(int64(id.Counter-origin.Counter)))
	}
}

// joined appends the spans of t to dst, adjacent ones made one wherever they can be.
func (t *text) joined(dst []span) []span {
	first := len(dst)
	for _, b := range t.blocks {
		for i := range b.spans {
			s := b.spans[i]
			for len(dst) > first {
				l := &dst[len(dst)-1]
				if absorbs(l, &s) {
					absorb(l, &s)
					s.n = 0
					break
				}
				// A run whose stamps go on differently may still give up its first character.
				if s.n == 1 {
					break
				}
				head := s
				head.n, head.step, head.units, head.bytes = 1, 0, 0, 0
				if !absorbs(l, &head) {
					break
				}
				absorb(l, &head)
				s.id, s.left, s.vis, s.n = s.id.plus(1), s.id, s.visAt(1), s.n-1
				if s.n == 1 {
					s.step = 0
				}
			}
			if s.n > 0 {
				dst = append(dst, s)
			}
		}
	}
	return dst
}

// textSince writes the spans, or parts of spans, that are newer than a version, by replica and counter.
func (w *writer) textSince(t *text, base ID, since Version) int {
	if !t.newerThan(since) {
		return 0
	}
	var fresh []span
	for _, s := range t.joined(nil) {
		if k := since[s.id.Replica]; k >= s.id.Counter {
			// Known characters of this span come along only if their visibility is new.
			known := s
			known.n = uint32(min(uint64(s.n), k-s.id.Counter+1))
			if s.vis.Replica != 0 {
				for i := uint32(0); i < known.n; i++ {
					if since.has(known.visAt(i)) {
						continue
					}
					j := i + 1
					for j < known.n && !since.has(known.visAt(j)) {
						j++
					}
					p := part(known, i, j)
					p.mark = markOld
					fresh = append(fresh, p)
					i = j
				}
			}
			if known.n == s.n {
				continue
			}
			s = part(s, known.n, s.n)
		}
		s.mark = 0
		fresh = append(fresh, s)
	}
	if len(fresh) == 0 {
		return 0
	}
	slices.SortFunc(fresh, func(a, b span) int { return compareRuns(a.id, b.id) })
	prev := base
	var left, right ID
	for i := range fresh {
		s := &fresh[i]
		if s.mark == markOld {
			s.left, s.right = left, right // not told
		}
		w.span(s, prev, left, right, false)
		if s.mark == markOld {
			f := &w.cols[colSpanFlags]
			(*f)[len(*f)-1] |= flagOld
		} else {
			left, right = s.last(), s.right
		}
		prev = s.last()
		if !s.dead {
			w.blob = t.appendChars(w.blob, s.id, s.n)
		}
	}
	return len(fresh)
}

// newerThan reports whether anything in t is newer than a version.
func (t *text) newerThan(v Version) bool {
	var last ReplicaID
	var top uint64
	has := func(id ID) bool {
		if id.Replica != last {
			last, top = id.Replica, v[id.Replica]
		}
		return id.Counter <= top
	}
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; !has(s.last()) || !has(s.vis) || s.step > 0 && !has(s.visAt(s.n-1)) {
				return true
			}
		}
	}
	return false
}

// part is characters i to j of s, without its bytes.
func part(s span, i, j uint32) span {
	if i > 0 {
		s.left = s.id.plus(i - 1)
		s.vis = s.visAt(i)
		s.id = s.id.plus(i)
	}
	if s.n = j - i; s.n == 1 {
		s.step = 0
	}
	return s
}

// appendChars appends the bytes of n live characters from id on.
func (t *text) appendChars(dst []byte, id ID, n uint32) []byte {
	t.pieces([]run{{id: id, n: n}}, func(r run, s *span, k uint32) {
		_, tail := splitChars(t.content(s), k)
		head, _ := splitChars(tail, r.n)
		dst = append(dst, head...)
	})
	return dst
}

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

// appendText writes text as it is, or in a Huffman code.
func appendText(b, text []byte) []byte {
	b = appendUvarint(b, uint64(len(text)))
	if len(text) > 64 {
		if out := appendHuffman(nil, text); len(out) < len(text) {
			b = appendUvarint(append(b, textCoded), uint64(len(out)))
			return append(b, out...)
		}
	}
	return append(append(b, textPlain), text...)
}

const (
	textPlain = iota
	textCoded
)

func (d *decoder) text() []byte {
	n := d.uvarint()
	switch d.byte() {
	case textPlain:
		return slices.Clone(d.take(n))
	case textCoded:
		in := decoder{b: d.bytes()}
		if n <= uint64(8*len(in.b)) {
			if out := in.huffman(int(n)); !in.bad {
				return out
			}
		}
	}
	d.fail()
	return nil
}

// Values of a register field are written one after the other, or as a short table of the distinct ones and which
// one each row has.
const (
	valuesPlain = iota
	valuesTable
)

const tableMax = 64

func appendValues(b []byte, lens []uint64, vals []byte) []byte {
	var table [][]byte
	index := make([]uint64, 0, len(lens))
	at, size := 0, 0
	for _, n := range lens {
		v := vals[at : at+int(n)]
		at += int(n)
		i := slices.IndexFunc(table, func(x []byte) bool { return bytes.Equal(x, v) })
		if i < 0 {
			if i = len(table); i == tableMax {
				table = nil
				break
			}
			table = append(table, v)
			size += len(v) + 1
		}
		index = append(index, uint64(i))
	}
	if table != nil && size+len(lens) < len(vals)+len(lens)/2 {
		b = append(b, valuesTable)
		b = appendUvarint(b, uint64(len(table)))
		for _, v := range table {
			b = appendUvarint(b, uint64(len(v)))
			b = append(b, v...)
		}
		return appendColumn(b, index, true)
	}
	b = append(b, valuesPlain)
	b = appendColumn(b, lens, len(lens) > 0 && slices.Min(lens) == 0) // an empty value must cost something too
	b = appendUvarint(b, uint64(len(vals)))
	return append(b, vals...)
}

// ---- reading

// values reads what appendValues wrote.
type values struct {
	table [][]byte
	lens  column
	blob  []byte
}

func (d *decoder) values(rows int) values {
	var v values
	switch d.byte() {
	case valuesTable:
		n := d.count(1)
		if n > tableMax || n == 0 {
			d.fail()
			return v
		}
		v.table = make([][]byte, n)
		for i := range v.table {
			v.table[i] = slices.Clone(d.bytes())
		}
		v.lens = d.column()
		if !v.lens.fits(rows) {
			d.fail()
		}
	case valuesPlain:
		v.lens = d.column()
		v.blob = slices.Clone(d.bytes())
		if v.lens.fits(rows) {
			break
		}
		// Then every row has bytes of its own.
		if v.lens.how == columnSame && v.lens.value == 0 || rows > len(v.blob) {
			d.fail()
		}
	default:
		d.fail()
	}
	return v
}

func (v *values) next() []byte {
	n := v.lens.next()
	if v.table != nil {
		if n >= uint64(len(v.table)) {
			v.lens.fail()
			v.lens.bad = true
			return nil
		}
		return v.table[n]
	}
	if n > uint64(len(v.blob)) || n > valueBytesMax {
		v.lens.fail()
		return nil
	}
	s := v.blob[:n:n]
	v.blob = v.blob[n:]
	return s
}

// rows is a decoded snapshot or delta, not yet part of a document.
type rows struct {
	from, to Version
	objs     []object
	flags    []uint8 // shape flags of each object
}

func damaged(what string) error { return refuse(ErrDamaged, what) }

// decodeRows reads what writer.append wrote.
func (d *decoder) rows(snapshot bool) (*rows, error) {
	r := &rows{from: d.version(), to: d.version()}
	n := int(d.uvarint())
	shapes := make([]shape, d.count(4))
	for i := range shapes {
		s := &shapes[i]
		s.kind, s.flags = Kind(d.byte()), d.byte()
		s.regs, s.texts = FieldSet(d.uvarint()), FieldSet(d.uvarint())
		if s.flags > 7 || snapshot && s.flags&shapeCreated == 0 || s.flags&(shapeDead|shapeExist) == shapeDead {
			d.fail()
		}
	}
	var cols [colCount]column
	mask := d.uvarint()
	if mask >= 1<<colCount {
		d.fail()
	}
	for i := range cols {
		if cols[i].how = columnPlain; mask>>i&1 == 1 { // one that is not there has no rows
			cols[i] = d.column()
		}
	}
	if d.bad || n < 0 || n > 8*len(cols[colCounter].b) || !cols[colCounter].fits(n) {
		return nil, damaged("columns")
	}
	// First the objects and how much there is of each thing; then room for all of it at once.
	r.objs = make([]object, n)
	r.flags = make([]uint8, n)
	which := make([]uint32, n)
	var perField [fieldMax + 1]int
	var used FieldSet
	uses := make([]int, len(shapes))
	nTexts := 0
	var id ID
	for i := range r.objs {
		o := &r.objs[i]
		if dr := cols[colReplica].next(); dr > 0 {
			if dr > 1<<32-1-uint64(id.Replica) {
				return nil, damaged("object replica")
			}
			id = ID{0, id.Replica + ReplicaID(dr)}
		}
		dc := cols[colCounter].next()
		if dc > counterMax || dc == 0 && id.Replica != 0 || id.Replica == 0 && (i > 0 || dc != 0) {
			return nil, damaged("object identity")
		}
		id.Counter += dc
		k := cols[colShape].next()
		if k >= uint64(len(shapes)) || id.Counter > counterMax || cols[colShape].bad || cols[colCounter].bad || cols[colReplica].bad {
			return nil, damaged("object")
		}
		s := &shapes[k]
		which[i] = uint32(k)
		uses[k]++
		o.id, o.kind = id, s.kind
		r.flags[i] = s.flags
		if s.flags&shapeExist != 0 {
			o.dead = s.flags&shapeDead != 0
			o.exist = relativeTo(id, &cols[colExistReplica], &cols[colExistCounter])
			if o.exist.IsZero() || id.IsZero() {
				return nil, damaged("existence")
			}
		}
	}
	for k := range shapes {
		s := &shapes[k]
		if uses[k] == 0 {
			return nil, damaged("unused shape")
		}
		used |= s.regs
		nTexts += uses[k] * bits.OnesCount64(uint64(s.texts))
		for f := s.regs; f != 0; f &= f - 1 {
			perField[bits.TrailingZeros64(uint64(f))] += uses[k]
		}
	}
	if !cols[colSpans].fits(nTexts) {
		return nil, damaged("texts")
	}
	var stamps [fieldMax + 1][2]column
	var vals [fieldMax + 1]values
	for u := used; u != 0; u &= u - 1 {
		f := bits.TrailingZeros64(uint64(u))
		stamps[f] = [2]column{d.column(), d.column()}
		vals[f] = d.values(perField[f])
	}
	blob := d.text()
	if d.bad || len(d.b) > 0 {
		return nil, damaged("registers")
	}
	for i := range r.objs {
		o := &r.objs[i]
		s := &shapes[which[i]]
		k := bits.OnesCount64(uint64(s.regs))
		if o.regs = o.room[:min(k, roomMax)]; k > roomMax {
			o.regs = make([]register, k)
		}
		j := 0
		for u := s.regs; u != 0; u &= u - 1 {
			f := bits.TrailingZeros64(uint64(u))
			stamp := relativeTo(o.id, &stamps[f][0], &stamps[f][1])
			v := vals[f].next()
			if vals[f].lens.bad || stamp.IsZero() {
				return nil, damaged("register")
			}
			o.regs[j] = register{stamp.Counter, stamp.Replica, Field(f), v}
			j++
		}
	}
	for u := used; u != 0; u &= u - 1 {
		f := bits.TrailingZeros64(uint64(u))
		if len(vals[f].blob) > 0 || !vals[f].lens.spent() || !stamps[f][0].spent() || !stamps[f][1].spent() {
			return nil, damaged("values")
		}
	}
	if err := r.texts(&cols, shapes, which, nTexts, blob, snapshot); err != nil {
		return nil, err
	}
	for i := range cols {
		if !cols[i].spent() {
			return nil, damaged("a column goes on")
		}
	}
	return r, nil
}

// relativeTo reads a stamp written relative to an identity; zero when it is out of range.
func relativeTo(id ID, replica, counter *column) ID {
	rep := int64(id.Replica) + unzigzag(replica.next())
	c := int64(id.Counter) + unzigzag(counter.next())
	if rep < 1 || rep > 1<<32-1 || c < 1 || c > counterMax || replica.bad || counter.bad {
		return ID{}
	}
	return ID{uint64(c), ReplicaID(rep)}
}

// texts reads the spans of all texts.
func (r *rows) texts(cols *[colCount]column, shapes []shape, which []uint32, nTexts int, blob []byte, snapshot bool) error {
	if !utf8.Valid(blob) {
		return damaged("text is not UTF-8")
	}
	ascii := true
	for _, c := range blob {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	texts := make([]text, nTexts)
	ptrs := make([]*text, nTexts)
	counts := make([]int, nTexts)
	total := 0
	for i := range counts {
		n := cols[colSpans].next()
		if n == 0 || n > 1<<31 || cols[colSpans].bad {
			return damaged("spans")
		}
		counts[i] = int(n)
		total += int(n)
		if total > 1<<32 {
			return damaged("spans")
		}
	}
	if !cols[colSpanLen].fits(total) {
		return damaged("spans")
	}
	spans := make([]span, total)
	ti := 0
	var expect []expected
	for i := range r.objs {
		o := &r.objs[i]
		s := &shapes[which[i]]
		k := bits.OnesCount64(uint64(s.texts))
		o.texts, o.wrote = ptrs[ti:ti+k:ti+k], s.texts
		for u := s.texts; u != 0; u &= u - 1 {
			t := &texts[ti]
			ptrs[ti] = t
			t.field = Field(bits.TrailingZeros64(uint64(u)))
			list := spans[:counts[ti]:counts[ti]]
			spans = spans[counts[ti]:]
			ti++
			rest, err := r.spans(cols, t, list, o.id, blob, ascii, snapshot, &expect)
			if err != nil {
				return err
			}
			blob = rest
		}
	}
	if len(blob) > 0 {
		return damaged("text left over")
	}
	return nil
}

const spansLoaded = 32 // spans in a block after loading, leaving room

func (r *rows) spans(cols *[colCount]column, t *text, list []span, base ID, blob []byte, ascii, snapshot bool, expect *[]expected) ([]byte, error) {
	prev := base
	st := (*expect)[:0]
	var left, right ID
	all, used := blob, 0
	for i := range list {
		s := &list[i]
		f := cols[colSpanFlags].next()
		n := cols[colSpanLen].next()
		if n == 0 || n > 1<<31 || f > 255 || cols[colSpanLen].bad || cols[colSpanFlags].bad || f&flagUp != 0 && f&flagDown != 0 {
			return nil, damaged("span")
		}
		s.n = uint32(n)
		s.id.Replica = prev.Replica
		if f&flagReplica != 0 {
			rep := cols[colSpanReplica].next()
			if rep > 1<<32-1 {
				return nil, damaged("span replica")
			}
			s.id.Replica = ReplicaID(rep)
		}
		c := int64(prev.Counter) + 1 + unzigzag(cols[colSpanCounter].next())
		if s.id.Replica == 0 || c < 1 || c > counterMax-1<<31 || cols[colSpanReplica].bad || cols[colSpanCounter].bad {
			return nil, damaged("span identity")
		}
		s.id.Counter = uint64(c)
		prev = s.last()
		s.dead = f&flagDead != 0
		if f&flagVis != 0 {
			s.vis = relativeTo(prev, &cols[colVisReplica], &cols[colVisCounter])
			if s.vis.IsZero() {
				return nil, damaged("visibility")
			}
			if f&flagUp != 0 {
				s.step = 1
			} else if f&flagDown != 0 {
				s.step = -1
			}
			if s.step != 0 && s.n == 1 || s.step < 0 && s.vis.Counter < n || s.step > 0 && s.vis.Counter+n > counterMax {
				return nil, damaged("visibility")
			}
		} else if s.dead || f&(flagUp|flagDown) != 0 {
			return nil, damaged("visibility")
		}
		if snapshot {
			for len(st) > 0 && s.id.less(st[len(st)-1].id) {
				st = st[:len(st)-1]
			}
			left = ID{}
			if len(st) > 0 {
				left = st[len(st)-1].last
			}
			st = append(st, expected{s.id, prev})
		}
		old := f&flagOld != 0
		if old && (snapshot || f&(flagLeft|flagRight) != 0 || s.vis.IsZero()) {
			return nil, damaged("span flags")
		}
		s.left, s.right = left, right
		var ok1, ok2 = true, true
		if f&flagLeft != 0 {
			s.left, ok1 = readOrigin(cols, s.id)
		}
		if f&flagRight != 0 {
			s.right, ok2 = readOrigin(cols, s.id)
			s.mark = markRight
		}
		if !ok1 || !ok2 {
			return nil, damaged("origin")
		}
		if !snapshot {
			if s.mark = 0; old {
				s.mark, s.left, s.right = markOld, ID{}, ID{}
			} else {
				left, right = prev, s.right
			}
		}
		if s.dead {
			continue
		}
		if ascii {
			if n > uint64(len(blob)) {
				return nil, damaged("text")
			}
			s.bytes, s.units = s.n, s.n
		} else {
			var b, u uint32
			for range s.n {
				if int(b) >= len(blob) {
					return nil, damaged("text")
				}
				x := blob[b]
				switch {
				case x < 0x80:
					b++
				case x < 0xE0:
					b += 2
				case x < 0xF0:
					b += 3
				default:
					b += 4
					u++
				}
				u++
			}
			s.bytes, s.units = b, u
		}
		used += int(s.bytes)
		t.units += int(s.units)
		blob = blob[s.bytes:]
	}
	t.bytes = used
	t.buf = all[:used:used]
	if snapshot {
		*expect = st
		// Right origins are expected from the other side.
		st = st[:0]
		for i := len(list) - 1; i >= 0; i-- {
			s := &list[i]
			for len(st) > 0 && s.id.less(st[len(st)-1].id) {
				st = st[:len(st)-1]
			}
			if s.mark != markRight {
				s.right = ID{}
				if len(st) > 0 {
					s.right = st[len(st)-1].id
				}
			}
			st = append(st, expected{s.id, s.id})
			s.mark = 0
		}
	}
	*expect = st
	var off uint32
	if len(list) <= spansMax || !snapshot {
		t.begin(list)
	} else {
		n := (len(list) + spansLoaded - 1) / spansLoaded
		blocks := make([]block, n)
		t.blocks = make([]*block, n)
		t.sums = make([]int, n)
		for i := range blocks {
			lo, hi := i*spansLoaded, min((i+1)*spansLoaded, len(list))
			blocks[i] = block{at: i, spans: list[lo:hi:hi]}
			t.blocks[i] = &blocks[i]
			for j := lo; j < hi; j++ {
				t.sums[i] += int(list[j].units)
			}
		}
	}
	for i := range list {
		if s := &list[i]; !s.dead {
			s.off = off
			off += s.bytes
		}
	}
	return blob, nil
}

func readOrigin(cols *[colCount]column, id ID) (ID, bool) {
	rep := cols[colOrigin].next()
	if cols[colOrigin].bad || rep > 1<<32-1 {
		return ID{}, false
	}
	if rep == 0 {
		return ID{}, true
	}
	c := int64(id.Counter) - unzigzag(cols[colOriginCounter].next())
	if cols[colOriginCounter].bad || c < 1 || c > counterMax {
		return ID{}, false
	}
	return ID{uint64(c), ReplicaID(rep)}, true
}
