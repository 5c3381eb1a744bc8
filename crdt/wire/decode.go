package wire

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"

	"github.com/tabi-map/tabi/crdt"
)

// Decode reads one frame in the current version. The error is an *Error with
// CodeBadFrame, CodeUnknownFrame or CodeFrameTooBig. The frame's byte slices
// point into b.
//
// Bytes behind the last field that this version knows are skipped (P6): that
// is how a frame grows without leaving older readers behind.
func Decode(b []byte) (Frame, error) {
	if len(b) == 0 {
		return nil, &Error{CodeBadFrame, "empty message"}
	}
	k := kind(b[0])
	limit := ClientFrameBytesMax
	if k >= kindWelcome {
		limit = ServerFrameBytesMax
	} else if k == kindHello {
		limit = HelloBytesMax
	}
	if len(b) > limit {
		return nil, &Error{CodeFrameTooBig, "message longer than its kind may be"}
	}
	r := reader{b: b[1:]}
	f := r.frame(k)
	if r.err != nil {
		return nil, r.err
	}
	return f, nil
}

func (r *reader) frame(k kind) Frame {
	switch k {
	case kindHello:
		var f Hello
		f.Versions[0] = r.uint32()
		f.Versions[1] = r.uint32()
		if f.Versions[0] == 0 || f.Versions[0] > f.Versions[1] {
			r.fail("versions out of order")
		}
		f.Resume = r.resume()
		f.Have = r.version()
		f.Name = r.string(NameBytesMax)
		f.Department = r.string(DepartmentBytesMax)
		return f
	case kindEdits:
		f := Edits{Batches: r.batches(BatchBytesMax)}
		if len(f.Batches) == 0 {
			r.fail("edits without a batch")
		}
		return f
	case kindPresence:
		return Presence{State: r.bytes(PresenceBytesMax)}
	case kindRename:
		return Rename{Name: r.string(NameBytesMax), Department: r.string(DepartmentBytesMax)}
	case kindPing:
		return Ping{Token: r.uint()}
	case kindWelcome:
		var f Welcome
		f.Version = r.uint32()
		f.Peer = PeerID(r.uint32())
		f.Resume = r.resume()
		f.Role = r.role()
		f.Snapshot = r.bytes(ServerFrameBytesMax)
		f.Delta = r.bytes(ServerFrameBytesMax)
		if f.Snapshot != nil && f.Delta != nil {
			r.fail("snapshot and delta at once")
		}
		f.Acknowledged = r.uint()
		f.Peers = r.peers()
		f.Limits = r.limits()
		f.MapID = r.string(MapIDBytesMax)
		return f
	case kindMerged:
		var f Merged
		f.Batches = r.batches(ServerFrameBytesMax)
		if n := r.count(PeersMax, 2); n > 0 {
			f.Presence = make([]PeerPresence, n)
			for i := range f.Presence {
				f.Presence[i] = PeerPresence{Peer: PeerID(r.uint32()), State: r.bytes(PresenceBytesMax)}
			}
		}
		f.Joined = r.peers()
		if n := r.count(PeersMax, 1); n > 0 {
			f.Left = make([]PeerID, n)
			for i := range f.Left {
				f.Left[i] = PeerID(r.uint32())
			}
		}
		return f
	case kindAcknowledged:
		return Acknowledged{Counter: r.uint()}
	case kindRefused:
		return Refused{Code: r.code(), Counter: r.uint(), RetryAfter: r.millis(), Detail: r.string(DetailBytesMax)}
	case kindNotice:
		return Notice{Code: r.code()}
	case kindClosing:
		return Closing{Code: r.code(), RetryAfter: r.millis()}
	case kindPong:
		return Pong{Token: r.uint()}
	}
	r.err = &Error{CodeUnknownFrame, "no frame of this kind"}
	return nil
}

