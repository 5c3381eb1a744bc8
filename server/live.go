package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
)

// live is the WebSocket. What a page must be able to tell its people, as that the link was revoked, is said in a frame and
// a close code after the handshake, since a browser shows nothing of a failed one; only pages of other sites and floods
// are turned away before it, and everybody by a server that is full or ending (P76).
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	addr := s.clientAddr(r)
	if !s.originAllowed(r) {
		s.o.Metrics.handshakes.WithLabelValues("origin").Inc()
		s.answerError(w, r, refusal{code: wire.CodeOrigin})
		return
	}
	if wait, ok := s.addresses.handshake(addr); !ok {
		s.o.Metrics.handshakes.WithLabelValues("too_fast").Inc()
		s.answerError(w, r, tooFast(wait))
		return
	}
	if full, draining := s.state(); draining {
		s.o.Metrics.handshakes.WithLabelValues("ending").Inc()
		s.answerError(w, r, refusal{code: wire.CodeRestarting, retryAfter: time.Second})
		return
	} else if full {
		s.o.Metrics.handshakes.WithLabelValues("full").Inc()
		s.answerError(w, r, refusal{code: wire.CodeBusy, retryAfter: busyRetry})
		return
	}
	grant, refused := s.grant(r)
	c := &conn{s: s, expires: grant.Expires, direct: s.direct(r)}
	c.seen.Store(s.clock.Load())
	ws, err := websocket.Accept(&smallHijack{w, c}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // originAllowed has verified, the scheme too
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     c.pinged,
	})
	if err != nil { // Accept has answered
		s.o.Metrics.handshakes.WithLabelValues("bad").Inc()
		return
	}
	c.ws = ws
	c.ws.SetReadLimit(int64(min(wire.HelloBytesMax, s.o.Limits.FrameBytes)))
	if tcp, ok := c.tcp.(*net.TCPConn); ok && c.direct {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: keepAliveIdle, Interval: time.Second, Count: 2}) // gone already
		giveUpAfter(tcp, keepAliveIdle+2*time.Second)
	}
	if !s.add(c) { // it began to end in this moment
		c.cut()
		return
	}
	s.o.Metrics.handshakes.WithLabelValues("accepted").Inc()
	// The handler returns, so that all the memory of the request goes. Shutdown waits for what follows, by s.readers.
	go c.serve(addr, grant, refused) // ends with the join
}

// originAllowed keeps pages of other sites out. A caller without Origin is not a browser: it has the token or nothing (P77).
func (s *Server) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if slices.ContainsFunc(s.o.OtherOrigins, func(o string) bool { return strings.EqualFold(o, origin) }) {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	if public := s.o.PublicURL; public != nil {
		return strings.EqualFold(u.Scheme, public.Scheme) && strings.EqualFold(u.Host, public.Host)
	}
	// Without a public address the request's own host counts. A page that came by http may have been written by anybody
	// on the way: it must not reach a server that is used by https.
	return strings.EqualFold(u.Host, r.Host) && (u.Scheme == "https" || !s.secure(r))
}

// direct reports whether the other end of the socket is the browser itself, and not a proxy that would go on living when
// the browser's line is dead.
func (s *Server) direct(r *http.Request) bool {
	for _, key := range []string{"X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip"} {
		if r.Header.Get(key) != "" {
			return false
		}
	}
	return !s.trusted(remoteAddr(r))
}

// keepAliveIdle and two probes, a second apart, are how long the kernel takes to see that a line is dead (P79).
const keepAliveIdle = 11 * time.Second

// serve brings a connection into its room: hello, join. What it needs of its stack goes with it: frame by frame goes on in
// a goroutine of its own.
func (c *conn) serve(addr netip.Addr, grant access.Grant, refused error) {
	release, ok := c.s.addresses.connect(addr)
	var peer *room.Peer
	err := refused
	if err == nil && !ok {
		err = refusal{code: wire.CodeConnections, retryAfter: 30 * time.Second}
	}
	if err == nil {
		peer, err = c.join(grant)
	}
	go c.frames(peer, err, release) // ends when the socket does
}

