package crdt

// Forget drops deleted objects whose deletion is stable: known, by the version given, to every replica that may still
// write. A deleted object must be kept while someone could write to it without knowing of its deletion, or ask for
// a delta from before it; after that it is only weight. Forget says how many it dropped.
//
// The one who keeps the log decides, at a snapshot: stable is the least that all replicas with pending edits have
// acknowledged and that its retention has passed. From then on
//
//   - an edit that refers to a forgotten object, such as an undo of its deletion, is refused with ErrUnknown;
//   - a replica whose version does not cover what was forgotten is Stale: it must start from a snapshot and write its
//     pending edits anew. A delta for it would lack deletions, so Merge refuses one with ErrHole.
//
// The cut (Forgotten) covers the deletions that were dropped and no more, so that a replica that knows those goes on
// by deltas however long it was away. Documents that know the same and forgot the same are equal, whatever they did
// first: a log that is replayed from its beginning, and then told to Forget what the snapshot has Forgotten, gives the
// snapshot's bytes.
func (d *Document) Forget(stable Version) int {
	if d.edit.open {
		panic("crdt: forget while an edit is open")
	}
	keep := make([]*object, 0, len(d.objs))
	cut := d.cut.Clone()
	for _, o := range d.objs {
		if o.dead && (stable.has(o.exist) || d.cut.has(o.exist)) {
			cut[o.exist.Replica] = max(cut[o.exist.Replica], o.exist.Counter)
			continue
		}
		keep = append(keep, o)
	}
	dropped := len(d.objs) - len(keep)
	if dropped == 0 {
		return 0
	}
	d.cut = cut
	d.objs, d.marks, d.table, d.kinds = make([]*object, 0, len(keep)), nil, table{}, [256]*kindList{}
	for _, o := range keep {
		d.add(o)
	}
	for _, p := range d.peers { // it holds places in objs; the next delta makes it anew
		p.log, p.swept = nil, 0
	}
	d.indexed = false
	return dropped
}

// Stale reports whether a replica of this version is too old for a delta, since deletions that it lacks are
// forgotten here. It must start from a snapshot.
func (d *Document) Stale(v Version) bool { return !v.Covers(d.cut) }

// Forgotten says up to where deletions may have been forgotten: every forgotten one is covered, and every deletion
// that is covered is forgotten. The result is a copy.
func (d *Document) Forgotten() Version { return d.cut.Clone() }
