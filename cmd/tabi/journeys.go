package main

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/i18n/more"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/app/journey/templates"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/samples"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/web"
)

// journeys is all that the server knows about journey maps.
func journeys() server.Maps {
	return server.Maps{
		Title: titleOf,
		Picture: func(doc *crdt.Document, view, lang string, images func(id string) string) []byte {
			m := journey.Open(doc)
			return append(export.PictureOf(m, scene.ViewName(view), i18n.Lang(lang), images), stateOf(m, lang)...)
		},
		File:      fileOf,
		Import:    importJourney,
		New:       newJourney,
		Copy:      copyJourney,
		Fork:      forkJourney,
		Templates: listTemplates,
	}
}

// stateOf says what the map check counts and how fresh the map is, for readers whose browser runs no scripts; all others are
// told by the client.
func stateOf(m *journey.Map, lang string) string {
	today := time.Now().Format(time.DateOnly)
	found := say(lang, "check.none")
	if n := len(method.Findings(m, today)); n > 0 {
		found = say(lang, "check.count", n)
	}
	key, args := method.Fresh(m, today).Says()
	return `<noscript><p class="noscript" id="state-of-map">` + html.EscapeString(say(lang, "check.state", found)+" · "+say(lang, key, args...)) + `</p></noscript>`
}

func titleOf(doc *crdt.Document, lang string) string { return journey.TitleOf(doc).In(lang) }

// fileOf is the map as the file of this name.
func fileOf(doc *crdt.Document, name, lang string, images func(id string) string) (body []byte, contentType string, ok bool) {
	switch name {
	case "map.json":
		body, err := exportJourney(doc)
		return body, "application/json; charset=utf-8", err == nil
	case "findings.json":
		return method.JSON(journey.Open(doc), time.Now().Format(time.DateOnly), say), "application/json; charset=utf-8", true
	}
	return export.File(journey.Open(doc), name, i18n.Lang(lang), images)
}

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

// allow is the rooms' policy: the method says what a link's holder may write in the running
// step; whoever may only comment writes remarks, stamps and agreements.
func allow(role wire.Role, doc *crdt.Document, update []byte) *wire.Code {
	who := method.Participant
	switch role {
	case wire.RoleOwner:
		who = method.Facilitator
	case wire.RoleComment:
		who = method.Commenter
	case wire.RoleView:
		who = method.Viewer
	}
	if method.Allow(doc, update, who) == method.Taken {
		return nil
	}
	refused := wire.CodeNotAllowed
	return &refused
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

// Templates are named by what they are made from.
const (
	stagesPrefix = "stages-" // a stage set, with the lanes of a current-state map
	typePrefix   = "type-"   // a type of map with its lanes, phases to be made
)

var mapTypes = []journey.MapType{journey.FutureState, journey.ServiceBlueprint, journey.ExperienceMap}

// newJourney is the empty map, one made from a template, or a copy of a sample.
func newJourney(title, template, lang string) (server.Draft, error) {
	made := templates.Options{Lang: lang, Title: title, Today: time.Now().Format(time.DateOnly)}
	if l := i18n.Lang(lang); !l.BuiltIn() {
		made.Own = func(english string) string { return more.Name(l, english) }
	}
	if stages, ok := strings.CutPrefix(template, stagesPrefix); ok && templates.Set(stages).Key == stages {
		made.Stages = stages
		return write(made), nil
	}
	if kind, ok := strings.CutPrefix(template, typePrefix); ok && slices.Contains(mapTypes, journey.MapType(kind)) {
		made.Type = journey.MapType(kind)
		return write(made), nil
	}
	if template == "" {
		return func(doc *crdt.Document, e *crdt.Edit) error {
			m := journey.Open(doc)
			m.SetLang(e, lang)
			m.SetCreated(e, made.Today)
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

// copyJourney is a new map made from another one: all of it, or its phases and lanes.
func copyJourney(source *crdt.Document, as, lang string) (server.Draft, error) {
	m := journey.Open(source)
	var file []byte
	switch as {
	case "copy":
		file = journeyfile.Export(m)
	case "template":
		file = journeyfile.ExportTemplate(m)
	default:
		return nil, server.ErrTemplate
	}
	draft, err := importJourney(bytes.NewReader(file), lang)
	if err != nil {
		return nil, err
	}
	title := say(lang, "views."+as+".title", titleOf(source, lang))
	return func(doc *crdt.Document, e *crdt.Edit) error {
		if err := draft(doc, e); err != nil {
			return err
		}
		m := journey.Open(doc)
		m.SetTitle(e, lang, title)
		m.SetCreated(e, time.Now().Format(time.DateOnly))
		return e.Err()
	}, nil
}

// forkJourney makes a copy of a map's document the to-be map of that map.
func forkJourney(doc *crdt.Document, source, lang string) error {
	m := journey.Open(doc)
	title := titleOf(doc, lang)
	e := doc.Edit(room.ServerReplica)
	method.Forked(m, e, source)
	m.SetTitle(e, lang, say(lang, "views.fork.title", title))
	if err := e.Err(); err != nil {
		return err
	}
	e.Commit()
	return nil
}

func write(o templates.Options) server.Draft {
	return func(doc *crdt.Document, e *crdt.Edit) error {
		templates.Write(journey.Open(doc), e, o)
		return e.Err()
	}
}

func listTemplates(lang string) (list []server.Template) {
	arrow := " → "
	if i18n.Lang(lang).Dir() == "rtl" {
		arrow = " ← "
	}
	for _, set := range templates.Sets {
		var names []string
		for _, stage := range set.Stages {
			if l := i18n.Lang(lang); !l.BuiltIn() {
				names = append(names, more.Name(l, stage.EN))
			} else {
				names = append(names, journey.Name{JA: stage.JA, EN: stage.EN}.In(lang))
			}
		}
		list = append(list, named(lang, stagesPrefix+set.Key, "journey.stages."+set.Key, strings.Join(names, arrow)))
	}
	for _, kind := range mapTypes {
		list = append(list, named(lang, typePrefix+string(kind), "journey.type."+string(kind), ""))
	}
	for _, s := range sampleMaps() {
		key := "server.template." + s.name
		list = append(list, server.Template{ID: s.name, Name: say(lang, key), Hint: say(lang, key+".hint")})
	}
	return list
}

// named is a template whose text is a name, a colon and a hint.
func named(lang, id, key, hint string) server.Template {
	text := say(lang, key)
	for _, colon := range []string{": ", "：", ":"} {
		if name, rest, ok := strings.Cut(text, colon); ok {
			return server.Template{ID: id, Name: name, Hint: rest}
		}
	}
	return server.Template{ID: id, Name: text, Hint: hint}
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
func shell(site *web.Site) func(server.Page) (before, after []byte) {
	kinds := map[server.PageKind]web.Kind{server.PageStart: web.Start, server.PageMap: web.Map, server.PageGone: web.Gone}
	return func(p server.Page) (before, after []byte) {
		return site.Page(web.Page{Kind: kinds[p.Kind], Lang: i18n.Lang(p.Lang), Title: p.Title, Role: p.Role, Text: p.Text})
	}
}
