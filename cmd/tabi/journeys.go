package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/web"
)

// journeys is all that the server knows about journey maps.
func journeys() server.Maps {
	return server.Maps{
		Title: titleOf,
		Picture: func(doc *crdt.Document, lang string) []byte {
			return export.Picture(journey.Open(doc), i18n.Lang(lang))
		},
		Export:    exportJourney,
		Import:    importJourney,
		New:       newJourney,
		Templates: templates,
	}
}

func titleOf(doc *crdt.Document, lang string) string { return journey.Open(doc).Title().In(lang) }

func exportJourney(doc *crdt.Document) ([]byte, error) {
	return journeyfile.Export(journey.Open(doc)), nil
}

// importJourney reads the whole file and finds everything that is wrong with it before anything is written.
func importJourney(r io.Reader, lang string) (server.Draft, error) {
	file, err := journeyfile.Import(r)
	if err != nil {
		return nil, inWords(err, i18n.Lang(lang))
	}
	return func(doc *crdt.Document, e *crdt.Edit) error {
		file.Write(journey.Open(doc), e)
		return e.Err()
	}, nil
}

// inWords tells each problem of a file in the reader's language, one a line.
func inWords(err error, lang i18n.Lang) error {
	var file *journeyfile.Error
	if !errors.As(err, &file) {
		return err
	}
	lines := make([]string, len(file.Problems))
	for i, p := range file.Problems {
		args := make([]any, len(p.Args))
		for j, a := range p.Args {
			args[j] = a
		}
		what := i18n.T(lang, "journey.file."+p.Code, args...)
		if p.Path != "" {
			what = p.Path + ": " + what
		}
		lines[i] = i18n.T(lang, "server.cli.line", p.Line) + ": " + what
	}
	return fmt.Errorf("%s%w", strings.Join(lines, "\n"), silent{err})
}

// silent keeps an error's identity without its text.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// newJourney is the empty map, or a copy of a sample.
func newJourney(title, template, lang string) (server.Draft, error) {
	if template == "" {
		return func(doc *crdt.Document, e *crdt.Edit) error {
			m := journey.Open(doc)
			m.SetLang(e, lang)
			if title != "" {
				m.SetTitle(e, lang, title)
			}
			return e.Err()
		}, nil
	}
	for _, s := range sampleMaps() {
		if s.name == template {
			return importJourney(strings.NewReader(string(s.file)), lang)
		}
	}
	return nil, server.ErrTemplate
}

func templates(lang string) (list []server.Template) {
	for _, s := range sampleMaps() {
		key := "server.template." + s.name
		list = append(list, server.Template{ID: s.name, Name: say(lang, key), Hint: say(lang, key+".hint")})
	}
	return list
}

func sampleMaps() []sample {
	return []sample{{"apparel", samples.Apparel}, {"saas", samples.SaaS}}
}

func say(lang, key string, args ...any) string { return i18n.T(i18n.Lang(lang), key, args...) }

func detect(acceptLanguage string) string { return string(i18n.Detect(acceptLanguage)) }

// systemLang is the language of the terminal.
func systemLang() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			tag, _, _ := strings.Cut(value, ".")
			return detect(strings.ReplaceAll(tag, "_", "-"))
		}
	}
	return "en"
}

// shell lets package web write the server's pages.
func shell(site *web.Site) func(server.Page) []byte {
	kinds := map[server.PageKind]web.Kind{server.PageStart: web.Start, server.PageMap: web.Map, server.PageGone: web.Gone}
	return func(p server.Page) []byte {
		return site.Page(web.Page{Kind: kinds[p.Kind], Lang: i18n.Lang(p.Lang), Title: p.Title, Role: p.Role, Text: p.Text, Picture: p.Picture})
	}
}
