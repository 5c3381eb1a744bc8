package store

import (
	"bytes"
	"testing"
)

// FuzzEntry: no bytes make the reader of entries panic, and what it takes for an entry is one that was written.
func FuzzEntry(f *testing.F) {
	whole := appendEntry(nil, 7, &entry{Number: 3, Prev: 5, Time: 1, Map: "a map", Data: []byte("data")})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, value []byte) {
		e, what := parseEntry(seqKey(7), value)
		if what != "" {
			// Under a right sum the fields themselves are tried.
			if len(value) < sealLen {
				return
			}
			value = bytes.Clone(value)
			value[0] = valueVersion
			endSeal(value, bucketLog, seqKey(7))
			e, what = parseEntry(seqKey(7), value)
		}
		if what != "" || e.Time < 0 {
			return
		}
		again, what := parseEntry(seqKey(7), appendEntry(nil, 7, &e))
		if what != "" || again.Number != e.Number || again.Prev != e.Prev || again.Map != e.Map || !bytes.Equal(again.Data, e.Data) {
			t.Fatalf("%+v became %+v (%s)", e, again, what)
		}
	})
}
