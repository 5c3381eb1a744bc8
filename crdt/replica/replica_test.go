package replica

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// two are two people on one map who have both seen one note.
func two(t *testing.T) (h *hub, a, b *person, note crdt.ID) {
	t.Helper()
	h = newHub()
	a, b = newPerson(h), newPerson(h)
	a.connect(true)
	b.connect(true)
	note = a.note("first", "駅で待つ")
	settle(h, a, b)
	return h, a, b, note
}

func (p *person) note(tok, s string) (id crdt.ID) {
	p.edit("", func(e *crdt.Edit) {
		id = e.Create(kindNote)
		e.Set(id, token, []byte(tok))
		e.Insert(id, text, 0, s)
	})
	return id
}

func (p *person) set(group string, id crdt.ID, f crdt.Field, v string) {
	p.edit(group, func(e *crdt.Edit) { e.Set(id, f, []byte(v)) })
}

func (p *person) typed(group string, id crdt.ID, at int, s string) {
	p.edit(group, func(e *crdt.Edit) { e.Insert(id, text, at, s) })
}

func (p *person) undo() bool {
	c, ok := p.r.Undo()
	p.seen.apply(p.r.Document(), c)
	return ok
}

func (p *person) redo() bool {
	c, ok := p.r.Redo()
	p.seen.apply(p.r.Document(), c)
	return ok
}

func (p *person) get(id crdt.ID, f crdt.Field) string { return string(p.r.Document().Get(id, f)) }
func (p *person) text(id crdt.ID) string              { return p.r.Document().Text(id, text) }

