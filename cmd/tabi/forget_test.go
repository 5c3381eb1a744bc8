package main

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server/room"
)

// A log replays to a snapshot that has forgotten what was deleted long ago (P51), and tabi verify knows that.
func TestVerifyAfterForgetting_P51(t *testing.T) {
	const kind, text = crdt.Kind(1), crdt.Field(1)
	dir := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	e, err := openEngine(dir, engineOptions{limits: room.Limits{ForgetAfter: time.Nanosecond, CheckpointEntries: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	write := func(fn func(*crdt.Document, *crdt.Edit)) {
		t.Helper()
		err := e.host.Edit(ctx, "m", func(d *crdt.Document, e *crdt.Edit) error { fn(d, e); return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 40 { // a checkpoint is made beside the edits: one in two or three sees the deletion before it
		write(func(d *crdt.Document, e *crdt.Edit) {
			for _, id := range slices.Collect(d.All(kind)) {
				e.Delete(id)
			}
			e.Insert(e.Create(kind), text, 0, "a note that is deleted next")
		})
	}
	forgotten := func() bool {
		_, snapshot, err := e.store.Snapshot(ctx, "m")
		if err != nil {
			t.Fatal(err)
		}
		c, err := room.DecodeCheckpoint(snapshot)
		if err != nil {
			return false
		}
		d, err := crdt.Load(c.Document)
		if err != nil {
			t.Fatal(err)
		}
		return len(d.Forgotten()) > 0
	}
	for !forgotten() {
		if ctx.Err() != nil {
			t.Fatal("vacuous: nothing was ever forgotten")
		}
		write(func(_ *crdt.Document, e *crdt.Edit) { e.Insert(e.Create(kind), text, 0, "more") })
	}
	maps, err := e.store.Maps(ctx)
	if err != nil || len(maps) != 1 {
		t.Fatalf("%d maps, %v", len(maps), err)
	}
	if err := replay(ctx, e.store, maps[0]); err != nil {
		t.Fatal(err)
	}
}
