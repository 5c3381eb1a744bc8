package session

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

// stage is a hub, a network in memory and people on it, in time that is not
// real.
type stage struct {
	t   *testing.T
	h   *hub
	net *network
	all []*actor
}

// actor is a session and what it was told.
type actor struct {
	*Session
	st *stage

	mu       sync.Mutex // guards the following
	statuses []Status
	peers    []PeerState
	taken    []replica.Taken
	shown    map[crdt.ID]string // what changes have made of it
}

func play(t *testing.T, f func(*stage)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		st := &stage{t: t, h: newHub()}
		st.net = &network{h: st.h, ctx: ctx}
		f(st)
		for _, a := range st.all {
			a.close()
		}
		cancel()
	})
}

func (st *stage) open(name string, store Store) *actor {
	return st.openWith(Options{Name: name, Store: store})
}

func (st *stage) openWith(o Options) *actor {
	if o.URL == "" {
		o.URL = "ws://hub/m/token/live"
	}
	o.dial = st.net.dial
	if o.chance == nil {
		o.chance = func() float64 { return 0.5 }
	}
	a := &actor{st: st, shown: map[crdt.ID]string{}}
	a.Session = Open(st.t.Context(), o)
	a.Do(func(s *Session) {
		s.OnChange(func(c crdt.Change) {
			a.mu.Lock()
			defer a.mu.Unlock()
			for o := range c.Objects() {
				if delete(a.shown, o.ID); s.Document().Exists(o.ID) && o.Kind == kindNote {
					a.shown[o.ID] = s.Document().Text(o.ID, textField)
				}
			}
		})
		s.OnPeers(func(p []PeerState) { a.mu.Lock(); a.peers = p; a.mu.Unlock() })
		s.OnStatus(func(x Status) { a.mu.Lock(); a.statuses = append(a.statuses, x); a.mu.Unlock() })
		s.OnTaken(func(x []replica.Taken) { a.mu.Lock(); a.taken = append(a.taken, x...); a.mu.Unlock() })
	})
	st.all = append(st.all, a)
	synctest.Wait()
	return a
}

func (a *actor) close() {
	a.Do(func(s *Session) { s.Close() })
	<-a.Done()
}

func (a *actor) note(text string) (id crdt.ID) {
	a.Do(func(s *Session) {
		s.Edit("", func(e *crdt.Edit) {
			id = e.Create(kindNote)
			e.Insert(id, textField, 0, text)
		})
	})
	synctest.Wait()
	return id
}

func (a *actor) write(id crdt.ID, at int, text string) {
	a.Do(func(s *Session) { s.Edit("", func(e *crdt.Edit) { e.Insert(id, textField, at, text) }) })
	synctest.Wait()
}

func (a *actor) status() (st Status) {
	a.Do(func(s *Session) { st = s.Status() })
	return st
}

func (a *actor) text(id crdt.ID) (s string) {
	a.Do(func(x *Session) { s = x.Document().Text(id, textField) })
	return s
}

func (a *actor) others() []PeerState {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.peers
}

