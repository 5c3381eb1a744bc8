package scene

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
)

// storyboard draws a frame an action: its picture or, without one, the face of
// the feeling there and where it happens; below what the customer does.
func (v *view) storyboard() {
	const w, picture, gap = 300, 150, 22
	columns := v.columnsOf(w+gap, 5)
	type frame struct {
		n     *journey.Note
		text  []string
		phase *PhaseBox // of the first frame of a phase
	}
	var frames []frame
	for i := range v.Phases {
		for k, n := range v.actions(v.Phases[i].ID) {
			f := frame{n: n, text: v.wrap.Lines(nil, n.Text, 14, w-32)}
			if k == 0 {
				f.phase = &v.Phases[i]
			}
			frames = append(frames, f)
		}
	}
	if len(frames) == 0 {
		v.nothing()
		return
	}
	y := float32(viewTop)
	for row := 0; row < len(frames); row += columns {
		end := min(row+columns, len(frames))
		lines := 1
		for _, f := range frames[row:end] {
			lines = max(lines, len(f.text))
		}
		h := picture + 34 + float32(lines)*20
		for i, f := range frames[row:end] {
			r := Rect{float32(i) * (w + gap), y, w, h}
			v.begin(OnNote, f.n.ID, r, v.Describe(Target{Kind: OnNote, ID: f.n.ID}))
			v.storyFrame(f.n, r, picture, row+i+1, f.phase)
			for k, line := range f.text {
				v.words(r.X+16, y+picture+32+float32(k)*20, 14, InkText, AtStart, false, line)
			}
			v.end()
		}
		y += h + gap
	}
}

// storyFrame is a frame without its text.
func (v *view) storyFrame(n *journey.Note, r Rect, picture float32, number int, phase *PhaseBox) {
	tone := v.tones.Of(n)
	inside := Rect{r.X + 8, r.Y + 8, r.W - 16, picture}
	v.frame(r, 8, InkCard, InkRule, 1, Solid)
	v.box(inside, 5, tone.Fill())
	if at := v.imageAt(n.Image); at != "" {
		v.add(Mark{Shape: Image, Rect: inside, Text: at})
	} else {
		v.storyFace(n, inside.X, inside.Y, inside.W, inside.H, tone)
	}
	v.box(Rect{r.X + 16, r.Y + 16, 26, 22}, 5, tone.Edge())
	v.words(r.X+29, r.Y+32, 12, InkCard, AtMiddle, true, strconv.Itoa(number))
	if phase == nil {
		return
	}
	ink := phase.Ink
	if ink == InkNone {
		ink = InkPhaseComparing
	}
	label := Clip(phase.name, 11, r.W-90)
	v.box(Rect{r.X + 48, r.Y + 16, Width(label, 11)*boldFactor + 16, 22}, 11, ink)
	v.words(r.X+56, r.Y+31, 11, InkOnPhase, AtStart, true, label)
}

// storyFace stands in for a picture: the customer with the feeling scored there
// and what it is called, and the touchpoints that serve the action.
func (v *view) storyFace(n *journey.Note, x, y, w, h float32, tone Tone) {
	var label string
	score, scored := 0.0, false
	for i := range v.Curves {
		for _, p := range v.Curves[i].Points {
			if p.Note == n.ID {
				label, score, scored = p.Label, p.Score, true
			}
		}
	}
	c := Point{x + w/2, y + h/2 - 8}
	ink := tone.Edge()
	v.disc(c, 30, InkCard, ink, 2.5)
	if scored {
		bend := float32(score) * 5
		v.disc(Point{c.X - 10, c.Y - 7}, 3.2, ink, InkNone, 0)
		v.disc(Point{c.X + 10, c.Y - 7}, 3.2, ink, InkNone, 0)
		v.path(string(pen(nil).to('M', c.X-13, c.Y+11-bend/3).to('Q', c.X, c.Y+11+bend, c.X+13, c.Y+11-bend/3)), InkNone, ink, 2.5)
	} else { // nobody said how it felt: no face is made up
		v.path(string(pen(nil).scaled(laneIcon(n.Kind), c.X-17, c.Y-17, 1.7)), InkNone, ink, 2.2)
	}
	if label != "" {
		lw := Width(label, 12) + 18
		v.frame(Rect{c.X + 26, c.Y - 40, lw, 24}, 12, InkCard, ink, 1, Solid)
		v.words(c.X+35, c.Y-23.500, 12, InkText, AtStart, false, label)
	}
	where := ""
	for _, l := range v.m.LinksTo(n.ID) {
		if l.Rel != journey.Serves {
			continue
		}
		if at := v.m.Note(l.From); at != nil {
			where = join(" · ", where, oneLine(at.Text))
		}
	}
	if where != "" {
		v.words(c.X, y+h-12, 11, tone.Ink(), AtMiddle, false, Clip(where, 11, w-24))
	}
}
