package board

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// What is copied goes out in three forms: our own, which keeps all of a note and
// works between maps; a table in HTML, in which our own travels too, since many
// browsers drop kinds they do not know; and plain text for everything else.
const ownKind = "web application/x-tabi-notes"

// clipboard answers a copy, cut or paste event; true when it did.
func (b *Board) clipboard(kind string, c clip) bool {
	switch kind {
	case "copy", "cut":
		if len(b.selected) == 0 {
			return false
		}
		own := b.copied()
		c.set("text/plain", b.copiedText())
		c.set("text/html", "<div data-tabi=\""+base64.StdEncoding.EncodeToString([]byte(own))+"\"><pre>"+string(escape(nil, b.copiedText()))+"</pre></div>")
		c.set(ownKind, own)
		b.pasteAt = 0
		if kind == "cut" && !b.o.ReadOnly {
			b.deleteChosen()
		} else {
			b.say("copied", len(b.selected))
		}
		return true
	case "paste":
		if b.o.ReadOnly {
			return false
		}
		own := c.get(ownKind)
		if own == "" {
			_, rest, ok := strings.Cut(c.get("text/html"), `data-tabi="`)
			if ok {
				code, _, _ := strings.Cut(rest, `"`)
				if raw, err := base64.StdEncoding.DecodeString(code); err == nil {
					own = string(raw)
				}
			}
		}
		if own != "" && b.pasteOwn(own) {
			return true
		}
		text := c.get("text/plain")
		if text == "" { // a spreadsheet copies a picture of itself beside its text
			x, y := b.pastePoint()
			return b.addImages(c.files(), x, y)
		}
		return b.pasteText(text)
	}
	return false
}

