package journey

import (
	"cmp"
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

// ---- reading rows from the document

func (m *Map) department(b []byte) crdt.ID {
	if id := refOf(b); m.departments.get(id) != nil {
		return id
	}
	return crdt.ID{}
}

func (m *Map) readDepartment(id crdt.ID) *Department {
	return &Department{ID: id, External: m.str(id, FieldExternal), Name: m.name(id), Color: m.str(id, FieldColor)}
}

func (m *Map) readPersona(id crdt.ID) *Persona {
	get, lines := func(f crdt.Field) string { return m.str(id, f) }, func(f crdt.Field) []string { return linesOf(m.doc.Text(id, f)) }
	return &Persona{
		ID: id, External: get(FieldExternal), Name: get(FieldName), Role: get(PersonaRole), Place: get(PersonaPlace),
		Segment: get(PersonaSegment), Seniority: get(PersonaSeniority), Age: intOf(m.doc.Get(id, PersonaAge)),
		Issues: lines(PersonaIssues), Needs: lines(PersonaNeeds), Motives: lines(PersonaMotives), Goals: lines(PersonaGoals),
		Drivers: lines(PersonaDrivers), Quote: m.doc.Text(id, PersonaQuote),
		Buyer: boolOf(m.doc.Get(id, PersonaBuyer)), User: boolOf(m.doc.Get(id, PersonaUser)),
		Stakeholder: boolOf(m.doc.Get(id, PersonaStakeholder)),
		Portrait:    get(PersonaPortrait), Color: get(FieldColor),
	}
}

func (m *Map) readChannel(id crdt.ID) *Channel {
	return &Channel{ID: id, External: m.str(id, FieldExternal), Name: m.name(id), Kind: ChannelKind(m.str(id, ChannelKindField)),
		Device: m.str(id, ChannelDevice), Owner: m.department(m.doc.Get(id, ChannelOwner)), Aliases: stringsOf(m.doc.Get(id, ChannelAliases))}
}

func (m *Map) readPhase(id crdt.ID) *Phase {
	num := func(f crdt.Field) float64 { return NumberOf(m.doc.Get(id, f)) }
	return &Phase{ID: id, External: m.str(id, FieldExternal), Name: m.name(id), Demand: DemandLayer(m.str(id, PhaseDemand)),
		Days: num(PhaseDays), Touches: num(PhaseTouches), Counted: boolOf(m.doc.Get(id, PhaseCounted)),
		Width: within(float32(cmp.Or(num(PhaseWidth), DefaultPhaseWidth)), NoteWidth, sizeMax), Satisfaction: num(PhaseSatisfaction),
		Color: m.str(id, FieldColor), order: m.doc.Get(id, FieldOrder)}
}

// Locked reports whether a note is locked, by itself or with its lane.
func (m *Map) Locked(n *Note) bool {
	l := m.lanes.get(n.Place.Lane)
	return n.Locked || l != nil && l.Locked
}

func (m *Map) readLane(id crdt.ID) *Lane {
	return &Lane{ID: id, External: m.str(id, FieldExternal), Name: m.name(id), Kind: LaneKind(m.str(id, LaneKindField)),
		Height: within(float32(NumberOf(m.doc.Get(id, LaneHeight))), 0, sizeMax), Locked: boolOf(m.doc.Get(id, LaneLocked)), Color: m.str(id, FieldColor), order: m.doc.Get(id, FieldOrder)}
}

func (m *Map) readKPI(id crdt.ID) *KPI {
	baseline, target := m.doc.Get(id, KPIBaseline), m.doc.Get(id, KPITarget)
	series := numbersOf(m.doc.Get(id, KPISeries))
	dates := make([]string, len(series))
	copy(dates, stringsOf(m.doc.Get(id, KPIDates)))
	return &KPI{ID: id, External: m.str(id, FieldExternal), Name: m.name(id), Unit: m.str(id, KPIUnit),
		Phase:    m.standing(refOf(m.doc.Get(id, KPIPhase))),
		Baseline: NumberOf(baseline), HasBaseline: len(baseline) > 0, Target: NumberOf(target), HasTarget: len(target) > 0,
		Series: series, Dates: dates, Owner: m.department(m.doc.Get(id, KPIOwner)), Metric: m.str(id, KPIMetric)}
}

func (m *Map) readComment(id crdt.ID) *Comment {
	return &Comment{ID: id, External: m.str(id, FieldExternal), On: refOf(m.doc.Get(id, CommentOn)), Author: m.str(id, CommentAuthor),
		Department: m.department(m.doc.Get(id, CommentDepartment)), Text: m.doc.Text(id, CommentText),
		Resolved: boolOf(m.doc.Get(id, CommentResolved)), Parent: refOf(m.doc.Get(id, CommentParent)), At: m.str(id, CommentAt)}
}

func (m *Map) readScore(id crdt.ID) *Score {
	num := func(f crdt.Field) *float64 {
		if v, _, ok := takeNumber(m.doc.Get(id, f)); ok {
			return &v
		}
		return nil
	}
	return &Score{ID: id, Note: refOf(m.doc.Get(id, ScoreNote)), Person: m.str(id, ScorePerson),
		Department: m.department(m.doc.Get(id, ScoreDepartment)), Impact: num(ScoreImpact), Effort: num(ScoreEffort), Emotion: num(ScoreEmotion)}
}

func (m *Map) readSetAside(id crdt.ID) *SetAside {
	return &SetAside{ID: id, Code: m.str(id, SetAsideCode), Subject: refOf(m.doc.Get(id, SetAsideSubject)),
		Reason: m.str(id, SetAsideReason), By: m.str(id, SetAsideBy), At: m.str(id, SetAsideAt)}
}

func (m *Map) readStamp(id crdt.ID) *Stamp {
	return &Stamp{ID: id, Note: refOf(m.doc.Get(id, StampNote)), Face: m.str(id, StampFace), Author: m.str(id, StampAuthor),
		Department: m.department(m.doc.Get(id, StampDepartment))}
}

func (m *Map) readAgreement(id crdt.ID) *Agreement {
	return &Agreement{ID: id, Department: m.department(m.doc.Get(id, AgreementDepartment)), Person: m.str(id, AgreementPerson),
		Phase: m.standing(refOf(m.doc.Get(id, AgreementPhase))), At: m.str(id, AgreementAt), Version: m.str(id, AgreementVersion)}
}

func (m *Map) readDrawing(id crdt.ID) *Drawing {
	w, h := sizeOf(m.doc.Get(id, DrawingSize))
	w, h = within(w, 0, sizeMax), within(h, 0, sizeMax)
	place, _ := m.resolve(PlaceOf(m.doc.Get(id, DrawingPlace)), "")
	return &Drawing{ID: id, Kind: m.doc.Kind(id), Place: place, W: w, H: h, Text: m.doc.Text(id, DrawingText),
		Shape: m.str(id, DrawingShape), Points: m.doc.Get(id, DrawingPoints), Style: m.str(id, DrawingStyle),
		Image: m.str(id, DrawingImage), Turn: NumberOf(m.doc.Get(id, DrawingTurn)), Author: m.str(id, DrawingAuthor),
		Z: m.doc.Get(id, DrawingZ), Locked: boolOf(m.doc.Get(id, DrawingLocked)), Alt: m.str(id, DrawingAlt), Group: m.str(id, DrawingGroup), Color: m.str(id, FieldColor)}
}

func (m *Map) readLink(id crdt.ID) *Link {
	return &Link{ID: id, From: refOf(m.doc.Get(id, LinkFrom)), To: refOf(m.doc.Get(id, LinkTo)),
		Rel: Rel(m.str(id, LinkRel)), Label: m.str(id, LinkLabel)}
}

func (m *Map) readEmotion(id crdt.ID) *Emotion {
	offset := 0.5
	if v, _, ok := takeNumber(m.doc.Get(id, EmotionOffset)); ok {
		offset = v
	}
	return &Emotion{ID: id, External: m.str(id, FieldExternal), Score: within(NumberOf(m.doc.Get(id, EmotionScore)), -2, 2), Label: m.str(id, EmotionLabel),
		Offset: within(float32(offset), 0, 1), persona: refOf(m.doc.Get(id, EmotionPersona)), phase: refOf(m.doc.Get(id, EmotionPhase)),
		note: refOf(m.doc.Get(id, EmotionNote))}
}

// readNote reads all but the place; the text only when it may have changed, as
// it is the dearest part.
func (m *Map) readNote(n *Note, text bool) {
	id := n.ID
	get := m.doc.At(id).Get
	if text {
		n.Text = m.doc.Text(id, NoteText)
	}
	n.External = string(get(FieldExternal))
	n.Author = string(get(NoteAuthor))
	n.refs = [4]crdt.ID{refOf(get(NoteDepartment)), refOf(get(NotePersona)), refOf(get(NoteOwner)), refOf(get(NoteKPI))}
	n.Evidence = Evidence{EvidenceLevel(get(NoteEvidence)), string(get(NoteSource))}
	n.Flags = 0
	for i, f := range flagFields {
		if boolOf(get(f)) {
			n.Flags |= 1 << i
		}
	}
	n.Severity, n.Pain = grade(get(NoteSeverity)), PainKind(get(NotePain))
	n.Due, n.Status = string(get(NoteDue)), Status(get(NoteStatus))
	n.Impact, n.Effort = grade(get(NoteImpact)), grade(get(NoteEffort))
	n.Target = Target{string(get(NoteTargetGroup)), string(get(NoteTargetContent)), string(get(NoteTargetTiming)), string(get(NoteTargetTouchpoint))}
	n.Tags = stringsOf(get(NoteTags))
	n.Color = string(get(FieldColor))
	n.W, n.H = NoteWidth, NoteHeight
	if w, h := sizeOf(get(NoteSize)); w > 0 && h > 0 {
		n.W, n.H = within(w, 1, sizeMax), within(h, 1, sizeMax)
	}
	n.Z = get(NoteZ)
	n.Locked = boolOf(get(NoteLocked))
	n.Promise, n.Demand = string(get(NotePromise)), DemandLayer(get(NoteDemand))
	n.Image, n.Origin, n.Group = string(get(NoteImage)), string(get(NoteOrigin)), string(get(NoteGroup))
}

// Bounds of what is shown, the same as those of files. Whatever somebody's
// program wrote into a register, nobody's board is torn apart by it (J15).
const (
	sizeMax  = 1e5
	placeMax = 1e7
)

func within[T float32 | float64](v, low, high T) T { return min(high, max(low, v)) }

func grade(b []byte) int { return int(within(NumberOf(b), 0, 5)) }

var flagFields = [3]crdt.Field{NoteKeyMoment, NoteSurprise, NoteDelight}

// resolveRefs finds out which of a note's references are still there, and
// reports whether that is news.
func (m *Map) resolveRefs(n *Note) bool {
	before := [4]crdt.ID{n.Department, n.Persona, n.Owner, n.KPI}
	now := n.refs
	if m.departments.get(now[0]) == nil {
		now[0] = crdt.ID{}
	}
	if m.personas.get(now[1]) == nil {
		now[1] = crdt.ID{}
	}
	if m.departments.get(now[2]) == nil {
		now[2] = crdt.ID{}
	}
	if m.kpis.get(now[3]) == nil {
		now[3] = crdt.ID{}
	}
	n.Department, n.Persona, n.Owner, n.KPI = now[0], now[1], now[2], now[3]
	return now != before
}
