package scene

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Between two points the curve stays between their heights: no feeling is shown
// that nobody scored.
func TestCurveNeverOvershoots(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	for range 500 {
		points := []Point{{0, rnd.Float32() * 100}}
		for range 1 + rnd.IntN(8) {
			last := points[len(points)-1]
			points = append(points, Point{last.X + 1 + rnd.Float32()*90, rnd.Float32() * 100})
		}
		for i := 1; i < len(points); i++ {
			a, b := points[i-1], points[i]
			for k := range 20 {
				y := heightAt(points, a.X+(b.X-a.X)*float32(k)/20)
				if y < min(a.Y, b.Y)-0.01 || y > max(a.Y, b.Y)+0.01 {
					t.Fatalf("%v has %g between %g and %g", points, y, a.Y, b.Y)
				}
			}
			if y := heightAt(points, b.X); !near(y, b.Y) {
				t.Fatalf("%v misses its point: %g for %g", points, y, b.Y)
			}
		}
	}
}

// Dragging a point to where a score is drawn gives that score.
func TestScoreAtIsWhereItIsDrawn(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action, journey.EmotionCurve)
	s := Layout(w.m, Options{})
	for score := -2.0; score <= 2; score += 0.5 {
		if got := s.ScoreAt(scoreY(s.Lanes[1].Row, score)); got != score {
			t.Errorf("%g is drawn where %g is read", score, got)
		}
	}
	if s.ScoreAt(-1e5) != 2 || s.ScoreAt(1e5) != -2 {
		t.Error("scores end at two")
	}
}

// The lowest point and the biggest drop of a map are the ones that were scored.
func TestLowestAndDrop(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action, journey.EmotionCurve)
	var points []crdt.ID
	for i, score := range []float64{1, 2, -1, 0, -2} {
		note := w.add(w.phases[0], w.lanes[0], 16+float32(i)*180, 16, journey.NoteFields{})
		w.edit(func(e *crdt.Edit) { points = append(points, w.m.SetEmotion(e, w.people[0], note, score)) })
	}
	c := Layout(w.m, Options{}).Curves[0]
	if c.Points[c.Lowest].ID != points[4] || c.Points[c.Drop].ID != points[2] {
		t.Errorf("lowest %d, drop to %d", c.Lowest, c.Drop)
	}
	for i := 1; i < len(c.Points); i++ {
		if c.Points[i].At.X < c.Points[i-1].At.X+curvePointGap {
			t.Error("points stand on one another")
		}
	}
}

// A link begins at the edge of one box and ends at the edge of the other, and its
// arrow points into it.
func TestRoute(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 3))
	onEdge := func(r Rect, p Point) bool {
		inside := p.X >= r.X-0.01 && p.X <= r.Right()+0.01 && p.Y >= r.Y-0.01 && p.Y <= r.Bottom()+0.01
		return inside && (near(p.X, r.X) || near(p.X, r.Right()) || near(p.Y, r.Y) || near(p.Y, r.Bottom()))
	}
	for range 1000 {
		a := Rect{rnd.Float32() * 2000, rnd.Float32() * 1500, 160, 100}
		b := Rect{rnd.Float32() * 2000, rnd.Float32() * 1500, 160, 100}
		if a.Meets(b) {
			continue
		}
		bend := route(a, b)
		if !onEdge(a, bend.From) || !onEdge(b, bend.To) {
			t.Fatalf("%v to %v: %v", a, b, bend)
		}
		if m := bend.At(0.5); !bend.near(m.X, m.Y, 1) {
			t.Fatalf("%v is not near itself", bend)
		}
		if strings.Contains(bend.Arrow(8), "N") {
			t.Fatalf("%v has the arrow %s", bend, bend.Arrow(8))
		}
	}
}

// The signs' path data survives being moved: what is drawn at the origin in its
// own size is what it was.
func TestSignsAreDrawnAsTheyAre(t *testing.T) {
	for g := SignNone + 1; g < signCount; g++ {
		once := string(pen(nil).scaled(g.Path(), 0, 0, 1))
		if twice := string(pen(nil).scaled(once, 0, 0, 1)); once != twice || once == "" {
			t.Errorf("sign %d: %s became %s", g, once, twice)
		}
		away := pen(nil).scaled(g.Path(), 100, 50, 2)
		if back := string(pen(nil).scaled(string(pen(nil).scaled(string(away), 0, 0, 0.5)), -50, -25, 1)); len(back) == 0 {
			t.Errorf("sign %d is lost", g)
		}
	}
}

// No two of the first eleven departments look alike, whatever colours they wish.
func TestTonesAreFarApart(t *testing.T) {
	wishes := []string{"#E4572E", "#E4572E", "#2E86AB", "#3C9D4E", "#8E5BB5", "", "nonsense", "#000000", "#ff0000", "#00ff00", "#0000ff"}
	seen := map[Tone]bool{}
	for i, tone := range assignTones(wishes) {
		if seen[tone] {
			t.Errorf("department %d has the tone %s again", i, tone.Name())
		}
		seen[tone] = true
	}
	for wish, want := range map[string]Tone{"#E4572E": Coral, "#3C9D4E": Green, "#8E5BB5": Violet} {
		if got := assignTones([]string{wish})[0]; got != want {
			t.Errorf("%s became %s", wish, got.Name())
		}
	}
}

