//go:build !js

package board

import (
	"testing"

	"github.com/tabi-map/tabi/crdt"
)

func front(b *Board) crdt.ID { return b.scene.Notes[len(b.scene.Notes)-1].ID }

func TestDrag_onto_a_note_lies_in_front_of_it_in_one_step_of_undo(t *testing.T) {
	b, a := newBoard(t, 2, 2, 6)
	shows(b)
	h := hand{t: t, b: b}
	low, high := b.scene.Notes[0].ID, b.scene.Notes[5].ID
	x, y := middle(b, low)
	tx, ty := middle(b, high)
	edits := a.edits
	h.drag(x, y, tx+10, ty+10)
	if b.scene.Above(low, high) < 0 || a.edits != edits+1 {
		t.Errorf("it lies behind what it was dropped on, or took %d edits", a.edits-edits)
	}
	b.do(cmdUndo)
	if b.scene.Above(low, high) > 0 {
		t.Error("undo left it in front")
	}
}

func TestDuplicate_and_bring_to_front_keep_how_the_notes_lie(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 6)
	shows(b)
	first, second := b.scene.Notes[0].ID, b.scene.Notes[1].ID
	b.choose(second, first) // chosen the other way round
	b.do(cmdFront)
	if b.scene.Above(second, first) < 0 || front(b) != second {
		t.Error("to the front they changed places")
	}
	b.do(cmdDuplicate)
	for i := range b.scene.Notes {
		if n := &b.scene.Notes[i]; b.isSelected(n.ID) != (i >= len(b.scene.Notes)-2) {
			t.Errorf("note %d of %d: copies do not lie in front", i, len(b.scene.Notes))
		}
	}
}
