// Package crdt keeps documents that any number of replicas edit at once and that end up equal, byte for byte,
// however the edits travel: in any order that respects what they build on, twice, or summed up in deltas.
//
// A Document holds objects. An object has an identity, a kind, and fields: registers (opaque bytes, the last
// writer's value stands) and texts (which several people may type in at once). It exists until it is deleted;
// a deletion wins over whatever others write meanwhile, and can be undone. What kinds and fields mean is the
// caller's business.
//
//	d := crdt.New()
//	e := d.Edit(1)                  // replica 1 has an intent
//	note := e.Create(kindNote)
//	e.Set(note, fieldPlace, place)
//	e.Insert(note, fieldText, 0, "駅に着く")
//	done := e.Commit()              // done.Update for the others, done.Change for the screen, done.Inverse for undo
//	change, err := other.Merge(done.Update)
//
// An update is a batch (one intent of one replica) or a delta (everything newer than a Version). Merge takes all
// of it or nothing, skips what is known and refuses what has a hole before it. Snapshot and Load keep a whole
// document. A server asks Check before it takes a batch in.
//
// Text positions are UTF-16 units, as browsers count; code points are never split.
//
// The package does no I/O, starts no goroutine, and asks nobody for time or randomness. A Document is not safe
// for concurrent use. How it works, what each operation costs, and the rules that the tests cite (C1 to C…) are in
// docs/crdt.md.
package crdt
