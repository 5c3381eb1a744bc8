package room

import (
	"sync"
	"sync/atomic"
	"time"
)

// flushClock measures one flush: from the first outbox filled until most are written.
type flushClock struct {
	open  *open
	flush uint64
	began time.Time
	left  atomic.Int32
}

func (c *flushClock) written() {
	if c != nil && c.left.Add(-1) == 0 {
		took := time.Since(c.began)
		c.open.host.o.Metrics.Flushed(took)
		round, beat := c.open.host.rounds.add(c.open, took)
		c.open.put(Flushed{Flush: c.flush, Took: took, Round: round, Beat: beat}, nil)
	}
}

// rounds adds up what one flush of each active room costs. An active room is one that
// flushed in the last roundTime.
type rounds struct {
	from time.Time

	mu        sync.Mutex // guards the following, and every open's round
	number    int64
	sum, last round
}

type round struct {
	took  time.Duration
	rooms int
}

const roundTime = 64 * time.Millisecond

// add counts a flush of o. It returns what the round costs, and where beats are counted from
// when o is not the only active room.
func (r *rounds) add(o *open, took time.Duration) (time.Duration, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch number := int64(o.host.o.Now().Sub(r.from)/roundTime) + 1; number - r.number {
	case 0:
	case 1:
		r.number, r.last, r.sum = number, r.sum, round{}
	default:
		r.number, r.last, r.sum = number, round{}, round{}
	}
	if o.round != r.number {
		o.round = r.number
		r.sum.took += took
		r.sum.rooms++
	}
	var beat time.Time
	if max(r.sum.rooms, r.last.rooms) > 1 {
		beat = r.from
	}
	return max(r.sum.took, r.last.took), beat
}
