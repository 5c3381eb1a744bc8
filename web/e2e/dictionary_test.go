package e2e

import "testing"

// part opens a part beside the map, and a section of it.
func (p *Person) part(name, section string) {
	p.tb.Helper()
	if !Eval[bool](p, `document.querySelector("#open-`+name+`")?.getAttribute("aria-expanded") === "true"`) {
		p.Run(`document.querySelector("#open-` + name + `").click()`)
		p.Until(`document.querySelector("#open-` + name + `").getAttribute("aria-expanded") === "true"`)
	}
	if section != "" {
		p.Until(`document.querySelector("#side-` + section + `")`)
		p.Run(`document.querySelector("#side-` + section + `").click()`)
		p.Until(`document.querySelector("#side-section").dataset.section === "` + section + `"`)
	}
}

// set writes into a field beside the map as a person does: with the keyboard.
func (p *Person) set(field, text string) {
	p.tb.Helper()
	p.Until(`document.querySelector("` + field + `")`)
	p.Run(`document.querySelector("` + field + `").focus()`)
	p.Press("a", Ctrl)
	p.Insert(text)
	p.Press("Tab")
}

// pick chooses in a select.
func (p *Person) pick(field, value string) {
	p.tb.Helper()
	p.Until(`document.querySelector("` + field + `")`)
	p.Run(`{ const s = document.querySelector("` + field + `");
		s.value = ` + value + `; s.dispatchEvent(new Event("change", {bubbles: true})) }`)
}

// side is a script for the text that stands beside the map.
const side = `document.querySelector("#side").innerText`

