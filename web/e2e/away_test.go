package e2e

import (
	"strconv"
	"testing"
)

// untilKept waits until each of these pages can be opened without a server: the
// worker takes them one by one, in no order.
func (p *Person) untilKept(paths ...string) {
	p.tb.Helper()
	for _, path := range paths {
		p.Until(`caches.match("` + path + `").then(kept => !!kept)`)
	}
}

// The maps opened last, each of them once, open without a server from the start
// page, with their pictures, and say how old what is seen is.
func TestTheLastMapsOpenOffline(t *testing.T) {
	t.Parallel()
	s := Start(t)
	first, second := s.Import(sampleJapanese()), s.Import(sampleEnglish())
	cut := NewProxy(t, s.Addr)
	p := Open(t, As{Name: "traveller", Width: 1440, Height: 900})
	p.Expect(offlineNoise)
	p.Visit(first.Through(cut, first.EditPath))
	p.Until(`navigator.serviceWorker.controller`)
	p.dropPicture(Point{700, 500}, 60, 40)
	p.Until(onTheMap)
	p.Until(`caches.open("tabi-pictures").then(c => c.keys()).then(k => k.length > 0)`)
	p.Visit(second.Through(cut, second.ViewPath))
	p.untilKept("/", first.EditPath, second.ViewPath)
	p.Until(`new Promise(done => indexedDB.open("tabi-outbox").onsuccess = e => e.target.result.transaction("records").objectStore("records").getAllKeys().onsuccess = k => done(new Set(k.target.result.map(String).map(s => s.split(",")[0])).size >= 2))`)
	cut.Cut()
	p.Goto("http://" + cut.Addr() + "/")
	p.Until(`document.querySelectorAll(".last a").length === 2`)
	look(p, "away-start")
	p.Run(`document.querySelector('.last a[href="` + first.EditPath + `"]').click()`)
	p.Until(`document.querySelector(".state")?.dataset.state === "offline"`)
	p.Until(onBoard(firstNote))
	p.Until(`document.querySelector("#offline")?.textContent.includes("最後の同期")`)
	p.Until(onTheMap)
	if !Eval[bool](p, `fetch(`+onTheMap+`.getAttribute("href")).then(r => r.ok)`) {
		t.Error("the picture is not there offline")
	}
	p.boardNote(p.beside(overThere), "圏外で")
	p.Until(`document.querySelector(".b-note.is-unsent")?.textContent.startsWith("圏外で")`)
	look(p, "away-map")
	cut.Mend()
	p.Until(`document.querySelector(".state").dataset.state === "live" && !document.querySelector(".b-note.is-unsent")`)
	cut.Cut()
	p.Goto(second.Through(cut, second.ViewPath))
	p.Until(`document.documentElement.dataset.ready === "1" && document.querySelector("#offline")?.textContent.includes("最後の同期")`)
	p.toList()
	p.Until(note("Subscribes to the newsletter after a podcast episode"))
	look(p, "away-read")
}

