package room

import (
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Limits names every bound a room keeps, in one place. A zero field means the default.
// What happens at each bound is said beside it; none of them closes anybody but the peer
// that went over it. docs/protocol.md tells clients the same.
type Limits struct {
	// PeersMax bounds the connections of one room. Over: the newcomer is closed, RoomFull.
	PeersMax int
	// PeersPerLinkMax bounds the connections by one link into one room. Over: the newcomer
	// is closed, Connections. A workshop shares one link, so it is generous.
	PeersPerLinkMax int
	// RoomsMax bounds the rooms open at once in a host. Over: the newcomer is told Busy.
	RoomsMax int
	// SessionsMax bounds the remembered replica secrets of a map. Over: those not seen for
	// the longest are forgotten; their owners come back with a new replica number.
	SessionsMax int

	// EditsPerSecond and EditsBurst bound the batches of one peer, LinkEditsPerSecond and
	// LinkEditsBurst those of all peers of one link together. Over: refused, TooFast, with
	// the time after which they fit. The burst lets an hour offline arrive at once.
	EditsPerSecond, EditsBurst         int
	LinkEditsPerSecond, LinkEditsBurst int
	// BytesPerSecond and BytesBurst bound the bytes of one peer's batches, LinkBytesPerSecond
	// and LinkBytesBurst those of all peers of one link together. Over: as above.
	BytesPerSecond, BytesBurst         int
	LinkBytesPerSecond, LinkBytesBurst int
	// FramesPerSecond and FramesBurst bound presence and rename frames of one peer.
	// Over: the frame is dropped; the newest presence gets through when there is room.
	FramesPerSecond, FramesBurst int
	// QueueBytesMax bounds what one peer may have waiting for the next commit.
	// Over: refused, TooFast.
	QueueBytesMax int

	// OutboxBytesMax bounds what waits to be written to one peer. Over half: presence is
	// left out; over: the peer is closed, TooSlow, and resumes by its version. One frame
	// always fits into an empty outbox, else a large map could not be sent at all.
	OutboxBytesMax int

	// EntryBytesMax is where a commit stops gathering; the rest goes into the next one.
	EntryBytesMax int
	// MapBytesMax bounds a map's encoded state. Over: refused, MapFull, but for what only deletes.
	MapBytesMax int
	// Update bounds what is inside one batch; crdt.Document.Check keeps it.
	Update crdt.Limits

	// NameBytesMax bounds names and departments; longer ones are cut.
	NameBytesMax int

	// TickFactor times what a flush costs is how long edits and presence are gathered under
	// load, TickMax at the longest; FlushWait is how long a flush waits for the last one to
	// get out.
	TickFactor int
	TickMax    time.Duration
	FlushWait  time.Duration
	// AppendTimeout is how long one append may take before it counts as failed (unknown)
	// and is repeated.
	AppendTimeout time.Duration
	// RetryMin and RetryMax bound the pause between repeated appends to a failing log.
	RetryMin, RetryMax time.Duration
	// PresenceWait is how long presence waits for a commit under way, to go in one frame.
	PresenceWait time.Duration
	// PresenceRetry is how often a peer that was spared presence is looked at again.
	PresenceRetry time.Duration

	// CheckpointBytes, CheckpointEntries, CheckpointAge: a checkpoint is written when the
	// log grew by so much, or when there are entries this old outside of one.
	CheckpointBytes   int
	CheckpointEntries int
	CheckpointAge     time.Duration

	// ForgetAfter is how long a deleted object is kept, at the least, for those who may still
	// bring it back or write to it. Later it is forgotten with a checkpoint: an undo of its
	// deletion is refused, and who was away so long starts from the snapshot. Negative: never.
	ForgetAfter time.Duration

	// Heartbeat is how often a client that hears nothing should ask whether anybody is there.
	Heartbeat time.Duration

	// IdleTimeout is how long a room without peers stays in memory.
	IdleTimeout time.Duration
	// ReconnectSpread is the time over which peers are asked to come back after a restart.
	ReconnectSpread time.Duration
}

// DefaultLimits are the values of zero fields.
var DefaultLimits = Limits{
	PeersMax:           1000,
	PeersPerLinkMax:    1000,
	RoomsMax:           10000,
	SessionsMax:        10000,
	EditsPerSecond:     200,
	EditsBurst:         5000,
	LinkEditsPerSecond: 20000,
	LinkEditsBurst:     100000,
	BytesPerSecond:     1 << 20,
	BytesBurst:         16 << 20,
	LinkBytesPerSecond: 16 << 20,
	LinkBytesBurst:     256 << 20,
	FramesPerSecond:    100,
	FramesBurst:        200,
	QueueBytesMax:      4 << 20,
	OutboxBytesMax:     1 << 20,
	EntryBytesMax:      1 << 20,
	MapBytesMax:        64 << 20,
	NameBytesMax:       wire.NameBytesMax,
	TickFactor:         7,
	TickMax:            10 * time.Millisecond,
	FlushWait:          100 * time.Millisecond,
	AppendTimeout:      10 * time.Second,
	RetryMin:           100 * time.Millisecond,
	RetryMax:           2 * time.Second,
	PresenceWait:       50 * time.Millisecond,
	PresenceRetry:      500 * time.Millisecond,
	CheckpointBytes:    512 << 10,
	CheckpointEntries:  10000,
	CheckpointAge:      10 * time.Minute,
	ForgetAfter:        30 * 24 * time.Hour,
	Heartbeat:          25 * time.Second,
	IdleTimeout:        time.Minute,
	ReconnectSpread:    5 * time.Second,
}

func orDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// withDefaults fills in zero fields.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	orDefault(&l.PeersMax, d.PeersMax)
	orDefault(&l.PeersPerLinkMax, d.PeersPerLinkMax)
	orDefault(&l.RoomsMax, d.RoomsMax)
	orDefault(&l.SessionsMax, d.SessionsMax)
	orDefault(&l.EditsPerSecond, d.EditsPerSecond)
	orDefault(&l.EditsBurst, d.EditsBurst)
	orDefault(&l.LinkEditsPerSecond, d.LinkEditsPerSecond)
	orDefault(&l.LinkEditsBurst, d.LinkEditsBurst)
	orDefault(&l.BytesPerSecond, d.BytesPerSecond)
	orDefault(&l.BytesBurst, d.BytesBurst)
	orDefault(&l.LinkBytesPerSecond, d.LinkBytesPerSecond)
	orDefault(&l.LinkBytesBurst, d.LinkBytesBurst)
	orDefault(&l.FramesPerSecond, d.FramesPerSecond)
	orDefault(&l.FramesBurst, d.FramesBurst)
	orDefault(&l.QueueBytesMax, d.QueueBytesMax)
	orDefault(&l.OutboxBytesMax, d.OutboxBytesMax)
	orDefault(&l.EntryBytesMax, d.EntryBytesMax)
	orDefault(&l.MapBytesMax, d.MapBytesMax)
	orDefault(&l.NameBytesMax, d.NameBytesMax)
	orDefault(&l.TickFactor, d.TickFactor)
	orDefault(&l.TickMax, d.TickMax)
	orDefault(&l.FlushWait, d.FlushWait)
	orDefault(&l.AppendTimeout, d.AppendTimeout)
	orDefault(&l.RetryMin, d.RetryMin)
	orDefault(&l.RetryMax, d.RetryMax)
	orDefault(&l.PresenceWait, d.PresenceWait)
	orDefault(&l.PresenceRetry, d.PresenceRetry)
	orDefault(&l.CheckpointBytes, d.CheckpointBytes)
	orDefault(&l.CheckpointEntries, d.CheckpointEntries)
	orDefault(&l.CheckpointAge, d.CheckpointAge)
	orDefault(&l.ForgetAfter, d.ForgetAfter)
	orDefault(&l.Heartbeat, d.Heartbeat)
	orDefault(&l.IdleTimeout, d.IdleTimeout)
	orDefault(&l.ReconnectSpread, d.ReconnectSpread)
	return l
}

// bucket is a token bucket; the zero one is full.
type bucket struct {
	spent float64
	at    time.Time
}

// take spends n tokens if they are there; otherwise it says after what time they will be.
// More than the burst at once is let through when the bucket is full: it could never pass
// otherwise, and the debt is paid back at the same rate.
func (b *bucket) take(now time.Time, n, perSecond, burst int) (bool, time.Duration) {
	if !b.at.IsZero() {
		b.spent = max(0, b.spent-max(0, now.Sub(b.at).Seconds())*float64(perSecond))
	}
	b.at = now
	if over := b.spent + float64(n) - float64(burst); over > 0 && b.spent > 0 {
		return false, time.Duration(min(over, b.spent) / float64(perSecond) * float64(time.Second))
	}
	b.spent += float64(n)
	return true, 0
}
