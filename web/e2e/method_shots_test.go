package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// owned makes a map of a file as whoever leads it would, and gives its owner's
// link.
func (p *Person) owned(s *Tabi, file string) string {
	p.tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.start(s)
	path := Eval[string](p, `fetch("/api/maps?import=1", {method: "POST", headers: {"Content-Type": "application/json"}, body: `+quote(string(data))+`}).then(r => r.json()).then(m => m.owner)`)
	return "http://" + s.Addr + path
}

// TestScreenshotsOfTheMethod makes the pictures of docs/method.md (`make
// screenshots`): guide, check and review beside the map, in both languages.
func TestScreenshotsOfTheMethod(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make screenshots`")
	}
	s := Start(t)
	for lang, file := range map[string]string{
		"ja": faulty(t, map[string][]string{"n064": {"due", "owner"}, "n065": {"links"}, "n066": {"kpi"}}),
		"en": faultyOf(t, sampleEnglish(), map[string][]string{"n069": {"due", "owner"}, "n070": {"links"}, "n071": {"kpi"}}),
	} {
		p := Open(t, As{Name: lang, Lang: lang, Width: 1440, Height: 900})
		p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
		p.Visit(p.owned(s, file))
		shot := func(part string) {
			p.openPart(part)
			p.Run(`document.querySelector("#side-title").blur()`)
			p.settled()
			p.Document(filepath.Join(dir, "method-"+part+"-"+lang+".png"))
		}
		shot("check")
		p.openPart("review")
		p.Click("#side-reviewed")
		p.Until(`document.querySelector("#side").innerText.match(/Last reviewed|最後の見直し/)`)
		p.Run(`document.querySelector("#side-close").click()`)
		shot("review")
		p.Click("#open-guide")
		p.Until(`document.querySelector("#side-step-6")`)
		p.ClickAt(p.scrolledTo(`document.querySelector("#side-step-6")`))
		p.inStep(6)
		p.ClickAt(p.scrolledTo(`document.querySelector("#side-timer-start")`))
		p.Until(`document.querySelector("#strip-timer:not([hidden])")`)
		p.Run(`document.querySelector("#side").scrollTo(0, 0)`)
		p.Click("#side-close")
		shot("guide")
	}
}
