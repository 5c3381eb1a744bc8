//go:build !js

package board

import "testing"

func TestShortcuts_are_changed_one_by_one_and_switched_off(t *testing.T) {
	b, _ := newBoard(t, 2, 2, 2)
	line := func(text string) *bound {
		for i := range keyboard {
			if keyboard[i].text == text {
				return &keyboard[i]
			}
		}
		t.Fatalf("no line %q", text)
		return nil
	}
	b.keys.setting = line("new")
	b.rebind("shift+m")
	if b.keyFor(cmdNewNote) != "Shift+M" || b.keys.find("n") != nil || b.keys.find("shift+m").cmd != cmdNewNote {
		t.Error("N is not Shift+M now")
	}
	b.keys.setting = line("fit")
	b.rebind("m") // which the minimap had
	if b.keys.find("m").cmd != cmdFit || b.keyFor(cmdMinimap) != "" {
		t.Error("two lines have one key")
	}
	b.keys.setting = line("pen")
	b.rebind("delete")
	b.keys.setting = line("text")
	b.rebind("tab")
	if b.keys.find("p") != nil || b.keys.find("tab").cmd != cmdNext {
		t.Error("off is not off, or Tab was taken")
	}
	var again shortcuts
	again.parse(b.host.recall("board.keys"))
	if again.String() != b.keys.String() || again.find("m").cmd != cmdFit || again.find("p") != nil {
		t.Errorf("kept as %q, read as %q", b.keys.String(), again.String())
	}
	b.noKeys = true
	notes := b.m.NoteCount()
	if b.key("m", false) || b.m.NoteCount() != notes {
		t.Error("a letter works while letters are switched off")
	}
}
