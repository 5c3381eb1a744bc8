package sim

import (
	"bytes"
	"fmt"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// Result is how a run ended.
type Result struct {
	Trace [32]byte // of everything that happened
	Stats Stats
	Err   error
	Lines []string // the trace itself, if it was asked for
}

// Run lives through the world of one seed: 40 to 90 virtual seconds of two to seven people.
func Run(seed uint64, keepTrace bool) Result {
	w := newWorld(seed, keepTrace)
	w.disk = &disk{w: w, durable: crdt.Version{}}
	w.server = &server{w: w, up: true, conns: map[wire.PeerID]*conn{}}
	for i := range 2 + w.rng.IntN(5) {
		c := &client{w: w, name: fmt.Sprintf("p%d", i), role: wire.RoleEdit, versions: [2]uint32{wire.VersionOldest, wire.Version}}
		if i == 0 {
			c.role = wire.RoleOwner
		}
		if w.chance(30) {
			c.versions[1] = wire.Version + 1 // a page that is newer than the server
		} else if w.chance(30) {
			c.versions = [2]uint32{wire.VersionOldest, wire.VersionOldest}
		}
		w.clients = append(w.clients, c)
	}
	w.clients = append(w.clients, &client{w: w, name: "v9", role: wire.RoleView, versions: [2]uint32{1, 1}, forger: true})
	for _, c := range w.clients {
		c.start()
		w.after(w.between(time.Second, 3*time.Second), c.act)
		w.after(w.between(3*time.Second, 10*time.Second), c.misfortune)
	}
	w.after(w.between(3*time.Second, 15*time.Second), w.calamity)

	w.run(w.now.Add(w.between(40*time.Second, 90*time.Second)))
	w.heal()
	w.verify()
	r := Result{Stats: w.stats, Err: w.err, Lines: w.lines}
	w.trace.Sum(r.Trace[:0])
	return r
}

// calamity is what happens to the server and its disk.
func (w *world) calamity() {
	if w.healed {
		return
	}
	switch n := w.rng.IntN(100); {
	case !w.server.up:
	case n < 10:
		w.server.crash()
	case n < 25:
		w.server.crashSoon()
	case n < 35:
		w.server.restart()
	case n < 50:
		w.say("disk full")
		w.disk.full = true
		w.after(w.between(500*time.Millisecond, 8*time.Second), func() {
			w.say("disk has room again")
			w.disk.full = false
		})
	case n < 60:
		w.say("disk slow")
		w.disk.slow = true
		w.after(w.between(500*time.Millisecond, 8*time.Second), func() { w.disk.slow = false })
	case n < 75:
		w.server.serverEdit()
	case n < 85:
		w.server.view()
	case n < 90:
		w.stats.ClockJumps++
		w.server.jump += w.between(-time.Hour, time.Hour)
		w.say("the server's clock jumps")
		w.server.wakeAt = time.Time{}
		if w.server.room != nil {
			w.server.step(room.Tick{})
		}
	case n < 95: // everybody leaves, so that the room is let go
		w.say("everybody leaves")
		for _, c := range w.clients {
			c.offlineUntil = w.now.Add(limits.IdleTimeout + w.between(time.Second, 4*time.Second))
			if c.conn != nil {
				c.conn.cut()
			}
		}
	}
	w.after(w.between(time.Second, 12*time.Second), w.calamity)
}

// heal ends all misfortune, connects everybody and lets what is owed arrive.
func (w *world) heal() {
	w.say("the world heals")
	w.healed = true
	w.disk.full, w.disk.slow, w.disk.deadly = false, false, false
	for _, c := range w.clients {
		c.offlineUntil = time.Time{}
		if c.conn != nil {
			c.conn.stalled = time.Time{}
		}
		c.dial(0)
	}
	deadline := w.now.Add(3 * time.Minute)
	for w.err == nil && !w.settled() {
		if w.now.After(deadline) {
			w.fail("not settled three minutes after the last misfortune: %s", w.unsettled())
			return
		}
		w.run(w.now.Add(time.Second))
	}
	w.run(w.now.Add(2 * time.Second)) // the last presence and names
}

func (w *world) settled() bool { return w.unsettled() == "" }

func (w *world) unsettled() string {
	if !w.server.up || w.server.room == nil || w.server.room.Number() == 0 {
		return "no room"
	}
	if n := len(w.server.conns); n > len(w.clients) {
		return fmt.Sprintf("%d connections of %d people", n, len(w.clients))
	}
	for _, c := range w.clients {
		switch {
		case !c.live:
			return c.name + " is not connected"
		case c.rep.PendingCount() > 0:
			return fmt.Sprintf("%s owes %d edits", c.name, c.rep.PendingCount())
		case c.role_ != c.role:
			return c.name + " has a lesser role"
		case c.conn.queued > 0:
			return c.name + " has not read everything"
		}
	}
	return ""
}

// remembered is a document's state without what is deleted. The room forgets that some day,
// others when they next start from a snapshot: all agree once they have forgotten the same.
func (w *world) remembered(doc *crdt.Document) []byte {
	d, err := crdt.Load(doc.Snapshot())
	if err != nil {
		w.fail("a snapshot does not load: %v", err)
		return nil
	}
	d.Forget(d.Version())
	return d.Snapshot()
}

// verify compares all copies.
func (w *world) verify() {
	if w.err != nil {
		return
	}
	stored, err := w.disk.replay()
	if err != nil {
		w.fail("the log does not replay: %v", err)
		return
	}
	want := w.remembered(stored.Document())
	committed, err := w.server.room.Committed()
	if err != nil {
		w.fail("the room's state: %v", err)
		return
	}
	if !bytes.Equal(w.remembered(committed), want) {
		w.fail("the room differs from a replay of its log")
	}
	short, err := w.disk.load()
	if err != nil {
		w.fail("checkpoint and tail do not load: %v", err)
		return
	}
	// A replay that then forgets what the checkpoint has forgotten is the same, byte for byte.
	long := stored.Document()
	long.Forget(short.Document().Forgotten())
	if !bytes.Equal(short.Document().Snapshot(), long.Snapshot()) {
		w.fail("checkpoint and tail differ from a replay of the log")
	}
	version := stored.Document().Version()
	for _, c := range w.clients {
		if got := w.remembered(c.rep.Document()); !bytes.Equal(got, want) {
			w.fail("%s differs from the log: has %s, the log %s, %d and %d bytes", c.name, text(c.rep.Document().Version()), text(version), len(got), len(want))
		}
		if !version.Covers(c.seen) {
			w.fail("lost: %s has seen %s, the log has %s", c.name, text(c.seen), text(version))
		}
		w.verifyPresence(c)
	}
	for id := range stored.Document().All(kindNote) {
		if string(stored.Document().Get(id, fieldColor)) == "forged" {
			w.fail("a forged edit got into the map")
		}
	}
	w.say("end %x", want)
}

// verifyPresence: everybody sees exactly the others, and what they show.
func (w *world) verifyPresence(c *client) {
	for _, q := range w.clients {
		p, ok := c.peers[q.conn.peer]
		if !ok && q != c {
			w.fail("%s does not see %s", c.name, q.name)
		}
		if ok && p.Name != q.name {
			w.fail("%s calls %s %q", c.name, q.name, p.Name)
		}
		if got := c.presence[q.conn.peer]; got != q.state && q != c {
			w.fail("%s sees %q of %s, who shows %q", c.name, got, q.name, q.state)
		}
	}
	if n := len(c.peers); n > len(w.clients) {
		w.fail("%s sees %d people where %d are", c.name, n, len(w.clients))
	}
}
