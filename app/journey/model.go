package journey

import (
	"cmp"

	"github.com/tabi-map/tabi/crdt"
)

// Name is a label in up to two languages. Text is what was written first, in the
// map's own language; JA and EN are its pair where there is one.
type Name struct{ Text, JA, EN string }

// In is the name for a reader of lang: of a third language, what the map calls it itself.
func (n Name) In(lang string) string {
	if lang == "ja" && n.JA != "" {
		return n.JA
	}
	if lang == "en" && n.EN != "" {
		return n.EN
	}
	if n.Text != "" {
		return n.Text
	}
	if n.JA != "" {
		return n.JA
	}
	return n.EN
}

// Beside is the name for a reader of lang with that in the other language beside
// it, where there is one.
func (n Name) Beside(lang string) string {
	name, other := n.In(lang), cmp.Or(n.JA, n.Text)
	if lang == "ja" || lang != "en" && other == name {
		other = cmp.Or(n.EN, n.Text)
	}
	if other == "" || other == name {
		return name
	}
	return name + " / " + other
}

// Place says where a note stands: in a cell, at an offset in board units from
// the cell's top left. A zero Phase is the column of notes that are in no phase
// yet (actions are listed before there are phases); a zero Lane makes it a free
// note whose X and Y are board coordinates, and Phase is zero then too.
type Place struct {
	Phase, Lane crdt.ID
	X, Y        float32
}

// Cell is the crossing of a phase and a lane.
type Cell struct{ Phase, Lane crdt.ID }

// Cell is where the place is; offsets left out.
func (p Place) Cell() Cell { return Cell{p.Phase, p.Lane} }

// Free reports whether the place is on the board and in no cell.
func (p Place) Free() bool { return p.Lane.IsZero() }

// Theme is step one: what the journey is of, and from where to where.
type Theme struct {
	Product, Purpose, Start, Goal string
	StartNote, GoalNote           crdt.ID // the first and last action, zero when not anchored
}

// Averages are figures to compare a journey with, as the seeds' 31 touches, 3.1
// channels, 192 days. Unset figures are zero.
type Averages struct {
	Touches, Channels, Days float64
	Source                  string
}

// ICP is the ideal customer profile.
type ICP struct{ CompanySize, Industry, Budget string }

// Review says when the map is looked at again. Dates are "2025-02-28".
type Review struct {
	Due, Last string
	Owner     string
	Days      int    // between reviews; zero: a year
	BigChange string // since when a big change makes a review due; empty: none
	Note      string // what the change was
	Created   string
}

// Runner is where a workshop stands in the seven steps.
type Runner struct {
	Step  int    // StepTheme…StepMeasures; zero: the map is made freely
	Timer string // when the step ends, RFC 3339; empty: no timer runs
}

// Department is one of the teams that make the map.
type Department struct {
	ID       crdt.ID
	External string
	Name     Name
	Color    string
}

// Persona is whose journey it is, or who else has a say in it.
type Persona struct {
	ID                                    crdt.ID
	External                              string
	Name, Role, Place, Segment, Seniority string
	Age                                   int
	Issues, Needs, Motives, Goals         []string
	Drivers                               []string
	Quote                                 string
	Buyer, User, Stakeholder              bool
	Portrait                              string // content hash of an image
	Color                                 string
}

// Channel is an entry of the channel dictionary.
type Channel struct {
	ID       crdt.ID
	External string
	Name     Name
	Kind     ChannelKind
	Device   string
	Owner    crdt.ID // department
	Aliases  []string
}

// Lane is a row of the map.
type Lane struct {
	ID       crdt.ID
	External string
	Name     Name
	Kind     LaneKind
	Height   float32 // zero: as high as its notes need
	Locked   bool    // it and the notes in it are as the facilitator left them
	Color    string
	order    []byte
}

// Phase is a column of the map.
type Phase struct {
	ID           crdt.ID
	External     string
	Name         Name
	Demand       DemandLayer
	Days         float64
	Touches      float64
	Counted      bool // whether its days and touches count towards the averages
	Width        float32
	Satisfaction float64
	Color        string
	order        []byte
}

// Boundary is what stands between a phase and the one before it: why the
// customer goes on. It belongs to the phase it leads into (J4), so its identity
// is To.
type Boundary struct {
	From, To                 crdt.ID
	WrittenFrom              crdt.ID // the phase before it when it was written; zero when gone or never written
	External                 string
	AttitudeFrom, AttitudeTo string
	Concern                  string
	AttitudeNote             crdt.ID
	Info, Blockers, Measures []crdt.ID // notes
}

