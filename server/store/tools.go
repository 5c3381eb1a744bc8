package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// MapInfo is what the store knows of a map without looking inside.
type MapInfo struct {
	ID            string
	Entries       uint64    // running number of its newest entry
	Pruned        uint64    // entries that retention dropped, from the beginning
	Changed       time.Time // of its newest entry; zero when that was dropped
	SnapshotUpto  uint64
	SnapshotBytes int
}

// Maps returns all maps that have entries, by ID.
func (s *Store) Maps(context.Context) (maps []MapInfo, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		heads := map[string]head{}
		err := tx.Bucket(bucketHeads).ForEach(func(k, _ []byte) error {
			heads[string(k)] = head{}
			return nil
		})
		if err != nil {
			return err
		}
		s.headsMu.Lock()
		for id := range s.heads {
			heads[id] = head{}
		}
		s.headsMu.Unlock()
		for id := range heads {
			info, err := s.mapInfo(tx, id)
			if err != nil {
				return err
			}
			maps = append(maps, info)
		}
		return nil
	})
	slices.SortFunc(maps, func(a, b MapInfo) int { return cmp.Compare(a.ID, b.ID) })
	return maps, err
}

func (s *Store) mapInfo(tx *bolt.Tx, id string) (info MapInfo, err error) {
	info.ID = id
	h, err := s.headIn(tx, id)
	if err != nil {
		return info, err
	}
	info.Entries = h.Number
	if info.Pruned, err = s.prunedUpto(tx, id); err != nil {
		return info, err
	}
	if key := seqKey(h.Seq); h.Number > info.Pruned {
		// A head newer than this transaction has no entry in it yet; its time is then left out.
		if e, what := parseEntry(key, tx.Bucket(bucketLog).Get(key)); what == "" {
			info.Changed = time.UnixMilli(e.Time)
		}
	}
	bucket := tx.Bucket(bucketSnaps)
	if keys := snapshotKeys(bucket, id); len(keys) > 0 {
		newest := keys[len(keys)-1]
		info.SnapshotUpto, info.SnapshotBytes = uptoOf(newest), len(bucket.Get(newest))
	}
	return info, nil
}

// Snapshot returns the newest whole snapshot of a map; upto 0 means there is none.
func (s *Store) Snapshot(_ context.Context, mapID string) (upto uint64, data []byte, err error) {
	if err := checkName(mapID); err != nil {
		return 0, nil, err
	}
	err = s.view(func(tx *bolt.Tx) (err error) {
		upto, data, err = s.newestSnapshot(tx, mapID)
		return err
	})
	return upto, data, err
}

// Stats are figures for the metrics.
type Stats struct {
	FileBytes int64 // size of the data file
	FreeBytes int64 // of it not in use; Shrink gives most of it back
}

// Stats returns the figures of now.
func (s *Store) Stats() (st Stats, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		st.FileBytes = tx.Size()
		stats := s.db.Stats()
		st.FreeBytes = int64(stats.FreePageN+stats.PendingPageN) * int64(s.db.Info().PageSize)
		return nil
	})
	return st, err
}

// Backup writes a consistent copy of the data file while appends go on.
func (s *Store) Backup(_ context.Context, w io.Writer) error {
	return s.view(func(tx *bolt.Tx) error {
		_, err := tx.WriteTo(w)
		return err
	})
}

// BackupFile writes a copy to a new file, reads every checksum of it, and only then gives it its name. It refuses to
// overwrite.
func (s *Store) BackupFile(ctx context.Context, path string) (Report, error) {
	if _, err := os.Lstat(path); err == nil {
		return Report{}, fmt.Errorf("%s exists already: %w", path, fs.ErrExist)
	}
	return writeVerified(path, func(w io.Writer) error { return s.Backup(ctx, w) })
}

// Restore puts a backup in place as the data file of dir, which no process may hold. The backup is verified first. A data
// file that is there already is refused, unless replace is set: then it is kept beside the new one, and its name returned.
func Restore(dir, backup string, replace bool) (report Report, kept string, err error) {
	if err := makePrivate(dir); err != nil {
		return report, "", err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return report, "", err
	}
	defer lock.release()
	source, err := os.Open(backup)
	if err != nil {
		return report, "", err
	}
	defer source.Close()
	path := filepath.Join(dir, FileName)
	_, err = os.Lstat(path)
	exists := err == nil
	if exists && !replace {
		return report, "", fmt.Errorf("%s holds maps already: %w", path, fs.ErrExist)
	}
	tmp := path + ".restored"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return report, "", err
	}
	report, err = writeVerified(tmp, func(w io.Writer) error {
		_, err := io.Copy(w, source)
		return err
	})
	if err != nil {
		return report, "", err
	}
	if exists {
		kept = fmt.Sprintf("%s.before-%s", path, time.Now().UTC().Format("20060102T150405.000"))
		if err := os.Rename(path, kept); err != nil {
			return report, "", err
		}
	}
	if err := os.Rename(tmp, path); err != nil {
		return report, kept, err
	}
	return report, kept, syncDir(dir)
}

