package scene

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// DrawOrder is back to front; layers of reading order would put the head first,
// which it is, and the ground says nothing that is read.
var DrawOrder = [...]Layer{LayerGround, LayerHead, LayerLegend, LayerTops, LayerLefts, LayerLinks, LayerDrawings, LayerCurves, LayerNotes, LayerMarkers}

// Marks is a layer as a display list, in the order in which it is drawn.
func (s *Scene) Marks(layer Layer) []Mark {
	var m marks
	switch layer {
	case LayerHead:
		s.headMarks(&m)
	case LayerLegend:
		s.legendMarks(&m)
	case LayerGround:
		s.groundMarks(&m)
	case LayerTops:
		s.topMarks(&m)
	case LayerLefts:
		s.leftMarks(&m)
	case LayerDrawings:
		s.drawingMarks(&m, false)
	case LayerMarkers:
		s.drawingMarks(&m, true)
	case LayerLinks:
		s.linkMarks(&m)
	case LayerCurves:
		s.curveMarks(&m)
	case LayerNotes:
		for i := range s.Notes {
			s.noteMarks(&m, &s.Notes[i])
		}
	}
	return m
}

func (s *Scene) headMarks(m *marks) {
	h := &s.Head
	if h.Rect.Empty() {
		return
	}
	m.begin(OnHead, crdt.ID{}, "")
	x, y := h.Rect.X, h.Rect.Y
	for _, line := range h.Title {
		m.words(x, y+titleSize, titleSize, InkText, AtStart, true, line)
		y += titleLine
	}
	y += 8
	pair := func(label string, lines []string) {
		for i, line := range lines {
			if i == 0 {
				m.words(x, y+14, 11.5, InkTextFaint, AtStart, true, s.word(label))
			}
			m.words(x+themeLabel, y+14, themeSize, InkTextSoft, AtStart, false, line)
			y += themeLine
		}
	}
	pair("scene.product", h.Product)
	pair("scene.purpose", h.Purpose)
	if h.Start != "" || h.Goal != "" {
		y += 8
		x = s.pill(m, x, y, s.word("scene.start"), h.Start, false)
		m.path(string(pen(nil).to('M', x+8, y+13).to('L', x+34, y+13).to('M', x+28, y+8).to('L', x+34, y+13).to('L', x+28, y+18)), InkNone, InkTextFaint, 1.6)
		s.pill(m, x+42, y, s.word("scene.goal"), h.Goal, true)
	}
	for i := range h.Personas {
		personaMarks(m, &h.Personas[i])
	}
	m.end()
}

// pill is the start or the goal of the journey; it returns its right edge.
func (s *Scene) pill(m *marks, x, y float32, label, text string, goal bool) float32 {
	lw := Width(label, 11)*boldFactor + 20
	w := lw + Width(text, themeSize) + 22
	m.frame(Rect{x, y, w, 26}, 13, InkCard, InkRuleStrong, 1, Solid)
	fill, ink := InkAccentSoft, InkAccent
	if goal {
		fill, ink = InkAccent, InkOnAccent
	}
	m.box(Rect{x + 3, y + 3, lw, 20}, 10, fill)
	m.words(x+3+lw/2, y+17, 11, ink, AtMiddle, true, label)
	m.words(x+lw+11, y+17.5, themeSize, InkText, AtStart, false, text)
	return x + w
}

func personaMarks(m *marks, c *PersonaCard) {
	r := c.Rect
	m.frame(r, 8, InkCard, InkRule, 1, Solid)
	at := Point{r.X + 31, r.Y + 31}
	m.disc(at, 18, c.Tone.Fill(), c.Tone.Edge(), 1.5)
	if c.Image != "" {
		m.add(Mark{Shape: Image, Rect: Rect{at.X - 16, at.Y - 16, 32, 32}, Text: c.Image})
	} else { // a head and shoulders
		m.disc(Point{at.X, at.Y - 4.5}, 5.5, c.Tone.Edge(), InkNone, 0)
		m.path(string(pen(nil).to('M', at.X-10, at.Y+12).to('C', at.X-10, at.Y, at.X+10, at.Y, at.X+10, at.Y+12).close()), c.Tone.Edge(), InkNone, 0)
	}
	m.words(r.X+58, r.Y+27, 14, InkText, AtStart, true, c.Name)
	m.words(r.X+58, r.Y+44, 11, InkTextSoft, AtStart, false, c.Role)
	for i, line := range c.Quote {
		m.words(r.X+14, r.Y+70+float32(i)*15.5, 11, InkTextSoft, AtStart, false, line)
	}
}

