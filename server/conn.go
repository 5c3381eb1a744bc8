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
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// conn is one WebSocket. The library shakes hands, reads, and says goodbye; frames go out on the socket below it, header and
// shared bytes in one writev, since a server's frames are not masked. That is sound because a write to a TCP socket is never
// torn by another one, and the library writes each of its few control frames in one.
type conn struct {
	s       *Server
	ws      *websocket.Conn
	tcp     net.Conn
	raw     syscall.RawConn // of tcp; nil when it has none
	peer    atomic.Pointer[room.Peer]
	expires time.Time              // of the link; zero: never
	direct  bool                   // nobody stands between: the kernel sees when the line is dead (P79)
	seen    atomic.Int64           // when it last said something, by the server's clock
	closing atomic.Bool            // our goodbye is being said: only the peer's is waited for
	owed    atomic.Pointer[[]byte] // a pong that waits for the frame on its way

	reading sync.Mutex         // held while in is read past the library, which may read elsewhere once closing is set
	in      *bufio.Reader      // what the library reads from
	fd      uintptr            // to read from without waiting, while at is set
	at      bool               // in reads from fd
	look    func(uintptr) bool // c.looks, made once

	mu     sync.Mutex // held while a frame is written; guards the following
	torn   bool       // a frame was given up halfway: nothing can follow
	over   bool       // goodbye was said: nothing may follow
	header [10]byte
	pieces [4][]byte
	gather net.Buffers

	// Of the heartbeat alone.
	asked, hidden bool
}

var _ room.Conn = (*conn)(nil)

// WriteFrame sends one message, in one writev.
func (c *conn) WriteFrame(_ context.Context, frame []byte, rest ...[]byte) error {
	c.mu.Lock()
	if c.over || c.closing.Load() {
		c.mu.Unlock()
		return errGone
	}
	err := c.write(frame, rest...)
	c.mu.Unlock()
	c.settle()
	return err
}

// write must be called with mu held.
func (c *conn) write(frame []byte, rest ...[]byte) error {
	size := len(frame)
	for _, piece := range rest {
		size += len(piece)
	}
	n := putHeader(&c.header, size)
	m := c.s.o.Metrics
	m.framesOut.Add(1)
	m.bytesOut.Add(int64(n + size))
	var err error
	if _, ok := c.tcp.(*net.TCPConn); ok {
		c.gather = append(append(c.pieces[:0], c.header[:n], frame), rest...)
		_, err = c.gather.WriteTo(c.tcp)
		c.pieces = [4][]byte{} // the frame belongs to others
	} else { // there is no writev: one write all the same, for the library writes too
		_, err = c.tcp.Write(slices.Concat(c.header[:n], frame, slices.Concat(rest...)))
	}
	if err != nil {
		c.torn = true
	}
	return err
}

