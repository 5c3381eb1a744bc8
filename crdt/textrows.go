package crdt

import (
	"math/bits"
	"unicode/utf8"
)

// texts reads the spans of all texts: nTexts in the order of the objects in which shapes say that they are, their
// characters one after the other in blob, UTF-8. It takes all of blob, or it is damaged.
func (r *rows) texts(cols *[colCount]column, shapes []shape, which []uint32, nTexts int, blob []byte, snapshot bool) error {
	ascii := isASCII(blob)
	if !ascii && !utf8.Valid(blob) {
		return damaged("text is not UTF-8")
	}
	texts := make([]text, nTexts)
	ptrs := make([]*text, nTexts)
	counts := make([]int, nTexts)
	total := 0
	for i := range counts {
		n := cols[colSpans].next()
		if n == 0 || n > 1<<31 || cols[colSpans].bad {
			return damaged("spans")
		}
		counts[i] = int(n)
		total += int(n)
		if total > 1<<32 {
			return damaged("spans")
		}
	}
	if !cols[colSpanLen].fits(total) {
		return damaged("spans")
	}
	spans := make([]span, total)
	ti := 0
	var expect []expected
	for i := range r.objs {
		o := &r.objs[i]
		s := &shapes[which[i]]
		k := bits.OnesCount64(uint64(s.texts))
		o.texts, o.wrote = ptrs[ti:ti+k:ti+k], s.texts
		for u := s.texts; u != 0; u &= u - 1 {
			t := &texts[ti]
			ptrs[ti] = t
			t.field = Field(bits.TrailingZeros64(uint64(u)))
			list := spans[:counts[ti]:counts[ti]]
			spans = spans[counts[ti]:]
			ti++
			rest, err := r.spans(cols, t, list, o.id, blob, ascii, snapshot, &expect)
			if err != nil {
				return err
			}
			blob = rest
		}
	}
	if len(blob) > 0 {
		return damaged("text left over")
	}
	return nil
}