func (s *Scene) legendMarks(m *marks) {
	l := &s.Legend
	if len(l.Entries) == 0 {
		return
	}
	m.begin(OnLegend, crdt.ID{}, "")
	for _, e := range l.Entries {
		x, y := l.Rect.X+e.X, l.Rect.Y+e.Y+legendLine/2
		switch e.Sign {
		case SignNone:
			m.frame(Rect{x, y - 7, 16, 14}, 3, e.Tone.Fill(), e.Tone.Edge(), 1, Solid)
			m.box(Rect{x, y - 7, 4, 14}, 1.5, e.Tone.Edge())
		case SignGuess:
			m.frame(Rect{x, y - 7, 16, 14}, 3, InkCard, InkTextFaint, 1.2, Dashed)
			m.path(string(pen(nil).sign(e.Sign, x+4, y-4, 8)), InkTextSoft, InkNone, 0)
		default:
			ink := InkTextSoft
			if e.Sign >= SignBreak && e.Sign <= SignFriction {
				ink = InkBad
			}
			m.path(string(pen(nil).sign(e.Sign, x+2, y-6, 12)), ink, InkNone, 0)
		}
		m.words(x+24, y+4, legendSize, InkTextSoft, AtStart, false, e.Word)
	}
	m.end()
}

func (s *Scene) groundMarks(m *marks) {
	g := s.Grid()
	if g.Empty() {
		return
	}
	all := Rect{-labelWidth, 0, labelWidth + g.W, g.H}
	m.frame(all, 10, InkCard, InkRule, 1, Solid)
	for i := range s.Lanes {
		l := &s.Lanes[i]
		if tint := laneTint(l.Kind); tint != InkNone {
			m.add(Mark{Shape: Box, Rect: l.Row, Fill: tint, Fade: 0.55})
		}
	}
	for i := range s.Lanes {
		l := &s.Lanes[i]
		if l.Kind == journey.EmotionCurve {
			s.levelMarks(m, l)
		}
		if l.Kind == journey.KPILane {
			s.kpiMarks(m, l)
		}
		if i == 0 {
			continue
		}
		if l.Kind == journey.Backstage {
			m.line(-labelWidth, l.Row.Y, g.W, l.Row.Y, InkRuleStrong, 1.6, LongDash)
			m.words(g.W-8, l.Row.Y-5, 11, InkTextFaint, AtEnd, true, s.word("scene.visibility"))
		} else {
			m.line(-labelWidth, l.Row.Y, g.W, l.Row.Y, InkRule, 1, Solid)
		}
	}
	for i := 1; i < len(s.Phases); i++ {
		x := s.Phases[i].Column.X
		m.line(x, 0, x, g.H, InkRuleStrong, 1, Dotted)
	}
	m.line(0, 0, 0, g.H, InkRule, 1, Solid)
}

func (s *Scene) topMarks(m *marks) {
	for i := range s.Phases {
		p := &s.Phases[i]
		m.begin(OnPhase, p.ID, p.name)
		r := p.Head
		gap := float32(3)
		if i == len(s.Phases)-1 {
			gap = 0
		}
		fill, ink := p.Ink, InkOnPhase
		if fill == InkNone {
			fill, ink = InkCardSoft, InkText
		}
		x0, x1, tip := r.X, r.Right()-gap, float32(chevronTip)
		y0, y1, mid := r.Y, r.Bottom(), r.Y+r.H/2
		d := pen(nil)
		if i == 0 {
			d = d.to('M', x0+8, y0).to('L', x1, y0).to('L', x1+tip, mid).to('L', x1, y1).to('L', x0+8, y1).
				to('Q', x0, y1, x0, y1-8).to('L', x0, y0+8).to('Q', x0, y0, x0+8, y0).close()
		} else {
			d = d.to('M', x0, y0).to('L', x1, y0).to('L', x1+tip, mid).to('L', x1, y1).to('L', x0, y1).to('L', x0+tip, mid).close()
		}
		if p.Ink == InkNone {
			m.path(string(d), fill, InkRuleStrong, 1)
		} else {
			m.path(string(d), fill, InkNone, 0)
		}
		x := x0 + tip + 14
		if i == 0 {
			x = x0 + 16
		}
		if p.More != "" {
			if p.Info != "" {
				mid -= 7
				m.words(x, mid+28, 11.5, ink, AtStart, false, p.Info)
			}
			m.words(x, mid-4, p.NameSize, ink, AtStart, true, p.Name)
			m.words(x, mid+12, p.NameSize, ink, AtStart, true, p.More)
		} else if p.Info == "" {
			m.words(x, mid+p.NameSize*0.36, p.NameSize, ink, AtStart, true, p.Name)
		} else {
			m.words(x, mid-3, p.NameSize, ink, AtStart, true, p.Name)
			m.words(x, mid+17, 11.5, ink, AtStart, false, p.Info)
		}
		s.evidenceMarks(m, p, ink)
		m.end()
	}
	for i := range s.Boundaries {
		s.boundaryMarks(m, &s.Boundaries[i])
	}
}

