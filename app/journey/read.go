package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// ---- the map itself

func (m *Map) str(id crdt.ID, f crdt.Field) string { return string(m.doc.Get(id, f)) }

func (m *Map) name(id crdt.ID) Name {
	return Name{m.str(id, FieldName), m.str(id, FieldNameJA), m.str(id, FieldNameEN)}
}

// Title is the map's name.
func (m *Map) Title() Name { return m.name(crdt.ID{}) }

// TitleOf reads a map's name without opening the map.
func TitleOf(doc *crdt.Document) Name { return (&Map{doc: doc}).Title() }

// Lang is the language the map is written in: "ja", "en" or what its file said.
func (m *Map) Lang() string { return m.str(crdt.ID{}, MapLang) }

// Type is which of the four types of map this is; empty when nobody has said.
func (m *Map) Type() MapType { return MapType(m.str(crdt.ID{}, MapTypeField)) }

// Sibling is the identity of the map that this one was forked from, or empty.
func (m *Map) Sibling() string { return m.str(crdt.ID{}, MapSibling) }

// Theme is what the journey is of.
func (m *Map) Theme() Theme {
	text := func(f crdt.Field) string { return m.doc.Text(crdt.ID{}, f) }
	t := Theme{Product: text(ThemeProduct), Purpose: text(ThemePurpose), Start: text(ThemeStart), Goal: text(ThemeGoal)}
	if n := m.notes.get(refOf(m.doc.Get(crdt.ID{}, ThemeStartNote))); n != nil {
		t.StartNote = n.ID
	}
	if n := m.notes.get(refOf(m.doc.Get(crdt.ID{}, ThemeGoalNote))); n != nil {
		t.GoalNote = n.ID
	}
	return t
}

// Averages are the figures to compare with.
func (m *Map) Averages() Averages {
	num := func(f crdt.Field) float64 { return NumberOf(m.doc.Get(crdt.ID{}, f)) }
	return Averages{num(AverageTouches), num(AverageChannels), num(AverageDays), m.str(crdt.ID{}, AverageSource)}
}

// ICP is the ideal customer profile.
func (m *Map) ICP() ICP {
	text := func(f crdt.Field) string { return m.doc.Text(crdt.ID{}, f) }
	return ICP{text(ICPSize), text(ICPIndustry), text(ICPBudget)}
}

// Review says when the map is looked at again.
func (m *Map) Review() Review {
	str := func(f crdt.Field) string { return m.str(crdt.ID{}, f) }
	return Review{Due: str(ReviewDue), Last: str(ReviewLast), Owner: str(ReviewOwner),
		Days: intOf(m.doc.Get(crdt.ID{}, ReviewDays)), BigChange: str(ReviewBigChange),
		Note: m.doc.Text(crdt.ID{}, ReviewNote), Created: str(MapCreated)}
}

// SinceReview says what of the document was written since the last review that
// was marked in this map; false when none was.
func (m *Map) SinceReview() ([]crdt.ObjectChange, bool) {
	mark := m.doc.Stamp(crdt.ID{}, ReviewSeen)
	if mark.IsZero() {
		return nil, false
	}
	known := m.doc.Version()
	for r, counter := range known {
		known[r] = min(counter, mark.Counter) // a later edit has a higher counter, whoever made it
	}
	return m.doc.ChangedSince(known), true
}

// Runner is where the workshop stands.
func (m *Map) Runner() Runner {
	return Runner{Step: StepIn(m.doc), Timer: m.str(crdt.ID{}, RunnerTimer)}
}

// StepIn is the runner's step in a document that need not be open as a Map, for
// a room that guards it.
func StepIn(doc *crdt.Document) int {
	step := intOf(doc.Get(crdt.ID{}, RunnerStep))
	if step < 0 || step > StepMeasures {
		return 0
	}
	return step
}

// Fork is what was known when this map was forked from its Sibling: objects that
// it covers are the same ones there. Nil: it was not forked.
func (m *Map) Fork() crdt.Version {
	b := m.doc.Get(crdt.ID{}, MapFork)
	if len(b) == 0 {
		return nil
	}
	v, _, err := crdt.DecodeVersion(b)
	if err != nil {
		return nil
	}
	return v
}

// MTAOO is the state of one letter, 0 (Map) … 4 (Optimise).
func (m *Map) MTAOO(letter int) MTAOO {
	if letter < 0 || letter > 4 {
		return MTAOO{}
	}
	f := crdt.Field(letter)
	return MTAOO{Status(m.str(crdt.ID{}, MTAOOState+f)), m.doc.Text(crdt.ID{}, MTAOONotes+f)}
}

// ---- phases, lanes, cells

// Phases are the columns, left to right.
func (m *Map) Phases() []*Phase { return m.phaseOrder }

// Phase is the phase with this ID, or nil when it is not shown.
func (m *Map) Phase(id crdt.ID) *Phase {
	if _, gone := m.merged[id]; gone {
		return nil
	}
	return m.phases.get(id)
}

