package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// newFields are what a note starts with that this person makes.
func (b *Board) newFields() journey.NoteFields {
	return journey.NoteFields{Author: b.o.Name, Department: b.department()}
}

// department is this person's, as the map knows it.
func (b *Board) department() crdt.ID {
	for _, d := range b.m.Departments() {
		if b.o.Department != "" && (d.ID.String() == b.o.Department || d.External == b.o.Department || d.Name.Text == b.o.Department || d.Name.JA == b.o.Department || d.Name.EN == b.o.Department) {
			return d.ID
		}
	}
	return crdt.ID{}
}

// newNote makes a note where the person is: beside the selected one, in the cell
// under the pointer, or in the middle of what is in sight.
func (b *Board) newNote() {
	if len(b.selected) > 0 {
		if n := b.m.Note(b.selected[len(b.selected)-1]); n != nil && !n.Place.Free() {
			b.makeNote(b.m.NextPlace(journey.Cell{Phase: n.Place.Phase, Lane: n.Place.Lane}))
			return
		}
	}
	sx, sy := b.mouseX, b.mouseY
	if !b.inside || sx < 0 || sy < 0 || sx > b.width || sy > b.height {
		sx, sy = b.width/2, b.height/2
	}
	x, y := b.cam.World(sx, sy)
	phase, lane, ok := b.scene.CellAt(float32(x), float32(y))
	if !ok && len(b.scene.Phases) > 0 && len(b.scene.Lanes) > 0 {
		// Outside the grid: the first cell in sight.
		sight := b.cam.Sight(b.width, b.height, 0)
		phase, lane, ok = b.scene.CellAt(float32(max(1, sight.X+b.stuckLeft()/b.cam.Z+20)), float32(max(1, sight.Y+b.stuckTop()/b.cam.Z+20)))
		if !ok {
			phase, lane, ok = b.scene.Phases[0].ID, b.scene.Lanes[0].ID, true
		}
	}
	if l := b.m.Lane(lane); ok && l != nil && l.Kind == journey.EmotionCurve {
		// That lane holds the curve; a note belongs to the lane that leads.
		if l := b.m.LaneOf(journey.Action); l != nil {
			lane = l.ID
		}
	}
	if ok {
		b.makeNote(b.m.NextPlace(journey.Cell{Phase: phase, Lane: lane}))
		return
	}
	b.newNoteAt(x, y)
}

// newNoteAt makes a note with its middle at a point.
func (b *Board) newNoteAt(x, y float64) {
	if b.o.ReadOnly || b.addPoint(x, y) {
		return
	}
	b.makeNote(b.scene.PlaceFor(scene.Rect{X: float32(x) - journey.NoteWidth/2, Y: float32(y) - journey.NoteHeight/2, W: journey.NoteWidth, H: journey.NoteHeight}))
}

// addPoint makes an emotion point where there is the lane of emotions; false
// where there is not.
func (b *Board) addPoint(x, y float64) bool {
	phase, lane, ok := b.scene.CellAt(float32(x), float32(y))
	l := b.m.Lane(lane)
	if !ok || l == nil || l.Kind != journey.EmotionCurve {
		return false
	}
	if phase.IsZero() || len(b.m.Personas()) == 0 {
		b.say("nopersona")
		return true
	}
	cell := b.scene.Cell(phase, lane)
	var id crdt.ID
	b.edit(b.group("point"), func(e *crdt.Edit) {
		id = b.m.AddEmotionToPhase(e, b.m.Personas()[0].ID, phase, (float32(x)-cell.X)/cell.W, b.scene.ScoreAt(float32(y)))
	})
	b.choose()
	b.chosen = scene.Target{Kind: scene.OnPoint, ID: id}
	b.renew()
	return true
}

// makeNote makes a note and opens it for writing. Making it and writing in it is
// one step of undo.
func (b *Board) makeNote(p journey.Place) {
	if l := b.m.Lane(p.Lane); l != nil && l.Locked {
		b.say("islocked")
		return
	}
	if b.o.ReadOnly {
		return
	}
	if !b.mayIn(p.Lane) {
		return
	}
	b.finishWriting()
	var id crdt.ID
	group := b.group("note")
	b.edit(group, func(e *crdt.Edit) { id = b.m.AddNote(e, p, b.newFields()) })
	b.write(id)
	if b.writing != nil && b.writing.id == id {
		b.writing.fresh, b.writing.group, b.writing.typedAt = true, group, b.host.now()
	}
}

