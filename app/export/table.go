package export

import (
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Table is a map in reading order: a row a lane, a column a phase. It is what a
// screen reader, a printer and a spreadsheet have in common.
type Table struct {
	Lang   i18n.Lang
	Title  string
	Theme  [][2]string // what, and what about it
	Phases []Column
	Rows   []Row
}

// Column is a phase.
type Column struct {
	ID       crdt.ID // zero: notes in no phase yet
	Name     string
	Info     string // days, demand layer
	Boundary string // why the customer comes here from the phase before
}

// Row is a lane; Cells go with the table's Phases.
type Row struct {
	ID    crdt.ID
	Kind  journey.LaneKind
	Name  string
	Cells [][]Entry
}

// Entry is a note, or a point of an emotion curve (which has a Score).
type Entry struct {
	ID         crdt.ID
	Text       string
	Department string
	Persona    string
	Score      string   // "+1", "−2"; empty: not a point
	Marks      []string // evidence, flags, severity, status, owner, due: in words
	Note       *journey.Note
}

// NewTable reads a map as a table.
func NewTable(m *journey.Map, lang i18n.Lang) *Table {
	t := &Table{Lang: lang, Title: m.Title().In(string(lang))}
	theme := m.Theme()
	for _, p := range [...][2]string{{"scene.product", theme.Product}, {"scene.purpose", theme.Purpose}, {"scene.start", theme.Start}, {"scene.goal", theme.Goal}} {
		if p[1] != "" {
			t.Theme = append(t.Theme, [2]string{i18n.T(lang, p[0]), p[1]})
		}
	}
	if m.HasUnsorted() || len(m.Phases()) == 0 {
		t.Phases = append(t.Phases, Column{Name: i18n.T(lang, "scene.unphased")})
	}
	for _, p := range m.Phases() {
		c := Column{ID: p.ID, Name: p.Name.In(string(lang)), Info: scene.PhaseInfo(p, lang)}
		if b, ok := m.Boundary(p.ID); ok {
			c.Boundary = boundaryWords(&b, lang)
		}
		t.Phases = append(t.Phases, c)
	}
	points := map[crdt.ID][]Entry{}
	for _, p := range m.Personas() {
		for _, e := range m.Curve(p.ID) {
			points[e.Phase] = append(points[e.Phase], Entry{ID: e.ID, Text: e.Label, Persona: p.Name, Score: scene.Signed(e.Score)})
		}
	}
	for _, l := range m.Lanes() {
		r := Row{ID: l.ID, Kind: l.Kind, Name: l.Name.In(string(lang))}
		for _, c := range t.Phases {
			var cell []Entry
			if l.Kind == journey.EmotionCurve {
				cell = append(cell, points[c.ID]...)
			}
			for _, n := range m.NotesIn(journey.Cell{Phase: c.ID, Lane: l.ID}) {
				cell = append(cell, entry(m, n, lang))
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	if free := m.NotesIn(journey.Cell{}); len(free) > 0 {
		r := Row{Name: i18n.T(lang, "export.free"), Cells: make([][]Entry, len(t.Phases))}
		for _, n := range free {
			r.Cells[0] = append(r.Cells[0], entry(m, n, lang))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func boundaryWords(b *journey.Boundary, lang i18n.Lang) string {
	var parts []string
	if b.AttitudeFrom != "" || b.AttitudeTo != "" {
		parts = append(parts, b.AttitudeFrom+" → "+b.AttitudeTo)
	}
	if b.Concern != "" {
		parts = append(parts, i18n.T(lang, "scene.quote", b.Concern))
	}
	return strings.Join(parts, " ")
}

func entry(m *journey.Map, n *journey.Note, lang i18n.Lang) Entry {
	e := Entry{ID: n.ID, Text: n.Text, Note: n, Department: departmentName(m, n.Department, lang)}
	if p := m.Persona(n.Persona); p != nil {
		e.Persona = p.Name
	}
	mark := func(key string, args ...any) { e.Marks = append(e.Marks, i18n.T(lang, key, args...)) }
	switch n.Evidence.Level {
	case journey.Guess:
		mark("scene.sign.guess")
	case journey.Voice:
		mark("scene.sign.voice")
	case journey.Data:
		mark("scene.sign.data")
	}
	for _, f := range [...]struct {
		flag journey.Flags
		sign scene.Sign
	}{{journey.FlagKeyMoment, scene.SignKeyMoment}, {journey.FlagDelight, scene.SignDelight}, {journey.FlagSurprise, scene.SignSurprise}} {
		if n.Flags&f.flag != 0 {
			mark(f.sign.Key())
		}
	}
	if g := scene.PainSign(n.Pain); g != scene.SignNone {
		mark(g.Key())
	}
	if n.Severity > 0 {
		mark("scene.severity", n.Severity)
	}
	if owner := departmentName(m, n.Owner, lang); owner != "" {
		mark("scene.owner", owner)
	}
	if n.Due != "" {
		mark("scene.due", n.Due)
	}
	if g := scene.StatusSign(n.Status); g != scene.SignNone {
		mark(g.Key())
	}
	return e
}

func departmentName(m *journey.Map, id crdt.ID, lang i18n.Lang) string {
	if d := m.Department(id); d != nil {
		return d.Name.In(string(lang))
	}
	return ""
}

// HTML is the table for print and for pages without script: headings, one table
// with a heading for each row and column, lists in its cells.
func (t *Table) HTML() []byte {
	w := newWriter(t.Lang, Themed)
	w.raw(`<section class="map-table" lang="`).raw(string(t.Lang)).raw(`"><h1>`).text(t.title()).raw("</h1>\n")
	if len(t.Theme) > 0 {
		w.raw("<dl>")
		for _, p := range t.Theme {
			w.raw("<dt>").text(p[0]).raw("</dt><dd>").text(p[1]).raw("</dd>")
		}
		w.raw("</dl>\n")
	}
	w.raw(`<table><caption>`).text(t.title()).raw("</caption>\n<thead><tr><td></td>")
	for _, c := range t.Phases {
		w.raw(`<th scope="col">`).text(c.Name)
		if c.Info != "" {
			w.raw(`<small>`).text(c.Info).raw(`</small>`)
		}
		w.raw("</th>")
	}
	w.raw("</tr></thead>\n<tbody>\n")
	if t.hasBoundaries() {
		w.raw(`<tr><th scope="row">`).text(i18n.T(t.Lang, "export.boundary")).raw("</th>")
		for _, c := range t.Phases {
			w.raw("<td>").text(c.Boundary).raw("</td>")
		}
		w.raw("</tr>\n")
	}
	for _, r := range t.Rows {
		w.raw(`<tr><th scope="row">`).text(r.Name).raw("</th>")
		for _, cell := range r.Cells {
			w.raw("<td>")
			if len(cell) > 0 {
				w.raw("<ul>")
				for _, e := range cell {
					w.raw("<li>").text(e.line())
					if said := e.said(t.Lang); said != "" {
						w.raw(" <small>").text(said).raw("</small>")
					}
					w.raw("</li>")
				}
				w.raw("</ul>")
			}
			w.raw("</td>")
		}
		w.raw("</tr>\n")
	}
	w.raw("</tbody></table></section>\n")
	return w.b
}

func (t *Table) title() string {
	if t.Title == "" {
		return i18n.T(t.Lang, "scene.untitled")
	}
	return t.Title
}

func (t *Table) hasBoundaries() bool {
	for _, c := range t.Phases {
		if c.Boundary != "" {
			return true
		}
	}
	return false
}

// line is what the entry says itself.
func (e *Entry) line() string {
	if e.Score != "" {
		return strings.TrimSpace(e.Score + " " + e.Text)
	}
	return e.Text
}

// said is what else is known of it.
func (e *Entry) said(lang i18n.Lang) string {
	var parts []string
	if e.Persona != "" {
		parts = append(parts, e.Persona)
	}
	if e.Department != "" {
		parts = append(parts, e.Department)
	}
	return strings.Join(append(parts, e.Marks...), i18n.T(lang, "scene.dot"))
}

// Markdown is the table for a wiki or a repository.
func (t *Table) Markdown() []byte {
	var b []byte
	put := func(parts ...string) {
		for _, p := range parts {
			b = append(b, p...)
		}
	}
	put("# ", markdown(t.title()), "\n\n")
	for _, p := range t.Theme {
		put("- **", markdown(p[0]), "**: ", markdown(p[1]), "\n")
	}
	if len(t.Theme) > 0 {
		put("\n")
	}
	put("|  |")
	for _, c := range t.Phases {
		put(" ", markdown(c.Name))
		if c.Info != "" {
			put("<br>", markdown(c.Info))
		}
		put(" |")
	}
	put("\n|", strings.Repeat(" --- |", len(t.Phases)+1), "\n")
	if t.hasBoundaries() {
		put("| **", markdown(i18n.T(t.Lang, "export.boundary")), "** |")
		for _, c := range t.Phases {
			put(" ", markdown(c.Boundary), " |")
		}
		put("\n")
	}
	for _, r := range t.Rows {
		put("| **", markdown(r.Name), "** |")
		for _, cell := range r.Cells {
			put(" ")
			for i, e := range cell {
				if i > 0 {
					put("<br>")
				}
				put("• ", markdown(e.line()))
				if said := e.said(t.Lang); said != "" {
					put(" _(", markdown(said), ")_")
				}
			}
			put(" |")
		}
		put("\n")
	}
	return b
}

// markdown escapes a text so that it stays in its cell and shows as it is.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '\n', '\r':
			b.WriteByte(' ')
			continue
		case '<':
			b.WriteString("&lt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		case '\\', '`', '*', '_', '[', ']', '|', '#', '~', '>', '!':
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CSV is one row a note or emotion point, for a spreadsheet: with a byte order
// mark, without which Excel takes Japanese for something else, and with a guard
// before what a spreadsheet would run as a formula.
func CSV(m *journey.Map, lang i18n.Lang) []byte {
	t := NewTable(m, lang)
	b := append([]byte(nil), "\uFEFF"...)
	heads := []string{"phase", "lane", "kind", "order", "text", "department", "persona", "score", "evidence", "source", "flags", "pain", "severity",
		"channels", "owner", "due", "status", "impact", "effort", "kpi", "tags"}
	row := make([]string, 0, len(heads))
	for _, h := range heads {
		row = append(row, i18n.T(lang, "export.head."+h))
	}
	b = csvRow(b, row)
	for c, phase := range t.Phases {
		for _, r := range t.Rows {
			for i, e := range r.Cells[c] {
				row = append(row[:0], phase.Name, r.Name, string(r.Kind), strconv.Itoa(i+1), e.Text, e.Department, e.Persona, strings.Replace(e.Score, "−", "-", 1))
				row = csvNote(m, row, e.Note, lang)
				b = csvRow(b, row)
			}
		}
	}
	return b
}

func csvNote(m *journey.Map, row []string, n *journey.Note, lang i18n.Lang) []string {
	if n == nil {
		return append(row, make([]string, 13)...)
	}
	var flags, channels []string
	for i, name := range [...]string{"key_moment", "surprise", "delight"} {
		if n.Flags>>i&1 == 1 {
			flags = append(flags, name)
		}
	}
	for _, id := range n.Channels {
		if c := m.Channel(id); c != nil {
			channels = append(channels, c.Name.In(string(lang)))
		}
	}
	kpi := ""
	if k := m.KPI(n.KPI); k != nil {
		kpi = k.Name.In(string(lang))
	}
	return append(row, string(n.Evidence.Level), n.Evidence.Source, strings.Join(flags, "; "), string(n.Pain), positive(n.Severity),
		strings.Join(channels, "; "), departmentName(m, n.Owner, lang), n.Due, string(n.Status), positive(n.Impact), positive(n.Effort), kpi, strings.Join(n.Tags, "; "))
}

func positive(v int) string {
	if v <= 0 {
		return ""
	}
	return strconv.Itoa(v)
}

func csvRow(b []byte, row []string) []byte {
	for i, cell := range row {
		if i > 0 {
			b = append(b, ',')
		}
		b = csvCell(b, cell)
	}
	return append(b, '\r', '\n')
}

// csvCell quotes a cell. A cell that begins like a formula gets an apostrophe,
// which spreadsheets take for "text follows"; a plain number is left alone.
func csvCell(b []byte, s string) []byte {
	if s != "" && strings.IndexByte("=+-@\t\r\n|%", s[0]) >= 0 && !isNumber(s) {
		s = "'" + s
	}
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			b = append(b, '"')
		}
		if s[i] >= ' ' || s[i] == '\n' || s[i] == '\t' {
			b = append(b, s[i])
		}
	}
	return append(b, '"')
}

func isNumber(s string) bool {
	digits := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || i == 0 && (c == '-' || c == '+'):
		default:
			return false
		}
	}
	return digits > 0
}
