package room

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

const (
	kindNote  crdt.Kind  = 1
	fieldText crdt.Field = 1
	fieldSpot crdt.Field = 2
)

// stage drives one room by hand: a clock that moves when told, a log that answers when told
// (or at once), and actors who read what they are sent.
type stage struct {
	t       *testing.T
	room    *Room
	now     time.Time
	took    time.Duration  // what a flush takes
	held    bool           // appends wait for commit or failAppend
	waiting *AppendRequest // the one that waits
	pos     uint64
	entries [][]byte
	compact *CompactRequest
	events  []Event
	actors  map[wire.PeerID]*actor
	last    wire.PeerID
	order   []string // "append 3", "send": what came first
}

// actor is one connection and what it received.
type actor struct {
	stage  *stage
	id     wire.PeerID
	rep    *replica.Replica
	frames []wire.Frame
	raw    [][]byte
	rests  [][]byte // what follows them in messages of several pieces
	queued int      // what Queued answers
	closed wire.Code
	hard   bool

	reloads bool // it was told to be welcomed anew
}

func (a *actor) Queued() int { return a.queued }

func newStage(t *testing.T, limits Limits, policy Policy) *stage {
	return &stage{
		t: t, now: time.Unix(1_800_000_000, 0),
		room: New("m", NewStored(), limits, policy), actors: map[wire.PeerID]*actor{},
	}
}

// step feeds the room and then lets pass what is due now.
func (s *stage) step(in Input) {
	s.t.Helper()
	s.do(s.room.Step(s.now, in))
	for range 100 {
		wake := s.room.wake()
		if wake.IsZero() || wake.After(s.now) {
			return
		}
		s.do(s.room.Step(s.now, Tick{}))
	}
	s.t.Fatal("the room wants to be woken for ever")
}

// pass lets time pass, with every tick that is wanted on the way.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	until := s.now.Add(d)
	for range 10000 {
		wake := s.room.wake()
		if wake.IsZero() || wake.After(until) {
			s.now = until
			return
		}
		s.now = later(wake, s.now)
		s.do(s.room.Step(s.now, Tick{}))
	}
	s.t.Fatal("the room wants to be woken for ever")
}

func (s *stage) do(out *Output) {
	s.t.Helper()
	s.events = append(s.events, out.Events...)
	appendReq := out.Append
	if c := out.Compact; c != nil {
		s.compact = &CompactRequest{c.Upto, bytes.Clone(c.Data)}
	}
	for _, send := range out.Send {
		a := send.Outbox.(*actor)
		frame := send.Frame // the very bytes: whether they are shared is asked for
		if send.Rest != nil {
			frame = slices.Concat(append([][]byte{frame}, send.Rest...)...)
			a.rests = append(a.rests, send.Rest...)
		}
		f, err := wire.Decode(frame)
		if err != nil {
			s.t.Fatalf("the room sent what does not decode: %v", err)
		}
		a.raw = append(a.raw, frame)
		a.receive(f)
	}
	if len(out.Send) > 0 {
		s.order = append(s.order, "send")
	}
	for _, c := range out.Close {
		a := c.Outbox.(*actor)
		a.closed, a.hard = c.Code, c.Hard
	}
	for _, reply := range out.Reply {
		reply()
	}
	if flush := out.Flush; flush != 0 {
		s.do(s.room.Step(s.now, Flushed{Flush: flush, Took: s.took}))
	}
	if appendReq != nil {
		s.order = append(s.order, "append")
		s.waiting = &AppendRequest{appendReq.Number, bytes.Clone(appendReq.Data)}
		if !s.held {
			s.commit()
		}
	}
}

// commit answers the append that waits: it is durable.
func (s *stage) commit() {
	s.t.Helper()
	w := s.waiting
	if w == nil {
		s.t.Fatal("no append is under way")
	}
	s.waiting = nil
	s.pos += 3
	s.entries = append(s.entries, w.Data)
	s.step(Appended{Number: w.Number, Pos: s.pos})
}

