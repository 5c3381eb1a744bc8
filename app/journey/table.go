package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// A table holds the live objects of one kind, listed in ID order, which is the
// order in which they were made.
type table[T any] struct {
	at   map[crdt.ID]*T
	ids  []crdt.ID
	rows []*T
}

func (t *table[T]) get(id crdt.ID) *T { return t.at[id] }

func (t *table[T]) put(id crdt.ID, row *T) {
	if t.at == nil {
		t.at = map[crdt.ID]*T{}
	}
	if n := len(t.ids); n == 0 || t.ids[n-1].Compare(id) < 0 { // as a whole map comes
		t.ids, t.rows = append(t.ids, id), append(t.rows, row)
		t.at[id] = row
		return
	}
	i, found := slices.BinarySearchFunc(t.ids, id, crdt.ID.Compare)
	if found {
		*t.rows[i] = *row // whoever holds the row sees it current
		return
	}
	t.ids = slices.Insert(t.ids, i, id)
	t.rows = slices.Insert(t.rows, i, row)
	t.at[id] = row
}

func (t *table[T]) drop(id crdt.ID) {
	i, found := slices.BinarySearchFunc(t.ids, id, crdt.ID.Compare)
	if !found {
		return
	}
	t.ids = slices.Delete(t.ids, i, i+1)
	t.rows = slices.Delete(t.rows, i, i+1)
	delete(t.at, id)
}

// sync makes the table agree with the document about one object.
func (t *table[T]) sync(doc *crdt.Document, id crdt.ID, read func(crdt.ID) *T) {
	if doc.Exists(id) {
		t.put(id, read(id))
	} else {
		t.drop(id)
	}
}
