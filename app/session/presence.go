package session

import (
	"encoding/binary"
	"math"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// PresenceState is what one person shows the others; the zero value shows
// that they are there and nothing else. The server passes its bytes on
// without looking at them. Places are in world units.
type PresenceState struct {
	Cursor    *Point     // nil: the pointer is not over the board
	Selection []crdt.ID  // what is selected, at most 20
	Writing   crdt.ID    // the note being written in; zero: none
	Field     crdt.Field // which of its texts
	Caret     [2]int     // selection in that text, UTF-16 units
	Dragging  []Dragged  // where dragged notes are right now, at most 20
	Viewport  Rect       // what is in view, for those who follow; empty: not told
	Reaction  string     // an emoji, at most 32 bytes
	// ReactionTurn changes when the same reaction is made again.
	ReactionTurn uint8
	Color        uint32 // 0xRRGGBB of the department; 0: not told
	Away         bool   // the page is hidden
	Call         Call   // where everybody is asked to look
	// Carried is the note in hand in the matrix, and how far it is from where it
	// stands there, in units of that view; zero: none.
	Carried Dragged
}

// Call asks everybody to look at one place. Only one of a person who leads is
// listened to; Turn changes with each.
type Call struct {
	Turn        uint8
	To          Rect    // what should be in view
	Phase, Lane crdt.ID // the cell meant, for who looks at no board; may be zero
}

// Point is a place on the board.
type Point struct{ X, Y float32 }

// Rect is a part of the board.
type Rect struct{ X, Y, W, H float32 }

// Dragged is where a dragged object would be dropped.
type Dragged struct {
	ID   crdt.ID
	X, Y float32
}

const (
	presenceVersion = 1
	presenceIDsMax  = 20
	reactionMax     = 32
)

// Fields have a number and a length, so that an older client skips what it
// does not know (P25). Numbers are never used again for something else.
const (
	presenceCursor    = 1
	presenceSelection = 2
	presenceWriting   = 3
	presenceDragging  = 4
	presenceViewport  = 5
	presenceReaction  = 6
	presenceColor     = 7
	presenceAway      = 8
	presenceCall      = 9
	presenceCarried   = 10
)

// Append writes the state behind dst, at most wire.PresenceBytesMax bytes.
func (p PresenceState) Append(dst []byte) []byte {
	dst = append(dst, presenceVersion)
	if p.Cursor != nil {
		dst = field(dst, presenceCursor, func(b []byte) []byte { return floats(b, p.Cursor.X, p.Cursor.Y) })
	}
	if len(p.Selection) > 0 {
		dst = field(dst, presenceSelection, func(b []byte) []byte {
			for _, id := range p.Selection[:min(len(p.Selection), presenceIDsMax)] {
				b = appendID(b, id)
			}
			return b
		})
	}
	if !p.Writing.IsZero() {
		dst = field(dst, presenceWriting, func(b []byte) []byte {
			b = append(appendID(b, p.Writing), byte(p.Field))
			b = binary.AppendUvarint(b, uint64(max(0, p.Caret[0])))
			return binary.AppendUvarint(b, uint64(max(0, p.Caret[1])))
		})
	}
	if len(p.Dragging) > 0 {
		dst = field(dst, presenceDragging, func(b []byte) []byte {
			for _, d := range p.Dragging[:min(len(p.Dragging), presenceIDsMax)] {
				b = floats(appendID(b, d.ID), d.X, d.Y)
			}
			return b
		})
	}
	if p.Viewport != (Rect{}) {
		dst = field(dst, presenceViewport, func(b []byte) []byte {
			return floats(b, p.Viewport.X, p.Viewport.Y, p.Viewport.W, p.Viewport.H)
		})
	}
	if p.Reaction != "" && len(p.Reaction) <= reactionMax {
		dst = field(dst, presenceReaction, func(b []byte) []byte {
			return append(append(b, p.ReactionTurn), p.Reaction...)
		})
	}
	if p.Color != 0 {
		dst = field(dst, presenceColor, func(b []byte) []byte { return binary.AppendUvarint(b, uint64(p.Color)) })
	}
	if p.Away {
		dst = field(dst, presenceAway, func(b []byte) []byte { return b })
	}
	if p.Call != (Call{}) {
		dst = field(dst, presenceCall, func(b []byte) []byte {
			b = floats(append(b, p.Call.Turn), p.Call.To.X, p.Call.To.Y, p.Call.To.W, p.Call.To.H)
			return appendID(appendID(b, p.Call.Phase), p.Call.Lane)
		})
	}
	if !p.Carried.ID.IsZero() {
		dst = field(dst, presenceCarried, func(b []byte) []byte { return floats(appendID(b, p.Carried.ID), p.Carried.X, p.Carried.Y) })
	}
	return dst
}

// DecodePresence reads what a client of any version wrote; false when the
// bytes make no sense. Nothing in them is trusted: numbers are finite, lists
// bounded, and IDs may name what does not exist.
func DecodePresence(b []byte) (p PresenceState, ok bool) {
	if len(b) == 0 || len(b) > wire.PresenceBytesMax || b[0] == 0 {
		return p, false
	}
	in := cursor{b: b[1:]}
	for len(in.b) > 0 && !in.bad {
		tag := in.uint()
		f := cursor{b: in.take(in.uint()), bad: in.bad}
		switch tag {
		case presenceCursor:
			p.Cursor = &Point{f.float(), f.float()}
		case presenceSelection:
			for len(f.b) > 0 && !f.bad && len(p.Selection) < presenceIDsMax {
				p.Selection = append(p.Selection, f.id())
			}
		case presenceWriting:
			p.Writing = f.id()
			p.Field = crdt.Field(f.byte())
			p.Caret = [2]int{f.int(), f.int()}
		case presenceDragging:
			for len(f.b) > 0 && !f.bad && len(p.Dragging) < presenceIDsMax {
				p.Dragging = append(p.Dragging, Dragged{f.id(), f.float(), f.float()})
			}
		case presenceViewport:
			p.Viewport = Rect{f.float(), f.float(), f.float(), f.float()}
		case presenceReaction:
			p.ReactionTurn = f.byte()
			if len(f.b) <= reactionMax {
				p.Reaction = string(f.b)
			}
		case presenceColor:
			p.Color = uint32(f.uint()) & 0xffffff
		case presenceAway:
			p.Away = true
		case presenceCall:
			p.Call = Call{f.byte(), Rect{f.float(), f.float(), f.float(), f.float()}, f.id(), f.id()}
		case presenceCarried:
			p.Carried = Dragged{f.id(), f.float(), f.float()}
		}
		if f.bad {
			return PresenceState{}, false
		}
	}
	return p, !in.bad
}

func field(dst []byte, tag byte, write func([]byte) []byte) []byte {
	dst = append(dst, tag, 0, 0)
	at := len(dst)
	dst = write(dst)
	// Two bytes of length always: a uvarint with a needless second byte is
	// still a uvarint, and nothing has to be moved.
	n := len(dst) - at
	dst[at-2], dst[at-1] = byte(n)|0x80, byte(n>>7)
	return dst
}

func floats(b []byte, list ...float32) []byte {
	for _, v := range list {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func appendID(b []byte, id crdt.ID) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, id.Counter), uint64(id.Replica))
}

type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) fail() { c.b, c.bad = nil, true }

func (c *cursor) uint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) int() int { return int(min(c.uint(), 1<<30)) }

func (c *cursor) byte() byte {
	if len(c.b) == 0 {
		c.fail()
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return v
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.fail()
		return nil
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

func (c *cursor) float() float32 {
	if len(c.b) < 4 {
		c.fail()
		return 0
	}
	v := math.Float32frombits(binary.LittleEndian.Uint32(c.b))
	c.b = c.b[4:]
	if v != v || v > 1e9 || v < -1e9 {
		return 0 // a place that is nowhere must not reach the drawing
	}
	return v
}

func (c *cursor) id() crdt.ID {
	counter, replica := c.uint(), c.uint()
	if replica > math.MaxUint32 {
		c.fail()
	}
	return crdt.ID{Counter: counter, Replica: crdt.ReplicaID(replica)}
}
