package crdt

import (
	"strings"
	"unicode/utf8"
)

// Hard bounds of the format; a server sets tighter ones by Limits.
const (
	valueBytesMax = 64 << 10
	textBytesMax  = 1 << 28
)

// Edit is one intent in the making: what is written through it becomes one batch and one step of undo. The
// document changes as the methods are called. Only one edit of a document can be open.
type Edit struct {
	d      *Document
	p      *peer
	open   bool
	prev   uint64
	first  uint64
	ops    []byte // the update so far
	header int
	obj    ID
	has    bool
	undo   Inverse
	runs   []run  // Erase's, used again
	old    []byte // Erase's, used again
	err    error
}

// Committed is what an edit came to.
type Committed struct {
	Update  []byte // for the other replicas; nil when nothing was done
	Change  Change
	Inverse Inverse
}

// Edit begins an edit by replica r.
func (d *Document) Edit(r ReplicaID) *Edit {
	if r == 0 {
		panic("crdt: an edit by nobody")
	}
	e := &d.edit
	if e.open {
		panic("crdt: the edit before is still open")
	}
	p := d.peer(r)
	e.p, e.open, e.prev, e.first, e.has, e.err = p, true, p.counter, d.now+1, false, nil
	e.ops = appendHeader(begin(&d.arena.updates, 128, 4096), r, p.counter, d.now+1, d.now+1)
	e.header = len(e.ops)
	return e
}

// Err is the first misuse, nil when there was none. A call that is refused changes nothing.
func (e *Edit) Err() error { return e.err }

// Commit ends the edit.
func (e *Edit) Commit() (done Committed) {
	if !e.open {
		panic("crdt: the edit is not open")
	}
	e.open = false
	d := e.d
	if len(e.ops) == e.header {
		return done
	}
	// The header ends with the number of counters used, which had to be guessed: less than 128 fit.
	if n := e.p.counter - e.first + 1; n < 128 {
		e.ops[e.header-1] = byte(n)
	} else {
		h := appendHeader(nil, e.p.id, e.prev, e.first, e.p.counter)
		e.ops = append(h, e.ops[e.header:]...)
	}
	done.Update = end(&d.arena.updates, e.ops)
	done.Change = d.takeChange()
	done.Inverse = e.undo
	e.ops, e.undo.some = nil, false
	if done.Inverse.more != nil {
		done.Inverse.more = end(&d.arena.steps, e.undo.more)
		e.undo.more = nil
	}
	if done.Inverse.stands != nil {
		e.undo.stands = nil
	}
	return done
}

func (e *Edit) fail(c Code, detail string) {
	if !e.open {
		panic("crdt: the edit is not open")
	}
	if e.err == nil {
		e.err = refuse(c, detail)
	}
}

// object finds what is to be written to.
func (e *Edit) object(id ID, f Field) *object {
	o := e.d.table.get(id)
	if e.open && o != nil && f <= fieldMax && e.d.now < counterMax-textBytesMax {
		return o
	}
	switch {
	case o == nil:
		e.fail(ErrUnknown, "object "+id.String())
	case f > fieldMax:
		e.fail(ErrMisuse, "fields are 0 to 63")
	default:
		e.fail(ErrAhead, "counters are used up")
	}
	return nil
}

// begin writes an operation's tag and object, and gives it n counters.
func (e *Edit) begin(k opKind, o *object, f Field, n uint32) ID {
	id := ID{e.d.now + 1, e.p.id}
	b := e.ops
	tag := byte(k)
	same := e.has && e.obj == o.id
	if same {
		tag |= tagSame
	}
	if f < 15 {
		b = append(b, tag|byte(f)<<tagField)
	} else {
		b = append(b, tag|15<<tagField, byte(f))
	}
	if !same {
		b = appendRelative(b, id, o.id)
		e.obj, e.has = o.id, true
	}
	e.ops = b
	e.spend(o, n)
	return id
}

// step remembers what takes an operation back.
func (e *Edit) step(s step) {
	if !e.undo.some {
		e.undo.some, e.undo.one = true, s
		return
	}
	if e.undo.more == nil {
		e.undo.more = begin(&e.d.arena.steps, 4, 64)
	}
	e.undo.more = append(e.undo.more, s)
}

func (e *Edit) spend(o *object, n uint32) {
	d := e.d
	d.now += uint64(n)
	e.p.counter = d.now
	d.touch(e.p, o, d.now)
}

