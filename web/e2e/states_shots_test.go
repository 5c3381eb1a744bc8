package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestScreenshotsOfStates makes pictures of what else a map looks like (`make
// screenshots`), in Japanese and light, in English and dark: on a tablet, with
// the check beside board and list, sharing, the help sheet.
func TestScreenshotsOfStates(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make screenshots`")
	}
	s := Start(t)
	for _, one := range []struct {
		lang, file, name string
		dark             bool
	}{{"ja", sampleJapanese(), "山田 花子", false}, {"en", sampleEnglish(), "Hanako Yamada", true}} {
		link := s.Import(one.file).OwnerLink()
		open := func(as As) *Person {
			as.Name, as.Lang, as.Dark = one.lang, one.lang, one.dark
			p := Open(t, as)
			p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen"); localStorage.setItem("tabi.name", ` + quote(one.name) + `)`)
			p.Visit(link)
			return p
		}
		shot := func(p *Person, name string) {
			p.Run(`document.querySelector("#side-title")?.blur()`)
			p.settled()
			p.Document(filepath.Join(dir, "state-"+name+"-"+one.lang+".png"))
		}
		p := open(As{Width: 820, Height: 1180, Touch: true})
		shot(p, "tablet")
		p.openPart("check")
		shot(p, "tablet-check")

		p.start(s) // nobody else is on the map
		p = open(As{Width: 1440, Height: 900})
		p.Press("?", Shift)
		p.Until(`document.querySelector("#b-help[open]")`)
		shot(p, "help")
		p.Press("Escape")
		p.Until(`!document.querySelector("#b-help[open]")`)
		p.Run(`document.querySelector("#share").click()`)
		p.Until(`document.querySelector("#dialog-share[open] .links li")`)
		p.Run(`document.querySelector("#share-new").click()`)
		p.Until(`document.querySelector("#dialog-share .fresh")`)
		shot(p, "share")
		p.Press("Escape")
		p.Until(`!document.querySelector("dialog[open]")`)
		p.toList()
		p.openPart("check")
		shot(p, "list-check")
	}
}