// reader takes fields off the front of b. After the first error it yields
// zero values, so that a frame is read without a check after each field.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(detail string) {
	if r.err == nil {
		r.err = &Error{CodeBadFrame, detail}
	}
	r.b = nil
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("number cut off or too long")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) uint32() uint32 {
	v := r.uint()
	if v > math.MaxUint32 {
		r.fail("number too big")
		return 0
	}
	return uint32(v)
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail("cut off")
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

// count reads how many elements follow. Each takes at least bytesEach, so a
// count that the rest of the message cannot hold is refused before anything
// is allocated for it (P8).
func (r *reader) count(limit, bytesEach int) int {
	n := r.uint()
	if n > uint64(limit) || n > uint64(len(r.b)/bytesEach) {
		r.fail("count too big")
		return 0
	}
	return int(n)
}

// bytes returns nil for an empty field.
func (r *reader) bytes(limit int) []byte {
	n := r.uint()
	if n > uint64(limit) || n > uint64(len(r.b)) {
		r.fail("field too long")
		return nil
	}
	if n == 0 {
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) string(limit int) string {
	b := r.bytes(limit)
	if !utf8.Valid(b) {
		r.fail("text is not UTF-8")
		return ""
	}
	return string(b)
}

func (r *reader) millis() time.Duration {
	ms := r.uint()
	if ms > uint64(RetryAfterMax.Milliseconds()) {
		r.fail("duration too long")
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}

func (r *reader) code() Code {
	v := r.uint()
	if v > math.MaxUint16 {
		r.fail("code too big")
		return 0
	}
	return Code(v)
}

func (r *reader) role() Role {
	v := Role(r.byte())
	if r.err == nil && (v < RoleView || v > RoleOwner) {
		r.fail("no such role")
	}
	return v
}

func (r *reader) resume() (v Resume) {
	v.Replica = crdt.ReplicaID(r.uint32())
	if len(r.b) < len(v.Secret) {
		r.fail("cut off")
		return Resume{}
	}
	r.b = r.b[copy(v.Secret[:], r.b):]
	return v
}

func (r *reader) version() crdt.Version {
	n := r.count(VersionEntriesMax, 2)
	v := make(crdt.Version, n)
	last := uint64(0)
	for range n {
		step, counter := uint64(r.uint32()), r.uint()
		last += step
		if step == 0 || counter == 0 || last > math.MaxUint32 {
			r.fail("version out of order")
			return nil
		}
		v[crdt.ReplicaID(last)] = counter
	}
	return v
}

func (r *reader) batches(limit int) [][]byte {
	n := r.count(BatchesMax, 2)
	if n == 0 {
		return nil
	}
	batches := make([][]byte, n)
	for i := range batches {
		if batches[i] = r.bytes(limit); batches[i] == nil {
			r.fail("empty batch")
			return nil
		}
	}
	return batches
}

// record hands the next length-prefixed record to read; what read leaves
// over is skipped.
func (r *reader) record(read func(*reader)) {
	inner := reader{b: r.bytes(ServerFrameBytesMax)}
	if r.err != nil {
		return
	}
	if read(&inner); inner.err != nil {
		r.err, r.b = inner.err, nil
	}
}

func (r *reader) peers() []Peer {
	n := r.count(PeersMax, 6)
	if n == 0 {
		return nil
	}
	peers := make([]Peer, n)
	for i := range peers {
		r.record(func(in *reader) {
			peers[i] = Peer{
				ID:         PeerID(in.uint32()),
				Replica:    crdt.ReplicaID(in.uint32()),
				Role:       in.role(),
				Name:       in.string(NameBytesMax),
				Department: in.string(DepartmentBytesMax),
			}
		})
	}
	return peers
}

func (r *reader) limits() (l Limits) {
	r.record(func(in *reader) {
		for _, v := range [...]*uint32{&l.FrameBytes, &l.BatchBytes, &l.TextBytes, &l.Objects, &l.EditsPerSecond, &l.BytesPerSecond} {
			*v = in.uint32()
		}
		l.Heartbeat = in.millis()
	})
	return l
}
