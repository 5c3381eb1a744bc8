package session

import (
	"errors"
	"testing"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

// A page that cannot read what a newer server writes says that it must be reloaded, instead of being offline for ever.
func TestLaterFormat_P4(t *testing.T) {
	later := crdt.New().Snapshot()
	later[0]++
	s := &Session{replica: replica.New(crdt.New(), 0)}
	err := s.welcomed(nil, wire.Welcome{Version: 1, Snapshot: later, Resume: wire.Resume{Replica: 2}})
	if r := (*refusal)(nil); !errors.As(err, &r) || r.code != wire.CodeVersion || r.code.Retry() {
		t.Errorf("%v", err)
	}
}
