package e2e

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// Finding one's way, heads of phases and lanes, panels, and the first minute.

func TestSearchFindsKanaWidthAndCaseVariants(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Write(`{"format":"cjm-sample/1","id":"find","lang":"en","title":"Find","lanes":[{"id":"l","kind":"action","order":0,"name":"Does"}],"phases":[{"id":"p","order":0,"name":"Only"}],"notes":[{"id":"a","lane":"l","phase":"p","order":0,"text":"メールを読む"},{"id":"b","lane":"l","phase":"p","order":1,"text":"ガイド Web"},{"id":"c","lane":"l","phase":"p","order":2,"text":"other"}]}`)
	p := deskAs(t, m, As{Name: "finder"})
	p.Until(onBoard("other"))
	p.Press("f", Ctrl)
	p.Until(`document.activeElement?.id === "b-find-input"`)
	for query, text := range map[string]string{"ﾒｰﾙ": "メール", "めーる": "メール", "ｶﾞｲﾄﾞ": "ガイド", "ｗｅｂ": "ガイド", "OTHER": "other"} {
		p.Run(`document.querySelector("#b-find-input").select()`)
		p.Insert(query)
		p.Until(`document.querySelectorAll(".b-find li").length === 1 && ` + onBoard(text) + `.classList.contains("is-found")`)
	}
	p.Press("Escape")
	p.Until(`!document.querySelector(".b-find")`)
}

func TestTheMinimapGoesThere(t *testing.T) {
	t.Parallel()
	_, _, p := atBoard(t)
	p.Press("m")
	p.Until(`document.querySelector(".b-map svg")`)
	before := Eval[string](p, `document.querySelector(".b-world").style.transform`)
	r := p.place(`document.querySelector(".b-map")`)
	p.ClickAt(Point{r[0] + r[2]*0.85, r[1] + r[3]*0.8})
	p.Until(`document.querySelector(".b-world").style.transform !== ` + quote(before))
}

func TestAPhaseIsRenamedAndReorderedAtItsHead(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	head := func(name string) Point {
		return p.MiddleOf(`[...document.querySelectorAll(".b-tops text")].find(e => e.textContent === ` + quote(name) + `)`)
	}
	p.DoubleClickAt(head("First"))
	p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	p.Press("a", Ctrl)
	p.Insert("Begin")
	p.Press("Enter")
	p.Until(`[...document.querySelectorAll(".b-tops text")].some(e => e.textContent === "Begin")`)
	from, to := head("Begin"), head("Third")
	p.Drag(from, Point{to.X + 250, to.Y})
	p.Until(onBoard("alpha") + `.getBoundingClientRect().x > ` + onBoard("delta") + `.getBoundingClientRect().x`)
	f := p.Saved(m)
	if f.Phases[0].Name != "Begin" || f.Phases[0].Rank < f.Phases[2].Rank {
		t.Errorf("the phases are %+v", f.Phases)
	}
	p.Press("z", Ctrl)
	p.Until(onBoard("alpha") + `.getBoundingClientRect().x < ` + onBoard("beta") + `.getBoundingClientRect().x`)
}

func TestALaneIsCarriedToAnotherPlace(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	label := func(name string) Point {
		return p.MiddleOf(`[...document.querySelectorAll(".b-lefts text")].find(e => e.textContent === ` + quote(name) + `)`)
	}
	from, to := label("Does"), label("Chances")
	p.Drag(from, Point{to.X, to.Y + 50})
	p.Until(onBoard("alpha") + `.getBoundingClientRect().y > ` + onBoard("gamma") + `.getBoundingClientRect().y`)
	if f := p.Saved(m); f.Lanes[0].Name != "Does" || f.Lanes[0].Rank < f.Lanes[2].Rank {
		t.Errorf("the lanes are %+v", f.Lanes)
	}
	p.Press("z", Ctrl)
	p.Until(onBoard("alpha") + `.getBoundingClientRect().y < ` + onBoard("gamma") + `.getBoundingClientRect().y`)
}

func TestABoundarySaysWhyOneGoesOn(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.ClickAt(p.MiddleOf(`[...document.querySelectorAll("#tabi-board svg text")].find(e => e.textContent.includes("sure → unsure") || e.textContent.includes("the price"))`))
	p.Until(`document.querySelector(".b-panel #b-concern, .b-panel textarea, .b-panel input")`)
	p.Run(`const e = [...document.querySelectorAll(".b-panel input, .b-panel textarea")].find(e => e.value === "the price"); e.focus(); e.select()`)
	p.Insert("the size")
	p.Press("Tab")
	p.Until(`[...document.querySelectorAll("#tabi-board svg text")].some(e => e.textContent.includes("the size"))`)
	if got := p.Saved(m).Boundaries[0]["concern"]; got != "the size" {
		t.Errorf("the concern is %v", got)
	}
}

func TestTagsAreWrittenInTheDetails(t *testing.T) {
	t.Parallel()
	_, m, p := atBoard(t)
	p.Choose("alpha")
	p.Press("i")
	p.Until(`document.querySelector(".b-panel")`)
	p.Run(`const e = [...document.querySelectorAll(".b-panel label")].find(e => e.textContent.startsWith("Tags")).querySelector("input"); e.focus()`)
	p.Insert("mobile, urgent")
	p.Press("Tab")
	p.Until(`document.querySelector(".state").dataset.pending === "0"`)
	if n := p.Saved(m).note(t, "alpha"); len(n.Tags) != 2 || n.Tags[1] != "urgent" {
		t.Errorf("the tags are %q", n.Tags)
	}
}

func TestTheFirstNoteIsThereWithinTenSeconds(t *testing.T) {
	t.Parallel()
	_, m := Small(t)
	p := Open(t, As{Name: "new", Lang: "en"})
	began := time.Now()
	p.Visit(m.Edit())
	p.Until(onBoard("alpha"))
	p.Until(`document.querySelector(".b-hint")?.textContent.includes("N for a new note")`)
	p.Move(p.On("delta"))
	p.Press("n")
	p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	p.Type("mine")
	p.Press("Escape")
	p.Until(onBoard("mine"))
	p.Saved(m)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	// The hint goes away by itself, and stays away.
	for range 3 {
		p.Press("n")
		p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
		p.Type("more")
		p.Press("Escape")
	}
	p.Until(`!document.querySelector(".b-hint")?.textContent.includes("N for a new note")`)
	p.Visit(m.Edit())
	p.Until(onBoard("mine"))
	if Eval[bool](p, `!!document.querySelector(".b-hint")?.textContent.includes("N for a new note")`) {
		t.Error("the hint is there again")
	}
}

func TestItCanBeInstalled(t *testing.T) {
	t.Parallel()
	s, m := Small(t)
	res, err := http.Get("http://" + s.Addr + "/manifest.webmanifest")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var manifest struct {
		Name     string `json:"name"`
		StartURL string `json:"start_url"`
		Display  string `json:"display"`
		Icons    []struct {
			Src, Sizes, Type string
		} `json:"icons"`
	}
	if err := json.NewDecoder(res.Body).Decode(&manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Name == "" || manifest.StartURL == "" || manifest.Display != "standalone" || len(manifest.Icons) == 0 {
		t.Errorf("the manifest is %+v", manifest)
	}
	for _, icon := range manifest.Icons {
		res, err := http.Get("http://" + s.Addr + icon.Src)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != icon.Type {
			t.Errorf("%s: %s, %s", icon.Src, res.Status, res.Header.Get("Content-Type"))
		}
	}
	p := desk(t, m)
	p.Until(`navigator.serviceWorker.controller && document.querySelector("link[rel=manifest]")`)
}
