package journeyfile

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Export writes the map as a file: what Import reads, with everything in it that
// the file it came from held.
func Export(m *journey.Map) []byte {
	x := &export{m: m, doc: m.Document(), names: map[crdt.ID]string{}, used: map[string]bool{}}
	return append(x.file().print(nil, 0), '\n')
}

type export struct {
	m     *journey.Map
	doc   *crdt.Document
	names map[crdt.ID]string
	used  map[string]bool // kind and id, of all that came from a file
}

// ---- members from registers

func (x *export) str(n *node, key string, id crdt.ID, f crdt.Field) {
	n.add(key, str(string(x.doc.Get(id, f))))
}

func (x *export) text(n *node, key string, id crdt.ID, f crdt.Field) {
	n.add(key, str(x.doc.Text(id, f)))
}

// number and flag also give a zero and a no that were said.
func (x *export) number(n *node, key string, id crdt.ID, f crdt.Field) {
	if b := x.doc.Get(id, f); len(b) > 0 {
		n.add(key, num(journey.NumberOf(b)))
	}
}

func (x *export) flag(n *node, key string, id crdt.ID, f crdt.Field) {
	if b := x.doc.Get(id, f); len(b) > 0 {
		n.add(key, yes(b[0] != 0))
	}
}

func (x *export) name(n *node, id crdt.ID) {
	x.str(n, "name", id, journey.FieldName)
	x.str(n, "name_ja", id, journey.FieldNameJA)
	x.str(n, "name_en", id, journey.FieldNameEN)
}

// fill gives back what the model did not know.
func (x *export) fill(n *node, id crdt.ID, f crdt.Field) *node {
	if b := x.doc.Get(id, f); len(b) > 0 {
		if extra, bad := parse(b); bad == nil && extra.kind == object {
			n.fill(extra)
		}
	}
	return n
}

// ---- names

var prefixes = map[crdt.Kind]string{journey.KindPhase: "p", journey.KindLane: "l", journey.KindNote: "n", journey.KindEmotion: "e",
	journey.KindPersona: "u", journey.KindDepartment: "d", journey.KindChannel: "c", journey.KindKPI: "k", journey.KindComment: "m",
	journey.KindShape: "s", journey.KindStroke: "s", journey.KindText: "s", journey.KindImage: "s"}

// list is the list that an object's id must be alone in.
func listOf(k crdt.Kind) crdt.Kind {
	if drawingKinds[k] != "" {
		return journey.KindShape
	}
	return k
}

// id is what the file calls an object: what it was called in the file it came
// from, else a name made of its identity that nothing else has.
func (x *export) id(id crdt.ID) string {
	if id.IsZero() {
		return ""
	}
	if s, ok := x.names[id]; ok {
		return s
	}
	kind := x.doc.Kind(id)
	list := strconv.Itoa(int(listOf(kind))) + ":"
	s := string(x.doc.Get(id, journey.FieldExternal))
	if s == "" || x.used[list+s] {
		s = prefixes[kind] + strings.ReplaceAll(id.String(), ".", "-")
		for x.used[list+s] {
			s += "_"
		}
	}
	x.used[list+s] = true
	x.names[id] = s
	return s
}

func (x *export) ids(list_ []crdt.ID) *node {
	out := make([]string, len(list_))
	for i, id := range list_ {
		out[i] = x.id(id)
	}
	return strs(out)
}

// ---- the file

