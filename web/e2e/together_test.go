package e2e

import (
	"strings"
	"testing"
)

// Several people on one board, and input methods.

// twoAtBoard are two people who see the same small map.
func twoAtBoard(t *testing.T) (MapLinks, *Person, *Person) {
	t.Helper()
	_, m, a := atBoard(t)
	b := deskAs(t, m, As{Name: "Bea"})
	b.Until(onBoard("alpha"))
	return m, a, b
}

func TestAPersonIsFollowed(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	a.Move(a.On("alpha"))
	b.Button("People: follow someone")
	b.Menu("Follow a")
	b.Until(`document.querySelector(".b-hint")?.textContent.includes("Following a")`)
	for range 4 {
		a.Wheel(Point{640, 400}, 0, -40, Ctrl)
	}
	width := a.place(onBoard("alpha"))[2]
	b.Until(`Math.abs(` + onBoard("alpha") + `.getBoundingClientRect().width / ` + onBoard("gamma") + `.offsetWidth - 1) > 0.2`)
	a.Until(onBoard("alpha") + `.getBoundingClientRect().width > ` + num(width-1))
	b.Button("Stop")
	b.Until(`!document.querySelector(".b-hint")?.textContent.includes("Following")`)
}

func TestAReactionFliesBy(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	a.Move(a.On("alpha"))
	b.Run(`window.seen = 0; new MutationObserver(() => { if ([...document.querySelectorAll(".b-burst")].some(e => e.style.display !== "none" && e.textContent === "🎉")) window.seen++ }).observe(document.querySelector("#tabi-board"), {subtree: true, childList: true, attributes: true, characterData: true})`)
	a.Button("React")
	a.Menu("🎉")
	b.Until(`window.seen > 0`)
	b.Until(`![...document.querySelectorAll(".b-burst")].some(e => e.style.display !== "none")`)
}

func TestCursorsAndSelectionsOfOthersAreSeenWithTheirNames(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	b.Choose("delta")
	b.Move(b.On("gamma"))
	a.Until(`[...document.querySelectorAll(".b-cursor")].some(e => e.style.display !== "none" && e.textContent.includes("Bea"))`)
	a.Until(`[...document.querySelectorAll(".b-outline")].some(e => { const r = e.getBoundingClientRect(), n = ` + onBoard("delta") + `.getBoundingClientRect(); return e.style.display !== "none" && Math.abs(r.x + r.width/2 - n.x - n.width/2) < 4 })`)
}

func TestFocusIsNotLostWhenSomeoneElseEdits(t *testing.T) {
	t.Parallel()
	_, a, b := twoAtBoard(t)
	a.Choose("alpha")
	a.Until(`document.activeElement === ` + onBoard("alpha"))
	at := b.On("beta")
	b.Drag(at, Point{at.X + 30, at.Y + 10})
	b.Choose("gamma")
	b.Press("Delete")
	a.Until(shownNotes(3))
	a.Until(`document.activeElement === ` + onBoard("alpha"))
	// The one that has it goes: the board has it then, not the page.
	b.Choose("alpha")
	b.Press("Delete")
	a.Until(shownNotes(2))
	a.Until(`document.querySelector("#tabi-board").contains(document.activeElement)`)
	a.Press("Tab")
	a.Until(`document.activeElement.classList.contains("b-note")`)
}

// writing opens a note and puts the caret at its end.
func (p *Person) writeIn(text string) {
	p.tb.Helper()
	p.write(func() Point { return p.On(text) })
}

func TestAKoreanAndAChineseCompositionComeThrough(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	a.writeIn("alpha")
	for _, jamo := range []string{"ㅎ", "하", "한"} {
		a.Composing(jamo)
	}
	b.writeIn("alpha")
	b.Press("Home")
	b.Type("x")
	a.Commit("한")
	a.Composing("ㄱ")
	a.Composing("구")
	a.Commit("국")
	for _, pinyin := range []string{"ni", "ni h", "ni hao"} {
		a.Composing(pinyin)
	}
	b.Type("y")
	a.Commit("你好")
	for _, p := range []*Person{a, b} {
		p.Until(`document.activeElement.value === "xyalpha한국你好"`)
	}
	if !strings.Contains(m.s.Export(m), "xyalpha한국你好") {
		a.Saved(m).note(t, "xyalpha한국你好")
	}
}

