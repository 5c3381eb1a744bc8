package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"go.uber.org/goleak"

	"github.com/tabi-map/tabi/server/store"
	"github.com/tabi-map/tabi/server/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// dir is a name in a private directory that does not exist yet.
func dir(t testing.TB) string { return filepath.Join(t.TempDir(), "data") }

func TestStoreKeepsTheContract(t *testing.T) {
	for name, o := range map[string]store.Options{
		"as_it_comes":            {},
		"a_checkpoint_each_time": {CheckpointEntries: 1, NoSyncLosesData: true},
		"tiny_batches":           {BatchBytes: 1, NoSyncLosesData: true},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) (storetest.Store, func() storetest.Store) {
				d := dir(t)
				s := open(t, d, o)
				return s, func() storetest.Store {
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
					s = open(t, d, o)
					return s
				}
			})
		})
	}
}

func fill(t testing.TB, s *store.Store, mapID string, n int) {
	t.Helper()
	for i := range n {
		if _, err := s.Append(t.Context(), mapID, fmt.Appendf(nil, "entry %d of %s, long enough to be hit by a flipped bit", i+1, mapID)); err != nil {
			t.Fatal(err)
		}
	}
}

func count(t testing.TB, s *store.Store, mapID string) (n int, err error) {
	t.Helper()
	err = s.Load(t.Context(), mapID, func(upto uint64, _ []byte) error { n += int(upto); return nil },
		func(uint64, []byte) error { n++; return nil })
	return n, err
}

func TestSecondProcessIsToldSo(t *testing.T) {
	d := dir(t)
	open(t, d, store.Options{})
	_, err := store.Open(d, store.Options{})
	if !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Fatalf("got %v", err)
	}
}

func TestDirectoryOpenToOthersIsRefused(t *testing.T) {
	d := dir(t)
	open(t, d, store.Options{}).Close()
	for path, mode := range map[string]os.FileMode{d: 0o700, filepath.Join(d, store.FileName): 0o600} {
		if info, _ := os.Stat(path); info.Mode().Perm() != mode {
			t.Errorf("%s was made with %v", path, info.Mode())
		}
		if err := os.Chmod(path, mode|0o040); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(d, store.Options{})
		if !errors.Is(err, store.ErrExposed) || !strings.Contains(err.Error(), "chmod") {
			t.Errorf("%s: %v", path, err)
		}
		os.Chmod(path, mode)
	}
	open(t, d, store.Options{})
}

