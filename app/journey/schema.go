package journey

import "github.com/tabi-map/tabi/crdt"

// Kinds of objects. The zero kind is the map itself: the root object. These
// numbers are stored: add at the end, never renumber.
const (
	KindMap        crdt.Kind = 0
	KindPhase      crdt.Kind = 1
	KindLane       crdt.Kind = 2
	KindNote       crdt.Kind = 3
	KindLink       crdt.Kind = 4
	KindEmotion    crdt.Kind = 5
	KindPersona    crdt.Kind = 6
	KindDepartment crdt.Kind = 7
	KindChannel    crdt.Kind = 8
	KindKPI        crdt.Kind = 9
	KindComment    crdt.Kind = 10
	KindScore      crdt.Kind = 11 // one person's scores of one note
	KindSetAside   crdt.Kind = 12 // a finding set aside, with its reason
	KindExtra      crdt.Kind = 13 // a piece of what a file held beyond the model
	KindShape      crdt.Kind = 14
	KindStroke     crdt.Kind = 15
	KindText       crdt.Kind = 16 // a text block on the board
	KindImage      crdt.Kind = 17
	KindStamp      crdt.Kind = 18 // a reaction that stays on a note
	KindAgreement  crdt.Kind = 19 // a department's yes to the map or to a phase
)

// Fields that objects of several kinds have.
const (
	FieldExternal crdt.Field = 0 // the id it had in the file it came from, as "n001"
	FieldExtra    crdt.Field = 1 // JSON members that the model does not know, given back as they came
	FieldName     crdt.Field = 2
	FieldNameJA   crdt.Field = 3
	FieldNameEN   crdt.Field = 4
	FieldOrder    crdt.Field = 5 // order key
	FieldRank     crdt.Field = 6 // the "order" number of the file it came from
	FieldColor    crdt.Field = 7
)

// Fields of a note.
const (
	NotePlace            crdt.Field = 8
	NoteText             crdt.Field = 9 // text
	NoteAuthor           crdt.Field = 10
	NoteDepartment       crdt.Field = 11
	NotePersona          crdt.Field = 12
	NoteEvidence         crdt.Field = 13
	NoteSource           crdt.Field = 14
	NoteKeyMoment        crdt.Field = 15
	NoteSurprise         crdt.Field = 16
	NoteDelight          crdt.Field = 17
	NoteSeverity         crdt.Field = 18
	NotePain             crdt.Field = 19
	NoteOwner            crdt.Field = 20
	NoteDue              crdt.Field = 21
	NoteStatus           crdt.Field = 22
	NoteKPI              crdt.Field = 23
	NoteImpact           crdt.Field = 24
	NoteEffort           crdt.Field = 25
	NoteTargetGroup      crdt.Field = 26
	NoteTargetContent    crdt.Field = 27
	NoteTargetTiming     crdt.Field = 28
	NoteTargetTouchpoint crdt.Field = 29
	NoteTags             crdt.Field = 30
	NoteSize             crdt.Field = 31
	NoteZ                crdt.Field = 32 // order key: later is in front
	NoteLocked           crdt.Field = 33
	NotePromise          crdt.Field = 34
	NoteDemand           crdt.Field = 35
	NoteImage            crdt.Field = 36 // content hash
	NoteOrigin           crdt.Field = 37 // the note of the as-is map it was forked from
	NoteGroup            crdt.Field = 38 // notes that say the same are chosen and moved together
)

// Fields of a phase. Those of the boundary are on the phase that it leads into (J4).
const (
	PhaseDemand          crdt.Field = 8
	PhaseDays            crdt.Field = 9
	PhaseTouches         crdt.Field = 10
	PhaseCounted         crdt.Field = 11
	PhaseWidth           crdt.Field = 12
	PhaseInto            crdt.Field = 13 // the phase it was merged into (J6)
	PhaseSatisfaction    crdt.Field = 14
	BoundaryAttitudeFrom crdt.Field = 16 // text
	BoundaryAttitudeTo   crdt.Field = 17 // text
	BoundaryConcern      crdt.Field = 18 // text
	BoundaryFrom         crdt.Field = 19 // the phase it was written from
	BoundaryExternal     crdt.Field = 20
	BoundaryExtra        crdt.Field = 21
)