// PhaseIndex is a phase's place among Phases, -1 when it is not shown.
func (m *Map) PhaseIndex(id crdt.ID) int {
	return slices.IndexFunc(m.phaseOrder, func(p *Phase) bool { return p.ID == id })
}

// Lanes are the rows, top to bottom.
func (m *Map) Lanes() []*Lane { return m.laneOrder }

// Lane is the lane with this ID, or nil.
func (m *Map) Lane(id crdt.ID) *Lane { return m.lanes.get(id) }

// LaneOf is the first lane of a kind, or nil.
func (m *Map) LaneOf(kind LaneKind) *Lane {
	for _, l := range m.laneOrder {
		if l.Kind == kind {
			return l
		}
	}
	return nil
}

// HasUnsorted reports whether notes stand in no phase: the column with the zero
// phase is then shown.
func (m *Map) HasUnsorted() bool {
	for at := range m.cells {
		if at.Phase.IsZero() && !at.Lane.IsZero() {
			return true
		}
	}
	return false
}

// ---- notes

// Notes are all notes, in the order in which they were made.
func (m *Map) Notes() []*Note { return m.notes.rows }

// NoteCount is the number of notes.
func (m *Map) NoteCount() int { return len(m.notes.rows) }

// Note is the note with this ID, or nil.
func (m *Map) Note(id crdt.ID) *Note { return m.notes.get(id) }

// NotesIn are the notes of a cell as they are read. The zero phase is the column
// of unsorted notes, the zero cell holds the free notes.
func (m *Map) NotesIn(at Cell) []*Note {
	c := m.cells[at]
	if c == nil {
		return nil
	}
	if !c.sorted {
		slices.SortFunc(c.notes, reading)
		c.sorted = true
	}
	return c.notes
}

// NotesOf are the notes of a kind, phase by phase as they are read, unsorted
// ones first.
func (m *Map) NotesOf(kind LaneKind) []*Note {
	var out []*Note
	for _, l := range m.laneOrder {
		if l.Kind != kind {
			continue
		}
		out = append(out, m.NotesIn(Cell{Lane: l.ID})...)
		for _, p := range m.phaseOrder {
			out = append(out, m.NotesIn(Cell{p.ID, l.ID})...)
		}
	}
	return out
}

// ---- links and boundaries

// Links are the links shown as connectors, in the order in which they were made.
func (m *Map) Links() []*Link {
	var out []*Link
	for _, l := range m.links.rows {
		if l.shown && l.Rel.Connector() {
			out = append(out, l)
		}
	}
	return out
}

// Connector reports whether a link of this relation is drawn between its ends,
// and not held by a boundary or a channel list.
func (r Rel) Connector() bool {
	switch r {
	case Uses, HasInformation, HasBlocker, HasMeasure, HasAttitudeNote:
		return false
	}
	return true
}

// Link is the link with this ID, or nil when it is not shown.
func (m *Map) Link(id crdt.ID) *Link {
	if l := m.links.get(id); l != nil && l.shown {
		return l
	}
	return nil
}

// LinkEnds are the ends of a link, also of one that is hidden or gone.
func (m *Map) LinkEnds(id crdt.ID) (from, to crdt.ID) {
	if m.doc.Kind(id) != KindLink {
		return
	}
	return refOf(m.doc.Get(id, LinkFrom)), refOf(m.doc.Get(id, LinkTo))
}

// LinksFrom are the shown links that begin at id, LinksTo those that end there.
func (m *Map) LinksFrom(id crdt.ID) []*Link {
	return m.linksWhere(id, func(l *Link) bool { return l.From == id })
}

// LinksTo are the shown links that end at id.
func (m *Map) LinksTo(id crdt.ID) []*Link {
	return m.linksWhere(id, func(l *Link) bool { return l.To == id })
}

func (m *Map) linksWhere(id crdt.ID, want func(*Link) bool) []*Link {
	var out []*Link
	for _, l := range m.linksAt[id] {
		if l.shown && want(l) {
			out = append(out, l)
		}
	}
	return out
}

// Linked reports whether some shown link of this relation leads to a note of
// this kind (into true: comes from one).
func (m *Map) Linked(id crdt.ID, rel Rel, kind LaneKind, into bool) bool {
	for _, l := range m.linksAt[id] {
		if !l.shown || l.Rel != rel {
			continue
		}
		here, there := l.From, l.To
		if into {
			here, there = l.To, l.From
		}
		if here != id {
			continue
		}
		if n := m.notes.get(there); n != nil && n.Kind == kind {
			return true
		}
	}
	return false
}

// Boundaries are what stands between the phases, left to right: one before every
// phase but the first, written or not.
func (m *Map) Boundaries() []Boundary {
	var out []Boundary
	for _, p := range m.phaseOrder {
		if b, ok := m.Boundary(p.ID); ok {
			out = append(out, b)
		}
	}
	return out
}

