package e2e

import "testing"

// Every page and dialog, in both views, languages and looks: axe-core must find
// nothing at all.
func TestAxeFindsNothing(t *testing.T) {
	s := Start(t)
	m := s.Import(sampleJapanese())
	for _, look := range []As{
		{Name: "ja-light"},
		{Name: "en-dark", Lang: "en", Dark: true},
		{Name: "ja-phone", Phone: true},
	} {
		t.Run(look.Name, func(t *testing.T) {
			p := Open(t, look)
			p.start(s)
			p.Axe("start page")
			p.Visit(m.Edit())
			if !look.Phone {
				p.Axe("board, asked for a name")
				p.Click("#me button[type=button]")
			}
			p.toList()
			p.Axe("list")
			p.ClickAt(p.scrolledTo(`document.querySelector("#list .list-note")`))
			p.Until(`document.activeElement?.id === "panel-text"`)
			p.Axe("list with a note open")
			p.Press("Escape")
			p.Until(`document.querySelector("#panel").hidden`) // the table is wider again
			p.ClickAt(p.scrolledTo(`document.querySelector("#list .list-boundary")`))
			p.Until(`document.activeElement?.id === "panel-from"`)
			p.Axe("list with a boundary open")
			p.Press("Escape")
			p.Click("#menu-button")
			p.Until(`document.querySelector("#menu:popover-open")`)
			p.Axe("menu")
			p.Click("#menu-me")
			p.Until(`document.querySelector("#dialog-me[open]")`)
			p.Axe("dialog for a name")
			p.Press("Escape")
			p.Until(`!document.querySelector("dialog[open]")`)
			p.Visit(m.View())
			p.Axe("read-only page")
		})
	}
	t.Run("messages and the owner's dialog", func(t *testing.T) {
		p := Open(t, As{Name: "owner"})
		p.Expect("status of 40")
		p.Goto("http://" + s.Addr + "/m/nothing")
		p.Until(`document.querySelector("main h1")`)
		p.Axe("a link that does not work")
		p.start(s)
		p.Click("#start-empty")
		p.Until(`location.pathname.startsWith("/m/")`)
		p.Ready()
		p.Axe("an empty map")
		p.Click("#share")
		p.Until(`document.querySelector("#dialog-share[open] .links li")`)
		p.Click("#share-new")
		p.Until(`document.querySelector("#dialog-share .fresh")`)
		p.Axe("share dialog")
		p.Press("Escape")
		p.Until(`!document.querySelector("dialog[open]") && document.activeElement.id === "share"`)
	})
	t.Run("before the client", func(t *testing.T) {
		p := Open(t, As{Name: "no client"})
		p.Expect(offlineNoise)
		p.Call("Network.enable", map[string]any{})
		p.Call("Network.setBlockedURLs", map[string]any{"urlPatterns": []any{map[string]any{"urlPattern": "*://*:*/*/app.wasm", "block": true}}})
		p.Goto(m.View())
		p.Until(`document.querySelector("#loading button")`) // it says that it failed, and offers to try again
		p.Axe("the server's drawing")
	})
}

func TestTextAtTwiceItsSizeFits(t *testing.T) {
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
