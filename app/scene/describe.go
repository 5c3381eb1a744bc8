package scene

import (
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Describe says a part of the map in words, for those who do not see it: a note
// with all that its colour and signs say, a boundary, a point of a curve.
func (s *Scene) Describe(t Target) string {
	switch t.Kind {
	case OnNote, OnCorner:
		if n := s.Note(t.ID); n != nil {
			return s.describeNote(n)
		}
	case OnBoundary:
		for i := range s.Boundaries {
			if s.Boundaries[i].ID == t.ID {
				return s.describeBoundary(&s.Boundaries[i])
			}
		}
	case OnPhase:
		if p := s.Phase(t.ID); p != nil {
			return join(s.comma(), p.name, p.info)
		}
	case OnLane:
		if l := s.Lane(t.ID); l != nil {
			return s.laneName(l.ID)
		}
	case OnPoint:
		for i := range s.Curves {
			for _, p := range s.Curves[i].Points {
				if p.ID == t.ID {
					return join(", ", p.Label, Signed(p.Score))
				}
			}
		}
	}
	return ""
}

func (s *Scene) describeNote(n *NoteBox) string {
	parts := []string{oneLine(n.Text)}
	if m := s.m.Note(n.ID); m != nil {
		parts = append(parts, s.channels(m, true), s.names[m.Department])
		var list [8]Sign
		for _, g := range n.Signs(list[:0]) {
			if g == SignComments {
				parts = append(parts, s.word("scene.comments", int(n.Comments)))
			} else {
				parts = append(parts, s.word(g.Key()))
			}
		}
		if g := PainSign(n.Pain); g != SignNone {
			parts = append(parts, s.word(g.Key()))
		}
		if n.Severity > 0 {
			parts = append(parts, s.word("scene.severity", int(n.Severity)))
		}
		if owner := s.names[m.Owner]; owner != "" {
			parts = append(parts, s.word("scene.owner", owner))
		}
		if m.Due != "" {
			parts = append(parts, s.word("scene.due", m.Due))
		}
		if g := StatusSign(n.Status); g != SignNone {
			parts = append(parts, s.word(g.Key()))
		}
		if said := s.stamps(n.ID); said != "" {
			parts = append(parts, s.word("scene.stamps", said))
		}
	}
	return join(s.comma(), parts...)
}

// stamps are the reactions on a note, each with how many have left it.
func (s *Scene) stamps(note crdt.ID) string {
	var faces, said []string
	times := map[string]int{}
	for _, st := range s.m.StampsOn(note) {
		if times[st.Face]++; times[st.Face] == 1 {
			faces = append(faces, st.Face)
		}
	}
	for _, face := range faces {
		if times[face] > 1 {
			face += " " + strconv.Itoa(times[face])
		}
		said = append(said, face)
	}
	return strings.Join(said, " ")
}

func (s *Scene) describeBoundary(b *BoundaryBox) string {
	from, to := "", ""
	if p := s.Phase(b.From); p != nil {
		from = p.name
	}
	if p := s.Phase(b.ID); p != nil {
		to = p.name
	}
	parts := []string{s.word("scene.boundary", from, to)}
	if m, ok := s.m.Boundary(b.ID); ok && b.Written {
		if m.AttitudeFrom != "" || m.AttitudeTo != "" {
			parts = append(parts, oneLine(m.AttitudeFrom)+" → "+oneLine(m.AttitudeTo))
		}
		parts = append(parts, oneLine(m.Concern))
	}
	if b.Blockers > 0 {
		parts = append(parts, s.word("scene.blockers", b.Blockers, b.Open))
	}
	return join(s.comma(), parts...)
}

func (s *Scene) comma() string {
	return s.word("scene.comma")
}

// named is a name in the reader's language, or in both side by side.
func (s *Scene) named(n journey.Name) string {
	if s.Options.Both {
		return oneLine(n.Beside(string(s.Options.Lang)))
	}
	return oneLine(n.In(string(s.Options.Lang)))
}

// Named is the whole name of a phase or a lane.
func (s *Scene) Named(id crdt.ID) string {
	if s.m.Lane(id) != nil {
		return s.laneName(id)
	}
	return s.phaseName(id)
}

func (s *Scene) laneName(id crdt.ID) string {
	if l := s.m.Lane(id); l != nil {
		return s.named(l.Name)
	}
	return ""
}

func (s *Scene) phaseName(id crdt.ID) string {
	if p := s.m.Phase(id); p != nil {
		return s.named(p.Name)
	}
	return s.word("scene.unphased")
}

// EachCell calls each for every cell that has notes, phase by phase and lane by
// lane, with what the cell is called and its notes as they are read. Free notes
// come last.
func (s *Scene) EachCell(each func(name string, notes []crdt.ID)) {
	var ids []crdt.ID
	take := func(name string, at journey.Cell) {
		ids = ids[:0]
		for _, n := range s.m.NotesIn(at) {
			ids = append(ids, n.ID)
		}
		if len(ids) > 0 {
			each(name, ids)
		}
	}
	for i := range s.Phases {
		for k := range s.Lanes {
			at := journey.Cell{Phase: s.Phases[i].ID, Lane: s.Lanes[k].ID}
			take(s.phaseName(at.Phase)+" – "+s.laneName(at.Lane), at)
		}
	}
	take("", journey.Cell{})
}

// NoteMarks is one note as a display list.
func (s *Scene) NoteMarks(id crdt.ID) []Mark {
	var m marks
	if n := s.Note(id); n != nil {
		s.noteMarks(&m, n)
	}
	return m
}

func join(sep string, parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// Signed writes a score with its sign.
func Signed(v float64) string {
	if v > 0 {
		return "+" + decimal(v)
	}
	return strings.Replace(decimal(v), "-", "−", 1)
}
