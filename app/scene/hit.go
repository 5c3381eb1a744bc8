package scene

import (
	"math"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// cornerReach is how near its lower right corner a note is taken by it.
const cornerReach = 14

// Hit is what stands under a point, the front first. reach is how far beside thin
// things (lines, dividers, dots) still counts, in world units: a finger needs more
// than a mouse, and both need more when the map is far away.
func (s *Scene) Hit(x, y, reach float32) Target {
	if t, ok := s.hitPoint(x, y, reach); ok {
		return t
	}
	for i := len(s.rects) - 1; i >= 0; i-- {
		if r := &s.rects[i]; x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H {
			n := &s.Notes[i]
			t := Target{Kind: OnNote, ID: n.ID, Phase: n.Place.Phase, Lane: n.Place.Lane}
			if x > r.Right()-cornerReach && y > r.Bottom()-cornerReach {
				t.Kind = OnCorner
			}
			return t
		}
	}
	for i := range s.Boundaries {
		if b := &s.Boundaries[i]; b.Rect.Contains(x, y) {
			return Target{Kind: OnBoundary, ID: b.ID, Phase: b.ID}
		}
	}
	for i := len(s.Links) - 1; i >= 0; i-- {
		if l := &s.Links[i]; l.Bend.near(x, y, reach) {
			return Target{Kind: OnLink, ID: l.ID}
		}
	}
	for i := len(s.Drawings) - 1; i >= 0; i-- {
		if d := &s.Drawings[i]; d.Rect.Grow(reach).Contains(x, y) {
			return Target{Kind: OnDrawing, ID: d.ID}
		}
	}
	return s.hitGrid(x, y, reach)
}

func (s *Scene) hitPoint(x, y, reach float32) (Target, bool) {
	far := 9 + reach
	best := far * far
	var t Target
	for i := range s.Curves {
		for k := range s.Curves[i].Points {
			p := &s.Curves[i].Points[k]
			dx, dy := x-p.At.X, y-p.At.Y
			if d := dx*dx + dy*dy; d < best {
				best = d
				t = Target{Kind: OnPoint, ID: p.ID, Phase: p.Phase, Lane: s.Curves[i].Lane}
			}
		}
	}
	return t, t.Kind != OnNothing
}

// hitGrid is heads, labels, dividers and cells.
func (s *Scene) hitGrid(x, y, reach float32) Target {
	near := dividerReach + reach
	g := s.Grid()
	if y >= -s.strip-chevronHeight && y < g.H && x > -near {
		for i := range s.Phases {
			p := &s.Phases[i]
			if !p.ID.IsZero() && abs(x-p.Column.Right()) <= near && (y < -s.strip || y < 0) {
				return Target{Kind: OnPhaseDivider, ID: p.ID, Phase: p.ID}
			}
			if y < -s.strip && x >= p.Head.X && x < p.Head.Right() && !p.ID.IsZero() {
				return Target{Kind: OnPhase, ID: p.ID, Phase: p.ID}
			}
		}
	}
	if x >= -labelWidth && x < 0 {
		for i := range s.Lanes {
			l := &s.Lanes[i]
			if abs(y-l.Row.Bottom()) <= near {
				return Target{Kind: OnLaneDivider, ID: l.ID, Lane: l.ID}
			}
			if l.Label.Contains(x, y) {
				return Target{Kind: OnLane, ID: l.ID, Lane: l.ID}
			}
		}
	}
	if phase, lane, ok := s.CellAt(x, y); ok {
		return Target{Kind: OnCell, Phase: phase, Lane: lane}
	}
	if s.Head.Rect.Contains(x, y) {
		for i := range s.Head.Personas {
			if c := &s.Head.Personas[i]; c.Rect.Contains(x, y) {
				return Target{Kind: OnHead, ID: c.ID}
			}
		}
		return Target{Kind: OnHead}
	}
	if s.Legend.Rect.Contains(x, y) {
		return Target{Kind: OnLegend}
	}
	return Target{}
}

func abs(v float32) float32 { return max(v, -v) }

// CellAt is the cell under a point.
func (s *Scene) CellAt(x, y float32) (phase, lane crdt.ID, ok bool) {
	for i := range s.Phases {
		c := &s.Phases[i].Column
		if x < c.X || x >= c.X+c.W {
			continue
		}
		for k := range s.Lanes {
			if r := &s.Lanes[k].Row; y >= r.Y && y < r.Y+r.H {
				return s.Phases[i].ID, s.Lanes[k].ID, true
			}
		}
	}
	return phase, lane, false
}

// PlaceAt is the place of something whose upper left corner is at the point: the
// cell there and the offset in it, or a free place where there is no cell.
func (s *Scene) PlaceAt(x, y float32) journey.Place {
	phase, lane, ok := s.CellAt(x, y)
	if !ok {
		return journey.Place{X: x, Y: y}
	}
	c := s.Cell(phase, lane)
	return journey.Place{Phase: phase, Lane: lane, X: x - c.X, Y: y - c.Y}
}

// PlaceFor is the place of a note dropped with its box at r: the cell that its
// middle is in, and never less than a hair from that cell's upper left corner, so
// that the note is all in the cell (which grows to the right and downwards).
func (s *Scene) PlaceFor(r Rect) journey.Place {
	c := r.Center()
	phase, lane, ok := s.CellAt(c.X, c.Y)
	if !ok {
		return journey.Place{X: r.X, Y: r.Y}
	}
	cell := s.Cell(phase, lane)
	return journey.Place{Phase: phase, Lane: lane, X: max(r.X-cell.X, cellInset), Y: max(r.Y-cell.Y, cellInset)}
}

const cellInset = 4

// PlacesFor is PlaceFor for notes that are moved as one: where the edge of a cell
// keeps one of them back, all are kept back by as much, which by says. Those that
// cannot stand to one another as they did, near by, are placed each on its own.
func (s *Scene) PlacesFor(boxes []Rect) (places []journey.Place, by Point) {
	const far, rounds, hair = journey.NoteWidth, 8, 0.05 // float32's own error is less
	places = make([]journey.Place, len(boxes))
	for range rounds {
		var more Point
		for i, r := range boxes {
			r = r.Move(by.X, by.Y)
			places[i] = s.PlaceFor(r)
			x, y := s.at(places[i])
			more = Point{max(more.X, x-r.X), max(more.Y, y-r.Y)}
		}
		if more.X < hair && more.Y < hair {
			return places, by
		}
		if by = (Point{by.X + more.X, by.Y + more.Y}); max(by.X, by.Y) > far {
			break
		}
	}
	for i, r := range boxes {
		places[i] = s.PlaceFor(r)
	}
	return places, Point{}
}

// NextPlace is the first free spot of a cell for a new note, in rows from the
// upper left, each as wide as the cell is now.
func (s *Scene) NextPlace(phase, lane crdt.ID) journey.Place {
	const stepX, stepY = journey.NoteWidth + journey.NoteGap, journey.NoteHeight + journey.NoteGap
	cell := s.Cell(phase, lane)
	perRow := max(1, int((cell.W-2*journey.CellPad+journey.NoteGap)/stepX))
	for k := 0; ; k++ {
		p := journey.Place{Phase: phase, Lane: lane, X: journey.CellPad + float32(k%perRow)*stepX, Y: journey.CellPad + float32(k/perRow)*stepY}
		r := Rect{cell.X + p.X, cell.Y + p.Y, journey.NoteWidth, journey.NoteHeight}
		if k > len(s.Notes) || !s.occupied(r) {
			return p
		}
	}
}

func (s *Scene) occupied(r Rect) bool {
	r = r.Grow(-8)
	for i := range s.rects {
		if s.rects[i].Meets(r) {
			return true
		}
	}
	return false
}

// Guide is a line shown while something is dragged in line with something else.
type Guide struct{ From, To Point }

// Snap is how far a box that is dragged must move to stand in line with its
// neighbours: with their edges and middles, or a note's gap beside them. skip says
// which notes are dragged themselves; sight bounds the neighbours that count;
// reach is how near draws. Guides are appended to dst.
func (s *Scene) Snap(r, sight Rect, reach float32, skip func(crdt.ID) bool, dst []Guide) (dx, dy float32, guides []Guide) {
	bestX, bestY := reach, reach
	var byX, byY Rect
	var lineX, lineY float32
	tryX := func(mine, theirs float32, of Rect) {
		if d := abs(theirs - mine); d < bestX {
			bestX, dx, byX, lineX = d, theirs-mine, of, theirs
		}
	}
	tryY := func(mine, theirs float32, of Rect) {
		if d := abs(theirs - mine); d < bestY {
			bestY, dy, byY, lineY = d, theirs-mine, of, theirs
		}
	}
	const gap = journey.NoteGap
	for i := range s.rects {
		o := s.rects[i]
		if !o.Meets(sight) || skip != nil && skip(s.Notes[i].ID) {
			continue
		}
		tryX(r.X, o.X, o)
		tryX(r.Right(), o.Right(), o)
		tryX(r.X+r.W/2, o.X+o.W/2, o)
		tryY(r.Y, o.Y, o)
		tryY(r.Bottom(), o.Bottom(), o)
		tryY(r.Y+r.H/2, o.Y+o.H/2, o)
		if abs(o.Y-r.Y) < o.H { // beside it
			tryX(r.X, o.Right()+gap, o)
			tryX(r.Right(), o.X-gap, o)
		}
		if abs(o.X-r.X) < o.W { // under or over it
			tryY(r.Y, o.Bottom()+gap, o)
			tryY(r.Bottom(), o.Y-gap, o)
		}
	}
	if c := r.Center(); true {
		if phase, lane, ok := s.CellAt(c.X, c.Y); ok {
			cell := s.Cell(phase, lane)
			tryX(r.X, cell.X+journey.CellPad, cell)
			tryY(r.Y, cell.Y+journey.CellPad, cell)
		}
	}
	guides = dst
	moved := r.Move(dx, dy)
	if bestX < reach && !byX.Empty() {
		guides = append(guides, Guide{Point{lineX, min(moved.Y, byX.Y) - 8}, Point{lineX, max(moved.Bottom(), byX.Bottom()) + 8}})
	}
	if bestY < reach && !byY.Empty() {
		guides = append(guides, Guide{Point{min(moved.X, byY.X) - 8, lineY}, Point{max(moved.Right(), byY.Right()) + 8, lineY}})
	}
	return dx, dy, guides
}

// Minimap is the camera that shows all of the map in a box of w×h.
func (s *Scene) Minimap(w, h float32) Camera {
	b := s.bounds
	if b.Empty() {
		return Camera{0, 0, 1}
	}
	z := min(w/b.W, h/b.H)
	return Camera{(w-b.W*z)/2 - b.X*z, (h-b.H*z)/2 - b.Y*z, z}
}

// Nearest is the note that a step in a direction leads to from a note: the one
// whose middle is nearest, distance across counting double. dx and dy are -1, 0, 1.
func (s *Scene) Nearest(from crdt.ID, dx, dy float32) *NoteBox {
	i, ok := s.index[from]
	if !ok {
		return nil
	}
	c := s.rects[i].Center()
	var best *NoteBox
	bestFar := float32(math.MaxFloat32)
	for k := range s.rects {
		o := s.rects[k].Center()
		along := (o.X-c.X)*dx + (o.Y-c.Y)*dy
		across := abs((o.X-c.X)*dy) + abs((o.Y-c.Y)*dx)
		if int32(k) == i || along <= 1 {
			continue
		}
		if far := along + 2*across; far < bestFar {
			bestFar, best = far, &s.Notes[k]
		}
	}
	return best
}
