package room

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// page is a client on a pipe: it takes in what it is sent, and can be told to stop reading.
type page struct {
	t    *testing.T
	mu   sync.Mutex // guards the following
	rep  *replica.Replica
	role wire.Role

	welcomed chan struct{}
	closed   chan wire.Code
	once     sync.Once
	stuck    chan struct{} // not nil: WriteFrame waits for it, or for Close
	frames   atomic.Int64
}

func newPage(t *testing.T) *page {
	return &page{t: t, rep: replica.New(crdt.New(), 0), welcomed: make(chan struct{}), closed: make(chan wire.Code, 1)}
}

func (p *page) WriteFrame(_ context.Context, b []byte, rest ...[]byte) error {
	b = append(bytes.Clone(b), slices.Concat(rest...)...)
	if p.stuck != nil {
		<-p.stuck
		return io.ErrClosedPipe
	}
	f, err := wire.Decode(b)
	if err != nil {
		p.t.Error(err)
		return err
	}
	p.frames.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.rep.Apply(f); err != nil {
		p.t.Errorf("%T: %v", f, err)
	}
	if w, ok := f.(wire.Welcome); ok {
		p.role = w.Role
		close(p.welcomed)
	}
	return nil
}

func (p *page) Close(code wire.Code, _ string) {
	p.once.Do(func() {
		if p.stuck != nil {
			close(p.stuck)
		}
		p.closed <- code
	})
}

func (p *page) hello() wire.Hello {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rep.Hello("n", "d")
}

func (p *page) write(peer *Peer, text string) error {
	p.mu.Lock()
	p.rep.Edit("", func(e *crdt.Edit) { e.Insert(e.Create(kindNote), fieldText, 0, text) })
	f, _ := p.rep.NextEdits(0)
	p.mu.Unlock()
	return peer.Deliver(f)
}

func (p *page) texts() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return textsOf(p.rep.Document())
}

func join(t *testing.T, h *Host, id string, p *page) *Peer {
	t.Helper()
	peer, err := h.Join(t.Context(), JoinRequest{Map: id, Role: wire.RoleEdit, Link: "l", Conn: p, Hello: p.hello()})
	if err != nil {
		t.Fatal(err)
	}
	return peer
}

func shutdown(t *testing.T, h *Host) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	synctest.Wait()
}

// What two people write reaches both and the log; the room is let go when they have left,
// and loaded again for the next.
func TestHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &Memory{}
		h := NewHost(Options{Log: log})
		a, b := newPage(t), newPage(t)
		pa, pb := join(t, h, "m", a), join(t, h, "m", b)
		<-a.welcomed
		<-b.welcomed
		if err := errors.Join(a.write(pa, "a"), b.write(pb, "b")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if a.texts() != "a b " || b.texts() != "a b " {
			t.Errorf("a sees %q, b sees %q", a.texts(), b.texts())
		}
		pa.Leave()
		pb.Leave()
		pb.Leave()
		time.Sleep(2 * DefaultLimits.IdleTimeout)
		if n := len(h.all()); n != 0 {
			t.Errorf("%d rooms are open after everybody left", n)
		}
		c := newPage(t)
		join(t, h, "m", c)
		<-c.welcomed
		if c.texts() != "a b " {
			t.Errorf("after the room was let go: %q", c.texts())
		}
		shutdown(t, h)
		if code := <-c.closed; code != wire.CodeRestarting {
			t.Errorf("closed with %v", code)
		}
	})
}

// Joins race with a room that is just being let go: everybody is welcomed, and every edit
// that was acknowledged is there. (Hocuspocus #971 lost edits here.)
func TestUnloadRacesWithJoins_P44(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &Memory{}
		h := NewHost(Options{Log: log, Limits: Limits{IdleTimeout: time.Millisecond}})
		var acknowledged atomic.Int64
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				p := newPage(t)
				for k := range 25 {
					time.Sleep(time.Duration((i*7+k*3)%11) * 100 * time.Microsecond)
					peer := join(t, h, "m", p)
					<-p.welcomed
					if err := p.write(peer, "x"); err != nil {
						t.Error(err)
					}
					for p.pending() > 0 {
						time.Sleep(100 * time.Microsecond)
					}
					acknowledged.Add(1)
					peer.Leave()
					p.welcomed = make(chan struct{})
				}
			})
		}
		all.Wait()
		time.Sleep(time.Second)
		if n := len(h.all()); n != 0 {
			t.Errorf("%d rooms are open", n)
		}
		err := h.View(t.Context(), "m", func(d *crdt.Document) error {
			n := int64(0)
			for range d.All(kindNote) {
				n++
			}
			if n != acknowledged.Load() || n != 500 {
				return fmt.Errorf("%d notes are there, %d were acknowledged", n, acknowledged.Load())
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		shutdown(t, h)
	})
}

func (p *page) pending() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rep.PendingCount()
}

// One who does not read is closed and holds nobody up, not even the shutdown.
func TestStuckPeer_P40(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHost(Options{Log: &Memory{}, Limits: Limits{OutboxBytesMax: 10_000}})
		a, stuck := newPage(t), newPage(t)
		stuck.stuck = make(chan struct{})
		pa := join(t, h, "m", a)
		join(t, h, "m", stuck)
		<-a.welcomed
		for range 500 {
			if err := a.write(pa, "some words to fill an outbox"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if code := <-stuck.closed; code != wire.CodeTooSlow {
			t.Errorf("closed with %v", code)
		}
		if n := a.pending(); n > 0 {
			t.Errorf("the other still owes %d edits", n)
		}
		shutdown(t, h)
	})
}

