package journey

import (
	"bytes"
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// Map is a customer journey map: a document read as one.
type Map struct {
	doc *crdt.Document

	phases      table[Phase]
	lanes       table[Lane]
	personas    table[Persona]
	departments table[Department]
	channels    table[Channel]
	kpis        table[KPI]
	comments    table[Comment]
	scores      table[Score]
	setAside    table[SetAside]
	drawings    table[Drawing]
	stamps      table[Stamp]
	agreements  table[Agreement]
	notes       table[Note]
	links       table[Link]
	emotions    table[Emotion]

	phaseOrder []*Phase            // shown phases, left to right
	laneOrder  []*Lane             // top to bottom
	merged     map[crdt.ID]crdt.ID // phase that is not shown -> the phase that stands for it (J6)

	cells   map[Cell]*cell
	linksAt map[crdt.ID][]*Link // links at an object, shown or not, in ID order

	commentsOn map[crdt.ID][]*Comment
	scoresOn   map[crdt.ID][]*Score
	stampsOn   map[crdt.ID][]*Stamp
	emotionsOn map[crdt.ID]int // points, shown or not, that stand on a note or phase

	curves      map[crdt.ID][]*Emotion // by persona, along the journey; nil: to be made
	curvePoints []*Emotion             // shown points, in ID order
}

type cell struct {
	notes  []*Note
	sorted bool
}

// Open reads doc as a journey map. The Map follows the document only through
// Apply.
func Open(doc *crdt.Document) *Map {
	m := &Map{
		doc: doc, cells: map[Cell]*cell{}, linksAt: map[crdt.ID][]*Link{},
		commentsOn: map[crdt.ID][]*Comment{}, scoresOn: map[crdt.ID][]*Score{}, stampsOn: map[crdt.ID][]*Stamp{},
		emotionsOn: map[crdt.ID]int{},
	}
	var t Touched
	for kind := KindPhase; kind <= KindAgreement; kind++ {
		switch kind {
		case KindNote, KindLink, KindEmotion, KindExtra:
			continue
		}
		for id := range doc.All(kind) {
			m.applySmall(crdt.ObjectChange{ID: id, Kind: kind, Created: true}, &t)
		}
	}
	m.arrange(&t)
	m.refreshRefs()
	for _, kind := range []crdt.Kind{KindNote, KindLink, KindEmotion} {
		for id := range doc.All(kind) {
			m.applyLarge(crdt.ObjectChange{ID: id, Kind: kind, Created: true}, &t)
		}
	}
	m.settleLinks(&t)
	return m
}

// Document is what the map is read from, for edits of texts and for snapshots.
func (m *Map) Document() *crdt.Document { return m.doc }

// Apply brings the map up to date with a change of its document and says what it
// came to. Work follows the size of the change, except where phases, lanes,
// personas, departments, channels or KPIs come or go.
func (m *Map) Apply(c crdt.Change) Touched {
	var t Touched
	structural := false
	for o := range c.Objects() {
		if isLarge(o.Kind) {
			continue
		}
		structural = m.applySmall(o, &t) || structural
	}
	if structural {
		m.arrange(&t)
		m.refreshRefs()
	}
	for o := range c.Objects() {
		if isLarge(o.Kind) {
			m.applyLarge(o, &t)
		}
	}
	if structural {
		m.resolveAll(&t)
		for _, p := range m.phaseOrder {
			t.Boundaries = append(t.Boundaries, p.ID) // the phase one was written from may have come or gone
		}
	}
	m.settleLinks(&t)
	m.settleEmotions(&t, structural)
	t.tidy()
	return t
}

func isLarge(k crdt.Kind) bool { return k == KindNote || k == KindLink || k == KindEmotion }

// applySmall takes in a change of anything but notes, links and emotions, and
// reports whether other objects may have to be looked at again.
func (m *Map) applySmall(o crdt.ObjectChange, t *Touched) (structural bool) {
	came := o.Created || o.Deleted || o.Restored
	id := o.ID
	switch o.Kind {
	case KindMap:
		t.Meta = true
	case KindPhase:
		m.phases.sync(m.doc, id, m.readPhase)
		t.Phases = append(t.Phases, id)
		if boundaryFields&o.Fields != 0 {
			t.Boundaries = append(t.Boundaries, id)
		}
		if came || o.Fields.Has(PhaseWidth) {
			t.Layout = true
		}
		return came || o.Fields.Has(FieldOrder) || o.Fields.Has(PhaseInto)
	case KindLane:
		m.lanes.sync(m.doc, id, m.readLane)
		t.Lanes = append(t.Lanes, id)
		if came || o.Fields.Has(LaneHeight) {
			t.Layout = true
		}
		return came || o.Fields.Has(FieldOrder) || o.Fields.Has(LaneKindField)
	case KindPersona:
		m.personas.sync(m.doc, id, m.readPersona)
		t.Personas = append(t.Personas, id)
		return came
	case KindDepartment:
		m.departments.sync(m.doc, id, m.readDepartment)
		t.Departments = append(t.Departments, id)
		return came
	case KindChannel:
		m.channels.sync(m.doc, id, m.readChannel)
		t.Channels = append(t.Channels, id)
		return came
	case KindKPI:
		m.kpis.sync(m.doc, id, m.readKPI)
		t.KPIs = append(t.KPIs, id)
		return came
	case KindComment:
		if old := m.comments.get(id); old != nil {
			unlist(m.commentsOn, old.On, old)
		}
		m.comments.sync(m.doc, id, m.readComment)
		if now := m.comments.get(id); now != nil {
			enlist(m.commentsOn, now.On, now, func(c *Comment) crdt.ID { return c.ID })
		}
		t.Comments = append(t.Comments, id)
	case KindScore:
		if old := m.scores.get(id); old != nil {
			unlist(m.scoresOn, old.Note, old)
		}
		m.scores.sync(m.doc, id, m.readScore)
		if now := m.scores.get(id); now != nil {
			enlist(m.scoresOn, now.Note, now, func(s *Score) crdt.ID { return s.ID })
		}
		t.Scores = append(t.Scores, id)
	case KindStamp:
		if old := m.stamps.get(id); old != nil {
			unlist(m.stampsOn, old.Note, old)
		}
		m.stamps.sync(m.doc, id, m.readStamp)
		if now := m.stamps.get(id); now != nil {
			enlist(m.stampsOn, now.Note, now, func(s *Stamp) crdt.ID { return s.ID })
		}
		t.Stamps = append(t.Stamps, id)
	case KindSetAside:
		m.setAside.sync(m.doc, id, m.readSetAside)
		t.SetAside = append(t.SetAside, id)
	case KindShape, KindStroke, KindText, KindImage:
		m.drawings.sync(m.doc, id, m.readDrawing)
		t.Drawings = append(t.Drawings, id)
		if came {
			t.Links = append(t.Links, idsOf(m.linksAt[id])...)
			for _, l := range m.linksAt[id] {
				m.settle(l, t)
			}
		}
	case KindAgreement:
		m.agreements.sync(m.doc, id, m.readAgreement)
		t.Agreements = append(t.Agreements, id)
	}
	return false
}

const boundaryFields crdt.FieldSet = 1<<BoundaryAttitudeFrom | 1<<BoundaryAttitudeTo | 1<<BoundaryConcern | 1<<BoundaryFrom

// arrange decides which phases are shown and in which order phases and lanes
// stand.
func (m *Map) arrange(t *Touched) {
	before, lanesBefore := m.phaseOrder, m.laneOrder
	m.phaseOrder, m.merged = phasesShown(m.doc, m.phases.rows)
	m.laneOrder = slices.Clone(m.lanes.rows)
	slices.SortFunc(m.laneOrder, func(a, b *Lane) int { return byOrder(a.order, a.ID, b.order, b.ID) })
	if !sameIDs(before, m.phaseOrder, func(p *Phase) crdt.ID { return p.ID }) {
		t.Layout = true
		for _, list := range [][]*Phase{m.phaseOrder, before} {
			for _, p := range list {
				t.Boundaries = append(t.Boundaries, p.ID)
				if slices.Contains(m.phaseOrder, p) != slices.Contains(before, p) {
					t.Phases = append(t.Phases, p.ID)
				}
			}
		}
		m.curves = nil
	}
	if !sameIDs(lanesBefore, m.laneOrder, func(l *Lane) crdt.ID { return l.ID }) {
		t.Layout = true
	}
}

func sameIDs[T any](a, b []*T, id func(*T) crdt.ID) bool {
	return slices.EqualFunc(a, b, func(x, y *T) bool { return id(x) == id(y) })
}

func byOrder(a []byte, aID crdt.ID, b []byte, bID crdt.ID) int {
	if c := bytes.Compare(a, b); c != 0 {
		return c
	}
	return aID.Compare(bID)
}

func (m *Map) applyLarge(o crdt.ObjectChange, t *Touched) {
	switch o.Kind {
	case KindNote:
		m.applyNote(o, t)
	case KindLink:
		m.applyLink(o, t)
	case KindEmotion:
		m.applyEmotion(o, t)
	}
}

func (m *Map) applyNote(o crdt.ObjectChange, t *Touched) {
	n := m.notes.get(o.ID)
	if !m.doc.Exists(o.ID) {
		if n == nil {
			return
		}
		m.leave(n, t)
		m.notes.drop(o.ID)
		t.Notes = append(t.Notes, o.ID)
		t.Comments = append(t.Comments, commentIDs(m.commentsOn[o.ID])...)
		m.pend(o.ID, t)
		return
	}
	if n == nil {
		n = &Note{ID: o.ID}
		m.readNote(n, true)
		m.resolveRefs(n)
		written := m.doc.Get(o.ID, NotePlace)
		n.place, n.kind = PlaceOf(written), placeKind(written)
		n.Place, n.Kind = m.resolve(n.place, n.kind)
		m.notes.put(o.ID, n)
		m.enter(n, t)
		m.channelsOf(n)
		t.Notes = append(t.Notes, o.ID)
		m.pend(o.ID, t)
		return
	}
	t.Notes = append(t.Notes, o.ID)
	if o.Fields.Has(NotePlace) {
		written := m.doc.Get(o.ID, NotePlace)
		m.place(n, PlaceOf(written), placeKind(written), t)
	}
	if o.Fields == 1<<NotePlace {
		return // a move, which is what most changes are
	}
	m.readNote(n, o.Fields.Has(NoteText) || o.Restored)
	m.resolveRefs(n)
	if o.Fields.Has(NoteSize) || o.Fields.Has(NoteText) {
		t.Cells = append(t.Cells, n.Place.Cell())
	}
}

func commentIDs(list []*Comment) []crdt.ID {
	var ids []crdt.ID
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

// place takes in where a note was written to be, and moves it between cells.
func (m *Map) place(n *Note, written Place, as LaneKind, t *Touched) {
	p, kind := m.resolve(written, as)
	n.place, n.kind = written, as
	if p == n.Place && kind == n.Kind {
		return
	}
	if p.Cell() != n.Place.Cell() {
		m.leave(n, t)
		n.Place, n.Kind = p, kind
		m.enter(n, t)
	} else {
		n.Place, n.Kind = p, kind
		m.cells[p.Cell()].sorted = false
		t.Cells = append(t.Cells, p.Cell())
	}
	t.Notes = append(t.Notes, n.ID)
	if m.emotionsOn[n.ID] > 0 {
		m.curves = nil
		for _, e := range m.emotions.rows {
			if e.note == n.ID {
				t.Emotions = append(t.Emotions, e.ID)
			}
		}
	}
}

func (m *Map) enter(n *Note, t *Touched) {
	at := n.Place.Cell()
	c := m.cells[at]
	if c == nil {
		c = &cell{}
		m.cells[at] = c
	}
	c.notes = append(c.notes, n)
	c.sorted = false
	t.Cells = append(t.Cells, at)
}

func (m *Map) leave(n *Note, t *Touched) {
	at := n.Place.Cell()
	c := m.cells[at]
	if i := slices.Index(c.notes, n); i >= 0 {
		c.notes = slices.Delete(c.notes, i, i+1)
	}
	if len(c.notes) == 0 {
		delete(m.cells, at)
	}
	t.Cells = append(t.Cells, at)
}

// pend has the links and emotions at an object looked at again that came or went.
func (m *Map) pend(id crdt.ID, t *Touched) {
	for _, l := range m.linksAt[id] {
		t.Links = append(t.Links, l.ID)
	}
	if m.emotionsOn[id] > 0 {
		m.curves = nil
		for _, e := range m.emotions.rows {
			if e.note == id {
				t.Emotions = append(t.Emotions, e.ID)
			}
		}
	}
}

func (m *Map) channelsOf(n *Note) {
	n.Channels = nil
	for _, l := range m.linksAt[n.ID] {
		if l.shown && l.Rel == Uses && l.From == n.ID && m.channels.get(l.To) != nil {
			n.Channels = append(n.Channels, l.To)
		}
	}
}

// alive reports whether a link may end at id.
func (m *Map) alive(id crdt.ID) bool {
	if m.notes.get(id) != nil {
		return true
	}
	if m.phases.get(id) != nil {
		_, gone := m.merged[id]
		return !gone
	}
	return m.channels.get(id) != nil || m.drawings.get(id) != nil || m.personas.get(id) != nil ||
		m.kpis.get(id) != nil || m.lanes.get(id) != nil || m.departments.get(id) != nil
}
