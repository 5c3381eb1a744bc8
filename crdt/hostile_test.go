package crdt

import (
	"bytes"
	"errors"
	"math/rand"
	"runtime"
	"slices"
	"testing"
)

// Whatever a decoder is given, it allocates at most this many bytes for each byte of input, and some for good
// measure. The worst case is a snapshot in which every bit makes an object with an empty text.
const (
	allocPerByte = 3000
	allocBase    = 256 << 10
)

func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// TestHostile mutates valid bytes: bits flipped, ends cut, pieces spliced, numbers made huge.
func TestHostile(t *testing.T) {
	w := seedWorld(t)
	full := w.replicas[0].doc
	base := New()
	for _, b := range w.log[:len(w.log)/2] {
		must(t, base, b)
	}
	before := base.Snapshot()
	snapshot := full.Snapshot()
	updates := append(slices.Clone(w.log), full.Delta(base.Version()), full.Delta(nil))

	mutate := func(rng *rand.Rand, b []byte) []byte {
		b = slices.Clone(b)
		for range 1 + rng.Intn(3) {
			if len(b) == 0 {
				break
			}
			i := rng.Intn(len(b))
			switch rng.Intn(6) {
			case 0:
				b[i] ^= 1 << rng.Intn(8)
			case 1:
				b = b[:i]
			case 2:
				o := updates[rng.Intn(len(updates))]
				b = append(b[:i:i], o[rng.Intn(len(o)):]...)
			case 3:
				b = slices.Insert(b, i, 0xff, 0xff, 0xff, 0xff, 0x0f)
			case 4:
				b = slices.Insert(b, i, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)
			default:
				b[i] = byte(rng.Intn(256))
			}
		}
		return b
	}

	t.Run("C30_merge_is_all_or_nothing", func(t *testing.T) {
		const seed = 30
		rng := rand.New(rand.NewSource(seed))
		refused, accepted := 0, 0
		d, _ := Load(before)
		for i := range 4000 {
			b := mutate(rng, updates[rng.Intn(len(updates))])
			var err error
			if n := allocated(func() { _, err = d.Merge(b) }); n > uint64(len(b))*allocPerByte+allocBase {
				t.Fatalf("seed %d run %d: %d bytes of input made it allocate %d", seed, i, len(b), n)
			}
			if err == nil {
				accepted++
				d, _ = Load(before)
				continue
			}
			refused++
			var e *Error
			if !errors.As(err, &e) || e.Code == 0 || !errors.Is(err, e.Code) {
				t.Fatalf("an error without a code: %v", err)
			}
			if i%20 == 0 && !bytes.Equal(d.Snapshot(), before) {
				t.Fatalf("seed %d run %d: refused with %v, but changed", seed, i, err)
			}
		}
		if refused < 1000 || accepted < 50 {
			t.Fatalf("vacuous: %d refused, %d accepted", refused, accepted)
		}
	})

	t.Run("C31_load_refuses_what_no_document_wrote", func(t *testing.T) {
		const seed = 31
		rng := rand.New(rand.NewSource(seed))
		refused, accepted := 0, 0
		for i := range 4000 {
			b := sealed(mutate(rng, snapshot[:len(snapshot)-4]))
			var d *Document
			var err error
			if n := allocated(func() { d, err = Load(b) }); n > uint64(len(b))*allocPerByte+allocBase {
				t.Fatalf("seed %d run %d: %d bytes of input made it allocate %d", seed, i, len(b), n)
			}
			if err != nil {
				refused++
				continue
			}
			accepted++
			exercise(t, d)
		}
		if refused < 1000 || accepted < 20 {
			t.Fatalf("vacuous: %d refused, %d accepted", refused, accepted)
		}
	})

	t.Run("C32_a_damaged_snapshot_is_seen", func(t *testing.T) {
		for i := range snapshot {
			b := slices.Clone(snapshot)
			b[i] ^= 0x10
			if _, err := Load(b); err == nil {
				t.Fatalf("byte %d changed, and nobody noticed", i)
			}
		}
	})

	t.Run("C33_refused_with_a_code", func(t *testing.T) {
		d, _ := Load(before)
		last := w.log[len(w.log)/2-1]
		h, _ := Peek(last)
		me := h.Replica
		v := d.Version()
		fresh := func(r ReplicaID, gap uint64, body ...byte) []byte {
			prev := v[r]
			first := d.now + 1 + gap
			return append(appendHeader(nil, r, prev, first, first), body...)
		}
		set := func(value int) []byte {
			b := append([]byte{byte(opSet), 0}, appendUvarint(nil, uint64(value))...)
			return append(b, make([]byte, value)...)
		}
		hole := append(appendHeader(nil, me, v[me]+5, d.now+6, d.now+6), set(1)...)
		stranger := appendRelative([]byte{byte(opDelete)}, ID{d.now + 1, me}, ID{1, 999})
		future := []byte{byte(opInsert) | byte(fWords)<<tagField, 0}
		future = append(future, 5, 0, 0, 1, 'x') // left origin: replica 5, at its own counter
		cases := []struct {
			name   string
			update []byte
			l      Limits
			want   Code
		}{
			{"empty", nil, Limits{}, ErrDamaged},
			{"not an update", []byte("hello"), Limits{}, ErrDamaged},
			{"a later format", []byte{formatBatch + 1, 0}, Limits{}, ErrTooNew},
			{"another replica's", fresh(me+1, 0, set(1)...), Limits{}, ErrForeign},
			{"a delta", full.Delta(nil), Limits{}, ErrForeign},
			{"a hole", hole, Limits{}, ErrHole},
			{"far ahead", fresh(me, 1<<20, set(1)...), Limits{}, ErrAhead},
			{"out of range", appendHeader(nil, me, v[me], counterMax+1, counterMax+1), Limits{}, ErrAhead},
			{"an unknown object", fresh(me, 0, stranger...), Limits{}, ErrUnknown},
			{"a character of the future", fresh(me, 0, future...), Limits{}, ErrDamaged},
			{"too long a value", fresh(me, 0, set(valueBytesMax+1)...), Limits{}, ErrTooLong},
			{"a value over the limit", fresh(me, 0, set(101)...), Limits{ValueBytes: 100}, ErrTooLong},
			{"an update over the limit", fresh(me, 0, set(101)...), Limits{UpdateBytes: 100}, ErrTooLong},
			{"too many objects", fresh(me, 0, byte(opCreate), 1), Limits{Objects: 1}, ErrTooLong},
			{"too long a text", fresh(me, 0, byte(opInsert)|byte(fWords)<<tagField, 0, 0, 0, 1, 'x'), Limits{TextBytes: -1}, ErrTooLong},
			{"half a code point", fresh(me, 0, byte(opInsert)|byte(fWords)<<tagField, 0, 0, 0, 1, 0xf0), Limits{}, ErrDamaged},
			{"no counters", appendHeader(nil, me, v[me], d.now+1, d.now), Limits{}, ErrDamaged},
		}
		for _, c := range cases {
			err := d.Check(c.update, me, c.l)
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		if err := d.Check(fresh(me, 0, set(5)...), me, Limits{}); err != nil {
			t.Errorf("an honest edit: %v", err)
		}
		if err := d.Check(last, me, Limits{}); err != nil {
			t.Errorf("a batch known already: %v", err)
		}
		if !bytes.Equal(d.Snapshot(), before) {
			t.Error("Check changed the document")
		}
	})
}
