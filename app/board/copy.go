package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Copied is what was copied of a map: notes and drawings with all they hold, the
// links and groups among them, and the phase or lane that they were all of, when
// that was copied. A duplicate is made of one as well as a paste; copytext.go is
// its form on a clipboard.
type Copied struct {
	Lane     bool // head is a lane, of this kind
	Kind     journey.LaneKind
	Head     string // its name; empty: notes and drawings alone
	Notes    []*CopiedNote
	Drawings []*CopiedDrawing
	links    []copiedLink
}

// spot is where something stood: in the world from the first of what was copied,
// and in phases and lanes from the first of the map.
type spot struct {
	X, Y        float64
	Phase, Lane int
	kind        journey.LaneKind // of that lane
	key         string           // by which links name it
	group       string
}

// CopiedNote is a note and where it stood.
type CopiedNote struct {
	spot
	journey.NoteFields
}

// CopiedDrawing is what was drawn and where it stood; its place says where in its cell.
type CopiedDrawing struct {
	spot
	journey.Drawing
}

type copiedLink struct {
	from, to string
	rel      journey.Rel
	label    string
}

// Gather takes from a map what is to be copied, drawings in the order in which
// they lie; at says where each stands.
func Gather(m *journey.Map, lang string, head crdt.ID, ids []crdt.ID, at func(crdt.ID) (x, y float64)) *Copied {
	c := &Copied{}
	if l := m.Lane(head); l != nil {
		c.Lane, c.Kind, c.Head = true, l.Kind, l.Name.In(lang)
	} else if p := m.Phase(head); p != nil {
		c.Head = p.Name.In(lang)
	}
	lanes, taken := m.Lanes(), make(map[crdt.ID]bool, len(ids))
	where := func(id crdt.ID, p journey.Place, group string) spot {
		taken[id] = true
		x, y := at(id)
		row := slices.IndexFunc(lanes, func(l *journey.Lane) bool { return l.ID == p.Lane })
		s := spot{X: x, Y: y, Phase: m.PhaseIndex(p.Phase), Lane: row, key: id.String(), group: group}
		if row >= 0 {
			s.kind = lanes[row].Kind
		}
		return s
	}
	for _, id := range ids {
		if n := m.Note(id); n != nil {
			c.Notes = append(c.Notes, &CopiedNote{where(id, n.Place, n.Group), n.Fields()})
		} else if d := m.Drawing(id); d != nil {
			c.Drawings = append(c.Drawings, &CopiedDrawing{where(id, d.Place, d.Group), *d})
		}
	}
	for _, l := range m.Links() {
		if taken[l.From] && taken[l.To] {
			c.links = append(c.links, copiedLink{l.From.String(), l.To.String(), l.Rel, l.Label})
		}
	}
	return c
}

// Len is how many notes and drawings there are.
func (c *Copied) Len() int { return len(c.Notes) + len(c.Drawings) }

// Make puts what was copied on a map, where places say: of the notes, then of the
// drawings. A lane or a phase needs none: it comes as the last one, what it holds
// in the phases at the same places, or in the lanes of the same kind.
func (c *Copied) Make(m *journey.Map, e *crdt.Edit, places []journey.Place) (notes, drawings []crdt.ID) {
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
	cell := func(s *spot) journey.Cell {
		at := journey.Cell{Phase: head}
		if c.Lane {
			at = journey.Cell{Lane: head}
			if i := min(s.Phase, len(phases)-1); i >= 0 {
				at.Phase = phases[i].ID
			}
		} else if l := m.LaneOf(s.kind); l != nil {
			at.Lane = l.ID
		} else if i := min(s.Lane, len(lanes)-1); i >= 0 {
			at.Lane = lanes[i].ID
		}
		return at
	}
	taken := map[journey.Cell]int{}
	twin := map[string]crdt.ID{}
	groups, order := map[string][]crdt.ID{}, []string(nil)
	made := func(s *spot, id crdt.ID) {
		twin[s.key] = id
		if s.group != "" {
			if groups[s.group] == nil {
				order = append(order, s.group)
			}
			groups[s.group] = append(groups[s.group], id)
		}
	}
	for i, n := range c.Notes {
		var at journey.Place
		if head.IsZero() {
			at = places[i]
		} else {
			to := cell(&n.spot)
			taken[to]++
			slots := m.Slots(to, taken[to])
			at = slots[len(slots)-1]
		}
		id := m.AddNote(e, at, n.NoteFields)
		notes = append(notes, id)
		made(&n.spot, id)
	}
	for i, d := range c.Drawings {
		drawn := d.Drawing
		if head.IsZero() {
			drawn.Place = places[len(c.Notes)+i]
		} else {
			to := cell(&d.spot)
			drawn.Place.Phase, drawn.Place.Lane = to.Phase, to.Lane
		}
		drawn.Locked, drawn.Z = false, nil
		id := m.AddDrawing(e, drawn)
		m.DrawingToFront(e, id)
		drawings = append(drawings, id)
		made(&d.spot, id)
	}
	for _, l := range c.links {
		if from, to := twin[l.from], twin[l.to]; !from.IsZero() && !to.IsZero() {
			if id := m.LinkNotes(e, from, to, l.rel); l.label != "" {
				m.SetLinkLabel(e, id, l.label)
			}
		}
	}
	for _, group := range order {
		if len(groups[group]) > 1 {
			m.Bind(e, groups[group]...)
		}
	}
	return notes, drawings
}

// OfHead are the notes of a phase or a lane, in the order of reading, and what is
// drawn in it.
func OfHead(m *journey.Map, head crdt.ID) (ids []crdt.ID) {
	for _, p := range append([]crdt.ID{{}}, idsOf(m.Phases())...) {
		for _, l := range m.Lanes() {
			if p == head || l.ID == head {
				for _, n := range m.NotesIn(journey.Cell{Phase: p, Lane: l.ID}) {
					ids = append(ids, n.ID)
				}
			}
		}
	}
	for _, d := range m.Drawings() {
		if !d.Place.Free() && (d.Place.Phase == head || d.Place.Lane == head) {
			ids = append(ids, d.ID)
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

// pictures are the images that what was copied shows.
func (c *Copied) pictures() (images []string) {
	add := func(image string) {
		if image != "" && !slices.Contains(images, image) {
			images = append(images, image)
		}
	}
	for _, n := range c.Notes {
		add(n.Image)
	}
	for _, d := range c.Drawings {
		add(d.Image)
	}
	return images
}

// leaveOut takes an image out of what was copied.
func (c *Copied) leaveOut(image string) {
	for _, n := range c.Notes {
		if n.Image == image {
			n.Image = ""
		}
	}
	c.Drawings = slices.DeleteFunc(c.Drawings, func(d *CopiedDrawing) bool { return d.Image == image })
}