// Fields of a lane.
const (
	LaneKindField crdt.Field = 8
	LaneHeight    crdt.Field = 9
	LaneLocked    crdt.Field = 10 // with all that stands in it
)

// Fields of a link.
const (
	LinkFrom  crdt.Field = 8
	LinkTo    crdt.Field = 9
	LinkRel   crdt.Field = 10
	LinkLabel crdt.Field = 11
)

// Fields of an emotion point.
const (
	EmotionPersona crdt.Field = 8
	EmotionPhase   crdt.Field = 9
	EmotionNote    crdt.Field = 10
	EmotionScore   crdt.Field = 11
	EmotionLabel   crdt.Field = 12
	EmotionOffset  crdt.Field = 13 // 0…1 across the phase, for points that stand on no note
)

// Fields of a persona. Lists are texts of one item a line, so that two people
// can add to one list at once.
const (
	PersonaAge         crdt.Field = 8
	PersonaRole        crdt.Field = 9
	PersonaPlace       crdt.Field = 10
	PersonaSegment     crdt.Field = 11
	PersonaSeniority   crdt.Field = 12
	PersonaQuote       crdt.Field = 13 // text
	PersonaIssues      crdt.Field = 14 // text, a line an item
	PersonaNeeds       crdt.Field = 15 // text, a line an item
	PersonaMotives     crdt.Field = 16 // text, a line an item
	PersonaGoals       crdt.Field = 17 // text, a line an item
	PersonaDrivers     crdt.Field = 18 // text, a line an item
	PersonaBuyer       crdt.Field = 19
	PersonaUser        crdt.Field = 20
	PersonaPortrait    crdt.Field = 21 // content hash
	PersonaStakeholder crdt.Field = 22
)

// Fields of a channel.
const (
	ChannelKindField crdt.Field = 8
	ChannelDevice    crdt.Field = 9
	ChannelOwner     crdt.Field = 10
	ChannelAliases   crdt.Field = 11
)

// Fields of a KPI.
const (
	KPIUnit     crdt.Field = 8
	KPIPhase    crdt.Field = 9
	KPIBaseline crdt.Field = 10
	KPITarget   crdt.Field = 11
	KPISeries   crdt.Field = 12
	KPIOwner    crdt.Field = 13
	KPIMetric   crdt.Field = 14
	KPIDates    crdt.Field = 15 // of what, one an entry of the series
)

// Fields of a comment.
const (
	CommentOn         crdt.Field = 8 // note, phase, persona or KPI; unset: the map
	CommentAuthor     crdt.Field = 9
	CommentDepartment crdt.Field = 10
	CommentText       crdt.Field = 11 // text
	CommentResolved   crdt.Field = 12
	CommentParent     crdt.Field = 13
	CommentAt         crdt.Field = 14
)

// Fields of a score: what one person thinks of one note.
const (
	ScoreNote       crdt.Field = 8
	ScorePerson     crdt.Field = 9
	ScoreDepartment crdt.Field = 10
	ScoreImpact     crdt.Field = 11
	ScoreEffort     crdt.Field = 12
	ScoreEmotion    crdt.Field = 13
)

// Fields of a finding set aside.
const (
	SetAsideCode    crdt.Field = 8
	SetAsideSubject crdt.Field = 9
	SetAsideReason  crdt.Field = 10
	SetAsideBy      crdt.Field = 11
	SetAsideAt      crdt.Field = 12
)

// Fields of an extra piece.
const (
	ExtraSequence crdt.Field = 8
	ExtraBytes    crdt.Field = 9
)

