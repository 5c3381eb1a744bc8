package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Commit is what OnCommit is told.
type Commit struct {
	Entries  int           // appended
	Bytes    int           // of the batch
	Duration time.Duration // of the transaction with its fsync
	Err      error         // when nothing of the batch is certain
}

type jobKind uint8

const (
	jobAppend jobKind = iota
	jobRecords
	jobSnapshot
	jobPrune
)

// job is one thing that the committer is asked to do. It is written by the asker before it is queued, by the committer
// until the batch is done, and read by the asker after that.
type job struct {
	kind    jobKind
	name    string   // map
	data    []byte   // jobAppend: in the batch's arena once queued; jobSnapshot: a copy made for the store
	upto    uint64   // jobSnapshot, jobPrune
	changes []Change // jobRecords: copies made for the store
	number  uint64   // jobAppend: the answer
	err     error    // of this job alone, while the rest of the batch is committed
}

// batch is what one commit takes. Everyone in it waits for the same channel.
type batch struct {
	jobs  []job
	arena []byte // copies of appended data: a caller whose context ended may reuse its buffer while we still write
	bytes int
	done  chan struct{} // closed after the commit
	err   error         // valid after done
}

func (b *batch) wait(ctx context.Context) error {
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return fmt.Errorf("outcome unknown: %w", ctx.Err())
	}
}

// enqueue puts the job into the batch that is being filled. When that is full, it blocks until the batch has been written:
// at most two batches are in memory.
func (s *Store) enqueue(ctx context.Context, j job, size int) (*batch, int, error) {
	for {
		s.mu.Lock()
		if s.closing {
			s.mu.Unlock()
			return nil, 0, ErrClosed
		}
		if full := s.open; full != nil && full.bytes+size > s.options.BatchBytes {
			s.mu.Unlock()
			select {
			case <-full.done:
				continue
			case <-ctx.Done():
				return nil, 0, ctx.Err()
			}
		}
		if s.open == nil {
			s.open = &batch{done: make(chan struct{}), arena: s.arena}
			s.arena = nil
		}
		b := s.open
		if j.kind == jobAppend {
			at := len(b.arena)
			b.arena = append(b.arena, j.data...)
			// Where the arena moves as it grows, earlier jobs keep the old array: their bytes are in it already.
			j.data = b.arena[at:len(b.arena):len(b.arena)]
		}
		b.jobs = append(b.jobs, j)
		b.bytes += size
		i := len(b.jobs) - 1
		s.mu.Unlock()
		if i == 0 {
			s.signal()
		}
		return b, i, nil
	}
}

// scratchBytesKept is how large a buffer may be to be used again; larger ones go back to the collector.
const scratchBytesKept = 1 << 20

// committer is the state of the one goroutine that writes.
type committer struct {
	s       *Store
	seq     uint64 // of the newest entry in the log
	pending int    // entries since the checkpoint
	stale   bool   // a commit failed: what is in memory must be read anew before the next one
	dirty   map[string]head
	value   []byte // scratch for encoded entries of one commit
}

func (c *committer) run() {
	s := c.s
	defer close(s.done)
	for {
		b, last := c.next()
		if b != nil {
			c.commit(b)
			continue
		}
		if last {
			c.checkpoint()
			return
		}
		select {
		case <-s.wake:
		case fn := <-s.exclusive:
			fn()
			continue
		}
		// Those whom the last commit woke are about to append again: one turn for them makes the batch whole instead of
		// one entry long, and costs nothing when nobody is there.
		runtime.Gosched()
	}
}

// next takes what waits; last is set when nothing waits and nothing will come.
func (c *committer) next() (b *batch, last bool) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	b, s.open = s.open, nil
	return b, b == nil && s.closing
}

// commit writes the batch in one transaction and tells everyone in it.
func (c *committer) commit(b *batch) {
	s := c.s
	start := time.Now()
	b.err = c.write(b)
	entries := 0
	for i := range b.jobs {
		if b.jobs[i].kind == jobAppend {
			entries++
		}
	}
	if b.err != nil {
		c.stale = true
	}
	if cap(b.arena) <= scratchBytesKept {
		s.mu.Lock()
		s.arena = b.arena[:0]
		s.mu.Unlock()
	}
	if cap(c.value) > scratchBytesKept {
		c.value = nil
	}
	close(b.done)
	if s.options.OnCommit != nil {
		s.options.OnCommit(Commit{Entries: entries, Bytes: b.bytes, Duration: time.Since(start), Err: b.err})
	}
}

