package method_test

import (
	"slices"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

// forked is a sample and its to-be map.
func forked(t *testing.T) (asIs, toBe *journey.Map) {
	t.Helper()
	asIs = load(t, samples.Apparel)
	doc, err := crdt.Load(asIs.Document().Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	toBe = journey.Open(doc)
	edit(t, toBe, func(e *crdt.Edit) { method.Forked(toBe, e, "m1") })
	if len(method.PhaseGaps(asIs, toBe))+len(method.BoundaryGaps(asIs, toBe)) != 0 {
		t.Fatal("something differs right after the fork")
	}
	return asIs, toBe
}

// TestGapFrame/M7_… forks a map and changes phases and boundaries on either side.
func TestGapFrame(t *testing.T) {
	t.Run("M7_a_renamed_phase_is_shown_and_brought_back", func(t *testing.T) {
		asIs, toBe := forked(t)
		second := toBe.Phases()[1].ID
		was := asIs.Phase(second).Name
		edit(t, toBe, func(e *crdt.Edit) {
			toBe.RenamePhase(e, second, "ja", "その日に試着")
			toBe.SetPhaseDays(e, second, 1)
		})
		g := method.PhaseGaps(asIs, toBe)
		if len(g) != 1 || g[0].Change != method.Edited || g[0].AsIs.Name != was || g[0].ToBe.Name.In("ja") != "その日に試着" {
			t.Fatalf("%+v", g)
		}
		for range 2 { // the second time there is nothing left to do
			edit(t, asIs, func(e *crdt.Edit) { method.BringPhase(asIs, toBe, e, second) })
			if p := asIs.Phase(second); p.Name != toBe.Phase(second).Name || p.Days != 1 || len(method.PhaseGaps(asIs, toBe)) != 0 {
				t.Errorf("%+v", p)
			}
		}
	})
	t.Run("M7_phases_that_came_and_went", func(t *testing.T) {
		asIs, toBe := forked(t)
		last := toBe.Phases()[len(toBe.Phases())-1].ID
		edit(t, toBe, func(e *crdt.Edit) {
			toBe.AddPhase(e, crdt.ID{}, "new")
			toBe.DeletePhase(e, last)
		})
		edit(t, asIs, func(e *crdt.Edit) { asIs.AddPhase(e, crdt.ID{}, "own") })
		var got []method.Change
		for _, g := range method.PhaseGaps(asIs, toBe) {
			got = append(got, g.Change)
		}
		// The as-is map's own phase was made by the same replica with the same counter
		// as the to-be map's: it is another one all the same.
		if !slices.Equal(got, []method.Change{method.Added, method.Removed, method.Removed}) {
			t.Errorf("%v", got)
		}
	})
	t.Run("M7_a_changed_boundary_is_shown_and_brought_back", func(t *testing.T) {
		asIs, toBe := forked(t)
		into := toBe.Boundaries()[0].To
		b, _ := toBe.Boundary(into)
		if len(b.Info) == 0 || len(b.Blockers) == 0 {
			t.Fatalf("the sample's first boundary has changed: %+v", b)
		}
		at := toBe.Note(b.Info[0]).Place.Cell()
		edit(t, toBe, func(e *crdt.Edit) {
			toBe.WriteBoundary(e, into, journey.BoundaryConcern, "送料はいくら？")
			made := toBe.AddNote(e, toBe.NextPlace(at), journey.NoteFields{Text: "送料の一覧"})
			toBe.AddToBoundary(e, into, journey.HasInformation, made)
			toBe.RemoveFromBoundary(e, into, journey.HasBlocker, b.Blockers[0])
		})
		var own crdt.ID
		edit(t, asIs, func(e *crdt.Edit) {
			own = asIs.AddNote(e, asIs.NextPlace(at), journey.NoteFields{Text: "own"})
			asIs.AddToBoundary(e, into, journey.HasInformation, own)
		})
		g := method.BoundaryGaps(asIs, toBe)
		if len(g) != 1 || g[0].Into != into || len(g[0].Added[1]) != 1 || len(g[0].Removed[1]) != 0 || len(g[0].Removed[2]) != 1 {
			t.Fatalf("%+v", g)
		}
		if was, is := g[0].Texts(); was[2] == is[2] || is[2] != "送料はいくら？" {
			t.Errorf("%q, %q", was, is)
		}
		notes := asIs.NoteCount()
		for range 2 {
			edit(t, asIs, func(e *crdt.Edit) { method.BringBoundary(asIs, toBe, e, into) })
			is, _ := asIs.Boundary(into)
			if is.Concern != "送料はいくら？" || len(is.Info) != len(b.Info)+2 || !slices.Contains(is.Info, own) || len(is.Blockers) != len(b.Blockers)-1 {
				t.Errorf("%+v", is)
			}
			if asIs.NoteCount() != notes+1 || len(method.BoundaryGaps(asIs, toBe)) != 0 {
				t.Errorf("%d notes, %+v", asIs.NoteCount(), method.BoundaryGaps(asIs, toBe))
			}
		}
		// What came along is the same note: its cell does not differ either.
		for _, c := range method.Gap(asIs, toBe) {
			for _, n := range c.Notes {
				if n.ToBe != nil {
					t.Errorf("%q is still a gap", n.ToBe.Text)
				}
			}
		}
	})
	t.Run("M7_all_that_a_note_says_is_held_against_the_other", func(t *testing.T) {
		for name, change := range map[string]func(*journey.Map, *crdt.Edit, crdt.ID){
			"department": func(m *journey.Map, e *crdt.Edit, id crdt.ID) { m.SetNoteDepartment(e, id, m.Departments()[2].ID) },
			"persona":    func(m *journey.Map, e *crdt.Edit, id crdt.ID) { m.SetNotePersona(e, id, m.Personas()[0].ID) },
			"target":     func(m *journey.Map, e *crdt.Edit, id crdt.ID) { m.SetNoteTarget(e, id, journey.Target{Group: "x"}) },
			"demand":     func(m *journey.Map, e *crdt.Edit, id crdt.ID) { m.SetNoteDemand(e, id, journey.Overt) },
			"image":      func(m *journey.Map, e *crdt.Edit, id crdt.ID) { m.SetNoteImage(e, id, "ab") },
		} {
			asIs, toBe := forked(t)
			n := note(t, toBe, "n051")
			edit(t, toBe, func(e *crdt.Edit) { change(toBe, e, n.ID) })
			g := method.Gap(asIs, toBe)
			if len(g) != 1 || len(g[0].Notes) != 1 || g[0].Notes[0].Change != method.Edited {
				t.Errorf("%s: %+v", name, g)
				continue
			}
			edit(t, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, g[0].Cell) })
			if g := method.Gap(asIs, toBe); len(g) != 0 {
				t.Errorf("%s: %+v after it was brought over", name, g)
			}
		}
	})
	t.Run("M7_what_the_other_map_cannot_know_is_no_gap", func(t *testing.T) {
		asIs, toBe := forked(t)
		n := note(t, toBe, "n051")
		edit(t, toBe, func(e *crdt.Edit) { toBe.SetNoteOwner(e, n.ID, toBe.AddDepartment(e, journey.Name{Text: "new"}, "")) })
		if g := method.Gap(asIs, toBe); len(g) != 0 {
			t.Errorf("%+v", g)
		}
	})
}
