package board

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// finder is the search: what is looked for and which notes have it.
type finder struct {
	open  bool
	query string
	hits  []crdt.ID
	set   map[crdt.ID]bool
	at    int
	leaf  crdt.ID // the phase whose notes the contents list
}

type foundness uint8

const (
	notAsked foundness = iota
	found
	notFound
)

func (f *finder) of(id crdt.ID) foundness {
	switch {
	case !f.open || len(f.set) == 0:
		return notAsked
	case f.set[id]:
		return found
	}
	return notFound
}

func (b *Board) openFind() {
	b.find.open = true
	b.searchAgain()
	b.wantsFocus = "b-find-input"
	b.renew()
}

func (b *Board) closeFind() {
	b.find = finder{query: b.find.query}
	b.host.focus()
	b.host.request()
	b.renew()
}

// search looks for all words of a query in texts, departments, authors and tags.
func (b *Board) search(query string) {
	b.find.query, b.find.hits, b.find.at = query, nil, -1
	b.find.set = nil
	words := strings.Fields(fold(query))
	if len(words) == 0 {
		b.host.request()
		return
	}
	b.find.set = map[crdt.ID]bool{}
	for _, id := range b.reading() {
		n := b.m.Note(id)
		if n == nil {
			continue
		}
		text := n.Text + " " + n.Author + " " + strings.Join(n.Tags, " ")
		if d := b.m.Department(n.Department); d != nil {
			text += " " + d.Name.In(string(b.o.Lang))
		}
		if matches(text, words) {
			b.find.hits = append(b.find.hits, id)
			b.find.set[id] = true
		}
	}
	b.host.request()
}

func (b *Board) searchAgain() {
	if b.find.open {
		at := b.find.at
		b.search(b.find.query)
		b.find.at = min(at, len(b.find.hits)-1)
	}
}

// stepFound shows the next or previous hit.
func (b *Board) stepFound(by int) {
	if n := len(b.find.hits); n > 0 {
		b.find.at = ((b.find.at+by)%n + n) % n
		b.showFound(b.find.hits[b.find.at])
	}
}

func (b *Board) showFound(id crdt.ID) {
	b.choose(id)
	b.revealNote(id)
}

func (b *Board) renderFind() app.UI {
	if !b.find.open {
		return app.Div().Class("b-none")
	}
	b.inputs["b-find-input"] = b.find.query
	onInput := func(ctx app.Context, e app.Event) { b.search(ctx.JSSrc().Get("value").String()) }
	onKey := func(ctx app.Context, e app.Event) {
		if e.Get("isComposing").Bool() || e.Get("keyCode").Int() == 229 {
			return
		}
		switch e.Get("key").String() {
		case "Escape":
			e.PreventDefault()
			b.closeFind()
		case "Enter":
			e.PreventDefault()
			b.stepFound(map[bool]int{true: -1, false: 1}[e.Get("shiftKey").Bool()])
		}
	}
	onClose, closeScope := click(b.closeFind, "findclose")
	onNext, nextScope := click(func() { b.stepFound(1) }, "findnext")
	onPrev, prevScope := click(func() { b.stepFound(-1) }, "findprev")
	var hits []app.UI
	for i, id := range b.find.hits {
		if i == 30 {
			break
		}
		n := b.m.Note(id)
		if n == nil {
			continue
		}
		on, scope := click(func() { b.find.at = i; b.showFound(id) }, "found", id.String())
		hits = append(hits, app.Li().Body(app.Button().Class("b-button").Type("button").
			Body(app.Span().Class("b-swatch tone-"+b.scene.Tone(n.Department).Name()), app.Span().Text(short(n.Text))).OnClick(on, scope)))
	}
	count := ""
	if strings.TrimSpace(b.find.query) != "" {
		count = b.t("found", len(b.find.hits))
	}
	return app.Div().Class("b-find").Role("search").Body(
		app.Form().OnSubmit(func(ctx app.Context, e app.Event) { e.PreventDefault() }).Body(
			app.Input().ID("b-find-input").Type("text").Aria("label", b.t("do.find")).Placeholder(b.t("find.placeholder")).OnInput(onInput).OnKeyDown(onKey),
			app.Span().Class("b-muted").Role("status").Text(count),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("find.previous")).Body(icon("up")).OnClick(onPrev, prevScope),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("find.next")).Body(icon("down")).OnClick(onNext, nextScope),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, closeScope)),
		app.Ul().Body(hits...),
		b.renderContents())
}

// contentsMax is how many notes of a phase the contents list.
const contentsMax = 100

// renderContents is what there is to go to while nothing is looked for: the
// phases, and the notes of the one that was gone to, as they are read.
func (b *Board) renderContents() app.UI {
	if strings.TrimSpace(b.find.query) != "" {
		return app.Div().Class("b-none")
	}
	lang := string(b.o.Lang)
	var rows []app.UI
	for _, p := range b.m.Phases() {
		id, open := p.ID, p.ID == b.find.leaf
		var notes []app.UI
		for _, l := range b.m.Lanes() {
			for _, n := range b.m.NotesIn(journey.Cell{Phase: id, Lane: l.ID}) {
				if !open || len(notes) == contentsMax {
					break
				}
				note := n.ID
				on, scope := click(func() { b.showFound(note) }, "contents", note.String())
				notes = append(notes, app.Li().Body(app.Button().Class("b-button").Type("button").Body(
					app.Span().Class("b-swatch tone-"+b.scene.Tone(n.Department).Name()), app.Span().Text(l.Name.In(lang)+" · "+short(n.Text))).OnClick(on, scope)))
			}
		}
		on, scope := click(func() {
			if b.find.leaf = id; open {
				b.find.leaf = crdt.ID{}
			}
			if box := b.scene.Phase(id); box != nil {
				at := rectOf(box.Column)
				at.H = min(at.H, b.height/2)
				b.reveal(at)
			}
			b.renew()
		}, "contents", id.String(), open)
		rows = append(rows, app.Li().Body(app.Button().Class("b-button b-leaf").Type("button").Aria("expanded", pressedIf(open)).Text(p.Name.In(lang)).OnClick(on, scope),
			app.Ul().Class("b-leaves").Body(notes...)))
	}
	return app.Ul().Class("b-contents").Aria("label", b.t("contents")).Body(rows...)
}
