package board

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// slots remembers what every element of the board shows, so that drawing can say
// each frame how everything in sight should look and only the differences are
// written. An element whose owner is out of sight is hidden and lent to the next
// owner that needs one of its kind.
type slots struct {
	out   *frame
	all   []slot
	owned map[owner]int32
	free  map[kindOf][]int32
	lent  []int32 // whose owners do without them in this frame, if somebody wants them
	epoch uint32
}

// owner is what an element stands for.
type owner struct {
	part partKind
	id   crdt.ID
	n    int32 // which of several
}

type partKind uint8

type kindOf struct {
	t template
	l layer
}

// slot is one element as the browser has it now. Setters write what differs.
type slot struct {
	b          *slots
	n          int32
	kind       kindOf
	who        owner
	epoch      uint32
	shown      bool
	placed     bool
	x, y, w, h float32
	over       bool // a note that lies on another, or under one
	px         float32
	z          int32
	texts      [parts]string
	attrs      [attributes]string // of the element itself
	paths      [parts]string      // d of its parts
	markup     string
	look       any // what its owner drew last, for what is dear to make
	vars       [variables]string
}

func newSlots(out *frame) *slots {
	return &slots{out: out, owned: map[owner]int32{}, free: map[kindOf][]int32{}}
}

// begin starts a frame: whoever is not asked for until end is out of sight.
func (b *slots) begin() {
	b.epoch++
	b.lent = b.lent[:0]
}

// parts of an element at most, itself included.
const parts = 7

// get is the element of who, made or borrowed if it has none. The pointer holds
// until the next get.
func (b *slots) get(who owner, t template, l layer) *slot {
	if n, ok := b.owned[who]; ok {
		s := &b.all[n]
		s.epoch = b.epoch
		return s
	}
	kind := kindOf{t, l}
	n, ok := b.borrow(kind)
	if free := b.free[kind]; ok {
		delete(b.owned, b.all[n].who)
	} else if len(free) > 0 {
		n = free[len(free)-1]
		b.free[kind] = free[:len(free)-1]
		b.out.put(opShow, float32(n), 1)
		if t == tmplBox {
			b.all[n].bare()
		}
	} else {
		n = int32(len(b.all))
		b.all = append(b.all, slot{b: b, n: n, kind: kind})
		b.out.put(opNew, float32(n), float32(t), float32(l))
	}
	s := &b.all[n]
	s.who, s.epoch, s.shown = who, b.epoch, true
	b.owned[who] = n
	return s
}

// lend lets a newcomer of this frame take over an element that was asked for, but
// is out of sight: it is shown already, which is the dear part of showing one.
func (b *slots) lend(s *slot) { b.lent = append(b.lent, s.n) }

func (b *slots) borrow(kind kindOf) (n int32, ok bool) {
	for i, n := range b.lent {
		if b.all[n].kind == kind {
			b.lent = slices.Delete(b.lent, i, i+1)
			return n, true
		}
	}
	return 0, false
}

// bare takes off a box what its last owner may have put on and the next one may
// not know of: its words, and what it was to the keyboard.
func (s *slot) bare() {
	s.look = nil
	s.text(0, "")
	for _, a := range [...]attribute{attrRole, attrTabindex, attrLabel, attrData} {
		s.attr(a, "")
	}
}

// find is the element of who, or nil when it has none now.
func (b *slots) find(who owner) *slot {
	if n, ok := b.owned[who]; ok {
		return &b.all[n]
	}
	return nil
}

// end hides whoever was not asked for.
func (b *slots) end() {
	for i := range b.all {
		s := &b.all[i]
		if !s.shown || s.epoch == b.epoch {
			continue
		}
		s.shown = false
		delete(b.owned, s.who)
		b.free[s.kind] = append(b.free[s.kind], s.n)
		b.out.put(opShow, float32(s.n), 0)
	}
}

func (s *slot) place(x, y float64) *slot {
	fx, fy := float32(x), float32(y)
	if !s.placed || s.x != fx || s.y != fy {
		s.x, s.y, s.placed = fx, fy, true
		s.b.out.put(opPlace, float32(s.n), fx, fy)
	}
	return s
}

func (s *slot) size(w, h float64) *slot {
	fw, fh := float32(w), float32(h)
	if s.w != fw || s.h != fh {
		s.w, s.h = fw, fh
		s.b.out.put(opSize, float32(s.n), fw, fh)
	}
	return s
}

func (s *slot) font(px float64) *slot {
	if f := float32(px); s.px != f {
		s.px = f
		s.b.out.put(opFont, float32(s.n), f)
	}
	return s
}

func (s *slot) order(z int) *slot {
	if s.z != int32(z) {
		s.z = int32(z)
		s.b.out.put(opOrder, float32(s.n), float32(z))
	}
	return s
}

// text sets the text of a child; part 0 is an element without children.
func (s *slot) text(part int, text string) *slot {
	if s.texts[part] != text {
		s.texts[part] = text
		s.b.out.put(opText, float32(s.n), float32(part))
		s.b.out.str(text)
	}
	return s
}

func (s *slot) attr(a attribute, v string) *slot {
	if s.attrs[a] != v {
		s.attrs[a] = v
		s.b.out.put(opAttr, float32(s.n), 0, float32(a))
		s.b.out.str(v)
	}
	return s
}

// path sets the outline of a part.
func (s *slot) path(part int, d string) *slot {
	if s.paths[part] != d {
		s.paths[part] = d
		s.b.out.put(opAttr, float32(s.n), float32(part), float32(attrD))
		s.b.out.str(d)
	}
	return s
}

// fill gives a group its content.
func (s *slot) fill(markup string) *slot {
	if s.markup != markup {
		s.markup = markup
		s.b.out.put(opMarkup, float32(s.n))
		s.b.out.str(markup)
	}
	return s
}

func (s *slot) class(c string) *slot { return s.attr(attrClass, c) }

func (s *slot) color(v variable, c string) *slot {
	if s.vars[v] != c {
		s.vars[v] = c
		s.b.out.put(opVar, float32(s.n), float32(v))
		s.b.out.str(c)
	}
	return s
}
