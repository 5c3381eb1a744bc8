package board

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// clipboard answers a copy, cut or paste event; true when it did.
func (b *Board) clipboard(kind string, c clip) bool {
	switch kind {
	case "copy", "cut":
		ids, head := b.everything(), crdt.ID{}
		if k := b.chosen.Kind; len(ids) == 0 && (k == scene.OnPhase || k == scene.OnLane) {
			head = b.chosen.ID
			ids = OfHead(b.m, head)
		} else if len(ids) == 0 {
			return false
		}
		copied := b.gather(head, ids)
		copied.Export(b.m, c.set, b.copiedText(ids))
		b.KeepSource(copied)
		b.pasteAt = 0
		if kind == "cut" && !b.o.ReadOnly && head.IsZero() {
			b.deleteChosen()
		} else {
			b.say("copied", copied.Len())
		}
		return true
	case "paste":
		if b.o.ReadOnly {
			return false
		}
		if own, ok := ReadCopied(b.m, c.get); ok {
			b.pasteOwn(own)
			return true
		}
		text := c.get("text/plain")
		if text == "" { // a spreadsheet copies a picture of itself beside its text
			x, y := b.pastePoint()
			return b.addImages(c.files(), x, y)
		}
		return b.pasteText(text)
	}
	return false
}

// gather takes notes and drawings as they lie and stand now, from the upper left
// corner of them all.
func (b *Board) gather(head crdt.ID, ids []crdt.ID) *Copied {
	order, drawn, one := b.apart(ids)
	order, drawn = b.layered(order), append(drawn, one.ID)
	for i := range b.scene.Drawings {
		if d := &b.scene.Drawings[i]; slices.Contains(drawn, d.ID) {
			order = append(order, d.ID)
		}
	}
	all := b.around(order)
	return Gather(b.m, string(b.o.Lang), head, order, func(id crdt.ID) (x, y float64) {
		r, _ := b.boxOf(id)
		return r.X - all.X, r.Y - all.Y
	})
}

// copiedText is notes for a spreadsheet: phases across and lanes down when they
// span several cells, else a line a note. Of drawings alone it is what they say.
func (b *Board) copiedText(ids []crdt.ID) string {
	if notes, drawn, one := b.apart(ids); len(notes) == 0 {
		var texts []string
		for _, id := range append(drawn, one.ID) {
			if d := b.m.Drawing(id); d != nil && cmp.Or(d.Text, d.Alt) != "" {
				texts = append(texts, cmp.Or(d.Text, d.Alt))
			}
		}
		return strings.Join(texts, "\n")
	}
	order := slices.DeleteFunc(b.reading(), func(id crdt.ID) bool { return !slices.Contains(ids, id) })
	phases, lanes := map[crdt.ID]bool{}, map[crdt.ID]bool{}
	for _, id := range order {
		n := b.m.Note(id)
		phases[n.Place.Phase], lanes[n.Place.Lane] = true, true
	}
	if len(phases) < 2 || len(lanes) < 2 {
		texts := make([]string, len(order))
		for i, id := range order {
			texts[i] = b.m.Note(id).Text
		}
		return strings.Join(texts, "\n")
	}
	lang := string(b.o.Lang)
	head := []string{""}
	for _, p := range b.m.Phases() {
		if phases[p.ID] {
			head = append(head, p.Name.In(lang))
		}
	}
	rows := [][]string{head}
	for _, l := range b.m.Lanes() {
		if !lanes[l.ID] {
			continue
		}
		row := []string{l.Name.In(lang)}
		for _, p := range b.m.Phases() {
			if !phases[p.ID] {
				continue
			}
			var texts []string
			for _, id := range order {
				if n := b.m.Note(id); n.Place.Phase == p.ID && n.Place.Lane == l.ID {
					texts = append(texts, n.Text)
				}
			}
			row = append(row, strings.Join(texts, "\n"))
		}
		rows = append(rows, row)
	}
	return tsv(rows)
}

// pasteOwn puts what was copied of a map at the pointer.
func (b *Board) pasteOwn(c *Copied) {
	if b.tooMany(c.Len()) {
		return
	}
	x, y := b.pastePoint()
	b.WithPictures(c, func(lost string) {
		if n := c.Len(); n+len(c.Head) > 0 && b.put(b.group("paste"), c, x, y) {
			b.say("pasted", n)
		}
		if lost != "" {
			b.tell(lost)
		}
	})
}

