//go:build !js

package board

import (
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// hand is a person's pointer on the board: every step is told to the board as
// the browser would tell it.
type hand struct {
	t *testing.T
	b *Board
	m mods
	d device
}

func (h hand) at(x, y float64) press {
	sx, sy := h.b.cam.Screen(x, y)
	return press{id: 1, dev: h.d, mods: h.m, x: sx, y: sy}
}

// drag goes from one point of the world to another in steps, with space around.
func (h hand) drag(x0, y0, x1, y1 float64) {
	h.carry(x0, y0, x1, y1)
	h.b.released(h.at(x1, y1))
}

func (h hand) carry(x0, y0, x1, y1 float64) {
	h.b.pressed(h.at(x0, y0))
	for i := 1.0; i <= 4; i++ {
		h.b.moved(h.at(x0+(x1-x0)*i/4, y0+(y1-y0)*i/4))
	}
}

func (h hand) click(x, y float64) {
	h.b.host.time += 1000
	h.b.pressed(h.at(x, y))
	h.b.released(h.at(x, y))
}

func (h hand) double(x, y float64) {
	h.click(x, y)
	h.b.pressed(h.at(x, y))
	h.b.released(h.at(x, y))
}

// shows sets a camera under which the whole map is in sight at its size.
func shows(b *Board) {
	b.width, b.height = 4000, 3000
	b.look(Camera{600, 600, 1})
}

func middle(b *Board, id crdt.ID) (x, y float64) { return rectOf(b.scene.Note(id).Rect).Center() }

func cellMiddle(b *Board, phase, lane int) (x, y float64) {
	return rectOf(b.scene.Cell(b.m.Phases()[phase].ID, b.m.Lanes()[lane].ID)).Center()
}

func TestDrag_a_note_to_another_lane_takes_its_kind_in_one_step_of_undo(t *testing.T) {
	b, a := newBoard(t, 3, 3, 9)
	shows(b)
	h := hand{t: t, b: b}
	n := b.m.Notes()[0]
	x, y := middle(b, n.ID)
	tx, ty := cellMiddle(b, 2, 1)
	edits := a.edits
	h.carry(x, y, tx, ty)
	if a.edits != edits || len(a.present.Dragging) != 1 {
		t.Errorf("while it is carried: %d edits, %d in presence", a.edits-edits, len(a.present.Dragging))
	}
	b.released(h.at(tx, ty))
	n = b.m.Note(n.ID)
	if n.Place.Phase != b.m.Phases()[2].ID || n.Kind != b.m.Lanes()[1].Kind {
		t.Errorf("it stands in %v as %s", n.Place, n.Kind)
	}
	if a.edits != edits+1 || len(a.present.Dragging) != 0 {
		t.Errorf("dropped: %d edits, %d in presence", a.edits-edits, len(a.present.Dragging))
	}
	b.do(cmdUndo)
	if b.m.Note(n.ID).Place.Phase != b.m.Phases()[0].ID {
		t.Error("one undo does not take it back")
	}
}

func TestDrag_taken_back_changes_nothing(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	x, y := middle(b, b.m.Notes()[0].ID)
	edits := a.edits
	h := hand{t: t, b: b}
	h.carry(x, y, x+300, y)
	b.key("escape", false)
	b.released(h.at(x+300, y))
	if a.edits != edits || len(b.held) != 0 {
		t.Errorf("%d edits, %d still in the hand", a.edits-edits, len(b.held))
	}
}

func TestDrag_with_alt_leaves_the_original(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 4)
	shows(b)
	n := b.m.Notes()[0]
	x, y := middle(b, n.ID)
	tx, ty := cellMiddle(b, 1, 1)
	hand{t: t, b: b, m: alt}.drag(x, y, tx, ty)
	if b.m.NoteCount() != 5 || b.m.Note(n.ID).Place != n.Place || len(b.selected) != 1 || b.selected[0] == n.ID {
		t.Errorf("%d notes, the original at %v, selected %v", b.m.NoteCount(), b.m.Note(n.ID).Place, b.selected)
	}
}

