package room

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

// An edit is appended before anybody is told of it, its author included.
func TestCommitThenShow_P30(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	s.pass(time.Second)
	a.forget()
	b.forget()
	s.held, s.order = true, nil
	a.edit("one")
	if len(a.frames)+len(b.frames) > 0 {
		t.Fatalf("told before the commit: %v %v", a.frames, b.frames)
	}
	a.edit("two") // waits for its turn: one entry is under way at any time
	s.commit()
	s.mustEqual("b", b.texts(), "one ")
	s.commit()
	s.mustEqual("b", b.texts(), "one two ")
	s.mustEqual("order", strings.Join(s.order, " "), "append send append send")
	if n := a.rep.PendingCount(); n != 0 {
		t.Errorf("the author still owes %d edits", n)
	}
}

// What came since the last tick is one entry and one frame of the same bytes for all.
func TestOneFrameForAll_P31(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b, c := s.join(wire.RoleEdit), s.join(wire.RoleEdit), s.join(wire.RoleView)
	s.pass(time.Second)
	s.held = true
	a.edit("first")
	for _, x := range []*actor{a, b, c} {
		x.forget()
	}
	for _, text := range []string{"1", "2", "3"} {
		a.edit(text)
		b.edit(text + "b")
	}
	a.show("cursor a")
	s.commit()
	for _, x := range []*actor{a, b, c} {
		x.forget()
	}
	s.commit()
	for _, x := range []*actor{a, b, c} {
		m := one[wire.Merged](x)
		if len(m.Batches) != 6 {
			t.Errorf("peer %d got %d batches, want 6", x.id, len(m.Batches))
		}
		if &x.raw[0][0] != &a.raw[0][0] {
			t.Errorf("peer %d got bytes of its own", x.id)
		}
	}
	if e, err := DecodeEntry(s.entries[len(s.entries)-1]); err != nil || len(e.Edits) != 6 {
		t.Errorf("entry %+v, %v", e, err)
	}
}

// The first edit after a pause goes at once; under load a flush waits in proportion to what
// the last one took, at most TickMax.
func TestTickAdapts_P32(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	s.pass(time.Second)
	for _, c := range []struct{ took, wait time.Duration }{
		{0, 0}, {time.Millisecond, 7 * time.Millisecond}, {time.Second, 10 * time.Millisecond},
	} {
		s.pass(time.Second)
		s.took = c.took
		a.send(wire.Edits{Batches: a.write("x")}) // at once
		if a.rep.PendingCount() != 0 {
			t.Fatalf("took %v: the first edit had to wait", c.took)
		}
		s.do(s.room.Step(s.now, Received{Peer: a.id, Frame: wire.Edits{Batches: a.write("y")}}))
		if got := s.room.wake().Sub(s.now); got != c.wait {
			t.Errorf("took %v: the next one waits %v, want %v", c.took, got, c.wait)
		}
	}
}

// Who joins a busy room is in the next commit, and the others hear of it in their next frame.
func TestJoinWaitsForNoTick_P32(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	s.pass(time.Second)
	s.took = time.Second
	a.edit("busy")
	a.forget()
	flushes := s.room.flushes
	b := s.join(wire.RoleEdit)
	c := s.join(wire.RoleView)
	one[wire.Welcome](b)
	one[wire.Welcome](c)
	if s.room.flushes != flushes || len(a.frames) > 0 {
		t.Error("each join was a tick")
	}
	s.pass(10 * time.Millisecond)
	if m := one[wire.Merged](a); len(m.Joined) != 2 {
		t.Errorf("heard of %d in the next frame", len(m.Joined))
	}
}

// Rooms that began at different times flush together, and none of them waits much longer for it.
func TestTicksMeet_P32(t *testing.T) {
	const tick = 12 * time.Millisecond
	from := time.Unix(0, 0)
	for _, pause := range []time.Duration{3 * time.Millisecond, 6 * time.Millisecond, 11 * time.Millisecond, tick} {
		met := map[time.Time]bool{}
		for late := range 20 {
			began := from.Add(time.Hour + time.Duration(late)*tick/20)
			for range 3 {
				at := onBeat(began.Add(pause), from, pause, tick)
				if wait := at.Sub(began); wait < pause/2 || wait > 2*pause {
					t.Fatalf("pause %v, %d: waits %v", pause, late, wait)
				}
				began = at.Add(300 * time.Microsecond) // a timer is never exact
			}
			met[began] = true
		}
		if len(met) > 8 {
			t.Errorf("pause %v: rooms tick at %d different times", pause, len(met))
		}
	}
}

