package crdt

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestForget(t *testing.T) {
	// Two notes are deleted; one replica has heard of the first deletion only.
	begin := func(t tester) (server *Document, a, b, c ID, stable Version) {
		server = New()
		e := server.Edit(1)
		a, b, c = e.Create(1), e.Create(1), e.Create(1)
		e.Insert(a, fWords, 0, "gone for good, and it was a long text that cost something to keep")
		e.Commit()
		commit(server, 1, func(e *Edit) { e.Delete(a) })
		stable = server.Version()
		commit(server, 2, func(e *Edit) { e.Delete(b) })
		return
	}

	t.Run("C40_only_stable_deletions_are_forgotten", func(t *testing.T) {
		server, a, b, c, stable := begin(t)
		before := len(server.Snapshot())
		if n := server.Forget(stable); n != 1 || server.Known(a) || !server.Known(b) || !server.Exists(c) {
			t.Fatalf("%d forgotten; known: %v %v %v", n, server.Known(a), server.Known(b), server.Known(c))
		}
		if after := len(server.Snapshot()); after >= before-40 {
			t.Fatalf("the snapshot has %d bytes, before %d", after, before)
		}
		l, err := Load(server.Snapshot())
		if err != nil || !bytes.Equal(l.Snapshot(), server.Snapshot()) || !l.Forgotten().Equal(stable) {
			t.Fatalf("loaded: %v", err)
		}
		if n := server.Forget(nil); n != 0 || !server.Forgotten().Equal(stable) {
			t.Fatal("forgetting less is not remembering")
		}
	})

	t.Run("C41_a_late_replica_starts_from_the_snapshot", func(t *testing.T) {
		server, a, _, c, stable := begin(t)
		late := New() // away since the beginning, with an edit of its own pending
		full := server.Delta(nil)
		must(t, late, full)
		old, _ := Load(late.Snapshot())
		pending := commit(old, 3, func(e *Edit) { e.Insert(c, fWords, 0, "while away") })
		commit(server, 1, func(e *Edit) { e.Delete(c) })
		commit(server, 1, func(e *Edit) { e.Restore(c) })
		_ = a
		version := old.Version()
		delete(version, 1)
		version[1] = stable[1] - 1 // before the deletion of a
		server.Forget(stable)
		if !server.Stale(version) || server.Stale(stable) {
			t.Fatal("who is too old, and who is not")
		}
		behind := New()
		for _, u := range [][]byte{server.Delta(nil), server.Delta(Version{1: 1})} {
			if _, err := behind.Merge(u); !errors.Is(err, ErrHole) {
				t.Fatalf("a delta that lacks deletions: %v", err)
			}
		}
		again, err := Load(server.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Check(pending.Update, 3, Limits{}); err != nil {
			t.Fatalf("its pending edit: %v", err)
		}
		must(t, again, pending.Update)
		if again.Text(c, fWords) != "while away" {
			t.Fatal("its pending edit is lost")
		}
	})

	t.Run("C42_edits_of_what_is_forgotten_are_refused", func(t *testing.T) {
		server, a, _, _, stable := begin(t)
		client, _ := Load(server.Snapshot())
		server.Forget(stable)
		before := server.Snapshot()
		for _, write := range []func(*Edit){
			func(e *Edit) { e.Restore(a) },
			func(e *Edit) { e.Set(a, fPlace, []byte("x")) },
			func(e *Edit) { e.Insert(a, fWords, 3, "x") },
		} {
			c, _ := Load(client.Snapshot())
			u := commit(c, 5, write).Update
			if err := server.Check(u, 5, Limits{}); !errors.Is(err, ErrUnknown) {
				t.Fatalf("check: %v", err)
			}
			if _, err := server.Merge(u); !errors.Is(err, ErrUnknown) {
				t.Fatalf("merge: %v", err)
			}
		}
		if !bytes.Equal(server.Snapshot(), before) {
			t.Fatal("changed by what was refused")
		}
	})

	t.Run("C44_the_cut_covers_what_was_forgotten_and_no_more", func(t *testing.T) {
		server, a, _, c, stable := begin(t)
		knows := server.Version()
		commit(server, 7, func(e *Edit) { e.Set(c, fPlace, []byte("later")) })
		if n := server.Forget(server.Version()); n != 2 {
			t.Fatalf("%d forgotten", n)
		}
		if cut := server.Forgotten(); cut[7] != 0 || !knows.Covers(cut) || server.Stale(knows) {
			t.Fatalf("who knew both deletions is Stale: %v", cut)
		}
		if !server.Stale(stable) {
			t.Fatal("who knew one of two is not Stale")
		}
		// The whole log, replayed and told to forget the same, is the same.
		replayed, _, _, _, _ := begin(t)
		commit(replayed, 7, func(e *Edit) { e.Set(c, fPlace, []byte("later")) })
		replayed.Forget(server.Forgotten())
		if !bytes.Equal(replayed.Snapshot(), server.Snapshot()) || server.Known(a) {
			t.Fatal("unequal")
		}
		// Nothing to forget: nobody is Stale.
		before := server.Forgotten()
		if n := server.Forget(server.Version()); n != 0 || !server.Forgotten().Equal(before) {
			t.Fatal("the cut moved though nothing was forgotten")
		}
	})

	// Whether one forgets first and merges then, or the other way round, in one go or in several: equal bytes, equal
	// deltas, as long as nobody writes to what is forgotten.
	t.Run("C43_forgetting_and_merging_commute", func(t *testing.T) {
		dropped := 0
		rapid.Check(t, func(t *rapid.T) {
			w := play(t, 3, 40)
			w.settle()
			d := w.replicas[0].doc
			stable := d.Version()
			one, _ := Load(d.Snapshot())
			two, _ := Load(d.Snapshot())
			dropped += one.Forget(stable)
			// More is written by someone who forgot the same, so that it cannot refer to it.
			r := &replica{id: 1, doc: one, view: view{}, model: newModel()}
			more := &world{t: t, replicas: []*replica{r}, quiet: true}
			for range 6 {
				more.scribbleOnly(r, rapidSource{t})
			}
			half := len(r.pending) / 2
			for i, u := range r.pending {
				if i == half {
					two.Forget(Version{1: stable[1]})
				}
				must(t, two, u)
			}
			two.Forget(stable)
			if !bytes.Equal(one.Snapshot(), two.Snapshot()) {
				t.Fatal("unequal")
			}
			if !bytes.Equal(one.Delta(stable), two.Delta(stable)) {
				t.Fatal("unequal deltas")
			}
			fresh, err := Load(d.Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			fresh.Forget(stable)
			if u := one.Delta(stable); u != nil {
				must(t, fresh, u)
			}
			if !bytes.Equal(fresh.Snapshot(), one.Snapshot()) {
				t.Fatal("a delta after forgetting leads elsewhere")
			}
		})
		if dropped == 0 {
			t.Fatal("vacuous: nothing was ever forgotten")
		}
	})
}