// A reader's board looks, selects and copies, and never writes: whatever is done
// to it, no edit comes of it.
func TestReadOnly_never_writes(t *testing.T) {
	b, a := newBoard(t, 3, 3, 9)
	shows(b)
	b.SetReadOnly(true)
	edits := a.edits
	x, y := middle(b, b.m.Notes()[0].ID)
	for _, m := range []mods{0, alt, shift, ctrl} {
		h := hand{t: t, b: b, m: m}
		h.double(x, y)
		h.drag(x, y, x+400, y+200)
		h.double(2000, 2000)
		for i := range b.scene.Phases {
			p := b.scene.Phases[i].Head.Center()
			h.double(float64(p.X), float64(p.Y))
			h.drag(float64(p.X), float64(p.Y), float64(p.X)+500, float64(p.Y))
			h.drag(float64(b.scene.Phases[i].Column.Right()), float64(p.Y), float64(p.X)+500, float64(p.Y))
		}
	}
	b.choose(b.m.Notes()[0].ID, b.m.Notes()[1].ID)
	for c := cmdNone; c < commands; c++ {
		b.do(c)
		b.choose(b.m.Notes()[0].ID, b.m.Notes()[1].ID)
	}
	for _, k := range keyboard {
		for _, chord := range k.keys {
			b.key(chord, false)
		}
	}
	data := clip{map[string]string{"text/plain": "a\nb"}}
	b.clipboard("paste", data)
	b.choose(b.m.Notes()[0].ID)
	b.clipboard("cut", data)
	if a.edits != edits || b.m.NoteCount() != 9 {
		t.Errorf("%d edits, %d notes", a.edits-edits, b.m.NoteCount())
	}
	if !strings.Contains(data.data["text/plain"], "Note") {
		t.Errorf("a reader may copy, and got %q", data.data["text/plain"])
	}
}

func TestMarquee_selects_what_it_touches(t *testing.T) {
	b, _ := newBoard(t, 2, 1, 4)
	shows(b)
	cell := rectOf(b.scene.Cell(b.m.Phases()[0].ID, b.m.Lanes()[0].ID))
	hand{t: t, b: b, m: shift}.drag(cell.X+3, cell.Bottom()-3, cell.Right()-3, cell.Y+3)
	if len(b.selected) != 2 {
		t.Errorf("%d selected, not the 2 of the cell", len(b.selected))
	}
	hand{t: t, b: b}.click(cell.X+4, cell.Bottom()-4)
	if len(b.selected) != 0 {
		t.Error("a click beside all does not deselect")
	}
}

func TestFinger_moves_the_map_and_not_a_note_it_passes(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	x, y := middle(b, b.m.Notes()[0].ID)
	edits, cam := a.edits, b.cam
	h := hand{t: t, b: b, d: touch}
	h.drag(x, y, x+90, y)
	if a.edits != edits || b.cam == cam {
		t.Errorf("%d edits, camera at %v", a.edits-edits, b.cam)
	}
	x, y = middle(b, b.m.Notes()[0].ID)
	h.click(x, y)
	h.drag(x, y, x+200, y)
	if a.edits != edits+1 {
		t.Error("a selected note does not follow the finger")
	}
}

// ---- writing ---------------------------------------------------------------------

// types lets the textarea say text, the caret at its end, as the browser does
// after a key.
func types(b *Board, text string) {
	b.host.area, b.host.start, b.host.end = text, unitLen(text), unitLen(text)
	b.typed()
}

func TestWrite_goes_to_the_document_as_it_is_typed(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 4)
	id := b.m.Notes()[0].ID
	b.write(id)
	types(b, b.host.area+"!")
	if got := b.m.Note(id).Text; !strings.HasSuffix(got, "!") {
		t.Errorf("the note says %q", got)
	}
	b.keyInEditor("escape")
	if b.writing != nil {
		t.Error("Escape does not end it")
	}
}

// While an input method composes nothing is written to either side; what the
// others wrote meanwhile and what was composed are both there in the end.
func TestWrite_a_composition_is_not_broken_by_others(t *testing.T) {
	b, a := newBoard(t, 1, 1, 1)
	id := b.m.Notes()[0].ID
	a.Edit("", func(e *crdt.Edit) { b.m.SetNoteText(e, id, "旅") })
	b.write(id)
	b.composing(true)
	types(b, "旅にほん")
	if b.m.Note(id).Text != "旅" {
		t.Errorf("half a word was sent: %q", b.m.Note(id).Text)
	}
	a.Edit("", func(e *crdt.Edit) { e.Insert(id, journey.NoteText, 0, "長い") })
	if b.host.area != "旅にほん" {
		t.Errorf("the composition was broken: %q", b.host.area)
	}
	for _, key := range []string{"enter", "escape", "tab"} {
		if b.keyInEditor(key) {
			t.Errorf("%s of a composition was taken for a command", key)
		}
	}
	b.host.area, b.host.start, b.host.end = "旅日本", 3, 3
	b.composing(false)
	if got := b.m.Note(id).Text; got != "長い旅日本" || b.host.area != got || b.host.start != 5 {
		t.Errorf("in the end %q, textarea %q, caret %d", got, b.host.area, b.host.start)
	}
}

