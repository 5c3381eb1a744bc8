package e2e

import (
	"slices"
	"testing"
)

func (p *Person) start(s *Tabi) {
	p.tb.Helper()
	p.Goto("http://" + s.Addr + "/")
	p.Until(`document.documentElement.dataset.ready === "1"`)
	p.Until(`document.querySelectorAll(".cards li").length > 2`) // templates have come: nothing moves any more
}

func TestANewMapIsMadeAndFoundAgain(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// Each card opens a map that has what the card says. Pressed by script, as a
// screen reader does: a click without a pointer.
func TestEachTemplateOpensAMapInBothLanguages(t *testing.T) {
	t.Parallel()
	s := Start(t)
	// Types of maps bring their lanes; their phases are still to be found.
	phases := map[string]int{"start-empty": 0, "start-stages-none": 0, "start-type-future_state": 0, "start-type-service_blueprint": 0, "start-type-experience_map": 0,
		"start-stages-five": 5, "start-stages-four": 4, "start-stages-six": 6, "start-stages-three": 3}
	for _, lang := range []string{"ja", "en"} {
		p := Open(t, As{Name: "facilitator " + lang, Lang: lang})
		p.start(s)
		cards := Eval[[]string](p, `[...document.querySelectorAll(".cards button.card")].map(e => e.id)`)
		for card := range phases {
			if !slices.Contains(cards, card) {
				t.Errorf("%s: %s is not offered, only %q", lang, card, cards)
			}
		}
		for _, card := range cards {
			p.start(s)
			p.Run(`document.querySelector("#` + card + `").click()`)
			p.Until(`location.pathname.startsWith("/m/")`)
			p.Ready()
			p.toList()
			p.Until(`document.querySelector("#list thead")`)
			have := Eval[[]int](p, `[document.querySelectorAll("#list thead .list-head").length, document.querySelectorAll("#list tbody tr").length]`)
			want, exact := phases[card]
			if exact && have[0] != want || !exact && have[0] < 3 {
				t.Errorf("%s: %s has %d phases", lang, card, have[0])
			}
			if card != "start-empty" && have[1] < 4 {
				t.Errorf("%s: %s has %d rows", lang, card, have[1])
			}
		}
	}
}
