package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"html"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
)

func (s *Server) startPage(w http.ResponseWriter, r *http.Request) {
	s.page(w, r, http.StatusOK, Page{Kind: PageStart, Lang: s.lang(r)})
}

func (s *Server) nothingHere(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.answerError(w, r, refusal{name: "bad_request", status: http.StatusMethodNotAllowed})
		return
	}
	s.answerError(w, r, refusal{name: "not_found", status: http.StatusNotFound})
}

// mapPage is the map as the server draws it, in the shell of the client (P70).
func (s *Server) mapPage(w http.ResponseWriter, r *http.Request) {
	grant, err := s.grant(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	page := Page{Kind: PageMap, Lang: s.lang(r), Role: grant.Role.String()}
	var out *stream
	var picture, after []byte
	err = s.draw(r.Context(), func() error {
		return s.o.Host.View(r.Context(), grant.Map, func(doc *crdt.Document) error {
			page.Title = s.o.Maps.Title(doc, page.Lang)
			if s.o.Maps.Picture == nil {
				return nil
			}
			// The browser asks for styles and client while the map is being drawn.
			var before []byte
			before, after = s.o.Shell(page)
			pageHeader(w.Header(), page)
			out = newStream(w, r)
			out.flush(before)
			picture = s.o.Maps.Picture(doc, r.URL.Query().Get("view"), page.Lang, func(id string) string { return "/m/" + r.PathValue("token") + "/images/" + id })
			return nil
		})
	})
	switch {
	case out != nil:
		out.end(picture, after) // in nobody's turn to draw: the reader may be slow
	case err == nil || because(err).code == wire.CodeBusy: // a busy server still sends the client
		s.page(w, r, http.StatusOK, page)
	default:
		s.answerError(w, r, err)
	}
}

// snapshot is the map's document, for a page that fetches it while its client comes (P84).
func (s *Server) snapshot(w http.ResponseWriter, r *http.Request) {
	grant, err := s.grant(r)
	var body []byte
	if err == nil {
		err = s.draw(r.Context(), func() error {
			return s.o.Host.View(r.Context(), grant.Map, func(doc *crdt.Document) error {
				body = doc.Snapshot()
				return nil
			})
		})
	}
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the reader has gone; nothing to be done
}

// exportMap is the map as one of the files that Maps.File knows.
func (s *Server) exportMap(w http.ResponseWriter, r *http.Request) {
	grant, err := s.grant(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	var body []byte
	var title, contentType string
	name, known := r.PathValue("file"), false
	err = s.draw(r.Context(), func() error {
		return s.o.Host.View(r.Context(), grant.Map, func(doc *crdt.Document) error {
			title = s.o.Maps.Title(doc, s.lang(r))
			body, contentType, known = s.o.Maps.File(doc, name, s.lang(r), s.imagesInside(r.Context(), grant.Map))
			return nil
		})
	})
	if err == nil && !known {
		s.nothingHere(w, r)
		return
	}
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(title) + path.Ext(name)}))
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding")
	body = zipped(h, r, body)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the reader has gone; nothing to be done
}

// fileName is a title without what file systems do not like.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, strings.TrimSpace(title))
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:80])
	}
	if name == "" || strings.Trim(name, ".") == "" {
		return "map"
	}
	return name
}

// draw runs fn when not too many others do such work.
func (s *Server) draw(ctx context.Context, fn func() error) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Limits.DrawingWait)
	defer cancel()
	select {
	case s.drawings <- struct{}{}:
		defer func() { <-s.drawings }()
		return fn()
	case <-ctx.Done():
		return refusal{code: wire.CodeBusy, retryAfter: s.o.Limits.DrawingWait}
	}
}

// grant is what the token in the path opens. Every token costs the same work (P71).
func (s *Server) grant(r *http.Request) (access.Grant, error) {
	return s.grantOf(r, r.PathValue("token"))
}

func (s *Server) grantOf(r *http.Request, token string) (access.Grant, error) {
	grant, err := s.o.Access.Resolve(r.Context(), access.Token(token))
	if err == nil {
		return grant, nil
	}
	if e := because(err); e.code == wire.CodeLinkUnknown {
		if wait, ok := s.addresses.miss(s.clientAddr(r)); !ok {
			return grant, tooFast(wait)
		}
	}
	return grant, err
}

// lang is what the address asks for, else what the browser likes.
func (s *Server) lang(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang != "" {
		return s.o.Detect(lang)
	}
	return s.o.Detect(r.Header.Get("Accept-Language"))
}

func (s *Server) page(w http.ResponseWriter, r *http.Request, status int, p Page) {
	h := w.Header()
	pageHeader(h, p)
	before, after := s.o.Shell(p)
	body := zipped(h, r, append(before, after...))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader has gone; nothing to be done
}

func pageHeader(h http.Header, p Page) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.Lang)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Accept-Encoding")
}

// zipBytesMin is from where on compressing is worth it.
const zipBytesMin = 2 << 10

// zipped compresses a body where that helps: the picture of a map is text that repeats itself. The page holds no secret
// whose length could be guessed from outside.
func zipped(h http.Header, r *http.Request, body []byte) []byte {
	if len(body) < zipBytesMin || !takesZip(r) {
		return body
	}
	var b bytes.Buffer
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	h.Set("Content-Encoding", "gzip")
	return b.Bytes()
}

func takesZip(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }

// stream is a page that is sent in parts, compressed where the reader takes that. That a reader has gone is nobody's error.
type stream struct {
	w   http.ResponseWriter
	zip *gzip.Writer
}

func newStream(w http.ResponseWriter, r *http.Request) *stream {
	if !takesZip(r) {
		return &stream{w: w}
	}
	w.Header().Set("Content-Encoding", "gzip")
	zip := zippers.Get().(*gzip.Writer)
	zip.Reset(w)
	return &stream{w, zip}
}

func (s *stream) write(b []byte) {
	if s.zip != nil {
		_, _ = s.zip.Write(b)
	} else {
		_, _ = s.w.Write(b)
	}
}

// flush sends what there is so far, and b.
func (s *stream) flush(b []byte) {
	s.write(b)
	if s.zip != nil {
		_ = s.zip.Flush()
	}
	_ = http.NewResponseController(s.w).Flush()
}

// end sends the rest.
func (s *stream) end(parts ...[]byte) {
	for _, b := range parts {
		s.write(b)
	}
	if s.zip != nil {
		_ = s.zip.Close()
		zippers.Put(s.zip)
	}
}

var zippers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 4)
	return w
}}

// plainPage is the shell of a server without a client.
func plainPage(p Page) (before, after []byte) {
	return []byte("<!doctype html><html lang=\"" + html.EscapeString(p.Lang) + "\"><meta charset=\"utf-8\"><title>" +
		html.EscapeString(p.Title) + "</title><h1>" + html.EscapeString(p.Title) + "</h1><p>" + html.EscapeString(p.Text) + "</p>"), []byte("</html>")
}

// origin is where links made for this request begin: scheme and host.
func (s *Server) origin(r *http.Request) string {
	if u := s.o.PublicURL; u != nil {
		return strings.TrimSuffix(u.String(), "/")
	}
	scheme := "http"
	if s.secure(r) {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// timeout bounds one request's work in the rooms.
func (s *Server) timeout(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), min(s.o.Limits.RequestTimeout, time.Minute))
}
