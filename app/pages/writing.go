package pages

import (
	"unicode/utf16"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/crdt"
)

// writing binds a text field of the browser to a text of the document, so that
// two people can write in it at once. The browser owns the field while an input
// method composes: what others write meanwhile waits until the composition ends.
type writing struct {
	element   string // ID of the field
	id        crdt.ID
	field     crdt.Field
	shown     string        // what stood in the field when it was last in step
	composing bool          //
	late      []crdt.Splice // of others, since the composition began
	mine      bool          // the change being told is this field's own
}

// open puts the document's text into the field.
func (w *writing) open(p *mapPage) {
	w.shown = p.session.Document().Text(w.id, w.field)
	if e := element(w.element); e.Truthy() {
		e.Set("value", w.shown)
	}
}

// typed is called for each input event of the field, and at the end of a
// composition.
func (w *writing) typed(p *mapPage) {
	if w.composing {
		return
	}
	e := element(w.element)
	if !e.Truthy() {
		return
	}
	is := e.Get("value").String()
	at, del, ins := board.Diff(w.shown, is, e.Get("selectionStart").Int())
	if del == 0 && ins == "" {
		w.catchUp(p, e, nil)
		return
	}
	from, to := at, at+del
	for _, s := range w.late {
		from, to = board.Carry(from, s), board.Carry(to, s)
	}
	caught := w.late
	w.late = nil
	w.mine = true
	p.edit("text:"+w.element+":"+w.id.String(), func(edit *crdt.Edit) {
		if to > from {
			edit.Erase(w.id, w.field, from, to-from)
		}
		if ins != "" {
			edit.Insert(w.id, w.field, from, ins)
		}
		if w.field != noteText {
			p.journey.TouchBoundary(edit, w.id)
		}
	})
	w.mine = false
	if len(caught) > 0 {
		w.late = caught
		w.catchUp(p, e, nil)
		return
	}
	w.shown = is
}

// changed puts others' writing into the field and keeps the caret where it was
// in the text.
func (w *writing) changed(p *mapPage, c crdt.Change) {
	if w.mine {
		return
	}
	var splices []crdt.Splice
	for o := range c.Objects() {
		if o.ID != w.id {
			continue
		}
		for _, s := range o.Splices {
			if s.Field == w.field {
				splices = append(splices, s)
			}
		}
	}
	if len(splices) == 0 {
		return
	}
	if w.composing {
		w.late = append(w.late, splices...)
		return
	}
	if e := element(w.element); e.Truthy() {
		w.catchUp(p, e, splices)
	}
}

// catchUp makes the field show the document again.
func (w *writing) catchUp(p *mapPage, e app.Value, splices []crdt.Splice) {
	splices = append(w.late, splices...)
	w.late = nil
	text := p.session.Document().Text(w.id, w.field)
	w.shown = text
	if e.Get("value").String() == text {
		return
	}
	start, end := e.Get("selectionStart").Int(), e.Get("selectionEnd").Int()
	for _, s := range splices {
		start, end = board.Carry(start, s), board.Carry(end, s)
	}
	e.Set("value", text)
	limit := len(utf16.Encode([]rune(text)))
	e.Call("setSelectionRange", min(start, limit), min(end, limit))
}

// bind gives a field its handlers.
func (w *writing) bind(p *mapPage, area app.HTMLTextarea) app.UI {
	scope := app.EventScope(w.element, w.id.String())
	return area.ID(w.element).
		OnInput(func(app.Context, app.Event) { w.typed(p) }, scope).
		On("compositionstart", func(app.Context, app.Event) { w.composing = true }, scope).
		On("compositionend", func(app.Context, app.Event) {
			w.composing = false
			w.typed(p)
		}, scope)
}