func (c *committer) write(b *batch) error {
	s := c.s
	if c.stale { // bbolt may show a transaction whose last fsync failed, or not: ask the file which entries there are
		if err := c.recover(s); err != nil {
			return err
		}
	}
	prunes := slices.ContainsFunc(b.jobs, func(j job) bool { return j.kind == jobPrune })
	if prunes {
		// A reader may be slow, and may even wait for an Append: never wait for it. The next Compact drops the rest.
		if prunes = s.prune.TryLock(); prunes {
			defer s.prune.Unlock()
		}
	}
	c.dirty = make(map[string]head, min(len(b.jobs), 1024))
	seq, written, checkpoint := c.seq, 0, false
	err := guard(s.path, func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			log := tx.Bucket(bucketLog)
			log.FillPercent = 1 // keys only ever go up: fill pages, never split them in half
			c.value = c.value[:0]
			for i := range b.jobs {
				j := &b.jobs[i]
				switch j.kind {
				case jobAppend:
					seq++
					if err := c.append(tx, log, seq, j); err != nil {
						return err
					}
					written++
				case jobRecords:
					if err := putRecords(tx, j.changes); err != nil {
						return err
					}
				case jobSnapshot:
					if j.err = c.putSnapshot(tx, j); j.err != nil && !isCallers(j.err) {
						return j.err
					}
				case jobPrune:
					if !prunes {
						continue
					}
					if j.err = c.pruneMap(tx, j); j.err != nil && !isCallers(j.err) {
						return j.err
					}
				}
			}
			// After the checkpoint the log has no gaps: recover relies on it.
			checkpoint = prunes || c.pending+written >= s.options.CheckpointEntries
			if checkpoint {
				return c.putHeads(tx, seq)
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("commit to %s: %w", s.path, withNoSpace(err))
	}
	c.seq, c.pending = seq, c.pending+written
	s.headsMu.Lock()
	if checkpoint {
		clear(s.heads)
		c.pending = 0
	} else {
		for name, h := range c.dirty {
			s.heads[name] = h
		}
	}
	s.headsMu.Unlock()
	return nil
}

// withNoSpace gives an error of a full disk its identity back where bbolt kept its text only: rooms tell it from others.
func withNoSpace(err error) error {
	if !errors.Is(err, syscall.ENOSPC) && strings.Contains(err.Error(), syscall.ENOSPC.Error()) {
		return errors.Join(err, syscall.ENOSPC)
	}
	return err
}

func (c *committer) append(tx *bolt.Tx, log *bolt.Bucket, seq uint64, j *job) error {
	h, err := c.head(tx, j.name)
	if err != nil {
		return err
	}
	e := entry{Number: h.Number + 1, Prev: h.Seq, Time: c.s.options.Now().UnixMilli(), Map: j.name, Data: j.data}
	start := len(c.value)
	c.value = appendEntry(c.value, seq, &e) // bbolt keeps the value until the commit; c.value is only reused after it
	if err := log.Put(seqKey(seq), c.value[start:len(c.value):len(c.value)]); err != nil {
		return err
	}
	if e.Number%stepEntries == 0 {
		key := numberKey(j.name, e.Number)
		if err := tx.Bucket(bucketSteps).Put(key, seal(bucketSteps, key, binary.AppendUvarint(nil, seq))); err != nil {
			return err
		}
	}
	c.dirty[j.name] = head{e.Number, seq}
	j.number = e.Number
	return nil
}

// head returns the newest entry of a map as this transaction sees it.
func (c *committer) head(tx *bolt.Tx, mapID string) (head, error) {
	if h, ok := c.dirty[mapID]; ok {
		return h, nil
	}
	return c.s.headIn(tx, mapID)
}

// headIn returns the newest committed entry: from memory, else from the checkpoint. A map without entries has a zero head.
func (s *Store) headIn(tx *bolt.Tx, mapID string) (head, error) {
	s.headsMu.Lock()
	h, ok := s.heads[mapID]
	s.headsMu.Unlock()
	if ok {
		return h, nil
	}
	key := []byte(mapID)
	value := tx.Bucket(bucketHeads).Get(key)
	if value == nil {
		return head{}, nil
	}
	payload, what := unseal(bucketHeads, key, value)
	if what != "" {
		return head{}, &DamageError{Path: s.path, Map: mapID, What: what}
	}
	if h, ok = parseHead(payload); !ok {
		return head{}, &DamageError{Path: s.path, Map: mapID, What: "the place of its newest entry cannot be read"}
	}
	return h, nil
}

// putHeads writes down the heads of all maps that changed since the last checkpoint.
func (c *committer) putHeads(tx *bolt.Tx, seq uint64) error {
	s := c.s
	bucket := tx.Bucket(bucketHeads)
	put := func(mapID string, h head) error {
		key := []byte(mapID)
		return bucket.Put(key, seal(bucketHeads, key, appendHead(nil, h)))
	}
	s.headsMu.Lock() // only this goroutine writes s.heads; readers wait the moment it takes
	defer s.headsMu.Unlock()
	for mapID, h := range s.heads {
		if _, newer := c.dirty[mapID]; newer {
			continue
		}
		if err := put(mapID, h); err != nil {
			return err
		}
	}
	for mapID, h := range c.dirty {
		if err := put(mapID, h); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyCheckpoint, sealNumber(keyCheckpoint, seq))
}

// checkpoint writes the heads down at Close, so that the next Open has nothing to read. A failure only costs that time.
func (c *committer) checkpoint() {
	s := c.s
	if c.pending == 0 || c.stale {
		return
	}
	c.dirty = nil
	err := guard(s.path, func() error { return s.db.Update(func(tx *bolt.Tx) error { return c.putHeads(tx, c.seq) }) })
	if err != nil {
		s.options.Logger.Warn("the heads were not written down at close", "error", err)
	}
}

// recover reads the end of the log, from the checkpoint on, and finds the newest entry of each map in it.
func (c *committer) recover(s *Store) error {
	heads, pending, seq := map[string]head{}, 0, uint64(0)
	err := guard(s.path, func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			at, what := unsealNumber(keyCheckpoint, tx.Bucket(bucketMeta).Get(keyCheckpoint))
			if what != "" {
				return &DamageError{Path: s.path, What: "its checkpoint cannot be read: " + what}
			}
			seq = at
			cursor := tx.Bucket(bucketLog).Cursor()
			for k, v := cursor.Seek(seqKey(at + 1)); k != nil; k, v = cursor.Next() {
				e, what := parseEntry(k, v)
				if what != "" {
					return &DamageError{Path: s.path, What: "near the end of the log " + what}
				}
				if seq++; binary.BigEndian.Uint64(k) != seq {
					return &DamageError{Path: s.path, What: "near the end of the log an entry is missing"}
				}
				heads[e.Map] = head{e.Number, seq}
				pending++
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	s.headsMu.Lock()
	s.heads = heads
	s.headsMu.Unlock()
	c.seq, c.pending, c.stale = seq, pending, false
	return nil
}
