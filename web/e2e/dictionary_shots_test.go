package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestScreenshotsBesideTheMap makes pictures of docs/method.md (`make
// method-pictures`): what the map knows besides its notes, remarks and sign-off,
// several notes chosen in the list.
func TestScreenshotsBesideTheMap(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make method-pictures`")
	}
	s := Start(t)
	for _, one := range []struct{ lang, file, name, department string }{
		{"ja", sampleJapanese(), "山田 花子", "マーケティング"}, {"en", sampleEnglish(), "Hanako Yamada", "Marketing"},
	} {
		m := s.Import(one.file)
		p := Open(t, As{Name: one.lang, Lang: one.lang, Width: 1440, Height: 900})
		p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen");
			localStorage.setItem("tabi.name", ` + quote(one.name) + `); localStorage.setItem("tabi.department", ` + quote(one.department) + `)`)
		p.Visit(m.Edit())
		shot := func(name string) {
			p.Run(`document.querySelector("#side-title")?.blur()`)
			p.settled()
			p.Document(filepath.Join(dir, "method-"+name+"-"+one.lang+".png"))
		}
		p.part("settings", "personas")
		p.Run(`document.querySelector("#side .entries button").click()`)
		p.Until(`document.querySelector("#side-name")`)
		shot("settings")
		p.part("comments", "")
		p.Run(`document.querySelector("#side-agree").click()`)
		p.Until(`document.querySelector(".agreement[data-state=still]")`)
		shot("comments")
		p.Run(`document.querySelector("#side-close").click()`)
		p.toList()
		for i := range 3 {
			p.Run(`document.querySelectorAll("#list .list-note")[` + quote2(i) + `].focus()`)
			p.Press("x")
			p.Until(`document.querySelectorAll("#list .ticking :checked").length === ` + quote2(i+1))
		}
		shot("list")
	}
}
