package crdt

import (
	"bytes"
	"fmt"
	"math/rand"
	"testing"
)

func TestSmoke(t *testing.T) {
	for seed := int64(0); seed < 10; seed++ {
		rng := rand.New(rand.NewSource(seed))
		const N = 3
		docs := [N]*Document{}
		for i := range docs {
			docs[i] = New()
		}
		var log [][]byte
		pos := [N]int{}
		var own [N][]bool
		_ = own
		var ids []ID
		var undo [N][]Inverse
		for step := 0; step < 200; step++ {
			i := rng.Intn(N)
			d := docs[i]
			if rng.Intn(3) == 0 {
				for pos[i] < len(log) {
					before := map[ID]string{}
					for _, id := range ids {
						before[id] = d.Text(id, 2)
					}
					c, err := d.Merge(log[pos[i]])
					if err != nil {
						t.Fatal(seed, step, err)
					}
					for oc := range c.Objects() {
						s := []rune(before[oc.ID])
						for _, sp := range oc.Splices {
							s = append(append(append([]rune{}, s[:sp.At]...), []rune(sp.Ins)...), s[sp.At+sp.Del:]...)
						}
						if string(s) != d.Text(oc.ID, 2) {
							t.Fatal(seed, step, "splice", string(s), d.Text(oc.ID, 2))
						}
					}
					pos[i]++
				}
				continue
			}
			// must be caught up with own edits in total order: emulate by pushing to log at once
			v := d.Version()
			e := d.Edit(ReplicaID(i + 1))
			for k := rng.Intn(4); k >= 0; k-- {
				var known []ID
				for _, id := range ids {
					if d.Known(id) {
						known = append(known, id)
					}
				}
				if len(known) == 0 || rng.Intn(10) == 0 {
					ids = append(ids, e.Create(Kind(rng.Intn(3))))
					continue
				}
				id := known[rng.Intn(len(known))]
				switch rng.Intn(8) {
				case 0:
					e.Set(id, Field(rng.Intn(2)), []byte{byte(rng.Intn(256))})
				case 1:
					e.Delete(id)
				case 2:
					e.Restore(id)
				case 3, 4, 5:
					e.Insert(id, 2, rng.Intn(d.TextLen(id, 2)+1), fmt.Sprint(rng.Intn(1000)))
				case 6:
					e.Erase(id, 2, rng.Intn(d.TextLen(id, 2)+1), rng.Intn(6))
				case 7:
					if n := len(undo[i]); n > 0 {
						e.Invert(undo[i][n-1])
						undo[i] = undo[i][:n-1]
					}
				}
			}
			c := e.Commit()
			if e.Err() != nil {
				t.Fatal(e.Err())
			}
			if c.Update != nil {
				log = append(log, c.Update)
				undo[i] = append(undo[i], c.Inverse)
				dl := d.Delta(v)
				l, err := Load(d.Snapshot())
				if err != nil {
					t.Fatal(seed, step, err)
				}
				if !bytes.Equal(l.Snapshot(), d.Snapshot()) {
					t.Fatal(seed, step, "load")
				}
				_ = dl
			}
		}
		all := New()
		for i := range docs {
			for ; pos[i] < len(log); pos[i]++ {
				if _, err := docs[i].Merge(log[pos[i]]); err != nil {
					t.Fatal(seed, err)
				}
			}
		}
		var vs []Version
		var snaps [][]byte
		for _, u := range log {
			vs = append(vs, all.Version())
			snaps = append(snaps, all.Snapshot())
			if _, err := all.Merge(u); err != nil {
				t.Fatal(err)
			}
		}
		want := all.Snapshot()
		for i := range docs {
			if !bytes.Equal(docs[i].Snapshot(), want) {
				t.Fatal(seed, "differ", i)
			}
		}
		for i := range snaps {
			l, err := Load(snaps[i])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Merge(all.Delta(vs[i])); err != nil {
				t.Fatal(seed, i, err)
			}
			if !bytes.Equal(l.Snapshot(), want) {
				t.Fatal(seed, i, "delta differs")
			}
		}
	}
}
