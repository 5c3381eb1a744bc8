package i18n

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Both languages have the same files, each file the same keys as its twin, and
// each text the same arguments as its twin.
func TestBothCataloguesSayTheSameThings(t *testing.T) {
	ja, en := read(t, Japanese), read(t, English)
	if !slices.Equal(slices.Sorted(maps.Keys(ja)), slices.Sorted(maps.Keys(en))) {
		t.Fatalf("files of rooms: ja %v, en %v", slices.Sorted(maps.Keys(ja)), slices.Sorted(maps.Keys(en)))
	}
	keys := 0
	for room := range ja {
		for key, text := range ja[room] {
			other, ok := en[room][key]
			switch {
			case !ok:
				t.Errorf("%s: %q is missing in English", room, key)
			case !slices.Equal(holes(text), holes(other)):
				t.Errorf("%s: %q takes other arguments: %q and %q", room, key, text, other)
			}
			if !strings.HasPrefix(key, room+".") {
				t.Errorf("%s: %q stands in a file that is not its room's", room, key)
			}
			if text == "" || other == "" {
				t.Errorf("%s: %q says nothing", room, key)
			}
			keys++
		}
		for key := range en[room] {
			base, isOne := strings.CutSuffix(key, ".one")
			if _, ok := ja[room][key]; !ok && !isOne {
				t.Errorf("%s: %q is missing in Japanese", room, key)
			} else if _, ok := en[room][base]; isOne && !ok {
				t.Errorf("%s: %q has no plural %q", room, key, base)
			}
		}
	}
	if keys < 20 {
		t.Errorf("only %d keys were compared", keys)
	}
}

// The files as encoding/json reads them, by room; our own parser must agree.
func read(t *testing.T, lang Lang) map[string]map[string]string {
	t.Helper()
	rooms := map[string]map[string]string{}
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		room, ok := strings.CutSuffix(e.Name(), "."+string(lang)+".json")
		if !ok {
			continue
		}
		data, err := files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]string{}, map[string]string{}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		count := 0
		if err := parse(string(data), func(key, text string) { got[key] = text; count++ }); err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		if !maps.Equal(want, got) {
			t.Errorf("%s: our parser reads it otherwise than encoding/json", e.Name())
		}
		if count != len(got) {
			t.Errorf("%s: a key stands there twice", e.Name())
		}
		rooms[room] = got
	}
	return rooms
}

var hole = regexp.MustCompile(`\{\d\}`)

// holes are the distinct arguments of a text; their order is each language's own.
func holes(text string) []string {
	found := hole.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		wishes []string
		want   Lang
	}{
		{nil, English},
		{[]string{"ja-JP", "ja", "en"}, Japanese},
		{[]string{"en-GB", "ja"}, English},
		{[]string{"fr", "de"}, English},
		{[]string{"fr-FR,ja;q=0.3,en;q=0.2"}, Japanese},
		{[]string{"en;q=0.2, JA-jp;q=0.9"}, Japanese},
		{[]string{"ja;q=0"}, English},
		{[]string{"javanese"}, English},
		{[]string{"zh-CN,zh;q=0.9,en;q=0.8"}, Chinese},
		{[]string{"zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7"}, English},
	} {
		if got := Detect(c.wishes...); got != c.want {
			t.Errorf("Detect(%q) = %q, want %q", c.wishes, got, c.want)
		}
	}
}

func TestFillPutsArgumentsInTheirPlaces(t *testing.T) {
	for _, c := range []struct {
		text string
		args []any
		want string
	}{
		{"{1} of {0}", []any{7, "three"}, "three of 7"},
		{"{0}{0}", []any{uint64(2)}, "22"},
		{"{x} {9} {", []any{1}, "{x} {9} {"},
		{"no hole", []any{1}, "no hole"},
		{"あ{0}い", []any{1.5}, "あ1.5い"},
	} {
		if got := fill(c.text, c.args); got != c.want {
			t.Errorf("fill(%q, %v) = %q, want %q", c.text, c.args, got, c.want)
		}
	}
}

func TestOneThingIsNotManyThings(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		n    int
		want string
	}{
		{English, 1, "1 edit not sent yet"},
		{English, 2, "2 edits not sent yet"},
		{Japanese, 1, "未送信の変更 1件"},
	} {
		if got := T(c.lang, "pages.unsent", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
	if got := T(English, "no.such.key"); got != "no.such.key" {
		t.Errorf("a missing key gives %q", got)
	}
}

func FuzzParseAgreesWithEncodingJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":"b"}`, `{"a":"\u00e9\ud83d\ude00\n"}`, `{"a":"b",}`, `{"a":1}`, ` { "a" : "b" } x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := map[string]string{}
		if parse(s, func(key, text string) { got[key] = text }) != nil {
			return // we are stricter, never laxer
		}
		want := map[string]string{}
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			t.Fatalf("we read %q, encoding/json does not: %v", s, err)
		}
	})
}