func TestWrite_keeps_the_caret_among_its_words(t *testing.T) {
	b, a := newBoard(t, 1, 1, 1)
	id := b.m.Notes()[0].ID
	a.Edit("", func(e *crdt.Edit) { b.m.SetNoteText(e, id, "abcd") })
	b.write(id)
	b.host.start, b.host.end = 2, 3
	a.Edit("", func(e *crdt.Edit) { e.Insert(id, journey.NoteText, 0, "xx") })
	if b.host.area != "xxabcd" || b.host.start != 4 || b.host.end != 5 {
		t.Errorf("%q, %d…%d", b.host.area, b.host.start, b.host.end)
	}
}

func TestWrite_ends_when_the_note_is_deleted(t *testing.T) {
	b, a := newBoard(t, 1, 1, 2)
	id := b.m.Notes()[0].ID
	b.write(id)
	a.Edit("", func(e *crdt.Edit) { b.m.DeleteNote(e, id) })
	if b.writing != nil || b.hint == "" {
		t.Error("still writing in what is not there, or nobody was told")
	}
}

func TestNewNote_left_empty_goes_again(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 4)
	b.do(cmdNewNote)
	if b.m.NoteCount() != 5 || b.writing == nil {
		t.Fatalf("%d notes", b.m.NoteCount())
	}
	b.keyInEditor("enter")
	if b.m.NoteCount() != 4 || b.writing != nil {
		t.Errorf("%d notes after Enter in an empty one", b.m.NoteCount())
	}
}

// Enter makes the next note of the cell, Tab that of the next phase; a note and
// its words are one step of undo.
func TestNewNote_then_the_next_and_the_next_phase(t *testing.T) {
	b, _ := newBoard(t, 2, 1, 0)
	b.do(cmdNewNote)
	first := b.writing.id
	types(b, "one")
	b.keyInEditor("enter")
	types(b, "two")
	b.keyInEditor("tab")
	types(b, "three")
	b.keyInEditor("escape")
	var cells []int
	for _, n := range b.m.Notes() {
		cells = append(cells, b.m.PhaseIndex(n.Place.Phase))
	}
	if len(cells) != 3 || cells[0] != cells[1] || cells[2] != cells[1]+1 {
		t.Errorf("notes in phases %v", cells)
	}
	for range 3 {
		b.do(cmdUndo)
	}
	if b.m.NoteCount() != 0 || b.m.Note(first) != nil {
		t.Errorf("%d notes after three undos", b.m.NoteCount())
	}
}

// ---- clipboard ---------------------------------------------------------------------

func TestClipboard_keeps_all_of_a_note(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	n := b.m.Notes()[0]
	a.Edit("", func(e *crdt.Edit) {
		b.m.SetNoteText(e, n.ID, "two\nlines \\ back")
		b.m.SetNoteSeverity(e, n.ID, 4)
		b.m.SetNoteEvidence(e, n.ID, journey.Evidence{Level: journey.Voice, Source: "calls"})
		b.m.SetNoteTags(e, n.ID, []string{"a", "b"})
		b.m.LinkNotes(e, n.ID, b.m.Notes()[1].ID, journey.Leads)
	})
	b.choose(n.ID, b.m.Notes()[1].ID)
	data := clip{map[string]string{}}
	b.clipboard("copy", data)
	delete(data.data, ownKind) // as browsers do that do not know it
	b.clipboard("paste", data)
	if b.m.NoteCount() != 6 || len(b.m.Links()) != 2 {
		t.Fatalf("%d notes, %d links", b.m.NoteCount(), len(b.m.Links()))
	}
	twin := b.m.Note(b.selected[0])
	was := b.m.Note(n.ID)
	if twin.Text != was.Text || twin.Severity != 4 || twin.Evidence != was.Evidence || len(twin.Tags) != 2 || twin.Department != was.Department {
		t.Errorf("it came back as %+v", twin)
	}
	b.do(cmdUndo)
	if b.m.NoteCount() != 4 || len(b.m.Links()) != 1 {
		t.Error("a paste is not one step of undo")
	}
}