func TestClosedStoreSaysSo(t *testing.T) {
	s := open(t, dir(t), store.Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), "a", nil); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if _, err := count(t, s, "a"); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if _, _, err := s.Shrink(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Whatever waits when Close is called is written or refused, never forgotten in between.
func TestCloseWhileManyAppend(t *testing.T) {
	d := dir(t)
	s := open(t, d, store.Options{})
	acknowledged := make([]int, 50)
	var wg sync.WaitGroup
	started := make(chan struct{}, len(acknowledged))
	for w := range acknowledged {
		wg.Add(1)
		go func() { // ends when the store is closed
			defer wg.Done()
			for {
				_, err := s.Append(context.Background(), fmt.Sprint("m", w), []byte("x"))
				if err != nil {
					if !errors.Is(err, store.ErrClosed) {
						t.Error(err)
					}
					return
				}
				if acknowledged[w]++; acknowledged[w] == 3 {
					started <- struct{}{}
				}
			}
		}()
	}
	for range acknowledged {
		<-started
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	s = open(t, d, store.Options{})
	for w, want := range acknowledged {
		if n, err := count(t, s, fmt.Sprint("m", w)); err != nil || n != want {
			t.Fatalf("map %d: %d of %d acknowledged, %v", w, n, want, err)
		}
	}
}

func TestRetention(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	numbers := func(t *testing.T, s *store.Store) (first, last uint64) {
		err := s.History(t.Context(), "a", 1, 0, func(e store.Entry) error {
			if first == 0 {
				first = e.Number
			}
			last = e.Number
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return first, last
	}
	for _, c := range []struct {
		name  string
		o     store.Options
		first uint64
	}{
		{"by_default_everything_stays", store.Options{}, 1},
		{"the_newest_entries_stay", store.Options{RetainEntries: 120}, 381},
		{"nothing_goes_that_the_older_snapshot_lacks", store.Options{RetainEntries: 1}, 401},
		{"young_entries_stay", store.Options{RetainFor: 150 * time.Minute}, 352},
		{"both_must_allow_it", store.Options{RetainEntries: 300, RetainFor: 150 * time.Minute}, 201},
	} {
		t.Run(c.name, func(t *testing.T) {
			now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			d := dir(t)
			c.o.Now, c.o.NoSyncLosesData = clock, true // nobody pulls the plug here, and it is much faster
			s := open(t, d, c.o)
			for i := range 500 {
				fill(t, s, "a", 1)
				fill(t, s, "b", i%3)
				now = now.Add(time.Minute)
			}
			for _, upto := range []uint64{100, 400, 450} {
				if err := s.Compact(t.Context(), "a", upto, []byte("snapshot")); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if first, last := numbers(t, s); first != c.first || last != 500 {
					t.Fatalf("entries %d to %d, want %d to 500", first, last, c.first)
				}
				if n, err := count(t, s, "a"); err != nil || n != 500 {
					t.Fatalf("load: %d, %v", n, err)
				}
				if n, err := count(t, s, "b"); err != nil || n != 499 {
					t.Fatalf("the other map: %d, %v", n, err)
				}
				clean(t, s)
				fill(t, s, "b", 0)
				s.Close()
				s = open(t, d, c.o)
			}
		})
	}
}

func clean(t testing.TB, s *store.Store) {
	t.Helper()
	_, err := s.Verify(t.Context(), func(p store.Problem) { t.Error(p) })
	if err != nil {
		t.Fatal(err)
	}
}

// A failed commit, as on a full disk, fails everyone in it; what came before stays, and the next one goes on from there.
func TestFailedCommitLosesNothing(t *testing.T) {
	d := dir(t)
	s := open(t, d, store.Options{})
	fill(t, s, "a", 10)
	more := store.LimitFile(s)
	failed := 0
	for range 5 {
		if _, err := s.Append(t.Context(), "a", make([]byte, 4<<20)); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Fatal("no commit failed: the test shows nothing")
	}
	before, err := count(t, s, "a") // reading goes on
	if err != nil || before < 10 {
		t.Fatal(before, err)
	}
	more()
	fill(t, s, "a", 10)
	fill(t, s, "b", 10)
	for range 2 {
		if n, err := count(t, s, "a"); err != nil || n != before+10 {
			t.Fatalf("%d entries, want %d: %v", n, before+10, err)
		}
		clean(t, s)
		s.Close()
		s = open(t, d, store.Options{})
	}
}

func TestBackupAndRestore(t *testing.T) {
	d := dir(t)
	s := open(t, d, store.Options{})
	fill(t, s, "a", 300)
	if err := s.Compact(t.Context(), "a", 200, []byte("snapshot")); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "links", "k", []byte("v")); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")

	// hot: appends go on meanwhile
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { // ends when stop is closed
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := s.Append(context.Background(), "busy", []byte("x")); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	report, err := s.BackupFile(t.Context(), backup)
	close(stop)
	<-done
	if err != nil || report.Entries < 300 || report.Records != 1 || report.Snapshots != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	if info, _ := os.Stat(backup); info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has mode %v", info.Mode())
	}
	if _, err := s.BackupFile(t.Context(), backup); !errors.Is(err, os.ErrExist) {
		t.Errorf("overwriting: %v", err)
	}
	if _, _, err := store.Restore(d, backup, true); !errors.Is(err, store.ErrLocked) {
		t.Errorf("restore under a running store: %v", err)
	}
	s.Close()
	if _, _, err := store.Restore(d, backup, false); !errors.Is(err, os.ErrExist) {
		t.Errorf("restore over maps: %v", err)
	}
	_, kept, err := store.Restore(d, backup, true)
	if err != nil || kept == "" {
		t.Fatal(kept, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error("what was there before is gone:", err)
	}
	fresh := dir(t)
	if _, _, err := store.Restore(fresh, backup, false); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{d, fresh} {
		s := open(t, d, store.Options{})
		if n, err := count(t, s, "a"); err != nil || n != 300 {
			t.Error(n, err)
		}
		if v, _ := s.Get(t.Context(), "links", "k"); string(v) != "v" {
			t.Errorf("got %q", v)
		}
		clean(t, s)
		s.Close()
	}
}

func TestShrinkWhileInUse(t *testing.T) {
	d := dir(t)
	s := open(t, d, store.Options{})
	fill(t, s, "a", 100)
	for i := range 40 { // snapshots come and go
		if err := s.Compact(t.Context(), "a", uint64(i+1), make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	appended := 0
	wg.Add(2)
	go func() { // ends when stop is closed
		defer wg.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := s.Append(context.Background(), "b", []byte("x")); err != nil {
				t.Error(err)
				return
			}
			appended++
		}
	}()
	go func() { // ends when stop is closed
		defer wg.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			if n, err := count(t, s, "a"); err != nil || n != 100 {
				t.Error(n, err)
				return
			}
		}
	}()
	before, after, err := s.Shrink(t.Context())
	close(stop)
	wg.Wait()
	if err != nil || after >= before || after < 2<<20 {
		t.Fatalf("from %d to %d bytes: %v", before, after, err)
	}
	for range 2 {
		if n, err := count(t, s, "b"); err != nil || n != appended {
			t.Fatalf("%d of %d: %v", n, appended, err)
		}
		clean(t, s)
		s.Close()
		s = open(t, d, store.Options{})
	}
	if leftover, _ := filepath.Glob(filepath.Join(d, "*.shrunk")); len(leftover) > 0 {
		t.Error("left behind:", leftover)
	}
}

func TestMapsAndStats(t *testing.T) {
	s := open(t, dir(t), store.Options{CheckpointEntries: 7})
	fill(t, s, "b", 10)
	fill(t, s, "a", 1)
	if err := s.Compact(t.Context(), "b", 5, []byte("snapshot")); err != nil {
		t.Fatal(err)
	}
	maps, err := s.Maps(t.Context())
	if err != nil || len(maps) != 2 || maps[0].ID != "a" || maps[1].Entries != 10 || maps[1].SnapshotUpto != 5 || maps[1].SnapshotBytes == 0 || maps[0].Changed.IsZero() {
		t.Fatalf("%+v, %v", maps, err)
	}
	if st, err := s.Stats(); err != nil || st.FileBytes == 0 {
		t.Fatalf("%+v, %v", st, err)
	}
}

func TestCommitsAreReported(t *testing.T) {
	entries := 0
	s := open(t, dir(t), store.Options{OnCommit: func(c store.Commit) { entries += c.Entries }})
	fill(t, s, "a", 25)
	s.Close()
	if entries != 25 {
		t.Fatal(entries)
	}
}

// set changes a key behind the store's back.
func set(t *testing.T, dir, bucket string, key, value []byte) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, store.FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		if value == nil {
			return tx.Bucket([]byte(bucket)).Delete(key)
		}
		return tx.Bucket([]byte(bucket)).Put(key, value)
	})
	if err != nil {
		t.Fatal(err)
	}
}
