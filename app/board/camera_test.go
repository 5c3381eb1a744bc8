package board

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6*(1+math.Abs(a)+math.Abs(b)) }

func anyCamera(t *rapid.T) Camera {
	return Camera{rapid.Float64Range(-5e3, 5e3).Draw(t, "x"), rapid.Float64Range(-5e3, 5e3).Draw(t, "y"), rapid.Float64Range(zoomMin, zoomMax).Draw(t, "z")}
}

// What is under the pointer stays under it, whatever the zoom; screen and world
// are each other's inverse.
func TestCamera_zooms_about_the_pointer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCamera(t)
		sx, sy := rapid.Float64Range(0, 2000).Draw(t, "sx"), rapid.Float64Range(0, 2000).Draw(t, "sy")
		x, y := c.World(sx, sy)
		z := c.ZoomAt(sx, sy, rapid.Float64Range(0.01, 100).Draw(t, "factor"))
		if gx, gy := z.Screen(x, y); !near(gx, sx) || !near(gy, sy) {
			t.Fatalf("the point went from %v,%v to %v,%v", sx, sy, gx, gy)
		}
		if z.Z < zoomMin || z.Z > zoomMax {
			t.Fatalf("zoom %v left its limits", z.Z)
		}
	})
}

func TestFit_shows_all_between_the_bars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rect{rapid.Float64Range(-1e3, 1e3).Draw(t, "x"), rapid.Float64Range(-1e3, 1e3).Draw(t, "y"), rapid.Float64Range(1, 2e4).Draw(t, "w"), rapid.Float64Range(1, 2e4).Draw(t, "h")}
		in := Inset{40, 10, 20, 30}
		c := Fit(r, 1280, 720, in)
		x0, y0 := c.Screen(r.X, r.Y)
		x1, y1 := c.Screen(r.Right(), r.Bottom())
		if c.Z > 1 || c.Z > zoomMin && (x0 < in.Left-1e-6 || y0 < in.Top-1e-6 || x1 > 1270+1e-6 || y1 > 700+1e-6) {
			t.Fatalf("%v shows %v as %v,%v %v,%v", c, r, x0, y0, x1, y1)
		}
	})
}

func TestReveal(t *testing.T) {
	in := Inset{Top: 50}
	for name, c := range map[string]struct {
		r      Rect
		dx, dy float64
	}{
		"in sight: stays":             {Rect{100, 100, 50, 50}, 0, 0},
		"left and above: just enough": {Rect{-30, 20, 50, 50}, 30, 30},
		"right and below":             {Rect{780, 590, 50, 50}, -30, -40},
		"too large: its beginning":    {Rect{10, 60, 2000, 2000}, -10, -10},
	} {
		got := Camera{0, 0, 1}.Reveal(c.r, 800, 600, in)
		if got.X != c.dx || got.Y != c.dy {
			t.Errorf("%s: moved by %v,%v, not %v,%v", name, got.X, got.Y, c.dx, c.dy)
		}
	}
}

func TestToward_ends_where_it_should(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCamera(t), anyCamera(t)
		if a.Toward(b, 0) != a || a.Toward(b, 1) != b {
			t.Fatal("a flight does not begin and end at its ends")
		}
		if m := a.Toward(b, 0.5); m.Z < min(a.Z, b.Z)-1e-9 || m.Z > max(a.Z, b.Z)+1e-9 || math.IsNaN(m.X) {
			t.Fatalf("halfway is not between: %v", m)
		}
	})
}
