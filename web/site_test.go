package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/tabi-map/tabi/app/i18n"
)

// A release as small as can be: a client that was packed, a script, a worker.
func release(t *testing.T, program string) *Site {
	t.Helper()
	var packed bytes.Buffer
	w := brotli.NewWriter(&packed)
	_, _ = io.WriteString(w, program)
	_ = w.Close()
	s, err := open(fstest.MapFS{
		"loader.js":              {Data: []byte("start()")},
		"sw.js":                  {Data: []byte("keep()")},
		"tokens.css":             {Data: []byte(":root{}")},
		"manifest.webmanifest":   {Data: []byte("{}")},
		"icons/icon-32.png":      {Data: []byte("png")},
		"dist/.keep":             {Data: nil},
		"dist/app.wasm.br":       {Data: packed.Bytes()},
		"dist/app.wasm.size":     {Data: []byte("11\n")},
		"dist/wasm_exec.js":      {Data: []byte("glue()")},
		"dist/leftover.unknown1": {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(s *Site, path, encodings string) *http.Response {
	r := httptest.NewRequest("GET", path, nil)
	if encodings != "" {
		r.Header.Set("Accept-Encoding", encodings)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestEveryBrowserGetsTheSameBytesInAFormItReads(t *testing.T) {
	s := release(t, "the program")
	for _, c := range []struct{ accepts, coding string }{
		{"gzip, deflate, br", "br"},
		{"gzip, deflate", "gzip"}, // what browsers offer over plain HTTP
		{"br;q=0, gzip", "gzip"},
		{"", ""},
	} {
		res := get(s, s.URL("app.wasm"), c.accepts)
		if got := res.Header.Get("Content-Encoding"); got != c.coding {
			t.Errorf("%q: Content-Encoding %q, want %q", c.accepts, got, c.coding)
		}
		var body io.Reader = res.Body
		switch c.coding {
		case "br":
			body = brotli.NewReader(body)
		case "gzip":
			var err error
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := io.ReadAll(body); string(got) != "the program" || err != nil {
			t.Errorf("%q: %q, %v", c.accepts, got, err)
		}
		// instantiateStreaming takes nothing else.
		if got := res.Header.Get("Content-Type"); got != "application/wasm" {
			t.Errorf("%q: Content-Type %q", c.accepts, got)
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%q: Cache-Control %q", c.accepts, got)
		}
	}
}

func TestAFileOfAnotherReleaseIsNotFoundAndNotKept(t *testing.T) {
	s, other := release(t, "the program"), release(t, "a new program")
	if s.Hash == other.Hash {
		t.Fatal("two programs, one hash")
	}
	if s.Hash != release(t, "the program").Hash {
		t.Error("one program, two hashes")
	}
	for _, path := range []string{other.URL("app.wasm"), s.URL("nothing.js"), "/assets/", "/icons/", "/loader.js", "/assets/" + s.Hash + "/../sw.js"} {
		res := get(s, path, "")
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q", path, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
}

func TestTheWorkerComesFreshAndKnowsItsFiles(t *testing.T) {
	s := release(t, "the program")
	res := get(s, "/sw.js", "")
	body, _ := io.ReadAll(res.Body)
	if res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("Cache-Control %q", res.Header.Get("Cache-Control"))
	}
	for _, want := range []string{s.Hash, s.URL("app.wasm"), s.URL("scripts.js"), "keep()"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the worker does not hold %q:\n%s", want, body)
		}
	}
}

// What is joined holds all of its parts, in order, and they are served in no other way.
func TestStylesAndScriptsGoOutAsOneFileEach(t *testing.T) {
	s, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for whole, parts := range joined {
		rest := string(s.assets[whole].plain())
		for _, name := range parts {
			data, err := fs.ReadFile(embedded, name)
			if err != nil {
				if name == "wasm_exec.js" {
					continue // of a client that was built
				}
				t.Fatal(err)
			}
			_, after, found := strings.Cut(rest, string(lean(name, data)))
			if !found {
				t.Errorf("%s does not hold %s after what stands before it", whole, name)
			}
			rest = after
			if res := get(s, s.URL(name), ""); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s is served beside %s: %d", name, whole, res.StatusCode)
			}
		}
	}
}

// whole is a page around a picture.
func whole(s *Site, p Page) string {
	before, after := s.Page(p)
	return string(before) + `<svg id="p"></svg>` + string(after)
}

// The page must hold under CSP: nothing inline, nothing from elsewhere.
func TestNoPageHoldsInlineScriptOrStyle(t *testing.T) {
	s := release(t, "the program")
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|https?://`)
	for _, p := range []Page{
		{Kind: Start, Lang: i18n.Japanese},
		{Kind: Map, Lang: i18n.Japanese, Title: "旅", Role: "view"},
		{Kind: Map, Lang: i18n.English, Role: "edit"},
		{Kind: Gone, Lang: i18n.English},
	} {
		page := whole(s, p)
		if found := inline.FindString(page); found != "" {
			t.Errorf("%s: %q in\n%s", p.Kind, found, page)
		}
		for _, script := range regexp.MustCompile(`<script[^>]*>[^<]*</script>`).FindAllString(page, -1) {
			if !strings.Contains(script, `src="/assets/`+s.Hash) || !strings.HasSuffix(script, "></script>") {
				t.Errorf("%s: %s", p.Kind, script)
			}
		}
		if !strings.Contains(page, `lang="`+string(p.Lang)+`"`) {
			t.Errorf("%s: the page does not say its language", p.Kind)
		}
	}
}

func TestAPageSaysWhatItIs(t *testing.T) {
	s := release(t, "the program")
	for _, c := range []struct {
		page Page
		want []string
		not  []string
	}{
		{Page{Kind: Map, Lang: i18n.Japanese, Title: "<b>旅</b>", Role: "view"},
			[]string{`data-role="view"`, `data-kind="map"`, "&lt;b&gt;旅", `<svg id="p"></svg>`, "閲覧のみ", "app.wasm", `data-size="11"`}, []string{"<b>"}},
		{Page{Kind: Map, Lang: i18n.English, Role: "edit"}, []string{"Untitled map"}, []string{"View only"}},
		{Page{Kind: Gone, Lang: i18n.English}, []string{"This link does not work"}, []string{"app.wasm", "<script"}},
		{Page{Kind: Gone, Title: "Too many", Text: "Wait."}, []string{"Too many", "Wait."}, nil},
	} {
		got := whole(s, c.page)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: %q is missing in\n%s", c.page.Kind, want, got)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%+v: %q should not stand in\n%s", c.page.Kind, not, got)
			}
		}
	}
}

func TestTheEmbeddedFilesOpen(t *testing.T) {
	s, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"loader.js", "sw.js", "styles.css", "scripts.js", "manifest.webmanifest", "icons/icon.svg", "icons/icon-192.png"} {
		if s.assets[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
}

// Scripts and styles go out without what only those need who work on them. Only what is plainly a comment is taken,
// so none of the scripts may hold a text of several lines, whose lines could look like one.
func TestScriptsAndStylesGoOutWithoutTheirComments(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"a.css", "/* why\n   so */\n.a { color: red; } /* here */\n\n  .b > c { d: url(data:x//y); }\n", ".a { color: red; } \n.b > c { d: url(data:x//y); }\n"},
		{"a.js", "// why\n  // so\n  const u = 'http://x'; // here\n\n\tgo()\n", "const u = 'http://x'; // here\ngo()\n"},
		{"a.txt", "  // stays\n", "  // stays\n"},
	} {
		if got := string(lean(c.name, []byte(c.in))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	s, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range s.assets {
		if path.Ext(name) != ".js" {
			continue
		}
		for line := range bytes.Lines(a.plain()) {
			if bytes.Count(line, []byte("`"))%2 != 0 {
				t.Errorf("%s: a text of several lines begins or ends at %q", name, line)
			}
		}
	}
}
