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
	"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"` + hebrew + `"},{"id":"a","lane":"l","phase":"q","order":0,"text":"يقارن العميل الأسعار (على الموقع)."},{"id":"e","lane":"l","phase":"q","order":1,"text":"in English"},
	{"id":"w","lane":"l","phase":"q","order":2,"text":"شخص يبحث عن شبشب ضخم ومقص صغير وسيستعرض صفحات المنتجات ثم يتصفّح تقييمات المشترين السابقين قبل أن يقرر الشراء"}]}`

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
	for _, over := range Eval[[]string](p, `[...document.querySelectorAll(".b-note")].filter(n => { const r = document.createRange(); r.selectNodeContents(n.querySelector(".b-text")); const box = n.getBoundingClientRect(); return [...r.getClientRects()].some(l => l.width > 1 && (l.left < box.left + 4 || l.right > box.right)) }).map(n => n.textContent)`) {
		t.Errorf("a line of this note is wider than its paper: %s", over)
	}
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

// A page in Arabic runs from right to left, bars, list, menus and panels; the map
// stands as it does for all. Nothing runs out of the page, no bar lies on another.
func TestThePageInArabicIsMirroredAndTheMapIsNot(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	for _, as := range []As{{Name: "arabic-desk", Lang: "ar", Width: 1440, Height: 900}, {Name: "arabic-phone", Lang: "ar", Phone: true}} {
		p := Open(t, as)
		p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
		fits := func(what string) {
			t.Helper()
			p.settled()
			look(p, as.Name+"-"+what)
			if over := Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s, %s: the page is %v too wide", as.Name, what, over)
			}
			for _, out := range Eval[[]string](p, `[...document.querySelectorAll("header button, header a, header input, .b-bar button, dialog[open] button, dialog[open] input, .list-tools button, #side button")].filter(e => { const r = e.getBoundingClientRect(), bar = e.closest(".b-bar, #parts, .list-tools"); return r.width > 1 && e.checkVisibility() && (r.left < -1 || r.right > innerWidth + 1) && !(bar && bar.scrollWidth > bar.clientWidth) }).map(e => e.outerHTML.slice(0, 100))`) {
				t.Errorf("%s, %s: out of sight: %s", as.Name, what, out)
			}
			for _, cut := range Eval[[]string](p, `[...document.querySelectorAll(".button, .b-button")].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 100))`) {
				t.Errorf("%s, %s: cut off: %s", as.Name, what, cut)
			}
		}
		p.Goto("http://" + s.Addr + "/")
		p.Until(`document.documentElement.dir === "rtl" && document.querySelector("#start-stages-five")`)
		fits("start")
		p.Visit(m.OwnerLink())
		p.toBoard()
		p.Until(onBoard("Subscribes"))
		p.Until(`document.documentElement.dir === "rtl"`)
		fits("board")
		// The first phase is left of the second, and the menu left of the map's name.
		if heads := Eval[[]float64](p, `["Awareness", "Evaluation"].map(name => [...document.querySelectorAll(".b-tops text")].find(e => e.textContent === name).getBoundingClientRect().left)`); heads[0] > heads[1] {
			t.Errorf("%s: the first phase stands at %v", as.Name, heads)
		}
		if menu, title := p.place(`document.querySelector("#menu-button")`), p.place(`document.querySelector(".bar-title")`); !as.Phone && menu[0] > title[0] {
			t.Errorf("%s: the menu is at %v, the title at %v", as.Name, menu, title)
		}
		if !as.Phone {
			tools, zoom := p.place(`document.querySelector(".b-tools")`), p.place(`document.querySelector(".b-zoom")`)
			if zoom[0]+zoom[2] > tools[0] {
				t.Errorf("the zoom bar %v lies on the tools %v", zoom, tools)
			}
		}
		p.Click("#menu-button")
		p.Until(`document.querySelector("#menu").matches(":popover-open")`)
		fits("menu")
		p.Press("Escape")
		if !as.Phone {
			// Figures and keys are not turned round, and a drawing begins at its left.
			p.ClickAt(p.MiddleOf(onBoard("Subscribes")))
			p.Press("i")
			p.Until(`[...document.querySelectorAll(".b-choice")].some(e => e.textContent === "-2")`)
			fits("inspector")
			turned := `element => { const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode(), at = i => { const r = document.createRange(); r.setStart(text, i); r.setEnd(text, i + 1); return r.getBoundingClientRect().left }; return at(0) > at(text.length - 1) }`
			if Eval[bool](p, `(`+turned+`)([...document.querySelectorAll(".b-choice")].find(e => e.textContent === "-2"))`) {
				t.Error("-2 reads 2-")
			}
			p.Press("Escape")
			p.Press("?")
			p.Until(`[...document.querySelectorAll(".b-keys kbd")].some(e => e.textContent === "Ctrl++")`)
			fits("keys")
			if Eval[bool](p, `(`+turned+`)([...document.querySelectorAll(".b-keys kbd")].find(e => e.textContent === "Ctrl++"))`) {
				t.Error("Ctrl++ reads ++Ctrl")
			}
			p.Press("Escape")
			p.openPart("check")
			fits("check")
		}
		p.toList()
		p.Until(note("Subscribes to the newsletter after a podcast episode"))
		fits("list")
		p.toBoard()
		if !as.Phone {
			p.Click("#share")
			p.Until(`document.querySelector("dialog[open]")`)
			fits("share")
			p.Axe(as.Name + ": sharing")
		}
	}
}

// In the list of an Arabic page the next phase is to the left, and so is its key.
func TestArrowsInAnArabicListGoWhereTheyPoint(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := Open(t, As{Name: "arabic", Lang: "ar"})
	p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
	p.Visit(m.Edit())
	p.toList()
	p.Until(note("alpha"))
	p.Run(note("alpha") + `.closest(".list-item").focus()`)
	before := p.place(`document.activeElement`)
	p.Press("ArrowLeft")
	p.Until(`document.activeElement.textContent.includes("beta")`)
	if after := p.place(`document.activeElement`); after[0] >= before[0] {
		t.Errorf("from %v the arrow to the left went to %v", before, after)
	}
}
