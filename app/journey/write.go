package journey

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/tabi-map/tabi/crdt"
)

// ---- registers and texts

// set writes a register unless it says so already.
func (m *Map) set(e *crdt.Edit, id crdt.ID, f crdt.Field, value []byte) {
	if !id.IsZero() && !m.doc.Exists(id) || bytes.Equal(m.doc.Get(id, f), value) {
		return
	}
	e.Set(id, f, value)
}

func (m *Map) setString(e *crdt.Edit, id crdt.ID, f crdt.Field, value string) {
	m.set(e, id, f, []byte(value))
}

func (m *Map) setNumber(e *crdt.Edit, id crdt.ID, f crdt.Field, value float64) {
	m.set(e, id, f, NumberBytes(value))
}

// setCount writes a number of which zero means that nobody has said.
func (m *Map) setCount(e *crdt.Edit, id crdt.ID, f crdt.Field, value int) {
	if value == 0 {
		m.set(e, id, f, nil)
		return
	}
	m.setNumber(e, id, f, float64(value))
}

// setBool writes a yes or no; no is what was never said, too.
func (m *Map) setBool(e *crdt.Edit, id crdt.ID, f crdt.Field, v bool) {
	if boolOf(m.doc.Get(id, f)) != v {
		m.set(e, id, f, BoolBytes(v))
	}
}