// A replica number is in the log before its owner hears of it, and is never given twice:
// not after a restart, not when its owner never wrote anything.
func TestReplicaNumbersAreGivenOnce_P33(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	s.held = true
	a := s.join(wire.RoleEdit)
	if len(a.frames) > 0 {
		t.Fatal("welcomed before its number was in the log")
	}
	s.commit()
	first := one[wire.Welcome](a).Resume
	s.held = false
	a.leave()
	s.room = New("m", s.stored(), Limits{}, nil)
	b := s.join(wire.RoleEdit)
	if second := one[wire.Welcome](b).Resume; second.Replica == first.Replica {
		t.Errorf("number %d was given twice", second.Replica)
	}
	for _, e := range s.entries {
		if bytes.Contains(e, first.Secret[:]) {
			t.Error("the log holds a resume secret")
		}
	}
	if v := one[wire.Welcome](s.join(wire.RoleView)); v.Resume.Replica != 0 {
		t.Errorf("a viewer got replica %d", v.Resume.Replica)
	}
}

// Who shows the secret goes on as the same replica, on this server or the next, and takes
// the number from an older connection; who does not is told to begin anew.
func TestResume_P34(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	a.edit("kept " + strings.Repeat("x", 2000))
	number := a.rep.ID()

	second := s.joinAs(a.reload(), wire.RoleEdit, "link")
	if a.closed != wire.CodeReplicaInUse {
		t.Errorf("the older connection was closed with %v", a.closed)
	}
	w := one[wire.Welcome](second)
	if w.Resume.Replica != number || w.Snapshot != nil || w.Delta != nil || w.Acknowledged == 0 {
		t.Errorf("resumed with %+v", w)
	}

	second.leave()
	other := s.joinAs(replica.New(crdt.New(), 0), wire.RoleEdit, "other")
	other.edit("missed")
	s.room = New("m", s.stored(), Limits{}, nil)
	third := s.joinAs(second.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](third); w.Resume.Replica != number || w.Snapshot != nil || len(w.Delta) == 0 || len(w.Delta) > 200 {
		t.Errorf("after a restart resumed as %d, with a snapshot of %d and a delta of %d bytes", w.Resume.Replica, len(w.Snapshot), len(w.Delta))
	}
	s.mustEqual("what was missed is there", third.texts(), other.texts())

	for name, resume := range map[string]wire.Resume{
		"wrong secret":   {Replica: number, Secret: [16]byte{9}},
		"unknown number": {Replica: 4711},
		"the server's":   {Replica: ServerReplica},
	} {
		thief := s.joinHello(replica.New(crdt.New(), 0), wire.RoleEdit, "link", wire.Hello{Versions: [2]uint32{1, 1}, Resume: resume})
		if one[wire.Closing](thief).Code != wire.CodeReplicaStale || thief.closed != wire.CodeReplicaStale {
			t.Errorf("%s: closed with %v", name, thief.closed)
		}
		if third.closed != 0 {
			t.Fatalf("%s: closed the owner", name)
		}
	}
}

// Who has a part of the map gets the rest; who has seen what the server has not (it was
// restored from an older copy) gets the server's state whole.
func TestHave_P35(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	a.edit("long ago " + strings.Repeat("x", 2000))
	b.leave()
	a.edit("missed")
	b = s.joinAs(b.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](b); w.Snapshot != nil || len(w.Delta) == 0 || len(w.Delta) > 500 {
		t.Errorf("snapshot %d, delta %d bytes", len(w.Snapshot), len(w.Delta))
	}
	s.mustEqual("b", b.texts(), a.texts())

	older := NewStored()
	for i, e := range s.entries[:3] {
		if err := older.Entry(uint64(i+1), e); err != nil {
			t.Fatal(err)
		}
	}
	s.room = New("m", older, Limits{}, nil)
	b = s.joinAs(b.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](b); w.Snapshot == nil {
		t.Error("a client ahead of the server was sent a delta")
	}
	s.mustEqual("b after the restore", b.texts(), textsOf(s.room.doc))
}