// A note dropped on a field of the matrix gets the scores that draw it there.
func TestMatrixIsTheSameNotes(t *testing.T) {
	w := newWorkshop(t, 1, journey.Measure)
	want := map[crdt.ID][2]int{}
	for i := range 12 {
		impact, effort := 1+i%5, 1+i*2%5
		id := w.add(w.phases[0], w.lanes[0], 16, 16+float32(i)*116, journey.NoteFields{Text: "measure", Impact: impact, Effort: effort})
		want[id] = [2]int{impact, effort}
	}
	d := View(w.m, Matrix, Options{Lang: "en"})
	found := 0
	for _, b := range d.Boxes {
		if b.Target.Kind != OnNote {
			continue
		}
		found++
		c := b.Rect.Center()
		impact, effort, ok := d.MatrixAt(c.X, c.Y)
		if !ok || [2]int{impact, effort} != want[b.Target.ID] {
			t.Errorf("note with %v is drawn where %d, %d is read", want[b.Target.ID], impact, effort)
		}
		if field := d.MatrixField(impact, effort); !field.Contains(c.X, c.Y) {
			t.Errorf("the field of %d, %d is %v, its note at %v", impact, effort, field, c)
		}
		if got := d.Hit(c.X, c.Y); got != b.Target {
			t.Errorf("a point on %v hits %v", b.Target, got)
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d notes", found, len(want))
	}
}

// What nobody has judged lies in the tray below the matrix, where a drop takes a
// judgement back.
func TestTheTrayOfTheMatrix(t *testing.T) {
	w := newWorkshop(t, 1, journey.Measure, journey.Opportunity)
	for i, lane := range w.lanes {
		w.add(w.phases[0], lane, 16, 16, journey.NoteFields{Text: "not judged", Impact: i})
	}
	d := View(w.m, Matrix, Options{Lang: "en"})
	tray := d.MatrixField(0, 0)
	n := 0
	for _, b := range d.Boxes {
		if c := b.Rect.Center(); b.Target.Kind == OnNote && tray.Contains(c.X, c.Y) {
			n++
			if _, _, ok := d.MatrixAt(c.X, c.Y); ok {
				t.Error("the tray is a field of the matrix")
			}
		}
	}
	if n != 2 {
		t.Errorf("%d notes in the tray", n)
	}
}

// Storyboard and KPIs stand in as many columns as there is room for, and in one on a
// phone.
func TestViewsFitAPhone(t *testing.T) {
	w := newWorkshop(t, 2, journey.Action)
	for i := range 6 {
		w.add(w.phases[i%2], w.lanes[0], 16, 16+float32(i)*116, journey.NoteFields{Text: "action"})
		w.edit(func(e *crdt.Edit) { w.m.AddKPI(e, journey.KPI{Name: journey.Name{Text: "figure"}}) })
	}
	for _, name := range []ViewName{Storyboard, KPIs} {
		lefts := func(width float32) int {
			at := map[float32]bool{}
			for _, b := range View(w.m, name, Options{Lang: "en", Width: width}).Boxes {
				at[b.Rect.X] = true
			}
			return len(at)
		}
		if phone, two, wide := lefts(487), lefts(900), lefts(0); phone != 1 || two != 2 || wide < 4 {
			t.Errorf("%s: %d, %d, %d columns", name, phone, two, wide)
		}
	}
}

// Every view draws any map, an empty one too, and every action once in flow,
// timeline and storyboard.
func TestViewsDrawAnyMap(t *testing.T) {
	empty := &workshop{t: t, doc: crdt.New()}
	empty.m = journey.Open(empty.doc)
	rnd := rand.New(rand.NewPCG(3, 1))
	full := newWorkshop(t, 3, journey.Action, journey.EmotionCurve, journey.Measure)
	full.fill(40, rnd)
	for range 60 {
		full.edit(func(e *crdt.Edit) { full.anything(e, rnd) })
	}
	for _, w := range []*workshop{empty, full} {
		s := Layout(w.m, Options{Lang: "ja"})
		before := fmt.Sprint(s.Curves)
		for _, name := range Views {
			d := s.View(name, 0)
			if fmt.Sprint(s.Curves) != before {
				t.Fatalf("%s has changed the scene that it was drawn of", name)
			}
			open := 0
			for _, k := range d.Marks {
				switch k.Shape {
				case Begin:
					open++
				case End:
					open--
				}
				if strings.Contains(k.D, "N") || strings.Contains(k.D, "I") {
					t.Errorf("%s draws %s", name, k.D)
				}
			}
			if open != 0 || d.Bounds.Empty() {
				t.Errorf("%s: %d groups are left open, bounds %v", name, open, d.Bounds)
			}
		}
	}
}
