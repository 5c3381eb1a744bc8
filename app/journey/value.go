package journey

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/tabi-map/tabi/crdt"
)

// Register values are a few bytes each. An empty value means that nothing is
// set: what is cleared reads like what never was. Decoders never fail; bytes
// that a newer version wrote in another form read as unset.

func appendID(b []byte, id crdt.ID) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, id.Counter), uint64(id.Replica))
}

func takeID(b []byte) (crdt.ID, []byte) {
	counter, n := binary.Uvarint(b)
	if n <= 0 {
		return crdt.ID{}, nil
	}
	replica, k := binary.Uvarint(b[n:])
	if k <= 0 || replica > math.MaxUint32 {
		return crdt.ID{}, nil
	}
	return crdt.ID{Counter: counter, Replica: crdt.ReplicaID(replica)}, b[n+k:]
}

// RefBytes encodes a reference; the zero ID is "unset".
func RefBytes(id crdt.ID) []byte {
	if id.IsZero() {
		return nil
	}
	return appendID(nil, id)
}

func refOf(b []byte) crdt.ID {
	id, _ := takeID(b)
	return id
}

// BoolBytes encodes a yes or a no.
func BoolBytes(v bool) []byte {
	if v {
		return []byte{1}
	}
	return []byte{0}
}

func boolOf(b []byte) bool { return len(b) > 0 && b[0] != 0 }

// NumberBytes takes one to four bytes for the whole numbers people write and
// nine for all others.
func NumberBytes(v float64) []byte {
	if i := int64(v); float64(i) == v && i > -1<<40 && i < 1<<40 {
		return binary.AppendVarint([]byte{0}, i)
	}
	return binary.LittleEndian.AppendUint64([]byte{1}, math.Float64bits(v))
}

func takeNumber(b []byte) (float64, []byte, bool) {
	if len(b) < 2 {
		return 0, nil, false
	}
	if b[0] == 0 {
		i, n := binary.Varint(b[1:])
		if n <= 0 {
			return 0, nil, false
		}
		return float64(i), b[1+n:], true
	}
	if len(b) < 9 {
		return 0, nil, false
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(b[1:]))
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, nil, false
	}
	return v, b[9:], true
}

// NumberOf reads what NumberBytes wrote; zero when unset.
func NumberOf(b []byte) float64 {
	v, _, _ := takeNumber(b)
	return v
}

func intOf(b []byte) int { return int(NumberOf(b)) }

// NumbersBytes encodes a row of figures.
func NumbersBytes(vs []float64) []byte {
	var b []byte
	for _, v := range vs {
		b = append(b, NumberBytes(v)...)
	}
	return b
}

func numbersOf(b []byte) []float64 {
	var vs []float64
	for len(b) > 0 {
		v, rest, ok := takeNumber(b)
		if !ok {
			return vs
		}
		vs, b = append(vs, v), rest
	}
	return vs
}

// StringsBytes encodes a list of strings.
func StringsBytes(vs []string) []byte {
	var b []byte
	for _, v := range vs {
		b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
	}
	return b
}

func stringsOf(b []byte) []string {
	var vs []string
	for len(b) > 0 {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return vs
		}
		vs = append(vs, string(b[k:k+int(n)]))
		b = b[k+int(n):]
	}
	return vs
}

// SizeBytes and sizeOf hold a width and a height.
func SizeBytes(w, h float32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, math.Float32bits(w))
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(h))
}

func sizeOf(b []byte) (w, h float32) {
	if len(b) < 8 {
		return 0, 0
	}
	return finite(b), finite(b[4:])
}

func finite(b []byte) float32 {
	v := math.Float32frombits(binary.LittleEndian.Uint32(b))
	if v != v || v > 1e9 || v < -1e9 {
		return 0
	}
	return v
}

// Bytes is the register value of a place: everything about where a note stands
// is one value (J1).
func (p Place) Bytes() []byte {
	b := appendID(appendID(nil, p.Phase), p.Lane)
	return append(b, SizeBytes(p.X, p.Y)...)
}

// PlaceOf reads a place from a register value.
func PlaceOf(b []byte) Place {
	var p Place
	p.Phase, b = takeID(b)
	p.Lane, b = takeID(b)
	p.X, p.Y = sizeOf(b)
	return p
}

// placeBytes is a note's place with one byte more: the kind that it has there.
// Should the lane be deleted by someone at the same time, the note goes to
// another of that kind, even when the lane itself is forgotten (J14).
func (m *Map) placeBytes(p Place) []byte {
	b := p.Bytes()
	if !p.Lane.IsZero() {
		kind := LaneKind(m.doc.Get(p.Lane, LaneKindField))
		b = append(b, byte(slices.Index(LaneKinds, kind)+1))
	}
	return b
}

// placeKind is the kind that a place was written with; empty when not known.
func placeKind(b []byte) LaneKind {
	_, b = takeID(b)
	_, b = takeID(b)
	if len(b) > 8 && b[8] > 0 && int(b[8]) <= len(LaneKinds) {
		return LaneKinds[b[8]-1]
	}
	return ""
}

// Lists that several people may add to at once are texts of one item a line. A
// line break within an item is kept as U+2028, which nobody types.
func linesOf(text string) []string {
	if text == "" {
		return nil
	}
	var items []string
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			items = append(items, strings.ReplaceAll(line, "\u2028", "\n"))
		}
	}
	return items
}

// Lines is the text of a list, as personas keep them: one item a line.
func Lines(items []string) string {
	kept := make([]string, 0, len(items))
	for _, item := range items {
		if item != "" {
			kept = append(kept, strings.ReplaceAll(item, "\n", "\u2028"))
		}
	}
	return strings.Join(kept, "\n")
}

// ValidDate reports whether s is a day as people write it to a file: 2025-02-28.
func ValidDate(s string) bool {
	_, ok := DayOf(s)
	return ok
}

// DayOf is a date as a number of days, for comparing and counting; false when s
// is no date.
func DayOf(s string) (int, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' || len(s) > 10 && s[10] != 'T' {
		return 0, false
	}
	n := [3]int{}
	for i, part := range [3]string{s[:4], s[5:7], s[8:10]} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return 0, false
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	year, month, day := n[0], n[1], n[2]
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	if month <= 2 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