func (x *export) file() *node {
	m, top := x.m, crdt.ID{}
	// Names from files are taken first, so that no name made up is one of them.
	for kind := journey.KindPhase; kind <= journey.KindAgreement; kind++ {
		for id := range x.doc.All(kind) {
			if len(x.doc.Get(id, journey.FieldExternal)) > 0 {
				x.id(id)
			}
		}
	}
	rest := x.rest()
	n := &node{kind: object}
	if rest.get("format") == nil {
		n.add("format", str(Format))
	} else {
		n.add("format", rest.get("format"))
	}
	x.str(n, "id", top, journey.FieldExternal)
	x.str(n, "lang", top, journey.MapLang)
	x.str(n, "title", top, journey.FieldName)
	x.str(n, "title_ja", top, journey.FieldNameJA)
	x.str(n, "title_en", top, journey.FieldNameEN)
	x.str(n, "map_type", top, journey.MapTypeField)
	x.str(n, "created", top, journey.MapCreated)
	x.str(n, "sibling", top, journey.MapSibling)
	n.add("theme", x.theme())
	n.add("averages", x.averages())
	icp := &node{kind: object}
	x.text(icp, "company_size", top, journey.ICPSize)
	x.text(icp, "industry", top, journey.ICPIndustry)
	x.text(icp, "budget", top, journey.ICPBudget)
	n.add("icp", x.fill(icp, top, journey.ICPExtra))
	n.add("review", x.review())
	n.add("mtaoo", x.mtaoo())
	x.number(n, "step", top, journey.RunnerStep)

	n.add("departments", all(m.Departments(), x.department))
	n.add("personas", all(m.Personas(), x.persona))
	n.add("channels", all(m.Channels(), x.channel))
	lanes := byID(m.Lanes(), func(l *journey.Lane) crdt.ID { return l.ID })
	laneRanks := ranksOf(x, m.Lanes(), func(l *journey.Lane) crdt.ID { return l.ID })
	n.add("lanes", all(lanes, func(l *journey.Lane) *node { return x.lane(l, laneRanks[l.ID]) }))
	phases := byID(m.Phases(), func(p *journey.Phase) crdt.ID { return p.ID })
	phaseRanks := ranksOf(x, m.Phases(), func(p *journey.Phase) crdt.ID { return p.ID })
	n.add("phases", all(phases, func(p *journey.Phase) *node { return x.phase(p, phaseRanks[p.ID]) }))
	n.add("boundaries", x.boundaries())
	n.add("notes", x.notes())
	n.add("emotions", all(m.Emotions(), x.emotion))
	n.add("kpis", all(m.KPIs(), x.kpi))
	n.add("comments", all(m.Comments(), x.comment))
	n.add("drawings", all(m.Drawings(), x.drawing))
	n.add("connectors", x.connectors())
	n.add("scores", x.scores())
	n.add("stamps", x.stamps())
	n.add("set_aside", all(m.SetAside(), x.setAside))
	n.add("agreements", all(m.Agreements(), x.agreement))
	n.fill(rest)
	return n
}

func (x *export) rest() *node {
	type piece struct {
		at float64
		b  []byte
	}
	var pieces []piece
	for id := range x.doc.All(journey.KindExtra) {
		pieces = append(pieces, piece{journey.NumberOf(x.doc.Get(id, journey.ExtraSequence)), x.doc.Get(id, journey.ExtraBytes)})
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return cmp.Compare(a.at, b.at) })
	var b []byte
	for _, p := range pieces {
		b = append(b, p.b...)
	}
	if len(b) > 0 {
		if n, bad := parse(b); bad == nil && n.kind == object {
			return n
		}
	}
	return &node{kind: object}
}

func all[T any](rows []*T, make func(*T) *node) *node {
	n := &node{kind: list}
	for _, row := range rows {
		if item := make(row); item != nil {
			n.items = append(n.items, item)
		}
	}
	return n
}

func byID[T any](rows []*T, id func(*T) crdt.ID) []*T {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b *T) int { return id(a).Compare(id(b)) })
	return rows
}

// ranksOf numbers what stands in order: by the numbers it came with as long as
// these say the same, else from zero.
func ranksOf[T any](x *export, rows []*T, id func(*T) crdt.ID) map[crdt.ID]float64 {
	ranks := map[crdt.ID]float64{}
	last, asCame := 0.0, true
	for i, row := range rows {
		b := x.doc.Get(id(row), journey.FieldRank)
		rank := journey.NumberOf(b)
		asCame = asCame && len(b) > 0 && (i == 0 || rank > last)
		ranks[id(row)], last = rank, rank
	}
	if !asCame {
		for i, row := range rows {
			ranks[id(row)] = float64(i)
		}
	}
	return ranks
}

// begin starts the record of an object.
func (x *export) begin(id crdt.ID) *node {
	n := &node{kind: object}
	n.add("id", str(x.id(id)))
	return n
}

// spot is where a note stands, as the file says it.
type spot struct {
	rank float64
	own  bool // it stands elsewhere than its rank alone would put it
}

func (x *export) notes() *node {
	spots := map[crdt.ID]spot{}
	for _, lane := range append([]*journey.Lane{{}}, x.m.Lanes()...) {
		for _, phase := range append([]*journey.Phase{{}}, x.m.Phases()...) {
			x.spots(x.m.NotesIn(journey.Cell{Phase: phase.ID, Lane: lane.ID}), spots)
		}
	}
	var raised []*journey.Note
	for _, n := range x.m.Notes() {
		if len(n.Z) > 0 {
			raised = append(raised, n)
		}
	}
	slices.SortStableFunc(raised, func(a, b *journey.Note) int { return slices.Compare(a.Z, b.Z) })
	z := map[crdt.ID]int{}
	for i, n := range raised {
		z[n.ID] = i + 1
	}
	return all(x.m.Notes(), func(n *journey.Note) *node { return x.note(n, spots[n.ID], z[n.ID]) })
}

