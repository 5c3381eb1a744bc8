package method

import (
	"cmp"
	"math"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Forked makes a to-be map of a copy of an as-is map: m is opened on a document
// loaded from the other's snapshot. Notes keep their identities, so that both can
// be held against one another for ever (M7).
func Forked(m *journey.Map, e *crdt.Edit, asIs string) {
	m.SetFork(e, asIs)
	m.SetType(e, journey.FutureState)
	GoTo(m, e, 0, "")
}

// Change says what a note went through between the two maps.
type Change uint8

const (
	Same    Change = iota
	Added          // only in the to-be map
	Removed        // only in the as-is map
	Edited         // in both, with other words or marks
	Moved          // in both, in another cell
)

// GapNote is a pair of notes; one of them is nil where it was added or removed.
type GapNote struct {
	AsIs, ToBe *journey.Note
	Change     Change
}

// CellGap is the difference in one cell, named as the to-be map names it, or as
// the as-is map where the to-be map has it no more.
type CellGap struct {
	Cell  journey.Cell
	Gone  bool // the cell is only in the as-is map
	Notes []GapNote
	// Emotion is the mean score of the points on the cell's notes, to-be less as-is;
	// zero also when one side has none.
	Emotion float64
}

// Gap holds an as-is and its to-be map against one another, cell by cell, and
// leaves out what is the same.
func Gap(asIs, toBe *journey.Map) []CellGap {
	shared := sharing(asIs, toBe)
	cells := map[journey.Cell]*CellGap{}
	gap := func(at journey.Cell, gone bool) *CellGap {
		if cells[at] == nil {
			cells[at] = &CellGap{Cell: at, Gone: gone}
		}
		return cells[at]
	}
	seen := map[crdt.ID]bool{}
	for _, b := range toBe.Notes() {
		a := shared.asIs(b)
		if a == nil {
			c := gap(b.Place.Cell(), false)
			c.Notes = append(c.Notes, GapNote{nil, b, Added})
			continue
		}
		seen[a.ID] = true
		if change := shared.compare(a, b); change != Same {
			c := gap(b.Place.Cell(), false)
			c.Notes = append(c.Notes, GapNote{a, b, change})
		}
	}
	for _, a := range asIs.Notes() {
		if !seen[a.ID] {
			at := a.Place.Cell()
			gone := toBe.Lane(at.Lane) == nil || !at.Phase.IsZero() && toBe.Phase(at.Phase) == nil
			c := gap(at, gone)
			c.Notes = append(c.Notes, GapNote{a, nil, Removed})
		}
	}
	before := feelings(asIs)
	for at, is := range feelings(toBe) {
		if was, both := before[at]; both && math.Abs(is-was) > 0.005 {
			gap(at, false).Emotion = is - was
		}
	}
	var out []CellGap
	for _, c := range cells {
		out = append(out, *c)
	}
	lane := func(id crdt.ID) int {
		return slices.IndexFunc(toBe.Lanes(), func(l *journey.Lane) bool { return l.ID == id })
	}
	slices.SortFunc(out, func(a, b CellGap) int {
		return cmp.Or(cmp.Compare(column(toBe, a.Cell.Phase), column(toBe, b.Cell.Phase)), cmp.Compare(lane(a.Cell.Lane), lane(b.Cell.Lane)),
			a.Cell.Phase.Compare(b.Cell.Phase), a.Cell.Lane.Compare(b.Cell.Lane))
	})
	return out
}

// feelings are the mean scores of the points in each cell that has any.
func feelings(m *journey.Map) map[journey.Cell]float64 {
	mean, points := map[journey.Cell]float64{}, map[journey.Cell]float64{}
	for _, e := range m.Emotions() {
		if note := m.Note(e.Note); note != nil {
			at := note.Place.Cell()
			points[at]++
			mean[at] += (e.Score - mean[at]) / points[at]
		}
	}
	return mean
}

// A pairing knows which notes of two maps are the same one. Identities say so
// for what was there when the map was forked; what was brought over later says
// where it came from.
type pairing struct {
	a, b  *journey.Map
	known crdt.Version
	toA   map[string]*journey.Note // notes of a, by the note of b they were made of
}

func sharing(asIs, toBe *journey.Map) pairing {
	p := pairing{asIs, toBe, toBe.Fork(), map[string]*journey.Note{}}
	for _, n := range asIs.Notes() {
		if n.Origin != "" {
			p.toA[n.Origin] = n
		}
	}
	return p
}

func (p pairing) asIs(b *journey.Note) *journey.Note {
	if p.common(b.ID) {
		if a := p.a.Note(b.ID); a != nil {
			return a
		}
	}
	return p.toA[b.ID.String()]
}

// common reports whether an object is the same one in both maps.
func (p pairing) common(id crdt.ID) bool { return p.known[id.Replica] >= id.Counter && !id.IsZero() }

// compare says what became of a note. What one map refers to and the other cannot
// know is not a difference: bringing it over would leave it behind.
func (p pairing) compare(a, b *journey.Note) Change {
	if a.Place.Cell() != b.Place.Cell() {
		return Moved
	}
	if a.Text != b.Text || a.Evidence != b.Evidence || a.Flags != b.Flags || a.Severity != b.Severity || a.Pain != b.Pain ||
		a.Department != p.mine(b.Department) || a.Persona != p.mine(b.Persona) || a.Owner != p.mine(b.Owner) || a.KPI != p.mine(b.KPI) ||
		a.Due != b.Due || a.Status != b.Status || a.Impact != b.Impact || a.Effort != b.Effort || a.Target != b.Target ||
		a.Demand != b.Demand || a.Image != b.Image || a.Promise != b.Promise ||
		!slices.Equal(a.Channels, p.all(b.Channels)) || !slices.Equal(a.Tags, b.Tags) {
		return Edited
	}
	return Same
}

// Bring makes a cell of the as-is map what it is in the to-be map, in one edit of
// the as-is map. Notes keep who they are; both maps live on. What the as-is map
// has no phase or lane for stays where it is.
func Bring(asIs, toBe *journey.Map, e *crdt.Edit, at journey.Cell) {
	if asIs.Lane(at.Lane) == nil || !at.Phase.IsZero() && asIs.Phase(at.Phase) == nil {
		return
	}
	p := sharing(asIs, toBe)
	kept := map[crdt.ID]bool{}
	for _, b := range toBe.NotesIn(at) {
		a := p.asIs(b)
		if a == nil {
			// New there, or deleted here: nothing comes back from the dead, so that a
			// new note says the same.
			p.feel(e, p.copy(e, b), b.ID)
			continue
		}
		kept[a.ID] = true
		p.overwrite(e, a, b)
		p.feel(e, a.ID, b.ID)
	}
	for _, a := range asIs.NotesIn(at) {
		if !kept[a.ID] && (p.common(a.ID) || a.Origin != "") && p.left(a) {
			asIs.DeleteNote(e, a.ID)
		}
	}
}

// left reports whether a note was taken away in the to-be map, rather than never
// having been there or moved to another cell.
func (p pairing) left(a *journey.Note) bool {
	if p.common(a.ID) {
		return p.b.Note(a.ID) == nil
	}
	id, err := crdt.ParseID(a.Origin)
	return err == nil && p.b.Note(id) == nil
}

func (p pairing) overwrite(e *crdt.Edit, a, b *journey.Note) {
	m := p.a
	m.MoveNote(e, a.ID, b.Place)
	m.SetNoteText(e, a.ID, b.Text)
	m.SetNoteEvidence(e, a.ID, b.Evidence)
	for _, f := range []journey.Flags{journey.FlagKeyMoment, journey.FlagSurprise, journey.FlagDelight} {
		m.SetNoteFlag(e, a.ID, f, b.Flags&f != 0)
	}
	m.SetNoteSeverity(e, a.ID, b.Severity)
	m.SetNotePain(e, a.ID, b.Pain)
	m.SetNoteDepartment(e, a.ID, p.mine(b.Department))
	m.SetNotePersona(e, a.ID, p.mine(b.Persona))
	m.SetNoteTarget(e, a.ID, b.Target)
	m.SetNoteDemand(e, a.ID, b.Demand)
	m.SetNoteImage(e, a.ID, b.Image)
	m.SetNoteOwner(e, a.ID, p.mine(b.Owner))
	m.SetNoteDue(e, a.ID, b.Due)
	m.SetNoteStatus(e, a.ID, b.Status)
	m.SetNoteKPI(e, a.ID, p.mine(b.KPI))
	m.SetNoteImpact(e, a.ID, b.Impact)
	m.SetNoteEffort(e, a.ID, b.Effort)
	m.SetNotePromise(e, a.ID, b.Promise)
	m.SetNoteTags(e, a.ID, b.Tags)
	m.SetNoteChannels(e, a.ID, p.all(b.Channels))
}

// feel brings over how the personas that both maps know feel at a note.
func (p pairing) feel(e *crdt.Edit, a, b crdt.ID) {
	for _, persona := range p.a.Personas() {
		if !p.common(persona.ID) {
			continue
		}
		is, was := p.b.EmotionAt(persona.ID, b), p.a.EmotionAt(persona.ID, a)
		switch {
		case is != nil && (was == nil || was.Score != is.Score || was.Label != is.Label):
			p.a.SetEmotionLabel(e, p.a.SetEmotion(e, persona.ID, a, is.Score), is.Label)
		case is == nil && was != nil && p.common(was.ID) && p.b.Emotion(was.ID) == nil:
			p.a.DeleteEmotion(e, was.ID)
		}
	}
}

func (p pairing) copy(e *crdt.Edit, b *journey.Note) crdt.ID {
	f := b.Fields()
	f.Department, f.Persona, f.Owner, f.KPI = p.mine(f.Department), p.mine(f.Persona), p.mine(f.Owner), p.mine(f.KPI)
	f.Channels = p.all(f.Channels)
	f.Origin = b.ID.String()
	return p.a.AddNote(e, b.Place, f)
}

// mine is an object of the to-be map as the as-is map knows it, or nothing.
func (p pairing) mine(id crdt.ID) crdt.ID {
	if p.common(id) {
		return id
	}
	return crdt.ID{}
}

func (p pairing) all(ids []crdt.ID) []crdt.ID {
	var out []crdt.ID
	for _, id := range ids {
		if own := p.mine(id); !own.IsZero() {
			out = append(out, own)
		}
	}
	return out
}

// Measure makes a measure out of a gap: a note in the measure lane of the cell's
// phase that says what should become different.
func Measure(m *journey.Map, e *crdt.Edit, g CellGap, text string) (crdt.ID, bool) {
	lane := m.LaneOf(journey.Measure)
	if lane == nil {
		return crdt.ID{}, false
	}
	at := journey.Cell{Phase: g.Cell.Phase, Lane: lane.ID}
	if !at.Phase.IsZero() && m.Phase(at.Phase) == nil {
		at.Phase = crdt.ID{}
	}
	made := m.AddNote(e, m.NextPlace(at), journey.NoteFields{Text: text, Status: journey.Todo, Evidence: journey.Evidence{Level: journey.Guess}})
	for _, n := range g.Notes {
		if n.AsIs != nil && n.AsIs.Kind == journey.Pain {
			m.LinkNotes(e, made, n.AsIs.ID, journey.Answers)
		}
	}
	return made, true
}