// Fields of what is drawn on the board: shapes, strokes, text blocks, images.
const (
	DrawingPlace  crdt.Field = 8
	DrawingText   crdt.Field = 9 // text
	DrawingSize   crdt.Field = 10
	DrawingShape  crdt.Field = 11
	DrawingPoints crdt.Field = 12
	DrawingStyle  crdt.Field = 13
	DrawingImage  crdt.Field = 14 // content hash
	DrawingTurn   crdt.Field = 15
	DrawingAuthor crdt.Field = 16
	DrawingZ      crdt.Field = 17
	DrawingLocked crdt.Field = 18
	DrawingAlt    crdt.Field = 19
	DrawingGroup  crdt.Field = 20 // as NoteGroup: notes and drawings may be in one
)

// Fields of a stamp.
const (
	StampNote       crdt.Field = 8
	StampFace       crdt.Field = 9
	StampAuthor     crdt.Field = 10
	StampDepartment crdt.Field = 11
)

// Fields of an agreement.
const (
	AgreementDepartment crdt.Field = 8
	AgreementPerson     crdt.Field = 9
	AgreementPhase      crdt.Field = 10
	AgreementAt         crdt.Field = 11
	AgreementVersion    crdt.Field = 12
)

// Fields of the map itself, on the root object. Its title is FieldName and its fellows.
const (
	MapLang         crdt.Field = 8
	MapTypeField    crdt.Field = 9
	ThemeProduct    crdt.Field = 10 // text
	ThemePurpose    crdt.Field = 11 // text
	ThemeStart      crdt.Field = 12 // text
	ThemeGoal       crdt.Field = 13 // text
	ThemeStartNote  crdt.Field = 14
	ThemeGoalNote   crdt.Field = 15
	AverageTouches  crdt.Field = 16
	AverageChannels crdt.Field = 17
	AverageDays     crdt.Field = 18
	AverageSource   crdt.Field = 19
	ICPSize         crdt.Field = 20 // text
	ICPIndustry     crdt.Field = 21 // text
	ICPBudget       crdt.Field = 22 // text
	ReviewDue       crdt.Field = 23
	ReviewOwner     crdt.Field = 24
	ReviewLast      crdt.Field = 25
	ReviewBigChange crdt.Field = 26
	ReviewDays      crdt.Field = 27
	RunnerStep      crdt.Field = 28
	RunnerTimer     crdt.Field = 29
	MTAOOState      crdt.Field = 31 // …35: one a letter
	MTAOONotes      crdt.Field = 36 // …40: texts, one a letter
	MapCreated      crdt.Field = 41
	MapSibling      crdt.Field = 42 // the map it was forked from
	ThemeExtra      crdt.Field = 43
	AveragesExtra   crdt.Field = 44
	ICPExtra        crdt.Field = 45
	ReviewExtra     crdt.Field = 46
	ReviewNote      crdt.Field = 47 // text: what the big change was
	MapFork         crdt.Field = 48 // what was known when this map was forked: a crdt.Version
	ReviewSeen      crdt.Field = 49 // written at a review: what has a later stamp came after it
)

// LaneKind says what the notes of a lane are. A kind that this version does not
// know is kept and treated as Custom.
type LaneKind string

const (
	Action       LaneKind = "action"
	Touchpoint   LaneKind = "touchpoint"
	Thought      LaneKind = "thought"
	EmotionCurve LaneKind = "emotion" // holds the curve, not notes
	Attitude     LaneKind = "attitude"
	InfoNeed     LaneKind = "info_need"
	Pain         LaneKind = "pain"
	Opportunity  LaneKind = "opportunity"
	Measure      LaneKind = "measure"
	Goal         LaneKind = "goal"
	Motivation   LaneKind = "motivation"
	KeyMoment    LaneKind = "key_moment"
	Satisfaction LaneKind = "satisfaction"
	Perception   LaneKind = "perception"
	KPILane      LaneKind = "kpi"
	Quote        LaneKind = "quote"
	Story        LaneKind = "storyboard"
	Proof        LaneKind = "evidence"   // blueprint: what the customer sees of us
	Frontstage   LaneKind = "frontstage" // blueprint: what staff do in sight
	Backstage    LaneKind = "backstage"  // blueprint: what staff do out of sight
	Support      LaneKind = "support"    // blueprint: processes and systems behind
	Custom       LaneKind = "custom"
)

