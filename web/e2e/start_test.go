package e2e

import (
	"testing"
)

func (p *Person) start(s *Tabi) {
	p.tb.Helper()
	p.Goto("http://" + s.Addr + "/")
	p.Until(`document.documentElement.dataset.ready === "1"`)
	p.Until(`document.querySelectorAll(".cards li").length > 2`) // templates have come: nothing moves any more
}

func TestANewMapIsMadeAndFoundAgain(t *testing.T) {
	s := Start(t)
	p := Open(t, As{Name: "facilitator", Lang: "en"})
	p.start(s)
	p.Until(`document.querySelector("#start-empty")`)
	p.Click("#start-empty")
	p.Until(`location.pathname.startsWith("/m/")`)
	p.Ready()
	p.Click("#title")
	p.Press("a", Ctrl)
	p.Insert("First map")
	p.Press("Enter")
	p.Until(`document.title.startsWith("First map")`)
	p.Until(`document.querySelector(".state").dataset.pending === "0"`)
	path := Eval[string](p, `location.pathname`)
	p.start(s)
	p.Until(`document.querySelector(".last a")`)
	p.Click(".last a")
	p.Until(`location.pathname === ` + quote(path))
	p.Ready()
	p.start(s)
	p.Until(`document.querySelector(".last strong")?.textContent === "First map"`)
}

func TestATemplateMakesAMapWithPhasesAndLanes(t *testing.T) {
	s := Start(t)
	p := Open(t, As{Name: "facilitator"})
	p.start(s)
	p.Until(`document.querySelectorAll(".cards .card").length > 3`)
	p.Click(".cards li:nth-child(3) .card")
	p.Until(`location.pathname.startsWith("/m/")`)
	p.Ready()
	p.toList()
	p.Until(`document.querySelectorAll("#list thead th").length > 3 && document.querySelectorAll("#list tbody tr").length > 3`)
}
