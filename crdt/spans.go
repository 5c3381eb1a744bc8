package crdt

import "slices"

// text writes all spans in list order, joined to the longest runs there are, so that the history of how they were
// split leaves no trace.
func (w *writer) text(t *text, base ID) int {
	n := 0
	prev := base
	w.spans = t.joined(w.spans[:0])
	spans, rights := w.spans, w.expectRights()
	for i := range spans {
		s := &spans[i]
		w.span(s, prev, w.expectLeft(s.id), rights[i], true)
		prev = s.last()
		n++
	}
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; !s.dead {
				w.blob = append(w.blob, t.content(s)...)
			}
		}
	}
	return n
}

// expected is a span to the left whose last character may be the left origin of one to come.
type expected struct{ id, last ID }

// expectLeft guesses the left origin of the next span in list order: the nearest one to the left that is older. It
// is right whenever the writer knew all that stands there now.
func (w *writer) expectLeft(id ID) ID { return nearestOlder(&w.expect, id) }

func nearestOlder(stack *[]expected, id ID) ID {
	st := *stack
	for len(st) > 0 && id.less(st[len(st)-1].id) {
		st = st[:len(st)-1]
	}
	*stack = st
	if len(st) == 0 {
		return ID{}
	}
	return st[len(st)-1].last
}

// expectRights guesses right origins: the nearest span to the right that is older.
func (w *writer) expectRights() []ID {
	out, st := w.rights[:0], w.expect[:0]
	for range w.spans {
		out = append(out, ID{})
	}
	for i := len(w.spans) - 1; i >= 0; i-- {
		id := w.spans[i].id
		for len(st) > 0 && id.less(st[len(st)-1].id) {
			st = st[:len(st)-1]
		}
		if len(st) > 0 {
			out[i] = st[len(st)-1].id
		}
		st = append(st, expected{id: id})
	}
	w.rights, w.expect = out, st[:0]
	return out
}

// span writes one span: prev is the last character of the one before, left and right the origins that a reader will
// guess, whole whether this is a snapshot, in which spans come in list order and serve to guess those to come.
func (w *writer) span(s *span, prev, left, right ID, whole bool) {
	var f uint64
	if s.dead {
		f |= flagDead
	}
	if !s.vis.IsZero() {
		f |= flagVis
		w.num(colVisReplica, zigzag(int64(s.vis.Replica)-int64(s.id.Replica)))
		w.num(colVisCounter, zigzag(int64(s.vis.Counter-s.last().Counter)))
	}
	switch s.step {
	case 1:
		f |= flagUp
	case -1:
		f |= flagDown
	}
	if s.left != left {
		f |= flagLeft
		w.origin(s.id, s.left)
	}
	if s.right != right {
		f |= flagRight
		w.origin(s.id, s.right)
	}
	if s.id.Replica != prev.Replica {
		f |= flagReplica
		w.num(colSpanReplica, uint64(s.id.Replica))
	}
	w.num(colSpanCounter, zigzag(int64(s.id.Counter-prev.Counter)-1))
	w.num(colSpanLen, uint64(s.n))
	w.num(colSpanFlags, f)
	if whole {
		w.expect = append(w.expect, expected{s.id, s.last()})
	}
}

func (w *writer) origin(id, origin ID) {
	w.num(colOrigin, uint64(origin.Replica))
	if origin.Replica != 0 {
		w.num(colOriginCounter, zigzag(int64(id.Counter-origin.Counter)))
	}
}

// joined appends the spans of t to dst, adjacent ones made one wherever they can be.
func (t *text) joined(dst []span) []span {
	first := len(dst)
	for _, b := range t.blocks {
		for i := range b.spans {
			s := b.spans[i]
			for len(dst) > first {
				l := &dst[len(dst)-1]
				if absorbs(l, &s) {
					absorb(l, &s)
					s.n = 0
					break
				}
				// A run whose stamps go on differently may still give up its first character.
				if s.n == 1 {
					break
				}
				head := s
				head.n, head.step, head.units, head.bytes = 1, 0, 0, 0
				if !absorbs(l, &head) {
					break
				}
				absorb(l, &head)
				s.id, s.left, s.vis, s.n = s.id.plus(1), s.id, s.visAt(1), s.n-1
				if s.n == 1 {
					s.step = 0
				}
			}
			if s.n > 0 {
				dst = append(dst, s)
			}
		}
	}
	return dst
}

// textSince writes the spans, or parts of spans, that are newer than a version, by replica and counter.
func (w *writer) textSince(t *text, base ID, since Version) int {
	if !t.newerThan(since) {
		return 0
	}
	var fresh []span
	for _, s := range t.joined(nil) {
		if k := since[s.id.Replica]; k >= s.id.Counter {
			// Known characters of this span come along only if their visibility is new.
			known := s
			known.n = uint32(min(uint64(s.n), k-s.id.Counter+1))
			if s.vis.Replica != 0 {
				for i := uint32(0); i < known.n; i++ {
					if since.has(known.visAt(i)) {
						continue
					}
					j := i + 1
					for j < known.n && !since.has(known.visAt(j)) {
						j++
					}
					p := part(known, i, j)
					p.mark = markOld
					fresh = append(fresh, p)
					i = j
				}
			}
			if known.n == s.n {
				continue
			}
			s = part(s, known.n, s.n)
		}
		s.mark = 0
		fresh = append(fresh, s)
	}
	if len(fresh) == 0 {
		return 0
	}
	slices.SortFunc(fresh, func(a, b span) int { return compareRuns(a.id, b.id) })
	prev := base
	var left, right ID
	for i := range fresh {
		s := &fresh[i]
		if s.mark == markOld {
			s.left, s.right = left, right // not told
		}
		w.span(s, prev, left, right, false)
		if s.mark == markOld {
			f := &w.cols[colSpanFlags]
			(*f)[len(*f)-1] |= flagOld
		} else {
			left, right = s.last(), s.right
		}
		prev = s.last()
		if !s.dead {
			w.blob = t.appendChars(w.blob, s.id, s.n)
		}
	}
	return len(fresh)
}

// newerThan reports whether anything in t is newer than a version.
func (t *text) newerThan(v Version) bool {
	var last ReplicaID
	var top uint64
	has := func(id ID) bool {
		if id.Replica != last {
			last, top = id.Replica, v[id.Replica]
		}
		return id.Counter <= top
	}
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; !has(s.last()) || !has(s.vis) || s.step > 0 && !has(s.visAt(s.n-1)) {
				return true
			}
		}
	}
	return false
}

// part is characters i to j of s, without its bytes.
func part(s span, i, j uint32) span {
	if i > 0 {
		s.left = s.id.plus(i - 1)
		s.vis = s.visAt(i)
		s.id = s.id.plus(i)
	}
	if s.n = j - i; s.n == 1 {
		s.step = 0
	}
	return s
}

// appendChars appends the bytes of n live characters from id on.
func (t *text) appendChars(dst []byte, id ID, n uint32) []byte {
	t.pieces([]run{{id: id, n: n}}, func(r run, s *span, k uint32) {
		_, tail := splitChars(t.content(s), k)
		head, _ := splitChars(tail, r.n)
		dst = append(dst, head...)
	})
	return dst
}
