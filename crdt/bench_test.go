package crdt

import (
	"fmt"
	"testing"
)

// Streams and traces are cmd/crdtbench's; these are for a quick look while working.

func notes(n int) (*Document, []ID) {
	d := New()
	ids := make([]ID, n)
	for i := range ids {
		commit(d, 1, func(e *Edit) {
			ids[i] = e.Create(1)
			e.Set(ids[i], fPlace, fmt.Appendf(nil, "%06d", i))
			e.Insert(ids[i], fWords, 0, fmt.Sprintf("what note %d says in some forty letters", i))
		})
	}
	return d, ids
}

func BenchmarkMove(b *testing.B) {
	d, ids := notes(5000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e := d.Edit(1)
		e.Set(ids[i*7919%len(ids)], fPlace, []byte("place!"))
		e.Commit()
	}
}

func BenchmarkType(b *testing.B) {
	d := New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e := d.Edit(1)
		e.Insert(ID{}, fWords, i, "x")
		e.Commit()
	}
}

func BenchmarkInsertAnywhere(b *testing.B) {
	d := New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e := d.Edit(1)
		e.Insert(ID{}, fWords, i*7919%(i+1), "x")
		e.Commit()
	}
}

func BenchmarkMerge(b *testing.B) {
	d, ids := notes(5000)
	other, _ := Load(d.Snapshot())
	var updates [][]byte
	for i := range 200_000 {
		updates = append(updates, commit(d, 1, func(e *Edit) { e.Set(ids[i*7919%len(ids)], fPlace, []byte("place!")) }).Update)
	}
	before := other.Snapshot()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(updates) == 0 {
			b.StopTimer()
			other, _ = Load(before)
			b.StartTimer()
		}
		must(b, other, updates[i%len(updates)])
	}
}

func BenchmarkSnapshot(b *testing.B) {
	d, _ := notes(5000)
	b.ReportAllocs()
	for b.Loop() {
		d.Snapshot()
	}
}

func BenchmarkLoad(b *testing.B) {
	d, _ := notes(5000)
	s := d.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDelta(b *testing.B) {
	d, ids := notes(5000)
	v := d.Version()
	for i := range 700 {
		commit(d, 1, func(e *Edit) { e.Set(ids[i*7], fPlace, []byte("place!")) })
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Delta(v)
	}
}
