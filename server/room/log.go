package room

import (
	"context"
	"slices"
	"sync"
	"syscall"
)

// A Log keeps the committed entries of every map and the newest snapshot of each.
// The room never looks into the store and the store never looks into an entry: data is the
// room's own format (record.go) with its own checksum and running number, because a store
// may return damaged or missing entries without noticing.
//
// All methods may be called from many goroutines. A Log does not keep data after a call
// returns unless it copies it, and the slices it hands to callbacks are valid only during
// the callback.
type Log interface {
	// Append returns when data is durable, with its position: strictly increasing in commit
	// order within one map, not dense, never 0. An error means UNKNOWN: the entry may be
	// there or not, now or after a restart. The caller repeats the same bytes until it is
	// told that they are in; a reader drops the repetition by its running number.
	Append(ctx context.Context, mapID string, data []byte) (pos uint64, err error)

	// Load calls snapshot at most once, with the newest snapshot, and then entry for every
	// entry after the snapshot's upto, in order. A map nobody wrote to has neither. An error
	// from a callback ends the load and is returned.
	Load(ctx context.Context, mapID string, snapshot func(upto uint64, data []byte) error, entry func(pos uint64, data []byte) error) error

	// Compact stores a snapshot that holds everything up to and including upto. Whether
	// the entries it covers are kept as history is the store's setting. A stale one
	// (upto not beyond the stored snapshot's) is a no-op.
	Compact(ctx context.Context, mapID string, upto uint64, snapshot []byte) error
}

// Memory is a Log that forgets everything with the process: for tests, and for a server
// that is only tried out. The zero value is ready. Fail makes it behave like a failing disk.
type Memory struct {
	mu   sync.Mutex // guards the following
	maps map[string]*memoryMap
	pos  uint64
	fail func(op string) error
}

type memoryMap struct {
	upto     uint64
	snapshot []byte
	entries  []memoryEntry
}

type memoryEntry struct {
	pos  uint64
	data []byte
}

var _ Log = (*Memory)(nil)

// ErrDiskFull is what a Memory told to be full answers.
var ErrDiskFull error = syscall.ENOSPC

// Fail installs f, which is asked before each "append", "load" or "compact"; an error it
// returns is the call's answer and nothing is done. nil ends it.
func (m *Memory) Fail(f func(op string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = f
}

func (m *Memory) ask(ctx context.Context, op string) error {
	if m.fail != nil {
		if err := m.fail(op); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (m *Memory) of(mapID string) *memoryMap {
	if m.maps == nil {
		m.maps = make(map[string]*memoryMap)
	}
	of := m.maps[mapID]
	if of == nil {
		of = &memoryMap{}
		m.maps[mapID] = of
	}
	return of
}

func (m *Memory) Append(ctx context.Context, mapID string, data []byte) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "append"); err != nil {
		return 0, err
	}
	m.pos++
	of := m.of(mapID)
	of.entries = append(of.entries, memoryEntry{m.pos, slices.Clone(data)})
	return m.pos, nil
}

func (m *Memory) Load(ctx context.Context, mapID string, snapshot func(upto uint64, data []byte) error, entry func(pos uint64, data []byte) error) error {
	m.mu.Lock()
	if err := m.ask(ctx, "load"); err != nil {
		m.mu.Unlock()
		return err
	}
	of := *m.of(mapID)
	of.entries = slices.Clone(of.entries)
	m.mu.Unlock()

	if of.snapshot != nil {
		if err := snapshot(of.upto, of.snapshot); err != nil {
			return err
		}
	}
	for _, e := range of.entries {
		if e.pos <= of.upto {
			continue // kept as history
		}
		if err := entry(e.pos, e.data); err != nil {
			return err
		}
	}
	return nil
}

func (m *Memory) Compact(ctx context.Context, mapID string, upto uint64, snapshot []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "compact"); err != nil {
		return err
	}
	if of := m.of(mapID); upto > of.upto {
		of.upto, of.snapshot = upto, slices.Clone(snapshot)
	}
	return nil
}

// Entries returns a copy of every entry of a map, history included.
func (m *Memory) Entries(mapID string) [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out [][]byte
	for _, e := range m.of(mapID).entries {
		out = append(out, slices.Clone(e.data))
	}
	return out
}
