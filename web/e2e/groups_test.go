package e2e

import "testing"

// What is drawn is in a group like a note: chosen, moved, deleted with it, bound on
// the board and in the list, and taken out of it again.
func TestAGroupHoldsWhatIsDrawn(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	drawn := `[...document.querySelectorAll(".b-thing")].find(e => e.dataset.id?.startsWith("K") && e.style.display !== "none")`
	apart := func(p *Person) float64 {
		t.Helper()
		p.settled()
		s, n := p.place(drawn), p.place(onBoard("delta"))
		return s[0] - n[0]
	}
	b.toList()
	b.Run(note("delta") + `.focus()`)
	b.pick("#list-draw", `"pen"`)
	b.Until(`document.querySelector("#panel-tone")`)
	b.Press("Escape")
	b.Until(`document.querySelector("#panel").hidden && document.activeElement.matches(".list-drawing")`)
	b.Press("x")
	b.Until(`document.activeElement.parentElement.querySelector(":checked")`)
	b.tick("delta")
	b.Until(`document.querySelector("#list-many").innerText.includes("2 selected")`)
	b.Run(`document.querySelector("#many-bind").click()`)
	b.Until(`document.querySelector("#list .list-drawing").textContent.includes("In a group of 2") && ` + note("delta") + `.textContent.includes("In a group of 2")`)

	// On the board either takes the other along.
	a.Until(drawn)
	was, from := apart(a), a.place(drawn)
	at := a.On("delta")
	a.Drag(at, Point{at.X + 90, at.Y + 20})
	a.Until(`document.querySelectorAll(".b-chosen").length > 0`)
	a.Until(drawn + `.getBoundingClientRect().x > ` + num(from[0]+60))
	if is := apart(a); far(is, was, 2) {
		t.Errorf("the drawing is %v from its note, was %v", is, was)
	}
	a.Press("Escape")
	a.Until(selected(0))
	look(a, "group-drawn")
	a.Run(drawn + `.click()`) // as the keyboard does
	a.Until(selected(1))
	from = a.place(drawn)
	a.Press("ArrowRight")
	a.Press("ArrowRight")
	a.Until(drawn + `.getBoundingClientRect().x > ` + num(from[0]+4))
	if is := apart(a); far(is, was, 2) {
		t.Errorf("after the arrows the drawing is %v from its note, was %v", is, was)
	}
	a.Press("Delete")
	b.Until(`!document.querySelector("#list .list-drawing") && !` + note("delta"))
	a.Press("z", Ctrl)
	b.Until(`document.querySelector("#list .list-drawing") && ` + note("delta"))

	// Taken apart, each goes alone; a marquee and Ctrl+G bind them again.
	a.Press("Escape")
	a.Choose("delta")
	a.Press("g", Ctrl, Shift)
	b.Until(`!document.querySelector("#list").textContent.includes("In a group")`)
	a.Press("Escape")
	s := a.place(drawn)
	a.DragWith(Shift, Point{s[0] - 12, s[1] - 12}, Point{s[0] + s[2] + 12, s[1] + s[3] + 12})
	a.Until(selected(1) + ` && document.querySelectorAll(".b-chosen").length > 0`)
	a.Press("g", Ctrl)
	b.Until(`document.querySelector("#list .list-drawing").textContent.includes("In a group of 2")`)
	if f := a.Saved(m); len(f.Drawings) != 1 {
		t.Errorf("%d drawings are saved", len(f.Drawings))
	}
}
