package crdt

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

type rapidSource struct{ t *rapid.T }

func (s rapidSource) pick(n int) int { return rapid.IntRange(0, n-1).Draw(s.t, "pick") }

// play lets some replicas write and deliver at random.
func play(t *rapid.T, replicas, steps int) *world {
	w := newWorld(t, replicas)
	s := rapidSource{t}
	for range rapid.IntRange(1, steps).Draw(t, "steps") {
		r := w.replicas[s.pick(replicas)]
		if s.pick(4) == 0 {
			w.deliver(r)
		} else {
			w.scribble(r, s)
		}
	}
	return w
}

// counted asserts at the end that a random test did something.
type counted struct{ edits, crossed int }

func (c *counted) add(w *world) { c.edits += w.done; c.crossed += w.crossed }
func (c *counted) check(t *testing.T) {
	t.Helper()
	if !t.Failed() && (c.edits < 30 || c.crossed < 3) {
		t.Fatalf("vacuous: %d edits, %d deliveries that crossed others", c.edits, c.crossed)
	}
}

func TestLaws(t *testing.T) {
	// Replicas that write at the same time and exchange in any order end up equal to each other, byte for byte, and
	// equal to the dumb implementation; their views, kept by changes alone, show the same.
	t.Run("C1_all_who_know_the_same_are_equal", func(t *testing.T) {
		var n counted
		rapid.Check(t, func(t *rapid.T) {
			w := play(t, 3, 40)
			w.settle()
			n.add(w)
		})
		n.check(t)
	})

	// Concurrent batches of several writers, merged in any order that keeps each writer's own.
	t.Run("C2_merge_is_commutative", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w, base, own := concurrent(t)
			var want []byte
			for range 3 {
				d, _ := Load(base)
				next := make([]int, len(own))
				for left := w; left > 0; {
					i := rapid.IntRange(0, len(own)-1).Draw(t, "from")
					if next[i] == len(own[i]) {
						continue
					}
					if _, err := d.Merge(own[i][next[i]]); err != nil {
						t.Fatal(err)
					}
					next[i]++
					left--
				}
				got := d.Snapshot()
				if want != nil && !bytes.Equal(got, want) {
					t.Fatal("another order gave another document")
				}
				want = got
			}
		})
	})

	// (a + b) + c = a + (b + c): b and c may be joined first, as a delta or, of one writer, as a batch.
	t.Run("C3_merge_is_associative", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			_, base, own := concurrent(t)
			one, _ := Load(base)
			two, _ := Load(base)
			parts, _ := Load(base)
			version := parts.Version()
			for _, batches := range own {
				for _, b := range batches {
					must(t, one, b)
					must(t, parts, b)
				}
				joined, err := Join(batches...)
				if err != nil {
					t.Fatal(err)
				}
				if joined != nil {
					must(t, two, joined)
				}
			}
			three, _ := Load(base)
			if delta := parts.Delta(version); delta != nil {
				must(t, three, delta)
			}
			if !bytes.Equal(one.Snapshot(), two.Snapshot()) || !bytes.Equal(one.Snapshot(), three.Snapshot()) {
				t.Fatal("joined batches or a delta gave another document")
			}
			for _, d := range []*Document{one, two, three} {
				if !d.Version().Equal(parts.Version()) {
					t.Fatal("versions differ")
				}
			}
		})
	})

	t.Run("C4_merge_is_idempotent", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w := play(t, 3, 30)
			want := w.settle()
			d := w.replicas[0].doc
			for _, b := range append(w.log, New().Delta(nil), d.Delta(nil)) {
				if b == nil {
					continue
				}
				c, err := d.Merge(b)
				if err != nil {
					t.Fatal(err)
				}
				if c.Len() != 0 {
					t.Fatalf("what was known changed something: %+v", c)
				}
			}
			if !bytes.Equal(d.Snapshot(), want) {
				t.Fatal("what was known changed the document")
			}
		})
	})

	t.Run("C5_decode_of_encode_is_the_same", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w := play(t, 2, 40)
			d := w.replicas[0].doc
			s := d.Snapshot()
			l, err := Load(s)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.replicas[0].model.check(l); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(l.Snapshot(), s) || !l.Version().Equal(d.Version()) {
				t.Fatal("a loaded document saves differently")
			}
			v, rest, err := DecodeVersion(d.Version().Append(nil))
			if err != nil || len(rest) > 0 || !v.Equal(d.Version()) {
				t.Fatal("version")
			}
			for _, in := range w.replicas[0].undo {
				b := in.Append(nil)
				back, rest, err := DecodeInverse(b)
				if err != nil || len(rest) > 0 || !bytes.Equal(back.Append(nil), b) {
					t.Fatal("inverse")
				}
			}
			b := d.AppendUndo(nil)
			if rest, err := l.RestoreUndo(b); err != nil || len(rest) > 0 || !bytes.Equal(l.AppendUndo(nil), b) {
				t.Fatal("undo memory")
			}
		})
	})

	// Whoever has a version is brought up to date by the delta since it, and a loaded document gives the same delta
	// as the one that lived through it.
	t.Run("C6_a_delta_is_what_is_newer", func(t *testing.T) {
		var n counted
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t, 3)
			s := rapidSource{t}
			var old []*Document
			for range rapid.IntRange(1, 30).Draw(t, "steps") {
				r := w.replicas[s.pick(3)]
				switch s.pick(6) {
				case 0:
					w.deliver(r)
				case 1:
					l, err := Load(r.doc.Snapshot())
					if err != nil {
						t.Fatal(err)
					}
					old = append(old, l)
				default:
					w.scribble(r, s)
				}
			}
			want := w.settle()
			d := w.replicas[1].doc
			loaded, _ := Load(want)
			for _, l := range old {
				version := l.Version()
				if delta := d.Delta(version); delta != nil {
					if again := loaded.Delta(version); !bytes.Equal(delta, again) {
						t.Fatal("a loaded document gives another delta")
					}
					must(t, l, delta)
				}
				if !bytes.Equal(l.Snapshot(), want) {
					t.Fatal("the delta does not bring an old replica up to date")
				}
				// What was brought up to date can itself bring others up to date.
				if l.Delta(version) != nil && !bytes.Equal(l.Delta(version), d.Delta(version)) {
					t.Fatal("who merged a delta gives another one")
				}
			}
			n.add(w)
		})
		n.check(t)
	})
}

// concurrent makes a common beginning and then what each of several writers does without hearing of the others.
func concurrent(t *rapid.T) (total int, base []byte, own [][][]byte) {
	w := play(t, 3, 20)
	base = w.settle()
	s := rapidSource{t}
	for _, r := range w.replicas {
		for range s.pick(5) {
			w.scribble(r, s)
		}
		own = append(own, r.pending)
		total += len(r.pending)
	}
	return
}

func must(t tester, d *Document, update []byte) Change {
	t.Helper()
	c, err := d.Merge(update)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