// copied writes the selected notes line by line: a note has a line "note" with
// where it stands and lines "key value" after it. It is read by pasteOwn of any
// version: what one does not know it leaves out.
func (b *Board) copied() string {
	var s strings.Builder
	s.WriteString("tabi-notes 1\n")
	all := around(b.boxes(b.selected))
	line := func(key, value string) {
		if value != "" {
			s.WriteString(key)
			s.WriteByte(' ')
			s.WriteString(strings.ReplaceAll(strings.ReplaceAll(value, `\`, `\\`), "\n", `\n`))
			s.WriteByte('\n')
		}
	}
	for _, id := range b.layered(b.selected) {
		n, box := b.m.Note(id), b.scene.Note(id)
		if n == nil || box == nil {
			continue
		}
		r := rectOf(box.Rect)
		line("note", id.String()+" "+number(r.X-all.X)+" "+number(r.Y-all.Y)+" "+number(float64(n.W))+" "+number(float64(n.H)))
		line("text", n.Text)
		line("lane", string(n.Kind))
		line("author", n.Author)
		if d := b.m.Department(n.Department); d != nil {
			line("department", d.Name.Text)
		}
		line("evidence", string(n.Evidence.Level))
		line("source", n.Evidence.Source)
		if n.Flags != 0 {
			line("flags", itoa(int(n.Flags)))
		}
		if n.Severity != 0 {
			line("severity", itoa(n.Severity))
		}
		line("pain", string(n.Pain))
		line("due", n.Due)
		line("status", string(n.Status))
		if n.Impact != 0 {
			line("impact", itoa(n.Impact))
		}
		if n.Effort != 0 {
			line("effort", itoa(n.Effort))
		}
		line("tags", strings.Join(n.Tags, ", "))
		line("color", n.Color)
	}
	for _, l := range b.m.Links() {
		if slices.Contains(b.selected, l.From) && slices.Contains(b.selected, l.To) {
			line("link", l.From.String()+" "+l.To.String()+" "+string(l.Rel))
		}
	}
	return s.String()
}

// copiedText is the selection for a spreadsheet: phases across and lanes down
// when it spans several cells, else a line a note.
func (b *Board) copiedText() string {
	order := slices.DeleteFunc(b.reading(), func(id crdt.ID) bool { return !b.isSelected(id) })
	phases, lanes := map[crdt.ID]bool{}, map[crdt.ID]bool{}
	for _, id := range order {
		n := b.m.Note(id)
		phases[n.Place.Phase], lanes[n.Place.Lane] = true, true
	}
	if len(phases) < 2 || len(lanes) < 2 {
		texts := make([]string, len(order))
		for i, id := range order {
			texts[i] = b.m.Note(id).Text
		}
		return strings.Join(texts, "\n")
	}
	lang := string(b.o.Lang)
	head := []string{""}
	for _, p := range b.m.Phases() {
		if phases[p.ID] {
			head = append(head, p.Name.In(lang))
		}
	}
	rows := [][]string{head}
	for _, l := range b.m.Lanes() {
		if !lanes[l.ID] {
			continue
		}
		row := []string{l.Name.In(lang)}
		for _, p := range b.m.Phases() {
			if !phases[p.ID] {
				continue
			}
			var texts []string
			for _, id := range order {
				if n := b.m.Note(id); n.Place.Phase == p.ID && n.Place.Lane == l.ID {
					texts = append(texts, n.Text)
				}
			}
			row = append(row, strings.Join(texts, "\n"))
		}
		rows = append(rows, row)
	}
	return tsv(rows)
}

// pasteOwn makes notes of our own form.
func (b *Board) pasteOwn(own string) bool {
	head, rest, ok := strings.Cut(own, "\n")
	if !ok || head != "tabi-notes 1" {
		return false
	}
	type incoming struct {
		key  string
		x, y float64
		f    journey.NoteFields
	}
	var notes []incoming
	var links [][]string
	for line := range strings.SplitSeq(rest, "\n") {
		key, value, _ := strings.Cut(line, " ")
		value = unescape(value)
		if key == "note" {
			parts := strings.Fields(value)
			if len(parts) < 5 {
				continue
			}
			n := incoming{key: parts[0], x: toFloat(parts[1]), y: toFloat(parts[2])}
			if w, h := toFloat(parts[3]), toFloat(parts[4]); w != journey.NoteWidth || h != journey.NoteHeight {
				n.f.W, n.f.H = float32(w), float32(h)
			}
			notes = append(notes, n)
			continue
		}
		if key == "link" {
			links = append(links, strings.Fields(value))
			continue
		}
		if len(notes) == 0 {
			continue
		}
		f := &notes[len(notes)-1].f
		switch key {
		case "text":
			f.Text = value
		case "author":
			f.Author = value
		case "department":
			for _, d := range b.m.Departments() {
				if d.Name.Text == value {
					f.Department = d.ID
				}
			}
		case "evidence":
			f.Evidence.Level = journey.EvidenceLevel(value)
		case "source":
			f.Evidence.Source = value
		case "flags":
			f.Flags = journey.Flags(toFloat(value))
		case "severity":
			f.Severity = int(toFloat(value))
		case "pain":
			f.Pain = journey.PainKind(value)
		case "due":
			f.Due = value
		case "status":
			f.Status = journey.Status(value)
		case "impact":
			f.Impact = int(toFloat(value))
		case "effort":
			f.Effort = int(toFloat(value))
		case "tags":
			f.Tags = strings.Split(value, ", ")
		case "color":
			f.Color = value
		}
	}
	if len(notes) == 0 || b.tooMany(len(notes)) {
		return len(notes) > 0
	}
	x, y := b.pastePoint()
	var made []crdt.ID
	b.edit(b.group("paste"), func(e *crdt.Edit) {
		twin := map[string]crdt.ID{}
		for _, n := range notes {
			w, h := float32(journey.NoteWidth), float32(journey.NoteHeight)
			if n.f.W > 0 {
				w, h = n.f.W, n.f.H
			}
			id := b.m.AddNote(e, b.scene.PlaceFor(scene.Rect{X: float32(x + n.x), Y: float32(y + n.y), W: w, H: h}), n.f)
			twin[n.key] = id
			made = append(made, id)
		}
		b.m.BringToFront(e, made...)
		for _, l := range links {
			if len(l) == 3 && !twin[l[0]].IsZero() && !twin[l[1]].IsZero() {
				b.m.LinkNotes(e, twin[l[0]], twin[l[1]], journey.Rel(l[2]))
			}
		}
	})
	b.choose(made...)
	b.say("pasted", len(made))
	return true
}

// pastePoint is the upper left corner of what is pasted: at the pointer, or in
// the middle; each time the same is pasted again a little further.
func (b *Board) pastePoint() (x, y float64) {
	sx, sy := b.mouseX, b.mouseY
	if !b.inside {
		sx, sy = b.width/2, b.height/2
	}
	x, y = b.cam.World(sx, sy)
	x, y = x+float64(b.pasteAt)*20, y+float64(b.pasteAt)*20
	b.pasteAt++
	return x, y
}

// pasteText makes notes of a text: a list becomes notes in the cell under the
// pointer, a range of a spreadsheet a grid over the phases and lanes from there.
func (b *Board) pasteText(text string) bool {
	p := parsePaste(text)
	if p.count() == 0 || b.tooMany(p.count()) {
		return p.count() > 0
	}
	x, y := b.pastePoint()
	phase, lane, inCell := b.scene.CellAt(float32(x), float32(y))
	if !inCell && len(b.selected) > 0 {
		if n := b.m.Note(b.selected[0]); n != nil && !n.Place.Free() {
			phase, lane, inCell = n.Place.Phase, n.Place.Lane, true
		}
	}
	var made []crdt.ID
	add := func(e *crdt.Edit, at journey.Place, text string) {
		f := b.newFields()
		f.Text, f.Channels = text, b.m.ChannelsFor(at.Lane, text)
		made = append(made, b.m.AddNote(e, at, f))
	}
	b.edit(b.group("paste"), func(e *crdt.Edit) {
		switch {
		case inCell && p.grid:
			phases, lanes := b.m.Phases(), b.m.Lanes()
			pi := b.m.PhaseIndex(phase)
			li := slices.IndexFunc(lanes, func(l *journey.Lane) bool { return l.ID == lane })
			taken := map[journey.Cell]int{}
			for i, row := range p.rows {
				for j, text := range row {
					if text == "" {
						continue
					}
					// What does not fit on the map stands in its last row or column.
					at := journey.Cell{Lane: lanes[min(li+i, len(lanes)-1)].ID}
					if pi >= 0 {
						at.Phase = phases[min(pi+j, len(phases)-1)].ID
					}
					taken[at]++
					slots := b.m.Slots(at, taken[at])
					add(e, slots[len(slots)-1], text)
				}
			}
		case inCell:
			for i, at := range b.m.Slots(journey.Cell{Phase: phase, Lane: lane}, len(p.rows)) {
				add(e, at, p.rows[i][0])
			}
		default:
			for i, row := range p.rows {
				for j, text := range row {
					if text != "" {
						add(e, journey.Place{X: float32(x) + float32(j)*(journey.NoteWidth+journey.NoteGap), Y: float32(y) + float32(i)*(journey.NoteHeight+journey.NoteGap)}, text)
					}
				}
			}
		}
	})
	b.choose(made...)
	b.say("pasted", len(made))
	return true
}

func (b *Board) tooMany(n int) bool {
	if n > notesMax {
		b.say("toomany", n, notesMax)
		return true
	}
	return false
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
