package crdt

import (
	"testing"

	"pgregory.net/rapid"
)

// alone makes a document with one note, by replica 1, and a copy for replica 2.
func alone(t tester) (one, two *Document, id ID) {
	one, two = New(), New()
	e := one.Edit(1)
	id = e.Create(1)
	e.Set(id, fPlace, []byte("here"))
	e.Insert(id, fWords, 0, "hello")
	must(t, two, e.Commit().Update)
	return
}

func commit(d *Document, r ReplicaID, write func(*Edit)) Committed {
	e := d.Edit(r)
	write(e)
	return e.Commit()
}

func TestUndo(t *testing.T) {
	look := func(d *Document, id ID) string {
		s := string(d.Get(id, fPlace)) + " " + d.Text(id, fWords)
		if !d.Exists(id) {
			s += " deleted"
		}
		return s
	}
	cases := []struct {
		name         string
		mine, theirs func(e *Edit, id ID)
		after, undo  string
	}{
		{"C20_a_register_goes_back",
			func(e *Edit, id ID) { e.Set(id, fPlace, []byte("there")) }, nil, "there hello", "here hello"},
		{"C20_a_register_that_someone_set_since_stays",
			func(e *Edit, id ID) { e.Set(id, fPlace, []byte("there")) },
			func(e *Edit, id ID) { e.Set(id, fPlace, []byte("elsewhere")) }, "elsewhere hello", "elsewhere hello"},
		{"C21_a_deletion_is_taken_back_with_what_others_wrote_since",
			func(e *Edit, id ID) { e.Delete(id) },
			func(e *Edit, id ID) { e.Set(id, fPlace, []byte("elsewhere")); e.Insert(id, fWords, 5, "!") },
			"elsewhere hello! deleted", "elsewhere hello!"},
		{"C22_typing_is_taken_back_and_others_text_stays",
			func(e *Edit, id ID) { e.Insert(id, fWords, 5, " world") },
			func(e *Edit, id ID) { e.Insert(id, fWords, 0, "oh, ") }, "here oh, hello world", "here oh, hello"},
		{"C22_typing_within_my_typing_stays",
			func(e *Edit, id ID) { e.Insert(id, fWords, 5, " world") },
			func(e *Edit, id ID) { e.Insert(id, fWords, 8, "***") }, "here hello wo***rld", "here hello***"},
		{"C23_erased_text_comes_back_in_its_place",
			func(e *Edit, id ID) { e.Erase(id, fWords, 1, 3) },
			func(e *Edit, id ID) { e.Insert(id, fWords, 2, "!") }, "here ho!", "here hello!"},
		{"C23_text_that_both_erased_comes_back_once",
			func(e *Edit, id ID) { e.Erase(id, fWords, 1, 3) }, nil, "here ho", "here hello"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			one, two, id := alone(t)
			mine := commit(one, 1, func(e *Edit) { c.mine(e, id) })
			must(t, two, mine.Update)
			if c.theirs != nil {
				must(t, one, commit(two, 2, func(e *Edit) { c.theirs(e, id) }).Update)
			}
			if got := look(one, id); got != c.after {
				t.Fatalf("before undo: %q, want %q", got, c.after)
			}
			undone := commit(one, 1, func(e *Edit) { e.Invert(mine.Inverse) })
			if got := look(one, id); got != c.undo {
				t.Fatalf("after undo: %q, want %q", got, c.undo)
			}
			if undone.Update != nil {
				must(t, two, undone.Update)
			}
			if look(two, id) != look(one, id) {
				t.Fatal("the other sees something else")
			}
			redone := commit(one, 1, func(e *Edit) { e.Invert(undone.Inverse) })
			if got := look(one, id); got != c.after {
				t.Fatalf("after redo: %q, want %q", got, c.after)
			}
			commit(one, 1, func(e *Edit) { e.Invert(redone.Inverse) })
			if got := look(one, id); got != c.undo {
				t.Fatalf("undone again: %q, want %q", got, c.undo)
			}
		})
	}

	// Two erase the same word at once. The one whose erasure stands may bring it back, the other's undo does nothing:
	// the word is never doubled.
	t.Run("C23_two_who_erased_the_same_never_double_it", func(t *testing.T) {
		one, two, id := alone(t)
		a := commit(one, 1, func(e *Edit) { e.Erase(id, fWords, 0, 5) })
		b := commit(two, 2, func(e *Edit) { e.Erase(id, fWords, 0, 4) })
		must(t, one, b.Update)
		must(t, two, a.Update)
		ua := commit(one, 1, func(e *Edit) { e.Invert(a.Inverse) })
		ub := commit(two, 2, func(e *Edit) { e.Invert(b.Inverse) })
		if ua.Update != nil {
			must(t, two, ua.Update)
		}
		if ub.Update != nil {
			must(t, one, ub.Update)
		}
		if one.Text(id, fWords) != "hello" || two.Text(id, fWords) != "hello" {
			t.Fatalf("%q and %q", one.Text(id, fWords), two.Text(id, fWords))
		}
	})

	// Undo all, then redo all: nothing happened. Undone edits folded by Add are one step.
	t.Run("C24_undo_then_redo_is_nothing", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t, 1)
			r := w.replicas[0]
			s := rapidSource{t}
			states := []view{}
			save := func() { states = append(states, r.visible()) }
			save()
			var sum Inverse
			for range rapid.IntRange(1, 12).Draw(t, "edits") {
				n := len(r.undo)
				w.scribbleOnly(r, s)
				if len(r.undo) > n {
					sum.Add(r.undo[n])
					save()
				}
			}
			twin, _ := Load(r.doc.Snapshot())
			twin.InheritUndo(r.doc)
			var redo []Inverse
			for i := len(r.undo) - 1; i >= 0; i-- {
				redo = append(redo, commit(r.doc, 1, func(e *Edit) { e.Invert(r.undo[i]) }).Inverse)
				if !r.shows(states[i]) {
					t.Fatalf("undo %d does not give back what was there before", i)
				}
			}
			for i := len(redo) - 1; i >= 0; i-- {
				commit(r.doc, 1, func(e *Edit) { e.Invert(redo[i]) })
				if !r.shows(states[len(redo)-i]) {
					t.Fatalf("redo %d does not give back what was there after", len(redo)-i)
				}
			}
			back, _, err := DecodeInverse(sum.Append(nil))
			if err != nil {
				t.Fatal(err)
			}
			one := &replica{doc: twin}
			undone := commit(twin, 1, func(e *Edit) { e.Invert(back) }).Inverse
			if !one.shows(states[0]) {
				t.Fatal("the sum does not undo all at once")
			}
			commit(twin, 1, func(e *Edit) { e.Invert(undone) })
			if !one.shows(states[len(states)-1]) {
				t.Fatal("redo of the sum")
			}
		})
	})

	// Whatever one undoes, what others wrote stands: their registers, their characters, their objects.
	t.Run("C25_undo_is_of_own_edits_only", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t, 2)
			s := rapidSource{t}
			me, they := w.replicas[0], w.replicas[1]
			for range rapid.IntRange(1, 25).Draw(t, "steps") {
				r := w.replicas[s.pick(2)]
				if s.pick(3) == 0 {
					w.deliver(r)
				} else {
					w.scribbleOnly(r, s)
				}
			}
			w.settle()
			type key struct {
				id ID
				f  Field
			}
			theirs := map[key]string{}
			chars := map[ID]bool{}
			alive := map[ID]bool{} // what they created or restored, and I did neither since
			for _, o := range me.doc.objs {
				if !o.dead && (o.exist.Replica == they.id || o.exist.IsZero() && o.id.Replica == they.id) {
					alive[o.id] = true
				}
				for _, r := range o.regs {
					if r.replica == they.id {
						theirs[key{o.id, r.field}] = string(r.value)
					}
				}
				for _, x := range o.texts {
					for _, b := range x.blocks {
						for i := range b.spans {
							if sp := &b.spans[i]; sp.id.Replica == they.id && !sp.dead {
								for j := range sp.n {
									chars[sp.id.plus(j)] = true
								}
							}
						}
					}
				}
			}
			for i := len(me.undo) - 1; i >= 0; i-- {
				commit(me.doc, 1, func(e *Edit) { e.Invert(me.undo[i]) })
			}
			for k, v := range theirs {
				if got := string(me.doc.Get(k.id, k.f)); got != v {
					t.Fatalf("field %d of %v was theirs, %q, and is %q", k.f, k.id, v, got)
				}
			}
			for _, o := range me.doc.objs {
				for _, x := range o.texts {
					for _, b := range x.blocks {
						for i := range b.spans {
							if sp := &b.spans[i]; sp.dead {
								for j := range sp.n {
									if chars[sp.id.plus(j)] {
										t.Fatal("a character of theirs is gone")
									}
								}
							}
						}
					}
				}
				if alive[o.id] && o.dead {
					t.Fatal("an object of theirs is gone")
				}
			}
		})
	})
}

