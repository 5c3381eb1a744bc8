package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

var update = flag.Bool("update", false, "write golden files anew")

// pictures are the sample maps, each in its language.
var pictures = []struct {
	name string
	file []byte
	lang i18n.Lang
}{{"apparel_ja", samples.Apparel, "ja"}, {"saas_en", samples.SaaS, "en"}}

func open(t testing.TB, file []byte) *journey.Map {
	t.Helper()
	f, err := journeyfile.Import(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	doc := crdt.New()
	m := journey.Open(doc)
	e := doc.Edit(1)
	f.Write(m, e)
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	m.Apply(e.Commit().Change)
	return m
}

// golden holds the bytes against testdata/name; -update writes them.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is different now; look at it and run with -update if it should be", path)
	}
}

// What the sample maps look like, byte for byte.
func TestGolden(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			m := open(t, p.file)
			s := scene.Layout(m, scene.Options{Lang: p.lang})
			golden(t, p.name+".svg", export.SVG(s, export.Light))
			golden(t, p.name+".html", export.NewTable(m, p.lang).HTML())
			golden(t, p.name+".md", export.NewTable(m, p.lang).Markdown())
			golden(t, p.name+".csv", export.CSV(m, p.lang))
			for _, view := range scene.Views {
				d := scene.View(m, view, scene.Options{Lang: p.lang})
				golden(t, p.name+"_"+string(view)+".svg", export.Drawing(d, p.lang, export.Light))
			}
		})
	}
}

// hostile is a map in which every text tries to break out.
func hostile(t testing.TB) *journey.Map {
	const evil = "</text></svg><script>alert(1)</script>\"' onload='x' ]]> \x00\x1b=cmd|' /C calc'!A0"
	doc := crdt.New()
	m := journey.Open(doc)
	e := doc.Edit(1)
	m.SetTitle(e, "en", evil)
	m.SetTheme(e, journey.Theme{Product: evil, Purpose: evil, Start: evil, Goal: evil})
	d := m.AddDepartment(e, journey.Name{Text: evil}, "#000\"/><script>")
	u := m.AddPersona(e, journey.Persona{Name: evil, Role: evil, Quote: evil, Color: evil})
	p1 := m.AddPhase(e, crdt.ID{}, evil)
	p2 := m.AddPhase(e, p1, evil)
	var last crdt.ID
	for _, k := range []journey.LaneKind{journey.Action, journey.EmotionCurve, journey.Measure, "\"><script>"} {
		last = m.AddLane(e, last, k, evil)
	}
	m.Apply(e.Commit().Change)
	e = doc.Edit(1)
	lane := m.Lanes()[0].ID
	a := m.AddNote(e, journey.Place{Phase: p1, Lane: lane, X: 9, Y: 9}, journey.NoteFields{Text: evil, Department: d, Color: evil, Due: evil, Status: "\"><script>", Pain: "\"><script>", Tags: []string{evil}})
	b := m.AddNote(e, journey.Place{Phase: p2, Lane: lane, X: 9, Y: 9}, journey.NoteFields{Text: "=1+1", Owner: d, Image: evil})
	m.WriteBoundary(e, p2, journey.BoundaryAttitudeFrom, evil)
	m.WriteBoundary(e, p2, journey.BoundaryConcern, evil)
	m.AddDrawing(e, journey.Drawing{Kind: journey.KindText, Text: evil, Style: evil, Alt: evil, Color: evil})
	m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, Text: evil, Shape: evil, W: 10, H: 10})
	m.AddDrawing(e, journey.Drawing{Kind: journey.KindImage, Image: evil, W: 10, H: 10, Alt: evil})
	m.AddKPI(e, journey.KPI{Name: journey.Name{Text: evil}, Unit: evil, Phase: p1, Series: []float64{1, 2}})
	m.Apply(e.Commit().Change)
	e = doc.Edit(1)
	m.SetLinkLabel(e, m.LinkNotes(e, a, b, "\"><script>"), evil)
	m.SetEmotionLabel(e, m.SetEmotion(e, u, a, 1), evil)
	m.Apply(e.Commit().Change)
	return m
}

