package board

import (
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// writing is a text that is being written on the board. While it is, the browser
// owns the textarea; what is typed goes to the document as splices, and what
// others type comes into the textarea the same way.
type writing struct {
	id    crdt.ID
	field crdt.Field
	// A note's text is written as it is typed. A name is one register and is
	// written when it is finished, by name.
	name func(text string)
	// shadow is the text on which textarea and document last agreed.
	shadow    string
	composing bool
	fresh     bool // the note was made for this writing: left empty it goes again
	group     string
	typedAt   int64
	done      bool
}

// write opens a note's text.
func (b *Board) write(id crdt.ID) {
	n := b.scene.Note(id)
	if n == nil || b.o.ReadOnly {
		return
	}
	if b.locked(id) {
		b.say("islocked")
		return
	}
	if b.writing != nil {
		if b.writing.id == id && b.writing.name == nil {
			return
		}
		b.finishWriting()
		if n = b.scene.Note(id); n == nil {
			return
		}
	}
	b.choose(id)
	b.closeMenu()
	b.revealNote(id)
	b.writing = &writing{id: id, field: journey.NoteText, shadow: n.Text, group: b.group("write")}
	b.host.openArea(n.Text, b.noteArea(n))
	b.present()
	b.host.request()
}

// noteArea is how the textarea over a note looks: as the note does.
func (b *Board) noteArea(n *scene.NoteBox) areaLook {
	r, t := rectOf(n.Rect), rectOf(n.TextRect())
	right := 0.0 // blanks at the end of a line may hang over
	if scene.RightToLeft(n.Text) {
		right = r.Right() - t.Right()
	}
	return areaLook{box: r, px: float64(n.FontSize), lead: float64(n.LineHeight()), class: "tone-" + n.Tone.Name(),
		pad:   [4]float64{t.Y - r.Y, right, r.Bottom() - t.Bottom(), t.X - r.X},
		label: b.t("notetext")}
}

// renameHead opens the name of a phase or lane.
func (b *Board) renameHead(t scene.Target) {
	if b.o.ReadOnly || b.headLocked(t) {
		return
	}
	b.finishWriting()
	lang := string(b.o.Lang)
	w := &writing{id: t.ID, field: journey.FieldName, group: b.group("name")}
	look := areaLook{px: 15, lead: 20, class: "is-head", label: b.t("name")}
	switch t.Kind {
	case scene.OnPhase:
		ph, box := b.m.Phase(t.ID), b.scene.Phase(t.ID)
		if ph == nil || box == nil {
			return
		}
		w.shadow = ph.Name.In(lang)
		look.box, look.stage = rectOf(box.Head), 1
		look.pad = [4]float64{(look.box.H - 20) / 2, 14, 4, 22}
		w.name = func(text string) {
			b.edit(w.group, func(e *crdt.Edit) { b.m.RenamePhase(e, t.ID, lang, text) })
		}
	case scene.OnLane:
		l, box := b.m.Lane(t.ID), b.scene.Lane(t.ID)
		if l == nil || box == nil {
			return
		}
		w.shadow = l.Name.In(lang)
		look.box = rectOf(box.Label)
		look.box.H = min(look.box.H, 72)
		look.pad = [4]float64{14, 8, 4, 10}
		w.name = func(text string) {
			b.edit(w.group, func(e *crdt.Edit) { b.m.RenameLane(e, t.ID, lang, text) })
		}
		// The label may be stuck to the edge; it is written where it stands.
		look.box.X += b.leftShift() / b.cam.Z
	default:
		return
	}
	b.writing = w
	b.host.openArea(w.shadow, look)
	b.host.setArea(w.shadow, 0, unitLen(w.shadow))
	b.present()
	b.host.request()
}

// writeChosen opens the text of what is selected.
func (b *Board) writeChosen() bool {
	switch {
	case b.chosen.Kind != scene.OnNothing:
		return b.openThing(b.chosen)
	case b.isSelected(b.focus):
		b.write(b.focus)
	case len(b.selected) > 0:
		b.write(b.selected[len(b.selected)-1])
	case b.scene.Note(b.focus) != nil:
		b.write(b.focus)
	default:
		return false
	}
	return true
}

// typed: the textarea says something new.
func (b *Board) typed() {
	w := b.writing
	if w == nil {
		return
	}
	b.hints.did()
	if w.composing {
		return // not words yet
	}
	text, _, caret := b.host.areaText()
	if w.name != nil {
		return
	}
	b.send(text, caret)
}

// send writes to the document what differs between the textarea and the shadow.
func (b *Board) send(text string, caret int) {
	w := b.writing
	d := diff(w.shadow, text, caret)
	if d.none() {
		return
	}
	now := b.host.now()
	if now-w.typedAt > wordPause || strings.ContainsAny(d.ins, " \n、。") {
		w.group = b.group("write") // a word is a step of undo
	}
	w.typedAt = now
	was := w.shadow
	w.shadow = text
	current := b.m.Document().Text(w.id, w.field)
	list := []splice{d}
	if current != was {
		list = d.over(diff(was, current, unitLen(current)))
	}
	b.splices(list)
	if current != was {
		b.agree(caret)
	}
}

const wordPause = 1500 // milliseconds

func (b *Board) splices(list []splice) {
	w := b.writing
	b.edit(w.group, func(e *crdt.Edit) {
		for _, s := range list {
			if s.del > 0 {
				e.Erase(w.id, w.field, s.at, s.del)
			}
			if s.ins != "" {
				e.Insert(w.id, w.field, s.at, s.ins)
			}
		}
	})
}

// agree brings the textarea to what the document says, the caret staying among
// the same words.
func (b *Board) agree(caret int) {
	w := b.writing
	now := b.m.Document().Text(w.id, w.field)
	text, start, end := b.host.areaText()
	if text != now {
		d := diff(text, now, unitLen(now))
		b.host.setArea(now, d.move(start), d.move(end))
	}
	w.shadow = now
}

// composing: an input method begins or ends to compose. Until it ends the
// textarea is its own; what others wrote meanwhile is merged then.
func (b *Board) composing(on bool) {
	w := b.writing
	if w == nil {
		return
	}
	w.composing = on
	if on {
		return
	}
	b.typed()
	if b.writing == w && w.name == nil {
		b.agree(0)
	}
}

// writtenElsewhere takes in what happened to the text being written: by others,
// or by undo.
func (b *Board) writtenElsewhere() {
	w := b.writing
	if w == nil || w.name != nil {
		return
	}
	n := b.scene.Note(w.id)
	if n == nil && b.m.Drawing(w.id) == nil {
		// The note is gone: so is the textarea, but not the words typed last,
		// which the page offers to copy (session.OnTaken).
		b.writing = nil
		b.host.closeArea()
		b.host.focus()
		b.say("notegone")
		b.present()
		return
	}
	if !w.composing {
		if b.m.Document().Text(w.id, w.field) != w.shadow {
			b.agree(0)
		}
		if n != nil {
			b.host.placeArea(b.noteArea(n))
		} else {
			b.host.placeArea(b.drawingArea(w.id))
		}
	}
}

// finishWriting closes the textarea. A fresh note that stayed empty goes again.
func (b *Board) finishWriting() {
	w := b.writing
	if w == nil || w.done {
		return
	}
	w.done = true
	text, _, caret := b.host.areaText()
	w.composing = false
	if w.name != nil {
		text = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
		if text != "" && text != w.shadow {
			w.name(text)
		}
	} else {
		b.send(text, caret)
		if named := b.m.ChannelsNamed(w.id); w.group != "" && len(named) > 0 {
			b.edit(w.group, func(e *crdt.Edit) { b.m.SetNoteChannels(e, w.id, named) }) // in one step with the text
		}
	}
	b.writing = nil
	b.host.closeArea()
	b.session.Seal()
	if d := b.m.Drawing(w.id); d != nil && w.fresh && strings.TrimSpace(d.Text) == "" {
		b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.DeleteDrawing(e, w.id) })
	}
	if n := b.m.Note(w.id); n != nil && w.fresh && strings.TrimSpace(n.Text) == "" {
		b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.DeleteNote(e, w.id) })
	}
	b.present()
	b.host.request()
}