func isASCII(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if littleEndian(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

const spansLoaded = 32 // spans in a block after loading, leaving room

// spans reads the spans of one text into list and gives t its blocks. base is the identity of its object, from which
// the first span is told; blob begins with its characters, and what follows them is returned. Origins that are not
// told are guessed as the writer guessed them (see writer.expectLeft, expectRights); expect is memory for that.
func (r *rows) spans(cols *[colCount]column, t *text, list []span, base ID, blob []byte, ascii, snapshot bool, expect *[]expected) ([]byte, error) {
	prev := base
	st := (*expect)[:0]
	var left, right ID
	all, used := blob, 0
	for i := range list {
		s := &list[i]
		f := cols[colSpanFlags].next()
		n := cols[colSpanLen].next()
		if n == 0 || n > 1<<31 || f > 255 || cols[colSpanLen].bad || cols[colSpanFlags].bad || f&flagUp != 0 && f&flagDown != 0 {
			return nil, damaged("span")
		}
		s.n = uint32(n)
		s.id.Replica = prev.Replica
		if f&flagReplica != 0 {
			rep := cols[colSpanReplica].next()
			if rep > 1<<32-1 {
				return nil, damaged("span replica")
			}
			s.id.Replica = ReplicaID(rep)
		}
		c := int64(prev.Counter) + 1 + unzigzag(cols[colSpanCounter].next())
		if s.id.Replica == 0 || c < 1 || c > counterMax-1<<31 || cols[colSpanReplica].bad || cols[colSpanCounter].bad {
			return nil, damaged("span identity")
		}
		s.id.Counter = uint64(c)
		prev = s.last()
		s.dead = f&flagDead != 0
		if f&flagVis != 0 {
			s.vis = relativeTo(prev, &cols[colVisReplica], &cols[colVisCounter])
			if s.vis.IsZero() {
				return nil, damaged("visibility")
			}
			if f&flagUp != 0 {
				s.step = 1
			} else if f&flagDown != 0 {
				s.step = -1
			}
			if s.step != 0 && s.n == 1 || s.step < 0 && s.vis.Counter < n || s.step > 0 && s.vis.Counter+n > counterMax {
				return nil, damaged("visibility")
			}
		} else if s.dead || f&(flagUp|flagDown) != 0 {
			return nil, damaged("visibility")
		}
		if snapshot {
			for len(st) > 0 && s.id.less(st[len(st)-1].id) {
				st = st[:len(st)-1]
			}
			left = ID{}
			if len(st) > 0 {
				left = st[len(st)-1].last
			}
			st = append(st, expected{s.id, prev})
		}
		old := f&flagOld != 0
		if old && (snapshot || f&(flagLeft|flagRight) != 0 || s.vis.IsZero()) {
			return nil, damaged("span flags")
		}
		s.left, s.right = left, right
		var ok1, ok2 = true, true
		if f&flagLeft != 0 {
			s.left, ok1 = readOrigin(cols, s.id)
		}
		if f&flagRight != 0 {
			s.right, ok2 = readOrigin(cols, s.id)
			s.mark = markRight
		}
		if !ok1 || !ok2 {
			return nil, damaged("origin")
		}
		if !snapshot {
			if s.mark = 0; old {
				s.mark, s.left, s.right = markOld, ID{}, ID{}
			} else {
				left, right = prev, s.right
			}
		}
		if s.dead {
			continue
		}
		if ascii {
			if n > uint64(len(blob)) {
				return nil, damaged("text")
			}
			s.bytes, s.units = s.n, s.n
		} else {
			var b, u uint32
			for range s.n {
				if int(b) >= len(blob) {
					return nil, damaged("text")
				}
				x := blob[b]
				switch {
				case x < 0x80:
					b++
				case x < 0xE0:
					b += 2
				case x < 0xF0:
					b += 3
				default:
					b += 4
					u++
				}
				u++
			}
			s.bytes, s.units = b, u
		}
		used += int(s.bytes)
		t.units += int(s.units)
		blob = blob[s.bytes:]
	}
	t.bytes = used
	t.buf = all[:used:used]
	if snapshot {
		*expect = st
		// Right origins are expected from the other side.
		st = st[:0]
		for i := len(list) - 1; i >= 0; i-- {
			s := &list[i]
			for len(st) > 0 && s.id.less(st[len(st)-1].id) {
				st = st[:len(st)-1]
			}
			if s.mark != markRight {
				s.right = ID{}
				if len(st) > 0 {
					s.right = st[len(st)-1].id
				}
			}
			st = append(st, expected{s.id, s.id})
			s.mark = 0
		}
	}
	*expect = st
	var off uint32
	if len(list) <= spansMax || !snapshot {
		t.begin(list)
	} else {
		n := (len(list) + spansLoaded - 1) / spansLoaded
		blocks := make([]block, n)
		t.blocks = make([]*block, n)
		t.sums = make([]int, n)
		for i := range blocks {
			lo, hi := i*spansLoaded, min((i+1)*spansLoaded, len(list))
			blocks[i] = block{at: i, spans: list[lo:hi:hi]}
			t.blocks[i] = &blocks[i]
			for j := lo; j < hi; j++ {
				t.sums[i] += int(list[j].units)
			}
		}
	}
	for i := range list {
		if s := &list[i]; !s.dead {
			s.off = off
			off += s.bytes
		}
	}
	return blob, nil
}

// readOrigin reads an origin that was not guessed: a replica, zero for an edge, and how far before id its counter is.
func readOrigin(cols *[colCount]column, id ID) (ID, bool) {
	rep := cols[colOrigin].next()
	if cols[colOrigin].bad || rep > 1<<32-1 {
		return ID{}, false
	}
	if rep == 0 {
		return ID{}, true
	}
	c := int64(id.Counter) - unzigzag(cols[colOriginCounter].next())
	if cols[colOriginCounter].bad || c < 1 || c > counterMax {
		return ID{}, false
	}
	return ID{uint64(c), ReplicaID(rep)}, true
}