// frames is the connection's goroutine while it is in its room, and until the goodbye is answered. Without a peer, err says
// why it did not get into one.
func (c *conn) frames(peer *room.Peer, err error, release func()) {
	for peer != nil && err == nil {
		c.await()
		err = c.receive(peer.Deliver)
	}
	code, told := c.tell(err)
	if peer != nil && !errors.Is(err, room.ErrShutdown) { // a room that ends has something to say first
		peer.Leave()
	}
	if told {
		c.goodbye(code, code.String())
	}
	for !errors.Is(err, errGone) { // somebody else says goodbye, or will
		c.await()
		err = c.receive(func(wire.Frame) error { return nil })
	}
	if peer != nil {
		peer.Leave()
	}
	c.cut()
	release()
	c.s.remove(c)
}

// errGone means that the socket has ended: there is nobody to tell.
var errGone = errors.New("server: the connection is gone")

// join waits for the first frame and enters the room.
func (c *conn) join(grant access.Grant) (*room.Peer, error) {
	s := c.s
	late := time.AfterFunc(s.o.Limits.HelloTimeout, func() { c.refuse(refusal{code: wire.CodeHelloLate}) })
	var hello wire.Hello
	err := c.receive(func(f wire.Frame) (err error) {
		if hello, err = asHello(f); err == nil {
			hello = ownHello(hello)
		}
		return err
	})
	if !late.Stop() && err == nil {
		err = refusal{code: wire.CodeHelloLate} // it is being told so
	}
	if err != nil {
		return nil, err
	}
	c.ws.SetReadLimit(int64(s.o.Limits.FrameBytes))
	peer, err := s.o.Host.Join(context.Background(), room.JoinRequest{
		Map: grant.Map, Role: wire.Role(grant.Role), Link: grant.Link, Conn: c, Hello: hello,
	})
	if err != nil {
		return nil, err
	}
	c.peer.Store(peer)
	// Whoever revoked the link between the look-up and the join found nobody to cut: look once more (P78).
	if _, err := s.o.Access.Alive(context.Background(), grant.Link); err != nil {
		peer.Leave()
		return nil, err
	}
	return peer, nil
}

func asHello(f wire.Frame) (wire.Hello, error) {
	hello, ok := f.(wire.Hello)
	if !ok {
		return hello, refusal{code: wire.CodeUnexpectedFrame}
	}
	return hello, nil
}

// ownHello copies what points into the read buffer.
func ownHello(h wire.Hello) wire.Hello {
	h.Have = h.Have.Clone()
	return h
}

// buffers are for messages while they are decoded; idle connections hold none.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bufferBytesKept is how large a buffer may be to be used again.
const bufferBytesKept = 64 << 10

// receive reads one message and hands its frame over.
func (c *conn) receive(deliver func(wire.Frame) error) error {
	kind, reader, err := c.ws.Reader(context.Background())
	if err != nil {
		return c.readError(err)
	}
	buffer := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buffer.Cap() <= bufferBytesKept {
			buffer.Reset()
			buffers.Put(buffer)
		}
	}()
	if _, err := io.Copy(buffer, onlyReader{reader}); err != nil {
		return c.readError(err)
	}
	m := c.s.o.Metrics
	m.framesIn.Add(1)
	m.bytesIn.Add(int64(buffer.Len()))
	if kind != websocket.MessageBinary {
		return refusal{code: wire.CodeBadFrame}
	}
	frame, err := wire.Decode(buffer.Bytes())
	if err != nil {
		code := wire.CodeBadFrame
		if e := new(wire.Error); errors.As(err, &e) {
			code = e.Code
		}
		return refusal{code: code}
	}
	if !wire.FromClient(frame) {
		return refusal{code: wire.CodeUnexpectedFrame}
	}
	return deliver(frame)
}

// onlyReader keeps io.Copy from looking for other methods.
type onlyReader struct{ io.Reader }

// readError is the end of the connection. Of a message that is too long the library has told the peer (1009), who may still
// be sending it: a socket cut now would take that word back.
func (c *conn) readError(err error) error {
	if errors.Is(err, websocket.ErrMessageTooBig) && c.last(nil) {
		count(&c.s.o.Metrics.closedByCode, wire.CodeFrameTooBig)
		c.goodbye(wire.CodeFrameTooBig, "")
	}
	return errGone
}
