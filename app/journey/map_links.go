package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

func enlist[T any](index map[crdt.ID][]*T, at crdt.ID, row *T, id func(*T) crdt.ID) {
	list := index[at]
	i, _ := slices.BinarySearchFunc(list, id(row), func(r *T, id2 crdt.ID) int { return id(r).Compare(id2) })
	index[at] = slices.Insert(list, i, row)
}

func unlist[T any](index map[crdt.ID][]*T, at crdt.ID, row *T) {
	list := index[at]
	if i := slices.Index(list, row); i >= 0 {
		list = slices.Delete(list, i, i+1)
	}
	if len(list) == 0 {
		delete(index, at)
	} else {
		index[at] = list
	}
}

func idsOf(links []*Link) []crdt.ID {
	var ids []crdt.ID
	for _, l := range links {
		ids = append(ids, l.ID)
	}
	return ids
}

func (m *Map) applyLink(o crdt.ObjectChange, t *Touched) {
	t.Links = append(t.Links, o.ID)
	old := m.links.get(o.ID)
	if old != nil {
		if old.shown {
			old.shown = false
			m.linkTouches(old, t)
		}
		m.links.drop(o.ID)
		unlist(m.linksAt, old.From, old)
		unlist(m.linksAt, old.To, old)
		// another that says the same may be shown in its stead
		t.Links = append(t.Links, idsOf(m.twins(old))...)
	}
	if !m.doc.Exists(o.ID) {
		return
	}
	l := m.readLink(o.ID)
	if old != nil && (old.From != l.From || old.To != l.To) {
		// Nothing of ours turns a link to other ends; should it happen, those that it
		// has left look different.
		t.Notes = append(t.Notes, old.From, old.To)
	}
	m.links.put(o.ID, l)
	enlist(m.linksAt, l.From, l, linkID)
	enlist(m.linksAt, l.To, l, linkID)
	t.Links = append(t.Links, idsOf(m.twins(l))...)
}

func linkID(l *Link) crdt.ID { return l.ID }

// twins are the links that say the same as l, made by people at the same time.
func (m *Map) twins(l *Link) []*Link {
	var out []*Link
	for _, k := range m.linksAt[l.From] {
		if k != l && k.From == l.From && k.To == l.To && k.Rel == l.Rel {
			out = append(out, k)
		}
	}
	return out
}

// settleLinks decides for every link touched whether it is shown.
func (m *Map) settleLinks(t *Touched) {
	for i := 0; i < len(t.Links); i++ {
		if l := m.links.get(t.Links[i]); l != nil {
			m.settle(l, t)
		}
	}
}

// settle decides whether a link is shown: both its ends are there, and no older
// link says the same (J8).
func (m *Map) settle(l *Link, t *Touched) {
	shown := m.alive(l.From) && m.alive(l.To) && l.From != l.To
	if shown {
		for _, k := range m.twins(l) {
			if k.ID.Compare(l.ID) < 0 {
				shown = false
				break
			}
		}
	}
	if shown == l.shown {
		return
	}
	l.shown = shown
	t.Links = append(t.Links, l.ID)
	m.linkTouches(l, t)
}

// linkTouches names what shows a link besides its connector.
func (m *Map) linkTouches(l *Link, t *Touched) {
	switch l.Rel {
	case Uses:
		if n := m.notes.get(l.From); n != nil {
			m.channelsOf(n)
			t.Notes = append(t.Notes, n.ID)
		}
	case HasInformation, HasBlocker, HasMeasure, HasAttitudeNote:
		t.Boundaries = append(t.Boundaries, l.From)
	}
}