// addBeside makes the next note on one of the four sides and links it.
func (b *Board) addBeside(side int) {
	n := b.scene.Note(b.selected[0])
	if n == nil {
		return
	}
	d := [4]xy{{0, -1}, {1, 0}, {0, 1}, {-1, 0}}[side]
	r := n.Rect.Move(float32(d.x)*(n.Rect.W+40), float32(d.y)*(n.Rect.H+40))
	r.W, r.H = journey.NoteWidth, journey.NoteHeight
	var id crdt.ID
	b.edit(b.group("note"), func(e *crdt.Edit) {
		id = b.m.AddNote(e, b.scene.PlaceFor(r), b.newFields())
		b.m.LinkNotes(e, n.ID, id, journey.Leads)
	})
	b.write(id)
}

// loose are the selected notes that are not locked.
func (b *Board) loose() []crdt.ID { return b.unlocked(b.selected) }

// unlocked are those of the notes that are there and may be moved.
func (b *Board) unlocked(of []crdt.ID) (ids []crdt.ID) {
	for _, id := range of {
		if n := b.scene.Note(id); n != nil && !b.locked(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (b *Board) deleteChosen() bool {
	switch b.chosen.Kind {
	case scene.OnPoint:
		id := b.chosen.ID
		b.chosen = scene.Target{}
		b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.DeleteEmotion(e, id) })
		return true
	case scene.OnLink:
		id := b.chosen.ID
		b.chosen = scene.Target{}
		b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.Unlink(e, id) })
		return true
	case scene.OnDrawing:
		id := b.chosen.ID
		if d := b.drawingBox(id); d != nil && d.Locked {
			b.say("islocked")
			return true
		}
		b.chosen = scene.Target{}
		b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.DeleteDrawing(e, id) })
		return true
	case scene.OnPhase, scene.OnLane:
		b.deleteHead(b.chosen)
		return true
	}
	ids, drawn := b.loose(), b.withBoxes()
	if len(ids)+len(drawn) == 0 {
		if len(b.selected)+len(b.with) > 0 {
			b.say("islocked")
			return true
		}
		return false
	}
	order := b.reading()
	next := crdt.ID{}
	for i := slices.Index(order, last(ids)) + 1; i < len(order); i++ {
		if !slices.Contains(ids, order[i]) {
			next = order[i]
			break
		}
	}
	b.edit(b.group("delete"), func(e *crdt.Edit) {
		for _, id := range ids {
			b.m.DeleteNote(e, id)
		}
		for id := range drawn {
			b.m.DeleteDrawing(e, id)
		}
	})
	b.say("deleted", len(ids)+len(drawn))
	if !next.IsZero() && len(ids) == 1 {
		b.grabFocus(next)
	} else {
		b.host.focus()
	}
	return true
}

// duplicate copies what is selected a little aside, with the links and groups among it.
func (b *Board) duplicate() {
	ids := b.everything()
	all := b.around(ids)
	if !b.put(b.group("duplicate"), b.gather(crdt.ID{}, ids), all.X+20, all.Y+20) {
		return
	}
	if len(b.selected) > 0 {
		b.grabFocus(b.selected[len(b.selected)-1])
	} else {
		b.host.focus()
	}
}

// layered sorts notes as they lie now, the front one last.
func (b *Board) layered(ids []crdt.ID) []crdt.ID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, b.scene.Above)
	return ids
}

// land brings notes to the front that would be dropped behind others.
func (b *Board) land(e *crdt.Edit, ids []crdt.ID, at func(id crdt.ID) scene.Rect) {
	moving := make(map[crdt.ID]bool, len(ids))
	for _, id := range ids {
		moving[id] = true
	}
	for _, id := range ids {
		behind := false
		b.scene.Visible(at(id), func(o *scene.NoteBox) { behind = behind || !moving[o.ID] && b.scene.Above(o.ID, id) > 0 })
		if behind {
			b.m.BringToFront(e, b.layered(ids)...)
			return
		}
	}
}

