package crdt

import (
	"bytes"
	"errors"
	"hash/crc32"
	"slices"
	"testing"
)

// byteSource makes choices from a fuzzer's bytes.
type byteSource struct{ b []byte }

func (s *byteSource) pick(n int) int {
	if len(s.b) == 0 {
		return 0
	}
	x := int(s.b[0])
	s.b = s.b[1:]
	return x % n
}

// seedWorld is a small history with everything in it, the same every time.
func seedWorld(t tester) *world {
	w := newWorld(t, 3)
	x := uint32(7)
	s := funcSource(func(n int) int { x = x*1664525 + 1013904223; return int(x>>16) % n })
	for i := range 60 {
		r := w.replicas[i%3]
		if i%7 == 6 {
			w.deliver(r)
		}
		w.scribble(r, s)
	}
	w.settle()
	return w
}

type funcSource func(int) int

func (f funcSource) pick(n int) int { return f(n) }

func sealed(b []byte) []byte {
	sum := crc32.Checksum(b, castagnoli)
	return append(slices.Clip(b), byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
}

// exercise uses a document in every way, to see that hostile bytes left nothing behind that breaks it later.
func exercise(t tester, d *Document) {
	r := ReplicaID(77)
	var ids []ID
	for k := range 256 {
		for id := range d.All(Kind(k)) {
			ids = append(ids, id)
		}
	}
	ids = append(ids, ID{})
	v := d.Version()
	var ins []Inverse
	if d.now < counterMax/2 {
		for _, id := range ids[:min(len(ids), 20)] {
			for f := Field(0); f <= fieldMax; f++ {
				n := d.TextLen(id, f)
				if n == 0 && f > 3 {
					continue
				}
				e := d.Edit(r)
				if len(d.Get(id, f)) > 0 {
					e.Set(id, f, []byte("x"))
				} else {
					e.Insert(id, f, n/2, "héé🚃")
					e.Erase(id, f, n/3, n/3+1)
					e.Insert(id, f, 0, "b")
				}
				if !id.IsZero() {
					e.Delete(id)
				}
				ins = append(ins, e.Commit().Inverse)
			}
		}
		for _, in := range slices.Backward(ins) {
			e := d.Edit(r)
			e.Invert(in)
			e.Commit()
		}
	}
	s := d.Snapshot()
	l, err := Load(s)
	if err != nil {
		t.Fatalf("its own snapshot: %v", err)
	}
	if !bytes.Equal(l.Snapshot(), s) {
		t.Fatal("a loaded document saves differently")
	}
	if delta := d.Delta(v); delta != nil {
		if _, err := l.Merge(delta); err != nil {
			t.Fatalf("its own delta, known already: %v", err)
		}
		if !bytes.Equal(l.Snapshot(), s) {
			t.Fatal("a known delta changed the document")
		}
	}
}

// FuzzLoad: no bytes make Load panic, and what it accepts is a document like any other. The checksum is mended, or
// the fuzzer would never get past it.
func FuzzLoad(f *testing.F) {
	w := seedWorld(f)
	for _, s := range [][]byte{New().Snapshot(), w.replicas[0].doc.Snapshot()} {
		f.Add(s[:len(s)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Load(sealed(b))
		if err != nil {
			return
		}
		exercise(t, d)
	})
}

// FuzzMerge merges hostile bytes into a document that knows something: refused, it is as it was, byte for byte; accepted, it
// is a document like any other, and one that merges the same bytes again is unchanged.
func FuzzMerge(f *testing.F) {
	w := seedWorld(f)
	base := New()
	half := len(w.log) / 2
	for _, b := range w.log[:half] {
		must(f, base, b)
	}
	for _, b := range w.log {
		f.Add(slices.Clone(b))
	}
	f.Add(w.replicas[0].doc.Delta(base.Version()))
	f.Add(w.replicas[0].doc.Delta(nil))
	before := base.Snapshot()
	f.Fuzz(func(t *testing.T, b []byte) {
		d, _ := Load(before)
		for _, r := range []ReplicaID{1, 2, 9} {
			_ = d.Check(b, r, Limits{})
		}
		for range Ops(b) {
		}
		if !bytes.Equal(d.Snapshot(), before) {
			t.Fatal("Check changed the document")
		}
		kept := slices.Clone(b)
		// What was checked, and perhaps refused, must not linger.
		if err := d.Check(w.log[0], 1, Limits{}); err != nil && !errors.Is(err, ErrForeign) {
			t.Fatal(err)
		}
		c, err := d.Merge(b)
		if !bytes.Equal(b, kept) {
			t.Fatal("Merge wrote into the update")
		}
		if err != nil {
			if c.Len() > 0 || !bytes.Equal(d.Snapshot(), before) {
				t.Fatalf("refused (%v), but changed", err)
			}
			return
		}
		after := d.Snapshot()
		for i := range b { // the document has kept nothing of the update
			b[i] ^= 0x55
		}
		if !bytes.Equal(d.Snapshot(), after) {
			t.Fatal("the document holds on to the update's bytes")
		}
		if _, err := d.Merge(kept); err != nil {
			t.Fatalf("accepted once, refused as known: %v", err)
		}
		if !bytes.Equal(d.Snapshot(), after) {
			t.Fatal("merging again changed the document")
		}
		exercise(t, d)
	})
}

// FuzzReplicas lets the fuzzer write a history: whatever three replicas do, they and the model end up equal.
func FuzzReplicas(f *testing.F) {
	f.Add([]byte("some edits"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := &byteSource{b[:min(len(b), 400)]}
		w := newWorld(t, 3)
		for len(s.b) > 0 {
			r := w.replicas[s.pick(3)]
			if s.pick(4) == 0 {
				w.deliver(r)
			} else {
				w.scribble(r, s)
			}
		}
		w.settle()
	})
}

// FuzzInverse: what DecodeInverse accepts can be encoded, added and inverted without harm.
func FuzzInverse(f *testing.F) {
	w := seedWorld(f)
	snapshot := w.replicas[0].doc.Snapshot()
	for _, in := range w.replicas[0].undo {
		f.Add(in.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, rest, err := DecodeInverse(b)
		if err != nil {
			return
		}
		if !bytes.Equal(in.Append(nil), b[:len(b)-len(rest)]) {
			t.Fatal("encodes differently")
		}
		d, _ := Load(snapshot)
		var sum Inverse
		sum.Add(in)
		sum.Add(in)
		e := d.Edit(1)
		e.Invert(in)
		e.Invert(sum)
		c := e.Commit()
		d.Stood(in, c.Inverse)
		e = d.Edit(1)
		e.Invert(c.Inverse)
		e.Commit()
		exercise(t, d)
	})
}

// FuzzSmall: versions, undo memory, identities, headers, joins and order keys.
func FuzzSmall(f *testing.F) {
	w := seedWorld(f)
	f.Add(w.replicas[0].doc.Version().Append(nil), w.log[0])
	f.Add(w.replicas[0].doc.AppendUndo(nil), w.log[1])
	f.Add([]byte("12.3"), []byte{0x80})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if v, rest, err := DecodeVersion(a); err == nil && !bytes.Equal(v.Append(nil), a[:len(a)-len(rest)]) {
			t.Fatal("a version encodes differently")
		}
		d := New()
		if _, err := d.RestoreUndo(a); err == nil {
			if _, err := New().RestoreUndo(d.AppendUndo(nil)); err != nil {
				t.Fatal(err)
			}
		}
		if id, err := ParseID(string(a)); err == nil && id.String() != string(a) {
			t.Fatal("an identity is written differently")
		}
		_, _ = Peek(a)
		if j, err := Join(a, b); err == nil {
			if _, err := Peek(j); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range []ReplicaID{1, 300, 70000} {
			k := OrderBetween(a, b, r)
			if string(k) <= string(a) {
				t.Fatalf("%x is not above %x", k, a)
			}
			if string(a) < string(b) && !zeros(a, b) && string(k) >= string(b) {
				t.Fatalf("%x is not between %x and %x", k, a, b)
			}
		}
	})
}

// zeros reports whether there is no room between a and b: b is a with zeros behind.
func zeros(a, b []byte) bool {
	return bytes.HasPrefix(b, a) && len(bytes.Trim(b[len(a):], "\x00")) == 0
}
