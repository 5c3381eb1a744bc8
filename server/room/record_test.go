package room

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

var update = flag.Bool("update", false, "rewrite golden files")

func sampleEntry() Entry {
	return Entry{
		Number: 300, When: time.UnixMilli(1_800_000_000_123),
		Sessions: []Session{{Replica: 9, Hash: SecretHash{1, 2, 3}, Role: wire.RoleEdit, Link: "d3x", Name: "旅人", Department: "営業"}},
		Edits:    []EntryEdits{{Replica: 9, Link: "d3x", Batches: [][]byte{{1, 2}, {3}}}, {Replica: 1, Batches: [][]byte{{4}}}},
		Renames:  []Session{{Replica: 9, Name: "b", Department: "c"}},
	}
}

func sampleCheckpoint() Checkpoint {
	return Checkpoint{
		Number: 7, When: time.UnixMilli(1_800_000_000_000), Next: 12, Document: []byte("a document"),
		Marked: time.UnixMilli(1_790_000_000_000), Mark: crdt.Version{2: 17, 300: 4},
		Sessions: []Session{{Replica: 2, Role: wire.RoleOwner, Link: "l", Name: "n", Department: "d", Seen: time.UnixMilli(5)}},
	}
}

// What is written reads back the same; any flipped bit and any cut is noticed.
func TestRecords_P42(t *testing.T) {
	e, c := sampleEntry(), sampleCheckpoint()
	eb, cb := e.Append(nil), c.Append(nil)
	if got, err := DecodeEntry(eb); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("entry %+v %v", got, err)
	}
	if got, err := DecodeCheckpoint(cb); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("checkpoint %+v %v", got, err)
	}
	for name, b := range map[string][]byte{"entry": eb, "checkpoint": cb} {
		read := func(b []byte) error {
			if name == "entry" {
				_, err := DecodeEntry(b)
				return err
			}
			_, err := DecodeCheckpoint(b)
			return err
		}
		for i := range b {
			for bit := range 8 {
				x := bytes.Clone(b)
				x[i] ^= 1 << bit
				if err := read(x); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooNew) {
					t.Fatalf("%s: bit %d of byte %d flipped: %v", name, bit, i, err)
				}
			}
			if err := read(b[:i]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s cut at %d: %v", name, i, err)
			}
		}
		newer := bytes.Clone(b)
		newer[0] = 3 // neither is that far
		if err := read(newer); !errors.Is(err, ErrTooNew) {
			t.Errorf("%s of a newer version: %v", name, err)
		}
	}
	if _, err := DecodeEntry(cb); !errors.Is(err, ErrDamaged) {
		t.Errorf("a checkpoint read as an entry: %v", err)
	}
}

// Bytes of a released version are read for ever.
func TestGoldenRecords_P42(t *testing.T) {
	e, c := sampleEntry(), sampleCheckpoint()
	for name, b := range map[string][]byte{"entry.v1": e.Append(nil), "checkpoint.v2": c.Append(nil)} {
		file := filepath.Join("testdata", "golden", name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b, want) {
			t.Errorf("%s is written otherwise than before", name)
		}
	}
	old, err := os.ReadFile(filepath.Join("testdata", "golden", "checkpoint.v1"))
	if err != nil {
		t.Fatal(err)
	}
	c.Marked, c.Mark = time.UnixMilli(time.Time{}.UnixMilli()), crdt.Version{} // it had none
	if got, err := DecodeCheckpoint(old); err != nil || !reflect.DeepEqual(got, c) || !got.Marked.IsZero() {
		t.Errorf("checkpoint.v1 reads as %+v %v", got, err)
	}
}

// A log with a hole, a second history, or an update that does not fit is refused, never
// served; a repeated entry is passed over.
func TestStoredLog_P42(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	for _, text := range []string{"1", "2", "3"} {
		a.edit(text)
	}
	read := func(entries ...[]byte) error {
		st := NewStored()
		for i, e := range entries {
			if err := st.Entry(uint64(i+1), e); err != nil {
				return err
			}
		}
		return nil
	}
	e := s.entries
	if err := read(e[0], e[1], e[1], e[2], e[0], e[3]); err != nil {
		t.Errorf("a repetition: %v", err)
	}
	if err := read(e[0], e[2]); !errors.Is(err, ErrDamaged) {
		t.Errorf("a hole: %v", err)
	}
	if err := read(e[1]); !errors.Is(err, ErrDamaged) {
		t.Errorf("no beginning: %v", err)
	}
	other := sampleEntry()
	other.Number = 2
	if err := read(e[0], e[1], other.Append(nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a second history: %v", err)
	}
	if err := read(e[0], other.Append(nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("an update that does not merge: %v", err)
	}
}

func FuzzDecodeEntry(f *testing.F) {
	e, c := sampleEntry(), sampleCheckpoint()
	f.Add(e.Append(nil))
	f.Add(c.Append(nil))
	old, err := os.ReadFile(filepath.Join("testdata", "golden", "checkpoint.v1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(old)
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := DecodeEntry(b); err == nil {
			if again, err := DecodeEntry(got.Append(nil)); err != nil || !reflect.DeepEqual(again, got) {
				t.Fatalf("%+v became %+v: %v", got, again, err)
			}
		}
		if got, err := DecodeCheckpoint(b); err == nil {
			if again, err := DecodeCheckpoint(got.Append(nil)); err != nil || !reflect.DeepEqual(again, got) {
				t.Fatalf("%+v became %+v: %v", got, again, err)
			}
		}
		// The sum guards the rest from a fuzzer too: try what lies behind it.
		if len(b) > 2 {
			b = appendSum(append([]byte{entryVersion, kindEntry}, b...), 0)
			_, _ = DecodeEntry(b)
			b[0], b[1] = checkpointVersion, kindCheckpoint
			_, _ = DecodeCheckpoint(appendSum(b[:len(b)-4], 0))
		}
	})
}