const (
	finBinary = 0x82
	finClose  = 0x88
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

// Close ends the connection with this code. A frame that is being written has CloseWait to get through; after that it is
// given up, and with it the goodbye. It waits until the peer has said goodbye too, for as long.
func (c *conn) Close(code wire.Code, reason string) {
	if c.last(nil) {
		c.goodbye(code, reason)
	}
}

// last writes the last frame, if there is one: nobody writes after it, and goodbye must follow. False: somebody else is
// saying goodbye.
func (c *conn) last(f wire.Frame) bool {
	if !c.closing.CompareAndSwap(false, true) {
		return false
	}
	_ = c.tcp.SetWriteDeadline(time.Now().Add(c.s.o.Limits.CloseWait)) // gone already
	c.mu.Lock()
	defer c.mu.Unlock()
	if f != nil && !c.torn && !c.over {
		_ = c.write(wire.Append(nil, f)) // gone, or told
	}
	return true
}

// goodbye is the library's, and that of the peer. The socket is cut after CloseWait.
func (c *conn) goodbye(code wire.Code, reason string) {
	c.mu.Lock()
	torn := c.torn
	c.mu.Unlock()
	if torn {
		c.cut()
		return
	}
	timer := time.AfterFunc(c.s.o.Limits.CloseWait, func() { c.tcp.Close() })
	defer timer.Stop()
	c.reading.Lock() // from here on only the library reads
	//lint:ignore SA2001 whoever was reading has let go: that is all there is to wait for
	c.reading.Unlock()
	_ = c.ws.Close(websocket.StatusCode(code.CloseCode()), reason) // gone either way
}

// cut ends the socket without a word.
func (c *conn) cut() {
	c.closing.Store(true)
	c.tcp.Close()
	_ = c.ws.CloseNow() // gone already
}

// refuse tells the peer why, and closes.
func (c *conn) refuse(err error) {
	if code, ok := c.tell(err); ok {
		c.goodbye(code, code.String())
	}
}

// tell says why the connection is closed; then goodbye must follow. False: there is nobody to tell, or somebody else does.
func (c *conn) tell(err error) (wire.Code, bool) {
	if errors.Is(err, errGone) || errors.Is(err, room.ErrShutdown) {
		return 0, false // ended, or being closed by its room
	}
	e := because(err)
	if e.code == wire.CodeInternal {
		c.s.o.Logger.Error("a connection failed", "error", err)
	}
	ok := c.last(wire.Closing{Code: e.code, RetryAfter: e.retryAfter})
	if ok {
		count(&c.s.o.Metrics.closedByCode, e.code)
		if peer := c.peer.Load(); peer != nil {
			c.s.o.Logger.Info("closed", "map", peer.Map(), "peer", peer.ID(), "code", e.code)
		} else { // whoever knocks with nothing in hand must not fill the log
			c.s.o.Logger.Debug("closed", "code", e.code)
		}
	}
	return e.code, ok
}

// beat is the heartbeat's look at the connection. It must not block.
func (c *conn) beat(now time.Time) {
	if c.closing.Load() {
		return
	}
	l := c.s.o.Limits
	silent := time.Duration(c.s.clock.Load() - c.seen.Load())
	if c.direct && l.PingAfter > 0 {
		silent -= max(0, l.PingDirectAfter-l.PingAfter)
	}
	switch {
	case !c.expires.IsZero() && !now.Before(c.expires):
		go c.refuse(refusal{code: wire.CodeLinkExpired}) // ends with the close
	case l.CloseAfter > 0 && silent >= l.CloseAfter:
		go c.refuse(refusal{code: wire.CodeIdle}) // ends with the close
	case silent < l.PingAfter || l.PingAfter < 0:
		c.asked, c.hidden = false, false
	case !c.asked:
		c.asked = c.ping()
	case !c.hidden && silent >= l.HideAfter && l.HideAfter > 0:
		c.hidden = true
		if peer := c.peer.Load(); peer != nil {
			// A dead person's cursor goes; it comes back with the next word of somebody who only was slow (P79).
			go peer.Deliver(wire.Presence{}) // ends when the room takes it
		}
	}
}

// ping asks for a sign of life, unless a frame is on its way: that will ask too, and ping is tried again.
func (c *conn) ping() bool {
	if !c.mu.TryLock() {
		return false
	}
	c.control([]byte{finPing, 0})
	c.mu.Unlock()
	c.settle()
	return true
}

// settle sends the pong that is owed, unless a frame is on its way: its writer settles then.
func (c *conn) settle() {
	for c.owed.Load() != nil && c.mu.TryLock() {
		if pong := c.owed.Swap(nil); pong != nil {
			c.control(*pong)
		}
		c.mu.Unlock()
	}
}

// control writes a short frame if the socket takes it at once: a peer that does not read must not hold anybody up. mu
// must be held.
func (c *conn) control(frame []byte) {
	if c.torn || c.over || c.closing.Load() {
		return
	}
	written, err := c.writeNow(frame)
	if err != nil || written != 0 && written != len(frame) {
		c.torn = true
		c.tcp.Close() // its reader finds out
	}
}

// writeNow writes what the socket takes at once; 0 and no error when it takes nothing.
func (c *conn) writeNow(b []byte) (n int, err error) {
	if c.raw == nil {
		_ = c.tcp.SetWriteDeadline(time.Now().Add(time.Second))
		n, err = c.tcp.Write(b)
		_ = c.tcp.SetWriteDeadline(time.Time{})
		return n, err
	}
	rawErr := c.raw.Write(func(fd uintptr) bool {
		n, err = writeFD(fd, b)
		return true
	})
	if errors.Is(err, syscall.EAGAIN) {
		return 0, rawErr
	}
	return max(n, 0), errors.Join(err, rawErr)
}

// await waits until there is something to read that is not a pong. The library could wait too, but deep in its calls: here a
// goroutine that waits needs so little of its stack that the collector takes most of it back. Pongs are what an idle
// connection says, so they are read here too. What is read lies in the library's buffer: a small message needs no other call.
func (c *conn) await() {
	if c.raw != nil && rawReads {
		_ = c.raw.Read(c.look) // what is wrong with the socket, the next read finds
	}
}

// looks tells whether there is something to read for the library.
func (c *conn) looks(fd uintptr) bool {
	c.reading.Lock()
	defer c.reading.Unlock()
	for !c.closing.Load() { // else the library waits for the peer's goodbye, and reads for itself
		c.fd, c.at = fd, true
		pong, err := c.skipPong()
		c.at = false
		if errors.Is(err, syscall.EAGAIN) {
			return false
		}
		if !pong {
			break
		}
	}
	return true
}

// skipPong takes a pong off what has come. It must only be called between two messages.
func (c *conn) skipPong() (bool, error) {
	const mask = 4
	start, err := c.in.Peek(2)
	if err != nil || start[0] != finPong || start[1]&0x80 == 0 || start[1]&0x7f > 125 {
		return false, err // the library says what is wrong with it
	}
	whole := 2 + mask + int(start[1]&0x7f)
	if _, err := c.in.Peek(whole); err != nil {
		return false, err
	}
	_, err = c.in.Discard(whole)
	return true, err
}

// pinged answers a ping instead of the library, which would wait for a peer that does not read.
func (c *conn) pinged(_ context.Context, payload []byte) bool {
	if len(payload) <= 125 {
		pong := append([]byte{finPong, byte(len(payload))}, payload...)
		c.owed.Store(&pong) // of several pings the newest needs an answer (RFC 6455, 5.5.3)
		c.settle()
	}
	return false
}

// line is the socket as the library has it.
type line struct {
	net.Conn
	c *conn
}

// Write is the library's, which says little: it answers a peer's goodbye by itself, and nothing may follow that.
func (l line) Write(b []byte) (int, error) {
	if len(b) > 0 && b[0] == finClose {
		l.c.mu.Lock()
		defer l.c.mu.Unlock()
		l.c.over = true
	}
	return l.Conn.Write(b)
}

func (l line) Read(b []byte) (n int, err error) {
	if l.c.at {
		n, err = readFD(l.c.fd, b)
	} else {
		n, err = l.Conn.Read(b)
	}
	if n > 0 {
		l.c.seen.Store(l.c.s.clock.Load())
	}
	return n, err
}

// The library keeps the buffers that it is given for as long as the connection lasts: 8 KiB as net/http has them.
const (
	readBufferBytes  = 512 // larger messages are read past it
	writeBufferBytes = 256 // holds any control frame whole
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
	h.c.tcp, h.c.look = tcp, h.c.looks
	if socket, ok := tcp.(syscall.Conn); ok {
		h.c.raw, _ = socket.SyscallConn() // nil is allowed
	}
	socket := line{tcp, h.c}
	read := bufio.NewReaderSize(socket, readBufferBytes)
	if n := large.Reader.Buffered(); n > 0 { // a client that did not wait for our answer
		early, _ := large.Reader.Peek(n)
		read = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), socket), max(n, readBufferBytes))
		_, _ = read.Peek(n) // the library keeps only what is buffered
	}
	h.c.in = read
	return socket, bufio.NewReadWriter(read, bufio.NewWriterSize(socket, writeBufferBytes)), nil
}
