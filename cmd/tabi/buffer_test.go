package main_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// syncBuffer collects what a process prints, and wakes who waits for a part of it.
type syncBuffer struct {
	mu      sync.Mutex // guards the following
	text    bytes.Buffer
	written *sync.Cond
	late    bool
}

func newSyncBuffer() *syncBuffer {
	b := &syncBuffer{}
	b.written = sync.NewCond(&b.mu)
	return b
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.written.Broadcast()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// wait returns the text once it contains part.
func (b *syncBuffer) wait(t *testing.T, part string, more func() string) string {
	t.Helper()
	timer := time.AfterFunc(patience, func() {
		b.mu.Lock()
		b.late = true
		b.mu.Unlock()
		b.written.Broadcast()
	})
	defer timer.Stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	for !strings.Contains(b.text.String(), part) {
		if b.late {
			t.Fatalf("no %q in %q\n%s", part, b.text.String(), more())
		}
		b.written.Wait()
	}
	return b.text.String()
}