// WriteText makes a text read s by changing as little of it as possible, so that
// what others type in it at the same time stays.
func (m *Map) WriteText(e *crdt.Edit, id crdt.ID, f crdt.Field, s string) {
	if !id.IsZero() && !m.doc.Exists(id) {
		return
	}
	old := m.doc.Text(id, f)
	head := 0
	for head < len(old) && head < len(s) {
		r, n := utf8.DecodeRuneInString(old[head:])
		q, k := utf8.DecodeRuneInString(s[head:])
		if r != q || n != k {
			break
		}
		head += n
	}
	tail := 0
	for tail < len(old)-head && tail < len(s)-head {
		r, n := utf8.DecodeLastRuneInString(old[head : len(old)-tail])
		q, k := utf8.DecodeLastRuneInString(s[head : len(s)-tail])
		if r != q || n != k {
			break
		}
		tail += n
	}
	at := units(old[:head])
	if gone := units(old[head : len(old)-tail]); gone > 0 {
		e.Erase(id, f, at, gone)
	}
	if come := s[head : len(s)-tail]; come != "" {
		e.Insert(id, f, at, come)
	}
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// Rename names anything that has a name, in the language of who renames it. What
// is written in the map's own language is the name for all who have no pair.
func (m *Map) Rename(e *crdt.Edit, id crdt.ID, lang, name string) {
	own := m.Lang() == "" || m.Lang() == lang || len(m.doc.Get(id, FieldName)) == 0
	pair := FieldNameJA
	if lang == "en" {
		pair = FieldNameEN
	}
	if own {
		m.setString(e, id, FieldName, name)
	}
	if !own || len(m.doc.Get(id, pair)) > 0 {
		m.setString(e, id, pair, name)
	}
}

// SetName writes all of a name.
func (m *Map) SetName(e *crdt.Edit, id crdt.ID, n Name) {
	m.setString(e, id, FieldName, n.Text)
	m.setString(e, id, FieldNameJA, n.JA)
	m.setString(e, id, FieldNameEN, n.EN)
}

// SetNameIn writes a name in one language and leaves the other as it is; what is
// written in the map's own language is the name for all who have no pair.
func (m *Map) SetNameIn(e *crdt.Edit, id crdt.ID, lang, name string) {
	now := m.name(id)
	pair, was := FieldNameJA, now.JA
	if lang == "en" {
		pair, was = FieldNameEN, now.EN
	}
	if now.Text == "" || now.Text == was || m.Lang() == lang {
		m.setString(e, id, FieldName, name)
	}
	m.setString(e, id, pair, name)
}

// SetColor colours anything that has a colour; empty: by department.
func (m *Map) SetColor(e *crdt.Edit, id crdt.ID, color string) { m.setString(e, id, FieldColor, color) }

// ---- the map itself

func (m *Map) SetTitle(e *crdt.Edit, lang, title string) { m.Rename(e, crdt.ID{}, lang, title) }
func (m *Map) SetLang(e *crdt.Edit, lang string)         { m.setString(e, crdt.ID{}, MapLang, lang) }
func (m *Map) SetType(e *crdt.Edit, t MapType)           { m.setString(e, crdt.ID{}, MapTypeField, string(t)) }
func (m *Map) SetCreated(e *crdt.Edit, date string)      { m.setString(e, crdt.ID{}, MapCreated, date) }
func (m *Map) SetSibling(e *crdt.Edit, mapID string)     { m.setString(e, crdt.ID{}, MapSibling, mapID) }
func (m *Map) SetStartNote(e *crdt.Edit, note crdt.ID) {
	m.set(e, crdt.ID{}, ThemeStartNote, RefBytes(note))
}
func (m *Map) SetGoalNote(e *crdt.Edit, note crdt.ID) {
	m.set(e, crdt.ID{}, ThemeGoalNote, RefBytes(note))
}
func (m *Map) SetReviewDue(e *crdt.Edit, date string)  { m.setString(e, crdt.ID{}, ReviewDue, date) }
func (m *Map) SetReviewOwner(e *crdt.Edit, who string) { m.setString(e, crdt.ID{}, ReviewOwner, who) }
func (m *Map) WriteReviewNote(e *crdt.Edit, s string)  { m.WriteText(e, crdt.ID{}, ReviewNote, s) }
func (m *Map) SetReviewDays(e *crdt.Edit, days int)    { m.setCount(e, crdt.ID{}, ReviewDays, days) }
func (m *Map) SetBigChange(e *crdt.Edit, date string) {
	m.setString(e, crdt.ID{}, ReviewBigChange, date)
}
func (m *Map) SetStep(e *crdt.Edit, step int)      { m.setCount(e, crdt.ID{}, RunnerStep, step) }
func (m *Map) SetTimer(e *crdt.Edit, until string) { m.setString(e, crdt.ID{}, RunnerTimer, until) }

// SetFork says of a copy of a document which map it was forked from, and that
// all it holds now it has from there. It must come first in its edit: what the
// edit writes is no longer common to both.
func (m *Map) SetFork(e *crdt.Edit, mapID string) {
	common := m.doc.Version()
	e.Set(crdt.ID{}, MapFork, common.Append(nil))
	m.SetSibling(e, mapID)
}

// SetOrigin says which note of the sibling map this one is.
func (m *Map) SetOrigin(e *crdt.Edit, note crdt.ID, origin string) {
	m.setString(e, note, NoteOrigin, origin)
}

// SetReviewed says that the map was reviewed: the big change, if any, is dealt with.
func (m *Map) SetReviewed(e *crdt.Edit, date string) {
	e.Set(crdt.ID{}, ReviewSeen, []byte(date)) // also on the same day again: its stamp is what counts
	m.setString(e, crdt.ID{}, ReviewLast, date)
	m.setString(e, crdt.ID{}, ReviewBigChange, "")
	m.setString(e, crdt.ID{}, ReviewDue, "")
}

// SetTheme writes the theme's texts; anchors are left alone.
func (m *Map) SetTheme(e *crdt.Edit, t Theme) {
	m.WriteText(e, crdt.ID{}, ThemeProduct, t.Product)
	m.WriteText(e, crdt.ID{}, ThemePurpose, t.Purpose)
	m.WriteText(e, crdt.ID{}, ThemeStart, t.Start)
	m.WriteText(e, crdt.ID{}, ThemeGoal, t.Goal)
}

// SetICP writes the ideal customer profile.
func (m *Map) SetICP(e *crdt.Edit, p ICP) {
	m.WriteText(e, crdt.ID{}, ICPSize, p.CompanySize)
	m.WriteText(e, crdt.ID{}, ICPIndustry, p.Industry)
	m.WriteText(e, crdt.ID{}, ICPBudget, p.Budget)
}

// SetAverages writes the figures to compare with.
func (m *Map) SetAverages(e *crdt.Edit, a Averages) {
	m.setNumber(e, crdt.ID{}, AverageTouches, a.Touches)
	m.setNumber(e, crdt.ID{}, AverageChannels, a.Channels)
	m.setNumber(e, crdt.ID{}, AverageDays, a.Days)
	m.setString(e, crdt.ID{}, AverageSource, a.Source)
}

// SetMTAOO says how far one letter, 0…4, has come.
func (m *Map) SetMTAOO(e *crdt.Edit, letter int, s Status) {
	if letter >= 0 && letter <= 4 {
		m.setString(e, crdt.ID{}, MTAOOState+crdt.Field(letter), string(s))
	}
}

// WriteMTAOO writes the remarks on one letter, 0…4.
func (m *Map) WriteMTAOO(e *crdt.Edit, letter int, notes string) {
	if letter >= 0 && letter <= 4 {
		m.WriteText(e, crdt.ID{}, MTAOONotes+crdt.Field(letter), notes)
	}
}

// ---- order

// Ordered is a phase or a lane with its order key.
type Ordered struct {
	ID  crdt.ID
	Key []byte
}

// InOrder reads phases or lanes from the document, which knows those of the open
// edit too.
func (m *Map) InOrder(kind crdt.Kind) []Ordered {
	var list []Ordered
	for id := range m.doc.All(kind) {
		list = append(list, Ordered{id, m.doc.Get(id, FieldOrder)})
	}
	slices.SortFunc(list, func(a, b Ordered) int { return byOrder(a.Key, a.ID, b.Key, b.ID) })
	return list
}

// putAfter gives id an order key that puts it right after another of its kind,
// or before all when after is zero.
func (m *Map) putAfter(e *crdt.Edit, kind crdt.Kind, id, after crdt.ID) {
	list := slices.DeleteFunc(m.InOrder(kind), func(o Ordered) bool { return o.ID == id })
	i := slices.IndexFunc(list, func(o Ordered) bool { return o.ID == after }) + 1
	low, high := []byte(nil), []byte(nil)
	if i > 0 {
		low = list[i-1].Key
	}
	if i < len(list) {
		high = list[i].Key
	}
	key := crdt.OrderBetween(low, high, id.Replica)
	if i < len(list) && bytes.Compare(key, high) >= 0 || crdt.OrderLong(key) {
		// No room, or keys grown long: all get fresh ones, as an ordinary edit.
		for j, fresh := range crdt.OrderSpread(len(list), id.Replica) {
			e.Set(list[j].ID, FieldOrder, fresh)
		}
		m.putAfter(e, kind, id, after)
		return
	}
	e.Set(id, FieldOrder, key)
}

// ---- phases

// AddPhase makes a phase right after another; the zero ID: before all.
func (m *Map) AddPhase(e *crdt.Edit, after crdt.ID, name string) crdt.ID {
	id := e.Create(KindPhase)
	m.putAfter(e, KindPhase, id, after)
	m.setString(e, id, FieldName, name)
	return id
}

// MovePhase puts a phase right after another; the zero ID: before all. Its notes
// and the boundary that leads into it go with it (J2, J5).
func (m *Map) MovePhase(e *crdt.Edit, id, after crdt.ID) {
	if id != after && m.doc.Exists(id) && m.doc.Kind(id) == KindPhase {
		m.putAfter(e, KindPhase, id, after)
	}
}

func (m *Map) RenamePhase(e *crdt.Edit, id crdt.ID, lang, name string) { m.Rename(e, id, lang, name) }

func (m *Map) SetPhaseWidth(e *crdt.Edit, id crdt.ID, width float32) {
	m.setNumber(e, id, PhaseWidth, float64(max(width, NoteWidth+2*CellPad)))
}
func (m *Map) SetPhaseDemand(e *crdt.Edit, id crdt.ID, d DemandLayer) {
	m.setString(e, id, PhaseDemand, string(d))
}
func (m *Map) SetPhaseDays(e *crdt.Edit, id crdt.ID, days float64) {
	m.setNumber(e, id, PhaseDays, days)
}
func (m *Map) SetPhaseTouches(e *crdt.Edit, id crdt.ID, touches float64) {
	m.setNumber(e, id, PhaseTouches, touches)
}
func (m *Map) SetPhaseCounted(e *crdt.Edit, id crdt.ID, counted bool) {
	m.set(e, id, PhaseCounted, BoolBytes(counted))
}
func (m *Map) SetSatisfaction(e *crdt.Edit, phase crdt.ID, score float64) {
	m.setNumber(e, phase, PhaseSatisfaction, score)
}

// DeletePhase takes a phase away with all that stands in it (J5).
func (m *Map) DeletePhase(e *crdt.Edit, id crdt.ID) {
	if m.Phase(id) == nil {
		return
	}
	for _, n := range m.notesWhere(func(c Cell) bool { return c.Phase == id }) {
		m.DeleteNote(e, n.ID)
	}
	m.removePhase(e, id)
}

// DeletePhaseMovingNotes takes a phase away and puts its notes into another, or
// among the unsorted ones when to is zero.
func (m *Map) DeletePhaseMovingNotes(e *crdt.Edit, id, to crdt.ID) {
	if m.Phase(id) == nil || id == to || !to.IsZero() && m.Phase(to) == nil {
		return
	}
	m.movePhaseNotes(e, id, to, nil)
	m.removePhase(e, id)
}

func (m *Map) removePhase(e *crdt.Edit, id crdt.ID) {
	for _, em := range m.emotions.rows {
		if em.note.IsZero() && m.standing(em.phase) == id {
			m.erase(e, em.ID)
		}
	}
	for _, l := range m.linksAt[id] {
		m.erase(e, l.ID)
	}
	for _, c := range m.commentsOn[id] {
		m.erase(e, c.ID)
	}
	for _, p := range m.phases.ids {
		if m.merged[p] == id {
			m.erase(e, p)
		}
	}
	m.erase(e, id)
}

// MergePhases makes one phase of two: the left one stays and takes in the
// other's notes, days and touches. The boundary between them is no more; those
// around them stay (J6). Merging more than two is merging two again.
func (m *Map) MergePhases(e *crdt.Edit, a, b crdt.ID) (kept crdt.ID) {
	i, j := m.PhaseIndex(a), m.PhaseIndex(b)
	if i < 0 || j < 0 || i == j {
		return crdt.ID{}
	}
	keep, gone := m.phaseOrder[min(i, j)], m.phaseOrder[max(i, j)]
	m.movePhaseNotes(e, gone.ID, keep.ID, nil)
	if gone.Days != 0 {
		m.setNumber(e, keep.ID, PhaseDays, keep.Days+gone.Days)
	}
	if gone.Touches != 0 {
		m.setNumber(e, keep.ID, PhaseTouches, keep.Touches+gone.Touches)
	}
	m.set(e, gone.ID, PhaseInto, RefBytes(keep.ID))
	return keep.ID
}

// SplitPhase makes a new phase right after id and moves these notes into it. The
// boundary that leads into id stays there, that which leads on from it now leads
// on from the new one, and the one between is new (J6).
func (m *Map) SplitPhase(e *crdt.Edit, id crdt.ID, name string, notes []crdt.ID) crdt.ID {
	if m.Phase(id) == nil {
		return crdt.ID{}
	}
	made := m.AddPhase(e, id, name)
	m.movePhaseNotes(e, id, made, notes)
	return made
}

// GroupIntoPhase makes a phase of these notes, wherever they stand: the lasso of
// step four. It comes after the phase `after`.
func (m *Map) GroupIntoPhase(e *crdt.Edit, after crdt.ID, name string, notes []crdt.ID) crdt.ID {
	made := m.AddPhase(e, after, name)
	byLane := map[crdt.ID][]*Note{}
	for _, id := range notes {
		if n := m.notes.get(id); n != nil && !n.Place.Free() {
			byLane[n.Place.Lane] = append(byLane[n.Place.Lane], n)
		}
	}
	for _, lane := range m.laneOrder {
		m.put(e, Cell{made, lane.ID}, byLane[lane.ID])
	}
	return made
}

// movePhaseNotes moves the notes of a phase, or only those named, into another
// and finds them free places there, lane by lane.
func (m *Map) movePhaseNotes(e *crdt.Edit, from, to crdt.ID, only []crdt.ID) {
	for _, lane := range m.laneOrder {
		var moving []*Note
		for _, n := range m.NotesIn(Cell{from, lane.ID}) {
			if only == nil || slices.Contains(only, n.ID) {
				moving = append(moving, n)
			}
		}
		m.put(e, Cell{to, lane.ID}, moving)
	}
}

func (m *Map) put(e *crdt.Edit, at Cell, notes []*Note) {
	if len(notes) == 0 {
		return
	}
	for i, p := range m.Slots(at, len(notes)) {
		m.MoveNote(e, notes[i].ID, p)
	}
}

func (m *Map) notesWhere(want func(Cell) bool) []*Note {
	var out []*Note
	for at, c := range m.cells {
		if want(at) {
			out = append(out, c.notes...)
		}
	}
	slices.SortFunc(out, func(a, b *Note) int { return a.ID.Compare(b.ID) })
	return out
}

// ---- boundaries

// TouchBoundary notes from which phase the boundary into a phase is being
// written. Call it in the edit that writes BoundaryConcern, BoundaryAttitudeFrom
// or BoundaryAttitudeTo of the phase with Insert and Erase.
func (m *Map) TouchBoundary(e *crdt.Edit, into crdt.ID) {
	if i := m.PhaseIndex(into); i > 0 {
		m.set(e, into, BoundaryFrom, RefBytes(m.phaseOrder[i-1].ID))
	}
}

// WriteBoundary writes one of the texts of the boundary into a phase.
func (m *Map) WriteBoundary(e *crdt.Edit, into crdt.ID, f crdt.Field, text string) {
	if m.Phase(into) == nil {
		return
	}
	m.TouchBoundary(e, into)
	m.WriteText(e, into, f, text)
}

// AddToBoundary has a note answer for a boundary: HasInformation, HasBlocker,
// HasMeasure or HasAttitudeNote, of which there is one.
func (m *Map) AddToBoundary(e *crdt.Edit, into crdt.ID, rel Rel, note crdt.ID) {
	if m.Phase(into) == nil {
		return
	}
	m.TouchBoundary(e, into)
	if rel == HasAttitudeNote {
		for _, l := range m.LinksFrom(into) {
			if l.Rel == rel && l.To != note {
				m.Unlink(e, l.ID)
			}
		}
	}
	m.LinkNotes(e, into, note, rel)
}

// RemoveFromBoundary is AddToBoundary's opposite.
func (m *Map) RemoveFromBoundary(e *crdt.Edit, into crdt.ID, rel Rel, note crdt.ID) {
	m.UnlinkNotes(e, into, note, rel)
}

// ---- lanes

// AddLane makes a lane right below another; the zero ID: above all.
func (m *Map) AddLane(e *crdt.Edit, after crdt.ID, kind LaneKind, name string) crdt.ID {
	id := e.Create(KindLane)
	m.putAfter(e, KindLane, id, after)
	m.setString(e, id, LaneKindField, string(kind))
	m.setString(e, id, FieldName, name)
	return id
}

// MoveLane puts a lane right below another; the zero ID: above all.
func (m *Map) MoveLane(e *crdt.Edit, id, after crdt.ID) {
	if id != after && m.doc.Exists(id) && m.doc.Kind(id) == KindLane {
		m.putAfter(e, KindLane, id, after)
	}
}

func (m *Map) RenameLane(e *crdt.Edit, id crdt.ID, lang, name string) { m.Rename(e, id, lang, name) }
func (m *Map) SetLaneKind(e *crdt.Edit, id crdt.ID, k LaneKind) {
	m.setString(e, id, LaneKindField, string(k))
}

// LockLane keeps a lane and the notes in it as they are.
func (m *Map) LockLane(e *crdt.Edit, id crdt.ID, locked bool) { m.setBool(e, id, LaneLocked, locked) }

func (m *Map) SetLaneHeight(e *crdt.Edit, id crdt.ID, h float32) {
	m.setNumber(e, id, LaneHeight, float64(h))
}

// DeleteLane takes a lane away with all that stands in it (J5).
func (m *Map) DeleteLane(e *crdt.Edit, id crdt.ID) {
	if m.lanes.get(id) == nil {
		return
	}
	for _, n := range m.notesWhere(func(c Cell) bool { return c.Lane == id }) {
		m.DeleteNote(e, n.ID)
	}
	m.erase(e, id)
}

// DeleteLaneMovingNotes takes a lane away and puts its notes into another, whose
// kind they take.
func (m *Map) DeleteLaneMovingNotes(e *crdt.Edit, id, to crdt.ID) {
	if m.lanes.get(id) == nil || m.lanes.get(to) == nil || id == to {
		return
	}
	m.put(e, Cell{Lane: to}, m.NotesIn(Cell{Lane: id}))
	for _, p := range m.phaseOrder {
		m.put(e, Cell{p.ID, to}, m.NotesIn(Cell{p.ID, id}))
	}
	m.erase(e, id)
}

// ---- notes

// NoteFields are what a new note starts with; what is zero stays unset.
type NoteFields struct {
	Text           string
	Author         string
	Department     crdt.ID
	Persona        crdt.ID
	Evidence       Evidence
	Flags          Flags
	Severity       int
	Pain           PainKind
	Owner          crdt.ID
	Due            string
	Status         Status
	KPI            crdt.ID
	Impact, Effort int
	Target         Target
	Channels       []crdt.ID
	Tags           []string
	Color          string
	W, H           float32
	Promise        string
	Demand         DemandLayer
	Image          string
	Origin         string
}

// Fields are what a copy of the note starts with.
func (n *Note) Fields() NoteFields {
	f := NoteFields{Text: n.Text, Author: n.Author, Department: n.Department, Persona: n.Persona, Evidence: n.Evidence, Flags: n.Flags,
		Severity: n.Severity, Pain: n.Pain, Owner: n.Owner, Due: n.Due, Status: n.Status, KPI: n.KPI, Impact: n.Impact, Effort: n.Effort,
		Target: n.Target, Channels: slices.Clone(n.Channels), Tags: slices.Clone(n.Tags), Color: n.Color, Promise: n.Promise,
		Demand: n.Demand, Image: n.Image, Origin: n.Origin}
	if n.W != NoteWidth || n.H != NoteHeight {
		f.W, f.H = n.W, n.H
	}
	return f
}

// AddNote makes a note. Where it stands decides what kind it is.
func (m *Map) AddNote(e *crdt.Edit, p Place, f NoteFields) crdt.ID {
	id := e.Create(KindNote)
	e.Set(id, NotePlace, m.placeBytes(p))
	if f.Text != "" {
		e.Insert(id, NoteText, 0, f.Text)
	}
	m.setString(e, id, NoteAuthor, f.Author)
	m.SetNoteDepartment(e, id, f.Department)
	m.SetNotePersona(e, id, f.Persona)
	m.SetNoteEvidence(e, id, f.Evidence)
	for i, field := range flagFields {
		if f.Flags>>i&1 == 1 {
			e.Set(id, field, BoolBytes(true))
		}
	}
	m.SetNoteSeverity(e, id, f.Severity)
	m.SetNotePain(e, id, f.Pain)
	m.SetNoteOwner(e, id, f.Owner)
	m.SetNoteDue(e, id, f.Due)
	m.SetNoteStatus(e, id, f.Status)
	m.SetNoteKPI(e, id, f.KPI)
	m.SetNoteImpact(e, id, f.Impact)
	m.SetNoteEffort(e, id, f.Effort)
	m.SetNoteTarget(e, id, f.Target)
	m.SetNoteTags(e, id, f.Tags)
	m.setString(e, id, FieldColor, f.Color)
	if f.W > 0 && f.H > 0 {
		m.ResizeNote(e, id, f.W, f.H)
	}
	m.SetNotePromise(e, id, f.Promise)
	m.SetNoteDemand(e, id, f.Demand)
	m.SetNoteImage(e, id, f.Image)
	m.setString(e, id, NoteOrigin, f.Origin)
	for _, c := range f.Channels {
		m.LinkNotes(e, id, c, Uses)
	}
	return id
}

// MoveNote puts a note somewhere else: one register, so that of two people who
// move it one wins and never half of each (J1). In another lane it is of that
// lane's kind.
func (m *Map) MoveNote(e *crdt.Edit, id crdt.ID, p Place) {
	m.set(e, id, NotePlace, m.placeBytes(p))
}

// DeleteNote takes a note away with its links, emotion points, remarks, scores
// and stamps, in one step of undo.
func (m *Map) DeleteNote(e *crdt.Edit, id crdt.ID) {
	if !m.doc.Exists(id) || m.doc.Kind(id) != KindNote {
		return
	}
	for _, l := range m.linksAt[id] {
		m.erase(e, l.ID)
	}
	if m.emotionsOn[id] > 0 {
		for _, em := range m.emotions.rows {
			if em.note == id {
				m.erase(e, em.ID)
			}
		}
	}
	for _, c := range m.commentsOn[id] {
		m.erase(e, c.ID)
	}
	for _, s := range m.scoresOn[id] {
		m.erase(e, s.ID)
	}
	for _, s := range m.stampsOn[id] {
		m.erase(e, s.ID)
	}
	m.erase(e, id)
}

func (m *Map) SetNoteText(e *crdt.Edit, id crdt.ID, s string) { m.WriteText(e, id, NoteText, s) }
func (m *Map) SetNoteAuthor(e *crdt.Edit, id crdt.ID, who string) {
	m.setString(e, id, NoteAuthor, who)
}
func (m *Map) SetNoteDepartment(e *crdt.Edit, id, department crdt.ID) {
	m.set(e, id, NoteDepartment, RefBytes(department))
}
func (m *Map) SetNotePersona(e *crdt.Edit, id, persona crdt.ID) {
	m.set(e, id, NotePersona, RefBytes(persona))
}
func (m *Map) SetNoteEvidence(e *crdt.Edit, id crdt.ID, ev Evidence) {
	m.setString(e, id, NoteEvidence, string(ev.Level))
	m.setString(e, id, NoteSource, ev.Source)
}
func (m *Map) SetNoteSeverity(e *crdt.Edit, id crdt.ID, severity int) {
	m.setCount(e, id, NoteSeverity, severity)
}
func (m *Map) SetNotePain(e *crdt.Edit, id crdt.ID, kind PainKind) {
	m.setString(e, id, NotePain, string(kind))
}
func (m *Map) SetNoteOwner(e *crdt.Edit, id, department crdt.ID) {
	m.set(e, id, NoteOwner, RefBytes(department))
}
func (m *Map) SetNoteDue(e *crdt.Edit, id crdt.ID, date string) { m.setString(e, id, NoteDue, date) }
func (m *Map) SetNoteStatus(e *crdt.Edit, id crdt.ID, s Status) {
	m.setString(e, id, NoteStatus, string(s))
}
func (m *Map) SetNoteKPI(e *crdt.Edit, id, kpi crdt.ID) { m.set(e, id, NoteKPI, RefBytes(kpi)) }
func (m *Map) SetNoteImpact(e *crdt.Edit, id crdt.ID, impact int) {
	m.setCount(e, id, NoteImpact, impact)
}
func (m *Map) SetNoteEffort(e *crdt.Edit, id crdt.ID, effort int) {
	m.setCount(e, id, NoteEffort, effort)
}
func (m *Map) SetNoteTarget(e *crdt.Edit, id crdt.ID, t Target) {
	m.setString(e, id, NoteTargetGroup, t.Group)
	m.setString(e, id, NoteTargetContent, t.Content)
	m.setString(e, id, NoteTargetTiming, t.Timing)
	m.setString(e, id, NoteTargetTouchpoint, t.Touchpoint)
}
func (m *Map) SetNoteTags(e *crdt.Edit, id crdt.ID, tags []string) {
	m.set(e, id, NoteTags, StringsBytes(tags))
}
func (m *Map) SetNoteLocked(e *crdt.Edit, id crdt.ID, locked bool) {
	m.setBool(e, id, NoteLocked, locked)
}
func (m *Map) SetNotePromise(e *crdt.Edit, id crdt.ID, promise string) {
	m.setString(e, id, NotePromise, promise)
}
func (m *Map) SetNoteDemand(e *crdt.Edit, id crdt.ID, d DemandLayer) {
	m.setString(e, id, NoteDemand, string(d))
}
func (m *Map) SetNoteImage(e *crdt.Edit, id crdt.ID, hash string) {
	m.setString(e, id, NoteImage, hash)
}
func (m *Map) ResizeNote(e *crdt.Edit, id crdt.ID, w, h float32) {
	m.set(e, id, NoteSize, SizeBytes(w, h))
}

// SetNoteFlag marks a note or takes the mark off; flags are registers of their
// own, so that two people can set two at once.
func (m *Map) SetNoteFlag(e *crdt.Edit, id crdt.ID, flag Flags, on bool) {
	for i, field := range flagFields {
		if flag>>i&1 == 1 {
			m.setBool(e, id, field, on)
		}
	}
}

// SetNoteChannels makes these the note's channels; links that stay are left alone.
func (m *Map) SetNoteChannels(e *crdt.Edit, id crdt.ID, channels []crdt.ID) {
	n := m.notes.get(id)
	if n == nil {
		return
	}
	for _, c := range n.Channels {
		if !slices.Contains(channels, c) {
			m.UnlinkNotes(e, id, c, Uses)
		}
	}
	for _, c := range channels {
		m.LinkNotes(e, id, c, Uses)
	}
}

// BringToFront puts notes above all others, the last of them in front.
func (m *Map) BringToFront(e *crdt.Edit, ids ...crdt.ID) {
	var top []byte
	for _, n := range m.notes.rows {
		if bytes.Compare(n.Z, top) > 0 {
			top = n.Z
		}
	}
	for _, id := range ids {
		top = crdt.OrderBetween(top, nil, id.Replica)
		m.set(e, id, NoteZ, top)
	}
}

// SendToBack puts a note behind those that were brought to the front; among
// notes that nobody has raised the older lies behind.
func (m *Map) SendToBack(e *crdt.Edit, id crdt.ID) { m.set(e, id, NoteZ, nil) }

// ---- links

// LinkNotes joins two objects, unless they are joined so already.
func (m *Map) LinkNotes(e *crdt.Edit, from, to crdt.ID, rel Rel) crdt.ID {
	if from == to || !m.doc.Exists(from) || !m.doc.Exists(to) {
		return crdt.ID{}
	}
	for _, l := range m.linksAt[from] {
		if l.From == from && l.To == to && l.Rel == rel && m.doc.Exists(l.ID) {
			return l.ID
		}
	}
	id := e.Create(KindLink)
	e.Set(id, LinkFrom, RefBytes(from))
	e.Set(id, LinkTo, RefBytes(to))
	m.setString(e, id, LinkRel, string(rel))
	return id
}

// Unlink takes a link away, and with it those that say the same (J8).
func (m *Map) Unlink(e *crdt.Edit, id crdt.ID) {
	l := m.links.get(id)
	if l == nil {
		return
	}
	for _, twin := range m.twins(l) {
		m.erase(e, twin.ID)
	}
	m.erase(e, id)
}

// UnlinkNotes takes away the link between two objects, if there is one.
func (m *Map) UnlinkNotes(e *crdt.Edit, from, to crdt.ID, rel Rel) {
	for _, l := range m.linksAt[from] {
		if l.From == from && l.To == to && l.Rel == rel {
			m.erase(e, l.ID)
		}
	}
}

func (m *Map) SetLinkLabel(e *crdt.Edit, id crdt.ID, label string) {
	m.setString(e, id, LinkLabel, label)
}

// ---- emotions

// SetEmotion says how a persona feels at a note, -2…+2; the point is made where
// there is none (J9).
func (m *Map) SetEmotion(e *crdt.Edit, persona, note crdt.ID, score float64) crdt.ID {
	if at := m.EmotionAt(persona, note); at != nil {
		m.SetEmotionScore(e, at.ID, score)
		return at.ID
	}
	if !m.doc.Exists(persona) || !m.doc.Exists(note) {
		return crdt.ID{}
	}
	id := e.Create(KindEmotion)
	e.Set(id, EmotionPersona, RefBytes(persona))
	e.Set(id, EmotionNote, RefBytes(note))
	m.SetEmotionScore(e, id, score)
	return id
}

// AddEmotionToPhase adds a point that stands on no note, offset 0…1 across the
// phase.
func (m *Map) AddEmotionToPhase(e *crdt.Edit, persona, phase crdt.ID, offset float32, score float64) crdt.ID {
	if !m.doc.Exists(persona) || !m.doc.Exists(phase) {
		return crdt.ID{}
	}
	id := e.Create(KindEmotion)
	e.Set(id, EmotionPersona, RefBytes(persona))
	e.Set(id, EmotionPhase, RefBytes(phase))
	m.MoveEmotion(e, id, offset)
	m.SetEmotionScore(e, id, score)
	return id
}

func (m *Map) SetEmotionScore(e *crdt.Edit, id crdt.ID, score float64) {
	m.setNumber(e, id, EmotionScore, min(2, max(-2, score)))
}
func (m *Map) SetEmotionLabel(e *crdt.Edit, id crdt.ID, label string) {
	m.setString(e, id, EmotionLabel, label)
}
func (m *Map) SetEmotionPersona(e *crdt.Edit, id, persona crdt.ID) {
	m.set(e, id, EmotionPersona, RefBytes(persona))
}
func (m *Map) MoveEmotion(e *crdt.Edit, id crdt.ID, offset float32) {
	m.setNumber(e, id, EmotionOffset, float64(min(1, max(0, offset))))
}
func (m *Map) DeleteEmotion(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindEmotion) }

