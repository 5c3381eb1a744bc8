package board

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

func (b *Board) renderHint() app.UI {
	text := b.hint
	if name := b.followed(); text == "" && name != "" {
		on, scope := click(func() { b.follow = 0; b.renew() }, "unfollow")
		return app.Div().Class("b-hint").Role("status").Body(app.Span().Text(b.t("following", name)),
			app.Button().Class("b-button").Type("button").Text(b.t("stop")).OnClick(on, scope))
	}
	if text == "" && b.called != nil {
		return b.renderCalled()
	}
	if text == "" {
		text = b.firstHint()
		if text != "" {
			on, scope := click(func() { b.hints.dismiss(b) }, "hint")
			return app.Div().Class("b-hint").Body(app.Span().Text(text),
				app.Button().Class("b-button").Type("button").Text(b.t("gotit")).OnClick(on, scope))
		}
	}
	if text == "" {
		return app.Div().Class("b-none")
	}
	return app.Div().Class("b-hint").Aria("hidden", "true").Body(app.Span().Text(text))
}

// hints lead a new person to the first note and go away by themselves.
type hints struct {
	seen string // what this browser remembers
	made int    // edits made since
}

func (h *hints) did() { h.made++ }

func (h *hints) dismiss(b *Board) {
	h.seen = "seen"
	b.host.remember("board.hints", "seen")
	b.renew()
}

func (b *Board) firstHint() string {
	if b.o.ReadOnly || !b.mounted || b.hints.seen != "" || b.writing != nil || b.m.NoteCount() == 0 {
		return ""
	}
	if b.hints.made > 2 {
		b.hints.seen = "seen"
		b.host.remember("board.hints", "seen")
		return ""
	}
	if b.host.coarse() {
		return b.t("firsthint.touch")
	}
	return b.t("firsthint")
}

// renderHelp is the sheet of shortcuts, made of the table that the keys work by.
func (b *Board) renderHelp() app.UI {
	onCancel := func(ctx app.Context, e app.Event) { b.panel.help, b.keys.setting, b.keys.said = false, nil, "" }
	return app.Elem("dialog").ID("b-help").Class("b-dialog").Aria("labelledby", "b-help-title").On("close", onCancel).OnKeyDown(b.keyInHelp).Body(
		app.If(b.panel.help, b.helpBody)) // it is as large as all the rest that go-app draws here
}

func (b *Board) helpBody() app.UI {
	var sections []app.UI
	var rows []app.UI
	group := ""
	flush := func() {
		if len(rows) > 0 {
			sections = append(sections, app.Section().Body(app.H3().Text(b.t("keys."+group)), app.Dl().Body(rows...)))
		}
		rows = nil
	}
	for i := range keyboard {
		k := &keyboard[i]
		if k.group != group {
			flush()
			group = k.group
		}
		rows = append(rows, b.keyLine(k)...)
	}
	flush()
	group = "mouse"
	for _, key := range []string{"pan", "marquee", "add", "zoom", "altdrag", "dblclick", "shiftenter"} {
		rows = append(rows, app.Dt().Text(b.t("mouse."+key)), app.Dd().Body(app.Elem("kbd").Text(b.t("mouse."+key+".how"))))
	}
	flush()
	onClose, closeScope := click(func() { b.closeHelp() }, "helpclose")
	onLetters := func(ctx app.Context, e app.Event) {
		b.noKeys = !b.noKeys
		b.host.remember("board.letters", map[bool]string{true: "off", false: "on"}[b.noKeys])
	}
	onReset, resetScope := click(func() { b.keys = shortcuts{}; b.host.remember("board.keys", ""); b.renew() }, "keysreset")
	return app.Div().Body(
		app.Div().Class("b-panel-head").Body(app.H2().ID("b-help-title").Text(b.t("do.help")),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, closeScope)),
		app.Div().Class("b-keys").Body(sections...),
		app.Div().Class("b-panel-body").Body(app.Label().Body(
			app.Input().Type("checkbox").Checked(!b.noKeys).OnChange(onLetters), app.Text(" "+b.t("letters"))),
			app.P().Class("b-muted").Role("status").Text(b.keys.said),
			app.Button().Class("b-choice").Type("button").Disabled(len(b.keys.own) == 0).Text(b.t("keys.reset")).OnClick(onReset, resetScope)))
}

func (b *Board) closeHelp() {
	b.panel.help = false
	b.host.modal("b-help", false)
	b.host.focus()
	b.renew()
}
