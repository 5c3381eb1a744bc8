package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Things are what stands on the map beside the notes: heads of phases and lanes,
// boundaries, emotion points, drawings. They are drawn as a whole; for the
// keyboard and screen readers each has an element of its own above its picture,
// which takes no pointer.

// thingKinds are in the order in which F6 goes through them, after the notes.
var thingKinds = [...]scene.TargetKind{scene.OnPhase, scene.OnLane, scene.OnBoundary, scene.OnPoint, scene.OnDrawing}

// eachThing calls f for all things of a kind.
func (b *Board) eachThing(kind scene.TargetKind, f func(scene.Target, scene.Rect)) {
	switch kind {
	case scene.OnPhase:
		for i := range b.scene.Phases {
			if p := &b.scene.Phases[i]; !p.ID.IsZero() {
				f(scene.Target{Kind: kind, ID: p.ID}, p.Head)
			}
		}
	case scene.OnLane:
		for i := range b.scene.Lanes {
			f(scene.Target{Kind: kind, ID: b.scene.Lanes[i].ID}, b.scene.Lanes[i].Label)
		}
	case scene.OnBoundary:
		for i := range b.scene.Boundaries {
			f(scene.Target{Kind: kind, ID: b.scene.Boundaries[i].ID}, b.scene.Boundaries[i].Rect)
		}
	case scene.OnPoint:
		for i := range b.scene.Curves {
			for _, p := range b.scene.Curves[i].Points {
				f(scene.Target{Kind: kind, ID: p.ID}, scene.Rect{X: p.At.X - 13, Y: p.At.Y - 13, W: 26, H: 26})
			}
		}
	case scene.OnDrawing:
		for i := range b.scene.Drawings {
			f(scene.Target{Kind: kind, ID: b.scene.Drawings[i].ID}, b.scene.Drawings[i].Rect)
		}
	}
}

// sameThing compares what is meant; a hit says more than that.
func sameThing(a, c scene.Target) bool { return a.Kind == c.Kind && a.ID == c.ID }

// thingRect is where a thing stands; not ok when it is gone, or is none.
func (b *Board) thingRect(t scene.Target) (r scene.Rect, ok bool) {
	b.eachThing(t.Kind, func(o scene.Target, at scene.Rect) {
		if o.ID == t.ID {
			r, ok = at, true
		}
	})
	return r, ok
}

// paintThings keeps the elements of things that are in sight.
func (b *Board) paintThings() {
	sight := sceneRect(b.cam.Sight(b.width, b.height, 0))
	for _, kind := range thingKinds {
		first, layer := true, layerOver
		switch kind {
		case scene.OnPhase:
			layer = layerRims
		case scene.OnLane:
			layer = layerSides
		default:
			if b.far && b.thing.Kind != kind {
				continue
			}
		}
		b.eachThing(kind, func(t scene.Target, r scene.Rect) {
			mine := sameThing(t, b.thing)
			if layer == layerOver && !mine && !r.Meets(sight) {
				return
			}
			b.paintThing(t, r, layer, mine || first && b.thing.Kind != kind)
			first = false
		})
	}
	if b.wantsThing {
		b.wantsThing = false
		if s := b.slots.find(owner{part: ofThing, id: b.thing.ID, n: int32(b.thing.Kind)}); s != nil && b.writing == nil {
			b.out.put(opFocus, float32(s.n))
		}
	}
}

func (b *Board) paintThing(t scene.Target, r scene.Rect, l layer, stop bool) {
	s := b.slots.get(owner{part: ofThing, id: t.ID, n: int32(t.Kind)}, tmplBox, l)
	s.place(float64(r.X), float64(r.Y)).size(float64(r.W), float64(r.H))
	if look, ok := s.look.(*thingLook); !ok || look.id != t.ID || look.turn != b.thingTurn {
		s.look = &thingLook{t.ID, b.thingTurn}
		s.class("b-thing").attr(attrRole, "button").attr(attrData, string(rune('A'+t.Kind))+t.ID.String()).attr(attrLabel, b.thingLabel(t))
	}
	if stop {
		s.attr(attrTabindex, "0")
	} else {
		s.attr(attrTabindex, "-1")
	}
}

// thingLook is what a thing's element was last made from.
type thingLook struct {
	id   crdt.ID
	turn int
}

func (b *Board) thingLabel(t scene.Target) string {
	if t.Kind != scene.OnDrawing {
		if said := b.scene.Describe(t); said != "" {
			if l := b.m.Lane(t.ID); l != nil && l.Locked {
				said += ", " + b.t("locked")
			}
			return said
		}
		return b.t("boundary")
	}
	label := b.t("drawing")
	if d := b.m.Drawing(t.ID); d != nil {
		if d.Kind == journey.KindImage {
			label = b.t("image")
		}
		for _, text := range [...]string{d.Alt, d.Text} {
			if text != "" {
				label += ": " + text
			}
		}
		if d.Locked {
			label += ", " + b.t("locked")
		}
	}
	return label
}

// parseThing reads what paintThing wrote.
func parseThing(data string) (t scene.Target, ok bool) {
	if len(data) < 2 || data[0] < 'A' {
		return t, false
	}
	id, err := crdt.ParseID(data[1:])
	return scene.Target{Kind: scene.TargetKind(data[0] - 'A'), ID: id}, err == nil
}

