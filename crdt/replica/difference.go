package replica

import (
	"bytes"
	"slices"
	"unicode/utf16"

	"github.com/tabi-map/tabi/crdt"
)

// difference tells what a reader of old must redraw to show next. It reads
// every field of every object, which is dear; it runs when a document's
// content is exchanged, not when people edit.
func difference(old, next *crdt.Document) crdt.Change {
	var c crdt.Change
	for k := range 256 {
		kind := crdt.Kind(k)
		for id := range old.All(kind) {
			if !next.Exists(id) {
				c.Objects = append(c.Objects, crdt.ObjectChange{ID: id, Kind: kind, Deleted: true})
			}
		}
		for id := range next.All(kind) {
			o := crdt.ObjectChange{ID: id, Kind: kind}
			switch {
			case !old.Known(id):
				o.Created, o.Fields = true, ^crdt.FieldSet(0)
			case !old.Exists(id):
				o.Restored, o.Fields = true, ^crdt.FieldSet(0)
			default:
				fields(&o, old, next)
			}
			if o.Created || o.Restored || o.Fields != 0 {
				c.Objects = append(c.Objects, o)
			}
		}
	}
	slices.SortFunc(c.Objects, func(a, b crdt.ObjectChange) int { return a.ID.Compare(b.ID) })
	return c
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
