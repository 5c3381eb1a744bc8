package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// conn is one WebSocket. The library reads, and says goodbye; frames go out on the socket below it, header and shared bytes
// in one writev, since a server's frames are not masked. That is sound because a write to a TCP socket is never torn by
// another one, and the library writes each of its few control frames in one.
type conn struct {
	s       *Server
	ws      *websocket.Conn
	tcp     net.Conn
	peer    atomic.Pointer[room.Peer]
	expires time.Time    // of the link; zero: never
	seen    atomic.Int64 // when it last said something, by the server's clock
	closing atomic.Bool

	mu     sync.Mutex // held while a frame is written; guards the following
	header [10]byte
	pieces [2][]byte
	gather net.Buffers

	// Of the heartbeat alone.
	asked, hidden bool
}

var _ room.Conn = (*conn)(nil)

// WriteFrame sends one message.
func (c *conn) WriteFrame(_ context.Context, frame []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return errGone
	}
	return c.write(frame)
}

// write must be called with mu held.
func (c *conn) write(frame []byte) error {
	n := putHeader(&c.header, len(frame))
	m := c.s.o.Metrics
	m.framesOut.Add(1)
	m.bytesOut.Add(int64(n + len(frame)))
	if _, ok := c.tcp.(*net.TCPConn); !ok { // there is no writev: one write all the same, for others write too
		_, err := c.tcp.Write(append(bytes.Clone(c.header[:n]), frame...))
		return err
	}
	c.pieces = [2][]byte{c.header[:n], frame}
	c.gather = c.pieces[:]
	_, err := c.gather.WriteTo(c.tcp)
	c.pieces = [2][]byte{} // the frame belongs to others
	return err
}

const (
	finBinary = 0x82
	finPing   = 0x89
	finPong   = 0x8a
)

// putHeader writes the header of an unmasked binary message (RFC 6455, 5.2).
func putHeader(h *[10]byte, length int) int {
	h[0] = finBinary
	switch {
	case length < 126:
		h[1] = byte(length)
		return 2
	case length < 1<<16:
		h[1] = 126
		binary.BigEndian.PutUint16(h[2:], uint16(length))
		return 4
	}
	h[1] = 127
	binary.BigEndian.PutUint64(h[2:], uint64(length))
	return 10
}

// Close ends the connection with this code. A frame that is being written is given up, and with it the goodbye.
func (c *conn) Close(code wire.Code, reason string) {
	if !c.closing.CompareAndSwap(false, true) {
		return
	}
	if !c.mu.TryLock() {
		c.tcp.Close()
		return
	}
	c.mu.Unlock() // nobody writes any more, since closing is set
	timer := time.AfterFunc(c.s.o.Limits.CloseWait, func() { c.tcp.Close() })
	defer timer.Stop()
	_ = c.ws.Close(websocket.StatusCode(code.CloseCode()), reason) // gone either way
}

// cut ends the socket without a word.
func (c *conn) cut() {
	c.closing.Store(true)
	c.tcp.Close()
	_ = c.ws.CloseNow() // gone already
}

// refuseWait is how long a peer that is turned away may take to read why.
const refuseWait = 2 * time.Second

// refuse tells the peer why, and closes.
func (c *conn) refuse(err error) {
	if errors.Is(err, errGone) || errors.Is(err, room.ErrShutdown) {
		return // ended, or being closed by its room
	}
	e := because(err)
	if e.code == wire.CodeInternal {
		c.s.o.Logger.Error("a connection failed", "error", err)
	}
	count(&c.s.o.Metrics.closedByCode, e.code)
	if c.mu.TryLock() { // else a frame is stuck half written, and nothing can be said
		if !c.closing.Load() {
			_ = c.tcp.SetWriteDeadline(time.Now().Add(refuseWait))
			_ = c.write(wire.Append(nil, wire.Closing{Code: e.code, RetryAfter: e.retryAfter})) // gone, or told
		}
		c.mu.Unlock()
	}
	c.Close(e.code, e.code.String())
}

