package board

import (
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

func itoa(n int) string { return strconv.Itoa(n) }

// number writes a length for CSS.
func number(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

func rectOf(r scene.Rect) Rect {
	return Rect{float64(r.X), float64(r.Y), float64(r.W), float64(r.H)}
}
func sceneRect(r Rect) scene.Rect {
	return scene.Rect{X: float32(r.X), Y: float32(r.Y), W: float32(r.W), H: float32(r.H)}
}

func (b *Board) isSelected(id crdt.ID) bool { _, ok := b.picked[id]; return ok }

// pick keeps the set of what is selected like the list.
func (b *Board) pick() {
	b.picked = make(map[crdt.ID]struct{}, len(b.selected))
	for _, id := range b.selected {
		b.picked[id] = struct{}{}
	}
	if b.o.OnSelect != nil {
		b.o.OnSelect()
	}
}

// choose selects these notes and drawings and nothing else. A drawing alone is
// chosen as a thing is.
func (b *Board) choose(ids ...crdt.ID) {
	notes, with, thing := b.apart(ids)
	if slices.Equal(b.selected, notes) && slices.Equal(b.with, with) && b.chosen == thing {
		return
	}
	b.selected, b.with = notes, with
	b.pick()
	b.chosen = thing
	b.pasteAt = 0
	if len(ids) == 1 && len(notes) == 1 {
		b.focus = ids[0]
	}
	b.present()
	b.renew()
	b.host.request()
}

// chooseWhole selects a note and all of its group.
func (b *Board) chooseWhole(id crdt.ID) {
	b.choose(b.m.WithGroups(id)...)
	b.focus = id
	if b.m.Note(id) == nil {
		b.focus = crdt.ID{}
	}
}

// toggle adds a note and its group to the selection or takes them away.
func (b *Board) toggle(id crdt.ID) {
	next, whole := b.everything(), b.m.WithGroups(id)
	if slices.Contains(next, id) {
		next = slices.DeleteFunc(next, func(o crdt.ID) bool { return slices.Contains(whole, o) })
	} else {
		next = append(next, whole...)
	}
	b.choose(next...)
	if b.m.Note(id) != nil {
		b.focus = id
	}
}

// grabFocus moves the keyboard's focus to a note.
func (b *Board) grabFocus(id crdt.ID) {
	b.focus, b.wantsKey = id, true
	b.host.request()
}

// boxOf is where an object stands.
func (b *Board) boxOf(id crdt.ID) (Rect, bool) {
	if n := b.scene.Note(id); n != nil {
		return rectOf(n.Rect), true
	}
	if p := b.scene.Phase(id); p != nil {
		return rectOf(p.Head.Union(p.Column)), true
	}
	if l := b.scene.Lane(id); l != nil {
		return rectOf(l.Label.Union(l.Row)), true
	}
	for i := range b.scene.Drawings {
		if b.scene.Drawings[i].ID == id {
			return rectOf(b.scene.Drawings[i].Rect), true
		}
	}
	return Rect{}, false
}

// box is where a note stands on this screen now: in someone's hand, or on the map.
func (b *Board) box(n *scene.NoteBox) Rect {
	r := rectOf(n.Rect)
	if p, ok := b.held[n.ID]; ok {
		r.X, r.Y = float64(p.X), float64(p.Y)
	} else if p, ok := b.gone[n.ID]; ok {
		r.X, r.Y = float64(p.X), float64(p.Y)
	}
	return r
}

// boxes are where the selected notes stand.
func (b *Board) boxes(ids []crdt.ID) (out []Rect) {
	for _, id := range ids {
		if n := b.scene.Note(id); n != nil {
			out = append(out, rectOf(n.Rect))
		}
	}
	return out
}

// around is the box around notes and drawings.
func (b *Board) around(ids []crdt.ID) (all Rect) {
	for _, id := range ids {
		r, _ := b.boxOf(id)
		all = all.Union(r)
	}
	return all
}

// chooseAll selects all notes and drawings but what is locked, unless this person
// only reads and copies.
func (b *Board) chooseAll() {
	var ids []crdt.ID
	for i := range b.scene.Notes {
		if id := b.scene.Notes[i].ID; b.o.ReadOnly || !b.locked(id) {
			ids = append(ids, id)
		}
	}
	for i := range b.scene.Drawings {
		if d := &b.scene.Drawings[i]; b.o.ReadOnly || !d.Locked {
			ids = append(ids, d.ID)
		}
	}
	b.choose(ids...)
}

// reading is all notes in the order in which they are read: phase by phase, in
// each lane by lane, in each cell row by row; free notes last.
func (b *Board) reading() []crdt.ID {
	ids := make([]crdt.ID, 0, len(b.scene.Notes))
	cells := map[journey.Cell][]*scene.NoteBox{}
	for i := range b.scene.Notes {
		n := &b.scene.Notes[i]
		cells[n.Place.Cell()] = append(cells[n.Place.Cell()], n)
	}
	add := func(at journey.Cell) {
		slices.SortStableFunc(cells[at], inReadingOrder)
		for _, n := range cells[at] {
			ids = append(ids, n.ID)
		}
	}
	for i := range b.scene.Phases {
		for j := range b.scene.Lanes {
			add(journey.Cell{Phase: b.scene.Phases[i].ID, Lane: b.scene.Lanes[j].ID})
		}
	}
	add(journey.Cell{}) // free notes
	return ids
}

func inReadingOrder(a, b *scene.NoteBox) int {
	const row = 32
	if ra, rb := int(a.Rect.Y)/row, int(b.Rect.Y)/row; ra != rb {
		return ra - rb
	}
	switch {
	case a.Rect.X < b.Rect.X:
		return -1
	case a.Rect.X > b.Rect.X:
		return 1
	}
	return a.ID.Compare(b.ID)
}

// step goes to the next or previous note as read; false at the end, where the
// focus leaves the board.
func (b *Board) step(by int) bool {
	order := b.reading()
	i := slices.Index(order, b.focus)
	if i < 0 {
		if len(b.selected) == 0 {
			return false
		}
		i = slices.Index(order, b.selected[0])
	}
	i += by
	if i < 0 || i >= len(order) {
		return false
	}
	b.goToNote(order[i])
	return true
}

// goTo moves the focus to the note that lies in a direction.
func (b *Board) goTo(dx, dy float32) {
	if len(b.scene.Notes) == 0 {
		return
	}
	if b.scene.Note(b.focus) == nil {
		// None yet: the one nearest to the middle of what is in sight.
		cx, cy := b.cam.Sight(b.width, b.height, 0).Center()
		best, far := 0, 0.0
		for i := range b.scene.Notes {
			x, y := rectOf(b.scene.Notes[i].Rect).Center()
			if d := abs(x-cx) + abs(y-cy); i == 0 || d < far {
				best, far = i, d
			}
		}
		b.goToNote(b.scene.Notes[best].ID)
		return
	}
	if n := b.scene.Nearest(b.focus, dx, dy); n != nil {
		b.goToNote(n.ID)
	}
}

// goToNote selects a note, gives it the focus and shows it.
func (b *Board) goToNote(id crdt.ID) {
	b.chooseWhole(id)
	b.grabFocus(id)
	b.revealNote(id)
}

func toFloat(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e6 || v < -1e6 {
		return 0
	}
	return v
}
