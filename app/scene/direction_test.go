package scene

import (
	"testing"

	"github.com/tabi-map/tabi/app/journey"
)

func TestRightToLeft(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"", false},
		{"12 €", false},
		{"hello שלום", false},
		{"שלום hello", true},
		{"… 3 – مرحبا", true},
		{"٣ نقاط", true},
		{"٣ points", false},
		{"顧客 שלום", false},
		{"ﷲ", true},
	} {
		if got := RightToLeft(c.text); got != c.want {
			t.Errorf("%q is read from right to left: %v", c.text, got)
		}
	}
	if !RightToLeft("42", "שלום") {
		t.Error("a first line without letters decides nothing")
	}
}

// The lines of a note in Hebrew end at the right of its paper, all of them in the
// direction of the note, also the one that begins with a Latin word.
func TestANoteThatIsReadFromRightToLeftStandsAtTheRight(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action)
	w.add(w.phases[0], w.lanes[0], 20, 20, journey.NoteFields{Text: "הלקוח רואה את המודעה של\nInstagram ואז שואל חברים"})
	s := Layout(w.m, Options{Lang: "en"})
	right, lines := s.Notes[0].TextRect().Right(), 0
	for _, mark := range s.NoteMarks(s.Notes[0].ID) {
		if mark.Shape != Words || !RightToLeft(mark.Text) && mark.Text[0] != 'I' {
			continue
		}
		lines++
		if !mark.RTL || mark.Anchor != AtEnd || mark.Rect.X != right {
			t.Errorf("the line %q: %+v, want it to end at %v", mark.Text, mark, right)
		}
	}
	if lines < 2 {
		t.Errorf("%d lines were drawn", lines)
	}
}
