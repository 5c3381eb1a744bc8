package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// tabTo goes to an element with the keyboard alone: forwards until it is there.
func (p *Person) tabTo(selector string) {
	p.tb.Helper()
	p.Until(`document.querySelector(` + quote(selector) + `)`)
	for range 250 {
		if Eval[bool](p, `document.activeElement?.matches(`+quote(selector)+`) ?? false`) {
			return
		}
		p.Press("Tab")
	}
	p.tb.Fatalf("%s: Tab does not lead to %s", p.name, selector)
}

// byKey goes to a button with the keyboard alone and presses it.
func (p *Person) byKey(selector string) {
	p.tb.Helper()
	p.tabTo(selector)
	p.Press("Enter")
}

// inTable goes to an element of the list with the keyboard alone: Tab leads to the
// table, arrows lead through it.
func (p *Person) inTable(selector string) {
	p.tb.Helper()
	p.Until(`document.querySelector(` + quote(selector) + `)`)
	if !Eval[bool](p, `!!document.activeElement?.closest("#list table")`) {
		p.tabTo(`#list table .list-item`)
	}
	for range 80 {
		key := Eval[string](p, `(() => {
			const here = document.activeElement, there = document.querySelector(`+quote(selector)+`);
			if (here === there) return "";
			const a = here.closest("td, th"), b = there.closest("td, th");
			const dy = b.parentElement.rowIndex - a.parentElement.rowIndex;
			if (dy && a.cellIndex) return "ArrowLeft"; // the lanes' names stand in every row
			if (dy) return dy < 0 ? "ArrowUp" : "ArrowDown";
			return b.cellIndex > a.cellIndex ? "ArrowRight" : b.cellIndex < a.cellIndex ? "ArrowLeft" : "ArrowDown";
		})()`)
		if key == "" {
			return
		}
		p.Press(key)
	}
	p.tb.Fatalf("%s: no arrow leads to %s", p.name, selector)
}

// fillIn writes into a field with the keyboard alone.
func (p *Person) fillIn(selector, text string) {
	p.tb.Helper()
	p.tabTo(selector)
	p.Press("a", Ctrl)
	p.Insert(text)
	p.Press("Tab")
}

// openByKey opens a part beside the views unless it stands there already.
func (p *Person) openByKey(part string) {
	p.tb.Helper()
	if Eval[bool](p, `document.querySelector("#open-`+part+`").getAttribute("aria-expanded") === "true"`) {
		return
	}
	p.byKey("#open-" + part)
	p.Until(`document.activeElement?.id === "side-title"`)
}

// fix is the button of the first finding of a kind that mends it.
func fix(code string) string { return `#side [id^="side-` + code + `-"][id$="-fix"]` }

// inStep waits until the strip above the views shows a step.
func (p *Person) inStep(n int) {
	p.tb.Helper()
	p.Until(`document.querySelector("#strip:not([hidden]) strong")?.textContent.match(/\d+/)[0] === "` + quote2(n) + `"`)
}

// planned is a measure in an export.
type planned struct {
	Text, Owner, Due, KPI string
}

