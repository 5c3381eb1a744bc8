package crdt

import "math/bits"

// rows is a decoded snapshot or delta, not yet part of a document.
type rows struct {
	from, to Version
	objs     []object
	flags    []uint8 // shape flags of each object
}

func damaged(what string) error { return refuse(ErrDamaged, what) }

// rows reads what writer.append wrote, after the format byte and up to the checksum. Whatever the bytes are, it
// allocates no more than C31 allows, and every fault is an ErrDamaged. What the rows refer to is not looked up here:
// Load and mergeDelta do that.
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
