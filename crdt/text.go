package crdt

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// span is a run of characters of one writer with consecutive counters, next to each other in the list:
// character i has id+i, its left origin is character i-1 (of the first one: left), the right origin of all is
// right. A deleted span keeps its place and its length and drops its bytes.
type span struct {
	id    ID
	left  ID // the character that stood to its left when it was written; zero: the beginning
	right ID // the character that stood to its right; zero: the end
	vis   ID // stamp of the last erasure or revival of the first character; zero: never touched
	off   uint32
	bytes uint32 // in text.buf from off; 0 when dead
	n     uint32 // characters: Unicode code points
	units uint32 // UTF-16 units; 0 when dead
	mark  uint8  // the codec's
	step  int8   // vis of character i has counter vis.Counter + i*step: a run of single erasures is one span
	dead  bool
}

func (s *span) last() ID { return s.id.plus(s.n - 1) }

func (s *span) has(id ID) bool {
	return id.Replica == s.id.Replica && id.Counter-s.id.Counter < uint64(s.n)
}

// visAt is the visibility stamp of character i.
func (s *span) visAt(i uint32) ID {
	if s.step == 0 {
		return s.vis
	}
	return ID{s.vis.Counter + uint64(int64(s.step)*int64(i)), s.vis.Replica}
}

// spansMax spans make a block; a block that would grow beyond is halved.
const spansMax = 48

type block struct {
	at    int // its index in text.blocks
	spans []span
}

// text is the list of all characters ever written to one text field, deleted ones included, as spans in blocks.
type text struct {
	field   Field
	blocks  []*block
	sums    []int // visible UTF-16 units of each block
	units   int
	bytes   int
	garbage int
	buf     []byte
	runs    []idRuns // where each replica's characters are; kept once there is more than one block
	near    cursor

	first      block
	firstBlock [1]*block
	firstSum   [1]int
}

// cursor remembers a span and how many visible units stand before it.
type cursor struct {
	b, i, pos int
	ok        bool
}

// spot is a boundary in the list: before span i of b, or after its last span when i is their number.
type spot struct {
	b *block
	i int
}

// newText makes an empty text; the first block lies in the text itself, since most texts need no other.
func newText(f Field) *text {
	t := &text{field: f}
	t.begin(nil)
	return t
}

// begin makes spans the first and only block.
func (t *text) begin(spans []span) {
	t.first.spans = spans
	t.firstBlock[0], t.firstSum[0] = &t.first, t.units
	t.blocks, t.sums = t.firstBlock[:], t.firstSum[:]
}

func (t *text) String() string {
	if l := t.blocks[0].spans; len(l) > 0 && int(l[0].bytes) == t.bytes { // typed in one go
		return string(t.content(&l[0]))
	}
	var b strings.Builder
	b.Grow(t.bytes)
	for _, blk := range t.blocks {
		for i := range blk.spans {
			if s := &blk.spans[i]; s.bytes > 0 {
				b.Write(t.content(s))
			}
		}
	}
	return b.String()
}

func (t *text) content(s *span) []byte { return t.buf[s.off : s.off+s.bytes] }

// ---- positions

// locate finds the visible span that holds unit at-1, for 1 <= at <= t.units, and how many units stand before it.
func (t *text) locate(at int) (b *block, i, pos int) {
	c := &t.near
	bi, bpos := 0, 0
	if c.ok {
		// From the remembered span most edits are a step or two away.
		blk := t.blocks[c.b]
		i, pos = c.i, c.pos
		if at > pos {
			for n := 0; i < len(blk.spans) && n < spansMax; i, n = i+1, n+1 {
				u := int(blk.spans[i].units)
				if at <= pos+u {
					*c = cursor{c.b, i, pos, true}
					return blk, i, pos
				}
				pos += u
			}
			bi, bpos = c.b+1, pos
		} else {
			for i--; i >= 0; i-- {
				pos -= int(blk.spans[i].units)
				if at > pos {
					*c = cursor{c.b, i, pos, true}
					return blk, i, pos
				}
			}
			bi, bpos = c.b, pos
		}
	}
	if at > bpos {
		for at > bpos+t.sums[bi] {
			bpos += t.sums[bi]
			bi++
		}
	} else {
		for at <= bpos {
			bi--
			bpos -= t.sums[bi]
		}
	}
	blk := t.blocks[bi]
	pos = bpos
	for i = 0; ; i++ {
		u := int(blk.spans[i].units)
		if at <= pos+u {
			*c = cursor{bi, i, pos, true}
			return blk, i, pos
		}
		pos += u
	}
}

