package crdt

import "strconv"

// ReplicaID is the number a server gives to one writer of one document, counted from 1. 0 is nobody.
type ReplicaID uint32

// ID is a Lamport stamp and, for what it created, an identity: no two operations of a document share one.
// The zero ID is the root object, which always exists.
type ID struct {
	Counter uint64
	Replica ReplicaID
}

// Compare orders stamps: by counter, then by replica. Of two writes to one register the greater wins.
func (a ID) Compare(b ID) int {
	switch {
	case a.Counter < b.Counter:
		return -1
	case a.Counter > b.Counter:
		return 1
	case a.Replica < b.Replica:
		return -1
	case a.Replica > b.Replica:
		return 1
	}
	return 0
}

func (a ID) less(b ID) bool {
	return a.Counter < b.Counter || a.Counter == b.Counter && a.Replica < b.Replica
}

// IsZero reports whether a is the root object's identity, or no stamp at all.
func (a ID) IsZero() bool { return a == ID{} }

// String writes counter and replica with a dot between: "12.3".
func (a ID) String() string {
	b := strconv.AppendUint(make([]byte, 0, 16), a.Counter, 10)
	return string(strconv.AppendUint(append(b, '.'), uint64(a.Replica), 10))
}

// ParseID reads what String wrote, and nothing else.
func ParseID(s string) (ID, error) {
	for i := 0; i < len(s); i++ {
		if s[i] != '.' {
			continue
		}
		c, err1 := strconv.ParseUint(s[:i], 10, 64)
		r, err2 := strconv.ParseUint(s[i+1:], 10, 32)
		id := ID{c, ReplicaID(r)}
		if err1 != nil || err2 != nil || id.String() != s {
			break
		}
		return id, nil
	}
	return ID{}, &Error{ErrDamaged, "not an object identity"}
}

// plus is the identity n characters after a in the same run.
func (a ID) plus(n uint32) ID { return ID{a.Counter + uint64(n), a.Replica} }

// A Kind says what an object is, a Field which of its registers or texts is meant. The schema belongs to the
// caller; fields are 0..63, and one field of one kind is always a register or always a text.
type (
	Kind  uint8
	Field uint8
)

const fieldMax = 63

// A FieldSet is a set of fields, one bit each.
type FieldSet uint64

// Has reports whether f is in the set.
func (s FieldSet) Has(f Field) bool { return s>>f&1 == 1 }
