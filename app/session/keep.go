package session

import (
	"errors"
	"time"

	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

const (
	// keepSoon is how long an own edit may wait to be put in the outbox, so
	// that a drag does not write sixty times a second.
	keepSoon = 80 * time.Millisecond
	// keepLater is how long others' edits may wait; they are with the server
	// anyway, and wait for nothing when an own edit is put.
	keepLater = 3 * time.Second
	// idleAfter is how long a person must have done nothing before there is
	// time for more than storing what is new.
	idleAfter = 2 * time.Second
)

// outboxOut is the outbox of this session and when it is written next.
type outboxOut struct {
	box   Outbox
	at    time.Time
	due   time.Time
	timer *time.Timer
}

func (o *outboxOut) release() {
	if o.box != nil {
		o.box.Release()
		o.box = nil
	}
}

// openOutbox adopts what an earlier session left, before the first dial. The
// first that can be read goes on in this session; what else holds unsent
// edits is sent by couriers once the server answers.
func (s *Session) openOutbox() {
	if s.o.courier != nil {
		r, _, err := load(s, s.o.courier)
		if err == nil {
			s.ask(func() { s.adopt(s.o.courier, r) })
		}
		return
	}
	if s.o.Store == nil {
		s.ask(func() { s.status.Unsafe = true })
		return
	}
	orphans, err := s.o.Store.Orphans(s.ctx, s.o.Key)
	if err != nil {
		s.ask(func() { s.status.Unsafe, s.status.Reason = true, wire.CodeOutbox })
		return
	}
	var own Outbox
	for _, box := range orphans {
		r, n, err := load(s, box)
		switch {
		case errors.Is(err, errEmpty):
			box.Discard()
		case err != nil:
			// Not ours to destroy: a later version may read it.
			box.Release()
			s.ask(func() { s.status.Reason = wire.CodeOutboxOld })
		case own == nil:
			own = box
			s.ask(func() { s.adopt(box, r) })
		case n == 0:
			box.Discard()
		default:
			s.ask(func() { s.orphans[box] = &courier{pending: n} })
		}
	}
	if own == nil {
		box, err := s.o.Store.New(s.ctx, s.o.Key)
		s.ask(func() {
			if err != nil {
				s.status.Unsafe, s.status.Reason = true, wire.CodeOutbox
				return
			}
			s.outbox.box = box
		})
	}
}

var errEmpty = errors.New("session: empty outbox")

func load(s *Session, box Outbox) (r *replica.Replica, pending int, err error) {
	b, err := box.Load(s.ctx)
	if err != nil {
		return nil, 0, err
	}
	if len(b) == 0 {
		return nil, 0, errEmpty
	}
	r, err = replica.Restore(b)
	if err != nil {
		return nil, 0, err
	}
	return r, r.PendingCount(), nil
}

// adopt goes on as the replica that was kept, under the document that is
// shown already.
func (s *Session) adopt(box Outbox, r *replica.Replica) {
	s.outbox.box = box
	s.change.Add(r.Move(s.replica.Document()))
	r.SetRewrite(s.o.Rewrite)
	s.replica = r
}

// urgency is how soon something must be in the outbox.
type urgency uint8

const (
	later  urgency = iota // others' edits
	soon                  // own edits
	atOnce                // the page may be gone in a moment
)

// store puts what is new into the outbox.
func (s *Session) store(u urgency) {
	o := &s.outbox
	// Who only reads has no number, and keeps what was seen, for when there is no server.
	if o.box == nil || s.replica.ID() == 0 && s.status.Role != wire.RoleView {
		return
	}
	now := time.Now()
	var wait time.Duration
	switch u {
	case atOnce:
		s.busyAt = now // there is no time to tidy
	case soon:
		wait = keepSoon - now.Sub(o.at)
	case later:
		if !s.replica.Unstored() {
			return
		}
		wait = keepLater
	}
	if wait > 0 {
		s.storeAt(now.Add(wait), wait)
		return
	}
	s.storeNow(now)
}

func (s *Session) storeAt(due time.Time, wait time.Duration) {
	o := &s.outbox
	if o.timer != nil {
		if !due.Before(o.due) {
			return
		}
		o.timer.Stop()
	}
	o.due = due
	o.timer = time.AfterFunc(wait, func() {
		s.post(func() {
			if o.timer != nil && s.outbox.box != nil && s.status.State != Closed {
				s.storeNow(time.Now())
			}
		})
	})
}

func (s *Session) storeNow(now time.Time) {
	o := &s.outbox
	if o.timer != nil {
		o.timer.Stop()
		o.timer = nil
	}
	if now.Sub(s.busyAt) > idleAfter {
		s.replica.Tidy()
	}
	b, whole := s.replica.Journal()
	if b == nil {
		return
	}
	o.at = now
	o.box.Put(b, whole, func(err error) {
		if err == nil {
			return
		}
		s.post(func() {
			s.replica.Unsaved()
			s.status.Unsafe, s.status.Reason = true, wire.CodeOutbox
		})
	})
}

// forget lets go of what a reader keeps of a map that the link does not open any
// more. What somebody wrote is never thrown away so.
func (s *Session) forget(code wire.Code) {
	if box := s.outbox.box; box != nil && s.replica.ID() == 0 && code >= wire.CodeLinkUnknown && code <= wire.CodeMapDeleted {
		s.outbox.box = nil
		box.Discard()
	}
}

// courier brings the unsent edits of a closed tab to the server.
type courier struct {
	session *Session // nil until there is a server to bring them to
	pending int
}

// couriers starts those that wait. Each is a session of its own, since the
// edits belong to a replica of their own, and removes its outbox when all of
// them have arrived.
func (s *Session) couriers() {
	for box, c := range s.orphans {
		if c.session != nil {
			continue
		}
		o := s.o
		o.Store, o.Dispatch, o.Snapshot, o.courier = nil, nil, nil, box
		c.session = Open(s.ctx, o)
		c.session.post(func() {
			c.session.OnTaken(func(taken []replica.Taken) {
				s.post(func() { s.takenBack(taken) })
			})
			c.session.OnStatus(func(status Status) { s.deliverFrom(c, box, status) })
		})
	}
}

// deliverFrom follows a courier, on the courier's goroutine.
func (s *Session) deliverFrom(c *courier, box Outbox, status Status) {
	arrived := status.State == Live && status.Pending == 0
	if arrived {
		c.session.outbox.box = nil // nothing more is put, and Close lets nothing go
		box.Discard()
		c.session.cancel()
	}
	s.post(func() {
		c.pending = status.Pending
		if arrived {
			delete(s.orphans, box)
		}
	})
}
