package board

import (
	"unicode/utf16"

	"github.com/tabi-map/tabi/crdt"
)

// units is a text in UTF-16, as the browser and the document count it.
type units []uint16

func toUnits(s string) units   { return utf16.Encode([]rune(s)) }
func (u units) String() string { return string(utf16.Decode(u)) }
func unitLen(s string) (n int) { // UTF-16 units of s, without making them
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// splice is one change of a text: at a place, so many units go, ins comes.
type splice struct {
	at, del int
	ins     string
}

func (s splice) none() bool { return s.del == 0 && s.ins == "" }

// diff gives one splice that makes was into is. Where several would do (one more
// "a" in "aaaa"), it takes the one that ends at caret, the place in `is` where
// the writer's caret now stands: only so does a concurrent edit land where both
// writers saw it.
func diff(was, is string, caret int) splice {
	a, b := toUnits(was), toUnits(is)
	// The longest common end, but not beyond the caret.
	end := 0
	for end < len(a) && end < len(b) && len(b)-end > caret && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	start := 0
	for start < len(a)-end && start < len(b)-end && a[start] == b[start] {
		start++
	}
	// What the caret kept from the common end may still be common.
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	// Never between the halves of a surrogate pair.
	if start > 0 && isHigh(a[start-1]) && (start < len(a) && isLow(a[start]) || start < len(b) && isLow(b[start])) {
		start--
	}
	if end > 0 && isLow(a[len(a)-end]) && (len(a)-end > start && isHigh(a[len(a)-end-1]) || len(b)-end > start && isHigh(b[len(b)-end-1])) {
		end--
	}
	return splice{start, len(a) - end - start, b[start : len(b)-end].String()}
}

func isHigh(u uint16) bool { return u >= 0xD800 && u < 0xDC00 }
func isLow(u uint16) bool  { return u >= 0xDC00 && u < 0xE000 }

// apply makes the splice in text.
func (s splice) apply(text string) string {
	u := toUnits(text)
	at := min(s.at, len(u))
	end := min(at+s.del, len(u))
	out := make(units, 0, len(u)+len(s.ins))
	out = append(out, u[:at]...)
	out = append(out, toUnits(s.ins)...)
	return append(out, u[end:]...).String()
}

// move is where a caret at pos stands after s was made by someone else. Text
// that comes exactly at the caret goes after it, so that nobody is pushed along.
func (s splice) move(pos int) int {
	switch {
	case pos <= s.at:
		return pos
	case pos >= s.at+s.del:
		return pos - s.del + unitLen(s.ins)
	default:
		return s.at + unitLen(s.ins)
	}
}

// over is s, made on the text before o, as it must be made on the text after o.
// What both erase is erased once; what o inserted inside a range that s erases
// stays: nobody's words go unseen. When both insert at one place, o's stand first.
func (s splice) over(o splice) []splice {
	added := unitLen(o.ins)
	sEnd, oEnd := s.at+s.del, o.at+o.del
	switch {
	case sEnd < o.at || sEnd == o.at && s.del > 0: // all before
		return []splice{s}
	case s.at >= oEnd: // all after, and at one place: after
		s.at += added - o.del
		return []splice{s}
	}
	// They overlap: what s erases left of o, and right of it.
	left := max(0, o.at-s.at)
	right := max(0, sEnd-oEnd)
	at := min(s.at, o.at)
	if added == 0 || left == 0 && right == 0 {
		if left == 0 {
			at = o.at + added // o's text stands first
		}
		return []splice{{at, left + right, s.ins}}
	}
	if left == 0 {
		return []splice{{o.at + added, right, s.ins}}
	}
	if right == 0 {
		return []splice{{at, left, s.ins}}
	}
	// Right of o first, so that the places of the left part still hold.
	return []splice{{o.at + added, right, ""}, {at, left, s.ins}}
}

// Diff gives the one splice that makes was into is, the caret being where the
// writer's stands in is; for other fields that write into a document's text.
func Diff(was, is string, caret int) (at, del int, ins string) {
	d := diff(was, is, caret)
	return d.at, d.del, d.ins
}

// Carry is where a caret stands after someone else's splice.
func Carry(caret int, s crdt.Splice) int { return splice{s.At, s.Del, s.Ins}.move(caret) }
