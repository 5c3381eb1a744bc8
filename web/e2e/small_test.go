package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// smallMap is one screen of a map: three phases, three lanes, four notes. What a
// test expects of it can be said in words.
const smallMap = `{"format":"cjm-sample/1","id":"small","lang":"en","title":"Small","map_type":"current_state",
"departments":[{"id":"d1","name":"Sales","color":"#E4572E"},{"id":"d2","name":"Support","color":"#2E86AB"}],
"lanes":[{"id":"l1","kind":"action","order":0,"name":"Does"},{"id":"l2","kind":"thought","order":1,"name":"Thinks"},{"id":"l3","kind":"opportunity","order":2,"name":"Chances"}],
"phases":[{"id":"p1","order":0,"name":"First"},{"id":"p2","order":1,"name":"Second"},{"id":"p3","order":2,"name":"Third"}],
"boundaries":[{"id":"b1","from":"p1","to":"p2","attitude_from":"sure","attitude_to":"unsure","concern":"the price"}],
"notes":[{"id":"n1","lane":"l1","phase":"p1","order":0,"text":"alpha","by":"d1"},{"id":"n2","lane":"l1","phase":"p2","order":0,"text":"beta","by":"d1"},
{"id":"n3","lane":"l2","phase":"p1","order":0,"text":"gamma","by":"d2"},{"id":"n4","lane":"l2","phase":"p3","order":0,"text":"delta","by":"d2"}]}`

var shared struct {
	sync.Mutex
	s   *Tabi
	dir string
}

// Shared is one server for all tests that only need maps of their own on it.
func Shared(t *testing.T) *Tabi {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.s == nil {
		dir, err := os.MkdirTemp("", "tabi-e2e-shared-")
		if err != nil {
			t.Fatal(err)
		}
		log, err := os.Create(filepath.Join(dir, "server.log"))
		if err != nil {
			t.Fatal(err)
		}
		shared.dir = dir
		shared.s = &Tabi{tb: t, Addr: freeAddr(t), Dir: filepath.Join(dir, "data"), log: log}
		shared.s.Restart()
	}
	s := *shared.s
	s.tb = t
	t.Cleanup(func() {
		if t.Failed() {
			data, _ := os.ReadFile(s.log.Name())
			_ = os.WriteFile(artifact(t, "server.log"), data, 0o644)
		}
	})
	return &s
}

// stopShared ends that server with the run.
func stopShared() {
	if shared.s != nil {
		shared.s.Kill()
		_ = os.RemoveAll(shared.dir)
	}
}

// Small is a small map of its own for this test.
func Small(t *testing.T) (*Tabi, MapLinks) {
	t.Helper()
	s := Shared(t)
	return s, s.Write(smallMap)
}

// Write makes a map of a file's text.
func (s *Tabi) Write(text string) MapLinks {
	s.tb.Helper()
	path := filepath.Join(s.tb.TempDir(), "map.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.tb.Fatal(err)
	}
	return s.Import(path)
}

// at a desk, in English, knowing the board already: no hint, no question for a name.
func desk(t *testing.T, m MapLinks) *Person {
	t.Helper()
	return deskAs(t, m, As{Name: "a"})
}

func deskAs(t *testing.T, m MapLinks, as As) *Person {
	t.Helper()
	as.Lang = "en"
	p := Open(t, as)
	p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen"); localStorage.setItem("tabi.name", ` + quote(p.name) + `) } catch {}`)
	p.Visit(m.Edit())
	return p
}

// atBoard is deskAs, and waits for the notes.
func atBoard(t *testing.T) (*Tabi, MapLinks, *Person) {
	t.Helper()
	s, m := Small(t)
	p := desk(t, m)
	p.Until(onBoard("alpha") + ` && ` + onBoard("delta"))
	return s, m, p
}

// file is what the tests ask of an export.
type file struct {
	Title  string `json:"title"`
	Phases []struct {
		ID   string  `json:"id"`
		Name string  `json:"name"`
		Rank float64 `json:"order"`
	} `json:"phases"`
	Lanes []struct {
		ID   string  `json:"id"`
		Name string  `json:"name"`
		Kind string  `json:"kind"`
		Rank float64 `json:"order"`
	} `json:"lanes"`
	Notes      []noteOf         `json:"notes"`
	Boundaries []map[string]any `json:"boundaries"`
	Drawings   []map[string]any `json:"drawings"`
	Stamps     []map[string]any `json:"stamps"`
	Comments   []map[string]any `json:"comments"`
}

type noteOf struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Phase string   `json:"phase"`
	Lane  string   `json:"lane"`
	By    string   `json:"by"`
	Dept  string   `json:"department"`
	X     float64  `json:"x"`
	Y     float64  `json:"y"`
	W     float64  `json:"w"`
	H     float64  `json:"h"`
	Tags  []string `json:"tags"`
	Links []struct {
		To string `json:"to"`
	} `json:"links"`
}

