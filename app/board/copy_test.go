//go:build !js

package board

import (
	"slices"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// drawnBoard has two linked notes and a drawing of each kind, all in one group.
func drawnBoard(t *testing.T) (b *Board, a *alone, ids []crdt.ID) {
	b, a = newBoard(t, 3, 2, 6)
	shows(b)
	one, two := b.m.Notes()[0].ID, b.m.Notes()[1].ID
	ids = []crdt.ID{one, two}
	place := journey.Place{Phase: b.m.Phases()[0].ID, Lane: b.m.Lanes()[0].ID, X: 30, Y: 60}
	a.Edit("", func(e *crdt.Edit) {
		l := b.m.LinkNotes(e, one, two, journey.Leads)
		b.m.SetLinkLabel(e, l, "then")
		for _, d := range []journey.Drawing{
			{Kind: journey.KindShape, Shape: "diamond", Text: "a\nb", W: 90, H: 60, Color: "rose"},
			{Kind: journey.KindText, Text: "words", W: 120, H: 24},
			{Kind: journey.KindStroke, Points: scene.PointsBytes([]float32{0, 0, 40.5, 10.25}), Style: Highlighter},
			{Kind: journey.KindImage, Image: strings.Repeat("a", 40), Alt: "a shop", W: 100, H: 50, Turn: 15},
		} {
			d.Place, d.Author = place, "Mika"
			ids = append(ids, b.m.AddDrawing(e, d))
		}
		b.m.Bind(e, ids...)
	})
	return b, a, ids
}

func lookOf(d *journey.Drawing) journey.Drawing {
	look := *d
	look.ID, look.Place, look.Z, look.Group = crdt.ID{}, journey.Place{}, nil, ""
	return look
}

// Whatever way copies are made, they hold all that the originals hold, with links
// and a group of their own, stand to one another as these do, and go by one undo.
func TestCopies_hold_drawings_links_and_groups(t *testing.T) {
	ways := map[string]func(b *Board, ids []crdt.ID){
		"paste": func(b *Board, ids []crdt.ID) {
			data := clip{map[string]string{}}
			b.clipboard("copy", data)
			delete(data.data, ownKind)
			b.clipboard("paste", data)
		},
		"duplicate": func(b *Board, ids []crdt.ID) { b.do(cmdDuplicate) },
		"alt-drag": func(b *Board, ids []crdt.ID) {
			x, y := middle(b, ids[0])
			hand{b: b, m: alt}.drag(x, y, x+60, y+40)
		},
	}
	for name, copies := range ways {
		t.Run(name, func(t *testing.T) {
			b, a, ids := drawnBoard(t)
			b.choose(ids...)
			edits := a.edits
			copies(b, ids)
			was := b.boxesOf(ids) // a lane may have grown with the copies
			if a.edits != edits+1 || b.m.NoteCount() != 8 || len(b.m.Drawings()) != 8 || len(b.m.Links()) != 2 {
				t.Fatalf("%d edits, %d notes, %d drawings, %d links", a.edits-edits, b.m.NoteCount(), len(b.m.Drawings()), len(b.m.Links()))
			}
			made := append(b.layered(b.selected), b.with...)
			is := b.boxesOf(made)
			for i := range is {
				if !near(is[i].X-is[0].X, was[i].X-was[0].X) || !near(is[i].Y-is[0].Y, was[i].Y-was[0].Y) {
					t.Errorf("%d is at %v of %v, was at %v of %v", i, is[i], is[0], was[i], was[0])
				}
			}
			for i, id := range made[2:] {
				if got, want := lookOf(b.m.Drawing(id)), lookOf(b.m.Drawing(ids[i+2])); got.Kind != want.Kind || got.Text != want.Text || got.Shape != want.Shape ||
					got.Image != want.Image || got.Alt != want.Alt || got.Turn != want.Turn || got.Style != want.Style || got.Color != want.Color ||
					got.W != want.W || got.H != want.H || got.Author != want.Author || !slices.Equal(got.Points, want.Points) {
					t.Errorf("copied %+v, is %+v", want, got)
				}
			}
			if group := b.m.WithGroups(made[0]); len(group) != 6 || slices.Contains(group, ids[0]) {
				t.Errorf("the copies are a group of %d", len(group))
			}
			for _, l := range b.m.Links() {
				if l.Label != "then" {
					t.Errorf("a link says %q", l.Label)
				}
			}
			if b.do(cmdUndo); b.m.NoteCount() != 6 || len(b.m.Drawings()) != 4 {
				t.Error("it is more than one step of undo")
			}
		})
	}
}

func (b *Board) boxesOf(ids []crdt.ID) (boxes []Rect) {
	for _, id := range ids {
		r, _ := b.boxOf(id)
		boxes = append(boxes, r)
	}
	return boxes
}

func TestCut_takes_a_drawing_alone_and_paste_brings_it_back(t *testing.T) {
	b, _, ids := drawnBoard(t)
	b.edit("", func(e *crdt.Edit) { b.m.Bind(e, ids[2]) })
	b.choose(ids[2])
	data := clip{map[string]string{}}
	if !b.clipboard("cut", data) || b.m.Drawing(ids[2]) != nil || data.data["text/plain"] != "a\nb" {
		t.Fatalf("it was not cut: %q", data.data)
	}
	b.clipboard("paste", data)
	if d := b.m.Drawing(b.chosen.ID); d == nil || d.Shape != "diamond" {
		t.Errorf("pasted %+v", d)
	}
}

// A kind of drawing that a newer version has is left out, and what its lines say is
// not said of the one before.
func TestPaste_leaves_out_a_kind_it_does_not_know(t *testing.T) {
	b, _, ids := drawnBoard(t)
	data := clip{map[string]string{}}
	b.choose(ids[2], ids[3])
	b.clipboard("copy", data)
	data.data[ownKind] = strings.Replace(data.data[ownKind], " text ", " hologram ", 1)
	own, ok := ReadCopied(b.m, data.get)
	if !ok || len(own.Drawings) != 1 || own.Drawings[0].Text != "a\nb" {
		t.Errorf("read %d drawings, the first says %q", len(own.Drawings), own.Drawings[0].Text)
	}
}

// A picture that is not to be had is left out, and that is what is said in the end.
func TestPaste_says_that_a_picture_is_lost(t *testing.T) {
	b, _, ids := drawnBoard(t)
	data := clip{map[string]string{}}
	b.choose(ids...)
	b.clipboard("copy", data)
	b.o.Path = "/m/other"
	b.host.gone = strings.Repeat("a", 40)
	b.clipboard("paste", data)
	if b.hint != b.t("say.imagelost") || b.m.NoteCount() != 8 || len(b.m.Drawings()) != 7 {
		t.Errorf("said %q; there are %d notes, %d drawings", b.hint, b.m.NoteCount(), len(b.m.Drawings()))
	}
}

func TestSelectAll_is_notes_and_drawings_but_what_is_locked(t *testing.T) {
	b, _, ids := drawnBoard(t)
	b.edit("", func(e *crdt.Edit) { b.m.SetNoteLocked(e, ids[0], true); b.m.LockDrawing(e, ids[2], true) })
	b.do(cmdSelectAll)
	if all := b.everything(); len(b.selected) != 5 || len(b.with) != 3 || slices.Contains(all, ids[0]) || slices.Contains(all, ids[2]) {
		t.Errorf("%d notes, %d drawings", len(b.selected), len(b.with))
	}
}

// A copied lane takes along what is drawn in it.
func TestCopies_of_a_lane_hold_what_is_drawn_in_it(t *testing.T) {
	b, _, ids := drawnBoard(t)
	b.chooseThing(scene.Target{Kind: scene.OnLane, ID: b.m.Lanes()[0].ID})
	data := clip{map[string]string{}}
	b.clipboard("copy", data)
	b.clipboard("paste", data)
	lanes := b.m.Lanes()
	made := slices.DeleteFunc(slices.Clone(b.m.Drawings()), func(d *journey.Drawing) bool { return d.Place.Lane != lanes[len(lanes)-1].ID })
	if was := b.m.Drawing(ids[2]).Place; len(lanes) != 3 || len(made) != 4 || made[0].Place.Phase != was.Phase || made[0].Place.X != was.X || made[0].Place.Y != was.Y {
		t.Errorf("%d lanes, %d drawings in the last", len(lanes), len(made))
	}
}

// ---- moving as one ---------------------------------------------------------------

// apart is how the second of some stands to the first.
func apart(b *Board, ids ...crdt.ID) (by []xy) {
	boxes := b.boxesOf(ids)
	for _, r := range boxes {
		by = append(by, xy{r.X - boxes[0].X, r.Y - boxes[0].Y})
	}
	return by
}

func (b *Board) keeps(t *testing.T, what string, was []xy, ids ...crdt.ID) {
	t.Helper()
	for i, is := range apart(b, ids...) {
		if abs(is.x-was[i].x) > 0.5 || abs(is.y-was[i].y) > 0.5 {
			t.Errorf("%s: %d stands at %v, stood at %v", what, i, is, was[i])
		}
	}
}

func TestGroup_pushed_against_an_edge_moves_as_one(t *testing.T) {
	b, a := newBoard(t, 3, 2, 0)
	shows(b)
	var ids []crdt.ID
	first, second := b.m.Phases()[0].ID, b.m.Phases()[1].ID
	lane := b.m.Lanes()[0].ID
	a.Edit("", func(e *crdt.Edit) {
		ids = append(ids, b.m.AddNote(e, journey.Place{Phase: first, Lane: lane, X: 20, Y: 30}, journey.NoteFields{}),
			b.m.AddNote(e, journey.Place{Phase: first, Lane: lane, X: 60, Y: 140}, journey.NoteFields{}),
			b.m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, W: 60, H: 40, Place: journey.Place{Phase: first, Lane: lane, X: 30, Y: 250}}))
		b.m.Bind(e, ids...)
	})
	was := apart(b, ids...)
	b.choose(ids...)
	for range 6 {
		b.do(cmdLeft)
	}
	b.keeps(t, "by arrows to the left", was, ids...)
	if n := b.m.Note(ids[0]); n.Place.Phase != first || n.Place.X > 10 {
		t.Errorf("the first is at %+v", n.Place)
	}
	x, y := middle(b, ids[1])
	edits := a.edits
	hand{t: t, b: b}.drag(x, y, x-30, y-60)
	b.keeps(t, "by hand", was, ids...)
	if a.edits != edits+1 {
		t.Errorf("%d edits", a.edits-edits)
	}

	// A phase that grows under one of them takes the others along.
	other := crdt.ID{}
	a.Edit("", func(e *crdt.Edit) {
		other = b.m.AddNote(e, journey.Place{Phase: second, Lane: lane, X: 60, Y: 30}, journey.NoteFields{})
		b.m.MoveNote(e, ids[0], journey.Place{Phase: first, Lane: lane, X: 150, Y: 30})
		b.m.Bind(e, append(ids, other)...)
	})
	ids = append(ids, other)
	was = apart(b, ids...)
	b.choose(ids...)
	for range 4 {
		b.do(cmdRight)
	}
	b.keeps(t, "while their phase grows", was, ids...)
	if b.m.Note(other).Place.Phase != second {
		t.Error("it left its phase")
	}
	b.do(cmdUndo)
	b.keeps(t, "after undo", was, ids...)

	// By cells they go together or not at all.
	b.do(cmdCellLeft)
	if b.m.Note(ids[0]).Place.Phase != first || b.m.Note(other).Place.Phase != second {
		t.Error("a part of them went")
	}
	b.do(cmdCellRight)
	if b.m.Note(ids[0]).Place.Phase != second || b.m.Drawing(ids[2]).Place.Phase != second || b.m.Note(other).Place.Phase != b.m.Phases()[2].ID {
		t.Error("they did not go together")
	}
}

// What is drawn over several phases goes where it is taken.
func TestDrag_a_wide_drawing_stays_where_it_is_let_go(t *testing.T) {
	b, a := newBoard(t, 3, 2, 0)
	shows(b)
	var id crdt.ID
	a.Edit("", func(e *crdt.Edit) {
		id = b.m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, W: 700, H: 60, Place: journey.Place{Phase: b.m.Phases()[0].ID, Lane: b.m.Lanes()[0].ID, X: 40, Y: 20}})
	})
	was := b.drawingBox(id).Rect
	x, y := float64(was.X)+5, float64(was.Y)
	hand{t: t, b: b}.drag(x, y, x+50, y+30)
	if is := b.drawingBox(id).Rect; is != was.Move(50, 30) {
		t.Errorf("it was at %v, is at %v", was, is)
	}
}
