package board

import (
	"encoding/base64"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// ownKind is our own form on a clipboard; it also travels in the HTML beside it,
// since many browsers drop kinds they do not know.
const ownKind = "web application/x-tabi-notes"

// drawnKind is a kind of drawing by its name, 0 for none of ours; kindName the name.
func drawnKind(name string) crdt.Kind {
	switch name {
	case "shape":
		return journey.KindShape
	case "stroke":
		return journey.KindStroke
	case "text":
		return journey.KindText
	case "image":
		return journey.KindImage
	}
	return 0
}

func kindName(k crdt.Kind) string {
	switch k {
	case journey.KindShape:
		return "shape"
	case journey.KindStroke:
		return "stroke"
	case journey.KindText:
		return "text"
	}
	return "image"
}

// write is what was copied line by line: a note has a line "note" with where it
// stands and lines "key value" after it; so has a drawing, whose keys begin with
// "d-". It is read by ReadCopied of any version: what one does not know it leaves out.
func (c *Copied) write(m *journey.Map) string {
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
	switch {
	case c.Head != "" && c.Lane:
		line("head", "lane "+string(c.Kind)+" "+c.Head)
	case c.Head != "":
		line("head", "phase - "+c.Head)
	}
	where := func(p *spot, w, h float32) string {
		return p.key + " " + number(p.X) + " " + number(p.Y) + " " + number(float64(w)) + " " + number(float64(h)) + " " + itoa(p.Phase) + " " + itoa(p.Lane)
	}
	department := func(key string, id crdt.ID) {
		if d := m.Department(id); d != nil {
			line(key, d.Name.Text)
		}
	}
	for _, n := range c.Notes {
		w, h := n.W, n.H
		if w <= 0 || h <= 0 {
			w, h = journey.NoteWidth, journey.NoteHeight
		}
		line("note", where(&n.spot, w, h))
		line("group", n.group)
		line("text", n.Text)
		line("lane", string(n.kind))
		line("author", n.Author)
		department("department", n.Department)
		department("owner", n.Owner)
		if p := m.Persona(n.Persona); p != nil {
			line("persona", p.Name)
		}
		if k := m.KPI(n.KPI); k != nil {
			line("kpi", k.Name.Text)
		}
		for _, id := range n.Channels {
			if ch := m.Channel(id); ch != nil {
				line("channel", ch.Name.Text)
			}
		}
		counts := [...]struct {
			key string
			n   int
		}{{"flags", int(n.Flags)}, {"severity", n.Severity}, {"impact", n.Impact}, {"effort", n.Effort}}
		for _, c := range counts {
			if c.n != 0 {
				line(c.key, itoa(c.n))
			}
		}
		for _, w := range n.words() {
			line(w.key, *w.text)
		}
		line("pain", string(n.Pain))
		line("status", string(n.Status))
		line("evidence", string(n.Evidence.Level))
		line("demand", string(n.Demand))
		line("tags", strings.Join(n.Tags, ", "))
	}
	for _, d := range c.Drawings {
		line("drawing", where(&d.spot, d.W, d.H)+" "+kindName(d.Kind)+" "+number(float64(d.Place.X))+" "+number(float64(d.Place.Y)))
		line("d-group", d.group)
		if d.Turn != 0 {
			line("d-turn", number(d.Turn))
		}
		line("d-points", base64.StdEncoding.EncodeToString(d.Points))
		for _, w := range d.words() {
			line(w.key, *w.text)
		}
	}
	for _, l := range c.links {
		line("link", l.from+" "+l.to+" "+string(l.rel))
		line("link-label", l.label)
	}
	return s.String()
}

// word is a text of something copied, and the key of its line.
type word struct {
	key  string
	text *string
}

func (n *CopiedNote) words() []word {
	return []word{{"source", &n.Evidence.Source}, {"due", &n.Due}, {"color", &n.Color}, {"promise", &n.Promise}, {"image", &n.Image},
		{"target-group", &n.Target.Group}, {"target-content", &n.Target.Content}, {"target-timing", &n.Target.Timing}, {"target-touchpoint", &n.Target.Touchpoint}}
}

func (d *CopiedDrawing) words() []word {
	return []word{{"d-text", &d.Text}, {"d-shape", &d.Shape}, {"d-style", &d.Style}, {"d-image", &d.Image}, {"d-author", &d.Author}, {"d-alt", &d.Alt}, {"d-color", &d.Color}}
}

// Export puts what was copied on a clipboard: in our own form, which works between
// maps, as a table in HTML, and as plain text for everything else.
func (c *Copied) Export(m *journey.Map, set func(kind, text string), text string) {
	own := c.write(m)
	set("text/plain", text)
	set("text/html", `<div data-tabi="`+base64.StdEncoding.EncodeToString([]byte(own))+`"><pre>`+string(escape(nil, text))+"</pre></div>")
	set(ownKind, own)
}

// ReadCopied takes our own form from a clipboard; false: there is none.
func ReadCopied(m *journey.Map, get func(kind string) string) (c *Copied, ok bool) {
	c = &Copied{}
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
	var drawing *CopiedDrawing // that of the lines
	for line := range strings.SplitSeq(rest, "\n") {
		key, value, _ := strings.Cut(line, " ")
		value = unescape(value)
		parts := strings.Fields(value)
		switch {
		case key == "note" && len(parts) >= 5:
			n := &CopiedNote{spot: spotOf(parts)}
			if w, h := toFloat(parts[3]), toFloat(parts[4]); w != journey.NoteWidth || h != journey.NoteHeight {
				n.W, n.H = float32(w), float32(h)
			}
			c.Notes = append(c.Notes, n)
		case key == "drawing":
			drawing = nil // a kind of a newer version goes with all its lines
			if len(parts) < 10 || drawnKind(parts[7]) == 0 {
				continue
			}
			d := &CopiedDrawing{spot: spotOf(parts)}
			d.Kind, d.W, d.H = drawnKind(parts[7]), float32(toFloat(parts[3])), float32(toFloat(parts[4]))
			d.Place.X, d.Place.Y = float32(toFloat(parts[8])), float32(toFloat(parts[9]))
			c.Drawings, drawing = append(c.Drawings, d), d
		case key == "link" && len(parts) == 3:
			c.links = append(c.links, copiedLink{from: parts[0], to: parts[1], rel: journey.Rel(parts[2])})
		case key == "link-label" && len(c.links) > 0:
			c.links[len(c.links)-1].label = value
		case key == "head":
			if parts := strings.SplitN(value, " ", 3); len(parts) == 3 {
				c.Lane, c.Kind, c.Head = parts[0] == "lane", journey.LaneKind(parts[1]), parts[2]
			}
		case strings.HasPrefix(key, "d-"):
			if drawing != nil {
				drawing.read(key, value)
			}
		case len(c.Notes) > 0:
			c.Notes[len(c.Notes)-1].read(m, key, value)
		}
	}
	return c, c.Len() > 0 || c.Head != ""
}

// spotOf reads where something stood from the fields of its line.
func spotOf(parts []string) spot {
	s := spot{key: parts[0], X: toFloat(parts[1]), Y: toFloat(parts[2])}
	if len(parts) >= 7 {
		s.Phase, s.Lane = int(toFloat(parts[5])), int(toFloat(parts[6]))
	}
	return s
}

func (n *CopiedNote) read(m *journey.Map, key, value string) {
	f := &n.NoteFields
	for _, w := range n.words() {
		if w.key == key {
			*w.text = value
		}
	}
	switch key {
	case "group":
		n.group = value
	case "text":
		f.Text = value
	case "lane":
		n.kind = journey.LaneKind(value)
	case "author":
		f.Author = value
	case "department":
		f.Department = departmentNamed(m, value)
	case "owner":
		f.Owner = departmentNamed(m, value)
	case "persona":
		for _, p := range m.Personas() {
			if p.Name == value {
				f.Persona = p.ID
			}
		}
	case "kpi":
		for _, k := range m.KPIs() {
			if k.Name.Text == value {
				f.KPI = k.ID
			}
		}
	case "channel":
		for _, c := range m.Channels() {
			if c.Name.Text == value {
				f.Channels = append(f.Channels, c.ID)
				break
			}
		}
	case "evidence":
		f.Evidence.Level = journey.EvidenceLevel(value)
	case "flags":
		f.Flags = journey.Flags(toFloat(value))
	case "severity":
		f.Severity = int(toFloat(value))
	case "pain":
		f.Pain = journey.PainKind(value)
	case "status":
		f.Status = journey.Status(value)
	case "impact":
		f.Impact = int(toFloat(value))
	case "effort":
		f.Effort = int(toFloat(value))
	case "demand":
		f.Demand = journey.DemandLayer(value)
	case "tags":
		f.Tags = strings.Split(value, ", ")
	}
}

func departmentNamed(m *journey.Map, name string) (id crdt.ID) {
	for _, d := range m.Departments() {
		if d.Name.Text == name {
			id = d.ID
		}
	}
	return id
}

func (d *CopiedDrawing) read(key, value string) {
	for _, w := range d.words() {
		if w.key == key {
			*w.text = value
		}
	}
	switch key {
	case "d-group":
		d.group = value
	case "d-turn":
		d.Turn = toFloat(value)
	case "d-points":
		if points, err := base64.StdEncoding.DecodeString(value); err == nil && len(points) <= 8*strokePointsMax {
			d.Points = points
		}
	}
}
