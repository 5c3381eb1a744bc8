package session

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// slowStore finds what was kept when opened is closed.
type slowStore struct {
	*Memory
	opened chan struct{}
}

func (s *slowStore) Orphans(ctx context.Context, key string) ([]Outbox, error) {
	<-s.opened
	return s.Memory.Orphans(ctx, key)
}

// What the page has fetched while the client came.
func TestSnapshotAhead(t *testing.T) {
	// fetched is the map as it is now; what it held later the server has to tell.
	begin := func(st *stage) (snapshot func() []byte, a *actor) {
		a = st.open("a", nil)
		a.note("fetched")
		b := st.h.snapshot()
		return func() []byte { return b }, a
	}
	t.Run("P84_it_is_shown_and_the_server_tells_only_what_came_since", func(t *testing.T) {
		play(t, func(st *stage) {
			snapshot, a := begin(st)
			later := a.note("later")
			b := st.openWith(Options{Name: "b", Snapshot: snapshot})
			st.alike(a, b)
			st.h.mu.Lock()
			have := st.h.hello[len(st.h.hello)-1].Have
			st.h.mu.Unlock()
			if len(have) == 0 {
				t.Error("b asked for all of the map again")
			}
			id := b.note("written on it")
			b.write(later, 0, "much ")
			b.Do(func(s *Session) { s.Undo() })
			st.alike(a, b)
			if st.h.text(id) != "written on it" || st.h.text(later) != "later" {
				t.Errorf("%q, %q", st.h.text(id), st.h.text(later))
			}
		})
	})
	t.Run("P84_it_is_shown_before_a_slow_server_answers", func(t *testing.T) {
		play(t, func(st *stage) {
			snapshot, a := begin(st)
			st.h.mu.Lock()
			st.h.mute = true
			st.h.mu.Unlock()
			b := st.openWith(Options{Name: "b", Snapshot: snapshot})
			b.Do(func(s *Session) {
				if len(s.Document().Version()) == 0 {
					t.Error("nothing is shown")
				}
				if s.CanEdit() {
					t.Error("an edit would be lost: there is no number for it")
				}
			})
			st.h.mu.Lock()
			st.h.mute = false
			st.h.mu.Unlock()
			time.Sleep(time.Minute)
			st.alike(a, b)
		})
	})
	t.Run("P84_what_this_browser_kept_goes_before_it", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a := st.open("a", store)
			id := a.note("x")
			snapshot := st.h.snapshot()
			st.net.set(true)
			a.write(id, 1, " offline")
			time.Sleep(time.Second)
			st.crash(a, store)
			a = st.openWith(Options{Name: "a", Store: store, Snapshot: func() []byte { return snapshot }})
			if got := a.text(id); got != "x offline" {
				t.Fatalf("%q", got)
			}
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a)
			if got := st.h.text(id); got != "x offline" {
				t.Error(got)
			}
		})
	})
	t.Run("P84_a_page_that_keeps_nothing_shows_it_at_once", func(t *testing.T) {
		play(t, func(st *stage) {
			snapshot, a := begin(st)
			st.net.set(true)
			b := st.openWith(Options{Name: "b", Snapshot: snapshot})
			b.Do(func(s *Session) { s.Show() })
			synctest.Wait()
			b.Do(func(s *Session) {
				if len(s.Document().Version()) == 0 {
					t.Error("nothing is shown")
				}
			})
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a, b)
		})
	})
	t.Run("P84_what_was_kept_after_all_comes_back_over_it", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a := st.open("a", store)
			id := a.note("x")
			st.net.set(true)
			a.write(id, 1, " offline")
			time.Sleep(time.Second)
			st.crash(a, store)
			st.net.set(false)
			b := st.open("b", nil)
			later := b.note("later")
			snapshot := st.h.snapshot()

			slow := &slowStore{Memory: store, opened: make(chan struct{})}
			a = st.openWith(Options{Name: "a", Store: slow, Snapshot: func() []byte { return snapshot }})
			a.Do(func(s *Session) { s.Show() })
			if got := a.text(later); got != "later" {
				t.Fatalf("shown at once: %q", got)
			}
			close(slow.opened)
			time.Sleep(time.Minute)
			st.alike(a, b)
			if got := st.h.text(id); got != "x offline" {
				t.Error(got)
			}
		})
	})
	t.Run("P84_bytes_that_are_no_map_change_nothing", func(t *testing.T) {
		play(t, func(st *stage) {
			_, a := begin(st)
			b := st.openWith(Options{Name: "b", Snapshot: func() []byte { return []byte("<html>") }})
			st.alike(a, b)
			if s := b.status(); s.State != Live || s.Reason != wire.CodeNone {
				t.Errorf("%+v", s)
			}
		})
	})
}
