package room

import (
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// forgetting is what a room needs to know when deleted objects may be forgotten: the version
// that the map had at some time. It goes from checkpoint to checkpoint.
type forgetting struct {
	mark   crdt.Version
	marked time.Time // zero: there is no mark yet
}

// forget drops what was deleted by the time of the mark, when that is ForgetAfter ago, and
// marks the version of now; so a deletion is kept for ForgetAfter at least, and not much more
// than twice that in a map that is written to. It is asked before a checkpoint, while the
// document is what the log holds (P51).
//
// A mark that is so old is stable: who is connected was sent everything in it, and whoever
// was away for less than ForgetAfter had been sent it before. Should it not be so, because a
// clock was wrong or a peer has not read for so long, nothing is lost either: the version
// that a peer brings tells whether it knows what was forgotten, and a batch that refers to
// what was forgotten is refused. Both then start from the snapshot (P35).
//
// The log does not say what was forgotten when; the checkpoint's document does. Who replays
// the whole log forgets what that has forgotten and has the same bytes.
func (r *Room) forget() {
	f := &r.forgetting
	if r.limits.ForgetAfter < 0 {
		return
	}
	if !f.marked.IsZero() && !r.now.Before(f.marked) {
		if r.now.Sub(f.marked) < r.limits.ForgetAfter {
			return
		}
		if n := r.doc.Forget(f.mark); n > 0 {
			r.rebase()
			r.event(Event{Kind: EventForgot, N: n})
		}
	}
	f.mark, f.marked = r.doc.Version(), r.now
}
