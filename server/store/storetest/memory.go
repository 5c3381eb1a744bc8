package storetest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tabi-map/tabi/server/store"
)

// Memory keeps what a [store.Store] keeps, without a disk. The zero value is ready.
type Memory struct {
	mu      sync.Mutex // guards the following
	maps    map[string]*memoryMap
	records map[[2]string][]byte
	failure func(op string) error
}

type memoryMap struct {
	entries  []store.Entry
	upto     uint64
	snapshot []byte
}

// Fail installs f, which is asked before each "append", "load", "compact", "apply", "get" or "scan"; the error that it
// returns is the call's, and nothing is done. nil ends it.
func (m *Memory) Fail(f func(op string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failure = f
}

// ask must be called with mu held.
func (m *Memory) ask(ctx context.Context, op string) error {
	if m.failure != nil {
		if err := m.failure(op); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (m *Memory) of(mapID string) *memoryMap {
	if of := m.maps[mapID]; of != nil {
		return of
	}
	return &memoryMap{}
}

func named(names ...string) error {
	for _, n := range names {
		if n == "" || len(n) > store.NameBytesMax || strings.ContainsRune(n, 0) {
			return store.ErrName
		}
	}
	return nil
}

// Append is [store.Store.Append].
func (m *Memory) Append(ctx context.Context, mapID string, data []byte) (uint64, error) {
	if err := named(mapID); err != nil {
		return 0, err
	}
	if len(data) > store.EntryBytesMax {
		return 0, store.ErrTooLarge
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "append"); err != nil {
		return 0, err
	}
	of := m.of(mapID)
	if m.maps == nil {
		m.maps = map[string]*memoryMap{}
	}
	m.maps[mapID] = of
	number := uint64(len(of.entries)) + 1
	of.entries = append(of.entries, store.Entry{Number: number, Time: time.Now(), Data: bytes.Clone(data)})
	return number, nil
}

// Load is [store.Store.Load].
func (m *Memory) Load(ctx context.Context, mapID string, snapshot func(uint64, []byte) error, each func(uint64, []byte) error) error {
	if err := named(mapID); err != nil {
		return err
	}
	m.mu.Lock()
	err := m.ask(ctx, "load")
	of := *m.of(mapID)
	m.mu.Unlock()
	if err != nil {
		return err
	}
	if of.upto > 0 {
		if err := snapshot(of.upto, bytes.Clone(of.snapshot)); err != nil {
			return err
		}
	}
	for _, e := range of.entries[of.upto:] {
		if err := each(e.Number, bytes.Clone(e.Data)); err != nil {
			return err
		}
	}
	return nil
}

// History is [store.Store.History].
func (m *Memory) History(ctx context.Context, mapID string, from, to uint64, each func(store.Entry) error) error {
	if err := named(mapID); err != nil {
		return err
	}
	m.mu.Lock()
	err := m.ask(ctx, "load")
	entries := slices.Clone(m.of(mapID).entries)
	m.mu.Unlock()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Number < from || to > 0 && e.Number > to {
			continue
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// Compact is [store.Store.Compact]; it keeps the log.
func (m *Memory) Compact(ctx context.Context, mapID string, upto uint64, snapshot []byte) error {
	if err := named(mapID); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "compact"); err != nil {
		return err
	}
	of := m.of(mapID)
	if upto > uint64(len(of.entries)) {
		return fmt.Errorf("%w: map %s", store.ErrAhead, mapID)
	}
	if upto > of.upto {
		of.upto, of.snapshot = upto, bytes.Clone(snapshot)
	}
	return nil
}

// Apply is [store.Store.Apply].
func (m *Memory) Apply(ctx context.Context, changes ...store.Change) error {
	for _, c := range changes {
		if err := named(c.Bucket, c.Key); err != nil {
			return err
		}
		if len(c.Value) > store.RecordBytesMax {
			return store.ErrTooLarge
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "apply"); err != nil {
		return err
	}
	if m.records == nil {
		m.records = map[[2]string][]byte{}
	}
	for _, c := range changes {
		if c.Value == nil {
			delete(m.records, [2]string{c.Bucket, c.Key})
			continue
		}
		m.records[[2]string{c.Bucket, c.Key}] = append([]byte{}, c.Value...)
	}
	return nil
}

// Put is [store.Store.Put].
func (m *Memory) Put(ctx context.Context, bucket, key string, value []byte) error {
	return m.Apply(ctx, store.Change{Bucket: bucket, Key: key, Value: append([]byte{}, value...)})
}

// Delete is [store.Store.Delete].
func (m *Memory) Delete(ctx context.Context, bucket, key string) error {
	return m.Apply(ctx, store.Change{Bucket: bucket, Key: key})
}

// Get is [store.Store.Get].
func (m *Memory) Get(ctx context.Context, bucket, key string) ([]byte, error) {
	if err := named(bucket, key); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(ctx, "get"); err != nil {
		return nil, err
	}
	return bytes.Clone(m.records[[2]string{bucket, key}]), nil
}

// Scan is [store.Store.Scan].
func (m *Memory) Scan(ctx context.Context, bucket, prefix string, each func(string, []byte) error) error {
	if err := named(bucket); err != nil {
		return err
	}
	m.mu.Lock()
	err := m.ask(ctx, "scan")
	var keys []string
	values := map[string][]byte{}
	for k, v := range m.records {
		if k[0] == bucket && strings.HasPrefix(k[1], prefix) {
			keys = append(keys, k[1])
			values[k[1]] = bytes.Clone(v)
		}
	}
	m.mu.Unlock()
	if err != nil {
		return err
	}
	slices.Sort(keys)
	for _, k := range keys {
		if err := each(k, values[k]); err != nil {
			return err
		}
	}
	return nil
}
