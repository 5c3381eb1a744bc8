package e2e

import (
	"strings"
	"testing"
)

// The list is the board's twin: what is done by hand there is done by name here.

// tick chooses notes of the list by keyboard.
func (p *Person) tick(texts ...string) {
	p.tb.Helper()
	for _, text := range texts {
		p.Run(note(text) + `.focus()`)
		p.Press("x")
		p.Until(note(text) + `.parentElement.querySelector(":checked")`)
	}
}

// inSight reports whether all of an element is in the window.
func inSight(element string) string {
	return `(r => r.width > 0 && r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)((` + element + `).getBoundingClientRect())`
}

func TestTheListLinesNotesUp(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	b.toList()
	at := a.On("beta")
	a.Drag(at, Point{at.X + 12, at.Y + 33})
	below := onBoard("beta") + `.getBoundingClientRect().y - ` + onBoard("alpha") + `.getBoundingClientRect().y`
	a.Until(below + ` > 15`)
	b.tick("alpha")
	if !Eval[bool](b, `document.querySelector("#many-arrange").disabled`) {
		t.Error("one note is offered to be lined up")
	}
	b.tick("beta")
	b.Until(`!document.querySelector("#many-arrange").disabled`)
	if n := Eval[int](b, `document.querySelector("#many-arrange").options.length`); n != 10 {
		t.Errorf("%d ways of arranging are offered, want the board's nine and their name", n)
	}
	b.pick("#many-arrange", `"aligntop"`)
	a.Until(`Math.abs(` + below + `) < 0.6`)
	b.pick("#many-arrange", `"stack"`)
	a.Until(below + ` > 40`)
	a.Until(`Math.abs(` + onBoard("beta") + `.getBoundingClientRect().x - ` + onBoard("alpha") + `.getBoundingClientRect().x) < 0.6`)
	look(b, "list-arrange")
	b.Run(`document.querySelector("#list-undo").click()`) // each is one step
	a.Until(`Math.abs(` + below + `) < 0.6`)
	b.Run(`document.querySelector("#list-undo").click()`)
	a.Until(below + ` > 15`)
}

// A stroke is drawn around what has the focus and opened; then it is given a
// colour, a breadth and another way, and deleted; on the board it is one like any.
func TestTheListDrawsStrokes(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	b.toList()
	stroke := `[...document.querySelectorAll(".b-thing")].find(e => e.dataset.id?.startsWith("K") && e.style.display !== "none")`
	box := func(element string) [4]float64 {
		t.Helper()
		a.Until(element)
		a.settled()
		return a.place(element)
	}
	b.Run(note("delta") + `.focus()`)
	b.pick("#list-draw", `"pen"`) // there is room for all tools in the row
	b.Until(`document.querySelector("#panel-tone")`)
	b.AxeInAll("a stroke open in the list", "#panel")
	s, n := box(stroke), box(onBoard("delta"))
	if s[0] >= n[0] || s[1] >= n[1] || s[0]+s[2] <= n[0]+n[2] || s[1]+s[3] <= n[1]+n[3] || s[2] > n[2]+40 {
		t.Errorf("the stroke at %v does not go around the note at %v", s, n)
	}
	line := func(width string) string {
		return `[...document.querySelectorAll("#tabi-board path")].find(e => e.getAttribute("stroke-width") === "` + width + `" && e.getAttribute("fill") !== "context-stroke")`
	}
	a.Until(`!` + line("6"))
	b.pick("#panel-line", `"thick"`)
	a.Until(line("6"))
	colour := `getComputedStyle(` + line("6") + `).stroke`
	was := Eval[string](a, colour)
	b.pick("#panel-tone", `"rose"`)
	a.Until(colour + ` !== ` + quote(was))
	option := func(field, text string) string {
		return `[...document.querySelector("` + field + `").options].find(o => o.textContent === ` + quote(text) + `).value`
	}
	b.pick("#panel-from", option("#panel-from", "alpha"))
	b.pick("#panel-to", option("#panel-to", "beta"))
	b.Run(`document.querySelector("#panel-route").click()`)
	from, to := box(onBoard("alpha")), box(onBoard("beta"))
	a.Until(`(r => r.left >= ` + num(from[0]+from[2]) + ` && r.right <= ` + num(to[0]) + ` && r.height < 20)(` + stroke + `.getBoundingClientRect())`)
	b.Until(`(e => e.closest("td")?.cellIndex === 1)(document.querySelector("#list .list-drawing"))`)
	look(b, "list-stroke")
	look(a, "list-stroke-board")
	b.Run(`document.querySelector("#panel-delete").click()`)
	a.Until(`!` + stroke)
}

