package server_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
)

// What a WebSocket frame begins with (RFC 6455, 5.2).
const (
	fin, reserved = 0x80, 0x40
	opContinue    = 0x0
	opBinary      = 0x2
	opClose       = 0x8
	opPing        = 0x9
	opPong        = 0xa
)

// masked is a frame as a client writes it.
func masked(first byte, payload []byte) []byte {
	const maskBit = 0x80
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, maskBit|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, maskBit|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, maskBit|127), uint64(n))
	}
	mask := [4]byte{1, 2, 3, 250}
	b = append(b, mask[:]...)
	for i := range payload {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// raw is a client that writes bytes.
type raw struct {
	w    *world
	conn net.Conn
	in   *bufio.Reader
}

// handshake is a client's, for writing it oneself.
func (w *world) handshake(token access.Token) string {
	return "GET /m/" + token.Reveal() + "/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
}

// rawly connects, and sends more together with the handshake.
func (w *world) rawly(token access.Token, more ...byte) *raw {
	w.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { conn.Close() })
	r := &raw{w, conn, bufio.NewReader(conn)}
	conn.SetDeadline(time.Now().Add(patience))
	r.send(append([]byte(w.handshake(token)), more...))
	response, err := http.ReadResponse(r.in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		w.Fatal(response, err)
	}
	return r
}

func (r *raw) send(b []byte) {
	r.w.Helper()
	if _, err := r.conn.Write(b); err != nil {
		r.w.Fatal(err)
	}
}

// next is one frame of the server's; 0: the connection has ended.
func (r *raw) next() (op byte, payload []byte) {
	r.w.Helper()
	var start [2]byte
	if _, err := io.ReadFull(r.in, start[:]); errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return 0, nil
	} else if err != nil {
		r.w.Fatal(err)
	}
	long := make([]byte, map[byte]int{126: 2, 127: 8}[start[1]])
	_, err := io.ReadFull(r.in, long)
	size := int(start[1])
	for i, b := range long {
		if i == 0 {
			size = 0
		}
		size = size<<8 | int(b)
	}
	payload = make([]byte, size)
	if _, err2 := io.ReadFull(r.in, payload); err != nil || err2 != nil || start[0]&fin == 0 {
		r.w.Fatalf("a frame that begins %x: %v, %v", start, err, err2)
	}
	return start[0] &^ fin, payload
}

// until skips the server's frames up to one of these.
func (r *raw) until(ops string) (op byte, payload []byte) {
	r.w.Helper()
	for {
		if op, payload = r.next(); strings.IndexByte(ops, op) >= 0 {
			return op, payload
		}
	}
}

// end is the close code with which the connection ended; 0: without one.
func (r *raw) end() (code int) {
	r.w.Helper()
	op, payload := r.until(string([]byte{0, opClose}))
	if op == opClose && len(payload) >= 2 {
		return int(binary.BigEndian.Uint16(payload))
	}
	return 0
}

func (r *raw) pong(token uint64) {
	r.w.Helper()
	for {
		op, payload := r.next()
		if op == 0 || op == opClose {
			r.w.Fatalf("ended instead of answering: %x", payload)
		}
		if f, err := wire.Decode(payload); op == opBinary && err == nil {
			if f, ok := f.(wire.Pong); ok && f.Token == token {
				return
			}
		}
	}
}

var hello = wire.Append(nil, wire.Hello{Versions: [2]uint32{1, 1}, Name: "someone"})

