package e2e

import (
	"slices"
	"testing"
)

// What hands do on the board, as they know it from other boards.

func TestAMarqueeAndShiftClicksSelect(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	a, c := p.On("alpha"), p.On("gamma")
	p.DragWith(Shift, Point{a.X - 90, a.Y - 60}, Point{c.X + 90, c.Y + 60})
	p.Until(selected(2)) // alpha and gamma; beta stands beside
	at := p.On("beta")
	for _, want := range []int{3, 2} {
		p.mouse("mousePressed", at, 1, 1, Shift)
		p.mouse("mouseReleased", at, 0, 1, Shift)
		p.Until(selected(want))
	}
	p.Press("Escape")
	p.Until(selected(0))
	p.Press("a", Ctrl)
	p.Until(selected(4))
}

func TestAltDragLeavesACopyAndOneUndoTakesItAway(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	from := p.On("alpha")
	p.DragWith(Alt, from, Point{from.X + 30, from.Y + 40})
	p.Until(shownNotes(5))
	if f := p.Saved(m); f.count("alpha") != 2 {
		t.Errorf("there are %d alphas", f.count("alpha"))
	}
	p.Press("z", Ctrl)
	p.Until(shownNotes(4))
}

func TestArrowKeysNudgeAndARowOfThemIsOneUndo(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha")
	before := p.place(onBoard("alpha"))
	for range 3 {
		p.Press("ArrowRight")
	}
	p.Press("ArrowDown")
	p.Until(`(() => { const r = ` + onBoard("alpha") + `.getBoundingClientRect(); return r.x > ` + num(before[0]+10) + ` && r.y > ` + num(before[1]+3) + ` })()`)
	moved := p.place(onBoard("alpha"))
	p.Press("ArrowRight", Shift) // a hair
	p.Until(`(() => { const d = ` + onBoard("alpha") + `.getBoundingClientRect().x - ` + num(moved[0]) + `; return d > 0 && d < 4 })()`)
	p.Saved(m)
	p.Press("z", Ctrl)
	p.Until(`Math.abs(` + onBoard("alpha") + `.getBoundingClientRect().x - ` + num(before[0]) + `) < 1`)
}

func TestADragSnapsToItsNeighboursAndShowsIt(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	from, to := p.On("delta"), p.On("alpha")
	there := Point{from.X, to.Y + 4} // nearly as high as alpha
	p.PickUp(0, from, there)
	p.Until(`[...document.querySelectorAll(".b-guide")].some(e => e.style.display !== "none")`)
	p.mouse("mouseReleased", there, 0, 1, 0)
	p.Until(`Math.abs(` + onBoard("delta") + `.getBoundingClientRect().y - ` + onBoard("alpha") + `.getBoundingClientRect().y) < 0.6`)
	p.Until(`![...document.querySelectorAll(".b-guide")].some(e => e.style.display !== "none")`)
	if n := p.Saved(m).note(t, "delta"); n.Lane != "l1" || n.Phase != "p3" {
		t.Errorf("delta is in %s/%s", n.Phase, n.Lane)
	}
}

func TestNotesAreLinedUpSpreadAndStacked(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	tops := `["alpha", "beta"].map(x => [...document.querySelectorAll(".b-note")].find(e => e.querySelector(".b-text")?.textContent === x).getBoundingClientRect().y)`
	at := p.On("beta")
	p.Drag(at, Point{at.X + 12, at.Y + 33})
	p.Until(`(() => { const [a, b] = ` + tops + `; return b - a > 15 })()`)
	p.Choose("alpha", "beta")
	p.Button("Arrange")
	p.Menu("Align top")
	p.Until(`(() => { const [a, b] = ` + tops + `; return Math.abs(b - a) < 0.6 })()`)
	p.Button("Arrange")
	p.Menu("Stack")
	p.Until(`(() => { const [a, b] = ` + tops + `; return b - a > 40 })()`)
	f := p.Saved(m)
	if a, b := f.note(t, "alpha"), f.note(t, "beta"); a.Phase != b.Phase {
		t.Errorf("stacked notes stand in %s and %s", a.Phase, b.Phase)
	}
	p.Press("z", Ctrl)
	p.Until(`(() => { const [a, b] = ` + tops + `; return Math.abs(b - a) < 0.6 })()`)
}

func TestWhatIsBroughtToTheFrontLiesOnTop(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	from, to := p.On("beta"), p.On("alpha")
	p.Drag(from, Point{to.X + 40, to.Y + 20})
	shared := Point{to.X + 55, to.Y + 25} // on both
	onTop := func(text string) string {
		return `document.elementsFromPoint(` + num(shared.X) + `, ` + num(shared.Y) + `).find(e => e.classList.contains("b-note"))?.querySelector(".b-text").textContent === ` + quote(text)
	}
	p.Until(onTop("beta")) // what was dropped last lies in front
	p.ClickAt(Point{to.X - 60, to.Y - 30})
	p.Until(selected(1))
	p.Press("]")
	p.Until(onTop("alpha"))
	p.Press("[")
	p.Until(onTop("beta"))
}

