package crdt

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// Absorb does what Merge does and only says less: C1, equal bytes after the same edits, whichever of the two took
// each of them in, and the next Merge says what it changed and nothing of what was absorbed.
func TestAbsorb(t *testing.T) {
	t.Run("C1_absorbing_is_merging", func(t *testing.T) {
		erased := 0
		rapid.Check(t, func(t *rapid.T) {
			w := play(t, 3, 40)
			w.settle()
			one, two := New(), New()
			for i, u := range w.log {
				must(t, one, u)
				if rapid.Bool().Draw(t, "quiet") {
					if err := two.Absorb(u); err != nil {
						t.Fatalf("update %d: %v", i, err)
					}
				} else {
					must(t, two, u)
				}
				for op := range Ops(u) {
					if op.Kind == OpErase {
						erased++
					}
				}
			}
			if !bytes.Equal(one.Snapshot(), two.Snapshot()) {
				t.Fatal("absorbing leads elsewhere")
			}
			var id ID
			last := commit(one, 9, func(e *Edit) { id = e.Create(1) }).Update
			c, err := two.Merge(last)
			if err != nil || c.Len() != 1 || c.At(0).ID != id || !c.At(0).Created {
				t.Fatalf("after absorbing, a merge says %+v, %v", c, err)
			}
			delta := one.Delta(nil)
			empty := New()
			if err := empty.Absorb(delta); err != nil || !bytes.Equal(empty.Snapshot(), one.Snapshot()) {
				t.Fatalf("a delta absorbed: %v", err)
			}
		})
		if erased == 0 {
			t.Fatal("vacuous: nothing was erased")
		}
	})

	t.Run("C30_what_is_refused_changes_nothing", func(t *testing.T) {
		d := New()
		u := commit(New(), 1, func(e *Edit) { e.Insert(e.Create(1), fWords, 0, "words") }).Update
		before := d.Snapshot()
		for i := range u {
			if d.Absorb(u[:i]) == nil {
				t.Fatalf("%d of %d bytes were taken", i, len(u))
			}
		}
		if !bytes.Equal(d.Snapshot(), before) {
			t.Fatal("changed by what was refused")
		}
		if c, err := d.Merge(u); err != nil || c.Len() != 1 {
			t.Fatalf("the next merge says %+v, %v", c, err)
		}
	})
}