// Saved waits until all that the person did is on the server, and gives the map as
// the server exports it.
func (p *Person) Saved(m MapLinks) file {
	p.tb.Helper()
	p.Run(`await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`)
	p.Until(`document.querySelector(".state").dataset.pending === "0"`)
	var f file
	s := *m.s
	s.tb = p.tb
	if err := json.Unmarshal([]byte(s.Export(m)), &f); err != nil {
		p.tb.Fatal(err)
	}
	return f
}

// note is the one whose text begins so.
func (f file) note(t *testing.T, text string) noteOf {
	t.Helper()
	for _, n := range f.Notes {
		if strings.HasPrefix(n.Text, text) {
			return n
		}
	}
	t.Fatalf("no note begins with %q: %+v", text, f.Notes)
	return noteOf{}
}

func (f file) texts() (texts []string) {
	for _, n := range f.Notes {
		texts = append(texts, n.Text)
	}
	return texts
}

func (f file) count(text string) (n int) {
	for _, have := range f.Notes {
		if have.Text == text {
			n++
		}
	}
	return n
}

// On is the middle of the board's note.
func (p *Person) On(text string) Point {
	p.tb.Helper()
	return p.MiddleOf(onBoard(text))
}

// Choose clicks notes, the later ones with Shift.
func (p *Person) Choose(texts ...string) {
	p.tb.Helper()
	for i, text := range texts {
		at, mods := p.On(text), 0
		if i > 0 {
			mods = Shift
		}
		p.mouse("mouseMoved", at, 0, 0, mods)
		p.mouse("mousePressed", at, 1, 1, mods)
		p.mouse("mouseReleased", at, 0, 1, mods)
		p.Until(selected(i + 1))
	}
}

// selected is a script: so many notes are selected.
func selected(n int) string {
	return `[...document.querySelectorAll(".b-note.is-selected")].filter(e => e.style.display !== "none").length === ` + quote2(n)
}

// shownNotes is a script: so many notes are on the board.
func shownNotes(n int) string {
	return `[...document.querySelectorAll(".b-note")].filter(e => e.style.display !== "none").length === ` + quote2(n)
}

// DragWith is Drag with keys held.
func (p *Person) DragWith(mods int, from, to Point) {
	p.tb.Helper()
	p.PickUp(mods, from, to)
	p.mouse("mouseReleased", to, 0, 1, mods)
}

// PickUp is a drag that is not let go of.
func (p *Person) PickUp(mods int, from, to Point) {
	p.tb.Helper()
	p.mouse("mouseMoved", from, 0, 0, mods)
	p.mouse("mousePressed", from, 1, 1, mods)
	for i := 1; i <= 8; i++ {
		f := float64(i) / 8
		p.mouse("mouseMoved", Point{from.X + (to.X-from.X)*f, from.Y + (to.Y-from.Y)*f}, 1, 0, mods)
	}
}

// Menu chooses an item of the board's menu by its words.
func (p *Person) Menu(text string) {
	p.tb.Helper()
	item := `[...document.querySelectorAll("#b-menu button")].find(e => (e.getAttribute("aria-label") || e.firstChild?.textContent || e.textContent).trim() === ` + quote(text) + `)`
	p.Until(item)
	p.Until(`getComputedStyle(document.querySelector("#b-menu")).visibility === "visible"`)
	p.Run(item + `.click()`)
}

// Button clicks a button of the board by its label.
func (p *Person) Button(label string) {
	p.tb.Helper()
	p.ClickAt(p.MiddleOf(button(label)))
}

func button(label string) string {
	return `[...document.querySelectorAll(".board-root button")].find(e => (e.getAttribute("aria-label") || e.textContent).trim() === ` + quote(label) + ` && e.offsetParent)`
}

// secondClick presses the second button.
func (p *Person) secondClick(at Point) {
	p.tb.Helper()
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "right", "buttons": 2, "clickCount": 1})
	}
}

// Paste gives the board what a clipboard would hold as plain text.
func (p *Person) Paste(text string) {
	p.tb.Helper()
	p.Run(`const d = new DataTransfer(); d.setData("text/plain", ` + quote(text) + `);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true}))`)
}

// place is a script for where an element stands: x, y, width, height.
func (p *Person) place(script string) (r [4]float64) {
	p.tb.Helper()
	v := Eval[[]float64](p, `(() => { const r = (`+script+`).getBoundingClientRect(); return [r.x, r.y, r.width, r.height] })()`)
	copy(r[:], v)
	return r
}

func far(a, b, by float64) bool { return a-b > by || b-a > by }
