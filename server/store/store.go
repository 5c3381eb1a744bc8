package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Format is the number of the file's layout. It goes up when an older version could not read what we write.
const Format = 1

// FileName is the data file in the directory.
const FileName = "tabi.db"

// Limits of single values. They stop mistakes, not people: the rooms have their own, tighter ones.
const (
	NameBytesMax     = 256
	EntryBytesMax    = 16 << 20
	SnapshotBytesMax = 512 << 20
	RecordBytesMax   = 1 << 20
)

var (
	bucketMeta   = []byte("meta")
	bucketLog    = []byte("log")
	bucketHeads  = []byte("heads")
	bucketSteps  = []byte("steps")
	bucketSnaps  = []byte("snaps")
	bucketPruned = []byte("pruned")
	bucketRec    = []byte("rec")
	buckets      = [][]byte{bucketMeta, bucketLog, bucketHeads, bucketSteps, bucketSnaps, bucketPruned, bucketRec}

	keyFormat     = []byte("format")
	keyCheckpoint = []byte("checkpoint")
)

// Options of a Store. The zero value is right for a server.
type Options struct {
	// RetainEntries and RetainFor say which entries Compact may drop once a snapshot holds their effect: those that are
	// both beyond the newest RetainEntries and older than RetainFor. Both zero keeps everything: the log is the history.
	RetainEntries uint64
	RetainFor     time.Duration

	// BatchBytes is about how much goes into one commit. Default 8 MiB; larger batches make everyone in them wait longer.
	// While one batch is written and the next is full, Append blocks.
	BatchBytes int
	// CheckpointEntries is after how many entries the heads are written down; it bounds what Open must read. Default 16384.
	CheckpointEntries int
	// OnCommit, when set, is called by the committer after each commit, for metrics. It must not block.
	OnCommit func(Commit)
	// Logger hears of damage that was worked around. Default: none.
	Logger *slog.Logger
	// Now is the wall clock, for the time kept with entries. Default time.Now.
	Now func() time.Time
	// NoSyncLosesData leaves fsync out: a power loss then loses acknowledged entries. For measuring, and to prove that
	// the power-loss test can fail.
	NoSyncLosesData bool
}

func (o Options) withDefaults() Options {
	if o.BatchBytes == 0 {
		o.BatchBytes = 8 << 20
	}
	if o.CheckpointEntries == 0 {
		o.CheckpointEntries = 16384
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Store is one open data directory. All methods may be called from many goroutines.
type Store struct {
	dir     string
	path    string
	options Options
	lock    *dirLock

	swap sync.RWMutex // held shared by readers while they use db; exclusively by Shrink while it puts another file in place
	db   *bolt.DB

	prune sync.RWMutex // held shared by readers of the log, exclusively while entries are dropped

	headsMu sync.Mutex
	heads   map[string]head // newest entries since the checkpoint; guarded by headsMu, written by the committer only

	mu      sync.Mutex // guards the following
	open    *batch     // what the next commit takes; nil when nothing waits
	arena   []byte     // for the next batch to use again
	closing bool

	wake      chan struct{} // capacity 1: something waits in open
	exclusive chan func()   // run by the committer between two commits
	done      chan struct{} // closed when the committer has ended

	committer committer
}

// Open opens the directory, or makes it when it does not exist. It refuses a directory that another process holds
// ([ErrLocked]), that others may read ([ErrExposed]), and a file that is damaged ([ErrDamaged]) or too new ([ErrTooNew]);
// a refused file is left as it is.
func Open(dir string, options Options) (*Store, error) {
	s := &Store{
		dir: dir, path: filepath.Join(dir, FileName), options: options.withDefaults(),
		heads: map[string]head{}, wake: make(chan struct{}, 1), exclusive: make(chan func()), done: make(chan struct{}),
	}
	if err := s.openDir(); err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", dir, err)
	}
	s.committer.s = s
	go s.committer.run() // ends when Close has set closing and the last batch is committed
	return s, nil
}

func (s *Store) openDir() (err error) {
	if err := makePrivate(s.dir); err != nil {
		return err
	}
	if s.lock, err = lockDir(s.dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			if s.db != nil {
				s.db.Close()
			}
			s.lock.release()
		}
	}()
	switch _, err := os.Stat(s.path); {
	case errors.Is(err, fs.ErrNotExist):
		if err := create(s.path); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if err := checkPrivate(s.path); err != nil {
		return err
	}
	if s.db, err = openFile(s.path, false, s.options.NoSyncLosesData); err != nil {
		return err
	}
	return s.committer.recover(s)
}

// Close commits what waits, writes the heads down and releases the directory. A second Close does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		<-s.done
		return nil
	}
	s.closing = true
	s.mu.Unlock()
	s.signal()
	<-s.done
	s.swap.Lock()
	defer s.swap.Unlock()
	err := s.db.Close()
	s.lock.release()
	return err
}

