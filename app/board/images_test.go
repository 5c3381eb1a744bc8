//go:build !js

package board

import (
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

func pictures(ids ...string) (files []file) {
	for _, id := range ids {
		files = append(files, file{uploaded{status: 201, id: id, w: 1600, h: 800}})
	}
	return files
}

func TestImages_dropped_together_are_one_step_of_undo(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 0)
	shows(b)
	b.o.Path = "/m/token"
	one, two := strings.Repeat("a", 40), strings.Repeat("b", 40)
	b.dropped(pictures(one, two), 900, 900)
	list := b.m.Drawings()
	if len(list) != 2 || list[0].Image != one || list[0].W != ImageSide || list[0].H != ImageSide/2 || list[0].Author != "Mai" {
		t.Fatalf("%+v", list)
	}
	if b.chosen.ID != list[1].ID {
		t.Error("the last one is not chosen: nobody is asked what it shows")
	}
	if b.frame(); !strings.Contains(b.layer[scene.LayerDrawings], `href="/m/token/images/`+one) {
		t.Error(b.layer[scene.LayerDrawings])
	}
	b.do(cmdUndo)
	if len(b.m.Drawings()) != 0 {
		t.Error("undo left a picture")
	}
}

func TestImages_that_the_server_does_not_take_change_nothing(t *testing.T) {
	b, a := newBoard(t, 2, 2, 0)
	edits := a.edits
	b.addImages([]file{{uploaded{status: 413, message: "too large"}}}, 0, 0)
	if b.hint != "too large" {
		t.Errorf("said %q", b.hint)
	}
	b.addImages([]file{{}}, 0, 0)
	if b.hint != b.t("say.imageoffline") {
		t.Errorf("offline, said %q", b.hint)
	}
	b.o.ReadOnly = true
	b.addImages(pictures(strings.Repeat("a", 40)), 0, 0)
	if a.edits != edits || len(b.m.Drawings()) != 0 {
		t.Error("something was written")
	}
}

func TestImages_kept_offline_are_taken_off_again_when_the_server_refuses_them(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 1)
	one, two := strings.Repeat("a", 40), strings.Repeat("b", 40)
	b.addImages([]file{{uploaded{status: kept, id: one, w: 100, h: 100}}, {uploaded{status: 201, id: two, w: 100, h: 100}}}, 0, 0)
	b.edit("", func(e *crdt.Edit) { b.m.SetNoteImage(e, b.m.Notes()[0].ID, one) })
	b.pictureRefused(one, "all is full")
	if list := b.m.Drawings(); len(list) != 1 || list[0].Image != two || b.m.Notes()[0].Image != "" || b.hint != "all is full" {
		t.Errorf("%+v, said %q", list, b.hint)
	}
}

// A map cannot make a browser fetch what is elsewhere.
func TestImages_P83_only_names_of_images_become_addresses(t *testing.T) {
	b, a := newBoard(t, 1, 1, 0)
	a.Edit("", func(e *crdt.Edit) {
		for _, evil := range []string{"https://example.org/x.png", "../../../x", strings.Repeat("A", 40), strings.Repeat("a", 41), "javascript:1"} {
			b.m.AddDrawing(e, journey.Drawing{Kind: journey.KindImage, Image: evil, W: 100, H: 100})
		}
	})
	if b.frame(); strings.Contains(b.layer[scene.LayerDrawings], "<image") {
		t.Error(b.layer[scene.LayerDrawings])
	}
}

func TestImages_are_resized_in_proportion_by_their_corner(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 0)
	shows(b)
	b.dropped(pictures(strings.Repeat("a", 40)), 900, 900)
	d := b.drawingBox(b.chosen.ID)
	r := rectOf(d.Rect)
	h := hand{t: t, b: b}
	h.drag(r.Right(), r.Bottom(), r.Right()+160, r.Bottom()+10)
	if d = b.drawingBox(b.chosen.ID); d.Rect.W != 480 || d.Rect.H != 240 {
		t.Errorf("%v", d.Rect)
	}
	x, y := rectOf(d.Rect).Center()
	h.drag(x, y, x+50, y+30)
	if moved := b.drawingBox(d.ID).Rect; moved.X != d.Rect.X+50 || moved.Y != d.Rect.Y+30 {
		t.Errorf("moved from %v to %v", d.Rect, moved)
	}
}

