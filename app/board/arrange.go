package board

import (
	"slices"
	"sort"

	"github.com/tabi-map/tabi/crdt"
)

// arrangements are the ways of lining notes up, by what they are called (do.…):
// the menu's order, in which those that belong together follow one another.
var arrangements = []struct {
	name string
	c    command
}{{"alignleft", cmdAlignLeft}, {"aligncenter", cmdAlignCenter}, {"alignright", cmdAlignRight},
	{"aligntop", cmdAlignTop}, {"alignmiddle", cmdAlignMiddle}, {"alignbottom", cmdAlignBottom},
	{"spreadacross", cmdSpreadAcross}, {"spreaddown", cmdSpreadDown}, {"stack", cmdStack}}

// Arrangements are the names of the ways of lining notes up.
func Arrangements() (names []string) {
	for _, a := range arrangements {
		names = append(names, a.name)
	}
	return names
}

// Arrange lines notes up in a way of this name, as one step of undo; what is
// locked stays. It gives the number of notes that it was about.
func (b *Board) Arrange(name string, notes []crdt.ID) int {
	ids := b.unlocked(notes)
	for _, a := range arrangements {
		if a.name == name && len(ids) > 1 {
			b.arrangeNotes(a.c, ids)
			return len(ids)
		}
	}
	return 0
}

func (b *Board) arrangeNotes(c command, ids []crdt.ID) {
	group := b.group("arrange")
	// A phase or a lane may grow with what comes into it and shift the others: then
	// again, until the notes stand as was meant.
	for range 8 {
		are := b.boxes(ids)
		boxes := arrange(c, are)
		if slices.EqualFunc(are, boxes, func(p, q Rect) bool { return abs(p.X-q.X) < 1 && abs(p.Y-q.Y) < 1 }) {
			return
		}
		b.edit(group, func(e *crdt.Edit) {
			for i, id := range ids {
				b.m.MoveNote(e, id, b.scene.PlaceFor(sceneRect(boxes[i])))
			}
		})
	}
}

// arrange gives the new places of boxes that are lined up or spread; the places
// have the order of the boxes.
func arrange(c command, boxes []Rect) []Rect {
	out := append([]Rect(nil), boxes...)
	if len(boxes) < 2 {
		return out
	}
	all := Rect{}
	for _, b := range boxes {
		all = all.Union(b)
	}
	cx, cy := all.Center()
	for i := range out {
		b := &out[i]
		switch c {
		case cmdAlignLeft:
			b.X = all.X
		case cmdAlignCenter:
			b.X = cx - b.W/2
		case cmdAlignRight:
			b.X = all.Right() - b.W
		case cmdAlignTop:
			b.Y = all.Y
		case cmdAlignMiddle:
			b.Y = cy - b.H/2
		case cmdAlignBottom:
			b.Y = all.Bottom() - b.H
		}
	}
	order := make([]int, len(boxes))
	for i := range order {
		order[i] = i
	}
	switch c {
	case cmdSpreadAcross:
		sort.SliceStable(order, func(i, j int) bool { return boxes[order[i]].X < boxes[order[j]].X })
		used := 0.0
		for _, b := range boxes {
			used += b.W
		}
		gap, x := (all.W-used)/float64(len(boxes)-1), all.X
		for _, i := range order {
			out[i].X = x
			x += out[i].W + gap
		}
	case cmdSpreadDown:
		sort.SliceStable(order, func(i, j int) bool { return boxes[order[i]].Y < boxes[order[j]].Y })
		used := 0.0
		for _, b := range boxes {
			used += b.H
		}
		gap, y := (all.H-used)/float64(len(boxes)-1), all.Y
		for _, i := range order {
			out[i].Y = y
			y += out[i].H + gap
		}
	case cmdStack: // one below the other, as read
		sort.SliceStable(order, func(i, j int) bool {
			a, b := boxes[order[i]], boxes[order[j]]
			if a.Y != b.Y {
				return a.Y < b.Y
			}
			return a.X < b.X
		})
		y := all.Y
		for _, i := range order {
			out[i].X, out[i].Y = all.X, y
			y += out[i].H + stackGap
		}
	}
	return out
}

const stackGap = 12

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}
