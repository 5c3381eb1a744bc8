// Package more holds what the interface says in the languages that the client
// does not carry: a directory a language, in it a file a room as in app/i18n, and
// names.json, what the phases, lanes and departments of templates are called.
//
// Only the server links it. It speaks these languages itself once Learn has been
// called, and serves each catalogue as one file that a page of the language asks
// for (web/loader.js), so that nobody loads what they cannot read.
//
// A new language is a directory here and a line in i18n.Langs; the tests say what
// is missing.
package more

import (
	"embed"
	"strings"
	"sync"

	"github.com/tabi-map/tabi/app/i18n"
)

//go:embed */*.json
var files embed.FS

// Catalogue is all that the interface says in lang as one flat JSON object, "" of
// a language that is built in.
func Catalogue(lang i18n.Lang) string {
	rooms, err := files.ReadDir(string(lang))
	if err != nil {
		return ""
	}
	var parts []string
	for _, room := range rooms {
		text, _ := files.ReadFile(string(lang) + "/" + room.Name())
		var lines []string
		for line := range strings.Lines(string(text)) {
			lines = append(lines, strings.TrimSpace(line))
		}
		object := strings.Join(lines, "")
		parts = append(parts, strings.TrimSuffix(strings.TrimPrefix(object, "{"), "}"))
	}
	return "{" + strings.Join(parts, ",\n") + "}"
}

// Learn has this process speak all languages.
var Learn = sync.OnceFunc(func() {
	for _, lang := range i18n.Langs {
		if text := Catalogue(lang); text != "" {
			if err := i18n.Learn(lang, text); err != nil {
				panic("more: the texts in " + string(lang) + " are damaged: " + err.Error())
			}
		}
	}
})

// Name is what a template's phase, lane or department is called in lang; english
// where nobody has said.
func Name(lang i18n.Lang, english string) string {
	if key := "names." + english; i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return english
}
