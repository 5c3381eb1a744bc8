package scene

import (
	"slices"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// says reports whether a view has these words, and whether something that can be
// opened reads them.
func says(d *Drawn, words string) (drawn, read bool) {
	for _, k := range d.Marks {
		if strings.Contains(k.Text, words) {
			drawn = drawn || k.Shape == Words
			read = read || k.Shape == Begin
		}
	}
	return drawn, read
}

// A phase in which nobody hears from the customer for long is marked on the
// timeline, in words for eyes and ears; an ordinary one is not.
func TestTheTimelineTellsLongSilences(t *testing.T) {
	w := newWorkshop(t, 3, journey.Action, journey.Touchpoint)
	w.edit(func(e *crdt.Edit) {
		for _, p := range w.phases {
			w.m.SetPhaseDays(e, p, 20)
			w.m.SetPhaseTouches(e, p, 10)
		}
	})
	quiet := View(w.m, Timeline, Options{Lang: "en"})
	if drawn, read := says(&quiet, "silence"); drawn || read {
		t.Error("a silence where there is none")
	}
	w.edit(func(e *crdt.Edit) {
		w.m.SetPhaseDays(e, w.phases[1], 90)
		w.m.SetPhaseTouches(e, w.phases[1], 2)
	})
	for lang, words := range map[i18n.Lang]string{"en": "Long silence: a touch every 45 days", "ja": "長い沈黙：接触は45日に1回"} {
		silent := View(w.m, Timeline, Options{Lang: lang})
		if drawn, read := says(&silent, words); !drawn || !read {
			t.Errorf("%s: drawn %v, read %v", lang, drawn, read)
		}
	}
}

// The journey's own figures stand beside the usual ones.
func TestTheTimelineSumsUpTheJourney(t *testing.T) {
	w := newWorkshop(t, 2, journey.Action)
	w.edit(func(e *crdt.Edit) {
		w.m.SetPhaseDays(e, w.phases[0], 100)
		w.m.SetPhaseTouches(e, w.phases[0], 4)
		w.m.SetAverages(e, journey.Averages{Touches: 31, Channels: 3.1, Days: 192})
	})
	d := View(w.m, Timeline, Options{Lang: "en"})
	if drawn, _ := says(&d, "100 days · 4 touches  —  average: 192 days · 31 touches · 3.1 channels"); !drawn {
		t.Error("the figures are missing")
	}
}

// Whose a touchpoint is, the channel dictionary says: it stands in that
// department's row, and the hand-over is that department's.
func TestTheRoleSplitFollowsTheChannelDictionary(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action, journey.Touchpoint)
	var shop, ad crdt.ID
	w.edit(func(e *crdt.Edit) {
		shop = w.m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "Shop"}, Owner: w.depts[1]})
		ad = w.m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "Ad"}, Owner: w.depts[2]})
	})
	first := w.add(w.phases[0], w.lanes[1], 10, 10, journey.NoteFields{Text: "sees", Department: w.depts[0], Channels: []crdt.ID{ad}})
	second := w.add(w.phases[0], w.lanes[1], 200, 10, journey.NoteFields{Text: "visits", Department: w.depts[0], Channels: []crdt.ID{shop}})
	rows := func() (at []crdt.ID) {
		d := View(w.m, Roles, Options{Lang: "en"})
		boxes := slices.DeleteFunc(slices.Clone(d.Boxes), func(b ViewBox) bool { return b.Target.Kind != OnNote })
		slices.SortFunc(boxes, func(a, b ViewBox) int { return int(a.Rect.Y - b.Rect.Y) })
		for _, b := range boxes {
			at = append(at, b.Target.ID)
		}
		if drawn, _ := says(&d, "1× in phase 1"); !drawn {
			t.Error("no hand-over is drawn")
		}
		return at
	}
	if got := rows(); !slices.Equal(got, []crdt.ID{second, first}) { // department 1 above department 2
		t.Errorf("%v", got)
	}
	w.edit(func(e *crdt.Edit) {
		c := *w.m.Channel(shop)
		c.Owner = crdt.ID{} // then it is who wrote the note
		w.m.SetChannel(e, shop, c)
		c = *w.m.Channel(ad)
		c.Owner = w.depts[1]
		w.m.SetChannel(e, ad, c)
	})
	if got := rows(); !slices.Equal(got, []crdt.ID{second, first}) { // department 0 above department 1
		t.Errorf("%v", got)
	}
}

// A touchpoint says its channel, and to who does not see it also whether that is
// real or digital; a channel that is renamed is so at once.
func TestATouchpointSaysItsChannel(t *testing.T) {
	w := newWorkshop(t, 1, journey.Touchpoint)
	var shop crdt.ID
	w.edit(func(e *crdt.Edit) {
		shop = w.m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "Shop"}, Kind: journey.Physical})
	})
	id := w.add(w.phases[0], w.lanes[0], 10, 10, journey.NoteFields{Text: "tries it on", Channels: []crdt.ID{shop}})
	s := Layout(w.m, Options{Lang: "en"})
	check := func(footer, read string) {
		t.Helper()
		if got := s.Note(id).Footer; got != footer {
			t.Errorf("the footer is %q, want %q", got, footer)
		}
		if got := s.Describe(Target{Kind: OnNote, ID: id}); !strings.Contains(got, read) {
			t.Errorf("reads %q, want %q in it", got, read)
		}
	}
	check("Shop", "tries it on, Shop (Real)")
	s.Update(w.m, w.edit(func(e *crdt.Edit) {
		c := *w.m.Channel(shop)
		c.Name, c.Kind = journey.Name{Text: "App"}, journey.Digital
		w.m.SetChannel(e, shop, c)
	}))
	check("App", "tries it on, App (Digital)")
	s.Update(w.m, w.edit(func(e *crdt.Edit) { w.m.SetNoteChannels(e, id, nil) }))
	if strings.Contains(s.Describe(Target{Kind: OnNote, ID: id}), "App") || s.Note(id).Footer != "" {
		t.Error("the channel was taken off")
	}
}