func (m *Map) drop(e *crdt.Edit, id crdt.ID, kind crdt.Kind) {
	if m.doc.Kind(id) == kind {
		m.erase(e, id)
	}
}

// erase deletes what is still there: two notes that go in one edit may share a
// link.
func (m *Map) erase(e *crdt.Edit, id crdt.ID) {
	if m.doc.Exists(id) {
		e.Delete(id)
	}
}

// ---- people, channels, figures

// AddDepartment makes a department.
func (m *Map) AddDepartment(e *crdt.Edit, name Name, color string) crdt.ID {
	id := e.Create(KindDepartment)
	m.SetName(e, id, name)
	m.setString(e, id, FieldColor, color)
	return id
}

// DeleteDepartment takes a department away; notes that were its own are nobody's.
func (m *Map) DeleteDepartment(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindDepartment) }

// AddPersona makes a persona.
func (m *Map) AddPersona(e *crdt.Edit, p Persona) crdt.ID {
	id := e.Create(KindPersona)
	m.SetPersona(e, id, p)
	return id
}

// SetPersona writes all of a persona; lists and the quote keep what others type
// in them at the same time.
func (m *Map) SetPersona(e *crdt.Edit, id crdt.ID, p Persona) {
	m.setString(e, id, FieldName, p.Name)
	m.setCount(e, id, PersonaAge, p.Age)
	m.setString(e, id, PersonaRole, p.Role)
	m.setString(e, id, PersonaPlace, p.Place)
	m.setString(e, id, PersonaSegment, p.Segment)
	m.setString(e, id, PersonaSeniority, p.Seniority)
	m.WriteText(e, id, PersonaQuote, p.Quote)
	m.WriteText(e, id, PersonaIssues, Lines(p.Issues))
	m.WriteText(e, id, PersonaNeeds, Lines(p.Needs))
	m.WriteText(e, id, PersonaMotives, Lines(p.Motives))
	m.WriteText(e, id, PersonaGoals, Lines(p.Goals))
	m.WriteText(e, id, PersonaDrivers, Lines(p.Drivers))
	m.setBool(e, id, PersonaBuyer, p.Buyer)
	m.setBool(e, id, PersonaUser, p.User)
	m.setBool(e, id, PersonaStakeholder, p.Stakeholder)
	m.setString(e, id, PersonaPortrait, p.Portrait)
	m.setString(e, id, FieldColor, p.Color)
}

