package room

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// closeGrace is how long a peer that is being closed may take to read what is left.
const closeGrace = 5 * time.Second

// outbox is what waits to be written to one connection. Its bound is the room's to keep
// (Limits.OutboxBytesMax). A goroutine writes while there is something to write and ends
// then: an idle connection costs no stack.
type outbox struct {
	host   *Host
	conn   Conn
	queued atomic.Int64 // bytes

	mu      sync.Mutex // guards the following
	frames  []outFrame
	writing bool
	closing bool // after what is queued
	dead    bool // nothing is written any more
	code    wire.Code
}

type outFrame struct {
	data  []byte
	rest  [][]byte
	clock *flushClock
}

func (f *outFrame) size() int64 {
	n := len(f.data)
	for _, piece := range f.rest {
		n += len(piece)
	}
	return int64(n)
}

// Queued is how many bytes wait.
func (o *outbox) Queued() int { return int(o.queued.Load()) }

func (o *outbox) push(f outFrame) {
	o.mu.Lock()
	if o.closing || o.dead {
		o.mu.Unlock()
		f.clock.written()
		return
	}
	o.frames = append(o.frames, f)
	o.queued.Add(f.size())
	o.start()
	o.mu.Unlock()
}

// start sees to it that somebody writes. The lock must be held.
func (o *outbox) start() {
	if !o.writing {
		o.writing = true
		o.host.tasks.Add(1)
		go o.write() // ends when nothing is left to write, or the connection is closed
	}
}

func (o *outbox) write() {
	defer o.host.tasks.Done()
	var frames []outFrame
	for {
		o.mu.Lock()
		if len(o.frames) == 0 || o.dead {
			o.writing = false
			o.drop()
			closing, code := o.closing && !o.dead, o.code
			o.dead = o.dead || o.closing
			o.mu.Unlock()
			if closing {
				o.conn.Close(code, code.String())
			}
			return
		}
		frames, o.frames = o.frames, frames[:0]
		o.mu.Unlock()
		for i, f := range frames {
			err := o.conn.WriteFrame(context.Background(), f.data, f.rest...)
			o.queued.Add(-f.size())
			f.clock.written()
			frames[i] = outFrame{}
			if err != nil {
				// Whoever reads from the connection finds out too, and leaves.
				o.abandon()
				for _, f := range frames[i+1:] {
					o.queued.Add(-f.size())
					f.clock.written()
				}
				break
			}
		}
	}
}

// drop forgets what is queued. The lock must be held.
func (o *outbox) drop() {
	for _, f := range o.frames {
		o.queued.Add(-f.size())
		f.clock.written()
	}
	o.frames = nil
}

// close ends the connection: after what is queued was written, or, if hard, at once.
func (o *outbox) close(code wire.Code, hard bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead || o.closing {
		return
	}
	o.code = code
	if hard {
		o.dead = true
		o.drop()
		o.host.tasks.Add(1)
		go func() { // ends with Close, which gives up on a peer that does not answer
			defer o.host.tasks.Done()
			o.conn.Close(code, code.String())
		}()
		return
	}
	o.closing = true
	o.start()
	time.AfterFunc(closeGrace, o.giveUp)
}

// giveUp closes a connection that did not read its last frames in time.
func (o *outbox) giveUp() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return
	}
	o.dead = true
	o.drop()
	o.host.tasks.Add(1)
	go func() { // ends with Close
		defer o.host.tasks.Done()
		o.conn.Close(o.code, o.code.String())
	}()
}

// abandon: the connection is gone; nothing more is written.
func (o *outbox) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.dead = true
	o.drop()
}
