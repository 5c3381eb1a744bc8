//go:build !js

package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serverSocket is the hub's end of a real WebSocket.
type serverSocket struct{ c *websocket.Conn }

func (s serverSocket) Read(ctx context.Context) ([]byte, error) {
	_, b, err := s.c.Read(ctx)
	return b, err
}

func (s serverSocket) Write(ctx context.Context, b []byte) error {
	return s.c.Write(ctx, websocket.MessageBinary, b)
}

func (s serverSocket) Close(code wire.Code) {
	s.c.Close(websocket.StatusCode(code.CloseCode()), code.String())
}

// serve puts a hub on a real port.
func serve(t *testing.T, h *hub) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/m/gone/live":
			w.WriteHeader(http.StatusGone)
			return
		case "/m/unknown/live":
			w.WriteHeader(http.StatusNotFound)
			return
		}
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(wire.ClientFrameBytesMax)
		h.serve(r.Context(), serverSocket{c})
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// proxy is a TCP relay that can be cut, frozen, and mended.
type proxy struct {
	to string
	l  net.Listener

	mu     sync.Mutex // guards the following
	cut    bool
	frozen chan struct{} // nil: bytes pass
	conns  map[net.Conn]bool
	work   sync.WaitGroup
}

func newProxy(t *testing.T, to string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{to: to, l: l, conns: map[net.Conn]bool{}}
	p.work.Add(1)
	go p.accept() // ends when the listener is closed
	t.Cleanup(func() {
		l.Close()
		p.freeze(false)
		p.drop()
		p.work.Wait()
	})
	return p
}

func (p *proxy) url() string { return "ws://" + p.l.Addr().String() + "/m/x/live" }

func (p *proxy) accept() {
	defer p.work.Done()
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		up, err := net.Dial("tcp", p.to)
		p.mu.Lock()
		if err != nil || p.cut {
			p.mu.Unlock()
			c.Close()
			if up != nil {
				up.Close()
			}
			continue
		}
		p.conns[c], p.conns[up] = true, true
		p.work.Add(2)
		p.mu.Unlock()
		go p.relay(c, up) // end when either side is closed
		go p.relay(up, c)
	}
}

func (p *proxy) relay(from, to net.Conn) {
	defer p.work.Done()
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 777) // cuts messages anywhere
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		frozen := p.frozen
		p.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// drop cuts what stands; new connections are let through.
func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

func (p *proxy) block(cut bool) {
	p.mu.Lock()
	p.cut = cut
	p.mu.Unlock()
	if cut {
		p.drop()
	}
}

// freeze holds all bytes back without a word, as a half-open path does.
func (p *proxy) freeze(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case on && p.frozen == nil:
		p.frozen = make(chan struct{})
	case !on && p.frozen != nil:
		close(p.frozen)
		p.frozen = nil
	}
}

func openAt(t *testing.T, url, name string, store Store) *Session {
	s := Open(context.Background(), Options{URL: url, Name: name, Store: store})
	t.Cleanup(func() {
		s.Do(func(s *Session) { s.Close() })
		<-s.Done()
	})
	return s
}

// until waits for something to become so; it polls because what it waits for
// crosses real sockets.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("never came: %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func settled(h *hub, people ...*Session) func() bool {
	return func() bool {
		want := h.snapshot()
		for _, s := range people {
			same := false
			s.Do(func(s *Session) {
				same = s.Status().State == Live && s.Status().Pending == 0 && bytes.Equal(s.Document().Snapshot(), want)
			})
			if !same {
				return false
			}
		}
		return true
	}
}

