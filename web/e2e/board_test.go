package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// The board is the default view on a desk.

// onBoard is a script for the element of the board that shows a note whose text
// starts so; the board breaks lines itself, so they are taken out.
func onBoard(text string) string {
	return `[...document.querySelectorAll(".b-note")].find(e => e.querySelector(".b-text")?.textContent.replaceAll("\n", "").startsWith(` + quote(text) + `))`
}

// write double-clicks until there is a field to write in: on a machine that is
// busy two clicks of one test may come too far apart to be a double click.
func (p *Person) write(at func() Point) {
	p.tb.Helper()
	for range 8 {
		p.DoubleClickAt(at())
		if p.soon(`document.activeElement?.tagName === "TEXTAREA"`) {
			return
		}
		p.Press("Escape")
	}
	p.tb.Fatalf("%s: a double click opens nothing to write in", p.name)
}

// boardNote makes a note by double-clicking an empty place and writes it.
func (p *Person) boardNote(at Point, text string) {
	p.tb.Helper()
	p.write(func() Point { return at })
	p.Insert(text)
	p.Press("Escape")
	p.Until(onBoard(text))
}

// beside is the empty place to the right of a note that is the last of its cell.
func (p *Person) beside(text string) Point {
	p.tb.Helper()
	at := p.MiddleOf(onBoard(text))
	width := Eval[float64](p, onBoard(text)+`.getBoundingClientRect().width`)
	return Point{at.X + width*1.1, at.Y}
}

const (
	firstNote = "通勤電車でTikTok" // first lane, first phase
	overThere = "カゴ落ち・お気に入"   // second lane, second phase
)

func TestTheBoardIsLiveBothWays(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a", Width: 1440, Height: 900}), Open(t, As{Name: "b", Width: 1440, Height: 900})
	a.Visit(m.Edit())
	b.Visit(m.Edit())
	a.boardNote(a.beside(overThere), "aより")
	b.Until(onBoard("aより"))
	b.write(func() Point { return b.MiddleOf(onBoard("aより")) })
	b.Press("End")
	b.Insert("、bも")
	a.Until(onBoard("aより、bも"))
	// b's cursor and writing are seen by a, with a name.
	a.Until(`[...document.querySelectorAll(".b-name, .b-writer")].some(e => e.textContent.includes("ゲスト"))`)
	if !strings.Contains(s.Export(m), "aより、bも") {
		t.Error("the server's own export has another text")
	}
}

func TestANoteIsDraggedToAnotherCell(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a", Width: 1440, Height: 900}), Open(t, As{Name: "b", Width: 1440, Height: 900})
	a.Visit(m.Edit())
	b.Visit(m.Edit())
	before := noteIn(t, s.Export(m), firstNote)
	there := noteIn(t, s.Export(m), overThere)
	if before.Phase == there.Phase || before.Lane == there.Lane {
		t.Fatal("the sample has changed: both notes stand in one row or column")
	}
	from := a.MiddleOf(onBoard(firstNote))
	to := a.beside(overThere)
	a.Drag(from, to)
	near := func(p *Person) string {
		return `(() => { const r = (` + onBoard(firstNote) + `).getBoundingClientRect(); return Math.abs(r.x + r.width/2 - ` + num(to.X) + `) < 60 && Math.abs(r.y + r.height/2 - ` + num(to.Y) + `) < 60 })()`
	}
	a.Until(near(a))
	b.Until(near(b))
	a.Until(`document.querySelector(".state").dataset.pending === "0"`)
	after := noteIn(t, s.Export(m), firstNote)
	if after.Phase != there.Phase || after.Lane != there.Lane {
		t.Errorf("the note is in %s/%s, want %s/%s", after.Phase, after.Lane, there.Phase, there.Lane)
	}
	// Undo puts it back for both.
	a.Press("z", Ctrl)
	back := `(() => { const r = (` + onBoard(firstNote) + `).getBoundingClientRect(); return Math.abs(r.x + r.width/2 - ` + num(from.X) + `) < 5 })()`
	a.Until(back)
	b.Until(back)
}

type exported struct {
	Text  string `json:"text"`
	Phase string `json:"phase"`
	Lane  string `json:"lane"`
}

