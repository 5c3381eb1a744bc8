package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The client sorts as the standard library does, stable even where that is not asked for: a module of its own holds
// the file that is exchanged, and compares both.
func TestTheClientSortsAsSlicesDoes(t *testing.T) {
	body, err := files.ReadFile("files/sort.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module sorting\n\ngo 1.26\n",
		"sort.go": strings.Replace(string(body), "package slices", "package sorting", 1),
		"sort_test.go": `package sorting

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func Test(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	moved := 0
	for range 20000 {
		ours := make([][2]int, rng.IntN(60))
		for i := range ours {
			ours[i] = [2]int{rng.IntN(12), i}
		}
		theirs, before := slices.Clone(ours), slices.Clone(ours)
		by := func(a, b [2]int) int { return a[0] - b[0] }
		pdqsortCmpFunc(ours, 0, len(ours), 0, by)
		slices.SortStableFunc(theirs, by)
		if !slices.Equal(ours, theirs) {
			t.Fatalf("%v sorted is %v, not %v", before, ours, theirs)
		}
		if !slices.Equal(ours, before) {
			moved++
		}
	}
	if moved < 15000 {
		t.Fatalf("only %d of 20000 were unsorted", moved)
	}
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.Command("go", "test", ".")
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
