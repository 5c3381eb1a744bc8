package crdt

import "slices"

// touch notes that a replica wrote to an object. A peer's log of touches is in counter order, so what is newer
// than a version is its tail: a delta costs what it carries, not what the document holds. Only the last touch of
// an object matters; the log is swept of the others whenever it has doubled.
type touch struct {
	counter uint64
	object  uint32
}

const touchesMin = 1024

func (d *Document) touch(p *peer, o *object, counter uint64) {
	if d.indexed {
		d.note(p, o, counter)
	}
}

func (d *Document) note(p *peer, o *object, counter uint64) {
	if n := len(p.log); n > 0 && p.log[n-1].object == o.index {
		p.log[n-1].counter = max(p.log[n-1].counter, counter)
		return
	}
	p.log = append(p.log, touch{counter, o.index})
	if len(p.log) >= 2*p.swept+touchesMin {
		d.sweep(p)
	}
}

func (d *Document) sweep(p *peer) {
	d.epoch++
	w := len(p.log)
	for i := len(p.log) - 1; i >= 0; i-- {
		n := p.log[i].object
		if d.marks[n] == d.epoch {
			continue
		}
		d.marks[n] = d.epoch
		w--
		p.log[w] = p.log[i]
	}
	p.log = p.log[:copy(p.log, p.log[w:])]
	p.swept = len(p.log)
}

// touched gathers the objects that anyone wrote to since a version, by identity (replica first, as deltas and
// snapshots have them).
func (d *Document) touched(since Version) []*object {
	if !d.indexed {
		d.indexTouches()
	}
	d.epoch++
	var objs []*object
	for _, p := range d.peers {
		from := since[p.id]
		if p.counter <= from {
			continue
		}
		for i := len(p.log) - 1; i >= 0 && p.log[i].counter > from; i-- {
			if n := p.log[i].object; d.marks[n] != d.epoch {
				d.marks[n] = d.epoch
				objs = append(objs, d.objs[n])
			}
		}
	}
	sortObjects(objs)
	return objs
}

// compareRuns orders identities by replica, then counter: the order of snapshots, where neighbours resemble each
// other.
func compareRuns(a, b ID) int {
	switch {
	case a.Replica < b.Replica:
		return -1
	case a.Replica > b.Replica:
		return 1
	case a.Counter < b.Counter:
		return -1
	case a.Counter > b.Counter:
		return 1
	}
	return 0
}

func sortObjects(objs []*object) {
	slices.SortFunc(objs, func(a, b *object) int { return compareRuns(a.id, b.id) })
}

func (d *Document) indexTouches() {
	for _, p := range d.peers {
		p.log = p.log[:0]
	}
	d.indexed = true
	for _, o := range d.objs {
		d.touchAll(o)
	}
	for _, p := range d.peers {
		sortTouches(p.log)
		d.sweep(p)
	}
}

func sortTouches(log []touch) {
	slices.SortFunc(log, func(a, b touch) int {
		switch {
		case a.counter < b.counter:
			return -1
		case a.counter > b.counter:
			return 1
		}
		return int(int64(a.object) - int64(b.object))
	})
}

// touchAll appends a touch for every stamp of an object; the caller sorts.
func (d *Document) touchAll(o *object) {
	note := func(id ID) {
		if id.Replica == 0 {
			return
		}
		p := d.peer(id.Replica)
		if n := len(p.log); n > 0 && p.log[n-1].object == o.index {
			p.log[n-1].counter = max(p.log[n-1].counter, id.Counter)
			return
		}
		p.log = append(p.log, touch{id.Counter, o.index})
	}
	note(o.id)
	note(o.exist)
	for i := range o.regs {
		note(o.regs[i].stamp())
	}
	for _, t := range o.texts {
		for _, b := range t.blocks {
			for i := range b.spans {
				s := &b.spans[i]
				note(s.last())
				note(s.vis)
				note(s.visAt(s.n - 1))
			}
		}
	}
}
