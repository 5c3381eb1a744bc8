package store_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tabi-map/tabi/server/store"
)

// BenchmarkAppend is durable appends of 100 bytes with fsync, to 200 maps, with so many writers that each wait for their
// own append. TABI_BENCH_DIR says on which disk; the default is the working directory, since /tmp may be memory.
//
//	go test ./server/store -run '^$' -bench Append -benchtime 3s
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			parent := os.Getenv("TABI_BENCH_DIR")
			if parent == "" {
				parent = "."
			}
			d, err := os.MkdirTemp(parent, "bench-*.tmp")
			if err != nil {
				b.Fatal(err)
			}
			defer os.RemoveAll(d)
			var commits atomic.Int64
			s := open(b, d, store.Options{OnCommit: func(store.Commit) { commits.Add(1) }})
			data := make([]byte, 100)
			latencies := make([][]time.Duration, writers)
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var wg sync.WaitGroup
			for w := range writers {
				wg.Add(1)
				go func() { // ends when b.N appends are done
					defer wg.Done()
					mapID := fmt.Sprint("map", w%200)
					for left.Add(-1) >= 0 {
						start := time.Now()
						if _, err := s.Append(b.Context(), mapID, data); err != nil {
							b.Error(err)
							return
						}
						latencies[w] = append(latencies[w], time.Since(start))
					}
				}()
			}
			wg.Wait()
			b.StopTimer()
			all := slices.Concat(latencies...)
			slices.Sort(all)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(b.N)/float64(max(1, commits.Load())), "appends/commit")
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkLoad is a map of 50,000 entries among others, without a snapshot.
func BenchmarkLoad(b *testing.B) {
	s := open(b, dir(b), store.Options{NoSyncLosesData: true})
	var wg sync.WaitGroup
	for w := range 100 {
		wg.Add(1)
		go func() { // ends after its appends
			defer wg.Done()
			for range 1000 {
				if _, err := s.Append(b.Context(), fmt.Sprint("map", w%2), make([]byte, 100)); err != nil {
					b.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	b.ResetTimer()
	for range b.N {
		if n, err := count(b, s, "map1"); err != nil || n != 50_000 {
			b.Fatal(n, err)
		}
	}
}
