package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server/room"
)

// An office has 10,000 maps in one store and 200 of them open: each opens with what is its own, takes edits, and is let go.
func TestManyMaps_P44(t *testing.T) {
	const maps, open = 10_000, 200
	dir := t.TempDir() + "/data"
	e, err := openEngine(dir, engineOptions{limits: room.Limits{IdleTimeout: 50 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	name := func(i int) string { return fmt.Sprintf("map%05d", i) }
	var all sync.WaitGroup
	for w := range 100 {
		all.Add(1)
		go func() { // ends with its hundredth of the maps
			defer all.Done()
			for i := w; i < maps; i += 100 {
				doc := crdt.New()
				edit := doc.Edit(room.ServerReplica)
				journey.Open(doc).SetTitle(edit, "en", name(i))
				edit.Commit()
				first := room.Entry{Number: 1, When: time.Now(), Begin: doc.Snapshot()}
				if _, err := e.store.Append(t.Context(), name(i), first.Append(nil)); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	all.Wait()
	title := func(doc *crdt.Document) string { return journey.TitleOf(doc).In("en") }
	began := time.Now()
	for i := range open {
		all.Add(1)
		go func() { // ends with its map
			defer all.Done()
			id := name(i * (maps / open))
			err := e.host.Edit(t.Context(), id, func(doc *crdt.Document, edit *crdt.Edit) error {
				if got := title(doc); got != id {
					return fmt.Errorf("it says %q", got)
				}
				journey.Open(doc).SetTitle(edit, "en", "edited "+id)
				return nil
			})
			if err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}()
	}
	all.Wait()
	t.Logf("%d of %d maps opened and edited in %v", open, maps, time.Since(began))
	for idle := ""; !strings.Contains(idle, "\ntabi_rooms 0\n"); time.Sleep(10 * time.Millisecond) { // all are let go
		seen := httptest.NewRecorder()
		e.metrics.Handler().ServeHTTP(seen, httptest.NewRequest("GET", "/metrics", nil))
		idle = seen.Body.String()
	}
	for i := range open {
		id := name(i * (maps / open))
		if err := e.host.View(t.Context(), id, func(doc *crdt.Document) error {
			if got := title(doc); got != "edited "+id {
				return fmt.Errorf("it says %q", got)
			}
			return nil
		}); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := e.close(); err != nil {
		t.Fatal(err)
	}
	e, err = openEngine(dir, engineOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	if v, err := (direct{e}).Verify(t.Context()); err != nil || len(v.Problems) > 0 || v.Report.Maps != maps {
		t.Errorf("%+v, %v", v, err)
	}
}
