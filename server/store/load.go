package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// stepEntries is how many entries of a map stand between two keys of the bucket steps; it bounds how far a reader that
// enters in the middle must walk back.
const stepEntries = 64

// chunkBytes is about how much Load reads in one transaction, so that none is open while the caller works.
const chunkBytes = 4 << 20

// Entry is one entry of a map's log.
type Entry struct {
	Number uint64
	Time   time.Time
	Data   []byte
}

// Load calls snapshot with the newest snapshot, when there is one, and entry with each later entry, in order. Everything
// acknowledged before the call is among them. The callee may keep the bytes. It refuses a log with a hole or a wrong
// checksum ([ErrDamaged]) before or while it calls entry: what was called until then is right but not all.
func (s *Store) Load(ctx context.Context, mapID string, snapshot func(upto uint64, data []byte) error, each func(number uint64, data []byte) error) error {
	if err := checkName(mapID); err != nil {
		return err
	}
	s.prune.RLock()
	defer s.prune.RUnlock()
	var h head
	var upto uint64
	var data []byte
	err := s.view(func(tx *bolt.Tx) (err error) {
		if h, err = s.headIn(tx, mapID); err != nil {
			return err
		}
		upto, data, err = s.newestSnapshot(tx, mapID)
		return err
	})
	if err != nil {
		return err
	}
	if upto > h.Number {
		return &DamageError{Path: s.path, Map: mapID, Number: upto, What: "a hole: the snapshot is newer than the log"}
	}
	if upto > 0 {
		if err := snapshot(upto, data); err != nil {
			return err
		}
	}
	return s.walk(ctx, mapID, h, upto+1, h.Number, func(e Entry) error { return each(e.Number, e.Data) })
}

// History calls each with the entries from..to of the map's log, in order; to 0 means to the end. Entries that retention
// dropped are left out.
func (s *Store) History(ctx context.Context, mapID string, from, to uint64, each func(Entry) error) error {
	if err := checkName(mapID); err != nil {
		return err
	}
	s.prune.RLock()
	defer s.prune.RUnlock()
	var h head
	err := s.view(func(tx *bolt.Tx) (err error) {
		if h, err = s.headIn(tx, mapID); err != nil {
			return err
		}
		pruned, err := s.prunedUpto(tx, mapID)
		from = max(from, pruned+1)
		return err
	})
	if err != nil {
		return err
	}
	if to == 0 || to > h.Number {
		to = h.Number
	}
	return s.walk(ctx, mapID, h, from, to, each)
}

// walk calls each with the entries from..to in order. A chain is linked backwards, so it is read in pieces: from the next
// step, or the head, back to where the last piece ended.
func (s *Store) walk(ctx context.Context, mapID string, h head, from, to uint64, each func(Entry) error) error {
	var chunk []Entry
	for from <= to {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk = chunk[:0]
		err := s.view(func(tx *bolt.Tx) error {
			for size := 0; from <= to && size < chunkBytes; {
				start := len(chunk)
				end := h
				if step := (from + stepEntries - 1) / stepEntries * stepEntries; step < h.Number {
					seq, err := s.step(tx, mapID, step)
					if err != nil {
						return err
					}
					end = head{step, seq}
				}
				var err error
				if chunk, err = s.chain(tx, mapID, end, from, chunk); err != nil {
					return err
				}
				for _, e := range chunk[start:] {
					size += len(e.Data)
				}
				from = end.Number + 1
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, e := range chunk {
			if e.Number > to {
				break
			}
			if err := each(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// chain appends the entries from..end.Number, found by walking back from end, in ascending order.
func (s *Store) chain(tx *bolt.Tx, mapID string, end head, from uint64, dst []Entry) ([]Entry, error) {
	count := int(end.Number - from + 1)
	start := len(dst)
	dst = append(dst, make([]Entry, count)...)
	log := tx.Bucket(bucketLog)
	var key [8]byte
	seq := end.Seq
	for number := end.Number; number >= from; number-- {
		binary.BigEndian.PutUint64(key[:], seq)
		value := log.Get(key[:])
		if value == nil {
			return dst, &DamageError{Path: s.path, Map: mapID, Number: number, What: "a hole: the entry is missing"}
		}
		e, what := parseEntry(key[:], value)
		if what != "" {
			return dst, &DamageError{Path: s.path, Map: mapID, Number: number, What: what}
		}
		if e.Map != mapID || e.Number != number {
			return dst, &DamageError{Path: s.path, Map: mapID, Number: number,
				What: fmt.Sprintf("a hole: entry %d of map %s stands in its place", e.Number, e.Map)}
		}
		dst[start+int(number-from)] = Entry{Number: number, Time: time.UnixMilli(e.Time), Data: bytes.Clone(e.Data)}
		seq = e.Prev
	}
	return dst, nil
}

// step returns the sequence of an entry whose number is a multiple of stepEntries.
func (s *Store) step(tx *bolt.Tx, mapID string, number uint64) (uint64, error) {
	key := numberKey(mapID, number)
	payload, what := unseal(bucketSteps, key, tx.Bucket(bucketSteps).Get(key))
	if what == "" {
		if seq, n := binary.Uvarint(payload); n > 0 {
			return seq, nil
		}
		what = "a number cannot be read"
	}
	return 0, &DamageError{Path: s.path, Map: mapID, Number: number, What: "the way to it: " + what}
}