// noteIn finds a note in an export by the beginning of its text.
func noteIn(t *testing.T, export, text string) exported {
	t.Helper()
	var file struct {
		Notes []exported `json:"notes"`
	}
	if err := json.Unmarshal([]byte(export), &file); err != nil {
		t.Fatal(err)
	}
	for _, n := range file.Notes {
		if strings.HasPrefix(n.Text, text) {
			return n
		}
	}
	t.Fatalf("no note begins with %q", text)
	return exported{}
}

func num(f float64) string { b, _ := json.Marshal(f); return string(b) }

func TestTwoWriteInOneNoteOnTheBoard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a", Width: 1440, Height: 900}), Open(t, As{Name: "b", Width: 1440, Height: 900})
	for _, p := range []*Person{a, b} {
		p.Visit(m.Edit())
		p.write(func() Point { return p.MiddleOf(onBoard(firstNote)) })
	}
	text := Eval[string](a, `document.activeElement.value`)
	a.Run(`document.activeElement.setSelectionRange(0, 0)`)
	b.Run(`{ const e = document.activeElement; e.setSelectionRange(e.value.length, e.value.length) }`)
	front, end := "ABCDEFGH", "uvwxyzuv"
	for i := range front {
		a.Type(front[i : i+1])
		b.Type(end[i : i+1])
	}
	for _, p := range []*Person{a, b} {
		p.Until(`document.activeElement.value === ` + quote(front+text+end))
	}
	// A composition on the board goes on while the other writes.
	a.Composing("に")
	b.Type("!")
	b.Until(`document.activeElement.value.endsWith("!")`)
	a.Composing("にほん")
	a.Commit("日本")
	for _, p := range []*Person{a, b} {
		p.Until(`document.activeElement.value === ` + quote(front+"日本"+text+end+"!"))
	}
	a.Until(`document.querySelector(".state").dataset.pending === "0"`)
	if !strings.Contains(s.Export(m), front+"日本"+text+end+"!") {
		t.Error("the server's own export has another text")
	}
}

func TestTheClientTakesOverWithoutAFlash(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader", Width: 1440, Height: 900})
	// Each frame, note what of the map is in sight and where its first words stand.
	p.Before(`window.seen = []; const look = () => {
		const picture = document.querySelector("#picture svg.map"), note = document.querySelector(".b-note .b-text");
		const inPicture = picture && [...picture.querySelectorAll("text, tspan")].find(e => e.textContent.startsWith("通勤電車でTikTok"));
		const r = (inPicture || note)?.getBoundingClientRect();
		if (document.body && r) window.seen.push([picture ? "picture" : "board", Math.round(r.x), Math.round(r.y)]);
		requestAnimationFrame(look);
	}; requestAnimationFrame(look)`)
	p.Visit(m.View())
	p.Until(`window.seen.some(s => s[0] === "board")`)
	seen := Eval[[][]any](p, `(() => { const all = window.seen, i = all.findIndex(s => s[0] === "board"); return i > 0 ? [all[i - 1], all[i]] : [] })()`)
	if len(seen) != 2 {
		t.Fatal("the picture was never seen")
	}
	dx, dy := seen[0][1].(float64)-seen[1][1].(float64), seen[0][2].(float64)-seen[1][2].(float64)
	if dx*dx+dy*dy > 9 {
		t.Errorf("the map jumps by %v, %v pixels when the client takes over", -dx, -dy)
	}
}

func TestInputBeforeTheClientIsNotLost(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "fast", Width: 1440, Height: 900})
	// The client is held back until something has been typed.
	p.Before(`const real = window.fetch; window.held = new Promise(go => window.letGo = go);
		window.fetch = (...a) => String(a[0]).includes("app.wasm") ? window.held.then(() => real(...a)) : real(...a)`)
	p.Goto(m.Edit())
	p.Until(`document.querySelector("#picture svg.map") && document.readyState === "complete"`)
	at := Eval[[]float64](p, `(() => { const r = [...document.querySelectorAll("#picture text, #picture tspan")].find(e => e.textContent.startsWith("通勤電車でTikTok")).getBoundingClientRect(); return [r.x + 20, r.y + 5] })()`)
	p.DoubleClickAt(Point{at[0], at[1]})
	p.Type("early ")
	p.Run(`window.letGo()`)
	p.Ready()
	p.Until(`document.activeElement?.tagName === "TEXTAREA" && document.activeElement.value.includes("early ")`)
	p.Press("Escape")
	p.Until(`document.querySelector(".state").dataset.pending === "0"`)
	if !strings.Contains(s.Export(m), "early ") {
		t.Error("what was typed before the client started is lost")
	}
}
