package more

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey/templates"
)

// Every language that is not built in says what English says: the same files, the
// same keys, the same arguments, and a form for one thing where it has one.
func TestEachCatalogueSaysWhatEnglishSays(t *testing.T) {
	english, err := filepath.Glob("../*.en.json")
	if err != nil || len(english) < 10 {
		t.Fatalf("files in English: %v, %v", english, err)
	}
	for _, lang := range i18n.Langs {
		if lang.BuiltIn() {
			continue
		}
		rooms, err := files.ReadDir(string(lang))
		if err != nil {
			t.Errorf("%s is offered and has no texts: %v", lang, err)
			continue
		}
		if len(rooms) != len(english)+1 {
			t.Errorf("%s has %d files, English has %d and there is names.json", lang, len(rooms), len(english))
		}
		for _, file := range english {
			room := strings.TrimSuffix(filepath.Base(file), ".en.json")
			text, _ := files.ReadFile(string(lang) + "/" + room + ".json")
			compare(t, string(lang)+"/"+room, read(t, text), read(t, must(os.ReadFile(file))), lang == i18n.Arabic)
		}
	}
}

func compare(t *testing.T, file string, got, english map[string]string, counts bool) {
	for key, text := range english {
		other, ok := got[key]
		switch {
		case !ok && strings.HasSuffix(key, ".one") && !counts:
		case !ok:
			t.Errorf("%s: %q is missing", file, key)
		case other == "":
			t.Errorf("%s: %q says nothing", file, key)
		case !strings.HasSuffix(key, ".one") && !slices.Equal(holes(text), holes(other)):
			t.Errorf("%s: %q takes other arguments: %q and %q", file, key, text, other)
		}
	}
	for key := range got {
		base := key
		for _, form := range []string{".one", ".two", ".few"} {
			base = strings.TrimSuffix(base, form)
		}
		if _, ok := english[key]; !ok && (base == key || !counts || english[base+".one"] == "") {
			t.Errorf("%s: %q is no key of English", file, key)
		}
	}
}

// What a template names has a name in each language.
func TestTemplatesAreNamedInEachLanguage(t *testing.T) {
	names := map[string]bool{}
	for _, set := range templates.Sets {
		for _, stage := range set.Stages {
			names[stage.EN] = true
		}
	}
	for _, kind := range templates.Kinds() {
		names[templates.LaneName(kind).EN] = true
	}
	for _, d := range templates.Departments {
		names[d.EN] = true
	}
	for _, lang := range i18n.Langs {
		if lang.BuiltIn() {
			continue
		}
		text, _ := files.ReadFile(string(lang) + "/names.json")
		got := read(t, text)
		for name := range names {
			if got["names."+name] == "" {
				t.Errorf("%s/names: %q is missing", lang, name)
			}
		}
		if len(got) != len(names) {
			t.Errorf("%s/names: %d names, templates have %d", lang, len(got), len(names))
		}
	}
}

// i18n reads a catalogue as encoding/json does, and speaks from it; what is not in
// it is said in English.
func TestACatalogueIsLearned(t *testing.T) {
	Learn()
	for _, lang := range i18n.Langs {
		if lang.BuiltIn() {
			continue
		}
		all := read(t, []byte(Catalogue(lang)))
		if len(all) < 1000 {
			t.Errorf("%s: only %d texts", lang, len(all))
		}
		for key, text := range all {
			if got := i18n.T(lang, key); got != text {
				t.Errorf("%s: %q is %q, want %q", lang, key, got, text)
			}
		}
	}
	const klingon = i18n.Lang("tlh")
	if err := i18n.Learn(klingon, `{"pages.me": "jIH"}`); err != nil {
		t.Fatal(err)
	}
	if got := i18n.T(klingon, "pages.me"); got != "jIH" {
		t.Errorf("what was learned is %q", got)
	}
	if got, want := i18n.T(klingon, "pages.unsent", 1), i18n.T(i18n.English, "pages.unsent", 1); got != want {
		t.Errorf("what is missing is %q, want %q", got, want)
	}
}

var hole = regexp.MustCompile(`\{\d\}`)

func holes(text string) []string {
	found := hole.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func read(t *testing.T, text []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Errorf("%.40q…: %v", text, err)
	}
	return got
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