// before counts the visible units before span i of b.
func (t *text) before(b *block, i int) int {
	n := 0
	for _, u := range t.sums[:b.at] {
		n += u
	}
	for j := range b.spans[:i] {
		n += int(b.spans[j].units)
	}
	return n
}

// atUnits finds the character border at or before unit u of s: how many characters lie before it, and the
// units they take, so that no code point is ever split.
func (t *text) atUnits(s *span, u uint32) (chars, units uint32) {
	if s.n == s.units {
		return u, u
	}
	b := t.content(s)
	for units < u {
		r, n := utf8.DecodeRune(b)
		w := unitsOf(r)
		if units+w > u {
			break
		}
		units += w
		chars++
		b = b[n:]
	}
	return chars, units
}

func unitsOf(r rune) uint32 {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// measure counts the characters and UTF-16 units of valid UTF-8.
func measure[T string | []byte](b T) (chars, units uint32) {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c&0xC0 == 0x80:
		case c >= 0xF0:
			chars, units = chars+1, units+2
		default:
			chars, units = chars+1, units+1
		}
	}
	return
}

// widths says how many bytes and units the first k characters of s take.
func (t *text) widths(s *span, k uint32) (bytes, units uint32) {
	if s.bytes == s.n {
		return k, k
	}
	if s.dead {
		return 0, 0
	}
	b := t.content(s)
	for range k {
		r, n := utf8.DecodeRune(b[bytes:])
		bytes += uint32(n)
		units += unitsOf(r)
	}
	return
}

// ---- list structure

// put inserts s at a spot and says where it came to stand.
func (t *text) put(at spot, s span) spot {
	b, i := at.b, at.i
	if len(b.spans) >= spansMax {
		half := len(b.spans) / 2
		if b.at == len(t.blocks)-1 && i == len(b.spans) {
			half = len(b.spans) // growing at the end, as typing does, leaves full blocks behind
		}
		nb := &block{at: b.at + 1, spans: make([]span, len(b.spans)-half, spansMax+1)}
		copy(nb.spans, b.spans[half:])
		b.spans = b.spans[:half]
		t.blocks = slices.Insert(t.blocks, nb.at, nb)
		for j := nb.at + 1; j < len(t.blocks); j++ {
			t.blocks[j].at = j
		}
		moved := 0
		for j := range nb.spans {
			moved += int(nb.spans[j].units)
		}
		t.sums[b.at] -= moved
		t.sums = slices.Insert(t.sums, nb.at, moved)
		if t.runs == nil {
			t.indexRuns()
		} else {
			for j := range nb.spans {
				t.assign(&nb.spans[j], nb)
			}
		}
		if i > half || i == half && half == spansMax {
			b, i = nb, i-half
		}
	}
	b.spans = append(b.spans, span{})
	copy(b.spans[i+1:], b.spans[i:])
	b.spans[i] = s
	t.sums[b.at] += int(s.units)
	if t.runs != nil {
		t.assign(&s, b)
	}
	t.near.ok = false
	return spot{b, i}
}

// remove takes span i out of b; its characters have gone into a neighbour.
func (t *text) remove(b *block, i int) {
	t.sums[b.at] -= int(b.spans[i].units)
	b.spans = slices.Delete(b.spans, i, i+1)
	t.near.ok = false
}

// next and prev find the neighbouring span of a spot, across blocks; nil at the edges.
func (t *text) next(at spot) (spot, *span) {
	for at.i >= len(at.b.spans) {
		if at.b.at+1 == len(t.blocks) {
			return at, nil
		}
		at = spot{t.blocks[at.b.at+1], 0}
	}
	return at, &at.b.spans[at.i]
}

func (t *text) prev(at spot) (spot, *span) {
	for at.i == 0 {
		if at.b.at == 0 {
			return at, nil
		}
		at.b = t.blocks[at.b.at-1]
		at.i = len(at.b.spans)
	}
	at.i--
	return at, &at.b.spans[at.i]
}