// DeletePersona takes a persona away with its curve.
func (m *Map) DeletePersona(e *crdt.Edit, id crdt.ID) {
	if m.personas.get(id) == nil {
		return
	}
	for _, em := range m.emotions.rows {
		if em.persona == id {
			m.erase(e, em.ID)
		}
	}
	m.erase(e, id)
}

// AddChannel makes an entry of the channel dictionary.
func (m *Map) AddChannel(e *crdt.Edit, c Channel) crdt.ID {
	id := e.Create(KindChannel)
	m.SetChannel(e, id, c)
	return id
}

// SetChannel writes all of a channel.
func (m *Map) SetChannel(e *crdt.Edit, id crdt.ID, c Channel) {
	m.SetName(e, id, c.Name)
	m.setString(e, id, ChannelKindField, string(c.Kind))
	m.setString(e, id, ChannelDevice, c.Device)
	m.set(e, id, ChannelOwner, RefBytes(c.Owner))
	m.set(e, id, ChannelAliases, StringsBytes(c.Aliases))
}

// DeleteChannel takes a channel out of the dictionary and off all notes.
func (m *Map) DeleteChannel(e *crdt.Edit, id crdt.ID) {
	if m.channels.get(id) == nil {
		return
	}
	for _, l := range m.linksAt[id] {
		m.erase(e, l.ID)
	}
	m.erase(e, id)
}

