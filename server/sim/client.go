package sim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

const (
	kindPhase crdt.Kind = 1
	kindNote  crdt.Kind = 2

	fieldPlace crdt.Field = 1
	fieldColor crdt.Field = 2
	fieldText  crdt.Field = 3
)

// client is a person and the page: what app/session does with a replica, without a browser.
type client struct {
	w        *world
	name     string
	role     wire.Role
	versions [2]uint32
	forger   bool // sends what it should not; only viewers do, so that their replica stays whole

	rep   *replica.Replica
	saved []byte // the offline outbox, as of the last edit
	conn  *conn
	live  bool // welcomed on conn
	role_ wire.Role

	offlineUntil time.Time
	dialing      bool
	holdUntil    time.Time // edits wait after a refusal that passes

	peers    map[wire.PeerID]wire.Peer
	presence map[wire.PeerID]string
	state    string
	seen     crdt.Version // everything it was shown or told is kept
}

func (c *client) start() {
	c.rep = replica.New(crdt.New(), 0)
	c.seen = crdt.Version{}
	c.dial(c.w.between(0, 2*time.Second))
}

// dial connects after a while, unless it is already on its way.
func (c *client) dial(after time.Duration) {
	if c.dialing || c.conn != nil {
		return
	}
	c.dialing = true
	c.w.after(after, func() {
		c.dialing = false
		if c.conn != nil {
			return
		}
		if c.w.now.Before(c.offlineUntil) {
			c.dial(c.offlineUntil.Sub(c.w.now))
			return
		}
		if !c.w.server.up {
			c.dial(c.w.between(100*time.Millisecond, 2*time.Second))
			return
		}
		c.connect()
	})
}

func (c *client) connect() {
	c.w.stats.Connects++
	latency := c.w.between(time.Millisecond, 120*time.Millisecond)
	if c.w.healed {
		latency = 5 * time.Millisecond
	}
	conn := &conn{w: c.w, client: c, epoch: c.w.server.epoch, latency: latency}
	c.conn, c.live = conn, false
	hello := c.rep.Hello(c.name, "dep")
	hello.Versions = c.versions
	c.w.say("%s connects as %d having %s", c.name, hello.Resume.Replica, text(hello.Have))
	conn.toServer(hello)
	c.w.after(10*time.Second, func() { // nobody answered
		if c.conn == conn && !c.live {
			conn.cut()
		}
	})
}

// lost is told when a connection has ended, from whichever side.
func (c *client) lost(conn *conn) {
	conn.clientGone = true
	if c.conn != conn {
		return
	}
	c.conn, c.live = nil, false
	c.dial(c.w.between(50*time.Millisecond, 1500*time.Millisecond))
}

// receive takes a frame in, as app/session does.
func (c *client) receive(conn *conn, b []byte) {
	if c.conn != conn {
		return
	}
	f, err := wire.Decode(b)
	if err != nil {
		c.w.fail("%s cannot read what the server sent: %v", c.name, err)
		return
	}
	c.check(f)
	if _, err := c.rep.Apply(f); err != nil {
		c.w.say("%s: %v", c.name, err)
		if !errors.Is(err, replica.ErrReload) {
			c.w.fail("%s cannot take in %T: %v", c.name, f, err)
			return
		}
		c.w.stats.Reloads++
		c.lost(conn)
		conn.cut()
		return
	}
	switch f := f.(type) {
	case wire.Welcome:
		c.live, c.role_ = true, f.Role
		c.holdUntil = time.Time{}
		c.peers, c.presence = map[wire.PeerID]wire.Peer{}, map[wire.PeerID]string{}
		for _, p := range f.Peers {
			c.peers[p.ID] = p
		}
		if c.versions[1] > wire.Version {
			c.w.stats.NewVersion++
		} else {
			c.w.stats.OldVersion++
		}
		c.w.say("%s welcomed as peer %d replica %d %v snapshot %d delta %d acknowledged %d", c.name, f.Peer, f.Resume.Replica, f.Role, len(f.Snapshot), len(f.Delta), f.Acknowledged)
		if c.state != "" {
			conn.toServer(wire.Presence{State: []byte(c.state)})
		}
		if f.Role == wire.RoleView && c.role >= wire.RoleEdit && c.rep.PendingCount() > 0 {
			c.w.say("%s watches with edits pending", c.name)
		}
	case wire.Merged:
		for _, p := range f.Joined {
			c.peers[p.ID] = p
		}
		for _, p := range f.Presence {
			c.presence[p.Peer] = string(p.State)
			if len(p.State) == 0 {
				delete(c.presence, p.Peer)
			}
		}
		for _, id := range f.Left {
			delete(c.peers, id)
			delete(c.presence, id)
		}
	case wire.Refused:
		c.w.say("%s refused %v from %d", c.name, f.Code, f.Counter)
		if f.Code.Retry() {
			c.w.stats.Retried++
			c.holdUntil = c.w.now.Add(f.RetryAfter)
			c.w.at(c.holdUntil, c.flush)
		} else if !c.forger {
			c.w.fail("%s: an honest edit was refused: %v %s", c.name, f.Code, f.Detail)
		}
	case wire.Notice:
		if f.Code == wire.NoticeStoreBack {
			c.holdUntil = time.Time{}
		}
	case wire.Closing:
		c.w.say("%s told %v", c.name, f.Code)
		if after := f.RetryAfter; after > 0 {
			c.offlineUntil = c.w.now.Add(after)
		}
	}
	c.flush()
}

