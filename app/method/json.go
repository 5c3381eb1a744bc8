package method

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
)

// Say gives the text for a key in a language, as i18n.T does.
type Say func(lang, key string, args ...any) string

// JSON is the findings of a map for programs: how many are open, each with its
// code, what it points at as files name it, and its words in both languages; and
// those that were set aside, with their reasons.
func JSON(m *journey.Map, today string, say Say) []byte {
	c := NewCheck(m, today)
	open, aside := c.Findings(), c.AsideFindings()
	b := append([]byte(nil), "{\n \"count\": "...)
	b = strconv.AppendInt(b, int64(len(open)), 10)
	b = append(b, ",\n \"findings\": ["...)
	b = appendFindings(b, m, open, say)
	b = append(b, "],\n \"set_aside\": ["...)
	b = appendFindings(b, m, aside, say)
	return append(b, "]\n}\n"...)
}

func appendFindings(b []byte, m *journey.Map, list []Finding, say Say) []byte {
	for i, f := range list {
		if i > 0 {
			b = append(b, ',')
		}
		kind, id := f.Names(m)
		b = append(b, "\n  {\"code\": "...)
		b = quote(b, string(f.Code))
		b = append(b, ", \"subject\": {\"kind\": "...)
		b = append(quote(append(quote(b, kind), ", \"id\": "...), id), "}, \"text\": {"...)
		for j, lang := range []string{"en", "ja"} {
			if j > 0 {
				b = append(b, ", "...)
			}
			b = append(quote(b, lang), ": "...)
			b = quote(b, say(lang, "method.finding."+string(f.Code), f.Args(m, lang)...))
		}
		b = append(b, "}, \"fixable\": "...)
		b = strconv.AppendBool(b, Fixable(m, f))
		if f.Aside != nil {
			b = quote(append(b, ", \"reason\": "...), f.Aside.Reason)
			b = quote(append(b, ", \"by\": "...), f.Aside.By)
		}
		b = append(b, '}')
	}
	if len(list) > 0 {
		b = append(b, "\n "...)
	}
	return b
}

// Names says what a finding points at as files name it: "note" and "n001".
func (f Finding) Names(m *journey.Map) (kind, id string) {
	name := func(external string) string {
		if external == "" {
			return f.Subject.String()
		}
		return external
	}
	if f.Code == BoundaryWithoutInformation {
		b, _ := m.Boundary(f.Subject)
		if b.External != "" {
			return "boundary", b.External
		}
		return "boundary", name(m.Phase(f.Subject).External)
	}
	if n := m.Note(f.Subject); n != nil {
		return "note", name(n.External)
	}
	if p := m.Phase(f.Subject); p != nil {
		return "phase", name(p.External)
	}
	if p := m.Persona(f.Subject); p != nil {
		return "persona", name(p.External)
	}
	return "map", ""
}

func quote(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
