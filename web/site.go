package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/i18n/more"
)

// CSP is the Content-Security-Policy of every page. Styles are set through the
// CSSOM only, scripts come from files only, and nothing is fetched elsewhere.
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed *.js *.css manifest.webmanifest icons all:dist
var embedded embed.FS

// Site answers for all files that are the same for everyone.
type Site struct {
	Hash   string // of all files together, part of their addresses
	assets map[string]*asset
}

// asset is a file in the form in which it is embedded, and in the others once
// they have been asked for.
type asset struct {
	contentType string
	brotli      func() []byte // nil when compressing gains nothing
	gzip        func() []byte
	plain       func() []byte
	size        int // of the plain form; 0 when not known without work
}

// Open reads the embedded files.
func Open() (*Site, error) { return open(embedded) }

func open(files fs.FS) (*Site, error) {
	s := &Site{assets: map[string]*asset{}}
	sizes := map[string]int{}
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		data = lean(name, data)
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(data))
		sum.Write(data)
		name = strings.TrimPrefix(name, "dist/")
		if whole, ok := strings.CutSuffix(name, ".size"); ok {
			sizes[whole], err = strconv.Atoi(strings.TrimSpace(string(data)))
			return err
		}
		if whole, ok := strings.CutSuffix(name, ".br"); ok {
			s.assets[whole] = compressed(whole, data)
			return nil
		}
		s.assets[name] = uncompressed(name, data)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the embedded web files: %w", err)
	}
	for _, lang := range i18n.Langs {
		if catalogue := more.Catalogue(lang); catalogue != "" {
			sum.Write([]byte(catalogue))
			s.assets[texts+string(lang)+".json"] = uncompressed(string(lang)+".json", []byte(catalogue))
		}
	}
	for whole, parts := range joined {
		s.join(whole, parts)
	}
	for name, size := range sizes {
		if a := s.assets[name]; a != nil {
			a.size = size
		}
	}
	s.Hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return s, nil
}

// texts is where the catalogues of i18n/more are, in the names of assets.
const texts = "texts/"

// joined are files that go out as one, in this order, each building on those
// before: a browser has six connections, and the first paint waits for all styles.
var joined = map[string][]string{
	"styles.css": {"tokens.css", "base.css", "pages.css", "board.css", "views.css"},
	"scripts.js": {"wasm_exec.js", "board.js"},
}

func (s *Site) join(whole string, parts []string) {
	var data []byte
	for _, name := range parts {
		if a := s.assets[name]; a != nil {
			data = append(append(data, a.plain()...), '\n')
			delete(s.assets, name)
		}
	}
	if len(data) > 0 {
		s.assets[whole] = uncompressed(whole, data)
	}
}

// lean is a script or style without what only those read who work on it: comments
// and indentation, a sixth of what it takes compressed. Comments of scripts are
// taken where they are whole lines; none of ours has a text of several lines.
func lean(name string, data []byte) []byte {
	kind := path.Ext(name)
	if kind != ".css" && kind != ".js" {
		return data
	}
	if kind == ".css" {
		data = styleComment.ReplaceAll(data, nil)
	}
	kept := make([]byte, 0, len(data))
	for line := range bytes.Lines(data) {
		line = bytes.TrimLeft(line, " \t")
		if len(bytes.TrimSpace(line)) == 0 || kind == ".js" && bytes.HasPrefix(line, []byte("//")) {
			continue
		}
		kept = append(kept, line...)
	}
	return kept
}

var styleComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// compressed is a file that was embedded as brotli, as the client is: the other
// forms are made when a browser first needs them, as over plain HTTP in a local
// network, where browsers offer gzip only.
func compressed(name string, data []byte) *asset {
	a := &asset{contentType: contentType(name), brotli: func() []byte { return data }}
	a.plain = sync.OnceValue(func() []byte {
		plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(data)))
		if err != nil {
			panic("web: embedded " + name + " is damaged: " + err.Error())
		}
		return plain
	})
	a.gzip = sync.OnceValue(func() []byte { return gzipped(a.plain()) })
	return a
}

func uncompressed(name string, data []byte) *asset {
	a := &asset{contentType: contentType(name), plain: func() []byte { return data }, size: len(data)}
	if strings.HasPrefix(a.contentType, "image/png") || strings.HasPrefix(a.contentType, "font/") {
		return a
	}
	a.gzip = sync.OnceValue(func() []byte { return gzipped(data) })
	a.brotli = sync.OnceValue(func() []byte {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, 9)
		_, _ = w.Write(data) // a bytes.Buffer takes everything
		_ = w.Close()
		return b.Bytes()
	})
	return a
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// contentType knows the few kinds of files there are. The system's table is not
// asked, because it differs between machines and instantiateStreaming insists on
// application/wasm.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".wasm":
		return "application/wasm"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".woff2":
		return "font/woff2"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json; charset=utf-8"
	}
	return "application/octet-stream"
}

// URL is the address of a file of this release.
func (s *Site) URL(name string) string { return "/assets/" + s.Hash + "/" + name }

// Built reports whether the client is in the binary.
func (s *Site) Built() bool { return s.assets["app.wasm"] != nil }

// names are all files in order, for the service worker and the page.
func (s *Site) names() []string { return slices.Sorted(maps.Keys(s.assets)) }

// ServeHTTP answers for /assets/{hash}/…, and for what browsers ask at addresses
// of their own choice: /sw.js, /manifest.webmanifest, /favicon.ico, /icons/….
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name, immutable := strings.CutPrefix(r.URL.Path, "/assets/"+s.Hash+"/")
	switch {
	case immutable:
	case r.URL.Path == "/sw.js":
		s.serveWorker(w, r)
		return
	case r.URL.Path == "/favicon.ico":
		name = "icons/icon-32.png"
	default:
		name = strings.TrimPrefix(r.URL.Path, "/")
		if name != "manifest.webmanifest" && !strings.HasPrefix(name, "icons/") {
			name = ""
		}
	}
	a := s.assets[name]
	if a == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r)
		return
	}
	if immutable {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "public, max-age=3600")
	}
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	body := a.plain
	if a.brotli != nil {
		h.Add("Vary", "Accept-Encoding")
		accepted := r.Header.Get("Accept-Encoding")
		if accepts(accepted, "br") {
			h.Set("Content-Encoding", "br")
			body = a.brotli
		} else if accepts(accepted, "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
	}
	data := body()
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // the reader has gone; nothing to be done
	}
}

// accepts reads an Accept-Encoding header as browsers and proxies write it.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == coding {
			q := strings.TrimSpace(quality)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// serveWorker writes the service worker with the list of files it is to keep. It
// must come fresh each time: that is how a browser learns of a new release.
func (s *Site) serveWorker(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	files, catalogues := []string{}, []string{}
	for _, name := range s.names() {
		switch {
		case strings.HasPrefix(name, texts):
			catalogues = append(catalogues, s.URL(name))
		case name != "sw.js" && name != "manifest.webmanifest" && !strings.HasPrefix(name, "icons/"):
			files = append(files, s.URL(name))
		}
	}
	fmt.Fprintf(&b, "const HASH = %q;\nconst FILES = %s;\nconst TEXTS = %s;\n", s.Hash, list(files), list(catalogues))
	b.Write(s.assets["sw.js"].plain())
	w.Header().Set("Content-Type", contentType("sw.js"))
	w.Header().Set("Cache-Control", "no-cache")
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
}

// list is a JavaScript array of strings.
func list(names []string) string {
	b, err := json.Marshal(names)
	if err != nil {
		panic("web: names that are no text: " + err.Error())
	}
	return string(b)
}