// alike fails unless everybody holds what the hub holds, owes nothing, and
// was told of everything.
func (st *stage) alike(people ...*actor) {
	st.t.Helper()
	synctest.Wait()
	for i, a := range people {
		a.Do(func(s *Session) {
			if s.status.State != Live || s.status.Pending != 0 {
				st.t.Errorf("person %d is %v and owes %d", i, s.status.State, s.status.Pending)
			}
			if !bytes.Equal(s.Document().Snapshot(), st.h.snapshot()) {
				st.t.Errorf("person %d differs from the hub", i)
			}
			want := map[crdt.ID]string{}
			for id := range s.Document().All(kindNote) {
				want[id] = s.Document().Text(id, textField)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if fmt.Sprint(a.shown) != fmt.Sprint(want) {
				st.t.Errorf("person %d was told %v, there is %v", i, a.shown, want)
			}
		})
	}
}

func TestLive(t *testing.T) {
	t.Run("P11_hello_is_answered_and_edits_go_both_ways", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("青木", nil), st.open("Bea", nil)
			id := a.note("駅で待つ")
			b.write(id, 0, "朝、")
			a.write(id, 2, "いつも")
			if got := st.h.text(id); got != "朝、いつも駅で待つ" {
				t.Error(got)
			}
			st.alike(a, b)
			if s := a.status(); s.Role != wire.RoleEdit || s.MapID != "map" || s.SeenAt.IsZero() {
				t.Errorf("%+v", s)
			}
			if p := b.others(); len(p) != 1 || p[0].Name != "青木" {
				t.Errorf("b sees %+v", p)
			}
			a.Do(func(s *Session) { s.Rename("Aoki", "sales") })
			synctest.Wait()
			if p := b.others(); p[0].Name != "Aoki" || p[0].Department != "sales" {
				t.Errorf("b sees %+v", p)
			}
			a.close()
			synctest.Wait()
			if p := b.others(); len(p) != 0 {
				t.Errorf("b still sees %+v", p)
			}
		})
	})

	t.Run("P17_undo_and_redo_reach_the_others", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", nil)
			id := a.note("one")
			a.write(id, 3, " two")
			b.write(id, 0, "zero ")
			a.Do(func(s *Session) { s.Undo() })
			synctest.Wait()
			if got := b.text(id); got != "zero one" {
				t.Error(got)
			}
			a.Do(func(s *Session) { s.Redo() })
			synctest.Wait()
			if got := b.text(id); got != "zero one two" {
				t.Error(got)
			}
			st.alike(a, b)
		})
	})

	t.Run("P12_what_arrives_together_is_handed_over_once", func(t *testing.T) {
		play(t, func(st *stage) {
			b := st.open("b", nil)
			// A page that draws a frame every 16 ms.
			var frames, changes atomic.Int64
			var mu sync.Mutex
			var waiting []func()
			ctx, cancel := context.WithCancel(st.t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				tick := time.NewTicker(16 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-tick.C:
					case <-ctx.Done():
						return
					}
					mu.Lock()
					list := waiting
					waiting = nil
					mu.Unlock()
					for _, f := range list {
						frames.Add(1)
						f()
					}
				}
			}()
			a := &actor{st: st, shown: map[crdt.ID]string{}}
			a.Session = Open(st.t.Context(), Options{URL: "ws://x", dial: st.net.dial, chance: func() float64 { return 0 },
				Dispatch: func(f func()) { mu.Lock(); waiting = append(waiting, f); mu.Unlock() }})
			a.Do(func(s *Session) { s.OnChange(func(crdt.Change) { changes.Add(1) }) })
			time.Sleep(time.Second)
			id := b.note("x")
			time.Sleep(time.Second)
			before, told := frames.Load(), changes.Load()
			for i := range 200 {
				b.write(id, i, "y")
			}
			time.Sleep(100 * time.Millisecond)
			a.Do(func(s *Session) {
				if got := s.Document().TextLen(id, textField); got != 201 {
					t.Errorf("%d units", got)
				}
				s.Close()
			})
			if f, c := frames.Load()-before, changes.Load()-told; f > 4 || c > 4 {
				t.Errorf("200 edits at once took %d dispatches and %d callbacks", f, c)
			}
			<-a.Done()
			cancel()
			<-done
		})
	})

	t.Run("P13_edits_are_counted_when_they_stay_pending", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			id := a.note("x")
			a.mu.Lock()
			before := len(a.statuses)
			a.mu.Unlock()
			for range 50 {
				a.write(id, 0, "y")
				time.Sleep(16 * time.Millisecond)
			}
			a.mu.Lock()
			if n := len(a.statuses); n != before {
				t.Errorf("told %d times of edits that arrived at once: %+v", n-before, a.statuses[before:])
			}
			a.mu.Unlock()
			st.h.mu.Lock()
			st.h.mute = true
			st.h.mu.Unlock()
			a.write(id, 0, "z")
			time.Sleep(time.Second)
			a.mu.Lock()
			defer a.mu.Unlock()
			if last := a.statuses[len(a.statuses)-1]; last.Pending != 1 || last.State != Live {
				t.Errorf("%+v", last)
			}
		})
	})

	t.Run("P10_who_may_only_watch_edits_nothing", func(t *testing.T) {
		play(t, func(st *stage) {
			st.h.role = wire.RoleView
			a := st.open("a", nil)
			a.Do(func(s *Session) {
				c := s.Edit("", func(e *crdt.Edit) { t.Error("write was called") })
				if s.CanEdit() || c.Len() != 0 || s.Undo() || s.Redo() {
					t.Error("a watcher edits")
				}
			})
			st.h.edit(func(e *crdt.Edit) { e.Insert(e.Create(kindNote), textField, 0, "live") })
			st.alike(a)
		})
	})

	t.Run("P12_a_burst_goes_in_few_frames_of_bounded_size", func(t *testing.T) {
		play(t, func(st *stage) {
			st.h.limit.FrameBytes = 4000
			a := st.open("a", nil)
			st.net.set(true)
			synctest.Wait()
			id := a.note("x") // offline
			for range 300 {
				a.write(id, 0, strings.Repeat("z", 40))
			}
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a)
			if st.h.frames < 3 || st.h.frames > 10 {
				t.Errorf("%d frames", st.h.frames)
			}
		})
	})
}

