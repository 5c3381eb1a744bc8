package web

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/tabi-map/tabi/app/i18n"
)

// Kind says what a page is for.
type Kind string

const (
	Start Kind = "start" // new map, last maps
	Map   Kind = "map"   // one map
	Gone  Kind = "gone"  // a link that does not work, or another plain message; loads no client
)

// Page is what differs between pages, but for the picture of a map.
type Page struct {
	Kind  Kind
	Lang  i18n.Lang
	Title string // of the map, or of the message
	Role  string // view, comment, edit, owner: what the link allows
	Text  string // Gone: the sentence below the title; empty means that of a link that does not work
}

// Page writes an HTML page in two parts: between them stands the map as the
// server draws it, so that a browser can begin before it is drawn.
func (s *Site) Page(p Page) (before, after []byte) {
	if p.Lang == "" {
		p.Lang = i18n.English
	}
	say := func(key string, args ...any) string { return i18n.T(p.Lang, "pages."+key, args...) }
	v := view{Page: p, Site: s, Name: say("name")}
	switch {
	case p.Kind == Gone && p.Title == "":
		v.Title, v.Text = say("notfound"), say("notfound.hint")
	case p.Title == "" && p.Kind == Map:
		v.Title = say("untitled")
	}
	return execute("before", v), execute("after", v)
}

func execute(part string, v view) []byte {
	var b bytes.Buffer
	if err := shell.ExecuteTemplate(&b, part, v); err != nil {
		panic("web: the page shell cannot be written: " + err.Error())
	}
	return b.Bytes()
}

type view struct {
	Page
	Site *Site
	Name string
}

func (v view) Say(key string) string { return i18n.T(v.Lang, "pages."+key) }

func (v view) Styles() []string { return v.existing("styles.css") }

// Scripts must stand before the client starts.
func (v view) Scripts() []string { return v.existing("scripts.js") }

func (v view) existing(names ...string) []string {
	var urls []string
	for _, name := range names {
		if v.Site.assets[name] != nil {
			urls = append(urls, v.Site.URL(name))
		}
	}
	return urls
}

func (v view) Loader() string { return v.Site.URL("loader.js") }
func (v view) Wasm() string   { return v.Site.URL("app.wasm") }

// Texts is where the catalogues are that the client does not hold.
func (v view) Texts() string { return v.Site.URL(texts) }

func (v view) WasmSize() int {
	if a := v.Site.assets["app.wasm"]; a != nil {
		return a.size
	}
	return 0
}

// The loader stands in the head and is not deferred: it sets the theme before
// anything is painted and asks for the client before the rest has been read.
var shell = template.Must(template.New("shell").Parse(strings.TrimSpace(`
{{define "before"}}<!doctype html>
<html lang="{{.Lang}}"{{if eq .Lang.Dir "rtl"}} dir="rtl"{{end}} data-kind="{{.Kind}}"{{with .Role}} data-role="{{.}}"{{end}} data-release="{{.Site.Hash}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f5f3ee" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#14161b" media="(prefers-color-scheme: dark)">
<title>{{if eq .Kind "start"}}{{.Name}}{{else}}{{.Title}} – {{.Name}}{{end}}</title>
{{range .Styles}}<link rel="stylesheet" href="{{.}}">
{{end}}<link rel="icon" href="/icons/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icons/icon-180.png">
<link rel="manifest" href="/manifest.webmanifest">
{{if eq .Kind "gone"}}</head>
<body class="page-gone">
<main class="message">
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
<p><a href="/">{{.Say "home"}}</a></p>
</main>
</body>
</html>
{{end}}{{if ne .Kind "gone"}}<script src="{{.Loader}}" data-wasm="{{.Wasm}}" data-size="{{.WasmSize}}" data-texts="{{.Texts}}"></script>
{{range .Scripts}}<script src="{{.}}" defer></script>
{{end}}</head>
<body class="page-{{.Kind}}">
<div id="app"></div>
<div id="picture">
<header class="bar">
<h1 class="bar-title">{{if eq .Kind "start"}}{{.Name}}{{else}}{{.Title}}{{end}}</h1>
{{if eq .Role "view"}}<span class="badge">{{.Say "role.view"}}</span>
{{end}}<span id="loading" class="bar-loading" role="status" data-percent="{{.Say "loading.percent"}}" data-failed="{{.Say "loading.failed"}}" data-retry="{{.Say "retry"}}"></span>
</header>
<progress id="progress" max="100" value="0" aria-label="{{.Say "loading"}}" hidden></progress>
<main class="picture-map"{{if eq .Kind "map"}} tabindex="0"{{end}}>{{if eq .Kind "start"}}<p class="tagline">{{.Say "tagline"}}</p>{{end}}{{end}}{{end}}{{define "after"}}{{if ne .Kind "gone"}}</main>
<noscript><p class="noscript">{{.Say "noscript"}}</p></noscript>
</div>
</body>
</html>
{{end}}{{end}}`)))
