package crdt_test

import (
	"fmt"

	"github.com/tabi-map/tabi/crdt"
)

const (
	note  crdt.Kind  = 1
	place crdt.Field = 1
	words crdt.Field = 2
)

// Two people work on one note while they cannot hear each other. When they do, both have both's work.
func Example() {
	ann, ben := crdt.New(), crdt.New()

	e := ann.Edit(1)
	id := e.Create(note)
	e.Set(id, place, []byte("awareness"))
	e.Insert(id, words, 0, "Sees the poster")
	first := e.Commit()
	ben.Merge(first.Update)

	e = ann.Edit(1)
	e.Insert(id, words, 15, " at the station")
	typed := e.Commit()

	e = ben.Edit(2)
	e.Set(id, place, []byte("consideration"))
	e.Erase(id, words, 0, 4)
	e.Insert(id, words, 0, "Reads")
	moved := e.Commit()

	ann.Merge(moved.Update)
	change, _ := ben.Merge(typed.Update)

	fmt.Println(ann.Text(id, words), "|", string(ann.Get(id, place)))
	fmt.Println(ben.Text(id, words), "|", string(ben.Get(id, place)))
	for _, s := range change.At(0).Splices {
		fmt.Printf("on Ben's screen: at %d, %q\n", s.At, s.Ins)
	}
	// Output:
	// Reads the poster at the station | consideration
	// Reads the poster at the station | consideration
	// on Ben's screen: at 16, " at the station"
}

// Undo takes back one's own edits. A deletion that is undone brings back what others wrote meanwhile.
func ExampleEdit_Invert() {
	ann, ben := crdt.New(), crdt.New()
	e := ann.Edit(1)
	id := e.Create(note)
	e.Insert(id, words, 0, "Buys a ticket")
	ben.Merge(e.Commit().Update)

	e = ann.Edit(1)
	e.Delete(id)
	deleted := e.Commit()

	e = ben.Edit(2)
	e.Insert(id, words, 13, " online")
	ann.Merge(e.Commit().Update)
	fmt.Println(ann.Exists(id))

	e = ann.Edit(1)
	e.Invert(deleted.Inverse)
	e.Commit()
	fmt.Println(ann.Exists(id), ann.Text(id, words))
	// Output:
	// false
	// true Buys a ticket online
}

// A replica that was away says what it knows, and gets what is newer.
func ExampleDocument_Delta() {
	server := crdt.New()
	e := server.Edit(1)
	id := e.Create(note)
	e.Commit()

	away, _ := crdt.Load(server.Snapshot())
	for i := range 100 {
		e := server.Edit(1)
		e.Set(id, place, fmt.Appendf(nil, "place %d", i))
		e.Commit()
	}
	delta := server.Delta(away.Version())
	away.Merge(delta)
	fmt.Println(string(away.Get(id, place)), len(delta) < 50)
	// Output: place 99 true
}

// A server asks before it takes an update in.
func ExampleDocument_Check() {
	server, client := crdt.New(), crdt.New()
	e := client.Edit(7)
	e.Set(crdt.ID{}, place, make([]byte, 5000))
	update := e.Commit().Update

	fmt.Println(server.Check(update, 7, crdt.Limits{}))
	fmt.Println(server.Check(update, 8, crdt.Limits{}))
	fmt.Println(server.Check(update, 7, crdt.Limits{ValueBytes: 1000}))
	for op := range crdt.Ops(update) {
		fmt.Println(op.Kind == crdt.OpSet, len(op.Value))
	}
	// Output:
	// <nil>
	// crdt: foreign: not an edit of this replica
	// crdt: too long: value
	// true 5000
}

// Order keys put phases and lanes in order, and there is always room for one more.
func ExampleOrderBetween() {
	a := crdt.OrderBetween(nil, nil, 1)
	c := crdt.OrderBetween(a, nil, 1)
	b := crdt.OrderBetween(a, c, 2)
	fmt.Println(string(a) < string(b), string(b) < string(c), len(b))
	// Output: true true 3
}
