package e2e

import (
	"strings"
	"testing"
)

// What is said above the views when something is the matter: axe-core finds
// nothing in it in any language, theme or contrast. TestAxeFindsNothingOnOtherPages
// has the notice of who is offline.
func TestAxeFindsNothingInNotices(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Write(smallMap)
	mint := func(role string) (link string) {
		out := s.Run("links", "mint", "--data", s.Dir, m.ID, "--role", role)
		return "http://" + s.Addr + strings.Fields(out[strings.Index(out, "/m/"):])[0]
	}
	open := func(as As, link string) *Person {
		as.Media = calm
		p := Open(t, as)
		p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
		p.Visit(link)
		p.toList()
		return p
	}
	lead := open(As{Name: "lead", Lang: "en"}, m.OwnerLink())
	lead.Run(note("delta") + `.focus()`)
	lead.Run(`{ const e = document.querySelector("#list-draw"); e.value = "rect"; e.dispatchEvent(new Event("change", {bubbles: true})) }`)
	lead.Until(`document.querySelector("#panel-locked")`)
	drawing := `document.querySelector("#list .list-drawing")`

	p := open(As{Name: "guest"}, mint("edit"))
	said := func(id string) {
		t.Helper()
		p.Until(`document.querySelector("#` + id + `")?.checkVisibility()`)
		p.AxeInAll("notice: "+id, "#"+id)
		look(p, "notice-"+id)
	}
	p.Run(`tabi.updateWaiting = true; tabi.onupdate()`)
	said("update")
	p.Run(`document.querySelector("#update .quiet").click()`)

	lead.Run(`document.querySelector("#list-bring").click()`)
	said("called")
	p.Run(`document.querySelector("#called .quiet").click()`)

	// A page can be rewritten by whoever holds the browser; the room refuses.
	lead.Run(`document.querySelector("#panel-locked").click()`)
	p.Until(drawing)
	p.Run(drawing + `.click()`)
	p.Until(`document.querySelector("#panel-delete")?.disabled`)
	p.Run(`{ const b = document.querySelector("#panel-delete"); b.disabled = false; b.click() }`)
	said("taken")
	p.Until(`document.querySelector("#taken").textContent.includes("進行役が固定しています")`) // not: in a later step
	p.Run(`document.querySelector("#taken .quiet").click()`)

	p.Run(`tabi.api = async () => ({status: 503, value: {detail: "The disk is full."}})`)
	p.Run(`document.querySelector("#menu-copy").click()`)
	said("fault")
	p.Run(`document.querySelector("#fault .quiet").click()`)

	p.Expect(offlineNoise)
	for _, line := range strings.Split(s.Run("links", "list", "--data", s.Dir, m.ID), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[1] == "edit" {
			s.Run("links", "revoke", "--data", s.Dir, m.ID, f[0])
		}
	}
	said("refused")
}
