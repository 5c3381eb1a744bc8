package e2e

import "testing"

// Every page and dialog, in every view, theme and language, on a desk and on a
// phone: axe-core must find nothing at all.

// calm people have no transitions: a colour on its way is no colour of ours.
var calm = map[string]string{"prefers-reduced-motion": "reduce"}

func TestAxeFindsNothingOnTheBoard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "desk", Width: 1440, Height: 900, Media: calm})
	p.Visit(m.OwnerLink())
	p.Until(onBoard(firstNote))
	p.AxeInAll("board, asked for a name", "")
	p.Click("#me button[type=button]")
	p.Until(`!document.querySelector("#me")`)

	menus := Eval[int](p, `document.querySelectorAll(".board-root .b-bar [aria-haspopup=menu]").length`)
	p.everyMenu("board", menus, 4)
	p.Press("f", Ctrl)
	p.Until(`document.activeElement?.id === "b-find-input"`)
	p.Insert("TikTok")
	p.Until(`document.querySelector(".b-find li")`)
	p.AxeInAll("finding", ".b-find")
	p.Press("Escape")
	p.Press("?")
	p.Until(`document.querySelector("#b-help[open]")`)
	p.AxeInAll("shortcuts", "#b-help")
	p.Press("Escape")
	p.Until(`!document.querySelector("#b-help[open]")`)

	// What is selected, and what stands beside it.
	p.Choose(firstNote)
	if !Eval[bool](p, `!!document.querySelector("#b-comment")`) {
		p.Press("i")
	}
	p.Until(`document.querySelector("#b-comment")`)
	p.AxeInAll("a note and its details", ".b-panel")
	p.everyMenu("note", Eval[int](p, `document.querySelectorAll(".b-context [aria-haspopup=menu]").length`), 2)
	p.Choose(firstNote, overThere)
	p.AxeInAll("two notes", ".board-root")
	p.Press("Escape")
	p.writeIn(firstNote)
	p.AxeInAll("writing", ".board-root")
	p.Press("Escape")
	p.Press("Escape")
	p.Press("t")
	p.write(func() Point { return p.beside("返品できるか") })
	p.Insert("覚え書き")
	p.Press("Escape")
	p.dropPicture(Point{900, 780}, 60, 40)
	p.Until(`document.querySelector("#b-alt")`)
	p.AxeInAll("a picture", ".board-root")
	// All else that can be chosen, as a screen reader does it: one of each sort. What was chosen before may have taken the
	// rest out of sight: then all is brought into it.
	const inSight = `[...document.querySelectorAll(".b-thing[data-id]")].filter(e => e.style.display !== "none")`
	sorts := Eval[[]string](p, `[...new Set(`+inSight+`.map(e => e.dataset.id[0]))]`)
	if len(sorts) < 5 {
		t.Errorf("only %d sorts of things can be chosen", len(sorts))
	}
	for _, sort := range sorts {
		thing := inSight + `.find(e => e.dataset.id[0] === ` + quote(sort) + `)`
		if !Eval[bool](p, `!!`+thing) {
			p.Click(".b-zoom .b-button:nth-child(4)") // fit
			p.Until(thing)
		}
		name := Eval[string](p, `(e => (e.click(), e.ariaLabel))(`+thing+`)`)
		p.settled()
		p.AxeInAll("chosen: "+name, ".board-root")
		p.Press("Escape")
	}
}

// everyMenu opens each button's menu and closes it.
func (p *Person) everyMenu(what string, have, want int) {
	p.tb.Helper()
	if have < want {
		p.tb.Errorf("%s: only %d menus", what, have)
	}
	for i := range have {
		p.Run(`document.querySelectorAll(".board-root .b-bar [aria-haspopup=menu]")[` + itoa(i) + `].click()`)
		p.Until(`document.querySelector("#b-menu") && getComputedStyle(document.querySelector("#b-menu")).visibility === "visible"`)
		p.AxeInAll(what+", menu "+itoa(i), "#b-menu")
		p.Press("Escape")
		p.Until(`!document.querySelector("#b-menu")`)
	}
}

func TestAxeFindsNothingInTheList(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	onDeskAndPhone(t, func(t *testing.T, p *Person) {
		p.Visit(m.OwnerLink())
		p.toList()
		p.AxeInAll("list", "")
		for what, element := range map[string]string{"note": ".list-note", "boundary": ".list-boundary", "phase": "thead .list-head", "lane": "tbody .list-head", "emotion": ".list-emotion"} {
			p.Run(`document.querySelector("#list ` + element + `").click()`)
			p.Until(`document.querySelector("#panel:not([hidden])")`)
			p.AxeInAll("list with a "+what+" open", "#panel")
			p.Press("Escape")
			p.Until(`document.querySelector("#panel").hidden`)
		}
		p.Run(`document.querySelector("#list .list-note").focus()`)
		p.Press("x")
		p.Until(`document.querySelector("#list-many :is(select, button)")`)
		p.AxeInAll("a note chosen", "#list-many")
		p.Run(`document.querySelector("#list .list-note").focus()`)
		p.Press("x")

		p.Click("#menu-button")
		p.Until(`document.querySelector("#menu:popover-open")`)
		p.AxeInAll("menu", "#menu")
		for _, dialog := range []string{"me", "help"} {
			p.Run(`document.querySelector("#menu-` + dialog + `").click()`)
			p.Until(`document.querySelector("#dialog-` + dialog + `[open]")`)
			p.AxeInAll("dialog: "+dialog, "#dialog-"+dialog)
			p.Press("Escape")
			p.Until(`!document.querySelector("#dialog-` + dialog + `")`)
		}
		p.Run(`document.querySelector("#share").click()`)
		p.Until(`document.querySelector("#dialog-share[open] .links li")`)
		p.Run(`document.querySelector("#share-new").click()`)
		p.Until(`document.querySelector("#dialog-share .fresh")`)
		p.AxeInAll("dialog: share", "#dialog-share")
		p.Press("Escape")
	})
}