// alike fails unless everybody and the server hold the same bytes, nothing is
// pending, and what was told by changes is what is there.
func alike(t fataler, h *hub, people ...*person) {
	t.Helper()
	want := h.doc.Snapshot()
	for i, p := range people {
		if n := p.r.PendingCount(); n != 0 {
			t.Fatalf("person %d still has %d pending", i, n)
		}
		if got := p.r.Document().Snapshot(); !bytes.Equal(got, want) {
			t.Fatalf("person %d differs from the server in bytes: it shows\n%v\nthere is\n%v\nbytes\n%x\n%x", i,
				newView(p.r.Document()).objects, newView(h.doc).objects, got, want)
		}
		if got, want := fmt.Sprint(p.seen.objects), fmt.Sprint(newView(p.r.Document()).objects); got != want {
			t.Fatalf("person %d was told %s, there is %s", i, got, want)
		}
	}
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func TestPending(t *testing.T) {
	t.Run("P12_own_batches_in_a_tick_count_as_acknowledged", func(t *testing.T) {
		h, a, b, note := two(t)
		a.set("", note, color, "red")
		if a.r.PendingCount() != 1 || len(a.r.Unsent()) != 1 {
			t.Fatal("an edit is not owed")
		}
		a.send()
		if a.r.PendingCount() != 1 || len(a.r.Unsent()) != 0 {
			t.Fatal("a sent edit is still owed, but not unsent")
		}
		a.l.step()
		a.receive()
		if a.r.PendingCount() != 0 {
			t.Fatal("still pending")
		}
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P13_sending_again_does_not_edit_twice", func(t *testing.T) {
		h, a, b, note := two(t)
		a.typed("", note, 0, "twice? ")
		a.send()
		a.r.Resend()
		a.send()
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "twice? 駅で待つ" {
			t.Fatal(got)
		}
	})

	t.Run("P12_frames_keep_to_the_limit", func(t *testing.T) {
		_, a, _, note := two(t)
		for range 10 {
			a.set("", note, color, strings.Repeat("x", 1000))
		}
		frames := 0
		for {
			f, ok := a.r.NextEdits(3000)
			if !ok {
				break
			}
			frames++
			if n := len(wire.Append(nil, f)); n > 3000 {
				t.Errorf("frame of %d bytes", n)
			}
		}
		if frames != 5 || len(a.r.Unsent()) != 0 {
			t.Errorf("%d frames, %d unsent", frames, len(a.r.Unsent()))
		}
	})

	t.Run("P12_nothing_is_edited_without_a_number", func(t *testing.T) {
		r := New(crdt.New(), 0)
		c := r.Edit("", func(e *crdt.Edit) { t.Error("write was called") })
		if c.Len() != 0 || r.CanUndo() {
			t.Error("something was edited by nobody")
		}
	})

	t.Run("P12_an_edit_that_panics_leaves_the_replica_whole", func(t *testing.T) {
		h, a, b, note := two(t)
		func() {
			defer func() { recover() }()
			a.r.Edit("", func(e *crdt.Edit) { e.Set(note, color, []byte("half")); panic("bug") })
		}()
		settle(h, a, b)
		a.seen = newView(a.r.Document())
		alike(t, h, a, b)
		if b.get(note, color) != "half" {
			t.Error("what was shown here was not sent")
		}
	})
}

func TestResume(t *testing.T) {
	cuts := []struct {
		name string
		at   func(a *person)
	}{
		{"before_it_was_sent", func(a *person) {}},
		{"while_it_was_on_its_way", func(a *person) { a.send() }},
		{"before_the_acknowledgement_came", func(a *person) { a.send(); a.l.step() }},
	}
	for _, c := range cuts {
		for _, snapshot := range []bool{false, true} {
			t.Run(fmt.Sprintf("P14_each_edit_arrives_once_when_cut_%s/snapshot=%v", c.name, snapshot), func(t *testing.T) {
				h, a, b, note := two(t)
				a.typed("", note, 0, "いつも")
				b.set("", note, color, "blue")
				settle(h, b)
				c.at(a)
				a.cut()
				a.typed("", note, 3, "の")
				a.connect(snapshot)
				settle(h, a, b)
				alike(t, h, a, b)
				if got := b.text(note); got != "いつもの駅で待つ" {
					t.Error(got)
				}
				if a.get(note, color) != "blue" {
					t.Error("missed what the other did meanwhile")
				}
				if a.r.ID() != 1 {
					t.Error("another number was taken without need")
				}
			})
		}
	}

	t.Run("P14_a_snapshot_tells_what_has_changed", func(t *testing.T) {
		h, a, b, note := two(t)
		a.cut()
		gone := b.note("gone", "x")
		settle(h, b)
		a.connect(false)
		settle(h, a)
		a.cut()
		b.edit("", func(e *crdt.Edit) { e.Delete(gone); e.Insert(note, text, 1, "の前") })
		b.note("new", "y")
		settle(h, b)
		a.connect(true)
		alike(t, h, a, b)
	})

	t.Run("P15_under_a_new_number_pending_edits_are_made_anew", func(t *testing.T) {
		h, a, b, note := two(t)
		a.cut()
		a.typed("", note, 2, "ずっと")
		made := a.note("offline", "新しい")
		a.set("", made, place, "near "+note.String())
		a.edit("", func(e *crdt.Edit) { e.Erase(note, text, 0, 1) })
		b.typed("", note, 0, "朝、")
		settle(h, b)
		h.epoch++ // the server has forgotten its secrets
		a.r.SetRewrite(func(k crdt.Kind, f crdt.Field, v []byte, id func(crdt.ID) crdt.ID) []byte {
			if f == place {
				return []byte("near " + id(note).String())
			}
			return v
		})
		a.connect(false)
		settle(h, a, b)
		alike(t, h, a, b)
		if a.r.ID() != 3 {
			t.Error("no new number")
		}
		if got := b.text(note); got != "朝、でずっと待つ" {
			t.Error(got)
		}
		if n := count(h.doc, "offline"); n != 1 {
			t.Errorf("the new note is there %d times", n)
		}
	})

	t.Run("P15_what_the_server_has_is_not_made_twice", func(t *testing.T) {
		h, a, b, _ := two(t)
		a.note("sent", "1")
		a.send()
		a.l.step() // taken, but a never hears of it
		a.note("unsent", "2")
		h.epoch++
		a.connect(true)
		settle(h, a, b)
		alike(t, h, a, b)
		if count(h.doc, "sent") != 1 || count(h.doc, "unsent") != 1 {
			t.Error(count(h.doc, "sent"), count(h.doc, "unsent"))
		}
	})

	t.Run("P14_a_missing_piece_is_asked_for", func(t *testing.T) {
		h, a, b, note := two(t)
		b.set("", note, color, "one")
		settle(h, b)
		a.l.down = nil // the tick is lost
		b.set("", note, color, "two")
		settle(h, b)
		if _, err := a.r.Apply(mustDecode(t, a.l.down[0])); err == nil {
			t.Fatal("a hole was not noticed")
		}
		if len(a.r.Have()) != 0 {
			t.Error("after a hole the snapshot must be asked for")
		}
		a.connect(false)
		settle(h, a, b)
		alike(t, h, a, b)
	})
}

func mustDecode(t *testing.T, b []byte) wire.Frame {
	f, err := wire.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func headOf(t *testing.T, u []byte) crdt.Header {
	h, err := crdt.Peek(u)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func count(d *crdt.Document, tok string) (n int) {
	for id := range d.All(kindNote) {
		if string(d.Get(id, token)) == tok {
			n++
		}
	}
	return n
}

func TestRefuse(t *testing.T) {
	bad := func(u []byte) wire.Code {
		if bytes.Contains(u, []byte("bad")) {
			return wire.CodeNotAllowed
		}
		return wire.CodeNone
	}

	t.Run("P16_only_the_refused_edit_goes", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = bad
		a.typed("", note, 0, "A")
		a.typed("", note, 1, "bad ")
		a.typed("", note, 5, "B")
		a.edit("", func(e *crdt.Edit) { e.Erase(note, text, 0, 1) }) // A goes again
		made := a.note("after", "C")
		a.set("", made, color, "green")
		if a.text(note) != "bad B駅で待つ" {
			t.Fatal(a.text(note))
		}
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "B駅で待つ" {
			t.Error(got)
		}
		if count(h.doc, "after") != 1 {
			t.Error("a later note is lost")
		}
		taken := a.r.TakenBack()
		if len(taken) != 1 || taken[0].Code != wire.CodeNotAllowed || len(taken[0].Texts) != 1 || taken[0].Texts[0].Text != "bad " {
			t.Errorf("told: %+v", taken)
		}
		if a.r.TakenBack() != nil {
			t.Error("told twice")
		}
	})

	t.Run("P16_what_a_refused_edit_had_erased_comes_back", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = bad
		a.edit("", func(e *crdt.Edit) {
			e.Erase(note, text, 1, 1)
			e.Set(note, color, []byte("bad"))
		})
		a.edit("", func(e *crdt.Edit) { e.Erase(note, text, 0, 2) }) // 駅 and 待, で stood between them
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "でつ" {
			t.Error(got)
		}
	})

	t.Run("P16_what_stands_on_a_refused_note_goes_with_it_and_is_told", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = bad
		lost := a.note("bad", "typed here")
		a.set("", lost, color, "red")
		a.typed("", lost, 0, "and here ")
		a.edit("", func(e *crdt.Edit) { e.Set(lost, place, []byte("x")); e.Set(note, color, []byte("kept")) })
		settle(h, a, b)
		alike(t, h, a, b)
		if b.get(note, color) != "kept" || count(h.doc, "bad") != 0 {
			t.Error("wrong things were kept")
		}
		var texts, sets []string
		for _, taken := range a.r.TakenBack() {
			for _, x := range taken.Texts {
				texts = append(texts, x.Text)
			}
			for _, x := range taken.Sets {
				sets = append(sets, string(x.Value))
			}
		}
		if fmt.Sprint(texts, sets) != "[typed here and here ] [bad red x]" {
			t.Error(texts, sets)
		}
	})

	t.Run("P16_a_stale_refusal_changes_nothing", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = bad
		for _, s := range []string{"1", "bad", "3", "4", "5"} {
			a.typed("", note, 0, s)
			a.send() // each on its own: all behind the bad one are refused as holes
		}
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "5431駅で待つ" {
			t.Error(got)
		}
	})

	t.Run("P16_a_second_refusal_of_the_same_batch_hits_no_other", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = bad
		a.typed("", note, 0, "bad")
		a.typed("", note, 3, "x")
		a.typed("", note, 4, "y")
		a.send()
		a.r.Resend()
		a.send()
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "xy駅で待つ" {
			t.Error(got)
		}
	})

	t.Run("P16_a_refusal_that_passes_loses_nothing", func(t *testing.T) {
		h, a, b, note := two(t)
		full := true
		h.refuse = func([]byte) wire.Code {
			if full {
				return wire.CodeStoreFull
			}
			return wire.CodeNone
		}
		a.typed("", note, 0, "wait ")
		a.send()
		a.l.step()
		a.receive()
		if a.r.PendingCount() != 1 || len(a.r.Unsent()) != 1 || a.text(note) != "wait 駅で待つ" {
			t.Fatal("an edit was taken back although it may come later")
		}
		full = false
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P16_only_what_was_refused_is_sent_again", func(t *testing.T) {
		h, a, b, note := two(t)
		for i := range 6 {
			a.set("", note, color, fmt.Sprint(i))
		}
		a.send()
		a.r.Apply(wire.Refused{Code: wire.CodeTooFast, Counter: headOf(t, a.r.Pending()[3]).First})
		if n := len(a.r.Unsent()); n != 3 || a.r.SentCount() != 3 {
			t.Errorf("%d to send again", n)
		}
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P16_a_watcher_keeps_nothing_pending", func(t *testing.T) {
		h, a, b, note := two(t)
		a.cut()
		a.typed("", note, 0, "too late ")
		l, f := h.connect(a.r.Hello("", ""), false)
		w := f.(wire.Welcome)
		w.Resume, w.Role = wire.Resume{}, wire.RoleView
		c, err := a.r.Welcome(w)
		if err != nil {
			t.Fatal(err)
		}
		a.l = l
		a.seen.apply(a.r.Document(), c)
		alike(t, h, a, b)
		if taken := a.r.TakenBack(); len(taken) != 1 || taken[0].Texts[0].Text != "too late " {
			t.Errorf("told: %+v", taken)
		}
	})

	t.Run("P16_an_edit_too_big_for_any_server_goes_at_once", func(t *testing.T) {
		h, a, b, note := two(t)
		a.r.SetBatchBytesMax(100)
		a.set("", note, color, strings.Repeat("x", 200))
		if a.r.PendingCount() != 0 || a.get(note, color) != "" {
			t.Error("it is still there")
		}
		if taken := a.r.TakenBack(); len(taken) != 1 || taken[0].Code != wire.CodeBatchTooBig {
			t.Errorf("told: %+v", taken)
		}
		a.set("", note, color, "small")
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P16_a_lasting_hole_is_settled_by_a_snapshot", func(t *testing.T) {
		h, a, b, note := two(t)
		before := h.doc.Snapshot()
		a.set("", note, color, "lost by the server")
		settle(h, a, b)
		h.doc, _ = crdt.Load(before) // restored from a backup
		a.set("", note, place, "kept")
		settle(h, a)
		if string(h.doc.Get(note, place)) != "kept" {
			t.Error("the edit never arrived")
		}
		b.connect(true)
		settle(h, a, b)
		alike(t, h, a, b)
	})
}

