package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// routes is every address there is. docs/protocol.md tells the same to clients.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	// Pages for people.
	mux.HandleFunc("GET /{$}", s.counted(s.startPage))
	mux.HandleFunc("GET /m/{token}", s.counted(s.mapPage))
	mux.HandleFunc("GET /m/{token}/{file}", s.counted(s.exportMap))
	mux.HandleFunc("GET /m/{token}/images/{image}", s.counted(s.sendImage))
	// The connection.
	mux.HandleFunc("GET /m/{token}/snapshot", s.counted(s.snapshot))
	mux.HandleFunc("GET /m/{token}/live", s.live)
	// Calls.
	mux.HandleFunc("GET /api/templates", s.counted(s.templates))
	mux.HandleFunc("POST /api/maps", s.counted(s.createMap))
	mux.HandleFunc("GET /api/m/{token}/links", s.counted(s.listLinks))
	mux.HandleFunc("POST /api/m/{token}/links", s.counted(s.mintLink))
	mux.HandleFunc("DELETE /api/m/{token}/links/{link}", s.counted(s.revokeLink))
	mux.HandleFunc("POST /api/m/{token}/images", s.counted(s.takeImage))
	// Files that are the same for everyone.
	for _, pattern := range []string{"GET /assets/", "GET /icons/", "GET /sw.js", "GET /manifest.webmanifest", "GET /favicon.ico"} {
		mux.Handle(pattern, s.o.Assets)
	}
	mux.HandleFunc("GET /robots.txt", s.robots)
	// For whoever runs the server.
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("/", s.counted(s.nothingHere))

	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.answerError(w, r, refusal{code: codeOrigin})
	}))
	for _, origin := range s.o.OtherOrigins {
		_ = sameSite.AddTrustedOrigin(origin) // what is not an origin is trusted nowhere
	}
	if s.o.PublicURL != nil {
		_ = sameSite.AddTrustedOrigin(s.o.PublicURL.Scheme + "://" + s.o.PublicURL.Host)
	}
	return s.watched(s.secured(sameSite.Handler(mux)))
}

// secured sets the headers that every answer carries.
func (s *Server) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.o.CSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // the path holds a token
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		if s.o.PublicURL != nil && s.o.PublicURL.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// counted bounds how often one address may call.
func (s *Server) counted(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if wait, ok := s.addresses.request(s.clientAddr(r)); !ok {
			s.answerError(w, r, tooFast(wait))
			return
		}
		next(w, r)
	}
}

// watched counts and logs answers by their route, never by their path: that holds the token.
func (s *Server) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		watch := &watchedWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(watch, r)
		_, route, found := strings.Cut(r.Pattern, " ")
		if !found {
			route = "other"
		}
		took := time.Since(began)
		s.o.Metrics.answered(route, r.Method, watch.status, took)
		s.o.Logger.Debug("answered", "method", r.Method, "route", route, "status", watch.status, "took", took)
	})
}

type watchedWriter struct {
	http.ResponseWriter
	status int
}

func (w *watchedWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController, and with it the WebSocket, find what is below.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") }

func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		plain(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func (s *Server) robots(w http.ResponseWriter, _ *http.Request) {
	plain(w, http.StatusOK, "User-agent: *\nDisallow: /")
}

func plain(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(text)+1))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the reader has gone; nothing to be done
}