// Who is followed on the board is followed in the list, and the other way round;
// the focus stays where it was; who does not want it is not offered.
func TestTheListFollowsAndIsFollowed(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	a, b := deskAs(t, m, As{Name: "Ann"}), deskAs(t, m, As{Name: "Bea", Width: 720, Height: 400}) // less than the table needs
	b.toList()
	b.Until(note("alpha"))
	b.Run(note("alpha") + `.focus()`)
	focus := Eval[string](b, `document.activeElement.id`)
	const last = "delta"
	b.Click("#people-button")
	b.Until(`document.querySelector("#people-menu:popover-open")`)
	b.AxeInAll("people, in the list", "#people-menu")
	ann := `[...document.querySelectorAll("#people-menu button")].find(e => e.textContent.includes("Ann"))`
	b.Until(ann)
	b.Run(ann + `.click()`)
	b.Until(`document.querySelector("#following")?.textContent.includes("Ann")`)
	b.Run(note("alpha") + `.focus()`)
	b.AxeInAll("following, in the list", "#following")
	if Eval[bool](b, inSight(note(last))) {
		t.Fatalf("%q is in sight before anybody is followed there", last)
	}
	a.ClickAt(a.MiddleOf(onBoard(last)))
	b.Until(note(last) + `.dataset.followed === "true"`)
	b.Until(inSight(note(last)))
	b.Until(`document.querySelector("#list-said").textContent === "Ann is at: delta"`)
	look(b, "list-following")
	if is := Eval[string](b, `document.activeElement.id`); is != focus {
		t.Errorf("following took the focus from %s to %s", focus, is)
	}
	b.Run(`document.querySelector("#following button").click()`)
	b.Until(`!document.querySelector("#following") && !document.querySelector("[data-followed=true]")`)

	// The other way round: what has the focus in the list is what the board shows.
	for !a.soon(`new DOMMatrix(document.querySelector(".b-world").style.transform).a > 1.5`) {
		a.Wheel(Point{640, 400}, 0, -600, Ctrl)
	}
	a.Wheel(Point{640, 400}, -9000, -9000, 0)
	b.Run(note(last) + `.focus()`)
	a.Button("People: follow someone")
	a.Menu("Follow Bea")
	a.Until(onBoard(last))
	a.Until(inSight(onBoard(last)))
	// And who does not want that, says so there.
	b.Click("#people-button")
	b.Run(`document.querySelector("#follow-private").click()`)
	a.Until(`!document.querySelector(".b-hint")?.textContent.includes("Following Bea")`)
	a.toList()
	a.Click("#people-button")
	a.Until(`document.querySelector("#people-menu:popover-open") && !document.querySelector("#people-menu").textContent.includes("Bea")`)
	b.Click("#people-button")
	b.Run(`document.querySelector("#follow-private").click()`)
	a.Until(`document.querySelector("#people-menu").textContent.includes("Follow Bea")`)
}

