package crdt

// ChangedSince says which objects anyone wrote to since a version and what of them, deleted ones too for as long as
// they are not forgotten; in the order of deltas. It costs what was written since.
func (d *Document) ChangedSince(since Version) []ObjectChange {
	var out []ObjectChange
	for _, o := range d.touched(since) {
		c := ObjectChange{ID: o.id, Kind: o.kind, Created: !since.has(o.id)}
		if !since.has(o.exist) {
			c.Deleted, c.Restored = o.dead, !o.dead
		}
		for i := range o.regs {
			if r := &o.regs[i]; !since.has(r.stamp()) {
				c.Fields |= 1 << r.field
			}
		}
		for _, t := range o.texts {
			if t.writtenSince(since) {
				c.Fields |= 1 << t.field
			}
		}
		out = append(out, c)
	}
	return out
}

func (t *text) writtenSince(since Version) bool {
	for _, b := range t.blocks {
		for i := range b.spans {
			if s := &b.spans[i]; !since.has(s.last()) || !since.has(s.vis) || !since.has(s.visAt(s.n-1)) {
				return true
			}
		}
	}
	return false
}
