package scene

import "math"

// Point is a place in the world.
type Point struct{ X, Y float32 }

// Rect is a box in the world; it holds its left and upper edge, not the others.
type Rect struct{ X, Y, W, H float32 }

func (r Rect) Right() float32  { return r.X + r.W }
func (r Rect) Bottom() float32 { return r.Y + r.H }
func (r Rect) Center() Point   { return Point{r.X + r.W/2, r.Y + r.H/2} }
func (r Rect) Empty() bool     { return r.W <= 0 || r.H <= 0 }

// Contains reports whether the point is in r.
func (r Rect) Contains(x, y float32) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Meets reports whether r and o have a point in common.
func (r Rect) Meets(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// Grow is r with d more on each side.
func (r Rect) Grow(d float32) Rect { return Rect{r.X - d, r.Y - d, r.W + 2*d, r.H + 2*d} }

// Move is r moved.
func (r Rect) Move(dx, dy float32) Rect { return Rect{r.X + dx, r.Y + dy, r.W, r.H} }

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

// Camera maps the world to the screen: screen = world*Z + (X, Y).
type Camera struct{ X, Y, Z float32 }

// A map is first shown as wide as the view, but never so small that notes
// cannot be read, nor larger than life.
const (
	FirstZoomMin = 0.6
	FirstZoomMax = 1
)

// FitCamera is the first look at a map in a view of w×h pixels: its upper edge,
// all of its width if that can be read. The server's picture has the same
// (export.Picture), so that the client takes over without a jump.
func FitCamera(bounds Rect, w, h float32) Camera {
	if bounds.Empty() || w <= 0 {
		return Camera{0, 0, 1}
	}
	z := min(FirstZoomMax, max(FirstZoomMin, w/bounds.W))
	return Camera{max(0, (w-bounds.W*z)/2) - bounds.X*z, -bounds.Y * z, z}
}

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
