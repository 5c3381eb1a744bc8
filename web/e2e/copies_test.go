package e2e

import "testing"

// drawnThings are the elements of what is drawn, in sight.
const drawnThings = `[...document.querySelectorAll(".b-thing")].filter(e => e.dataset.id?.startsWith("K") && e.style.display !== "none")`

// What is drawn is copied as notes are: all of a map with Ctrl+A, to another map,
// with its picture, its links and its groups, in one step of undo; with Ctrl+D and
// by alt-drag; in the list by its keys.
func TestWhatIsDrawnIsCopiedLikeNotes(t *testing.T) {
	t.Parallel()
	s, m, a := atBoard(t)
	other := s.Write(`{"format":"cjm-sample/1","id":"other","lang":"en","title":"Other","lanes":[{"id":"l","kind":"action","order":0,"name":"Does"},{"id":"k","kind":"thought","order":1,"name":"Thinks"}],"phases":[{"id":"p","order":0,"name":"Only"},{"id":"q","order":1,"name":"Then"},{"id":"r","order":2,"name":"Last"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"here"}]}`)
	at := a.On("delta")
	a.dropPicture(Point{at.X, at.Y + 140}, 60, 40)
	a.Until(onTheMap)
	a.Press("Escape")
	a.Press("a", Ctrl)
	a.Until(selected(4) + ` && document.querySelectorAll(".b-chosen").length > 0`)
	a.Press("g", Ctrl)
	a.Saved(m)
	copied := a.taken("copy")
	b := a // the same browser: it knows where the picture is to be had
	b.Visit(other.Edit())
	b.Until(onBoard("here"))
	b.Press("Escape")
	at = b.On("here")
	b.Move(Point{at.X - 40, at.Y + 60})
	b.given(copied)
	b.Until(shownNotes(5))
	b.Until(onTheMap)
	// The other map's server has the picture now.
	b.Until(`fetch(` + onTheMap + `.getAttribute("href"), {cache: "reload"}).then(r => r.ok)`)
	if f := b.Saved(other); len(f.Drawings) != 1 || f.Drawings[0]["image"] == nil {
		t.Errorf("%v is drawn on the other map", f.Drawings)
	}
	b.Press("Escape")
	b.ClickAt(b.On("alpha"))
	b.Until(selected(4) + ` && document.querySelectorAll(".b-chosen").length > 0`) // they are a group there too
	look(b, "copied-drawings")
	b.Press("z", Ctrl)
	b.Until(shownNotes(1) + ` && !` + onTheMap)
	// In a browser that does not know where, the rest comes.
	c := deskAs(t, other, As{Name: "c"})
	c.Expect(`404`)
	c.Until(onBoard("here"))
	c.Press("Escape")
	c.given(copied)
	c.Until(shownNotes(5))
	if f := c.Saved(other); len(f.Drawings) != 0 {
		t.Errorf("%v is drawn", f.Drawings)
	}
	c.Press("z", Ctrl)
	b.Until(shownNotes(1))
	b.Visit(m.Edit())
	b.Until(onBoard("delta"))

	// A drawing alone: Ctrl+D, alt-drag, cut and paste.
	a.Press("Escape")
	a.ClickAt(a.On("alpha"))
	a.Until(selected(4))
	a.Press("g", Ctrl, Shift)
	a.Press("Escape")
	p := a.MiddleOf(drawnThings + `[0]`)
	a.ClickAt(p)
	a.Until(`document.querySelector("#b-alt")`)
	a.Press("d", Ctrl)
	a.Until(drawnThings + `.length === 2`)
	a.Press("Escape")
	a.DragWith(Alt, Point{p.X - 20, p.Y - 10}, Point{p.X - 150, p.Y - 110})
	a.Until(drawnThings + `.length === 3`)
	cut := a.taken("cut")
	a.Until(drawnThings + `.length === 2`)
	a.given(cut)
	a.Until(drawnThings + `.length === 3`)
	if f := a.Saved(m); len(f.Drawings) != 3 {
		t.Errorf("%d drawings", len(f.Drawings))
	}

	// Several drawings and no note have a bar of their own.
	a.Press("Escape")
	a.ClickAt(a.MiddleOf(drawnThings + `.toSorted((p, q) => p.getBoundingClientRect().x - q.getBoundingClientRect().x)[0]`))
	a.shiftClick(a.MiddleOf(drawnThings + `.toSorted((p, q) => p.getBoundingClientRect().x - q.getBoundingClientRect().x)[2]`))
	a.Until(`document.querySelector(".b-context")?.textContent.includes("2 selected")`)
	a.AxeInAll("several drawings chosen", ".b-context")
	look(a, "drawings-chosen")
	a.Button("Duplicate")
	a.Until(drawnThings + `.length === 5`)
	a.Press("z", Ctrl)
	a.Until(drawnThings + `.length === 3`)

	a.toList()
	const listed = `document.querySelectorAll("#list .list-drawing")`
	a.Until(listed + `.length === 3`)
	a.Run(listed + `[0].focus()`)
	a.Press("d", Ctrl)
	a.Until(listed + `.length === 4`)
	a.Run(listed + `[0].focus()`)
	cut = a.taken("cut")
	a.Until(listed + `.length === 3`)
	a.Until(`document.activeElement.id.startsWith("at-")`) // the focus is not lost
	a.given(cut)
	a.Until(listed + `.length === 4`)
	a.Run(note("alpha") + `.focus()`)
	carry(a, a, "copy")
	a.Until(`document.querySelectorAll("#list .list-note").length === 5`)
	a.Press("z", Ctrl)
	a.Until(`document.querySelectorAll("#list .list-note").length === 4`)
	a.Run(listed + `[0].focus()`)
	a.Press("Delete")
	a.Until(listed + `.length === 3`)
}

// A group that is pushed against the edge of its cell stops as one.
func TestAGroupStopsAsOneAtAnEdge(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	a.Choose("alpha")
	for range 3 { // so that beta is nearer to its edge than alpha to its own
		a.Press("ArrowRight")
	}
	a.Choose("alpha", "beta")
	a.Press("g", Ctrl)
	apart := func(p *Person) float64 {
		t.Helper()
		p.settled()
		return p.place(onBoard("beta"))[0] - p.place(onBoard("alpha"))[0]
	}
	was := apart(a)
	for range 5 {
		a.Press("ArrowLeft")
	}
	a.Saved(m)
	b.settled()
	if is := apart(a); far(is, was, 1) {
		t.Errorf("they are %v from one another, were %v", is, was)
	}
	if is := apart(b); far(is, was, 1) {
		t.Errorf("for another they are %v from one another, were %v", is, was)
	}
}
