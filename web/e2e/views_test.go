package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// card is a script for the box of the drawing that reads as beginning with text.
func card(text string) string {
	return `[...document.querySelectorAll("#view-picture .view-box")].find(e => e.getAttribute("aria-label").startsWith(` + quote(text) + `))`
}

// toView chooses a view from the menu of views.
func (p *Person) toView(view string) {
	p.tb.Helper()
	p.Click("#view-more")
	p.Until(`document.querySelector("#views-menu:popover-open")`)
	p.Click("#view-" + view)
	p.Until(`document.documentElement.dataset.view === ` + quote(view) + ` && !document.querySelector("#views-menu:popover-open")`)
	p.Until(`location.search === "?view=` + view + `"`)
}

// look keeps a picture in the folder that TABI_LOOK names.
func (p *Person) look(name string) {
	if dir := os.Getenv("TABI_LOOK"); dir != "" {
		p.Picture(filepath.Join(dir, p.name+"-"+name+".png"))
	}
}

// owned makes a map of a sample and gives the path of its owner's link.
func (s *Tabi) owned(template string) string {
	s.tb.Helper()
	res, err := http.Post("http://"+s.Addr+"/api/maps", "application/json", strings.NewReader(`{"template": "`+template+`", "lang": "en"}`))
	if err != nil {
		s.tb.Fatal(err)
	}
	defer res.Body.Close()
	var made struct{ Owner string }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || made.Owner == "" {
		s.tb.Fatalf("no map of %s: %d, %v", template, res.StatusCode, err)
	}
	return "http://" + s.Addr + made.Owner
}

// rewrite gives a note of the list another text.
func (p *Person) rewrite(was, is string) {
	p.tb.Helper()
	p.openNote(was)
	p.Press("a", Ctrl)
	p.Insert(is)
	p.Until(note(is))
	p.Press("Escape")
	p.Until(`document.querySelector("#panel").hidden`)
}

func TestEveryViewShowsTheMapAndFollowsItsEdits(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	writer, reader := Open(t, As{Name: "writer", Lang: "en"}), Open(t, As{Name: "reader", Lang: "en"})
	writer.Visit(m.Edit())
	writer.toList()
	// A link opens the view that it names, for a reader as well, and says so.
	reader.Visit(m.View() + "?view=timeline")
	reader.Until(card("Reads two blog posts, leaves without giving an address"))
	if Eval[bool](reader, `!document.querySelector("#readonly")`) {
		t.Error("the page does not say that it is read-only")
	}
	writer.rewrite("Reads two blog posts, leaves without giving an address", "Reads two blog posts")
	writer.rewrite("Blog posts", "Our blog")
	for _, view := range []string{"timeline", "flow", "storyboard"} {
		if view != "timeline" {
			reader.toView(view)
		}
		reader.Until(card("Reads two blog posts,")) // its department follows
	}
	// A long silence is marked, until somebody says how often one meets there.
	reader.toView("timeline")
	reader.Until(card("Advocacy") + `.getAttribute("aria-label").includes("Long silence: a touch every 90 days")`)
	writer.ClickAt(writer.scrolledTo(`[...document.querySelectorAll("#list thead .list-item")].find(e => e.textContent.includes("Advocacy"))`))
	writer.Until(`document.activeElement?.id === "panel-name"`)
	writer.set("#panel-touches", "30")
	writer.Press("Escape")
	reader.Until(`!` + card("Advocacy") + `.getAttribute("aria-label").includes("silence") && document.querySelector("#view-picture").textContent.includes("30 touches")`)
	writer.rewrite("Reads two blog posts", "Skims a post")
	reader.Until(card("Skims a post"))
	reader.toView("roles")
	reader.Until(card("Our blog"))
	reader.toView("kpis")
	reader.Until(card("MQLs per month") + `?.getAttribute("aria-label").includes("Target")`)
	reader.toView("matrix")
	reader.Until(card("Two ad tracks"))
	reader.toView("measures")
	reader.Until(`document.querySelectorAll(".view-table tbody tr").length === 7`)
	reader.toView("blockers")
	reader.Until(`document.querySelectorAll(".blocker").length === 8`)
	writer.rewrite("Generic demo data", "Demo data of nobody")
	reader.Until(`[...document.querySelectorAll(".blocker .list-item")].some(e => e.textContent === "Demo data of nobody")`)
	if n := Eval[int](reader, `document.querySelectorAll("#views :is(select, input)").length`); n != 0 {
		t.Errorf("a reader is offered %d fields", n)
	}
	// Reload lands on the same view; the list and the board have the plain address.
	reader.Visit(m.View() + "?view=blockers")
	reader.Until(`document.querySelectorAll(".blocker").length === 8`)
	reader.Click("#view-board")
	reader.Until(`location.search === "" && document.querySelector("#board:not([hidden])")`)
}