// AddKPI makes a KPI.
func (m *Map) AddKPI(e *crdt.Edit, k KPI) crdt.ID {
	id := e.Create(KindKPI)
	m.SetKPI(e, id, k)
	return id
}

// SetKPI writes all of a KPI.
func (m *Map) SetKPI(e *crdt.Edit, id crdt.ID, k KPI) {
	m.SetName(e, id, k.Name)
	m.setString(e, id, KPIUnit, k.Unit)
	m.set(e, id, KPIPhase, RefBytes(k.Phase))
	figure := func(f crdt.Field, has bool, v float64) {
		if has {
			m.setNumber(e, id, f, v)
		} else {
			m.set(e, id, f, nil)
		}
	}
	figure(KPIBaseline, k.HasBaseline, k.Baseline)
	figure(KPITarget, k.HasTarget, k.Target)
	dates := make([]string, len(k.Series))
	copy(dates, k.Dates)
	if !slices.ContainsFunc(dates, func(d string) bool { return d != "" }) {
		dates = nil
	}
	series, on := NumbersBytes(k.Series), StringsBytes(dates)
	if !bytes.Equal(series, m.doc.Get(id, KPISeries)) || !bytes.Equal(on, m.doc.Get(id, KPIDates)) {
		e.Set(id, KPISeries, series) // both, so that of two people's series one stands with its own dates
		e.Set(id, KPIDates, on)
	}
	m.set(e, id, KPIOwner, RefBytes(k.Owner))
	m.setString(e, id, KPIMetric, k.Metric)
}