// Beside an open panel the tools are one row, in either language; the rest is in a
// menu that closes when something is taken from it.
func TestTheListsToolsAreOneRow(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	for _, lang := range []string{"ja", "en"} {
		p := Open(t, As{Name: lang, Lang: lang, Width: 1440, Height: 900})
		p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
		p.Visit(m.OwnerLink())
		p.toList()
		// With room for it all is in the row, and nothing in a menu.
		const over = `(bar => [...bar.querySelectorAll("button, input, select, #list-found")].filter(e => e.checkVisibility() && (e.getBoundingClientRect().right > bar.closest(".list").getBoundingClientRect().right || e.getBoundingClientRect().height > 50)).map(e => e.id))(document.querySelector("#list-tools"))`
		all := []string{"list-add-phase", "list-add-lane", "list-jump", "list-draw", "list-react", "list-bring"}
		for _, width := range []int{1440, 1280} {
			p.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false})
			p.Until(`innerWidth === ` + itoa(width) + ` && !document.querySelector("#list-more").checkVisibility()`)
			for _, id := range all {
				p.Until(`document.querySelector("#` + id + `").checkVisibility()`)
			}
			if ids := Eval[[]string](p, over); len(ids) > 0 {
				t.Errorf("%s, %d wide: these do not fit: %q", lang, width, ids)
			}
			look(p, "list-wide-"+lang+"-"+itoa(width))
		}
		p.AxeInAll("the list's tools in a row", "#list-tools")
		p.Run(`document.querySelector("#list-add-lane").click()`)
		p.Until(`!document.querySelector("#panel").hidden`)
		p.Press("Escape")
		p.Until(`document.querySelector("#panel").hidden`)
		p.Run(`document.querySelector("#list .list-note").click()`) // with some, some
		p.Until(`document.querySelector("#list-more").checkVisibility() && document.querySelector("#list-add-lane").checkVisibility() && !document.querySelector("#list-draw").checkVisibility()`)
		if ids := Eval[[]string](p, over); len(ids) > 0 {
			t.Errorf("%s, beside the panel: these do not fit: %q", lang, ids)
		}
		look(p, "list-some-"+lang)
		p.Run(`document.querySelector("#list .list-note").focus()`)
		p.Press("Escape")
		p.Until(`document.querySelector("#panel").hidden`)
		p.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": false})
		p.part("check", "")
		p.Run(`document.querySelector("#list .list-note").click()`)
		p.Until(`!document.querySelector("#panel").hidden && !document.querySelector("#side").hidden`)
		p.Run(`{ const e = document.querySelector("#list-find"); e.value = "a"; e.dispatchEvent(new Event("input", {bubbles: true})) }`)
		p.Until(`document.querySelector("#list-found").textContent`)
		p.settled()
		look(p, "list-tools-"+lang)
		if high := Eval[float64](p, `document.querySelector("#list-tools").getBoundingClientRect().height`); high > 60 {
			t.Errorf("%s: the tools are %v high", lang, high)
		}
		if ids := Eval[[]string](p, over); len(ids) > 0 {
			t.Errorf("%s: these do not fit: %q", lang, ids)
		}
		p.Click("#list-more")
		p.Until(`document.querySelector("#list-more-menu:popover-open")`)
		for _, id := range all {
			p.Until(`document.querySelector("#list-more-menu #` + id + `").checkVisibility()`)
		}
		p.Until(inSight(`document.querySelector("#list-more-menu")`))
		look(p, "list-more-"+lang)
		p.Run(`document.querySelector("#list-bring").click()`)
		p.Until(`!document.querySelector("#list-more-menu:popover-open")`)
	}
}

// On a phone the row of tools is as wide as the phone, while something is looked for, too.
func TestTheListsToolsFitAPhone(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	for _, lang := range []string{"ja", "en"} {
		p := Open(t, As{Name: lang, Lang: lang, Phone: true, Width: 360, Height: 740})
		p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
		p.Visit(m.OwnerLink())
		p.Until(`document.querySelector("#list .list-note")`)
		for _, find := range []string{"", "a"} {
			p.Run(`{ const e = document.querySelector("#list-find"); e.value = ` + quote(find) + `; e.dispatchEvent(new Event("input", {bubbles: true})) }`)
			p.Until(`(document.querySelector("#list-found").textContent === "") === ` + map[string]string{"": "true", "a": "false"}[find])
			if over := Eval[float64](p, `(e => e.scrollWidth - e.clientWidth)(document.querySelector("#list-tools"))`); over > 0 {
				t.Errorf("%s: the tools are %v wider than the phone while %q is looked for", lang, over, find)
			}
			look(p, "list-phone-"+lang+find)
		}
	}
}