func TestOffline(t *testing.T) {
	t.Run("P14_edits_go_on_and_meet_on_return", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", nil)
			id := a.note("x")
			st.net.set(true)
			synctest.Wait()
			if s := a.status(); s.State != Offline || s.Reason != wire.CodeOffline || s.RetryAt.IsZero() {
				t.Errorf("%+v", s)
			}
			if len(a.others()) != 0 {
				t.Error("others are shown who may be gone")
			}
			a.write(id, 1, " from a")
			b.write(id, 0, "from b ")
			if s := a.status(); s.Pending != 1 {
				t.Errorf("%d pending", s.Pending)
			}
			time.Sleep(time.Minute)
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a, b)
			if got := st.h.text(id); got != "from b x from a" {
				t.Error(got)
			}
			if n := len(st.h.hello); st.h.hello[n-1].Resume.Replica == 0 || len(st.h.hello[n-1].Have) == 0 {
				t.Error("came back as a stranger")
			}
		})
	})

	t.Run("P22_dialling_again_is_spread_and_bounded", func(t *testing.T) {
		play(t, func(st *stage) {
			st.net.down = true
			i := 0
			st.openWith(Options{chance: func() float64 { i++; return []float64{0, 0.999}[i%2] }})
			time.Sleep(5 * time.Minute)
			var most time.Duration
			soon := 0
			st.net.mu.Lock()
			defer st.net.mu.Unlock()
			for k := 1; k < len(st.net.at); k++ {
				gap := st.net.at[k].Sub(st.net.at[k-1])
				most = max(most, gap)
				if gap < 100*time.Millisecond {
					soon++
				}
			}
			if n := len(st.net.at); n < 20 || n > 60 || most > backoffMost || most < backoffMost/2 {
				t.Errorf("%d dials, at most %v apart", n, most)
			}
			if soon == 0 {
				t.Error("full jitter begins at zero")
			}
		})
	})

	t.Run("P22_the_server_may_ask_for_more_time", func(t *testing.T) {
		play(t, func(st *stage) {
			turned := 0
			st.h.turn = func(wire.Hello) *wire.Closing {
				if turned++; turned == 1 {
					return &wire.Closing{Code: wire.CodeRestarting, RetryAfter: 40 * time.Second}
				}
				return nil
			}
			a := st.open("a", nil)
			if s := a.status(); s.State != Offline || s.Reason != wire.CodeRestarting {
				t.Errorf("%+v", s)
			}
			time.Sleep(39 * time.Second)
			if st.net.dials() != 1 {
				t.Error("dialled too early")
			}
			time.Sleep(30 * time.Second)
			st.alike(a)
		})
	})

	t.Run("P22_a_server_that_welcomes_and_closes_is_not_hammered", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			for range 600 {
				st.h.drop()
				time.Sleep(100 * time.Millisecond)
			}
			if n := st.net.dials(); n > 15 {
				t.Errorf("%d dials in a minute", n)
			}
			time.Sleep(time.Minute)
			st.alike(a)
		})
	})

	t.Run("P22_a_page_that_knows_better_dials_at_once", func(t *testing.T) {
		play(t, func(st *stage) {
			st.net.down = true
			a := st.openWith(Options{chance: func() float64 { return 0.999 }})
			time.Sleep(30 * time.Second)
			st.net.set(false)
			a.Redial()
			st.alike(a)
		})
	})

	t.Run("P9_a_reason_that_does_not_pass_ends_the_dialling", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			a.note("x")
			st.h.turn = func(wire.Hello) *wire.Closing { return &wire.Closing{Code: wire.CodeLinkRevoked} }
			st.h.drop()
			time.Sleep(time.Minute)
			if s := a.status(); s.State != Refused || s.Reason != wire.CodeLinkRevoked {
				t.Errorf("%+v", s)
			}
			n := st.net.dials()
			time.Sleep(time.Hour)
			if st.net.dials() != n {
				t.Error("still dialling")
			}
		})
	})

	t.Run("P4_no_version_in_common_is_said", func(t *testing.T) {
		play(t, func(st *stage) {
			st.h.turn = func(wire.Hello) *wire.Closing { return &wire.Closing{Code: wire.CodeVersion} }
			a := st.open("a", nil)
			if s := a.status(); s.State != Refused || s.Reason != wire.CodeVersion {
				t.Errorf("%+v", s)
			}
		})
	})
}

