package scene

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
)

// curves places the emotion points: along the phase by the rank of the note they
// are on, in the order notes of a cell are read; up and down by their score.
func (s *Scene) curves() {
	s.Curves = s.Curves[:0]
	clear(s.curveCells)
	if s.curveCells == nil {
		s.curveCells = map[journey.Cell]bool{}
	}
	lane := int32(-1)
	for i := range s.Lanes {
		if s.Lanes[i].Kind == journey.EmotionCurve {
			lane = int32(i)
			break
		}
	}
	if lane < 0 {
		return
	}
	row := &s.Lanes[lane]
	personas := s.m.Personas()
	wishes := make([]string, len(personas))
	for i, p := range personas {
		wishes[i] = p.Color
	}
	for i, p := range personas {
		if !s.Options.Persona.IsZero() && p.ID != s.Options.Persona {
			continue
		}
		points := s.m.Curve(p.ID)
		if len(points) == 0 {
			continue
		}
		c := Curve{Persona: p.ID, Name: p.Name, Tone: curveTones[i%len(curveTones)], Dash: Dash(i % 4), Form: uint8(i % 4), Lane: row.ID, Drop: -1, Lowest: -1}
		if wished, ok := toneNamed(p.Color); ok {
			c.Tone = wished
		}
		last := float32(-1e9)
		for _, e := range points {
			col, ok := s.columns[e.Phase]
			if !ok {
				continue
			}
			at := s.Phases[col].Column
			x := at.X + at.W*s.along(e)
			x = max(x, last+curvePointGap)
			last = x
			c.Points = append(c.Points, CurvePoint{ID: e.ID, Note: e.Note, Phase: e.Phase, Score: e.Score, Label: oneLine(e.Label), At: Point{x, scoreY(row.Row, e.Score)}})
		}
		if len(c.Points) == 0 {
			continue
		}
		c.finish()
		s.Curves = append(s.Curves, c)
	}
}

const curvePointGap = 22

// curveTones are for personas, far apart from their neighbours.
var curveTones = [...]Tone{Blue, Rose, Teal, Amber, Violet, Green, Plum, Sky}

// along is where in its phase a point stands, 0…1.
func (s *Scene) along(e *journey.Emotion) float32 {
	if e.Note.IsZero() {
		return clamp(e.Offset, 0.04, 0.96)
	}
	n := s.m.Note(e.Note)
	if n == nil {
		return 0.5
	}
	s.curveCells[n.Place.Cell()] = true
	cell := s.m.NotesIn(n.Place.Cell())
	return (float32(slices.Index(cell, n)) + 0.5) / float32(len(cell))
}

// finish draws the line and finds the lowest point and the biggest drop.
func (c *Curve) finish() {
	if len(c.Points) == 0 {
		return
	}
	line := make([]Point, len(c.Points))
	drop := 0.0
	c.Lowest = 0
	for i, p := range c.Points {
		line[i] = p.At
		if p.Score < c.Points[c.Lowest].Score {
			c.Lowest = i
		}
		if i > 0 && c.Points[i-1].Score-p.Score > drop {
			drop, c.Drop = c.Points[i-1].Score-p.Score, i
		}
		before, after := p.Score, p.Score
		if i > 0 {
			before = c.Points[i-1].Score
		}
		if i+1 < len(c.Points) {
			after = c.Points[i+1].Score
		}
		c.Points[i].Below = p.Score < (before+after)/2 || p.Score == before && p.Score == after && p.Score < 0
	}
	c.D = string(smooth(nil, line))
}

// scoreY is the height of a score in the emotion lane, ScoreAt the score at a
// height; scores go from -2 to +2.
func scoreY(row Rect, score float64) float32 {
	const inset = 40
	v := float32(max(-2, min(2, score)))
	return row.Y + row.H/2 - v/2*(row.H/2-inset)
}

// ScoreAt is the score that a point dragged to height y has, in steps of a
// half.
func (s *Scene) ScoreAt(y float32) float64 {
	for i := range s.Lanes {
		if s.Lanes[i].Kind != journey.EmotionCurve {
			continue
		}
		row := s.Lanes[i].Row
		top, bottom := scoreY(row, 2), scoreY(row, -2)
		v := float64(2 - 4*(y-top)/(bottom-top))
		return max(-2, min(2, float64(int(v*2+5.5))/2-2.5))
	}
	return 0
}

// curveIn reports whether a curve has points on notes of one of the cells: when
// these change, so may the order of its points.
func (s *Scene) curveIn(cells []journey.Cell) bool {
	for _, c := range cells {
		if s.curveCells[c] {
			return true
		}
	}
	return false
}