// DeleteKPI takes a KPI away; measures that aimed at it aim at none.
func (m *Map) DeleteKPI(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindKPI) }

// ---- remarks, scores, stamps

// AddComment makes a remark on an object, or on the map when on is zero. A reply
// has a parent.
func (m *Map) AddComment(e *crdt.Edit, c Comment) crdt.ID {
	id := e.Create(KindComment)
	m.set(e, id, CommentOn, RefBytes(c.On))
	m.setString(e, id, CommentAuthor, c.Author)
	m.set(e, id, CommentDepartment, RefBytes(c.Department))
	if c.Text != "" {
		e.Insert(id, CommentText, 0, c.Text)
	}
	m.set(e, id, CommentParent, RefBytes(c.Parent))
	m.setString(e, id, CommentAt, c.At)
	m.ResolveComment(e, id, c.Resolved)
	return id
}

func (m *Map) ResolveComment(e *crdt.Edit, id crdt.ID, resolved bool) {
	m.setBool(e, id, CommentResolved, resolved)
}
func (m *Map) DeleteComment(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindComment) }

// SetScore writes what one person thinks of a note; nil leaves a part as it is.
func (m *Map) SetScore(e *crdt.Edit, note crdt.ID, person string, department crdt.ID, impact, effort, emotion *float64) crdt.ID {
	if !m.doc.Exists(note) {
		return crdt.ID{}
	}
	var id crdt.ID
	for _, s := range m.ScoresOf(note) {
		if s.Person == person {
			id = s.ID
		}
	}
	if id.IsZero() {
		id = e.Create(KindScore)
		e.Set(id, ScoreNote, RefBytes(note))
		m.setString(e, id, ScorePerson, person)
	}
	m.set(e, id, ScoreDepartment, RefBytes(department))
	figure := func(f crdt.Field, v *float64) {
		if v != nil {
			m.setNumber(e, id, f, *v)
		}
	}
	figure(ScoreImpact, impact)
	figure(ScoreEffort, effort)
	figure(ScoreEmotion, emotion)
	return id
}