func onDeskAndPhone(t *testing.T, walk func(*testing.T, *Person)) {
	for _, as := range []As{{Name: "desk", Media: calm}, {Name: "phone", Phone: true, Media: calm}} {
		t.Run(as.Name, func(t *testing.T) {
			p := Open(t, as)
			p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
			walk(t, p)
			if over := Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("the page is %v pixels too wide", over)
			}
		})
	}
}

func TestAxeFindsNothingInTheOtherViews(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	onDeskAndPhone(t, func(t *testing.T, p *Person) {
		p.Visit(m.Edit() + "?view=timeline")
		p.Click("#view-more")
		p.Until(`document.querySelector("#views-menu:popover-open")`)
		p.AxeInAll("views", "#views-menu")
		p.Press("Escape")
		views := Eval[[]string](p, `[...document.querySelectorAll("#views-menu button")].map(e => e.id.replace("view-", ""))`)
		if len(views) < 9 {
			t.Errorf("only these views are offered: %q", views)
		}
		for _, view := range views {
			if view != "timeline" {
				p.toView(view)
			}
			p.Until(`document.querySelector("#view-picture:not([hidden]) svg[data-view='" + document.documentElement.dataset.view + "'], .view-words:not([hidden]) > *")`)
			p.AxeInAll(view, "main")
		}
		p.toView("flow")
		p.Until(`document.querySelector("#view-picture svg[data-view=flow]")`)
		p.Run(`document.querySelector("#view-picture .view-box:not(:first-of-type)").dispatchEvent(new MouseEvent("click", {bubbles: true}))`)
		p.Until(`document.querySelector("#panel:not([hidden])")`)
		p.AxeInAll("view with a panel", "#panel")
	})
}

func TestAxeFindsNothingBesideTheMap(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	onDeskAndPhone(t, func(t *testing.T, p *Person) {
		p.Visit(m.OwnerLink())
		p.toList()
		for _, section := range []string{"theme", "personas", "channels", "kpis", "departments"} {
			p.part("settings", section)
			if section != "theme" {
				p.Run(`document.querySelector("#side .entries button").click()`)
				p.Until(`document.querySelector("#side-name")`)
			}
			p.AxeInAll(section, "#side")
		}
		p.part("comments", "")
		p.Run(`document.querySelector("#side [id^=side-reply-]").click()`)
		p.Until(`document.activeElement.id === "side-reply"`)
		p.AxeInAll("comments", "#side")
		for _, part := range []string{"check", "review", "lens", "guide"} {
			p.part(part, "")
			p.Until(`document.querySelector("#open-` + part + `").getAttribute("aria-expanded") === "true"`)
			p.AxeInAll(part, "#side")
		}
		if Eval[bool](p, `document.querySelector("#strip")?.hidden !== false`) {
			p.Run(`document.querySelector("#side-start").click()`)
			p.Until(`document.querySelector("#strip:not([hidden])")`)
		}
		p.AxeInAll("the first of seven steps", "#side")
		p.AxeInAll("strip", "#strip")
		p.Run(`document.querySelector("#side-end").click()`)
		p.Until(`document.querySelector("#strip").hidden`)
	})
}

// Pages of those who may not edit, and what is said when something is the matter.
func TestAxeFindsNothingOnOtherPages(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleEnglish())
	cut := NewProxy(t, s.Addr)
	onDeskAndPhone(t, func(t *testing.T, p *Person) {
		p.Expect("status of 40")
		p.Goto("http://" + s.Addr + "/m/nothing")
		p.Until(`document.querySelector("main h1")`)
		p.AxeInAll("a link that does not work", "")
		p.Visit(m.View())
		p.AxeInAll("read-only page", "")
		p.toBoard()
		p.AxeInAll("read-only board", "")
		p.part("settings", "personas")
		p.AxeInAll("read-only personas", "#side")
		p.start(s)
		p.AxeInAll("start page", "")
		p.Click("#start-empty")
		p.Until(`location.pathname.startsWith("/m/")`)
		p.Ready()
		p.toList()
		p.Until(`document.querySelector("#list-empty")`)
		p.AxeInAll("an empty map as a list", "")
		p.toBoard()
		p.AxeInAll("an empty map", "")
		p.Expect(offlineNoise)
		cut.Mend()
		p.Visit(m.Through(cut, m.EditPath))
		cut.Cut()
		p.Until(`document.querySelector("#offline")`)
		p.AxeInAll("offline", "")
	})
	for _, lang := range []string{"ja", "en"} {
		t.Run("before the client "+lang, func(t *testing.T) {
			p := Open(t, As{Name: "no client", Lang: lang, Media: calm})
			p.Expect(offlineNoise)
			p.Call("Network.enable", map[string]any{})
			p.Call("Network.setBlockedURLs", map[string]any{"urlPatterns": []any{map[string]any{"urlPattern": "*://*:*/*/app.wasm", "block": true}}})
			p.Goto(m.View())
			p.Until(`document.querySelector("#loading button")`) // it says that it failed, and offers to try again
			p.AxeInAll("the server's drawing", "")
			if is := Eval[string](p, `document.documentElement.lang`); is != lang {
				t.Errorf("the page is in %q", is)
			}
		})
	}
}
