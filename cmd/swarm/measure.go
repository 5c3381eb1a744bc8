package main

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// histogram counts durations in buckets of about 3 % width, from 1 µs to an hour. Counting
// costs a few nanoseconds: a run of 400 clients makes three million a second.
type histogram struct {
	counts [64 * 32]uint64
	total  uint64
}

func bucketOf(us uint64) int {
	if us < 32 {
		return int(us)
	}
	exp := bits.Len64(us) - 6
	return (exp+1)*32 + int(us>>exp) - 32
}

func bucketTop(b int) float64 {
	if b < 32 {
		return float64(b)
	}
	exp := b/32 - 1
	return float64(uint64(b%32+32+1)<<exp) - 1
}

func (h *histogram) add(d time.Duration, times uint64) {
	h.counts[bucketOf(uint64(max(0, d.Microseconds())))] += times
	h.total += times
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
}

// quantile is in milliseconds; 0 when nothing was counted.
func (h *histogram) quantile(q float64) float64 {
	if h.total == 0 {
		return 0
	}
	want := uint64(math.Ceil(q * float64(h.total)))
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen >= want {
			return round(bucketTop(i) / 1000)
		}
	}
	return 0
}

func round(v float64) float64 { return math.Round(v*1000) / 1000 }

// usage is what a process has used so far.
type usage struct {
	cpu  time.Duration
	rss  int64 // bytes, now
	anon int64 // of these, not pages of the binary and the data file, which the kernel may take back
	peak int64 // bytes, since the process began
}

// usageOf reads /proc; a pid of 0 has used nothing.
func usageOf(pid int) (usage, error) {
	var u usage
	if pid == 0 {
		return u, nil
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// The name in parentheses may hold spaces; what follows it does not.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Go runs on
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return u, err
		}
		u.cpu += time.Duration(n) * time.Second / ticksPerSecond
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u, err
	}
	for _, line := range strings.Split(string(status), "\n") {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			u.rss = kb << 10
		}
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			u.anon = kb << 10
		}
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
			u.peak = kb << 10
		}
	}
	return u, nil
}

// sendTimes remembers when each batch was written, so that whoever sees it first can tell
// how long it took. Frames are the same bytes for all peers of a room: the first receiver
// reads a frame, the others look it up.
type sendTimes struct {
	mu   sync.Mutex // guards the following
	sent map[batchKey]time.Duration
}

type batchKey struct {
	replica uint32
	counter uint64
}

func (s *sendTimes) put(k batchKey, at time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[k] = at
}

func (s *sendTimes) get(k batchKey) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.sent[k]
	return at, ok
}
