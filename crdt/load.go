package crdt

import (
	"hash/crc32"
	"slices"
)

// Load reads a snapshot.
func Load(snapshot []byte) (*Document, error) {
	n := len(snapshot) - 4
	switch {
	case n < 1 || snapshot[0]&formatMask != formatSnapshot&formatMask:
		return nil, refuse(ErrDamaged, "not a snapshot")
	case snapshot[0] > formatSnapshot:
		return nil, refuse(ErrTooNew, "snapshot")
	case snapshot[0] < formatSnapshot:
		return nil, refuse(ErrDamaged, "not a snapshot")
	}
	sum := uint32(snapshot[n]) | uint32(snapshot[n+1])<<8 | uint32(snapshot[n+2])<<16 | uint32(snapshot[n+3])<<24
	if crc32.Checksum(snapshot[:n], castagnoli) != sum {
		return nil, refuse(ErrDamaged, "checksum")
	}
	in := decoder{b: snapshot[1:n]}
	r, err := in.rows(true)
	if err != nil {
		return nil, err
	}
	if len(r.objs) == 0 || !r.objs[0].id.IsZero() || r.objs[0].kind != 0 {
		return nil, damaged("no root object")
	}
	version, forgotten := r.from, r.to
	if !version.Covers(forgotten) {
		return nil, damaged("forgot what it does not know")
	}
	if err := r.check(version); err != nil {
		return nil, err
	}
	d := &Document{}
	d.edit.d = d
	if len(forgotten) > 0 {
		d.cut = forgotten
	}
	for _, id := range version.replicas() {
		d.peers = append(d.peers, &peer{id: id, counter: version[id]})
		d.now = max(d.now, version[id])
	}
	size := 8
	for size*3 < (len(r.objs)+1)*4 {
		size *= 2
	}
	d.table.grow(size)
	d.objs = make([]*object, 0, len(r.objs))
	d.marks = make([]uint32, 0, len(r.objs))
	for i := range r.objs {
		d.add(&r.objs[i])
	}
	return d, nil
}

// check refuses rows that no document could have written: stamps beyond their version, characters twice.
func (r *rows) check(v Version) error {
	var last ReplicaID
	var top uint64
	within := func(id ID) bool {
		if id.Replica != last && id.Replica != 0 {
			last, top = id.Replica, v[id.Replica]
		}
		return id.Counter <= top // of nobody's zero, too
	}
	var seen overlapCheck
	for i := range r.objs {
		o := &r.objs[i]
		if !within(o.id) || !within(o.exist) {
			return damaged("object newer than its version")
		}
		for j := range o.regs {
			if !within(o.regs[j].stamp()) {
				return damaged("register newer than its version")
			}
		}
		for _, t := range o.texts {
			seen.runs = seen.runs[:0]
			for _, b := range t.blocks {
				for j := range b.spans {
					s := &b.spans[j]
					if !within(s.last()) || !within(s.vis) || s.step > 0 && !within(s.visAt(s.n-1)) ||
						!s.left.less(s.id) || !s.right.less(s.id) {
						return damaged("text newer than its version")
					}
					seen.runs = append(seen.runs, charRun{s.id.Replica, s.n, s.id.Counter})
				}
			}
			if seen.overlap() {
				return damaged("characters twice")
			}
		}
	}
	return nil
}

// overlapCheck finds characters that are in a text twice.
type overlapCheck struct {
	runs []charRun
	bits []uint64
}

type charRun struct {
	replica ReplicaID
	n       uint32
	from    uint64
}

func (c *overlapCheck) overlap() bool {
	r := c.runs
	if len(r) <= 8 {
		for i := range r {
			for j := range r[:i] {
				if r[i].replica == r[j].replica && r[i].from < r[j].from+uint64(r[j].n) && r[j].from < r[i].from+uint64(r[i].n) {
					return true
				}
			}
		}
		return false
	}
	// One writer's characters are ticked off in a set of bits, unless they lie so far apart that sorting is cheaper.
	lo, hi := r[0].from, uint64(0)
	for i := range r {
		lo, hi = min(lo, r[i].from), max(hi, r[i].from+uint64(r[i].n))
		if r[i].replica != r[0].replica {
			return c.sorted()
		}
	}
	words := int((hi-lo)/64) + 1
	if uint64(words) > uint64(8*len(r)) {
		return c.sorted()
	}
	if cap(c.bits) < words {
		c.bits = make([]uint64, words)
	}
	set := c.bits[:words]
	clear(set)
	for i := range r {
		for from, n := r[i].from-lo, uint64(r[i].n); n > 0; {
			k := min(n, 64-from%64)
			mask := (uint64(1)<<k - 1) << (from % 64)
			if set[from/64]&mask != 0 {
				return true
			}
			set[from/64] |= mask
			from += k
			n -= k
		}
	}
	return false
}

func (c *overlapCheck) sorted() bool {
	slices.SortFunc(c.runs, func(a, b charRun) int {
		return compareRuns(ID{a.from, a.replica}, ID{b.from, b.replica})
	})
	for i := range c.runs[1:] {
		if a, b := &c.runs[i], &c.runs[i+1]; a.replica == b.replica && a.from+uint64(a.n) > b.from {
			return true
		}
	}
	return false
}

