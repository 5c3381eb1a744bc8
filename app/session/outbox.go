package session

import (
	"context"
	"slices"
	"sync"
)

// Store keeps the outboxes of this browser. Every outbox that it hands out is
// locked for the caller until Release or Discard, or until the tab is gone.
type Store interface {
	// Orphans returns the outboxes of a map that no living session holds.
	Orphans(ctx context.Context, key string) ([]Outbox, error)
	// New makes an empty one.
	New(ctx context.Context, key string) (Outbox, error)
}

// Outbox keeps the bytes of one replica.
type Outbox interface {
	// Load returns what was put, in order, as one.
	Load(ctx context.Context) ([]byte, error)
	// Put puts b behind what is there or, when whole, in its place. It keeps
	// order, does not wait, and does not keep b from being read meanwhile;
	// done tells the outcome from whatever goroutine.
	Put(b []byte, whole bool, done func(error))
	// Discard removes the outbox and unlocks it.
	Discard()
	// Release unlocks it and leaves it for others to adopt.
	Release()
}

// Memory is a Store in a variable, for tests and for one process. The zero
// value is empty.
type Memory struct {
	mu    sync.Mutex // guards the following
	boxes []*memoryOutbox
}

type memoryOutbox struct {
	store *Memory
	key   string
	bytes []byte
	held  bool
}

func (m *Memory) Orphans(_ context.Context, key string) ([]Outbox, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Outbox
	for _, b := range m.boxes {
		if b.key == key && !b.held {
			b.held = true
			list = append(list, b)
		}
	}
	return list, nil
}

func (m *Memory) New(_ context.Context, key string) (Outbox, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := &memoryOutbox{store: m, key: key, held: true}
	m.boxes = append(m.boxes, b)
	return b, nil
}

// crash lets an outbox go as the end of its process does: what the dead
// session still puts leads nowhere.
func (m *Memory) crash(box Outbox) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, b := range m.boxes {
		if Outbox(b) == box {
			m.boxes[i] = &memoryOutbox{store: m, key: b.key, bytes: slices.Clone(b.bytes)}
		}
	}
}

// Count is how many outboxes there are.
func (m *Memory) Count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.boxes)
}

func (b *memoryOutbox) Load(context.Context) ([]byte, error) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	return slices.Clone(b.bytes), nil
}

func (b *memoryOutbox) Put(bytes []byte, whole bool, done func(error)) {
	b.store.mu.Lock()
	if whole {
		b.bytes = b.bytes[:0]
	}
	b.bytes = append(b.bytes, bytes...)
	b.store.mu.Unlock()
	done(nil)
}

func (b *memoryOutbox) Discard() {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	b.store.boxes = slices.DeleteFunc(b.store.boxes, func(o *memoryOutbox) bool { return o == b })
}

func (b *memoryOutbox) Release() {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	b.held = false
}
