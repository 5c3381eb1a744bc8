package crdt

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"unicode/utf16"
)

// Fields and kinds of the tests.
const (
	fNumber Field = 0
	fPlace  Field = 1
	fWords  Field = 2
	fTitle  Field = 3
	fRare   Field = 40
)

// world is some replicas and the one order in which a server took their batches. A replica writes in its own
// copy, offline or not; what it wrote enters the log when it is delivered, all in order. The model sees all.
type world struct {
	t        tester
	replicas []*replica
	log      [][]byte
	done     int  // edits that did something
	quiet    bool // without views and model, for many runs
	crossed  int  // batches merged by someone who had written meanwhile
}

type replica struct {
	id      ReplicaID
	doc     *Document
	seen    int // of the log
	pending [][]byte
	undo    []Inverse
	redo    []Inverse
	view    view
	sum     Change // all changes folded into one
	model   *model
}

func newWorld(t tester, n int) *world {
	w := &world{t: t}
	for i := range n {
		w.replicas = append(w.replicas, &replica{id: ReplicaID(i + 1), doc: New(), view: view{}, model: newModel()})
	}
	return w
}

// edit lets a replica write, and checks the Change that comes of it against what is to be seen.
func (w *world) edit(r *replica, write func(*Edit)) Committed {
	e := r.doc.Edit(r.id)
	write(e)
	if e.Err() != nil {
		w.t.Fatalf("edit: %v", e.Err())
	}
	c := e.Commit()
	if !w.quiet {
		r.apply(w.t, c.Change)
	}
	if c.Update != nil {
		w.done++
		r.pending = append(r.pending, c.Update)
		if !w.quiet {
			r.model.take(w.t, c.Update)
		}
		r.undo, r.redo = append(r.undo, c.Inverse), nil
	}
	return c
}

// deliver sends what a replica wrote, and takes in what it lacks of the log.
func (w *world) deliver(r *replica) {
	if len(r.pending) > 0 && r.seen < len(w.log) {
		w.crossed++
	}
	for ; r.seen < len(w.log); r.seen++ {
		w.merge(r, w.log[r.seen])
	}
	w.log = append(w.log, r.pending...)
	r.pending, r.seen = nil, len(w.log)
}

func (w *world) merge(r *replica, update []byte) {
	c, err := r.doc.Merge(update)
	if err != nil {
		w.t.Fatalf("merge: %v", err)
	}
	if w.quiet {
		return
	}
	r.apply(w.t, c)
	if h, _ := Peek(update); !h.Delta {
		r.model.take(w.t, update)
	}
}

// settle delivers until all have all, and checks that all are equal, to each other and to the model.
func (w *world) settle() []byte {
	want := w.converge()
	for _, r := range w.replicas {
		if err := r.model.check(r.doc); err != nil {
			w.t.Fatalf("replica %d: %v", r.id, err)
		}
		folded := &replica{doc: r.doc, view: view{}}
		folded.apply(w.t, r.sum) // what all changes folded into one make of nothing
	}
	return want
}

func (w *world) converge() []byte {
	for range 2 {
		for _, r := range w.replicas {
			w.deliver(r)
		}
	}
	want := w.replicas[0].doc.Snapshot()
	for _, r := range w.replicas {
		if got := r.doc.Snapshot(); !bytes.Equal(got, want) {
			w.t.Fatalf("replica %d differs from replica 1:\n%s---\n%s", r.id, spansOf(w.replicas[0].doc), spansOf(r.doc))
		}
	}
	return want
}

// view is what an interface keeps by listening to changes alone: which objects exist, and their texts in UTF-16.
type view map[ID]*shown

type shown struct {
	dead  bool
	texts map[Field][]uint16
}

func (r *replica) apply(t tester, c Change) {
	r.sum.Add(c)
	for i := range c.Len() {
		o := c.At(i)
		if i > 0 && c.At(i-1).ID.Compare(o.ID) >= 0 {
			t.Fatalf("a change names %v after %v", o.ID, c.At(i-1).ID)
		}
		s := r.view[o.ID]
		if s == nil {
			if !o.Created && !o.ID.IsZero() {
				t.Fatalf("a change about %v, which was never created", o.ID)
			}
			s = &shown{texts: map[Field][]uint16{}}
			r.view[o.ID] = s
		} else if o.Created {
			t.Fatalf("%v is created twice", o.ID)
		}
		if o.Kind != r.doc.Kind(o.ID) {
			t.Fatalf("%v changes with kind %d", o.ID, o.Kind)
		}
		if o.Deleted || o.Restored {
			s.dead = o.Deleted
		}
		for _, x := range o.Splices {
			if !o.Fields.Has(x.Field) {
				t.Fatalf("a splice in field %d, which is not among the fields", x.Field)
			}
			u := s.texts[x.Field]
			s.texts[x.Field] = slices.Concat(u[:x.At], utf16.Encode([]rune(x.Ins)), u[x.At+x.Del:])
		}
	}
	for id, s := range r.view {
		if s.dead == r.doc.Exists(id) {
			t.Fatalf("%v: the view has dead %v", id, s.dead)
		}
		for f, u := range s.texts {
			if got := r.doc.Text(id, f); got != string(utf16.Decode(u)) {
				t.Fatalf("text of %v is %q, the splices make %q", id, got, string(utf16.Decode(u)))
			}
		}
	}
}

