package wire

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

var update = flag.Bool("update", false, "rewrite the golden files of the current version")

// samples holds every frame twice: bare, and with every field in use.
func samples() map[string]Frame {
	secret := [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	peers := []Peer{
		{ID: 1, Replica: 7, Role: RoleOwner, Name: "青木", Department: "marketing"},
		{ID: 300, Role: RoleView, Name: "", Department: ""},
	}
	return map[string]Frame{
		"hello-new": Hello{Versions: [2]uint32{1, 1}, Have: crdt.Version{}},
		"hello-resume": Hello{
			Versions: [2]uint32{1, 3}, Resume: Resume{Replica: 7, Secret: secret},
			Have: crdt.Version{1: 12, 7: 1 << 40, 70000: 3}, Name: "佐藤 🚃", Department: "sales",
		},
		"edits":         Edits{Batches: [][]byte{{1, 2, 3}, {4}}},
		"presence":      Presence{State: []byte{9, 8, 7}},
		"presence-gone": Presence{},
		"rename":        Rename{Name: "Hanako", Department: "support"},
		"ping":          Ping{Token: 513},
		"welcome-new": Welcome{
			Version: 1, Peer: 300, Resume: Resume{Replica: 7, Secret: secret}, Role: RoleEdit,
			Snapshot: []byte("snapshot"), Peers: peers, MapID: "d4q1v2k5mpa0example0",
			Limits: Limits{FrameBytes: ClientFrameBytesMax, BatchBytes: BatchBytesMax, TextBytes: 65536,
				Objects: 100000, EditsPerSecond: 60, BytesPerSecond: 1 << 20, Heartbeat: 15 * time.Second},
		},
		"welcome-resume":  Welcome{Version: 1, Peer: 2, Role: RoleOwner, Delta: []byte("delta"), Acknowledged: 99},
		"welcome-current": Welcome{Version: 1, Peer: 2, Role: RoleView},
		"merged": Merged{
			Batches:  [][]byte{{1}, {2, 2}},
			Presence: []PeerPresence{{Peer: 1, State: []byte("here")}, {Peer: 300}},
			Joined:   peers, Left: []PeerID{4, 5},
		},
		"merged-empty": Merged{},
		"acknowledged": Acknowledged{Counter: 1 << 33},
		"refused":      Refused{Code: CodeNotAllowed, Counter: 77, RetryAfter: 1500 * time.Millisecond, Detail: "a commenter may not move notes"},
		"notice":       Notice{Code: NoticeReadOnlyStore},
		"closing":      Closing{Code: CodeRestarting, RetryAfter: 10 * time.Second},
		"pong":         Pong{Token: 513},
	}
}

func TestFrames(t *testing.T) {
	t.Run("P2_what_is_encoded_is_decoded", func(t *testing.T) {
		for name, f := range samples() {
			got, err := Decode(Append(nil, f))
			if err != nil || !reflect.DeepEqual(got, f) {
				t.Errorf("%s: got %+v, %v; want %+v", name, got, err, f)
			}
		}
	})

	t.Run("P2_a_welcome_in_pieces_has_the_same_bytes", func(t *testing.T) {
		n := 0
		for name, f := range samples() {
			w, ok := f.(Welcome)
			if !ok {
				continue
			}
			n++
			head, tail := Around(w)
			if got := slices.Concat(head, w.Snapshot, tail); !bytes.Equal(got, Append(nil, w)) {
				t.Errorf("%s: %x in pieces, %x in one", name, got, Append(nil, w))
			}
		}
		if n < 3 {
			t.Errorf("%d samples of a Welcome", n)
		}
	})

	t.Run("P2_every_kind_of_frame_has_a_sample", func(t *testing.T) {
		seen := map[kind]bool{}
		for _, f := range samples() {
			seen[f.kind()] = true
		}
		for k := range 256 {
			r := reader{}
			r.frame(kind(k))
			known := r.err == nil || r.err.(*Error).Code != CodeUnknownFrame
			if known != seen[kind(k)] {
				t.Errorf("kind %#x: decoder knows it: %v, sampled: %v", k, known, seen[kind(k)])
			}
		}
	})

	t.Run("P3_direction_is_told_apart", func(t *testing.T) {
		for name, f := range samples() {
			want := strings.Contains("hello edits presence rename ping", strings.SplitN(name, "-", 2)[0])
			if FromClient(f) != want {
				t.Errorf("%s: FromClient = %v", name, FromClient(f))
			}
		}
	})
}

// TestGolden compares with the bytes that were written when a version was
// released. A difference means that clients which are open right now would
// no longer understand this server.
func TestGolden(t *testing.T) {
	t.Run("P5_version_1_bytes_stay", func(t *testing.T) {
		for name, f := range samples() {
			path := filepath.Join("testdata", "golden", "v1", name+".hex")
			got := hex.EncodeToString(Append(nil, f)) + "\n"
			if *update {
				os.MkdirAll(filepath.Dir(path), 0o755)
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s:\n got %s want %s", name, got, want)
			}
		}
	})
}

func TestVersions(t *testing.T) {
	t.Run("P4_the_best_common_version_is_taken", func(t *testing.T) {
		for _, c := range []struct {
			low, high, want uint32
			ok              bool
		}{{1, 1, 1, true}, {1, 9, 1, true}, {2, 9, 0, false}} {
			got, ok := Negotiate([2]uint32{c.low, c.high})
			if ok != c.ok || ok && got != c.want {
				t.Errorf("offered %d to %d: %d, %v", c.low, c.high, got, ok)
			}
		}
		// An update of the server to version 3 that still speaks 2: pages that
		// were loaded before go on, older ones are told to reload.
		for _, c := range []struct {
			page [2]uint32
			want uint32
			ok   bool
		}{{[2]uint32{3, 3}, 3, true}, {[2]uint32{1, 2}, 2, true}, {[2]uint32{1, 1}, 0, false}} {
			got, ok := negotiate(c.page, [2]uint32{2, 3})
			if ok != c.ok || ok && got != c.want {
				t.Errorf("page %v: %d, %v", c.page, got, ok)
			}
		}
		if _, ok := For(Version + 1); ok {
			t.Error("a codec for a version from the future")
		}
		for v := uint32(VersionOldest); v <= Version; v++ {
			if c, ok := For(v); !ok || c.Version != v {
				t.Errorf("version %d is promised but not spoken", v)
			}
		}
	})

	// The golden files are what pages and servers of version 1 have said and
	// understood since its release.
	t.Run("P5_version_1_is_still_understood", func(t *testing.T) {
		v1, ok := For(1)
		if !ok {
			t.Skip("version 1 is no longer promised")
		}
		for name, f := range samples() {
			text, err := os.ReadFile(filepath.Join("testdata", "golden", "v1", name+".hex"))
			if err != nil {
				t.Fatal(err)
			}
			b, err := hex.DecodeString(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := v1.Decode(b)
			if err != nil || !reflect.DeepEqual(got, f) {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
			if !bytes.Equal(v1.Append(nil, f), b) {
				t.Errorf("%s: version 1 is written differently now", name)
			}
		}
	})

	// How version 2 would come: it adds a field behind the last one of a
	// frame, and one behind the last of a record. A reader of version 1 takes
	// what it knows and skips the rest.
	t.Run("P6_fields_of_a_later_version_are_skipped", func(t *testing.T) {
		for name, f := range samples() {
			later := append(Append(nil, f), 0xff, 0x01, 'n', 'e', 'w')
			got, err := Decode(later)
			if err != nil || !reflect.DeepEqual(got, f) {
				t.Errorf("%s: got %+v, %v", name, got, err)
			}
		}
		joined := []byte{byte(kindMerged), 0, 0, 2}
		for id := byte(1); id <= 2; id++ {
			joined = append(joined, 9, id, id, byte(RoleEdit), 1, 'a', 1, 'b', 'n', 'w')
		}
		joined = append(joined, 0)
		got, err := Decode(joined)
		want := Merged{Joined: []Peer{{1, 1, RoleEdit, "a", "b"}, {2, 2, RoleEdit, "a", "b"}}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("longer peer record: got %+v, %v", got, err)
		}
	})
}

func TestHostileBytes(t *testing.T) {
	t.Run("P7_every_cut_is_an_error", func(t *testing.T) {
		for name, f := range samples() {
			whole := Append(nil, f)
			for n := range whole {
				if got, err := Decode(whole[:n]); err == nil {
					t.Errorf("%s cut to %d bytes decodes as %+v", name, n, got)
				}
			}
		}
	})

	t.Run("P7_bad_fields_have_a_code", func(t *testing.T) {
		huge := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}
		cases := []struct {
			name string
			in   []byte
			want Code
		}{
			{"empty message", nil, CodeBadFrame},
			{"unknown kind", []byte{0x7f}, CodeUnknownFrame},
			{"kind zero", []byte{0}, CodeUnknownFrame},
			{"versions upside down", []byte{1, 2, 1}, CodeBadFrame},
			{"version zero", []byte{1, 0, 0}, CodeBadFrame},
			{"no batches", []byte{2, 0}, CodeBadFrame},
			{"empty batch", []byte{2, 1, 0, 0}, CodeBadFrame},
			{"batch count beyond the message", append([]byte{2}, huge...), CodeBadFrame},
			{"batch longer than the message", append([]byte{2, 1}, huge...), CodeBadFrame},
			{"presence too long", Append(nil, Presence{make([]byte, PresenceBytesMax+1)}), CodeBadFrame},
			{"name too long", Append(nil, Rename{Name: strings.Repeat("x", NameBytesMax+1)}), CodeBadFrame},
			{"name not UTF-8", Append(nil, Rename{Name: "\xff\xfe"}), CodeBadFrame},
			{"number of eleven bytes", append([]byte{5}, bytes.Repeat([]byte{0x80}, 11)...), CodeBadFrame},
			{"retry after too long", Append(nil, Closing{RetryAfter: RetryAfterMax * 2}), CodeBadFrame},
			{"role five", Append(nil, Welcome{Role: 5}), CodeBadFrame},
			{"snapshot and delta", Append(nil, Welcome{Role: 1, Snapshot: []byte("a"), Delta: []byte("b")}), CodeBadFrame},
			{"frame too big", append([]byte{byte(kindEdits)}, make([]byte, ClientFrameBytesMax)...), CodeFrameTooBig},
			{"hello too big", append([]byte{byte(kindHello)}, make([]byte, HelloBytesMax)...), CodeFrameTooBig},
		}
		for _, c := range cases {
			_, err := Decode(c.in)
			e, ok := err.(*Error)
			if !ok || e.Code != c.want {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
	})

	t.Run("P8_memory_is_a_fixed_multiple_of_the_message", func(t *testing.T) {
		for _, in := range [][]byte{
			append([]byte{2, 0xff, 0x7f}, bytes.Repeat([]byte{1, 7}, BatchesMax)...),
			append([]byte{byte(kindMerged), 0, 0xff, 0x3f}, make([]byte, 3*PeersMax)...),
			append([]byte{byte(kindMerged), 0, 0, 0xff, 0x3f}, bytes.Repeat([]byte{5, 1, 1, 1, 0, 0}, PeersMax)...),
			Append(nil, Hello{Versions: [2]uint32{1, 1}, Have: manyReplicas(VersionEntriesMax)}),
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, _ := Decode(in)
			runtime.ReadMemStats(&after)
			if got, most := after.TotalAlloc-before.TotalAlloc, uint64(64*len(in)); got > most {
				t.Errorf("kind %#x of %d bytes: %d bytes allocated, at most %d expected", in[0], len(in), got, most)
			}
			runtime.KeepAlive(f)
		}
	})
}

func manyReplicas(n int) crdt.Version {
	v := crdt.Version{}
	for i := range n {
		v[crdt.ReplicaID(i+1)] = 1
	}
	return v
}

func TestCodes(t *testing.T) {
	t.Run("P9_numbers_and_names_stay", func(t *testing.T) {
		var got strings.Builder
		for _, c := range Codes() {
			got.WriteString(strings.Join([]string{itoa(int(c)), c.String(), itoa(c.CloseCode())}, " "))
			if c.Retry() {
				got.WriteString(" retry")
			}
			got.WriteByte('\n')
		}
		path := filepath.Join("testdata", "golden", "codes.txt")
		if *update {
			os.WriteFile(path, []byte(got.String()), 0o644)
		}
		want, err := os.ReadFile(path)
		if err != nil || got.String() != string(want) {
			t.Errorf("codes changed (%v):\n%s", err, got.String())
		}
	})

	t.Run("P9_names_are_unique_and_found_from_a_close", func(t *testing.T) {
		names := map[string]Code{}
		for _, c := range Codes() {
			if other, twice := names[c.String()]; twice {
				t.Errorf("%d and %d are both called %s", c, other, c)
			}
			names[c.String()] = c
			if got := FromClose(c.CloseCode(), c.String()); got != c {
				t.Errorf("close %d %q is read as %v", c.CloseCode(), c, got)
			}
			if s := c.CloseCode(); s >= 4000 && FromClose(s, "") != c {
				t.Errorf("close %d without a reason is read as %v", s, FromClose(s, ""))
			}
		}
		if c := Code(9999); c.String() != "other" || !c.Retry() || c.CloseCode() != 4000 {
			t.Error("a code from a newer server must be harmless")
		}
	})
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestRoles(t *testing.T) {
	t.Run("P10_roles_ascend_and_have_names", func(t *testing.T) {
		for r := RoleView; r <= RoleOwner; r++ {
			if got, ok := ParseRole(r.String()); !ok || got != r {
				t.Errorf("%v is read as %v", r, got)
			}
		}
		if _, ok := ParseRole("none"); ok || RoleView >= RoleComment || RoleComment >= RoleEdit || RoleEdit >= RoleOwner {
			t.Error("roles out of order")
		}
	})
}

// FuzzDecode: no bytes may panic, and what is accepted survives a second
// round (P2, P7).
func FuzzDecode(f *testing.F) {
	for _, s := range samples() {
		f.Add(Append(nil, s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := Decode(in)
		if err != nil {
			if _, ok := err.(*Error); !ok || got != nil {
				t.Fatalf("%T %v with %v", err, err, got)
			}
			return
		}
		again, err := Decode(Append(nil, got))
		if err != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("%+v became %+v, %v", got, again, err)
		}
	})
}

func BenchmarkMerged(b *testing.B) {
	f := Merged{Batches: [][]byte{make([]byte, 24), make([]byte, 24)}, Presence: make([]PeerPresence, 40)}
	for i := range f.Presence {
		f.Presence[i] = PeerPresence{PeerID(i), make([]byte, 20)}
	}
	buf := Append(nil, f)
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			buf = Append(buf[:0], f)
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			Decode(buf)
		}
	})
}
