package replica

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// TestLaws plays people who edit, undo, lose their connection, crash and are
// refused in any order that rapid thinks of, and then compares bytes. rapid
// prints the seed and shrinks what fails.
func TestLaws(t *testing.T) {
	did := map[string]int{}
	t.Run("P14_after_any_cuts_all_are_alike_and_each_edit_is_there_once", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { play(t, did) })
	})
	// A random test that did nothing proves nothing.
	for _, what := range []string{"edit", "undo", "redo", "cut", "resume", "snapshot", "crash", "torn", "refused", "renumbered", "survived offline"} {
		if did[what] == 0 && !testing.Short() {
			t.Errorf("never happened: %s (%v)", what, did)
		}
	}
}

func play(t *rapid.T, did map[string]int) {
	h := newHub()
	h.refuse = func(u []byte) wire.Code {
		if bytes.Contains(u, []byte("bad")) {
			did["refused"]++
			return wire.CodeNotAllowed
		}
		return wire.CodeNone
	}
	people := make([]*person, 3)
	for i := range people {
		people[i] = newPerson(h)
		people[i].connect(true)
	}
	made := map[string]bool{}     // tokens that must be there at the end
	forgiven := map[string]bool{} // undone or crashed before they were kept: may be there or not
	n := 0
	steps := rapid.IntRange(1, 60).Draw(t, "steps")
	for range steps {
		p := people[rapid.IntRange(0, len(people)-1).Draw(t, "who")]
		switch what := rapid.IntRange(0, 15).Draw(t, "what"); what {
		case 0, 1:
			n++
			tok := fmt.Sprint("token ", n)
			if p.r.ID() == 0 {
				break
			}
			p.note(tok, word.Draw(t, "text"))
			made[tok] = true
			did["edit"]++
		case 2, 3, 4, 5:
			change(t, p)
			did["edit"]++
		case 6:
			if p.undo() {
				did["undo"]++
				for tok := range made {
					forgiven[tok] = true
				}
			}
		case 7:
			if p.redo() {
				did["redo"]++
			}
		case 8, 9, 10:
			for range rapid.IntRange(1, 4).Draw(t, "frames") {
				p.send()
				p.l.stepIfAny()
				p.receive()
			}
		case 11:
			p.cut()
			did["cut"]++
		case 12:
			snapshot := rapid.Bool().Draw(t, "snapshot")
			p.connect(snapshot)
			did[map[bool]string{false: "resume", true: "snapshot"}[snapshot]]++
		case 13:
			p.save()
		case 14:
			p.save()
			owed := p.r.PendingCount()
			lost := 0
			if rapid.IntRange(0, 3).Draw(t, "torn") == 0 {
				lost = rapid.IntRange(0, 40).Draw(t, "lost bytes")
				did["torn"]++
			}
			before := len(p.store)
			p.crash(lost)
			if lost > 0 && before > 0 {
				for tok := range made {
					forgiven[tok] = true
				}
			} else if p.r.PendingCount() != owed {
				t.Fatalf("%d of %d pending edits survived", p.r.PendingCount(), owed)
			} else if owed > 0 {
				did["survived offline"]++
			}
			did["crash"]++
		case 15:
			if rapid.IntRange(0, 2).Draw(t, "forget") == 0 {
				h.epoch++
				for _, p := range people {
					p.cut()
				}
				did["renumbered"]++
				break
			}
			refused(t, p)
		}
	}
	settle(h, people...)
	settle(h, people...)
	alike(t, h, people...)

	for tok := range made {
		switch n := count(h.doc, tok); {
		case n > 1:
			t.Fatalf("%s is there %d times", tok, n)
		case n == 0 && !forgiven[tok] && !deleted(h.doc, tok):
			t.Fatalf("%s is lost", tok)
		}
	}
	// A board that starts from the server sees the same as one that was told
	// of every change (alike has compared bytes and views).
	if _, err := crdt.Load(h.doc.Snapshot()); err != nil {
		t.Fatal(err)
	}
}

func (l *line) stepIfAny() {
	if l != nil {
		l.step()
	}
}

// deleted looks under the deleted: a token whose note somebody deleted.
func deleted(d *crdt.Document, tok string) bool {
	for r := crdt.ReplicaID(1); r < 64; r++ {
		for c := uint64(1); c <= d.Version()[r]; c++ {
			id := crdt.ID{Counter: c, Replica: r}
			if d.Known(id) && !d.Exists(id) && string(d.Get(id, token)) == tok {
				return true
			}
		}
	}
	return false
}

var word = rapid.SampledFrom([]string{"a", "bc", "駅", "待つ", "🚃", "👩‍👩‍👧", "ー"})

// change does something to a note that this person sees.
func change(t *rapid.T, p *person) {
	var notes []crdt.ID
	for id := range p.r.Document().All(kindNote) {
		notes = append(notes, id)
	}
	if len(notes) == 0 || p.r.ID() == 0 {
		return
	}
	id := rapid.SampledFrom(notes).Draw(t, "note")
	group := rapid.SampledFrom([]string{"", "drag", "type"}).Draw(t, "group")
	n := p.r.Document().TextLen(id, text)
	p.edit(group, func(e *crdt.Edit) {
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			e.Set(id, place, []byte(word.Draw(t, "value")))
		case 1:
			e.Set(id, color, []byte(word.Draw(t, "value")))
		case 2:
			e.Insert(id, text, rapid.IntRange(0, n).Draw(t, "at"), word.Draw(t, "text"))
		case 3:
			e.Erase(id, text, rapid.IntRange(0, n).Draw(t, "at"), rapid.IntRange(1, 4).Draw(t, "units"))
		case 4:
			e.Delete(id)
		}
	})
}

