package replica

import (
	"fmt"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// hub is the least server that keeps the protocol: one document, a number and
// a secret for each replica, and a line to each peer that can be cut.
type hub struct {
	doc    *crdt.Document
	next   crdt.ReplicaID
	epoch  byte // in every secret; a new one makes all of them stale
	lines  []*line
	refuse func(update []byte) wire.Code
	log    int // batches taken
}

// line carries encoded frames both ways until it is cut.
type line struct {
	h        *hub
	up, down [][]byte
	author   crdt.ReplicaID
	open     bool
}

func newHub() *hub {
	return &hub{doc: crdt.New(), refuse: func([]byte) wire.Code { return wire.CodeNone }}
}

func (h *hub) secret(r crdt.ReplicaID) (s [16]byte) {
	s[0], s[1] = byte(r), h.epoch
	return s
}

// connect answers a Hello; snapshot forces the long way.
func (h *hub) connect(hello wire.Hello, snapshot bool) (*line, wire.Frame) {
	r := hello.Resume.Replica
	if r != 0 && hello.Resume.Secret != h.secret(r) {
		return nil, wire.Closing{Code: wire.CodeReplicaStale}
	}
	if r == 0 {
		h.next++
		r = h.next
	}
	for _, l := range h.lines {
		if l.author == r {
			l.open = false
		}
	}
	w := wire.Welcome{
		Version: 1, Peer: wire.PeerID(len(h.lines) + 1), Role: wire.RoleEdit,
		Resume: wire.Resume{Replica: r, Secret: h.secret(r)}, Acknowledged: h.doc.Version()[r],
	}
	if snapshot || len(hello.Have) == 0 || !h.doc.Version().Covers(hello.Have) {
		w.Snapshot = h.doc.Snapshot()
	} else {
		w.Delta = h.doc.Delta(hello.Have)
	}
	l := &line{h: h, author: r, open: true}
	h.lines = append(h.lines, l)
	return l, w
}

// step takes one frame of a line in.
func (l *line) step() bool {
	if !l.open || len(l.up) == 0 {
		return false
	}
	f, err := wire.Decode(l.up[0])
	l.up = l.up[1:]
	if err != nil {
		panic(err)
	}
	var merged wire.Merged
	for _, b := range f.(wire.Edits).Batches {
		h, _ := crdt.Peek(b)
		code := l.h.refuse(b)
		if err := l.h.doc.Check(b, l.author, crdt.Limits{}); err != nil {
			code = wire.FromEdit(err)
		}
		if code != wire.CodeNone {
			l.say(wire.Refused{Code: code, Counter: h.First})
			break
		}
		known := l.h.doc.Version()[l.author] >= h.Last
		if _, err := l.h.doc.Merge(b); err != nil {
			panic(fmt.Sprint("checked but not merged: ", err))
		}
		if !known {
			l.h.log++
			merged.Batches = append(merged.Batches, b)
		} else {
			l.say(wire.Acknowledged{Counter: h.Last})
		}
	}
	if len(merged.Batches) > 0 {
		for _, other := range l.h.lines {
			if other.open {
				other.say(merged)
			}
		}
	}
	return true
}

func (l *line) say(f wire.Frame) { l.down = append(l.down, wire.Append(nil, f)) }

// person is a replica and its line.
type person struct {
	h     *hub
	r     *Replica
	l     *line
	store []byte // what the outbox holds
	seen  *view  // what OnChange has made of it, see view
}

func newPerson(h *hub) *person {
	p := &person{h: h, r: New(crdt.New(), 0)}
	p.seen = newView(p.r.Document())
	return p
}

// connect says Hello until it is welcomed.
func (p *person) connect(snapshot bool) {
	p.cut()
	for range 5 {
		hello, err := wire.Decode(wire.Append(nil, p.r.Hello("n", "d")))
		if err != nil {
			panic(err)
		}
		l, f := p.h.connect(hello.(wire.Hello), snapshot)
		answer, err := wire.Decode(wire.Append(nil, f))
		if err != nil {
			panic(err)
		}
		c, err := p.r.Apply(answer)
		p.seen.apply(p.r.Document(), c)
		if err == nil && l != nil {
			p.l = l
			return
		}
	}
	panic("never welcomed")
}

func (p *person) cut() {
	if p.l != nil {
		p.l.open = false
		p.l = nil
	}
	p.r.Resend()
}

func (p *person) send() bool {
	if p.l == nil || !p.l.open {
		return false
	}
	f, ok := p.r.NextEdits(0)
	if ok {
		p.l.up = append(p.l.up, wire.Append(nil, f))
	}
	return ok
}

// receive takes one frame in; an error makes the person connect anew.
func (p *person) receive() bool {
	if p.l == nil || len(p.l.down) == 0 {
		return false
	}
	f, err := wire.Decode(p.l.down[0])
	if err != nil {
		panic(err)
	}
	p.l.down = p.l.down[1:]
	c, err := p.r.Apply(f)
	p.seen.apply(p.r.Document(), c)
	if err != nil {
		p.connect(false)
	}
	return true
}

func (p *person) edit(group string, write func(*crdt.Edit)) {
	p.seen.apply(p.r.Document(), p.r.Edit(group, write))
}

// save does what an outbox does after an edit.
func (p *person) save() {
	b, whole := p.r.Journal()
	if whole {
		p.store = nil
	}
	p.store = append(p.store, b...)
}

// crash loses everything but the outbox, and of that lost bytes at the end.
func (p *person) crash(lost int) {
	p.cut()
	saved := p.store[:max(0, len(p.store)-lost)]
	r, err := Restore(append([]byte(nil), saved...))
	if err != nil {
		r = New(crdt.New(), 0)
	}
	p.r = r
	p.store = nil
	p.r.Unsaved()
	p.seen = newView(r.Document())
}

// settle runs everything to its end: all connected, nothing on its way.
func settle(h *hub, people ...*person) {
	for _, p := range people {
		if p.l == nil || !p.l.open {
			p.connect(false)
		}
	}
	for busy := true; busy; {
		busy = false
		for _, p := range people {
			for p.send() || p.l.step() || p.receive() {
				busy = true
			}
		}
	}
}

// view is a dumb reader of changes: it keeps what a board would draw, and
// shows whether Change tells all of it.
type view struct{ objects map[crdt.ID]string }

func newView(d *crdt.Document) *view {
	v := &view{objects: map[crdt.ID]string{}}
	for id := range d.All(kindNote) {
		v.objects[id] = show(d, id)
	}
	return v
}

func (v *view) apply(d *crdt.Document, c crdt.Change) {
	for o := range c.Objects() {
		if d.Exists(o.ID) {
			v.objects[o.ID] = show(d, o.ID)
		} else {
			delete(v.objects, o.ID)
		}
	}
}

const (
	kindNote crdt.Kind  = 3
	place    crdt.Field = 1
	color    crdt.Field = 2
	token    crdt.Field = 3
	text     crdt.Field = 10
)

func show(d *crdt.Document, id crdt.ID) string {
	return fmt.Sprintf("%s|%s|%s|%s", d.Get(id, place), d.Get(id, color), d.Get(id, token), d.Text(id, text))
}
