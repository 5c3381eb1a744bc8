package crdt

// Merge takes an update in, a batch or a delta, all of it or nothing, and says what it changed. What is known
// already is skipped; what follows on edits that are not known yet is refused with ErrHole.
func (d *Document) Merge(update []byte) (Change, error) {
	if d.edit.open {
		panic("crdt: merge while an edit is open")
	}
	h, err := Peek(update)
	if err != nil {
		return Change{}, err
	}
	if h.Delta {
		err = d.mergeDelta(update)
	} else {
		err = d.mergeBatch(update, h)
	}
	if err != nil {
		return Change{}, err
	}
	return d.takeChange(), nil
}

// Absorb is Merge for who does not ask what changed, as a server or the replay of a log: that costs about a third of it.
func (d *Document) Absorb(update []byte) error {
	d.quiet = true
	defer func() { d.quiet = false }()
	_, err := d.Merge(update)
	return err
}

// reading is the memory that Merge decodes into, kept from one to the next.
type reading struct {
	ops  []op
	runs []run
	made []*object // created by this batch, by counter
	text []written // inserted by this batch, by counter
	met  uint64    // see meet
}

type written struct {
	obj   ID
	field Field
	from  uint64
	n     uint32
}

// mergeBatch reads and checks everything before it writes anything.
func (d *Document) mergeBatch(update []byte, h Header) error {
	rd := &d.reading
	defer rd.reset()
	if err := d.read(update, h); err != nil {
		return err
	}
	p := d.peer(h.Replica)
	for i := range rd.ops {
		d.apply(p, &rd.ops[i])
	}
	d.advance(p, h.Last)
	return nil
}

func (rd *reading) reset() {
	if cap(rd.ops) > 1<<12 || cap(rd.runs) > 1<<12 {
		*rd = reading{}
		return
	}
	if len(rd.ops) > 64 {
		clear(rd.ops) // it holds on to an update; a small one may stay until the next
	}
	clear(rd.made)
	rd.ops, rd.runs, rd.made, rd.text = rd.ops[:0], rd.runs[:0], rd.made[:0], rd.text[:0]
}

// read decodes the operations of a batch that are not known yet, and resolves them.
func (d *Document) read(update []byte, h Header) error {
	rd := &d.reading
	seen := d.seen(h.Replica)
	if h.Prev > seen {
		return refuse(ErrHole, "edits of this replica before these are missing")
	}
	r := newOpReader(update)
	r.runs = rd.runs
	for {
		last := len(rd.ops)
		if last < cap(rd.ops) {
			rd.ops = rd.ops[:last+1] // read overwrites what was there
		} else {
			rd.ops = append(rd.ops, op{})
		}
		o := &rd.ops[last]
		done, err := r.read(o)
		rd.runs = r.runs
		if err != nil {
			return err
		}
		if done {
			rd.ops = rd.ops[:last]
			break
		}
		if o.kind == opSkip || r.next-1 <= seen { // known already
			rd.ops = rd.ops[:last]
			continue
		}
		if o.id.Counter <= seen {
			return refuse(ErrDamaged, "an operation known in part")
		}
	}
	// All objects are looked up before any is used, so that the processor can wait for several at once.
	for i := range rd.ops {
		o := &rd.ops[i]
		if o.kind != opCreate {
			o.o = d.table.get(o.obj)
		}
	}
	rd.meet()
	for i := range rd.ops {
		if err := d.resolve(i); err != nil {
			return err
		}
	}
	return nil
}

// meet looks once at what the operations will work on: first the registers and texts of all objects, then the first
// span of all texts. Nothing is done with it; but what is not in the processor's cache is fetched for many operations
// at a time rather than one after the other.
func (rd *reading) meet() {
	for i := range rd.ops {
		o := &rd.ops[i]
		switch {
		case o.o == nil:
		case o.kind == opSet:
			rd.met += o.o.room[0].counter
		default:
			o.t = o.o.one[0]
		}
	}
	for i := range rd.ops {
		if t := rd.ops[i].t; t != nil && len(t.first.spans) > 0 {
			rd.met += t.first.spans[0].id.Counter
		}
	}
}

// last is the counter that an operation ends on.
func (o *op) last() uint64 {
	if o.kind == opInsert {
		return o.id.Counter + uint64(o.n) - 1
	}
	return o.id.Counter
}

