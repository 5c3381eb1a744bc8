package e2e

import (
	"strings"
	"testing"
)

// news is a script: what changed since the last review is told so.
func news(key, text string) string {
	return `document.querySelector("#side-news-` + key + `")?.textContent === ` + quote(text)
}

// Whoever edits marks a review; readers see how fresh the map is, what has changed
// since, and that a big change waits.
func TestAReviewTellsWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, reader := deskAs(t, m, As{Name: "a"}), Open(t, As{Name: "reader", Lang: "en"})
	reader.Visit(m.View())
	state := `document.querySelector("#side-review-state")?.textContent`
	for _, p := range []*Person{a, reader} {
		p.part("review", "")
		p.Until(state)
	}
	if n := Eval[int](reader, `document.querySelectorAll("#side :is(input, select, textarea), #side-reviewed, #side-big").length`); n != 0 {
		t.Errorf("a reader is offered %d things to change", n)
	}
	a.Click("#side-reviewed")
	for _, p := range []*Person{a, reader} {
		p.Until(side + `.includes("Nothing has changed.") && ` + state + `.startsWith("Next review ") && ` + side + `.includes("Last reviewed ")`)
	}
	a.set("#side-review-owner", "Marcus")
	reader.Until(side + `.includes("Marcus")`)

	// One of each: changed, added, removed, moved.
	a.toList()
	a.rewrite("Blog posts", "Our blog")
	a.addNote(0, "A new first step")
	a.openNote("Generic demo data")
	a.Run(`document.querySelector("#panel-delete").click()`)
	a.Until(`!` + note("Generic demo data"))
	a.openNote("Review site")
	a.pick("#panel-phase", `document.querySelector("#panel-phase").options[1].value`)
	a.Press("Escape")
	for _, p := range []*Person{a, reader} {
		p.Until(news("changed", "1 changed") + ` && ` + news("added", "1 added") + ` && ` + news("removed", "1 removed") + ` && ` + news("moved", "1 moved"))
	}
	reader.Run(`for (const d of document.querySelectorAll("#side details")) d.open = true`)
	for key, text := range map[string]string{"changed": "Our blog", "added": "A new first step", "removed": "Generic demo data", "moved": "Review site"} {
		if !Eval[bool](reader, `document.querySelector("#side-news-`+key+`").parentElement.innerText.includes(`+quote(text)+`)`) {
			t.Errorf("%s does not name %q", key, text)
		}
	}
	// What is named leads there.
	reader.Run(`[...document.querySelectorAll("#side details button")].find(e => e.textContent === "Our blog").click()`)
	reader.Until(onBoard("Our blog") + `?.classList.contains("is-selected") || document.activeElement === ` + onBoard("Our blog"))

	// A big change makes a review due at once, which readers are shown without asking.
	badge := `document.querySelector("#open-review .count")?.textContent === "!"`
	if Eval[bool](reader, badge) {
		t.Error("a fresh map is marked as stale")
	}
	a.Run(`document.querySelector("#side-big").click()`)
	for _, p := range []*Person{a, reader} {
		p.Until(badge + ` && ` + state + `.startsWith("A big change since ")`)
	}
	reader.Axe("review with a big change")
	a.Run(`document.querySelector("#side-reviewed").click()`)
	for _, p := range []*Person{a, reader} {
		p.Until(`!(` + badge + `) && ` + side + `.includes("Nothing has changed.")`)
	}
	// The strip's bars add up to the notes, phase by phase.
	if !Eval[bool](reader, `(() => { const n = [...document.querySelectorAll(".review-table tbody tr")].map(r => Number(r.lastElementChild.textContent)); return n[0] > 60 && n.slice(1).reduce((a, b) => a + b, 0) === n[0] })()`) {
		t.Error("the bars of the evidence strip do not add up")
	}
}

// MTAOO is followed letter by letter, by keyboard, and kept.
func TestMTAOOIsTracked(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	keys, reader := Open(t, As{Name: "keys"}), Open(t, As{Name: "reader"})
	keys.Visit(m.Edit())
	keys.openByKey("review")
	keys.tabTo("#side-mtaoo-track")
	keys.Press("ArrowDown")
	keys.Press("ArrowDown")
	keys.Until(`document.querySelector("#side-mtaoo-track").value === "doing"`)
	keys.fillIn("#side-mtaoo-note-track", "アプリの計測から始める")
	keys.Until(`document.querySelector(".state").dataset.pending === "0"`)
	reader.Visit(m.View())
	reader.part("review", "")
	reader.Until(`document.querySelectorAll(".review-mtaoo > li").length === 5`)
	reader.Until(`document.querySelector(".review-mtaoo > li:nth-child(2)").dataset.state === "doing" && document.querySelector(".review-mtaoo > li:nth-child(2)").innerText.includes("アプリの計測から始める")`)
	if out := s.Export(m); !strings.Contains(out, "アプリの計測から始める") {
		t.Error("it is not in the file")
	}
	reader.Axe("MTAOO")
}

// The timer is one for all: started, made longer and stopped by who leads, running
// down for everyone, and telling when the time is up.
func TestTheTimerIsSharedByAll(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(smallMap)
	lead, guest := Open(t, As{Name: "lead", Lang: "en"}), Open(t, As{Name: "guest", Lang: "en"})
	for _, p := range []*Person{lead, guest} {
		p.Before(`localStorage.setItem("tabi.asked", "1"); window.ahead = 0; { const real = Date.now; Date.now = () => real() + window.ahead }`)
	}
	lead.Visit(m.OwnerLink())
	guest.Visit(m.Edit())
	lead.openPart("guide")
	lead.Click("#side-step-1")
	guest.inStep(1)
	seconds := `(t => t && t.includes(":") ? Number(t.split(":")[0]) * 60 + Number(t.split(":")[1]) : -1)(document.querySelector("#strip-timer:not([hidden])")?.textContent)`
	lead.ClickAt(lead.scrolledTo(`document.querySelector("#side-timer-start")`))
	for _, p := range []*Person{lead, guest} {
		p.Until(seconds + ` > 580 && ` + seconds + ` <= 600`)
	}
	guest.openPart("guide")
	if Eval[bool](guest, `!!document.querySelector("#side-timer-stop, #side-timer-more, #side-timer-start")`) {
		t.Error("a participant is offered the timer")
	}
	was := Eval[int](guest, seconds)
	guest.Until(seconds + ` < ` + quote2(was)) // it runs
	lead.ClickAt(lead.scrolledTo(`document.querySelector("#side-timer-more")`))
	for _, p := range []*Person{lead, guest} {
		p.Until(seconds + ` > 630 && ` + seconds + ` <= 660`)
	}
	// Both clocks go on by a quarter of an hour.
	for _, p := range []*Person{lead, guest} {
		p.Run(`window.ahead = 900000`)
		p.Until(`document.querySelector("#strip-timer[data-up]")?.textContent === "Time is up"`)
		p.Until(`[...document.querySelectorAll("[role=status]")].some(e => e.textContent === "Time is up")`)
	}
	lead.ClickAt(lead.scrolledTo(`document.querySelector("#side-timer-stop")`))
	for _, p := range []*Person{lead, guest} {
		p.Until(`document.querySelector("#strip-timer").hidden`)
	}
}
