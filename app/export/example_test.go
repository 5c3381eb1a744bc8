package export_test

import (
	"fmt"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// A map with one note as a table for a wiki.
func ExampleTable_Markdown() {
	doc := crdt.New()
	m := journey.Open(doc)
	e := doc.Edit(1)
	m.SetTitle(e, "en", "Buying shoes")
	phase := m.AddPhase(e, crdt.ID{}, "Discovery")
	lane := m.AddLane(e, crdt.ID{}, journey.Action, "Actions")
	m.AddNote(e, journey.Place{Phase: phase, Lane: lane}, journey.NoteFields{Text: "sees a friend's pair", Evidence: journey.Evidence{Level: journey.Voice}})
	m.Apply(e.Commit().Change)
	fmt.Print(string(export.NewTable(m, "en").Markdown()))
	// Output:
	// # Buying shoes
	//
	// |  | Discovery |
	// | --- | --- |
	// | **Actions** | • sees a friend's pair _(Customer's voice)_ |
}
