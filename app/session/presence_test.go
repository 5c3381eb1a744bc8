package session

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

func full() PresenceState {
	p := PresenceState{
		Cursor: &Point{12.5, -3}, Writing: crdt.ID{Counter: 1 << 40, Replica: 9}, Field: 10, Caret: [2]int{3, 7},
		Viewport: Rect{-100, 0, 1440, 900}, Reaction: "👏🏽", ReactionTurn: 7, Color: 0xE8590C, Away: true,
		Carried: Dragged{crdt.ID{Counter: math.MaxUint64, Replica: 3}, 100, -20.5},
		Call:    Call{3, Rect{1, 2, 3, 4}, crdt.ID{Counter: math.MaxUint64, Replica: 1}, crdt.ID{Counter: 2, Replica: math.MaxUint32}},
	}
	for i := range presenceIDsMax {
		id := crdt.ID{Counter: math.MaxUint64 - uint64(i), Replica: math.MaxUint32}
		p.Selection = append(p.Selection, id)
		p.Dragging = append(p.Dragging, Dragged{id, float32(i), -float32(i)})
	}
	return p
}

func TestPresenceState(t *testing.T) {
	t.Run("P25_what_is_shown_is_seen", func(t *testing.T) {
		for _, p := range []PresenceState{{}, {Cursor: &Point{}}, full()} {
			b := p.Append(nil)
			got, ok := DecodePresence(b)
			if !ok || !reflect.DeepEqual(got, p) {
				t.Errorf("%+v became %+v, %v", p, got, ok)
			}
			if len(b) > wire.PresenceBytesMax {
				t.Errorf("%d bytes", len(b))
			}
		}
	})

	t.Run("P25_too_much_is_left_out", func(t *testing.T) {
		p := full()
		p.Selection = append(p.Selection, p.Selection...)
		p.Dragging = append(p.Dragging, p.Dragging...)
		p.Reaction = strings.Repeat("x", 100)
		got, ok := DecodePresence(p.Append(nil))
		if !ok || len(got.Selection) != presenceIDsMax || len(got.Dragging) != presenceIDsMax || got.Reaction != "" {
			t.Errorf("%+v %v", got, ok)
		}
	})

	t.Run("P25_fields_of_a_later_client_are_skipped", func(t *testing.T) {
		later := append(full().Append(nil), 99, 4, 'n', 'e', 'w', '!')
		later[0] = 2
		got, ok := DecodePresence(later)
		if !ok || !reflect.DeepEqual(got, full()) {
			t.Errorf("%+v, %v", got, ok)
		}
		longer := append([]byte{1, presenceCursor, 10}, append(floats(nil, 1, 2), 7, 7)...)
		if got, ok := DecodePresence(longer); !ok || *got.Cursor != (Point{1, 2}) {
			t.Errorf("%+v, %v", got, ok)
		}
	})

	t.Run("P25_places_are_numbers", func(t *testing.T) {
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		got, ok := DecodePresence(PresenceState{Cursor: &Point{inf, nan}, Viewport: Rect{1e30, 1, 1, 1}}.Append(nil))
		if !ok || *got.Cursor != (Point{}) || got.Viewport.X != 0 {
			t.Errorf("%+v, %v", got, ok)
		}
	})

	t.Run("P25_no_bytes_harm", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			b := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "bytes")
			if rapid.Bool().Draw(t, "nearly right") {
				b = full().Append(nil)
				for range 3 {
					b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
				}
				b = b[:rapid.IntRange(0, len(b)).Draw(t, "cut")]
			}
			if p, ok := DecodePresence(b); ok {
				if again, ok := DecodePresence(p.Append(nil)); !ok || len(again.Selection) > presenceIDsMax {
					t.Fatalf("%+v", p)
				}
			}
		})
	})
}

func FuzzPresence(f *testing.F) {
	f.Add(full().Append(nil))
	f.Add(PresenceState{}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, ok := DecodePresence(b); ok && len(p.Append(nil)) > wire.PresenceBytesMax {
			t.Fatal("what was read cannot be written")
		}
	})
}
