package journey_test

import (
	"fmt"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// A map is made in edits of its document, and read after each change has been
// applied.
func Example() {
	m := journey.Open(crdt.New())

	e := m.Document().Edit(1)
	actions := m.AddLane(e, crdt.ID{}, journey.Action, "Customer actions")
	know := m.AddPhase(e, crdt.ID{}, "Awareness")
	buy := m.AddPhase(e, know, "Purchase")
	note := m.AddNote(e, journey.Place{Phase: know, Lane: actions, X: 16, Y: 16}, journey.NoteFields{Text: "sees an ad"})
	m.Apply(e.Commit().Change)

	e = m.Document().Edit(1)
	m.MoveNote(e, note, m.NextPlace(journey.Cell{Phase: buy, Lane: actions}))
	t := m.Apply(e.Commit().Change)

	n := m.Note(note)
	fmt.Println(n.Kind, n.Text, "is now in", m.Phase(n.Place.Phase).Name.In("en"))
	fmt.Println(len(t.Notes), "note and", len(t.Cells), "cells look different")
	// Output:
	// action sees an ad is now in Purchase
	// 1 note and 2 cells look different
}
