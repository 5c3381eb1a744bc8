package crdt

import "slices"

// A text of more than one block keeps, for each replica, which block holds which of its characters: an entry
// says that characters from its counter up to the next entry's are in its block. Characters that do not exist
// may lie inside; the block is then searched in vain.
type idRuns struct {
	replica ReplicaID
	entries []idRun
}

type idRun struct {
	from  uint64
	block *block
}

// find says where the character with an identity stands: block, span, and which character of the span.
// It returns a nil block when this text does not hold it.
func (t *text) find(id ID) (*block, int, uint32) {
	b := t.blocks[0]
	if t.near.ok {
		nb := t.blocks[t.near.b]
		if s := &nb.spans[t.near.i]; s.has(id) {
			return nb, t.near.i, uint32(id.Counter - s.id.Counter)
		}
	}
	if t.runs != nil {
		if b = t.blockOf(id); b == nil {
			return nil, 0, 0
		}
	} else if len(t.blocks) > 1 {
		t.indexRuns()
		return t.find(id)
	}
	for i := range b.spans {
		if s := &b.spans[i]; s.has(id) {
			return b, i, uint32(id.Counter - s.id.Counter)
		}
	}
	return nil, 0, 0
}

func (t *text) blockOf(id ID) *block {
	for i := range t.runs {
		r := &t.runs[i]
		if r.replica != id.Replica {
			continue
		}
		lo, hi := 0, len(r.entries)
		for lo < hi {
			if m := int(uint(lo+hi) / 2); r.entries[m].from <= id.Counter {
				lo = m + 1
			} else {
				hi = m
			}
		}
		if lo == 0 {
			return nil
		}
		return r.entries[lo-1].block
	}
	return nil
}

// assign notes that the characters of s are in b now.
func (t *text) assign(s *span, b *block) {
	var r *idRuns
	for i := range t.runs {
		if t.runs[i].replica == s.id.Replica {
			r = &t.runs[i]
			break
		}
	}
	if r == nil {
		t.runs = append(t.runs, idRuns{replica: s.id.Replica})
		r = &t.runs[len(t.runs)-1]
	}
	from, to := s.id.Counter, s.id.Counter+uint64(s.n)
	e := r.entries
	i := len(e)
	if i > 0 && e[i-1].from >= from {
		i, _ = slices.BinarySearchFunc(e, from, func(x idRun, c uint64) int {
			if x.from < c {
				return -1
			} else if x.from > c {
				return 1
			}
			return 0
		})
	}
	// e[:i] begin before s, e[i:j] inside it.
	j := i
	for j < len(e) && e[j].from < to {
		j++
	}
	var old *block // who holds what follows s
	switch {
	case j > i:
		old = e[j-1].block
	case i > 0:
		old = e[i-1].block
	}
	var fresh [2]idRun
	n := 0
	if i == 0 || e[i-1].block != b {
		fresh[n] = idRun{from, b}
		n++
	}
	if old != nil && old != b && (j == len(e) || e[j].from > to) {
		fresh[n] = idRun{to, old}
		n++
	}
	r.entries = slices.Replace(e, i, j, fresh[:n]...)
}

func (t *text) indexRuns() {
	t.runs = []idRuns{}
	for _, b := range t.blocks {
		for i := range b.spans {
			t.assign(&b.spans[i], b)
		}
	}
}