func TestUndo(t *testing.T) {
	t.Run("P17_a_drag_is_one_step", func(t *testing.T) {
		h, a, b, note := two(t)
		a.set("", note, place, "start")
		for i := range 300 {
			a.set("drag 1", note, place, fmt.Sprint("at ", i))
			if i%40 == 0 {
				settle(h, a, b)
			}
		}
		a.set("drag 2", note, place, "end")
		a.r.Seal()
		a.set("drag 2", note, place, "end of another")
		for _, want := range []string{"end", "at 299", "start", ""} {
			if !a.undo() || a.get(note, place) != want {
				t.Fatalf("undo gave %q, want %q", a.get(note, place), want)
			}
		}
		for _, want := range []string{"start", "at 299", "end", "end of another"} {
			if !a.redo() || a.get(note, place) != want {
				t.Fatalf("redo gave %q, want %q", a.get(note, place), want)
			}
		}
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P17_others_edits_stay", func(t *testing.T) {
		h, a, b, note := two(t)
		a.set("", note, color, "mine")
		a.typed("", note, 0, "mine ")
		settle(h, a, b)
		b.set("", note, color, "theirs")
		b.typed("", note, 5, "theirs ")
		settle(h, a, b)
		for a.undo() {
		}
		settle(h, a, b)
		alike(t, h, a, b)
		// The note itself was mine, and so it is gone; what they had written
		// is underneath and comes back with it.
		if h.doc.Exists(note) {
			t.Error("the note is still there")
		}
		for a.redo() {
		}
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note) + "|" + b.get(note, color); got != "mine theirs 駅で待つ|theirs" {
			t.Error(got)
		}
	})

	t.Run("P17_a_value_of_others_between_two_of_mine_is_not_taken_back", func(t *testing.T) {
		h, a, b, note := two(t)
		a.set("", note, color, "mine 1")
		settle(h, a, b)
		b.set("", note, color, "theirs")
		settle(h, a, b)
		a.set("", note, color, "mine 2")
		a.undo()
		if a.get(note, color) != "theirs" {
			t.Fatal(a.get(note, color))
		}
		a.undo() // mine 1 no longer stands: the step before it, the note, goes
		if got := string(a.r.Document().Get(note, color)); got != "theirs" {
			t.Error(got)
		}
	})

	t.Run("P17_something_new_ends_redo", func(t *testing.T) {
		_, a, _, note := two(t)
		a.set("", note, color, "1")
		a.undo()
		if !a.r.CanRedo() {
			t.Fatal("nothing to redo")
		}
		a.set("", note, color, "2")
		if a.r.CanRedo() || a.redo() {
			t.Error("redo after something new")
		}
	})

	t.Run("P17_a_refused_edit_leaves_the_history", func(t *testing.T) {
		h, a, b, note := two(t)
		h.refuse = func(u []byte) wire.Code {
			if bytes.Contains(u, []byte("bad")) {
				return wire.CodeNotAllowed
			}
			return wire.CodeNone
		}
		a.set("", note, color, "good")
		a.set("", note, color, "bad")
		a.set("", note, place, "here")
		settle(h, a, b)
		for _, want := range []string{"good|", "|"} {
			a.undo()
			if got := a.get(note, color) + "|" + a.get(note, place); got != want {
				t.Errorf("undo gave %q, want %q", got, want)
			}
		}
		a.redo()
		a.redo()
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.get(note, color) + "|" + b.get(note, place); got != "good|here" {
			t.Error(got)
		}
	})

	t.Run("P17_undo_reaches_back_a_bounded_way", func(t *testing.T) {
		_, a, _, note := two(t)
		for i := range stepsMax + 50 {
			a.set("", note, color, fmt.Sprint(i))
		}
		n := 0
		for a.undo() {
			n++
		}
		if n != stepsMax {
			t.Errorf("%d steps", n)
		}
	})
}