// source is where a random edit takes its choices from: rapid, a fuzzer's bytes, or a list.
type source interface{ pick(n int) int } // 0 <= pick < n

var alphabet = []string{"a", "bc", "def", "駅", "です", "🚃", "e\u0301", "👩‍👩‍👧", "\n"}

// scribble makes one random edit, of one or more operations, and sometimes an undo or redo.
func (w *world) scribble(r *replica, s source) {
	switch s.pick(12) {
	case 0:
		if n := len(r.undo); n > 0 {
			in := r.undo[n-1]
			left, redo := r.undo[:n-1], r.redo
			c := w.edit(r, func(e *Edit) { e.Invert(in) })
			r.undo, r.redo = left, append(redo, c.Inverse)
		}
		return
	case 1:
		if n := len(r.redo); n > 0 {
			in := r.redo[n-1]
			left := r.redo[:n-1]
			undo := r.undo
			c := w.edit(r, func(e *Edit) { e.Invert(in) })
			r.undo, r.redo = append(undo, c.Inverse), left
		}
		return
	}
	w.edit(r, func(e *Edit) {
		for n := 1 + s.pick(3); n > 0; n-- {
			ids := []ID{{}}
			for _, o := range r.doc.objs {
				ids = append(ids, o.id)
			}
			slices.SortFunc(ids, ID.Compare)
			id := ids[s.pick(len(ids))]
			text := fWords + Field(s.pick(2))
			units := r.doc.TextLen(id, text)
			switch s.pick(10) {
			case 0:
				e.Create(Kind(s.pick(3)))
			case 1:
				e.Set(id, fNumber, []byte{byte(s.pick(256))})
			case 2:
				e.Set(id, []Field{fPlace, fRare}[s.pick(2)], []byte(fmt.Sprint(s.pick(1000))))
			case 3:
				if !id.IsZero() {
					e.Delete(id)
				}
			case 4:
				if !id.IsZero() {
					e.Restore(id)
				}
			case 5, 6, 7:
				word := alphabet[s.pick(len(alphabet))]
				at := s.pick(units + 1)
				before := r.doc.Text(id, text)
				e.Insert(id, text, at, word)
				checkSplice(w.t, before, r.doc.Text(id, text), at, 0, word)
			default:
				at, n := s.pick(units+1), 1+s.pick(4)
				before := r.doc.Text(id, text)
				e.Erase(id, text, at, n)
				checkSplice(w.t, before, r.doc.Text(id, text), at, n, "")
			}
		}
	})
}

// checkSplice is the plain-text oracle of one edit: what a browser would have done to a string, whole code points
// only.
func checkSplice(t tester, before, after string, at, del int, ins string) {
	var b []rune
	pos := 0
	end := min(at+del, len(utf16.Encode([]rune(before))))
	placed := false
	for _, c := range before {
		w := utf16.RuneLen(c)
		if !placed && at < pos+w {
			b = append(b, []rune(ins)...)
			placed = true
		}
		if del == 0 || pos+w <= at || pos >= end {
			b = append(b, c)
		}
		pos += w
	}
	if !placed {
		b = append(b, []rune(ins)...)
	}
	if string(b) != after {
		t.Fatalf("%q with %d units at %d replaced by %q became %q, not %q", before, del, at, ins, after, string(b))
	}
}

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// spansOf writes a document's spans out, for a failure's message.
func spansOf(d *Document) string {
	var b strings.Builder
	for _, o := range d.objs {
		for _, t := range o.texts {
			for _, s := range t.joined(nil) {
				fmt.Fprintf(&b, "%v.%d: %v n=%d left=%v right=%v vis=%v%+d dead=%v\n", o.id, t.field, s.id, s.n, s.left, s.right, s.vis, s.step, s.dead)
			}
		}
	}
	return b.String()
}
