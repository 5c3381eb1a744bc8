package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

const hebrew = "הלקוח רואה את המודעה של Instagram, ואז שואל חברים מה הם חושבים."

// rightToLeft is a map whose phase, lane and note are written in Hebrew and Arabic.
const rightToLeft = `{"format":"cjm-sample/1","id":"rtl","lang":"he","title":"מסע הלקוח","lanes":[{"id":"l","kind":"action","order":0,"name":"פעולות הלקוח"}],
	"phases":[{"id":"p","order":0,"name":"מודעות"},{"id":"q","order":1,"name":"الشراء"}],
	"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"` + hebrew + `"},{"id":"a","lane":"l","phase":"q","order":0,"text":"يقارن العميل الأسعار (على الموقع)."},{"id":"e","lane":"l","phase":"q","order":1,"text":"in English"}]}`

// What is written from right to left is read so on the board, in the list, in the
// picture and while it is written; on the board and in the picture in the lines in
// which it was measured, which fill its paper from the right.
func TestANoteInHebrewIsReadFromRightToLeft(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(rightToLeft)
	p := deskAs(t, m, As{Name: "reader"})
	p.Until(onBoard("הלקוח"))
	text := `[...document.querySelectorAll(".b-text")].find(e => e.textContent.startsWith("הלקוח"))`
	board := strings.Split(Eval[string](p, text+`.textContent`), "\n")
	var picture []string
	for _, found := range regexp.MustCompile(`<text [^>]*direction="rtl"[^>]*>([^<]*)</text>`).FindAllStringSubmatch(get(t, m.View()+"/map.svg"), -1) {
		picture = append(picture, found[1])
	}
	if len(board) < 2 || len(picture) < len(board) || strings.Join(board, " ") != hebrew {
		t.Fatalf("the board has the lines %q, the picture %q", board, picture)
	}
	for _, line := range board {
		if !slices.Contains(picture, line) {
			t.Errorf("the line %q of the board is none of the picture's %q", line, picture)
		}
	}
	// Every line begins at the right of the paper and ends on it.
	off := Eval[[]float64](p, `(() => { const e = `+text+`, note = e.closest(".b-note").getBoundingClientRect(), zoom = note.width / e.closest(".b-note").offsetWidth, r = document.createRange(); r.selectNodeContents(e); return [...r.getClientRects()].filter(l => l.width > 1).map(l => (note.right - l.right) / zoom).concat(Math.min(...[...r.getClientRects()].map(l => (l.left - note.left) / zoom)) - 11) })()`)
	if n := len(off) - 1; off[n] < 0 {
		t.Errorf("a line runs %v over the left of its paper", -off[n])
	}
	if first := off[0]; first < 5 || first > 13 {
		t.Errorf("the first line begins %v from the right", first)
	}
	p.Until(`getComputedStyle(` + text + `).direction === "rtl" && getComputedStyle([...document.querySelectorAll(".b-text")].find(e => e.textContent === "in English")).direction === "ltr"`)
	look(p, "rtl-board")
	p.Choose("הלקוח")
	p.Press("Enter")
	p.Until(`document.activeElement.matches(".b-editor")`)
	look(p, "rtl-editor")
	p.Press("Escape")
	p.toList()
	p.Until(`(() => { const e = [...document.querySelectorAll("#list .list-text")].find(e => e.textContent.startsWith("הלקוח")); if (!e) return false; const box = e.getBoundingClientRect(), r = document.createRange(); r.selectNodeContents(e); const l = [...r.getClientRects()]; return Math.abs(box.right - Math.max(...l.map(l => l.right))) < 3 && e.closest(".list-item").getBoundingClientRect().right - box.right < 20 })()`)
	look(p, "rtl-list")
	p.WithoutJavaScript()
	p.Goto(m.View())
	p.Until(`document.querySelector('svg.map text[direction=rtl]')`)
	look(p, "rtl-picture")
}
