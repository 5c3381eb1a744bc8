package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Whatever a server may say has words in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	for _, lang := range i18n.Langs {
		for _, code := range wire.Codes() {
			if code != wire.CodeNone && !i18n.Has(lang, code.Key()) {
				t.Errorf("%s: %s has no text", lang, code.Key())
			}
		}
		if !i18n.Has(lang, wire.Code(9999).Key()) {
			t.Errorf("%s: a code of a newer server has no text", lang)
		}
	}
}

// Every key that stands in this package's code has a text. Keys that are put
// together at run time are made here as they are there.
func TestEveryKeyHasAText(t *testing.T) {
	quoted := regexp.MustCompile(`(?:say|word|guide|tool|line|choose|check|do|area|pick|nameOf|item|tell)\((?:[^"()]*"[a-z-]+", )?"([a-z]+(?:\.[a-z_]+)*)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	// The parts beside the views have rooms of their own among the texts.
	room := regexp.MustCompile(`i18n\.T\([a-z.]+, "([a-z]+)\."\+`)
	rooms := map[string]bool{"pages": true}
	keys := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range room.FindAllStringSubmatch(string(data), -1) {
			rooms[m[1]] = true
		}
		for _, m := range quoted.FindAllStringSubmatch(string(data), -1) {
			if strings.Contains(m[1], ".") {
				keys[m[1]] = true
			}
		}
	}
	if len(keys) < 50 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for _, kind := range journey.LaneKinds {
		keys["kind."+string(kind)] = true
	}
	for _, rel := range rels {
		keys["rel."+string(rel)] = true
	}
	for _, k := range listKeys {
		keys["keys."+k.name] = true
	}
	for _, state := range []string{"connecting", "live", "offline", "refused", "closed"} {
		keys["state."+state] = true
	}
	for key := range keys {
		for _, lang := range i18n.Langs {
			found := false
			for room := range rooms {
				found = found || i18n.Has(lang, room+"."+key)
			}
			if !found {
				t.Errorf("%s: %s has no text in any of %v", lang, key, rooms)
			}
		}
	}
}

func TestTagsAreSplitAtCommasOfEitherScript(t *testing.T) {
	if got := strings.Join(listed("価格、 品質,  , sizes，"), "|"); got != "価格|品質|sizes" {
		t.Errorf("got %q", got)
	}
}

func TestScoresAreSignedForReaders(t *testing.T) {
	for score, want := range map[float64]string{2: "+2", -1.5: "−1.5", 0: "0"} {
		if got := scored(score); got != want {
			t.Errorf("scored(%v) = %q, want %q", score, got, want)
		}
	}
}