// check looks at what is shown before it is taken in: all of it must be on disk.
func (c *client) check(f wire.Frame) {
	v := crdt.Version{}
	switch f := f.(type) {
	case wire.Welcome:
		if f.Snapshot != nil {
			doc, err := crdt.Load(f.Snapshot)
			if err != nil {
				c.w.fail("%s was sent a snapshot that does not load: %v", c.name, err)
				return
			}
			v = doc.Version()
		}
		if f.Acknowledged > 0 {
			v[f.Resume.Replica] = max(v[f.Resume.Replica], f.Acknowledged)
		}
	case wire.Merged:
		for _, b := range f.Batches {
			h, err := crdt.Peek(b)
			if err != nil {
				c.w.fail("%s was sent a batch that does not read: %v", c.name, err)
				return
			}
			v[h.Replica] = max(v[h.Replica], h.Last)
		}
	case wire.Acknowledged:
		v[c.rep.ID()] = f.Counter
	}
	c.w.mustBeDurable(fmt.Sprintf("%T to %s", f, c.name), v)
	for r, n := range v {
		c.seen[r] = max(c.seen[r], n)
	}
}

// flush sends what is owed.
func (c *client) flush() {
	if !c.live || c.w.now.Before(c.holdUntil) || c.rep.ID() == 0 {
		return
	}
	for {
		f, ok := c.rep.NextEdits(4 << 10)
		if !ok {
			return
		}
		if c.w.keep {
			first, _ := crdt.Peek(f.Batches[0])
			last, _ := crdt.Peek(f.Batches[len(f.Batches)-1])
			c.w.say("%s sends %d batches, %d after %d to %d", c.name, len(f.Batches), first.First, first.Prev, last.Last)
		}
		c.conn.toServer(f)
		if !c.w.healed && c.w.chance(3) {
			c.w.stats.Dups++
			c.conn.toServer(f)
		}
	}
}

// act is one thing that a person does.
func (c *client) act() {
	if c.w.healed {
		return
	}
	switch n := c.w.rng.IntN(100); {
	case c.role < wire.RoleEdit && c.forger && n < 30:
		c.forge()
	case c.role >= wire.RoleEdit && n < 60:
		c.edit()
	case c.role >= wire.RoleEdit && n < 66:
		if _, ok := c.rep.Undo(); ok {
			c.w.stats.Undos++
		}
	case c.role >= wire.RoleEdit && n < 69:
		if _, ok := c.rep.Redo(); ok {
			c.w.stats.Undos++
		}
	case n < 85:
		c.state = fmt.Sprintf("%s@%d", c.name, c.w.rng.IntN(1000))
		if c.w.chance(10) {
			c.state = ""
		}
		if c.live {
			c.conn.toServer(wire.Presence{State: []byte(c.state)})
		}
	case n < 87 && c.live:
		c.name = c.name[:2] + fmt.Sprint(c.w.rng.IntN(10))
		c.conn.toServer(wire.Rename{Name: c.name, Department: "dep"})
	}
	c.save()
	c.flush()
	c.w.after(c.w.between(5*time.Millisecond, 600*time.Millisecond), c.act)
}

// save keeps what an offline outbox keeps. Now and then storing fails, or a reload comes
// before it was done: the outbox then lacks its tail.
func (c *client) save() {
	more, whole := c.rep.Journal()
	switch {
	case whole:
		c.saved = slices.Clone(more)
	case more != nil && c.w.chance(2):
		c.w.stats.TornOutboxes++
		c.saved = append(c.saved, more[:len(more)/2]...)
		c.rep.Unsaved()
	case more != nil:
		c.saved = append(c.saved, more...)
	}
}

