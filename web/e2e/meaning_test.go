package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// told finds a note in what the server exports.
func (s *Tabi) told(m MapLinks, text string) (n map[string]any) {
	s.tb.Helper()
	var file struct{ Notes []map[string]any }
	if err := json.Unmarshal([]byte(s.Export(m)), &file); err != nil {
		s.tb.Fatal(err)
	}
	for _, n := range file.Notes {
		if n["text"] == text {
			return n
		}
	}
	s.tb.Fatalf("%q is not in the file", text)
	return nil
}

// All that a note can say besides its text is said in the list and read there by
// the others: how it is known, what hurts and how badly, what is planned
// for whom, when and where.
func TestAllThatANoteSaysIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := deskAs(t, m, As{Name: "a"}), Open(t, As{Name: "b", Lang: "en"})
	b.Visit(m.View())
	a.toList()
	b.toList()
	option := func(field, label string) {
		t.Helper()
		a.pick(field, `[...document.querySelector("`+field+`").options].find(o => o.textContent.trim() === `+quote(label)+`).value`)
	}
	tick := func(field string, on bool) {
		t.Helper()
		a.Until(`document.querySelector("` + field + `")`)
		a.Run(`{ const e = document.querySelector("` + field + `"); if (e.checked !== ` + map[bool]string{true: "true", false: "false"}[on] + `) e.click() }`)
	}
	shut := func() { // and wait until the focus is back where it came from: that scrolls
		t.Helper()
		a.Press("Escape")
		a.Until(`document.querySelector("#panel").hidden && document.activeElement?.id.startsWith("at-")`)
	}
	facts := func(text string, words ...string) {
		t.Helper()
		for _, w := range words {
			b.Until(`(` + note(text) + `)?.innerText.includes(` + quote(w) + `)`)
		}
	}

	a.openNote("Two-day wait for a demo slot")
	option("#panel-pain", "Stuck")
	option("#panel-severity", "5")
	option("#panel-evidence", "Customer’s voice")
	a.set("#panel-source", "call 12")
	tick("#panel-key", true)
	tick("#panel-surprise", true)
	option("#panel-note-demand", "Comparing")
	facts("Two-day wait for a demo slot", "Stuck", "Severity 5/5", "Customer’s voice", "Key moment", "Surprise")
	shut()

	a.openNote("Invite IT before kick-off") // an opportunity that comes from one more pain
	a.pick("#panel-rel", `"from"`)
	a.pick("#panel-to", `[...document.querySelector("#panel-to").options].find(o => o.textContent.startsWith("References are asked")).value`)
	a.Until(`!document.querySelector("#panel-link").disabled`)
	a.Run(`document.querySelector("#panel-link").click()`)
	a.Until(`[...document.querySelectorAll("#panel .links li")].some(e => e.textContent.includes("References are asked"))`)
	shut()

	a.openNote("Blog posts")
	a.set("#panel-promise", "Start today")
	shut()

	a.openNote("Two ad tracks: AP lead and finance VP")
	option("#panel-owner", "Sales")
	a.pick("#panel-due", `"2031-05-06"`)
	option("#panel-status", "Doing")
	option("#panel-kpi", "CSAT")
	option("#panel-impact", "3")
	option("#panel-effort", "2")
	for _, part := range [][2]string{{"group", "AP leads"}, {"content", "a short film"}, {"timing", "before the close"}, {"touchpoint", "LinkedIn"}} {
		a.set("#panel-target-"+part[0], part[1])
	}
	facts("Two ad tracks: AP lead and finance VP", "Owner: Sales", "2031-05-06", "Doing")
	shut()
	a.Until(`document.querySelector(".state").dataset.pending === "0"`)

	for text, want := range map[string]map[string]any{
		"Two-day wait for a demo slot":          {"severity": 5.0, "demand_layer": "比較検討"},
		"Blog posts":                            {"promise": "Start today"},
		"Two ad tracks: AP lead and finance VP": {"due": "2031-05-06", "status": "doing", "impact": 3.0, "effort": 2.0},
	} {
		got := s.told(m, text)
		for key, v := range want {
			if got[key] != v {
				t.Errorf("%s: %s is %v, want %v", text, key, got[key], v)
			}
		}
	}
	if how, _ := json.Marshal(s.told(m, "Two-day wait for a demo slot")["evidence"]); string(how) != `{"level":"voice","source":"call 12"}` {
		t.Errorf("it is known by %s", how)
	}
	if links, _ := json.Marshal(s.told(m, "Invite IT before kick-off")["links"]); !strings.Contains(string(links), `{"rel":"from","to":"n062"}`) {
		t.Errorf("the links are %s", links)
	}
	if target, _ := s.told(m, "Two ad tracks: AP lead and finance VP")["target"].(map[string]any); target["group"] != "AP leads" || target["touchpoint"] != "LinkedIn" || target["timing"] != "before the close" || target["content"] != "a short film" {
		t.Errorf("the target is %v", target)
	}

	// A touchpoint that says an alias of a channel is of that channel, and one undo
	// takes both back.
	a.part("settings", "channels")
	a.Run(`document.querySelector("#side .entries button").click()`)
	a.set("#side-aliases", "Billboard, 看板")
	a.Run(`document.querySelector("#side-close").click()`)
	a.inTable(`#list .list-add[aria-label*="ouchpoint"]`)
	a.Press("Enter")
	a.Until(`document.activeElement?.id === "panel-text"`)
	a.Insert("billboard")
	shut()
	a.openNote("billboard")
	a.Until(`document.querySelectorAll("[id^='panel-channel-']:checked").length === 1`)
	shut()
}

