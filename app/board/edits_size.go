package board

import (
	"cmp"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// resizePresets are the sizes that the menu offers.
var resizePresets = []struct {
	text string
	w, h float32
}{{"small", 128, 72}, {"usual", 0, 0}, {"wide", 336, 100}, {"large", 240, 160}}

// SizeNames are the names of the sizes that are offered for notes.
func SizeNames() (names []string) {
	for _, p := range resizePresets {
		names = append(names, p.text)
	}
	return names
}

// SizeNamed is the size of a name; zero for none of ours.
func SizeNamed(name string) (w, h float32) {
	for _, p := range resizePresets {
		if p.text == name {
			return cmp.Or(p.w, journey.NoteWidth), cmp.Or(p.h, journey.NoteHeight)
		}
	}
	return 0, 0
}

// SizeOf is the name of a note's size; empty when it was drawn by hand.
func SizeOf(n *journey.Note) string {
	for _, name := range SizeNames() {
		if w, h := SizeNamed(name); w == n.W && h == n.H {
			return name
		}
	}
	return ""
}

func (b *Board) resizeChosen(w, h float32) {
	if w == 0 {
		w, h = journey.NoteWidth, journey.NoteHeight
	}
	b.edit(b.group("size"), func(e *crdt.Edit) {
		for _, id := range b.loose() {
			b.m.ResizeNote(e, id, w, h)
		}
	})
}
