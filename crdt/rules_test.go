package crdt

import (
	"strings"
	"testing"
)

// both merges what each of two documents lacks.
func both(t tester, a, b *Document) {
	t.Helper()
	va, vb := a.Version(), b.Version()
	if u := a.Delta(vb); u != nil {
		must(t, b, u)
	}
	if u := b.Delta(va); u != nil {
		must(t, a, u)
	}
	if string(a.Snapshot()) != string(b.Snapshot()) {
		t.Fatal("the two differ")
	}
}

func TestRules(t *testing.T) {
	t.Run("C7_the_greater_stamp_wins_a_register", func(t *testing.T) {
		one, two, id := alone(t)
		commit(one, 1, func(e *Edit) { e.Set(id, fPlace, []byte("one")) })
		commit(two, 2, func(e *Edit) { e.Set(id, fPlace, []byte("two")) }) // the same counter, a greater replica
		both(t, one, two)
		if got := string(one.Get(id, fPlace)); got != "two" {
			t.Fatalf("%q", got)
		}
		// Who has written more has the greater counter.
		commit(two, 2, func(e *Edit) { e.Set(id, fPlace, []byte("two")) })
		commit(one, 1, func(e *Edit) { e.Set(id, fNumber, []byte("x")); e.Set(id, fPlace, []byte("one")) })
		both(t, one, two)
		if got := string(two.Get(id, fPlace)); got != "one" {
			t.Fatalf("%q", got)
		}
		// What is overwritten leaves nothing behind.
		before := len(one.Snapshot())
		for range 1000 {
			commit(one, 1, func(e *Edit) { e.Set(id, fPlace, []byte("one")) })
		}
		if after := len(one.Snapshot()); after > before+8 {
			t.Fatalf("the snapshot grew from %d to %d bytes", before, after)
		}
	})

	t.Run("C8_delete_wins_over_concurrent_edits_and_restore_brings_them_back", func(t *testing.T) {
		one, two, id := alone(t)
		commit(one, 1, func(e *Edit) { e.Delete(id) })
		for range 5 { // later and later stamps do not help
			commit(two, 2, func(e *Edit) { e.Set(id, fPlace, []byte("there")); e.Insert(id, fWords, 5, "!") })
		}
		both(t, one, two)
		if one.Exists(id) || two.Exists(id) || !one.Known(id) {
			t.Fatal("the deletion is lost")
		}
		for range one.All(1) {
			t.Fatal("All yields what is deleted")
		}
		commit(two, 2, func(e *Edit) { e.Insert(id, fWords, 0, ">") }) // underneath
		commit(one, 1, func(e *Edit) { e.Restore(id) })
		both(t, one, two)
		if !two.Exists(id) || two.Text(id, fWords) != ">hello!!!!!" || string(two.Get(id, fPlace)) != "there" {
			t.Fatalf("restored as %q at %q", two.Text(id, fWords), two.Get(id, fPlace))
		}
	})

	// Two write a word at the same spot, letter by letter, forwards or backwards: neither word is torn.
	t.Run("C9_words_do_not_interleave", func(t *testing.T) {
		write := func(d *Document, id ID, r ReplicaID, at int, word string, backwards bool) {
			for i := range len(word) {
				commit(d, r, func(e *Edit) {
					if backwards {
						e.Insert(id, fWords, at, word[len(word)-1-i:len(word)-i])
					} else {
						e.Insert(id, fWords, at+i, word[i:i+1])
					}
				})
			}
		}
		for how := range 4 {
			one, two, id := alone(t)
			write(one, id, 1, 2, "ONEONEONE", how&1 == 1)
			write(two, id, 2, 2, "twotwo", how&2 == 2)
			both(t, one, two)
			if got := one.Text(id, fWords); !strings.Contains(got, "ONEONEONE") || !strings.Contains(got, "twotwo") {
				t.Fatalf("case %d: %q", how, got)
			}
		}
	})

	// Positions are UTF-16 units; a position within a code point is the one before it, an erasure takes whole ones.
	t.Run("C12_code_points_are_never_split", func(t *testing.T) {
		one, two, id := alone(t)
		commit(one, 1, func(e *Edit) { e.Erase(id, fWords, 0, 9); e.Insert(id, fWords, 0, "a🚃b\xffc") })
		both(t, one, two)
		if got := one.Text(id, fWords); got != "a🚃b\uFFFDc" || one.TextLen(id, fWords) != 6 {
			t.Fatalf("%q, %d units", got, one.TextLen(id, fWords))
		}
		commit(one, 1, func(e *Edit) { e.Insert(id, fWords, 2, "x") })
		commit(two, 2, func(e *Edit) { e.Erase(id, fWords, 2, 1) })
		both(t, one, two)
		if got := one.Text(id, fWords); got != "axb\uFFFDc" {
			t.Fatalf("%q", got)
		}
		commit(one, 1, func(e *Edit) { e.Insert(id, fWords, 99, "end"); e.Insert(id, fWords, -5, "start") })
		if got := one.Text(id, fWords); got != "startaxb\uFFFDcend" {
			t.Fatalf("%q", got)
		}
	})

	t.Run("C13_misuse_changes_nothing", func(t *testing.T) {
		one, _, id := alone(t)
		before := string(one.Snapshot())
		for _, write := range []func(*Edit){
			func(e *Edit) { e.Set(ID{99, 9}, fPlace, nil) },
			func(e *Edit) { e.Set(id, fWords, []byte("a text is not a register")) },
			func(e *Edit) { e.Insert(id, fPlace, 0, "a register is not a text") },
			func(e *Edit) { e.Set(id, 64, nil) },
			func(e *Edit) { e.Set(id, fPlace, make([]byte, valueBytesMax+1)) },
			func(e *Edit) { e.Delete(ID{}) },
		} {
			e := one.Edit(1)
			write(e)
			if e.Err() == nil {
				t.Fatal("not refused")
			}
			if c := e.Commit(); c.Update != nil || c.Change.Len() > 0 || !c.Inverse.Empty() {
				t.Fatal("something was written")
			}
		}
		if string(one.Snapshot()) != before {
			t.Fatal("the document changed")
		}
	})

	// A delta looks at what was written since, not at the map.
	t.Run("C14_a_delta_costs_what_it_carries", func(t *testing.T) {
		d := New()
		var ids []ID
		for range 20_000 {
			commit(d, 1, func(e *Edit) {
				id := e.Create(1)
				e.Set(id, fPlace, []byte("somewhere"))
				ids = append(ids, id)
			})
		}
		version := d.Version()
		for i := range 3000 {
			commit(d, 1, func(e *Edit) { e.Set(ids[i%3*777], fPlace, []byte("elsewhere")) })
		}
		var delta []byte
		n := allocated(func() { delta = d.Delta(version) })
		if len(d.touched(version)) != 3 || len(delta) > 100 || n > 256<<10 {
			t.Fatalf("%d objects, %d bytes, %d allocated", len(d.touched(version)), len(delta), n)
		}
	})
}
