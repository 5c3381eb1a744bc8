package e2e

import (
	"testing"
	"time"
)

// Fingers and pens.

// touch tells the browser where fingers are: none for an end.
func (p *Person) touch(kind string, at ...Point) {
	p.tb.Helper()
	points := make([]any, len(at))
	for i, a := range at {
		points[i] = map[string]any{"x": a.X, "y": a.Y, "id": i + 1}
	}
	p.Call("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": points})
}

// tablet is a person with fingers at a board.
func tablet(t *testing.T) (MapLinks, *Person) {
	t.Helper()
	_, m := Small(t)
	p := deskAs(t, m, As{Name: "t", Width: 1180, Height: 820, Touch: true})
	p.Until(onBoard("alpha") + ` && ` + onBoard("delta"))
	return m, p
}

func TestTwoFingersPinchAndPan(t *testing.T) {
	t.Parallel()
	_, p := tablet(t)
	before := p.place(onBoard("alpha"))
	a, b := Point{400, 400}, Point{600, 400}
	p.touch("touchStart", a)
	p.touch("touchStart", a, b)
	for i := 1; i <= 8; i++ {
		d := float64(i) * 10
		p.touch("touchMove", Point{a.X - d, a.Y}, Point{b.X + d, b.Y})
	}
	p.touch("touchEnd")
	p.Until(onBoard("alpha") + `.getBoundingClientRect().width > ` + num(before[2]*1.5))
	was := p.place(onBoard("gamma"))
	p.touch("touchStart", a)
	p.touch("touchStart", a, b)
	for i := 1; i <= 8; i++ {
		d := float64(i) * 6
		p.touch("touchMove", Point{a.X + d, a.Y + d}, Point{b.X + d, b.Y + d})
	}
	p.touch("touchEnd")
	p.Until(`(() => { const r = ` + onBoard("gamma") + `.getBoundingClientRect(); return Math.abs(r.x - ` + num(was[0]+48) + `) < 6 && Math.abs(r.width - ` + num(was[2]) + `) < 2 })()`)
}

func TestAFingerPansAndDoesNotMoveNotes(t *testing.T) {
	t.Parallel()
	m, p := tablet(t)
	at := p.On("alpha")
	p.touch("touchStart", at)
	for i := 1; i <= 8; i++ {
		p.touch("touchMove", Point{at.X + float64(i)*8, at.Y + float64(i)*4})
	}
	p.touch("touchEnd")
	p.Until(`Math.abs((` + onBoard("alpha") + `.getBoundingClientRect().x + ` + onBoard("alpha") + `.getBoundingClientRect().width/2) - ` + num(at.X+64) + `) < 4`)
	if n := p.Saved(m).note(t, "alpha"); n.X != 0 || n.Phase != "p1" {
		t.Errorf("alpha was moved: %+v", n)
	}
	p.Until(selected(0))
}

func TestALongPressOpensTheMenu(t *testing.T) {
	t.Parallel()
	_, p := tablet(t)
	p.touch("touchStart", p.On("beta"))
	p.Until(`getComputedStyle(document.querySelector("#b-menu") || document.body).visibility === "visible" && document.querySelector("#b-menu")`)
	p.touch("touchEnd")
	p.Until(selected(1))
	p.Menu("Delete")
	p.Until(shownNotes(3))
}

func TestADoubleTapWrites(t *testing.T) {
	t.Parallel()
	m, p := tablet(t)
	at := p.On("gamma")
	for range 2 {
		p.touch("touchStart", at)
		p.touch("touchEnd")
	}
	p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	p.Insert(" touched")
	p.Press("Escape")
	p.Until(onBoard("gamma touched"))
	p.Saved(m)
}

