package scene

import (
	"flag"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files anew")

// Every pair of colours that stands together has the contrast that WCAG 2.2 asks
// for: 4.5 for text, 3 for edges that mean something, more in high contrast.
func TestContrast(t *testing.T) {
	type pair struct {
		front, back Ink
		least       float64
	}
	pairs := []pair{
		{InkText, InkPaper, 7}, {InkText, InkCard, 7}, {InkText, InkCardSoft, 7}, {InkText, InkAccentSoft, 7},
		{InkTextSoft, InkPaper, 4.5}, {InkTextSoft, InkCard, 4.5}, {InkTextSoft, InkCardSoft, 4.5}, {InkTextSoft, InkAccentSoft, 4.5},
		{InkTextFaint, InkPaper, 4.5}, {InkTextFaint, InkCard, 4.5}, {InkTextFaint, InkCardSoft, 4.5},
		{InkRuleStrong, InkPaper, 3}, {InkRuleStrong, InkCard, 3}, {InkRuleStrong, InkCardSoft, 3},
		{InkAccent, InkPaper, 4.5}, {InkAccent, InkCard, 4.5}, {InkAccent, InkAccentSoft, 4.5}, {InkOnAccent, InkAccent, 4.5},
		{InkOnPhase, InkPhaseLatent, 4.5}, {InkOnPhase, InkPhaseComparing, 4.5}, {InkOnPhase, InkPhaseOvert, 4.5},
		{InkGood, InkPaper, 4.5}, {InkGood, InkCard, 4.5}, {InkGood, InkGoodSoft, 4.5}, {InkText, InkGoodSoft, 7},
		{InkBad, InkPaper, 4.5}, {InkBad, InkCard, 4.5}, {InkBad, InkBadSoft, 4.5}, {InkText, InkBadSoft, 7},
		{InkWarn, InkPaper, 4.5}, {InkWarn, InkCard, 4.5}, {InkWarn, InkWarnSoft, 4.5}, {InkText, InkWarnSoft, 7},
		{InkFocus, InkPaper, 3}, {InkFocus, InkCard, 3},
		{InkCard, InkBad, 4.5}, {InkCard, InkGood, 4.5}, {InkCard, InkWarn, 4.5},
	}
	for tone := range Tones {
		pairs = append(pairs, pair{tone.Ink(), tone.Fill(), 7}, pair{tone.Edge(), tone.Fill(), 3}, pair{tone.Edge(), InkCard, 3},
			pair{tone.Edge(), InkPaper, 3}, pair{InkBad, tone.Fill(), 4.5}, pair{InkGood, tone.Fill(), 3}, pair{InkWarn, tone.Fill(), 3})
	}
	for theme := range Themes {
		for _, p := range pairs {
			got := contrast(p.front.Hex(theme), p.back.Hex(theme))
			if theme >= LightContrast && p.least >= 4.5 {
				p.least = 7
			}
			if got < p.least {
				t.Errorf("theme %d: %s on %s has %.2f, want %.1f", theme, p.front.Name(), p.back.Name(), got, p.least)
			}
		}
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	v, _ := strconv.ParseUint(hex[1:], 16, 32)
	channel := func(shift int) float64 {
		c := float64(v>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}

// web/tokens.css has the colours of theme.go, each theme under the selector that
// turns it on.
func TestTokens(t *testing.T) {
	const file = "../../web/tokens.css"
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	css := string(was)
	for _, block := range []struct {
		name, selector, scheme string
		theme                  Theme
	}{
		{"light", ":root, [data-theme=light]", "light", Light},
		{"dark-system", ":root:not([data-theme=light])", "dark", Dark},
		{"dark", ":root[data-theme=dark]", "dark", Dark},
		{"contrast-system", ":root:not([data-contrast=normal])", "", LightContrast},
		{"contrast", ":root[data-contrast=more]", "", LightContrast},
		{"contrast-dark-system", ":root:not([data-contrast=normal]):not([data-theme=light])", "", DarkContrast},
		{"contrast-dark", ":root[data-contrast=more][data-theme=dark]", "", DarkContrast},
		{"contrast-system-chosen-dark", ":root[data-theme=dark]:not([data-contrast=normal])", "", DarkContrast},
		{"contrast-chosen-dark-system", ":root[data-contrast=more]:not([data-theme=light])", "", DarkContrast},
	} {
		var b strings.Builder
		b.WriteString(block.selector + " {\n")
		if block.scheme != "" {
			b.WriteString("  color-scheme: " + block.scheme + ";\n")
		}
		for ink := InkNone + 1; ink < inkCount; ink++ {
			b.WriteString("  --" + ink.Name() + ": " + ink.Hex(block.theme) + ";\n")
		}
		b.WriteString("}\n")
		open, close := "/* "+block.name+":begin */\n", "/* "+block.name+":end */"
		i, j := strings.Index(css, open), strings.Index(css, close)
		if i < 0 || j < i {
			t.Fatalf("%s lost the marks of %q", file, block.name)
		}
		css = css[:i+len(open)] + b.String() + css[j:]
	}
	if css == string(was) {
		return
	}
	if !*update {
		t.Fatalf("%s is older than theme.go; run go test ./app/scene -run Tokens -update", file)
	}
	if err := os.WriteFile(file, []byte(css), 0o644); err != nil {
		t.Fatal(err)
	}
}
