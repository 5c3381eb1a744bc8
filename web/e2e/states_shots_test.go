package e2e

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestScreenshotsOfStates makes pictures of what a map looks like (`make
// screenshots`): board, list and dialogs, on a desk, a tablet and a phone. Each is a
// sheet of four: Japanese above English, light beside dark.
func TestScreenshotsOfStates(t *testing.T) {
	dir := os.Getenv("TABI_SCREENSHOTS")
	if dir == "" {
		t.Skip("only by `make screenshots`")
	}
	s := Start(t)
	links := map[string]string{"ja": s.Import(sampleJapanese()).OwnerLink(), "en": s.Import(sampleEnglish()).OwnerLink()}
	names := map[string]string{"ja": "山田 花子", "en": "Hanako Yamada"}
	sheets := map[string]map[string][]byte{}
	for _, lang := range []string{"ja", "en"} {
		for _, dark := range []bool{false, true} {
			for device, as := range map[string]As{"desk": {Width: 1280, Height: 800}, "tablet": {Width: 820, Height: 1180, Touch: true}, "phone": {Phone: true}} {
				as.Name, as.Lang, as.Dark = device, lang, dark
				p := Open(t, as)
				p.Before(`try { localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen"); localStorage.setItem("tabi.name", ` + quote(names[lang]) + `) } catch {}`)
				shot := func(name string) {
					t.Helper()
					p.Run(`document.querySelector("#side-title")?.blur()`)
					p.settled()
					picture, err := p.picture()
					if err != nil {
						t.Fatal(err)
					}
					look(p, device+"-"+name+"-"+lang+map[bool]string{true: "-dark"}[dark])
					if sheets[device+"-"+name] == nil {
						sheets[device+"-"+name] = map[string][]byte{}
					}
					sheets[device+"-"+name][lang+map[bool]string{true: "dark"}[dark]] = picture
				}
				p.start(s)
				shot("start")
				p.Visit(links[lang])
				p.toBoard()
				shot("board")
				p.toList()
				p.ClickAt(p.scrolledTo(`document.querySelectorAll("#list .list-note")[2]`))
				p.Until(`document.activeElement?.id === "panel-text"`)
				p.Run(`document.querySelector("#list .list").scrollTo(0, 0)`)
				shot("list")
				p.Press("Escape")
				p.Until(`document.querySelector("#panel").hidden`)
				p.Run(`document.querySelector("#menu-button").click()`)
				p.Until(`document.querySelector("#menu:popover-open")`)
				shot("menu")
				p.Press("Escape")
				p.Run(`document.querySelector("#share").click()`)
				p.Until(`document.querySelector("#dialog-share[open] .links li")`)
				p.Run(`document.querySelector("#share-new").click()`)
				p.Until(`document.querySelector("#dialog-share .fresh")`)
				shot("share")
				p.Press("Escape")
				p.Until(`!document.querySelector("dialog[open]")`)
				p.openPart("check")
				shot("check")
				if device == "desk" {
					p.Run(`document.querySelector("#side-close").click()`)
					p.toBoard()
					p.Run(`document.activeElement.blur()`)
					p.Press("?", Shift)
					p.Until(`document.querySelector("#b-help[open]")`)
					shot("help")
				}
				p.Goto("about:blank") // nobody else is on the map that the next one shows
			}
		}
	}
	for name, looks := range sheets {
		path := filepath.Join(dir, "state-"+name+".png")
		data, err := sheet(looks["ja"], looks["jadark"], looks["en"], looks["endark"])
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
		if err != nil {
			t.Fatal(path, err)
		}
	}
}

// sheet lays four pictures two by two, at half their size, in few colours.
func sheet(pictures ...[]byte) ([]byte, error) {
	var all *image.RGBA
	for i, data := range pictures {
		one, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		small := halved(one)
		w, h := small.Rect.Dx(), small.Rect.Dy()
		if all == nil {
			all = image.NewRGBA(image.Rect(0, 0, 2*w+8, 2*h+8))
		}
		at := image.Pt(i%2*(w+8), i/2*(h+8))
		draw.Draw(all, small.Rect.Add(at), small, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, all); err != nil {
		return nil, err
	}
	return slim(b.Bytes())
}

// halved is a picture at half its size, each dot the mean of four.
func halved(from image.Image) *image.RGBA {
	dots := image.NewRGBA(image.Rect(0, 0, from.Bounds().Dx(), from.Bounds().Dy()))
	draw.Draw(dots, dots.Rect, from, from.Bounds().Min, draw.Src)
	to := image.NewRGBA(image.Rect(0, 0, dots.Rect.Dx()/2, dots.Rect.Dy()/2))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			for c := range 4 {
				sum := 2
				for _, o := range [4]int{0, 4, dots.Stride, dots.Stride + 4} {
					sum += int(dots.Pix[2*y*dots.Stride+8*x+o+c])
				}
				to.Pix[y*to.Stride+4*x+c] = uint8(sum / 4)
			}
		}
	}
	return to
}
