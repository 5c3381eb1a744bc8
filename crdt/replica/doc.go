// Package replica is the client half of sync: it keeps one document, owes
// the server what was edited here, and takes in what the server says. It does
// no I/O and asks for no time; app/session moves the frames, the simulator in
// server/sim steps it without a network.
//
// A [Replica] holds two layers. What the server keeps (confirmed) is a base
// snapshot and a journal of what was merged since. What it does not keep yet
// (pending) are own batches in counter order; they leave only when they are
// acknowledged or refused (P13). The document shows both together.
//
// The journal has three uses: a refused edit is taken back by building the
// document anew without it; an outbox stores the journal's new bytes after
// each edit instead of the whole document; and [Restore] reads it back.
//
// Undo takes back own edits only, one step a group (P17): a step holds what
// crdt calls an Inverse, and an inverse acts only where the own value still
// stands.
//
// What will bite: the document pointer stays the same for the life of a
// replica but its content is exchanged when a snapshot arrives or an edit is
// refused; the returned Change then tells the difference. A replica belongs
// to one goroutine. Two replicas must never live on from the same saved
// bytes: their counters would clash.
package replica
