package wire

import "time"

// Every length and count that a frame may carry. A decoder compares before it
// allocates, so a frame costs at most a fixed multiple of its own length
// (P8). A server may be stricter and says so in Welcome.Limits.
const (
	// ClientFrameBytesMax bounds what a client may send in one message; a
	// server hands it to its WebSocket as read limit.
	ClientFrameBytesMax = 2 << 20
	// HelloBytesMax bounds the first message, which comes before anything is
	// known about the sender.
	HelloBytesMax = 512 << 10
	// ServerFrameBytesMax bounds what a server may send in one message; the
	// largest is a Welcome with the snapshot of a whole map.
	ServerFrameBytesMax = 64 << 20

	// BatchBytesMax bounds one batch; a larger edit is refused on the spot
	// by the client's own replica. It leaves room for the frame around it.
	BatchBytesMax = 1 << 20
	// BatchesMax bounds the batches of one frame.
	BatchesMax = 1 << 14

	PresenceBytesMax   = 1 << 10
	NameBytesMax       = 256
	DepartmentBytesMax = 256
	DetailBytesMax     = 1 << 10
	MapIDBytesMax      = 64

	// PeersMax bounds the peers, joins, leaves and presence states of one
	// frame, and with them the people in one room.
	PeersMax = 1 << 13
	// VersionEntriesMax bounds a version vector: replicas that ever edited.
	VersionEntriesMax = 1 << 16
	// RetryAfterMax bounds how long a server may tell a client to stay away.
	RetryAfterMax = 24 * time.Hour
)

// Limits are what this server holds this connection to; zero means that the
// server does not say and the constants above hold.
type Limits struct {
	FrameBytes     uint32 // largest client message
	BatchBytes     uint32 // largest batch
	TextBytes      uint32 // largest text of one field
	Objects        uint32 // objects in one map
	EditsPerSecond uint32 // batches, sustained
	BytesPerSecond uint32 // sustained
	// Heartbeat is how often a client that hears nothing should send Ping;
	// zero: this server does not answer pings, and silence means nothing.
	Heartbeat time.Duration
}
