package scene

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Layout works out where everything on m stands.
func Layout(m *journey.Map, o Options) *Scene {
	s := &Scene{Options: o, m: m}
	s.departments()
	s.gatherNotes()
	s.gatherDrawings()
	s.arrange()
	s.around()
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

// Update brings the scene up to date with what changed in the map. The text of a
// note is broken into lines anew only when it, or the room for it, changed.
func (s *Scene) Update(m *journey.Map, t journey.Touched) Damage {
	s.m = m
	d := Damage{Notes: t.Notes}
	if len(t.Departments) > 0 {
		s.departments()
		s.gatherNotes()
		d.Moved = true
		d.Layers.add(LayerNotes, LayerLegend)
	} else {
		again := false // notes came, went or changed their order
		for _, id := range t.Notes {
			again = !s.renew(id) || again
		}
		if len(t.Comments)+len(t.Stamps) > 0 {
			again = true // one that is gone no longer says on which note it was
		}
		if again {
			s.gatherNotes()
			d.Moved = true
		}
	}
	if len(t.Drawings) > 0 {
		s.gatherDrawings()
		d.Layers.add(LayerDrawings)
	}
	if s.arrange() {
		d.Moved = true
		d.Layers.add(LayerGround, LayerTops, LayerLefts, LayerHead, LayerLegend, LayerDrawings, LayerLinks, LayerCurves)
	}
	if len(t.Phases)+len(t.Boundaries) > 0 {
		d.Layers.add(LayerTops)
	}
	if len(t.Lanes) > 0 {
		d.Layers.add(LayerLefts, LayerGround)
	}
	if t.Meta || len(t.Personas) > 0 {
		d.Layers.add(LayerHead, LayerCurves)
	}
	if len(t.Emotions)+len(t.Personas) > 0 {
		d.Layers.add(LayerCurves)
	}
	if len(t.Links) > 0 || len(t.Notes) > 0 {
		d.Layers.add(LayerLinks)
	}
	if len(t.Notes) > 0 {
		d.Layers.add(LayerNotes, LayerCurves, LayerTops)
	}
	s.around()
	return d
}

// departments gives each its tone and its name.
func (s *Scene) departments() {
	all := s.m.Departments()
	wishes := make([]string, len(all))
	for i, d := range all {
		wishes[i] = d.Color
	}
	s.tones, s.names = make(map[crdt.ID]Tone, len(all)), make(map[crdt.ID]string, len(all))
	for i, tone := range assignTones(wishes) {
		s.tones[all[i].ID] = tone
		s.names[all[i].ID] = all[i].Name.In(string(s.Options.Lang))
	}
}

// gatherNotes makes the boxes of all notes, in draw order. What a box knew of
// its text is kept.
func (s *Scene) gatherNotes() {
	all := s.m.Notes()
	boxes := make([]NoteBox, 0, len(all))
	order := make([]*journey.Note, len(all))
	copy(order, all)
	slices.SortStableFunc(order, inDrawOrder)
	for _, n := range order {
		box := NoteBox{}
		if old := s.Note(n.ID); old != nil {
			box = *old
		}
		s.read(n, &box)
		boxes = append(boxes, box)
	}
	s.Notes = boxes
	s.rects = make([]Rect, len(boxes))
	s.index = make(map[crdt.ID]int32, len(boxes))
	for i := range boxes {
		s.index[boxes[i].ID] = int32(i)
	}
}

// inDrawOrder puts notes that were never raised first, then by order key.
func inDrawOrder(a, b *journey.Note) int {
	if c := bytes.Compare(a.Z, b.Z); c != 0 {
		return c
	}
	return a.ID.Compare(b.ID)
}

// renew reads one note again; false when the list of notes must be made anew.
func (s *Scene) renew(id crdt.ID) bool {
	n, i := s.m.Note(id), int32(-1)
	if k, ok := s.index[id]; ok {
		i = k
	}
	if n == nil || i < 0 {
		return n == nil && i < 0
	}
	if string(n.Z) != s.Notes[i].z {
		return false
	}
	s.read(n, &s.Notes[i])
	return true
}

// read fills a box from its note.
func (s *Scene) read(n *journey.Note, b *NoteBox) {
	was := *b
	*b = NoteBox{
		ID: n.ID, Rect: was.Rect, Place: n.Place, Kind: n.Kind, Tone: s.noteTone(n),
		Flags: n.Flags, Pain: n.Pain, Severity: uint8(clampInt(n.Severity, 0, 5)), Locked: n.Locked, Status: n.Status,
		FontSize: was.FontSize, Text: n.Text, Lines: was.Lines, width: n.W, height: n.H, text: was.text, z: string(n.Z),
	}
	switch n.Evidence.Level {
	case journey.Guess:
		b.Evidence = EvidenceGuess
	case journey.Voice:
		b.Evidence = EvidenceVoice
	case journey.Data:
		b.Evidence = EvidenceData
	}
	for _, c := range s.m.CommentsOn(n.ID) {
		if !c.Resolved && b.Comments < 99 {
			b.Comments++
		}
	}
	for _, st := range s.m.StampsOn(n.ID) {
		b.Stamps += st.Face
	}
	w := n.W
	if w <= 0 {
		w = journey.NoteWidth
	}
	department := oneLine(s.names[n.Department])
	if n.Owner != n.Department || n.Kind != journey.Measure {
		b.Footer = department
	}
	if n.Kind == journey.Measure || n.Status != "" || n.Due != "" {
		b.Owner = Clip(oneLine(s.names[n.Owner]), footerSize, w-notePadLeft-notePadRight-28)
		b.OwnerTone = s.Tone(n.Owner)
		b.Footer = join(" · ", shortDate(n.Due, s.Options.Lang), b.Footer)
	}
	b.Footer = Clip(b.Footer, footerSize, w-notePadLeft-b.signsRoom()-4)
	if b.text == b.Text && was.width == b.width && was.height == b.height && was.footer() == b.footer() && b.FontSize > 0 {
		return
	}
	s.fit(b)
	b.text = b.Text
}

func (s *Scene) noteTone(n *journey.Note) Tone {
	if t, ok := toneNamed(n.Color); ok {
		return t
	}
	return s.Tone(n.Department)
}

// shortDate writes "2025-02-28" as people of a language write a day of this year
// or another on a small note: 2/28, 28 Feb.
func shortDate(iso string, lang i18n.Lang) string {
	if len(iso) != 10 || iso[4] != '-' || iso[7] != '-' {
		return iso
	}
	month, err1 := strconv.Atoi(iso[5:7])
	day, err2 := strconv.Atoi(iso[8:])
	if err1 != nil || err2 != nil || month < 1 || month > 12 {
		return iso
	}
	if lang == i18n.Japanese {
		return iso[2:4] + "/" + strconv.Itoa(month) + "/" + strconv.Itoa(day)
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	return strconv.Itoa(day) + " " + months[month*3-3:month*3] + " " + iso[2:4]
}

func clampInt(v, low, high int) int { return max(low, min(high, v)) }

// arrange works out columns and rows from what the cells hold, and then where
// every note stands; it reports whether a column or row moved.
func (s *Scene) arrange() (moved bool) {
	phases, lanes := s.m.Phases(), s.m.Lanes()
	unphased := len(phases) == 0
	for i := range s.Notes {
		if p := s.Notes[i].Place; !p.Free() && p.Phase.IsZero() {
			unphased = true
			break
		}
	}
	wasPhases, wasLanes := s.Phases, s.Lanes
	s.Phases, s.Lanes = make([]PhaseBox, 0, len(phases)+1), make([]LaneBox, 0, len(lanes))
	s.columns, s.rows = make(map[crdt.ID]int32, len(phases)+1), make(map[crdt.ID]int32, len(lanes))
	if unphased && len(lanes) > 0 {
		s.addPhase(nil)
	}
	for _, p := range phases {
		s.addPhase(p)
	}
	for _, l := range lanes {
		s.addLane(l)
	}
	s.grow()
	x := float32(0)
	for i := range s.Phases {
		c := &s.Phases[i].Column
		c.X = x
		x += c.W
	}
	y := float32(0)
	for i := range s.Lanes {
		r := &s.Lanes[i].Row
		r.Y, r.W = y, x
		y += r.H
		s.Lanes[i].Label = Rect{-labelWidth, r.Y, labelWidth, r.H}
	}
	for i := range s.Phases {
		s.Phases[i].Column.H = y
	}
	for i := range s.Notes {
		n := &s.Notes[i]
		n.Rect.X, n.Rect.Y = s.stand(n.Place)
		s.rects[i] = n.Rect
	}
	return !slices.EqualFunc(wasPhases, s.Phases, func(a, b PhaseBox) bool { return a.ID == b.ID && a.Column == b.Column }) ||
		!slices.EqualFunc(wasLanes, s.Lanes, func(a, b LaneBox) bool { return a.ID == b.ID && a.Row == b.Row })
}

func (s *Scene) addPhase(p *journey.Phase) {
	b := PhaseBox{Column: Rect{W: journey.DefaultPhaseWidth}}
	if p == nil {
		b.Name = []string{s.word("scene.unphased")}
		b.Ink = InkNone
	} else {
		b.ID, b.Demand = p.ID, p.Demand
		if p.Width > 0 {
			b.Column.W = max(p.Width, phaseWidthMin)
		}
		b.Ink = InkPhaseComparing
		switch p.Demand {
		case journey.Latent:
			b.Ink = InkPhaseLatent
		case journey.Overt:
			b.Ink = InkPhaseOvert
		}
		b.Info = s.phaseInfo(p)
		b.Name = []string{oneLine(p.Name.In(string(s.Options.Lang)))}
	}
	s.columns[b.ID] = int32(len(s.Phases))
	s.Phases = append(s.Phases, b)
}

func (s *Scene) phaseInfo(p *journey.Phase) string {
	var parts []string
	if p.Days > 0 {
		parts = append(parts, s.word("scene.days", count(p.Days)))
	}
	if p.Touches > 0 {
		parts = append(parts, s.word("scene.touches", count(p.Touches)))
	}
	switch p.Demand {
	case journey.Latent:
		parts = append(parts, s.word("scene.latent"))
	case journey.Comparing:
		parts = append(parts, s.word("scene.comparing"))
	case journey.Overt:
		parts = append(parts, s.word("scene.overt"))
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
	b := LaneBox{ID: l.ID, Kind: l.Kind, Row: Rect{H: laneHeightMin}}
	if l.Kind == journey.EmotionCurve {
		b.Row.H = curveHeight
	}
	if l.Height > 0 {
		b.Row.H = max(l.Height, lanePlainMin)
	}
	b.Name = s.wrap.Lines(nil, oneLine(l.Name.In(string(s.Options.Lang))), 14, (labelWidth-52)/boldFactor)
	b.Row.H = max(b.Row.H, float32(len(b.Name))*18+28)
	s.rows[l.ID] = int32(len(s.Lanes))
	s.Lanes = append(s.Lanes, b)
}

// grow makes each column as wide and each row as high as its notes need.
func (s *Scene) grow() {
	for i := range s.Notes {
		n := &s.Notes[i]
		if n.Place.Free() {
			continue
		}
		c, okc := s.columns[n.Place.Phase]
		r, okr := s.rows[n.Place.Lane]
		if !okc || !okr {
			continue
		}
		col, row := &s.Phases[c], &s.Lanes[r]
		col.Column.W = max(col.Column.W, max(n.Place.X, 0)+n.Rect.W+journey.CellPad)
		row.Row.H = max(row.Row.H, max(n.Place.Y, 0)+n.Rect.H+journey.CellPad)
		col.Evidence[n.Evidence]++
	}
}

// stand is the board point a place means.
func (s *Scene) stand(p journey.Place) (x, y float32) {
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

// around places what stands around the cells and between the notes.
func (s *Scene) around() {
	s.placeDrawings()
	s.boundaries()
	s.tops()
	s.curves()
	s.links()
	s.head()
	s.bounds = s.Grid()
	if len(s.Phases) > 0 {
		s.bounds = s.bounds.Union(Rect{-labelWidth, -s.strip - chevronHeight, labelWidth + s.Grid().W, s.strip + chevronHeight + s.Grid().H})
	}
	s.bounds = s.bounds.Union(s.Head.Rect).Union(s.Legend.Rect)
	for i := range s.Notes {
		if s.Notes[i].Place.Free() {
			s.bounds = s.bounds.Union(s.rects[i])
		}
	}
	for i := range s.Drawings {
		s.bounds = s.bounds.Union(s.Drawings[i].Rect)
	}
	s.bounds = s.bounds.Grow(margin)
}

const margin = 24 // of paper around the map

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
			box.Attitude = s.wrap.Lines(nil, text, 12.5, room/boldFactor)
		}
		if b.Concern != "" {
			box.Concern = s.wrap.Lines(nil, s.word("scene.quote", oneLine(b.Concern)), 11, room)
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

// answered reports whether a measure answers the blocker.
func (s *Scene) answered(blocker crdt.ID) bool {
	for _, l := range s.m.LinksTo(blocker) {
		if l.Rel == journey.Answers {
			return true
		}
	}
	return false
}

// tops places the chevrons above the strip.
func (s *Scene) tops() {
	for i := range s.Phases {
		p := &s.Phases[i]
		p.Head = Rect{p.Column.X, -s.strip - chevronHeight, p.Column.W, chevronHeight}
		room := p.Head.W - 2*chevronTip - 20
		name := p.Name[0]
		p.NameSize = 17
		for p.NameSize > 13 && Width(name, p.NameSize)*boldFactor > room {
			p.NameSize--
		}
		p.Name[0] = Clip(name, p.NameSize, room/boldFactor)
		p.Info = Clip(p.Info, 11.5, room-p.evidenceRoom())
	}
}

func (p *PhaseBox) evidenceRoom() float32 {
	if p.Evidence[EvidenceGuess]+p.Evidence[EvidenceVoice]+p.Evidence[EvidenceData] == 0 {
		return 0
	}
	return 84
}

// curves places the emotion points: along the phase by the rank of the note they
// are on, in the order notes of a cell are read; up and down by their score.
func (s *Scene) curves() {
	s.Curves = s.Curves[:0]
	lane := int32(-1)
	for i := range s.Lanes {
		if s.Lanes[i].Kind == journey.EmotionCurve {
			lane = int32(i)
			break
		}
	}
	if lane < 0 {
		return
	}
	row := &s.Lanes[lane]
	personas := s.m.Personas()
	wishes := make([]string, len(personas))
	for i, p := range personas {
		wishes[i] = p.Color
	}
	ranks := map[crdt.ID]float32{}
	for i, p := range personas {
		if !s.Options.Persona.IsZero() && p.ID != s.Options.Persona {
			continue
		}
		points := s.m.Curve(p.ID)
		if len(points) == 0 {
			continue
		}
		c := Curve{Persona: p.ID, Name: p.Name, Tone: curveTones[i%len(curveTones)], Dash: Dash(i % 4), Form: uint8(i % 4), Lane: row.ID, Drop: -1, Lowest: -1}
		if wished, ok := toneNamed(p.Color); ok {
			c.Tone = wished
		}
		last := float32(-1e9)
		for _, e := range points {
			col, ok := s.columns[e.Phase]
			if !ok {
				continue
			}
			at := s.Phases[col].Column
			x := at.X + at.W*s.along(e, ranks)
			x = max(x, last+curvePointGap)
			last = x
			c.Points = append(c.Points, CurvePoint{ID: e.ID, Note: e.Note, Phase: e.Phase, Score: e.Score, Label: oneLine(e.Label), At: Point{x, scoreY(row.Row, e.Score)}})
		}
		c.finish()
		s.Curves = append(s.Curves, c)
	}
}

const curvePointGap = 22

// curveTones are for personas, far apart from their neighbours.
var curveTones = [...]Tone{Blue, Rose, Teal, Amber, Violet, Green, Plum, Sky}

// along is where in its phase a point stands, 0…1.
func (s *Scene) along(e *journey.Emotion, ranks map[crdt.ID]float32) float32 {
	if e.Note.IsZero() {
		return clamp(e.Offset, 0.04, 0.96)
	}
	if r, ok := ranks[e.Note]; ok {
		return r
	}
	n := s.m.Note(e.Note)
	if n == nil {
		return 0.5
	}
	cell := s.m.NotesIn(n.Place.Cell())
	for i, k := range cell {
		ranks[k.ID] = (float32(i) + 0.5) / float32(len(cell))
	}
	if r, ok := ranks[e.Note]; ok {
		return r
	}
	return 0.5
}

// finish draws the line and finds the lowest point and the biggest drop.
func (c *Curve) finish() {
	if len(c.Points) == 0 {
		return
	}
	line := make([]Point, len(c.Points))
	drop := 0.0
	c.Lowest = 0
	for i, p := range c.Points {
		line[i] = p.At
		if p.Score < c.Points[c.Lowest].Score {
			c.Lowest = i
		}
		if i > 0 && c.Points[i-1].Score-p.Score > drop {
			drop, c.Drop = c.Points[i-1].Score-p.Score, i
		}
		before, after := p.Score, p.Score
		if i > 0 {
			before = c.Points[i-1].Score
		}
		if i+1 < len(c.Points) {
			after = c.Points[i+1].Score
		}
		c.Points[i].Below = p.Score < (before+after)/2 || p.Score == before && p.Score == after && p.Score < 0
	}
	c.D = string(smooth(nil, line))
}

// scoreY is the height of a score in the emotion lane, ScoreAt the score at a
// height; scores go from -2 to +2.
func scoreY(row Rect, score float64) float32 {
	const inset = 40
	v := float32(max(-2, min(2, score)))
	return row.Y + row.H/2 - v/2*(row.H/2-inset)
}

// ScoreAt is the score that a point dragged to height y has, in steps of a
// half.
func (s *Scene) ScoreAt(y float32) float64 {
	for i := range s.Lanes {
		if s.Lanes[i].Kind != journey.EmotionCurve {
			continue
		}
		row := s.Lanes[i].Row
		top, bottom := scoreY(row, 2), scoreY(row, -2)
		v := float64(2 - 4*(y-top)/(bottom-top))
		return max(-2, min(2, float64(int(v*2+5.5))/2-2.5))
	}
	return 0
}

// links routes the links between notes.
func (s *Scene) links() {
	s.Links = s.Links[:0]
	for _, l := range s.m.Links() {
		a, oka := s.index[l.From]
		b, okb := s.index[l.To]
		if !oka || !okb {
			continue
		}
		s.Links = append(s.Links, LinkBox{ID: l.ID, From: l.From, To: l.To, Rel: l.Rel, Label: oneLine(l.Label), Bend: route(s.rects[a], s.rects[b])})
	}
}