func TestSilence(t *testing.T) {
	t.Run("P23_a_half_open_connection_with_edits_owed_is_left_soon", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			id := a.note("x")
			st.h.mu.Lock()
			st.h.mute = true // takes everything, says nothing
			st.h.mu.Unlock()
			a.write(id, 0, "heard, ")
			time.Sleep(owedMost - time.Second)
			if a.status().State != Live {
				t.Fatal("impatient")
			}
			time.Sleep(watchEvery + 2*time.Second)
			if s := a.status(); s.State != Offline || s.Reason != wire.CodeSilent {
				t.Fatalf("%+v", s)
			}
			st.h.mu.Lock()
			st.h.mute = false
			st.h.mu.Unlock()
			st.h.drop()
			time.Sleep(2 * time.Minute)
			st.alike(a)
			if got := st.h.text(id); got != "heard, x" {
				t.Error(got)
			}
		})
	})

	t.Run("P23_a_half_open_idle_connection_is_found", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			time.Sleep(10 * time.Minute)
			if st.net.dials() != 1 || a.status().State != Live {
				t.Fatalf("a quiet map is not a dead one: %d dials", st.net.dials())
			}
			st.h.mu.Lock()
			st.h.mute = true
			st.h.mu.Unlock()
			time.Sleep(70 * time.Second)
			if st.net.dials() < 2 {
				t.Error("a dead connection was not left")
			}
		})
	})

	t.Run("P23_a_server_that_does_not_answer_pings_may_be_silent", func(t *testing.T) {
		play(t, func(st *stage) {
			st.h.limit.Heartbeat = 0
			st.open("a", nil)
			st.h.mu.Lock()
			st.h.mute = true
			st.h.mu.Unlock()
			time.Sleep(time.Hour)
			if st.net.dials() != 1 {
				t.Errorf("%d dials", st.net.dials())
			}
		})
	})

	t.Run("P11_a_server_that_never_welcomes_is_left", func(t *testing.T) {
		play(t, func(st *stage) {
			st.net.void = true
			a := st.open("a", nil)
			time.Sleep(2 * time.Minute)
			if st.net.dials() < 3 || a.status().State != Offline {
				t.Errorf("%d dials, %v", st.net.dials(), a.status().State)
			}
		})
	})
}

func TestRefused(t *testing.T) {
	t.Run("P16_a_refused_edit_is_taken_back_and_told", func(t *testing.T) {
		play(t, func(st *stage) {
			st.h.refuse = func(u []byte) (wire.Code, time.Duration) {
				if bytes.Contains(u, []byte("bad")) {
					return wire.CodeNotAllowed, 0
				}
				return wire.CodeNone, 0
			}
			a, b := st.open("a", nil), st.open("b", nil)
			id := a.note("x")
			a.Do(func(s *Session) {
				s.Edit("", func(e *crdt.Edit) { e.Insert(id, textField, 0, "bad ") })
				s.Edit("", func(e *crdt.Edit) { e.Insert(id, textField, 5, " kept") })
			})
			st.alike(a, b)
			if got := b.text(id); got != "x kept" {
				t.Error(got)
			}
			if len(a.taken) != 1 || a.taken[0].Texts[0].Text != "bad " {
				t.Errorf("told %+v", a.taken)
			}
		})
	})

	t.Run("P16_what_may_come_later_is_sent_again_when_asked", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			id := a.note("x")
			st.h.mu.Lock()
			frames := st.h.frames
			st.h.refuse = func([]byte) (wire.Code, time.Duration) { return wire.CodeStoreFull, 3 * time.Second }
			st.h.mu.Unlock()
			a.write(id, 0, "wait ")
			time.Sleep(31 * time.Second)
			st.h.mu.Lock()
			tries := st.h.frames - frames
			st.h.refuse = func([]byte) (wire.Code, time.Duration) { return wire.CodeNone, 0 }
			st.h.mu.Unlock()
			if tries < 8 || tries > 12 {
				t.Errorf("%d tries in half a minute", tries)
			}
			if s := a.status(); s.State != Live || s.Reason != wire.CodeStoreFull || s.Pending != 1 {
				t.Errorf("%+v", s)
			}
			time.Sleep(5 * time.Second)
			st.alike(a)
			if st.net.dials() != 1 {
				t.Error("a server that says wait is not silent")
			}
		})
	})

	t.Run("P15_a_stale_replica_comes_back_under_a_new_number", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", nil)
			id := a.note("x")
			st.net.set(true)
			a.write(id, 1, " offline")
			a.note("new")
			st.h.mu.Lock()
			st.h.epoch++
			st.h.mu.Unlock()
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a, b)
			if st.h.text(id) != "x offline" || st.h.notes() != 2 {
				t.Error(st.h.text(id), st.h.notes())
			}
		})
	})
}

