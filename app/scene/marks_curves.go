package scene

func (s *Scene) curveMarks(m *marks) {
	if len(s.Curves) > 0 {
		if lane := s.Lane(s.Curves[0].Lane); lane != nil {
			s.curvesIn(m, lane)
		}
	}
}

// curvesIn draws the curves over a lane.
func (s *Scene) curvesIn(m *marks, lane *LaneBox) {
	single := len(s.Curves) == 1
	lowest, drop := s.extremes()
	for i := range s.Curves { // all lines first: none runs through a label
		c := &s.Curves[i]
		if single {
			s.hillMarks(m, c, lane)
		}
		m.add(Mark{Shape: Path, D: c.D, Stroke: c.Tone.Edge(), Weight: 3, Dash: c.Dash})
		if c == drop {
			m.add(Mark{Shape: Path, D: string(smooth(nil, c.stretch(c.Drop-1, c.Drop))), Stroke: InkBad, Weight: 4.5})
		}
	}
	for i := range s.Curves {
		c := &s.Curves[i]
		m.begin(OnCurve, c.Persona, s.word("scene.curve", c.Name))
		for k := range c.Points {
			s.pointMarks(m, c, k, lane.Row, single, c == lowest && k == c.Lowest, c == drop && k == c.Drop)
		}
		if !single {
			nameMarks(m, c)
		}
		m.end()
	}
}

// extremes are the curves with the lowest point and the biggest drop of all; nil
// when nothing is below or falls.
func (s *Scene) extremes() (lowest, drop *Curve) {
	low, fall := 0.0, 0.0
	for i := range s.Curves {
		c := &s.Curves[i]
		if c.Lowest >= 0 && c.Points[c.Lowest].Score < low {
			low, lowest = c.Points[c.Lowest].Score, c
		}
		if c.Drop > 0 {
			if d := c.Points[c.Drop-1].Score - c.Points[c.Drop].Score; d > fall {
				fall, drop = d, c
			}
		}
	}
	return lowest, drop
}

// nameMarks say whose curve it is, at its first point.
func nameMarks(m *marks, c *Curve) {
	p := &c.Points[0]
	w := Width(c.Name, 10.5) + 14
	x, y := p.At.X-w-14, p.At.Y-8.5
	if x < 8 {
		x = max(4, p.At.X-w/2)
		if y = p.At.Y + 14; p.Below {
			y = p.At.Y - 32
		}
	}
	m.frame(Rect{x, y, w, 17}, 8.5, c.Tone.Fill(), c.Tone.Edge(), 1, Solid)
	m.words(x+7, y+12.2, 10.5, c.Tone.Ink(), AtStart, false, c.Name)
}

// stretch is the smooth curve between two neighbouring points, cut into pieces.
func (c *Curve) stretch(from, to int) []Point {
	all := make([]Point, len(c.Points))
	for i := range c.Points {
		all[i] = c.Points[i].At
	}
	const pieces = 12
	out := make([]Point, 0, pieces+1)
	for k := 0; k <= pieces; k++ {
		x := all[from].X + (all[to].X-all[from].X)*float32(k)/pieces
		out = append(out, Point{x, heightAt(all, x)})
	}
	return out
}

// hillMarks fill the ground between the curve and zero, good and bad apart.
func (s *Scene) hillMarks(m *marks, c *Curve, lane *LaneBox) {
	zero := scoreY(lane.Row, 0)
	var line []Point
	for i := 1; i < len(c.Points); i++ {
		line = append(line, c.stretch(i-1, i)...)
	}
	for _, side := range [...]struct {
		ink   Ink
		below float32
	}{{InkGoodSoft, -1}, {InkBadSoft, 1}} {
		d, open := pen(nil), false
		for i := 1; i < len(line); i++ {
			a, b := line[i-1], line[i]
			ya, yb := (a.Y-zero)*side.below, (b.Y-zero)*side.below
			if ya <= 0 && yb <= 0 {
				if open {
					d, open = d.close(), false
				}
				continue
			}
			if !open {
				x := a.X
				if ya < 0 {
					x += (b.X - a.X) * -ya / (yb - ya)
				}
				d, open = d.to('M', x, zero), true
				if ya > 0 {
					d = d.to('L', a.X, a.Y)
				}
			}
			if yb < 0 {
				d = d.to('L', a.X+(b.X-a.X)*ya/(ya-yb), zero).close()
				open = false
				continue
			}
			d = d.to('L', b.X, b.Y)
			if i == len(line)-1 {
				d = d.to('L', b.X, zero).close()
				open = false
			}
		}
		if open {
			d = d.close()
		}
		if len(d) > 0 {
			m.path(string(d), side.ink, InkNone, 0)
		}
	}
	m.line(lane.Row.X, zero, lane.Row.Right(), zero, InkRuleStrong, 1, Solid) // again, over the hills
}

func (s *Scene) pointMarks(m *marks, c *Curve, k int, row Rect, single, lowest, drop bool) {
	p := &c.Points[k]
	m.begin(OnPoint, p.ID, p.Label)
	edge, ink := c.Tone.Edge(), InkText
	if !single {
		ink = c.Tone.Ink()
	}
	if lowest {
		m.disc(p.At, 11, InkNone, InkBad, 1.8)
	}
	switch c.Form {
	case 1:
		m.frame(Rect{p.At.X - 5.5, p.At.Y - 5.5, 11, 11}, 1, InkCard, edge, 2.6, Solid)
	case 2:
		m.path(string(pen(nil).to('M', p.At.X, p.At.Y-7.5).to('L', p.At.X+7.5, p.At.Y).to('L', p.At.X, p.At.Y+7.5).to('L', p.At.X-7.5, p.At.Y).close()), InkCard, edge, 2.6)
	case 3:
		m.path(string(pen(nil).to('M', p.At.X, p.At.Y-7).to('L', p.At.X+7, p.At.Y+6).to('L', p.At.X-7, p.At.Y+6).close()), InkCard, edge, 2.6)
	default:
		m.disc(p.At, 6, InkCard, edge, 2.6)
	}
	y := p.At.Y - 13
	if p.Below {
		y = p.At.Y + 22
	}
	if lowest {
		y += 4
	}
	half := Width(p.Label, 12) / 2 * boldFactor
	label := clamp(p.At.X, row.X+half+4, max(row.X+half+4, row.Right()-half-4))
	m.add(Mark{Shape: Words, Rect: Rect{X: label, Y: y}, Size: 12, Fill: ink, Anchor: AtMiddle, Bold: lowest, Halo: InkCard, RTL: RightToLeft(p.Label), Text: p.Label})
	m.end()
	if lowest {
		low := s.word("scene.lowest")
		x := label + max(half, 12) + 8
		m.box(Rect{x, y - 12, Width(low, 10.5)*boldFactor + 12, 16}, 8, InkBad)
		m.words(x+6, y, 10.5, InkCard, AtStart, true, low)
	}
	if drop {
		q := c.Points[k-1]
		text := s.word("scene.drop", "−"+decimal(q.Score-p.Score))
		mid := Point{(q.At.X + p.At.X) / 2, (q.At.Y + p.At.Y) / 2}
		w := Width(text, 10.5)*boldFactor + 12
		m.frame(Rect{mid.X + 10, mid.Y - 17, w, 17}, 8, InkBadSoft, InkBad, 1, Solid)
		m.words(mid.X+16, mid.Y-4.5, 10.5, InkBad, AtStart, true, text)
	}
}
