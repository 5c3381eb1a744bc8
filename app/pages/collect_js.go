package pages

import _ "unsafe" // for go:linkname

// collect has the collector of garbage work from now on. web/loader.js starts the
// client without it, up to the amount of memory that it names: reading a large map
// makes little garbage, but marked all that was read again and again, a third of
// the time from the client's start to the first frame.
func collect() {
	setGCPercent(100)
	setMemoryLimit(1<<63 - 1)
}

// These are SetGCPercent and SetMemoryLimit of runtime/debug, whose imports would
// make the client 18 KB larger.

//go:linkname setGCPercent runtime/debug.setGCPercent
func setGCPercent(percent int32) int32

//go:linkname setMemoryLimit runtime/debug.setMemoryLimit
func setMemoryLimit(bytes int64) int64