// Two people who have drawn nothing yet walk all seven steps, from an empty map
// to a measure with an owner, a due date and a KPI. One leads, with the board and
// a mouse; the other has nothing but a keyboard and the list. What comes too
// early is refused by the server, and said in words.
func TestTwoWalkTheSevenSteps(t *testing.T) {
	t.Parallel()
	s := Start(t)
	lead := Open(t, As{Name: "lead", Width: 1500, Height: 900})
	lead.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen"); localStorage.setItem("tabi.department", "マーケティング")`)
	lead.start(s)
	lead.Click("#start-stages-none")
	lead.Until(`location.pathname.startsWith("/m/")`)
	lead.Ready()
	lead.Click("#share")
	lead.Until(`document.querySelector("#dialog-share[open] #share-role")`)
	lead.Click("#share-new")
	lead.Until(`document.querySelector("#dialog-share .fresh")?.value.includes("/m/")`)
	link := Eval[string](lead, `document.querySelector("#dialog-share .fresh").value`)
	lead.Press("Escape")
	lead.Until(`!document.querySelector("dialog[open]")`)

	keys := Open(t, As{Name: "keys", Width: 1500, Height: 900})
	keys.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.department", "営業"); localStorage.setItem("tabi.view", "list")`)
	keys.Visit(link)
	keys.Until(`document.querySelector("#list:not([hidden]) table")`)

	t.Log("step 1: the theme, written by both")
	lead.Click("#open-guide")
	lead.Click("#side-start")
	lead.inStep(1)
	keys.inStep(1)
	if Eval[bool](keys, `!!document.querySelector("#strip-next")`) {
		t.Error("a participant is offered to lead")
	}
	lead.part("settings", "theme")
	lead.set("#side-product", "婦人服")
	lead.set("#side-start", "知る")
	keys.openByKey("settings")
	keys.byKey("#side-theme")
	keys.fillIn("#side-purpose", "離脱を減らす")
	keys.fillIn("#side-goal", "2回目の購入")
	for _, p := range []*Person{lead, keys} {
		p.Until(`document.querySelector("#strip .guide-far").textContent.includes("4のうち4")`)
	}

	t.Log("step 2: the persona")
	lead.Click("#strip-next")
	keys.inStep(2)
	keys.byKey("#side-personas")
	keys.byKey("#side-add")
	keys.Until(`document.activeElement?.id === "side-name"`)
	keys.fillIn("#side-name", "佐藤 美咲")
	keys.fillIn("#side-needs", "自分に合うサイズ")
	lead.part("settings", "personas")
	lead.Run(`document.querySelector("#side .entries button").click()`)
	lead.Until(`document.querySelector("#side-needs")?.value === "自分に合うサイズ"`)
	lead.set("#side-issues", "店に行く時間がない")
	keys.Until(`document.querySelector("#strip .guide-far").textContent.includes("1のうち1")`)
	keys.Press("Escape")
	keys.Until(`document.querySelector("#side").hidden`)

	t.Log("step 3: what the customer does, and no phases yet")
	lead.Click("#side-close")
	lead.Click("#strip-next")
	keys.inStep(3)
	write := func(lane, text string) {
		keys.inTable(`#list .list-add[aria-label*="` + lane + `"]`)
		keys.Press("Enter")
		keys.Until(`document.activeElement?.id === "panel-text"`)
		keys.Insert(text)
		keys.Press("Escape")
		keys.Until(note(text))
		lead.Until(onBoard(text))
	}
	write("顧客の行動", "動画で知る")
	write("顧客の行動", "サイズに迷う")
	lead.ClickAt(lead.MiddleOf(onBoard("サイズに迷う"))) // the next ones stand beside it
	for _, text := range []string{"店で試す", "2回目を買う"} {
		lead.Click(`.b-tools button.is-main`)
		lead.Until(`document.activeElement?.tagName === "TEXTAREA"`)
		lead.Insert(text)
		lead.Press("Escape")
		keys.Until(note(text))
	}
	if n := Eval[int](keys, `document.querySelectorAll("#list .list-add").length`); n != 1 {
		t.Errorf("%d lanes are offered in step 3, want the one of actions", n)
	}
	if !Eval[bool](keys, `document.querySelector("#list-add-phase").disabled`) {
		t.Error("phases are offered in step 3")
	}
	// A page can be rewritten by whoever holds the browser; the room refuses.
	keys.Run(`{ const b = document.querySelector("#list-add-phase"); b.disabled = false; b.click() }`)
	keys.Until(`document.querySelector("#taken")?.textContent.includes("フェーズはステップ4で")`)
	if strings.Contains(s.phases(lead), "新しい") {
		t.Error("the server took a phase in step 3")
	}
	keys.Until(`!document.querySelector("#list thead").textContent.includes("新しいフェーズ")`)

	t.Log("step 4: phases, made of what stands there")
	lead.Click("#strip-next")
	keys.inStep(4)
	group := func(p *Person, by func(string), fill func(string, string), name string, texts ...string) {
		for _, text := range texts {
			id := Eval[string](p, `[...document.querySelectorAll("#side .guide-loose li")].find(e => e.textContent.includes(`+quote(text)+`)).querySelector("input").id`)
			by("#" + id)
		}
		p.Until(`document.querySelector("#side-group-make").textContent.includes("` + quote2(len(texts)) + `")`)
		fill("#side-group-name", name)
		by("#side-group-make")
		p.Until(`!document.querySelector("#side .guide-loose")?.textContent.includes(` + quote(texts[0]) + `)`)
	}
	keys.openByKey("guide")
	group(keys, func(selector string) {
		keys.tabTo(selector)
		keys.Press(" ")
	}, keys.fillIn, "出会い", "動画で知る", "サイズに迷う")
	lead.Click("#strip-step")
	lead.Until(`document.querySelector("#side .guide-loose")`)
	group(lead, func(selector string) {
		lead.ClickAt(lead.scrolledTo(`document.querySelector(` + quote(selector) + `)`))
	}, lead.set, "購入", "店で試す", "2回目を買う")
	keys.Until(`[...document.querySelectorAll("#list thead .list-text")].map(e => e.textContent).join("|").endsWith("出会い|購入")`)

	t.Log("step 5: where it happens")
	lead.Click("#strip-next")
	keys.inStep(5)
	keys.openByKey("check")
	for _, text := range []string{"TikTok", "ECサイト"} {
		keys.byKey(fix("action_without_touchpoint"))
		keys.Until(`document.activeElement?.id === "panel-text"`)
		keys.Insert(text)
		keys.Press("Escape")
		keys.Until(note(text))
	}
	lead.openPart("check")
	for _, text := range []string{"直営店", "試着室"} {
		lead.ClickAt(lead.scrolledTo(`document.querySelector('` + fix("action_without_touchpoint") + `')`))
		lead.Until(`document.activeElement?.tagName === "TEXTAREA"`)
		lead.Insert(text)
		lead.Press("Escape")
		keys.Until(note(text))
	}
	keys.Until(`document.querySelector("#strip .guide-far").textContent.includes("4のうち4")`)

	t.Log("step 6: what they feel, and what lets them go on")
	lead.Click("#strip-next")
	keys.inStep(6)
	keys.byKey(fix("phase_without_emotion"))
	keys.Until(`document.activeElement?.id === "panel-score"`)
	keys.Press("ArrowDown") // a little worse
	keys.Until(`document.activeElement.value === "-0.5"`)
	keys.Press("Escape")
	lead.ClickAt(lead.scrolledTo(`document.querySelector('` + fix("phase_without_emotion") + `')`))
	keys.Until(`document.querySelectorAll("#list .list-emotion").length === 2`)
	lead.ClickAt(lead.scrolledTo(`document.querySelector('` + fix("boundary_without_information") + `')`))
	lead.Until(`document.activeElement?.tagName === "TEXTAREA"`)
	lead.Insert("身長別の着用例")
	lead.Press("Escape")
	keys.Until(note("身長別の着用例"))
	write("ネガティブ要因", "サイズが分からない")

	t.Log("step 7: what will be done, by whom, until when, and how one will see it")
	lead.Click("#strip-next")
	keys.inStep(7)
	lead.part("settings", "kpis")
	lead.Run(`document.querySelector("#side-add").click()`)
	lead.Until(`document.activeElement?.id === "side-name"`)
	lead.set("#side-name", "2回目購入率")
	keys.byKey(fix("blocker_without_measure"))
	keys.Until(`document.activeElement?.id === "panel-text"`)
	keys.Insert("着丈の写真を載せる")
	keys.Press("Escape")
	keys.Until(note("着丈の写真を載せる"))
	keys.byKey(fix("measure_without_due"))
	keys.Until(`document.activeElement?.id === "panel-due" && document.activeElement.value !== ""`)
	keys.tabTo("#panel-kpi")
	keys.Press("ArrowDown")
	keys.Until(`document.querySelector("#panel-kpi").selectedOptions[0].textContent === "2回目購入率"`)
	keys.Press("Escape")
	for _, p := range []*Person{lead, keys} {
		p.Until(findings(0))
		p.Axe(p.name + ", seven steps")
	}

	// The measure answers the blocker, and has all that makes it one.
	lead.Click("#strip-step")
	lead.ClickAt(lead.scrolledTo(`document.querySelector("#side-end")`))
	keys.Until(`document.querySelector("#strip").hidden`)
	keys.Until(`document.querySelector(".state").dataset.pending === "0"`)
	var file struct{ Notes []planned }
	if err := json.Unmarshal([]byte(s.file(lead)), &file); err != nil {
		t.Fatal(err)
	}
	for _, n := range file.Notes {
		if n.Text == "着丈の写真を載せる" {
			if n.Owner == "" || n.Due == "" || n.KPI == "" {
				t.Errorf("the measure lacks something: %+v", n)
			}
			return
		}
	}
	t.Error("the server's own export lacks the measure")
}

// file is the map that a person looks at, as the server exports it.
func (s *Tabi) file(p *Person) string {
	p.tb.Helper()
	return Eval[string](p, `fetch(location.pathname + "/map.json").then(r => r.text())`)
}

// phases are the names of its phases.
func (s *Tabi) phases(p *Person) string {
	p.tb.Helper()
	var file struct {
		Phases []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(s.file(p)), &file); err != nil {
		p.tb.Fatal(err)
	}
	var names []string
	for _, one := range file.Phases {
		names = append(names, one.Name)
	}
	return strings.Join(names, "|")
}