// resolve looks up everything that an operation refers to, in the document and in the batch so far.
func (d *Document) resolve(i int) error {
	rd := &d.reading
	o := &rd.ops[i]
	if o.kind == opCreate {
		o.o = newObject(o.obj, o.objKind)
		rd.made = append(rd.made, o.o)
		return nil
	}
	if o.o == nil {
		if i > 0 && rd.ops[i-1].obj == o.obj {
			o.o = rd.ops[i-1].o
		} else if o.o = rd.created(o.obj); o.o == nil {
			return refuse(ErrUnknown, "object "+o.obj.String())
		}
	}
	switch o.kind {
	case opSet:
		if len(o.value) > valueBytesMax {
			return refuse(ErrTooLong, "value")
		}
	case opInsert:
		t := o.o.text(o.field)
		if t != nil && t.bytes+len(o.value) > textBytesMax {
			return refuse(ErrTooLong, "text")
		}
		l, known := rd.holds(t, o, o.left)
		r, known2 := rd.holds(t, o, o.right)
		if !known || !known2 {
			return refuse(ErrUnknown, "character")
		}
		if l && r && !t.precedes(o.left, o.right) {
			return refuse(ErrDamaged, "origins in the wrong order")
		}
		rd.text = append(rd.text, written{o.obj, o.field, o.id.Counter, o.n})
	case opErase, opRevive:
		t := o.o.text(o.field)
		if o.kind == opRevive && t != nil && t.bytes+len(o.value) > textBytesMax {
			return refuse(ErrTooLong, "text")
		}
		for _, x := range o.runs {
			if !rd.holdsRun(t, o, x) {
				return refuse(ErrUnknown, "character")
			}
		}
	}
	return nil
}

func (rd *reading) created(id ID) *object {
	lo, hi := 0, len(rd.made)
	for lo < hi {
		if m := int(uint(lo+hi) / 2); rd.made[m].id.Counter < id.Counter {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(rd.made) && rd.made[lo].id == id {
		return rd.made[lo]
	}
	return nil
}

// holds reports whether a character is in the text already, and whether it is known at all: there, or written
// earlier in this batch. The zero identity is an edge, and known.
func (rd *reading) holds(t *text, o *op, id ID) (there, known bool) {
	if id.IsZero() {
		return false, true
	}
	if t != nil {
		if b, _, _ := t.find(id); b != nil {
			return true, true
		}
	}
	return false, rd.wrote(o, id) > 0
}

// wrote counts the characters from id on that one insertion of this batch put into the same text.
func (rd *reading) wrote(o *op, id ID) uint32 {
	if id.Replica != o.id.Replica {
		return 0
	}
	lo, hi := 0, len(rd.text)
	for lo < hi {
		if m := int(uint(lo+hi) / 2); rd.text[m].from <= id.Counter {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == 0 {
		return 0
	}
	w := &rd.text[lo-1]
	if w.obj != o.obj || w.field != o.field || id.Counter >= w.from+uint64(w.n) {
		return 0
	}
	return w.n - uint32(id.Counter-w.from)
}

func (rd *reading) holdsRun(t *text, o *op, x run) bool {
	for x.n > 0 {
		var m uint32
		if t != nil {
			if b, i, k := t.find(x.id); b != nil {
				m = b.spans[i].n - k
			}
		}
		if m == 0 {
			if m = rd.wrote(o, x.id); m == 0 {
				return false
			}
		}
		m = min(m, x.n)
		x.id.Counter += uint64(m)
		x.n -= m
	}
	return true
}

// apply writes an operation that resolve found to be sound.
func (d *Document) apply(p *peer, o *op) {
	obj := o.o
	if o.kind != opCreate { // which has no place in the log before it is added
		d.touch(p, obj, o.last())
	}
	switch o.kind {
	case opCreate:
		d.add(obj)
		d.touch(p, obj, o.id.Counter)
		d.changed(obj).Created = true
	case opSet:
		if r := obj.slot(o.field); r.stamp().less(o.id) {
			r.counter, r.replica, r.value = o.id.Counter, o.id.Replica, d.arena.copyBytes(o.value)
			d.changed(obj).Fields |= 1 << o.field
		}
	case opDelete, opRestore:
		if was := obj.dead; obj.setExist(o.id, o.kind == opDelete) && was != obj.dead {
			d.existed(obj)
		}
	case opInsert:
		d.insert(obj, obj.textSlot(o.field), span{id: o.id, left: o.left, right: o.right, n: o.n, units: o.units}, o.value)
	case opErase:
		t := obj.text(o.field)
		for _, x := range o.runs {
			d.paint(obj, t, x, o.id, true, nil)
		}
	case opRevive:
		t := obj.text(o.field)
		rest := o.value
		for _, x := range o.runs {
			var piece []byte
			piece, rest = splitChars(rest, x.n)
			d.paint(obj, t, x, o.id, false, piece)
		}
	}
}

// insert integrates a live span and notes the splice.
func (d *Document) insert(obj *object, t *text, s span, content []byte) {
	to := t.integrate(&s)
	at, from := place(t, to, s, content)
	if d.quiet {
		return
	}
	pos := t.before(at.b, at.i)
	if from > 0 {
		_, u := t.widths(&at.b.spans[at.i], from)
		pos += int(u)
	}
	d.spliced(obj, t.field, pos, 0, string(content))
}

func (d *Document) paint(obj *object, t *text, x run, stamp ID, dead bool, content []byte) {
	if d.quiet {
		t.paint(x.id, x.n, stamp, dead, content, nil)
		return
	}
	t.paint(x.id, x.n, stamp, dead, content, func(at int, units uint32, shown []byte) {
		d.spliced(obj, t.field, at, int(units), string(shown))
	})
}
