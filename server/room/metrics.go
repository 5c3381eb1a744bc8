package room

import "time"

// Metrics is told what happens in all rooms of a host, from many goroutines. It must not
// block. NoMetrics ignores everything.
type Metrics interface {
	// Rooms and Peers tell how many more (or fewer) are open now.
	Rooms(delta int)
	Peers(delta int)
	// Loaded: a room was made of its log.
	Loaded(took time.Duration, err error)
	// Appended: the log answered. An error means unknown.
	Appended(took time.Duration, bytes int, err error)
	// Flushed: the frame of a tick reached the sockets (all but those that are behind).
	Flushed(took time.Duration)
	// Happened is every Event of every room.
	Happened(Event)
}

// NoMetrics is the Metrics of those who want none.
type NoMetrics struct{}

func (NoMetrics) Rooms(int)                          {}
func (NoMetrics) Peers(int)                          {}
func (NoMetrics) Loaded(time.Duration, error)        {}
func (NoMetrics) Appended(time.Duration, int, error) {}
func (NoMetrics) Flushed(time.Duration)              {}
func (NoMetrics) Happened(Event)                     {}
