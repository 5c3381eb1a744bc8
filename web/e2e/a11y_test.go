package e2e

import "testing"

func TestTextAtTwiceItsSizeFits(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader", Width: 1280, Height: 800})
	p.Before(`addEventListener("DOMContentLoaded", () => document.documentElement.style.fontSize = "200%")`)
	p.Visit(m.Edit())
	p.toList()
	if over := Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("the page is %v pixels too wide", over)
	}
	cut := Eval[[]string](p, `[...document.querySelectorAll(".bar .button, .bar .state, .list-item")].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))`)
	for _, c := range cut {
		t.Errorf("cut off: %s", c)
	}
	for _, id := range []string{"#menu-button", "#view-list", "#view-board"} {
		p.Until(`(() => { const r = document.querySelector("` + id + `").getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight })()`)
	}
}
