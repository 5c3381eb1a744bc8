package sim

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var (
	seedsFlag = flag.Int("seeds", 0, "how many seeds to live through (default: $TABI_SEEDS, or 40)")
	fromFlag  = flag.Uint64("from", 1, "the first seed")
	traceFlag = flag.Bool("trace", false, "print everything that happens")
)

// TestSeeds lives through many worlds, each twice, and asks that both times the same
// happened, that nothing was lost, and that all replicas ended with the same bytes.
func TestSeeds(t *testing.T) {
	count := *seedsFlag
	if count == 0 {
		count, _ = strconv.Atoi(os.Getenv("TABI_SEEDS"))
	}
	if count == 0 {
		count = 40
	}
	var mu sync.Mutex
	var sum Stats
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for seed := range seeds {
				first := Run(seed, *traceFlag)
				second := Run(seed, false)
				mu.Lock()
				if *traceFlag {
					fmt.Println(strings.Join(first.Lines, "\n"))
				}
				switch {
				case first.Err != nil:
					t.Errorf("%v\n\treplay: go test ./server/sim -run TestSeeds -from %d -seeds 1 -trace", first.Err, seed)
				case first.Trace != second.Trace:
					t.Errorf("seed %d took two different courses", seed)
				case first.Stats.Edits == 0 || first.Stats.Commits == 0:
					t.Errorf("seed %d did nothing: %+v", seed, first.Stats)
				}
				add(&sum, first.Stats)
				mu.Unlock()
			}
		})
	}
	for i := range count {
		seeds <- *fromFlag + uint64(i)
	}
	close(seeds)
	workers.Wait()
	t.Logf("%d seeds: %+v", count, sum)
	if count >= 40 {
		mustHaveHappened(t, sum, count)
	}
}

// rare is what happens in about one world of twenty-four, so that a short run of forty may
// well be without it; a long one may not.
var rare = map[string]bool{"Reloads": true}

const shortRun = 200 // worlds

// mustHaveHappened: a simulator in which some misfortune never happens proves nothing
// about it.
func mustHaveHappened(t *testing.T, s Stats, worlds int) {
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if v.Field(i).Int() == 0 && (worlds >= shortRun || !rare[v.Type().Field(i).Name]) {
			t.Errorf("in no world there were any %s", v.Type().Field(i).Name)
		}
	}
}

func add(sum *Stats, s Stats) {
	a, b := reflect.ValueOf(sum).Elem(), reflect.ValueOf(s)
	for i := range a.NumField() {
		a.Field(i).SetInt(a.Field(i).Int() + b.Field(i).Int())
	}
}

// Seeds that once found something.
func TestSeedsThatFailed(t *testing.T) {
	for seed, found := range map[uint64]string{
		8:    "a refusal silenced the refusal of what was sent again",
		10:   "a welcome of snapshot and tail, while pending edits stood on the tail",
		24:   "a clock set back stopped the repetition of an append",
		2143: "a batch sent twice was refused while its first copy was in flight",
	} {
		if r := Run(seed, false); r.Err != nil {
			t.Errorf("%s: %v", found, r.Err)
		}
	}
}