// writeVerified makes the file path whole and verified, or not at all.
func writeVerified(path string, write func(io.Writer) error) (report Report, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*") // mode 0600
	if err != nil {
		return report, err
	}
	tmp := file.Name()
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(tmp)
		}
	}()
	if err = write(file); err != nil {
		return report, err
	}
	if err = file.Sync(); err != nil {
		return report, err
	}
	if err = file.Close(); err != nil {
		return report, err
	}
	var problems []Problem
	report, err = VerifyFile(tmp, func(p Problem) { problems = append(problems, p) })
	if err != nil {
		return report, err
	}
	if len(problems) > 0 {
		err = &DamageError{Path: path, Map: problems[0].Map, Number: problems[0].Number,
			What: fmt.Sprintf("%s (the first of %d problems)", problems[0].What, len(problems))}
		return report, err
	}
	if err = os.Rename(tmp, path); err != nil {
		return report, err
	}
	return report, syncDir(filepath.Dir(path))
}

// Shrink writes the data file anew without its free pages and puts it in place. Appends wait meanwhile.
func (s *Store) Shrink(ctx context.Context) (before, after int64, err error) {
	alone := s.alone(ctx, func() { before, after, err = s.shrink() })
	return before, after, errors.Join(alone, err)
}

// alone runs fn between two commits; an error means that it did not run.
func (s *Store) alone(ctx context.Context, fn func()) error {
	finished := make(chan struct{})
	select {
	case s.exclusive <- func() { defer close(finished); fn() }:
		<-finished
		return nil
	case <-s.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) shrink() (before, after int64, err error) {
	tmp := s.path + ".shrunk"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, err
	}
	defer os.Remove(tmp) // gone already when all went well
	dst, err := bolt.Open(tmp, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, Timeout: time.Second})
	if err != nil {
		return 0, 0, err
	}
	err = guard(s.path, func() error { return bolt.Compact(dst, s.db, 16<<20) })
	if err := errors.Join(err, dst.Close()); err != nil {
		return 0, 0, err
	}
	// Only a copy that is whole may take the place of what there is.
	var problem *Problem
	if _, err := VerifyFile(tmp, func(p Problem) {
		if problem == nil {
			problem = &p
		}
	}); err != nil {
		return 0, 0, err
	}
	if problem != nil {
		return 0, 0, &DamageError{Path: s.path, Map: problem.Map, Number: problem.Number, What: problem.What}
	}
	s.swap.Lock() // waits for readers
	defer s.swap.Unlock()
	before, after = fileSize(s.path), fileSize(tmp)
	if err := s.db.Close(); err != nil {
		return before, before, err
	}
	renamed := os.Rename(tmp, s.path)
	if s.db, err = openFile(s.path, false, s.options.NoSyncLosesData); err != nil {
		return before, before, errors.Join(renamed, err)
	}
	return before, after, errors.Join(renamed, syncDir(s.dir))
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// Problem is one thing that Verify found.
type Problem struct {
	Map    string // empty when it is not in one map
	Number uint64 // entry, or upto of a snapshot; 0 when it is neither
	What   string
}

func (p Problem) String() string {
	switch {
	case p.Map == "":
		return p.What
	case p.Number == 0:
		return fmt.Sprintf("map %s: %s", p.Map, p.What)
	}
	return fmt.Sprintf("map %s, entry %d: %s", p.Map, p.Number, p.What)
}

// Report counts what Verify has read.
type Report struct {
	Maps, Snapshots, Records int
	Entries                  uint64
	Bytes                    int64 // of the file
}

// Verify reads every checksum and follows every chain while appends go on; for the look at the structure of the file they
// wait.
func (s *Store) Verify(ctx context.Context, problem func(Problem)) (report Report, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		report, err = verify(ctx, tx, problem)
		return err
	})
	if err != nil {
		return report, err
	}
	alone := s.alone(ctx, func() { err = checkPages(s.path, func(what string) { problem(Problem{What: what}) }) })
	return report, errors.Join(alone, err)
}

// VerifyFile verifies a data file that nobody has open, bbolt's pages too. It never writes to it.
func VerifyFile(path string, problem func(Problem)) (report Report, err error) {
	db, err := openFile(path, true, false)
	if err != nil {
		return report, err
	}
	defer db.Close()
	err = guard(path, func() error {
		return db.View(func(tx *bolt.Tx) error {
			report, err = verify(context.Background(), tx, problem)
			return err
		})
	})
	if damage := new(DamageError); errors.As(err, &damage) {
		problem(Problem{What: damage.What})
		return report, nil
	}
	if err != nil {
		return report, err
	}
	return report, checkPages(path, func(what string) { problem(Problem{What: what}) })
}

