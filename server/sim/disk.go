package sim

import (
	"errors"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server/room"
)

// disk keeps the log of one map and, when the server dies, loses what it had not written.
type disk struct {
	w       *world
	entries []diskEntry
	pos     uint64
	upto    uint64
	snap    []byte
	durable crdt.Version // what a crash cannot take any more
	full    bool
	slow    bool
	deadly  bool // the server dies during the next append
	pending []*append_
}

type diskEntry struct {
	pos  uint64
	data []byte
}

type append_ struct {
	data  []byte
	ended bool
}

var errDisk = errors.New("no space left on device")

// append writes in its own time and then answers, unless the server is gone by then.
func (d *disk) append(data []byte, timeout time.Duration, answer func(pos uint64, err error)) {
	p := &append_{data: data}
	d.pending = append(d.pending, p)
	took := d.w.between(200*time.Microsecond, 2*time.Millisecond)
	if d.slow {
		took = d.w.between(time.Second, 2*timeout)
	}
	if d.deadly {
		d.deadly = false
		epoch := d.w.server.epoch
		d.w.after(took/2, func() {
			if d.w.server.epoch == epoch {
				d.w.server.crash()
			}
		})
	}
	if took > timeout {
		d.w.after(timeout, func() {
			if !p.ended {
				d.w.stats.DiskTimeouts++
				answer(0, errors.New("deadline exceeded"))
			}
		})
	}
	d.w.after(took, func() {
		if p.ended {
			return // the crash decided
		}
		p.ended = true
		d.drop(p)
		if d.full {
			d.w.stats.DiskFailures++
			if d.w.chance(20) { // the answer was lost, not the write
				d.write(data)
			}
			if took <= timeout {
				answer(0, errDisk)
			}
			return
		}
		pos := d.write(data)
		if took > timeout {
			return // written after all, long after its caller gave up
		}
		if !d.w.healed && d.w.chance(0.5) {
			d.w.stats.DiskFailures++
			answer(0, errors.New("connection to the disk was lost after the write"))
			return
		}
		answer(pos, nil)
	})
}

func (d *disk) drop(p *append_) {
	for i, q := range d.pending {
		if q == p {
			d.pending = append(d.pending[:i:i], d.pending[i+1:]...)
			return
		}
	}
}

func (d *disk) write(data []byte) uint64 {
	d.pos += 1 + uint64(d.w.rng.IntN(3)) // positions are not dense
	d.entries = append(d.entries, diskEntry{d.pos, data})
	e, err := room.DecodeEntry(data)
	if err != nil {
		d.w.fail("the room wrote an entry that does not read: %v", err)
		return d.pos
	}
	for _, edits := range e.Edits {
		for _, b := range edits.Batches {
			if h, err := crdt.Peek(b); err == nil {
				d.durable[h.Replica] = max(d.durable[h.Replica], h.Last)
			}
		}
	}
	return d.pos
}

func (d *disk) compact(upto uint64, snapshot []byte) error {
	if d.full || !d.w.healed && d.w.chance(5) {
		return errDisk
	}
	if upto > d.upto {
		d.upto, d.snap = upto, snapshot
	}
	return nil
}

// crash ends every append under way: each is either written, unanswered, or lost.
func (d *disk) crash() {
	for _, p := range d.pending {
		p.ended = true
		if !d.full && d.w.chance(50) {
			d.w.stats.KeptUnanswered++
			d.write(p.data)
		} else {
			d.w.stats.LostAppends++
		}
	}
	d.pending = nil
}

func (d *disk) load() (*room.Stored, error) {
	s := room.NewStored()
	if d.snap != nil {
		if err := s.Checkpoint(d.upto, d.snap); err != nil {
			return nil, err
		}
	}
	for _, e := range d.entries {
		if e.pos > d.upto {
			if err := s.Entry(e.pos, e.data); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// replay is the whole history, without any checkpoint.
func (d *disk) replay() (*room.Stored, error) {
	s := room.NewStored()
	for _, e := range d.entries {
		if err := s.Entry(e.pos, e.data); err != nil {
			return nil, err
		}
	}
	return s, nil
}
