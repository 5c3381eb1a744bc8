package e2e

import (
	"strings"
	"testing"
)

// word is one word as an input method of a language makes it.
type word struct {
	lang   string
	shown  []string // what stands there while it is composed
	settle []string // what each of its parts becomes; Korean ends a composition a syllable
	is     string
}

var composed = []word{
	{lang: "ja", shown: []string{"に", "にほ", "にほん", "日本"}, settle: []string{"日本"}, is: "日本"},
	{lang: "zh", shown: []string{"n", "ni", "ni'h", "ni'hao"}, settle: []string{"你好"}, is: "你好"},
	{lang: "ko", shown: []string{"ㅎ", "하", "한", "한"}, settle: []string{"한", "국"}, is: "한국"},
}

// A word of each of the three languages is composed wherever a text of several
// people is written: in a note on the board, in the list's note, in the fields of
// a boundary in either view. Meanwhile others write in the same text and take it
// back, its own Ctrl+Z is pressed, and the socket is lost.
func TestWordsOfThreeLanguagesAreComposedThroughAll(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	cut := NewProxy(t, s.Addr)
	a, b := Open(t, As{Name: "composes", Lang: "en"}), deskAs(t, m, As{Name: "other"})
	a.Expect(offlineNoise)
	a.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
	a.Visit(m.Through(cut, m.EditPath))
	a.Until(onBoard("alpha"))
	b.Until(onBoard("alpha"))

	const field = `document.activeElement`
	texts := map[string]string{"note": "alpha", "concern": "the price"} // as they now are
	escape := func(p *Person) { p.Press("Escape") }
	places := []struct {
		name  string
		text  string
		open  func(p *Person, text string)
		leave func(p *Person)
		late  bool // the field is written when it is left
	}{
		{"a note on the board", "note", func(p *Person, text string) {
			p.toBoard()
			p.writeIn(text)
		}, escape, false},
		{"a note in the list", "note", func(p *Person, text string) {
			p.toList()
			p.openNote(text)
		}, escape, false},
		{"a boundary in the list", "concern", func(p *Person, text string) {
			p.toList()
			p.ClickAt(p.scrolledTo(`document.querySelector("#list .list-boundary")`))
			p.Click("#panel-concern")
		}, escape, false},
		{"a boundary on the board", "concern", func(p *Person, text string) {
			p.toBoard()
			for !p.soon(`document.querySelector("#b-concern")`) {
				p.ClickAt(p.MiddleOf(`[...document.querySelectorAll("#tabi-board svg text")].find(e => e.textContent.includes("sure"))`))
			}
			p.Click("#b-concern")
		}, func(p *Person) { p.Run(field + `.blur()`) }, true},
	}
	for _, place := range places {
		for _, w := range composed {
			t.Run(place.name+" "+w.lang, func(t *testing.T) {
				a, b := a.in(t), b.in(t)
				was := texts[place.text]
				for _, p := range []*Person{a, b} {
					place.open(p, was)
					p.Until(field + `.matches("textarea") && ` + field + `.value === ` + quote(was))
				}
				a.Run(`{ const e = ` + field + `; e.setSelectionRange(e.value.length, e.value.length);
					window.ended = 0; if (e.heard) return; e.heard = true; e.addEventListener("compositionend", () => window.ended++) }`)
				a.Composing(w.shown[0])
				// Another writes in the same text, and takes it back.
				b.Run(field + `.setSelectionRange(0, 0)`)
				front := "y"
				b.Insert("x")
				if place.late {
					front = "x"
					place.leave(b)
				} else {
					b.Press("z", Ctrl)
					b.Until(field + `.value === ` + quote(was))
					b.Run(field + `.setSelectionRange(0, 0)`)
					b.Insert(front)
				}
				a.Composing(w.shown[1])
				a.Press("z", Ctrl) // undo has nothing to say to an input method
				cut.Cut()
				a.Until(`document.querySelector(".state").dataset.state === "offline"`)
				for _, shown := range w.shown[2:] {
					a.Composing(shown)
				}
				if got := Eval[string](a, field+`.value`); got != was+w.shown[len(w.shown)-1] || Eval[int](a, `window.ended`) != 0 {
					t.Errorf("while it is composed it reads %q, and compositions ended: %d", got, Eval[int](a, `window.ended`))
				}
				for i, part := range w.settle {
					if i > 0 {
						a.Composing(part)
					}
					a.Commit(part)
				}
				cut.Mend()
				a.Run(`document.querySelector("#offline .button")?.click()`) // try again now
				want := front + was + w.is
				texts[place.text] = want
				if place.late {
					place.leave(a)
				} else {
					for _, p := range []*Person{a, b} {
						p.Until(field + `.value === ` + quote(want))
						place.leave(p)
					}
				}
				if n := Eval[int](a, `window.ended`); n != len(w.settle) {
					t.Errorf("%d compositions ended, want %d", n, len(w.settle))
				}
				a.Until(`document.querySelector(".state").dataset.state === "live" && document.querySelector(".state").dataset.pending === "0"`)
				if export := s.Export(m); !strings.Contains(export, quote(want)) {
					t.Errorf("the server does not hold %q:\n%s", want, export)
				}
			})
		}
	}
}

// in is the same person in a part of the test.
func (p *Person) in(t *testing.T) *Person {
	return &Person{tb: t, name: p.name, ctx: p.ctx}
}

func (p *Person) toBoard() {
	p.tb.Helper()
	if !Eval[bool](p, `document.documentElement.dataset.view === "board"`) {
		p.Click("#view-board")
	}
	p.Until(`document.querySelector(".board-root .b-tools")?.offsetParent`)
}
