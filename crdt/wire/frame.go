package wire

import (
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// Frame is one of the types below, always by value; the set is closed.
type Frame interface{ kind() kind }

type kind byte

const (
	kindHello    kind = 0x01
	kindEdits    kind = 0x02
	kindPresence kind = 0x03
	kindRename   kind = 0x04
	kindPing     kind = 0x05

	kindWelcome      kind = 0x41
	kindMerged       kind = 0x42
	kindAcknowledged kind = 0x43
	kindRefused      kind = 0x44
	kindNotice       kind = 0x45
	kindClosing      kind = 0x46
	kindPong         kind = 0x47
)

// Hello opens every connection.
type Hello struct {
	Versions   [2]uint32    // lowest and highest that the client speaks
	Resume     Resume       // zero: a new replica is wanted
	Have       crdt.Version // empty: a snapshot is wanted
	Name       string
	Department string
}

// Resume is what proves that a connection goes on with a replica that the
// server gave before. The secret is shown to nobody else.
type Resume struct {
	Replica crdt.ReplicaID
	Secret  [16]byte
}

// Edits carries the client's own batches in counter order.
type Edits struct{ Batches [][]byte }

// Presence is the sender's newest state, opaque to the server; empty: gone.
type Presence struct{ State []byte }

// Rename changes how others see the sender.
type Rename struct{ Name, Department string }

// Ping asks for a Pong with the same token: a browser cannot see WebSocket
// pings, and a half-open socket says nothing by itself.
type Ping struct{ Token uint64 }

// Welcome answers Hello.
type Welcome struct {
	Version      uint32 // of all further frames
	Peer         PeerID
	Resume       Resume // replica 0: this peer may not edit
	Role         Role
	Snapshot     []byte // at most one of Snapshot and Delta is set;
	Delta        []byte // neither: Have was complete
	Acknowledged uint64 // the replica's highest counter that the server keeps
	Peers        []Peer // the others
	Limits       Limits
	MapID        string
}

// Merged is what happened in a room since its last tick. It is encoded once
// and the same for all; a peer's own batches in it count as acknowledged.
type Merged struct {
	Batches  [][]byte
	Presence []PeerPresence
	Joined   []Peer
	Left     []PeerID
}

// Acknowledged says that all own batches up to Counter are kept for good.
type Acknowledged struct{ Counter uint64 }

// Refused says that the batch that begins at Counter was not taken, nor
// anything after it. The refused edit is taken back by its author, or, when
// the code may be retried, sent again after RetryAfter.
type Refused struct {
	Code       Code
	Counter    uint64
	RetryAfter time.Duration
	Detail     string
}

// Notice tells people something; nothing else follows from it.
type Notice struct{ Code Code }

// Closing is the last frame before the server closes.
type Closing struct {
	Code       Code
	RetryAfter time.Duration
}

// Pong answers Ping.
type Pong struct{ Token uint64 }

// PeerID names a connection within its room for as long as it lasts.
type PeerID uint32

// Peer is somebody in the room.
type Peer struct {
	ID         PeerID
	Replica    crdt.ReplicaID // 0: only watches
	Role       Role
	Name       string
	Department string
}

// PeerPresence is the newest state of one peer; empty: it shows nothing.
type PeerPresence struct {
	Peer  PeerID
	State []byte
}

// Role is what a link lets its holder do, in ascending order.
type Role uint8

const (
	RoleView    Role = 1
	RoleComment Role = 2
	RoleEdit    Role = 3
	RoleOwner   Role = 4
)

func (r Role) String() string {
	switch r {
	case RoleView:
		return "view"
	case RoleComment:
		return "comment"
	case RoleEdit:
		return "edit"
	case RoleOwner:
		return "owner"
	}
	return "none"
}

// ParseRole reads what String wrote.
func ParseRole(s string) (Role, bool) {
	for r := RoleView; r <= RoleOwner; r++ {
		if r.String() == s {
			return r, true
		}
	}
	return 0, false
}

// FromClient reports whether a client may send such a frame.
func FromClient(f Frame) bool { return f.kind() < kindWelcome }

func (Hello) kind() kind        { return kindHello }
func (Edits) kind() kind        { return kindEdits }
func (Presence) kind() kind     { return kindPresence }
func (Rename) kind() kind       { return kindRename }
func (Ping) kind() kind         { return kindPing }
func (Welcome) kind() kind      { return kindWelcome }
func (Merged) kind() kind       { return kindMerged }
func (Acknowledged) kind() kind { return kindAcknowledged }
func (Refused) kind() kind      { return kindRefused }
func (Notice) kind() kind       { return kindNotice }
func (Closing) kind() kind      { return kindClosing }
func (Pong) kind() kind         { return kindPong }