// scribbleOnly is scribble without undo and redo.
func (w *world) scribbleOnly(r *replica, s source) { w.scribble(r, above{s}) }

// above picks what is not undo or redo where scribble decides.
type above struct{ source }

func (a above) pick(n int) int {
	if n == 12 {
		return 2
	}
	return a.source.pick(n)
}

// visible is what there is to see: live objects with registers (an empty one is as good as none) and texts.
func (r *replica) visible() view {
	v := view{}
	for _, o := range r.doc.objs {
		if o.dead {
			continue
		}
		s := &shown{texts: map[Field][]uint16{}}
		for f := Field(0); f <= fieldMax; f++ {
			text := r.doc.Text(o.id, f)
			if text == "" {
				text = string(r.doc.Get(o.id, f))
			}
			if text != "" {
				s.texts[f] = []uint16{}
				for _, c := range []byte(text) {
					s.texts[f] = append(s.texts[f], uint16(c))
				}
			}
		}
		v[o.id] = s
	}
	return v
}

// shows compares with what was visible. Deleted objects are not.
func (r *replica) shows(want view) bool {
	got := r.visible()
	if len(got) != len(want) {
		return false
	}
	for id, g := range got {
		w := want[id]
		if w == nil || len(g.texts) != len(w.texts) {
			return false
		}
		for f, u := range g.texts {
			if string16(u) != string16(w.texts[f]) {
				return false
			}
		}
	}
	return true
}

func string16(u []uint16) string {
	b := make([]byte, len(u))
	for i, c := range u {
		b[i] = byte(c)
	}
	return string(b)
}
