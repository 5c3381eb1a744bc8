// Command crdtbench replays an op stream or an editing trace through package crdt and prints one line of JSON a
// run. Every edit is a transaction of its own and yields an encoded update of its own; parsing is outside the
// clock. It runs natively and, as wasm, under Node.
//
//	crdtbench -stream w1.jsonl.gz -runs 5
//
// Streams are those of bench/README.md: whiteboards (w1, w1b, w2), text cases (b1_*, b2_*), and recorded traces,
// sequential or concurrent. The kind is told from the content.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// result is one run. Times are milliseconds; load is the median of several warm loads, reading everything out.
type result struct {
	Case         string  `json:"case"`
	Platform     string  `json:"platform"`
	Edits        int     `json:"edits"`
	ApplyMS      float64 `json:"apply_ms"`
	UpdatesBytes int     `json:"updates_bytes"`
	DocBytes     int     `json:"doc_bytes"`
	SaveMS       float64 `json:"save_ms"`
	LoadColdMS   float64 `json:"load_cold_ms"`
	LoadMS       float64 `json:"load_ms"`
	DeltaBytes   int     `json:"delta_bytes,omitempty"`
	DeltaMS      float64 `json:"delta_ms,omitempty"`
	HeapMB       float64 `json:"heap_mb"`
	MergeMS      float64 `json:"merge_ms,omitempty"`
	Hash         string  `json:"hash"`
	Snapshot     string  `json:"snapshot"`
	Converged    *bool   `json:"converged,omitempty"`
}

func main() {
	// A document is small and an edit's garbage short-lived; our programs trade some memory for fewer collections.
	debug.SetGCPercent(400)
	stream := flag.String("stream", "", "the op stream or trace to replay, gzipped or not")
	runs := flag.Int("runs", 1, "how many runs; a line is printed for each")
	out := flag.String("out", "", "also write the last run's snapshot to this file")
	flag.Parse()
	if err := run(*stream, *runs, *out); err != nil {
		fmt.Fprintln(os.Stderr, "crdtbench:", err)
		os.Exit(1)
	}
}

func run(stream string, runs int, out string) error {
	data, err := read(stream)
	if err != nil {
		return err
	}
	replay, err := parse(data)
	if err != nil {
		return fmt.Errorf("%s: %w", stream, err)
	}
	data = nil
	name, _, _ := strings.Cut(filepath.Base(stream), ".")
	for range runs {
		runtime.GC()
		r, snapshot, err := replay()
		if err != nil {
			return fmt.Errorf("%s: %w", stream, err)
		}
		r.Case, r.Platform = name, runtime.GOOS+"/"+runtime.GOARCH
		line, _ := json.Marshal(r)
		fmt.Println(string(line))
		if out != "" {
			if err := os.WriteFile(out, snapshot, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func read(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// parse tells the format by content and returns what replays it.
func parse(data []byte) (func() (result, []byte, error), error) {
	if data[0] == '{' {
		return parseTrace(data)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte{'\n'})
	var first []any
	if err := json.Unmarshal(lines[0], &first); err != nil {
		return nil, err
	}
	_, board := first[0].(string)
	switch {
	case board:
		return parseBoard(lines)
	case len(first) == 3:
		return parseText(lines)
	case len(first) == 4:
		return parseTwo(lines)
	}
	return parseRounds(lines)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// finish measures what is the same for all cases: saving, loading, reading out, memory.
func (r *result) finish(d *crdt.Document, readOut func(*crdt.Document)) ([]byte, error) {
	t := time.Now()
	snapshot := d.Snapshot()
	r.SaveMS = ms(time.Since(t))
	r.DocBytes = len(snapshot)
	sum := sha256.Sum256(snapshot)
	r.Snapshot = hex.EncodeToString(sum[:8])

	before := heap()
	t = time.Now()
	loaded, err := crdt.Load(snapshot)
	if err != nil {
		return nil, err
	}
	readOut(loaded)
	r.LoadColdMS = ms(time.Since(t))
	r.HeapMB = float64(heap()-before) / 1e6
	runtime.KeepAlive(loaded)
	var loads []time.Duration
	for range 9 {
		runtime.GC()
		t := time.Now()
		l, err := crdt.Load(snapshot)
		if err != nil {
			return nil, err
		}
		readOut(l)
		loads = append(loads, time.Since(t))
	}
	slices.Sort(loads)
	r.LoadMS = ms(loads[len(loads)/2])
	if !bytes.Equal(loaded.Snapshot(), snapshot) {
		return nil, fmt.Errorf("a loaded document saves differently")
	}
	return snapshot, nil
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// hashOf is the canonical hash: SHA-256 of the JSON, keys sorted, the first 16 hex digits.
func hashOf(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
	return hex.EncodeToString(sum[:8])
}
