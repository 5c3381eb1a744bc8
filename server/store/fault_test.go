package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/tabi-map/tabi/server/store"
)

// prepare makes a directory with three maps, snapshots and records, and returns it closed.
func prepare(t testing.TB) string {
	d := dir(t)
	s := open(t, d, store.Options{NoSyncLosesData: true})
	for _, id := range []string{"one", "two", "three"} {
		fill(t, s, id, 150)
		for _, upto := range []uint64{50, 100} {
			if err := s.Compact(t.Context(), id, upto, bytes.Repeat([]byte("snapshot of "+id), 100)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Put(t.Context(), "links", id, []byte("record of "+id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refused opens a file that must be refused, and checks that it stays as it is and that the message says what to do.
func refused(t *testing.T, d string, want error, says string) {
	t.Helper()
	path := filepath.Join(d, store.FileName)
	before := read(t, path)
	s, err := store.Open(d, store.Options{})
	if err == nil {
		s.Close()
		t.Fatal("it was opened")
	}
	if !errors.Is(err, want) || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v", err)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("the file was changed")
	}
}

func TestTooNewFileIsRefusedUntouched(t *testing.T) {
	d := prepare(t)
	set(t, d, "meta", []byte("format"), store.SealNumber("format", store.Format+1))
	refused(t, d, store.ErrTooNew, "newer version")
}

func TestDamagedFileIsRefusedUntouched(t *testing.T) {
	for name, damage := range map[string]func(path string, b []byte) []byte{
		"cut_off":               func(_ string, b []byte) []byte { return b[:8*4096] },
		"cut_to_one_page":       func(_ string, b []byte) []byte { return b[:4096] },
		"cut_to_nothing":        func(_ string, b []byte) []byte { return nil },
		"not_a_data_file":       func(_ string, b []byte) []byte { return bytes.Repeat([]byte("customer journey"), 4096) },
		"first_meta_page_torn":  func(_ string, b []byte) []byte { clear(b[40:]); return b[:len(b):len(b)] },
		"second_meta_page_torn": func(_ string, b []byte) []byte { clear(b[4096+16 : 4096+512]); return b },
		"zeros":                 func(_ string, b []byte) []byte { clear(b); return b },
	} {
		t.Run(name, func(t *testing.T) {
			d := prepare(t)
			path := filepath.Join(d, store.FileName)
			if err := os.WriteFile(path, damage(path, read(t, path)), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, d, store.ErrDamaged, "tabi restore")
		})
	}
	t.Run("another_bolt_file", func(t *testing.T) {
		d := prepare(t)
		path := filepath.Join(d, store.FileName)
		os.Remove(path)
		db, err := bolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
		refused(t, d, store.ErrDamaged, "not a data file")
	})
}

// TestFlippedBits flips one bit at a time, anywhere in a used page. Each must be found by Verify or change nothing; and
// what Load serves is always right: everything, or an error.
func TestFlippedBits(t *testing.T) {
	d := prepare(t)
	path := filepath.Join(d, store.FileName)
	good := read(t, path)
	want := served(t, d)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	rounds, refusedAtOpen, refusedAtLoad, found, harmless := 150, 0, 0, 0, 0
	if testing.Short() {
		rounds = 40
	}
	if n, err := strconv.Atoi(os.Getenv("TABI_FLIPS")); err == nil {
		rounds = n
	}
	used := usedPages(t, path)
	for range rounds {
		b := bytes.Clone(good)
		at := used[rng.IntN(len(used))]*4096 + rng.IntN(4096)
		bit := byte(1) << rng.IntN(8)
		b[at] ^= bit
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		problems := 0
		_, verifyErr := store.VerifyFile(path, func(store.Problem) { problems++ })
		if verifyErr != nil || problems > 0 {
			found++
		}
		s, err := store.Open(d, store.Options{})
		if err != nil {
			if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrTooNew) {
				t.Fatalf("byte %d bit %d: open: %v", at, bit, err)
			}
			refusedAtOpen++
			continue
		}
		bad := false
		for id, wanted := range want {
			got, err := loaded(t, s, id)
			if err != nil {
				if !errors.Is(err, store.ErrDamaged) {
					t.Fatalf("byte %d bit %d: load: %v", at, bit, err)
				}
				bad = true
			} else if got != wanted {
				t.Fatalf("byte %d bit %d: map %s was served wrong, and no error", at, bit, id)
			}
		}
		s.Close()
		if bad {
			refusedAtLoad++
			if problems == 0 && verifyErr == nil {
				t.Fatalf("byte %d bit %d: Load refuses what Verify lets pass", at, bit)
			}
		} else if problems == 0 && verifyErr == nil {
			harmless++
		}
	}
	t.Logf("%d flips: %d refused at open, %d at load, %d found by verify, %d in bytes that mean nothing", rounds, refusedAtOpen, refusedAtLoad, found, harmless)
	if refusedAtLoad == 0 || found == 0 {
		t.Fatal("no flip was found: the test shows nothing")
	}
}

// usedPages lists the pages that are reachable, so that flips do not go to free ones.
func usedPages(t *testing.T, path string) (pages []int) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		for i := 0; ; i++ {
			info, err := tx.Page(i)
			if info == nil || err != nil {
				return err
			}
			if info.Type == "free" {
				continue
			}
			for j := range info.OverflowCount + 1 {
				pages = append(pages, i+j)
			}
			i += info.OverflowCount
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// loaded is all that a map's history and snapshot say, as one text.
func loaded(t *testing.T, s *store.Store, id string) (string, error) {
	t.Helper()
	var b strings.Builder
	last := uint64(0)
	err := s.Load(t.Context(), id, func(upto uint64, data []byte) error { last = upto; return nil },
		func(number uint64, data []byte) error {
			if number != last+1 {
				return fmt.Errorf("%d after %d", number, last)
			}
			last = number
			return nil
		})
	if err != nil {
		return "", err
	}
	// Where Load had to fall back to an older snapshot it gives more entries; the state that they make is the same.
	fmt.Fprintf(&b, "%d entries;", last)
	err = s.History(t.Context(), id, 100, 0, func(e store.Entry) error {
		fmt.Fprintf(&b, "%d=%s;", e.Number, e.Data)
		return nil
	})
	return b.String(), err
}

func served(t *testing.T, d string) map[string]string {
	s := open(t, d, store.Options{})
	defer s.Close()
	out := map[string]string{}
	for _, id := range []string{"one", "two", "three"} {
		text, err := loaded(t, s, id)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = text
	}
	return out
}

func TestHoles(t *testing.T) {
	key := func(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
	number := func(id string, n uint64) []byte { return binary.BigEndian.AppendUint64([]byte(id+"\x00"), n) }
	for name, c := range map[string]struct {
		bucket string
		key    []byte
		value  []byte
		says   string
	}{
		"an_entry_is_missing":         {"log", key(120), nil, "hole"},
		"the_newest_entry_is_missing": {"log", key(150), nil, "hole"},
		"an_entry_is_another_ones":    {"log", key(120), store.SealEntry(120, 119, 119, "one", "not what was written"), "hole"},
		"an_entry_of_another_map":     {"log", key(120), store.SealEntry(120, 120, 119, "two", "not what was written"), "hole"},
		"a_step_is_missing":           {"steps", number("one", 128), nil, "missing"},
		"a_head_is_missing":           {"heads", []byte("one"), nil, "hole"},
	} {
		t.Run(name, func(t *testing.T) {
			d := prepare(t)
			set(t, d, c.bucket, c.key, c.value)
			s := open(t, d, store.Options{})
			_, err := count(t, s, "one")
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "tabi restore") {
				t.Errorf("load: %v", err)
			}
			if n, err := count(t, s, "two"); n != 150 || err != nil {
				t.Errorf("the other map suffers: %d, %v", n, err)
			}
			problems := 0
			if _, err := s.Verify(t.Context(), func(store.Problem) { problems++ }); err != nil || problems == 0 {
				t.Errorf("verify found %d problems, %v", problems, err)
			}
			if _, err := s.BackupFile(t.Context(), filepath.Join(t.TempDir(), "b")); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("a damaged file was backed up as if it were whole: %v", err)
			}
		})
	}
}

func TestDamagedSnapshotFallsBack(t *testing.T) {
	newest := binary.BigEndian.AppendUint64([]byte("one\x00"), 100)
	older := binary.BigEndian.AppendUint64([]byte("one\x00"), 50)
	d := prepare(t)
	set(t, d, "snaps", newest, []byte("rubbish"))
	s := open(t, d, store.Options{})
	upto := uint64(0)
	err := s.Load(t.Context(), "one", func(u uint64, _ []byte) error { upto = u; return nil }, func(uint64, []byte) error { return nil })
	if err != nil || upto != 50 {
		t.Fatalf("upto %d, %v", upto, err)
	}
	s.Close()
	set(t, d, "snaps", older, []byte("rubbish"))
	s = open(t, d, store.Options{})
	if n, err := count(t, s, "one"); n != 150 || err != nil {
		t.Fatalf("from the log alone: %d, %v", n, err)
	}
	problems := 0
	if _, err := s.Verify(t.Context(), func(store.Problem) { problems++ }); err != nil || problems != 2 {
		t.Errorf("verify found %d problems, %v", problems, err)
	}
}

func TestDamagedRecordIsRefused(t *testing.T) {
	d := prepare(t)
	set(t, d, "rec", []byte("links\x00one"), []byte("rubbish"))
	s := open(t, d, store.Options{})
	if _, err := s.Get(t.Context(), "links", "one"); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if err := s.Scan(t.Context(), "links", "", func(string, []byte) error { return nil }); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

func TestCrashBetweenCheckpointsFindsTheHeads(t *testing.T) {
	// A copy of the file taken while the store is open is what a kill leaves.
	d := dir(t)
	s := open(t, d, store.Options{CheckpointEntries: 64, NoSyncLosesData: true})
	for i := range 300 {
		fill(t, s, fmt.Sprint("m", i%7), 1)
		if i%37 != 0 {
			continue
		}
		copied := dir(t)
		os.Mkdir(copied, 0o700)
		if err := os.WriteFile(filepath.Join(copied, store.FileName), read(t, filepath.Join(d, store.FileName)), 0o600); err != nil {
			t.Fatal(err)
		}
		after := open(t, copied, store.Options{})
		total := 0
		for m := range 7 {
			n, err := count(t, after, fmt.Sprint("m", m))
			if err != nil {
				t.Fatal(err)
			}
			total += n
		}
		if total != i+1 {
			t.Fatalf("%d of %d entries", total, i+1)
		}
		clean(t, after)
		after.Close()
	}
}

// A page that is in use and on the list of free pages would be written over; no checksum of ours sees that.
func TestVerifyFindsUsedPagesThatAreFree(t *testing.T) {
	d := prepare(t)
	path := filepath.Join(d, store.FileName)
	b := read(t, path)
	page := freeList(b)
	free := int(binary.NativeEndian.Uint16(page[10:]))
	if free == 0 {
		t.Fatal("no page is free: the test shows nothing")
	}
	id := func(i int) uint64 { return binary.NativeEndian.Uint64(page[16+8*i:]) }
	put := false
	for _, used := range usedPages(t, path) { // into its place: out of order the file would not even be opened
		for i := 0; i < free && !put; i++ {
			if u := uint64(used); u > 1 && (i == 0 || id(i-1) < u) && (i == free-1 || u < id(i+1)) {
				binary.NativeEndian.PutUint64(page[16+8*i:], u)
				put = true
			}
		}
	}
	if !put {
		t.Fatal("no used page fits into the list")
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var problems []string
	if _, err := store.VerifyFile(path, func(p store.Problem) { problems = append(problems, p.What) }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(problems, "\n"), "used and free") || !strings.Contains(strings.Join(problems, "\n"), "neither used nor free") {
		t.Errorf("found %q", problems)
	}
}

// freeList is the page with the list of free pages.
func freeList(b []byte) []byte {
	at := binary.NativeEndian.Uint64(b[16+32:])
	if newer := binary.NativeEndian.Uint64(b[4096+16+48:]); newer > binary.NativeEndian.Uint64(b[16+48:]) {
		at = binary.NativeEndian.Uint64(b[4096+16+32:])
	}
	return b[at*4096:]
}

// A file whose list of free pages is damaged is refused before it is mapped: bbolt would panic halfway and keep it.
func TestDamagedFreeListIsRefusedAndLetGo(t *testing.T) {
	d := prepare(t)
	path := filepath.Join(d, store.FileName)
	good := read(t, path)
	if n := binary.NativeEndian.Uint16(freeList(good)[10:]); n < 2 {
		t.Fatalf("%d pages are free: the test shows nothing", n)
	}
	for name, damage := range map[string]func(page []byte){
		"another kind of page": func(page []byte) { page[8] ^= 0x12 },
		"another number":       func(page []byte) { page[0] ^= 1 },
		"too long":             func(page []byte) { binary.NativeEndian.PutUint16(page[10:], 0xFFFE) },
		"much too long":        func(page []byte) { binary.NativeEndian.PutUint64(page[10:], 0xFFFF); page[23] = 0x7f },
		"out of order":         func(page []byte) { copy(page[16:24], page[24:32]) },
		"beyond the end":       func(page []byte) { page[16+6] = 1 },
	} {
		b := bytes.Clone(good)
		damage(freeList(b))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := store.Open(d, store.Options{}); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				s.Close()
			}
		}
		if maps, err := os.ReadFile("/proc/self/maps"); err == nil && bytes.Contains(maps, []byte(path)) {
			t.Errorf("%s: the file is still mapped", name)
		}
		if !bytes.Equal(read(t, path), b) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}