// Two change phases at the same time: one describes and splits them on the board,
// the other merges them in the list, and the boundary is where it belongs.
func TestPhasesAreDescribedMergedAndSplit(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	b.toList()
	heads := func(p *Person, names string) {
		t.Helper()
		p.Until(`[...document.querySelectorAll("#list thead .list-text")].map(e => e.textContent).join("|") === ` + quote(names))
	}
	heads(b, "First|Second|Third")
	head := func(name string) Point {
		return a.MiddleOf(`[...document.querySelectorAll(".b-tops text")].find(e => e.textContent === ` + quote(name) + `)`)
	}
	a.ClickAt(head("Second"))
	a.Button("Details")
	a.Until(`document.querySelector("#b-satisfaction")`)
	for _, field := range [][2]string{{"#b-days", "40"}, {"#b-touches", "8"}, {"#b-satisfaction", "3.5"}} {
		a.set(field[0], field[1])
	}
	b.Until(`document.querySelector("#list thead").innerText.includes("40 days · 8 touches · satisfaction 3.5")`)
	a.Axe("a phase's details")
	look(a, "phase-details")
	a.Press("Escape") // back to the map
	a.Until(`document.activeElement?.dataset.id?.startsWith("F")`)
	a.Press("Escape")
	a.Until(`!document.querySelector("#b-satisfaction")`)

	// The list merges; the board follows, and the boundary between the two is no more.
	open := func(name string) {
		t.Helper()
		b.Run(`[...document.querySelectorAll("#list thead .list-item")].find(e => e.textContent.includes(` + quote(name) + `)).click()`)
		b.Until(`document.activeElement?.id === "panel-name"`)
	}
	// A button does what it says of the map as it is now, however often it is pressed.
	open("First")
	b.Run(`document.querySelector("#panel-right").click()`)
	heads(b, "Second|First|Third")
	b.Run(`document.querySelector("#panel-right").click()`)
	heads(b, "Second|Third|First")
	for range 2 {
		b.Run(`document.querySelector("#panel-left").click()`)
		b.Until(`document.querySelector(".state").dataset.pending === "0"`)
	}
	heads(b, "First|Second|Third")
	b.Press("Escape")
	b.Until(`document.querySelector("#panel").hidden`)
	open("Second")
	b.Run(`document.querySelector("#panel-merge").click()`)
	heads(b, "First|Third")
	b.Until(`document.activeElement?.id === "panel-name" && document.activeElement.value === "First"`)
	a.Until(`![...document.querySelectorAll(".b-tops text")].some(e => e.textContent === "Second" || e.textContent.includes("the price"))`)
	a.Until(onBoard("beta") + `.getAttribute("aria-label").includes("First")`)
	// The board splits; its notes keep their lanes, and the list follows.
	a.secondClick(head("First"))
	a.Menu("Split in two")
	b.Until(`[...document.querySelectorAll("#list thead .list-text")].map(e => e.textContent).join("|").match(/^First\|.+\|Third$/)`)
	if f := b.Saved(m); len(f.Phases) != 3 {
		t.Errorf("%d phases", len(f.Phases))
	}
	// Undone by who merged: the phase is back, with the words of its boundary.
	b.Press("Escape")
	b.Until(`document.querySelector("#panel").hidden`)
	b.Press("z", Ctrl)
	b.Until(`document.querySelector("#list thead").innerText.includes("Second")`)
	a.Until(`[...document.querySelectorAll(".b-tops text")].some(e => e.textContent === "Second")`)
	b.Until(`document.querySelector("#list").innerText.includes("the price")`)
}

