package export

import (
	"slices"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// Look is what colours an SVG has.
type Look uint8

const (
	Light Look = iota
	Dark
	LightContrast
	DarkContrast
	Themed // custom properties of web/tokens.css, for pages that have it
)

// SVG is a scene as a picture that stands alone.
func SVG(s *scene.Scene, look Look) []byte {
	w := newWriter(s.Options.Lang, look)
	b := s.Bounds()
	w.open(b, s.Title, w.about(s), true)
	w.paper(b)
	for _, layer := range scene.DrawOrder {
		w.layer(s, layer)
	}
	w.raw("</svg>\n")
	return w.b
}

// Picture is the map inside a page: `<div class="picture">` with the SVG. CSS
// gives it the width of the view, but no less than FirstZoomMin and no more than
// FirstZoomMax of its own, as scene.FitCamera does. Two empty images tell CSS
// these widths, one under the other and side by side, since a style attribute is
// forbidden by the page's content policy.
func Picture(m *journey.Map, lang i18n.Lang, images func(id string) string) []byte {
	return picture(m, false, lang, images)
}

// Whole is the view that a page without scripts is sent on to when its map is large:
// the board with all its words.
const Whole = "whole"

func picture(m *journey.Map, whole bool, lang i18n.Lang, images func(id string) string) []byte {
	s := scene.Layout(m, scene.Options{Lang: lang, Images: images})
	w := newWriter(lang, Themed)
	b := s.Bounds()
	w.span(b, scene.FirstZoomMin)
	w.open(b, s.Title, w.about(s), false)
	dense := len(s.Notes) > denseFrom
	more := false
	for _, layer := range scene.DrawOrder {
		switch {
		case dense && layer == scene.LayerNotes:
			more = w.denseNotes(s, whole)
		case dense && layer == scene.LayerLinks:
		default:
			w.layer(s, layer)
		}
	}
	w.raw("</svg>\n")
	if more {
		w.raw(`<noscript><meta http-equiv="refresh" content="0; url=?view=` + Whole + `&amp;lang=` + string(lang) + `"></noscript>` + "\n")
	}
	w.raw("</div>\n")
	return w.b
}

// PictureOf is the picture that a page opens with: of another view where it names
// one that is drawn, else of the board.
func PictureOf(m *journey.Map, view scene.ViewName, lang i18n.Lang, images func(id string) string) []byte {
	if !slices.Contains(scene.Views[:], view) {
		return picture(m, view == Whole, lang, images)
	}
	d := scene.View(m, view, scene.Options{Lang: lang, Images: images})
	w := newWriter(lang, Themed)
	w.span(d.Bounds, scene.ViewZoomMin)
	w.open(d.Bounds, d.Title, "", false)
	w.marks(d.Marks)
	w.raw("</svg>\n</div>\n")
	return w.b
}

// span begins a picture that is between least and FirstZoomMax of its size.
func (w *writer) span(b scene.Rect, least float32) {
	w.raw(`<div class="picture"><div class="picture-span" aria-hidden="true">`)
	for _, part := range [...]float32{least, scene.FirstZoomMax - least} {
		w.raw(`<svg width="`).num(b.W * part).raw(`" height="0"></svg>`)
	}
	w.raw("</div>\n")
}

// denseFrom is how many notes make a picture so large that its notes are drawn
// with their papers and words only: signs, footers and links come with the client.
const denseFrom = 600

// firstSight is what a screen of 1920×1080 shows of a large map at the first look.
// Words beyond it come with the client, or on a page of their own (Whole): laying
// out ten thousand lines takes a browser longer than it takes the client to come.
const firstSightWidth, firstSightHeight = 1920 / scene.FirstZoomMin, 1080 / scene.FirstZoomMin

// denseNotes draws the papers of all notes, for each tone in one group that says
// its colours once, in one path a cell; one path for all would be smaller still,
// but browsers draw all of a path again for every tile of it that they show. Then
// come the words, cell by cell in reading order; more says that there are words
// beyond the first sight, which only a whole picture has.
func (w *writer) denseNotes(s *scene.Scene, whole bool) (more bool) {
	var papers, guesses, bars [scene.Tones][]byte
	s.EachCell(func(_ string, notes []crdt.ID) {
		for _, list := range [...]*[scene.Tones][]byte{&papers, &guesses, &bars} {
			for t := range list {
				begin := len(list[t])
				for _, id := range notes {
					n := s.Note(id)
					r := n.Rect
					switch {
					case int(n.Tone) != t:
						continue
					case list == &bars:
						r.W = 4
					case (list == &guesses) != (n.Evidence == scene.EvidenceGuess):
						continue
					}
					if len(list[t]) == begin {
						list[t] = append(list[t], `<path d="`...)
					}
					list[t] = appendBox(list[t], r)
				}
				if len(list[t]) > begin {
					list[t] = append(list[t], `"/>`...)
				}
			}
		}
	})
	w.raw(`<g class="layer-notes"`).own(s).raw(">\n")
	for t := range scene.Tones {
		for _, k := range [...]struct {
			d    []byte
			mark scene.Mark
		}{
			{papers[t], scene.Mark{Fill: t.Fill(), Stroke: t.Edge(), Weight: 0.8}},
			{guesses[t], scene.Mark{Fill: t.Fill(), Stroke: t.Edge(), Weight: 1.3, Dash: scene.Dashed}},
			{bars[t], scene.Mark{Fill: t.Edge()}},
		} {
			if len(k.d) > 0 {
				w.raw(`<g aria-hidden="true"`)
				w.style(&k.mark)
				w.raw(">")
				w.b = append(w.b, k.d...)
				w.raw("</g>\n")
			}
		}
	}
	sight := s.Bounds()
	sight.W, sight.H = firstSightWidth, firstSightHeight
	w.denseWords(s, func(r scene.Rect) bool {
		seen := whole || r.Meets(sight)
		more = more || !seen
		return seen
	})
	w.raw("</g>\n")
	return more
}

// denseWords writes the words of the notes that stand where want says.
func (w *writer) denseWords(s *scene.Scene, want func(scene.Rect) bool) {
	w.raw(`<g`).paint("fill", scene.InkText).raw(">\n")
	s.EachCell(func(name string, notes []crdt.ID) {
		named, size := false, float32(0)
		for _, id := range notes {
			n := s.Note(id)
			if !want(n.Rect) {
				continue
			}
			if !named {
				named = true
				w.raw(`<g role="group" aria-label="`).text(name).raw(`">`)
			}
			if n.FontSize != size {
				if size != 0 {
					w.raw("</g>")
				}
				size = n.FontSize
				w.raw(`<g font-size="`).num(size).raw(`">`)
			}
			r, lines := n.TextRect(), s.Lines(n)
			x, direction := r.X, `">`
			if scene.RightToLeft(lines...) {
				x, direction = r.Right(), `" direction="rtl">`
			}
			for k, line := range lines {
				if line != "" {
					w.raw(`<text x="`).num(x).raw(`" y="`).num(n.Baseline(k)).raw(direction).text(line).raw("</text>")
				}
			}
		}
		if size != 0 {
			w.raw("</g>")
		}
		if named {
			w.raw("</g>\n")
		}
	})
	w.raw("</g>")
}

func appendBox(b []byte, r scene.Rect) []byte {
	w := writer{b: b}
	w.raw("M").num(r.X).raw(" ").num(r.Y).raw("h").num(r.W).raw("v").num(r.H).raw("h").num(-r.W).raw("z")
	return w.b
}

// Fragment is a display list as SVG elements, to be put into an <svg> of a page.
func Fragment(list []scene.Mark, lang i18n.Lang) []byte {
	w := newWriter(lang, Themed)
	w.marks(list)
	return w.b
}

// Drawing is one of the other views of a map as a picture.
func Drawing(d scene.Drawn, lang i18n.Lang, look Look) []byte {
	w := newWriter(lang, look)
	w.open(d.Bounds, d.Title, "", look != Themed)
	if look != Themed {
		w.paper(d.Bounds)
	}
	w.marks(d.Marks)
	w.raw("</svg>\n")
	return w.b
}

// writer writes SVG. Its methods return it, so that an element is one line.
type writer struct {
	b    []byte
	lang i18n.Lang
	look Look
	read func(scene.Target) string // what a group reads as; empty: nothing
}

func newWriter(lang i18n.Lang, look Look) *writer { return &writer{lang: lang, look: look} }

// fontStack is the --font of web/tokens.css: one Han character has other shapes in other languages.
func fontStack(lang i18n.Lang) string {
	own := "'Hiragino Sans', 'Noto Sans JP', 'Noto Sans CJK JP', 'Yu Gothic UI', Meiryo"
	switch lang {
	case i18n.Chinese:
		own = "'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei'"
	case i18n.Korean:
		own = "'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic'"
	}
	return "-apple-system, BlinkMacSystemFont, 'Segoe UI', " + own + ", Roboto, Arial, sans-serif"
}

func (w *writer) open(b scene.Rect, title, about string, alone bool) {
	w.raw(`<svg`)
	if w.lang.Dir() == "rtl" { // the map stands the same way for all
		w.raw(` direction="ltr"`)
	}
	if alone {
		w.raw(` xmlns="http://www.w3.org/2000/svg" width="`).num(b.W).raw(`" height="`).num(b.H).raw(`" font-family="` + fontStack(w.lang) + `"`)
	} else {
		w.raw(` class="map"`)
	}
	w.raw(` viewBox="`).num(b.X).raw(" ").num(b.Y).raw(" ").num(b.W).raw(" ").num(b.H).raw(`" role="group" aria-roledescription="map" lang="`).raw(string(w.lang))
	w.raw(`" stroke-linecap="round" stroke-linejoin="round" xml:space="preserve"><title>`).text(title).raw(`</title>`)
	if about != "" {
		w.raw(`<desc>`).text(about).raw(`</desc>`)
	}
	w.raw("\n")
}

// paper is the ground of a picture that stands alone.
func (w *writer) paper(b scene.Rect) {
	w.raw(`<rect x="`).num(b.X).raw(`" y="`).num(b.Y).raw(`" width="`).num(b.W).raw(`" height="`).num(b.H).raw(`"`).paint("fill", scene.InkPaper).raw("/>\n")
}

func (w *writer) about(s *scene.Scene) string {
	phases := 0
	for i := range s.Phases {
		if !s.Phases[i].ID.IsZero() {
			phases++
		}
	}
	return i18n.T(w.lang, "scene.picture", s.Title, phases, len(s.Lanes), len(s.Notes))
}

// own says in which language a layer is written, where that is not the reader's.
func (w *writer) own(s *scene.Scene) *writer {
	if own := s.Own(); own != "" {
		w.raw(` lang="`).text(own)
		w.raw(`"`)
		if w.look != Themed {
			w.raw(` font-family="` + fontStack(i18n.Lang(own)) + `"`)
		}
	}
	return w
}

// layer writes one layer; notes cell by cell in reading order, so that a screen
// reader goes through the map as a person does.
func (w *writer) layer(s *scene.Scene, layer scene.Layer) {
	w.read = func(t scene.Target) string { return s.Describe(t) }
	if layer != scene.LayerNotes {
		list := s.Marks(layer)
		if len(list) > 0 {
			w.raw(`<g class="layer-`).raw(layerNames[layer]).raw(`"`).own(s)
			if layer == scene.LayerGround || layer == scene.LayerLinks || layer == scene.LayerLegend {
				w.raw(` aria-hidden="true"`)
			}
			w.raw(">\n")
			w.marks(list)
			w.raw("</g>\n")
		}
		return
	}
	w.raw(`<g class="layer-notes"`).own(s).raw(">\n")
	s.EachCell(func(name string, notes []crdt.ID) {
		w.raw(`<g role="group" aria-label="`).text(name).raw("\">\n")
		for _, id := range notes {
			w.marks(s.NoteMarks(id))
		}
		w.raw("</g>\n")
	})
	w.raw("</g>\n")
}

var layerNames = [scene.LayerCount]string{
	scene.LayerHead: "head", scene.LayerLegend: "legend", scene.LayerGround: "ground", scene.LayerTops: "tops", scene.LayerLefts: "lefts",
	scene.LayerDrawings: "drawings", scene.LayerLinks: "links", scene.LayerCurves: "curves", scene.LayerNotes: "notes",
	scene.LayerMarkers: "markers",
}

func (w *writer) marks(list []scene.Mark) {
	for i := range list {
		m := &list[i]
		switch m.Shape {
		case scene.Begin:
			w.begin(m)
		case scene.End:
			w.raw("</g>\n")
		case scene.Box:
			w.raw(`<rect x="`).num(m.Rect.X).raw(`" y="`).num(m.Rect.Y).raw(`" width="`).num(m.Rect.W).raw(`" height="`).num(m.Rect.H).raw(`"`)
			if m.Radius > 0 {
				w.raw(` rx="`).num(m.Radius).raw(`"`)
			}
			w.shape(m)
		case scene.Disc:
			c := m.Rect.Center()
			if m.Rect.W == m.Rect.H {
				w.raw(`<circle cx="`).num(c.X).raw(`" cy="`).num(c.Y).raw(`" r="`).num(m.Rect.W / 2).raw(`"`)
			} else {
				w.raw(`<ellipse cx="`).num(c.X).raw(`" cy="`).num(c.Y).raw(`" rx="`).num(m.Rect.W / 2).raw(`" ry="`).num(m.Rect.H / 2).raw(`"`)
			}
			w.shape(m)
		case scene.Path:
			w.raw(`<path d="`).raw(m.D).raw(`"`)
			w.shape(m)
		case scene.Words:
			w.words(m)
		case scene.Image:
			w.raw(`<image x="`).num(m.Rect.X).raw(`" y="`).num(m.Rect.Y).raw(`" width="`).num(m.Rect.W).raw(`" height="`).num(m.Rect.H).raw(`" href="`).text(m.Text).raw(`"/>`)
		}
	}
}

func (w *writer) begin(m *scene.Mark) {
	w.raw(`<g`)
	name := m.Text
	if w.read != nil {
		if said := w.read(m.Target); said != "" {
			name = said
		}
	}
	role := ""
	switch m.Target.Kind {
	case scene.OnCurve:
		role = "group"
	case scene.OnDrawing, scene.OnNote, scene.OnPoint, scene.OnBoundary, scene.OnPhase, scene.OnLane:
		role = "img" // its parts are not read one by one
	}
	if role != "" && name != "" {
		w.raw(` role="`).raw(role).raw(`"`)
	}
	if name != "" {
		w.raw(` aria-label="`).text(name).raw(`"`)
	}
	if m.Turn != 0 {
		c := m.Rect.Center()
		w.raw(` transform="rotate(`).num(m.Turn).raw(" ").num(c.X).raw(" ").num(c.Y).raw(`)"`)
	}
	w.raw(">")
}

// shape ends an element with its paint.
func (w *writer) shape(m *scene.Mark) {
	w.style(m)
	w.raw("/>")
}

func (w *writer) style(m *scene.Mark) {
	w.paint("fill", m.Fill)
	if m.Stroke != scene.InkNone {
		w.paint("stroke", m.Stroke)
		w.raw(` stroke-width="`).num(m.Weight).raw(`"`)
		switch m.Dash {
		case scene.Dashed:
			w.raw(` stroke-dasharray="4 3"`)
		case scene.Dotted:
			w.raw(` stroke-dasharray="1 5"`)
		case scene.LongDash:
			w.raw(` stroke-dasharray="12 6"`)
		}
	}
	if m.Fade > 0 {
		w.raw(` opacity="`).num(1 - m.Fade).raw(`"`)
	}
}

func (w *writer) words(m *scene.Mark) {
	w.raw(`<text x="`).num(m.Rect.X).raw(`" y="`).num(m.Rect.Y).raw(`" font-size="`).num(m.Size).raw(`"`)
	if m.Bold {
		w.raw(` font-weight="700"`)
	}
	if m.RTL {
		w.raw(` direction="rtl"`)
	}
	switch {
	case m.Anchor == scene.AtMiddle:
		w.raw(` text-anchor="middle"`)
	case m.RTL == (m.Anchor == scene.AtStart): // an end is where the text ends
		w.raw(` text-anchor="end"`)
	}
	if m.Halo != scene.InkNone {
		w.paint("stroke", m.Halo).raw(` stroke-width="4" paint-order="stroke"`)
	}
	w.paint("fill", m.Fill).raw(">").text(m.Text).raw("</text>")
}

// paint writes a colour attribute.
func (w *writer) paint(attribute string, ink scene.Ink) *writer {
	w.raw(" ").raw(attribute).raw(`="`)
	switch {
	case ink == scene.InkNone:
		w.raw("none")
	case w.look == Themed:
		w.raw("var(--").raw(ink.Name()).raw(")")
	default:
		w.raw(ink.Hex(scene.Theme(w.look)))
	}
	return w.raw(`"`)
}

func (w *writer) raw(s string) *writer {
	w.b = append(w.b, s...)
	return w
}

func (w *writer) num(v float32) *writer {
	w.b = scene.AppendNumber(w.b, v)
	return w
}

// text escapes what people wrote. Control characters are not allowed in XML at
// all and are left out.
func (w *writer) text(s string) *writer {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '<':
			w.b = append(w.b, "&lt;"...)
		case c == '>':
			w.b = append(w.b, "&gt;"...)
		case c == '&':
			w.b = append(w.b, "&amp;"...)
		case c == '"':
			w.b = append(w.b, "&quot;"...)
		case c == '\'':
			w.b = append(w.b, "&#39;"...)
		case c < ' ' && c != '\t' && c != '\n':
		default:
			w.b = append(w.b, c)
		}
	}
	return w
}