func TestOutbox(t *testing.T) {
	t.Run("P18_an_edit_made_offline_survives_a_reload", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a, b := st.open("a", store), st.open("b", nil)
			id := a.note("x")
			st.net.set(true)
			a.write(id, 1, " offline")
			time.Sleep(time.Second)
			st.crash(a, store)

			a = st.open("a", store)
			synctest.Wait()
			if got := a.text(id); got != "x offline" {
				t.Fatalf("before the server answers: %q", got)
			}
			if s := a.status(); s.Pending != 1 || s.Unsafe {
				t.Errorf("%+v", s)
			}
			a.write(id, 9, " twice")
			a.Do(func(s *Session) {
				if !s.CanUndo() {
					t.Error("undo is lost")
				}
			})
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(a, b)
			if got := st.h.text(id); got != "x offline twice" {
				t.Error(got)
			}
		})
	})

	t.Run("P18_a_reader_keeps_what_was_seen_until_the_link_is_revoked", func(t *testing.T) {
		play(t, func(st *stage) {
			a := st.open("a", nil)
			id := a.note("x")
			st.h.mu.Lock()
			st.h.role = wire.RoleView
			st.h.mu.Unlock()
			store := &Memory{}
			reader := st.open("reader", store)
			st.alike(a, reader)
			time.Sleep(2 * keepLater)
			st.crash(reader, store)
			st.net.set(true)
			reader = st.open("reader", store)
			time.Sleep(time.Second)
			if s := reader.status(); s.State != Offline || reader.text(id) != "x" {
				t.Fatalf("%+v, %q", s, reader.text(id))
			}
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(reader)
			st.h.mu.Lock()
			if last := st.h.hello[len(st.h.hello)-1]; len(last.Have) == 0 {
				t.Error("all was asked for again")
			}
			st.h.turn = func(wire.Hello) *wire.Closing { return &wire.Closing{Code: wire.CodeLinkRevoked} }
			st.h.mu.Unlock()
			st.net.set(true)
			time.Sleep(time.Second)
			st.net.set(false)
			time.Sleep(time.Minute)
			if s := reader.status(); s.State != Refused || store.Count() != 0 {
				t.Errorf("%+v, and %d copies are kept", s, store.Count())
			}
		})
	})

	t.Run("P19_edits_of_a_closed_tab_are_brought_by_the_next", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a, b := st.open("a", store), st.open("b", store)
			id := a.note("x")
			st.net.set(true)
			a.write(id, 0, "from a, ")
			b.write(id, 1, ", from b")
			time.Sleep(time.Second)
			if store.Count() != 2 {
				t.Fatal("two tabs share an outbox")
			}
			st.crash(a, store)
			st.crash(b, store)
			c := st.open("c", store)
			if s := c.status(); s.Pending != 2 {
				t.Errorf("%d pending", s.Pending)
			}
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(c)
			if got := st.h.text(id); got != "from a, x, from b" {
				t.Error(got)
			}
			if store.Count() != 1 {
				t.Errorf("%d outboxes are left", store.Count())
			}
			if n := len(c.others()); n != 0 {
				t.Errorf("%d couriers are still there", n)
			}
		})
	})

	t.Run("P19_two_tabs_never_hold_the_same_replica", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a := st.open("a", store)
			a.note("x")
			time.Sleep(time.Second)
			b := st.open("b", store)
			b.note("y")
			st.alike(a, b)
			if a.replica.ID() == b.replica.ID() {
				t.Error("shared")
			}
			if st.net.dials() != 2 {
				t.Errorf("%d dials", st.net.dials())
			}
		})
	})

	t.Run("P18_a_closed_session_leaves_its_outbox_whole", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			a := st.open("a", store)
			id := a.note("x")
			st.net.set(true)
			a.write(id, 0, "in the last moment ")
			a.close()
			b := st.open("b", store)
			if got := b.text(id); got != "in the last moment x" {
				t.Error(got)
			}
			st.net.set(false)
			time.Sleep(time.Minute)
			st.alike(b)
			if store.Count() != 1 {
				t.Errorf("%d outboxes", store.Count())
			}
		})
	})

	t.Run("P18_an_outbox_that_cannot_be_read_is_left_alone", func(t *testing.T) {
		play(t, func(st *stage) {
			store := &Memory{}
			box, _ := store.New(t.Context(), keyOf("ws://hub/m/token/live"))
			box.Put([]byte("from the future"), true, func(error) {})
			box.Release()
			a := st.open("a", store)
			a.note("x")
			time.Sleep(time.Second)
			st.alike(a)
			b, _ := box.Load(t.Context())
			if string(b) != "from the future" || store.Count() != 2 {
				t.Error("destroyed")
			}
		})
	})

	t.Run("P18_a_browser_that_keeps_nothing_is_told_of", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", failing{})
			id := b.note("x")
			if !a.status().Unsafe || !b.status().Unsafe || b.status().Reason != wire.CodeNone && b.status().Reason != wire.CodeOutbox {
				t.Errorf("%+v %+v", a.status(), b.status())
			}
			b.write(id, 0, "still ")
			st.alike(a, b)
		})
	})

	t.Run("P19_keys_do_not_show_the_link", func(t *testing.T) {
		k := keyOf("wss://tabi.example/m/s3cret/live")
		if strings.Contains(k, "s3cret") || len(k) != 32 || k == keyOf("wss://tabi.example/m/other/live") {
			t.Error(k)
		}
	})
}

