package scene

import (
	"slices"
	"strings"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Layout works out where everything on m stands.
func Layout(m *journey.Map, o Options) *Scene {
	s := &Scene{Options: o, m: m}
	s.anchored()
	s.departments()
	s.gatherNotes()
	s.gatherDrawings()
	s.columnsAndRows()
	s.arrange(true)
	s.boundaries()
	s.tops()
	s.curves()
	s.gatherLinks()
	s.head()
	s.placeDrawings()
	s.measure()
	return s
}

// Damage says what an Update changed, so that a renderer redraws no more.
type Damage struct {
	Notes  []crdt.ID // that came, went, moved or look different; their cell stood still
	Moved  bool      // cells moved: look at every note's place again
	Layers LayerSet  // whose marks are different
}

// Layer is a part of the picture that is drawn, and redrawn, as a whole.
type Layer uint8

const (
	LayerHead   Layer = iota // title, theme, personas
	LayerLegend              // what colours and signs mean
	LayerGround              // cells, dividers, the emotion lane's levels
	LayerTops                // phases' chevrons and the cards between them
	LayerLefts               // lanes' labels
	LayerDrawings
	LayerLinks
	LayerCurves
	LayerNotes
	LayerMarkers // what a pen or a highlighter drew, over the notes
	LayerCount
)

// LayerSet is a set of layers.
type LayerSet uint16

func (l LayerSet) Has(layer Layer) bool { return l&(1<<layer) != 0 }
func (l *LayerSet) add(layers ...Layer) {
	for _, layer := range layers {
		*l |= 1 << layer
	}
}

// Update brings the scene up to date with what changed in the map. Text is broken
// into lines anew only for notes whose text, or the room for it, changed; what
// nothing touched is not looked at but for one scan of the notes' boxes.
func (s *Scene) Update(m *journey.Map, t journey.Touched) Damage {
	s.m = m
	d := Damage{Notes: t.Notes}
	s.dirty = s.dirty[:0]
	legend := t.Meta || len(t.Personas) > 0
	links := len(t.Links) > 0
	if anchors := t.Meta && s.anchored(); anchors || len(t.Departments)+len(t.Channels)+len(t.Comments)+len(t.Stamps) > 0 {
		// rare, and a remark that is gone no longer says on which note it was
		s.departments()
		s.gatherNotes()
		d.Moved = true
		d.Layers.add(LayerNotes)
		legend, links = true, true
	} else {
		for _, id := range t.Notes {
			came, signs := s.renew(id)
			legend = legend || signs
			links = links || came
		}
	}
	structure := t.Layout || len(t.Phases)+len(t.Lanes)+len(t.KPIs) > 0 || s.wantsUnphased() != s.hasUnphased()
	if structure {
		s.columnsAndRows()
		d.Layers.add(LayerTops, LayerLefts, LayerGround)
	}
	if s.arrange(structure) {
		d.Moved = true
		d.Layers.add(LayerGround, LayerTops, LayerLefts, LayerHead, LayerLegend, LayerDrawings, LayerMarkers, LayerLinks, LayerCurves)
		legend = true
	}
	if structure || d.Moved || links || len(t.Boundaries) > 0 {
		was := s.strip
		s.boundaries()
		legend = legend || was != s.strip
		d.Layers.add(LayerTops)
	}
	if s.tops() {
		d.Layers.add(LayerTops)
	}
	for _, c := range t.Cells {
		if l := s.Lane(c.Lane); l != nil && l.Kind == journey.KPILane {
			d.Layers.add(LayerGround) // figures make room for notes
		}
	}
	if d.Moved || structure || len(t.Emotions)+len(t.Personas) > 0 || s.curveIn(t.Cells) {
		s.curves()
		d.Layers.add(LayerCurves)
	}
	switch {
	case links:
		s.gatherLinks()
		d.Layers.add(LayerLinks)
	case d.Moved:
		s.routeLinks(true)
	case s.routeLinks(false):
		d.Layers.add(LayerLinks)
	}
	if legend {
		s.head()
		d.Layers.add(LayerHead, LayerLegend)
	}
	if len(t.Drawings) > 0 || structure {
		s.gatherDrawings()
		d.Layers.add(LayerDrawings, LayerMarkers)
	}
	if len(t.Drawings) > 0 || d.Moved {
		s.placeDrawings()
	}
	if len(t.Notes) > 0 {
		d.Layers.add(LayerNotes)
	}
	s.measure()
	return d
}

// departments gives each its tone and its name.
func (s *Scene) departments() {
	s.tones = ToningOf(s.m)
	all := s.m.Departments()
	s.names = make(map[crdt.ID]string, len(all))
	for _, d := range all {
		s.names[d.ID] = d.Name.In(string(s.Options.Lang))
	}
}

// columnsAndRows makes the boxes of phases and lanes, without their sizes.
func (s *Scene) columnsAndRows() {
	phases, lanes := s.m.Phases(), s.m.Lanes()
	s.Phases, s.Lanes = make([]PhaseBox, 0, len(phases)+1), make([]LaneBox, 0, len(lanes))
	s.columns, s.rows = make(map[crdt.ID]int32, len(phases)+1), make(map[crdt.ID]int32, len(lanes))
	if s.wantsUnphased() {
		s.addPhase(nil)
	}
	for _, p := range phases {
		s.addPhase(p)
	}
	for _, l := range lanes {
		s.addLane(l)
	}
	for i := range s.Notes {
		s.spots[i] = s.spotOf(&s.Notes[i])
	}
}

// wantsUnphased reports whether there must be a column for notes in no phase.
func (s *Scene) wantsUnphased() bool {
	return len(s.m.Lanes()) > 0 && (len(s.m.Phases()) == 0 || s.m.HasUnsorted())
}

func (s *Scene) hasUnphased() bool { return len(s.Phases) > 0 && s.Phases[0].ID.IsZero() }

// arrange makes columns as wide and rows as high as their notes need, and then
// places the notes: all of them when a cell moved, which it reports, else those
// that are dirty. New boxes of phases and lanes always count as moved.
func (s *Scene) arrange(structure bool) (moved bool) {
	moved = structure
	s.sizes = s.sizes[:0]
	for i := range s.Phases {
		s.sizes = append(s.sizes, s.Phases[i].least)
		s.Phases[i].Evidence = [4]int{}
	}
	for i := range s.Lanes {
		s.sizes = append(s.sizes, s.Lanes[i].least)
	}
	widths, heights := s.sizes[:len(s.Phases)], s.sizes[len(s.Phases):]
	for i := range s.spots {
		if p := &s.spots[i]; p.col >= 0 {
			widths[p.col] = max(widths[p.col], p.x+p.w+journey.CellPad)
			heights[p.row] = max(heights[p.row], p.y+p.h+journey.CellPad)
			s.Phases[p.col].Evidence[p.evidence]++
		}
	}
	x, y := float32(0), float32(0)
	for i := range s.Phases {
		c := &s.Phases[i].Column
		moved = moved || c.X != x || c.W != widths[i]
		c.X, c.W = x, widths[i]
		x += c.W
	}
	for i := range s.Lanes {
		r := &s.Lanes[i].Row
		moved = moved || r.Y != y || r.H != heights[i]
		r.Y, r.H, r.W = y, heights[i], x
		y += r.H
		s.Lanes[i].Label = Rect{-labelWidth, r.Y, labelWidth, r.H}
	}
	for i := range s.Phases {
		s.Phases[i].Column.H = y
	}
	if !moved {
		for _, i := range s.dirty {
			s.stand(int(i))
		}
		return false
	}
	for i := range s.Notes {
		s.stand(i)
	}
	return true
}

// stand puts a note where its spot is.
func (s *Scene) stand(i int) {
	p, r := &s.spots[i], &s.Notes[i].Rect
	r.X, r.Y = p.x, p.y
	if p.col >= 0 {
		r.X += s.Phases[p.col].Column.X
		r.Y += s.Lanes[p.row].Row.Y
	}
	s.rects[i] = *r
}

func (s *Scene) addPhase(p *journey.Phase) {
	b := PhaseBox{least: journey.DefaultPhaseWidth}
	if p == nil {
		b.name = s.word("scene.unphased")
		b.Ink = InkNone
	} else {
		b.ID, b.Demand = p.ID, p.Demand
		if p.Width > 0 {
			b.least = max(p.Width, phaseWidthMin)
		}
		b.Ink = InkPhaseComparing
		switch p.Demand {
		case journey.Latent:
			b.Ink = InkPhaseLatent
		case journey.Overt:
			b.Ink = InkPhaseOvert
		}
		b.name = s.named(p.Name)
		b.info = PhaseInfo(p, s.Options.Lang)
	}
	s.columns[b.ID] = int32(len(s.Phases))
	s.Phases = append(s.Phases, b)
}

// PhaseInfo is what is known of a phase besides its name, in words.
func PhaseInfo(p *journey.Phase, lang i18n.Lang) string {
	var parts []string
	if p.Days > 0 {
		parts = append(parts, i18n.T(lang, "scene.days", count(p.Days)))
	}
	if p.Touches > 0 {
		parts = append(parts, i18n.T(lang, "scene.touches", count(p.Touches)))
	}
	if p.Satisfaction != 0 {
		parts = append(parts, i18n.T(lang, "scene.satisfaction", count(p.Satisfaction)))
	}
	switch p.Demand {
	case journey.Latent:
		parts = append(parts, i18n.T(lang, "scene.latent"))
	case journey.Comparing:
		parts = append(parts, i18n.T(lang, "scene.comparing"))
	case journey.Overt:
		parts = append(parts, i18n.T(lang, "scene.overt"))
	}
	return strings.Join(parts, " · ")
}

// count is v as an argument of a counted text: an int when it is whole, so that
// "1 day" finds its singular.
func count(v float64) any {
	if v == float64(int(v)) {
		return int(v)
	}
	return v
}

func (s *Scene) addLane(l *journey.Lane) {
	b := LaneBox{ID: l.ID, Kind: l.Kind, least: laneHeightMin}
	if l.Kind == journey.EmotionCurve {
		b.least = curveHeight
	}
	if l.Kind == journey.KPILane {
		b.least = max(b.least, s.kpiHeight())
	}
	if l.Height > 0 {
		b.least = max(l.Height, lanePlainMin)
	}
	b.Name = s.wrap.Lines(nil, s.named(l.Name), 14, (labelWidth-52)/boldFactor)
	b.least = max(b.least, float32(len(b.Name))*18+28)
	s.rows[l.ID] = int32(len(s.Lanes))
	s.Lanes = append(s.Lanes, b)
}

// at is the board point a place means.
func (s *Scene) at(p journey.Place) (x, y float32) {
	if p.Free() {
		return p.X, p.Y
	}
	c, okc := s.columns[p.Phase]
	r, okr := s.rows[p.Lane]
	if !okc || !okr {
		return p.X, p.Y
	}
	return s.Phases[c].Column.X + max(p.X, 0), s.Lanes[r].Row.Y + max(p.Y, 0)
}

// measure finds the bounds of the whole.
func (s *Scene) measure() {
	g := s.Grid()
	b := g
	if len(s.Phases) > 0 {
		b = Rect{-labelWidth, -s.strip - chevronHeight, labelWidth + g.W + chevronTip, s.strip + chevronHeight + g.H}
	}
	b = b.Union(s.Head.Rect).Union(s.Legend.Rect)
	for i := range s.spots {
		if s.spots[i].col < 0 {
			b = b.Union(s.rects[i])
		}
	}
	for i := range s.Drawings {
		b = b.Union(s.Drawings[i].Rect)
	}
	s.bounds = b.Grow(margin)
}

const margin = 24 // of paper around the map

// Own is the language that the map is written in, where that is not the reader's: the
// same Han character looks otherwise in each.
func (s *Scene) Own() string {
	if own := s.m.Lang(); own != string(s.Options.Lang) {
		return own
	}
	return ""
}

func (s *Scene) word(key string, args ...any) string { return i18n.T(s.Options.Lang, key, args...) }

// boundaries makes the cards between phases and the strip they stand in.
func (s *Scene) boundaries() {
	s.Boundaries = s.Boundaries[:0]
	s.strip = 0
	for _, b := range s.m.Boundaries() {
		c, ok := s.columns[b.To]
		if !ok || c == 0 {
			continue
		}
		col := s.Phases[c].Column
		box := BoundaryBox{ID: b.To, From: b.From, X: col.X, Written: b.Written(), Blockers: len(b.Blockers)}
		for _, n := range b.Blockers {
			if !s.answered(n) {
				box.Open++
			}
		}
		w := min(boundaryWidth, (s.Phases[c-1].Column.W+col.W)/2-2*boundaryMargin)
		room := w - 20
		if box.Blockers > 0 {
			room -= 26
		}
		if b.AttitudeFrom != "" || b.AttitudeTo != "" {
			text := oneLine(b.AttitudeFrom) + " → " + oneLine(b.AttitudeTo)
			box.Attitude = s.few(text, 12.5, room/boldFactor, 3)
		}
		if b.Concern != "" {
			box.Concern = s.few(s.word("scene.quote", oneLine(b.Concern)), 11, room, 3)
		}
		h := float32(len(box.Attitude))*17 + float32(len(box.Concern))*15 + 16
		if len(box.Attitude) > 0 && len(box.Concern) > 0 {
			h += 2
		}
		if !box.Written {
			w, h = 28, 28
		}
		box.Rect = Rect{col.X - w/2, 0, w, max(h, 28)}
		s.strip = max(s.strip, box.Rect.H+2*boundaryMargin)
		s.Boundaries = append(s.Boundaries, box)
	}
	slices.SortFunc(s.Boundaries, func(a, b BoundaryBox) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return 0
	})
	for i := range s.Boundaries {
		r := &s.Boundaries[i].Rect
		r.Y = -s.strip + (s.strip-r.H)/2
	}
}

