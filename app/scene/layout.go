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
	LayerMarkers // what a highlighter drew, over the notes
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

// gatherNotes makes the boxes of all notes, in draw order. What a box knew of
// its text is kept.
func (s *Scene) gatherNotes() {
	order := slices.Clone(s.m.Notes())
	slices.SortFunc(order, func(a, b *journey.Note) int { return inDrawOrder(a.Z, a.ID, b.Z, b.ID) })
	boxes := make([]NoteBox, len(order))
	for i, n := range order {
		if k, ok := s.index[n.ID]; ok {
			boxes[i] = s.Notes[k]
		}
		s.read(n, &boxes[i])
	}
	s.Notes = boxes
	s.rects = make([]Rect, len(boxes))
	s.spots = make([]spot, len(boxes))
	s.index = make(map[crdt.ID]int32, len(boxes))
	for i := range boxes {
		s.index[boxes[i].ID] = int32(i)
		s.spots[i] = s.spotOf(&boxes[i])
		s.dirty = append(s.dirty, int32(i))
	}
}

// inDrawOrder puts notes that were never raised first, then by order key.
func inDrawOrder(za []byte, a crdt.ID, zb []byte, b crdt.ID) int {
	if c := bytes.Compare(za, zb); c != 0 {
		return c
	}
	return a.Compare(b)
}

// renew reads one note again. came reports whether it came, went or was raised;
// signs whether the legend may have to say something else.
func (s *Scene) renew(id crdt.ID) (came, signs bool) {
	n := s.m.Note(id)
	i, known := s.index[id]
	if known && (n == nil || string(n.Z) != string(s.Notes[i].z)) {
		s.take(int(i))
		known, came = false, true
	}
	if n == nil {
		return came, came
	}
	if !known {
		i = s.put(n)
		came = true
	}
	b := &s.Notes[i]
	was, department := s.spots[i].signs, b.department
	s.read(n, b)
	s.spots[i] = s.spotOf(b)
	s.dirty = append(s.dirty, i)
	return came, came || was != s.spots[i].signs || department != b.department
}

// take removes a box; those after it move up.
func (s *Scene) take(i int) {
	delete(s.index, s.Notes[i].ID)
	s.Notes = slices.Delete(s.Notes, i, i+1)
	s.rects = slices.Delete(s.rects, i, i+1)
	s.spots = slices.Delete(s.spots, i, i+1)
	s.renumber(i, -1)
}

// put makes room for a note where it belongs in draw order.
func (s *Scene) put(n *journey.Note) int32 {
	i, _ := slices.BinarySearchFunc(s.Notes, n, func(b NoteBox, n *journey.Note) int {
		return inDrawOrder(b.z, b.ID, n.Z, n.ID)
	})
	s.Notes = slices.Insert(s.Notes, i, NoteBox{ID: n.ID, z: n.Z})
	s.rects = slices.Insert(s.rects, i, Rect{})
	s.spots = slices.Insert(s.spots, i, spot{})
	s.renumber(i, +1)
	return int32(i)
}

// renumber corrects the index from i on, and what was noted as dirty.
func (s *Scene) renumber(i, by int) {
	for k := i; k < len(s.Notes); k++ {
		s.index[s.Notes[k].ID] = int32(k)
	}
	kept := s.dirty[:0]
	for _, k := range s.dirty {
		switch {
		case int(k) < i:
			kept = append(kept, k)
		case by > 0 || int(k) > i:
			kept = append(kept, k+int32(by))
		}
	}
	s.dirty = kept
}

// spot is what columns and rows need to know of a note.
type spot struct {
	col, row   int32 // -1: in no cell
	x, y, w, h float32
	evidence   Evidence
	signs      uint32 // signMask
}

func (s *Scene) spotOf(b *NoteBox) spot {
	p := spot{col: -1, row: -1, x: b.Place.X, y: b.Place.Y, w: b.Rect.W, h: b.Rect.H, evidence: b.Evidence, signs: b.signMask()}
	if b.Place.Free() {
		return p
	}
	c, okc := s.columns[b.Place.Phase]
	r, okr := s.rows[b.Place.Lane]
	if okc && okr {
		p.col, p.row, p.x, p.y = c, r, max(p.x, 0), max(p.y, 0)
	}
	return p
}