// cut splits span i of b after k characters, 0 < k < n, and returns where the second half stands.
func (t *text) cut(b *block, i int, k uint32) spot {
	s := &b.spans[i]
	rest := *s
	bytes, units := t.widths(s, k)
	rest.id = s.id.plus(k)
	rest.left = s.id.plus(k - 1)
	rest.vis = s.visAt(k)
	rest.n -= k
	if !s.dead {
		rest.off += bytes
		rest.bytes -= bytes
		rest.units -= units
		s.bytes, s.units = bytes, units
	}
	s.n = k
	if s.n == 1 {
		s.step = 0
	}
	if rest.n == 1 {
		rest.step = 0
	}
	t.sums[b.at] -= int(rest.units)
	return t.put(spot{b, i + 1}, rest)
}

// write appends bytes to the text's buffer and returns where they are.
func write[T string | []byte](t *text, s T) uint32 {
	if t.garbage > 256 && t.garbage > len(t.buf)/2 {
		t.compact()
	}
	off := len(t.buf)
	t.buf = append(t.buf, s...)
	return uint32(off)
}

// compact drops the bytes of what was erased from the buffer.
func (t *text) compact() {
	buf := make([]byte, 0, t.bytes+t.bytes/4)
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; s.bytes > 0 {
				buf, s.off = append(buf, t.content(s)...), uint32(len(buf))
			}
		}
	}
	t.buf, t.garbage = buf, 0
}

// ---- insertion

// place puts a new live span at a spot, as a part of the run to its left when it goes on with it, and returns
// where its characters stand: in which span, from which character on.
func place[T string | []byte](t *text, at spot, s span, content T) (spot, uint32) {
	t.units += int(s.units)
	t.bytes += len(content)
	off := write(t, content)
	if p, l := t.prev(at); l != nil && !l.dead && l.vis.IsZero() && s.vis.IsZero() && s.left == l.last() && s.right == l.right &&
		s.id == l.id.plus(l.n) && l.off+l.bytes == off {
		from := l.n
		l.n += s.n
		l.units += s.units
		l.bytes += uint32(len(content))
		t.sums[p.b.at] += int(s.units)
		if t.runs != nil {
			t.assign(&s, p.b)
		}
		if t.near.ok && (t.near.b > p.b.at || t.near.b == p.b.at && t.near.i > p.i) {
			t.near.ok = false
		}
		return p, from
	}
	s.off, s.bytes = off, uint32(len(content))
	return t.put(at, s), 0
}

// integrate finds the place of a span written elsewhere, by the rule of FugueMax (Weidner, Gentle, Kleppmann,
// "The Art of the Fugue", 2023): between its origins, concurrent siblings by how far right their right origin
// is, then by identity. Both origins must be known here.
func (t *text) integrate(s *span) spot {
	at := spot{t.blocks[0], 0}
	if !s.left.IsZero() {
		b, i, k := t.find(s.left)
		at = spot{b, i + 1}
		if k+1 < b.spans[i].n {
			at = t.cut(b, i, k+1)
		}
	}
	at, o := t.next(at)
	if o == nil || o.id == s.right {
		if o == nil && !s.right.IsZero() {
			s.right = ID{} // it stands to the left of the left origin: no honest writer says so
		}
		return at
	}
	if !s.right.IsZero() {
		if !s.left.IsZero() && !t.precedes(s.left, s.right) {
			s.right = ID{}
		} else if b, i, k := t.find(s.right); k > 0 {
			t.cut(b, i, k)
			at, o = t.after(s.left)
			if o == nil || o.id == s.right {
				return at
			}
		}
	}
	dest, scanning := at, false
	for {
		if !scanning {
			dest = at
		}
		if o == nil || o.id == s.right {
			return dest
		}
		if o.left == s.left {
			if o.right == s.right {
				if s.id.less(o.id) {
					return dest
				}
				scanning = false
			} else {
				scanning = !o.right.IsZero() && (s.right.IsZero() || t.precedes(o.right, s.right))
			}
		} else if !s.left.IsZero() && (o.left.IsZero() || t.precedes(o.left, s.left)) {
			return dest
		}
		at, o = t.next(spot{at.b, at.i + 1})
	}
}

// after is the first span to the right of a character that ends its span.
func (t *text) after(left ID) (spot, *span) {
	if left.IsZero() {
		return t.next(spot{t.blocks[0], 0})
	}
	b, i, _ := t.find(left)
	return t.next(spot{b, i + 1})
}

// precedes reports whether character x stands to the left of y; both are known.
func (t *text) precedes(x, y ID) bool {
	bx, ix, kx := t.find(x)
	by, iy, ky := t.find(y)
	if bx != by {
		return bx.at < by.at
	}
	if ix != iy {
		return ix < iy
	}
	return kx < ky
}

