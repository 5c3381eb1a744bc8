package board

import "strings"

// command is something a person can tell the board to do, by key, button or menu.
type command uint8

const (
	cmdNone command = iota
	cmdNewNote
	cmdWrite
	cmdDelete
	cmdDuplicate
	cmdSelectAll
	cmdEscape
	cmdUndo
	cmdRedo
	cmdNext
	cmdPrevious
	cmdLeft
	cmdRight
	cmdUp
	cmdDown
	cmdFarLeft
	cmdFarRight
	cmdFarUp
	cmdFarDown
	cmdCellLeft
	cmdCellRight
	cmdCellUp
	cmdCellDown
	cmdGoLeft
	cmdGoRight
	cmdGoUp
	cmdGoDown
	cmdFit
	cmdFitSelection
	cmdZoomReal
	cmdZoomIn
	cmdZoomOut
	cmdFind
	cmdHelp
	cmdInspector
	cmdToolHand
	cmdToolSelect
	cmdToolLink
	cmdToolPen
	cmdToolText
	cmdLink
	cmdFront
	cmdBack
	cmdNextPhase
	cmdPreviousPhase
	cmdAlignLeft
	cmdAlignCenter
	cmdAlignRight
	cmdAlignTop
	cmdAlignMiddle
	cmdAlignBottom
	cmdSpreadAcross
	cmdSpreadDown
	cmdStack
	cmdMinimap
	cmdLegend
	cmdAddPhase
	cmdAddLane
	cmdCopy
	cmdCut
	cmdPaste
	cmdLock
	cmdGroup
	cmdBind
	cmdUnbind
	cmdMenu
	cmdEarlier
	cmdLater
	cmdNextKind
	cmdPreviousKind
	commands
)

// bound is one line of the keyboard: what key does what. The help sheet shows
// the same table, so that it cannot be out of date.
type bound struct {
	group string // i18n: board.keys.<group>
	cmd   command
	keys  []string // chords; the first is shown on buttons
	text  string   // i18n: board.do.<text>
	edits bool     // changes the map: not for readers
}

var keyboard = []bound{
	{"notes", cmdNewNote, []string{"n"}, "new", true},
	{"notes", cmdWrite, []string{"enter", "f2"}, "write", true},
	{"notes", cmdDuplicate, []string{"ctrl+d"}, "duplicate", true},
	{"notes", cmdDelete, []string{"delete", "backspace"}, "delete", true},
	{"notes", cmdLink, []string{"l"}, "link", true},
	{"notes", cmdGroup, []string{"g"}, "group", true},
	{"notes", cmdBind, []string{"ctrl+g"}, "bind", true},
	{"notes", cmdUnbind, []string{"ctrl+shift+g"}, "unbind", true},
	{"notes", cmdInspector, []string{"i"}, "inspect", false},
	{"notes", cmdToolPen, []string{"p"}, "pen", true},
	{"notes", cmdToolText, []string{"t"}, "text", true},
	{"notes", cmdFront, []string{"]"}, "front", true},
	{"notes", cmdBack, []string{"["}, "back", true},

	{"move", cmdNext, []string{"tab"}, "next", false},
	{"move", cmdPrevious, []string{"shift+tab"}, "previous", false},
	{"move", cmdGoLeft, []string{"ctrl+arrowleft"}, "goleft", false},
	{"move", cmdGoRight, []string{"ctrl+arrowright"}, "goright", false},
	{"move", cmdGoUp, []string{"ctrl+arrowup"}, "goup", false},
	{"move", cmdGoDown, []string{"ctrl+arrowdown"}, "godown", false},
	{"move", cmdLeft, []string{"arrowleft"}, "left", true},
	{"move", cmdRight, []string{"arrowright"}, "right", true},
	{"move", cmdUp, []string{"arrowup"}, "up", true},
	{"move", cmdDown, []string{"arrowdown"}, "down", true},
	{"move", cmdFarLeft, []string{"shift+arrowleft"}, "farleft", true},
	{"move", cmdFarRight, []string{"shift+arrowright"}, "farright", true},
	{"move", cmdFarUp, []string{"shift+arrowup"}, "farup", true},
	{"move", cmdFarDown, []string{"shift+arrowdown"}, "fardown", true},
	{"move", cmdCellLeft, []string{"ctrl+shift+arrowleft"}, "cellleft", true},
	{"move", cmdCellRight, []string{"ctrl+shift+arrowright"}, "cellright", true},
	{"move", cmdCellUp, []string{"ctrl+shift+arrowup"}, "cellup", true},
	{"move", cmdCellDown, []string{"ctrl+shift+arrowdown"}, "celldown", true},

	{"move", cmdNextKind, []string{"f6"}, "nextkind", false},
	{"move", cmdPreviousKind, []string{"shift+f6"}, "previouskind", false},
	{"move", cmdEarlier, []string{"alt+arrowleft", "alt+arrowup"}, "earlier", true},
	{"move", cmdLater, []string{"alt+arrowright", "alt+arrowdown"}, "later", true},
	{"move", cmdMenu, []string{"shift+f10", "contextmenu"}, "menu", false},

	{"edit", cmdUndo, []string{"ctrl+z"}, "undo", true},
	{"edit", cmdRedo, []string{"ctrl+shift+z", "ctrl+y"}, "redo", true},
	{"edit", cmdCopy, []string{"ctrl+c"}, "copy", false},
	{"edit", cmdCut, []string{"ctrl+x"}, "cut", true},
	{"edit", cmdPaste, []string{"ctrl+v"}, "paste", true},
	{"edit", cmdSelectAll, []string{"ctrl+a"}, "all", false},
	{"edit", cmdEscape, []string{"escape"}, "escape", false},

	{"view", cmdFit, []string{"shift+1"}, "fit", false},
	{"view", cmdFitSelection, []string{"shift+2"}, "fitselection", false},
	{"view", cmdZoomReal, []string{"shift+0", "ctrl+0"}, "zoomreal", false},
	{"view", cmdZoomIn, []string{"+", "ctrl++", "ctrl+=", "="}, "zoomin", false},
	{"view", cmdZoomOut, []string{"-", "ctrl+-"}, "zoomout", false},
	{"view", cmdNextPhase, []string{"pagedown"}, "nextphase", false},
	{"view", cmdPreviousPhase, []string{"pageup"}, "previousphase", false},
	{"view", cmdFind, []string{"ctrl+f", "/"}, "find", false},
	{"view", cmdMinimap, []string{"m"}, "minimap", false},
	{"view", cmdToolHand, []string{"h"}, "hand", false},
	{"view", cmdToolSelect, []string{"v"}, "select", false},
	{"view", cmdHelp, []string{"?", "f1"}, "help", false},
}

