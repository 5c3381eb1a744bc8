package board

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/crdt"
)

// look is a browser of a few lines: it follows a frame's commands and knows what
// stands on the screen.
type look struct {
	shown map[int]bool
	text  map[int]string
	ops   int
}

func (l *look) follow(t *testing.T, f *frame) {
	t.Helper()
	l.ops = 0
	str := func(i int) string { at := int(f.f[i]); return string(f.s[at : at+int(f.f[i+1])]) }
	for i := 0; i < len(f.f); l.ops++ {
		slot := 0
		if i+1 < len(f.f) {
			slot = int(f.f[i+1])
		}
		switch f.f[i] {
		case opNew:
			l.shown[slot] = true
			i += 4
		case opShow:
			l.shown[slot] = f.f[i+2] == 1
			i += 3
		case opPlace, opSize:
			i += 4
		case opText:
			l.text[slot] = str(i + 3)
			i += 5
		case opVar:
			i += 5
		case opAttr:
			i += 6
		default:
			t.Fatalf("unknown command %v at %d", f.f[i], i)
		}
	}
	f.reset()
}

func (l *look) sees() string {
	var all []string
	for n := range len(l.shown) {
		if l.shown[n] {
			all = append(all, l.text[n])
		}
	}
	return strings.Join(all, " ")
}

// A frame writes what differs and nothing else; elements out of sight are lent on.
func TestSlots_write_only_differences(t *testing.T) {
	var f frame
	b, l := newSlots(&f), look{map[int]bool{}, map[int]string{}, 0}
	draw := func(ids ...uint64) {
		b.begin()
		for _, id := range ids {
			who := owner{id: crdt.ID{Counter: id, Replica: 1}}
			b.get(who, tmplNote, layerNotes).place(float64(id), 0).size(160, 100).text(1, string(rune('a'+id)))
		}
		b.end()
		l.follow(t, &f)
	}
	draw(1, 2, 3)
	if l.sees() != "b c d" {
		t.Errorf("sees %q", l.sees())
	}
	draw(1, 2, 3)
	if l.ops != 0 {
		t.Errorf("nothing changed, %d commands", l.ops)
	}
	draw(1, 3)
	if l.ops != 1 || l.sees() != "b d" {
		t.Errorf("one left: %d commands, sees %q", l.ops, l.sees())
	}
	draw(1, 3, 4)
	if l.sees() != "b e d" || len(b.all) != 3 {
		t.Errorf("the free element was not lent: sees %q, %d elements", l.sees(), len(b.all))
	}
	draw()
	if l.sees() != "" || len(b.owned) != 0 {
		t.Errorf("sees %q", l.sees())
	}
}

// Both sides count the same templates, attributes and variables, and know the
// same commands: the script names each with its number.
func TestBoardJS_knows_the_same_numbers(t *testing.T) {
	script, err := os.ReadFile("../../web/board.js")
	if err != nil {
		t.Fatal(err)
	}
	text := string(script)
	block := func(name, end string) string {
		_, rest, _ := strings.Cut(text, "const "+name+" = [")
		inner, _, _ := strings.Cut(rest, end)
		return inner
	}
	if n := len(regexp.MustCompile(`(?m)^    \(\) =>`).FindAllString(block("templates", "\n  ]"), -1)); n != int(templates) {
		t.Errorf("%d templates there, %d here", n, templates)
	}
	if n := strings.Count(block("attributes", "]\n"), "'") / 2; n != int(attributes) {
		t.Errorf("%d attributes there, %d here", n, attributes)
	}
	if n := strings.Count(block("variables", "]\n"), "'") / 2; n != int(variables) {
		t.Errorf("%d variables there, %d here", n, variables)
	}
	if n := len(regexp.MustCompile(`(?m)^\s+case \d+:`).FindAllString(text, -1)); n != opMarkup {
		t.Errorf("%d commands there, %d here", n, opMarkup)
	}
}

// A tag that was lent to a grip must not leave its words in it.
func TestSlots_a_box_is_lent_bare(t *testing.T) {
	var out frame
	s := newSlots(&out)
	s.begin()
	s.get(owner{part: ofTag}, tmplBox, layerOver).class("b-tag").text(0, "Aki").attr(attrTabindex, "0").look = "a look"
	s.end()
	s.begin()
	s.end()
	s.begin()
	lent := s.get(owner{part: ofGrip}, tmplBox, layerOver)
	if len(s.all) != 1 || lent.texts[0] != "" || lent.attrs[attrTabindex] != "" || lent.look != nil {
		t.Errorf("%d elements; it says %q, has tab stop %q, look %v", len(s.all), lent.texts[0], lent.attrs[attrTabindex], lent.look)
	}
}
