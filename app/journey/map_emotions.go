package journey

import (
	"cmp"
	"math"
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

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
