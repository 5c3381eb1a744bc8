package replica

import (
	"bytes"
	"slices"
	"unicode/utf16"

	"github.com/tabi-map/tabi/crdt"
)

// changeTo tells what a reader of r.doc must redraw to show next, where
// touched are the objects that pending batches were or are about. What is
// merely newer in next is found by merging it into r.doc, which is about to
// be given up; only touched objects are then compared field by field.
func (r *Replica) changeTo(next *crdt.Document, touched map[crdt.ID]bool) crdt.Change {
	forced := slices.ContainsFunc(r.pending, func(b batch) bool { return b.force })
	confirmed := r.confirmedVersion()
	if forced || len(confirmed) == 0 || !next.Version().Covers(confirmed) {
		return difference(r.doc, next)
	}
	var change crdt.Change
	if delta := next.Delta(r.doc.Version()); delta != nil {
		c, err := r.doc.Merge(delta)
		if err != nil {
			return difference(r.doc, next)
		}
		change = c
	}
	var rest []crdt.ObjectChange
	for id := range touched {
		rest = compare(rest, id, r.doc, next)
	}
	change.Add(crdt.ChangeOf(rest))
	return change
}

// difference compares all of two documents. It reads every field of every
// object, which is dear: it is for a first document, and for what should not
// happen.
func difference(old, next *crdt.Document) crdt.Change {
	var list []crdt.ObjectChange
	for k := range 256 {
		for id := range old.All(crdt.Kind(k)) {
			if !next.Exists(id) {
				list = compare(list, id, old, next)
			}
		}
		for id := range next.All(crdt.Kind(k)) {
			list = compare(list, id, old, next)
		}
	}
	return crdt.ChangeOf(list)
}

// compare appends what is different in one object, if anything is.
func compare(list []crdt.ObjectChange, id crdt.ID, old, next *crdt.Document) []crdt.ObjectChange {
	was, is := old.Exists(id), next.Exists(id)
	o := crdt.ObjectChange{ID: id}
	switch {
	case was && is:
		o.Kind = next.Kind(id)
		if fields(&o, old, next); o.Fields == 0 {
			return list
		}
	case is:
		o.Kind, o.Fields = next.Kind(id), ^crdt.FieldSet(0)
		o.Created = !old.Known(id)
		o.Restored = !o.Created
	case was:
		o.Kind, o.Deleted = old.Kind(id), true
	default:
		return list
	}
	return append(list, o)
}

func fields(o *crdt.ObjectChange, old, next *crdt.Document) {
	for f := crdt.Field(0); f < 64; f++ {
		if !bytes.Equal(old.Get(o.ID, f), next.Get(o.ID, f)) {
			o.Fields |= 1 << f
		}
		if a, b := old.Text(o.ID, f), next.Text(o.ID, f); a != b {
			o.Fields |= 1 << f
			o.Splices = append(o.Splices, splice(f, a, b))
		}
	}
}

// splice is the one replacement that makes b of a.
func splice(f crdt.Field, a, b string) crdt.Splice {
	x, y := []rune(a), []rune(b)
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	return crdt.Splice{
		Field: f, At: width(x[:head]), Del: width(x[head : len(x)-tail]), Ins: string(y[head : len(y)-tail]),
	}
}

// width counts UTF-16 units.
func width(s []rune) int {
	n := 0
	for _, c := range s {
		n += utf16.RuneLen(c)
	}
	return n
}
