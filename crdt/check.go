package crdt

// Limits bound what a server accepts. Zero means the default.
type Limits struct {
	CounterAhead uint64 // how far an update's first counter may be ahead of all that is known; 1<<20
	UpdateBytes  int    // one update; 1 MiB
	ValueBytes   int    // one register; 64 KiB
	TextBytes    int    // one text; 256 KiB
	Objects      int    // all objects, deleted ones included; 200,000
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	if l.CounterAhead == 0 {
		l.CounterAhead = 1 << 20
	}
	set(&l.UpdateBytes, 1<<20)
	set(&l.ValueBytes, valueBytesMax)
	set(&l.TextBytes, 256<<10)
	set(&l.Objects, 200_000)
	return l
}

// Check says whether a server may take in an update from a replica: the batch is its own, follows on what is known,
// refers to what is known, and keeps to the limits. A batch that is known already passes. The document is not
// changed; Merge accepts what Check accepted.
func (d *Document) Check(update []byte, from ReplicaID, l Limits) error {
	if err := d.check(update, from, l.withDefaults()); err != nil {
		return err
	}
	return nil
}

func (d *Document) check(update []byte, from ReplicaID, l Limits) error {
	if len(update) > l.UpdateBytes {
		return refuse(ErrTooLong, "update")
	}
	h, err := Peek(update)
	switch {
	case err != nil:
		return err
	case h.Delta || h.Replica != from:
		return refuse(ErrForeign, "not an edit of this replica")
	case h.First > d.now+l.CounterAhead:
		return refuse(ErrAhead, "counter")
	}
	if h.Last <= d.seen(from) {
		return nil
	}
	rd := &d.reading
	defer rd.reset()
	if err := d.read(update, h); err != nil {
		return err
	}
	objects := d.table.n
	type place struct {
		o *object
		f Field
	}
	added := map[place]int{} // bytes that the batch adds to each text
	for i := range rd.ops {
		o := &rd.ops[i]
		switch o.kind {
		case opCreate:
			if objects++; objects > l.Objects {
				return refuse(ErrTooLong, "objects")
			}
		case opSet:
			if len(o.value) > l.ValueBytes {
				return refuse(ErrTooLong, "value")
			}
		case opInsert, opRevive:
			at := place{o.o, o.field}
			added[at] += len(o.value)
			n := added[at]
			if t := o.o.text(o.field); t != nil {
				n += t.bytes
			}
			if n > l.TextBytes {
				return refuse(ErrTooLong, "text")
			}
		}
	}
	return nil
}
