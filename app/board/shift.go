package board

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// move is a note or a drawing on its way, with the box that it should have.
type move struct {
	id crdt.ID
	to scene.Rect
}

// shift moves what is selected by so much; false when it cannot go there, or is
// locked, which is said.
func (b *Board) shift(group string, by xy) bool {
	var notes []move
	for _, id := range b.loose() {
		notes = append(notes, move{id, b.scene.Note(id).Rect.Move(float32(by.x), float32(by.y))})
	}
	drawn := b.withBoxes()
	if len(notes)+len(drawn) == 0 {
		b.say("islocked")
		return false
	}
	return b.moveAsOne(group, notes, drawn, by)
}

// moveAsOne moves notes to where they should stand and drawings by as much, in one
// step of undo: at the edge of a cell all of them stop.
func (b *Board) moveAsOne(group string, notes []move, drawn map[crdt.ID]Rect, by xy) bool {
	boxes, ids := make([]scene.Rect, len(notes)), make([]crdt.ID, len(notes))
	for i, n := range notes {
		boxes[i], ids[i] = n.to, n.id
	}
	places, back := b.scene.PlacesFor(boxes)
	if len(notes)+len(drawn) == 0 || b.barred(places) {
		return false
	}
	all, at := make([]move, len(notes), len(notes)+len(drawn)), make(map[crdt.ID]scene.Rect, len(notes))
	for i, n := range notes {
		all[i] = move{n.id, n.to.Move(back.X, back.Y)}
		at[n.id] = all[i].to
	}
	for id, r := range drawn {
		all = append(all, move{id, sceneRect(r).Move(float32(by.x)+back.X, float32(by.y)+back.Y)})
	}
	b.edit(group, func(e *crdt.Edit) {
		for i, m := range all {
			if i < len(notes) {
				b.m.MoveNote(e, m.id, places[i])
			} else {
				b.m.MoveDrawing(e, m.id, b.scene.PlaceAt(m.to.X, m.to.Y))
			}
		}
		b.land(e, ids, func(id crdt.ID) scene.Rect { return at[id] })
	})
	b.closeUp(group, all)
	return true
}

// closeUp brings together again what was moved as one and now stands apart,
// because a phase or a lane has grown under the first of it and has pushed those
// after it on. What would have to leave its cell for that stays.
func (b *Board) closeUp(group string, all []move) {
	for range 4 {
		first, ok := b.boxOf(all[0].id)
		if !ok {
			return
		}
		ox, oy := float32(first.X)-all[0].to.X, float32(first.Y)-all[0].to.Y
		notes, drawn := map[crdt.ID]journey.Place{}, map[crdt.ID]journey.Place{}
		for _, m := range all[1:] {
			is, _ := b.boxOf(m.id)
			dx, dy := float32(is.X)-m.to.X-ox, float32(is.Y)-m.to.Y-oy
			n := b.scene.Note(m.id)
			switch {
			case abs(float64(dx)) < 0.5 && abs(float64(dy)) < 0.5:
			case n == nil:
				drawn[m.id] = b.scene.PlaceAt(m.to.X+ox, m.to.Y+oy)
			default:
				p := n.Place
				p.X, p.Y = p.X-dx, p.Y-dy
				if !p.Free() && b.scene.PlaceFor(n.Rect.Move(-dx, -dy)) != p {
					return
				}
				notes[m.id] = p
			}
		}
		if len(notes)+len(drawn) == 0 {
			return
		}
		b.edit(group, func(e *crdt.Edit) {
			for id, p := range notes {
				b.m.MoveNote(e, id, p)
			}
			for id, p := range drawn {
				b.m.MoveDrawing(e, id, p)
			}
		})
	}
}
