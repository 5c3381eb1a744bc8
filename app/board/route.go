package board

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Route is a stroke drawn by name instead of by hand: from a note, or from a cell
// when it is none, straight to another note, or around itself when that is none.
// It gives where the stroke stands and its points; not ok when nothing is there.
func (b *Board) Route(cell journey.Cell, from, to crdt.ID) (place journey.Place, points []byte, ok bool) {
	box := rectOf(b.scene.Cell(cell.Phase, cell.Lane)).Grow(-routeGap)
	if n := b.scene.Note(from); n != nil {
		box = rectOf(n.Rect).Grow(routeGap)
	}
	if box.Empty() {
		return place, nil, false
	}
	line := loop(box)
	if n := b.scene.Note(to); n != nil && to != from {
		line = straight(box, rectOf(n.Rect).Grow(routeGap))
	}
	place, line = b.strokeAt(line)
	return place, scene.PointsBytes(line), true
}

const routeGap = 6 // beside what is gone around, and before what is led to

// loop goes around a box and comes back: the corners are what a stroke is bent
// by, so that they become round.
func loop(r Rect) []float32 {
	const bend = 12
	x0, y0, x1, y1 := float32(r.X), float32(r.Y), float32(r.Right()), float32(r.Bottom())
	bx, by := min(bend, (x1-x0)/2), min(bend, (y1-y0)/2)
	return []float32{
		x0, y0 + by, x0, y0, x0 + bx, y0,
		x1 - bx, y0, x1, y0, x1, y0 + by,
		x1, y1 - by, x1, y1, x1 - bx, y1,
		x0 + bx, y1, x0, y1, x0, y1 - by, x0, y0 + by}
}

// straight goes from the edge of a box to the edge of another; where they overlap,
// from middle to middle.
func straight(from, to Rect) []float32 {
	ax, ay := from.Center()
	cx, cy := to.Center()
	dx, dy := cx-ax, cy-ay
	// edge is how much of the way lies within a box around its end.
	edge := func(r Rect) float64 {
		t := 1.0
		if dx != 0 {
			t = min(t, r.W/2/abs(dx))
		}
		if dy != 0 {
			t = min(t, r.H/2/abs(dy))
		}
		return t
	}
	s, e := edge(from), edge(to)
	if s+e >= 1 {
		s, e = 0, 0
	}
	return []float32{float32(ax + dx*s), float32(ay + dy*s), float32(cx - dx*e), float32(cy - dy*e)}
}
