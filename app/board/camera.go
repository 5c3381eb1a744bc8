package board

import "math"

// Camera maps the world (board units) to the host element (CSS pixels):
// screen = world*Z + (X, Y).
type Camera struct{ X, Y, Z float64 }

const (
	zoomMin = 0.02
	zoomMax = 4.0
)

// Rect is a box in either space.
type Rect struct{ X, Y, W, H float64 }

func (r Rect) Right() float64  { return r.X + r.W }
func (r Rect) Bottom() float64 { return r.Y + r.H }
func (r Rect) Empty() bool     { return r.W <= 0 || r.H <= 0 }

// Center is the middle of r.
func (r Rect) Center() (x, y float64) { return r.X + r.W/2, r.Y + r.H/2 }

// Meets reports whether r and o have a point in common.
func (r Rect) Meets(o Rect) bool {
	return r.X <= o.Right() && o.X <= r.Right() && r.Y <= o.Bottom() && o.Y <= r.Bottom()
}

// Contains reports whether the point is in r.
func (r Rect) Contains(x, y float64) bool {
	return x >= r.X && x < r.Right() && y >= r.Y && y < r.Bottom()
}

// Grow is r with d more on each side.
func (r Rect) Grow(d float64) Rect { return Rect{r.X - d, r.Y - d, r.W + 2*d, r.H + 2*d} }

// Union is the smallest box around both; an empty box does not count.
func (r Rect) Union(o Rect) Rect {
	if r.Empty() {
		return o
	}
	if o.Empty() {
		return r
	}
	x, y := min(r.X, o.X), min(r.Y, o.Y)
	return Rect{x, y, max(r.Right(), o.Right()) - x, max(r.Bottom(), o.Bottom()) - y}
}

// between is the box that two corners span.
func between(x0, y0, x1, y1 float64) Rect {
	return Rect{min(x0, x1), min(y0, y1), math.Abs(x1 - x0), math.Abs(y1 - y0)}
}

// World gives the board point under a screen point.
func (c Camera) World(sx, sy float64) (x, y float64) { return (sx - c.X) / c.Z, (sy - c.Y) / c.Z }

// Screen gives the screen point of a board point.
func (c Camera) Screen(x, y float64) (sx, sy float64) { return x*c.Z + c.X, y*c.Z + c.Y }

// Sight is the part of the world that a host of w×h pixels shows, and margin
// pixels around it.
func (c Camera) Sight(w, h, margin float64) Rect {
	x, y := c.World(-margin, -margin)
	return Rect{x, y, (w + 2*margin) / c.Z, (h + 2*margin) / c.Z}
}

// Pan moves the world by screen pixels.
func (c Camera) Pan(dx, dy float64) Camera { return Camera{c.X + dx, c.Y + dy, c.Z} }

// ZoomAt multiplies the zoom and keeps what is under the screen point there.
func (c Camera) ZoomAt(sx, sy, factor float64) Camera {
	z := min(zoomMax, max(zoomMin, c.Z*factor))
	return Camera{sx - (sx-c.X)*z/c.Z, sy - (sy-c.Y)*z/c.Z, z}
}

// Fit shows all of r in a host of w×h pixels, never larger than life. The inset
// is kept free on each side, for bars that stand over the map.
func Fit(r Rect, w, h float64, inset Inset) Camera {
	w, h = max(1, w-inset.Left-inset.Right), max(1, h-inset.Top-inset.Bottom)
	if r.Empty() {
		return Camera{inset.Left, inset.Top, 1}
	}
	z := max(zoomMin, min(1, w/r.W, h/r.H))
	return Camera{inset.Left + (w-r.W*z)/2 - r.X*z, inset.Top + (h-r.H*z)/2 - r.Y*z, z}
}

// Inset is the space that bars take from the edges of the host, in pixels.
type Inset struct{ Top, Right, Bottom, Left float64 }

// Reveal pans as little as it takes to show r, and not at all when it is in sight.
func (c Camera) Reveal(r Rect, w, h float64, inset Inset) Camera {
	x0, y0 := c.Screen(r.X, r.Y)
	x1, y1 := c.Screen(r.Right(), r.Bottom())
	return c.Pan(into(x0, x1, inset.Left, w-inset.Right), into(y0, y1, inset.Top, h-inset.Bottom))
}

// into is how far the stretch a…b must go to lie in from…to; its beginning
// matters more than its end when it is too long.
func into(a, b, from, to float64) float64 {
	d := 0.0
	if b > to {
		d = to - b
	}
	if a+d < from {
		d = from - a
	}
	return d
}

// Toward is the camera t of the way (0…1) from c to o. Zoom goes by ratio, so
// that a flight looks even.
func (c Camera) Toward(o Camera, t float64) Camera {
	switch {
	case t >= 1:
		return o
	case t <= 0:
		return c
	}
	z := c.Z * math.Pow(o.Z/c.Z, t)
	if math.Abs(o.Z-c.Z) < 1e-9 {
		return Camera{c.X + (o.X-c.X)*t, c.Y + (o.Y-c.Y)*t, z}
	}
	// The point that stands still while zooming from c to o stands still all the way.
	s := (z - c.Z) / (o.Z - c.Z)
	return Camera{c.X + (o.X-c.X)*s, c.Y + (o.Y-c.Y)*s, z}
}

// ease makes a flight start and land softly.
func ease(t float64) float64 { return t * t * (3 - 2*t) }
