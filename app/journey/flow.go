package journey

import (
	"math"

	"github.com/tabi-map/tabi/crdt"
)

// Flow places notes of the given sizes in a cell of the given width, in rows
// from the top left, so that none lies on another: two abreast in a phase of
// usual width.
func Flow(width float32, sizes [][2]float32) [][2]float32 {
	out := make([][2]float32, 0, len(sizes))
	x, y, high := float32(CellPad), float32(CellPad), float32(0)
	for _, size := range sizes {
		if x > CellPad && x+size[0] > width-CellPad {
			x, y, high = CellPad, y+high+NoteGap, 0
		}
		out = append(out, [2]float32{x, y})
		x += size[0] + NoteGap
		high = max(high, size[1])
	}
	return out
}

// PhaseWidth is how wide a phase is; the column of unsorted notes, the zero
// phase, has the usual width.
func (m *Map) PhaseWidth(phase crdt.ID) float32 {
	if p := m.phases.get(phase); p != nil {
		return p.Width
	}
	return DefaultPhaseWidth
}

// Slots finds n places in a cell for notes of usual size that lie on no note
// that is there, in the order in which a cell is read. Notes in except do not
// count: they are about to go.
func (m *Map) Slots(at Cell, n int, except ...crdt.ID) []Place {
	taken := map[[2]int]bool{}
	if c := m.cells[at]; c != nil {
	notes:
		for _, note := range c.notes {
			for _, id := range except {
				if id == note.ID {
					continue notes
				}
			}
			take(taken, note)
		}
	}
	columns := max(1, int((m.PhaseWidth(at.Phase)-2*CellPad+NoteGap)/(NoteWidth+NoteGap)))
	out := make([]Place, 0, n)
	for i := 0; len(out) < n; i++ {
		slot := [2]int{i % columns, i / columns}
		if taken[slot] {
			continue
		}
		out = append(out, Place{at.Phase, at.Lane,
			CellPad + float32(slot[0])*(NoteWidth+NoteGap), CellPad + float32(slot[1])*(NoteHeight+NoteGap)})
	}
	return out
}

// NextPlace is the first free place of a cell.
func (m *Map) NextPlace(at Cell) Place { return m.Slots(at, 1)[0] }

// take marks the slots that a note lies on.
func take(taken map[[2]int]bool, n *Note) {
	span := func(from, size float32, slot, step float64) (int, int) {
		low := math.Floor((float64(from)-CellPad-slot)/step) + 1
		high := math.Ceil((float64(from+size)-CellPad)/step) - 1
		return int(max(low, 0)), int(min(high, low+100))
	}
	x0, x1 := span(n.Place.X, n.W, NoteWidth, NoteWidth+NoteGap)
	y0, y1 := span(n.Place.Y, n.H, NoteHeight, NoteHeight+NoteGap)
	for x := x0; x <= x1; x++ {
		for y := y0; y <= y1; y++ {
			taken[[2]int{x, y}] = true
		}
	}
}
