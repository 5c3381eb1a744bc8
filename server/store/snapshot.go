package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ErrAhead is returned by Compact when the snapshot claims entries that the log does not have.
var ErrAhead = errors.New("store: the snapshot is ahead of the log")

// isCallers tells an error of one job, which the others in its batch need not suffer for, from one of the file.
func isCallers(err error) bool { return errors.Is(err, ErrAhead) }

// snapshotsKept is how many snapshots of a map stay: the newest, and the one to fall back to when it is damaged.
const snapshotsKept = 2

// Compact stores a snapshot that holds the effect of all entries up to and including upto. One that is not newer than the
// stored one is ignored. The log stays, unless Options.Retain… allow to drop entries; never are entries dropped that the
// snapshot before this one does not hold. The snapshot belongs to the store until Compact returns.
func (s *Store) Compact(ctx context.Context, mapID string, upto uint64, snapshot []byte) error {
	if err := checkName(mapID); err != nil {
		return err
	}
	if len(snapshot) > SnapshotBytesMax {
		return ErrTooLarge
	}
	if upto == 0 {
		return nil
	}
	key := numberKey(mapID, upto)
	value := binary.AppendUvarint(beginSeal(make([]byte, 0, sealLen+binary.MaxVarintLen64+len(snapshot))), uint64(s.options.Now().UnixMilli()))
	value = append(value, snapshot...)
	endSeal(value, bucketSnaps, key)
	if err := s.do(ctx, job{kind: jobSnapshot, name: mapID, upto: upto, data: value}, len(value)); err != nil {
		return err
	}
	if s.options.RetainEntries == 0 && s.options.RetainFor == 0 {
		return nil
	}
	return s.dropOld(ctx, mapID)
}

// do queues a job and waits for its commit.
func (s *Store) do(ctx context.Context, j job, size int) error {
	b, i, err := s.enqueue(ctx, j, size)
	if err != nil {
		return err
	}
	if err := b.wait(ctx); err != nil {
		return err
	}
	return b.jobs[i].err
}

func (c *committer) putSnapshot(tx *bolt.Tx, j *job) error {
	h, err := c.head(tx, j.name)
	if err != nil {
		return err
	}
	if j.upto > h.Number {
		return fmt.Errorf("%w: map %s has %d entries, the snapshot says %d", ErrAhead, j.name, h.Number, j.upto)
	}
	bucket := tx.Bucket(bucketSnaps)
	keys := snapshotKeys(bucket, j.name)
	if n := len(keys); n > 0 && uptoOf(keys[n-1]) >= j.upto {
		return nil
	}
	for len(keys) >= snapshotsKept {
		if err := bucket.Delete(keys[0]); err != nil {
			return err
		}
		keys = keys[1:]
	}
	return bucket.Put(numberKey(j.name, j.upto), j.data)
}

// snapshotKeys returns copies of the keys of a map's snapshots, oldest first.
func snapshotKeys(bucket *bolt.Bucket, mapID string) (keys [][]byte) {
	prefix := append([]byte(mapID), 0)
	cursor := bucket.Cursor()
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	return keys
}

func uptoOf(key []byte) uint64 {
	if len(key) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(key[len(key)-8:])
}

// newestSnapshot returns a copy of the newest snapshot that is whole; upto 0 means there is none. A damaged one is passed
// over only when what stands before it is enough: the caller finds the entries behind an older one in the log, or a hole.
func (s *Store) newestSnapshot(tx *bolt.Tx, mapID string) (upto uint64, data []byte, err error) {
	bucket := tx.Bucket(bucketSnaps)
	keys := snapshotKeys(bucket, mapID)
	var damage string
	for i := len(keys) - 1; i >= 0; i-- {
		_, data, what := openSnapshot(bucket, keys[i])
		if what == "" {
			return uptoOf(keys[i]), bytes.Clone(data), nil
		}
		damage = what
		s.options.Logger.Warn("a snapshot is damaged; an older state and the log are used", "map", mapID, "upto", uptoOf(keys[i]), "what", what)
	}
	if damage == "" {
		return 0, nil, nil
	}
	if pruned, err := s.prunedUpto(tx, mapID); err != nil || pruned > 0 {
		return 0, nil, errors.Join(err, &DamageError{Path: s.path, Map: mapID, What: "no snapshot is whole, and the log does not reach back to the beginning: " + damage})
	}
	return 0, nil, nil
}

func openSnapshot(bucket *bolt.Bucket, key []byte) (at time.Time, data []byte, what string) {
	payload, what := unseal(bucketSnaps, key, bucket.Get(key))
	if what != "" {
		return at, nil, what
	}
	millis, n := binary.Uvarint(payload)
	if n <= 0 {
		return at, nil, "a time cannot be read"
	}
	return time.UnixMilli(int64(millis)), payload[n:], ""
}

