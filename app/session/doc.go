// Package session keeps one map in step with its server: it dials, says
// Hello, moves frames, backs off with jitter, resumes, and keeps an outbox of
// what the server does not have yet, so that an edit made offline survives a
// reload and a closed tab.
//
// A [Session] owns a replica. [Store] is where outboxes are kept; [Browser]
// keeps them in IndexedDB, [Memory] in a variable. [PresenceState] is what
// people show each other besides edits.
//
// # Goroutines
//
// The replica, and with it every method of Session and every callback,
// belongs to one goroutine, called the UI goroutine: the one on which
// Options.Dispatch runs what it is given. What arrives is queued and handed
// over in one Dispatch, so a Dispatch that waits for the next animation frame
// makes forty people one wake-up a frame. Behind it, one goroutine dials (the
// first time another one, while the outbox is being opened) and
// reads; while a connection stands a second one writes and a third one
// watches for silence. Close ends them all; Done tells when they have ended.
//
// # The first map
//
// What is shown first is the newest of what there is: what this browser kept, or
// else the snapshot that the page has fetched while the client came
// (Options.Snapshot). Hello says which, and the server tells what came since.
//
// # What will bite
//
//   - An outbox belongs to one session at a time: two replicas that live on
//     from the same bytes would use the same counters twice. Stores lock.
//   - Document keeps its address for the life of a session, its content may be
//     exchanged; OnChange then reports the whole difference.
//   - A hidden tab gets no animation frames: Dispatch must fall back on a
//     timer there, or acknowledgements wait until the tab is shown.
package session