func TestPaste_a_range_is_a_grid_over_phases_and_lanes(t *testing.T) {
	b, _ := newBoard(t, 3, 3, 0)
	shows(b)
	x, y := cellMiddle(b, 1, 0)
	b.mouseX, b.mouseY = b.cam.Screen(x, y)
	b.inside = true
	b.clipboard("paste", clip{map[string]string{"text/plain": "a\tb\nc\td"}})
	at := map[string][2]int{}
	for _, n := range b.m.Notes() {
		lane := 0
		for i, l := range b.m.Lanes() {
			if l.ID == n.Place.Lane {
				lane = i
			}
		}
		at[n.Text] = [2]int{b.m.PhaseIndex(n.Place.Phase), lane}
	}
	want := map[string][2]int{"a": {1, 0}, "b": {2, 0}, "c": {1, 1}, "d": {2, 1}}
	for k, v := range want {
		if at[k] != v {
			t.Errorf("%s stands in %v, not %v", k, at[k], v)
		}
	}
}

// ---- phases, lanes, people ------------------------------------------------------------

func TestHeads_are_made_moved_and_resized_on_the_board(t *testing.T) {
	b, _ := newBoard(t, 3, 2, 6)
	shows(b)
	h := hand{t: t, b: b}
	first := b.m.Phases()[0].ID
	p := b.scene.Phases[0].Head.Center()
	last := b.scene.Phases[2].Column
	h.drag(float64(p.X), float64(p.Y), float64(last.Right()-20), float64(p.Y))
	if b.m.PhaseIndex(first) != 2 {
		t.Errorf("the phase stands at %d", b.m.PhaseIndex(first))
	}
	edge := b.scene.Phases[0]
	h.drag(float64(edge.Column.Right()), float64(edge.Head.Y)+20, float64(edge.Column.Right())+160, float64(edge.Head.Y)+20)
	if got := b.scene.Phases[0].Column.W; got != edge.Column.W+160 {
		t.Errorf("the phase is %v wide, was %v", got, edge.Column.W)
	}
	b.addPhaseAfter(first)
	if b.writing == nil || b.writing.name == nil {
		t.Fatal("the new phase's name is not open")
	}
	b.host.area = "Afterwards"
	b.keyInEditor("enter")
	if got := b.m.Phases()[3].Name.Text; got != "Afterwards" {
		t.Errorf("the phase is called %q", got)
	}
}

// The board shows what is in other people's hands, where it is, and their place
// when they let go.
func TestPeople_carry_notes_in_sight_of_all(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 4)
	n := b.m.Notes()[0]
	b.SetPeers([]session.PeerState{{Peer: wire.Peer{ID: 7, Name: "Ken"}, Presence: session.PresenceState{
		Cursor: &session.Point{X: 10, Y: 10}, Selection: []crdt.ID{n.ID}, Dragging: []session.Dragged{{ID: n.ID, X: 500, Y: 400}}}}})
	if at := b.box(b.scene.Note(n.ID)); at.X != 500 || at.Y != 400 {
		t.Errorf("it is drawn at %v", at)
	}
	b.frame()
	if b.slots.find(owner{part: ofCursor, n: 7}) == nil {
		t.Error("no cursor")
	}
	b.SetPeers(nil)
	if at := b.box(b.scene.Note(n.ID)); at.X == 500 {
		t.Error("it stays where nobody holds it")
	}
}

// Focus is never lost: when the note that has it goes, the board has it.
func TestFocus_survives_a_deletion(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	id := b.m.Notes()[0].ID
	b.choose(id)
	b.grabFocus(id)
	a.Edit("", func(e *crdt.Edit) { b.m.DeleteNote(e, id) })
	if !b.focus.IsZero() || len(b.selected) != 0 || b.chosen.Kind != scene.OnNothing {
		t.Error("the board holds on to what is gone")
	}
	if !b.step(1) && b.scene.Note(b.focus) == nil {
		b.goTo(1, 0)
	}
	if b.scene.Note(b.focus) == nil {
		t.Error("the keyboard cannot go on")
	}
}

func TestReading_goes_phase_by_phase_and_names_every_note_once(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 7)
	b.makeNote(journey.Place{X: -500, Y: 40})
	types(b, "free")
	b.keyInEditor("escape")
	seen, last := map[crdt.ID]bool{}, 0
	for i, id := range b.reading() {
		n := b.m.Note(id)
		at := b.m.PhaseIndex(n.Place.Phase)
		if n.Place.Free() {
			at = 2
		}
		if seen[id] || at < last {
			t.Errorf("note %d stands in phase %d after %d, or twice", i, at, last)
		}
		seen[id], last = true, at
	}
	if len(seen) != 8 {
		t.Errorf("%d of 8 notes", len(seen))
	}
}