// What is said of a note to who does not see it follows what is done around it.
func TestANotesLabelSaysWhereItIsAndWhatWasStuckOn(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	label := onBoard("alpha") + `.getAttribute("aria-label")`
	b.Until(label + `.includes("First, Does")`)
	a.DoubleClickAt(a.MiddleOf(`[...document.querySelectorAll(".b-tops text")].find(e => e.textContent === "First")`))
	a.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	a.Press("a", Ctrl)
	a.Insert("Begin")
	a.Press("Enter")
	for _, p := range []*Person{a, b} {
		p.Until(label + `.includes("Begin, Does")`)
	}
	a.Choose("alpha")
	a.Button("Stamp")
	a.Menu("👍")
	for _, p := range []*Person{a, b} {
		p.Until(label + `.includes("stamps 👍")`)
	}
	// Escape puts a tool down that was taken by its button, which still has the focus.
	a.Press("Escape")
	pressed := button("Link notes") + `?.getAttribute("aria-pressed")`
	a.Run(button("Link notes") + `.focus()`)
	a.Press("Enter")
	a.Until(pressed + ` === "true"`)
	a.Press("Escape")
	a.Until(pressed + ` === "false"`)
}

// A point of the curve is taken by hand to another score, and a persona alone has
// only their own curve on the board.
func TestTheCurveIsDrawnByHand(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := deskAs(t, m, As{Name: "a", Width: 1500, Height: 1000}), deskAs(t, m, As{Name: "b", Width: 1500, Height: 1000})
	points := `[...document.querySelectorAll(".b-thing[data-id^='D']")].filter(e => e.style.display !== "none")`
	for _, p := range []*Person{a, b} {
		p.Until(points + `.length > 4`)
	}
	a.Run(`document.querySelector(".tabi-board").focus()`)
	point := points + `.find(e => e.ariaLabel.startsWith("hopeful"))`
	id := Eval[string](a, point+`.dataset.id`)
	of := `document.querySelector(".b-thing[data-id='` + id + `']")`
	was := Eval[string](b, of+`.ariaLabel`)
	from := a.MiddleOf(of)
	a.Drag(from, Point{from.X, from.Y + 60})
	b.Until(of + `.ariaLabel !== ` + quote(was) + ` && ` + of + `.ariaLabel.startsWith("hopeful, −") || ` + of + `.ariaLabel === "hopeful, 0"`)
	a.Press("z", Ctrl)
	b.Until(of + `.ariaLabel === ` + quote(was))
	b.part("settings", "personas")
	all := Eval[int](b, points+`.length`)
	b.Run(`document.querySelector("#side .entries button").click()`)
	b.Until(`document.querySelector("#side-only")`)
	b.Run(`document.querySelector("#side-only").click()`)
	b.Until(points + `.length > 0 && ` + points + `.length < ` + quote2(all))
}

// Pictures are given to a note and to a persona: the storyboard shows the one, the
// persona's page the other, to readers as well.
func TestPicturesStandInTheStoryboardAndWithPersonas(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, reader := deskAs(t, m, As{Name: "a", Width: 1500, Height: 1000}), Open(t, As{Name: "reader", Lang: "en", Width: 1500, Height: 1000})
	a.Until(onBoard("Compares three"))
	a.Run(`const c = new OffscreenCanvas(600, 300), g = c.getContext("2d"); g.fillStyle = "teal"; g.fillRect(0, 0, 600, 300);
		const file = new File([await c.convertToBlob({type: "image/png"})], "p.png", {type: "image/png"});
		window.chosen = () => { const d = new DataTransfer(); d.items.add(file); return d.files };
		HTMLInputElement.prototype.click = function () { if (this.type === "file") { this.files = window.chosen(); this.dispatchEvent(new Event("change")) } }`)
	a.Choose("Compares three")
	a.Press("i")
	a.Until(`document.querySelector(".b-panel")`)
	a.Run(`[...document.querySelectorAll(".b-panel .b-field")].find(e => e.getAttribute("aria-label") === "Picture for the storyboard").querySelector("button").click()`)
	a.Until(`document.querySelector(".b-panel .b-picture")`)
	reader.Visit(m.View() + "?view=storyboard")
	reader.Until(card("Compares three vendors on a review site") + `.querySelector('image[href*="/images/"]')`)
	reader.look("storyboard")

	a.Press("Escape")
	a.part("settings", "personas")
	a.Run(`document.querySelector("#side .entries button").click()`)
	a.Until(`document.querySelector("#side-portrait")`)
	a.Run(`{ const e = document.querySelector("#side-portrait"); e.files = window.chosen(); e.dispatchEvent(new Event("change", {bubbles: true})) }`)
	reader.part("settings", "personas")
	reader.Run(`document.querySelector("#side .entries button").click()`)
	reader.Until(`document.querySelector("#side img.portrait")?.naturalWidth > 0`)
	reader.Axe("a persona with a portrait")
}