// A storm of joins is served from one encoded snapshot: all who come to the same state are
// sent the very same bytes, whatever their role.
func TestJoinersShareOneSnapshot_P35(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	s.join(wire.RoleEdit).edit(strings.Repeat("x", 2000))
	a, b, c := s.join(wire.RoleEdit), s.join(wire.RoleView), s.join(wire.RoleEdit)
	for _, x := range []*actor{a, b, c} {
		if w := one[wire.Welcome](x); !bytes.Equal(w.Snapshot, s.room.doc.Snapshot()) {
			t.Errorf("peer %d: %d bytes of snapshot, want %d", x.id, len(w.Snapshot), len(s.room.doc.Snapshot()))
		}
		if &x.rests[0][0] != &a.rests[0][0] {
			t.Errorf("peer %d got a copy of its own", x.id)
		}
	}
}

// What is pending is settled by the acknowledgement in the welcome: sent again when it was
// lost, not twice when it was not.
func TestResumeSettlesPending_P35(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		s := newStage(t, Limits{}, nil)
		a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
		batches := a.write("once")
		page := a.reload()
		if arrived {
			a.send(wire.Edits{Batches: batches}) // and its answer is lost
		}
		again := s.joinAs(page, wire.RoleEdit, "link")
		if unsent := page.Unsent(); len(unsent) > 0 {
			again.send(wire.Edits{Batches: unsent})
		}
		s.mustEqual("b", b.texts(), "once ")
		if page.PendingCount() > 0 {
			t.Errorf("arrived %v: still pending", arrived)
		}
	}
}

// A viewer's edit is refused by the room, whatever the page lets through, and changes
// nothing; a commenter's too unless a policy allows it; nobody is closed for trying.
func TestRoles_P36(t *testing.T) {
	no := wire.CodeEditRejected
	for _, c := range []struct {
		role   wire.Role
		policy Policy
		want   wire.Code
	}{
		{wire.RoleView, nil, wire.CodeNotAllowed},
		{wire.RoleView, func(wire.Role, *crdt.Document, []byte) *wire.Code { return nil }, wire.CodeNotAllowed},
		{wire.RoleComment, nil, wire.CodeNotAllowed},
		{wire.RoleComment, func(wire.Role, *crdt.Document, []byte) *wire.Code { return &no }, no},
		{wire.RoleComment, func(wire.Role, *crdt.Document, []byte) *wire.Code { return nil }, 0},
		{wire.RoleEdit, nil, 0},
		{wire.RoleOwner, nil, 0},
	} {
		s := newStage(t, Limits{}, c.policy)
		owner, x := s.join(wire.RoleOwner), s.join(c.role)
		forged := replica.New(crdt.New(), max(x.rep.ID(), 2))
		forged.Edit("", func(e *crdt.Edit) { e.Insert(e.Create(kindNote), fieldText, 0, "forged") })
		x.send(wire.Edits{Batches: forged.Pending()})
		if c.want == 0 {
			s.mustEqual(c.role.String(), owner.texts(), "forged ")
			continue
		}
		if r := one[wire.Refused](x); r.Code != c.want {
			t.Errorf("%v: refused with %v, want %v", c.role, r.Code, c.want)
		}
		s.mustEqual(c.role.String(), owner.texts(), "")
		if x.closed != 0 || s.room.doc.Version()[2] != 0 {
			t.Errorf("%v: closed %v, document %v", c.role, x.closed, s.room.doc.Version())
		}
	}
}