func TestACompositionSurvivesUndoOfOthersAndTheLossOfTheSocket(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	cut := NewProxy(t, s.Addr)
	a := Open(t, As{Name: "a", Lang: "en"})
	a.Expect(offlineNoise)
	a.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
	a.Visit(m.Through(cut, m.EditPath))
	a.Until(onBoard("alpha"))
	b := deskAs(t, m, As{Name: "b"})
	b.Until(onBoard("alpha"))
	b.writeIn("alpha")
	b.Type("-b")
	a.Until(onBoard("alpha-b"))
	a.writeIn("alpha-b")
	a.Composing("に")
	b.Press("z", Ctrl) // takes "-b" back while a composes behind it
	b.Until(`document.activeElement.value === "alpha"`)
	a.Composing("にほ")
	cut.Cut()
	a.Until(`document.querySelector(".state").dataset.state === "offline"`)
	a.Composing("にほん")
	if got := Eval[string](a, `document.activeElement.value`); !strings.HasSuffix(got, "にほん") {
		t.Errorf("the composition reads %q", got)
	}
	a.Commit("日本")
	cut.Mend()
	for _, p := range []*Person{a, b} {
		p.Until(`document.activeElement.value === "alpha日本"`)
	}
}

func TestOnlyAnEnterThatDoesNotComposeMakesANote(t *testing.T) {
	t.Parallel()
	m, p := func() (MapLinks, *Person) { _, m, p := atBoard(t); return m, p }()
	p.writeIn("delta")
	p.Compose([]string{"に", "にほん"}, "日本") // its Enter belongs to the input method
	p.Until(`document.activeElement.value === "delta日本"`)
	p.Until(shownNotes(4))
	p.Press("Enter")
	p.Until(shownNotes(5))
	p.Insert("next")
	p.Press("Escape")
	p.Until(onBoard("next"))
	if n := p.Saved(m).note(t, "next"); n.Phase != "p3" || n.Lane != "l2" {
		t.Errorf("the next note is in %s/%s", n.Phase, n.Lane)
	}
}

func TestTheListAndTheBoardAreLiveToOneAnother(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	b.toList()
	b.openNote("alpha")
	b.Press("End")
	b.Insert(" listed")
	a.Until(onBoard("alpha listed"))
	at := a.On("beta")
	a.Drag(at, Point{at.X, a.On("gamma").Y})
	b.Press("Escape")
	b.Until(`(` + note("beta") + `)?.closest("tr").querySelector("th").textContent.includes("Thinks")`)
	if n := a.Saved(m).note(t, "beta"); n.Lane != "l2" || n.Phase != "p2" {
		t.Errorf("beta is in %s/%s", n.Phase, n.Lane)
	}
}

func TestAStampIsSeenByTheOthersAndTakenOffAgain(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	stamps := func(faces string) string {
		return onBoard("alpha") + `.querySelector(".b-stamps").textContent === ` + quote(faces)
	}
	a.Choose("alpha")
	a.Button("Stamp")
	a.Menu("👍")
	a.Until(stamps("👍"))
	b.Until(stamps("👍"))
	b.Choose("alpha")
	b.Button("Stamp")
	b.Menu("🎉")
	for _, p := range []*Person{a, b} {
		p.Until(stamps("👍🎉"))
	}
	if f := b.Saved(m); len(f.Stamps) != 2 {
		t.Errorf("saved with stamps %v", f.Stamps)
	}
	a.Button("Stamp")
	a.Menu("👍")
	for _, p := range []*Person{a, b} {
		p.Until(stamps("🎉"))
	}
}
