package journeyfile

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// An own reader of JSON, because a problem in a file must name its line and
// path, because members that the model does not know are kept as they came, and
// because encoding/json would cost the client half a megabyte.

type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "list", "object"}[k]
}

// A node is a value: text holds a string, or a number or boolean as written.
type node struct {
	kind    kind
	off     int
	text    string
	items   []*node
	members []member
}

type member struct {
	key   string
	off   int
	value *node
}

func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i := range n.members {
		if n.members[i].key == key {
			return n.members[i].value
		}
	}
	return nil
}

const (
	depthMax = 64
	bytesMax = 64 << 20
)

// A parser reads one document; it stops at the first fault.
type parser struct {
	src []byte
	at  int
	err *fault
}

// A fault is a place where the text is no JSON.
type fault struct {
	off  int
	code string
	args []string
}

func (p *parser) fail(code string, args ...string) {
	if p.err == nil {
		p.err = &fault{p.at, code, args}
	}
}

func parse(src []byte) (*node, *fault) {
	if len(src) >= 3 && src[0] == 0xEF && src[1] == 0xBB && src[2] == 0xBF {
		// A byte order mark, as some editors write: blanked, so that offsets stay.
		src = append([]byte("   "), src[3:]...)
	}
	p := &parser{src: src}
	if !utf8.Valid(src) {
		for p.at < len(src) {
			r, n := utf8.DecodeRune(src[p.at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			p.at += n
		}
		p.fail("not_utf8")
		return nil, p.err
	}
	p.space()
	if p.at == len(src) {
		p.fail("empty")
		return nil, p.err
	}
	n := p.value(0)
	p.space()
	if p.err == nil && p.at < len(p.src) {
		p.fail("more_after_end")
	}
	return n, p.err
}

func (p *parser) space() {
	for p.at < len(p.src) {
		switch p.src[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) peek() byte {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return 0
}

func (p *parser) expected(what string) {
	if p.at >= len(p.src) {
		p.fail("cut_off")
		return
	}
	p.fail("expected", what, string([]rune(string(p.src[p.at:min(len(p.src), p.at+4)]))[:1]))
}

func (p *parser) value(depth int) *node {
	n := &node{off: p.at}
	if depth > depthMax {
		p.fail("too_deep")
		return n
	}
	switch c := p.peek(); {
	case c == '{':
		n.kind = object
		p.object(n, depth)
	case c == '[':
		n.kind = list
		p.list(n, depth)
	case c == '"':
		n.kind = text
		n.text = p.string()
	case c == '-' || c >= '0' && c <= '9':
		n.kind = number
		n.text = p.number()
	default:
		for _, word := range []string{"true", "false", "null"} {
			if len(p.src)-p.at >= len(word) && string(p.src[p.at:p.at+len(word)]) == word {
				p.at += len(word)
				n.text = word
				if word != "null" {
					n.kind = boolean
				}
				return n
			}
		}
		p.expected("value")
	}
	return n
}

func (p *parser) object(n *node, depth int) {
	p.at++
	p.space()
	if p.peek() == '}' {
		p.at++
		return
	}
	seen := map[string]bool{}
	for p.err == nil {
		p.space()
		if p.peek() != '"' {
			p.expected(`"`)
			return
		}
		m := member{off: p.at}
		m.key = p.string()
		if p.err == nil && seen[m.key] {
			p.at = m.off
			p.fail("twice", m.key)
			return
		}
		seen[m.key] = true
		p.space()
		if p.peek() != ':' {
			p.expected(":")
			return
		}
		p.at++
		p.space()
		m.value = p.value(depth + 1)
		n.members = append(n.members, m)
		p.space()
		switch p.peek() {
		case ',':
			p.at++
		case '}':
			p.at++
			return
		default:
			p.expected(", }")
			return
		}
	}
}

func (p *parser) list(n *node, depth int) {
	p.at++
	p.space()
	if p.peek() == ']' {
		p.at++
		return
	}
	for p.err == nil {
		p.space()
		n.items = append(n.items, p.value(depth+1))
		p.space()
		switch p.peek() {
		case ',':
			p.at++
		case ']':
			p.at++
			return
		default:
			p.expected(", ]")
			return
		}
	}
}

func (p *parser) number() string {
	from := p.at
	digits := func() bool {
		start := p.at
		for p.peek() >= '0' && p.peek() <= '9' {
			p.at++
		}
		return p.at > start
	}
	if p.peek() == '-' {
		p.at++
	}
	zero := p.peek() == '0'
	whole := p.at
	if !digits() || zero && p.at > whole+1 {
		p.at = from
		p.fail("bad_number")
		return "0"
	}
	if p.peek() == '.' {
		p.at++
		if !digits() {
			p.fail("bad_number")
			return "0"
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if !digits() {
			p.fail("bad_number")
			return "0"
		}
	}
	return string(p.src[from:p.at])
}

func (p *parser) string() string {
	from := p.at
	p.at++
	start := p.at
	for p.at < len(p.src) && p.src[p.at] != '"' && p.src[p.at] != '\\' && p.src[p.at] >= ' ' {
		p.at++
	}
	if p.peek() == '"' {
		s := string(p.src[start:p.at])
		p.at++
		return s
	}
	b := append([]byte(nil), p.src[start:p.at]...)
	for p.at < len(p.src) {
		c := p.src[p.at]
		switch {
		case c == '"':
			p.at++
			return string(b)
		case c < ' ':
			p.fail("line_break_in_string")
			return ""
		case c != '\\':
			b = append(b, c)
			p.at++
			continue
		}
		p.at++
		switch c := p.peek(); c {
		case '"', '\\', '/':
			b = append(b, c)
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := p.hex()
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if p.at+2 < len(p.src) && p.src[p.at+1] == '\\' && p.src[p.at+2] == 'u' {
					back := p.at
					p.at += 2
					low = p.hex()
					if utf16.DecodeRune(r, low) == utf8.RuneError {
						p.at, low = back, -1 // half a pair: what follows stands for itself
					}
				}
				r = utf16.DecodeRune(r, low)
			}
			b = utf8.AppendRune(b, r)
		default:
			p.fail("bad_escape")
			return ""
		}
		if p.err != nil {
			return ""
		}
		p.at++
	}
	p.at = from
	p.fail("string_not_ended")
	return ""
}

// hex reads the four digits after \u and stands on the last of them.
func (p *parser) hex() rune {
	if p.at+4 >= len(p.src) {
		p.fail("bad_escape")
		return 0
	}
	v, err := strconv.ParseUint(string(p.src[p.at+1:p.at+5]), 16, 32)
	if err != nil {
		p.fail("bad_escape")
		return 0
	}
	p.at += 4
	return rune(v)
}

// ---- writing

// print writes n, on lines of its own when indent is not negative.
func (n *node) print(b []byte, indent int) []byte {
	switch n.kind {
	case null:
		return append(b, "null"...)
	case boolean, number:
		return append(b, n.text...)
	case text:
		return quote(b, n.text)
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.print(line(b, indent+1, indent < 0), next(indent))
		}
		if len(n.items) > 0 {
			b = line(b, indent, indent < 0)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i, m := range n.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(quote(line(b, indent+1, indent < 0), m.key), ':')
		if indent >= 0 {
			b = append(b, ' ')
		}
		b = m.value.print(b, next(indent))
	}
	if len(n.members) > 0 {
		b = line(b, indent, indent < 0)
	}
	return append(b, '}')
}

func next(indent int) int {
	if indent < 0 {
		return indent
	}
	return indent + 1
}

func line(b []byte, indent int, flat bool) []byte {
	if flat {
		return b
	}
	b = append(b, '\n')
	for range indent {
		b = append(b, ' ')
	}
	return b
}

func quote(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// ---- making

func str(s string) *node { return &node{kind: text, text: s} }

func num(v float64) *node {
	return &node{kind: number, text: strconv.FormatFloat(v, 'f', -1, 64)}
}

func yes(v bool) *node { return &node{kind: boolean, text: strconv.FormatBool(v)} }

func strs(list_ []string) *node {
	n := &node{kind: list}
	for _, s := range list_ {
		n.items = append(n.items, str(s))
	}
	return n
}

// add sets a member unless the value says nothing.
func (n *node) add(key string, v *node) {
	if v == nil || v.empty() {
		return
	}
	n.members = append(n.members, member{key: key, value: v})
}

// empty reports whether a value says nothing, so that the model keeps none of it:
// null, "", [], {}.
func (n *node) empty() bool {
	switch n.kind {
	case null:
		return true
	case text:
		return n.text == ""
	case list:
		return len(n.items) == 0
	case object:
		return len(n.members) == 0
	}
	return false
}

// fill adds the members of extra that n has not, and those of objects within.
func (n *node) fill(extra *node) {
	if extra == nil {
		return
	}
	for _, m := range extra.members {
		mine := n.get(m.key)
		if mine == nil {
			n.members = append(n.members, m)
		} else if mine.kind == object && m.value.kind == object {
			mine.fill(m.value)
		}
	}
}
