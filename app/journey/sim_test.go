package journey_test

import (
	"flag"
	"maps"
	"runtime"
	"slices"
	"testing"
)

var (
	simSeeds = flag.Int("journey.seeds", 150, "how many seeds TestConcurrent runs")
	simFirst = flag.Uint64("journey.seed", 1, "the first seed")
)

// TestConcurrent/J1…J9: three people move, merge, split and delete phases and
// notes at the same time, over a network that keeps them apart for a while.
// Nothing that is shown refers to what is gone, nothing that was deleted comes
// back, no note is lost that nobody deleted, all end with the same map and the
// same bytes, and a Map that followed every change shows what one opened on the
// result shows. `make journeysim` runs 10,000 seeds.
func TestConcurrent(t *testing.T) {
	if runtime.GOOS == "js" && *simSeeds > 20 {
		*simSeeds = 20 // an interpreter takes its time, and has nothing else to find
	}
	did := map[string]int{}
	for seed := *simFirst; seed < *simFirst+uint64(*simSeeds); seed++ {
		w := newWorld(t, seed, 3)
		w.undone = seed%3 == 0 // in every third world people also take things back
		w.close = seed%10 == 0 && seed < 500
		if err := w.run(60); err != nil {
			t.Fatalf("seed %d: %v\nreplay: go test ./app/journey -run TestConcurrent -journey.seeds 1 -journey.seed %d", seed, err, seed)
		}
		for name, n := range w.did {
			did[name] += n
		}
	}
	for _, name := range slices.Sorted(maps.Keys(did)) {
		t.Logf("%s: %d", name, did[name])
	}
	if len(did) < 24 {
		t.Errorf("only %d kinds of edits were made", len(did))
	}
}
