package e2e

import (
	"strconv"
	"strings"
	"testing"
)

func quote2(n int) string { return strconv.Itoa(n) }

func TestBothSeeWhatEitherWrites(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a"}), Open(t, As{Name: "b"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	a.addNote(0, "a が書いた")
	b.Until(note("a が書いた"))
	b.addNote(1, "b が書いた")
	a.Until(note("b が書いた"))
	// Each knows that the other is there.
	a.Until(`document.querySelector("#people").dataset.count === "2"`)
	if export := s.Export(m); !strings.Contains(export, "a が書いた") || !strings.Contains(export, "b が書いた") {
		t.Error("the server's own export lacks a note")
	}
}

func TestTwoWriteInOneNoteAndBothTextsSurvive(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	a.addNote(0, "The middle.")
	b.Until(note("The middle."))
	a.openNote("The middle.")
	b.openNote("The middle.")
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector("#panel-text").value === "The middle."`)
	}
	a.Run(`document.querySelector("#panel-text").setSelectionRange(0, 0)`)
	b.Run(`{ const e = document.querySelector("#panel-text"); e.setSelectionRange(e.value.length, e.value.length) }`)
	// Letter by letter, in turns: every keystroke meets the other's last one.
	front, end := "AAAAAAAAAA", "zzzzzzzzzz"
	for i := range front {
		a.Type(front[i : i+1])
		b.Type(end[i : i+1])
	}
	want := front + "The middle." + end
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector("#panel-text").value === ` + quote(want))
	}
	if !strings.Contains(s.Export(m), want) {
		t.Error("the server's own export has another text")
	}
}

func TestACompositionIsNotBrokenByRemoteEdits(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a"}), Open(t, As{Name: "b"})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.toList()
	}
	a.addNote(0, "顧客")
	b.Until(note("顧客"))
	a.openNote("顧客")
	b.openNote("顧客")
	a.Until(`document.querySelector("#panel-text").value === "顧客"`)
	a.Run(`{ const e = document.querySelector("#panel-text"); e.setSelectionRange(2, 2);
		window.ended = 0; e.addEventListener("compositionend", () => window.ended++) }`)
	// While a composes at the end, b writes at the beginning and elsewhere.
	a.Composing("た")
	a.Composing("たい")
	b.Run(`document.querySelector("#panel-text").setSelectionRange(0, 0)`)
	b.Insert("新しい")
	b.Until(`document.querySelector("#panel-text").value === "新しい顧客"`)
	a.Composing("たいけん")
	a.Until(`document.querySelector("#panel-text").value === "顧客たいけん"`) // still a's own
	if Eval[int](a, `window.ended`) != 0 {
		t.Fatal("the composition was ended by a remote edit")
	}
	a.Composing("体験")
	a.Commit("体験")
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector("#panel-text").value === "新しい顧客体験"`)
	}
	// The next word goes on where the caret was left.
	a.Compose([]string{"ち", "ちず"}, "地図")
	b.Until(`document.querySelector("#panel-text").value === "新しい顧客体験地図"`)
	if Eval[int](a, `window.ended`) != 2 {
		t.Errorf("%d compositions ended, want 2", Eval[int](a, `window.ended`))
	}
	// The Enter that ended a composition made nothing.
	a.Until(`document.activeElement?.id === "panel-text"`)
}

func TestTheTitleIsEditedInPlace(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a"}), Open(t, As{Name: "b"})
	a.Visit(m.Edit())
	b.Visit(m.View())
	a.Click("#title")
	a.Press("a", Ctrl)
	a.Compose([]string{"たび"}, "旅の地図")
	a.Press("Enter")
	b.Until(`document.querySelector(".bar-title").textContent === "旅の地図"`)
	b.Until(`document.title.startsWith("旅の地図")`)
	a.Until(`document.activeElement?.id !== "title"`)
}

func TestNobodyMustSayTheirName(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a"}), Open(t, As{Name: "b"})
	a.Visit(m.Edit())
	b.Visit(m.View())
	// The question stands there, but the map can be edited at once.
	a.Until(`document.querySelector("#me")`)
	a.toList()
	a.addNote(0, "名乗る前に")
	b.Until(`document.querySelector("#people").textContent.includes("ゲスト")`)
	// Whoever answers is known by that name from then on.
	a.Click("#me-name")
	a.Compose([]string{"やまだ"}, "山田")
	a.Click("#me button[type=submit]")
	a.Until(`!document.querySelector("#me")`)
	b.Until(`document.querySelector("#people").textContent.includes("山田")`)
	a.Visit(m.Edit())
	b.Until(`document.querySelector("#people").textContent.includes("山田")`)
	if Eval[bool](a, `!!document.querySelector("#me")`) {
		t.Error("who has answered is asked again")
	}
	// A reader is not asked at all.
	if Eval[bool](b, `!!document.querySelector("#me")`) {
		t.Error("a reader is asked for a name")
	}
}

func TestTheLanguageIsTheBrowsersAndCanBeSwitched(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	ja, en := Open(t, As{Name: "ja"}), Open(t, As{Name: "en", Lang: "en"})
	ja.Visit(m.Edit())
	en.Visit(m.Edit())
	ja.Until(`document.querySelector("#view-list").textContent === "リスト"`)
	en.Until(`document.querySelector("#view-list").textContent === "List"`)
	en.Click("#menu-button")
	en.Click(`#menu button[lang=ja]`)
	en.Until(`document.querySelector("#view-list").textContent === "リスト" && document.documentElement.lang === "ja"`)
	en.Visit(m.Edit())
	en.Until(`document.querySelector("#view-list").textContent === "リスト"`)
}