func TestWebSocket(t *testing.T) {
	t.Run("P1_frames_go_over_a_real_socket", func(t *testing.T) {
		h := newHub()
		at := serve(t, h)
		a, b := openAt(t, "ws://"+at+"/m/x/live", "a", nil), openAt(t, "ws://"+at+"/m/x/live", "b", nil)
		until(t, "both live", settled(h, a, b))
		var id crdt.ID
		a.Do(func(s *Session) {
			s.Edit("", func(e *crdt.Edit) { id = e.Create(kindNote); e.Insert(id, textField, 0, "駅") })
		})
		until(t, "a note", func() bool { return h.text(id) == "駅" })
		b.Do(func(s *Session) { s.Edit("", func(e *crdt.Edit) { e.Insert(id, textField, 1, "で") }) })
		until(t, "alike", settled(h, a, b))
		if got := h.text(id); got != "駅で" {
			t.Error(got)
		}
	})

	t.Run("P9_the_reason_is_found_in_the_close_code_and_the_status", func(t *testing.T) {
		h := newHub()
		h.turn = func(wire.Hello) *wire.Closing { return &wire.Closing{Code: wire.CodeMapDeleted} }
		at := serve(t, h)
		for path, want := range map[string]wire.Code{
			"/m/x/live": wire.CodeMapDeleted, "/m/gone/live": wire.CodeLinkRevoked, "/m/unknown/live": wire.CodeLinkUnknown,
		} {
			s := openAt(t, "ws://"+at+path, "a", nil)
			until(t, path, func() bool {
				ok := false
				s.Do(func(s *Session) { ok = s.Status().State == Refused && s.Status().Reason == want })
				return ok
			})
		}
	})

	// Four people edit while the network between them and the hub is cut at
	// random moments, messages halfway through included.
	t.Run("P14_cuts_at_any_byte_lose_and_double_nothing", func(t *testing.T) {
		h := newHub()
		p := newProxy(t, serve(t, h))
		var people []*Session
		for i := range 4 {
			people = append(people, openAt(t, p.url(), fmt.Sprint("p", i), &Memory{}))
		}
		until(t, "all live", settled(h, people...))
		const edits = 300
		var typed [4]int
		for i := range edits {
			s := people[i%4]
			s.Do(func(s *Session) {
				s.Edit("", func(e *crdt.Edit) {
					id := e.Create(kindNote)
					e.Insert(id, textField, 0, fmt.Sprintf("%d/%d", i%4, typed[i%4]))
				})
			})
			typed[i%4]++
			switch rand.IntN(40) {
			case 0:
				p.drop()
			case 1:
				p.block(true)
			case 2:
				p.block(false)
			case 3:
				h.drop()
			}
			if i%10 == 0 {
				<-time.After(time.Millisecond)
			}
		}
		p.block(false)
		for _, s := range people {
			s.Redial()
		}
		until(t, "all alike", settled(h, people...))
		if n := h.notes(); n != edits {
			t.Errorf("%d notes of %d", n, edits)
		}
		seen := map[string]int{}
		for id := range h.doc.All(kindNote) {
			seen[h.doc.Text(id, textField)]++
		}
		for s, n := range seen {
			if n != 1 {
				t.Errorf("%q is there %d times", s, n)
			}
		}
	})

	t.Run("P23_nothing_is_lost_in_a_path_that_froze", func(t *testing.T) {
		h := newHub()
		p := newProxy(t, serve(t, h))
		a := openAt(t, p.url(), "a", nil)
		until(t, "live", settled(h, a))
		p.freeze(true)
		a.Do(func(s *Session) {
			s.Edit("", func(e *crdt.Edit) { e.Insert(e.Create(kindNote), textField, 0, "into the void") })
		})
		// The watch would leave the connection after owedMost; the test does
		// not wait so long but leaves it by hand.
		a.Do(func(s *Session) { s.link.silent.Store(true); s.link.cancel() })
		until(t, "offline", func() bool {
			off := false
			a.Do(func(s *Session) { off = s.Status().State == Offline && s.Status().Pending == 1 })
			return off
		})
		p.drop()
		p.freeze(false)
		until(t, "alike", settled(h, a))
		if h.notes() != 1 {
			t.Errorf("%d notes", h.notes())
		}
	})

	t.Run("P7_bytes_that_are_no_frame_do_not_harm", func(t *testing.T) {
		h := newHub()
		at := serve(t, h)
		c, _, err := websocket.Dial(context.Background(), "ws://"+at+"/m/x/live", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer c.CloseNow()
		c.Write(context.Background(), websocket.MessageBinary, []byte("hello?"))
		_, _, err = c.Read(context.Background())
		if websocket.CloseStatus(err) != websocket.StatusCode(wire.CodeUnexpectedFrame.CloseCode()) && err != io.EOF {
			t.Error(err)
		}
	})
}