// Dir returns the directory that the store holds.
func (s *Store) Dir() string { return s.dir }

// view runs a short read transaction.
func (s *Store) view(fn func(*bolt.Tx) error) error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return guard(s.path, func() error {
		err := s.db.View(fn)
		if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			return ErrClosed
		}
		return err
	})
}

// guard turns bbolt's panics, and faults on pages that the file does not have, into errors.
func guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &DamageError{Path: path, What: fmt.Sprint(r)}
		}
	}()
	return fn()
}

// create makes an empty data file whole or not at all: a crash in between leaves no file of that name.
func create(path string) error {
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := bolt.Open(tmp, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, Timeout: time.Second})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(bucketMeta)
		if err := meta.Put(keyFormat, sealNumber(keyFormat, Format)); err != nil {
			return err
		}
		return meta.Put(keyCheckpoint, sealNumber(keyCheckpoint, 0))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// mmapBytes is address space, not memory: with room to grow, readers never hold up the writer while it maps anew.
const mmapBytes = 4 << 30

// openFile opens an existing data file and checks that it is whole as far as that can be seen at once, and of our format.
func openFile(path string, readOnly, noSync bool) (db *bolt.DB, err error) {
	if err := checkMetaPages(path); err != nil {
		return nil, err
	}
	if err := checkFreeList(path); err != nil {
		return nil, err
	}
	err = guard(path, func() error {
		db, err = bolt.Open(path, 0o600, &bolt.Options{
			Timeout: time.Second, ReadOnly: readOnly, NoSync: noSync,
			FreelistType: bolt.FreelistMapType, PreLoadFreelist: !readOnly, InitialMmapSize: mmapBytes,
		})
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%w: another process has %s open", ErrLocked, path)
	case err != nil:
		return nil, err
	}
	err = guard(path, func() error { return db.View(func(tx *bolt.Tx) error { return checkFormat(path, tx) }) })
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func checkFormat(path string, tx *bolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return &DamageError{Path: path, What: "it is not a data file of this program"}
	}
	format, what := unsealNumber(keyFormat, meta.Get(keyFormat))
	switch {
	case what != "":
		return &DamageError{Path: path, What: "its format number cannot be read: " + what}
	case format > Format:
		return fmt.Errorf("%w: %s has format %d, this version reads up to %d; nothing was changed. Install the newer version again, or restore a backup made with this one", ErrTooNew, path, format, Format)
	}
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return &DamageError{Path: path, What: fmt.Sprintf("the part %q is missing", name)}
		}
	}
	return nil
}

func sealNumber(key []byte, n uint64) []byte {
	return seal(bucketMeta, key, binary.AppendUvarint(nil, n))
}

func unsealNumber(key, value []byte) (uint64, string) {
	payload, what := unseal(bucketMeta, key, value)
	if what != "" {
		return 0, what
	}
	n, size := binary.Uvarint(payload)
	if size <= 0 {
		return 0, "a number cannot be read"
	}
	return n, ""
}

// signal wakes the committer; a signal that is already waiting is enough.
func (s *Store) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Append adds an entry to the map's log and returns its running number once it is on disk. It copies data before it
// returns. When ctx ends first, or on any other error, the entry may be in the log or not.
func (s *Store) Append(ctx context.Context, mapID string, data []byte) (uint64, error) {
	if err := checkName(mapID); err != nil {
		return 0, err
	}
	if len(data) > EntryBytesMax {
		return 0, ErrTooLarge
	}
	b, i, err := s.enqueue(ctx, job{kind: jobAppend, name: mapID, data: data}, entrySize(mapID, data))
	if err != nil {
		return 0, err
	}
	if err := b.wait(ctx); err != nil {
		return 0, err
	}
	return b.jobs[i].number, b.jobs[i].err
}
