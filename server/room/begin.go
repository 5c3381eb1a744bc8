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
// A document that has forgotten deletions cannot be told as an edit, so it stands
// as a checkpoint behind an entry that says nothing.
func (h *Host) Begin(ctx context.Context, mapID string, doc *crdt.Document, now time.Time) error {
	entry := Entry{Number: 1, When: now}
	upto, err := h.o.Log.Append(ctx, mapID, entry.Append(nil))
	if err != nil {
		return fmt.Errorf("room: begin %s: %w", mapID, err)
	}
	first := Checkpoint{Number: entry.Number, When: now, Next: ServerReplica + 1, Document: doc.Snapshot()}
	if err := h.o.Log.Compact(ctx, mapID, upto, first.Append(nil)); err != nil {
		return fmt.Errorf("room: begin %s: %w", mapID, err)
	}
	return nil
}