// Who reads two languages has the names of phases and lanes in both, side by side,
// on the board and in the list, until they want one again.
func TestNamesStandInBothLanguages(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader", Lang: "en"})
	p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
	p.Visit(m.View())
	head := `document.querySelector("#list thead .list-head .list-text").textContent`
	p.toList()
	p.Until(head + ` === "Discovery"`)
	p.Run(`document.querySelector("#menu-both").click()`)
	p.Until(head + ` === "Discovery / 出会い・興味"`)
	p.Until(`document.querySelector("#list tbody .list-head .list-text").textContent.includes(" / ")`)
	p.toBoard()
	p.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.includes("Discovery / 出会い・興味"))`)
	p.settled()
	look(p, "both-names")
	// None of them is cut, and what the pointer is on says all of its name.
	if cut := Eval[[]string](p, `(names => [...document.querySelectorAll(".tabi-board text")].map(e => e.textContent).filter(t => t.endsWith("…") && names.some(n => n.startsWith(t.slice(0, -1)))))([...document.querySelectorAll(".b-thing")].map(e => e.ariaLabel))`); len(cut) > 0 {
		t.Errorf("these are cut: %q", cut)
	}
	p.Move(p.MiddleOf(`[...document.querySelectorAll(".b-thing")].find(e => e.ariaLabel.startsWith("Discovery / 出会い・興味"))`))
	p.Until(`document.querySelector("#tabi-board").title === "Discovery / 出会い・興味"`)
	p.Move(p.MiddleOf(`[...document.querySelectorAll(".b-note")].find(e => e.style.display !== "none")`))
	p.Until(`document.querySelector("#tabi-board").title === ""`)
	p.Goto(m.View()) // this browser remembers it
	p.Ready()
	p.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.includes("Discovery / 出会い・興味"))`)
	p.Run(`document.querySelector("#menu-both").click()`)
	p.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.startsWith("Discovery") && !e.ariaLabel.includes("出会い"))`)
}

// In a drawn view and in a table it is marked what the followed person is at, in the
// drawing with who that is; when nobody is followed any more, nothing is.
func TestAViewMarksWhatTheFollowedPersonIsAt(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := deskAs(t, m, As{Name: "Ann"}), deskAs(t, m, As{Name: "Bea"})
	a.toList()
	b.toView("flow")
	b.Click("#people-button")
	ann := `[...document.querySelectorAll("#people-menu button")].find(e => e.textContent.includes("Ann"))`
	b.Until(ann)
	b.Run(ann + `.click()`)
	boxes := Eval[[]string](b, `[...document.querySelectorAll("#view-picture .view-box")].map(e => e.id)`)
	ids := Eval[[]string](a, `[...document.querySelectorAll("#list .list-note")].map(e => e.id).filter(id => `+quote(strings.Join(boxes, " "))+`.split(" ").includes(id))`)
	if len(ids) < 2 {
		t.Fatalf("the view shows %d of the list's notes", len(ids))
	}
	for _, id := range []string{ids[0], ids[len(ids)-1]} {
		a.Run(`document.getElementById(` + quote(id) + `).focus()`)
		b.Until(`document.getElementById(` + quote(id) + `).dataset.followed === "true" && document.querySelectorAll("#view-picture [data-followed]").length === 1`)
		b.Until(`document.getElementById(` + quote(id) + `).querySelector(".view-at")?.textContent === "Ann" && document.querySelectorAll(".view-at").length === 1`)
		b.Until(inSight(`document.getElementById(` + quote(id) + `)`))
	}
	b.settled()
	look(b, "view-following")
	b.Run(`document.querySelector("#following button").click()`)
	b.Until(`!document.querySelector(".view [data-followed], .view-at")`)
}

// A phone's bar has no room for the menu of people: it is in the menu.
func TestAPhoneFollowsFromTheList(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	a := deskAs(t, m, As{Name: "Ann"})
	p := deskAs(t, m, As{Name: "phone", Phone: true})
	p.toList()
	p.Click("#menu-button")
	p.Until(`document.querySelector("#menu:popover-open")`)
	p.Click("#menu-people")
	p.Until(`document.querySelector("#people-menu:popover-open")`)
	p.Until(`document.querySelector("#people-menu button[id^=follow-]")?.textContent === "Follow Ann"`)
	look(p, "phone-people")
	p.Click("#people-menu button[id^=follow-]")
	p.Until(`document.querySelector("#following") && !document.querySelector("#menu:popover-open, #people-menu:popover-open")`)
	a.ClickAt(a.MiddleOf(onBoard("delta")))
	p.Until(note("delta") + `?.dataset.followed === "true"`)
	p.Until(`(r => r.left >= 0 && r.right <= innerWidth + 1)(` + note("delta") + `.getBoundingClientRect())`)
}
