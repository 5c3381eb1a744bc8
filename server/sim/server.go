package sim

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// limits are small, so that a short run reaches them.
var limits = room.Limits{
	EditsPerSecond: 100, EditsBurst: 60, OutboxBytesMax: 3 << 10,
	CheckpointEntries: 60, CheckpointAge: 20 * time.Second, IdleTimeout: 3 * time.Second,
	AppendTimeout: 3 * time.Second, SessionsMax: 40, ForgetAfter: 5 * time.Second,
}

// server is the process: it holds the room while there is one, and loses it in a crash.
type server struct {
	w        *world
	up       bool
	epoch    int // counts lives; what was arranged in an earlier one does not happen
	room     *room.Room
	life     int // counts rooms, as epoch counts servers
	wakeAt   time.Time
	nextPeer wire.PeerID
	conns    map[wire.PeerID]*conn
	quiet    time.Time
	jump     time.Duration // how far its clock is off
}

func (s *server) clock() time.Time { return s.w.now.Add(s.jump) }

// step feeds the room and does what it wants.
func (s *server) step(in room.Input) {
	if s.w.err != nil {
		return
	}
	if s.room == nil {
		stored, err := s.w.disk.load()
		if err != nil {
			s.w.fail("load: %v", err)
			return
		}
		s.room = room.New("m", stored, limits, nil)
		s.life++
		s.wakeAt = time.Time{}
		s.w.stats.Loads++
		s.w.say("room loaded at %d", stored.Number())
	}
	s.do(s.room.Step(s.clock(), in))
}

func (s *server) do(out *room.Output) {
	life, epoch := s.life, s.epoch
	alive := func() bool { return s.epoch == epoch && s.life == life && s.room != nil }
	if a := out.Append; a != nil {
		number := a.Number
		s.w.disk.append(a.Data, limits.AppendTimeout, func(pos uint64, err error) {
			if !alive() {
				return
			}
			if err != nil {
				s.w.stats.Repeated++
				s.step(room.AppendFailed{Number: number, Err: err})
			} else {
				s.w.stats.Commits++
				s.step(room.Appended{Number: number, Pos: pos})
			}
		})
	}
	if c := out.Compact; c != nil {
		upto, data := c.Upto, bytes.Clone(c.Data)
		s.w.after(s.w.between(time.Millisecond, 50*time.Millisecond), func() {
			if alive() {
				err := s.w.disk.compact(upto, data)
				s.w.stats.Checkpoints++
				if err != nil {
					s.w.stats.Checkpointfails++
				}
				s.step(room.Compacted{Upto: upto, Err: err})
			}
		})
	}
	for _, send := range out.Send {
		s.w.stats.Frames++
		send.Outbox.(*conn).toClient(append(bytes.Clone(send.Frame), slices.Concat(send.Rest...)...))
	}
	if flush := out.Flush; flush != 0 {
		took := s.w.between(0, 3*time.Millisecond)
		if s.w.chance(1) {
			took = 200 * time.Millisecond
		}
		s.w.after(took, func() {
			if alive() {
				s.step(room.Flushed{Flush: flush, Took: took, Round: took})
			}
		})
	}
	for _, c := range out.Close {
		s.w.say("closed peer %d: %v", c.Peer, c.Code)
		if c.Code == wire.CodeTooSlow {
			s.w.stats.TooSlow++
		}
		conn := c.Outbox.(*conn)
		conn.closeFromServer(c.Hard)
		delete(s.conns, c.Peer)
	}
	for _, e := range out.Events {
		switch e.Kind {
		case room.EventWelcomed:
			switch e.N {
			case 1:
				s.w.stats.Resumed++
			case 2:
				s.w.stats.Snapshots++
			}
		case room.EventRefused:
			s.w.stats.Refused++
			s.w.say("refused peer %d: %v", e.Peer, e.Code)
		case room.EventForgot:
			s.w.stats.Forgotten += e.N
			s.w.say("%d deleted objects forgotten", e.N)
		case room.EventPresenceLost:
			s.w.stats.PresenceLost++
		case room.EventStoreFailed, room.EventStoreBack:
			s.w.say("%v", e.Kind)
		}
	}
	for _, reply := range out.Reply {
		reply()
	}
	if wake := out.Wake; !wake.IsZero() && !wake.Equal(s.wakeAt) {
		s.wakeAt = wake
		s.w.at(wake.Add(-s.jump), func() {
			if alive() && s.wakeAt.Equal(wake) {
				s.wakeAt = time.Time{}
				s.step(room.Tick{})
			}
		})
	}
	if s.room.Quiet() {
		since := s.w.now
		s.quiet = since
		s.w.after(limits.IdleTimeout, func() {
			if alive() && s.quiet.Equal(since) && s.room.Quiet() {
				s.w.say("room unloaded")
				s.w.stats.Unloads++
				s.room = nil
			}
		})
	} else {
		s.quiet = time.Time{}
	}
}

