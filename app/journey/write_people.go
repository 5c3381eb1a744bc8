package journey

import (
	"bytes"
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

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
