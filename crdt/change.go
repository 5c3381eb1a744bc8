package crdt

import (
	"iter"
	"slices"
)

// Change says what became different in a document: by an edit, or by a merge. Local and remote changes look
// the same. It has one entry an object, in ID order.
type Change struct {
	some bool
	one  ObjectChange   // the first, if there is some: most edits change no other, and then it needs no memory of its own
	more []ObjectChange // those after it
}

// ChangeOf makes a change of entries in any order, at most one an object; list is the change's from now on.
func ChangeOf(list []ObjectChange) Change {
	if len(list) == 0 {
		return Change{}
	}
	sortChanges(list)
	return Change{true, list[0], list[1:]}
}

func sortChanges(list []ObjectChange) {
	byID := func(a, b ObjectChange) int { return a.ID.Compare(b.ID) }
	if !slices.IsSortedFunc(list, byID) {
		slices.SortFunc(list, byID)
	}
}

// Len is how many objects changed.
func (c *Change) Len() int {
	if !c.some {
		return 0
	}
	return 1 + len(c.more)
}

// At is what became different in the i-th of the objects that changed. It is a part of the change.
func (c *Change) At(i int) *ObjectChange {
	if i == 0 && c.some {
		return &c.one
	}
	return &c.more[i-1]
}

// Objects yields what became different, object by object, in ID order.
func (c *Change) Objects() iter.Seq[ObjectChange] {
	return func(yield func(ObjectChange) bool) {
		for i := range c.Len() {
			if !yield(*c.At(i)) {
				return
			}
		}
	}
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
	if !later.some {
		return
	}
	if !c.some {
		*c = later
		c.more = slices.Clone(later.more)
		return
	}
	out := make([]ObjectChange, 0, c.Len()+later.Len())
	i, j := 0, 0
	for i < c.Len() && j < later.Len() {
		a, b := c.At(i), later.At(j)
		switch a.ID.Compare(b.ID) {
		case -1:
			out = append(out, *a)
			i++
		case 1:
			out = append(out, *b)
			j++
		default:
			o := *a
			o.add(b)
			out = append(out, o)
			i, j = i+1, j+1
		}
	}
	for ; i < c.Len(); i++ {
		out = append(out, *c.At(i))
	}
	for ; j < later.Len(); j++ {
		out = append(out, *later.At(j))
	}
	*c = Change{true, out[0], out[1:]}
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
	change  Change
	touched []*object
	unread  ObjectChange // what is written while nobody asks
}

func (d *Document) changed(o *object) *ObjectChange {
	s := &d.scan
	if d.quiet {
		return &s.unread
	}
	if o.change == 0 {
		s.touched = append(s.touched, o)
		o.change = uint32(len(s.touched))
		c := &s.change
		if !c.some {
			c.some, c.one = true, ObjectChange{ID: o.id, Kind: o.kind}
			return &c.one
		}
		if c.more == nil {
			c.more = begin(&d.arena.objects, 2, 64)
		}
		c.more = append(c.more, ObjectChange{ID: o.id, Kind: o.kind})
	}
	return s.change.At(int(o.change) - 1)
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
func (d *Document) takeChange() (c Change) {
	s := &d.scan
	if !s.change.some {
		return c
	}
	c = s.change
	s.change.some = false
	if len(s.touched) == 1 {
		s.touched[0].change = 0
		s.touched[0] = nil
		s.touched = s.touched[:0]
		return c
	}
	for _, o := range s.touched {
		o.change = 0
	}
	clear(s.touched)
	if s.touched = s.touched[:0]; cap(s.touched) > 4096 {
		s.touched = nil
	}
	c.more = end(&d.arena.objects, c.more)
	s.change.more = nil
	if sortChanges(c.more); c.more[0].ID.less(c.one.ID) {
		// The first takes its place among the others, and the least is first.
		i := 0
		first := c.more[0]
		for ; i+1 < len(c.more) && c.more[i+1].ID.less(c.one.ID); i++ {
			c.more[i] = c.more[i+1]
		}
		c.more[i], c.one = c.one, first
	}
	return c
}
