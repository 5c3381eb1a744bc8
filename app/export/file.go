package export

import (
	"strings"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
)

// File writes a map as the file of a name, which says both what and how:
// map.svg, map.csv, map.md, map.html (the table), and timeline.svg, flow.svg …
// for the other views; images gives an image as what stands in the file. Not ok: there is no such file. JSON is journeyfile's.
func File(m *journey.Map, name string, lang i18n.Lang, images func(id string) string) (body []byte, contentType string, ok bool) {
	o := scene.Options{Lang: lang, Images: images}
	switch name {
	case "map.svg":
		return SVG(scene.Layout(m, o), Light), "image/svg+xml", true
	case "map.csv":
		return CSV(m, lang), "text/csv; charset=utf-8", true
	case "map.md":
		return NewTable(m, lang).Markdown(), "text/markdown; charset=utf-8", true
	case "map.html":
		return NewTable(m, lang).page(), "text/html; charset=utf-8", true
	}
	if view, is := strings.CutSuffix(name, ".svg"); is {
		for _, v := range scene.Views {
			if string(v) == view {
				return Drawing(scene.View(m, v, o), lang, Light), "image/svg+xml", true
			}
		}
	}
	return nil, "", false
}

// page is the table as a document of its own. Its style is for the file on
// somebody's disk: a page of the server forbids it and has its own.
func (t *Table) page() []byte {
	w := newWriter(t.Lang, Light)
	w.raw(`<!doctype html><html lang="`).raw(string(t.Lang)).raw(`"><head><meta charset="utf-8"><title>`).text(t.title()).raw("</title>\n<style>" +
		"body{font:15px/1.6 " + fontStack(t.Lang) + ";margin:2rem;color:#1d2330}table{border-collapse:collapse}caption{display:none}" +
		"th,td{border:1px solid #8d8674;padding:.5rem .75rem;text-align:start;unicode-bidi:plaintext;vertical-align:top}li,dd,h1{unicode-bidi:plaintext}th{background:#faf8f4}th[scope=col] small{display:block;font-weight:400}" +
		"ul{margin:0;padding-left:1.1rem}small{color:#495164}dt{font-weight:700}dd{margin:0 0 .5rem}" +
		"</style></head>\n<body>\n")
	w.b = append(w.b, t.HTML()...)
	w.raw("</body></html>\n")
	return w.b
}
