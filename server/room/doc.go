// Package room is the server's half of sync: one Room a map that is open.
//
// A Room is a pure state machine. Step takes an Input (someone joined, a frame came, time
// passed, the log answered) and returns an Output (append this, send that, wake me then).
// It knows documents, never journeys, and never looks at a clock, a socket or a disk, so
// server/sim can drive it through any accident twice in the same way.
//
// Host owns the goroutines: one for each open room, one for each append under way, one for
// each outbox while it has something to write. It loads a room when somebody joins, gives
// it to the first input, and lets it go when nobody has been there for a while.
//
// # Order
//
// Edits of all peers since the last tick are checked, merged and appended to the Log as one
// Entry. Only when the Log says that it is durable are its authors told and is it shown to
// others, in one frame that is encoded once. At most one entry of a room is under way. So
// nothing that anybody else has seen can be lost, and nothing that could still be lost is
// seen. Presence rides along and is never logged.
//
// An error from the Log means that nobody knows: the room takes no more edits, says so,
// serves readers from what is committed, and repeats the same bytes until they are in.
// Entries carry a running number, so a repetition is recognised when they are read back.
//
// # What will bite
//
//   - Outputs, and the slices in them, are valid until the next Step.
//   - Frames are shared by all outboxes: never write into one.
//   - The function of a ServerEdit runs on the room's goroutine, on a copy of the document.
//   - A Policy decides for RoleComment alone whether it may write at all.
package room
