package journey

import (
	"bytes"
	"cmp"
	"math"
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

func enlist[T any](index map[crdt.ID][]*T, at crdt.ID, row *T, id func(*T) crdt.ID) {
	list := index[at]
	i, _ := slices.BinarySearchFunc(list, id(row), func(r *T, id2 crdt.ID) int { return id(r).Compare(id2) })
	index[at] = slices.Insert(list, i, row)
}

func unlist[T any](index map[crdt.ID][]*T, at crdt.ID, row *T) {
	list := index[at]
	if i := slices.Index(list, row); i >= 0 {
		list = slices.Delete(list, i, i+1)
	}
	if len(list) == 0 {
		delete(index, at)
	} else {
		index[at] = list
	}
}

func idsOf(links []*Link) []crdt.ID {
	var ids []crdt.ID
	for _, l := range links {
		ids = append(ids, l.ID)
	}
	return ids
}

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

// phasesShown sorts phases and finds out who stands for those that were merged
// away. rows are the phases that exist.
func phasesShown(doc *crdt.Document, rows []*Phase) ([]*Phase, map[crdt.ID]crdt.ID) {
	merged := map[crdt.ID]crdt.ID{}
	shown := make([]*Phase, 0, len(rows))
	for _, p := range rows {
		if end := mergeEnd(doc, p.ID); end == p.ID {
			shown = append(shown, p)
		} else {
			merged[p.ID] = end
		}
	}
	slices.SortFunc(shown, func(a, b *Phase) int { return byOrder(a.order, a.ID, b.order, b.ID) })
	return shown, merged
}

// mergeEnd is the phase that stands for id after all merges; zero when that one,
// or one on the way to it, is deleted: what is shown depends on what is alive
// alone, as the dead may be forgotten (J14). Where two people merged phases into
// one another the oldest stands for all of the ring (J6).
func mergeEnd(doc *crdt.Document, id crdt.ID) crdt.ID {
	seen := []crdt.ID{}
	for {
		if !doc.Exists(id) || doc.Kind(id) != KindPhase {
			return crdt.ID{}
		}
		if i := slices.Index(seen, id); i >= 0 {
			return slices.MinFunc(seen[i:], crdt.ID.Compare)
		}
		into := refOf(doc.Get(id, PhaseInto))
		if into.IsZero() {
			return id
		}
		seen = append(seen, id)
		id = into
	}
}

// standing is the shown phase that a reference to id means, or zero.
func (m *Map) standing(id crdt.ID) crdt.ID {
	if id.IsZero() {
		return id
	}
	if end, ok := m.merged[id]; ok {
		return end
	}
	if m.phases.get(id) != nil {
		return id
	}
	return crdt.ID{}
}

// resolve turns a place as written into the place that is shown (J3).
func (m *Map) resolve(p Place, written LaneKind) (Place, LaneKind) {
	p.X, p.Y = within(p.X, -placeMax, placeMax), within(p.Y, -placeMax, placeMax)
	if p.Lane.IsZero() {
		return Place{X: p.X, Y: p.Y}, ""
	}
	lane := m.lanes.get(p.Lane)
	if lane == nil {
		lane = m.laneInstead(written)
	}
	if lane == nil {
		return Place{X: p.X, Y: p.Y}, ""
	}
	p.Lane = lane.ID
	p.Phase = m.standing(p.Phase)
	return p, lane.Kind
}

// laneInstead is where notes go whose lane is gone though they are not: the
// first lane of the kind they had there, else the first lane.
func (m *Map) laneInstead(kind LaneKind) *Lane {
	for _, l := range m.laneOrder {
		if l.Kind == kind {
			return l
		}
	}
	if len(m.laneOrder) > 0 {
		return m.laneOrder[0]
	}
	return nil
}

// refreshRefs reads again what refers to phases, departments and personas
// outside notes, links and emotions. There are few of these.
func (m *Map) refreshRefs() {
	for i, id := range m.channels.ids {
		*m.channels.rows[i] = *m.readChannel(id)
	}
	for i, id := range m.kpis.ids {
		*m.kpis.rows[i] = *m.readKPI(id)
	}
	for i, id := range m.comments.ids {
		m.comments.rows[i].Department = m.department(m.doc.Get(id, CommentDepartment))
	}
	for i, id := range m.scores.ids {
		m.scores.rows[i].Department = m.department(m.doc.Get(id, ScoreDepartment))
	}
	for i, id := range m.stamps.ids {
		m.stamps.rows[i].Department = m.department(m.doc.Get(id, StampDepartment))
	}
	for i, id := range m.agreements.ids {
		*m.agreements.rows[i] = *m.readAgreement(id)
	}
	for i, id := range m.drawings.ids {
		*m.drawings.rows[i] = *m.readDrawing(id)
	}
}

// resolveAll looks at all notes, links and emotions again after phases, lanes or
// what they refer to came or went.
func (m *Map) resolveAll(t *Touched) {
	for _, n := range m.notes.rows {
		m.place(n, n.place, n.kind, t)
		if m.resolveRefs(n) {
			t.Notes = append(t.Notes, n.ID)
		}
	}
	for _, l := range m.links.rows {
		m.settle(l, t)
	}
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

func (m *Map) applyLink(o crdt.ObjectChange, t *Touched) {
	t.Links = append(t.Links, o.ID)
	old := m.links.get(o.ID)
	if old != nil {
		if old.shown {
			old.shown = false
			m.linkTouches(old, t)
		}
		m.links.drop(o.ID)
		unlist(m.linksAt, old.From, old)
		unlist(m.linksAt, old.To, old)
		// another that says the same may be shown in its stead
		t.Links = append(t.Links, idsOf(m.twins(old))...)
	}
	if !m.doc.Exists(o.ID) {
		return
	}
	l := m.readLink(o.ID)
	if old != nil && (old.From != l.From || old.To != l.To) {
		// Nothing of ours turns a link to other ends; should it happen, those that it
		// has left look different.
		t.Notes = append(t.Notes, old.From, old.To)
	}
	m.links.put(o.ID, l)
	enlist(m.linksAt, l.From, l, linkID)
	enlist(m.linksAt, l.To, l, linkID)
	t.Links = append(t.Links, idsOf(m.twins(l))...)
}

func linkID(l *Link) crdt.ID { return l.ID }

// twins are the links that say the same as l, made by people at the same time.
func (m *Map) twins(l *Link) []*Link {
	var out []*Link
	for _, k := range m.linksAt[l.From] {
		if k != l && k.From == l.From && k.To == l.To && k.Rel == l.Rel {
			out = append(out, k)
		}
	}
	return out
}

// settleLinks decides for every link touched whether it is shown.
func (m *Map) settleLinks(t *Touched) {
	for i := 0; i < len(t.Links); i++ {
		if l := m.links.get(t.Links[i]); l != nil {
			m.settle(l, t)
		}
	}
}

// settle decides whether a link is shown: both its ends are there, and no older
// link says the same (J8).
func (m *Map) settle(l *Link, t *Touched) {
	shown := m.alive(l.From) && m.alive(l.To) && l.From != l.To
	if shown {
		for _, k := range m.twins(l) {
			if k.ID.Compare(l.ID) < 0 {
				shown = false
				break
			}
		}
	}
	if shown == l.shown {
		return
	}
	l.shown = shown
	t.Links = append(t.Links, l.ID)
	m.linkTouches(l, t)
}

// linkTouches names what shows a link besides its connector.
func (m *Map) linkTouches(l *Link, t *Touched) {
	switch l.Rel {
	case Uses:
		if n := m.notes.get(l.From); n != nil {
			m.channelsOf(n)
			t.Notes = append(t.Notes, n.ID)
		}
	case HasInformation, HasBlocker, HasMeasure, HasAttitudeNote:
		t.Boundaries = append(t.Boundaries, l.From)
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

func (m *Map) applyEmotion(o crdt.ObjectChange, t *Touched) {
	t.Emotions = append(t.Emotions, o.ID)
	m.curves = nil
	if old := m.emotions.get(o.ID); old != nil {
		m.countEmotion(old, -1)
		m.rivals(old, t)
		m.emotions.drop(o.ID)
	}
	if m.doc.Exists(o.ID) {
		e := m.readEmotion(o.ID)
		m.emotions.put(o.ID, e)
		m.countEmotion(e, +1)
		m.rivals(e, t)
	}
}

// rivals names the points of the same persona on the same note, of which only
// one is shown.
func (m *Map) rivals(e *Emotion, t *Touched) {
	if e.note.IsZero() || m.emotionsOn[e.note] == 0 {
		return
	}
	for _, o := range m.emotions.rows {
		if o.note == e.note && o.persona == e.persona {
			t.Emotions = append(t.Emotions, o.ID)
		}
	}
}

func (m *Map) countEmotion(e *Emotion, by int) {
	at := e.note
	if at.IsZero() {
		at = e.phase
	}
	if m.emotionsOn[at] += by; m.emotionsOn[at] == 0 {
		delete(m.emotionsOn, at)
	}
}

func (m *Map) settleEmotions(t *Touched, structural bool) {
	if !structural {
		return
	}
	m.curves = nil
	for _, e := range m.emotions.rows {
		t.Emotions = append(t.Emotions, e.ID)
	}
}

// draw makes the curves: for every persona its points along the journey, one a
// note (J9).
func (m *Map) draw() {
	if m.curves != nil {
		return
	}
	m.curves = map[crdt.ID][]*Emotion{}
	m.curvePoints = nil
	type key struct{ persona, note crdt.ID }
	latest := map[key]*Emotion{}
	for _, e := range m.emotions.rows {
		if !m.resolveEmotion(e) {
			continue
		}
		if !e.Note.IsZero() {
			latest[key{e.Persona, e.Note}] = e
		}
	}
	for _, e := range m.emotions.rows {
		if e.Persona.IsZero() || !e.Note.IsZero() && latest[key{e.Persona, e.Note}] != e {
			continue
		}
		m.curvePoints = append(m.curvePoints, e)
		m.curves[e.Persona] = append(m.curves[e.Persona], e)
	}
	column := map[crdt.ID]int{}
	for i, p := range m.phaseOrder {
		column[p.ID] = i + 1
	}
	for _, points := range m.curves {
		slices.SortFunc(points, func(a, b *Emotion) int {
			return cmp.Or(cmp.Compare(column[a.Phase], column[b.Phase]), m.alongPhase(a, b))
		})
	}
}

// alongPhase orders two points of one phase: those on notes as the notes are
// read, then those on the phase itself.
func (m *Map) alongPhase(a, b *Emotion) int {
	na, nb := m.notes.get(a.Note), m.notes.get(b.Note)
	switch {
	case na != nil && nb != nil:
		return reading(na, nb)
	case na != nil:
		return -1
	case nb != nil:
		return 1
	}
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), a.ID.Compare(b.ID))
}

// resolveEmotion finds out where a point stands; false hides it. A hidden point
// has a zero Persona.
func (m *Map) resolveEmotion(e *Emotion) bool {
	e.Persona, e.Note, e.Phase = crdt.ID{}, crdt.ID{}, crdt.ID{}
	if m.personas.get(e.persona) == nil {
		return false
	}
	if !e.note.IsZero() {
		n := m.notes.get(e.note)
		if n == nil {
			return false
		}
		e.Persona, e.Note, e.Phase = e.persona, n.ID, n.Place.Phase
		return true
	}
	if phase := m.standing(e.phase); !phase.IsZero() {
		e.Persona, e.Phase = e.persona, phase
		return true
	}
	return false
}

// reading orders notes of a cell as they are read: rows from the top, each from
// the left. A few units up or down do not make another row.
func reading(a, b *Note) int {
	return cmp.Or(cmp.Compare(row(a), row(b)), cmp.Compare(a.Place.X, b.Place.X), cmp.Compare(a.Place.Y, b.Place.Y), a.ID.Compare(b.ID))
}

const rowStep = 32

func row(n *Note) float64 { return math.Round(float64(n.Place.Y) / rowStep) }
