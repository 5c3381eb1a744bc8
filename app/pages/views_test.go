package pages

import (
	"os"
	"regexp"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
)

// Every text that the other views ask for by name is there.
func TestEveryKeyOfTheViewsHasAText(t *testing.T) {
	keys := map[string]bool{}
	for file, prefix := range map[string]string{"views.go": "views.", "views_tables.go": "views.", "gap.go": "views.", "lens.go": "views.lens."} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.word\("([a-z.]+[a-z])"`).FindAllStringSubmatch(string(data), -1) {
			keys[prefix+m[1]] = true
		}
	}
	for _, c := range changeNames[1:] {
		keys["views."+c.key] = true
	}
	for _, s := range blockerStates {
		keys["views.blockers."+s.name] = true
	}
	for _, a := range aspects {
		keys["views.lens."+a.name] = true
	}
	if len(keys) < 30 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for key := range keys {
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, key) {
				t.Errorf("%s: %s has no text", lang, key)
			}
		}
	}
	page := mapPage{lang: i18n.English}
	for _, view := range moreViews {
		if name := page.viewName(view); name == "" || name == "views."+view || name == "scene.view."+view {
			t.Errorf("%s has no name", view)
		}
	}
}

func TestTheLinkOfAMapIsFoundInWhatSomebodyPutsIn(t *testing.T) {
	for in, want := range map[string]string{
		"https://maps.example.org/m/abc?view=gap": "/m/abc",
		"/m/abc":           "/m/abc",
		" http://x/m/abc/": "/m/abc",
		"/m/":              "",
		"abc":              "",
	} {
		if got := mapPathIn(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