// evidenceMarks is the strip that shows how much of a phase is guessed.
func (s *Scene) evidenceMarks(m *marks, p *PhaseBox, ink Ink) {
	guess, voice, data := p.Evidence[EvidenceGuess], p.Evidence[EvidenceVoice], p.Evidence[EvidenceData]
	all := guess + voice + data
	if all == 0 || p.Head.W < evidenceLeast {
		return
	}
	const w = 66
	x, y := p.Head.Right()-w-8, p.Head.Y+p.Head.H/2
	m.words(x+w, y+17, 11, ink, AtEnd, false, s.word("scene.guesses", (guess*100+all/2)/all))
	y -= 11
	a, b := float32(data)/float32(all)*w, float32(voice)/float32(all)*w
	if data > 0 {
		m.box(Rect{x, y, a, 7}, 0, ink)
	}
	if voice > 0 {
		m.add(Mark{Shape: Box, Rect: Rect{x + a, y, b, 7}, Fill: ink, Fade: 0.5})
	}
	m.frame(Rect{x, y, w, 7}, 1, InkNone, ink, 1, Solid)
}

func (s *Scene) boundaryMarks(m *marks, b *BoundaryBox) {
	m.begin(OnBoundary, b.ID, "")
	r := b.Rect
	m.line(b.X, -s.strip, b.X, 0, InkRuleStrong, 1, Dotted)
	if !b.Written {
		m.frame(r, 14, InkCard, InkRuleStrong, 1, Dashed)
		c := r.Center()
		m.path(string(pen(nil).to('M', c.X-3, c.Y-5).to('L', c.X+3, c.Y).to('L', c.X-3, c.Y+5)), InkNone, InkTextFaint, 1.6)
		m.end()
		return
	}
	edge := InkRuleStrong
	if b.Open > 0 {
		edge = InkBad
	}
	m.frame(r, 8, InkCard, edge, 1, Solid)
	y := r.Y + 8
	for _, line := range b.Attitude {
		m.words(r.X+12, y+12.5, 12.5, InkText, AtStart, true, line)
		y += 17
	}
	if len(b.Attitude) > 0 && len(b.Concern) > 0 {
		y += 2
	}
	for _, line := range b.Concern {
		m.words(r.X+12, y+11, 11, InkTextSoft, AtStart, false, line)
		y += 15
	}
	if b.Blockers > 0 {
		c := Point{r.Right() - 18, r.Y + r.H/2}
		if b.Open > 0 {
			m.disc(c, 10, InkBad, InkNone, 0)
			m.words(c.X, c.Y+4, 11.5, InkCard, AtMiddle, true, strconv.Itoa(b.Open))
		} else {
			m.disc(c, 10, InkGoodSoft, InkGood, 1)
			m.path(string(pen(nil).to('M', c.X-4.5, c.Y+0.5).to('L', c.X-1.2, c.Y+3.8).to('L', c.X+4.8, c.Y-3.4)), InkNone, InkGood, 1.8)
		}
	}
	m.end()
}