// Whatever people write, the picture is well-formed and holds neither scripts nor
// handlers, links or styles.
func TestNothingBreaksOut(t *testing.T) {
	m := hostile(t)
	s := scene.Layout(m, scene.Options{Lang: "en"})
	all := map[string][]byte{"svg": export.SVG(s, export.Dark), "picture": export.Picture(m, "en", nil), "table": export.NewTable(m, "en").HTML()}
	for _, view := range scene.Views {
		all[string(view)] = export.Drawing(scene.View(m, view, scene.Options{Lang: "en"}), "en", export.Themed)
	}
	attributes := regexp.MustCompile(`^(x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|d|width|height|viewBox|fill|stroke|stroke-width|stroke-dasharray|stroke-linecap|stroke-linejoin|opacity|font-size|font-weight|font-family|text-anchor|direction|paint-order|class|role|lang|xmlns|space|scope|aria-[a-z]+|transform)$`)
	for name, picture := range all {
		d := xml.NewDecoder(bytes.NewReader(picture))
		d.Entity = xml.HTMLEntity
		texts := 0
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			switch element.Name.Local {
			case "script", "style", "a", "foreignObject", "image", "use", "iframe", "object":
				t.Errorf("%s has a <%s>", name, element.Name.Local)
			case "text", "li":
				texts++
			}
			for _, a := range element.Attr {
				if !attributes.MatchString(a.Name.Local) {
					t.Errorf("%s: <%s> has the attribute %s=%q", name, element.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
		if texts == 0 && name != "matrix" && name != "storyboard" {
			t.Errorf("%s says nothing", name)
		}
	}
}

// The page's picture and the file's have the same geometry: only colours differ.
func TestPictureIsTheSVG(t *testing.T) {
	colours := regexp.MustCompile(`(fill|stroke)="[^"]*"`)
	for _, p := range pictures {
		m := open(t, p.file)
		inner := func(b []byte) string {
			s := string(b)
			i, j := strings.Index(s, `<g class="layer-`), strings.LastIndex(s, "</svg>")
			return colours.ReplaceAllString(s[i:j], "")
		}
		a := inner(export.SVG(scene.Layout(m, scene.Options{Lang: p.lang}), export.Light))
		if b := inner(export.Picture(m, p.lang, nil)); a != b {
			t.Errorf("%s: the picture is not the SVG", p.name)
		}
		if strings.Contains(string(export.Picture(m, p.lang, nil)), "style=") {
			t.Errorf("%s: the page's policy forbids style attributes", p.name)
		}
	}
}

// A screen reader meets every note once, cell by cell.
func TestEveryNoteIsRead(t *testing.T) {
	for _, p := range pictures {
		m := open(t, p.file)
		_, notes, _ := strings.Cut(string(export.Picture(m, p.lang, nil)), `<g class="layer-notes">`)
		if n := strings.Count(notes, `<g role="img"`); n != m.NoteCount() {
			t.Errorf("%s: %d of %d notes", p.name, n, m.NoteCount())
		}
	}
}

// A spreadsheet reads the CSV back, sees text where text was, and runs nothing.
func TestCSV(t *testing.T) {
	for _, p := range pictures {
		m := open(t, p.file)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(export.CSV(m, p.lang), []byte("\uFEFF")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if want := m.NoteCount() + len(m.Emotions()) + 1; len(rows) != want {
			t.Errorf("%s: %d rows, want %d", p.name, len(rows), want)
		}
	}
	out := string(export.CSV(hostile(t), "en"))
	if !strings.Contains(out, "'=1+1") || regexp.MustCompile(`(^|[,\r\n"])=`).MatchString(out) {
		t.Errorf("a formula gets through:\n%s", out)
	}
}

// Every file that is offered can be had, and nothing else.
func TestFile(t *testing.T) {
	m := open(t, samples.SaaS)
	names := []string{"map.svg", "map.csv", "map.md", "map.html"}
	for _, v := range scene.Views {
		names = append(names, string(v)+".svg")
	}
	for _, name := range names {
		body, kind, ok := export.File(m, name, "en", nil)
		if !ok || len(body) < 1000 || kind == "" {
			t.Errorf("%s: %v, %d bytes of %q", name, ok, len(body), kind)
		}
	}
	for _, name := range []string{"", "map.json", "map", "../map.svg", "Timeline.svg"} {
		if _, _, ok := export.File(m, name, "en", nil); ok {
			t.Errorf("%q is no file of ours", name)
		}
	}
}
