package e2e

import (
	"strings"
	"testing"
)

func TestNothingSeenIsLostByKillNineUnderLoad(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleEnglish())
	a, b := Open(t, As{Name: "a", Lang: "en"}), Open(t, As{Name: "b", Lang: "en"})
	for _, p := range []*Person{a, b} {
		p.Expect(offlineNoise)
		p.Visit(m.Edit())
		p.toList()
	}
	a.addNote(0, "load")
	a.openNote("load")
	a.Run(`document.querySelector("#panel-text").setSelectionRange(4, 4)`)
	a.Type("0123456789")
	b.Until(`[...document.querySelectorAll("#list .list-note .list-text")].some(e => e.textContent.startsWith("load01"))`)
	// The server dies while a goes on typing.
	s.Kill()
	a.Type("abcdefghij")
	a.Until(`document.querySelector(".state").dataset.state === "offline" && document.querySelector(".state").dataset.pending > 0`)
	b.Until(`document.querySelector(".state").dataset.state === "offline"`)
	seen := Eval[string](b, `[...document.querySelectorAll("#list .list-note .list-text")].map(e => e.textContent).find(t => t.startsWith("load"))`)
	s.Restart()
	for _, p := range []*Person{a, b} {
		p.Until(`document.querySelector(".state").dataset.state === "live" && document.querySelector(".state").dataset.pending === "0"`)
		p.Until(note("load0123456789abcdefghij"))
	}
	if !strings.HasPrefix("load0123456789abcdefghij", seen) {
		t.Errorf("b had seen %q, which is no longer there", seen)
	}
	if !strings.Contains(s.Export(m), "load0123456789abcdefghij") {
		t.Error("the server's own export lacks what was typed")
	}
}

func TestEditsMadeOfflineComeThroughACutConnection(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	cut := NewProxy(t, s.Addr)
	a, b := Open(t, As{Name: "cut off"}), Open(t, As{Name: "b"})
	a.Expect(offlineNoise)
	a.Visit(m.Through(cut, m.EditPath))
	b.Visit(m.Edit())
	a.toList()
	b.toList()
	cut.Cut()
	a.Until(`document.querySelector(".state").dataset.state === "offline"`)
	a.Until(`document.querySelector("#offline")`)
	a.addNote(0, "圏外で書いた")
	a.Until(`document.querySelector(".state").dataset.pending > 0`)
	b.addNote(0, "その間に")
	if Eval[bool](a, `!!`+note("その間に")) {
		t.Fatal("the proxy is not cut")
	}
	cut.Mend()
	b.Until(note("圏外で書いた"))
	a.Until(note("その間に"))
	a.Until(`document.querySelector(".state").dataset.state === "live" && document.querySelector(".state").dataset.pending === "0"`)
}

func TestEditsMadeOfflineSurviveAReload(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	cut := NewProxy(t, s.Addr)
	a, b := Open(t, As{Name: "cut off"}), Open(t, As{Name: "b"})
	a.Expect(offlineNoise)
	a.Visit(m.Through(cut, m.EditPath))
	a.toList()
	b.Visit(m.Edit())
	b.toList()
	// The service worker has to have taken its files before a page can come
	// without a network.
	a.Until(`navigator.serviceWorker.controller`)
	a.Visit(m.Through(cut, m.EditPath)) // now through the worker, which keeps the page
	a.untilKept(m.EditPath)
	cut.Cut()
	a.Until(`document.querySelector(".state").dataset.state === "offline"`)
	a.addNote(0, "圏外で、そして再読み込み")
	a.Until(`document.querySelector(".state").dataset.pending > 0`)
	a.Goto(m.Through(cut, m.EditPath))
	a.Until(`document.documentElement.dataset.ready === "1" && document.querySelector(".state").dataset.state === "offline"`)
	a.Until(note("圏外で、そして再読み込み"))
	a.Until(`document.querySelector(".state").dataset.pending > 0`)
	cut.Mend()
	b.Until(note("圏外で、そして再読み込み"))
	a.Until(`document.querySelector(".state").dataset.state === "live" && document.querySelector(".state").dataset.pending === "0"`)
}
