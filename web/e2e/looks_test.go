package e2e

import "testing"

// How it looks to people who need it otherwise.

// brightness is a script: how light an element's background is, 0 to 255.
func brightness(selector string) string {
	return `(() => { const [r, g, b] = getComputedStyle(document.querySelector(` + quote(selector) + `)).backgroundColor.match(/[\d.]+/g).map(Number); return (r + g + b) / 3 })()`
}

func TestADarkSystemGetsADarkBoardAtOnce(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := Open(t, As{Name: "night", Lang: "en", Dark: true})
	p.Before(`window.light = 0; requestAnimationFrame(function look() { if (document.body && !/rgb\(\d\d?,/.test(getComputedStyle(document.body).backgroundColor)) window.light++; requestAnimationFrame(look) })`)
	p.Visit(m.Edit())
	p.Until(onBoard("alpha"))
	if v := Eval[float64](p, brightness(".board-root")); v > 60 {
		t.Errorf("the board's ground is %v of 255 bright", v)
	}
	if n := Eval[int](p, `window.light`); n > 0 {
		t.Errorf("the page was light for %d frames", n)
	}
}

func TestMoreContrastGivesNotesThickerEdges(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := deskAs(t, m, As{Name: "contrast", Media: map[string]string{"prefers-contrast": "more"}})
	p.Until(onBoard("alpha"))
	p.Until(`parseFloat(getComputedStyle(` + onBoard("alpha") + `).borderTopWidth) >= 2`)
	q := deskAs(t, m, As{Name: "forced", Media: map[string]string{"forced-colors": "active"}})
	q.Until(onBoard("alpha"))
	q.Until(`parseFloat(getComputedStyle(` + onBoard("alpha") + `).borderTopWidth) >= 2`)
	q.Choose("alpha")
	q.Until(`parseFloat(getComputedStyle(` + onBoard("alpha") + `).outlineWidth) >= 2`)
}

func TestReducedMotionJumpsInsteadOfFlying(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := deskAs(t, m, As{Name: "calm", Media: map[string]string{"prefers-reduced-motion": "reduce"}})
	p.Until(onBoard("alpha"))
	p.Press("0", Ctrl)
	p.Run(`window.places = new Set(); requestAnimationFrame(function look() { window.places.add(document.querySelector(".b-world").style.transform); requestAnimationFrame(look) })`)
	before := Eval[string](p, `document.querySelector(".b-world").style.transform`)
	p.Press("-")
	p.Until(`document.querySelector(".b-world").style.transform !== ` + quote(before))
	if n := Eval[int](p, `window.places.size`); n > 2 {
		t.Errorf("on its way the map was seen at %d places", n)
	}
}

func TestTextAtTwiceItsSizeLeavesTheBoardsBarsInReach(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := Open(t, As{Name: "large", Lang: "en"})
	p.Before(`addEventListener("DOMContentLoaded", () => document.documentElement.style.fontSize = "200%"); try { localStorage.setItem("tabi.asked", "1") } catch {}`)
	p.Visit(m.Edit())
	p.Until(onBoard("alpha"))
	out := Eval[[]string](p, `[...document.querySelectorAll(".b-bar button, header button")].filter(e => { const r = e.getBoundingClientRect(), s = e.closest(".b-bar"); return e.offsetParent && (r.right < 0 || r.left > innerWidth || r.bottom > innerHeight + 1) && !(s && s.scrollWidth > s.clientWidth) }).map(e => e.getAttribute("aria-label") || e.textContent)`)
	for _, b := range out {
		t.Errorf("out of sight: %s", b)
	}
}

func TestNothingOfALongNoteIsCutAndLinesObeyKinsoku(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(`{"format":"cjm-sample/1","id":"long","lang":"ja","title":"長い","lanes":[{"id":"l","kind":"action","order":0,"name":"行動"}],"phases":[{"id":"p","order":0,"name":"一"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"店頭で「これ、いいね。」と思ったが、値段を見て、やめた。（送料が高い）それでも、もう一度、サイトで探してみた。ッとして、ー と書く。結局、友人に聞いて、同じものを買った。とても満足している。"}]}`)
	p := deskAs(t, m, As{Name: "reader"})
	p.Until(`document.querySelector(".b-note .b-text")?.textContent.includes("店頭")`)
	for _, bad := range Eval[[]string](p, `document.querySelector(".b-note .b-text").textContent.split("\n").filter((l, i) => i && /^[、。」）ッーァィゥ]/.test(l))`) {
		t.Errorf("a line begins with %q", bad)
	}
	p.Until(`(() => { const n = document.querySelector(".b-note").getBoundingClientRect(), t = document.querySelector(".b-text").getBoundingClientRect(), r = document.createRange(); r.selectNodeContents(document.querySelector(".b-text")); const w = r.getBoundingClientRect(); return w.bottom <= n.bottom + 1 && w.right <= n.right + 1 })()`)
}

// The bars below the board keep out of each other's way, whatever stands beside it.
func TestTheBarsDoNotOverlapBesideAnOpenPanel(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	for _, width := range []int{1000, 1280, 1440, 1920} {
		p := deskAs(t, m, As{Name: "panel " + num(float64(width)), Width: width, Height: 900})
		p.Until(onBoard("alpha"))
		for _, open := range []bool{false, true} {
			if open {
				p.Click("#open-check")
				p.Until(`document.querySelector("#open-check").getAttribute("aria-expanded") === "true"`)
				p.Run(`await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`)
			}
			tools, zoom := p.place(`document.querySelector(".b-tools")`), p.place(`document.querySelector(".b-zoom")`)
			if tools[2] < 200 || tools[0]+tools[2] > zoom[0] {
				t.Errorf("%d wide, panel %v: the tools end at %v of %v, the zoom begins at %v", width, open, tools[0]+tools[2], tools, zoom[0])
			}
			look(p, "bars-"+num(float64(width))+map[bool]string{true: "-panel"}[open])
		}
	}
}
