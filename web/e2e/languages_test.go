package e2e

import (
	"strings"
	"testing"
)

// A tongue is a language that the client does not carry, with words that its pages
// show: of the start page, of the board's bar and of a lane made of a template.
type tongue struct{ wish, lang, name, last, list, redo, lane string }

var tongues = []tongue{
	{"zh-CN", "zh-Hans", "简体中文", "最近打开的地图", "列表", "重做", "客户行为"},
	{"ko-KR", "ko", "한국어", "최근에 연 지도", "목록", "다시 실행", "고객 행동"},
	{"ar-SA", "ar", "العربية", "خرائط فتحتها مؤخرًا", "القائمة", "إعادة", "أفعال العميل"},
}

// texts are the catalogues that a page has asked for.
const texts = `performance.getEntriesByType("resource").map(e => e.name).filter(n => n.includes("/texts/")).map(n => n.split("/").pop())`

// Whoever's browser wishes for a language gets it, from the server's first page on,
// and again after a reload.
func TestThePageSpeaksAsTheBrowserWishes(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	for _, l := range tongues {
		p := Open(t, As{Name: l.lang, Lang: l.wish})
		p.Goto("http://" + s.Addr + "/")
		p.Until(`document.body.textContent.includes(` + quote(l.last) + `)`)
		p.Visit(m.Edit())
		for range 2 {
			p.Until(`document.documentElement.lang === ` + quote(l.lang) + ` && document.querySelector("#view-list")?.textContent.includes(` + quote(l.list) + `)`)
			p.Until(`document.querySelector('.b-bar [aria-label^=` + quote(l.redo) + `]')`)
			if got := Eval[[]string](p, texts); len(got) != 1 || got[0] != l.lang+".json" {
				t.Errorf("%s: the page has asked for the texts %v", l.lang, got)
			}
			p.Visit(m.Edit())
		}
		look(p, "language-"+l.lang)
		p.WithoutJavaScript()
		p.Goto(m.View())
		if got := Eval[string](p, `document.querySelector("svg.map, .map-table").getAttribute("lang")`); got != l.lang {
			t.Errorf("the server's drawing is in %q", got)
		}
	}
	// Both languages of the client need none.
	p := deskAs(t, m, As{Name: "english", Lang: "en"})
	p.Until(onBoard("alpha"))
	if got := Eval[[]string](p, texts); len(got) != 0 {
		t.Errorf("an English page has asked for the texts %v", got)
	}
}

// In each language nothing on a desk or a phone is out of sight or cut off, and
// axe-core finds nothing.
func TestEachLanguageFits(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	for _, l := range tongues {
		for _, as := range []As{{Name: l.lang + "-desk", Lang: l.wish, Width: 1280, Height: 800}, {Name: l.lang + "-phone", Lang: l.wish, Phone: true}} {
			p := Open(t, as)
			p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
			p.Visit(m.OwnerLink())
			for _, view := range []string{"list", "board"} {
				if p.toList(); view == "board" {
					p.toBoard()
				}
				p.settled()
				look(p, as.Name+"-"+view)
				if over := Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
					t.Errorf("%s, %s: the page is %v too wide", as.Name, view, over)
				}
				for _, cut := range Eval[[]string](p, `[...document.querySelectorAll(".button, .b-button")].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 100))`) {
					t.Errorf("%s, %s: cut off: %s", as.Name, view, cut)
				}
				p.Axe(as.Name + ": the " + view)
			}
		}
	}
}

// A language that is chosen stays chosen, after a reload and without a server.
func TestAChosenLanguageIsThereOffline(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	cut := NewProxy(t, s.Addr)
	for _, l := range tongues {
		p := Open(t, As{Name: l.lang, Lang: "en"})
		p.Expect(offlineNoise)
		p.Visit(m.Through(cut, m.EditPath))
		p.Until(`navigator.serviceWorker.controller`)
		p.Click("#menu-button")
		p.Click("#menu button[lang=" + l.lang + "]")
		p.Until(`document.documentElement.lang === ` + quote(l.lang) + ` && document.querySelector("#view-list")?.textContent.includes(` + quote(l.list) + `)`)
		p.Visit(m.Through(cut, m.EditPath)) // now through the worker, which keeps the page
		p.untilKept(m.EditPath)
		cut.Cut()
		p.Goto(m.Through(cut, m.EditPath))
		p.Until(`document.querySelector(".state")?.dataset.state === "offline" && document.querySelector("#view-list")?.textContent.includes(` + quote(l.list) + `)`)
		cut.Mend()
	}
}

