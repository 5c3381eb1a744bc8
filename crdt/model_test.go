package crdt

import (
	"fmt"
	"slices"
	"strings"

	"unicode/utf16"
)

// model is the dumb second implementation: the list of all operations, replayed from the start whenever someone
// asks. Texts are trees of single characters, as the Fugue paper draws them, not lists with an insertion rule.
type model struct {
	ops   []op
	known map[ID]bool
}

func newModel() *model { return &model{known: map[ID]bool{}} }

func (m *model) take(t tester, update []byte) {
	if _, err := Peek(update); err != nil {
		t.Fatal(err)
	}
	r := newOpReader(slices.Clone(update))
	for {
		var o op
		done, err := r.read(&o)
		if err != nil {
			t.Fatal(err)
		}
		if done {
			return
		}
		if o.kind != opSkip && !m.known[o.id] {
			m.known[o.id] = true
			o.runs = slices.Clone(o.runs)
			m.ops = append(m.ops, o)
		}
	}
}

type modelObject struct {
	kind  Kind
	dead  bool
	regs  map[Field]string
	texts map[Field]*modelText
}

// replay applies all operations in the order of their stamps. That order respects causes, and in it the last
// writer is simply the last.
func (m *model) replay() map[ID]*modelObject {
	slices.SortFunc(m.ops, func(a, b op) int { return a.id.Compare(b.id) })
	objs := map[ID]*modelObject{{}: {regs: map[Field]string{}, texts: map[Field]*modelText{}}}
	for i := range m.ops {
		o := &m.ops[i]
		if o.kind == opCreate {
			objs[o.id] = &modelObject{kind: o.objKind, regs: map[Field]string{}, texts: map[Field]*modelText{}}
			continue
		}
		x := objs[o.obj]
		text := func() *modelText {
			t := x.texts[o.field]
			if t == nil {
				t = &modelText{nodes: map[ID]*node{}}
				x.texts[o.field] = t
			}
			return t
		}
		switch o.kind {
		case opSet:
			x.regs[o.field] = string(o.value)
		case opDelete:
			x.dead = true
		case opRestore:
			x.dead = false
		case opInsert:
			left := o.left
			for j, c := range []rune(string(o.value)) {
				id := o.id.plus(uint32(j))
				text().insert(&node{id: id, left: left, right: o.right, char: c, alive: true})
				left = id
			}
		case opErase, opRevive:
			chars := []rune(string(o.value))
			for _, r := range o.runs {
				for j := range r.n {
					n := text().nodes[r.id.plus(j)]
					if n.alive = o.kind == opRevive; n.alive {
						n.char, chars = chars[0], chars[1:]
					}
				}
			}
		}
	}
	return objs
}

type node struct {
	id, left, right ID
	char            rune
	alive           bool
	parent          *node
	lefts, rights   []*node // children on either side
}

type modelText struct {
	top   node // stands before all
	nodes map[ID]*node
}

func (n *node) walk(visit func(*node)) {
	for _, c := range n.lefts {
		c.walk(visit)
	}
	visit(n)
	for _, c := range n.rights {
		c.walk(visit)
	}
}

func (t *modelText) list() []*node {
	var l []*node
	t.top.walk(func(n *node) {
		if n != &t.top {
			l = append(l, n)
		}
	})
	return l
}

// insert puts a character into the tree: as a left child of its right origin when that lies below its left origin,
// else as a right child of its left origin. Right siblings stand by their right origins, the rightmost first, as
// FugueMax has them.
func (t *modelText) insert(n *node) {
	left := &t.top
	if !n.left.IsZero() {
		left = t.nodes[n.left]
	}
	place := map[ID]int{}
	for i, x := range t.list() {
		place[x.id] = i
	}
	t.nodes[n.id] = n
	if r := t.nodes[n.right]; r != nil {
		for a := r.parent; a != nil; a = a.parent {
			if a == left {
				n.parent = r
				i := 0
				for i < len(r.lefts) && byReplica(r.lefts[i].id, n.id) < 0 {
					i++
				}
				r.lefts = slices.Insert(r.lefts, i, n)
				return
			}
		}
	}
	at := func(x *node) int {
		if x.right.IsZero() {
			return 1 << 30
		}
		return place[x.right]
	}
	n.parent = left
	i := 0
	for i < len(left.rights) && (at(left.rights[i]) > at(n) || at(left.rights[i]) == at(n) && byReplica(left.rights[i].id, n.id) < 0) {
		i++
	}
	left.rights = slices.Insert(left.rights, i, n)
}

func byReplica(a, b ID) int { return a.Compare(b) }

func (t *modelText) String() string {
	var b strings.Builder
	for _, n := range t.list() {
		if n.alive {
			b.WriteRune(n.char)
		}
	}
	return b.String()
}

// check compares a document with what the model makes of the same operations.
func (m *model) check(d *Document) error {
	objs := m.replay()
	live := map[ID]bool{}
	for k := range 256 {
		var last ID
		for id := range d.All(Kind(k)) {
			if live[id] || id.Compare(last) <= 0 && len(live) > 0 && !last.IsZero() {
				return fmt.Errorf("All(%d) yields %v after %v", k, id, last)
			}
			live[id], last = true, id
		}
	}
	if d.table.n != len(objs) {
		return fmt.Errorf("%d objects, the model has %d", d.table.n, len(objs))
	}
	for id, x := range objs {
		if !d.Known(id) || d.Exists(id) == x.dead || d.Kind(id) != x.kind || live[id] == x.dead {
			return fmt.Errorf("object %v: known %v exists %v kind %d; the model has dead %v kind %d", id, d.Known(id), d.Exists(id), d.Kind(id), x.dead, x.kind)
		}
		for f := Field(0); f <= 8; f++ {
			if got := string(d.Get(id, f)); got != x.regs[f] {
				return fmt.Errorf("object %v field %d is %q, in the model %q", id, f, got, x.regs[f])
			}
			want := ""
			if t := x.texts[f]; t != nil {
				want = t.String()
			}
			if got := d.Text(id, f); got != want || d.TextLen(id, f) != len(utf16.Encode([]rune(want))) {
				return fmt.Errorf("object %v text %d is %q, in the model %q", id, f, got, want)
			}
		}
	}
	return nil
}
