package scene

import (
	"strings"

	"github.com/tabi-map/tabi/app/journey"
)

// Measures of a note's inside.
const (
	lineHeight   = 1.35
	notePadLeft  = 12
	notePadRight = 9
	notePadTop   = 9
	notePadEnd   = 7  // under the text where there is no footer
	footerHeight = 20 // who wrote it, and the signs
	ownerHeight  = 16 // a measure's second line
	footerSize   = 10
	signSize     = 11
	signGap      = 3
)

// fontSizes are tried in turn; when the text fits with none, the note grows.
var fontSizes = [...]float32{14, 13, 12, 11, 10}

// footer is the height of what stands under the text.
func (n *NoteBox) footer() float32 {
	h := float32(0)
	if n.Footer != "" || n.signs() > 0 {
		h += footerHeight
	}
	if n.hasOwnerLine() {
		h += ownerHeight
	}
	if h == 0 {
		return notePadEnd
	}
	return h + 3
}

// hasOwnerLine reports whether the note says who does it, or how far it is.
func (n *NoteBox) hasOwnerLine() bool { return n.Owner != "" || StatusSign(n.Status) != SignNone }

// fit finds the largest size at which a note's text fits, and lets the note grow
// when none does. Where it is plain that it fits, the text is broken when somebody
// looks at the note: most of a large map is out of sight.
func (s *Scene) fit(n *NoteBox) {
	w, h := n.width, n.height
	if w <= 0 {
		w = journey.NoteWidth
	}
	if h <= 0 {
		h = journey.NoteHeight
	}
	w, h = max(w, 60), max(h, 40)
	room := Rect{W: w - notePadLeft - notePadRight, H: h - notePadTop - n.footer()}
	n.Rect.W, n.Rect.H = w, h
	em, known := s.wrap.extent(n.Text)
	for i, size := range fontSizes {
		last := i == len(fontSizes)-1
		rows := int(room.H / (size * lineHeight))
		if !last && em*size > room.W*float32(rows) {
			continue // cannot fit, whatever the breaks
		}
		n.FontSize, n.room = size, room.W
		if known && s.wrap.linesMost(room.W/size) <= rows || len(s.Lines(n)) <= rows {
			return
		}
	}
	n.Rect.H = notePadTop + float32(len(n.lines))*n.LineHeight() + n.footer()
}

// Lines are the lines of a note's text.
func (s *Scene) Lines(n *NoteBox) []string {
	if n.room > 0 {
		n.lines = s.wrap.Lines(nil, n.Text, n.FontSize, n.room)
		n.room = 0
	}
	return n.lines
}

// Sign is a mark in a note's footer.
type Sign uint8

const (
	SignNone Sign = iota
	SignKeyMoment
	SignDelight
	SignSurprise
	SignGuess
	SignVoice
	SignData
	SignComments
	SignLocked
	SignBreak
	SignStuck
	SignFriction
	SignTodo
	SignDoing
	SignDone
	signCount
)

// signPaths are drawn filled in a square of 12 units.
var signPaths = [signCount]string{
	SignKeyMoment: "M6 .8l1.6 3.5 3.8.4-2.8 2.6.8 3.8L6 9.2 2.6 11.1l.8-3.8L.6 4.7l3.8-.4Z",
	SignDelight:   "M6 10.8C2.6 8.3.9 6.5.9 4.3.9 2.7 2.1 1.6 3.6 1.6c1 0 1.9.5 2.4 1.4.5-.9 1.4-1.4 2.4-1.4 1.5 0 2.7 1.1 2.7 2.7 0 2.2-1.7 4-5.1 6.5Z",
	SignSurprise:  "M5 .8h2l-.3 6.4H5.3ZM6 8.6a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4Z",
	SignGuess:     "M6 .8c1.9 0 3.2 1.1 3.2 2.8 0 1.3-.7 2-1.5 2.6-.7.5-.9.8-.9 1.5H5.2c0-1.3.5-1.9 1.3-2.5.7-.5 1-.8 1-1.5 0-.8-.6-1.4-1.5-1.4-1 0-1.6.6-1.7 1.6L2.7 3.7C2.9 1.9 4.1.8 6 .8ZM6 8.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2Z",
	SignVoice:     "M1.6 1.4h8.8c.6 0 1 .4 1 1v5c0 .6-.4 1-1 1H6.2L3.4 10.8V8.4H1.6c-.6 0-1-.4-1-1v-5c0-.6.4-1 1-1ZM3 3.4v1.1h6V3.4ZM3 5.5v1.1h4V5.5Z",
	SignData:      "M1 7h2.4v4H1ZM4.8 4.2h2.4V11H4.8ZM8.6 1.2H11V11H8.6Z",
	SignComments:  "M6 1.2c3 0 5.2 1.8 5.2 4.2S9 9.6 6 9.6c-.5 0-1-.1-1.4-.2L1.8 11l.6-2.5C1.4 7.700.8 6.600.8 5.400.8 3 3 1.200 6 1.200Z",
	SignLocked:    "M3.200 5V3.600C3.200 2 4.400.8 6 .8s2.800 1.200 2.800 2.800V5h.8c.4 0 .6.2.6.6v5c0 .4-.2.6-.6.6H2.400c-.4 0-.6-.2-.6-.6v-5c0-.4.2-.6.6-.6ZM4.500 5h3V3.600C7.500 2.700 6.900 2.100 6 2.100s-1.500.6-1.500 1.500Z",
	SignBreak:     "M7.400.6 2.200 6.800h3L4 11.400l5.600-6.600H6.400Z",
	SignStuck:     "M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8ZM2.900 5.200v1.600h6.200V5.200Z",
	SignFriction:  "M.8 8.500l2.100-3 2 2 2.200-3.800 2 2.200 1.500-2.400.9.7-2.200 3.700-2-2.100-2.200 3.800-2.200-2.100-1.200 1.800Z",
	SignTodo:      "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1ZM6 2.400a3.600 3.600 0 1 0 0 7.200 3.600 3.600 0 0 0 0-7.200Z",
	SignDoing:     "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1ZM6 2.400a3.600 3.600 0 1 0 0 7.200Z",
	SignDone:      "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1ZM5.200 8.700l3.700-4-1-.9-2.800 3L3.900 5.600l-.9 1Z",
}

