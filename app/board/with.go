package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Drawings that are chosen with notes, or with one another: by a marquee, by
// clicks with shift, or because they are in one group (J19). A drawing alone is
// chosen as a thing is, with its handle.

// apart tells notes from the drawings that are chosen with them.
func (b *Board) apart(ids []crdt.ID) (notes, with []crdt.ID, thing scene.Target) {
	for _, id := range ids {
		if b.m.Drawing(id) == nil {
			notes = append(notes, id)
		} else {
			with = append(with, id)
		}
	}
	if len(notes) == 0 && len(with) == 1 {
		return nil, nil, scene.Target{Kind: scene.OnDrawing, ID: with[0]}
	}
	return notes, with, thing
}

// everything is the notes and drawings that are chosen.
func (b *Board) everything() []crdt.ID {
	ids := slices.Concat(b.selected, b.with)
	if b.chosen.Kind == scene.OnDrawing {
		ids = append(ids, b.chosen.ID)
	}
	return ids
}

// withBoxes are where the chosen drawings stand that may be moved.
func (b *Board) withBoxes() map[crdt.ID]Rect {
	boxes := map[crdt.ID]Rect{}
	for _, id := range b.everything() {
		if d := b.drawingBox(id); d != nil && !d.Locked {
			boxes[id] = rectOf(d.Rect)
		}
	}
	return boxes
}

// drawingsIn adds to ids the drawings that lie in a box with all they are: what
// stands behind many notes is not meant when some of these are.
func (b *Board) drawingsIn(box Rect, ids []crdt.ID) []crdt.ID {
	for i := range b.scene.Drawings {
		d := &b.scene.Drawings[i]
		r := rectOf(d.Rect)
		if box.Contains(r.X, r.Y) && box.Contains(r.Right(), r.Bottom()) && !slices.Contains(ids, d.ID) {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// last is the last of some, zero of none.
func last(ids []crdt.ID) (id crdt.ID) {
	if n := len(ids); n > 0 {
		id = ids[n-1]
	}
	return id
}
