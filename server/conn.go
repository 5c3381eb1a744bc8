package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// conn is one WebSocket, straight on its socket: frames go out header and shared bytes in one writev, since a server's
// frames are not masked, and an idle one costs a goroutine that waits, and no buffer.
type conn struct {
	s       *Server
	tcp     net.Conn
	raw     syscall.RawConn // of tcp; nil when it has none
	peer    atomic.Pointer[room.Peer]
	expires time.Time              // of the link; zero: never
	direct  bool                   // nobody stands between: the kernel sees when the line is dead (P79)
	seen    atomic.Int64           // when it last said something, by the server's clock
	closing atomic.Bool            // our goodbye is said: only the peer's is waited for
	owed    atomic.Pointer[[]byte] // a pong that waits for the frame on its way
	ended   chan struct{}          // closed when nobody reads any more
	in      inbound                // of who reads

	mu     sync.Mutex // held while a frame is written; guards the following
	torn   bool       // a frame was given up halfway: nothing can follow
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
	if c.closing.Load() {
		c.mu.Unlock()
		return errGone
	}
	err := c.write(frame)
	c.mu.Unlock()
	c.settle()
	return err
}

// write must be called with mu held.
func (c *conn) write(frame []byte) error {
	n := putHeader(&c.header, len(frame))
	m := c.s.o.Metrics
	m.framesOut.Add(1)
	m.bytesOut.Add(int64(n + len(frame)))
	var err error
	if _, ok := c.tcp.(*net.TCPConn); ok {
		c.pieces = [2][]byte{c.header[:n], frame}
		c.gather = c.pieces[:]
		_, err = c.gather.WriteTo(c.tcp)
		c.pieces = [2][]byte{} // the frame belongs to others
	} else { // there is no writev
		_, err = c.tcp.Write(append(bytes.Clone(c.header[:n]), frame...))
	}
	if err != nil {
		c.torn = true
	}
	return err
}

// putHeader writes the header of an unmasked binary message (RFC 6455, 5.2).
func putHeader(h *[10]byte, length int) int {
	h[0] = finBit | opBinary
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
	if c.farewell(nil, code, reason) {
		<-c.ended
	}
}

// farewell says goodbye, after a last frame if there is one; false: it was said before. The socket is cut after CloseWait.
func (c *conn) farewell(last wire.Frame, code wire.Code, reason string) bool {
	if !c.closing.CompareAndSwap(false, true) {
		return false
	}
	wait := c.s.o.Limits.CloseWait
	_ = c.tcp.SetWriteDeadline(time.Now().Add(wait)) // gone already
	time.AfterFunc(wait, func() { c.tcp.Close() })
	c.mu.Lock() // nobody writes after this, since closing is set
	defer c.mu.Unlock()
	if last != nil && !c.torn {
		_ = c.write(wire.Append(nil, last)) // gone, or told
	}
	if !c.torn {
		goodbye := binary.BigEndian.AppendUint16([]byte{finBit | opClose, byte(2 + len(reason))}, uint16(code.CloseCode()))
		_, _ = c.tcp.Write(append(goodbye, reason...)) // gone, or told
	}
	return true
}

// cut ends the socket without a word.
func (c *conn) cut() {
	c.closing.Store(true)
	c.tcp.Close()
}

// refuse tells the peer why, and closes. Who reads must go on reading until the goodbye is answered.
func (c *conn) refuse(err error) {
	if errors.Is(err, errGone) || errors.Is(err, room.ErrShutdown) {
		return // ended, or being closed by its room
	}
	e := because(err)
	if e.code == wire.CodeInternal {
		c.s.o.Logger.Error("a connection failed", "error", err)
	}
	if c.farewell(wire.Closing{Code: e.code, RetryAfter: e.retryAfter}, e.code, e.code.String()) {
		count(&c.s.o.Metrics.closedByCode, e.code)
	}
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
	c.control([]byte{finBit | opPing, 0})
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
	if c.torn || c.closing.Load() {
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

// readBuffers are what is read into. Idle connections hold none.
var readBuffers = sync.Pool{New: func() any { return new(readBuffer) }}

type readBuffer [32 << 10]byte

// read hands over what comes, frame by frame, until on has an error, or the socket ends: errGone. It begins with what is
// there already.
func (c *conn) read(on func(op byte, payload []byte) error) error {
	take := func(b []byte) error {
		c.seen.Store(c.s.clock.Load())
		err := c.in.take(b, on)
		switch {
		case errors.Is(err, errMessage):
			return refusal{code: wire.CodeBadFrame}
		case errors.Is(err, errTooBig):
			return refusal{code: wire.CodeFrameTooBig}
		}
		return err
	}
	if err := take(nil); err != nil {
		return err
	}
	if c.raw != nil && rawReads {
		return readRaw(c.raw, take)
	}
	var buffer readBuffer
	for {
		n, err := c.tcp.Read(buffer[:])
		if n > 0 {
			if err := take(buffer[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			return errGone
		}
	}
}

// controlled answers a control frame; errGone when it was the goodbye.
func (c *conn) controlled(op byte, payload []byte) error {
	switch op {
	case opPing:
		pong := append([]byte{finBit | opPong, byte(len(payload))}, payload...)
		c.owed.Store(&pong) // of several pings the newest needs an answer (RFC 6455, 5.5.3)
		c.settle()
	case opClose:
		if !c.closing.Load() && c.mu.TryLock() { // else a frame is on its way, and the peer has stopped reading
			c.control(append([]byte{finBit | opClose, byte(len(payload))}, payload...))
			c.mu.Unlock()
		}
		return errGone
	}
	return nil
}