// recolor gives the selected notes to a department.
func (b *Board) recolor(department crdt.ID) {
	b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteDepartment(e, id, department) })
}

// moveToCell moves what is selected by cells, all of it or nothing. In the new
// cell each note takes the next place, but those of a group stand as they did.
func (b *Board) moveToCell(phases, lanes int) {
	notes := slices.DeleteFunc(b.loose(), func(id crdt.ID) bool { return b.m.Note(id).Place.Free() })
	to, taken := map[crdt.ID]journey.Place{}, map[journey.Cell]int{}
	next := func(p journey.Place) (journey.Place, bool) {
		i := b.m.PhaseIndex(p.Phase) + phases
		k := slices.IndexFunc(b.m.Lanes(), func(l *journey.Lane) bool { return l.ID == p.Lane }) + lanes
		if i < 0 || i >= len(b.m.Phases()) || k < 0 || k >= len(b.m.Lanes()) {
			return p, false
		}
		p.Phase, p.Lane = b.m.Phases()[i].ID, b.m.Lanes()[k].ID
		return p, true
	}
	var places []journey.Place
	for _, id := range notes {
		n := b.m.Note(id)
		p, ok := next(n.Place)
		if !ok {
			return
		}
		if n.Group == "" {
			at := p.Cell()
			slots := b.m.Slots(at, taken[at]+1, notes...)
			p = slots[taken[at]]
			taken[at]++
		}
		to[id], places = p, append(places, p)
	}
	for id := range b.withBoxes() {
		if p, ok := next(b.m.Drawing(id).Place); !ok && !p.Free() {
			return
		} else if ok {
			to[id] = p
		}
	}
	if len(to) == 0 || b.barred(places) {
		return
	}
	b.edit(b.group("move"), func(e *crdt.Edit) {
		for id, p := range to {
			if b.m.Drawing(id) != nil {
				b.m.MoveDrawing(e, id, p)
			} else {
				b.m.MoveNote(e, id, p)
			}
		}
	})
	if len(notes) == 0 {
		return
	}
	b.revealNote(notes[0])
	b.say("movedto", b.cellName(b.m.Note(notes[0]).Place))
}

// link joins two notes as what they are suggests.
func (b *Board) link(from, to crdt.ID) {
	rel := b.relation(from, to)
	var id crdt.ID
	b.edit(b.group("link"), func(e *crdt.Edit) { id = b.m.LinkNotes(e, from, to, rel) })
	b.choose()
	b.chosen = scene.Target{Kind: scene.OnLink, ID: id}
	b.renew()
}

// relation is what a link between two kinds of notes says, unless somebody says
// otherwise in the panel.
func (b *Board) relation(from, to crdt.ID) journey.Rel {
	a, c := b.m.Note(from), b.m.Note(to)
	if a == nil || c == nil {
		return journey.Relates
	}
	switch {
	case a.Kind == journey.Touchpoint && c.Kind == journey.Action:
		return journey.Serves
	case a.Kind == journey.Opportunity && c.Kind == journey.Pain:
		return journey.From
	case a.Kind == journey.Measure && c.Kind == journey.Pain:
		return journey.Answers
	case a.Kind == journey.Measure && c.Kind == journey.Opportunity:
		return journey.Realises
	case a.Kind == c.Kind:
		return journey.Leads
	}
	return journey.Relates
}

// linkChosen joins the selected notes in the order in which they were selected.
func (b *Board) linkChosen() {
	b.edit(b.group("link"), func(e *crdt.Edit) {
		for i := 1; i < len(b.selected); i++ {
			b.m.LinkNotes(e, b.selected[i-1], b.selected[i], b.relation(b.selected[i-1], b.selected[i]))
		}
	})
}

// tapLink is the link tool without dragging: one note, then the other.
func (b *Board) tapLink(t scene.Target) {
	if t.Kind != scene.OnNote && t.Kind != scene.OnCorner {
		b.setTool(toolHand)
		return
	}
	if len(b.selected) == 1 && b.selected[0] != t.ID {
		from := b.selected[0]
		b.link(from, t.ID)
		b.setTool(toolHand)
		return
	}
	b.choose(t.ID)
	b.say("linkto")
}

