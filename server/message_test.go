package server

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// masked is a frame as a client writes it.
func masked(first byte, payload []byte) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, maskBit|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, maskBit|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, maskBit|127), uint64(n))
	}
	mask := [maskBytes]byte{1, 2, 3, 250}
	b = append(b, mask[:]...)
	at := len(b)
	b = append(b, payload...)
	unmask(b[at:], mask)
	return b
}

// Messages arrive whole however the network cuts them, control frames between their pieces, and nothing is kept behind them.
func TestMessagesComeWhole_P1(t *testing.T) {
	long, longer := bytes.Repeat([]byte("long "), 100), bytes.Repeat([]byte("longer "), 10_000)
	var stream []byte
	for _, f := range []struct {
		first   byte
		payload []byte
	}{
		{finBit | opBinary, []byte("whole")}, {opBinary, []byte("in ")}, {finBit | opPing, []byte("?")}, {opContinue, nil},
		{finBit | opContinue, []byte("pieces")}, {finBit | opBinary, nil}, {finBit | opBinary, long}, {finBit | opBinary, longer},
		{finBit | opClose, []byte{3, 232}},
	} {
		stream = append(stream, masked(f.first, f.payload)...)
	}
	want := []string{"whole", "ping ?", "in pieces", "", string(long), string(longer), "close \x03\xe8"}
	for _, size := range []int{1, 2, 3, 7, 125, 4096, len(stream)} {
		in := inbound{limit: len(longer)}
		var got []string
		for b := bytes.Clone(stream); len(b) > 0; {
			n := min(size, len(b))
			err := in.take(b[:n], func(op byte, payload []byte) error {
				got = append(got, map[byte]string{opPing: "ping ", opClose: "close "}[op]+string(payload))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			b = b[n:]
		}
		if len(got) != len(want) {
			t.Fatalf("in pieces of %d: %d messages, want %d", size, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("in pieces of %d: message %d is %.20q", size, i, got[i])
			}
		}
		if in.rest != nil || in.message != nil {
			t.Errorf("in pieces of %d: something is kept", size)
		}
	}
}

// What no client may send, and what announces more than the limit, is refused before anything of it is kept.
func TestBadMessages_P7(t *testing.T) {
	const limit = 1000
	for name, c := range map[string]struct {
		bytes []byte
		want  error
	}{
		"not masked":           {[]byte{finBit | opBinary, 1, 'x'}, errMessage},
		"reserved bit":         {masked(finBit|0x40|opBinary, []byte("x")), errMessage},
		"unknown kind":         {masked(finBit|0x3, []byte("x")), errMessage},
		"unknown control":      {masked(finBit|0xb, nil), errMessage},
		"control in pieces":    {masked(opPing, nil), errMessage},
		"long control":         {masked(finBit|opPing, make([]byte, 126)), errMessage},
		"continues nothing":    {masked(finBit|opContinue, []byte("x")), errMessage},
		"begins within":        {append(masked(opBinary, []byte("x")), masked(finBit|opBinary, []byte("y"))...), errMessage},
		"too long":             {masked(finBit|opBinary, make([]byte, limit+1))[:8], errTooBig},
		"too long in pieces":   {append(masked(opBinary, make([]byte, limit)), masked(finBit|opContinue, []byte("x"))...), errTooBig},
		"announces everything": {[]byte{finBit | opBinary, maskBit | 127, 255, 255, 255, 255, 255, 255, 255, 255}, errTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			in := inbound{limit: limit}
			err := in.take(c.bytes, func(byte, []byte) error { return nil })
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if in.rest != nil {
				t.Errorf("%d bytes are kept", len(in.rest))
			}
			if err := in.take(c.bytes, nil); err != nil || in.rest != nil {
				t.Error("what comes behind it counts")
			}
		})
	}
}

func FuzzInbound(f *testing.F) {
	f.Add(append(masked(opBinary, []byte("in ")), masked(finBit|opContinue, []byte("pieces"))...), 3)
	f.Add(masked(finBit|opPing, []byte("?")), 1)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		const limit = 300
		messages := func(size int) (out []byte, err error) {
			in := inbound{limit: limit}
			for b := bytes.Clone(stream); len(b) > 0 && err == nil; {
				n := min(size, len(b))
				err = in.take(b[:n], func(op byte, payload []byte) error {
					out = append(append(out, op, byte(len(payload))), payload...)
					if len(payload) > limit {
						t.Fatal("over the limit")
					}
					return nil
				})
				b = b[n:]
				if len(in.rest) > limit+14+n {
					t.Fatalf("%d bytes are kept", len(in.rest))
				}
			}
			return out, err
		}
		whole, err := messages(len(stream) + 1)
		if cut, cutErr := messages(max(1, size%64)); !bytes.Equal(whole, cut) || !errors.Is(cutErr, err) {
			t.Errorf("whole %x %v, in pieces %x %v", whole, err, cut, cutErr)
		}
	})
}