func TestSave(t *testing.T) {
	t.Run("P18_all_comes_back", func(t *testing.T) {
		h, a, b, note := two(t)
		a.save()
		a.set("", note, color, "acknowledged")
		a.save()
		settle(h, a, b)
		b.typed("", note, 0, "theirs ")
		settle(h, a, b)
		a.cut()
		a.set("move", note, place, "1")
		a.set("move", note, place, "2")
		a.save()
		a.typed("", note, 0, "offline ")
		a.undo()
		a.save()
		before := a.r
		a.crash(0)
		if !bytes.Equal(a.r.Document().Snapshot(), before.Document().Snapshot()) {
			t.Fatal("another document")
		}
		if len(a.r.Pending()) != len(before.Pending()) || a.r.Resume() != before.Resume() {
			t.Fatal("another state")
		}
		saved := a.r.Save()
		again, err := Restore(bytes.Clone(saved))
		if err != nil || !bytes.Equal(again.Save(), saved) {
			t.Error("saving what was restored gives other bytes")
		}
		a.redo()
		settle(h, a, b)
		alike(t, h, a, b)
		if got := b.text(note); got != "offline theirs 駅で待つ" {
			t.Error(got)
		}
		a.undo()
		a.undo()
		settle(h, a, b)
		if got := b.text(note) + b.get(note, place); got != "theirs 駅で待つ" {
			t.Error(got)
		}
	})

	t.Run("P18_undo_after_undo_survives_a_reload", func(t *testing.T) {
		h, a, b, note := two(t)
		a.set("", note, color, "1")
		a.set("", note, color, "2")
		a.set("", note, color, "3")
		a.undo()
		a.save()
		a.crash(0)
		a.undo()
		if a.get(note, color) != "1" {
			t.Error(a.get(note, color))
		}
		settle(h, a, b)
		alike(t, h, a, b)
	})

	t.Run("P18_a_day_of_edits_costs_no_more_than_they_are", func(t *testing.T) {
		h, a, b, note := two(t)
		a.save()
		for i := range 20 {
			a.set("", note, color, fmt.Sprint(i))
			settle(h, a, b)
			b, whole := a.r.Journal()
			if whole || len(b) > 200 {
				t.Fatalf("edit %d stores %d bytes, whole %v", i, len(b), whole)
			}
		}
		if b, _ := a.r.Journal(); b != nil {
			t.Error("something to store although nothing happened")
		}
	})

	t.Run("P18_a_journal_is_folded_when_it_is_long", func(t *testing.T) {
		for _, tidy := range []bool{false, true} {
			h, a, b, note := two(t)
			a.save()
			most := logBytesMax
			if tidy {
				most = 4 * logBytesLong // the history stays: 500 steps
			}
			longest := 0
			for i := range 10000 {
				a.set("", note, color, strings.Repeat("x", 1000))
				if i%50 == 0 {
					settle(h, a, b)
				}
				if tidy && i%100 == 0 {
					a.r.Tidy()
				}
				a.save()
				longest = max(longest, len(a.store))
			}
			if longest > most+most/8 || longest < most/4 {
				t.Errorf("tidy %v: %d bytes kept", tidy, longest)
			}
			a.crash(0)
			settle(h, a, b)
			alike(t, h, a, b)
			if n := len(b.r.journal.log); n > logBytesMax {
				t.Errorf("a replica that nobody saves holds a journal of %d bytes", n)
			}
		}
	})

	t.Run("P18_every_torn_end_is_survived", func(t *testing.T) {
		_, a, _, note := two(t)
		a.save()
		base := len(a.store)
		whole := map[int]bool{base: true} // where a record ends
		for i := range 5 {
			a.set("", note, color, fmt.Sprint(i))
			a.save()
			whole[len(a.store)] = true
		}
		for n := 0; n <= len(a.store); n++ {
			r, err := Restore(bytes.Clone(a.store[:n]))
			if n < base {
				if !errors.Is(err, ErrDamaged) {
					t.Fatalf("cut to %d of %d bytes: %v", n, base, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("cut to %d bytes: %v", n, err)
			}
			if r.PendingCount() > 5 {
				t.Fatal("more than there was")
			}
			if _, anew := r.Journal(); anew == whole[n] {
				t.Fatalf("cut to %d: the next write must replace a torn end, and only that: %v", n, anew)
			}
		}
	})

	t.Run("P18_flipped_bits_are_noticed", func(t *testing.T) {
		_, a, _, note := two(t)
		a.save()
		a.set("", note, color, "x")
		a.save()
		for i := range len(a.store) {
			for bit := range 8 {
				broken := bytes.Clone(a.store)
				broken[i] ^= 1 << bit
				r, err := Restore(broken)
				if err == nil && r.get(note, color) != "" {
					t.Fatalf("bit %d of byte %d is not noticed", bit, i)
				}
			}
		}
	})

	t.Run("P18_bytes_of_a_later_version_are_left_alone", func(t *testing.T) {
		later := appendRecord(nil, recordBase, []byte{saveVersion + 1, 1, 2, 3})
		if _, err := Restore(later); !errors.Is(err, ErrTooNew) {
			t.Error(err)
		}
	})

	t.Run("P19_a_lost_end_of_the_outbox_makes_no_counter_mean_two_things", func(t *testing.T) {
		h, a, b, note := two(t)
		a.save()
		a.note("known to the server", "1")
		settle(h, a, b)
		a.save()
		lost := len(a.store)
		a.store = a.store[:0]
		a.r.Unsaved()
		a.save()
		_ = lost
		whole := len(a.store)
		a.note("known to the server too", "2")
		a.save()
		settle(h, a, b)
		a.crash(len(a.store) - whole) // the browser lost the last note's record
		a.note("made after the loss", "3")
		a.typed("", note, 0, "here ")
		settle(h, a, b)
		alike(t, h, a, b)
		for _, tok := range []string{"known to the server", "known to the server too", "made after the loss"} {
			if n := count(h.doc, tok); n != 1 {
				t.Errorf("%q is there %d times", tok, n)
			}
		}
		if got := b.text(note); got != "here 駅で待つ" {
			t.Error(got)
		}
	})
}

func (r *Replica) get(id crdt.ID, f crdt.Field) string { return string(r.Document().Get(id, f)) }
