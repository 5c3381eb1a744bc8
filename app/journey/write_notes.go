package journey

import (
	"bytes"
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

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

// Bind makes notes and drawings a group, which is chosen and moved as one; with
// less than two, each is on its own again (J19).
func (m *Map) Bind(e *crdt.Edit, ids ...crdt.ID) {
	group := ""
	if len(ids) > 1 {
		group = ids[0].String()
	}
	for _, id := range ids {
		field := DrawingGroup
		if m.doc.Kind(id) == KindNote {
			field = NoteGroup
		}
		m.setString(e, id, field, group)
	}
}

// WithGroups adds to notes and drawings all that are in a group with one of them,
// notes before drawings (J19).
func (m *Map) WithGroups(ids ...crdt.ID) []crdt.ID {
	groups := map[string]bool{}
	for _, id := range ids {
		group := ""
		if n := m.Note(id); n != nil {
			group = n.Group
		} else if d := m.Drawing(id); d != nil {
			group = d.Group
		}
		if group != "" {
			groups[group] = true
		}
	}
	if len(groups) == 0 {
		return ids
	}
	all := slices.Clone(ids)
	add := func(id crdt.ID, group string) {
		if groups[group] && !slices.Contains(ids, id) {
			all = append(all, id)
		}
	}
	for _, n := range m.Notes() {
		add(n.ID, n.Group)
	}
	for _, d := range m.Drawings() {
		add(d.ID, d.Group)
	}
	return all
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
