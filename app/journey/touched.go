package journey

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// Touched says what a change came to: which objects look different now, have
// come, or have gone (ask the Map which). Lists are in ID order without repeats.
type Touched struct {
	Notes       []crdt.ID
	Links       []crdt.ID
	Emotions    []crdt.ID
	Phases      []crdt.ID
	Lanes       []crdt.ID
	Boundaries  []crdt.ID // by the phase each leads into
	Personas    []crdt.ID
	Departments []crdt.ID
	Channels    []crdt.ID
	KPIs        []crdt.ID
	Comments    []crdt.ID
	Scores      []crdt.ID
	Drawings    []crdt.ID
	Stamps      []crdt.ID
	Agreements  []crdt.ID
	SetAside    []crdt.ID
	Cells       []Cell // whose notes came, went, moved or changed their size
	Meta        bool   // title, theme, averages, review, runner …: anything on the map itself
	Layout      bool   // phases or lanes came, went, moved or changed their size
}

// Empty reports whether nothing changed that anyone could see.
func (t *Touched) Empty() bool {
	return !t.Meta && !t.Layout && len(t.Cells) == 0 &&
		len(t.Notes)+len(t.Links)+len(t.Emotions)+len(t.Phases)+len(t.Lanes)+len(t.Boundaries)+
			len(t.Personas)+len(t.Departments)+len(t.Channels)+len(t.KPIs)+len(t.Comments)+len(t.Scores)+
			len(t.Drawings)+len(t.Stamps)+len(t.Agreements)+len(t.SetAside) == 0
}

// Add folds a later change in.
func (t *Touched) Add(u Touched) {
	for i, list := range t.lists() {
		*list = append(*list, *u.lists()[i]...)
	}
	t.Cells = append(t.Cells, u.Cells...)
	t.Meta = t.Meta || u.Meta
	t.Layout = t.Layout || u.Layout
	t.tidy()
}

func (t *Touched) lists() [16]*[]crdt.ID {
	return [16]*[]crdt.ID{&t.Notes, &t.Links, &t.Emotions, &t.Phases, &t.Lanes, &t.Boundaries, &t.Personas,
		&t.Departments, &t.Channels, &t.KPIs, &t.Comments, &t.Scores, &t.Drawings, &t.Stamps, &t.Agreements, &t.SetAside}
}

func (t *Touched) tidy() {
	for _, list := range t.lists() {
		if len(*list) > 1 {
			slices.SortFunc(*list, crdt.ID.Compare)
			*list = slices.Compact(*list)
		}
	}
	if len(t.Cells) > 1 {
		slices.SortFunc(t.Cells, func(a, b Cell) int {
			if c := a.Phase.Compare(b.Phase); c != 0 {
				return c
			}
			return a.Lane.Compare(b.Lane)
		})
		t.Cells = slices.Compact(t.Cells)
	}
}