// A refused batch is answered once, with its counter; what was sent behind it before its
// author could know is passed over; what continues from the server's state is taken again.
func TestRefusal_P37(t *testing.T) {
	s := newStage(t, Limits{Update: crdt.Limits{TextBytes: 20}}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	a.edit("good")
	bad := a.write(strings.Repeat("too long ", 10))
	behind := a.write("behind")
	a.send(wire.Edits{Batches: bad})
	a.send(wire.Edits{Batches: behind})
	r := one[wire.Refused](a)
	if h, _ := crdt.Peek(bad[0]); r.Code != wire.CodeEditTooLong || r.Counter != h.First {
		t.Errorf("refused %+v", r)
	}
	s.mustEqual("b", b.texts(), "good ")
	a.send(wire.Edits{Batches: a.rep.Unsent()}) // what Refuse left of it, made anew
	s.mustEqual("b", b.texts(), "good behind ")
	s.mustEqual("a", a.texts(), "good behind ")
	if n := len(got[wire.Refused](a)); n != 1 {
		t.Errorf("refused %d times", n)
	}
}

// Damaged, foreign and torn batches are refused and close nobody.
func TestBadBatches_P37(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(a, b *actor, batch []byte) []byte
		want  wire.Code
	}{
		"cut":     {func(_, _ *actor, x []byte) []byte { return x[:len(x)-1] }, wire.CodeEditDamaged},
		"empty":   {func(_, _ *actor, x []byte) []byte { return nil }, wire.CodeEditDamaged},
		"foreign": {func(_, b *actor, x []byte) []byte { return b.write("in b's name")[0] }, wire.CodeEditForeign},
		"delta":   {func(a, _ *actor, x []byte) []byte { return a.rep.Document().Delta(nil) }, wire.CodeEditForeign},
		"hole":    {func(a, _ *actor, x []byte) []byte { return a.write("second")[0] }, wire.CodeEditHole},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, Limits{}, nil)
			a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
			a.edit("before")
			batch := c.spoil(a, b, bytes.Clone(a.write("spoilt")[0]))
			a.send(wire.Edits{Batches: [][]byte{batch}})
			if r := one[wire.Refused](a); r.Code != c.want {
				t.Errorf("refused with %v %s, want %v", r.Code, r.Detail, c.want)
			}
			if a.closed != 0 || b.closed != 0 {
				t.Error("somebody was closed")
			}
			s.mustEqual("b's view", textsOf(s.room.doc), "before ")
		})
	}
}