func TestThePenDrawsWhileAFingerPans(t *testing.T) {
	t.Parallel()
	m, p := tablet(t)
	p.Press("p")
	p.Until(`document.querySelector("#tabi-board").classList.contains("t-pen")`)
	from := p.On("delta")
	from.Y += 130
	pen := func(kind string, at Point, buttons int) {
		button := "none"
		if kind != "mouseMoved" {
			button = "left"
		}
		p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": button, "buttons": buttons, "clickCount": 1, "pointerType": "pen", "force": 0.5})
	}
	pen("mousePressed", from, 1)
	for i := 1; i <= 8; i++ {
		pen("mouseMoved", Point{from.X - float64(i)*10, from.Y + float64(i%3)*6}, 1)
	}
	pen("mouseReleased", Point{from.X - 80, from.Y}, 0)
	if f := p.Saved(m); len(f.Drawings) != 1 {
		t.Fatalf("%d drawings after a stroke", len(f.Drawings))
	}
	before := p.place(onBoard("alpha"))
	p.touch("touchStart", Point{500, 600})
	for i := 1; i <= 8; i++ {
		p.touch("touchMove", Point{500 + float64(i)*5, 600})
	}
	p.touch("touchEnd")
	p.Until(`Math.abs(` + onBoard("alpha") + `.getBoundingClientRect().x - ` + num(before[0]+40) + `) < 4`)
	if f := p.Saved(m); len(f.Drawings) != 1 {
		t.Errorf("the finger drew: %d drawings", len(f.Drawings))
	}
}

func TestAPhoneGetsTheListAndATabletTheBoard(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := deskAs(t, m, As{Name: "phone", Phone: true})
	p.Until(`document.documentElement.dataset.view === "list" && document.querySelector("#list:not([hidden]) table")`)
	if over := Eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		t.Errorf("the page is %v pixels wider than the phone", over)
	}
	q := deskAs(t, m, As{Name: "tablet", Width: 820, Height: 1180, Touch: true})
	q.UntilIn(20*time.Second, onBoard("alpha"))
}

// However many people are there, a phone's bar leaves most of the screen to the map.
func TestAPhonesBarStaysLowWithManyPeople(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	for _, lang := range []string{"ja", "en"} {
		var others []*Person
		for _, name := range []string{"山田 花子", "Sato", "Kim"} {
			p := Open(t, As{Name: name, Lang: lang})
			p.Visit(m.View())
			others = append(others, p)
		}
		for _, link := range []string{m.OwnerLink(), m.View()} {
			p := Open(t, As{Name: "phone", Phone: true, Lang: lang})
			p.Before(`try { localStorage.setItem("tabi.asked", "1") } catch {}`)
			p.Visit(link)
			p.Until(`+document.querySelector("#people").dataset.count >= 4`)
			if high := Eval[float64](p, `document.querySelector("header.bar").getBoundingClientRect().height`); high > 150 {
				t.Errorf("%s, %s: the bar is %v of 844 pixels high", lang, p.name, high)
			}
			if !Eval[bool](p, `document.querySelector("#list-find").getBoundingClientRect().right <= document.querySelector("#list-more").getBoundingClientRect().left`) {
				t.Errorf("%s: the list's tools lie on one another", lang)
			}
			look(p, "phone-bar-"+lang)
			p.Goto("about:blank")
		}
		for _, p := range others {
			p.Goto("about:blank")
		}
	}
}

// Two taps open a note with the caret at its end: nothing of it is selected, so
// that what is written next takes nothing away. What is chosen has its bar in one
// row where there is room.
func TestTwoTapsWriteAtTheEnd(t *testing.T) {
	t.Parallel()
	m, p := tablet(t)
	at := p.On("delta")
	p.touch("touchStart", Point{at.X + 30, at.Y + 20})
	p.touch("touchEnd")
	p.Until(selected(1) + ` && document.querySelector(".b-context").getBoundingClientRect().height < 60`)
	for range 2 {
		p.touch("touchStart", Point{at.X - 60, at.Y - 35}) // on its words
		p.touch("touchEnd")
	}
	p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	p.settled()
	p.Insert(" and more")
	p.Press("Escape")
	if text := p.Saved(m).note(t, "delta").Text; text != "delta and more" {
		t.Errorf("it says %q", text)
	}
}
