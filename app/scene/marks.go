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

// laneTint is the ground of lanes that say where it hurts and what is done.
func laneTint(k journey.LaneKind) Ink {
	switch k {
	case journey.Pain:
		return InkBadSoft
	case journey.Opportunity:
		return InkWarnSoft
	case journey.Measure:
		return InkGoodSoft
	}
	return InkNone
}

// levelMarks are the emotion lane's levels from -2 to +2.
func (s *Scene) levelMarks(m *marks, l *LaneBox) {
	for score := -2; score <= 2; score++ {
		y := scoreY(l.Row, float64(score))
		if score == 0 {
			m.line(l.Row.X, y, l.Row.Right(), y, InkRuleStrong, 1, Solid)
		} else {
			m.line(l.Row.X, y, l.Row.Right(), y, InkRule, 1, Dashed)
		}
	}
}

func (s *Scene) topMarks(m *marks) {
	for i := range s.Phases {
		p := &s.Phases[i]
		m.begin(OnPhase, p.ID, p.Name)
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
		if p.Info == "" {
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

func (s *Scene) leftMarks(m *marks) {
	for i := range s.Lanes {
		l := &s.Lanes[i]
		m.begin(OnLane, l.ID, "")
		r := l.Label
		m.box(Rect{r.X + 1, r.Y + 1, r.W - 1, r.H - 1}, 0, InkCardSoft)
		ink := laneInk(l.Kind)
		y := r.Y + 18
		m.path(string(pen(nil).scaled(laneIcon(l.Kind), r.X+14, y, 1)), InkNone, ink, 1.6)
		for k, line := range l.Name {
			m.words(r.X+42, y+14+float32(k)*18, 14, InkText, AtStart, true, line)
		}
		if row := s.m.Lane(l.ID); row != nil && row.Locked {
			m.path(string(pen(nil).sign(SignLocked, r.X+18, y+26, 12)), InkTextSoft, InkNone, 0)
		}
		if l.Kind == journey.EmotionCurve {
			s.faceMarks(m, l)
		}
		m.end()
	}
}

// faceMarks are the words and faces at the ends of the emotion lane's scale.
func (s *Scene) faceMarks(m *marks, l *LaneBox) {
	for _, f := range [...]struct {
		score float64
		word  string
		ink   Ink
		bend  float32
	}{{2, "scene.good", InkGood, 4}, {0, "scene.plain", InkTextFaint, 0}, {-2, "scene.bad", InkBad, -4}} {
		y := scoreY(l.Row, f.score)
		x := l.Label.Right() - 18
		if y < l.Label.Y+18+float32(len(l.Name))*18+14 && Width(s.word(f.word), 11)+40 > l.Label.W-42 {
			continue
		}
		m.disc(Point{x, y}, 8, InkCard, f.ink, 1.5)
		m.disc(Point{x - 2.8, y - 2}, 1.1, f.ink, InkNone, 0)
		m.disc(Point{x + 2.8, y - 2}, 1.1, f.ink, InkNone, 0)
		m.path(string(pen(nil).to('M', x-3.6, y+3-f.bend/4).to('Q', x, y+3+f.bend*0.8, x+3.6, y+3-f.bend/4)), InkNone, f.ink, 1.4)
		if f.score != 2 { // beside the name there is no room
			m.words(x-13, y+4, 11, InkTextSoft, AtEnd, false, s.word(f.word))
		}
	}
}

func laneInk(k journey.LaneKind) Ink {
	switch k {
	case journey.Pain:
		return InkBad
	case journey.Opportunity:
		return InkWarn
	case journey.Measure:
		return InkGood
	}
	return InkAccent
}

// laneIcon is a lane's sign as path data, to be stroked in a square of 20.
func laneIcon(k journey.LaneKind) string {
	switch k {
	case journey.Action: // a way with a flag at its end
		return "M2.500 17.500C8 17.500 3 11 8.500 11S9 5 14 5M14 8.500V1.500L18.500 3.200L14 5"
	case journey.Touchpoint: // a finger that touches
		return "M7.500 12V5.500C7.500 3.500 10.500 3.500 10.500 5.500V10L15 11C16.300 11.300 16.800 12 16.600 13.200L15.800 17.500M7.500 12L5.500 10.800C4 10 3 11.500 4 12.700L8 17.500M5 6.500C4.500 2.500 8 1.200 9 1.200S13.500 2.200 13 6.500"
	case journey.Thought: // a cloud with two bubbles
		return "M6 12.500C2.500 12.500 1.500 8 4.800 7C5 2.500 11 1.500 12.500 5C17.500 4 18.500 12 13.500 12.500ZM6 15.200V15.300M3.500 18V18.100"
	case journey.EmotionCurve: // a heart
		return "M10 17C4 12.600 2 10 2 6.800C2 4.300 3.800 2.800 5.900 2.800C7.700 2.800 9.200 3.800 10 5.500C10.800 3.800 12.300 2.800 14.100 2.800C16.200 2.800 18 4.300 18 6.800C18 10 16 12.600 10 17Z"
	case journey.Attitude: // one turns into another
		return "M3 8C3.500 4.500 6.500 2.500 10 2.500C12.500 2.500 14.800 3.700 16 5.500M16.500 2V6H12.500M17 12C16.500 15.500 13.500 17.500 10 17.500C7.500 17.500 5.200 16.300 4 14.500M3.500 18V14H7.500"
	case journey.InfoNeed: // an i in a circle
		return "M10 1.800C14.600 1.800 18.200 5.400 18.200 10S14.600 18.200 10 18.200S1.800 14.600 1.800 10S5.400 1.800 10 1.800ZM10 9.300V14M10 6.200V6.300"
	case journey.Pain: // lightning
		return "M11.500 1.800L4 11.500H9.500L8.500 18.200L16 8.500H10.500Z"
	case journey.Opportunity: // a bulb
		return "M7.500 14.500C7.500 12.500 4.500 11 4.500 7.300C4.500 4.200 7 1.800 10 1.800S15.500 4.200 15.500 7.300C15.500 11 12.500 12.500 12.500 14.500ZM8 17.800H12"
	case journey.Measure: // a ticked list
		return "M2 4.500L3.700 6.200L6.500 2.800M9.500 4.500H18M2 10.500L3.700 12.200L6.500 8.800M9.500 10.500H18M2 16.500L3.700 18.200L6.500 14.800M9.500 16.500H18"
	case journey.Goal, journey.KeyMoment: // a target
		return "M10 1.800C14.600 1.800 18.200 5.400 18.200 10S14.600 18.200 10 18.200S1.800 14.600 1.800 10S5.400 1.800 10 1.800ZM10 6.400C12 6.400 13.600 8 13.600 10S12 13.600 10 13.600S6.400 12 6.400 10S8 6.400 10 6.400Z"
	case journey.Quote: // a speech bubble
		return "M3 3H17V13.500H9.500L5.500 17.200V13.500H3ZM6 7H14M6 10H11"
	case journey.KPILane, journey.Satisfaction, journey.Proof: // a chart
		return "M2.500 2V17.500H18M5.500 13.500L9 9L12 11.500L17 5"
	case journey.Story: // a picture
		return "M2.500 3.500H17.500V16.500H2.500ZM2.500 13.500L7.500 8.500L11.500 12.500L13.500 10.500L17.500 14M13.500 7V7.100"
	case journey.Frontstage, journey.Backstage, journey.Support: // gears, as three rows
		return "M3 4H17V7.500H3ZM3 12.500H17V16H3ZM6 5.700V5.800M6 14.200V14.300"
	}
	return "M3 5H17M3 10H17M3 15H12"
}

// drawingMarks are the drawings that lie over the notes, or those below them.
func (s *Scene) drawingMarks(m *marks, over bool) {
	for i := range s.Drawings {
		d := &s.Drawings[i]
		if over != (d.Kind == journey.KindStroke && d.Style == "highlighter") {
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
				m.add(Mark{Shape: Words, Rect: Rect{X: r.X + r.W/2, Y: y + float32(k)*d.Size*1.4}, Size: d.Size, Fill: d.Tone.Ink(), Halo: halo, Anchor: AtMiddle, Text: line})
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
	m.add(Mark{Shape: Words, Rect: Rect{X: label, Y: y}, Size: 12, Fill: ink, Anchor: AtMiddle, Bold: lowest, Halo: InkCard, Text: p.Label})
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
	for i, line := range s.Lines(n) {
		m.words(t.X, n.Baseline(i), n.FontSize, n.Tone.Ink(), AtStart, false, line)
	}
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