func TestLock_is_the_facilitators_and_keeps_others_off(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	h := hand{t: t, b: b}
	id := b.m.Notes()[0].ID
	b.choose(id)
	edits := a.edits
	if b.do(cmdLock); a.edits != edits || b.hint != b.t("say.leadlocks") {
		t.Errorf("a participant locked it; said %q", b.hint)
	}
	b.o.Leads = true
	b.do(cmdLock)
	if !b.m.Note(id).Locked {
		t.Fatal("the facilitator could not lock it")
	}
	edits = a.edits
	x, y := middle(b, id)
	h.drag(x, y, x+300, y)
	for _, c := range []command{cmdDelete, cmdFront, cmdGroup, cmdRight} {
		b.do(c)
	}
	b.recolor(b.m.Departments()[1].ID)
	b.write(id)
	if a.edits != edits || b.writing != nil {
		t.Errorf("%d edits of what is locked", a.edits-edits)
	}
	b.do(cmdLock)
	if b.m.Note(id).Locked {
		t.Error("the facilitator could not unlock it")
	}
	b.dropped(pictures(strings.Repeat("a", 40)), 900, 900)
	picture := b.chosen.ID
	b.do(cmdLock)
	edits = a.edits
	b.do(cmdDelete)
	if a.edits != edits || !b.m.Drawing(picture).Locked {
		t.Error("a locked picture was deleted")
	}
}

func TestGroup_makes_a_phase_of_the_selected_notes_in_one_step(t *testing.T) {
	b, a := newBoard(t, 2, 2, 8)
	shows(b)
	first := b.m.Phases()[0].ID
	ids := []crdt.ID{b.m.Notes()[0].ID, b.m.Notes()[4].ID}
	b.choose(ids...)
	edits := a.edits
	b.do(cmdGroup)
	if a.edits != edits+1 || len(b.m.Phases()) != 3 || b.writing == nil || b.writing.name == nil {
		t.Fatalf("%d edits, %d phases, name open: %v", a.edits-edits, len(b.m.Phases()), b.writing != nil)
	}
	b.closeEditor()
	for _, id := range ids {
		if p := b.m.Note(id).Place.Phase; p == first {
			t.Error("a note stayed where it was")
		}
	}
	b.do(cmdUndo)
	if len(b.m.Phases()) != 2 || b.m.Note(ids[0]).Place.Phase != first {
		t.Error("undo left something behind")
	}
	n := len(b.m.Notes())
	b.splitPhase(first)
	b.closeEditor()
	b.dissolvePhase(b.m.Phases()[1].ID)
	if len(b.m.Phases()) != 2 || len(b.m.Notes()) != n {
		t.Errorf("split and dissolved: %d phases, %d of %d notes", len(b.m.Phases()), len(b.m.Notes()), n)
	}
}

func TestLock_of_a_lane_keeps_its_notes_and_lets_none_in(t *testing.T) {
	b, a := newBoard(t, 2, 2, 8)
	shows(b)
	b.o.Leads = true
	h := hand{t: t, b: b}
	lane, other := b.m.Lanes()[0].ID, b.m.Lanes()[1].ID
	b.chooseThing(scene.Target{Kind: scene.OnLane, ID: lane})
	b.do(cmdLock)
	if !b.m.Lane(lane).Locked {
		t.Fatal("the lane is not locked")
	}
	b.o.Leads = false
	inside, outside := b.m.NotesIn(journey.Cell{Phase: b.m.Phases()[0].ID, Lane: lane})[0].ID, b.m.NotesIn(journey.Cell{Phase: b.m.Phases()[0].ID, Lane: other})[0].ID
	edits := a.edits
	x, y := middle(b, inside)
	ox, oy := middle(b, outside)
	h.drag(x, y, ox, oy)
	h.drag(ox, oy, x, y)
	b.choose(inside)
	for _, c := range []command{cmdDelete, cmdNewNote, cmdWrite, cmdRight} {
		b.do(c)
	}
	head := scene.Target{Kind: scene.OnLane, ID: lane}
	b.renameHead(head)
	b.deleteHead(head)
	b.shiftHead(head, 1)
	if a.edits != edits || b.writing != nil {
		t.Errorf("%d edits in a locked lane", a.edits-edits)
	}
}
