package journey

import "github.com/tabi-map/tabi/crdt"

// Fold writes a text so that two are equal which people take for the same: without
// regard to case, spaces and the width of letters.
func Fold(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0 // full width
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		if r == ' ' || r == '\u3000' || r == '\t' || r == '\n' {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// ChannelNamed is the channel of the dictionary that a text names, in either
// language or by an alias; nil: none, or more than one.
func (m *Map) ChannelNamed(text string) *Channel {
	want := Fold(text)
	if want == "" {
		return nil
	}
	var found *Channel
	for _, c := range m.Channels() {
		for _, name := range append([]string{c.Name.Text, c.Name.JA, c.Name.EN}, c.Aliases...) {
			if Fold(name) != want {
				continue
			}
			if found != nil && found != c {
				return nil
			}
			found = c
		}
	}
	return found
}

// ChannelsFor are the channels of a new note in a lane that says this: one, where
// the lane is of touchpoints and the text names it.
func (m *Map) ChannelsFor(lane crdt.ID, text string) []crdt.ID {
	if LaneKind(m.doc.Get(lane, LaneKindField)) != Touchpoint {
		return nil
	}
	if c := m.ChannelNamed(text); c != nil {
		return []crdt.ID{c.ID}
	}
	return nil
}

// ChannelsNamed are the channels that a touchpoint is to have because of what it
// says: none, unless it has none yet. Ask when a note has been written.
func (m *Map) ChannelsNamed(note crdt.ID) []crdt.ID {
	if n := m.Note(note); n != nil && len(n.Channels) == 0 {
		return m.ChannelsFor(n.Place.Lane, n.Text)
	}
	return nil
}
