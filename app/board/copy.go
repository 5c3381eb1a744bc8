package board

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// ownKind is our own form on a clipboard; it also travels in the HTML beside it,
// since many browsers drop kinds they do not know.
const ownKind = "web application/x-tabi-notes"

// Copied is what was copied of a map: notes with all they hold, and the phase or
// lane that they were all of, when that was copied.
type Copied struct {
	Lane  bool // head is a lane, of this kind
	Kind  journey.LaneKind
	Head  string // its name; empty: notes alone
	Notes []CopiedNote
	links [][]string
}

// CopiedNote is a note and where it stood: in the world from the first of them,
// and in phases and lanes from the first of the map.
type CopiedNote struct {
	X, Y        float64
	Phase, Lane int
	kind        journey.LaneKind
	key         string
	journey.NoteFields
}

// Copy writes notes line by line: a note has a line "note" with where it stands
// and lines "key value" after it. It is read by ReadCopied of any version: what one
// does not know it leaves out. With a phase or a lane as head it writes that and
// all its notes.
func Copy(m *journey.Map, lang string, head crdt.ID, ids []crdt.ID, at func(*journey.Note) (x, y float64)) string {
	var s strings.Builder
	s.WriteString("tabi-notes 1\n")
	line := func(key, value string) {
		if value != "" {
			s.WriteString(key)
			s.WriteByte(' ')
			s.WriteString(strings.ReplaceAll(strings.ReplaceAll(value, `\`, `\\`), "\n", `\n`))
			s.WriteByte('\n')
		}
	}
	if l := m.Lane(head); l != nil {
		line("head", "lane "+string(l.Kind)+" "+l.Name.In(lang))
	} else if p := m.Phase(head); p != nil {
		line("head", "phase - "+p.Name.In(lang))
	}
	lanes := m.Lanes()
	for _, id := range ids {
		n := m.Note(id)
		if n == nil {
			continue
		}
		x, y := at(n)
		row := slices.IndexFunc(lanes, func(l *journey.Lane) bool { return l.ID == n.Place.Lane })
		line("note", id.String()+" "+number(x)+" "+number(y)+" "+number(float64(n.W))+" "+number(float64(n.H))+" "+itoa(m.PhaseIndex(n.Place.Phase))+" "+itoa(row))
		line("text", n.Text)
		line("lane", string(n.Kind))
		line("author", n.Author)
		if d := m.Department(n.Department); d != nil {
			line("department", d.Name.Text)
		}
		line("evidence", string(n.Evidence.Level))
		line("source", n.Evidence.Source)
		counts := [...]struct {
			key string
			n   int
		}{{"flags", int(n.Flags)}, {"severity", n.Severity}, {"impact", n.Impact}, {"effort", n.Effort}}
		for _, c := range counts {
			if c.n != 0 {
				line(c.key, itoa(c.n))
			}
		}
		line("pain", string(n.Pain))
		line("due", n.Due)
		line("status", string(n.Status))
		line("tags", strings.Join(n.Tags, ", "))
		line("color", n.Color)
	}
	for _, l := range m.Links() {
		if slices.Contains(ids, l.From) && slices.Contains(ids, l.To) {
			line("link", l.From.String()+" "+l.To.String()+" "+string(l.Rel))
		}
	}
	return s.String()
}

// Export puts what was copied on a clipboard: in our own form, which works between
// maps, as a table in HTML, and as plain text for everything else.
func Export(set func(kind, text string), own, text string) {
	set("text/plain", text)
	set("text/html", `<div data-tabi="`+base64.StdEncoding.EncodeToString([]byte(own))+`"><pre>`+string(escape(nil, text))+"</pre></div>")
	set(ownKind, own)
}

// ReadCopied takes our own form from a clipboard; false: there is none.
func ReadCopied(m *journey.Map, get func(kind string) string) (c Copied, ok bool) {
	own := get(ownKind)
	if own == "" {
		_, rest, _ := strings.Cut(get("text/html"), `data-tabi="`)
		code, _, _ := strings.Cut(rest, `"`)
		if raw, err := base64.StdEncoding.DecodeString(code); err == nil {
			own = string(raw)
		}
	}
	first, rest, ok := strings.Cut(own, "\n")
	if !ok || first != "tabi-notes 1" {
		return c, false
	}
	for line := range strings.SplitSeq(rest, "\n") {
		key, value, _ := strings.Cut(line, " ")
		value = unescape(value)
		switch key {
		case "note":
			if parts := strings.Fields(value); len(parts) >= 5 {
				n := CopiedNote{key: parts[0], X: toFloat(parts[1]), Y: toFloat(parts[2])}
				if w, h := toFloat(parts[3]), toFloat(parts[4]); w != journey.NoteWidth || h != journey.NoteHeight {
					n.W, n.H = float32(w), float32(h)
				}
				if len(parts) >= 7 {
					n.Phase, n.Lane = int(toFloat(parts[5])), int(toFloat(parts[6]))
				}
				c.Notes = append(c.Notes, n)
			}
		case "link":
			c.links = append(c.links, strings.Fields(value))
		case "head":
			if parts := strings.SplitN(value, " ", 3); len(parts) == 3 {
				c.Lane, c.Kind, c.Head = parts[0] == "lane", journey.LaneKind(parts[1]), parts[2]
			}
		default:
			if len(c.Notes) > 0 {
				c.Notes[len(c.Notes)-1].read(m, key, value)
			}
		}
	}
	return c, len(c.Notes) > 0 || c.Head != ""
}

func (n *CopiedNote) read(m *journey.Map, key, value string) {
	f := &n.NoteFields
	switch key {
	case "text":
		f.Text = value
	case "lane":
		n.kind = journey.LaneKind(value)
	case "author":
		f.Author = value
	case "department":
		for _, d := range m.Departments() {
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

// Make puts what was copied on a map. Notes alone stand where place says; a lane
// or a phase comes as the last one, its notes in the phases at the same places, or
// in the lanes of the same kind.
func (c Copied) Make(m *journey.Map, e *crdt.Edit, place func(CopiedNote) journey.Place) (made []crdt.ID) {
	phases, lanes := m.Phases(), m.Lanes()
	var head crdt.ID
	if c.Head != "" && c.Lane {
		var last crdt.ID
		if len(lanes) > 0 {
			last = lanes[len(lanes)-1].ID
		}
		head = m.AddLane(e, last, c.Kind, c.Head)
	} else if c.Head != "" {
		var last crdt.ID
		if len(phases) > 0 {
			last = phases[len(phases)-1].ID
		}
		head = m.AddPhase(e, last, c.Head)
	}
	taken := map[journey.Cell]int{}
	twin := map[string]crdt.ID{}
	for _, n := range c.Notes {
		var at journey.Place
		if head.IsZero() {
			at = place(n)
		} else {
			cell := journey.Cell{Phase: head}
			if c.Lane {
				cell = journey.Cell{Lane: head}
				if i := min(n.Phase, len(phases)-1); i >= 0 {
					cell.Phase = phases[i].ID
				}
			} else if l := m.LaneOf(n.kind); l != nil {
				cell.Lane = l.ID
			} else if i := min(n.Lane, len(lanes)-1); i >= 0 {
				cell.Lane = lanes[i].ID
			}
			taken[cell]++
			slots := m.Slots(cell, taken[cell])
			at = slots[len(slots)-1]
		}
		id := m.AddNote(e, at, n.NoteFields)
		twin[n.key] = id
		made = append(made, id)
	}
	for _, l := range c.links {
		if len(l) == 3 && !twin[l[0]].IsZero() && !twin[l[1]].IsZero() {
			m.LinkNotes(e, twin[l[0]], twin[l[1]], journey.Rel(l[2]))
		}
	}
	return made
}

// NotesOfHead are the notes of a phase or a lane, in the order of reading.
func NotesOfHead(m *journey.Map, head crdt.ID) (ids []crdt.ID) {
	for _, p := range append([]crdt.ID{{}}, idsOf(m.Phases())...) {
		for _, l := range m.Lanes() {
			if p == head || l.ID == head {
				for _, n := range m.NotesIn(journey.Cell{Phase: p, Lane: l.ID}) {
					ids = append(ids, n.ID)
				}
			}
		}
	}
	return ids
}

func idsOf(phases []*journey.Phase) (ids []crdt.ID) {
	for _, p := range phases {
		ids = append(ids, p.ID)
	}
	return ids
}
