package e2e

import "testing"

const focusedThing = `document.activeElement?.dataset.id`

// Everything on the board that is no note is reached and worked by keyboard.
func TestHeadsAndEmotionsAreWorkedByKeyboardOnTheBoard(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "keys", Width: 1440, Height: 900})
	p.Visit(m.Edit())
	p.Run(`document.querySelector(".tabi-board").focus()`)
	p.Press("F6")
	p.Until(focusedThing + `?.startsWith("F")`) // a phase
	first := Eval[string](p, `document.activeElement.ariaLabel`)
	p.Press("ArrowRight", Alt)
	p.Until(`document.querySelector("[role=status][aria-live]")?.textContent.match(/のうち/)`)
	if at := Eval[string](p, `document.activeElement.ariaLabel`); at != first {
		t.Errorf("the focus went from %q to %q", first, at)
	}
	look(p, "keys-phase")
	p.Press("F6")
	p.Until(focusedThing + `?.startsWith("G")`) // a lane
	p.Press("F6")
	p.Until(focusedThing + `?.startsWith("E")`) // a boundary
	p.Press("Enter")
	p.Until(`document.activeElement?.id === "b-from"`)
	p.Press("Escape")
	p.Until(focusedThing + `?.startsWith("E") && !document.querySelector(".b-panel")`)
	p.Press("F6")
	p.Until(focusedThing + `?.startsWith("D")`) // an emotion
	was := Eval[string](p, `document.activeElement.ariaLabel`)
	p.Press("ArrowDown")
	p.Until(`document.activeElement.ariaLabel !== ` + quote(was))
	look(p, "keys-emotion")
	p.Press("Enter")
	p.Until(`document.activeElement?.id === "b-point-label"`)
}

// A shortcut is given another key in the help sheet, and has it after a reload.
func TestAShortcutIsChanged(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "keys", Width: 1440, Height: 900})
	p.Visit(m.Edit())
	p.Press("?", Shift)
	p.Until(`document.querySelector("#b-help[open]")`)
	p.Run(`document.querySelector("#b-help dd button").click()`)
	p.Until(`document.querySelector(".is-setting")`)
	p.Press("y")
	p.Until(`document.querySelector("#b-help dd kbd")?.textContent === "Y"`)
	look(p, "keys-help")
	p.Press("Escape")
	p.Visit(m.Edit())
	p.Press("y")
	p.Until(`document.activeElement?.tagName === "TEXTAREA"`)
}

// The facilitator brings everyone to what she sees; who was brought gets back,
// who does not want it is only told.
func TestEveryoneIsBroughtToThePlace(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	lead, guest, other := Open(t, As{Name: "lead"}), Open(t, As{Name: "guest"}), Open(t, As{Name: "other"})
	other.Before(`localStorage.setItem("tabi.board.stays", "on")`)
	lead.Before(`localStorage.setItem("tabi.name", "Rie"); localStorage.setItem("tabi.asked", "1")`)
	lead.Visit(m.OwnerLink())
	guest.Visit(m.View())
	other.Visit(m.Edit())
	const where = `document.querySelector(".b-world").style.transform`
	before, still := Eval[string](guest, where), Eval[string](other, where)
	lead.Press("2", Shift)
	lead.Wheel(Point{700, 350}, 900, 300, 0)
	lead.Run(`document.querySelector(".b-zoom [aria-haspopup]").click()`)
	lead.Until(`document.querySelector("#b-menu")`)
	look(lead, "bring-menu")
	lead.Run(`[...document.querySelectorAll("#b-menu button")].find(e => e.textContent.includes("全員をここ")).click()`)
	guest.Until(where + ` !== ` + quote(before))
	guest.Until(`document.querySelector(".b-hint")?.textContent.includes("全員をここに集めました")`)
	look(guest, "brought")
	other.Until(`document.querySelector(".b-hint button")?.textContent.includes("そこへ行く")`)
	if now := Eval[string](other, where); now != still {
		t.Error("who opted out was moved")
	}
	guest.Run(`document.querySelector(".b-hint button").click()`)
	guest.Until(where + ` === ` + quote(before))

	// To go along with her is one's own choice, and hers to forbid.
	const follow = `[...document.querySelectorAll("#b-menu button")].find(e => e.textContent.startsWith("Rieさんについていく"))`
	guest.Click(`.b-zoom [aria-haspopup]`)
	guest.Until(follow)
	guest.Run(follow + `.click()`)
	guest.Until(where + ` !== ` + quote(before))
	with := Eval[string](guest, where)
	lead.Wheel(Point{700, 350}, -500, 0, 0)
	guest.Until(where + ` !== ` + quote(with))
	lead.menu(`.b-zoom [aria-haspopup]`, "自分の画面は見せない")
	guest.Press("Escape")
	guest.Click(`.b-zoom [aria-haspopup]`)
	guest.Until(`document.querySelector("#b-menu") && !` + follow)
}

// What the facilitator locks, others see locked and cannot change: the board
// says so, and so does the server to who asks it all the same.
func TestALockIsTheFacilitators(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	lead, guest := Open(t, As{Name: "lead", Width: 1440, Height: 900}), Open(t, As{Name: "guest", Width: 1440, Height: 900})
	lead.Visit(m.OwnerLink())
	guest.Visit(m.Edit())
	lead.ClickAt(lead.MiddleOf(onBoard(firstNote)))
	lead.Until(`document.querySelector('.b-context [aria-pressed][aria-label="固定する・外す"]')`)
	lead.Click(`.b-context [aria-label="固定する・外す"]`)
	guest.Until(onBoard(firstNote) + `.classList.contains("is-locked")`)
	at := guest.MiddleOf(onBoard(firstNote))
	guest.ClickAt(at)
	guest.Until(`document.querySelector(".b-context .b-locked")`)
	if Eval[bool](guest, `!!document.querySelector('.b-context [aria-label="固定する・外す"]')`) {
		t.Error("a participant is offered to unlock")
	}
	look(guest, "locked")
	guest.Drag(at, Point{at.X + 300, at.Y + 100})
	guest.Until(`document.querySelector(".b-hint")?.textContent.includes("固定されています")`)
	if now := guest.MiddleOf(onBoard(firstNote)); now != at {
		t.Errorf("it moved from %v to %v", at, now)
	}
	lead.Click(`.b-context [aria-label="固定する・外す"]`)
	guest.Until(`!` + onBoard(firstNote) + `.classList.contains("is-locked")`)
}

// Notes that were chosen become a phase, named at once; undo takes all back.
func TestNotesBecomeAPhase(t *testing.T) {
	t.Parallel()
	s := Shared(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "lasso", Width: 1440, Height: 900})
	p.Visit(m.Edit())
	const phases = `[...document.querySelectorAll('.b-tops .b-thing')].filter(e => e.style.display !== "none").length`
	n := Eval[int](p, phases)
	p.ClickAt(p.MiddleOf(onBoard(firstNote)))
	p.Until(`document.querySelector('.b-context [aria-label="これらでフェーズを作る"]')`)
	p.Click(`.b-context [aria-label="これらでフェーズを作る"]`)
	p.Until(`document.activeElement?.classList.contains("is-head")`)
	p.Press("a", Ctrl)
	p.Insert("気づく前")
	p.Press("Enter")
	p.Until(phases + ` === ` + itoa(n+1))
	p.Until(`[...document.querySelectorAll('.b-tops .b-thing')].some(e => e.ariaLabel.includes("気づく前"))`)
	look(p, "phase-made")
	p.Press("z", Ctrl)
	p.Press("z", Ctrl)
	p.Until(phases + ` === ` + itoa(n))
}