// Boundary is what leads into a phase; false for the first phase and for those
// that are not shown.
func (m *Map) Boundary(into crdt.ID) (Boundary, bool) {
	i := m.PhaseIndex(into)
	if i < 1 {
		return Boundary{}, false
	}
	b := Boundary{
		From: m.phaseOrder[i-1].ID, To: into,
		WrittenFrom:  m.standing(refOf(m.doc.Get(into, BoundaryFrom))),
		External:     m.str(into, BoundaryExternal),
		AttitudeFrom: m.doc.Text(into, BoundaryAttitudeFrom),
		AttitudeTo:   m.doc.Text(into, BoundaryAttitudeTo),
		Concern:      m.doc.Text(into, BoundaryConcern),
	}
	for _, l := range m.linksAt[into] {
		if !l.shown || l.From != into || m.notes.get(l.To) == nil {
			continue
		}
		switch l.Rel {
		case HasInformation:
			b.Info = append(b.Info, l.To)
		case HasBlocker:
			b.Blockers = append(b.Blockers, l.To)
		case HasMeasure:
			b.Measures = append(b.Measures, l.To)
		case HasAttitudeNote:
			b.AttitudeNote = l.To // the last one set
		}
	}
	return b, true
}

// ---- emotions

// Emotions are the points of all curves, in the order in which they were made.
func (m *Map) Emotions() []*Emotion {
	m.draw()
	return m.curvePoints
}

// Curve is a persona's points along the journey.
func (m *Map) Curve(persona crdt.ID) []*Emotion {
	m.draw()
	return m.curves[persona]
}

// Emotion is the point with this ID, or nil when it is not shown.
func (m *Map) Emotion(id crdt.ID) *Emotion {
	m.draw()
	if e := m.emotions.get(id); e != nil && slices.Contains(m.curves[e.Persona], e) {
		return e
	}
	return nil
}

// EmotionAt is a persona's point on a note, or nil.
func (m *Map) EmotionAt(persona, note crdt.ID) *Emotion {
	for _, e := range m.Curve(persona) {
		if e.Note == note {
			return e
		}
	}
	return nil
}

// ---- people, channels, figures, remarks

// Departments are the teams, in the order in which they were made; likewise the
// lists below.
func (m *Map) Departments() []*Department        { return m.departments.rows }
func (m *Map) Department(id crdt.ID) *Department { return m.departments.get(id) }
func (m *Map) Personas() []*Persona              { return m.personas.rows }
func (m *Map) Persona(id crdt.ID) *Persona       { return m.personas.get(id) }
func (m *Map) Channels() []*Channel              { return m.channels.rows }
func (m *Map) Channel(id crdt.ID) *Channel       { return m.channels.get(id) }
func (m *Map) KPIs() []*KPI                      { return m.kpis.rows }
func (m *Map) KPI(id crdt.ID) *KPI               { return m.kpis.get(id) }
func (m *Map) Drawings() []*Drawing              { return m.drawings.rows }
func (m *Map) Drawing(id crdt.ID) *Drawing       { return m.drawings.get(id) }
func (m *Map) Agreements() []*Agreement          { return m.agreements.rows }

// Comments are all remarks on what is still there.
func (m *Map) Comments() []*Comment {
	var out []*Comment
	for _, c := range m.comments.rows {
		if c.On.IsZero() || m.alive(c.On) {
			out = append(out, c)
		}
	}
	return out
}

// Comment is the remark with this ID, or nil when what it is on is gone.
func (m *Map) Comment(id crdt.ID) *Comment {
	if c := m.comments.get(id); c != nil && (c.On.IsZero() || m.alive(c.On)) {
		return c
	}
	return nil
}

// CommentsOn are the remarks on one object, oldest first.
func (m *Map) CommentsOn(id crdt.ID) []*Comment {
	if !id.IsZero() && !m.alive(id) {
		return nil
	}
	return m.commentsOn[id]
}

// ScoresOf are what people think of a note: one entry a person, its last.
func (m *Map) ScoresOf(note crdt.ID) []*Score {
	if m.notes.get(note) == nil {
		return nil
	}
	var out []*Score
	for _, s := range m.scoresOn[note] {
		if i := slices.IndexFunc(out, func(o *Score) bool { return o.Person == s.Person }); i >= 0 {
			out[i] = s
		} else {
			out = append(out, s)
		}
	}
	return out
}

// StampsOn are the reactions on a note.
func (m *Map) StampsOn(note crdt.ID) []*Stamp {
	if m.notes.get(note) == nil {
		return nil
	}
	return m.stampsOn[note]
}

// SetAside are the findings that the team lives with.
func (m *Map) SetAside() []*SetAside {
	var out []*SetAside
	for _, s := range m.setAside.rows {
		if s.Subject.IsZero() || m.alive(s.Subject) {
			out = append(out, s)
		}
	}
	return out
}

// ByExternal finds the object that had this id in the file it came from; kind
// says which list is meant.
func (m *Map) ByExternal(kind crdt.Kind, external string) (crdt.ID, bool) {
	for id := range m.doc.All(kind) {
		if string(m.doc.Get(id, FieldExternal)) == external {
			return id, true
		}
	}
	return crdt.ID{}, false
}

// Locked reports whether a note is locked, by itself or with its lane.
func (m *Map) Locked(n *Note) bool {
	l := m.lanes.get(n.Place.Lane)
	return n.Locked || l != nil && l.Locked
}