// beat is the heartbeat's look at the connection. It must not block.
func (c *conn) beat(now time.Time) {
	if c.closing.Load() {
		return
	}
	l := c.s.o.Limits
	silent := time.Duration(now.UnixNano() - c.seen.Load())
	switch {
	case !c.expires.IsZero() && !now.Before(c.expires):
		go c.refuse(refusal{code: wire.CodeLinkExpired}) // ends with the close
	case l.CloseAfter > 0 && silent >= l.CloseAfter:
		go c.refuse(refusal{code: wire.CodeIdle}) // ends with the close
	case silent < l.PingAfter || l.PingAfter < 0:
		c.asked, c.hidden = false, false
	case !c.asked:
		c.asked = true
		c.control(finPing, nil)
	case !c.hidden && silent >= l.HideAfter && l.HideAfter > 0:
		c.hidden = true
		if peer := c.peer.Load(); peer != nil {
			// A dead person's cursor goes; it comes back with the next word of somebody who only was slow (P79).
			go peer.Deliver(wire.Presence{}) // ends when the room takes it
		}
	}
}

// control writes a ping or a pong if that can be done at once: a peer that does not read must not hold anybody up.
func (c *conn) control(first byte, payload []byte) {
	if len(payload) > 125 || !c.mu.TryLock() {
		return // a frame is on its way: that will show whether the peer is alive
	}
	defer c.mu.Unlock()
	if c.closing.Load() {
		return
	}
	frame := append(append(make([]byte, 0, 2+len(payload)), first, byte(len(payload))), payload...)
	written, err := writeNow(c.tcp, frame)
	if err != nil || written != 0 && written != len(frame) {
		c.closing.Store(true)
		c.tcp.Close() // its reader finds out
	}
}

// writeNow writes what the socket takes at once; 0 and no error when it takes nothing.
func writeNow(conn net.Conn, b []byte) (n int, err error) {
	raw, ok := conn.(syscall.Conn)
	if !ok {
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		n, err = conn.Write(b)
		_ = conn.SetWriteDeadline(time.Time{})
		return n, err
	}
	socket, err := raw.SyscallConn()
	if err != nil {
		return 0, err
	}
	err = errors.Join(err, socket.Write(func(fd uintptr) bool {
		n, err = writeFD(fd, b)
		return true
	}))
	if errors.Is(err, syscall.EAGAIN) {
		return 0, nil
	}
	return max(n, 0), err
}

// pinged answers a ping instead of the library, which would wait for a peer that does not read.
func (c *conn) pinged(_ context.Context, payload []byte) bool {
	c.seen.Store(c.s.clock.Load())
	c.control(finPong, payload)
	return false
}

func (c *conn) ponged(context.Context, []byte) { c.seen.Store(c.s.clock.Load()) }

// The library keeps the buffers that it is given for as long as the connection lasts: 8 KiB as net/http has them.
const (
	readBufferBytes  = 1 << 10 // larger messages are read past it
	writeBufferBytes = 256     // holds any control frame whole
)

// smallHijack gives the library small buffers, and us the socket.
type smallHijack struct {
	http.ResponseWriter
	c *conn
}

func (h *smallHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	tcp, large, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if err := tcp.SetDeadline(time.Time{}); err != nil { // net/http's deadlines were for the request
		tcp.Close()
		return nil, nil, err
	}
	h.c.tcp = tcp
	read := bufio.NewReaderSize(tcp, readBufferBytes)
	if n := large.Reader.Buffered(); n > 0 { // a client that did not wait for our answer
		early, _ := large.Reader.Peek(n)
		read = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), tcp), max(n, readBufferBytes))
		_, _ = read.Peek(n) // the library keeps only what is buffered
	}
	return tcp, bufio.NewReadWriter(read, bufio.NewWriterSize(tcp, writeBufferBytes)), nil
}