func verify(ctx context.Context, tx *bolt.Tx, problem func(Problem)) (report Report, err error) {
	report.Bytes = tx.Size()
	checkpoint, what := unsealNumber(keyCheckpoint, tx.Bucket(bucketMeta).Get(keyCheckpoint))
	if what != "" {
		problem(Problem{What: "checkpoint: " + what})
	}
	pruned := map[string]uint64{}
	err = tx.Bucket(bucketPruned).ForEach(func(k, v []byte) error {
		payload, what := unseal(bucketPruned, k, v)
		if what != "" {
			problem(Problem{Map: string(k), What: "retention: " + what})
		}
		pruned[string(k)], _ = uvarint(payload)
		return nil
	})
	if err != nil {
		return report, err
	}
	last, err := verifyLog(ctx, tx, &report, pruned, checkpoint, problem)
	if err != nil {
		return report, err
	}
	headed := map[string]bool{}
	err = tx.Bucket(bucketHeads).ForEach(func(k, v []byte) error {
		id := string(k)
		headed[id] = true
		payload, what := unseal(bucketHeads, k, v)
		h, ok := parseHead(payload)
		l, inLog := last[id]
		switch {
		case what != "" || !ok:
			problem(Problem{Map: id, What: "the place of its newest entry: " + cmp.Or(what, "it cannot be read")})
		case !inLog && pruned[id] != h.Number, inLog && l.Number < h.Number, inLog && l.Seq <= checkpoint && l != h:
			problem(Problem{Map: id, Number: h.Number, What: "a hole: the newest entries are missing"})
		}
		if !inLog {
			last[id] = h
		}
		return nil
	})
	if err != nil {
		return report, err
	}
	for id, h := range last {
		if h.Seq <= checkpoint && !headed[id] {
			problem(Problem{Map: id, What: "the place of its newest entry is missing"})
		}
	}
	report.Maps = len(last)
	snaps := tx.Bucket(bucketSnaps)
	err = snaps.ForEach(func(k, _ []byte) error {
		report.Snapshots++
		id, _, _ := bytes.Cut(k, []byte{0})
		p := Problem{Map: string(id), Number: uptoOf(k)}
		if _, _, p.What = openSnapshot(snaps, k); p.What != "" {
			p.What = "snapshot: " + p.What
			problem(p)
		} else if p.Number > last[string(id)].Number {
			p.What = "a hole: the snapshot is newer than the log"
			problem(p)
		}
		return ctx.Err()
	})
	if err != nil {
		return report, err
	}
	err = tx.Bucket(bucketRec).ForEach(func(k, v []byte) error {
		report.Records++
		if _, what := unseal(bucketRec, k, v); what != "" {
			bucket, key, _ := bytes.Cut(k, []byte{0})
			problem(Problem{What: fmt.Sprintf("record %s/%s: %s", bucket, key, what)})
		}
		return ctx.Err()
	})
	return report, err
}

// verifyLog follows all chains at once, in the order of the log, and returns the newest entry of each map.
func verifyLog(ctx context.Context, tx *bolt.Tx, report *Report, pruned map[string]uint64, checkpoint uint64, problem func(Problem)) (map[string]head, error) {
	last := map[string]head{}
	steps := tx.Bucket(bucketSteps)
	expected := checkpoint + 1 // after the checkpoint no sequence is left out
	cursor := tx.Bucket(bucketLog).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		report.Entries++
		if len(k) != 8 {
			problem(Problem{What: fmt.Sprintf("the log has a key of %d bytes", len(k))})
			continue
		}
		seq := beUint64(k)
		if seq > checkpoint {
			if seq != expected {
				problem(Problem{What: fmt.Sprintf("a hole: %d entries before place %d of the log are missing", seq-expected, seq)})
			}
			expected = seq + 1
		}
		e, what := parseEntry(k, v)
		if what != "" {
			problem(Problem{What: fmt.Sprintf("place %d of the log: %s", seq, what)})
			continue
		}
		l, ok := last[e.Map]
		if !ok {
			l = head{Number: pruned[e.Map]}
		}
		if e.Number != l.Number+1 || ok && e.Prev != l.Seq {
			problem(Problem{Map: e.Map, Number: e.Number, What: fmt.Sprintf("a hole: the entry before it should be %d and is %d", e.Number-1, l.Number)})
		}
		last[e.Map] = head{e.Number, seq}
		if e.Number%stepEntries == 0 {
			key := numberKey(e.Map, e.Number)
			payload, what := unseal(bucketSteps, key, steps.Get(key))
			if at, ok := uvarint(payload); what != "" || !ok || at != seq {
				problem(Problem{Map: e.Map, Number: e.Number, What: "the way to it is damaged"})
			}
		}
	}
	return last, nil
}
