package export_test

import (
	"os"
	"testing"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/scene"
)

func TestShots(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip()
	}
	css, _ := os.ReadFile("../../web/tokens.css")
	for _, f := range []struct {
		file string
		lang i18n.Lang
	}{{"map1_apparel_ja", "ja"}, {"map3_b2b_saas_en", "en"}} {
		m := sample(t, "/work/shared/samples/"+f.file+".json")
		s := scene.Layout(m, scene.Options{Lang: f.lang})
		b := s.Bounds()
		t.Log(f.file, b, s.Grid(), len(s.Notes), len(s.Links))
		os.WriteFile(dir+"/"+f.file+".svg", export.SVG(s, export.Light), 0o644)
		os.WriteFile(dir+"/"+f.file+"_dark.svg", export.SVG(s, export.Dark), 0o644)
		page := "<!doctype html><html lang=" + string(f.lang) + "><meta charset=utf-8><meta name=viewport content='width=device-width'><style>" + string(css) + "body{margin:0;background:var(--paper);font-family:var(--font)}</style>" + string(export.Picture(m, f.lang))
		os.WriteFile(dir+"/"+f.file+".html", []byte(page), 0o644)
	}
}
