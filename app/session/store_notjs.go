//go:build !js

package session

// Browser keeps outboxes in the browser; outside of one there is nothing to
// keep them in.
func Browser() Store { return nil }