// Messages arrive whole however the network cuts them, with control frames between their pieces.
func TestMessagesComeWhole_P1(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{1, 2, 3, 7, 125, 511, 512, 513, 1 << 20} {
		for _, early := range []bool{false, true} {
			mapID, links := w.newMap()
			var r *raw
			if first := masked(fin|opBinary, hello); early {
				r = w.rawly(links.Edit, first...)
			} else {
				r = w.rawly(links.Edit)
				r.send(first)
			}
			_, payload := r.until(string(rune(opBinary)))
			welcome, err := wire.Decode(payload)
			if err != nil {
				t.Fatal(err)
			}
			values := []string{"whole", "in pieces", strings.Repeat("long ", 100), strings.Repeat("longer ", 1000)}
			last := len(values) - 1
			doc := crdt.New()
			var messages [][]byte
			for i, v := range values {
				e := doc.Edit(welcome.(wire.Welcome).Resume.Replica)
				e.Set(crdt.ID{}, title+crdt.Field(last-i), []byte(v))
				messages = append(messages, wire.Append(nil, wire.Edits{Batches: [][]byte{e.Commit().Update}}))
			}
			var stream []byte
			for _, f := range []struct {
				first   byte
				payload []byte
			}{
				{fin | opPong, nil}, {fin | opBinary, messages[0]}, {fin | opPong, bytes.Repeat([]byte("p"), 125)},
				{opBinary, messages[1][:1]}, {fin | opPing, []byte("?")}, {opContinue, nil}, {fin | opPong, []byte("!")},
				{fin | opContinue, messages[1][1:]}, {fin | opPong, nil}, {fin | opPong, nil}, {fin | opBinary, messages[2]},
				{fin | opBinary, messages[3]}, {fin | opBinary, wire.Append(nil, wire.Ping{Token: 7})},
			} {
				stream = append(stream, masked(f.first, f.payload)...)
			}
			for at := 0; at < len(stream); at += size {
				r.send(stream[at:min(at+size, len(stream))])
				if size < 125 && at%(50*size) == 0 {
					time.Sleep(time.Millisecond) // else the network puts them together again
				}
			}
			r.pong(7)
			w.join(links.View).see(values[last])
			err = w.host.View(t.Context(), mapID, func(doc *crdt.Document) error {
				for i, v := range values {
					if got := doc.Get(crdt.ID{}, title+crdt.Field(last-i)); string(got) != v {
						t.Errorf("in pieces of %d: message %d is %.20q", size, i, got)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			r.send(masked(fin|opClose, []byte{3, 232}))
			if code := r.end(); code != 1000 {
				t.Errorf("in pieces of %d: the goodbye is answered with %d", size, code)
			}
			if op, _ := r.next(); op != 0 {
				t.Errorf("in pieces of %d: %x after the goodbye", size, op)
			}
		}
	}
}

// What no client may send, and what is over the limit, ends that connection, with a code if it is a client at all, and no other.
func TestBadMessages_P7(t *testing.T) {
	const limit = 1000
	w := newWorld(t, func(o *server.Options) { o.Limits.FrameBytes = limit })
	_, links := w.newMap()
	bystander := w.join(links.Edit)
	const protocolError = 1002
	tooBig := wire.CodeFrameTooBig.CloseCode()
	for name, c := range map[string]struct {
		bytes []byte
		want  int
	}{
		"not masked":            {[]byte{fin | opBinary, 1, 'x'}, 0},
		"pong not masked":       {[]byte{fin | opPong, 1, 'x'}, 0},
		"reserved bit":          {masked(fin|reserved|opBinary, []byte("x")), protocolError},
		"reserved bit of pong":  {masked(fin|reserved|opPong, []byte("x")), protocolError},
		"unknown kind":          {masked(fin|0x3, []byte("x")), protocolError},
		"unknown control":       {masked(fin|0xb, nil), protocolError},
		"ping in pieces":        {masked(opPing, nil), protocolError},
		"pong in pieces":        {masked(opPong, nil), protocolError},
		"long ping":             {masked(fin|opPing, make([]byte, 126)), protocolError},
		"long pong":             {masked(fin|opPong, make([]byte, 126)), protocolError},
		"continues nothing":     {masked(fin|opContinue, []byte("x")), protocolError},
		"begins within":         {append(masked(opBinary, []byte("x")), masked(fin|opBinary, []byte("y"))...), protocolError},
		"goodbye of one byte":   {masked(fin|opClose, []byte{3}), protocolError},
		"goodbye without code":  {masked(fin|opClose, nil), 0},
		"goodbye, not for wire": {masked(fin|opClose, []byte{3, 238}), protocolError}, // 1006
		"goodbye":               {masked(fin|opClose, []byte{3, 233}), 1001},
		"text":                  {masked(fin|0x1, []byte("x")), wire.CodeBadFrame.CloseCode()},
		"too long":              {masked(fin|opBinary, make([]byte, limit+1)), tooBig},
		"much too long":         {masked(fin|opBinary, make([]byte, 3<<20)), tooBig},
		"too long in pieces":    {append(masked(opBinary, make([]byte, limit)), masked(fin|opContinue, []byte("x"))...), tooBig},
		"announces everything": {append([]byte{fin | opBinary, 0x80 | 127, 127, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0},
			make([]byte, limit+1)...), tooBig},
		"announces less than nothing": {append([]byte{fin | opBinary, 0x80 | 127, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0},
			make([]byte, limit+1)...), 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{T: t, Server: w.Server, url: w.url}
			r := w.rawly(links.Edit, masked(fin|opBinary, hello)...)
			r.until(string(rune(opBinary))) // welcomed
			r.send(masked(fin|opBinary, wire.Append(nil, wire.Ping{Token: 7})))
			r.pong(7)
			go r.conn.Write(c.bytes) // ends with the connection
			if got := r.end(); got != c.want {
				t.Errorf("ended with %d, want %d", got, c.want)
			}
			r.conn.SetReadDeadline(time.Now().Add(server.DefaultLimits.CloseWait * 3))
			if _, err := io.Copy(io.Discard, r.in); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the socket is kept")
			}
		})
	}
	bystander.send(wire.Ping{Token: 9})
	until(bystander, func(f wire.Pong) bool { return f.Token == 9 })
}
