package i18n

import (
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// parse reads a flat JSON object of strings and calls each for every pair, in
// order. It knows no other value than a string.
func parse(s string, each func(key, text string)) error {
	p := parser{s: s}
	if !p.take('{') {
		return p.fault("want {")
	}
	if p.take('}') {
		return p.end()
	}
	for {
		key, err := p.text()
		if err != nil {
			return err
		}
		if !p.take(':') {
			return p.fault("want : after " + key)
		}
		text, err := p.text()
		if err != nil {
			return err
		}
		each(key, text)
		switch {
		case p.take(','):
		case p.take('}'):
			return p.end()
		default:
			return p.fault("want , or } after " + key)
		}
	}
}

type parser struct {
	s  string
	at int
}

// take skips blanks and then c, if it stands there.
func (p *parser) take(c byte) bool {
	p.blanks()
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) blanks() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\n' || p.s[p.at] == '\t' || p.s[p.at] == '\r') {
		p.at++
	}
}

func (p *parser) end() error {
	if p.blanks(); p.at < len(p.s) {
		return p.fault("something follows the last }")
	}
	return nil
}

func (p *parser) text() (string, error) {
	if !p.take('"') {
		return "", p.fault("want a string")
	}
	for i := p.at; i < len(p.s) && p.s[i] >= ' ' && p.s[i] != '\\'; i++ {
		if p.s[i] == '"' { // as nearly all are: a part of the file
			text := p.s[p.at:i]
			p.at = i + 1
			return text, nil
		}
	}
	var out []byte
	for p.at < len(p.s) {
		c := p.s[p.at]
		p.at++
		switch {
		case c == '"':
			return string(out), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		case c < ' ':
			return "", p.fault("control character in a string")
		default:
			out = append(out, c)
		}
	}
	return "", p.fault("string without an end")
}

func (p *parser) escape() (rune, error) {
	if p.at >= len(p.s) {
		return 0, p.fault("string without an end")
	}
	c := p.s[p.at]
	p.at++
	switch c {
	case 'n':
		return '\n', nil
	case 't':
		return '\t', nil
	case '"', '\\', '/':
		return rune(c), nil
	case 'u':
		high, err := p.unit()
		if err != nil || !utf16.IsSurrogate(high) {
			return high, err
		}
		if p.at+2 > len(p.s) || p.s[p.at:p.at+2] != `\u` {
			return 0, p.fault("half a surrogate pair")
		}
		p.at += 2
		low, err := p.unit()
		return utf16.DecodeRune(high, low), err
	}
	return 0, p.fault("unknown escape")
}

func (p *parser) unit() (rune, error) {
	if p.at+4 > len(p.s) {
		return 0, p.fault("string without an end")
	}
	n, err := strconv.ParseUint(p.s[p.at:p.at+4], 16, 16)
	if err != nil {
		return 0, p.fault("want four hex digits")
	}
	p.at += 4
	return rune(n), nil
}

func (p *parser) fault(what string) error {
	line := 1
	for i := range min(p.at, len(p.s)) {
		if p.s[i] == '\n' {
			line++
		}
	}
	return errors.New("line " + strconv.Itoa(line) + ": " + what)
}
