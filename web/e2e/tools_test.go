package e2e

import (
	"strings"
	"testing"
)

// clip is a copy, cut or paste event at the board; what it carried comes back.
func (p *Person) clip(kind, plain, html string) (text string) {
	p.tb.Helper()
	return Eval[string](p, `(() => { const d = new DataTransfer(); `+
		`if (`+quote(plain)+`) d.setData("text/plain", `+quote(plain)+`); if (`+quote(html)+`) d.setData("text/html", `+quote(html)+`);
		document.querySelector(".tabi-board").dispatchEvent(new ClipboardEvent(`+quote(kind)+`, {bubbles: true, cancelable: true, clipboardData: d}));
		return d.getData("text/plain") + "\u0000" + d.getData("text/html") })()`)
}

const chosenNotes = `[...document.querySelectorAll(".b-note.is-selected")].filter(e => e.style.display !== "none")`

func (p *Person) shiftClick(at Point) {
	p.mouse("mouseMoved", at, 0, 0, 0)
	p.mouse("mousePressed", at, 1, 1, Shift)
	p.mouse("mouseReleased", at, 0, 1, Shift)
}

// shownNote is onBoard for a note that may be gone: its element waits for another.
func shownNote(text string) string {
	return `[...document.querySelectorAll(".b-note")].find(e => e.style.display !== "none" && e.textContent.startsWith(` + quote(text) + `))`
}

// menu opens a menu of the board and chooses a line of it.
func (p *Person) menu(button, line string) {
	p.tb.Helper()
	p.Click(button)
	p.Until(`document.querySelector("#b-menu")`)
	p.Run(`[...document.querySelectorAll("#b-menu button")].find(e => e.textContent.startsWith(` + quote(line) + `)).click()`)
}

