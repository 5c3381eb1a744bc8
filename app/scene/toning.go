package scene

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Toning is the tones of a map's notes: of a scene's, and without one for the
// list, which must show a department in the colour that it has on the board.
type Toning struct{ departments map[crdt.ID]Tone }

// ToningOf gives every department its tone, as Layout does.
func ToningOf(m *journey.Map) Toning {
	all := m.Departments()
	wishes := make([]string, len(all))
	for i, d := range all {
		wishes[i] = d.Color
	}
	t := Toning{make(map[crdt.ID]Tone, len(all))}
	for i, tone := range assignTones(wishes) {
		t.departments[all[i].ID] = tone
	}
	return t
}

// Of is the tone of a note.
func (t Toning) Of(n *journey.Note) Tone {
	if tone, ok := toneNamed(n.Color); ok {
		return tone
	}
	return t.Department(n.Department)
}

// Department is the tone of a department; stone for nobody.
func (t Toning) Department(id crdt.ID) Tone {
	if tone, ok := t.departments[id]; ok {
		return tone
	}
	return Stone
}
