package session

import "time"

// backoff is how long to wait before dialling again: full jitter, so that a
// room of forty does not come back as one (P22). chance yields [0,1).
type backoff struct {
	tries  int
	chance func() float64
}

const (
	backoffFirst = 400 * time.Millisecond
	backoffMost  = 20 * time.Second
)

// next waits at least as long as the server asked for, and spreads beyond it.
func (b *backoff) next(atLeast time.Duration) time.Duration {
	most := backoffMost
	if b.tries < 6 {
		most = min(most, backoffFirst<<b.tries)
	}
	b.tries++
	if atLeast > 0 {
		most = max(most, atLeast/2)
	}
	return atLeast + time.Duration(b.chance()*float64(most))
}

func (b *backoff) reset() { b.tries = 0 }
