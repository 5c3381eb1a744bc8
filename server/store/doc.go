// Package store keeps bytes in one bbolt file: an append-only log of entries for each map, a snapshot of each map, and
// small records for the access lists. It never looks inside what it keeps, and imports nothing of ours.
//
//   - [Store] is the open directory: Append, Load, Compact for the rooms, Apply, Get, Scan for records, Backup, Verify,
//     Shrink for whoever runs the server.
//   - [Change] is one record to write or delete; a slice of them is written in one commit or not at all.
//   - [MapInfo], [Problem], [Commit] are what the tools and the metrics read.
//
// # What is promised
//
// When Append returns nil, the entry is on disk (fsync) and every later Load returns it, or refuses. When Append returns
// an error the outcome is unknown: the entry may be there or not. The caller sends the same bytes again or reloads.
// The entries of one map are numbered 1, 2, 3 … in the order of their commits; the number is the position that Append
// returns.
//
// bbolt notices few flipped bits, so every value carries its own checksum (CRC-32C, bound to its key), every entry its
// map's name, its running number and the place of its predecessor. A reader walks that chain and refuses what does not
// fit ([ErrDamaged]); it never serves a log with a hole in it. A damaged newest snapshot is no loss while the previous
// one and the log behind it are whole: Load falls back to it and says so in the log.
//
// # Layout of the file
//
//	meta   "format"             -> number of this layout; a file with a higher one is refused, untouched
//	       "checkpoint"         -> sequence up to which the bucket heads is complete
//	log    sequence (8 bytes)   -> entry; one bucket for all maps, so that a commit touches its rightmost page only
//	heads  map                  -> number and sequence of its newest entry, as of the checkpoint
//	steps  map 00 number        -> sequence of every 64th entry of a map, to enter its chain in the middle
//	snaps  map 00 upto          -> snapshot; the newest two of each map are kept
//	pruned map                  -> number up to which entries were dropped on purpose (retention)
//	rec    bucket 00 key        -> record
//
// The heads of maps written since the checkpoint are in memory and found again at Open by reading the end of the log.
//
// # Goroutines
//
// One goroutine, started by Open and ended by Close, is the only writer. Whatever queued while the last fsync ran is the
// next batch (group commit); nobody waits for a timer. Readers use short read transactions of their own.
package store
