package crdt

// Become gives d the content of other under d's own address: a replica
// exchanges its document like this when it starts from a snapshot, so that
// whoever reads the document need not be told of a new one. What d remembers
// for undo stays remembered. other must not be used any more.
func (d *Document) Become(other *Document) {
	other.InheritUndo(d)
	*d = *other
	d.edit.d = d
}

// Stood remembers for undo what Invert(undone) had remembered, where done is
// the inverse that its commit returned: after a reload the batch of an undo
// comes back by Merge, and the steps deeper in the stack must still find what
// they stand on.
func (d *Document) Stood(undone, done Inverse) {
	for _, s := range done.stands {
		d.standFor(s.stamp, s.origin)
	}
}

// SkipTo keeps counters up to and including counter from being used by later
// edits: they belong to edits that were taken back, of which something may
// still be said.
func (d *Document) SkipTo(counter uint64) {
	if counter < counterMax-textBytesMax {
		d.now = max(d.now, counter)
	}
}
