package journey

import (
	"cmp"

	"github.com/tabi-map/tabi/crdt"
)

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

// Bounds of what is shown, the same as those of files. Whatever somebody's
// program wrote into a register, nobody's board is torn apart by it (J15).
const (
	sizeMax  = 1e5
	placeMax = 1e7
)
