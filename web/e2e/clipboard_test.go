package e2e

import (
	"slices"
	"strings"
	"testing"
)

// What goes in and out by the clipboard.

// carry copies what is selected on one board and pastes it on another, as the
// browser would: with all the forms that the board puts on the clipboard.
func carry(from, to *Person, kind string) {
	from.tb.Helper()
	to.given(from.taken(kind))
}

// taken is what a copy or cut leaves on the clipboard, in all its forms.
func (p *Person) taken(kind string) map[string]string {
	p.tb.Helper()
	return Eval[map[string]string](p, `(() => { const d = new DataTransfer(); document.activeElement.dispatchEvent(new ClipboardEvent(`+quote(kind)+`, {clipboardData: d, bubbles: true, cancelable: true}));
		return Object.fromEntries([...d.types].map(t => [t, d.getData(t)])) })()`)
}

// given pastes these.
func (p *Person) given(forms map[string]string) {
	p.tb.Helper()
	script := `const d = new DataTransfer();`
	for k, v := range forms {
		script += `d.setData(` + quote(k) + `, ` + quote(v) + `);`
	}
	p.Run(script + `document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true}))`)
}

func TestNotesAreCutAndPastedAndOneUndoTakesThePasteBack(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha", "beta")
	p.Move(p.On("delta"))
	carry(p, p, "cut")
	p.Until(shownNotes(4))
	f := p.Saved(m)
	if f.note(t, "alpha").By != "d1" {
		t.Errorf("alpha lost its department: %+v", f.note(t, "alpha"))
	}
	p.Press("z", Ctrl)
	p.Until(shownNotes(2))
	p.Press("z", Ctrl)
	p.Until(shownNotes(4))
}

func TestNotesAreCopiedToAnotherMapWithAllTheyHold(t *testing.T) {
	t.Parallel()
	s, m, a := atBoard(t)
	other := s.Write(`{"format":"cjm-sample/1","id":"other","lang":"en","title":"Other","departments":[{"id":"x","name":"Sales","color":"#2E86AB"}],"lanes":[{"id":"l","kind":"action","order":0,"name":"Does"}],"phases":[{"id":"p","order":0,"name":"Only"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"here"}]}`)
	b := deskAs(t, other, As{Name: "b"})
	a.Choose("alpha", "beta")
	a.Press("l")
	a.Saved(m)
	a.Choose("alpha", "beta")
	b.Choose("here")
	b.Press("Escape")
	carry(a, b, "copy")
	b.Until(shownNotes(3))
	f := b.Saved(other)
	alpha := f.note(t, "alpha")
	if alpha.By != "x" && alpha.Dept != "x" {
		t.Errorf("the department of the same name was not found: %+v", alpha)
	}
	if len(alpha.Links) != 1 || alpha.Links[0].To != f.note(t, "beta").ID {
		t.Errorf("the link did not come along: %+v", alpha.Links)
	}
}

func TestARangeOfASpreadsheetBecomesAGridOfNotes(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Move(p.On("alpha"))
	p.Paste("one\ttwo\nthree\t\"fo\nur\"\n")
	p.Until(shownNotes(8))
	f := p.Saved(m)
	for text, cell := range map[string][2]string{"one": {"p1", "l1"}, "two": {"p2", "l1"}, "three": {"p1", "l2"}, "fo\nur": {"p2", "l2"}} {
		if n := f.note(t, text); n.Phase != cell[0] || n.Lane != cell[1] {
			t.Errorf("%q is in %s/%s", text, n.Phase, n.Lane)
		}
	}
	p.Press("z", Ctrl)
	p.Until(shownNotes(4))
}

func TestAListBecomesOneNoteALine(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Move(p.On("delta"))
	p.Paste("- 価格が高い\n・送料\n3. returns\n④ size\n")
	p.Until(shownNotes(8))
	f := p.Saved(m)
	for _, text := range []string{"価格が高い", "送料", "returns", "size"} {
		if n := f.note(t, text); n.Phase != "p3" || n.Lane != "l2" {
			t.Errorf("%q is in %s/%s", text, n.Phase, n.Lane)
		}
	}
	p.Press("z", Ctrl)
	p.Until(shownNotes(4))
}

func TestWhatIsCopiedIsATableForASpreadsheet(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	p.Press("a", Ctrl)
	p.Until(selected(4))
	got := Eval[string](p, `(() => { const d = new DataTransfer(); document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData: d, bubbles: true, cancelable: true})); return d.getData("text/plain") })()`)
	if want := "\tFirst\tSecond\tThird\nDoes\talpha\tbeta\t\nThinks\tgamma\t\tdelta"; got != want {
		t.Errorf("copied is %q, want %q", got, want)
	}
}

func TestTooLongAPasteIsRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Run(`const d = new DataTransfer(); d.setData("text/plain", Array.from({length: 501}, (_, i) => "- " + i).join("\n"));
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true}))`)
	p.Until(`document.querySelector(".b-hint")?.textContent.includes("501")`)
	if got := p.Saved(m).texts(); len(got) != 4 || !slices.Contains(got, "alpha") {
		t.Errorf("the map has %d notes", len(got))
	}
}

