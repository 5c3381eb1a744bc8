package room

import (
	"context"
	"fmt"
	"time"
)

// renewGap is more replica numbers than a map gives out between a backup and the day when it is needed.
const renewGap = 1 << 20

// Renew writes down that a map comes from an older copy of its log (P35). Since then numbers were given out, and counters
// used, that this log knows nothing of, and people hold edits under them: so all sessions end, and the next number is one
// that nobody can have. Whoever comes back is given a new number, and makes anew what the copy lacks of its own.
func Renew(ctx context.Context, log Log, mapID string, now time.Time) error {
	s, err := read(ctx, log, mapID)
	if err != nil || s.number == 0 {
		return err
	}
	last := Session{Replica: s.next + renewGap - 1, Seen: now} // its hash is of no secret
	e := Entry{Number: s.number + 1, When: now, Sessions: []Session{last}}
	pos, err := log.Append(ctx, mapID, e.Append(nil))
	if err != nil {
		return fmt.Errorf("room: renew %s: %w", mapID, err)
	}
	c := Checkpoint{
		Number: e.Number, When: now, Next: last.Replica + 1, Document: s.doc.Snapshot(),
		Marked: s.checkpoint.Marked, Mark: s.checkpoint.Mark,
	}
	if err := log.Compact(ctx, mapID, pos, c.Append(nil)); err != nil {
		return fmt.Errorf("room: renew %s: %w", mapID, err)
	}
	return nil
}
