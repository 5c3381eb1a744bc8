package crdt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files; read the diff, and commit it only if you know what caused it")

// TestGolden writes a fixed history and compares every encoding of it with what version 1 wrote: C10, bytes once
// written can be read forever, and C11, the same on every platform. Files of a released version are never rewritten;
// a new version adds its own.
func TestGolden(t *testing.T) {
	t.Run("C10_old_bytes_are_read", readGolden)
	t.Run("C11_the_same_bytes_on_every_platform", writeGolden)
}

func goldenPath(name string) string { return filepath.Join("testdata", "golden", "v1-"+name+".bin") }

func golden(t *testing.T, name string) []byte {
	b, err := os.ReadFile(goldenPath(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// halfWay is the first half of the seed world's history.
func halfWay(t *testing.T, w *world) *Document {
	half := New()
	for _, b := range w.log[:len(w.log)/2] {
		must(t, half, b)
	}
	return half
}

func writeGolden(t *testing.T) {
	w := seedWorld(t)
	d := w.replicas[0].doc
	// A long text, so that it has blocks, runs of erasures, and a code of its own.
	long := New()
	for i := range 400 {
		e := long.Edit(1)
		n := long.TextLen(ID{}, fWords)
		e.Insert(ID{}, fWords, i*7919%(n+1), fmt.Sprintf("word %d 言葉 ", i))
		e.Commit()
		for j := range i % 5 {
			e := long.Edit(1)
			e.Erase(ID{}, fWords, max(0, i*7919%(n+1)-j), 1)
			e.Commit()
		}
	}
	var undo []byte
	for _, r := range w.replicas {
		for _, in := range r.undo {
			undo = in.Append(undo)
		}
	}
	var log []byte
	for _, b := range w.log {
		log = append(appendUvarint(log, uint64(len(b))), b...)
	}
	files := map[string][]byte{
		"snapshot": d.Snapshot(),
		"delta":    d.Delta(halfWay(t, w).Version()),
		"log":      log,
		"long":     long.Snapshot(),
		"version":  d.Version().Append(nil),
		"inverses": undo,
	}
	for name, got := range files {
		if *update {
			if err := os.WriteFile(goldenPath(name), got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want := golden(t, name); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, the golden file has %d", name, len(got), len(want))
		}
	}

}

// readGolden reads the old bytes; they must show what they showed.
func readGolden(t *testing.T) {
	read := func(name string) []byte { return golden(t, name) }
	half := halfWay(t, seedWorld(t))
	old, err := Load(read("snapshot"))
	if err != nil {
		t.Fatal(err)
	}
	replayed := New()
	for in := (decoder{b: read("log")}); len(in.b) > 0; {
		must(t, replayed, in.bytes())
	}
	must(t, half, read("delta"))
	longer, err := Load(read("long"))
	if err != nil {
		t.Fatal(err)
	}
	for rest := read("inverses"); len(rest) > 0; {
		if _, rest, err = DecodeInverse(rest); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	for _, x := range []*Document{old, replayed, half, longer} {
		for _, o := range byID(x) {
			fmt.Fprint(&b, o.id, o.kind, o.dead)
			for _, r := range o.regs {
				fmt.Fprint(&b, r.field, r.stamp(), r.value)
			}
			for _, f := range o.texts {
				fmt.Fprint(&b, f.field, f.String())
			}
		}
		if x == longer {
			break
		}
		sum := sha256.Sum256([]byte(b.String()))
		b.Reset()
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	if !bytes.Equal(old.Snapshot(), replayed.Snapshot()) || !bytes.Equal(old.Snapshot(), half.Snapshot()) {
		t.Error("snapshot, log and delta of version 1 are not the same document")
	}
	sum := sha256.Sum256([]byte(b.String()))
	const want = "47b635627f68d14d"
	if got := hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("the golden files show another state: %s, want %s", got, want)
	}
}

func byID(d *Document) []*object {
	objs := slices.Clone(d.objs)
	sortObjects(objs)
	return objs
}