// A lane goes to another map with all its notes, from the board to the board; a
// note with all it holds, and a phase, from list to list.
func TestLanesAndPhasesAreCopiedToAnotherMap(t *testing.T) {
	t.Parallel()
	s, _, a := atBoard(t)
	other := s.Write(`{"format":"cjm-sample/1","id":"other","lang":"en","title":"Other","departments":[{"id":"x","name":"Sales","color":"#2E86AB"}],"lanes":[{"id":"l","kind":"action","order":0,"name":"Does"}],"phases":[{"id":"p","order":0,"name":"Only"},{"id":"q","order":1,"name":"Then"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"here"}]}`)
	b := deskAs(t, other, As{Name: "b"})
	b.Until(onBoard("here"))
	a.ClickAt(a.MiddleOf(`[...document.querySelectorAll(".b-thing")].find(e => e.ariaLabel.startsWith("Thinks"))`))
	a.Until(`document.querySelector(".b-context")`)
	carry(a, b, "copy")
	b.Until(shownNotes(3))
	f := b.Saved(other)
	gamma, delta := f.note(t, "gamma"), f.note(t, "delta")
	if gamma.Lane == "l" || gamma.Lane != delta.Lane || gamma.Phase != "p" || delta.Phase != "q" {
		t.Errorf("gamma is in %s/%s, delta in %s/%s", gamma.Phase, gamma.Lane, delta.Phase, delta.Lane)
	}
	b.Press("z", Ctrl)
	b.Until(shownNotes(1))

	a.toList()
	b.toList()
	a.Run(note("alpha") + `.focus()`)
	b.Run(note("here") + `.focus()`)
	carry(a, b, "copy")
	b.Until(note("alpha"))
	if n := b.Saved(other).note(t, "alpha"); n.By != "x" && n.Dept != "x" || n.Phase != "p" || n.Lane != "l" {
		t.Errorf("alpha lost what it holds, or its place: %+v", n)
	}
	a.Run(`document.querySelector("#list thead .list-head").focus()`)
	b.Run(`document.querySelector("#list thead .list-head").focus()`)
	carry(a, b, "copy")
	b.Until(`[...document.querySelectorAll("#list thead .list-head")].at(-1).textContent.startsWith("First")`)
	b.Until(`document.querySelectorAll("#list .list-note").length === 4`)
	b.Run(`document.querySelector("#list-undo").click()`)
	b.Until(`document.querySelectorAll("#list thead .list-head").length === 2 && document.querySelectorAll("#list .list-note").length === 2`)
}

// In the list a cut takes only what it copies: in the field to find notes what is
// written there, at a tick box the ticked notes.
func TestACutInTheListTakesWhatItCopies(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := deskAs(t, m, As{Name: "cutter"})
	p.toList()
	p.Until(note("alpha"))
	p.Run(note("alpha") + `.focus()`)
	p.Press("x")
	p.Until(`document.querySelector("#list [id^=tick-]:checked")`)
	p.Run(`document.querySelector("#list-find").focus()`)
	if got := p.taken("cut"); len(got) > 0 {
		t.Errorf("the field to find notes cuts %q", got)
	}
	p.Until(`document.querySelector("#list [id^=tick-]:checked")`)
	p.Run(`document.querySelector("#list [id^=tick-]:checked").focus()`)
	if got := p.taken("cut"); got["text/plain"] != "alpha" {
		t.Errorf("the tick box cuts %q", got)
	}
	p.Until(`!` + note("alpha"))
	if n := len(p.Saved(m).Notes); n != 3 {
		t.Errorf("%d notes are left of four", n)
	}
}

// ownKind is the form in which one map gives to another.
const ownKind = "web application/x-tabi-notes"

// In the list what is pasted comes from the cell with the focus on, whatever of it
// stood in no cell; what a picture's loss leaves out is said; a lane that is locked
// or holds the curve takes nothing.
func TestAPasteInTheListStandsWhereTheFocusIs(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(`{"format":"cjm-sample/1","id":"here","lang":"en","title":"Here","lanes":[{"id":"l","kind":"action","order":0,"name":"Does"},{"id":"c","kind":"emotion","order":1,"name":"Feels"}],"phases":[{"id":"p","order":0,"name":"First"},{"id":"q","order":1,"name":"Then"}],"notes":[{"id":"n","lane":"l","phase":"p","order":0,"text":"here"}]}`)
	p := deskAs(t, m, As{Name: "paster"})
	p.Expect(`404`)
	p.toList()
	p.Until(note("here"))
	p.Run(note("here") + `.focus()`)
	p.given(map[string]string{ownKind: "tabi-notes 1\nnote 1.1 0 0 160 100 -1 -1\ntext loose\nnote 1.2 0 0 160 100 1 0\ntext bound\nimage " + strings.Repeat("a", 40) + "\n"})
	p.Until(note("loose") + ` && ` + note("bound"))
	p.Until(`document.querySelector("#fault")?.textContent.includes("could not be")`)
	f := p.Saved(m)
	if n := f.note(t, "bound"); n.Phase != f.note(t, "here").Phase {
		t.Errorf("it stands in %q", n.Phase)
	}
	for _, forms := range []map[string]string{{ownKind: "tabi-notes 1\nnote 1.1 0 0 160 100 0 0\ntext feeling\n"}, {"text/plain": "feeling"}} {
		p.Run(note("here") + `.focus()`)
		p.taken("copy")
		p.Until(`!document.querySelector("#list-said").textContent.includes("holds no notes")`)
		p.Run(`document.querySelectorAll("#list .list-add")[2].focus()`)
		p.given(forms)
		p.Until(`document.querySelector("#list-said").textContent.includes("holds no notes")`)
	}
	if n := len(p.Saved(m).Notes); n != 3 {
		t.Errorf("there are %d notes", n)
	}
}