// Who comes for the first time and loses the server right after has the texts too:
// they came before the worker that keeps them.
func TestALanguageOfAFirstVisitIsThereOffline(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	l, cut := tongues[0], NewProxy(t, s.Addr)
	p := Open(t, As{Name: l.lang, Lang: "en"})
	p.Expect(offlineNoise)
	p.Before(`try { localStorage.setItem("tabi.lang", "` + l.lang + `") } catch {}`) // the worker does not wish as the page does here
	p.Visit(m.Through(cut, m.EditPath))
	p.Until(`navigator.serviceWorker.controller`)
	p.untilKept(m.EditPath, "/")
	p.Until(`caches.match(document.querySelector("script[data-texts]").dataset.texts + "` + l.lang + `.json").then(kept => !!kept)`)
	cut.Cut()
	p.Goto(m.Through(cut, m.EditPath))
	p.Until(`document.querySelector(".state")?.dataset.state === "offline" && document.querySelector("#view-list")?.textContent.includes(` + quote(l.list) + `)`)
}

// What a catalogue lacks is said in English; where none comes, everything is.
func TestWhatACatalogueLacksIsSaidInEnglish(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	for name, answer := range map[string]string{"some": `new Response('{"pages.view.list": "列表"}')`, "none": `new Response("", {status: 500})`} {
		p := Open(t, As{Name: name, Lang: "zh-CN"})
		p.Before(`const ask = fetch; window.fetch = (at, ...rest) => /\/texts\//.test(at) ? Promise.resolve(` + answer + `) : ask(at, ...rest)`)
		p.Visit(m.Edit())
		p.Until(`document.querySelector("#view-board")?.textContent.includes("Board")`)
		if got, want := Eval[string](p, `document.querySelector("#view-list").textContent`), map[string]string{"some": "列表", "none": "List"}[name]; !strings.Contains(got, want) {
			t.Errorf("%s: the button says %q, want %q", name, got, want)
		}
	}
}

// A map made of a template has its phases and lanes in the language of who made it,
// and what they rename is renamed for them.
func TestATemplateIsInTheLanguageOfWhoUsesIt(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	for _, l := range tongues {
		p := Open(t, As{Name: l.lang, Lang: l.wish})
		p.Goto("http://" + s.Addr + "/")
		p.Until(`document.querySelector("#start-stages-five")`)
		p.Click(`#start-stages-five`)
		p.Until(`location.pathname.startsWith("/m/") && document.documentElement.dataset.ready === "1"`)
		p.toList()
		p.Until(`[...document.querySelectorAll("#list th")].some(e => e.textContent.includes(` + quote(l.lane) + `))`)
		look(p, "template-"+l.lang)
	}
}

// What a map says is shown in the characters of its own language, whoever looks at
// it: one Han character looks otherwise in Chinese than in Japanese.
func TestAMapHasTheCharactersOfItsOwnLanguage(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(`{"format":"cjm-sample/1","id":"zh","lang":"zh-Hans","title":"旅程","lanes":[{"id":"l","kind":"action","order":0,"name":"客户行为"}],"phases":[{"id":"p","order":0,"name":"认知"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"直接查看底部"}]}`)
	p := Open(t, As{Name: "japanese"})
	p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
	p.Visit(m.Edit())
	p.Until(onBoard("直接"))
	chinese := func(element string) string {
		return `getComputedStyle(` + element + `).fontFamily.includes("Noto Sans CJK SC")`
	}
	p.Until(chinese(onBoard("直接")) + ` && ` + chinese(`[...document.querySelectorAll(".b-tops text")].find(e => e.textContent === "认知")`) + ` && !` + chinese(`document.querySelector("#menu-button")`))
	look(p, "chinese-in-japanese")
	p.toList()
	p.Until(chinese(note("直接查看底部")+`.querySelector(".list-text")`) + ` && !` + chinese(`document.querySelector("#list caption")`))
	p.WithoutJavaScript()
	p.Goto(m.View())
	p.Until(chinese(`[...document.querySelectorAll("svg.map text")].find(e => e.textContent === "直接查看底部")`))
	if got := get(t, m.View()+"/map.svg"); !strings.Contains(got, `<g class="layer-notes" lang="zh-Hans" font-family="`) {
		t.Error("the picture to keep does not say in which language its notes are")
	}
}

// A language whose texts do not come is not half taken on: the page stays in the one
// that it speaks, and says what to do.
func TestALanguageThatDoesNotComeIsSaid(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	p := Open(t, As{Name: "unlucky", Lang: "en"})
	p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}; const ask = fetch; window.fetch = (at, ...rest) => /\/texts\//.test(at) ? Promise.reject(new TypeError("no network")) : ask(at, ...rest)`)
	said := `[...document.querySelectorAll("[role=alert], .notice")].some(e => e.textContent.includes("This did not load. Check your connection"))`
	p.Goto("http://" + s.Addr + "/")
	p.Until(`document.querySelector("button[lang=ko]")`)
	p.Click("button[lang=ko]")
	p.Until(said)
	p.Visit(m.Edit())
	p.Click("#menu-button")
	p.Click("#menu button[lang=ko]")
	p.Until(said)
	if lang, kept := Eval[string](p, `document.documentElement.lang`), Eval[bool](p, `localStorage.getItem("tabi.lang") === "ko"`); lang != "en" || kept {
		t.Errorf("the page is in %q, and Korean is kept: %v", lang, kept)
	}
}
