package wire

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// Append writes f in the current version behind dst.
//
// It does not check limits: a sender keeps them by construction, and the
// other side checks them anyway.
func Append(dst []byte, f Frame) []byte {
	dst = append(dst, byte(f.kind()))
	switch f := f.(type) {
	case Hello:
		dst = appendUint(dst, uint64(f.Versions[0]))
		dst = appendUint(dst, uint64(f.Versions[1]))
		dst = appendResume(dst, f.Resume)
		dst = appendVersion(dst, f.Have)
		dst = appendString(dst, f.Name)
		dst = appendString(dst, f.Department)
	case Edits:
		dst = appendBatches(dst, f.Batches)
	case Presence:
		dst = appendBytes(dst, f.State)
	case Rename:
		dst = appendString(dst, f.Name)
		dst = appendString(dst, f.Department)
	case Ping:
		dst = appendUint(dst, f.Token)
	case Welcome:
		dst = append(beforeSnapshot(dst, f), f.Snapshot...)
		dst = afterSnapshot(dst, f)
	case Merged:
		dst = appendBatches(dst, f.Batches)
		dst = appendUint(dst, uint64(len(f.Presence)))
		for _, p := range f.Presence {
			dst = appendUint(dst, uint64(p.Peer))
			dst = appendBytes(dst, p.State)
		}
		dst = appendPeers(dst, f.Joined)
		dst = appendUint(dst, uint64(len(f.Left)))
		for _, id := range f.Left {
			dst = appendUint(dst, uint64(id))
		}
	case Acknowledged:
		dst = appendUint(dst, f.Counter)
	case Refused:
		dst = appendUint(dst, uint64(f.Code))
		dst = appendUint(dst, f.Counter)
		dst = appendMillis(dst, f.RetryAfter)
		dst = appendString(dst, f.Detail)
	case Notice:
		dst = appendUint(dst, uint64(f.Code))
	case Closing:
		dst = appendUint(dst, uint64(f.Code))
		dst = appendMillis(dst, f.RetryAfter)
	case Pong:
		dst = appendUint(dst, f.Token)
	}
	return dst
}

// Around encodes a Welcome but for its snapshot: head, f.Snapshot and tail, one after another,
// are what Append writes. So all who join a map share one copy of it.
func Around(f Welcome) (head, tail []byte) {
	head = beforeSnapshot(append(make([]byte, 0, 256+128*len(f.Peers)+len(f.Delta)), byte(f.kind())), f)
	n := len(head)
	return head[:n:n], afterSnapshot(head, f)[n:]
}

// beforeSnapshot writes the fields of a Welcome up to the length of its snapshot.
func beforeSnapshot(dst []byte, f Welcome) []byte {
	dst = appendUint(dst, uint64(f.Version))
	dst = appendUint(dst, uint64(f.Peer))
	dst = appendResume(dst, f.Resume)
	dst = append(dst, byte(f.Role))
	return appendUint(dst, uint64(len(f.Snapshot)))
}

// afterSnapshot writes the fields behind it.
func afterSnapshot(dst []byte, f Welcome) []byte {
	dst = appendBytes(dst, f.Delta)
	dst = appendUint(dst, f.Acknowledged)
	dst = appendPeers(dst, f.Peers)
	dst = appendRecord(dst, func(dst []byte) []byte { return appendLimits(dst, f.Limits) })
	return appendString(dst, f.MapID)
}

func appendUint(dst []byte, v uint64) []byte { return binary.AppendUvarint(dst, v) }

func appendBytes(dst, b []byte) []byte { return append(appendUint(dst, uint64(len(b))), b...) }

func appendString(dst []byte, s string) []byte { return append(appendUint(dst, uint64(len(s))), s...) }

func appendMillis(dst []byte, d time.Duration) []byte {
	return appendUint(dst, uint64(max(0, d.Milliseconds())))
}

func appendResume(dst []byte, r Resume) []byte {
	dst = appendUint(dst, uint64(r.Replica))
	return append(dst, r.Secret[:]...)
}

func appendBatches(dst []byte, batches [][]byte) []byte {
	dst = appendUint(dst, uint64(len(batches)))
	for _, b := range batches {
		dst = appendBytes(dst, b)
	}
	return dst
}

// appendVersion writes replicas in ascending order, so that equal versions
// have equal bytes.
func appendVersion(dst []byte, v crdt.Version) []byte {
	replicas := make([]crdt.ReplicaID, 0, len(v))
	for r, counter := range v {
		if counter != 0 {
			replicas = append(replicas, r)
		}
	}
	slices.Sort(replicas)
	dst = appendUint(dst, uint64(len(replicas)))
	last := crdt.ReplicaID(0)
	for _, r := range replicas {
		dst = appendUint(dst, uint64(r-last))
		dst = appendUint(dst, v[r])
		last = r
	}
	return dst
}

// appendRecord writes a length before what write appends: a record may grow
// at its end in a later version, and an older reader skips what it does not
// know.
func appendRecord(dst []byte, write func([]byte) []byte) []byte {
	at := len(dst)
	dst = write(dst)
	var head [binary.MaxVarintLen64]byte
	return slices.Insert(dst, at, binary.AppendUvarint(head[:0], uint64(len(dst)-at))...)
}

func appendPeers(dst []byte, peers []Peer) []byte {
	dst = appendUint(dst, uint64(len(peers)))
	for _, p := range peers {
		dst = appendRecord(dst, func(dst []byte) []byte {
			dst = appendUint(dst, uint64(p.ID))
			dst = appendUint(dst, uint64(p.Replica))
			dst = append(dst, byte(p.Role))
			dst = appendString(dst, p.Name)
			return appendString(dst, p.Department)
		})
	}
	return dst
}

func appendLimits(dst []byte, l Limits) []byte {
	for _, v := range [...]uint32{l.FrameBytes, l.BatchBytes, l.TextBytes, l.Objects, l.EditsPerSecond, l.BytesPerSecond} {
		dst = appendUint(dst, uint64(v))
	}
	return appendMillis(dst, l.Heartbeat)
}
