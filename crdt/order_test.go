package crdt

import (
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestOrder(t *testing.T) {
	// Keys inserted anywhere, by anyone, stand where they were put.
	t.Run("C50_a_key_stands_between_its_neighbours", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			var keys [][]byte
			for range rapid.IntRange(1, 60).Draw(t, "n") {
				i := rapid.IntRange(0, len(keys)).Draw(t, "at")
				var a, b []byte
				if i > 0 {
					a = keys[i-1]
				}
				if i < len(keys) {
					b = keys[i]
				}
				k := OrderBetween(a, b, ReplicaID(rapid.SampledFrom([]int{1, 2, 254, 255, 70000}).Draw(t, "who")))
				if a != nil && string(k) <= string(a) || b != nil && string(k) >= string(b) || k[len(k)-1] == 0 {
					t.Fatalf("%x is not between %x and %x", k, a, b)
				}
				keys = slices.Insert(keys, i, k)
			}
		})
	})

	t.Run("C51_two_who_insert_at_once_get_different_keys", func(t *testing.T) {
		a, b := []byte{1}, []byte{1, 1}
		for r := ReplicaID(1); r < 3000; r++ {
			if string(OrderBetween(a, b, r)) == string(OrderBetween(a, b, r+1)) {
				t.Fatalf("replicas %d and %d get one key", r, r+1)
			}
		}
	})

	// A list built from either end has short keys; insertion at one spot costs a byte for every eight, and OrderLong
	// asks for fresh keys.
	t.Run("C52_keys_grow_slowly_and_can_be_made_anew", func(t *testing.T) {
		var last, first []byte
		for i := range 2000 {
			if last = OrderBetween(last, nil, 1); len(last) > 3+i/200 {
				t.Fatalf("appending: %d bytes after %d", len(last), i)
			}
			if first = OrderBetween(nil, first, 1); len(first) > 4+i/100 {
				t.Fatalf("prepending: %d bytes after %d", len(first), i)
			}
		}
		for _, up := range []bool{true, false} {
			a, b := []byte{0x80, 2}, []byte{0x81, 2}
			n := 0
			for ; !OrderLong(a) && !OrderLong(b); n++ {
				if k := OrderBetween(a, b, 1); up {
					a = k
				} else {
					b = k
				}
			}
			if n < 80 {
				t.Fatalf("only %d insertions at one spot before the keys are long", n)
			}
		}
		keys := OrderSpread(500, 3)
		if !slices.IsSortedFunc(keys, func(a, b []byte) int { return slices.Compare(a, b) }) || OrderLong(keys[0]) {
			t.Fatal("fresh keys")
		}
		rng := rand.New(rand.NewSource(1))
		for range 1000 {
			i := 1 + rng.Intn(len(keys)-1)
			k := OrderBetween(keys[i-1], keys[i], 3)
			if slices.Compare(k, keys[i-1]) <= 0 || slices.Compare(k, keys[i]) >= 0 {
				t.Fatal("no room between fresh keys")
			}
		}
	})
}
