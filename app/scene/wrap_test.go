package scene

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-text/typesetting/segmenter"
)

// Text as people write it, in lines of ten full-width characters.
func TestLines(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no line begins with a small kana, a long vowel mark or a full stop", "あいうえおかきくけこっさしすせそ、たちつてとなーぬ。", "あいうえおかきくけ|こっさしすせそ、たち|つてとなーぬ。"},
		{"no line ends with an opening bracket", "あいうえおかきくけ「こさし」", "あいうえおかきくけ|「こさし」"},
		{"a Latin word stays whole", "ジャーニーをInstagramで見る", "ジャーニーを|Instagramで見る"},
		{"a word wider than a line breaks anywhere", "https://example.com/abcdefghijklmnop", "https://|example.com/|abcdefghijklmnop"},
		{"English", "Marcus clicks a LinkedIn ad about duplicate payments", "Marcus clicks a|LinkedIn ad about|duplicate payments"},
		{"blanks hang over the edge", "あいうえおかきくけこ さし", "あいうえおかきくけこ|さし"},
		{"numbers keep their unit", "あいうえおかきく312%です", "あいうえおかきく|312%です"},
		{"paragraphs, and the empty line between them", "一\n\n二\n", "一||二"},
		{"a family stays together", "あいうえおかきくけ👨‍👩‍👧", "あいうえおかきくけ|👨‍👩‍👧"},
		{"no character stands alone at the end", "あいうえおかきくけこさ", "あいうえおかきくけ|こさ"},
		{"nothing", "", ""},
		{"only blanks", "   ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w Wrapper
			if got := strings.Join(w.Lines(nil, c.text, 10, 100), "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The lines of any text hold all of it, fit, and begin and end where they may.
func TestLinesLoseNothing(t *testing.T) {
	letters := []rune("ab cdE 12 -%$()「」、。ーっアイ漢字한글…“”👍🏽é\u0301ก\n")
	rnd := rand.New(rand.NewPCG(1, 2))
	var w Wrapper
	broke := 0
	for range 5000 {
		var b strings.Builder
		for range rnd.IntN(40) {
			b.WriteRune(letters[rnd.IntN(len(letters))])
		}
		text := b.String()
		lines := w.Lines(nil, text, 10, 70)
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(strings.Join(lines, "")) != squeeze(text) {
			t.Fatalf("%q came out as %q", text, lines)
		}
		for _, l := range lines {
			if Width(l, 10) > 70.01 && len([]rune(l)) > 4 {
				t.Fatalf("%q has the line %q, %g wide", text, l, Width(l, 10))
			}
		}
		if len(lines) > 1 {
			broke++
		}
	}
	if broke < 1000 {
		t.Fatalf("only %d of the texts had more than one line", broke)
	}
}

// What is said to fit without being broken must fit.
func TestNoTextHasMoreLinesThanItsExtentSays(t *testing.T) {
	letters := []rune("abz 019 wwっぁアーンがき漢字々한글、。「」（）()[]!?,.:;-–/%$+…・“”'\"\u3000 ")
	rnd := rand.New(rand.NewPCG(5, 6))
	var w Wrapper
	exact := 0
	for range 20000 {
		var text []rune
		for range rnd.IntN(60) {
			text = append(text, letters[rnd.IntN(len(letters))])
		}
		width := 2 + 12*rnd.Float32()
		em, known := w.extent(string(text))
		if em != Width(string(text), 1) {
			t.Fatalf("%q is %g wide, not %g", string(text), Width(string(text), 1), em)
		}
		if !known {
			continue
		}
		lines, most := len(w.Lines(nil, string(text), 1, width)), w.linesMost(width)
		if lines > most {
			t.Errorf("%q has %d lines of %g, of %d at most", string(text), lines, width, most)
		}
		if most == lines {
			exact++
		}
	}
	if exact < 2000 {
		t.Errorf("the bound was met in %d cases only", exact)
	}
}

// The small table is there for speed: it must say what the full algorithm says.
func TestSmallTableAgreesWithUAX14(t *testing.T) {
	letters := []rune("abzAZ 019éっぁアー漢字々한글、。「」（）()[]{}！？!?,.:;：；-–/％%$￥+…・“”'\"　 ")
	rnd := rand.New(rand.NewPCG(3, 4))
	var w Wrapper
	var full segmenter.Segmenter
	places := 0
	for range 20000 {
		var text []rune
		for range 2 + rnd.IntN(8) {
			text = append(text, letters[rnd.IntN(len(letters))])
		}
		w.mark(string(text))
		want := make([]bool, len(text)+1)
		full.Init(text)
		for it := full.LineIterator(); it.Next(); {
			want[it.Line().Offset] = true
		}
		for i := 1; i < len(text); i++ {
			places++
			a, b := classOf(text[i-1]), classOf(text[i])
			if a == clDigit && b == clSuffix {
				continue // the segmenter loses count in 9、9％ and would tear the last two apart
			}
			if got := w.marks[i]&mayBreak != 0; got != want[i] {
				t.Errorf("%q before %q: the table says %v, UAX #14 %v", string(text), text[i], got, want[i])
			}
		}
	}
	if places < 50000 {
		t.Errorf("only %d places were looked at", places)
	}
}
