package crdt

import (
	"slices"
)

// Change says what became different in a document: by an edit, or by a merge. Local and remote changes look
// the same.
type Change struct {
	Objects []ObjectChange // in ID order, one entry an object
}

// ObjectChange is what became different in one object.
type ObjectChange struct {
	ID                         ID
	Kind                       Kind
	Created, Deleted, Restored bool
	Fields                     FieldSet // registers that have a new value and texts that were written in
	Splices                    []Splice // what happened to the texts, to be applied in order
}

// Splice replaces Del UTF-16 units at At by Ins.
type Splice struct {
	Field   Field
	At, Del int
	Ins     string
}

// Add folds a later change in.
func (c *Change) Add(later Change) {
	if len(later.Objects) == 0 {
		return
	}
	if len(c.Objects) == 0 {
		c.Objects = slices.Clone(later.Objects)
		return
	}
	a, b := c.Objects, later.Objects
	out := make([]ObjectChange, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch a[0].ID.Compare(b[0].ID) {
		case -1:
			out, a = append(out, a[0]), a[1:]
		case 1:
			out, b = append(out, b[0]), b[1:]
		default:
			o := a[0]
			o.add(&b[0])
			out = append(out, o)
			a, b = a[1:], b[1:]
		}
	}
	c.Objects = append(append(out, a...), b...)
}

func (o *ObjectChange) add(later *ObjectChange) {
	o.Created = o.Created || later.Created
	switch {
	case later.Deleted:
		o.Deleted, o.Restored = true, false
	case later.Restored:
		o.Restored, o.Deleted = true, false
	}
	o.Fields |= later.Fields
	if len(later.Splices) > 0 {
		o.Splices = append(o.Splices[:len(o.Splices):len(o.Splices)], later.Splices...)
	}
}

// scratch gathers a change while operations are applied.
type scratch struct {
	objects []ObjectChange
	touched []*object
	unread  ObjectChange // what is written while nobody asks
}

func (d *Document) changed(o *object) *ObjectChange {
	s := &d.scan
	if d.quiet {
		return &s.unread
	}
	if o.change == 0 {
		if s.objects == nil {
			s.objects = begin(&d.arena.objects, 2, 64)
		}
		s.objects = append(s.objects, ObjectChange{ID: o.id, Kind: o.kind})
		s.touched = append(s.touched, o)
		o.change = uint32(len(s.objects))
	}
	return &s.objects[o.change-1]
}

func (d *Document) spliced(o *object, f Field, at, del int, ins string) {
	if d.quiet {
		return
	}
	c := d.changed(o)
	c.Fields |= 1 << f
	if n := len(c.Splices); n > 0 {
		// Typing, and erasing in either direction, stays one splice.
		switch l := &c.Splices[n-1]; {
		case l.Field != f:
		case del > 0 && ins == "" && l.Ins == "" && at == l.At:
			l.Del += del
			return
		case del > 0 && ins == "" && l.Ins == "" && at+del == l.At:
			l.At, l.Del = at, l.Del+del
			return
		}
	}
	if c.Splices == nil {
		c.Splices = end(&d.arena.splices, append(begin(&d.arena.splices, 1, 64), Splice{f, at, del, ins}))
		return
	}
	c.Splices = append(c.Splices, Splice{f, at, del, ins})
}

// takeChange ends gathering.
func (d *Document) takeChange() Change {
	s := &d.scan
	if len(s.objects) == 0 {
		return Change{}
	}
	for _, o := range s.touched {
		o.change = 0
	}
	out := end(&d.arena.objects, s.objects)
	s.objects = nil
	clear(s.touched)
	if s.touched = s.touched[:0]; cap(s.touched) > 4096 {
		s.touched = nil
	}
	byID := func(a, b ObjectChange) int { return a.ID.Compare(b.ID) }
	if len(out) > 1 && !slices.IsSortedFunc(out, byID) {
		slices.SortFunc(out, byID)
	}
	return Change{out}
}