// read fills a box from its note.
func (s *Scene) read(n *journey.Note, b *NoteBox) {
	was := *b
	*b = NoteBox{
		ID: n.ID, Rect: was.Rect, Place: n.Place, Kind: n.Kind, Tone: s.tones.Of(n),
		Flags: n.Flags, Pain: n.Pain, Severity: uint8(clampInt(n.Severity, 0, 5)), Locked: n.Locked, Status: n.Status,
		FontSize: was.FontSize, Text: n.Text, lines: was.lines, room: was.room, width: n.W, height: n.H, text: was.text, z: n.Z, department: n.Department,
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
		if owner := oneLine(s.names[n.Owner]); owner != "" {
			b.Owner = Clip(s.word("scene.owner", owner), footerSize, w-notePadLeft-notePadRight-signSize-signGap)
		}
		b.Footer = join(" · ", shortDate(n.Due, s.Options.Lang), b.Footer)
	}
	if n.Kind == journey.Touchpoint { // its colour tells the department already
		b.Footer = join(" · ", s.channels(n, false), b.Footer)
	}
	switch n.ID {
	case s.anchors[0]:
		b.Footer = join(" · ", "▸"+s.word("scene.start"), b.Footer)
	case s.anchors[1]:
		b.Footer = join(" · ", "⚑"+s.word("scene.goal"), b.Footer)
	}
	b.Footer = Clip(b.Footer, footerSize, w-notePadLeft-b.signsRoom()-4)
	b.Department = b.Footer
	if b.text == b.Text && was.width == b.width && was.height == b.height && was.footer() == b.footer() && b.FontSize > 0 {
		return
	}
	s.fit(b)
	b.text = b.Text
}

// channels are those of a note, by name; with kind also whether real or digital.
func (s *Scene) channels(n *journey.Note, kind bool) (said string) {
	for _, id := range n.Channels {
		c := s.m.Channel(id)
		if c == nil {
			continue
		}
		name := s.named(c.Name)
		if kind && c.Kind != "" {
			name = s.word("scene.channel", name, s.word("dictionary.channel."+string(c.Kind)))
		}
		said = join(s.comma(), said, name)
	}
	return said
}

// anchored takes over which notes the journey starts and ends with, and reports
// whether that is news.
func (s *Scene) anchored() bool {
	theme, was := s.m.Theme(), s.anchors
	s.anchors = [2]crdt.ID{theme.StartNote, theme.GoalNote}
	return s.anchors != was
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
// different.
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
		p.Name = Clip(p.name, p.NameSize, room/boldFactor)
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

// curves places the emotion points: along the phase by the rank of the note they
// are on, in the order notes of a cell are read; up and down by their score.
func (s *Scene) curves() {
	s.Curves = s.Curves[:0]
	clear(s.curveCells)
	if s.curveCells == nil {
		s.curveCells = map[journey.Cell]bool{}
	}
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
			x := at.X + at.W*s.along(e)
			x = max(x, last+curvePointGap)
			last = x
			c.Points = append(c.Points, CurvePoint{ID: e.ID, Note: e.Note, Phase: e.Phase, Score: e.Score, Label: oneLine(e.Label), At: Point{x, scoreY(row.Row, e.Score)}})
		}
		if len(c.Points) == 0 {
			continue
		}
		c.finish()
		s.Curves = append(s.Curves, c)
	}
}

const curvePointGap = 22

// curveTones are for personas, far apart from their neighbours.
var curveTones = [...]Tone{Blue, Rose, Teal, Amber, Violet, Green, Plum, Sky}

// along is where in its phase a point stands, 0…1.
func (s *Scene) along(e *journey.Emotion) float32 {
	if e.Note.IsZero() {
		return clamp(e.Offset, 0.04, 0.96)
	}
	n := s.m.Note(e.Note)
	if n == nil {
		return 0.5
	}
	s.curveCells[n.Place.Cell()] = true
	cell := s.m.NotesIn(n.Place.Cell())
	return (float32(slices.Index(cell, n)) + 0.5) / float32(len(cell))
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

// curveIn reports whether a curve has points on notes of one of the cells: when
// these change, so may the order of its points.
func (s *Scene) curveIn(cells []journey.Cell) bool {
	for _, c := range cells {
		if s.curveCells[c] {
			return true
		}
	}
	return false
}

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
