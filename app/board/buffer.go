package board

// A frame is what one animation frame tells the browser: numbers, and the bytes
// of the strings among them. web/board.js reads both where they lie in the wasm
// memory and returns before Go goes on, so they are overwritten every frame and
// never allocated anew once they are large enough.
type frame struct {
	f []float32
	s []byte
}

// Commands, with what follows them. A string is two numbers: where its bytes
// begin, and how many they are.
const (
	opNew     = 1  // slot, template, layer
	opShow    = 2  // slot, 1 or 0
	opPlace   = 3  // slot, x, y
	opSize    = 4  // slot, w, h
	opFont    = 5  // slot, px
	opOrder   = 6  // slot, z
	opText    = 7  // slot, part, string
	opAttr    = 8  // slot, part, attribute, string; an empty string takes it away
	opVar     = 9  // slot, variable, string
	opStage   = 10 // stage, x, y, zoom
	opFocus   = 11 // slot
	opHost    = 12 // string: the host's class
	opColor   = 13 // index, string
	opFar     = 14 // x, y, zoom: an empty canvas
	opFill    = 15 // color
	opRect    = 16 // x, y, w, h
	opNear    = 17 // the canvas goes
	opHostVar = 18 // variable, string
	opMarkup  = 19 // slot, string: what is in it, as SVG
)

// template says what an element is made of; the order is board.js's.
type template uint8

const (
	tmplBox  template = iota
	tmplNote          // parts: text, badges, by
	tmplPath          // in a layer of lines, as the next two
	tmplCircle
	tmplLabel
	tmplCursor // parts: arrow, name
	tmplHead   // parts: name, info
	tmplGroup  // of lines, filled by opMarkup
	tmplImage
	templates
)

type layer uint8

const (
	layerGrid  layer = iota // below all: cells, phases, lanes
	layerLines              // links and curves
	layerNotes
	layerOver  // outlines, handles, guides
	layerTops  // phase heads: they stay at the upper edge
	layerLefts // lane heads: they stay at the left edge
	layerAir   // screen pixels: cursors, marquee
	layerMarks // lines above the notes: pen strokes, curve points
	layerRims  // above the phase heads
	layerSides // above the lane heads
)

type attribute uint8

const (
	attrClass attribute = iota
	attrRole
	attrID
	attrTabindex
	attrLabel
	attrSelected
	attrDescribed
	attrTitle
	attrD
	attrCX
	attrCY
	attrR
	attrX
	attrY
	attrSrc
	attrData
	attrMarker
	attrRoleName
	attrLang
	attributes
)

type variable uint8

const (
	varColor variable = iota
	varInk
	varFont
	varWidth
	variables
)

func (b *frame) reset()           { b.f, b.s = b.f[:0], b.s[:0] }
func (b *frame) put(v ...float32) { b.f = append(b.f, v...) }
func (b *frame) str(s string) {
	b.f = append(b.f, float32(len(b.s)), float32(len(s)))
	b.s = append(b.s, s...)
}
