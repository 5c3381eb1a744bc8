package board

import "github.com/tabi-map/tabi/app/session"

// unsentAfter is for how long an edit must have been on its way before its note
// says so: when all is well nobody is to see it.
const unsentAfter = 1500 // milliseconds

// watchUnsent marks the notes that hold what the server has not acknowledged.
func (b *Board) watchUnsent(was, now session.Status) {
	switch {
	case now.Pending == 0:
		if len(b.unsent) > 0 {
			b.unsent = nil
			b.host.request()
		}
	case was.Pending == 0:
		b.host.after(unsentAfter, b.markUnsent)
	}
}

func (b *Board) markUnsent() {
	if b.status.Pending == 0 {
		return
	}
	b.unsent = b.session.Unacknowledged()
	b.host.request()
	b.host.after(unsentAfter, b.markUnsent)
}
