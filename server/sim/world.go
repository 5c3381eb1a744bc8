package sim

import (
	"container/heap"
	"crypto/sha256"
	"fmt"
	"hash"
	"math/rand/v2"
	"time"
)

// world is the clock, the dice and the list of what is to happen.
type world struct {
	seed   uint64
	rng    *rand.Rand
	now    time.Time
	agenda agenda
	seq    uint64
	trace  hash.Hash
	lines  []string
	keep   bool
	stats  Stats
	err    error

	disk    *disk
	server  *server
	clients []*client
	healed  bool
}

// Stats says what a run lived through, so that a run that did nothing is noticed.
type Stats struct {
	Edits, Undos, Commits, Frames                                                int
	Connects, Resumed, Snapshots, Cuts, HalfOpen, Slow, Dups, Offline            int
	Crashes, LostAppends, KeptUnanswered, Restarts, Unloads, Loads               int
	DiskFailures, DiskTimeouts, Repeated, Checkpoints, Checkpointfails           int
	Refused, Retried, Forged, ServerEdits, Views, PresenceLost                   int
	TooSlow, Reloads, Restores, TornOutboxes, OldVersion, NewVersion, ClockJumps int
	Forgotten, Late                                                              int
}

func newWorld(seed uint64, keep bool) *world {
	return &world{
		seed: seed, rng: rand.New(rand.NewPCG(seed, 0x7ab1)),
		now: time.Unix(1_800_000_000, 0).UTC(), trace: sha256.New(), keep: keep,
	}
}

// event is something that happens at a time; those of one time happen in the order in which
// they were arranged.
type event struct {
	at  time.Time
	seq uint64
	do  func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].seq < a[j].seq
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	e := old[len(old)-1]
	old[len(old)-1] = event{}
	*a = old[:len(old)-1]
	return e
}

func (w *world) at(t time.Time, do func()) {
	if t.Before(w.now) {
		t = w.now
	}
	w.seq++
	heap.Push(&w.agenda, event{t, w.seq, do})
}

func (w *world) after(d time.Duration, do func()) { w.at(w.now.Add(d), do) }

// run lets things happen until the given time or until nothing is left.
func (w *world) run(until time.Time) {
	for len(w.agenda) > 0 && w.err == nil && !w.agenda[0].at.After(until) {
		e := heap.Pop(&w.agenda).(event)
		w.now = e.at
		e.do()
	}
	if w.now.Before(until) {
		w.now = until
	}
}

// say puts a line into the trace.
func (w *world) say(format string, args ...any) {
	line := fmt.Sprintf("%9.3f %s", float64(w.now.UnixMicro()-1_800_000_000_000_000)/1e6, fmt.Sprintf(format, args...))
	fmt.Fprintln(w.trace, line)
	if w.keep {
		w.lines = append(w.lines, line)
	}
}

// fail ends the run with what went wrong first.
func (w *world) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("seed %d at %.3fs: %s", w.seed, float64(w.now.UnixMicro()-1_800_000_000_000_000)/1e6, fmt.Sprintf(format, args...))
		w.say("FAIL %v", w.err)
	}
}

func (w *world) chance(percent float64) bool { return w.rng.Float64()*100 < percent }

// between draws a duration.
func (w *world) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(w.rng.Int64N(int64(hi-lo)+1))
}
