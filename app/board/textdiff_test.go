package board

import (
	"testing"

	"pgregory.net/rapid"
)

var anyText = rapid.StringOfN(rapid.RuneFrom([]rune("ab 旅券🗾\n")), 0, 12, -1)

// diff is apply's inverse, whatever the caret.
func TestDiff_makes_the_new_text(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, is := anyText.Draw(t, "was"), anyText.Draw(t, "is")
		d := diff(was, is, rapid.IntRange(0, unitLen(is)).Draw(t, "caret"))
		if got := d.apply(was); got != is {
			t.Fatalf("%+v makes %q of %q, not %q", d, got, was, is)
		}
	})
}

// Where the texts alone do not tell, the caret does.
func TestDiff_follows_the_caret(t *testing.T) {
	for _, c := range []struct {
		was, is string
		caret   int
		want    splice
	}{
		{"aaaa", "aaaaa", 2, splice{1, 0, "a"}},
		{"aaaa", "aaaaa", 5, splice{4, 0, "a"}},
		{"aaaa", "aaa", 1, splice{1, 1, ""}},
		{"旅", "旅旅", 1, splice{0, 0, "旅"}},
		{"x🗾y", "x🗻y", 3, splice{1, 2, "🗻"}},
	} {
		if got := diff(c.was, c.is, c.caret); got != c.want {
			t.Errorf("%q to %q with the caret at %d: %+v, not %+v", c.was, c.is, c.caret, got, c.want)
		}
	}
}

// Both writers' words survive: own words and theirs are both in the result.
func TestOver_keeps_both_writers_words(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.StringMatching(`[a-f]{0,10}`).Draw(t, "base")
		mk := func(name, ins string) splice {
			at := rapid.IntRange(0, len(base)).Draw(t, name)
			return splice{at, rapid.IntRange(0, len(base)-at).Draw(t, name+"del"), ins}
		}
		mine, theirs := mk("mine", "X"), mk("theirs", "Y")
		text := theirs.apply(base)
		for _, s := range mine.over(theirs) {
			text = s.apply(text)
		}
		x, y, rest := 0, 0, ""
		for _, r := range text {
			switch r {
			case 'X':
				x++
			case 'Y':
				y++
			default:
				rest += string(r)
			}
		}
		if x != 1 || y != 1 {
			t.Fatalf("%q, mine %+v, theirs %+v: %q", base, mine, theirs, text)
		}
		want := ""
		for i, r := range base {
			if !(i >= mine.at && i < mine.at+mine.del) && !(i >= theirs.at && i < theirs.at+theirs.del) {
				want += string(r)
			}
		}
		if rest != want {
			t.Fatalf("%q, mine %+v, theirs %+v: kept %q, not %q", base, mine, theirs, rest, want)
		}
	})
}

func TestMove_of_a_caret(t *testing.T) {
	for _, c := range []struct {
		s         splice
		pos, want int
	}{
		{splice{2, 0, "xx"}, 1, 1}, {splice{2, 0, "xx"}, 2, 2}, {splice{2, 0, "xx"}, 3, 5},
		{splice{2, 3, ""}, 4, 2}, {splice{2, 3, "y"}, 4, 3}, {splice{2, 3, ""}, 9, 6},
	} {
		if got := c.s.move(c.pos); got != c.want {
			t.Errorf("%+v moves %d to %d, not %d", c.s, c.pos, got, c.want)
		}
	}
}
