package crdt

import (
	"errors"
	"testing"
)

// TestCheckTwice: what a refused update was about must not be there any more
// when the next one is read. An author sends two batches about an object that
// the server does not have; the second one found the first one's operation,
// without an object, and panicked.
func TestCheckTwice(t *testing.T) {
	author := New()
	e := author.Edit(1)
	id := e.Create(3)
	e.Commit()
	var updates [][]byte
	for range 2 {
		e := author.Edit(2)
		e.Insert(id, 10, 0, "x")
		updates = append(updates, e.Commit().Update)
	}
	server := New()
	for _, u := range [][]byte{updates[0], updates[0], updates[1]} {
		if err := server.Check(u, 2, Limits{}); !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrHole) {
			t.Errorf("%v", err)
		}
		if _, err := server.Merge(u); err == nil {
			t.Error("merged although it was refused")
		}
	}
}
