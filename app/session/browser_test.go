//go:build !js

package session

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInBrowser runs TestBrowser, compiled to wasm, in a real Chromium, since
// Node has neither IndexedDB nor locks. It takes a while, so it runs only
// with TABI_BROWSER=1 (make e2e).
func TestInBrowser(t *testing.T) {
	if os.Getenv("TABI_BROWSER") == "" {
		t.Skip("set TABI_BROWSER=1")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	dir := t.TempDir()
	build := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "t.wasm"), ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const page = `<script src="wasm_exec.js"></script><script>
const go = new Go(); go.argv = ["t", "-test.v", "-test.run", "^TestBrowser$"];
WebAssembly.instantiateStreaming(fetch("t.wasm"), go.importObject).then(r => go.run(r.instance)).then(() => console.log("ENDED"));
</script>`
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("/wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(page)) })
	s := httptest.NewServer(mux)
	defer s.Close()

	// Chromium's helpers still write for a moment after it was killed, so the
	// profile is removed as far as it goes.
	profile, err := os.MkdirTemp("", "tabi-browser-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
		"--user-data-dir="+profile, s.URL+"/page")
	log, err := run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	passed := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if line := lines.Text(); strings.Contains(line, "CONSOLE") {
			t.Log(line)
			passed = passed || strings.Contains(line, `"PASS"`)
			if strings.Contains(line, `"ENDED"`) {
				break
			}
		}
	}
	cancel()
	run.Wait()
	if !passed {
		t.Error("the test did not pass in the browser")
	}
}
