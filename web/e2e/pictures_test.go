package e2e

import (
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

// OwnerLink is an address of the map for who leads.
func (m MapLinks) OwnerLink() string {
	m.s.tb.Helper()
	out := m.s.Run("links", "mint", "--data", m.s.Dir, m.ID, "--role", "owner")
	i := strings.Index(out, "/m/")
	if i < 0 {
		m.s.tb.Fatalf("no link is printed:\n%s", out)
	}
	return "http://" + m.s.Addr + strings.Fields(out[i:])[0]
}

// dropPicture lets a picture of so many pixels go over the board.
func (p *Person) dropPicture(at Point, width, height int) {
	p.tb.Helper()
	p.Run(`(async () => {
		const c = new OffscreenCanvas(` + itoa(width) + `, ` + itoa(height) + `), g = c.getContext("2d");
		g.fillStyle = "teal"; g.fillRect(0, 0, c.width, c.height); g.fillStyle = "gold"; g.fillRect(c.width/4, c.height/4, c.width/2, c.height/2);
		const data = new DataTransfer();
		data.items.add(new File([await c.convertToBlob({type: "image/png"})], "shop.png", {type: "image/png"}));
		document.querySelector(".tabi-board").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data, clientX: ` + itoa(int(at.X)) + `, clientY: ` + itoa(int(at.Y)) + `}));
	})()`)
}

const onTheMap = `document.querySelector('.tabi-board image[href*="/images/"]')`

// A picture is dropped, described, seen by all and in every form of the map; one
// that cannot be taken is refused in words.
func TestAPictureIsDroppedDescribedAndSeenByAll(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	a, b := Open(t, As{Name: "a", Width: 1440, Height: 900}), Open(t, As{Name: "b", Width: 1440, Height: 900})
	a.Expect(`415|422`)
	a.Visit(m.Edit())
	b.Visit(m.View())
	a.dropPicture(Point{700, 500}, 600, 400)
	a.Until(onTheMap)
	b.Until(onTheMap)
	a.Until(`document.querySelector("#b-alt")`)
	a.Click("#b-alt")
	a.Insert("店頭の写真")
	a.Press("Enter")
	b.Until(`[...document.querySelectorAll(".b-thing")].some(e => e.ariaLabel.includes("店頭の写真"))`)
	look(a, "picture")
	path := Eval[string](b, onTheMap+`.getAttribute("href")`)
	res, err := http.Get("http://" + s.Addr + path)
	if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("%s: %v, %v", path, res, err)
	}
	res.Body.Close()
	b.WithoutJavaScript()
	b.Goto(m.View())
	b.Until(`document.querySelector('#picture image[href*="/images/"]')`)
	if svg := get(t, m.View()+"/map.svg"); !strings.Contains(svg, `href="data:image/png;base64,`) || !strings.Contains(svg, "店頭の写真") {
		t.Error("the exported picture does not hold the photo and its words")
	}
	a.Press("Escape")
	a.Run(`(() => { const data = new DataTransfer(); data.items.add(new File(["<svg/>"], "x.png", {type: "image/png"}));
		document.querySelector(".tabi-board").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: data, clientX: 300, clientY: 300})); })()`)
	a.Until(`document.querySelector(".b-hint")?.textContent.includes("PNG・JPEG")`)
}

func itoa(n int) string { return strconv.Itoa(n) }

func get(tb testing.TB, url string) string {
	tb.Helper()
	res, err := http.Get(url)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return string(body)
}

// look leaves a picture where TABI_LOOK says, for whoever is at work on it.
func look(p *Person, name string) {
	if dir := os.Getenv("TABI_LOOK"); dir != "" {
		p.Picture(dir + "/" + name + ".png")
	}
}
