package room

import (
	"bytes"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Deleted objects are forgotten with a checkpoint, once ForgetAfter has passed, and not
// before; what is kept of the log replays to the same; who knew of the deletion notices
// nothing, who did not starts from the snapshot and keeps what it has pending.
func TestForget_P51(t *testing.T) {
	const after = 10 * time.Hour
	s := newStage(t, Limits{ForgetAfter: after, CheckpointEntries: 1}, nil)
	write := func(a *actor, fn func(*crdt.Edit)) {
		t.Helper()
		a.rep.Edit("", fn)
		batches := a.rep.Unsent()
		a.rep.MarkSent(len(batches))
		a.send(wire.Edits{Batches: batches})
	}
	note := func(a *actor, text string) crdt.ID {
		for id := range a.rep.Document().All(kindNote) {
			if a.rep.Document().Text(id, fieldText) == text {
				return id
			}
		}
		t.Fatalf("no note %q", text)
		return crdt.ID{}
	}
	a, away := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	a.edit("left")
	a.edit("gone")
	left, gone := note(a, "left"), note(a, "gone")
	answer := func() {
		for s.compact != nil {
			upto := s.compact.Upto
			s.compact = nil
			s.step(Compacted{Upto: upto})
		}
	}
	// checkpoint lets time pass, makes the room store its state, and a new room of what was stored.
	checkpoint := func(d time.Duration) (Checkpoint, *crdt.Document) {
		t.Helper()
		answer()
		s.pass(d)
		answer()
		write(a, func(e *crdt.Edit) { e.Set(left, fieldSpot, []byte(s.now.String())) })
		if s.compact == nil {
			t.Fatal("no checkpoint was made")
		}
		st := NewStored()
		if err := st.Checkpoint(s.compact.Upto, s.compact.Data); err != nil {
			t.Fatal(err)
		}
		c := st.checkpoint
		s.compact = nil
		a.leave()
		s.room = New("m", st, s.room.limits, nil)
		a = s.joinAs(a.rep, wire.RoleEdit, "link")
		return c, st.Document()
	}
	away.leave() // knows both notes, and writes to both while away
	for _, id := range []crdt.ID{gone, left} {
		away.rep.Edit("", func(e *crdt.Edit) { e.Insert(id, fieldText, 0, "while away: ") })
	}
	write(a, func(e *crdt.Edit) { e.Delete(gone) })
	undo := a.rep // deleted it, and may undo that
	knows := s.join(wire.RoleEdit)
	knows.leave()

	first, _ := checkpoint(after) // marks a version that has the deletion, if none did yet
	if first.Marked.IsZero() {
		t.Fatal("no mark is kept")
	}
	if c, doc := checkpoint(after - time.Hour); !doc.Known(gone) || !c.Marked.Equal(first.Marked) {
		t.Fatal("forgotten too early")
	}
	c, doc := checkpoint(time.Hour)
	if doc.Known(gone) || !doc.Exists(left) || !c.Marked.Equal(s.now) {
		t.Fatal("not forgotten")
	}
	whole := s.stored().Document()
	whole.Forget(doc.Forgotten())
	if !bytes.Equal(whole.Snapshot(), s.room.doc.Snapshot()) {
		t.Error("the log does not replay to what the room has")
	}
	// A clock that was set back begins to count anew.
	s.now = s.now.Add(-time.Minute)
	if c, _ := checkpoint(0); !c.Marked.Equal(s.now) {
		t.Errorf("marked %v, now %v", c.Marked, s.now)
	}

	// Who knew of the deletion goes on by a delta.
	knows = s.joinAs(knows.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](knows); w.Snapshot != nil || len(w.Delta) == 0 {
		t.Errorf("who knew it was sent a snapshot of %d bytes", len(w.Snapshot))
	}

	// Who did not starts from the snapshot; its edit of what stands is kept, the other is told.
	away = s.joinAs(away.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](away); w.Snapshot == nil {
		t.Fatal("who is too late was sent a delta")
	}
	away.send(wire.Edits{Batches: away.rep.Unsent()})
	s.mustEqual("the others see", a.texts(), "while away: left ")
	if n := away.rep.PendingCount(); n > 0 {
		t.Errorf("%d edits are pending for ever", n)
	}
	taken := away.rep.TakenBack()
	if len(taken) != 1 || len(taken[0].Texts) != 1 || taken[0].Texts[0].Text != "while away: " {
		t.Errorf("its author is told %+v", taken)
	}

	// An undo of the deletion is refused, whoever tries; the document stays as it was.
	for range 10 {
		if undo.Document().Exists(gone) {
			break
		}
		undo.Undo()
	}
	if !undo.Document().Exists(gone) {
		t.Fatal("vacuous: the undo brings nothing back")
	}
	for range 4 {
		if f, ok := undo.NextEdits(0); ok {
			a.send(f)
		}
	}
	if !a.reloads || s.room.doc.Known(gone) {
		t.Fatalf("told to reload: %v", a.reloads)
	}
	a.leave()
	again := s.joinAs(undo, wire.RoleEdit, "link")
	again.send(wire.Edits{Batches: undo.Unsent()})
	if undo.Document().Exists(gone) || undo.PendingCount() > 0 {
		t.Errorf("after the snapshot the undone deletion stands: %v, pending %d", !undo.Document().Exists(gone), undo.PendingCount())
	}
	s.mustEqual("all see", again.texts(), knows.texts())
}
