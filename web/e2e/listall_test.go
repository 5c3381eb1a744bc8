package e2e

import "testing"

// What is done with several notes at once on the board is done in the list by
// keyboard: X chooses, and what was chosen is moved, made a phase, deleted.
func TestTheListHandlesSeveralNotesByKeyboard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	for _, text := range []string{"first of all", "second of all"} {
		a.addNote(0, text)
	}
	for _, text := range []string{"first of all", "second of all"} {
		a.Run(note(text) + `.focus()`)
		a.Press("x")
		a.Until(note(text) + `.parentElement.querySelector(":checked")`)
	}
	a.Until(`document.querySelector("#list-many")?.innerText.includes("2 selected")`)
	a.Axe("several notes chosen")
	a.pick("#many-phase", `document.querySelector("#many-phase").options[3].value`)
	a.Run(`document.querySelector("#many-move").click()`)
	for _, text := range []string{"first of all", "second of all"} {
		b.Until(note(text) + `?.closest("td").cellIndex === 3`)
	}
	// Made a phase of their own.
	for _, text := range []string{"first of all", "second of all"} {
		a.Run(note(text) + `.focus()`)
		a.Press("x")
		a.Until(note(text) + `.parentElement.querySelector(":checked")`)
	}
	a.Until(`!document.querySelector("#many-phase-of").disabled`)
	a.Run(`document.querySelector("#many-phase-of").click()`)
	a.Until(`document.activeElement?.id === "panel-name"`)
	a.Press("Escape")
	a.Until(`document.querySelector("#panel").hidden && document.activeElement.matches(".list-item")`) // the focus is given back
	b.Until(`document.querySelectorAll("#list thead th").length === 7 && ` + note("first of all") + `.closest("td").cellIndex === ` + note("second of all") + `.closest("td").cellIndex`)
	for _, text := range []string{"first of all", "second of all"} {
		a.Run(note(text) + `.focus()`)
		a.Press("x")
		a.Until(note(text) + `.parentElement.querySelector(":checked")`)
	}
	a.Press("Delete")
	b.Until(`!` + note("first of all") + ` && !` + note("second of all"))
	a.Run(`document.querySelector("#list-undo").click()`)
	b.Until(note("first of all") + ` && ` + note("second of all"))
}

func TestTheListFindsJumpsAndPastes(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "p"})
	p.Visit(m.Edit())
	p.toList()
	count := `document.querySelectorAll("#list .list-note").length`
	all := Eval[int](p, count)
	p.Run(`document.querySelector("#list-find").focus()`)
	p.Insert("ＥＣ")
	p.Until(count + ` > 0 && ` + count + ` < ` + quote2(all) + ` && document.querySelector("#list-found").textContent !== ""`)
	p.Press("a", Ctrl)
	p.Press("Backspace")
	p.Until(count + ` === ` + quote2(all))
	p.pick("#list-jump", `document.querySelector("#list-jump").options[4].value`)
	p.Until(`document.activeElement.closest("th")?.cellIndex === 4`)

	// A range of a spreadsheet is laid over phases and lanes from where one stands.
	p.Run(`document.querySelectorAll("#list .list-add")[0].focus()`)
	p.Run(`{ const data = new DataTransfer(); data.setData("text/plain", "甲\t乙\n丙\t丁");
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) }`)
	p.Until(note("甲") + ` && ` + note("丁"))
	place := func(text string) string {
		return `(n => [n.closest("td").cellIndex, n.closest("tr").rowIndex])(` + note(text) + `)`
	}
	from, to := Eval[[]int](p, place("甲")), Eval[[]int](p, place("丁"))
	if to[0] != from[0]+1 || to[1] != from[1]+1 {
		t.Errorf("the range stands from %v to %v", from, to)
	}
	p.Run(`document.querySelector("#list-undo").click()`)
	p.Until(count + ` === ` + quote2(all))
}

