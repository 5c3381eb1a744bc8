package room

import (
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// flush sends everything new in one frame, encoded once a wire version and shared by all
// outboxes: at 200 people a write and an encoding for each edit and receiver is what
// makes hubs collapse.
func (r *Room) flush(batches [][]byte) {
	if len(batches) == 0 && !r.hasNews() {
		return
	}
	m := wire.Merged{Batches: batches, Joined: r.joined, Left: r.left}
	r.joined, r.left = nil, nil // peers closed below are for the next flush
	for _, p := range r.moved {
		m.Presence = append(m.Presence, wire.PeerPresence{Peer: p.id, State: p.presence})
		p.moved, p.presenceWas = false, len(p.presence) > 0
	}
	r.moved = clearKeep(r.moved)
	var frames []*flushFrames
	n, bytes := 0, 0
	for _, p := range slices.Clone(r.order) {
		if !p.welcomed {
			continue
		}
		f := framesFor(&frames, p.codec)
		if sent := r.flushTo(p, f, &m); sent > 0 {
			n++
			bytes = sent
		}
	}
	if n > 0 {
		r.flushes++
		r.out.Flush = r.flushes
		r.flushAt = r.now.Add(r.limits.FlushWait)
		r.event(Event{Kind: EventFlushed, N: n, Bytes: bytes})
	}
}

// flushTo decides what one peer gets: everything, all but presence, or the door.
func (r *Room) flushTo(p *peer, f *flushFrames, m *wire.Merged) (sent int) {
	queued := p.outbox.Queued()
	frame := f.whole(m)
	switch {
	case f.tooBig(m):
		r.close(p, wire.CodeReload, 0, false)
		return 0
	case queued > r.limits.OutboxBytesMax/2 && len(m.Presence) > 0:
		if !slices.Contains(r.behind, p) {
			if len(r.behind) == 0 {
				r.behindAt = r.now.Add(r.limits.PresenceRetry)
			}
			r.behind = append(r.behind, p)
			r.send(p, p.append(wire.Notice{Code: wire.NoticePresenceOff}))
		}
		r.event(Event{Kind: EventPresenceLost, Peer: p.id})
		if frame = f.lean(m); frame == nil {
			return 0
		}
	}
	if queued > 0 && queued+len(frame) > r.limits.OutboxBytesMax {
		r.close(p, wire.CodeTooSlow, 0, true)
		return 0
	}
	r.out.Send = append(r.out.Send, Send{Outbox: p.outbox, Frame: frame, Flush: true})
	return len(frame)
}

// flushFrames are the bytes of one flush in one wire version, made when first asked for.
type flushFrames struct {
	codec    wire.Codec
	all      []byte
	noCursor []byte
}

func framesFor(frames *[]*flushFrames, codec wire.Codec) *flushFrames {
	for _, f := range *frames {
		if f.codec.Version == codec.Version {
			return f
		}
	}
	f := &flushFrames{codec: codec}
	*frames = append(*frames, f)
	return f
}

func (f *flushFrames) whole(m *wire.Merged) []byte {
	if f.all == nil {
		f.all = f.codec.Append(make([]byte, 0, sizeOf(m)), *m)
	}
	return f.all
}

// lean is the frame without presence; nil if nothing else is in it.
func (f *flushFrames) lean(m *wire.Merged) []byte {
	if len(m.Batches)+len(m.Joined)+len(m.Left) == 0 {
		return nil
	}
	if f.noCursor == nil {
		without := *m
		without.Presence = nil
		f.noCursor = f.codec.Append(make([]byte, 0, sizeOf(&without)), without)
	}
	return f.noCursor
}

// tooBig: a batch of the server's own (an import) that no client would take as a batch;
// it comes as a snapshot instead.
func (f *flushFrames) tooBig(m *wire.Merged) bool {
	for _, b := range m.Batches {
		if len(b) > wire.BatchBytesMax {
			return true
		}
	}
	return false
}

func sizeOf(m *wire.Merged) int {
	n := 32 + 64*len(m.Joined) + 5*len(m.Left)
	for _, b := range m.Batches {
		n += len(b) + 4
	}
	for _, p := range m.Presence {
		n += len(p.State) + 8
	}
	return n
}

// pace sets when the next tick may begin. After a pause the first edit goes at once. In a
// busy room a tick waits for the last flush to get out, and begins in proportion to what a
// flush costs after the last one did: gathering into fewer frames is what keeps a busy room
// from falling behind, and it falls behind by stretching the tick, not by filling outboxes.
func (r *Room) pace(in Flushed) {
	if in.Flush != r.flushes {
		return // an old one that took longer than FlushWait
	}
	pause := min(time.Duration(r.limits.TickFactor)*max(in.Took, in.Round), r.limits.TickMax)
	r.flushAt = r.began.Add(pause)
	if !in.Beat.IsZero() {
		r.flushAt = onBeat(r.flushAt, in.Beat, pause, r.limits.TickMax)
	}
}

// onBeat puts a tick where those of other rooms are: what all of them gathered is then one
// commit, and the processor is woken once. All rooms of about the same pace meet, since the
// beats are counted from the same moment, in TickMax, or a half, or a quarter of it.
func onBeat(at, from time.Time, pause, tickMax time.Duration) time.Time {
	step := tickMax
	for range 2 {
		if pause < step {
			step /= 2
		}
	}
	since := at.Sub(from) - step/2 // the nearest: a tick that began late must not slip behind the next
	return from.Add((since + step - 1) / step * step)
}

// catchUp gives peers whose outbox was over half, and is empty again, what they missed: the
// presence of all, and of those who show nothing, that.
func (r *Room) catchUp() {
	if len(r.behind) == 0 || r.now.Before(r.behindAt) {
		return
	}
	r.behindAt = r.now.Add(r.limits.PresenceRetry)
	still := r.behind[:0]
	for _, p := range r.behind {
		if p.outbox.Queued() > 0 {
			still = append(still, p)
		} else if all := r.presenceFrame(p.codec, true); all != nil {
			r.send(p, all)
		}
	}
	clear(r.behind[len(still):])
	r.behind = still
}

// presenceFrame is what everybody shows now; nil: nothing.
func (r *Room) presenceFrame(codec wire.Codec, empty bool) []byte {
	var m wire.Merged
	for _, p := range r.order {
		if p.welcomed && (empty || len(p.presence) > 0) {
			m.Presence = append(m.Presence, wire.PeerPresence{Peer: p.id, State: p.presence})
		}
	}
	if m.Presence == nil {
		return nil
	}
	return codec.Append(nil, m)
}

// notice says something to everybody.
func (r *Room) notice(code wire.Code) {
	for _, p := range r.order {
		if p.welcomed {
			r.send(p, p.append(wire.Notice{Code: code}))
		}
	}
}
