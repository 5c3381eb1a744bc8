package export_test

import (
	"os"
	"testing"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/scene"
)

// TestShots writes pages to look at into the folder that SHOTS names.
func TestShots(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip("SHOTS names no folder")
	}
	css, err := os.ReadFile("../../web/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pictures {
		m := open(t, p.file)
		page := func(name string, body []byte) {
			html := "<!doctype html><html lang=" + string(p.lang) + "><meta charset=utf-8><meta name=viewport content='width=device-width'><style>" + string(css) +
				"body{margin:0;background:var(--paper);font-family:var(--font);color:var(--ink)}</style>" + string(body)
			if err := os.WriteFile(dir+"/"+p.name+name+".html", []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		page("", export.Picture(m, p.lang, nil))
		page("_table", export.NewTable(m, p.lang).HTML())
		for _, view := range scene.Views {
			page("_"+string(view), export.Drawing(scene.View(m, view, scene.Options{Lang: p.lang}), p.lang, export.Themed))
		}
	}
}