// goToThing gives a thing the focus, chooses it and shows it.
func (b *Board) goToThing(t scene.Target) {
	r, ok := b.thingRect(t)
	if !ok {
		return
	}
	b.thing, b.wantsThing = t, true
	b.chooseThing(t)
	box := rectOf(r)
	switch t.Kind { // heads stay in sight by themselves in one direction
	case scene.OnPhase:
		_, box.Y = b.cam.World(0, b.stuckTop()+20)
		box.H = 1
	case scene.OnLane:
		box.X, _ = b.cam.World(b.stuckLeft()+20, 0)
		box.W = 1
	}
	b.reveal(box)
	b.host.request()
}

func (b *Board) chooseThing(t scene.Target) {
	if sameThing(b.chosen, t) {
		return
	}
	b.choose()
	b.chosen, b.focus = t, crdt.ID{}
	if d := b.m.Drawing(t.ID); d != nil && d.Group != "" {
		b.chooseWhole(t.ID)
	}
	b.renew()
}

// stepThing goes to the next thing of the kind that has the focus, in the order
// in which it is read.
func (b *Board) stepThing(by int) {
	var list []scene.Target
	var at []scene.Rect
	b.eachThing(b.chosen.Kind, func(t scene.Target, r scene.Rect) {
		list, at = append(list, t), append(at, r)
	})
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	if b.chosen.Kind != scene.OnLane {
		slices.SortStableFunc(order, func(i, k int) int { return int(at[i].X - at[k].X) })
	}
	here := slices.IndexFunc(order, func(i int) bool { return sameThing(list[i], b.chosen) })
	if next := here + by; here >= 0 && next >= 0 && next < len(order) {
		b.goToThing(list[order[next]])
	}
}

// nudgeThing is what an arrow does to the chosen thing: an emotion point goes up
// and down, a drawing moves, else the next one of its kind is chosen.
func (b *Board) nudgeThing(c command, d xy) bool {
	t := b.chosen
	switch {
	case t.Kind == scene.OnPoint && d.y != 0:
		if p := b.pointAt(t.ID); p != nil && !b.o.ReadOnly {
			step := 0.5
			if c == cmdFarUp || c == cmdFarDown {
				step = 1
			}
			score := max(-2, min(2, p.Score-sign(d.y)*step))
			b.edit("point:"+t.ID.String(), func(e *crdt.Edit) { b.m.SetEmotionScore(e, t.ID, score) })
			b.say("feels", signed(score))
		}
	case t.Kind == scene.OnDrawing && !b.o.ReadOnly:
		b.shift("nudge:"+t.ID.String(), d)
	case t.Kind == scene.OnLane && d.y != 0 || t.Kind != scene.OnLane && d.x != 0:
		b.stepThing(int(sign(d.x + d.y)))
	}
	return true
}

// reorder moves the chosen phase or lane by one place and says where it is.
func (b *Board) reorder(by int) bool {
	t := b.chosen
	if t.Kind != scene.OnPhase && t.Kind != scene.OnLane {
		return false
	}
	b.shiftHead(t, by)
	at, n := 0, 0
	b.eachThing(t.Kind, func(o scene.Target, _ scene.Rect) {
		if n++; o.ID == t.ID {
			at = n
		}
	})
	b.say("placed", at, n)
	b.goToThing(t)
	return true
}

// openThing is Enter on a thing.
func (b *Board) openThing(t scene.Target) bool {
	switch t.Kind {
	case scene.OnPhase, scene.OnLane:
		b.renameHead(t)
	case scene.OnBoundary:
		b.openBoundary(t.ID)
		b.wantsFocus = "b-from"
	case scene.OnPoint:
		b.wantsFocus = "b-point-label"
	case scene.OnLink:
		b.wantsFocus = "b-rel"
	case scene.OnDrawing:
		b.wantsFocus = "b-alt"
		b.writeDrawing(t.ID, false)
	default:
		return false
	}
	b.renew()
	return true
}

// region goes to the next kind of what there is: notes, phases, lanes …
func (b *Board) region(by int) {
	at := slices.Index(thingKinds[:], b.chosen.Kind) // -1: the notes
	for range thingKinds {
		at = (at+1+by+len(thingKinds)+1)%(len(thingKinds)+1) - 1
		if at < 0 {
			if len(b.scene.Notes) > 0 {
				b.goTo(0, 0)
				return
			}
			continue
		}
		found, best, far := scene.Target{}, false, 0.0
		cx, cy := b.cam.Sight(b.width, b.height, 0).Center()
		b.eachThing(thingKinds[at], func(t scene.Target, r scene.Rect) {
			x, y := rectOf(r).Center()
			if d := abs(x-cx) + abs(y-cy); !best || d < far {
				found, best, far = t, true, d
			}
		})
		if best {
			b.goToThing(found)
			return
		}
	}
}

// forgetThing lets go of a thing that is gone; where it was, the board has the focus.
func (b *Board) forgetThing() {
	b.thingTurn++
	if b.thing.Kind == scene.OnNothing {
		return
	}
	if _, ok := b.thingRect(b.thing); ok {
		return
	}
	if sameThing(b.thing, b.chosen) {
		b.chosen = scene.Target{}
	}
	b.thing = scene.Target{}
	if b.writing == nil && b.host.holdsFocus() {
		b.host.focus()
	}
}