// drawingMarks are the drawings that lie over the notes, which are those by hand, or those below them.
func (s *Scene) drawingMarks(m *marks, over bool) {
	for i := range s.Drawings {
		d := &s.Drawings[i]
		if over != (d.Kind == journey.KindStroke) {
			continue
		}
		r := d.Rect
		m.add(Mark{Shape: Begin, Target: Target{Kind: OnDrawing, ID: d.ID}, Text: d.Alt, Rect: r, Turn: d.Turn})
		switch d.Kind {
		case journey.KindStroke:
			k := Mark{Shape: Path, D: d.D, Stroke: d.Tone.Edge(), Weight: 3}
			switch d.Style {
			case "thin":
				k.Weight = 1.5
			case "thick":
				k.Weight = 6
			case "highlighter":
				k.Weight, k.Fade = 16, 0.6
			}
			m.add(k)
		case journey.KindShape:
			fill, halo := d.Tone.Fill(), InkNone
			if d.Shape == "line" || d.Shape == "arrow" {
				fill, halo = InkNone, InkPaper
			}
			m.path(d.D, fill, d.Tone.Edge(), 1.8)
			y := r.Y + r.H/2 - float32(len(d.Lines))*d.Size*0.7 + d.Size*1.05
			for k, line := range d.Lines {
				m.add(Mark{Shape: Words, Rect: Rect{X: r.X + r.W/2, Y: y + float32(k)*d.Size*1.4}, Size: d.Size, Fill: d.Tone.Ink(), Halo: halo, Anchor: AtMiddle, RTL: RightToLeft(line), Text: line})
			}
		case journey.KindText:
			for k, line := range d.Lines {
				m.words(r.X, r.Y+d.Size+float32(k)*d.Size*1.4, d.Size, InkText, AtStart, false, line)
			}
		case journey.KindImage:
			if at := s.imageAt(d.Image); at != "" {
				m.add(Mark{Shape: Image, Rect: r, Text: at})
				break
			}
			m.frame(r, 4, InkCardSoft, InkRule, 1, Solid)
			m.path(string(pen(nil).scaled(laneIcon(journey.Story), r.X+r.W/2-20, r.Y+r.H/2-26, 2)), InkNone, InkTextFaint, 1.6)
			m.words(r.X+r.W/2, r.Y+r.H/2+34, 11, InkTextSoft, AtMiddle, false, Clip(oneLine(d.Alt), 11, r.W-16))
		}
		m.end()
	}
}

func (s *Scene) linkMarks(m *marks) {
	for i := range s.Links {
		l := &s.Links[i]
		m.begin(OnLink, l.ID, "")
		ink, weight, fade, dash := l.Look()
		m.add(Mark{Shape: Path, D: l.Bend.Path(), Stroke: ink, Weight: weight, Fade: fade, Dash: dash})
		m.add(Mark{Shape: Path, D: l.Bend.Arrow(7), Fill: ink, Fade: fade / 2})
		if l.Label != "" {
			p := l.Bend.At(0.5)
			w := Width(l.Label, 11) + 10
			m.box(Rect{p.X - w/2, p.Y - 9, w, 18}, 4, InkCard)
			m.words(p.X, p.Y+4, 11, InkTextSoft, AtMiddle, false, l.Label)
		}
		m.end()
	}
}

// Look is how a link is drawn: what people drew themselves stands out, what
// follows from the method stays in the back.
func (l *LinkBox) Look() (ink Ink, weight, fade float32, dash Dash) {
	switch l.Rel {
	case journey.Answers, journey.Realises:
		return InkGood, 1.4, 0.4, Solid
	case journey.Serves:
		return InkTextFaint, 1.2, 0.5, Solid
	case journey.From:
		return InkWarn, 1.4, 0.4, Solid
	}
	return InkTextSoft, 2, 0, Solid
}

// noteMarks draw a note with its text, footer and signs.
func (s *Scene) noteMarks(m *marks, n *NoteBox) {
	m.begin(OnNote, n.ID, "")
	r := n.Rect
	m.add(Mark{Shape: Box, Rect: r.Move(0, 1.5), Radius: 4, Fill: InkShade, Fade: 0.55})
	edge, weight, dash := n.Tone.Edge(), float32(0.8), Solid
	if n.Evidence == EvidenceGuess {
		weight, dash = 1.3, Dashed
	}
	m.frame(r, 4, n.Tone.Fill(), edge, weight, dash)
	m.path(edgeBar(r), edge, InkNone, 0)
	t := n.TextRect()
	m.block(s.Lines(n), t, n.Baseline, n.FontSize, n.Tone.Ink())
	m.words(t.X, n.ownerTop()+ownerHeight/2-1+footerSize*0.39, footerSize, n.Tone.Ink(), AtStart, false, n.Owner)
	base := n.footerTop() + footerHeight/2 + footerSize*0.39
	m.words(t.X, base, footerSize, n.Tone.Ink(), AtStart, false, n.Footer)
	signs, pain, _ := n.SignsPath()
	if signs != "" {
		m.path(signs, edge, InkNone, 0)
	}
	if pain != "" {
		m.path(pain, InkBad, InkNone, 0)
	}
	m.end()
}

// edgeBar is the bar at the left edge, a hair wider than the border under it.
func edgeBar(r Rect) string {
	x := r.X - 0.7
	return string(pen(nil).to('M', r.X+4, r.Y-0.5).to('Q', x, r.Y-0.5, x, r.Y+4).to('V', r.Bottom()-4).to('Q', x, r.Bottom()+0.5, r.X+4, r.Bottom()+0.5).close())
}