type failing struct{}

func (failing) Orphans(context.Context, string) ([]Outbox, error) { return nil, errNoNetwork }
func (failing) New(context.Context, string) (Outbox, error)       { return nil, errNoNetwork }

// crash ends a session the way a killed tab does: nothing more is stored.
func (st *stage) crash(a *actor, store *Memory) {
	store.crash(a.outbox.box)
	a.close()
	synctest.Wait()
}

func TestPresence(t *testing.T) {
	t.Run("P24_only_the_newest_is_sent_and_not_too_often", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", nil)
			for i := range 1000 {
				a.Do(func(s *Session) { s.Present(PresenceState{Cursor: &Point{float32(i), 0}}) })
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Second)
			st.h.mu.Lock()
			n := len(st.h.seen)
			st.h.mu.Unlock()
			if n < 15 || n > 22 {
				t.Errorf("%d frames a second", n)
			}
			p := b.others()
			if len(p) != 1 || p[0].Presence.Cursor == nil || p[0].Presence.Cursor.X != 999 {
				t.Errorf("b sees %+v", p)
			}
			for range 100 {
				a.Do(func(s *Session) { s.Present(PresenceState{Cursor: &Point{999, 0}}) })
				time.Sleep(100 * time.Millisecond)
			}
			st.h.mu.Lock()
			defer st.h.mu.Unlock()
			if len(st.h.seen) != n {
				t.Error("the same is sent again and again")
			}
		})
	})

	t.Run("P24_a_new_connection_hears_where_one_is", func(t *testing.T) {
		play(t, func(st *stage) {
			a, b := st.open("a", nil), st.open("b", nil)
			a.Do(func(s *Session) { s.Present(PresenceState{Reaction: "👏", ReactionTurn: 1}) })
			synctest.Wait()
			st.net.set(true)
			st.net.set(false)
			time.Sleep(time.Minute)
			a.Do(func(s *Session) { s.Present(PresenceState{Reaction: "👏", ReactionTurn: 2}) })
			time.Sleep(time.Second)
			if p := b.others(); len(p) != 1 || p[0].Presence.Reaction != "👏" {
				t.Errorf("b sees %+v", p)
			}
		})
	})
}
