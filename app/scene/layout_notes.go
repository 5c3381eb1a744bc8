package scene

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

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
// or another on a small note: 25/2/28, 28 Feb 25.
func shortDate(iso string, lang i18n.Lang) string {
	if len(iso) != 10 || iso[4] != '-' || iso[7] != '-' {
		return iso
	}
	month, err1 := strconv.Atoi(iso[5:7])
	day, err2 := strconv.Atoi(iso[8:])
	if err1 != nil || err2 != nil || month < 1 || month > 12 {
		return iso
	}
	switch y, m, d := iso[2:4], strconv.Itoa(month), strconv.Itoa(day); lang {
	case i18n.Japanese, i18n.Chinese:
		return y + "/" + m + "/" + d
	case i18n.Korean:
		return y + ". " + m + ". " + d + "."
	case i18n.Arabic:
		return d + "/" + m + "/" + y
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	return strconv.Itoa(day) + " " + months[month*3-3:month*3] + " " + iso[2:4]
}

func clampInt(v, low, high int) int { return max(low, min(high, v)) }