// AddStamp leaves a reaction on a note, once a person and face.
func (m *Map) AddStamp(e *crdt.Edit, s Stamp) crdt.ID {
	for _, k := range m.stampsOn[s.Note] {
		if k.Face == s.Face && k.Author == s.Author {
			return k.ID
		}
	}
	id := e.Create(KindStamp)
	m.set(e, id, StampNote, RefBytes(s.Note))
	m.setString(e, id, StampFace, s.Face)
	m.setString(e, id, StampAuthor, s.Author)
	m.set(e, id, StampDepartment, RefBytes(s.Department))
	return id
}

func (m *Map) DeleteStamp(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindStamp) }

// PutAside sets a finding aside with a reason.
func (m *Map) PutAside(e *crdt.Edit, s SetAside) crdt.ID {
	id := e.Create(KindSetAside)
	m.setString(e, id, SetAsideCode, s.Code)
	m.set(e, id, SetAsideSubject, RefBytes(s.Subject))
	m.setString(e, id, SetAsideReason, s.Reason)
	m.setString(e, id, SetAsideBy, s.By)
	m.setString(e, id, SetAsideAt, s.At)
	return id
}

// TakeUpAgain brings a finding back that was set aside.
func (m *Map) TakeUpAgain(e *crdt.Edit, code string, subject crdt.ID) {
	for _, s := range m.setAside.rows {
		if s.Code == code && s.Subject == subject {
			m.erase(e, s.ID)
		}
	}
}