// spots ranks the notes of a cell as they are read, and finds out whether the
// ranks alone would lay them out as they stand.
func (x *export) spots(notes []*journey.Note, spots map[crdt.ID]spot) {
	if len(notes) == 0 {
		return
	}
	ranks := ranksOf(x, notes, func(n *journey.Note) crdt.ID { return n.ID })
	var sizes [][2]float32
	for _, n := range notes {
		sizes = append(sizes, [2]float32{n.W, n.H})
	}
	own := notes[0].Place.Free()
	for i, at := range journey.Flow(x.m.PhaseWidth(notes[0].Place.Phase), sizes) {
		own = own || at != [2]float32{notes[i].Place.X, notes[i].Place.Y}
	}
	for _, n := range notes {
		spots[n.ID] = spot{ranks[n.ID], own}
	}
}

func (x *export) note(note *journey.Note, at spot, z int) *node {
	id := note.ID
	n := x.begin(id)
	n.add("lane", str(x.id(note.Place.Lane)))
	n.add("phase", str(x.id(note.Place.Phase)))
	n.add("order", num(at.rank))
	if at.own {
		n.add("x", num(round(note.Place.X)))
		n.add("y", num(round(note.Place.Y)))
	}
	if len(x.doc.Get(id, journey.NoteSize)) > 0 {
		n.add("w", num(round(note.W)))
		n.add("h", num(round(note.H)))
	}
	if z > 0 {
		n.add("z", num(float64(z)))
	}
	n.add("text", str(note.Text))
	switch {
	case note.Department.IsZero():
		n.add("by", str(note.Author))
	case note.Author == "":
		n.add("by", str(x.id(note.Department)))
	default:
		n.add("by", str(note.Author))
		n.add("department", str(x.id(note.Department)))
	}
	n.add("channels", x.ids(note.Channels))
	evidence := &node{kind: object}
	evidence.add("level", str(string(note.Evidence.Level)))
	evidence.add("source", str(note.Evidence.Source))
	n.add("evidence", evidence)
	if flags := x.flags(note); !flags.empty() {
		n.add("flags", flags)
	}
	n.add("links", x.links(id))
	x.number(n, "severity", id, journey.NoteSeverity)
	n.add("pain_kind", str(string(note.Pain)))
	n.add("owner", str(x.id(note.Owner)))
	n.add("kpi", str(x.id(note.KPI)))
	x.number(n, "impact", id, journey.NoteImpact)
	x.number(n, "effort", id, journey.NoteEffort)
	n.add("due", str(note.Due))
	n.add("status", str(string(note.Status)))
	n.add("persona", str(x.id(note.Persona)))
	target := &node{kind: object}
	target.add("group", str(note.Target.Group))
	target.add("content", str(note.Target.Content))
	target.add("timing", str(note.Target.Timing))
	target.add("touchpoint", str(note.Target.Touchpoint))
	n.add("target", target)
	n.add("tags", strs(note.Tags))
	n.add("color", str(note.Color))
	x.flag(n, "locked", id, journey.NoteLocked)
	n.add("promise", str(note.Promise))
	n.add("demand_layer", str(string(note.Demand)))
	n.add("image", str(note.Image))
	n.add("origin", str(note.Origin))
	n.add("group", str(note.Group))
	return x.fill(n, id, journey.FieldExtra)
}

// flags lists the marks; in the file's own words and order while these still say
// the same.
func (x *export) flags(note *journey.Note) *node {
	var mine []string
	for i, name := range flagNames {
		if note.Flags>>i&1 == 1 {
			mine = append(mine, name)
		}
	}
	if b := x.doc.Get(note.ID, journey.FieldExtra); len(b) > 0 {
		if extra, bad := parse(b); bad == nil {
			if theirs := extra.get("flags"); theirs != nil && theirs.kind == list {
				known, others := []string{}, []string{}
				for _, item := range theirs.items {
					if slices.Contains(flagNames, item.text) {
						known = append(known, item.text)
					} else {
						others = append(others, item.text)
					}
				}
				slices.SortFunc(known, func(a, b string) int { return slices.Index(flagNames, a) - slices.Index(flagNames, b) })
				if slices.Equal(known, mine) {
					return theirs
				}
				mine = append(mine, others...)
			}
		}
	}
	return strs(mine)
}

// round keeps a place short in the file: a 64th of a unit is less than anyone sees.
func round(v float32) float64 { return math.Round(float64(v)*64) / 64 }

// ExportTemplate writes the map without what people have put into it: its
// phases, lanes, departments and channels, to begin another map with.
func ExportTemplate(m *journey.Map) []byte {
	x := &export{m: m, doc: m.Document(), names: map[crdt.ID]string{}, used: map[string]bool{}}
	n := x.file()
	kept := &node{kind: object}
	for _, member := range n.members {
		switch member.key {
		case "format", "lang", "title", "title_ja", "title_en", "map_type", "departments", "channels", "lanes", "phases", "averages":
			kept.members = append(kept.members, member)
		}
	}
	return append(kept.print(nil, 0), '\n')
}