// Create makes an object.
func (e *Edit) Create(k Kind) ID {
	if e.object(ID{}, 0) == nil {
		return ID{}
	}
	o := newObject(ID{e.d.now + 1, e.p.id}, k)
	e.d.add(o)
	e.ops = append(e.ops, byte(opCreate), byte(k))
	e.obj, e.has = o.id, true
	e.spend(o, 1)
	e.d.changed(o).Created = true
	e.step(step{op: opCreate, obj: o.id})
	return o.id
}

// Set writes a register. The value is copied.
func (e *Edit) Set(id ID, f Field, value []byte) {
	o := e.object(id, f)
	if o == nil {
		return
	}
	if len(value) > valueBytesMax {
		e.fail(ErrTooLong, "value")
		return
	}
	if o.wrote.Has(f) {
		e.fail(ErrMisuse, "a text is not a register")
		return
	}
	e.set(o, f, e.d.arena.copyBytes(value))
}

func (e *Edit) set(o *object, f Field, value []byte) ID {
	stamp := e.begin(opSet, o, f, 1)
	e.ops = append(appendUvarint(e.ops, uint64(len(value))), value...)
	r := o.slot(f)
	e.step(step{op: opSet, field: f, obj: o.id, mine: stamp.packed(), prev: r.stamp().packed(), old: r.value})
	r.counter, r.replica, r.value = stamp.Counter, stamp.Replica, value
	e.d.changed(o).Fields |= 1 << f
	return stamp
}

