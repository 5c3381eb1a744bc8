package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestScreenshots makes the pictures of docs/images (`make screenshots`).
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make screenshots`")
	}
	s := Start(t)
	maps := map[string]MapLinks{"map1": s.Import(sampleJapanese()), "map3": s.Import(sampleEnglish())}
	shot := func(p *Person, name string) {
		p.settled()
		p.Document(filepath.Join(dir, name+".png"))
	}
	for _, name := range []string{"map1", "map3"} {
		for _, lang := range []string{"ja", "en"} {
			p := Open(t, As{Name: name, Lang: lang, Width: 1440, Height: 900})
			p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen"); localStorage.setItem("tabi.name", "` + map[string]string{"ja": "山田 花子", "en": "Hanako Yamada"}[lang] + `")`)
			p.Visit(maps[name].Edit())
			shot(p, name+"-"+lang+"-desktop")

			p = Open(t, As{Name: name, Lang: lang, Phone: true})
			p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
			p.Visit(maps[name].Edit())
			shot(p, name+"-"+lang+"-phone")
		}
	}

	p := Open(t, As{Name: "list", Width: 1440, Height: 900})
	p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
	p.Visit(maps["map1"].Edit())
	p.toList()
	p.ClickAt(p.scrolledTo(`document.querySelectorAll("#list .list-note")[2]`))
	p.Until(`document.activeElement?.id === "panel-text"`)
	p.Run(`document.querySelector("#list .list").scrollTo(0, 0)`)
	shot(p, "list-ja-desktop")

	p = Open(t, As{Name: "dark", Width: 1440, Height: 900, Dark: true})
	p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
	p.Visit(maps["map1"].Edit())
	shot(p, "map1-ja-dark")

	p = Open(t, As{Name: "start", Width: 1440, Height: 900})
	p.start(s)
	shot(p, "start-ja-desktop")

	p = Open(t, As{Name: "no script", Width: 1440, Height: 900})
	p.WithoutJavaScript()
	p.Goto(maps["map1"].View())
	p.Until(`document.querySelector("#picture svg.map")`)
	p.Document(filepath.Join(dir, "map1-ja-without-javascript.png"))
}
