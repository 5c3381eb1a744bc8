package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tabi-map/tabi/server/store"
)

// Store is what the contract speaks of.
type Store interface {
	Append(ctx context.Context, mapID string, data []byte) (uint64, error)
	Load(ctx context.Context, mapID string, snapshot func(upto uint64, data []byte) error, entry func(number uint64, data []byte) error) error
	History(ctx context.Context, mapID string, from, to uint64, each func(store.Entry) error) error
	Compact(ctx context.Context, mapID string, upto uint64, snapshot []byte) error
	Apply(ctx context.Context, changes ...store.Change) error
	Put(ctx context.Context, bucket, key string, value []byte) error
	Delete(ctx context.Context, bucket, key string) error
	Get(ctx context.Context, bucket, key string) ([]byte, error)
	Scan(ctx context.Context, bucket, prefix string, each func(key string, value []byte) error) error
}

var (
	_ Store = (*Memory)(nil)
	_ Store = (*store.Store)(nil)
)

// Run runs the contract. open gives an empty store; reopen, called as often as wanted, gives what a restart finds.
func Run(t *testing.T, open func(t *testing.T) (s Store, reopen func() Store)) {
	for name, test := range map[string]func(*testing.T, Store, func() Store){
		"a_map_nobody_wrote_to_is_empty":                  testEmpty,
		"entries_come_back_in_order":                      testOrder,
		"load_sees_everything_acknowledged_before":        testReadYourWrites,
		"many_writers_lose_nothing_and_keep_their_order":  testWriters,
		"load_gives_the_newest_snapshot_and_what_follows": testSnapshots,
		"a_stale_snapshot_is_ignored":                     testStale,
		"a_snapshot_ahead_of_the_log_is_refused":          testAhead,
		"history_keeps_what_a_snapshot_covers":            testHistory,
		"an_error_of_the_reader_ends_the_load":            testReaderError,
		"bytes_belong_to_whoever_holds_them":              testOwnership,
		"records_are_kept_listed_and_deleted":             testRecords,
		"names_that_mix_up_keys_are_refused":              testNames,
		"a_cancelled_call_says_so":                        testCancelled,
		"random_use_equals_a_simple_model":                testModel,
	} {
		t.Run(name, func(t *testing.T) {
			s, reopen := open(t)
			test(t, s, reopen)
		})
	}
}

// state is what Load told.
type state struct {
	Upto     uint64
	Snapshot string
	Entries  []string // "number:data"
}

