package room

import (
	"context"
	"fmt"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// Begin gives a map that nobody has opened yet its first state: another map's
// document with all its identities, so that the two can be held against one
// another. It returns when that is durable.
//
// A document that has forgotten deletions cannot be told as an edit, so that the
// map's first entry holds it whole: the log stays the map's whole history.
func (h *Host) Begin(ctx context.Context, mapID string, doc *crdt.Document, now time.Time) error {
	first := Entry{Number: 1, When: now, Begin: doc.Snapshot()}
	if _, err := h.o.Log.Append(ctx, mapID, first.Append(nil)); err != nil {
		return fmt.Errorf("room: begin %s: %w", mapID, err)
	}
	return nil
}