func TestANoteIsResizedByItsCornerAndByPresets(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha")
	p.secondClick(p.On("alpha"))
	p.Menu("Wide")
	p.Until(onBoard("alpha") + `.offsetWidth > 300`)
	if n := p.Saved(m).note(t, "alpha"); n.W != 336 || n.H != 100 {
		t.Errorf("wide is %v×%v", n.W, n.H)
	}
	p.secondClick(p.On("alpha"))
	p.Menu("Usual size")
	p.Until(onBoard("alpha") + `.offsetWidth < 170`)
	r := p.place(onBoard("alpha"))
	corner := Point{r[0] + r[2] - 3, r[1] + r[3] - 3}
	p.Move(corner)
	p.Until(`document.querySelector("#tabi-board").classList.contains("on-corner")`)
	p.Drag(corner, Point{corner.X + 60, corner.Y + 40})
	p.Until(onBoard("alpha") + `.getBoundingClientRect().width > ` + num(r[2]+40))
}

func TestSeveralAreDuplicatedAndDeletedInOneStep(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha", "gamma")
	p.Press("d", Ctrl)
	p.Until(shownNotes(6))
	p.Press("Delete")
	p.Until(shownNotes(4))
	p.Press("z", Ctrl)
	p.Until(shownNotes(6))
	p.Press("z", Ctrl)
	p.Until(shownNotes(4))
	if got := p.Saved(m).texts(); len(got) != 4 || !slices.Contains(got, "alpha") {
		t.Errorf("left are %v", got)
	}
}

func TestALinkIsDrawnFromANotesGripAndFollows(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha")
	p.Until(`[...document.querySelectorAll(".b-grip")].filter(e => e.style.display !== "none").length === 4`)
	grip := p.place(`[...document.querySelectorAll(".b-grip")].filter(e => e.style.display !== "none").sort((a, b) => b.getBoundingClientRect().x - a.getBoundingClientRect().x)[0]`)
	p.Drag(Point{grip[0] + grip[2]/2, grip[1] + grip[3]/2}, p.On("delta"))
	f := p.Saved(m)
	a, d := f.note(t, "alpha"), f.note(t, "delta")
	if len(a.Links) != 1 || a.Links[0].To != d.ID {
		t.Fatalf("alpha leads to %+v, not to %s", a.Links, d.ID)
	}
	p.Until(arrowTo("delta"))
	p.Press("Escape")
	at := p.On("delta")
	p.Drag(at, Point{at.X, at.Y + 120})
	p.Until(onBoard("delta") + `.getBoundingClientRect().y > ` + num(at.Y+20) + ` && ` + arrowTo("delta"))
	p.Press("z", Ctrl)
	p.Until(onBoard("delta") + `.getBoundingClientRect().y < ` + num(at.Y) + ` && ` + arrowTo("delta"))
}

// arrowTo is a script: a line ends at the edge of this note.
func arrowTo(text string) string {
	return `(() => { const r = ` + onBoard(text) + `.getBoundingClientRect(); return [...document.querySelectorAll("#tabi-board .b-lines path")].some(e => {
		if (!e.getAttribute("d")?.includes("C")) return false;
		const n = e.getTotalLength(), p = e.getPointAtLength(n).matrixTransform(e.getScreenCTM());
		return n > 40 && p.x > r.left - 14 && p.x < r.right + 14 && p.y > r.top - 14 && p.y < r.bottom + 14 }) })()`
}

func TestTheKeyLJoinsTwoNotes(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("beta", "gamma")
	p.Press("l")
	p.Until(arrowTo("gamma"))
	if n := p.Saved(m).note(t, "beta"); len(n.Links) != 1 {
		t.Errorf("beta leads to %+v", n.Links)
	}
	p.Press("z", Ctrl)
	if n := p.Saved(m).note(t, "beta"); len(n.Links) != 0 {
		t.Errorf("after undo beta leads to %+v", n.Links)
	}
}

func TestADepartmentIsAColourForEveryoneAndStandsInTheLegend(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	b := deskAs(t, m, As{Name: "b"})
	tone := func(text string) string { return onBoard(text) + `.className.match(/tone-\w+/)[0]` }
	was := Eval[string](p, tone("alpha"))
	p.Choose("alpha")
	p.ClickAt(p.MiddleOf(`document.querySelector(".b-context button[aria-label=Support]")`))
	p.Until(tone("alpha") + ` !== ` + quote(was))
	b.Until(onBoard("alpha") + ` && ` + tone("alpha") + ` !== ` + quote(was))
	if f := p.Saved(m); f.note(t, "alpha").By != "d2" && f.note(t, "alpha").Dept != "d2" {
		t.Errorf("the department of alpha is %q", f.note(t, "alpha").By)
	}
	// Colour is never the only sign: the department's name stands on the note, and in the legend.
	p.Until(onBoard("alpha") + `.querySelector(".b-foot").textContent.includes("Support")`)
	p.Until(`(() => { const words = [...document.querySelectorAll("#tabi-board svg text")].map(e => e.textContent); return words.includes("Sales") && words.includes("Support") })()`)
}

