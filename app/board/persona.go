package board

import "github.com/tabi-map/tabi/crdt"

// FilterPersona shows one persona's curve alone and dims the notes of the others;
// the zero ID shows all. It is this person's view and not in the map.
func (b *Board) FilterPersona(id crdt.ID) {
	if b.only != id {
		b.only = id
		b.layout()
		b.renew()
		b.host.request()
	}
}

// anothers reports whether a note belongs to another persona than the one that
// is shown.
func (b *Board) anothers(note crdt.ID) bool {
	if b.only.IsZero() {
		return false
	}
	n := b.m.Note(note)
	return n != nil && !n.Persona.IsZero() && n.Persona != b.only
}
