package board

import (
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
)

func TestChord(t *testing.T) {
	for _, c := range []struct {
		key, code string
		m         mods
		want      string
	}{
		{"n", "KeyN", 0, "n"}, {"N", "KeyN", shift, "shift+n"}, {"Z", "KeyZ", ctrl | shift, "ctrl+shift+z"},
		{"?", "Slash", shift, "?"}, {"!", "Digit1", shift, "shift+1"}, {"1", "Digit1", 0, "1"},
		{"=", "Minus", shift, "="}, {"+", "NumpadAdd", 0, "+"}, {"+", "Semicolon", ctrl | shift, "ctrl++"},
		{"ArrowLeft", "ArrowLeft", shift, "shift+arrowleft"}, {" ", "Space", 0, "space"},
	} {
		if got := chord(c.key, c.code, c.m); got != c.want {
			t.Errorf("%q %q: %q, not %q", c.key, c.code, got, c.want)
		}
	}
}

// No key does two things, and every line of the help sheet has its words.
func TestKeyboard_is_unambiguous_and_told(t *testing.T) {
	seen := map[string]string{}
	for _, b := range keyboard {
		for _, k := range b.keys {
			if other, ok := seen[k]; ok {
				t.Errorf("%q means %s and %s", k, other, b.text)
			}
			seen[k] = b.text
		}
		for _, key := range []string{"board.do." + b.text, "board.keys." + b.group} {
			if !i18n.Has(i18n.Japanese, key) || !i18n.Has(i18n.English, key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
	for _, c := range []struct{ chord, plain, mac string }{
		{"ctrl+shift+z", "Ctrl+Shift+Z", "⌘⇧Z"}, {"ctrl++", "Ctrl++", "⌘+"}, {"+", "+", "+"}, {"n", "N", "N"},
	} {
		if shown(c.chord, false) != c.plain || shown(c.chord, true) != c.mac {
			t.Errorf("%q is shown as %q and %q", c.chord, shown(c.chord, false), shown(c.chord, true))
		}
	}
}
