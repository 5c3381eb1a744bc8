// Package server is HTTP and WebSocket in front of rooms. It knows documents and links, never journeys: what it must know
// of those comes as functions in [Options], wired in cmd/tabi.
//
//   - [New] makes a [Server] of Options; [Server.Handler] answers requests, [Server.Shutdown] ends it gently.
//   - routes.go is the one page with all addresses.
//   - [Limits] names every bound that is kept here; those of documents, frames and rooms are crdt.Limits, wire and
//     room.Limits.
//   - [Metrics] is told by the rooms and the store what happens, and is read at /metrics.
//
// # Goroutines
//
// A connection costs one goroutine, which reads. Nobody waits to write: the room's outbox starts a goroutine while there
// is something to write. One goroutine for the whole server, the heartbeat, looks after silent connections. Shutdown waits
// for all of them.
//
// # What will bite
//
// A path contains a token. Nothing here may log a path, a URL or a request as a whole; logs name the route's pattern.
package server