// Path is the sign as path data, to be filled, in a square of 12 units.
func (g Sign) Path() string { return signPaths[g] }

// Key is the i18n key of the sign's word.
func (g Sign) Key() string { return signKeys[g] }

var signKeys = [signCount]string{
	SignKeyMoment: "scene.sign.key", SignDelight: "scene.sign.delight", SignSurprise: "scene.sign.surprise",
	SignGuess: "scene.sign.guess", SignVoice: "scene.sign.voice", SignData: "scene.sign.data",
	SignComments: "scene.sign.comments", SignLocked: "scene.sign.locked",
	SignBreak: "scene.sign.break", SignStuck: "scene.sign.stuck", SignFriction: "scene.sign.friction",
	SignTodo: "scene.sign.todo", SignDoing: "scene.sign.doing", SignDone: "scene.sign.done",
}

// Signs appends the signs of a note's footer, from left to right.
func (n *NoteBox) Signs(dst []Sign) []Sign {
	if n.Locked {
		dst = append(dst, SignLocked)
	}
	if n.Comments > 0 {
		dst = append(dst, SignComments)
	}
	if n.Flags&journey.FlagSurprise != 0 {
		dst = append(dst, SignSurprise)
	}
	if n.Flags&journey.FlagDelight != 0 {
		dst = append(dst, SignDelight)
	}
	if n.Flags&journey.FlagKeyMoment != 0 {
		dst = append(dst, SignKeyMoment)
	}
	switch n.Evidence {
	case EvidenceGuess:
		dst = append(dst, SignGuess)
	case EvidenceVoice:
		dst = append(dst, SignVoice)
	case EvidenceData:
		dst = append(dst, SignData)
	}
	return dst
}

// signMask has a bit for each sign that the legend explains.
func (n *NoteBox) signMask() uint32 {
	var list [8]Sign
	mask := uint32(1)<<PainSign(n.Pain) | uint32(1)<<StatusSign(n.Status)
	for _, g := range n.Signs(list[:0]) {
		mask |= 1 << g
	}
	return mask
}

func (n *NoteBox) signs() int {
	var room [8]Sign
	c := len(n.Signs(room[:0]))
	if n.Severity > 0 || n.Pain != "" {
		c++
	}
	return c
}

// PainSign is the sign of the kind of pain.
func PainSign(k journey.PainKind) Sign {
	switch k {
	case journey.Break:
		return SignBreak
	case journey.Stuck:
		return SignStuck
	case journey.Friction:
		return SignFriction
	}
	return SignNone
}

// StatusSign is the sign of a measure's status.
func StatusSign(st journey.Status) Sign {
	switch st {
	case journey.Todo:
		return SignTodo
	case journey.Doing:
		return SignDoing
	case journey.Done:
		return SignDone
	}
	return SignNone
}