// A map whose log is damaged is refused with a code that says so, to connections, views and
// edits alike, and is tried again by the next.
func TestDamagedLog_P42(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &Memory{}
		if _, err := log.Append(t.Context(), "m", []byte("\x01no entry")); err != nil {
			t.Fatal(err)
		}
		h := NewHost(Options{Log: log})
		p := newPage(t)
		join(t, h, "m", p)
		if code := <-p.closed; code != wire.CodeMapDamaged {
			t.Errorf("closed with %v", code)
		}
		synctest.Wait()
		err := h.View(t.Context(), "m", func(*crdt.Document) error { return nil })
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("view: %v", err)
		}
		synctest.Wait()
		err = h.Edit(t.Context(), "m", func(*crdt.Document, *crdt.Edit) error { return nil })
		if e := (*Error)(nil); !errors.As(err, &e) || e.Code != wire.CodeMapDamaged {
			t.Errorf("edit: %v", err)
		}
		shutdown(t, h)
	})
}

// A server edit is durable when it returns, and shows at once.
func TestHostEdit_P49(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &Memory{}
		h := NewHost(Options{Log: log})
		p := newPage(t)
		join(t, h, "m", p)
		<-p.welcomed
		err := h.Edit(t.Context(), "m", func(_ *crdt.Document, e *crdt.Edit) error {
			e.Insert(e.Create(kindNote), fieldText, 0, "imported")
			return nil
		})
		if err != nil || len(log.Entries("m")) != 2 {
			t.Errorf("%v, %d entries", err, len(log.Entries("m")))
		}
		synctest.Wait()
		if p.texts() != "imported " {
			t.Errorf("the page sees %q", p.texts())
		}
		shutdown(t, h)
	})
}

// A full disk: edits wait, readers are served, and it goes on by itself when there is room.
func TestFullDisk_P41(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &Memory{}
		h := NewHost(Options{Log: log})
		a, b := newPage(t), newPage(t)
		pa := join(t, h, "m", a)
		join(t, h, "m", b)
		<-a.welcomed
		<-b.welcomed
		log.Fail(func(op string) error {
			if op == "append" {
				return ErrDiskFull
			}
			return nil
		})
		if err := a.write(pa, "waits"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if a.pending() != 1 || b.texts() != "" {
			t.Errorf("%d pending, b sees %q", a.pending(), b.texts())
		}
		reader := newPage(t)
		join(t, h, "m", reader)
		<-reader.welcomed
		log.Fail(nil)
		time.Sleep(10 * time.Second)
		if a.pending() != 0 || b.texts() != "waits " {
			t.Errorf("%d pending, b sees %q", a.pending(), b.texts())
		}
		shutdown(t, h)
	})
}

// A log that does not answer holds up a shutdown only as long as its grace time.
func TestShutdownGivesUp_P45(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHost(Options{Log: hanging{&Memory{}}})
		p := newPage(t)
		join(t, h, "m", p)
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		if err := h.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("took %v", took)
		}
		if _, err := h.Join(t.Context(), JoinRequest{Map: "m", Conn: p}); !errors.Is(err, ErrShutdown) {
			t.Errorf("a join after it: %v", err)
		}
	})
}

type hanging struct{ *Memory }

func (hanging) Append(ctx context.Context, _ string, _ []byte) (uint64, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

// A bug in a room ends that room alone; its people come back to what the log has.
func TestPanicEndsOneRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var armed atomic.Bool
		h := NewHost(Options{Log: &Memory{}, Policy: func(wire.Role, *crdt.Document, []byte) *wire.Code {
			if armed.CompareAndSwap(true, false) {
				panic("a bug")
			}
			return nil
		}})
		a, other := newPage(t), newPage(t)
		pa := join(t, h, "m", a)
		join(t, h, "other", other)
		<-a.welcomed
		<-other.welcomed
		if err := a.write(pa, "kept"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		armed.Store(true)
		if err := a.write(pa, "poison"); err != nil {
			t.Fatal(err)
		}
		if code := <-a.closed; code != wire.CodeInternal {
			t.Errorf("closed with %v", code)
		}
		select {
		case code := <-other.closed:
			t.Errorf("another room's peer was closed with %v", code)
		default:
		}
		b := newPage(t)
		join(t, h, "m", b)
		<-b.welcomed
		if b.texts() != "kept " {
			t.Errorf("the next room has %q", b.texts())
		}
		shutdown(t, h)
	})
}

// Too many open maps: the next is told to come again, the others go on.
func TestRoomLimit_P47(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHost(Options{Log: &Memory{}, Limits: Limits{RoomsMax: 2}})
		for _, id := range []string{"1", "2", "1"} {
			join(t, h, id, newPage(t))
		}
		_, err := h.Join(t.Context(), JoinRequest{Map: "3", Conn: newPage(t)})
		if e := (*Error)(nil); !errors.As(err, &e) || e.Code != wire.CodeBusy {
			t.Errorf("got %v", err)
		}
		shutdown(t, h)
	})
}