// areaBlurred: the focus left the textarea by itself.
func (b *Board) areaBlurred() {
	if b.writing != nil && !b.writing.done {
		b.finishWriting()
	}
}

// keyInEditor does what a key means while writing; true takes it from the
// browser. The host has seen to it that no key of a composition comes here.
func (b *Board) keyInEditor(chord string) bool {
	w := b.writing
	if w == nil || w.composing {
		return false
	}
	switch chord {
	case "escape":
		b.closeEditor()
	case "enter", "ctrl+enter":
		if w.name == nil && chord == "enter" && b.scene.Note(w.id) == nil {
			return false // a text block has lines
		}
		if w.name != nil || chord == "ctrl+enter" {
			b.closeEditor()
			return true
		}
		b.nextNote(0)
	case "tab":
		if w.name != nil || b.scene.Note(w.id) == nil {
			b.closeEditor()
			return true
		}
		b.nextNote(1)
	case "shift+tab":
		b.closeEditor()
		b.step(-1)
	case "ctrl+z":
		if w.name != nil {
			return false
		}
		b.session.Undo()
	case "ctrl+shift+z", "ctrl+y":
		if w.name != nil {
			return false
		}
		b.session.Redo()
	default:
		return false
	}
	return true
}

// closeEditor finishes and gives the focus back to what was written.
func (b *Board) closeEditor() {
	id := b.writing.id
	b.finishWriting()
	if b.scene.Note(id) != nil {
		b.grabFocus(id)
	}
	b.host.focus()
	b.goToThing(b.chosen)
}

// nextNote finishes this note and begins another: in the same cell, or by phases
// in the same lane.
func (b *Board) nextNote(phases int) {
	n := b.m.Note(b.writing.id)
	if n == nil {
		b.closeEditor()
		return
	}
	place, empty := n.Place, strings.TrimSpace(func() string { t, _, _ := b.host.areaText(); return t }()) == ""
	if empty && phases == 0 {
		b.closeEditor() // Enter in an empty note: enough
		return
	}
	b.finishWriting()
	at := place.Cell()
	if phases != 0 && !place.Free() {
		list := b.m.Phases()
		i := b.m.PhaseIndex(place.Phase) + phases
		if i < 0 || i >= len(list) {
			b.host.focus()
			return
		}
		at.Phase = list[i].ID
	}
	if place.Free() {
		place.Y += journey.NoteHeight + journey.NoteGap
		b.makeNote(place)
		return
	}
	b.makeNote(b.m.NextPlace(journey.Cell{Phase: at.Phase, Lane: at.Lane}))
}