// SignsPath is all signs of a note as one path to be filled in its edge (those of
// the footer, and the status at the end of the owner's line), and the pain's (kind,
// and severity as bars) as another in --bad, both in world units. room is what the
// footer's take from the right edge.
func (n *NoteBox) SignsPath() (signs, pain string, room float32) {
	var list [8]Sign
	var a, b pen
	x := n.Rect.Right() - notePadRight + 1
	y := n.footerTop() + (footerHeight-signSize)/2
	all := n.Signs(list[:0])
	for i := len(all) - 1; i >= 0; i-- {
		x -= signSize
		a = a.sign(all[i], x, y, signSize)
		x -= signGap
	}
	if n.Severity > 0 {
		x -= 1
		for k := 5; k >= 1; k-- {
			x -= 3
			h := float32(3 + k*8/5)
			if k <= int(n.Severity) {
				b = b.bar(x, y+signSize-h, 2.2, h)
			} else {
				b = b.bar(x, y+signSize-1.4, 2.2, 1.4)
			}
		}
		x -= signGap
	}
	if g := PainSign(n.Pain); g != SignNone {
		x -= signSize
		b = b.sign(g, x, y, signSize)
		x -= signGap
	}
	if g := StatusSign(n.Status); g != SignNone {
		a = a.sign(g, n.Rect.Right()-notePadRight+1-signSize, n.ownerTop()+(ownerHeight-signSize)/2-1, signSize)
	}
	return string(a), string(b), n.Rect.Right() - x
}

// signsRoom is what the signs take from the right edge.
func (n *NoteBox) signsRoom() float32 {
	var list [8]Sign
	x := notePadRight + float32(len(n.Signs(list[:0])))*(signSize+signGap)
	if n.Severity > 0 {
		x += 16 + signGap
	}
	if n.Pain != "" {
		x += signSize + signGap
	}
	return x
}

// footerTop is where the footer line begins, ownerTop where a measure's line over
// it does.
func (n *NoteBox) footerTop() float32 { return n.Rect.Bottom() - footerHeight - 1 }

func (n *NoteBox) ownerTop() float32 {
	y := n.footerTop() - ownerHeight + 3
	if n.Footer == "" && n.signs() == 0 {
		y += footerHeight
	}
	return y
}

func (p pen) bar(x, y, w, h float32) pen {
	return p.to('M', x, y).to('h', w).to('v', h).to('h', -w).close()
}

// sign copies a sign's path, moved and scaled; its numbers are read once more,
// which costs less than a transform a sign in the page.
func (p pen) sign(g Sign, x, y, size float32) pen {
	return p.scaled(signPaths[g], x, y, size/12)
}

// scaled appends path data of a small subset (M L H V C A Z and their relative
// forms) moved to x, y and scaled by k.
func (p pen) scaled(d string, x, y, k float32) pen {
	var command byte
	arg := 0
	for i := 0; i < len(d); {
		c := d[i]
		switch {
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
			command, arg = c, 0
			p = append(p, c)
			i++
		case c == ' ' || c == ',':
			i++
		default:
			v, n := number(d[i:])
			i += n
			if arg > 0 && arg%arity(command) == 0 || arg > 0 {
				p = append(p, ' ')
			}
			p = AppendNumber(p, place(command, arg%arity(command), v, x, y, k))
			arg++
		}
	}
	return p
}

func arity(command byte) int {
	switch command | 32 {
	case 'h', 'v':
		return 1
	case 'c':
		return 6
	case 's', 'q':
		return 4
	case 'a':
		return 7
	}
	return 2
}

// place moves and scales one number of a command.
func place(command byte, arg int, v, x, y, k float32) float32 {
	if command|32 == 'a' {
		if arg == 2 || arg == 3 || arg == 4 {
			return v // angle and flags
		}
		if arg < 2 {
			return v * k
		}
		arg -= 5
	}
	v *= k
	if command >= 'a' {
		return v
	}
	if command == 'V' || command != 'H' && arg%2 == 1 {
		return v + y
	}
	return v + x
}

// number reads one number of path data and says how long it was.
func number(d string) (v float32, n int) {
	sign := float32(1)
	if n < len(d) && (d[n] == '-' || d[n] == '+') {
		if d[n] == '-' {
			sign = -1
		}
		n++
	}
	for n < len(d) && d[n] >= '0' && d[n] <= '9' {
		v = v*10 + float32(d[n]-'0')
		n++
	}
	if n < len(d) && d[n] == '.' {
		n++
		for f := float32(0.1); n < len(d) && d[n] >= '0' && d[n] <= '9'; f /= 10 {
			v += float32(d[n]-'0') * f
			n++
		}
	}
	return sign * v, max(n, 1)
}

// oneLine makes a label of a text.
func oneLine(text string) string {
	if strings.IndexByte(text, '\n') < 0 {
		return strings.TrimSpace(text)
	}
	return strings.Join(strings.Fields(text), " ")
}
