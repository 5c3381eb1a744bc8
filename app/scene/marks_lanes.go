package scene

import (
	"github.com/tabi-map/tabi/app/journey"
)

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
