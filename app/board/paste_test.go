package board

import (
	"fmt"
	"testing"
)

func TestPaste(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"one line is one note", "hello", "[[hello]] false"},
		{"a list is many", "- a\n- b\r\n\n* c", "[[a] [b] [c]] false"},
		{"Japanese lists too", "・認知\n・検討\n①購入\n\uFF08\uFF12\uFF09再購入\n3\uFF0E推奨\n\uFF14\uFF09紹介", "[[認知] [検討] [購入] [再購入] [推奨] [紹介]] false"},
		{"plain lines are many", "a\nb", "[[a] [b]] false"},
		{"prose is one", "First.\n\nSecond.", "[[First.\n\nSecond.]] false"},
		{"a price is not a number of a list", "1.5 kg of rice", "[[1.5 kg of rice]] false"},
		{"a range is a grid", "a\tb\nc\t\"d\n\"\"e\"\"\"\n", "[[a b] [c d\n\"e\"]] true"},
		{"nothing is nothing", " \n ", "[] false"},
	} {
		p := parsePaste(c.in)
		if got := fmt.Sprint(p.rows, p.grid); got != c.want {
			t.Errorf("%s: %q gives %s, not %s", c.name, c.in, got, c.want)
		}
	}
}

// What goes out to a spreadsheet comes back the same.
func TestTSV_comes_back(t *testing.T) {
	rows := [][]string{{"a", "b\tc"}, {"d\"e", "f\ng"}, {"", "旅"}}
	if got := cells(tsv(rows)); fmt.Sprint(got) != fmt.Sprint(rows) {
		t.Errorf("%q came back as %q", rows, got)
	}
}
