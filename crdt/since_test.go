package crdt_test

import (
	"testing"

	"github.com/tabi-map/tabi/crdt"
)

// What was made, written, set, deleted and restored since a version is told, field by field, whoever did it and
// however it arrived; what stands as it stood is not.
func TestChangedSince(t *testing.T) {
	a := crdt.New()
	e := a.Edit(1)
	kept, moved, typed, gone, back := e.Create(note), e.Create(note), e.Create(note), e.Create(note), e.Create(note)
	for _, id := range []crdt.ID{kept, moved, typed, gone, back} {
		e.Set(id, place, []byte("here"))
		e.Insert(id, words, 0, "text")
	}
	e.Commit()
	e = a.Edit(1)
	e.Delete(back)
	deleted := e.Commit()
	since := a.Version()

	b, err := crdt.Load(a.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	e = b.Edit(2)
	e.Set(moved, place, []byte("there"))
	e.Insert(typed, words, 2, "…")
	made := e.Create(note)
	e.Delete(gone)
	done := e.Commit()
	if _, err := a.Merge(done.Update); err != nil {
		t.Fatal(err)
	}
	e = a.Edit(1)
	e.Invert(deleted.Inverse)
	e.Commit()

	want := map[crdt.ID]crdt.ObjectChange{
		moved: {Fields: 1 << place}, typed: {Fields: 1 << words}, made: {Created: true}, gone: {Deleted: true}, back: {Restored: true},
	}
	for _, c := range a.ChangedSince(since) {
		w, ok := want[c.ID]
		if !ok || c.Kind != note || c.Created != w.Created || c.Deleted != w.Deleted || c.Restored != w.Restored || c.Fields != w.Fields {
			t.Errorf("%v: %+v, want %+v", c.ID, c, w)
		}
		delete(want, c.ID)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
	if c := a.ChangedSince(a.Version()); len(c) > 0 {
		t.Errorf("told without a change: %v", c)
	}
}
