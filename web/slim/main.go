// Command slim makes a copy of the client's two libraries without what a page never uses, and a
// go.mod that points to the copies:
//
//	go run ./web/slim .cache/slim
//	go build -modfile=.cache/slim/go.mod … ./cmd/client
//
// go-app's package also holds its HTTP server, which brings net/http, TLS and all of crypto into
// the wasm, about a megabyte as brotli. Nothing is taken away that the client calls: the browser
// tests run on what is built this way. Every place that is changed must be found exactly as it
// was when this was written, so a new version of a library stops the build instead of being
// changed blindly. docs/decisions/0008 has the reasons.
package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed files
var files embed.FS

// A library is copied whole; then files are replaced by ours and imports are exchanged.
type library struct {
	module, version string
	only            []string               // its folders that are copied, if not all
	replaced        map[string]string      // file of the library: file of ours
	added           map[string]string      // the same, for files that the library does not have
	exchanged       map[string][][2]string // file of the library: a text, mostly an import, and its stand-in
}

const goApp = "github.com/maxence-charriere/go-app/v10"

func standIn(name string) string { return name + ` "` + goApp + `/pkg/slim/` + name + `"` }

var (
	jsonFor = [2]string{`"encoding/json"`, standIn("json")}
	uuidFor = [2]string{`"github.com/google/uuid"`, standIn("uuid")}
	httpFor = [2]string{`"net/http"`, standIn("http")}
	fmtFor  = [2]string{`"fmt"`, standIn("fmt")}
	urlFor  = [2]string{`"net/url"`, standIn("url")}
	netFor  = [2]string{`"net"`, standIn("net")}
	osFor   = [2]string{`"os"`, standIn("os")}
)

var libraries = []library{
	{
		module: goApp, version: "v10.1.11",
		replaced: map[string]string{
			"pkg/app/http.go":    "app_http.go",
			"pkg/app/crypto.go":  "app_crypto.go",
			"pkg/app/static.go":  "app_static.go",
			"pkg/app/state.go":   "app_state.go",
			"pkg/app/storage.go": "app_storage.go",
		},
		added: map[string]string{
			"pkg/slim/json/json.go":     "json.go",
			"pkg/slim/uuid/uuid.go":     "uuid.go",
			"pkg/slim/http/http.go":     "http.go",
			"pkg/slim/fmt/fmt.go":       "fmt.go",
			"pkg/slim/url/url.go":       "url.go",
			"pkg/slim/net/net.go":       "net.go",
			"pkg/slim/os/os.go":         "os.go",
			"pkg/slim/regexp/regexp.go": "regexp.go",
		},
		exchanged: map[string][][2]string{
			"pkg/app/node.go":         {{"case *htmlElem, *htmlElemSelfClosing:", "case *htmlElem:"}}, // see unite
			"pkg/app/resource.go":     {httpFor},
			"pkg/app/route.go":        {{`"regexp"`, standIn("regexp")}},
			"pkg/app/context.go":      {jsonFor, uuidFor, urlFor},
			"pkg/app/notification.go": {jsonFor},
			"pkg/app/strings.go":      {jsonFor, fmtFor},
			"pkg/app/action.go":       {fmtFor},
			"pkg/app/app.go":          {fmtFor, osFor},
			"pkg/app/js.go":           {urlFor},
			"pkg/app/js_wasm.go":      {urlFor},
			"pkg/app/log.go":          {fmtFor},
			"pkg/app/page.go":         {urlFor},
			"pkg/app/testing.go":      {urlFor},
			"pkg/app/text.go":         {fmtFor},
			"pkg/errors/errors.go":    {jsonFor, fmtFor, {`"path/filepath"`, `filepath "path"`}},
			"pkg/app/engine.go": { // see unite
				jsonFor, urlFor,
				{"document.(HTML).body()", "document.body()"},
				{"child.(HTMLBody); isBody", `child.(HTMLBody); isBody && child.Tag() == "body"`},
			},
		},
	},
	{
		module: "github.com/coder/websocket", version: "v1.8.15",
		replaced: map[string]string{
			"netconn.go":    "websocket_netconn.go",
			"netconn_js.go": "websocket_netconn.go",
		},
		exchanged: map[string][][2]string{
			"ws_js.go":              {httpFor, fmtFor, netFor},
			"internal/errd/wrap.go": {fmtFor},
			"internal/xsync/go.go":  {fmtFor},
		},
	},
	{
		module: "github.com/go-text/typesetting", version: "v0.3.5",
		only: []string{"segmenter", "language", "internal"},
		exchanged: map[string][][2]string{
			"segmenter/segmenter.go": {fmtFor},
			"language/language.go":   {osFor},
			"language/scripts.go":    {fmtFor},
		},
	},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: slim DIRECTORY")
		os.Exit(2)
	}
	if err := slim(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "slim:", err)
		os.Exit(1)
	}
}

func slim(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		return err
	}
	for i, l := range libraries {
		if !strings.Contains(string(mod), l.module+" "+l.version) {
			return fmt.Errorf("go.mod no longer asks for %s %s: look at what web/slim changes in it, then give the new version here", l.module, l.version)
		}
		to, err := filepath.Abs(filepath.Join(dir, fmt.Sprint("library", i)))
		if err != nil {
			return err
		}
		if err := l.copyTo(to); err != nil {
			return fmt.Errorf("%s: %w", l.module, err)
		}
		if l.module == goApp {
			if err := unite(filepath.Join(to, generated)); err != nil {
				return err
			}
		}
		mod = fmt.Appendf(mod, "\nreplace %s => %s\n", l.module, to)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o644); err != nil {
		return err
	}
	if err := overlay(dir); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644)
}

