package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// faulty is the Japanese sample with a note's fields taken out: what the check
// says of it is known.
func faulty(t *testing.T, without map[string][]string) string {
	t.Helper()
	return faultyOf(t, sampleJapanese(), without)
}

func faultyOf(t *testing.T, sample string, without map[string][]string) string {
	t.Helper()
	data, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, n := range file["notes"].([]any) {
		note := n.(map[string]any)
		for _, key := range without[note["id"].(string)] {
			delete(note, key)
		}
	}
	if data, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "faulty.json")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// findings is how many findings the bar shows.
func findings(n int) string {
	if n == 0 {
		return `!document.querySelector("#open-check .count")`
	}
	return `document.querySelector("#open-check .count")?.textContent === "` + quote2(n) + `"`
}

// finding is the element of the check's panel whose text has this in it.
func finding(text string) string {
	return `[...document.querySelectorAll("#side .check-item")].find(e => e.textContent.includes(` + quote(text) + `))`
}

// press clicks the button of an element of the panel whose name begins so.
func (p *Person) press(element, name string) {
	p.tb.Helper()
	p.ClickAt(p.scrolledTo(`[...(` + element + `)?.querySelectorAll("button") ?? []].find(b => b.textContent.startsWith(` + quote(name) + `))`))
}

// openPart opens a part of the panel beside the views, which the bar or its menu
// offers.
func (p *Person) openPart(name string) {
	p.tb.Helper()
	p.Run(`document.querySelector("#open-` + name + `").click()`)
	p.Until(`document.activeElement?.id === "side-title"`)
}

// The check is live for everyone, in every view: its count changes with each
// edit, a finding leads to its note, is mended in one step that undo takes back,
// and can be set aside with a reason and taken up again.
func TestTheCheckIsLiveAndMends(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(faulty(t, map[string][]string{"n064": {"due", "owner"}}))
	a, b, reader := Open(t, As{Name: "a"}), Open(t, As{Name: "b"}), Open(t, As{Name: "reader"})
	a.Visit(m.Edit())
	b.Visit(m.Edit())
	b.toList()
	reader.Visit(m.View())
	for _, p := range []*Person{a, b, reader} {
		p.Until(findings(2))
	}

	// Shown on the board: the note is selected. In the list: it has the focus.
	a.openPart("check")
	a.press(finding("期限がありません"), "表示")
	a.Until(`document.activeElement?.id === "b-due"`)
	b.openPart("check")
	b.press(finding("担当部門がありません"), "表示")
	b.Until(`document.activeElement?.id === "panel-owner"`)
	b.Press("Escape")

	// Mended by b, gone for all; undone, back again.
	b.press(finding("期限がありません"), "期限を3か月後にする")
	for _, p := range []*Person{a, b, reader} {
		p.Until(findings(1))
	}
	b.Until(`document.activeElement?.id === "panel-due" && document.activeElement.value !== ""`)
	b.Press("Escape")
	b.Until(`document.querySelector("#panel").hidden && document.activeElement?.id.startsWith("at-")`)
	b.Press("z", Ctrl)
	for _, p := range []*Person{a, b, reader} {
		p.Until(findings(2))
	}

	// Set aside with a reason, which all can read; taken up again.
	b.press(finding("担当部門がありません"), "脇に置く")
	b.Until(`document.activeElement?.id === "side-reason"`)
	b.Insert("来月決める")
	b.Press("Enter")
	for _, p := range []*Person{a, b, reader} {
		p.Until(findings(1))
	}
	reader.openPart("check")
	reader.Until(finding("来月決める"))
	a.press(finding("来月決める"), "戻す")
	for _, p := range []*Person{a, b, reader} {
		p.Until(findings(2))
	}

	// A reader sees the findings and where they are, and is offered nothing else.
	if n := Eval[int](reader, `[...document.querySelectorAll("#side button")].filter(b => /加える|脇に置く|戻す|3か月後|担当にする/.test(b.textContent)).length`); n != 0 {
		t.Errorf("a reader is offered %d ways to mend", n)
	}
	reader.press(finding("期限がありません"), "表示")
	reader.Until(onBoard("TikTokインフルエンサー") + `?.classList.contains("is-selected") || document.activeElement === ` + onBoard("TikTokインフルエンサー"))
	if out := s.Run("findings", "--data", s.Dir, "--format", "json", m.ID); strings.Count(out, `"code"`) != 2 {
		t.Errorf("the tool says otherwise: %s", out)
	}
	for _, p := range []*Person{a, b, reader} {
		p.Axe(p.name + ", check")
	}
}
