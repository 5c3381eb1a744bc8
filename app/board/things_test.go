//go:build !js

package board

import (
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// withCurve is a map with an emotion lane, a persona and two points.
func withCurve(t *testing.T) (b *Board, a *alone, first, second crdt.ID) {
	b, a = newBoard(t, 3, 2, 6)
	a.Edit("", func(e *crdt.Edit) {
		b.m.AddLane(e, b.m.Lanes()[1].ID, journey.EmotionCurve, "Emotions")
		p := b.m.AddPersona(e, journey.Persona{Name: "Yui"})
		first = b.m.AddEmotionToPhase(e, p, b.m.Phases()[0].ID, 0.5, 0)
		second = b.m.AddEmotionToPhase(e, p, b.m.Phases()[1].ID, 0.5, 1)
	})
	shows(b)
	return b, a, first, second
}

func TestKeys_reach_every_kind_of_thing_and_each_of_it(t *testing.T) {
	b, _, _, _ := withCurve(t)
	b.placeShape(toolRect, Rect{X: 100, Y: 1200, W: 200, H: 90})
	b.keyInEditor("escape")
	b.goTo(0, 0)
	for _, want := range []scene.TargetKind{scene.OnPhase, scene.OnLane, scene.OnBoundary, scene.OnPoint, scene.OnDrawing} {
		b.key("f6", false)
		if b.chosen.Kind != want || b.thing != b.chosen {
			t.Fatalf("F6 came to %v, not %v", b.chosen.Kind, want)
		}
		b.frame()
		s := b.slots.find(owner{part: ofThing, id: b.thing.ID, n: int32(want)})
		if s == nil || s.attrs[attrTabindex] != "0" || s.attrs[attrRole] != "button" || s.attrs[attrLabel] == "" {
			t.Errorf("%v has no element that can have the focus: %+v", want, s)
		}
		if got, ok := parseThing(s.attrs[attrData]); !ok || !sameThing(got, b.thing) {
			t.Errorf("%q is read as %+v", s.attrs[attrData], got)
		}
	}
	b.key("f6", false)
	if b.scene.Note(b.focus) == nil || b.chosen.Kind != scene.OnNothing {
		t.Error("F6 does not come back to the notes")
	}
	b.goToThing(scene.Target{Kind: scene.OnPhase, ID: b.m.Phases()[0].ID})
	for i, p := range b.m.Phases() {
		if b.chosen.ID != p.ID {
			t.Errorf("arrow %d came to another phase", i)
		}
		b.key("arrowright", false)
	}
}

func TestKeys_order_phases_and_lanes_and_say_where_they_are(t *testing.T) {
	b, a, _, _ := withCurve(t)
	last := b.m.Phases()[2].ID
	b.goToThing(scene.Target{Kind: scene.OnPhase, ID: last})
	edits := a.edits
	b.key("alt+arrowleft", false)
	if b.m.PhaseIndex(last) != 1 || a.edits != edits+1 || b.thing.ID != last || !strings.Contains(b.hint, "2") {
		t.Errorf("phase at %d; said %q", b.m.PhaseIndex(last), b.hint)
	}
	lane := b.m.Lanes()[0].ID
	b.goToThing(scene.Target{Kind: scene.OnLane, ID: lane})
	b.key("alt+arrowdown", false)
	if b.m.Lanes()[1].ID != lane {
		t.Error("the lane did not move")
	}
	b.key("delete", false)
	if b.m.Lane(lane) != nil || b.thing.Kind != scene.OnNothing {
		t.Error("the lane is there, or its focus is")
	}
}

func TestKeys_change_an_emotion(t *testing.T) {
	b, a, first, second := withCurve(t)
	b.goToThing(scene.Target{Kind: scene.OnPoint, ID: first})
	b.key("arrowup", false)
	b.key("shift+arrowup", false)
	if s := b.m.Emotion(first).Score; s != 1.5 || !strings.Contains(b.hint, "+1.5") {
		t.Errorf("score %v, said %q", s, b.hint)
	}
	b.key("arrowright", false)
	if b.chosen.ID != second {
		t.Error("right is not the next point")
	}
	a.Edit("", func(e *crdt.Edit) { b.m.DeleteEmotion(e, second) })
	if b.chosen.Kind != scene.OnNothing || b.thing.Kind != scene.OnNothing {
		t.Error("the focus is on a point that someone deleted")
	}
	b.goToThing(scene.Target{Kind: scene.OnBoundary, ID: b.m.Phases()[1].ID})
	b.key("enter", false)
	if b.boundary != b.m.Phases()[1].ID || b.wantsFocus != "b-from" {
		t.Error("Enter did not open the boundary")
	}
	b.key("escape", false)
	if b.thing.Kind != scene.OnBoundary {
		t.Error("the focus did not come back to the boundary")
	}
}

// A finger has no Shift: with the tool for selecting it adds by taps, and draws a
// marquee wherever it begins.
func TestFinger_selects_several_with_the_tool_for_it(t *testing.T) {
	b, a := newBoard(t, 2, 2, 8)
	shows(b)
	h := hand{t: t, b: b, d: touch}
	b.do(cmdToolSelect)
	edits := a.edits
	for i := range 2 {
		h.click(middle(b, b.scene.Notes[i].ID))
	}
	if len(b.selected) != 2 {
		t.Errorf("%d selected by two taps", len(b.selected))
	}
	b.choose()
	x, y := middle(b, b.scene.Notes[0].ID)
	h.drag(x, y, x+500, y+400)
	if len(b.selected) < 2 || a.edits != edits {
		t.Errorf("%d selected, %d edits", len(b.selected), a.edits-edits)
	}
}
