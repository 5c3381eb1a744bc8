package session

import (
	"context"
	"errors"
	"syscall/js"
	"testing"
	"time"
)

// TestBrowser needs a browser, since Node has no IndexedDB: TestInBrowser
// starts one. Elsewhere it is skipped.
func TestBrowser(t *testing.T) {
	store := Browser()
	if store == nil {
		t.Skip("no IndexedDB here")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	put := func(t *testing.T, o Outbox, s string, whole bool) {
		t.Helper()
		done := make(chan error, 1)
		o.Put([]byte(s), whole, func(err error) { done <- err })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	load := func(t *testing.T, o Outbox) string {
		t.Helper()
		b, err := o.Load(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	check := func(t *testing.T, key string) {
		a, err := store.New(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		put(t, a, "base", true)
		put(t, a, "+1", false)
		put(t, a, "+2", false)
		if orphans, err := store.Orphans(ctx, key); err != nil || len(orphans) != 0 {
			t.Fatalf("%d orphans while it is held, %v", len(orphans), err)
		}
		a.Release()
		if orphans, err := store.Orphans(ctx, key+"other"); err != nil || len(orphans) != 0 {
			t.Fatalf("%d orphans of another map, %v", len(orphans), err)
		}
		var orphans []Outbox
		for deadline := time.Now().Add(5 * time.Second); len(orphans) == 0 && time.Now().Before(deadline); {
			// The browser lets go of a lock a moment after it was told to.
			if orphans, err = store.Orphans(ctx, key); err != nil {
				t.Fatal(err)
			}
		}
		if len(orphans) != 1 || load(t, orphans[0]) != "base+1+2" {
			t.Fatalf("%d orphans", len(orphans))
		}
		b := orphans[0]
		put(t, b, "+3", false)
		if got := load(t, b); got != "base+1+2+3" {
			t.Error(got)
		}
		put(t, b, "new base", true)
		if got := load(t, b); got != "new base" {
			t.Error(got)
		}
		b.Discard()
		if orphans, err := store.Orphans(ctx, key); err != nil || len(orphans) != 0 {
			t.Errorf("%d orphans after it was discarded, %v", len(orphans), err)
		}
	}
	t.Run("P18_what_is_put_is_there_in_order", func(t *testing.T) { check(t, "locks") })
	t.Run("P19_pages_without_locks_hold_leases", func(t *testing.T) {
		navigator := js.Global().Get("Navigator").Get("prototype")
		object := js.Global().Get("Object")
		locks := object.Call("getOwnPropertyDescriptor", navigator, "locks")
		object.Call("defineProperty", navigator, "locks", map[string]any{"value": js.Null(), "configurable": true})
		defer object.Call("defineProperty", navigator, "locks", locks)
		check(t, "leases")
	})
	t.Run("P18_a_failing_storage_is_an_error", func(t *testing.T) {
		o, err := store.New(ctx, "closed")
		if err != nil {
			t.Fatal(err)
		}
		store.(*browser).db.Call("close")
		done := make(chan error, 1)
		o.Put([]byte("x"), true, func(err error) { done <- err })
		if err := <-done; err == nil || errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