// Insert writes s into a text before UTF-16 unit at. A position outside the text, or inside a code point, is
// taken as the nearest one before it.
func (e *Edit) Insert(id ID, f Field, at int, s string) {
	o := e.object(id, f)
	if o == nil || s == "" {
		return
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if o.register(f) != nil {
		e.fail(ErrMisuse, "a register is not a text")
		return
	}
	t := o.textSlot(f)
	if t.bytes+len(s) > textBytesMax {
		e.fail(ErrTooLong, "text")
		return
	}
	at = min(max(at, 0), t.units)
	to := spot{t.blocks[0], 0}
	var left ID
	if at > 0 {
		b, i, pos := t.locate(at)
		sp := &b.spans[i]
		k, units := t.atUnits(sp, uint32(at-pos))
		at = pos + int(units)
		switch {
		case k == 0: // inside the first code point of the span: before it
			to = spot{b, i}
			if _, l := t.prev(to); l != nil {
				left = l.last()
			}
		case k < sp.n:
			left = sp.id.plus(k - 1)
			to = t.cut(b, i, k)
		default:
			left = sp.last()
			to = spot{b, i + 1}
		}
	}
	var right ID
	to, next := t.next(to)
	if next != nil {
		right = next.id
	}
	n, units := measure(s)
	stamp := e.begin(opInsert, o, f, n)
	e.ops = appendRelative(e.ops, stamp, left)
	switch {
	case right.IsZero():
		e.ops = append(e.ops, 0)
	case !left.IsZero() && right == left.plus(1):
		e.ops = append(e.ops, 1)
	default:
		e.ops = appendUvarint(e.ops, uint64(right.Replica)+1)
		e.ops = appendUvarint(e.ops, stamp.Counter-right.Counter)
	}
	e.ops = appendUvarint(e.ops, uint64(len(s)))
	e.ops = append(e.ops, s...)
	got, from := place(t, to, span{id: stamp, left: left, right: right, n: n, units: units}, s)
	if !t.near.ok {
		t.near = cursor{got.b.at, got.i, at, true}
		if from > 0 {
			_, u := t.widths(&got.b.spans[got.i], from)
			t.near.pos -= int(u)
		}
	}
	e.d.spliced(o, f, at, 0, s)
	e.step(step{op: opInsert, field: f, obj: o.id, mine: stamp.packed(), n: n})
}

// Erase takes n UTF-16 units from unit at on out of a text; code points that are touched go as a whole.
func (e *Edit) Erase(id ID, f Field, at, n int) {
	o := e.object(id, f)
	if o == nil {
		return
	}
	t := o.text(f)
	if t == nil || n <= 0 || at >= t.units {
		return
	}
	if at < 0 {
		n, at = n+at, 0
	}
	n = min(n, t.units-at)
	if n <= 0 {
		return
	}
	stamp := e.begin(opErase, o, f, 1)
	runs, old := e.runs[:0], e.old[:0]
	gone := 0
	for n > 0 {
		b, i, pos := t.locate(at + 1)
		s := &b.spans[i]
		k, ku := t.atUnits(s, uint32(at-pos))
		n += at - pos - int(ku) // beginning inside a code point takes all of it
		at = pos + int(ku)
		m, mu := t.atUnits(s, min(s.units, uint32(at-pos+n)))
		if int(mu-ku) < n && m < s.n { // ends inside a code point
			m++
			_, mu = t.widths(s, m)
		}
		if k > 0 {
			to := t.cut(b, i, k)
			b, i = to.b, to.i
			s = &b.spans[i]
		}
		m, mu = m-k, mu-ku
		if m < s.n {
			p, _ := t.prev(t.cut(b, i, m))
			b, i = p.b, p.i
			s = &b.spans[i]
		}
		runs = appendErased(runs, s, 0, m)
		old = append(old, t.content(s)...)
		gone += int(mu)
		n -= int(mu)
		t.hide(b, s)
		s.vis, s.step = stamp, 0
		to := t.join(b, i)
		t.near = cursor{to.b.at, to.i, at, true}
	}
	e.writeRuns(stamp, runs)
	e.d.spliced(o, f, at, gone, "")
	e.erased(o, f, stamp, runs, old)
	if e.runs, e.old = runs, old; cap(old) > 1<<12 || cap(runs) > 1<<8 {
		e.runs, e.old = nil, nil
	}
}

func (e *Edit) erased(o *object, f Field, stamp ID, runs []run, text []byte) {
	old, n := e.d.about(runs, text)
	e.step(step{op: opErase, field: f, obj: o.id, mine: stamp.packed(), old: old, n: n})
}

func (e *Edit) writeRuns(stamp ID, runs []run) {
	e.ops = appendUvarint(e.ops, uint64(len(runs)))
	for _, r := range runs {
		e.ops = appendRelative(e.ops, stamp, r.id)
		e.ops = appendUvarint(e.ops, uint64(r.n))
	}
}

// Delete takes the object away, whatever others write to it meanwhile. Its registers and texts go on merging
// underneath, and Restore brings it back with them.
func (e *Edit) Delete(id ID) { e.exist(id, opDelete) }

// Restore brings a deleted object back.
func (e *Edit) Restore(id ID) { e.exist(id, opRestore) }

func (e *Edit) exist(id ID, k opKind) ID {
	o := e.object(id, 0)
	if o == nil {
		return ID{}
	}
	if id.IsZero() {
		e.fail(ErrMisuse, "the root object always exists")
		return ID{}
	}
	if o.dead == (k == opDelete) {
		return ID{}
	}
	stamp := e.begin(k, o, 0, 1)
	e.step(step{op: k, obj: id, mine: stamp.packed(), prev: o.exist.packed()})
	o.setExist(stamp, k == opDelete)
	e.d.existed(o)
	return stamp
}

// existed notes in the change being gathered that existence turned.
func (d *Document) existed(o *object) {
	c := d.changed(o)
	c.Deleted, c.Restored = o.dead, !o.dead
}

// ---- undo

// Invert writes what takes an edit back, step by step from its last, and leaves alone what no longer stands: a
// register that someone else has set since, an object that someone else has restored, characters that someone
// else has erased too. Its own inverse, from Commit, is the redo.
//
// Undoing writes an old value under a new stamp, and the inverse of the edit before knows that value by its old
// stamp. The document remembers that the one stands for the other, so that a whole stack can be undone and redone.
func (e *Edit) Invert(in Inverse) {
	for i := in.len() - 1; i >= 0; i-- {
		s := in.at(i)
		o := e.object(s.obj, s.field)
		if o == nil {
			e.err = nil // forgotten since: nothing of it stands
			continue
		}
		switch s.op {
		case opSet:
			if r := o.register(s.field); r != nil && e.d.origin(r.stamp()) == e.d.origin(s.mine.id()) {
				e.standFor(e.set(o, s.field, s.old), s.prev.id())
			}
		case opCreate, opRestore:
			if !o.dead && e.d.origin(o.exist) == e.d.origin(s.mine.id()) {
				e.standFor(e.exist(s.obj, opDelete), s.prev.id())
			}
		case opDelete:
			if o.dead && e.d.origin(o.exist) == e.d.origin(s.mine.id()) {
				e.standFor(e.exist(s.obj, opRestore), s.prev.id())
			}
		case opInsert:
			e.eraseRuns(o, s.field, []run{{id: s.mine.id(), n: s.n}}, ID{})
		case opRevive:
			e.eraseRuns(o, s.field, s.runs(), s.mine.id())
		case opErase:
			e.revive(o, s)
		}
	}
}

func (e *Edit) standFor(stamp, prev ID) {
	if stamp.IsZero() {
		return
	}
	origin := e.d.origin(prev)
	e.d.standFor(stamp, origin)
	e.undo.stands = append(e.undo.stands, standing{stamp, origin})
}

func (d *Document) standFor(stamp, origin ID) {
	if d.stands == nil {
		d.stands = map[ID]ID{}
	}
	d.stands[stamp] = origin
}

func (d *Document) origin(stamp ID) ID {
	if o, ok := d.stands[stamp]; ok {
		return o
	}
	return stamp
}

// pieces yields the parts of runs that are of one span each, as far as this text holds them.
func (t *text) pieces(runs []run, yield func(r run, s *span, k uint32)) {
	for _, r := range runs {
		for r.n > 0 {
			b, i, k := t.find(r.id)
			if b == nil {
				break
			}
			s := &b.spans[i]
			m := min(r.n, s.n-k)
			yield(run{r.id, r.prev, m}, s, k)
			r.id.Counter += uint64(m)
			r.n -= m
		}
	}
}

func appendRun(runs []run, r run) []run {
	if l := len(runs); l > 0 && runs[l-1].id.plus(runs[l-1].n) == r.id && runs[l-1].prev == r.prev {
		runs[l-1].n += r.n
		return runs
	}
	return append(runs, r)
}

// appendErased appends n characters of s from the k-th on, and the visibility that they are about to lose.
func appendErased(runs []run, s *span, k, n uint32) []run {
	if s.step == 0 {
		return appendRun(runs, run{s.id.plus(k), s.vis.packed(), n})
	}
	for i := k; i < k+n; i++ {
		runs = appendRun(runs, run{s.id.plus(i), s.visAt(i).packed(), 1})
	}
	return runs
}

// eraseRuns erases those characters that are visible and, unless mine is zero, were made so by mine.
func (e *Edit) eraseRuns(o *object, f Field, runs []run, mine ID) {
	t := o.text(f)
	if t == nil {
		return
	}
	var live []run
	var old []byte
	all := mine.IsZero()
	mine = e.d.origin(mine)
	t.pieces(runs, func(r run, s *span, k uint32) {
		if s.dead {
			return
		}
		_, rest := splitChars(t.content(s), k)
		for i := range r.n {
			var c []byte
			c, rest = splitChars(rest, 1)
			if all || e.d.origin(s.visAt(k+i)) == mine {
				live = appendErased(live, s, k+i, 1)
				old = append(old, c...)
			}
		}
	})
	if len(live) == 0 {
		return
	}
	stamp := e.begin(opErase, o, f, 1)
	e.writeRuns(stamp, live)
	for _, r := range live {
		t.paint(r.id, r.n, stamp, true, nil, func(at int, units uint32, _ []byte) { e.d.spliced(o, f, at, int(units), "") })
	}
	e.erased(o, f, stamp, live, old)
}

// revive brings back those characters that a step erased and nobody else has erased or revived since. Characters
// that had different visibility stamps are revived under different ones, so that each stands for what it was.
func (e *Edit) revive(o *object, st *step) {
	t := o.text(st.field)
	if t == nil {
		return
	}
	type group struct {
		prev stamp
		runs []run
		text []byte
	}
	var groups []group
	size := 0
	old := st.text()
	t.pieces(st.runs(), func(r run, s *span, k uint32) {
		for j := range r.n {
			var c []byte
			c, old = splitChars(old, 1)
			if !s.dead || s.visAt(k+j) != st.mine.id() || len(c) == 0 {
				continue
			}
			i := 0
			for i < len(groups) && groups[i].prev != r.prev {
				i++
			}
			if i == len(groups) {
				groups = append(groups, group{prev: r.prev})
			}
			g := &groups[i]
			g.runs = appendRun(g.runs, run{id: r.id.plus(j), n: 1})
			g.text = append(g.text, c...)
			size += len(c)
		}
	})
	if t.bytes+size > textBytesMax {
		e.fail(ErrTooLong, "text")
		return
	}
	for i := range groups {
		g := &groups[i]
		stamp := e.begin(opRevive, o, st.field, 1)
		e.writeRuns(stamp, g.runs)
		e.ops = appendUvarint(e.ops, uint64(len(g.text)))
		e.ops = append(e.ops, g.text...)
		rest := g.text
		for _, r := range g.runs {
			var piece []byte
			piece, rest = splitChars(rest, r.n)
			t.paint(r.id, r.n, stamp, false, piece, func(at int, _ uint32, shown []byte) {
				e.d.spliced(o, st.field, at, 0, string(shown))
			})
		}
		e.standFor(stamp, g.prev.id())
		old, n := e.d.about(g.runs, nil)
		e.step(step{op: opRevive, field: st.field, obj: o.id, mine: stamp.packed(), old: old, n: n})
	}
}