// mergeDelta checks everything before it writes anything.
func (d *Document) mergeDelta(update []byte) error {
	in := decoder{b: update[1:]}
	r, err := in.rows(false)
	if err != nil {
		return err
	}
	for id, n := range r.from {
		if d.seen(id) < n {
			return refuse(ErrHole, "edits before this delta are missing")
		}
	}
	known := d.version()
	top := known.Clone()
	for id, n := range r.to {
		top[id] = max(top[id], n)
	}
	if err := r.check(top); err != nil {
		return err
	}
	for i := range r.objs {
		if err := d.resolveRow(&r.objs[i], r.flags[i], known); err != nil {
			return err
		}
	}
	var touches []touchOf
	for i := range r.objs {
		d.applyRow(&r.objs[i], r.flags[i], known, &touches)
	}
	slices.SortFunc(touches, func(a, b touchOf) int { return a.stamp.Compare(b.stamp) })
	for _, t := range touches {
		d.touch(d.peer(t.stamp.Replica), t.o, t.stamp.Counter)
	}
	for _, id := range r.to.replicas() {
		d.advance(d.peer(id), r.to[id])
	}
	return nil
}

type touchOf struct {
	stamp ID
	o     *object
}

// resolveRow looks up everything that a row of a delta refers to.
func (d *Document) resolveRow(row *object, flags uint8, known Version) error {
	o := d.table.get(row.id)
	if o == nil && (flags&shapeCreated == 0 || known.has(row.id)) {
		return refuse(ErrUnknown, "object "+row.id.String())
	}
	for _, rt := range row.texts {
		var t *text
		if o != nil {
			t = o.text(rt.field)
		}
		list := rt.blocks[0].spans
		holds := func(id ID) (there, ok bool) {
			if id.IsZero() {
				return false, true
			}
			if t != nil {
				if b, _, _ := t.find(id); b != nil {
					return true, true
				}
			}
			i, _ := slices.BinarySearchFunc(list, id, func(s span, id ID) int {
				if s.has(id) {
					return 0
				}
				return compareRuns(s.id, id)
			})
			return false, i < len(list) && list[i].has(id) && list[i].mark != markOld
		}
		for i := range list {
			s := &list[i]
			if i > 0 && compareRuns(list[i-1].last(), s.id) >= 0 {
				return damaged("spans out of order")
			}
			// The part that is known must be in the text.
			if n := s.knownPart(known); n > 0 {
				for x := (run{id: s.id, n: n}); x.n > 0; {
					var m uint32
					if t != nil {
						if b, i, k := t.find(x.id); b != nil {
							m = min(b.spans[i].n-k, x.n)
						}
					}
					if m == 0 {
						return refuse(ErrUnknown, "character")
					}
					x.id.Counter += uint64(m)
					x.n -= m
				}
				if n == s.n {
					continue
				}
			} else if s.mark == markOld {
				return refuse(ErrUnknown, "character")
			}
			if s.mark == markOld {
				return refuse(ErrUnknown, "character")
			}
			l, ok1 := holds(s.left)
			r, ok2 := holds(s.right)
			if !ok1 || !ok2 {
				return refuse(ErrUnknown, "character")
			}
			if l && r && !t.precedes(s.left, s.right) {
				return damaged("origins in the wrong order")
			}
		}
	}
	return nil
}

// knownPart is how many of the first characters of s a version knows.
func (s *span) knownPart(v Version) uint32 {
	k := v[s.id.Replica]
	if k < s.id.Counter {
		return 0
	}
	return uint32(min(uint64(s.n), k-s.id.Counter+1))
}

// applyRow merges a row of a delta.
func (d *Document) applyRow(row *object, flags uint8, known Version, touches *[]touchOf) {
	o := d.table.get(row.id)
	note := func(id ID) {
		if d.indexed && !known.has(id) {
			*touches = append(*touches, touchOf{id, o})
		}
	}
	if o == nil {
		o = newObject(row.id, row.kind)
		d.add(o)
		d.changed(o).Created = true
		note(o.id)
	}
	if flags&shapeExist != 0 {
		if was := o.dead; o.setExist(row.exist, row.dead) {
			note(row.exist)
			if was != o.dead {
				d.existed(o)
			}
		}
	}
	for i := range row.regs {
		r := &row.regs[i]
		if o.set(r.field, r.stamp(), r.value) {
			note(r.stamp())
			d.changed(o).Fields |= 1 << r.field
		}
	}
	for _, rt := range row.texts {
		t := o.textSlot(rt.field)
		list := rt.blocks[0].spans
		order := make([]*span, len(list))
		for i := range list {
			order[i] = &list[i]
		}
		slices.SortFunc(order, func(a, b *span) int { return a.id.Compare(b.id) })
		for _, s := range order {
			content := rt.content(s)
			if n := s.knownPart(known); n > 0 {
				old := part(*s, 0, n)
				head, tail := splitChars(content, n)
				d.repaintRow(o, t, &old, head, note)
				if n == s.n {
					continue
				}
				content = tail
				*s = part(*s, n, s.n)
			}
			note(s.last())
			if !s.vis.IsZero() {
				note(s.vis)
				note(s.visAt(s.n - 1))
			}
			if s.dead {
				s.off, s.bytes, s.units, s.mark = 0, 0, 0, 0
				to := t.integrate(s)
				to = t.put(to, *s)
				t.join(to.b, to.i)
				continue
			}
			_, units := measure(content)
			d.insert(o, t, span{id: s.id, left: s.left, right: s.right, vis: s.vis, step: s.step, n: s.n, units: units}, content)
		}
	}
}

// repaintRow merges the visibility of characters that are known.
func (d *Document) repaintRow(o *object, t *text, s *span, content []byte, note func(ID)) {
	if s.vis.IsZero() {
		return
	}
	note(s.vis)
	note(s.visAt(s.n - 1))
	if s.step == 0 {
		d.paint(o, t, run{id: s.id, n: s.n}, s.vis, s.dead, content)
		return
	}
	for i := range s.n {
		var c []byte
		if !s.dead {
			c, content = splitChars(content, 1)
		}
		d.paint(o, t, run{id: s.id.plus(i), n: 1}, s.visAt(i), s.dead, c)
	}
}
