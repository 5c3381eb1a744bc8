package e2e

import (
	"strings"
	"testing"
)

// The list is reached by its button; whoever has a phone starts in it.
func (p *Person) toList() {
	p.tb.Helper()
	if !Eval[bool](p, `document.documentElement.dataset.view === "list"`) {
		p.Click("#view-list")
	}
	p.Until(`document.querySelector("#list:not([hidden]) table")`)
}

// note is a script for the element of the list that shows a note with this text.
func note(text string) string {
	return `[...document.querySelectorAll("#list .list-note")].find(e => e.querySelector(".list-text").textContent === ` + quote(text) + `)`
}

// addNote makes a note in the nth cell of the list and writes it.
func (p *Person) addNote(cell int, text string) {
	p.tb.Helper()
	p.ClickAt(p.scrolledTo(`document.querySelectorAll("#list .list-add")[` + quote2(cell) + `]`))
	p.Until(`document.activeElement?.id === "panel-text"`)
	p.Insert(text)
	p.Until(note(text))
	p.Press("Escape")
	p.Until(`document.querySelector("#panel").hidden`)
}

// scrolledTo is the middle of an element after it was brought into view.
func (p *Person) scrolledTo(script string) Point {
	p.tb.Helper()
	p.Until(script)
	p.Run(`(` + script + `).scrollIntoView({block: "center", inline: "center"})`)
	return p.MiddleOf(script)
}

// openNote opens the panel about a note.
func (p *Person) openNote(text string) {
	p.tb.Helper()
	p.ClickAt(p.scrolledTo(note(text)))
	p.Until(`document.activeElement?.id === "panel-text"`)
}

func TestTheListShowsTheWholeMap(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader"})
	p.Visit(m.View())
	p.toList()
	p.Until(`document.querySelectorAll("#list thead th").length === 6`) // the corner and five phases
	if n := Eval[int](p, `document.querySelectorAll("#list .list-note").length`); n != strings.Count(s.Export(m), `"lane_id"`) && n < 40 {
		t.Errorf("the list shows %d notes", n)
	}
	// A screen reader is told phase and lane of each cell by the table itself.
	if n := Eval[int](p, `document.querySelectorAll("#list tbody th[scope=row]").length`); n < 8 {
		t.Errorf("only %d lanes have a heading", n)
	}
	if n := Eval[int](p, `document.querySelectorAll("#list .list-add").length`); n != 0 {
		t.Error("a reader is offered to add notes")
	}
}

func TestTheListIsEditedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	writer, reader := Open(t, As{Name: "writer", Lang: "en"}), Open(t, As{Name: "reader", Lang: "en"})
	writer.Visit(m.Edit())
	writer.toList()
	reader.Visit(m.View())
	reader.toList()

	// Tab reaches the table; N adds where one stands; Escape goes back there.
	writer.Run(`document.querySelector("#list .list-note").focus()`)
	before := Eval[int](writer, `document.querySelectorAll("#list .list-note").length`)
	writer.Press("n")
	writer.Until(`document.activeElement?.id === "panel-text"`)
	writer.Type("by keyboard")
	writer.Press("Escape")
	writer.Until(note("by keyboard"))
	writer.Until(`document.activeElement === ` + note("by keyboard"))
	reader.Until(note("by keyboard"))

	// Alt and an arrow carry it to the next phase, for everyone.
	column := `(` + note("by keyboard") + `)?.closest("td").cellIndex`
	was := Eval[int](writer, column)
	writer.Press("ArrowRight", Alt)
	writer.Until(column + ` === ` + quote2(was+1))
	writer.Until(`document.activeElement === ` + note("by keyboard"))
	reader.Until(column + ` === ` + quote2(was+1))

	// Enter opens it again, Delete takes it away, Ctrl+Z brings it back.
	writer.Press("Enter")
	writer.Until(`document.activeElement?.id === "panel-text"`)
	writer.Press("Escape")
	writer.Until(`document.activeElement === ` + note("by keyboard"))
	writer.Press("Delete")
	writer.Until(`document.querySelectorAll("#list .list-note").length === ` + quote2(before))
	writer.Until(`document.activeElement.id.startsWith("at-")`)
	reader.Until(`document.querySelectorAll("#list .list-note").length === ` + quote2(before))
	writer.Press("z", Ctrl)
	writer.Until(note("by keyboard"))
	reader.Until(note("by keyboard"))
}

func TestFocusStaysWhereItWasWhenOthersEdit(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	// b stands on the last note of a cell while a puts others before and behind it.
	b.addNote(0, "stay here")
	b.Run(note("stay here") + `.focus()`)
	for _, text := range []string{"one", "two", "three"} {
		a.addNote(0, text)
		b.Until(note(text))
		b.Until(`document.activeElement === ` + note("stay here"))
	}
	// And while the cell's first note is deleted under it.
	a.Run(`document.querySelector("#list td .list-note").focus()`)
	count := Eval[int](b, `document.querySelectorAll("#list .list-note").length`)
	a.Press("Delete")
	b.Until(`document.querySelectorAll("#list .list-note").length === ` + quote2(count-1))
	b.Until(`document.activeElement === ` + note("stay here"))
}

func TestTheListChangesPhasesAndLanes(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	heads := `[...document.querySelectorAll("#list thead .list-text")].map(e => e.textContent).join("|")`
	a.Click("#list-more")
	a.Click("#list-add-phase")
	a.Until(`document.activeElement?.id === "panel-name"`)
	a.Press("a", Ctrl)
	a.Insert("Farewell")
	a.Press("Tab")
	b.Until(heads + `.endsWith("|Farewell")`)
	a.Click("#panel-left")
	b.Until(`!` + heads + `.endsWith("|Farewell") && ` + heads + `.includes("|Farewell|")`)
	a.Click("#panel-delete")
	b.Until(`!` + heads + `.includes("Farewell")`)

	a.Click("#list-more")
	a.Click("#list-add-lane")
	a.Until(`document.activeElement?.id === "panel-name"`)
	a.Press("a", Ctrl)
	a.Insert("Our doubts")
	a.Press("Tab")
	b.Until(`[...document.querySelectorAll("#list tbody th .list-text")].some(e => e.textContent === "Our doubts")`)
}

func TestAPhoneStartsInTheList(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "phone", Phone: true})
	p.Visit(m.Edit())
	p.Until(`document.querySelector("#list:not([hidden]) table")`)
	if Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`) > 0 {
		t.Error("the page scrolls sideways")
	}
}
