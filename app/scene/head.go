package scene

import (
	"slices"

	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

const (
	headWidthMin   = 1000
	personaWidth   = 250
	personaGap     = 14
	titleSize      = 26
	titleLine      = 35
	themeSize      = 13
	themeLine      = 20
	themeLabel     = 68
	legendLine     = 24
	legendSize     = 11.5
	headToLegend   = 16
	legendToPhases = 16
)

// head writes title and theme at the left, personas at the right, and the legend
// under both.
func (s *Scene) head() {
	title := oneLine(s.m.Title().In(string(s.Options.Lang)))
	if title == "" {
		title = s.word("scene.untitled")
	}
	s.Title = title
	if s.Options.Bare {
		s.Head, s.Legend = Head{}, Legend{}
		return
	}
	theme := s.m.Theme()
	total := max(labelWidth+s.Grid().W, headWidthMin)
	left := -float32(labelWidth)
	h := Head{Start: oneLine(theme.Start), Goal: oneLine(theme.Goal)}

	cards := s.m.Personas()
	fit := int((total - 520) / (personaWidth + personaGap))
	cards = cards[:min(len(cards), max(fit, 0))]
	room := total - float32(len(cards))*(personaWidth+personaGap) - 24

	h.Title = s.few(title, titleSize, room/boldFactor, 3)
	h.Product = s.few(oneLine(theme.Product), themeSize, room-themeLabel, 3)
	h.Purpose = s.few(oneLine(theme.Purpose), themeSize, room-themeLabel, 3)
	high := float32(len(h.Title))*titleLine + 8
	high += float32(len(h.Product)+len(h.Purpose)) * themeLine
	if h.Start != "" || h.Goal != "" {
		high += 40
		half := (room - 80) / 2
		h.Start, h.Goal = Clip(h.Start, themeSize, half-themeLabel), Clip(h.Goal, themeSize, half-themeLabel)
	}
	personaHeight := float32(0)
	for i, p := range cards {
		c := PersonaCard{ID: p.ID, Name: oneLine(p.Name), Tone: curveTones[i%len(curveTones)], Curve: len(s.m.Curve(p.ID)) > 0, Image: s.imageAt(p.Portrait)}
		if wished, ok := toneNamed(p.Color); ok {
			c.Tone = wished
		}
		c.Name = Clip(c.Name, 14, (personaWidth-68)/boldFactor)
		c.Role = Clip(s.personaRole(p), 11, personaWidth-68)
		if p.Quote != "" {
			c.Quote = s.few(s.word("scene.quote", oneLine(p.Quote)), 11, personaWidth-28, 3)
		}
		c.Rect = Rect{left + total - float32(len(cards)-i)*(personaWidth+personaGap) + personaGap, 0, personaWidth, 62 + float32(len(c.Quote))*15.5}
		if len(c.Quote) > 0 {
			c.Rect.H += 8
		}
		personaHeight = max(personaHeight, c.Rect.H)
		h.Personas = append(h.Personas, c)
	}
	high = max(high, personaHeight)

	s.legend(left, total)
	base := -s.strip - chevronHeight - legendToPhases
	if len(s.Phases) == 0 {
		base = -legendToPhases
	}
	s.Legend.Rect.Y = base - s.Legend.Rect.H
	if s.Legend.Rect.H > 0 {
		base = s.Legend.Rect.Y - headToLegend
	}
	h.Rect = Rect{left, base - high, total, high}
	for i := range h.Personas {
		h.Personas[i].Rect.Y = h.Rect.Y
		h.Personas[i].Rect.H = personaHeight
	}
	s.Head = h
}

func (s *Scene) personaRole(p *journey.Persona) string {
	var parts []string
	if p.Role != "" {
		parts = append(parts, oneLine(p.Role))
	}
	if p.Segment != "" {
		parts = append(parts, oneLine(p.Segment))
	}
	return strings.Join(parts, s.word("scene.dot"))
}

// legend lists the departments and the signs that the map uses.
func (s *Scene) legend(left, total float32) {
	s.Legend = Legend{Entries: s.Legend.Entries[:0]}
	var used []crdt.ID // few: a map of so many notes' departments cost more than looking through them
	mask, last := uint32(0), crdt.ID{}
	for i := range s.Notes {
		mask |= s.spots[i].signs
		if d := s.Notes[i].department; d != last {
			if last = d; !slices.Contains(used, d) {
				used = append(used, d)
			}
		}
	}
	x, y := float32(0), float32(0)
	put := func(e LegendEntry) {
		w := 24 + Width(e.Word, legendSize) + 18
		if x > 0 && x+w > total {
			x, y = 0, y+legendLine
		}
		e.X, e.Y = x, y
		x += w
		s.Legend.Entries = append(s.Legend.Entries, e)
	}
	for _, d := range s.m.Departments() {
		if slices.Contains(used, d.ID) {
			put(LegendEntry{Tone: s.Tone(d.ID), Word: Clip(oneLine(s.names[d.ID]), legendSize, 240)})
		}
	}
	for _, g := range [...]Sign{SignGuess, SignVoice, SignData, SignKeyMoment, SignDelight, SignSurprise, SignBreak, SignStuck, SignFriction, SignTodo, SignDoing, SignDone} {
		if mask>>g&1 == 1 {
			put(LegendEntry{Tone: Stone, Sign: g, Word: s.word(g.Key())})
		}
	}
	if len(s.Legend.Entries) > 0 {
		s.Legend.Rect = Rect{left, 0, total, y + legendLine}
	}
}