// failAppend answers the append that waits: nobody knows.
func (s *stage) failAppend() []byte {
	s.t.Helper()
	w := s.waiting
	if w == nil {
		s.t.Fatal("no append is under way")
	}
	s.waiting = nil
	s.step(AppendFailed{Number: w.Number, Err: ErrDiskFull})
	return w.Data
}

func (a *actor) receive(f wire.Frame) {
	a.frames = append(a.frames, f)
	_, err := a.rep.Apply(f)
	if a.reloads = a.reloads || errors.Is(err, replica.ErrReload); err != nil && !a.reloads {
		a.stage.t.Fatalf("peer %d cannot take in %T: %v", a.id, f, err)
	}
}

// join brings in somebody new.
func (s *stage) join(role wire.Role) *actor {
	s.t.Helper()
	return s.joinAs(replica.New(crdt.New(), 0), role, "link")
}

// joinAs connects a replica that may have been here before.
func (s *stage) joinAs(rep *replica.Replica, role wire.Role, link string) *actor {
	s.t.Helper()
	return s.joinHello(rep, role, link, rep.Hello("name", "dep"))
}

func (s *stage) joinHello(rep *replica.Replica, role wire.Role, link string, hello wire.Hello) *actor {
	s.t.Helper()
	s.last++
	a := &actor{stage: s, id: s.last, rep: rep}
	s.actors[a.id] = a
	s.step(Join{Peer: a.id, Role: role, Link: link, Hello: hello, Secret: [16]byte{byte(a.id), 7}, Outbox: a})
	return a
}

// reload is what a page does that is loaded again: it goes on from what it had saved.
func (a *actor) reload() *replica.Replica {
	a.stage.t.Helper()
	rep, err := replica.Restore(a.rep.Save())
	if err != nil {
		a.stage.t.Fatal(err)
	}
	return rep
}

func (a *actor) leave() { a.stage.step(Leave{Peer: a.id}) }

// write edits the actor's own replica.
func (a *actor) write(text string) [][]byte {
	return a.made(func(e *crdt.Edit) {
		id := e.Create(kindNote)
		e.Insert(id, fieldText, 0, text)
	})
}

func (a *actor) made(edit func(*crdt.Edit)) [][]byte {
	a.rep.Edit("", edit)
	batches := a.rep.Unsent()
	a.rep.MarkSent(len(batches))
	return batches
}

func (a *actor) send(f wire.Frame) {
	a.stage.t.Helper()
	a.stage.step(Received{Peer: a.id, Frame: f})
}

// edit writes and sends.
func (a *actor) edit(text string) {
	a.stage.t.Helper()
	a.send(wire.Edits{Batches: a.write(text)})
}

// change makes any edit and sends it.
func (a *actor) change(edit func(*crdt.Edit)) {
	a.stage.t.Helper()
	a.send(wire.Edits{Batches: a.made(edit)})
}

func (a *actor) show(state string) {
	a.stage.t.Helper()
	a.send(wire.Presence{State: []byte(state)})
}

// got returns the frames of one type since the last forget.
func got[F wire.Frame](a *actor) (list []F) {
	for _, f := range a.frames {
		if f, ok := f.(F); ok {
			list = append(list, f)
		}
	}
	return list
}

func (a *actor) forget() { a.frames, a.raw = nil, nil }

// one returns the only frame of a type.
func one[F wire.Frame](a *actor) F {
	a.stage.t.Helper()
	list := got[F](a)
	if len(list) != 1 {
		var want F
		a.stage.t.Fatalf("peer %d got %d frames of %T, want one: %+v", a.id, len(list), want, a.frames)
	}
	return list[0]
}

// texts are the notes that an actor sees.
func (a *actor) texts() string { return textsOf(a.rep.Document()) }

func textsOf(d *crdt.Document) string {
	s := ""
	for id := range d.All(kindNote) {
		s += d.Text(id, fieldText) + " "
	}
	return s
}

// stored reads the log back, as after a restart.
func (s *stage) stored() *Stored {
	s.t.Helper()
	st := NewStored()
	for i, e := range s.entries {
		if err := st.Entry(uint64(i+1)*3, e); err != nil {
			s.t.Fatalf("the log does not read back: %v", err)
		}
	}
	return st
}

func (s *stage) mustEqual(what, got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
