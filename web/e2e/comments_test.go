package e2e

import (
	"strings"
	"testing"
)

// CommentLink is an address of the map by which one may comment.
func (m MapLinks) CommentLink() string {
	m.s.tb.Helper()
	out := m.s.Run("links", "mint", "--data", m.s.Dir, m.ID, "--role", "comment")
	i := strings.Index(out, "/m/")
	if i < 0 {
		m.s.tb.Fatalf("no link is printed:\n%s", out)
	}
	return "http://" + m.s.Addr + strings.Fields(out[i:])[0]
}

// Whoever has a link for comments has no account, makes remarks, answers, and
// signs off; the map itself stays as it is, whatever they do.
func TestAReviewerCommentsAndSignsOff(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	editor, reviewer := Open(t, As{Name: "editor", Lang: "en"}), Open(t, As{Name: "reviewer", Lang: "en"})
	reviewer.Before(`localStorage.setItem("tabi.name", "Ruth"); localStorage.setItem("tabi.department", "Sales"); localStorage.setItem("tabi.asked", "1")`)
	editor.Before(`localStorage.setItem("tabi.name", "Edda"); localStorage.setItem("tabi.asked", "1")`)
	editor.Visit(m.Edit())
	reviewer.Visit(m.CommentLink())
	reviewer.Until(`document.querySelector("#readonly")?.textContent === "Comment only"`)
	editor.part("comments", "")
	reviewer.part("comments", "")
	badge := `Number(document.querySelector("#open-comments .count")?.textContent ?? 0)`
	was := Eval[int](editor, badge)

	// A remark on a phase, by keyboard.
	reviewer.pick("#side-on", `document.querySelector("#side-on").options[1].value`)
	reviewer.Run(`document.querySelector("#side-comment").focus()`)
	reviewer.Insert("Where is the price?")
	reviewer.Press("Enter", Ctrl)
	editor.Until(side + `.includes("Where is the price?") && ` + side + `.includes("Ruth (Sales)")`)
	editor.Until(badge + ` === ` + quote2(was+1))

	// An answer that calls the reviewer.
	editor.Run(`[...document.querySelectorAll("#side .thread")].find(e => e.innerText.includes("price")).querySelector("[id^=side-reply-]").click()`)
	editor.Until(`document.activeElement.id === "side-reply"`)
	editor.pick("#side-call-reply", `"Ruth"`)
	editor.Until(`document.activeElement.id === "side-reply"`)
	editor.Insert("on the second page")
	editor.Run(`document.querySelector("#side-send-reply").click()`)
	reviewer.Until(side + `.includes("@Ruth on the second page") && ` + side + `.includes("calls you")`)

	// Resolved, it goes out of sight and is counted no more.
	reviewer.Run(`[...document.querySelectorAll("#side .thread")].find(e => e.innerText.includes("price")).querySelector("[id^=side-resolve-]").click()`)
	editor.Until(badge + ` === ` + quote2(was) + ` && !` + side + `.includes("Where is the price?")`)
	editor.Run(`document.querySelector("#side-resolved").click()`)
	editor.Until(side + `.includes("Where is the price?")`)

	// Signed off: who, when, of which version; and whether it still is that version.
	reviewer.Run(`document.querySelector("#side-agree").click()`)
	editor.Until(`document.querySelector(".agreement[data-state=still]")?.innerText.includes("Ruth (Sales)")`)
	reviewer.Until(`document.querySelector("#side-agree").disabled`)
	editor.toList()
	editor.addNote(0, "one more thing")
	reviewer.Until(`document.querySelector(".agreement[data-state=changed]")`)
	reviewer.Until(`!document.querySelector("#side-agree").disabled`)

	// A score of one's own, which counts beside the editor's.
	reviewer.toList()
	reviewer.ClickAt(reviewer.scrolledTo(note("one more thing")))
	reviewer.Until(`!document.querySelector("#panel").hidden`)
	reviewer.part("lens", "")
	reviewer.Click("#side-score-impact4")
	reviewer.Until(`document.querySelector("#side-said-impact").textContent === "Mean 4.0, 1 person"`)
	editor.ClickAt(editor.scrolledTo(note("one more thing")))
	editor.part("lens", "")
	editor.Until(`document.querySelector("#side-said-impact")?.textContent.startsWith("Score it first")`)
	editor.Click("#side-score-impact2")
	for _, p := range []*Person{editor, reviewer} {
		p.Until(`document.querySelector("#side-said-impact").textContent === "Mean 3.0, 2 people" && document.querySelector(".lens-bands").textContent.includes("Sales: mean 4.0")`)
	}
	reviewer.Click("#side-score-impact5") // thought better of it
	editor.Until(`document.querySelector("#side-said-impact").textContent === "Mean 3.5, 2 people"`)
	for _, p := range []*Person{editor, reviewer} {
		p.Run(`document.querySelector("#panel-close").click()`)
		p.Until(`document.querySelector("#panel").hidden`)
	}

	// The page offers no editing, and what it does nevertheless is refused.
	before := s.Export(m)
	reviewer.toList()
	if n := Eval[int](reviewer, `document.querySelectorAll("#title, .list-add, #list-undo").length`); n != 0 {
		t.Errorf("%d ways to edit are offered", n)
	}
	reviewer.Run(note("one more thing") + `.focus()`)
	reviewer.Press("n")
	reviewer.Press("Delete")
	reviewer.part("settings", "channels")
	if n := Eval[int](reviewer, `document.querySelectorAll("#side-add, #side-delete").length`); n != 0 {
		t.Errorf("%d ways to edit the dictionaries are offered", n)
	}
	editor.addNote(0, "last")
	reviewer.Until(note("last"))
	if after := s.Export(m); strings.Count(after, "one more thing") != strings.Count(before, "one more thing") {
		t.Error("the map was changed by its reviewer")
	}
}