// put makes what was copied with its upper left corner at a point, as it stood to
// one another, and chooses it.
func (b *Board) put(group string, c *Copied, x, y float64) bool {
	boxes := make([]scene.Rect, len(c.Notes))
	for i, n := range c.Notes {
		w, h := float32(journey.NoteWidth), float32(journey.NoteHeight)
		if n.W > 0 {
			w, h = n.W, n.H
		}
		boxes[i] = scene.Rect{X: float32(x + n.X), Y: float32(y + n.Y), W: w, H: h}
	}
	places, back := b.scene.PlacesFor(boxes)
	if c.Head == "" && b.barred(places) {
		return false
	}
	for _, d := range c.Drawings {
		places = append(places, b.scene.PlaceAt(float32(x+d.X)+back.X, float32(y+d.Y)+back.Y))
	}
	var notes, drawn []crdt.ID
	b.edit(group, func(e *crdt.Edit) {
		notes, drawn = c.Make(b.m, e, places)
		b.m.BringToFront(e, notes...)
	})
	b.choose(append(notes, drawn...)...)
	return true
}

// barred reports whether one of the places takes no notes, and says so.
func (b *Board) barred(places []journey.Place) bool {
	why := Barred(b.m, places)
	if why != "" {
		b.say(why)
	}
	return why != ""
}

// pastePoint is the upper left corner of what is pasted: at the pointer, or in
// the middle; each time the same is pasted again a little further.
func (b *Board) pastePoint() (x, y float64) {
	sx, sy := b.mouseX, b.mouseY
	if !b.inside {
		sx, sy = b.width/2, b.height/2
	}
	x, y = b.cam.World(sx, sy)
	x, y = x+float64(b.pasteAt)*20, y+float64(b.pasteAt)*20
	b.pasteAt++
	return x, y
}

// pasteText makes notes of a text: a list becomes notes in the cell under the
// pointer, a range of a spreadsheet a grid over the phases and lanes from there.
func (b *Board) pasteText(text string) bool {
	p := parsePaste(text)
	if p.count() == 0 || b.tooMany(p.count()) {
		return p.count() > 0
	}
	x, y := b.pastePoint()
	phase, lane, inCell := b.scene.CellAt(float32(x), float32(y))
	if !inCell && len(b.selected) > 0 {
		if n := b.m.Note(b.selected[0]); n != nil && !n.Place.Free() {
			phase, lane, inCell = n.Place.Phase, n.Place.Lane, true
		}
	}
	var made []crdt.ID
	add := func(e *crdt.Edit, at journey.Place, text string) {
		f := b.newFields()
		f.Text, f.Channels = text, b.m.ChannelsFor(at.Lane, text)
		made = append(made, b.m.AddNote(e, at, f))
	}
	b.edit(b.group("paste"), func(e *crdt.Edit) {
		switch {
		case inCell && p.grid:
			phases, lanes := b.m.Phases(), b.m.Lanes()
			pi := b.m.PhaseIndex(phase)
			li := slices.IndexFunc(lanes, func(l *journey.Lane) bool { return l.ID == lane })
			taken := map[journey.Cell]int{}
			for i, row := range p.rows {
				for j, text := range row {
					if text == "" {
						continue
					}
					// What does not fit on the map stands in its last row or column.
					at := journey.Cell{Lane: lanes[min(li+i, len(lanes)-1)].ID}
					if pi >= 0 {
						at.Phase = phases[min(pi+j, len(phases)-1)].ID
					}
					taken[at]++
					slots := b.m.Slots(at, taken[at])
					add(e, slots[len(slots)-1], text)
				}
			}
		case inCell:
			for i, at := range b.m.Slots(journey.Cell{Phase: phase, Lane: lane}, len(p.rows)) {
				add(e, at, p.rows[i][0])
			}
		default:
			for i, row := range p.rows {
				for j, text := range row {
					if text != "" {
						add(e, journey.Place{X: float32(x) + float32(j)*(journey.NoteWidth+journey.NoteGap), Y: float32(y) + float32(i)*(journey.NoteHeight+journey.NoteGap)}, text)
					}
				}
			}
		}
	})
	b.choose(made...)
	b.say("pasted", len(made))
	return true
}

func (b *Board) tooMany(n int) bool {
	if n > notesMax {
		b.say("toomany", n, notesMax)
		return true
	}
	return false
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
