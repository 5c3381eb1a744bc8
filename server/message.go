package server

import (
	"encoding/binary"
	"errors"
)

// What a WebSocket frame is (RFC 6455, 5.2).
const (
	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xa

	finBit     = 0x80
	maskBit    = 0x80
	maskBytes  = 4
	controlMax = 125 // bytes of a control frame
)

var (
	errMessage = errors.New("server: not a WebSocket frame that a client may send")
	errTooBig  = errors.New("server: a message over the limit")
)

// inbound puts messages together from what the socket brings. It keeps bytes only while a frame or a message has not come
// whole, and never more than the limit, whatever a frame's header announces.
type inbound struct {
	limit   int    // of a message
	rest    []byte // of a frame
	message []byte // of a message that comes in pieces
	kind    byte   // of that message; 0: there is none
	broken  bool   // what came is no frame: nobody knows where the next one begins
}

// take goes through the frames in b, and in what was kept before it. What on is given is valid until it returns. After
// an error of on the rest is kept: another take goes on behind that frame.
func (in *inbound) take(b []byte, on func(op byte, payload []byte) error) error {
	if in.broken {
		return nil
	}
	if len(in.rest) > 0 {
		in.rest = append(in.rest, b...)
		b = in.rest
	}
	var err error
	for err == nil && len(b) > 0 {
		var n int
		if n, err = in.frame(b, on); n == 0 {
			in.broken = err != nil
			break
		}
		b = b[n:]
	}
	if len(b) == 0 || in.broken {
		in.rest = nil
	} else {
		in.rest = append(in.rest[:0], b...)
	}
	return err
}

// frame takes one frame from the front of b; 0: it is not whole.
func (in *inbound) frame(b []byte, on func(op byte, payload []byte) error) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	op, fin := b[0]&0xf, b[0]&finBit != 0
	if b[0]&0x70 != 0 || b[1]&maskBit == 0 { // nothing was agreed that uses these bits; clients mask
		return 0, errMessage
	}
	at, size := 2, uint64(b[1]&^maskBit)
	switch size {
	case 126:
		at = 4
	case 127:
		at = 10
	}
	if len(b) < at {
		return 0, nil
	}
	switch at {
	case 4:
		size = uint64(binary.BigEndian.Uint16(b[2:]))
	case 10:
		size = binary.BigEndian.Uint64(b[2:])
	}
	switch {
	case op >= opClose:
		if op > opPong || !fin || size > controlMax {
			return 0, errMessage
		}
	case op > opBinary || (op == opContinue) != (in.kind != 0):
		return 0, errMessage
	case size > uint64(in.limit-len(in.message)):
		return 0, errTooBig
	}
	whole := at + maskBytes + int(size)
	if len(b) < whole {
		return 0, nil
	}
	payload := b[at+maskBytes : whole]
	unmask(payload, [maskBytes]byte(b[at:]))
	switch {
	case op >= opClose || op != opContinue && fin:
		return whole, on(op, payload)
	case op != opContinue:
		in.kind = op
	}
	in.message = append(in.message, payload...)
	if !fin {
		return whole, nil
	}
	op, payload = in.kind, in.message
	in.kind, in.message = 0, nil
	return whole, on(op, payload)
}

func unmask(b []byte, mask [maskBytes]byte) {
	word := uint64(binary.LittleEndian.Uint32(mask[:]))
	word |= word << 32
	for ; len(b) >= 8; b = b[8:] {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^word)
	}
	for i := range b {
		b[i] ^= mask[i%maskBytes]
	}
}
