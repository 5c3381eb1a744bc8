package room

import (
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// An Input is one thing that happened to a room; the set is closed.
type Input interface{ input() }

type (
	// Join is a connection that said Hello. The room answers with Welcome, or with
	// Closing and a Close.
	Join struct {
		Peer   wire.PeerID // chosen by the caller, new in this room
		Role   wire.Role
		Link   string
		Hello  wire.Hello
		Secret [16]byte // fresh randomness, in case a replica number is given out
		Outbox Outbox
	}
	// Leave is a connection that ended, for whatever reason.
	Leave struct{ Peer wire.PeerID }
	// Received is a frame of a peer that joined.
	Received struct {
		Peer  wire.PeerID
		Frame wire.Frame
	}
	// Tick lets time pass. It is wanted at Output.Wake, and harmless at any other time.
	Tick struct{}
	// Flushed answers Output.Flush: the frame has reached the sockets, but for a few that
	// are behind.
	Flushed struct {
		Flush uint64
		Took  time.Duration
		// Round is how long one flush of each room that is active now takes, all together:
		// a room that shares its processor with many gathers longer.
		Round time.Duration
		// Beat is the same moment for all rooms of a host, to count ticks from so that they
		// meet; zero: there is no other.
		Beat time.Time
	}
	// Appended answers Output.Append: the entry is durable.
	Appended struct{ Number, Pos uint64 }
	// AppendFailed answers Output.Append: nobody knows whether the entry is durable.
	AppendFailed struct {
		Number uint64
		Err    error
	}
	// Compacted answers Output.Compact, for better or worse.
	Compacted struct {
		Upto uint64
		Err  error
	}
	// ServerEdit writes on the server's behalf (an import). Write gets a copy of the
	// document and runs inside Step; Done is called when it is durable, or why it is not.
	ServerEdit struct {
		Write func(*crdt.Document, *crdt.Edit) error
		Done  func(error)
	}
	// View asks for the committed state: a document's snapshot and the batches after it.
	View struct {
		Done   func(snapshot []byte, tail [][]byte)
		Failed func(error) // instead, when there is no room after all
	}
	// CloseLink ends every peer that came by a link.
	CloseLink struct {
		Link string
		Code wire.Code
	}
	// Drain ends the room: peers are told to come back later, each after its own part of
	// the spread; what is being committed is finished, nothing new is taken.
	Drain struct{ Code wire.Code }
)

func (Join) input()         {}
func (Leave) input()        {}
func (Received) input()     {}
func (Tick) input()         {}
func (Flushed) input()      {}
func (Appended) input()     {}
func (AppendFailed) input() {}
func (Compacted) input()    {}
func (ServerEdit) input()   {}
func (View) input()         {}
func (CloseLink) input()    {}
func (Drain) input()        {}

// An Outbox is what waits to be written to one peer. The room only asks how much that is
// and names the outbox in its output; it never writes.
type Outbox interface{ Queued() int }

// Output is what a step wants done, in this order. It is valid until the next Step.
type Output struct {
	// Append is the entry to append; the answer is an Appended or AppendFailed. At most
	// one is under way at any time.
	Append *AppendRequest
	// Compact is a checkpoint to store, answered by Compacted; at most one is under way.
	Compact *CompactRequest
	// Send are frames to put into outboxes. Many may share one frame.
	Send []Send
	// Flush numbers the tick's frame among them, answered by Flushed; 0: there is none.
	Flush uint64
	// Close are peers to close after what was sent to them; they have left the room.
	Close []Close
	// Reply are answers to callers, to be run by the host.
	Reply []func()
	// Publish is the committed entry, for whoever follows the map elsewhere; nil: none.
	Publish []byte
	// Wake is when the next Tick is wanted; zero: only after another input.
	Wake time.Time
	// Events are what happened, for metrics and logs.
	Events []Event
}

type AppendRequest struct {
	Number uint64
	Data   []byte
}

type CompactRequest struct {
	Upto uint64
	Data []byte
}

type Send struct {
	Outbox Outbox
	Frame  []byte   // immutable, shared
	Rest   [][]byte // follows Frame in the same message; nil for most: a Welcome's snapshot is shared by all who join
	Flush  bool     // part of the tick's flush, whose duration is measured
}

type Close struct {
	Peer   wire.PeerID
	Outbox Outbox
	Code   wire.Code
	// Hard: what waits in the outbox is not worth waiting for.
	Hard bool
}

// An Event is one thing worth counting. Only the fields that belong to the kind are set.
type Event struct {
	Kind  EventKind
	Code  wire.Code
	Peer  wire.PeerID
	N     int // batches, peers
	Bytes int
	Err   error
}

type EventKind uint8

const (
	EventWelcomed     EventKind = iota // N: 0 new, 1 resumed by delta, 2 resumed by snapshot; Bytes: of state sent
	EventLeft                          //
	EventCommitted                     // N batches, Bytes of the entry
	EventFlushed                       // N peers, Bytes of the frame
	EventPresenceLost                  // a peer's outbox was over half
	EventRefused                       // Code
	EventClosed                        // Code; by the room
	EventStoreFailed                   // Err
	EventStoreBack                     //
	EventCheckpoint                    // Bytes; Err if it was not stored
	EventForgot                        // N objects that had been deleted long ago
)

var eventNames = [...]string{"welcomed", "left", "committed", "flushed", "presence lost", "refused", "closed", "store failed", "store back", "checkpoint", "forgot"}

func (k EventKind) String() string { return eventNames[k] }