func TestAViewIsWalkedAndOpenedByKeys(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	p := Open(t, As{Name: "keys", Lang: "en"})
	p.Visit(m.Edit() + "?view=flow")
	p.Until(card("Marcus clicks"))
	p.Run(`(` + card("Marcus clicks") + `).focus()`)
	p.Press("ArrowDown")
	p.Until(`document.activeElement === ` + card("Reads two blog posts"))
	if n := Eval[int](p, `document.querySelectorAll("#view-picture [tabindex='0']").length`); n != 1 {
		t.Errorf("Tab stops at %d boxes", n)
	}
	p.Press("Enter")
	p.Until(`document.activeElement?.id === "panel-text"`)
	p.Press("a", Ctrl)
	p.Insert("Reads on the train")
	p.Until(card("Reads on the train"))
	p.Press("Escape")
	p.Until(`document.activeElement === ` + card("Reads on the train"))
	p.Press("z", Ctrl)
	p.Until(card("Reads two blog posts"))
}

func TestMeasuresAreJudgedInTheMatrix(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en", Width: 1500, Height: 1100}), Open(t, As{Name: "b", Lang: "en", Width: 1500, Height: 1100})
	a.Visit(m.Edit() + "?view=matrix")
	b.Visit(m.View() + "?view=matrix")
	// By pointer: the other sees where it went, and one undo takes it back.
	middle := func(p *Person, text string) Point { return p.MiddleOf(card(text)) }
	from := middle(a, "Two ad tracks")
	was := middle(b, "Two ad tracks")
	to := middle(a, "IdP checklist")
	// While it is in hand, the other sees it there, with a name on it.
	a.PickUp(0, from, Point{from.X - 120, from.Y + 200})
	carried := card("Two ad tracks") + `?.matches(".carried")`
	b.Until(carried + ` && Math.abs((` + card("Two ad tracks") + `).getBoundingClientRect().y - ` + number(was.Y) + `) > 100 && (` + card("Two ad tracks") + `).querySelector(".view-by").textContent !== ""`)
	b.look("matrix-carried")
	a.Press("Escape")
	b.Until(`!(` + carried + `) && !document.querySelector(".view-by")`)
	a.mouse("mouseReleased", Point{from.X - 120, from.Y + 200}, 0, 1, 0)
	a.Until(`!document.querySelector(".view-target")`)
	a.Drag(from, Point{to.X, to.Y + 30})
	b.Until(`(() => { const r = (` + card("Two ad tracks") + `).getBoundingClientRect(), q = (` + card("IdP checklist") + `).getBoundingClientRect(); return Math.abs(r.x - q.x) < 2 && Math.abs(r.y - q.y) < 140 })()`)
	a.Until(`document.querySelector("#view-said").textContent === "Impact 4, feasibility 5"`)
	a.Press("z", Ctrl)
	b.Until(`Math.abs((` + card("Two ad tracks") + `).getBoundingClientRect().y - ` + number(was.Y) + `) < 60`)
	// By keys, out of the matrix and back into its middle.
	a.Run(`(` + card("Two ad tracks") + `).focus()`)
	a.Press("ArrowUp", Alt)
	a.Until(`document.querySelector("#view-said").textContent === "Impact 4, feasibility 5"`)
	a.Until(`document.activeElement === ` + card("Two ad tracks"))
	for range 4 {
		a.Press("ArrowDown", Alt)
	}
	a.Until(`document.querySelector("#view-said").textContent === "Not scored"`)
	a.Until(`document.activeElement === ` + card("Two ad tracks"))
	a.Press("ArrowUp", Alt)
	a.Until(`document.querySelector("#view-said").textContent === "Impact 3, feasibility 3"`)
	// A reader moves nothing.
	before := s.Export(m)
	b.Drag(middle(b, "IdP checklist"), middle(b, "Two ad tracks"))
	b.Run(`(` + card("IdP checklist") + `).focus()`)
	b.Press("ArrowDown", Alt)
	b.Run(`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))`)
	if s.Export(m) != before {
		t.Error("a reader has moved a note")
	}
}

