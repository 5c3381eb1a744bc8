package board

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// deleteHead takes a phase or lane away; its notes go with it, and come back with
// one undo.
func (b *Board) deleteHead(t scene.Target) {
	if b.headLocked(t) {
		return
	}
	b.chosen = scene.Target{}
	b.edit(b.group("delete"), func(e *crdt.Edit) {
		if t.Kind == scene.OnPhase {
			b.m.DeletePhase(e, t.ID)
		} else {
			b.m.DeleteLane(e, t.ID)
		}
	})
	b.say("headdeleted")
	b.host.focus()
	b.renew()
}

// addPhase makes a phase at the end, or after the one that is chosen, and opens
// its name.
func (b *Board) addPhase() {
	after := crdt.ID{}
	if list := b.m.Phases(); len(list) > 0 {
		after = list[len(list)-1].ID
	}
	if b.chosen.Kind == scene.OnPhase {
		after = b.chosen.ID
	}
	b.addPhaseAfter(after)
}

func (b *Board) addPhaseAfter(after crdt.ID) {
	b.finishWriting()
	var id crdt.ID
	b.edit(b.group("phase"), func(e *crdt.Edit) { id = b.m.AddPhase(e, after, b.t("newphase")) })
	b.showHead(scene.Target{Kind: scene.OnPhase, ID: id})
}

// addLane makes a lane below the chosen one, or below all, and opens its name.
func (b *Board) addLane(kind journey.LaneKind) {
	after := crdt.ID{}
	if list := b.m.Lanes(); len(list) > 0 {
		after = list[len(list)-1].ID
	}
	if b.chosen.Kind == scene.OnLane {
		after = b.chosen.ID
	}
	name := b.t("newlane")
	if kind == "" {
		kind = journey.Custom
	} else {
		name = b.kindName(kind)
	}
	b.finishWriting()
	var id crdt.ID
	b.edit(b.group("lane"), func(e *crdt.Edit) { id = b.m.AddLane(e, after, kind, name) })
	b.showHead(scene.Target{Kind: scene.OnLane, ID: id})
}

// splitPhase makes two phases of one: what stands in its right half goes into the
// new one.
func (b *Board) splitPhase(id crdt.ID) {
	ph := b.scene.Phase(id)
	if ph == nil {
		return
	}
	middle := ph.Column.Center().X
	ids := []crdt.ID{} // nil would be all
	for i := range b.scene.Notes {
		if n := &b.scene.Notes[i]; n.Place.Phase == id && !b.locked(n.ID) && n.Rect.Center().X > middle {
			ids = append(ids, n.ID)
		}
	}
	b.finishWriting()
	var made crdt.ID
	b.edit(b.group("phase"), func(e *crdt.Edit) { made = b.m.SplitPhase(e, id, b.t("newphase"), ids) })
	b.showHead(scene.Target{Kind: scene.OnPhase, ID: made})
}

// dissolvePhase takes a phase away and leaves its notes to its neighbour.
func (b *Board) dissolvePhase(id crdt.ID) {
	list, i, to := b.m.Phases(), b.m.PhaseIndex(id), crdt.ID{}
	switch {
	case i > 0:
		to = list[i-1].ID
	case len(list) > 1:
		to = list[1].ID
	}
	b.chosen = scene.Target{}
	b.edit(b.group("delete"), func(e *crdt.Edit) { b.m.DeletePhaseMovingNotes(e, id, to) })
	b.say("dissolved")
	b.host.focus()
}

func (b *Board) showHead(t scene.Target) {
	if b.o.ReadOnly || t.ID.IsZero() {
		return
	}
	b.choose()
	b.chosen = t
	if p := b.scene.Phase(t.ID); p != nil {
		b.reveal(rectOf(p.Head))
	} else if l := b.scene.Lane(t.ID); l != nil {
		b.reveal(rectOf(l.Label))
	}
	b.renameHead(t)
	b.renew()
}