// ---- erasure and revival

// paint gives the n characters from id on a new visibility, where stamp is greater than theirs. For every run
// whose visibility changed it calls changed with the unit position, the units that go and the bytes that come;
// live characters take their bytes from content, which holds all n of them.
func (t *text) paint(id ID, n uint32, stamp ID, dead bool, content []byte, changed func(at int, units uint32, shown []byte)) {
	for n > 0 {
		b, i, k := t.find(id)
		s := &b.spans[i]
		m := min(n, s.n-k)
		var piece []byte
		if !dead {
			piece, content = splitChars(content, m)
		}
		id.Counter += uint64(m)
		n -= m
		// A span whose stamps run may be older than stamp in one part only; take it a character at a time.
		for m > 0 {
			s = &b.spans[i]
			w := m
			if s.step != 0 && (stamp.less(s.visAt(k)) || stamp.less(s.visAt(k+m-1))) {
				w = 1
			}
			var now []byte
			if !dead {
				now, piece = splitChars(piece, w)
			}
			older := s.visAt(k).less(stamp)
			m -= w
			if older {
				if k > 0 {
					at := t.cut(b, i, k)
					b, i, k = at.b, at.i, 0
				}
				if s = &b.spans[i]; w < s.n {
					at := t.cut(b, i, w)
					p, _ := t.prev(at)
					b, i = p.b, p.i
				}
				t.repaint(b, i, stamp, dead, now, changed)
			}
			if m > 0 {
				b, i, k = t.find(ID{id.Counter - uint64(m), id.Replica})
			}
		}
	}
}

func splitChars(b []byte, k uint32) (head, tail []byte) {
	i := 0
	for ; k > 0 && i < len(b); k-- {
		_, n := utf8.DecodeRune(b[i:])
		i += n
	}
	return b[:i], b[i:]
}

// repaint changes the visibility of one whole span and joins it to its neighbours.
func (t *text) repaint(b *block, i int, stamp ID, dead bool, content []byte, changed func(at int, units uint32, shown []byte)) {
	s := &b.spans[i]
	was := !s.dead
	if changed != nil && was == dead {
		changed(t.before(b, i), s.units, content)
	}
	s.vis, s.step = stamp, 0
	switch {
	case dead && was:
		t.hide(b, s)
	case !dead && !was:
		s.off = write(t, content)
		s = &b.spans[i]
		s.dead = false
		s.bytes = uint32(len(content))
		_, s.units = measure(content)
		t.units += int(s.units)
		t.bytes += int(s.bytes)
		t.sums[b.at] += int(s.units)
	}
	t.near.ok = false
	if s.dead {
		t.join(b, i)
	}
}

func (t *text) hide(b *block, s *span) {
	t.units -= int(s.units)
	t.bytes -= int(s.bytes)
	t.garbage += int(s.bytes)
	t.sums[b.at] -= int(s.units)
	s.dead, s.off, s.bytes, s.units = true, 0, 0, 0
}

// join makes dead span i of b one with its dead neighbours of the same run, and returns where it is then.
func (t *text) join(b *block, i int) spot {
	if i+1 < len(b.spans) && absorbs(&b.spans[i], &b.spans[i+1]) {
		absorb(&b.spans[i], &b.spans[i+1])
		t.remove(b, i+1)
	}
	if i > 0 && absorbs(&b.spans[i-1], &b.spans[i]) {
		absorb(&b.spans[i-1], &b.spans[i])
		t.remove(b, i)
		i--
	}
	return spot{b, i}
}

// absorbs reports whether the whole of r can become a part of l: one run, one fate, and visibility stamps that
// go on at one step.
func absorbs(l, r *span) bool {
	if l.dead != r.dead || r.id != l.id.plus(l.n) || r.left != l.last() || r.right != l.right || r.vis.Replica != l.vis.Replica {
		return false
	}
	if l.vis.Replica == 0 {
		return true
	}
	step := int64(r.vis.Counter) - int64(l.visAt(l.n-1).Counter)
	return step >= -1 && step <= 1 && (l.n == 1 || int64(l.step) == step) && (r.n == 1 || int64(r.step) == step)
}

func absorb(l, r *span) {
	if l.vis.Replica != 0 {
		l.step = int8(int64(r.vis.Counter) - int64(l.visAt(l.n-1).Counter))
	}
	l.n += r.n
	l.units += r.units
	l.bytes += r.bytes
}
