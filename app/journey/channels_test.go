package journey_test

import (
	"slices"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// TestChannels/J18: a touchpoint that says the name of a channel, in either
// language or by an alias, is of that channel; others, and what two channels are
// called, name none.
func TestChannels(t *testing.T) {
	doc := crdt.New()
	m := journey.Open(doc)
	edit := func(write func(*crdt.Edit)) {
		e := doc.Edit(1)
		write(e)
		m.Apply(e.Commit().Change)
	}
	var touch, does, shop, video crdt.ID
	edit(func(e *crdt.Edit) {
		touch, does = m.AddLane(e, crdt.ID{}, journey.Touchpoint, "t"), m.AddLane(e, crdt.ID{}, journey.Action, "a")
		shop = m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "直営店", EN: "Own shop"}, Aliases: []string{"店舗", "ブティック", "both"}})
		video = m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "TikTok"}, Aliases: []string{"both"}})
	})
	t.Run("J18_names_and_aliases", func(t *testing.T) {
		for text, want := range map[string]crdt.ID{
			"直営店": shop, "own  SHOP": shop, "ブティック": shop, "ＴｉｋＴｏｋ": video, " tiktok\n": video,
			"both": {}, "": {}, "直営店で試着": {}, "shop": {},
		} {
			got := crdt.ID{}
			if c := m.ChannelNamed(text); c != nil {
				got = c.ID
			}
			if got != want {
				t.Errorf("%q is %v, want %v", text, got, want)
			}
		}
	})
	t.Run("J18_only_touchpoints_without_a_channel", func(t *testing.T) {
		var at, other, has crdt.ID
		edit(func(e *crdt.Edit) {
			at = m.AddNote(e, journey.Place{Lane: touch}, journey.NoteFields{Text: "店舗"})
			other = m.AddNote(e, journey.Place{Lane: does}, journey.NoteFields{Text: "店舗"})
			has = m.AddNote(e, journey.Place{Lane: touch, Y: 90}, journey.NoteFields{Text: "店舗", Channels: []crdt.ID{video}})
		})
		if got := m.ChannelsNamed(at); !slices.Equal(got, []crdt.ID{shop}) {
			t.Errorf("%v", got)
		}
		if got := append(m.ChannelsNamed(other), m.ChannelsNamed(has)...); len(got) != 0 {
			t.Errorf("%v", got)
		}
	})
}
