package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"
)

// A new release is offered and never forced: here a proxy makes the server look
// as if it had been replaced by one with another service worker.
func TestANewReleaseIsOfferedAndNotForced(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	var replaced atomic.Bool
	target, err := url.Parse("http://" + s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the server compares it with the page's origin
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path != "/sw.js" || !replaced.Load() {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body = bytes.Replace(body, []byte(`const HASH = "`), []byte(`const HASH = "0`), 1)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	})
	t.Cleanup(func() { front.CloseClientConnections(); front.Close() })

	p := Open(t, As{Name: "reader"})
	p.Visit(front.URL + m.EditPath)
	p.Until(`navigator.serviceWorker.controller`)
	p.Run(`await tabi.learn("ko")`) // as somebody did who chose it here once
	p.toList()
	p.addNote(0, "mine")
	replaced.Store(true)
	p.Run(`await (await navigator.serviceWorker.getRegistration()).update()`)
	p.Until(`document.querySelector("#update")`)
	p.AxeInAll("a new release is offered", "#update")
	// P85: of the texts of further languages the new release has those that were read here, and no others.
	if kept := Eval[[]string](p, `(async () => (await (await caches.open((await caches.keys()).filter(k => k.startsWith("tabi-files-")).sort((a, b) => b.length - a.length)[0])).keys()).map(r => r.url.split("/texts/")[1]).filter(Boolean))()`); len(kept) != 1 || kept[0] != "ko.json" {
		t.Errorf("the new release has kept the texts %v", kept)
	}
	if !Eval[bool](p, `!!`+note("mine")) {
		t.Error("the page was reloaded under its reader")
	}
	p.Run(`window.before = true`)
	p.Click("#update .primary")
	p.Until(`!window.before`)
	p.Ready()
	p.Until(note("mine"))
	p.Until(`!document.querySelector("#update")`)
}

// The second visit fetches no file again: all come from the worker's cache.
func TestTheSecondVisitFetchesNothingAgain(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader"})
	p.Visit(m.View())
	p.Until(`navigator.serviceWorker.controller`)
	p.Visit(m.View())
	sizes := Eval[string](p, `performance.getEntriesByType("resource").filter(e => e.name.includes("/assets/") && e.transferSize > 0).map(e => e.name + " " + e.transferSize).join("\n")`)
	if sizes != "" {
		t.Errorf("these came over the network again:\n%s", sizes)
	}
}

// What the content policy forbids is really refused, and nothing of ours needs it.
func TestTheContentPolicyHolds(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader"})
	p.Before(`window.refused = []; addEventListener("securitypolicyviolation", e => window.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile + ":" + e.lineNumber))`)
	p.Visit(m.Edit())
	p.toList()
	p.Click("#view-board")
	if refused := Eval[string](p, `window.refused.join("\n")`); refused != "" {
		t.Errorf("our own page breaks the policy:\n%s", refused)
	}
	p.Expect("Content Security Policy|violates the following")
	p.Run(`const s = document.createElement("script"); s.textContent = "window.injected = true"; document.body.append(s)`)
	p.Until(`window.refused.length > 0`)
	if Eval[bool](p, `!!window.injected`) {
		t.Error("an inline script ran")
	}
}