func (b *Board) restack(front bool) {
	notes, boxes := b.layered(b.loose()), b.withBoxes()
	if len(notes)+len(boxes) == 0 {
		b.say("islocked")
		return
	}
	var drawn []crdt.ID // as they lie now
	for i := range b.scene.Drawings {
		if _, ok := boxes[b.scene.Drawings[i].ID]; ok {
			drawn = append(drawn, b.scene.Drawings[i].ID)
		}
	}
	b.edit(b.group("order"), func(e *crdt.Edit) {
		if front {
			b.m.BringToFront(e, notes...)
		}
		for _, id := range notes {
			if !front {
				b.m.SendToBack(e, id)
			}
		}
		for _, id := range drawn {
			if front {
				b.m.DrawingToFront(e, id)
			} else {
				b.m.DrawingToBack(e, id)
			}
		}
	})
}

// lockChosen locks what is selected, or unlocks it when all of it is locked. The
// server lets nobody but the facilitator do so.
func (b *Board) lockChosen() {
	if !b.o.Leads {
		b.say("leadlocks")
		return
	}
	drawing, lane := b.drawingBox(b.chosen.ID), b.m.Lane(b.chosen.ID)
	lock := slices.ContainsFunc(b.selected, func(id crdt.ID) bool { n := b.m.Note(id); return n != nil && !n.Locked }) ||
		drawing != nil && !drawing.Locked || lane != nil && !lane.Locked
	lock = lock || slices.ContainsFunc(b.with, func(id crdt.ID) bool { return !b.m.Drawing(id).Locked })
	b.edit(b.group("lock"), func(e *crdt.Edit) {
		for _, id := range b.with {
			b.m.LockDrawing(e, id, lock)
		}
		for _, id := range b.selected {
			b.m.SetNoteLocked(e, id, lock)
		}
		if drawing != nil {
			b.m.LockDrawing(e, drawing.ID, lock)
		}
		if lane != nil {
			b.m.LockLane(e, lane.ID, lock)
		}
	})
	if lock {
		b.say("locked")
	} else {
		b.say("unlocked")
	}
}

// groupChosen makes a phase of the selected notes: right after the one in which
// they stand, else after all. Its name is open for writing then.
// bindChosen makes the selected notes a group, or each of them single again.
func (b *Board) bindChosen(bind bool) {
	ids := b.loose()
	for _, id := range b.with {
		if !b.m.Drawing(id).Locked {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		return
	}
	b.edit(b.group("bind"), func(e *crdt.Edit) {
		if bind {
			b.m.Bind(e, ids...)
			return
		}
		for _, id := range ids {
			b.m.Bind(e, id)
		}
	})
	b.say(map[bool]string{true: "bound", false: "unbound"}[bind])
}

func (b *Board) groupChosen() {
	ids := b.loose()
	if len(ids) == 0 {
		b.say("islocked")
		return
	}
	from, one := b.m.Note(ids[0]).Place.Phase, true
	for _, id := range ids {
		one = one && b.m.Note(id).Place.Phase == from
	}
	after := crdt.ID{}
	if list := b.m.Phases(); len(list) > 0 {
		after = list[len(list)-1].ID
	}
	b.finishWriting()
	var made crdt.ID
	b.edit(b.group("phase"), func(e *crdt.Edit) {
		if one && !from.IsZero() {
			made = b.m.SplitPhase(e, from, b.t("newphase"), ids)
		} else {
			made = b.m.GroupIntoPhase(e, after, b.t("newphase"), ids)
		}
	})
	b.showHead(scene.Target{Kind: scene.OnPhase, ID: made})
}

// stamp leaves a reaction on the selected notes, or takes one's own off again.
func (b *Board) stamp(face string) {
	b.edit(b.group("stamp"), func(e *crdt.Edit) {
		for _, id := range b.selected {
			mine := crdt.ID{}
			for _, s := range b.m.StampsOn(id) {
				if s.Face == face && s.Author == b.o.Name {
					mine = s.ID
				}
			}
			if mine.IsZero() {
				b.m.AddStamp(e, journey.Stamp{Note: id, Face: face, Author: b.o.Name, Department: b.department()})
			} else {
				b.m.DeleteStamp(e, mine)
			}
		}
	})
}