func TestTheWheelPansAndZoomsAtThePointer(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	before := p.place(onBoard("alpha"))
	p.Wheel(Point{640, 360}, 40, 60, 0)
	p.Until(`Math.abs(` + onBoard("alpha") + `.getBoundingClientRect().x - ` + num(before[0]-40) + `) < 1.5 && Math.abs(` + onBoard("alpha") + `.getBoundingClientRect().y - ` + num(before[1]-60) + `) < 1.5`)
	at := p.On("alpha")
	p.Wheel(at, 0, -60, Ctrl)
	p.Until(onBoard("alpha") + `.getBoundingClientRect().width > ` + num(before[2]*1.3))
	if now := p.On("alpha"); far(now.X, at.X, 3) || far(now.Y, at.Y, 3) {
		t.Errorf("what was under the pointer went from %v to %v", at, now)
	}
	// Keys: all in view, and as it is.
	p.Press("0", Ctrl)
	p.Until(`document.querySelector(".b-zoomed").textContent.includes("100")`)
	p.Press("+")
	p.Until(`!document.querySelector(".b-zoomed").textContent.includes("100")`)
}

func TestSpaceAndTheMiddleButtonPan(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	p.Choose("alpha")
	before := p.place(onBoard("beta"))
	at := p.On("gamma")
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": " ", "code": "Space", "windowsVirtualKeyCode": 32})
	p.Drag(at, Point{at.X + 50, at.Y + 30})
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": " ", "code": "Space", "windowsVirtualKeyCode": 32})
	p.Until(`Math.abs(` + onBoard("beta") + `.getBoundingClientRect().x - ` + num(before[0]+50) + `) < 2`)
}

func TestAPenStrokeAndAShapeAreDrawn(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Press("p")
	p.Until(`document.querySelector("#tabi-board").classList.contains("t-pen")`)
	at := p.On("delta")
	p.Drag(Point{at.X - 300, at.Y - 20}, Point{at.X - 160, at.Y + 20}) // an empty cell: below are the tools
	p.Press("Escape")
	p.Until(`!document.querySelector("#tabi-board").classList.contains("t-pen")`)
	if f := p.Saved(m); len(f.Drawings) != 1 {
		t.Fatalf("%d drawings after a stroke", len(f.Drawings))
	}
	p.Button("Draw")
	p.Menu("Rectangle")
	p.Drag(Point{at.X - 60, at.Y - 150}, Point{at.X + 40, at.Y - 90})
	p.Press("Escape")
	p.Press("Escape")
	if f := p.Saved(m); len(f.Drawings) != 2 {
		t.Fatalf("%d drawings after a rectangle", len(f.Drawings))
	}
}

// A group is chosen and moved as one, by a click, a marquee, the keyboard and in
// the list; taken apart, each goes on its own again.
func TestAGroupMovesAsOne(t *testing.T) {
	t.Parallel()
	m, a, b := twoAtBoard(t)
	a.Choose("alpha", "gamma")
	a.Press("g", Ctrl)
	a.Until(`document.querySelector(".b-hint")?.textContent.includes("Grouped")`)
	a.Press("Escape")
	a.Until(selected(0))
	from, to := a.On("alpha"), Point{a.On("beta").X + 130, a.On("beta").Y}
	a.Drag(from, to)
	a.Until(selected(2))
	f := a.Saved(m)
	if alpha, gamma := f.note(t, "alpha"), f.note(t, "gamma"); alpha.Phase == "p1" || gamma.Phase != alpha.Phase || gamma.Lane != "l2" {
		t.Errorf("alpha is in %s/%s, gamma in %s/%s", alpha.Phase, alpha.Lane, gamma.Phase, gamma.Lane)
	}
	a.Press("Delete")
	b.Until(shownNotes(2))
	a.Press("z", Ctrl)
	b.Until(shownNotes(4))

	b.toList()
	b.Until(note("alpha") + `.textContent.includes("In a group of 2")`)
	b.Run(note("gamma") + `.focus()`)
	b.Press("x")
	b.Until(`document.querySelectorAll("#list .list-notes :checked").length === 2`)
	b.Run(`document.querySelector("#many-unbind").click()`)
	b.Until(`!document.querySelector("#list").textContent.includes("In a group")`)
	for range 50 { // until it has heard
		a.Press("Escape")
		a.ClickAt(a.On("alpha"))
		if a.soon(selected(1)) {
			break
		}
	}
	a.Until(selected(1))
	a.Press("Delete")
	b.Until(`document.querySelectorAll("#list .list-note").length === 3`)
}