// Written reports whether anyone has put something into the boundary.
func (b *Boundary) Written() bool {
	return b.AttitudeFrom != "" || b.AttitudeTo != "" || b.Concern != "" || !b.AttitudeNote.IsZero() ||
		len(b.Info) > 0 || len(b.Blockers) > 0 || len(b.Measures) > 0
}

// Evidence says how a note is known.
type Evidence struct {
	Level  EvidenceLevel
	Source string
}

// Target says to whom a measure brings what, when and where.
type Target struct{ Group, Content, Timing, Touchpoint string }

// Note is a sticky note. References to what is gone are zero.
type Note struct {
	ID             crdt.ID
	External       string
	Kind           LaneKind // its lane's kind; empty for a free note
	Place          Place
	Text           string
	Author         string
	Department     crdt.ID
	Persona        crdt.ID
	Evidence       Evidence
	Flags          Flags
	Severity       int // 1…5, zero: unset
	Pain           PainKind
	Owner          crdt.ID // department
	Due            string  // "2025-02-28"
	Status         Status
	KPI            crdt.ID
	Impact, Effort int // 1…5, zero: unset
	Target         Target
	Channels       []crdt.ID
	Tags           []string
	Color          string
	W, H           float32
	Z              []byte
	Locked         bool
	Promise        string // what a touchpoint promises, for comparison along Leads links
	Demand         DemandLayer
	Image          string // content hash
	Origin         string // external id of the note it was forked from
	Group          string // notes of the same one are chosen and moved together

	place Place      // as written, perhaps in a phase or lane that is gone
	kind  LaneKind   // that of its lane when it was put there
	refs  [4]crdt.ID // department, persona, owner, KPI as written
}

// Link joins two objects: two notes, a note and a channel, a boundary and a note.
type Link struct {
	ID       crdt.ID
	From, To crdt.ID
	Rel      Rel
	Label    string

	shown bool
}

// Emotion is a point of a persona's curve. It stands on a note, or on a phase
// when Note is zero.
type Emotion struct {
	ID       crdt.ID
	External string
	Persona  crdt.ID
	Phase    crdt.ID // that of the note, where it stands on one
	Note     crdt.ID
	Score    float64 // -2…+2
	Label    string
	Offset   float32 // 0…1 across the phase, for points that stand on no note

	phase, note crdt.ID // as written
	persona     crdt.ID
}

// KPI is a figure that is watched.
type KPI struct {
	ID               crdt.ID
	External         string
	Name             Name
	Unit             string
	Phase            crdt.ID
	Baseline, Target float64
	HasBaseline      bool
	HasTarget        bool
	Series           []float64
	Dates            []string // "2025-02-28", one an entry of the series; empty where nobody has said
	Owner            crdt.ID  // department
	Metric           string   // "csat", "churn", "conversion", "growth", "ltv" or empty
}

// Comment is a remark on a note, a phase, a persona, a KPI, or on the map.
type Comment struct {
	ID         crdt.ID
	External   string
	On         crdt.ID // zero: the map
	Author     string
	Department crdt.ID
	Text       string
	Resolved   bool
	Parent     crdt.ID
	At         string
}

// Score is what one person thinks of one note. Unset parts are nil.
type Score struct {
	ID         crdt.ID
	Note       crdt.ID
	Person     string
	Department crdt.ID
	Impact     *float64
	Effort     *float64
	Emotion    *float64
}

// SetAside is a finding of the map check that the team has decided to live with.
type SetAside struct {
	ID      crdt.ID
	Code    string
	Subject crdt.ID
	Reason  string
	By, At  string
}

// Drawing is what stands on the board beside the notes. Kind tells which of its
// fields are meant: KindShape, KindStroke, KindText or KindImage.
type Drawing struct {
	ID     crdt.ID
	Kind   crdt.Kind
	Place  Place
	W, H   float32
	Text   string
	Shape  string
	Points []byte
	Style  string
	Image  string // content hash
	Turn   float64
	Author string
	Z      []byte
	Locked bool
	Alt    string
	Color  string
	Group  string // as a note's
}

// Stamp is a reaction that stays on a note.
type Stamp struct {
	ID         crdt.ID
	Note       crdt.ID
	Face       string
	Author     string
	Department crdt.ID
}

// Agreement is a department's yes to the map, or to one phase of it.
type Agreement struct {
	ID         crdt.ID
	Department crdt.ID
	Person     string
	Phase      crdt.ID
	At         string
	Version    string
}

// MTAOO is the state of one of the five letters: Map, Track, Analyse,
// Orchestrate, Optimise.
type MTAOO struct {
	State Status
	Notes string
}