// chord names a key press as the table does. Signs are named by what they write,
// whatever must be held for them; digits by their key, since Shift+1 writes
// something else on every keyboard.
func chord(key, code string, m mods) string {
	k := strings.ToLower(key)
	signs := false
	switch {
	case k == " ":
		k = "space"
	case strings.HasPrefix(code, "Digit") && m != 0:
		k = code[len("Digit"):]
	case strings.HasPrefix(code, "Numpad") && len(k) == 1:
		signs = true
	case len(k) == 1 && (k[0] < 'a' || k[0] > 'z'):
		signs = true
	}
	var b strings.Builder
	if m&ctrl != 0 {
		b.WriteString("ctrl+")
	}
	if m&alt != 0 {
		b.WriteString("alt+")
	}
	if m&shift != 0 && !signs {
		b.WriteString("shift+")
	}
	b.WriteString(k)
	return b.String()
}

// letter reports whether a chord is a single character without ctrl or alt:
// people who dictate or stumble on keys can switch these off (WCAG 2.1.4).
func letter(chord string) bool { return len(chord) == 1 }

// shown is a chord for people: "Ctrl+Shift+Z", or "⇧⌘Z" on a Mac.
func shown(chord string, mac bool) string {
	parts := strings.Split(chord, "+")
	if strings.HasSuffix(chord, "++") {
		parts = append(parts[:len(parts)-2], "+")
	}
	if chord == "+" {
		parts = []string{"+"}
	}
	for i, p := range parts {
		if name, ok := keyNames[p]; ok {
			p = name[0]
			if mac {
				p = name[1]
			}
		} else {
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		parts[i] = p
	}
	if mac {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, "+")
}

var keyNames = map[string][2]string{
	"ctrl": {"Ctrl", "⌘"}, "shift": {"Shift", "⇧"}, "alt": {"Alt", "⌥"},
	"arrowleft": {"←", "←"}, "arrowright": {"→", "→"}, "arrowup": {"↑", "↑"}, "arrowdown": {"↓", "↓"},
	"escape": {"Esc", "Esc"}, "delete": {"Del", "⌦"}, "backspace": {"⌫", "⌫"}, "pagedown": {"PgDn", "PgDn"}, "pageup": {"PgUp", "PgUp"},
}