// Drawings, reactions and satisfaction are in the list, too.
func TestTheListHasWhatIsDrawnAndStamped(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
	}
	// A text block, made on the board.
	b.toList()
	a.Press("t")
	a.ClickAt(Point{640, 640})
	a.Insert("drawn words")
	a.Press("Escape")
	drawn := `[...document.querySelectorAll("#list .list-drawing")].find(e => e.innerText.includes("drawn words"))`
	b.Until(drawn)
	b.Run(drawn + `.click()`)
	b.Until(`document.querySelector("#panel-drawn")?.value === "drawn words"`)
	b.Axe("a drawing open in the list")
	b.Run(`document.querySelector("#panel-delete").click()`)
	b.Until(`!` + drawn)

	a.toList()
	first := `document.querySelector("#list .list-note")`
	a.Run(first + `.click()`)
	a.Until(`document.querySelector("[id='panel-stamp-👍']")`)
	a.Run(`document.querySelector("[id='panel-stamp-👍']").click()`)
	b.Until(first + `.innerText.includes("👍")`)
	a.Run(`document.querySelector("#list thead .list-head").click()`)
	a.Until(`document.querySelector("#panel-demand")?.value === "潜在"`) // though another select stood there for the note
	a.set("#panel-satisfaction", "3.5")
	b.Until(`document.querySelector("#list thead").innerText.includes("satisfaction 3.5")`)
	// A point of the curve for a persona of choice.
	a.Run(`document.querySelector("#list td:has(.list-emotion) .list-add").click()`)
	a.Until(`document.querySelector("#panel-score")`)
	a.pick("#panel-persona", `[...document.querySelector("#panel-persona").options].at(-1).value`)
	a.pick("#panel-score", `"-2"`)
	name := Eval[string](a, `document.querySelector("#panel-persona").selectedOptions[0].textContent`)
	b.Until(`[...document.querySelectorAll("#list .list-emotion")].some(e => e.innerText.includes("−2") && e.innerText.includes(` + quote(name) + `))`)
}

// What the board does by hand, the list does by name: texts, shapes and pictures in
// the cell where one is, sizes, what lies in front, faces that fly by, and bringing
// everyone there.
func TestTheListDrawsReactsAndBringsEveryone(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	lead, b := Open(t, As{Name: "lead", Lang: "en"}), deskAs(t, m, As{Name: "b"})
	lead.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
	lead.Visit(m.OwnerLink())
	lead.toList()
	b.Until(onBoard("delta"))
	lead.Run(note("delta") + `.focus()`)
	choose := func(id, value string) {
		t.Helper()
		lead.Run(`{ const e = document.querySelector("#` + id + `"); e.focus(); e.value = ` + quote(value) + `; e.dispatchEvent(new Event("change", {bubbles: true})) }`)
	}
	choose("list-draw", "text")
	lead.Until(`document.activeElement?.id === "panel-drawn"`)
	lead.Insert("said aside")
	lead.Press("Escape")
	lead.Until(`document.querySelector("#panel").hidden`)
	b.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.includes("said aside"))`)
	lead.Until(`document.activeElement.matches(".list-drawing")`)
	if at := Eval[[]int](lead, `[document.activeElement.closest("td").cellIndex, document.activeElement.closest("tr").rowIndex]`); at[0] != 3 {
		t.Errorf("the text stands in column %d", at[0])
	}
	lead.Run(`(async () => {
		const c = new OffscreenCanvas(60, 40); c.getContext("2d").fillRect(0, 0, 60, 40);
		const data = new DataTransfer(), e = document.querySelector("#list-image");
		data.items.add(new File([await c.convertToBlob({type: "image/png"})], "shop.png", {type: "image/png"}));
		e.files = data.files; e.dispatchEvent(new Event("change", {bubbles: true}));
	})()`)
	b.Until(onTheMap)
	lead.Until(`document.activeElement?.id === "panel-alt"`)
	lead.Press("Escape")
	lead.Until(`document.querySelector("#panel").hidden`)

	width := onBoard("delta") + `.getBoundingClientRect().width`
	was := Eval[float64](b, width)
	lead.openNote("delta")
	choose("panel-size", "wide")
	b.Until(width + ` > ` + num(was*1.5))
	lead.Press("Escape")
	b.Run(`window.seen = 0; new MutationObserver(() => { if ([...document.querySelectorAll(".b-burst")].some(e => e.style.display !== "none" && e.textContent === "👍")) window.seen++ }).observe(document.querySelector("#tabi-board"), {subtree: true, childList: true, attributes: true, characterData: true})`)
	choose("list-react", "👍")
	b.Until(`window.seen > 0`)

	for !b.soon(`new DOMMatrix(document.querySelector(".b-world").style.transform).a > 1.5`) {
		b.Wheel(Point{640, 400}, 0, -600, Ctrl)
	}
	b.Wheel(Point{640, 400}, -4000, -4000, 0)
	lead.Run(note("delta") + `.focus()`)
	lead.Run(`document.querySelector("#list-bring").click()`)
	b.Until(`(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)((` + onBoard("delta") + `).getBoundingClientRect())`)
}
