package web

import (
	"io"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/i18n/more"
)

// P85: a page in a further language says where its catalogue is, which is served for
// good; the worker is told of it and does not fetch it unasked.
func TestTexts(t *testing.T) {
	more.Learn()
	s := release(t, "the program")
	for _, lang := range i18n.Langs {
		before, _ := s.Page(Page{Kind: Start, Lang: lang})
		_, base, ok := strings.Cut(string(before), `data-texts="`)
		if base, _, _ = strings.Cut(base, `"`); !ok || !strings.Contains(string(before), `<html lang="`+string(lang)+`"`) {
			t.Fatalf("P85: the page in %s is\n%s", lang, before)
		}
		if rtl := strings.Contains(string(before), ` dir="rtl"`); rtl != (lang.Dir() == "rtl") {
			t.Errorf("the page in %s runs from right to left: %v", lang, rtl)
		}
		res := get(s, base+string(lang)+".json", "")
		body, _ := io.ReadAll(res.Body)
		if lang.BuiltIn() {
			if res.StatusCode != 404 {
				t.Errorf("P85: %s is in the client, and served as well", lang)
			}
			continue
		}
		if !strings.Contains(string(before), i18n.T(lang, "pages.tagline")) || i18n.T(lang, "pages.tagline") == i18n.T(i18n.English, "pages.tagline") {
			t.Errorf("P85: the server's page is not in %s", lang)
		}
		if string(body) != more.Catalogue(lang) || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("P85: %s is answered with %d bytes, %q", lang, len(body), res.Header.Get("Cache-Control"))
		}
		worker, _ := io.ReadAll(get(s, "/sw.js", "").Body)
		files, rest, _ := strings.Cut(string(worker), "const TEXTS = ")
		if address := `"` + base + string(lang) + `.json"`; strings.Contains(files, address) || !strings.Contains(rest, address) {
			t.Errorf("P85: the worker begins\n%.600s", worker)
		}
	}
}