func TestTheThemeIsWrittenTogetherAndAnchored(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b, reader := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"}), Open(t, As{Name: "reader", Lang: "en"})
	a.Visit(m.Edit())
	b.Visit(m.Edit())
	reader.Visit(m.View())
	for _, p := range []*Person{a, b, reader} {
		p.part("settings", "theme")
	}
	a.set("#side-product", "A house")
	b.Until(`document.querySelector("#side-product").value === "A house"`)
	reader.Until(side + `.includes("A house")`)
	// Two write in one text, and both are in it.
	a.Run(`{ const f = document.querySelector("#side-product"); f.focus(); f.setSelectionRange(7, 7) }`)
	b.Run(`{ const f = document.querySelector("#side-product"); f.focus(); f.setSelectionRange(0, 0) }`)
	a.Insert(" for cats")
	b.Insert("Sold: ")
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector("#side-product").value === "Sold: A house for cats"`)
	}
	if n := Eval[int](reader, `document.querySelectorAll("#side :is(input, textarea, select):not([type=checkbox])").length`); n != 0 {
		t.Errorf("a reader is shown %d fields", n)
	}
	// The start is a note, and the note says so in the list.
	text := Eval[string](a, `document.querySelector("#side-start-note").options[1].textContent`)
	a.pick("#side-start-note", `document.querySelector("#side-start-note").options[1].value`)
	b.toList()
	b.Until(`[...document.querySelectorAll("#list .list-note")].some(e => e.textContent.includes("Start of the journey"))`)
	reader.Until(side + `.includes(` + quote(text) + `)`)
	a.pick("#side-type", `"service_blueprint"`)
	reader.Until(side + `.includes("Service blueprint")`)
	a.set("#side-icp-budget", "a lot")
	a.set("#side-days", "77")
	reader.Until(side + `.includes("a lot") && ` + side + `.includes("77")`)
}

func TestPersonasAreWrittenByKeyboardAndFilterTheMap(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.part("settings", "personas")
	}
	entries := `document.querySelectorAll("#side .entries > li").length`
	before := Eval[int](a, entries)
	a.Run(`document.querySelector("#side-add").focus()`)
	a.Press("Enter")
	a.Until(`document.activeElement.id === "side-name"`)
	a.Press("a", Ctrl)
	a.Insert("Lee, the lawyer")
	a.Press("Tab")
	b.Until(`document.querySelector("#side .entries").innerText.includes("Lee, the lawyer")`)
	a.Run(`document.querySelector("#side-stakeholder").focus()`)
	a.Press(" ")
	b.Until(`document.querySelector("#side .entries").innerText.includes("Has a say")`)
	a.set("#side-needs", "a contract")
	a.set("#side-seniority", "partner")
	b.Run(`[...document.querySelectorAll("#side .entries button")].at(-1).click()`)
	b.Until(`document.querySelector("#side-needs")?.value === "a contract" && document.querySelector("#side-seniority").value === "partner"`)

	// Deleted and brought back in one step, and what stood open at the other closes.
	a.Run(`document.querySelector("#side-delete").click()`)
	b.Until(entries + ` === ` + quote2(before) + ` && !document.querySelector("#side-needs")`)
	a.Until(`document.activeElement.id === "side-undo"`)
	a.Press("Enter")
	b.Until(entries + ` === ` + quote2(before+1))

	// One persona alone: the other's curve is not there, for this person only.
	a.Run(`document.querySelector("#side .entries button").click()`)
	a.Until(`document.querySelector("#side-only")`)
	a.Run(`document.querySelector("#side-only").click()`)
	a.Until(`document.querySelector("#only")`)
	a.toList()
	b.toList()
	points := `document.querySelectorAll("#list .list-emotion").length`
	b.Until(points + ` === 14`)
	a.Until(points + ` > 0 && ` + points + ` < 14`)
	a.Run(`document.querySelector("#only-all").click()`)
	a.Until(points + ` === 14 && !document.querySelector("#only")`)
}

func TestChannelsKPIsAndDepartmentsAreKeptInDictionaries(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a"}), Open(t, As{Name: "b", Lang: "en"})
	a.Visit(m.Edit())
	b.Visit(m.Edit())
	entries := `document.querySelector("#side .entries").innerText`

	a.part("settings", "channels")
	b.part("settings", "channels")
	a.Run(`document.querySelector("#side-add").click()`)
	a.Until(`document.activeElement.id === "side-name"`)
	a.set("#side-name", "駅前の看板")
	a.set("#side-name-2", "Sign at the station")
	a.pick("#side-kind", `"physical"`)
	a.set("#side-aliases", "屋外広告、billboard")
	b.Until(entries + `.includes("Sign at the station")`)
	a.Until(entries + `.includes("駅前の看板") && ` + entries + `.includes("リアル")`)
	// A channel in use goes without a question, and comes back with its notes.
	used := `[...document.querySelectorAll("#side .entries .list-facts")].map(e => e.textContent).join("|")`
	was := Eval[string](a, used)
	a.Run(`document.querySelector("#side .entries button").click()`)
	a.Run(`document.querySelector("#side-delete").click()`)
	a.Until(used + ` !== ` + quote(was))
	a.Run(`document.querySelector("#side-undo").click()`)
	a.Until(used + ` === ` + quote(was))

	a.part("settings", "kpis")
	b.part("settings", "kpis")
	a.Run(`document.querySelector("#side-add").click()`)
	a.Until(`document.activeElement.id === "side-name"`)
	a.set("#side-name", "紹介率")
	a.set("#side-unit", "%")
	a.set("#side-target", "12.5")
	for _, row := range [][2]string{{"2026-03-31", "4"}, {"2026-01-31", "3"}} {
		a.Run(`document.querySelector("#side-new-date").value = "` + row[0] + `"`)
		a.set("#side-new-value", row[1])
		a.Run(`document.querySelector("#side-new").click()`)
		a.Until(`[...document.querySelectorAll("#side .series input[type=date]")].some(e => e.value === "` + row[0] + `" && e.id !== "side-new-date")`)
	}
	// In the order of their dates, so the newest is what the figure is now.
	b.Until(entries + `.includes("4 %")`)
	b.Run(`[...document.querySelectorAll("#side .entries button")].at(-1).click()`)
	b.Until(`document.querySelector("#side-date-0")?.value === "2026-01-31" && document.querySelector("#side-value-1").value === "4"`)

	a.part("settings", "departments")
	a.Run(`document.querySelector("#side-add").click()`)
	a.Until(`document.activeElement.id === "side-name"`)
	a.set("#side-name", "法務")
	a.Until(`document.querySelector("#side .entries").innerText.includes("法務")`)
	a.Run(`document.querySelector("#side-mine").click()`)
	a.Until(`document.querySelector("#side .entries").innerText.includes("自分の部門")`)
	a.toList()
	a.addNote(0, "法務の付箋")
	b.toList()
	b.Until(note("法務の付箋") + `?.innerText.includes("法務")`)
}
