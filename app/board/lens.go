package board

import (
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// SetLens dims the notes of all departments but one; the zero ID shows all. It is
// this person's view and not in the map.
func (b *Board) SetLens(department crdt.ID) {
	if b.lens != department {
		b.lens = department
		b.host.request()
	}
}

// Selected are the notes that this person has selected.
func (b *Board) Selected() []crdt.ID { return b.selected }

// Scene is the map as it is laid out now, for other views of it.
func (b *Board) Scene() *scene.Scene { return b.scene }

// outOfLens reports whether a note is another department's than the one that is
// looked at.
func (b *Board) outOfLens(note crdt.ID) bool {
	if b.lens.IsZero() {
		return false
	}
	n := b.m.Note(note)
	return n != nil && n.Department != b.lens
}