// edit writes something at random.
func (c *client) edit() {
	group := ""
	if c.w.chance(30) {
		group = "drag"
	}
	c.rep.Edit(group, func(e *crdt.Edit) {
		for range 1 + c.w.rng.IntN(3) {
			c.write(e)
		}
		if err := e.Err(); err != nil {
			c.w.fail("%s: %v", c.name, err)
		}
	})
	c.w.stats.Edits++
}

func (c *client) write(e *crdt.Edit) {
	doc := c.rep.Document()
	notes := slices.Collect(doc.All(kindNote))
	if len(notes) < 3 || c.w.chance(8) {
		id := e.Create(kindNote)
		e.Set(id, fieldPlace, []byte{byte(c.w.rng.IntN(256))})
		e.Insert(id, fieldText, 0, words[c.w.rng.IntN(len(words))])
		return
	}
	id := notes[c.w.rng.IntN(len(notes))]
	switch n := c.w.rng.IntN(20); {
	case n < 9:
		e.Set(id, fieldPlace, fmt.Appendf(nil, "%d,%d", c.w.rng.IntN(500), c.w.rng.IntN(500)))
	case n < 10:
		e.Set(id, fieldColor, []byte{byte(n)})
	case n < 16:
		e.Insert(id, fieldText, c.w.rng.IntN(doc.TextLen(id, fieldText)+1), words[c.w.rng.IntN(len(words))])
	case n < 18:
		if n := doc.TextLen(id, fieldText); n > 0 {
			at := c.w.rng.IntN(n)
			e.Erase(id, fieldText, at, 1+c.w.rng.IntN(n-at))
		}
	case n < 19 && len(notes) > 8:
		e.Delete(id)
	default:
		e.Set(id, fieldColor, []byte("red"))
	}
}

var words = []string{"旅", "地図", "電話が遠い", "a", "hello ", "🙂", "ペルソナ", "x"}

// forge sends over a read-only connection what a hand-made page could.
func (c *client) forge() {
	if !c.live {
		return
	}
	c.w.stats.Forged++
	doc, err := crdt.Load(c.rep.Document().Snapshot())
	if err != nil {
		c.w.fail("%v", err)
		return
	}
	e := doc.Edit(crdt.ReplicaID(1 + c.w.rng.IntN(6)))
	id := e.Create(kindNote)
	e.Set(id, fieldColor, []byte("forged"))
	update := e.Commit().Update
	if c.w.chance(50) {
		update[c.w.rng.IntN(len(update))] ^= 1 << c.w.rng.IntN(8)
	}
	c.conn.toServer(wire.Edits{Batches: [][]byte{update}})
}

// misfortune is one thing that happens to a person.
func (c *client) misfortune() {
	if c.w.healed {
		return
	}
	switch n := c.w.rng.IntN(100); {
	case n < 25 && c.conn != nil:
		c.w.stats.Cuts++
		c.w.say("%s is cut off", c.name)
		c.conn.cut()
	case n < 40 && c.conn != nil:
		c.w.stats.HalfOpen++
		c.w.say("%s is half open", c.name)
		conn := c.conn
		conn.halfOpen()
		c.lost(conn)
	case n < 55:
		c.w.stats.Offline++
		c.offlineUntil = c.w.now.Add(c.w.between(time.Second, 12*time.Second))
		c.w.say("%s goes offline", c.name)
		if c.conn != nil {
			c.conn.cut()
		}
	case n < 80 && c.conn != nil:
		c.w.stats.Slow++
		c.conn.stalled = c.w.now.Add(c.w.between(time.Second, 9*time.Second))
		c.w.say("%s reads nothing for a while", c.name)
	case n < 90 && c.saved != nil:
		// The page is reloaded: what was saved is all that is left.
		c.w.stats.Restores++
		c.w.say("%s reloads the page", c.name)
		rep, err := replica.Restore(c.saved)
		if err != nil {
			c.w.fail("%s: restore: %v", c.name, err)
			return
		}
		if conn := c.conn; conn != nil {
			conn.clientGone = true
			conn.cut()
			c.conn, c.live = nil, false
		}
		c.rep = rep
		c.save()
		c.dial(c.w.between(100*time.Millisecond, time.Second))
	}
	c.w.after(c.w.between(500*time.Millisecond, 8*time.Second), c.misfortune)
}

func text(v crdt.Version) string {
	s := ""
	for _, r := range slices.Sorted(maps.Keys(v)) {
		s += fmt.Sprintf(" %d:%d", r, v[r])
	}
	return "{" + s + " }"
}