// Agree records a department's yes to a phase, or to the map when phase is zero.
func (m *Map) Agree(e *crdt.Edit, a Agreement) crdt.ID {
	id := e.Create(KindAgreement)
	m.set(e, id, AgreementDepartment, RefBytes(a.Department))
	m.setString(e, id, AgreementPerson, a.Person)
	m.set(e, id, AgreementPhase, RefBytes(a.Phase))
	m.setString(e, id, AgreementAt, a.At)
	m.setString(e, id, AgreementVersion, a.Version)
	return id
}

func (m *Map) Disagree(e *crdt.Edit, id crdt.ID) { m.drop(e, id, KindAgreement) }

// ---- drawings

// AddDrawing puts a shape, stroke, text block or image on the board; Kind says which.
func (m *Map) AddDrawing(e *crdt.Edit, d Drawing) crdt.ID {
	switch d.Kind {
	case KindShape, KindStroke, KindText, KindImage:
	default:
		return crdt.ID{}
	}
	id := e.Create(d.Kind)
	e.Set(id, DrawingPlace, d.Place.Bytes())
	e.Set(id, DrawingSize, SizeBytes(d.W, d.H))
	if d.Text != "" {
		e.Insert(id, DrawingText, 0, d.Text)
	}
	m.setString(e, id, DrawingShape, d.Shape)
	m.set(e, id, DrawingPoints, d.Points)
	m.setString(e, id, DrawingStyle, d.Style)
	m.setString(e, id, DrawingImage, d.Image)
	if d.Turn != 0 {
		m.setNumber(e, id, DrawingTurn, d.Turn)
	}
	m.setString(e, id, DrawingAuthor, d.Author)
	m.set(e, id, DrawingZ, d.Z)
	m.setString(e, id, DrawingAlt, d.Alt)
	m.setString(e, id, FieldColor, d.Color)
	m.LockDrawing(e, id, d.Locked)
	return id
}

func (m *Map) MoveDrawing(e *crdt.Edit, id crdt.ID, p Place) { m.set(e, id, DrawingPlace, p.Bytes()) }
func (m *Map) ResizeDrawing(e *crdt.Edit, id crdt.ID, w, h float32) {
	m.set(e, id, DrawingSize, SizeBytes(w, h))
}
func (m *Map) TurnDrawing(e *crdt.Edit, id crdt.ID, degrees float64) {
	m.setNumber(e, id, DrawingTurn, degrees)
}
func (m *Map) StyleDrawing(e *crdt.Edit, id crdt.ID, style string) {
	m.setString(e, id, DrawingStyle, style)
}
func (m *Map) LockDrawing(e *crdt.Edit, id crdt.ID, locked bool) {
	m.setBool(e, id, DrawingLocked, locked)
}

// DescribeDrawing says what a picture shows, for those who do not see it.
func (m *Map) DescribeDrawing(e *crdt.Edit, id crdt.ID, alt string) {
	m.setString(e, id, DrawingAlt, alt)
}

// DrawingToFront puts a drawing above all others; to the back is where it was made.
func (m *Map) DrawingToFront(e *crdt.Edit, id crdt.ID) {
	var top []byte
	for _, d := range m.drawings.rows {
		if bytes.Compare(d.Z, top) > 0 {
			top = d.Z
		}
	}
	m.set(e, id, DrawingZ, crdt.OrderBetween(top, nil, id.Replica))
}

// DrawingToBack puts a drawing behind those that were brought to the front.
func (m *Map) DrawingToBack(e *crdt.Edit, id crdt.ID) { m.set(e, id, DrawingZ, nil) }
func (m *Map) DeleteDrawing(e *crdt.Edit, id crdt.ID) {
	if m.drawings.get(id) == nil {
		return
	}
	for _, l := range m.linksAt[id] {
		m.erase(e, l.ID)
	}
	m.erase(e, id)
}