func load(t *testing.T, s Store, mapID string) (st state) {
	t.Helper()
	err := s.Load(t.Context(), mapID, func(upto uint64, data []byte) error {
		if st.Upto != 0 || len(st.Entries) > 0 {
			t.Error("the snapshot must come first, and once")
		}
		st.Upto, st.Snapshot = upto, string(data)
		return nil
	}, func(number uint64, data []byte) error {
		st.Entries = append(st.Entries, fmt.Sprintf("%d:%s", number, data))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func check(t *testing.T, s Store, mapID string, want state) {
	t.Helper()
	got := load(t, s, mapID)
	if got.Upto != want.Upto || got.Snapshot != want.Snapshot || !slices.Equal(got.Entries, want.Entries) {
		t.Fatalf("map %s:\n got %v\nwant %v", mapID, got, want)
	}
}

func add(t *testing.T, s Store, mapID string, data ...string) {
	t.Helper()
	for _, d := range data {
		if _, err := s.Append(t.Context(), mapID, []byte(d)); err != nil {
			t.Fatal(err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func testEmpty(t *testing.T, s Store, _ func() Store) { check(t, s, "nobody", state{}) }

func testOrder(t *testing.T, s Store, reopen func() Store) {
	var want state
	for i := range 200 {
		data := fmt.Sprint("d", i)
		number, err := s.Append(t.Context(), "a", []byte(data))
		must(t, err)
		want.Entries = append(want.Entries, fmt.Sprintf("%d:%s", number, data))
		add(t, s, "another", "x")
	}
	check(t, s, "a", want)
	check(t, reopen(), "a", want)
}

func testReadYourWrites(t *testing.T, s Store, _ func() Store) {
	for i := range 50 {
		add(t, s, "a", "x")
		if n := len(load(t, s, "a").Entries); n != i+1 {
			t.Fatalf("after %d appends Load gives %d", i+1, n)
		}
	}
}

func testWriters(t *testing.T, s Store, reopen func() Store) {
	const maps, writers, each = 5, 20, 60
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() { // ends after its appends
			defer wg.Done()
			last := map[string]uint64{}
			for i := range each {
				mapID := fmt.Sprint("m", (w+i)%maps)
				number, err := s.Append(context.Background(), mapID, fmt.Appendf(nil, "%d.%d", w, i))
				if err != nil || number <= last[mapID] {
					t.Errorf("append: %d after %d, %v", number, last[mapID], err)
				}
				last[mapID] = number
			}
		}()
	}
	wg.Wait()
	for range 2 {
		total := 0
		for m := range maps {
			next := make([]int, writers)
			entries := load(t, s, fmt.Sprint("m", m)).Entries
			for i, e := range entries {
				var number, w, n int
				fmt.Sscanf(e, "%d:%d.%d", &number, &w, &n)
				if number != i+1 {
					t.Fatalf("entry %d has number %d", i+1, number)
				}
				if n < next[w] {
					t.Fatalf("writer %d: %d after %d", w, n, next[w]-1)
				}
				next[w] = n + 1
			}
			total += len(entries)
		}
		if total != writers*each {
			t.Fatalf("%d of %d entries are there", total, writers*each)
		}
		s = reopen()
	}
}

func testSnapshots(t *testing.T, s Store, reopen func() Store) {
	add(t, s, "a", "1", "2", "3", "4")
	must(t, s.Compact(t.Context(), "a", 3, []byte("123")))
	check(t, s, "a", state{3, "123", []string{"4:4"}})
	add(t, s, "a", "5")
	must(t, s.Compact(t.Context(), "a", 5, []byte("12345")))
	check(t, s, "a", state{5, "12345", nil})
	add(t, s, "a", "6")
	must(t, s.Compact(t.Context(), "a", 6, nil))
	check(t, reopen(), "a", state{6, "", nil})
}

func testStale(t *testing.T, s Store, _ func() Store) {
	add(t, s, "a", "1", "2", "3")
	must(t, s.Compact(t.Context(), "a", 2, []byte("12")))
	must(t, s.Compact(t.Context(), "a", 1, []byte("1")))
	must(t, s.Compact(t.Context(), "a", 2, []byte("other")))
	must(t, s.Compact(t.Context(), "a", 0, []byte("nothing")))
	check(t, s, "a", state{2, "12", []string{"3:3"}})
}

func testAhead(t *testing.T, s Store, _ func() Store) {
	add(t, s, "a", "1")
	if err := s.Compact(t.Context(), "a", 2, []byte("12")); !errors.Is(err, store.ErrAhead) {
		t.Fatalf("got %v", err)
	}
	check(t, s, "a", state{Entries: []string{"1:1"}})
	add(t, s, "a", "2")
	check(t, s, "a", state{Entries: []string{"1:1", "2:2"}})
}

func testHistory(t *testing.T, s Store, reopen func() Store) {
	for i := range 300 {
		add(t, s, "a", fmt.Sprint(i+1))
		if i%2 == 0 {
			add(t, s, "b", "x")
		}
	}
	must(t, s.Compact(t.Context(), "a", 200, []byte("to 200")))
	must(t, s.Compact(t.Context(), "a", 250, []byte("to 250")))
	s = reopen()
	for _, span := range [][2]uint64{{1, 0}, {1, 1}, {64, 64}, {64, 65}, {63, 129}, {100, 300}, {300, 0}, {200, 10_000}, {301, 0}} {
		next := span[0]
		err := s.History(t.Context(), "a", span[0], span[1], func(e store.Entry) error {
			if e.Number != next || string(e.Data) != fmt.Sprint(next) || e.Time.IsZero() {
				t.Fatalf("history %v: got %d %q, want %d", span, e.Number, e.Data, next)
			}
			next++
			return nil
		})
		must(t, err)
		want := uint64(301)
		if span[1] > 0 && span[1] < 300 {
			want = span[1] + 1
		}
		if next != max(want, span[0]) {
			t.Fatalf("history %v ends before %d", span, next)
		}
	}
}

func testReaderError(t *testing.T, s Store, _ func() Store) {
	add(t, s, "a", "1", "2", "3")
	enough := errors.New("enough")
	none := func(uint64, []byte) error { return nil }
	calls := 0
	err := s.Load(t.Context(), "a", none, func(uint64, []byte) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Fatalf("%v after %d calls", err, calls)
	}
	must(t, s.Compact(t.Context(), "a", 3, []byte("123")))
	if err := s.Load(t.Context(), "a", func(uint64, []byte) error { return enough }, none); !errors.Is(err, enough) {
		t.Fatal(err)
	}
}

func testOwnership(t *testing.T, s Store, _ func() Store) {
	data := []byte("abc")
	_, err := s.Append(t.Context(), "a", data)
	must(t, err)
	must(t, s.Put(t.Context(), "b", "k", data))
	data[0] = 'X'
	var kept []byte
	must(t, s.Load(t.Context(), "a", nil, func(_ uint64, d []byte) error { kept = d; return nil }))
	for i := range 200 {
		add(t, s, "a", fmt.Sprint(i))
	}
	if string(kept) != "abc" {
		t.Fatalf("loaded bytes became %q", kept)
	}
	kept[0] = 'Y'
	record, err := s.Get(t.Context(), "b", "k")
	must(t, err)
	if string(record) != "abc" || load(t, s, "a").Entries[0] != "1:abc" {
		t.Fatal("the caller's bytes are the store's")
	}
}

func testRecords(t *testing.T, s Store, reopen func() Store) {
	ctx := t.Context()
	must(t, s.Put(ctx, "link", "b", []byte("2")))
	must(t, s.Put(ctx, "link", "a", nil))
	must(t, s.Put(ctx, "links", "a", []byte("other bucket")))
	must(t, s.Apply(ctx, store.Change{Bucket: "link", Key: "c", Value: []byte("3")}, store.Change{Bucket: "link", Key: "b"}, store.Change{Bucket: "link", Key: "ca", Value: []byte("4")}))
	must(t, s.Delete(ctx, "link", "never there"))
	for range 2 {
		var got []string
		must(t, s.Scan(ctx, "link", "", func(k string, v []byte) error { got = append(got, k+"="+string(v)); return nil }))
		if want := "a= c=3 ca=4"; strings.Join(got, " ") != want {
			t.Fatalf("got %v, want %s", got, want)
		}
		got = nil
		must(t, s.Scan(ctx, "link", "c", func(k string, v []byte) error { got = append(got, k); return nil }))
		if strings.Join(got, " ") != "c ca" {
			t.Fatalf("got %v", got)
		}
		if v, err := s.Get(ctx, "link", "a"); err != nil || v == nil || len(v) != 0 {
			t.Fatalf("an empty record is a record: %v %v", v, err)
		}
		if v, err := s.Get(ctx, "link", "b"); err != nil || v != nil {
			t.Fatalf("a deleted record is there: %q %v", v, err)
		}
		s = reopen()
	}
}

func testNames(t *testing.T, s Store, _ func() Store) {
	ctx := t.Context()
	for _, name := range []string{"", "a\x00b", strings.Repeat("x", store.NameBytesMax+1)} {
		_, appendErr := s.Append(ctx, name, nil)
		_, getErr := s.Get(ctx, "b", name)
		for i, err := range []error{appendErr, getErr, s.Load(ctx, name, nil, nil), s.Compact(ctx, name, 1, nil), s.Put(ctx, name, "k", nil), s.Put(ctx, "b", name, nil)} {
			if !errors.Is(err, store.ErrName) {
				t.Errorf("name %.10q, call %d: %v", name, i, err)
			}
		}
	}
	if _, err := s.Append(ctx, "a", make([]byte, store.EntryBytesMax+1)); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func testCancelled(t *testing.T, s Store, _ func() Store) {
	add(t, s, "a", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// An append that was cancelled may have happened; one that says it did must have.
	number, err := s.Append(ctx, "a", []byte("2"))
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	add(t, s, "a", "3")
	entries := load(t, s, "a").Entries
	if err == nil && (number != 2 || len(entries) != 3) {
		t.Fatalf("acknowledged as %d, but there is %v", number, entries)
	}
	if last := entries[len(entries)-1]; !strings.HasSuffix(last, ":3") {
		t.Fatalf("got %v", entries)
	}
}

// testModel does random things to a few maps and compares with slices. A failure prints the seed.
func testModel(t *testing.T, s Store, reopen func() Store) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	type model struct {
		entries [][]byte
		upto    int
	}
	maps := map[string]*model{}
	appends, compacts, reopens := 0, 0, 0
	for range 400 {
		id := fmt.Sprint("m", rng.IntN(4))
		m := maps[id]
		if m == nil {
			m = &model{}
			maps[id] = m
		}
		switch n := rng.IntN(100); {
		case n < 70:
			data := make([]byte, rng.IntN(3000))
			for i := range data {
				data[i] = byte(rng.Uint32())
			}
			number, err := s.Append(t.Context(), id, data)
			must(t, err)
			if m.entries = append(m.entries, data); number != uint64(len(m.entries)) {
				t.Fatalf("number %d of %d", number, len(m.entries))
			}
			appends++
		case n < 80 && len(m.entries) > 0:
			upto := 1 + rng.IntN(len(m.entries))
			must(t, s.Compact(t.Context(), id, uint64(upto), bytes.Join(m.entries[:upto], nil)))
			m.upto = max(m.upto, upto)
			compacts++
		case n < 83:
			s = reopen()
			reopens++
		}
	}
	if appends == 0 || compacts == 0 || reopens == 0 {
		t.Fatal("the test did nothing")
	}
	for id, m := range maps {
		var got []byte
		from := 0
		err := s.Load(t.Context(), id, func(upto uint64, data []byte) error {
			from = int(upto)
			got = append(got, data...)
			return nil
		}, func(_ uint64, data []byte) error { got = append(got, data...); return nil })
		must(t, err)
		if from != m.upto || !bytes.Equal(got, bytes.Join(m.entries, nil)) {
			t.Fatalf("map %s: from %d want %d, %d bytes", id, from, m.upto, len(got))
		}
	}
}
