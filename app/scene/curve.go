package scene

// smooth draws a monotone cubic (Fritsch–Carlson) through points that go from
// left to right: between two points it never swings above the higher or below the
// lower, so that a curve shows no feeling that nobody scored.
func smooth(p pen, points []Point) pen {
	if len(points) == 0 {
		return p
	}
	p = p.to('M', points[0].X, points[0].Y)
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		third := (b.X - a.X) / 3
		ma, mb := tangent(points, i-1), tangent(points, i)
		p = p.to('C', a.X+third, a.Y+third*ma, b.X-third, b.Y-third*mb, b.X, b.Y)
	}
	return p
}

// tangent is the slope at a point: none at a turning point or an end, else the
// harmonic mean of the slopes on both sides, which keeps the curve monotone.
func tangent(points []Point, i int) float32 {
	if i == 0 || i == len(points)-1 {
		return 0
	}
	before, after := slope(points[i-1], points[i]), slope(points[i], points[i+1])
	if before*after <= 0 {
		return 0
	}
	return 2 * before * after / (before + after)
}

func slope(a, b Point) float32 {
	if b.X <= a.X {
		return 0
	}
	return (b.Y - a.Y) / (b.X - a.X)
}

// heightAt is the y of the smooth curve at x; outside it the end's.
func heightAt(points []Point, x float32) float32 {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if x > b.X {
			continue
		}
		if x <= a.X || b.X <= a.X {
			return a.Y
		}
		w := b.X - a.X
		t := (x - a.X) / w
		ma, mb := tangent(points, i-1)*w, tangent(points, i)*w
		return (2*t-3)*t*t*(a.Y-b.Y) + a.Y + ((t-2)*t+1)*t*ma + (t-1)*t*t*mb
	}
	if len(points) == 0 {
		return 0
	}
	return points[len(points)-1].Y
}

// Bend is a link's curve: a cubic from one box to another and the way its arrow
// points.
type Bend struct{ From, C1, C2, To Point }

// route leaves a box by the side that faces the other one and enters that by the
// facing side. Boxes of one row that stand apart are joined over their tops, so
// that a loop back does not run through what lies between.
func route(a, b Rect) Bend {
	ca, cb := a.Center(), b.Center()
	switch gapX, gapY := apart(a.X, a.Right(), b.X, b.Right()), apart(a.Y, a.Bottom(), b.Y, b.Bottom()); {
	case gapY > 0:
		// above or below
		from, to := Point{ca.X, a.Bottom()}, Point{cb.X, b.Y}
		if cb.Y < ca.Y {
			from.Y, to.Y = a.Y, b.Bottom()
		}
		shift := clamp((cb.X-ca.X)/8, -a.W/4, a.W/4)
		from.X += shift
		to.X -= shift
		pull := (to.Y - from.Y) * 0.45
		return Bend{from, Point{from.X, from.Y + pull}, Point{to.X, to.Y - pull}, to}
	case gapX > a.W*1.2 || cb.X < ca.X && gapX > 0:
		// far along the row, or back: over the tops
		from, to := Point{ca.X, a.Y}, Point{cb.X, b.Y}
		lift := min(a.Y, b.Y) - min(56, 14+gapX/12)
		return Bend{from, Point{from.X, lift}, Point{to.X, lift}, to}
	default:
		from, to := Point{a.Right(), ca.Y}, Point{b.X, cb.Y}
		if cb.X < ca.X {
			from.X, to.X = a.X, b.Right()
		}
		pull := (to.X - from.X) * 0.45
		return Bend{from, Point{from.X + pull, from.Y}, Point{to.X - pull, to.Y}, to}
	}
}

// apart is the gap between two stretches, negative when they overlap.
func apart(a0, a1, b0, b1 float32) float32 { return max(b0-a1, a0-b1) }

func clamp(v, low, high float32) float32 { return max(low, min(high, v)) }

// Path is the curve in path data.
func (b Bend) Path() string {
	return string(pen(nil).to('M', b.From.X, b.From.Y).to('C', b.C1.X, b.C1.Y, b.C2.X, b.C2.Y, b.To.X, b.To.Y))
}

// Arrow is the triangle at its end, in path data.
func (b Bend) Arrow(size float32) string {
	dx, dy := b.To.X-b.C2.X, b.To.Y-b.C2.Y
	long := sqrt(dx*dx + dy*dy)
	if long < 0.01 {
		dx, dy, long = 0, 1, 1
	}
	dx, dy = dx/long*size, dy/long*size
	x, y := b.To.X-dx, b.To.Y-dy
	return string(pen(nil).to('M', b.To.X, b.To.Y).to('L', x-dy*0.45, y+dx*0.45).to('L', x+dy*0.45, y-dx*0.45).close())
}

// At is the point at t, 0…1.
func (b Bend) At(t float32) Point {
	u := 1 - t
	k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
	return Point{
		k0*b.From.X + k1*b.C1.X + k2*b.C2.X + k3*b.To.X,
		k0*b.From.Y + k1*b.C1.Y + k2*b.C2.Y + k3*b.To.Y,
	}
}

// Bounds holds the whole curve (its hull does).
func (b Bend) Bounds() Rect {
	x0, y0 := min(b.From.X, b.C1.X, b.C2.X, b.To.X), min(b.From.Y, b.C1.Y, b.C2.Y, b.To.Y)
	x1, y1 := max(b.From.X, b.C1.X, b.C2.X, b.To.X), max(b.From.Y, b.C1.Y, b.C2.Y, b.To.Y)
	return Rect{x0, y0, x1 - x0, y1 - y0}
}

// near reports whether a point is within reach of the curve.
func (b Bend) near(x, y, reach float32) bool {
	if !b.Bounds().Grow(reach).Contains(x, y) {
		return false
	}
	const pieces = 20
	last := b.From
	for i := 1; i <= pieces; i++ {
		next := b.At(float32(i) / pieces)
		if distance2(x, y, last, next) <= reach*reach {
			return true
		}
		last = next
	}
	return false
}

// distance2 is the square of the distance from a point to a stretch.
func distance2(x, y float32, a, b Point) float32 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := float32(0)
	if l := dx*dx + dy*dy; l > 0 {
		t = clamp(((x-a.X)*dx+(y-a.Y)*dy)/l, 0, 1)
	}
	ex, ey := x-a.X-t*dx, y-a.Y-t*dy
	return ex*ex + ey*ey
}