// few breaks a text into at most so many lines; an ellipsis says that there is
// more. Only what stands around the cells is ever cut so, never a note.
func (s *Scene) few(text string, size, width float32, most int) []string {
	lines := s.wrap.Lines(nil, text, size, width)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = Clip(lines[most-1]+"…", size, width)
	}
	return lines
}

// answered reports whether a measure answers the blocker.
func (s *Scene) answered(blocker crdt.ID) bool {
	for _, l := range s.m.LinksTo(blocker) {
		if l.Rel == journey.Answers {
			return true
		}
	}
	return false
}

// tops places the chevrons above the strip, and reports whether one looks
// different. A long name has two lines.
func (s *Scene) tops() (changed bool) {
	for i := range s.Phases {
		p := &s.Phases[i]
		head := Rect{p.Column.X, -s.strip - chevronHeight, p.Column.W, chevronHeight}
		if p.Head == head && p.shown == p.Evidence {
			continue
		}
		changed, p.shown = true, p.Evidence
		p.Head = head
		room := p.Head.W - 2*chevronTip - 20 - p.evidenceRoom()
		p.NameSize = 17
		for p.NameSize > 13 && Width(p.name, p.NameSize)*boldFactor > room {
			p.NameSize--
		}
		p.Name, p.More = p.name, ""
		if lines := s.few(p.name, p.NameSize, room/boldFactor, 2); len(lines) == 2 {
			p.Name, p.More = lines[0], lines[1]
		}
		p.Info = Clip(p.info, 11.5, room)
	}
	return changed
}