// prunedUpto returns the number up to which retention dropped the map's entries.
func (s *Store) prunedUpto(tx *bolt.Tx, mapID string) (uint64, error) {
	key := []byte(mapID)
	value := tx.Bucket(bucketPruned).Get(key)
	if value == nil {
		return 0, nil
	}
	payload, what := unseal(bucketPruned, key, value)
	n, size := binary.Uvarint(payload)
	if what == "" && size <= 0 {
		what = "a number cannot be read"
	}
	if what != "" {
		return 0, &DamageError{Path: s.path, Map: mapID, What: what}
	}
	return n, nil
}

// pruneEntriesMax is how many entries one commit drops at most: the writer must not be held for long.
const pruneEntriesMax = 4096

// dropOld drops what retention allows to drop, and what the older of the kept snapshots holds.
func (s *Store) dropOld(ctx context.Context, mapID string) error {
	upto, err := s.droppable(ctx, mapID)
	if err != nil || upto == 0 {
		return err
	}
	return s.do(ctx, job{kind: jobPrune, name: mapID, upto: upto}, 0)
}

// droppable returns the number up to which entries may go now; 0 for none.
func (s *Store) droppable(ctx context.Context, mapID string) (upto uint64, err error) {
	var h head
	var pruned uint64
	err = s.view(func(tx *bolt.Tx) (err error) {
		if h, err = s.headIn(tx, mapID); err != nil {
			return err
		}
		if pruned, err = s.prunedUpto(tx, mapID); err != nil {
			return err
		}
		if keys := snapshotKeys(tx.Bucket(bucketSnaps), mapID); len(keys) == snapshotsKept {
			upto = uptoOf(keys[0])
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if s.options.RetainEntries > 0 {
		upto = min(upto, h.Number-min(h.Number, s.options.RetainEntries))
	}
	upto = min(upto, pruned+pruneEntriesMax)
	if upto <= pruned || s.options.RetainFor == 0 {
		return upto, nil
	}
	// By age: the newest entry that is old enough.
	old, limit := uint64(0), s.options.Now().Add(-s.options.RetainFor)
	errYoung := errors.New("young")
	err = s.History(ctx, mapID, pruned+1, upto, func(e Entry) error {
		if e.Time.After(limit) {
			return errYoung
		}
		old = e.Number
		return nil
	})
	if err != nil && err != errYoung {
		return 0, err
	}
	return old, nil
}

// pruneMap drops the entries up to j.upto.
func (c *committer) pruneMap(tx *bolt.Tx, j *job) error {
	s := c.s
	pruned, err := s.prunedUpto(tx, j.name)
	if err != nil || pruned >= j.upto {
		return err
	}
	h, err := c.head(tx, j.name)
	if err != nil {
		return err
	}
	log, steps := tx.Bucket(bucketLog), tx.Bucket(bucketSteps)
	for from := pruned + 1; from <= j.upto; {
		end := h
		if step := (from + stepEntries - 1) / stepEntries * stepEntries; step < h.Number {
			seq, err := s.step(tx, j.name, step)
			if err != nil {
				return err
			}
			end = head{step, seq}
		}
		// Keep the step keys of entries that stay: only a piece that goes whole loses its key.
		seqs, err := s.sequences(tx, j.name, end, from)
		if err != nil {
			return err
		}
		for i, seq := range seqs {
			if from+uint64(i) > j.upto {
				break
			}
			if err := log.Delete(seqKey(seq)); err != nil {
				return err
			}
		}
		if end.Number <= j.upto && end.Number%stepEntries == 0 {
			if err := steps.Delete(numberKey(j.name, end.Number)); err != nil {
				return err
			}
		}
		from = end.Number + 1
	}
	key := []byte(j.name)
	return tx.Bucket(bucketPruned).Put(key, seal(bucketPruned, key, binary.AppendUvarint(nil, j.upto)))
}

// sequences returns where the entries from..end.Number stand in the log, ascending.
func (s *Store) sequences(tx *bolt.Tx, mapID string, end head, from uint64) ([]uint64, error) {
	seqs := make([]uint64, end.Number-from+1)
	log := tx.Bucket(bucketLog)
	seq := end.Seq
	for i := len(seqs) - 1; i >= 0; i-- {
		seqs[i] = seq
		e, what := parseEntry(seqKey(seq), log.Get(seqKey(seq)))
		if what == "" && (e.Map != mapID || e.Number != from+uint64(i)) {
			what = "a hole: another entry stands in its place"
		}
		if what != "" {
			return nil, &DamageError{Path: s.path, Map: mapID, Number: from + uint64(i), What: what}
		}
		seq = e.Prev
	}
	return seqs, nil
}
