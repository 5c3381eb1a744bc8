package board

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// shortcuts are the keys as this person has them: the table of keys.go, but for
// lines that they changed or emptied (WCAG 2.1.4).
type shortcuts struct {
	own     map[string]string // text of a line -> its one chord; empty: none
	chords  map[string]*bound
	setting *bound // the line that waits for a key
	said    string // what came of the last one
}

// fixed are keys that the board could not be left or understood without.
var fixed = []string{"tab", "shift+tab", "escape", "f1", "?"}

func changeable(k *bound) bool { return !slices.Contains(fixed, k.keys[0]) && k.cmd != cmdHelp }

// keysOf are the chords of a line as this person has them.
func (s *shortcuts) keysOf(k *bound) []string {
	if own, ok := s.own[k.text]; ok {
		if own == "" {
			return nil
		}
		return []string{own}
	}
	return k.keys
}

func (s *shortcuts) find(chord string) *bound {
	if s.chords == nil {
		s.chords = map[string]*bound{}
		for i := range keyboard {
			for _, c := range s.keysOf(&keyboard[i]) {
				if _, taken := s.own[keyboard[i].text]; taken || s.chords[c] == nil {
					s.chords[c] = &keyboard[i]
				}
			}
		}
	}
	return s.chords[chord]
}

// set gives a line another chord, which whoever had it loses; empty takes it off.
func (s *shortcuts) set(k *bound, chord string) (lost *bound) {
	if s.own == nil {
		s.own = map[string]string{}
	}
	if chord != "" {
		if lost = s.find(chord); lost == k {
			lost = nil
		} else if lost != nil {
			s.own[lost.text] = ""
		}
	}
	s.own[k.text], s.chords = chord, nil
	return lost
}

// String and parse are how they are kept in the browser: "new=ctrl+m free=".
func (s *shortcuts) String() string {
	var list []string
	for text, chord := range s.own {
		list = append(list, text+"="+chord)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func (s *shortcuts) parse(kept string) {
	s.own, s.chords = map[string]string{}, nil
	for _, one := range strings.Fields(kept) {
		text, chord, _ := strings.Cut(one, "=")
		s.own[text] = chord
	}
}

// keyFor is the first chord of a command, for buttons and menus.
func (b *Board) keyFor(c command) string {
	for i := range keyboard {
		if keys := b.keys.keysOf(&keyboard[i]); keyboard[i].cmd == c && len(keys) > 0 && !(b.noKeys && letter(keys[0])) {
			return shown(keys[0], b.mac)
		}
	}
	return ""
}

// rebind is a key pressed while a line of the help sheet waits for one.
func (b *Board) rebind(chord string) {
	k := b.keys.setting
	b.keys.setting, b.keys.said = nil, ""
	switch {
	case chord == "escape":
	case chord == "delete" || chord == "backspace":
		b.keys.set(k, "")
		b.keys.said = b.t("keys.off", b.t("do."+k.text))
	case slices.Contains(fixed, chord):
		b.keys.said = b.t("keys.fixed")
	default:
		lost := b.keys.set(k, chord)
		b.keys.said = b.t("keys.set", b.t("do."+k.text), shown(chord, b.mac))
		if lost != nil {
			b.keys.said += " " + b.t("keys.off", b.t("do."+lost.text))
		}
	}
	b.host.remember("board.keys", b.keys.String())
	b.renew()
}

// keyLine is a line of the help sheet: what is done, by which keys, and the
// button that changes them.
func (b *Board) keyLine(k *bound) []app.UI {
	var keys []app.UI
	for i, c := range b.keys.keysOf(k) {
		if i > 1 {
			break
		}
		if i > 0 {
			keys = append(keys, app.Text(" "))
		}
		keys = append(keys, app.Elem("kbd").Text(shown(c, b.mac)))
	}
	if len(keys) == 0 {
		keys = append(keys, app.Elem("kbd").Text("–"))
	}
	what := b.t("do." + k.text)
	if !changeable(k) {
		return []app.UI{app.Dt().Text(what), app.Dd().Body(keys...)}
	}
	if b.keys.setting == k {
		keys = []app.UI{app.Elem("kbd").Class("is-setting").Text(b.t("keys.press"))}
	}
	on, scope := click(func() { b.keys.setting, b.keys.said = k, b.t("keys.how"); b.renew() }, "rebind", k.text)
	return []app.UI{app.Dt().Text(what), app.Dd().Body(app.Button().Class("b-key").Type("button").
		Aria("label", b.t("keys.change", what)).Body(keys...).OnClick(on, scope))}
}

// keyInHelp takes the key that a line waits for.
func (b *Board) keyInHelp(_ app.Context, e app.Event) {
	if b.keys.setting == nil || e.Get("isComposing").Bool() {
		return
	}
	switch key := e.Get("key").String(); key {
	case "Shift", "Control", "Alt", "Meta":
	default:
		e.PreventDefault()
		e.StopImmediatePropagation()
		var m mods
		for i, name := range [...]string{"shiftKey", "ctrlKey", "altKey", "metaKey"} {
			if e.Get(name).Bool() {
				m |= [...]mods{shift, ctrl, alt, ctrl}[i]
			}
		}
		b.rebind(chord(key, e.Get("code").String(), m))
	}
}