func (p *PhaseBox) evidenceRoom() float32 {
	if p.Head.W < evidenceLeast || p.Evidence[EvidenceGuess]+p.Evidence[EvidenceVoice]+p.Evidence[EvidenceData] == 0 {
		return 0
	}
	return 84
}

// evidenceLeast is the width from which a phase has room for its evidence strip.
const evidenceLeast = 260

// gatherLinks finds the links between notes and routes them.
func (s *Scene) gatherLinks() {
	s.Links = s.Links[:0]
	for _, l := range s.m.Links() {
		a, oka := s.index[l.From]
		b, okb := s.index[l.To]
		if oka && okb {
			s.Links = append(s.Links, LinkBox{ID: l.ID, From: l.From, To: l.To, Rel: l.Rel, Label: oneLine(l.Label), Bend: route(s.rects[a], s.rects[b]), a: a, b: b})
		}
	}
}

// routeLinks routes all links, or those at notes that are dirty, and reports
// whether there was one.
func (s *Scene) routeLinks(all bool) (some bool) {
	all = all || len(s.dirty) > 64 // then asking costs more than routing
	if !all && len(s.dirty) == 0 {
		return false
	}
	for i := range s.Links {
		l := &s.Links[i]
		if all || slices.Contains(s.dirty, l.a) || slices.Contains(s.dirty, l.b) {
			l.Bend = route(s.rects[l.a], s.rects[l.b])
			some = true
		}
	}
	return some
}
