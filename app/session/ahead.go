package session

import (
	"context"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// What a session does before its first connection stands: it dials while the
// outbox is being opened, and shows what the page has fetched of the map.

// dialSoon is how long a map that could be shown waits for a connection.
const dialSoon = 50 * time.Millisecond

// dialling is a connection that is being made ahead, or none.
type dialling struct {
	session *Session
	ended   chan struct{} // nil: nobody dials
	conn    conn
	err     error
}

// dialAhead dials while the outbox is being opened.
func (s *Session) dialAhead() *dialling {
	d := &dialling{session: s, ended: make(chan struct{})}
	// Ends with the session, or after welcomeWait.
	go func() {
		defer close(d.ended)
		d.conn, d.err = s.dialled(s.ctx)
	}()
	return d
}

// take waits for the connection, and makes it if nobody has begun to.
func (d *dialling) take(ctx context.Context) (conn, error) {
	if d.ended == nil {
		return d.session.dialled(ctx)
	}
	<-d.ended
	c := d.conn
	d.conn = nil
	return c, d.err
}

// drop closes a connection that nobody took.
func (d *dialling) drop() {
	if d.ended == nil {
		return
	}
	if c, _ := d.take(d.session.ctx); c != nil {
		c.Close()
	}
}

// showAhead shows the map that the page has fetched. A connection that comes
// soon is waited for: then Hello is under way while the page draws.
func (s *Session) showAhead(first *dialling) {
	if s.o.Snapshot == nil {
		return
	}
	soon := time.NewTimer(dialSoon)
	defer soon.Stop()
	select {
	case <-first.ended:
	case <-soon.C:
		s.ask(s.takeSnapshot)
	}
}

// Show shows the map that the page has fetched at once, without looking for what
// this browser kept of it: for a page that knows that it keeps nothing.
func (s *Session) Show() {
	s.takeSnapshot()
	s.finish()
}

// takeSnapshot is for a session that has nothing to show yet: what was kept in
// this browser may hold edits that the server lacks.
func (s *Session) takeSnapshot() {
	if s.o.Snapshot == nil || s.link != nil || s.replica.ID() != 0 || len(s.replica.Document().Version()) > 0 {
		return
	}
	if b := s.o.Snapshot(); len(b) > 0 {
		// An error is the server's to answer: Hello asks for all of the map then.
		if c, err := s.replica.Welcome(wire.Welcome{Snapshot: b}); err == nil {
			s.change.Add(c)
		}
	}
}
