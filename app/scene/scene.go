package scene

import (
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Options of a layout. The zero value is a map in English, everything shown.
type Options struct {
	Lang    i18n.Lang // whose names are shown where a name has two; words of our own
	Both    bool      // phases, lanes and channels have their names in both languages
	Persona crdt.ID   // show only this persona's curve; zero: all
	Bare    bool      // no head and no legend
	// Images gives the address of an image by its name; nil or empty: an empty frame stands for it.
	Images func(id string) string
	// Width is the room there is for a view whose parts can stand in fewer columns; zero: enough.
	Width float32
}

// Sizes in world units; those of notes and cells are journey's.
const (
	labelWidth     = 156
	chevronHeight  = 58
	chevronTip     = 16
	laneHeightMin  = journey.NoteHeight + 2*journey.CellPad
	curveHeight    = 196
	phaseWidthMin  = journey.NoteWidth + 2*journey.CellPad
	lanePlainMin   = 56 // of a lane whose height somebody set
	dividerReach   = 5  // how near a divider the pointer must be
	boundaryWidth  = 268
	boundaryMargin = 10
)

// Scene is where everything on a map stands. The zero Scene is empty; Layout
// makes one.
type Scene struct {
	Options Options
	Title   string

	Phases     []PhaseBox    // from left to right
	Lanes      []LaneBox     // from top to bottom
	Notes      []NoteBox     // in draw order: the last is in front
	Boundaries []BoundaryBox // from left to right
	Curves     []Curve       // one a persona that has points
	Links      []LinkBox
	Drawings   []DrawingBox // in draw order; behind the notes
	Head       Head
	Legend     Legend

	m          *journey.Map
	wrap       Wrapper
	rects      []Rect            // of Notes, side by side: scans touch nothing else
	spots      []spot            // of Notes
	dirty      []int32           // notes that this Update has read again
	sizes      []float32         // scratch: widths of columns, then heights of rows
	index      map[crdt.ID]int32 // note -> Notes
	columns    map[crdt.ID]int32
	rows       map[crdt.ID]int32
	tones      Toning
	names      map[crdt.ID]string
	anchors    [2]crdt.ID            // the notes that the journey starts and ends with
	curveCells map[journey.Cell]bool // cells with notes that curves have points on
	strip      float32               // height of the boundaries' strip
	bounds     Rect
}

// PhaseBox is a phase's head and column. The column of notes that are in no
// phase yet has the zero ID; it is there when it is needed.
type PhaseBox struct {
	ID       crdt.ID
	Head     Rect // the chevron
	Column   Rect // its cells, all lanes
	Name     string
	More     string // its second line, where it needs one
	NameSize float32
	Info     string // days and demand layer, in words
	Demand   journey.DemandLayer
	Ink      Ink    // of the chevron
	Evidence [4]int // notes that are a guess, a voice, data; index by Evidence

	least      float32 // width without notes
	name, info string  // before they were cut to the room there is
	shown      [4]int  // Evidence when they were
}

// LaneBox is a lane's label and row.
type LaneBox struct {
	ID    crdt.ID
	Kind  journey.LaneKind
	Label Rect
	Row   Rect // its cells, all phases
	Name  []string

	least float32 // height without notes
}

// Evidence is how far a note is known to be true.
type Evidence uint8

const (
	EvidenceNone Evidence = iota
	EvidenceGuess
	EvidenceVoice
	EvidenceData
)

// NoteBox is a note, ready to be drawn. Text stands at TextRect, one of Lines
// each LineHeight.
type NoteBox struct {
	ID              crdt.ID
	Rect            Rect
	Place           journey.Place
	Kind            journey.LaneKind
	Tone            Tone
	Evidence        Evidence
	Flags           journey.Flags
	Pain            journey.PainKind
	Severity        uint8
	Comments        uint8 // open ones
	Locked          bool
	Status          journey.Status
	FontSize        float32
	Text            string
	Footer          string // who wrote it, on a measure also by when it is due, cut to the room there is
	Owner           string // a measure's line above the footer: the department that does it
	Department, Due string // Footer, and nothing, until the board draws Footer
	Stamps          string // reactions that stay, as emoji

	width, height float32 // set by hand, else the default
	text          string  // what fit was made for
	lines         []string
	room          float32 // what lines are still to be broken to; 0: they are
	z             []byte  // its order key
	department    crdt.ID
}

// LineHeight is the distance of two baselines of its text.
func (n *NoteBox) LineHeight() float32 { return n.FontSize * lineHeight }

// Baseline is the y of a line's baseline.
func (n *NoteBox) Baseline(line int) float32 {
	return n.Rect.Y + notePadTop + (float32(line)+0.5)*n.LineHeight() + n.FontSize*0.39
}

// TextRect is where its text stands.
func (n *NoteBox) TextRect() Rect {
	return Rect{n.Rect.X + notePadLeft, n.Rect.Y + notePadTop, n.Rect.W - notePadLeft - notePadRight, n.Rect.H - notePadTop - n.footer()}
}

// BoundaryBox is the card between two phases. Its ID is the phase it leads into.
type BoundaryBox struct {
	ID       crdt.ID
	From     crdt.ID
	Rect     Rect
	X        float32 // of the divider
	Attitude []string
	Concern  []string
	Blockers int // all of them
	Open     int // blockers that no measure answers
	Written  bool
}

// Curve is a persona's emotions.
type Curve struct {
	Persona crdt.ID
	Name    string
	Tone    Tone
	Dash    Dash
	Form    uint8 // of its dots: circle, square, diamond, triangle
	Lane    crdt.ID
	Points  []CurvePoint
	D       string // the line, as path data
	Drop    int    // the biggest drop ends at this point; -1: it never falls
	Lowest  int    // -1: no points
}

// CurvePoint is one score.
type CurvePoint struct {
	ID    crdt.ID
	Note  crdt.ID
	Phase crdt.ID
	At    Point
	Score float64
	Label string
	Below bool // the label stands under the dot
}

// LinkBox is a link between two notes.
type LinkBox struct {
	ID       crdt.ID
	From, To crdt.ID
	Rel      journey.Rel
	Label    string
	Bend     Bend

	a, b int32 // its ends in Notes
}

// DrawingBox is a stroke, shape, text block or image.
type DrawingBox struct {
	ID     crdt.ID
	Kind   crdt.Kind
	Rect   Rect
	Turn   float32
	Shape  string
	Lines  []string
	Size   float32
	D      string // stroke or shape, as path data in world units
	Style  string
	Tone   Tone
	Image  string
	Alt    string
	Locked bool

	place  journey.Place
	points []byte
}

// Head is what stands above the map: title, theme, personas.
type Head struct {
	Rect     Rect
	Title    []string
	Product  []string
	Start    string
	Goal     string
	Purpose  []string
	Personas []PersonaCard
}

// PersonaCard is a persona in the head.
type PersonaCard struct {
	ID    crdt.ID
	Rect  Rect
	Name  string
	Role  string
	Quote []string
	Tone  Tone
	Curve bool   // it has a curve, so its tone is shown
	Image string // where its portrait is to be had; empty: a drawn head stands for it
}

// Legend says what colours and signs mean; it lists only what the map has.
type Legend struct {
	Rect    Rect
	Entries []LegendEntry
}

// LegendEntry is one sign and its word.
type LegendEntry struct {
	X, Y float32
	Tone Tone
	Sign Sign // SignNone: the tone of a department
	Word string
}

// Bounds holds the whole map.
func (s *Scene) Bounds() Rect { return s.bounds }

// Note is a note's box, nil when there is none. It is valid until the next
// Update.
func (s *Scene) Note(id crdt.ID) *NoteBox {
	if i, ok := s.index[id]; ok {
		return &s.Notes[i]
	}
	return nil
}

// Above compares two notes by how they lie: positive when a lies in front of b.
func (s *Scene) Above(a, b crdt.ID) int { return int(s.index[a] - s.index[b]) }

// Order is where a note comes in draw order; 0 when there is none.
func (s *Scene) Order(id crdt.ID) int { return int(s.index[id]) }

// Phase is a phase's box, nil when there is none.
func (s *Scene) Phase(id crdt.ID) *PhaseBox {
	if i, ok := s.columns[id]; ok {
		return &s.Phases[i]
	}
	return nil
}

// Lane is a lane's box, nil when there is none.
func (s *Scene) Lane(id crdt.ID) *LaneBox {
	if i, ok := s.rows[id]; ok {
		return &s.Lanes[i]
	}
	return nil
}

// Cell is the box of a cell; empty when there is no such phase or lane.
func (s *Scene) Cell(phase, lane crdt.ID) Rect {
	c, okc := s.columns[phase]
	r, okr := s.rows[lane]
	if !okc || !okr {
		return Rect{}
	}
	col, row := s.Phases[c].Column, s.Lanes[r].Row
	return Rect{col.X, row.Y, col.W, row.H}
}

// Grid is the box of all cells.
func (s *Scene) Grid() Rect {
	var g Rect
	if n := len(s.Phases); n > 0 {
		g.W = s.Phases[n-1].Column.Right()
	}
	if n := len(s.Lanes); n > 0 {
		g.H = s.Lanes[n-1].Row.Bottom()
	}
	return g
}

// Tone is the tone of a department; stone for nobody.
func (s *Scene) Tone(department crdt.ID) Tone { return s.tones.Department(department) }

// Visible calls each for every note that meets view, in draw order.
func (s *Scene) Visible(view Rect, each func(*NoteBox)) {
	x1, y1 := view.Right(), view.Bottom()
	for i := range s.rects {
		if r := &s.rects[i]; r.X < x1 && view.X < r.X+r.W && r.Y < y1 && view.Y < r.Y+r.H {
			each(&s.Notes[i])
		}
	}
}