// What people's hands know from other boards: marquee, copies, alignment, size,
// colour, links, text from a spreadsheet and back to it, search, contents.
func TestTheToolsOfABoard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m, other := s.Import(sampleJapanese()), s.Import(sampleEnglish())
	p := Open(t, As{Name: "hands", Width: 1440, Height: 900})
	p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
	p.Visit(m.Edit())
	p.Until(onBoard(firstNote))
	const count = `[...document.querySelectorAll(".b-note")].filter(e => e.style.display !== "none").length`
	at := p.MiddleOf(onBoard(firstNote))

	// A list becomes notes of the cell, in one step of undo; a range becomes a grid.
	p.Move(at)
	p.clip("paste", "・朝に見る\n・昼に比べる\n・夜に買う", "")
	p.Until(onBoard("昼に比べる"))
	p.Until(chosenNotes + `.length === 3`)
	p.Press("z", Ctrl)
	p.Until(`!` + shownNote("昼に比べる") + ` && !` + shownNote("朝に見る"))
	p.Move(at)
	p.clip("paste", "左上\t右上\n左下\t右下", "")
	p.Until(onBoard("右下"))
	a, b := p.MiddleOf(onBoard("左上")), p.MiddleOf(onBoard("右下"))
	if b.X-a.X < 150 || b.Y-a.Y < 60 {
		t.Errorf("a range was pasted at %v to %v", a, b)
	}

	// Out to a spreadsheet, and into another map with everything.
	text, html, _ := strings.Cut(p.clip("copy", "", ""), "\x00")
	if !strings.Contains(text, "\t") || !strings.Contains(text, "左上") || !strings.Contains(html, "data-tabi") {
		t.Errorf("copied %q", text)
	}
	p.Press("z", Ctrl)
	p.Until(`!` + shownNote("右下"))

	// Chosen together: lined up, spread, stacked.
	p.ClickAt(at)
	p.shiftClick(p.MiddleOf(onBoard("保存して、ブラン")))
	p.shiftClick(p.MiddleOf(onBoard("Instagramで公")))
	p.Until(chosenNotes + `.length === 3`)
	p.menu(`.b-context [aria-label="揃える・並べる"], .b-context [aria-haspopup="menu"]`, "左")
	p.Until(`new Set(` + chosenNotes + `.map(e => Math.round(e.getBoundingClientRect().left))).size === 1`)
	look(p, "tools-aligned")
	p.Press("z", Ctrl)
	p.Until(`new Set(` + chosenNotes + `.map(e => Math.round(e.getBoundingClientRect().left))).size === 2`)

	// Twice as many, and away again.
	const same = `[...document.querySelectorAll(".b-note")].filter(e => e.style.display !== "none" && e.textContent.startsWith("Instagramで公")).length`
	p.Press("d", Ctrl)
	p.Until(same + ` === 2`)
	p.Press("Delete")
	p.Until(same + ` === 1`)

	// A marquee over the first cell.
	p.Press("Escape")
	p.Press("v")
	p.Drag(Point{at.X + 140, at.Y + 85}, Point{at.X - 40, at.Y - 20})
	p.Until(chosenNotes + `.length >= 3`)
	p.Press("h")
	p.Press("Escape")

	// A link drawn from one note to another.
	const still = `new DOMMatrix(document.querySelector(".b-world").style.transform).a`
	p.Press("0", Shift)
	p.Until(still + ` === 1`)
	p.ClickAt(p.MiddleOf(onBoard("ECの店舗在庫を見")))
	p.Until(`document.querySelector(".b-grip")`)
	p.Drag(p.MiddleOf(`[...document.querySelectorAll(".b-grip")].filter(e => e.style.display !== "none").sort((a, b) => b.getBoundingClientRect().left - a.getBoundingClientRect().left)[0]`),
		p.MiddleOf(onBoard("在庫表示は「あり」")))
	p.Until(`document.querySelector("#b-rel")`)
	p.Press("Delete")
	p.Until(`!document.querySelector("#b-rel")`)

	// Half-width kana, upper case and hiragana find the same.
	p.Press("1", Shift)
	p.Until(still + ` < 0.9`)
	for _, query := range []string{"ﾒｰﾙ", "めーる", "メール"} {
		p.Press("f", Ctrl)
		p.Until(`document.activeElement?.id === "b-find-input"`)
		p.Press("a", Ctrl)
		p.Insert(query)
		p.Until(`document.querySelectorAll(".b-note.is-found").length > 0`)
		p.Press("Escape")
	}
	p.Press("f", Ctrl)
	p.Until(`document.activeElement?.id === "b-find-input"`)
	p.Press("a", Ctrl)
	p.Press("Delete")
	p.Until(`document.querySelectorAll(".b-contents > li").length === 5`)
	p.Run(`document.querySelectorAll(".b-leaf")[2].click()`)
	p.Until(`document.querySelectorAll(".b-leaves li").length > 3`)
	look(p, "tools-contents")
	p.Press("Escape")
	p.Press("m")
	p.Until(`document.querySelector(".b-map svg")`)

	// A shape, a text, a stroke.
	p.Press("t")
	p.ClickAt(Point{1300, 560})
	p.Until(`document.activeElement?.classList.contains("is-drawing")`)
	p.Insert("見出し")
	p.Press("Escape")
	p.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.includes("見出し"))`)
	look(p, "tools-all")

	q := Open(t, As{Name: "other map", Width: 1440, Height: 900})
	q.Visit(other.Edit())
	q.Until(count + ` > 5`)
	q.Move(Point{700, 400})
	q.clip("paste", "", html)
	q.Until(chosenNotes + `.length === 4`)
	q.Until(onBoard("右下"))
}

// A word that is being composed survives others' edits, an undo elsewhere and a
// lost connection; the note grows so that nothing is cut.
func TestAWordOnTheBoardIsComposedThroughAll(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	cut := NewProxy(t, s.Addr)
	a, b := Open(t, As{Name: "composes", Width: 1440, Height: 900}), Open(t, As{Name: "b", Width: 1440, Height: 900})
	a.Expect(offlineNoise)
	a.Visit(m.Through(cut, m.EditPath))
	b.Visit(m.Edit())
	a.write(func() Point { return a.MiddleOf(onBoard(overThere)) })
	a.Composing("とうろく")
	b.write(func() Point { return b.MiddleOf(onBoard(overThere)) })
	b.Press("Home")
	b.Insert("先に")
	b.Press("Escape")
	cut.Cut()
	a.Until(`document.querySelector(".state").dataset.state === "offline"`)
	a.Until(`document.activeElement.value.includes("とうろく")`)
	cut.Mend()
	a.Until(`document.querySelector(".state").dataset.state === "live"`)
	a.Until(`document.activeElement.value.includes("とうろく")`)
	a.Commit("登録")
	a.Until(`document.activeElement.value.includes("登録") && document.activeElement.value.includes("先に")`)
	a.Insert(strings.Repeat("とても長い文をここに書いても、切れずにすべて読める。", 6))
	a.Press("Escape")
	const text = `(e => e.querySelector(".b-text").getBoundingClientRect())(` + `[...document.querySelectorAll(".b-note")].find(e => e.textContent.replaceAll("\n", "").includes("登録"))` + `)`
	b.Until(`[...document.querySelectorAll(".b-note")].some(e => e.textContent.replaceAll("\n", "").includes("登録") && e.textContent.replaceAll("\n", "").includes("先に"))`)
	a.Until(text + `.bottom <= [...document.querySelectorAll(".b-note")].find(e => e.textContent.replaceAll("\n", "").includes("登録")).getBoundingClientRect().bottom + 1`)
	look(a, "grown")
}