// A picture that is added without a server is on the map at once and after a
// reload, and is sent when there is a server again.
func TestAPictureAddedOfflineIsSentLater(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	cut := NewProxy(t, s.Addr)
	a, b := Open(t, As{Name: "traveller"}), deskAs(t, m, As{Name: "b"})
	a.Expect(offlineNoise)
	b.Expect("status of 404") // asked for before it has come
	a.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen") } catch {}`)
	a.Visit(m.Through(cut, m.EditPath))
	a.Until(onBoard("alpha"))
	a.Until(`navigator.serviceWorker.controller`)
	a.untilKept(m.EditPath)
	cut.Cut()
	a.Until(`document.querySelector(".state").dataset.state === "offline"`)
	a.dropPicture(Point{700, 500}, 60, 40)
	a.Until(onTheMap)
	a.Until(`document.querySelector(".b-hint")?.textContent.includes("画像はこのブラウザーに保存し")`)
	const there = `new Promise(done => { const i = new Image(); i.onload = () => done(i.naturalWidth === 60); i.onerror = () => done(false); i.src = ` + onTheMap + `.getAttribute("href") })`
	a.Until(there)
	a.Goto(m.Through(cut, m.EditPath))
	a.Until(`document.documentElement.dataset.ready === "1"`)
	a.Until(onTheMap)
	a.Until(there)
	look(a, "away-picture")
	cut.Mend()
	b.Until(onTheMap)
	b.Until(there)
	b.Until(`document.querySelector('.b-thing[aria-label*="Picture"]')`)
	a.Until(`document.querySelector(".state").dataset.pending === "0"`)
	a.Until(`caches.open("tabi-unsent").then(c => c.keys()).then(k => k.length === 0)`)
	if res := Eval[int](b, `fetch(`+onTheMap+`.getAttribute("href")).then(r => r.status)`); res != 200 {
		t.Errorf("the server answers %d", res)
	}
}

// Fingers: two pinch and pan, one that rests opens the menu; where a pen draws a
// finger moves the map.
func TestFingersAndPen(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "tablet", Width: 1180, Height: 820})
	p.Call("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true, "maxTouchPoints": 5})
	p.Visit(m.Edit())
	p.Until(onBoard(firstNote))
	touch := func(kind string, points ...Point) {
		t.Helper()
		list := []any{}
		for i, at := range points {
			list = append(list, map[string]any{"x": at.X, "y": at.Y, "id": i})
		}
		p.Call("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": list})
	}
	const zoom = `new DOMMatrix(document.querySelector(".b-world").style.transform).a`
	const left = `new DOMMatrix(document.querySelector(".b-world").style.transform).e`
	was := Eval[float64](p, zoom)
	touch("touchStart", Point{500, 400}, Point{600, 400})
	for d := 10.0; d <= 100; d += 10 {
		touch("touchMove", Point{500 - d, 400}, Point{600 + d, 400})
	}
	touch("touchEnd")
	p.Until(zoom + ` > ` + decimal(was*2))
	x := Eval[float64](p, left)
	touch("touchStart", Point{500, 400}, Point{600, 400})
	for d := 10.0; d <= 100; d += 10 {
		touch("touchMove", Point{500 - d, 400}, Point{600 - d, 400})
	}
	touch("touchEnd")
	p.Until(left + ` < ` + decimal(x-60))

	p.Press("1", Shift)
	p.Until(zoom + ` < ` + decimal(was*1.3))
	at := p.MiddleOf(onBoard(firstNote))
	touch("touchStart", at)
	p.Until(`document.querySelector("#b-menu")`) // it rests
	touch("touchEnd")
	look(p, "finger-menu")
	p.Press("Escape")

	p.Press("p")
	p.Until(`document.querySelector(".tabi-board.t-pen")`)
	pen := func(kind string, at Point, buttons int) {
		p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": map[int]string{0: "left", 1: "left"}[buttons], "buttons": buttons, "pointerType": "pen", "force": .5})
	}
	pen("mousePressed", Point{300, 650}, 1)
	for d := 10.0; d <= 150; d += 10 {
		pen("mouseMoved", Point{300 + d, 650 + d/3}, 1)
	}
	pen("mouseReleased", Point{450, 700}, 0)
	const drawings = `[...document.querySelectorAll(".b-world .b-over .b-thing")].filter(e => e.dataset.id?.startsWith("K") && e.style.display !== "none").length`
	p.Until(drawings + ` === 1`)
	x = Eval[float64](p, left)
	touch("touchStart", Point{500, 500})
	for d := 10.0; d <= 100; d += 10 {
		touch("touchMove", Point{500 - d, 500})
	}
	touch("touchEnd")
	p.Until(left + ` < ` + decimal(x-60))
	if n := Eval[int](p, drawings); n != 1 {
		t.Errorf("the finger drew: %d strokes", n)
	}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
