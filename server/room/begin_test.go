package room

import (
	"errors"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// A map that begins as another's document is that document, with deletions that it
// has forgotten, and goes on by itself.
func TestBeginAsAnother(t *testing.T) {
	source := crdt.New()
	e := source.Edit(7)
	gone, kept := e.Create(kindNote), e.Create(kindNote)
	e.Insert(kept, fieldText, 0, "kept")
	e.Delete(gone)
	e.Commit()
	source.Forget(source.Version())

	log := &Memory{}
	for i := range 2 { // now, and after a restart
		h := NewHost(Options{Log: log})
		if i == 0 {
			if err := h.Begin(t.Context(), "m", source, time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
		}
		err := h.Edit(t.Context(), "m", func(doc *crdt.Document, e *crdt.Edit) error {
			if doc.Text(kept, fieldText)[:4] != "kept" || doc.Exists(gone) || !doc.Forgotten().Covers(source.Version()) {
				t.Error("it is not the same document")
			}
			e.Insert(kept, fieldText, 4, "!")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// Its entry reads back the same, and is too new for a program that knows none such.
func TestTheEntryThatAMapBeginsWith(t *testing.T) {
	e := Entry{Number: 1, When: time.UnixMilli(5), Begin: []byte("a document")}
	b := e.Append(nil)
	if got, err := DecodeEntry(b); err != nil || string(got.Begin) != "a document" || b[0] != entryVersionBegin {
		t.Errorf("%+v %v", got, err)
	}
	s := NewStored()
	if err := s.Entry(1, b); !errors.Is(err, ErrDamaged) {
		t.Errorf("what is no document is taken: %v", err)
	}
	begin := Entry{Number: 1, When: time.UnixMilli(5), Begin: crdt.New().Snapshot()}
	again := Entry{Number: 2, When: time.UnixMilli(6), Begin: begin.Begin}
	if err := s.Entry(1, begin.Append(nil)); err != nil {
		t.Error(err)
	}
	if err := s.Entry(2, again.Append(nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a map begins twice: %v", err)
	}
}