// Too many edits are refused with the time after which they fit, and then they do; too much
// presence is dropped. Neither closes anybody nor touches others.
func TestRates_P38(t *testing.T) {
	s := newStage(t, Limits{EditsPerSecond: 10, EditsBurst: 3, FramesPerSecond: 10, FramesBurst: 3}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	for range 5 {
		a.edit("x")
	}
	r := got[wire.Refused](a)[0]
	if r.Code != wire.CodeTooFast || r.RetryAfter <= 0 || r.RetryAfter > 200*time.Millisecond {
		t.Errorf("refused %+v", r)
	}
	b.edit("y")
	if len(got[wire.Refused](b)) > 0 {
		t.Error("somebody else was refused")
	}
	s.pass(time.Second)
	a.send(wire.Edits{Batches: a.rep.Unsent()})
	s.mustEqual("b", b.texts(), "x x x x y x ") // in the order of their stamps

	b.forget()
	for range 50 {
		a.show("cursor")
	}
	if n := len(got[wire.Merged](b)); n > 4 {
		t.Errorf("%d presence frames got through", n)
	}
	a.show("")
	if m := got[wire.Merged](b); len(m[len(m)-1].Presence[0].State) != 0 {
		t.Error("a cursor that went was dropped")
	}
}

// What all peers of a link write together is bounded as well: over it they are refused, with the
// time after which it fits, and whoever came by another link is not.
func TestLinkRates_P38(t *testing.T) {
	for name, limits := range map[string]Limits{
		"batches": {LinkEditsPerSecond: 10, LinkEditsBurst: 3},
		"bytes":   {LinkBytesPerSecond: 1000, LinkBytesBurst: 500},
	} {
		s := newStage(t, limits, nil)
		a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
		other := s.joinAs(replica.New(crdt.New(), 0), wire.RoleEdit, "another link")
		text := strings.Repeat("x", 150)
		for range 3 {
			a.edit(text)
		}
		b.edit(text)
		if r := one[wire.Refused](b); r.Code != wire.CodeTooFast || r.RetryAfter <= 0 || r.RetryAfter > time.Second {
			t.Errorf("%s: refused %+v", name, r)
		}
		other.edit("free")
		if n := len(got[wire.Refused](a)) + len(got[wire.Refused](other)); n > 0 || other.rep.PendingCount() > 0 {
			t.Errorf("%s: %d refusals of others", name, n)
		}
		s.pass(time.Second)
		b.send(wire.Edits{Batches: b.rep.Unsent()})
		if b.rep.PendingCount() > 0 || a.closed+b.closed+other.closed != 0 {
			t.Errorf("%s: later it does not fit either", name)
		}
	}
}

// A map that holds as much as it may takes deletions and nothing else. What was set again
// counts once: moving one note for ever does not fill it.
func TestMapFull_P38(t *testing.T) {
	s := newStage(t, Limits{MapBytesMax: 20_000, EditsBurst: 100_000}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	var note crdt.ID
	a.change(func(e *crdt.Edit) { note = e.Create(kindNote) })
	for i := range 5000 {
		a.change(func(e *crdt.Edit) { e.Set(note, fieldSpot, fmt.Appendf(nil, "%8d", i)) })
	}
	if n := len(got[wire.Refused](a)); n > 0 {
		t.Fatalf("%d of 5,000 moves were refused", n)
	}
	random := rand.New(rand.NewPCG(1, 1))
	more := func(e *crdt.Edit) { // that does not compress
		spot := make([]byte, 400)
		for i := range spot {
			spot[i] = byte(random.Uint32())
		}
		e.Set(e.Create(kindNote), fieldSpot, spot)
	}
	for len(got[wire.Refused](a)) == 0 {
		if len(s.room.base) > 30_000 {
			t.Fatal("it is never full")
		}
		a.change(more)
	}
	if r := got[wire.Refused](a)[0]; r.Code != wire.CodeMapFull {
		t.Errorf("refused %+v", r)
	}
	if size := len(s.room.doc.Snapshot()); size < 5_000 || size > 20_000 {
		t.Errorf("full at %d bytes", size)
	}
	b.change(more)
	if r := got[wire.Refused](b); len(r) != 1 || r[0].Code != wire.CodeMapFull {
		t.Errorf("somebody else: %+v", r)
	}
	a.forget()
	a.change(func(e *crdt.Edit) { e.Delete(note) })
	if len(got[wire.Refused](a)) > 0 || a.rep.PendingCount() > 0 || b.rep.Document().Exists(note) {
		t.Errorf("what is not needed cannot be deleted: %v", a.frames)
	}
}

// Presence is the newest only, once a tick, never in the log; it comes with the welcome and
// goes with its owner.
func TestPresence_P39(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	s.pass(time.Second)
	entries := len(s.entries)
	b.forget()
	s.took = 10 * time.Millisecond
	a.show("0")
	b.forget()
	for _, state := range []string{"1", "2", "3", "4"} {
		s.do(s.room.Step(s.now, Received{Peer: a.id, Frame: wire.Presence{State: []byte(state)}}))
	}
	s.pass(time.Second)
	if m := one[wire.Merged](b); len(m.Presence) != 1 || string(m.Presence[0].State) != "4" {
		t.Errorf("got %+v", m)
	}
	c := s.join(wire.RoleView)
	if m := got[wire.Merged](c); len(m) == 0 || string(m[0].Presence[0].State) != "4" {
		t.Errorf("a newcomer sees %+v", m)
	}
	s.pass(time.Second)
	b.forget()
	a.leave()
	s.pass(time.Second)
	if m := one[wire.Merged](b); len(m.Left) != 1 || m.Left[0] != a.id {
		t.Errorf("after it left: %+v", m)
	}
	if len(s.entries) != entries {
		t.Error("presence got into the log")
	}
}

// A peer whose outbox is over half is spared presence and told so; when it has read all it
// is shown everybody again. Over the limit it is closed, and the others never notice.
func TestSlowPeer_P40(t *testing.T) {
	s := newStage(t, Limits{OutboxBytesMax: 1000}, nil)
	a, slow, other := s.join(wire.RoleEdit), s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	s.pass(time.Second)
	slow.forget()
	slow.queued = 600
	a.show("here")
	if len(got[wire.Merged](slow)) > 0 || one[wire.Notice](slow).Code != wire.NoticePresenceOff {
		t.Errorf("over half: %v", slow.frames)
	}
	a.edit("edit")
	if m := one[wire.Merged](slow); len(m.Batches) != 1 {
		t.Errorf("over half an edit came as %+v", m)
	}
	slow.forget()
	slow.queued = 0
	s.pass(time.Second)
	if m := one[wire.Merged](slow); len(m.Presence) == 0 || string(m.Presence[0].State) != "here" {
		t.Errorf("after it caught up: %+v", m)
	}
	slow.queued = 990
	a.edit("one more")
	if slow.closed != wire.CodeTooSlow || !slow.hard {
		t.Errorf("over the limit: closed with %v", slow.closed)
	}
	s.mustEqual("other", other.texts(), "edit one more ")
	back := s.joinAs(slow.rep, wire.RoleEdit, "link")
	s.mustEqual("back", back.texts(), "edit one more ")

	back.queued = 0
	a.edit(strings.Repeat("x", 5000))
	if back.closed != 0 {
		t.Error("a large frame closed somebody whose outbox was empty")
	}
}

// When the log fails: nothing of the flight is shown, edits are refused for later, readers
// and old hands are served the committed state, the same bytes are tried again and again,
// and when they are in everything goes on by itself.
func TestFailingLog_P41(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	a.edit("before")
	s.held = true
	a.edit("unknown")
	b.forget()
	first := s.failAppend()
	if one[wire.Notice](b).Code != wire.NoticeReadOnlyStore {
		t.Error("nobody was told")
	}
	b.edit("refused")
	if r := one[wire.Refused](b); r.Code != wire.CodeStoreFull || r.RetryAfter <= 0 {
		t.Errorf("refused %+v", r)
	}
	b.forget()
	b.send(wire.Edits{Batches: b.rep.Unsent()})
	one[wire.Refused](b) // sent again, refused again

	viewer, newcomer := s.join(wire.RoleView), s.join(wire.RoleEdit)
	s.pass(50 * time.Millisecond)
	s.mustEqual("viewer", viewer.texts(), "before ")
	if w := one[wire.Welcome](newcomer); w.Role != wire.RoleView || w.Resume.Replica != 0 {
		t.Errorf("a newcomer got %v, replica %d", w.Role, w.Resume.Replica)
	}
	a.leave()
	back := s.joinAs(a.rep, wire.RoleEdit, "link")
	s.pass(50 * time.Millisecond)
	if w := one[wire.Welcome](back); w.Resume.Replica != a.rep.ID() || w.Role != wire.RoleEdit {
		t.Errorf("an old hand got %+v", w)
	}
	s.mustEqual("an old hand keeps its own", back.texts(), "before unknown ")
	var seen string
	s.step(View{Done: func(snapshot []byte, tail [][]byte) {
		doc, err := Assemble(snapshot, tail)
		if err != nil {
			t.Fatal(err)
		}
		seen = textsOf(doc)
	}})
	s.mustEqual("a view", seen, "before ")

	tries := 0
	for range 5 {
		s.pass(5 * time.Second)
		if s.waiting == nil {
			t.Fatal("it does not try again")
		}
		tries++
		if again := s.failAppend(); !bytes.Equal(again, first) {
			t.Fatal("it tried with other bytes")
		}
	}
	s.pass(5 * time.Second)
	s.held = false
	s.commit()
	s.mustEqual("b", b.texts(), "before unknown refused ") // its own is still pending
	if newcomer.closed != wire.CodeRoleChanged {
		t.Errorf("the newcomer was not asked to come again: %v", newcomer.closed)
	}
	b.send(wire.Edits{Batches: b.rep.Unsent()})
	s.mustEqual("viewer", viewer.texts(), "before unknown refused ")
	s.mustEqual("the log", textsOf(s.stored().doc), "before unknown refused ")
}

// A checkpoint is written when the log has grown or aged, beside the edits; with the entries
// behind it, it gives the same room; a failed one is repeated.
func TestCheckpoint_P43(t *testing.T) {
	s := newStage(t, Limits{CheckpointEntries: 3, CheckpointAge: time.Hour, SessionsMax: 1000}, nil)
	a := s.join(wire.RoleEdit)
	a.edit("1")
	a.edit("2")
	if s.compact == nil {
		t.Fatal("no checkpoint after three entries")
	}
	first := *s.compact
	s.compact = nil
	s.step(Compacted{Upto: first.Upto, Err: ErrDiskFull})
	a.edit("3")
	s.pass(10 * time.Minute)
	if s.compact == nil {
		t.Fatal("a failed checkpoint was not repeated")
	}
	second := *s.compact
	s.step(Compacted{Upto: second.Upto})
	a.edit("4")

	stored := NewStored()
	if err := stored.Checkpoint(second.Upto, second.Data); err != nil {
		t.Fatal(err)
	}
	for i, e := range s.entries {
		if pos := uint64(i+1) * 3; pos > second.Upto {
			if err := stored.Entry(pos, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(stored.doc.Snapshot(), s.stored().doc.Snapshot()) {
		t.Error("checkpoint and tail differ from the whole log")
	}
	s.room = New("m", stored, Limits{}, nil)
	if w := one[wire.Welcome](s.joinAs(a.rep, wire.RoleEdit, "link")); w.Resume.Replica != a.rep.ID() {
		t.Error("the checkpoint forgot a session")
	}
	s.pass(time.Hour)
	s.step(Compacted{Upto: s.compact.Upto})
	s.compact = nil
	s.pass(2 * time.Hour)
	if s.compact != nil {
		t.Error("a checkpoint of nothing new")
	}
}

// The oldest sessions beyond the limit are forgotten; their numbers are not given again.
func TestForgottenSessions_P43(t *testing.T) {
	s := newStage(t, Limits{SessionsMax: 3, CheckpointEntries: 8}, nil)
	first := s.join(wire.RoleEdit)
	first.edit("mine")
	first.leave()
	for range 7 {
		s.pass(time.Minute)
		s.join(wire.RoleEdit).leave()
	}
	if s.compact == nil {
		t.Fatal("no checkpoint")
	}
	stored := NewStored()
	if err := stored.Checkpoint(s.compact.Upto, s.compact.Data); err != nil {
		t.Fatal(err)
	}
	if n := len(stored.sessions); n != 3 {
		t.Errorf("%d sessions kept", n)
	}
	s.room = New("m", stored, Limits{}, nil)
	if back := s.joinAs(first.rep, wire.RoleEdit, "link"); back.closed != wire.CodeReplicaStale {
		t.Errorf("a forgotten session was closed with %v", back.closed)
	}
	if w := one[wire.Welcome](s.join(wire.RoleEdit)); w.Resume.Replica != 9 {
		t.Errorf("the next number is %d", w.Resume.Replica)
	}
}

// Draining tells everybody when to come back, each at another time, and still commits what
// had been received.
func TestDrain_P45(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleView)
	s.held = true
	a.edit("under way")
	a.edit("received")
	s.step(Drain{Code: wire.CodeRestarting})
	ca, cb := one[wire.Closing](a), one[wire.Closing](b)
	if ca.Code != wire.CodeRestarting || ca.RetryAfter == cb.RetryAfter || cb.RetryAfter > DefaultLimits.ReconnectSpread {
		t.Errorf("told %+v and %+v", ca, cb)
	}
	if s.room.Quiet() {
		t.Error("quiet with an append under way")
	}
	s.commit()
	s.commit()
	if !s.room.Quiet() {
		t.Error("not quiet after the last commit")
	}
	s.mustEqual("the log", textsOf(s.stored().doc), "under way received ")
	if late := s.join(wire.RoleEdit); late.closed != wire.CodeRestarting {
		t.Errorf("a newcomer was closed with %v", late.closed)
	}
}

// Revoking a link closes its connections, and no others, and drops what they had queued.
func TestCloseLink_P46(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.joinAs(replica.New(crdt.New(), 0), wire.RoleEdit, "revoked")
	s.held = true
	a.edit("first")
	b.edit("too late")
	s.step(CloseLink{Link: "revoked", Code: wire.CodeLinkRevoked})
	if b.closed != wire.CodeLinkRevoked || one[wire.Closing](b).Code != wire.CodeLinkRevoked || a.closed != 0 {
		t.Errorf("closed %v and %v", b.closed, a.closed)
	}
	s.commit()
	if s.waiting != nil {
		t.Error("the edit of a revoked link was appended")
	}
}

// Limits on connections turn the newcomer away, with a code, and nobody else.
func TestConnectionLimits_P47(t *testing.T) {
	s := newStage(t, Limits{PeersMax: 3, PeersPerLinkMax: 2}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	if c := s.join(wire.RoleEdit); c.closed != wire.CodeConnections || one[wire.Closing](c).RetryAfter == 0 {
		t.Errorf("over the link's: %v", c.closed)
	}
	s.joinAs(replica.New(crdt.New(), 0), wire.RoleEdit, "other")
	if c := s.joinAs(replica.New(crdt.New(), 0), wire.RoleEdit, "third"); c.closed != wire.CodeRoomFull || one[wire.Closing](c).RetryAfter == 0 {
		t.Errorf("over the room's: %v", c.closed)
	}
	if a.closed != 0 || b.closed != 0 {
		t.Error("somebody else was closed")
	}
	// Whoever comes back in place of its own older connection is no newcomer.
	if back := s.joinAs(a.reload(), wire.RoleEdit, "link"); back.closed != 0 || a.closed != wire.CodeReplicaInUse {
		t.Errorf("a return to a full room: %v, the older one %v", back.closed, a.closed)
	}
	if old := s.joinHello(replica.New(crdt.New(), 0), wire.RoleEdit, "x", wire.Hello{Versions: [2]uint32{900, 901}}); old.closed != wire.CodeVersion {
		t.Errorf("no version in common: %v", old.closed)
	}
}

// A frame that has no place closes its sender alone.
func TestUnexpectedFrame_P48(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	a.send(wire.Hello{Versions: [2]uint32{1, 1}})
	if a.closed != wire.CodeUnexpectedFrame || b.closed != 0 {
		t.Errorf("closed %v and %v", a.closed, b.closed)
	}
	s.held = true
	c := s.join(wire.RoleEdit)
	c.send(wire.Edits{Batches: [][]byte{{1}}}) // before its welcome
	if c.closed != wire.CodeUnexpectedFrame {
		t.Errorf("closed %v", c.closed)
	}
	b.send(wire.Ping{Token: 7})
	if one[wire.Pong](b).Token != 7 {
		t.Error("no pong")
	}
}

// A server edit is written whole and durable, or not at all.
func TestServerEdit_P49(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	s.held = true
	write := func(text string, fails error) Input {
		return ServerEdit{
			Write: func(d *crdt.Document, e *crdt.Edit) error {
				e.Insert(e.Create(kindNote), fieldText, 0, text)
				if text == "panic" {
					panic("a bug in an importer")
				}
				return fails
			},
			Done: func(err error) { s.order = append(s.order, text+": "+short(err)) },
		}
	}
	s.order = nil
	s.step(write("good", nil))
	s.mustEqual("before the commit", strings.Join(s.order, "; "), "append")
	s.commit()
	s.step(write("bad", errors.New("line 3")))
	s.step(write("panic", nil))
	s.mustEqual("answers", strings.Join(s.order, "; "), "append; send; good: nil; bad: line 3; panic: room: server edit panicked: a bug in an importer")
	s.mustEqual("a", a.texts(), "good ")
	if h := s.room.doc.Version(); h[ServerReplica] == 0 {
		t.Error("not written as the server")
	}
}

func short(err error) string {
	if err == nil {
		return "nil"
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// A server edit larger than any batch a client would take sends the people on the map
// through a reload instead.
func TestHugeServerEdit_P49(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a := s.join(wire.RoleEdit)
	s.step(ServerEdit{
		Write: func(d *crdt.Document, e *crdt.Edit) error {
			for range 40 {
				e.Set(e.Create(kindNote), fieldSpot, make([]byte, 60<<10))
			}
			return e.Err()
		},
		Done: func(err error) {
			if err != nil {
				t.Error(err)
			}
		},
	})
	if a.closed != wire.CodeReload {
		t.Fatalf("closed with %v", a.closed)
	}
	back := s.joinAs(a.rep, wire.RoleEdit, "link")
	if w := one[wire.Welcome](back); w.Snapshot == nil {
		t.Error("not sent the whole map")
	}
}

// A clock that is set back an hour stops nothing.
func TestClockSetBack_P50(t *testing.T) {
	s := newStage(t, Limits{}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	s.took = time.Second
	a.edit("before")
	s.now = s.now.Add(-time.Hour)
	a.edit("after")
	s.pass(20 * time.Millisecond)
	s.mustEqual("b", b.texts(), "before after ")

	s.held = true
	a.edit("failing")
	s.pass(20 * time.Millisecond)
	s.failAppend()
	s.now = s.now.Add(-time.Hour)
	s.step(Tick{})
	s.held = false
	s.pass(time.Second)
	s.mustEqual("b", b.texts(), "before after failing ")
}

// Names are cut to size and cleaned; a new one reaches everybody, and the log.
func TestRename(t *testing.T) {
	s := newStage(t, Limits{NameBytesMax: 7}, nil)
	a, b := s.join(wire.RoleEdit), s.join(wire.RoleEdit)
	b.forget()
	a.send(wire.Rename{Name: "旅\n行者たち", Department: "営業"})
	m := got[wire.Merged](b)
	if p := m[0].Joined[0]; p.ID != a.id || p.Name != "旅行" || p.Department != "営業" {
		t.Errorf("got %+v", p)
	}
	s.pass(time.Second)
	if kept := s.stored().sessions[a.rep.ID()]; kept.Name != "旅行" {
		t.Errorf("the log has %+v", kept)
	}
}
