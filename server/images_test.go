package server_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server"
)

// drawn is a picture whose pixels are noise, so that its file is large.
func drawn(w, h int, seed uint32) image.Image {
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		m.Pix[i] = byte(seed >> 31)
	}
	return m
}

func pngOf(w, h int, seed uint32) string {
	var b bytes.Buffer
	_ = png.Encode(&b, drawn(w, h, seed))
	return b.String()
}

type uploaded struct {
	ID            string
	Width, Height int
}

func (w *world) upload(token, body string) (u uploaded) {
	w.Helper()
	a := w.ask("POST", "/api/m/"+token+"/images", body)
	w.want(a, 201)
	if err := json.Unmarshal([]byte(a.body), &u); err != nil {
		w.Fatal(err)
	}
	return u
}

func TestImages(t *testing.T) {
	t.Run("P80_an_image_is_taken_from_who_may_edit", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		body := pngOf(3000, 2400, 1) // more than one record holds
		if len(body) < 600_000 {
			t.Fatalf("the test's picture has only %d bytes", len(body))
		}
		u := w.upload(links.Edit.Reveal(), body)
		if u.Width != 3000 || u.Height != 2400 || len(u.ID) != 40 {
			t.Errorf("%+v", u)
		}
		if got := w.ask("GET", "/m/"+links.View.Reveal()+"/images/"+u.ID, ""); got.status != 200 || got.body != body {
			t.Errorf("%d, %d bytes back of %d", got.status, len(got.body), len(body))
		}
		if a := w.ask("POST", "/api/m/"+links.View.Reveal()+"/images", body); a.status != 403 || a.code() != "not_allowed" {
			t.Errorf("from a reader: %d %s", a.status, a.body)
		}
	})
	t.Run("P80_too_large_and_no_picture_are_refused_in_words", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) {
			o.Limits.ImageBytes, o.Limits.ImagesBytesPerMap, o.Limits.ImagePixels = 4000, 6000, 40_000
		})
		_, links := w.newMap()
		path := "/api/m/" + links.Edit.Reveal() + "/images"
		for name, c := range map[string]struct {
			body   string
			status int
			code   string
		}{
			"svg":    {`<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, 415, "image_type"},
			"html":   {"<html><script>1</script>", 415, "image_type"},
			"nought": {"", 415, "image_type"},
			"cut":    {pngOf(9, 9, 1)[:20], 415, "image_type"},
			"webp":   {"RIFF\x04\x00\x00\x00WEBPVP8 ", 415, "image_type"},
			"pixels": {pngOf(400, 101, 0)[:60], 415, "image_type"},
			"bytes":  {pngOf(190, 190, 7), 413, "image_too_big"},
		} {
			if a := w.ask("POST", path, c.body, "Accept-Language", "ja"); a.status != c.status || a.code() != c.code || !strings.Contains(a.body, "ja:server."+c.code) {
				t.Errorf("%s: %d %s, want %d %s", name, a.status, a.body, c.status, c.code)
			}
		}
		first := pngOf(150, 150, 1)
		w.upload(links.Edit.Reveal(), first)
		if a := w.ask("POST", path, pngOf(150, 150, 2)); a.status != 422 || a.code() != "images_full" {
			t.Errorf("over the map's bound: %d %s", a.status, a.body)
		}
		w.upload(links.Edit.Reveal(), first) // what is there already takes no room
	})
	t.Run("P80_many_at_once_do_not_fill_the_memory", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) { o.Limits.ImagesAtOnce = 1 })
		_, links := w.newMap()
		path := "/api/m/" + links.Edit.Reveal() + "/images"
		slow, body := io.Pipe()
		defer body.Close()
		request, err := http.NewRequestWithContext(t.Context(), "POST", w.url+path, slow)
		if err != nil {
			t.Fatal(err)
		}
		go func() { // ends when the body does
			if res, err := w.client.Do(request); err == nil {
				res.Body.Close()
			}
		}()
		if _, err := body.Write([]byte("a")); err != nil { // the first one is being received
			t.Fatal(err)
		}
		until := time.Now().Add(patience)
		for a := (answer{}); a.code() != "busy"; a = w.ask("POST", path, pngOf(8, 8, 1)) {
			if time.Now().After(until) {
				t.Fatal("a second one is received beside the first")
			}
		}
	})
	t.Run("P81_an_image_is_named_by_its_content_and_belongs_to_its_map", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		_, other := w.newMap()
		a, b := w.upload(links.Edit.Reveal(), pngOf(8, 8, 1)), w.upload(links.Owner.Reveal(), pngOf(8, 8, 1))
		c := w.upload(links.Edit.Reveal(), pngOf(8, 8, 2))
		if a != b || a.ID == c.ID {
			t.Errorf("%v, %v, %v", a, b, c)
		}
		for _, path := range []string{other.View.Reveal() + "/images/" + a.ID, links.View.Reveal() + "/images/" + strings.ToUpper(a.ID), links.View.Reveal() + "/images/../map.json"} {
			if got := w.ask("GET", "/m/"+path, ""); got.status == 200 {
				t.Errorf("%s: %d", path, got.status)
			}
		}
	})
	t.Run("P82_an_image_is_kept_by_browsers_and_told_by_its_bytes", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		var j, g bytes.Buffer
		_ = jpeg.Encode(&j, drawn(20, 10, 1), nil)
		_ = gif.Encode(&g, drawn(20, 10, 1), nil)
		webp := "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x13\x40\x02\x00" + strings.Repeat("\x00", 10)
		for kind, body := range map[string]string{"image/png": pngOf(20, 10, 1), "image/jpeg": j.String(), "image/gif": g.String(), "image/webp": webp} {
			u := w.upload(links.Edit.Reveal(), body)
			if u.Width != 20 || u.Height != 10 {
				t.Errorf("%s: %d × %d", kind, u.Width, u.Height)
			}
			path := "/m/" + links.View.Reveal() + "/images/" + u.ID
			got := w.ask("GET", path, "")
			if got.header.Get("Content-Type") != kind || got.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %v", kind, got.header)
			}
			w.want(w.ask("GET", path, "", "If-None-Match", got.header.Get("ETag")), 304)
		}
	})
	t.Run("P83_files_stand_alone_and_pages_name_the_address", func(t *testing.T) {
		var id string
		w := newWorld(t, func(o *server.Options) {
			o.Maps.Picture = func(_ *crdt.Document, _, _ string, images func(string) string) []byte { return []byte(images(id)) }
			o.Maps.File = func(_ *crdt.Document, _, _ string, images func(string) string) ([]byte, string, bool) {
				return []byte(images(id) + "|" + images("nothing")), "image/svg+xml", true
			}
		})
		_, links := w.newMap()
		id = w.upload(links.Edit.Reveal(), pngOf(8, 8, 1)).ID
		path := "/m/" + links.View.Reveal()
		w.want(w.ask("GET", path, ""), 200, path+"/images/"+id)
		if got := w.ask("GET", path+"/map.svg", "").body; !strings.HasPrefix(got, "data:image/png;base64,iVBOR") || !strings.HasSuffix(got, "|") {
			t.Error(got)
		}
	})
}