// crashSoon lets it die in the middle of its next append.
func (s *server) crashSoon() { s.w.disk.deadly = true }

// crash takes the process and everything it had not written.
func (s *server) crash() {
	s.w.say("server crashed")
	s.w.stats.Crashes++
	s.w.disk.crash()
	s.stop()
}

func (s *server) stop() {
	s.epoch++
	s.up, s.room = false, nil
	for id := wire.PeerID(0); id <= s.nextPeer; id++ {
		if c := s.conns[id]; c != nil {
			c.cut()
		}
	}
	s.conns = map[wire.PeerID]*conn{}
	s.w.after(s.w.between(10*time.Millisecond, 3*time.Second), func() {
		s.up = true
		s.w.say("server is up")
	})
}

// restart ends it as SIGTERM does.
func (s *server) restart() {
	s.w.say("server restarts")
	s.w.stats.Restarts++
	if s.room != nil {
		s.step(room.Drain{Code: wire.CodeRestarting})
	}
	s.w.after(200*time.Millisecond, func() {
		if s.room != nil && !s.room.Quiet() {
			s.w.disk.crash() // the grace time was not enough
		}
		s.stop()
	})
}

func (s *server) accept(c *conn, hello wire.Hello) {
	s.nextPeer++
	c.peer = s.nextPeer
	s.conns[c.peer] = c
	var secret [16]byte
	for i := range secret {
		secret[i] = byte(s.w.rng.Uint32())
	}
	if s.room != nil && len(hello.Have) > 0 {
		if doc, err := s.room.Committed(); err == nil && doc.Stale(hello.Have) {
			s.w.stats.Late++
			s.w.say("%s comes late", c.client.name)
		}
	}
	s.step(room.Join{Peer: c.peer, Role: c.client.role, Link: "link-" + c.client.role.String(), Hello: hello, Secret: secret, Outbox: c})
}

// serverEdit writes as an import does.
func (s *server) serverEdit() {
	if !s.up {
		return
	}
	s.w.stats.ServerEdits++
	s.step(room.ServerEdit{
		Write: func(doc *crdt.Document, e *crdt.Edit) error {
			id := e.Create(kindNote)
			e.Set(id, fieldPlace, []byte("imported"))
			e.Insert(id, fieldText, 0, "取り込み")
			if s.w.chance(30) {
				return fmt.Errorf("line 3: not a note")
			}
			return nil
		},
		Done: func(err error) { s.w.say("server edit: %v", err) },
	})
}

// view reads as a page or an export does; what it shows must be on disk.
func (s *server) view() {
	if !s.up {
		return
	}
	s.w.stats.Views++
	s.step(room.View{Done: func(snapshot []byte, tail [][]byte) {
		doc, err := room.Assemble(snapshot, tail)
		if err != nil {
			s.w.fail("view: %v", err)
			return
		}
		s.w.mustBeDurable("a view", doc.Version())
	}})
}

func (w *world) mustBeDurable(what string, v crdt.Version) {
	if !w.disk.durable.Covers(v) {
		w.fail("%s shows %v, on disk is %v", what, v, w.disk.durable)
	}
}