func number(f float64) string { b, _ := json.Marshal(f); return string(b) }

func TestMeasuresAreEditedInTheirTable(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	a.Visit(m.Edit() + "?view=measures")
	b.Visit(m.View() + "?view=measures")
	row := `[...document.querySelectorAll(".view-table tbody tr")].find(r => r.textContent.includes("Security portal"))`
	set := func(key, value string) {
		t.Helper()
		a.Until(row)
		a.Run(`(() => { const e = (` + row + `).querySelector("[id^='view-` + key + `-']"); e.focus(); e.value = e.tagName === "SELECT" ? [...e.options].find(o => o.textContent === ` + quote(value) + `).value : ` + quote(value) + `; e.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	}
	set("status", "Done")
	b.Until(`(` + row + `)?.querySelector("td").textContent === "Done"`)
	set("owner", "Sales")
	b.Until(`(` + row + `)?.textContent.includes("Sales")`)
	set("kpi", "CSAT")
	b.Until(`(` + row + `)?.textContent.includes("CSAT")`)
	// Done in time or not: nothing that is done is overdue; all else of 2025 is, in words.
	b.Until(`!(` + row + `).querySelector(".late") && document.querySelectorAll(".view-table .late").length >= 5`)
	a.Click("#view-undo")
	b.Until(`!(` + row + `)?.textContent.includes("CSAT")`)
	a.Click("#view-redo")
	b.Until(`(` + row + `)?.textContent.includes("CSAT")`)
	set("due", "2099-12-31")
	b.Until(`[...document.querySelectorAll(".view-table tbody tr")].at(-1) === ` + row)
	a.Until(`document.activeElement.id.startsWith("view-due-") && (` + row + `).contains(document.activeElement)`) // its row has moved
	b.Click("#view-sort-owner")
	b.Until(`document.querySelector("th[aria-sort=ascending]").textContent.includes("Owner") && document.querySelector(".view-table tbody tr").textContent.includes("Customer success")`)
}

func TestABlockerIsAnsweredOnItsBoard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	p := Open(t, As{Name: "p", Lang: "en"})
	p.Visit(m.Edit() + "?view=blockers")
	p.Click(".view-blockers h3 .list-item")
	p.Until(`document.activeElement?.id === "panel-from"`)
	p.look("blockers-boundary")
	p.Press("Escape")
	p.Until(`document.querySelector("#panel").hidden`)
	// What answered a blocker is dropped: it is open again, and gets another answer.
	open := `document.querySelectorAll(".blocker[data-state=open]").length`
	p.toView("measures")
	p.Until(`document.querySelector("[id^='view-status-']")`)
	p.Run(`(() => { const e = document.querySelector("[id^='view-status-']"); e.value = "dropped"; e.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	p.toView("blockers")
	p.Until(open + ` === 1`)
	p.Click("[id^='view-answer-']")
	p.Until(`document.activeElement?.id === "panel-text"`)
	p.Insert("We will answer this")
	p.Until(open + ` === 0 && [...document.querySelectorAll(".blocker ul .list-item")].some(e => e.textContent === "We will answer this")`)
}

// TestScreenshotsOfViews makes the pictures of views for the facilitator's guide
// (`make screenshots`).
func TestScreenshotsOfViews(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make screenshots`")
	}
	s := Start(t)
	for lang, m := range map[string]MapLinks{"ja": s.Import(sampleJapanese()), "en": s.Import(sampleEnglish())} {
		p := Open(t, As{Name: lang, Lang: lang, Width: 1440, Height: 900})
		p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.name", "` + map[string]string{"ja": "山田 花子", "en": "Hanako Yamada"}[lang] + `")`)
		shot := func(name string) {
			t.Helper()
			p.settled()
			p.Document(filepath.Join(dir, "method-"+name+"-"+lang+".png"))
		}
		p.Visit(m.Edit() + "?view=timeline")
		for _, view := range []string{"timeline", "matrix", "blockers"} {
			if view != "timeline" {
				p.toView(view)
			}
			p.Until(`document.querySelector("#view-picture:not([hidden]) svg[data-view=` + view + `], .blocker")`)
			if view == "timeline" {
				p.Click("#view-fit") // to its end
			}
			shot(view)
		}
		p.toView("flow")
		p.Click("#open-lens")
		p.Until(`document.querySelector(".lens-table")`)
		shot("lens")
		p.Click("#open-lens")

		res, err := http.Post("http://"+s.Addr+"/api/maps", "application/json", strings.NewReader(`{"source": "`+strings.TrimPrefix(m.EditPath, "/m/")+`", "as": "fork", "lang": "`+lang+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		var made struct{ Edit string }
		err = json.NewDecoder(res.Body).Decode(&made)
		res.Body.Close()
		if err != nil || made.Edit == "" {
			t.Fatal(res.StatusCode, err)
		}
		p.Visit("http://" + s.Addr + made.Edit)
		p.toList()
		text := Eval[string](p, `document.querySelectorAll("#list .list-note .list-text")[8].textContent`)
		p.rewrite(text, map[string]string{"ja": "動画から商品ページへ一歩で行ける", "en": "Books a demo for the same day"}[lang])
		p.addNote(1, map[string]string{"ja": "試着の予約をアプリで取る", "en": "Tries it with own invoices"}[lang])
		p.Run(`document.querySelectorAll("#list thead .list-item")[1].click()`)
		p.Until(`document.activeElement?.id === "panel-name"`)
		p.set("#panel-name", map[string]string{"ja": "その日に試せる", "en": "Trying it the same day"}[lang])
		p.Press("Escape")
		p.Run(`document.querySelector("#list [id$='-b']").click()`)
		p.Until(`document.activeElement?.id === "panel-from"`)
		p.set("#panel-concern", map[string]string{"ja": "今日試着できる？", "en": "Does it read our own invoices?"}[lang])
		p.Press("Escape")
		p.toView("gap")
		p.Click("#view-gap-link")
		p.Insert(m.Edit())
		p.Press("Enter")
		p.Until(`document.querySelector(".gap-cell") && document.querySelectorAll(".gap-card").length === 2`)
		shot("gap")
	}
}

func TestALinkOfItsOwnForAView(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	owner := Open(t, As{Name: "owner", Lang: "en"})
	owner.Visit(s.owned("saas"))
	owner.Click("#share")
	owner.Until(`document.querySelector("#dialog-share[open] .links li")`)
	owner.Run(`for (const [id, v] of [["share-role", "view"], ["share-view", "measures"]]) { const e = document.getElementById(id); e.value = v; e.dispatchEvent(new Event("change", {bubbles: true})) }`)
	owner.Click("#share-new")
	owner.Until(`document.querySelector("#dialog-share .fresh")?.value.endsWith("?view=measures")`)
	link := Eval[string](owner, `document.querySelector("#dialog-share .fresh").value`)
	guest := Open(t, As{Name: "guest", Lang: "en"})
	guest.Visit(link)
	guest.Until(`document.querySelectorAll(".view-table tbody tr").length === 7 && document.querySelector("#readonly")`)
	// Without the client there is a picture of that very view already.
	res, err := http.Get(strings.Replace(link, "measures", "roles", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var page bytes.Buffer
	if _, err := page.ReadFrom(res.Body); err != nil || !strings.Contains(page.String(), "Hand-overs between departments") && !strings.Contains(page.String(), "部門間の引き継ぎ") {
		t.Errorf("the first picture is not that of the view: %v", err)
	}
}

// Each view is printed alone on its page, the board with the whole of the map, and
// each as wide as the paper.
func TestAPrintedViewStandsAlone(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	p := Open(t, As{Name: "printer", Lang: "en"})
	p.Visit(m.View() + "?view=timeline")
	p.Until(card("Marcus clicks"))
	shown := func(selector string) bool {
		return Eval[bool](p, `[...document.querySelectorAll(`+quote(selector)+`)].some(e => e.checkVisibility() && e.getBoundingClientRect().height > 1)`)
	}
	paper := func(view, what string) {
		t.Helper()
		p.Run(`dispatchEvent(new Event("beforeprint"))`)
		p.Call("Emulation.setEmulatedMedia", map[string]any{"media": "print"})
		for _, gone := range []string{".bar", ".view-tools", "#list", "#side", ".tabi-board", ".b-bar"} {
			if shown(gone) && !(gone == "#list" && view == "list") {
				t.Errorf("%s: %s is printed", view, gone)
			}
		}
		if !shown(what) {
			t.Errorf("%s is not printed", view)
		}
		p.Until(`[...document.querySelectorAll(` + quote(what) + `)].some(e => e.checkVisibility() && e.getBoundingClientRect().width <= innerWidth)`)
		p.look("print-" + view)
		p.Call("Emulation.setEmulatedMedia", map[string]any{"media": ""})
		p.Run(`dispatchEvent(new Event("afterprint"))`)
	}
	paper("timeline", "#view-picture svg")
	for _, view := range []string{"flow", "storyboard", "roles", "kpis", "matrix"} {
		p.toView(view)
		p.Until(`document.querySelector("#view-picture svg[data-view=` + view + `]")`)
		paper(view, "#view-picture svg")
	}
	p.toView("measures")
	p.Until(`document.querySelectorAll(".view-table tbody tr").length === 7`)
	paper("measures", ".view-words table")
	p.toView("blockers")
	p.Until(`document.querySelectorAll(".blocker").length === 8`)
	paper("blockers", ".view-blockers")
	p.Click("#view-board")
	p.Until(onBoard("Blog posts"))
	paper("board", "#print-map svg")
	if n := Eval[int](p, `document.querySelectorAll("#print-map *").length`); n != 0 {
		t.Errorf("%d elements are left behind", n)
	}
	p.toList()
	paper("list", "#list table")
}

func TestTheLensShowsWhoHasBeenHeard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for p, who := range map[*Person][2]string{a: {"Ana", "Sales"}, b: {"Ben", "Marketing"}} {
		p.Before(`localStorage.setItem("tabi.name", "` + who[0] + `"); localStorage.setItem("tabi.department", "` + who[1] + `")`)
		p.Visit(m.Edit() + "?view=flow")
		p.Click("#open-lens")
		p.Until(`document.querySelectorAll(".lens-table tbody tr").length >= 4`)
		p.ClickAt(p.MiddleOf(card("Marcus clicks")))
		p.Until(`document.activeElement?.id === "panel-text"`)
	}
	a.Click("#side-score-impact5")
	a.Until(`document.querySelector("#side-said-impact").textContent.startsWith("Mean 5.0")`)
	// Whoever has not scored is not told what the others think.
	b.Until(`document.querySelector("#side-said-impact").textContent.startsWith("Score it first")`)
	b.Click("#side-score-impact2")
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector("#side-said-impact").textContent.startsWith("Mean 3.5, 2 people")`)
		p.Until(`document.querySelector(".lens-bands").textContent.includes("Sales: mean 5.0") && document.querySelector(".lens-bands").textContent.includes("Marketing: mean 2.0")`)
		p.Until(`document.querySelector("#side-apart-0").textContent.includes("3.0 apart")`)
	}
	a.look("lens")
	// One department alone, on the board.
	a.Click("#view-board")
	a.Until(`document.querySelector(".b-note")`)
	a.Run(`[...document.querySelectorAll("[id^='side-lens-']")].find(e => e.textContent === "Sales").click()`)
	a.Until(`document.querySelector(".b-note.is-dim") && document.querySelector(".b-note:not(.is-dim)")`)
	a.look("lens-board")
	a.Run(`[...document.querySelectorAll("[id^='side-lens-']")].find(e => e.textContent === "Sales").click()`)
	a.Until(`!document.querySelector(".b-note.is-dim")`)
}

func TestAsIsAndToBeAreHeldAgainstOneAnother(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	asIs := s.owned("saas")
	p := Open(t, As{Name: "planner", Lang: "en"})
	p.Visit(asIs)
	p.Click("#menu-button")
	p.Until(`document.querySelector("#menu:popover-open")`)
	p.Click("#menu-fork")
	p.Until(`location.href.includes("/m/") && !location.href.startsWith(` + quote(asIs) + `)`)
	p.Ready()
	p.Until(`document.querySelector("#title")?.value.includes("(to-be)")`)
	toBe := Eval[string](p, `location.origin + location.pathname`)
	// Nothing differs yet.
	p.toView("gap")
	p.Until(`document.querySelector("#gap-count")?.textContent === "0 cells differ"`)
	p.toList()
	p.rewrite("Two-day wait for a demo slot", "No wait for a demo")
	p.addNote(0, "A wish come true")
	p.toView("gap")
	p.Until(`document.querySelector("#gap-count")?.textContent === "2 cells differ"`)
	p.Until(`document.querySelector(".gap-cell del")?.textContent === "Two-day wait for a demo slot" || [...document.querySelectorAll(".gap-cell del")].some(e => e.textContent === "Two-day wait for a demo slot")`)
	p.look("gap")
	p.Axe("gap")
	// A measure is born from a gap.
	p.Run(`[...document.querySelectorAll(".gap-cell")].find(e => e.textContent.includes("No wait")).querySelector("[id$='-measure']").click()`)
	p.Until(`document.activeElement?.id === "panel-text" && document.querySelector("#panel-text").value.startsWith("Close the gap")`)
	p.Press("Escape")
	p.Until(`document.querySelector("#gap-count")?.textContent === "3 cells differ"`)
	// A chosen cell is brought back; the as-is map, looked at by another, follows.
	other := Open(t, As{Name: "other", Lang: "en"})
	other.Visit(asIs)
	other.toList()
	other.Until(note("Two-day wait for a demo slot"))
	p.Run(`[...document.querySelectorAll(".gap-cell")].find(e => e.textContent.includes("No wait")).querySelector("[id$='-bring']").click()`)
	other.Until(note("No wait for a demo"))
	p.Until(`document.querySelector("#gap-count")?.textContent === "2 cells differ"`)
	// A renamed phase and a changed boundary are a gap as well, and are brought back.
	p.toList()
	p.Run(`document.querySelector("#list thead .list-item[id]").click()`)
	p.Until(`document.activeElement?.id === "panel-name"`)
	p.set("#panel-name", "First sight")
	p.Press("Escape")
	p.Run(`document.querySelector("#list [id$='-b']").click()`)
	p.Until(`document.activeElement?.id === "panel-from"`)
	p.set("#panel-concern", "Is it safe?")
	p.Press("Escape")
	p.toView("gap")
	p.Until(`document.querySelector("#gap-frame-count")?.textContent === "2 phases and boundaries differ"`)
	p.Until(`[...document.querySelectorAll(".gap-card")].some(e => e.querySelector("ins")?.textContent === "First sight" && e.querySelector("del")) && [...document.querySelectorAll(".gap-card")].some(e => e.querySelector("ins")?.textContent === "Is it safe?")`)
	p.look("gap-frame")
	p.Axe("gap with phases and boundaries")
	p.Run(`[...document.querySelectorAll(".gap-card")].find(e => e.textContent.includes("First sight") && !e.textContent.includes("Is it safe?")).querySelector("button").click()`)
	other.Until(`[...document.querySelectorAll("#list thead .list-text")].some(e => e.textContent === "First sight")`)
	p.Until(`document.querySelector("#gap-frame-count")?.textContent === "1 phase or boundary differs"`)
	p.Run(`document.querySelector(".gap-card button").click()`)
	other.Until(`document.querySelector("#list").innerText.includes("Is it safe?")`)
	p.Until(`!document.querySelector("#gap-frame-count") && document.querySelector("#gap-frame").hidden`)
	// The other side by a link that is put in.
	other.toView("gap")
	other.Click("#view-gap-link")
	other.Insert(toBe)
	other.Press("Enter")
	other.Until(`document.querySelector("#gap-count")?.textContent === "2 cells differ"`)
	other.Until(`document.querySelector("#gap-here").textContent === "This is the as-is map."`)
	// Both live on: what is done here shows there.
	p.toList()
	p.rewrite("Generic demo data", "Demo with the buyer's own data")
	other.Until(`document.querySelector("#gap-count")?.textContent === "2 cells differ" || document.querySelector("#gap-count")?.textContent === "3 cells differ"`)
	other.Until(`[...document.querySelectorAll(".gap-cell ins")].some(e => e.textContent === "Demo with the buyer's own data")`)
}

func TestAMapIsMadeFromAnother(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	p := Open(t, As{Name: "maker", Lang: "en"})
	for how, notes := range map[string]bool{"template": false, "copy": true} {
		source := s.owned("saas")
		p.Visit(source)
		p.Click("#menu-button")
		p.Until(`document.querySelector("#menu:popover-open")`)
		p.Click("#menu-" + how)
		p.Until(`location.pathname.startsWith("/m/") && !location.href.startsWith(` + quote(source) + `)`)
		p.Ready()
		p.toList()
		p.Until(`document.querySelectorAll("#list thead th").length === 6`)
		if n := Eval[int](p, `document.querySelectorAll("#list .list-note").length`); (n > 0) != notes {
			t.Errorf("%s: %d notes", how, n)
		}
		p.Click("#view-board")
	}
	// And from the start page, without opening it.
	p.start(s)
	p.Click("#last-0-template")
	p.Until(`location.pathname.startsWith("/m/")`)
	p.Ready()
	p.Until(`document.querySelector("#title")?.value.includes("(new)")`)
}
