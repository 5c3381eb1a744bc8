package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy stands between a person and the server, and can be cut: the surest way
// to take a network away, for requests and open WebSockets alike.
type Proxy struct {
	listener net.Listener
	to       string

	mu    sync.Mutex // guards the following
	cut   bool
	conns map[net.Conn]struct{}
}

// NewProxy starts a proxy to an address host:port.
func NewProxy(tb testing.TB, to string) *Proxy {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: listener, to: to, conns: map[net.Conn]struct{}{}}
	tb.Cleanup(func() { listener.Close(); p.Cut() })
	go p.run() // ends when the listener is closed
	return p
}

func (p *Proxy) run() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil {
			in.Close()
			continue
		}
		if !p.keep(in, out) {
			continue
		}
		pipe := func(to, from net.Conn) { // ends when either side is closed
			_, _ = io.Copy(to, from)
			to.Close()
			from.Close()
		}
		go pipe(in, out)
		go pipe(out, in)
	}
}

func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.cut {
			c.Close()
		} else {
			p.conns[c] = struct{}{}
		}
	}
	return !p.cut
}

// Addr is where the proxy listens, host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut ends all connections and lets none through until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.conns {
		c.Close()
	}
	clear(p.conns)
}

// Mend lets connections through again.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}