// standard are files of the standard library that are exchanged: how slices sorts, of which each type that is sorted
// has its own copy, and settings by GODEBUG.
var standard = map[string]string{
	"slices/zsortanyfunc.go":      "sort.go",
	"slices/zsortordered.go":      "sort_ordered.go",
	"internal/godebug/godebug.go": "godebug.go",
}

// shortened are ends of functions of the standard library, each from a line that it holds once, and what is there
// instead.
var shortened = []struct{ file, function, from, body string }{
	// Insert is long lest it copy what is inserted.
	{"slices/slices.go", "Insert[", "\tn := len(s)\n\tif i == n {\n\t\treturn append(s, v...)\n", `	w := append(S(nil), v...) // v may be a part of s
	s = append(s, w...)
	copy(s[i+m:], s[i:])
	copy(s[i:], w)
	return s
}
`},
	// Every time reads as RFC 3339, the one layout that the client asks for: the browser writes dates in the reader's form.
	{"time/format.go", "(t Time) appendFormat(", "\tname, offset, abs := t.locabs()\n\tdays := abs.days()\n", "\treturn t.appendFormatRFC3339(b, true)\n}\n"},
}

// fastNumbers is a switch that the library has for its tests: without the fast ways from and to fractions there is no
// table of powers of ten, which is 11 KB that nothing packs smaller. The plain way says the same.
var fastNumbers = [2]string{"\nvar optimize = true ", "\nconst optimize = false "}

// overlay writes what the standard library's files are exchanged for. Where a version of Go asks more of these files,
// the client does not build.
func overlay(dir string) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	src := filepath.Join(strings.TrimSpace(string(root)), "src")
	exchanged := map[string]string{}
	for name, ours := range standard {
		theirs := filepath.Join(src, filepath.FromSlash(name))
		if _, err := os.Stat(theirs); err != nil {
			return fmt.Errorf("this version of Go has %s elsewhere: %w", name, err)
		}
		body, err := files.ReadFile("files/" + ours + ".txt")
		if err != nil {
			return err
		}
		exchanged[theirs] = filepath.Join(dir, ours)
		if err := os.WriteFile(exchanged[theirs], body, 0o644); err != nil {
			return err
		}
	}
	for _, f := range shortened {
		theirs, ours := filepath.Join(src, filepath.FromSlash(f.file)), filepath.Join(dir, filepath.Base(f.file))
		body, err := os.ReadFile(theirs)
		if err != nil {
			return err
		}
		before, rest, ok := strings.Cut(string(body), f.from)
		_, after, ended := strings.Cut(rest, "\n}\n")
		if !ok || !ended || !strings.Contains(before[strings.LastIndex(before, "\nfunc "):], f.function) {
			return fmt.Errorf("%s: %s is not as it was", theirs, f.function)
		}
		if err := os.WriteFile(ours, []byte(before+f.body+after), 0o644); err != nil {
			return err
		}
		exchanged[theirs] = ours
	}
	theirs, ours := filepath.Join(src, "internal", "strconv", "atof.go"), filepath.Join(dir, "atof.go")
	body, err := os.ReadFile(theirs)
	if err != nil {
		return err
	}
	if strings.Count(string(body), fastNumbers[0]) != 1 {
		return fmt.Errorf("%s: numbers are not made fast as they were", theirs)
	}
	if err := os.WriteFile(ours, []byte(strings.Replace(string(body), fastNumbers[0], fastNumbers[1], 1)), 0o644); err != nil {
		return err
	}
	exchanged[theirs] = ours
	list, err := json.Marshal(map[string]map[string]string{"Replace": exchanged})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "overlay.json"), list, 0o644)
}

func (l library) copyTo(to string) error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", l.module).Output()
	if err != nil {
		return err
	}
	from := strings.TrimSpace(string(out))
	if from == "" { // not in the module cache yet
		if err := exec.Command("go", "mod", "download", l.module).Run(); err != nil {
			return err
		}
		if out, err = exec.Command("go", "list", "-m", "-f", "{{.Dir}}", l.module).Output(); err != nil {
			return err
		}
		from = strings.TrimSpace(string(out))
	}
	changed := 0
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(name), "/"); d.IsDir() && top != "." && l.only != nil && !slices.Contains(l.only, top) {
			return filepath.SkipDir
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if ours, ok := l.replaced[filepath.ToSlash(name)]; ok {
			changed++
			if b, err = files.ReadFile("files/" + ours + ".txt"); err != nil {
				return err
			}
		}
		if pairs, ok := l.exchanged[filepath.ToSlash(name)]; ok {
			changed++
			for _, p := range pairs {
				if strings.Count(string(b), p[0]) != 1 {
					return fmt.Errorf("%s holds %s otherwise than expected", name, p[0])
				}
				b = []byte(strings.Replace(string(b), p[0], p[1], 1))
			}
		}
		return os.WriteFile(filepath.Join(to, name), b, 0o644)
	})
	if err != nil {
		return err
	}
	if want := len(l.replaced) + len(l.exchanged); changed != want {
		return fmt.Errorf("%d of %d files to change were found", changed, want)
	}
	for name, ours := range l.added {
		b, err := files.ReadFile("files/" + ours + ".txt")
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
