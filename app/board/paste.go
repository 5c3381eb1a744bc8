package board

import "strings"

// pasted is what a plain text from elsewhere becomes: rows of notes. A
// spreadsheet's range has tabs and keeps its grid; a list has a note a line;
// anything else is one note.
type pasted struct {
	rows [][]string
	grid bool
}

// notesMax is how many notes one paste makes; what is more is refused as a whole
// rather than cut in silence.
const notesMax = 500

func parsePaste(text string) pasted {
	text = strings.Trim(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	if strings.TrimSpace(text) == "" {
		return pasted{}
	}
	if strings.ContainsRune(text, '\t') {
		return pasted{rows: cells(text), grid: true}
	}
	lines := strings.Split(text, "\n")
	items, bullets := make([][]string, 0, len(lines)), 0
	for _, line := range lines {
		item, marked := unbullet(line)
		if item == "" {
			continue
		}
		if marked {
			bullets++
		}
		items = append(items, []string{item})
	}
	// Prose with a blank line in it is one note; so is a single line.
	if len(items) > 1 && bullets == 0 && strings.Contains(text, "\n\n") {
		return pasted{rows: [][]string{{text}}}
	}
	return pasted{rows: items}
}

// unbullet takes a list's mark off: "- ", "* ", "・", "1. ", "(2)", "③" and the like.
func unbullet(line string) (item string, marked bool) {
	s := strings.TrimSpace(line)
	for _, mark := range []string{"- ", "* ", "+ ", "• ", "・", "◦ ", "●", "■", "□", "– ", "— ", "[ ] ", "[x] ", "☐ ", "☑ "} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return strings.TrimSpace(rest), true
		}
	}
	r := []rune(s)
	if len(r) > 1 && r[0] >= '①' && r[0] <= '⑳' {
		return strings.TrimSpace(string(r[1:])), true
	}
	i := 0
	open := i < len(r) && (r[i] == '(' || r[i] == '\uFF08')
	if open {
		i++
	}
	digits := i
	for i < len(r) && (r[i] >= '0' && r[i] <= '9' || r[i] >= '\uFF10' && r[i] <= '\uFF19') {
		i++
	}
	if n := i - digits; n > 0 && n < 4 && i < len(r) {
		switch {
		case open && (r[i] == ')' || r[i] == '\uFF09'), !open && (r[i] == ')' || r[i] == '\uFF09' || r[i] == '\uFF0E'), r[i] == '、':
			return strings.TrimSpace(string(r[i+1:])), true
		case r[i] == '.' && i+1 < len(r) && r[i+1] == ' ':
			return strings.TrimSpace(string(r[i+1:])), true
		}
	}
	return s, false
}

// cells reads a range as a spreadsheet puts it on the clipboard: tabs between
// cells, and cells that hold tabs, line ends or quotes are quoted.
func cells(text string) [][]string {
	var rows [][]string
	row, cell, quoted := []string{}, strings.Builder{}, false
	endCell := func() { row = append(row, strings.TrimSpace(cell.String())); cell.Reset() }
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '"' && i+1 < len(text) && text[i+1] == '"':
			cell.WriteByte('"')
			i++
		case quoted && c == '"':
			quoted = false
		case quoted:
			cell.WriteByte(c)
		case c == '"' && cell.Len() == 0 && strings.IndexByte(text[i+1:], '"') >= 0:
			quoted = true
		case c == '\t':
			endCell()
		case c == '\n':
			endCell()
			rows, row = append(rows, row), []string{}
		default:
			cell.WriteByte(c)
		}
	}
	endCell()
	return append(rows, row)
}

// count is how many notes come of it.
func (p pasted) count() (n int) {
	for _, row := range p.rows {
		for _, c := range row {
			if c != "" {
				n++
			}
		}
	}
	return n
}

// tsv writes a grid as a spreadsheet takes it.
func tsv(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, c := range row {
			if j > 0 {
				b.WriteByte('\t')
			}
			if strings.ContainsAny(c, "\t\n\"") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
	}
	return b.String()
}