// refused does something that the server will not take.
func refused(t *rapid.T, p *person) {
	for id := range p.r.Document().All(kindNote) {
		if p.r.ID() != 0 {
			p.edit("", func(e *crdt.Edit) {
				e.Insert(id, text, 0, "bad")
				e.Erase(id, text, 4, 2)
			})
		}
		return
	}
}

func TestUndoLaws(t *testing.T) {
	t.Run("P17_undo_then_redo_is_nothing", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			h := newHub()
			p := newPerson(h)
			p.connect(true)
			p.note("n", "はじめ")
			p.r.Seal()
			for range rapid.IntRange(1, 20).Draw(t, "edits") {
				change(t, p)
			}
			before := fmt.Sprint(newView(p.r.Document()).objects)
			undone := 0
			for range rapid.IntRange(1, 25).Draw(t, "undo") {
				if p.undo() {
					undone++
				}
			}
			for range undone {
				if !p.redo() {
					t.Fatalf("cannot redo what was undone")
				}
			}
			if after := fmt.Sprint(newView(p.r.Document()).objects); after != before {
				t.Fatalf("before %s\nafter  %s", before, after)
			}
			settle(h, p)
			alike(t, h, p)
		})
	})

	t.Run("P17_undoing_all_leaves_what_was_before", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			h := newHub()
			a, p := newPerson(h), newPerson(h)
			a.connect(true)
			p.connect(true)
			a.note("theirs", "ほかの人の")
			settle(h, a, p)
			before := fmt.Sprint(newView(p.r.Document()).objects)
			for range rapid.IntRange(1, 20).Draw(t, "edits") {
				change(t, p)
				if rapid.Bool().Draw(t, "undo and redo between") && p.undo() {
					p.redo()
				}
			}
			for p.undo() {
			}
			if after := fmt.Sprint(newView(p.r.Document()).objects); strings.ReplaceAll(after, "\x00", "") != before {
				t.Fatalf("before %s\nafter  %s", before, after)
			}
			settle(h, a, p)
			alike(t, h, a, p)
		})
	})

	// Figma's rule: undo a lot, redo as much, copy: the document is what it
	// was, whatever others did in between.
	t.Run("P17_undo_a_lot_copy_redo_leaves_the_document_unchanged", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			h := newHub()
			a, b := newPerson(h), newPerson(h)
			a.connect(true)
			b.connect(true)
			a.note("x", "ひとつ")
			settle(h, a, b)
			for range rapid.IntRange(1, 25).Draw(t, "edits") {
				change(t, rapid.SampledFrom([]*person{a, b}).Draw(t, "who"))
				if rapid.Bool().Draw(t, "deliver") {
					settle(h, a, b)
				}
			}
			settle(h, a, b)
			before := fmt.Sprint(newView(a.r.Document()).objects)
			undone := 0
			for a.undo() {
				undone++
			}
			_ = a.r.Document().Snapshot() // the copy
			for range undone {
				a.redo()
			}
			if after := fmt.Sprint(newView(a.r.Document()).objects); after != before {
				t.Fatalf("before %s\nafter  %s", before, after)
			}
			settle(h, a, b)
			alike(t, h, a, b)
		})
	})

	t.Run("P17_undo_never_takes_back_what_others_did", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			h := newHub()
			a, b := newPerson(h), newPerson(h)
			a.connect(true)
			b.connect(true)
			mine, theirs := a.note("mine", "a"), b.note("theirs", "b")
			settle(h, a, b)
			typed := ""
			for i := range rapid.IntRange(1, 15).Draw(t, "edits") {
				if rapid.Bool().Draw(t, "a edits") {
					// Erasing is left out: pieces of erased words would look
					// like words that were taken back.
					a.edit("", func(e *crdt.Edit) {
						e.Set(theirs, color, []byte{byte(i)})
						e.Set(theirs, token, []byte{byte(i)})
						e.Insert(theirs, text, rapid.IntRange(0, 3).Draw(t, "at")*3, "a")
						e.Insert(mine, text, 0, "a")
					})
				} else {
					s := fmt.Sprintf("<%d>", i)
					typed += s
					b.edit("", func(e *crdt.Edit) {
						e.Insert(theirs, text, b.r.Document().TextLen(theirs, text), s)
						e.Insert(mine, text, 0, s)
						e.Set(theirs, token, []byte(s))
					})
				}
				if rapid.Bool().Draw(t, "deliver") {
					settle(h, a, b)
				}
			}
			settle(h, a, b)
			tok := a.get(theirs, token)
			for a.undo() {
			}
			settle(h, a, b)
			if got := b.text(theirs); got != "b"+typed {
				t.Fatalf("left is %q, the other had written %q", got, "b"+typed)
			}
			if strings.HasPrefix(tok, "<") && a.get(theirs, token) != tok {
				t.Fatalf("a register of another was taken back: %q, was %q", a.get(theirs, token), tok)
			}
			alike(t, h, a, b)
		})
	})
}

// FuzzRestore: what an outbox hands back may be anything (P18).
func FuzzRestore(f *testing.F) {
	h := newHub()
	p := newPerson(h)
	p.connect(true)
	id := p.note("n", "はじめ")
	p.save()
	p.set("", id, color, "x")
	p.undo()
	p.save()
	f.Add(p.store)
	f.Add(p.store[:len(p.store)-3])
	f.Fuzz(func(t *testing.T, b []byte) {
		// The sums keep a fuzzer out; give it a way in behind them.
		for _, in := range [][]byte{b, appendRecord(nil, recordBase, b)} {
			r, err := Restore(in)
			if err != nil {
				continue
			}
			r.Edit("", func(e *crdt.Edit) { e.Create(kindNote) })
			r.Undo()
			r.Redo()
			r.Save()
		}
	})
}
