package journey

import (
	"cmp"

	"bytes"

	"github.com/tabi-map/tabi/crdt"
)

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

// SetScore keeps what one person thinks of a note; what s does not say stays as it
// was said before. A score that another replica made is left as it is: a new one,
// which says the rest as well, then stands for the person. So whoever may only
// comment can score without changing what others wrote (M6).
func (m *Map) SetScore(e *crdt.Edit, by crdt.ReplicaID, s Score) crdt.ID {
	if !m.doc.Exists(s.Note) {
		return crdt.ID{}
	}
	var id crdt.ID
	for _, was := range m.ScoresOf(s.Note) {
		if was.Person != s.Person {
			continue
		}
		if was.ID.Replica == by {
			id = was.ID
			continue
		}
		s.Impact, s.Effort, s.Emotion = cmp.Or(s.Impact, was.Impact), cmp.Or(s.Effort, was.Effort), cmp.Or(s.Emotion, was.Emotion)
	}
	if id.IsZero() {
		id = e.Create(KindScore)
		e.Set(id, ScoreNote, RefBytes(s.Note))
		m.setString(e, id, ScorePerson, s.Person)
	}
	m.set(e, id, ScoreDepartment, RefBytes(s.Department))
	for _, figure := range [...]struct {
		field crdt.Field
		value *float64
	}{{ScoreImpact, s.Impact}, {ScoreEffort, s.Effort}, {ScoreEmotion, s.Emotion}} {
		if figure.value != nil {
			m.setNumber(e, id, figure.field, *figure.value)
		}
	}
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

// RouteDrawing draws a stroke anew: where it stands, and its points from there.
func (m *Map) RouteDrawing(e *crdt.Edit, id crdt.ID, p Place, points []byte) {
	m.MoveDrawing(e, id, p)
	m.set(e, id, DrawingPoints, points)
}
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