// LaneKinds are all kinds a lane can be given, in the order of a full map. Their
// places here are stored: add at the end.
var LaneKinds = []LaneKind{Action, Touchpoint, Thought, EmotionCurve, Attitude, InfoNeed, Goal, Motivation,
	KeyMoment, Satisfaction, Perception, Quote, Story, Pain, Opportunity, Measure, KPILane,
	Proof, Frontstage, Backstage, Support, Custom}

// MapType is one of the four types of map.
type MapType string

const (
	CurrentState     MapType = "current_state"
	FutureState      MapType = "future_state"
	ServiceBlueprint MapType = "service_blueprint"
	ExperienceMap    MapType = "experience_map"
)

// MapTypes are the four types, in the order in which they are offered.
var MapTypes = []MapType{CurrentState, FutureState, ServiceBlueprint, ExperienceMap}

// EvidenceLevel says how far a note is known to be true.
type EvidenceLevel string

const (
	Guess EvidenceLevel = "guess"
	Voice EvidenceLevel = "voice"
	Data  EvidenceLevel = "data"
)

// PainKind is one of the three kinds of pain.
type PainKind string

const (
	Break    PainKind = "break"
	Stuck    PainKind = "stuck"
	Friction PainKind = "friction"
)

// Status is how far a measure has come.
type Status string

const (
	Todo    Status = "todo"
	Doing   Status = "doing"
	Done    Status = "done"
	Dropped Status = "dropped"
)

// DemandLayer says how aware the customer is of the need.
type DemandLayer string

const (
	Latent    DemandLayer = "潜在"
	Comparing DemandLayer = "比較検討"
	Overt     DemandLayer = "顕在"
)

// ChannelKind says whether a channel is met in the flesh or on a screen.
type ChannelKind string

const (
	Digital  ChannelKind = "digital"
	Physical ChannelKind = "physical"
)

// Rel is what a link says about its two ends. A relation that this version does
// not know is kept and drawn as a plain connector.
type Rel string

const (
	Serves   Rel = "serves"   // touchpoint -> action
	From     Rel = "from"     // opportunity -> pain
	Answers  Rel = "answers"  // measure -> pain
	Realises Rel = "realises" // measure -> opportunity
	Leads    Rel = "leads"    // any note -> the note that comes next: order, skip, loop, branch
	Relates  Rel = "relates"  // a plain connector

	// Held by the model itself, not shown as connectors.
	Uses            Rel = "uses"            // note -> channel
	HasInformation  Rel = "has_information" // phase of the boundary -> information need
	HasBlocker      Rel = "has_blocker"     // phase of the boundary -> pain
	HasMeasure      Rel = "has_measure"     // phase of the boundary -> measure
	HasAttitudeNote Rel = "has_attitude"    // phase of the boundary -> attitude note
)

// Flags are the marks a note can carry; any number at once.
type Flags uint8

const (
	FlagKeyMoment Flags = 1 << iota
	FlagSurprise
	FlagDelight
)

// Sizes in board units. A cell is filled from its top left in rows (Flow).
const (
	NoteWidth         = 160
	NoteHeight        = 100
	CellPad           = 16
	NoteGap           = 16
	DefaultPhaseWidth = 2*NoteWidth + NoteGap + 2*CellPad // two notes abreast
)

// Steps of the seven-step method; zero: the map is made freely.
const (
	StepTheme = 1 + iota
	StepPersona
	StepActions
	StepPhases
	StepTouchpoints
	StepEmotions
	StepMeasures
)
