package board

import (
	"slices"

	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// key does what a chord means; false leaves it to the browser.
func (b *Board) key(chord string, repeat bool) bool {
	if !b.byKeys {
		b.byKeys = true
		b.host.request()
	}
	if chord == "space" && b.thing.Kind != scene.OnNothing && !b.o.ReadOnly {
		return b.openThing(b.thing)
	}
	if chord == "space" {
		if !b.hands.space {
			b.hands.space = true
			b.host.request()
		}
		return true
	}
	k := b.keys.find(chord)
	if k == nil || b.noKeys && letter(chord) && k.cmd != cmdHelp || k.edits && b.o.ReadOnly && k.group != "move" {
		return false
	}
	if k.group == "edit" && (k.cmd == cmdCopy || k.cmd == cmdCut || k.cmd == cmdPaste) {
		return false // the browser's own clipboard events follow
	}
	if chord == "tab" || chord == "shift+tab" {
		if b.thing.Kind != scene.OnNothing {
			return false // the browser goes to the next kind
		}
		return b.step(map[string]int{"tab": 1, "shift+tab": -1}[chord])
	}
	return b.do(k.cmd)
}

// nudges are arrow keys: how far each moves what is selected.
var nudges = map[command]xy{
	cmdLeft: {-8, 0}, cmdRight: {8, 0}, cmdUp: {0, -8}, cmdDown: {0, 8},
	cmdFarLeft: {-1, 0}, cmdFarRight: {1, 0}, cmdFarUp: {0, -1}, cmdFarDown: {0, 1},
}

// do carries out a command; false when there was nothing to do it to, so that the
// key may mean something to the browser.
func (b *Board) do(c command) bool {
	b.host.request()
	if d, ok := nudges[c]; ok {
		return b.nudge(c, d)
	}
	if b.o.ReadOnly && editing(c) {
		return false
	}
	if !b.may(needs(c)) {
		b.say("later")
		return true
	}
	switch c {
	case cmdEarlier, cmdLater:
		return b.reorder(map[command]int{cmdEarlier: -1, cmdLater: 1}[c])
	case cmdNextKind, cmdPreviousKind:
		b.region(map[command]int{cmdPreviousKind: -1, cmdNextKind: 1}[c])
	case cmdMenu:
		return b.menuHere()
	case cmdNewNote:
		b.newNote()
	case cmdWrite:
		return b.writeChosen()
	case cmdDelete:
		return b.deleteChosen()
	case cmdDuplicate:
		if len(b.everything()) > 0 {
			b.duplicate()
		} // else it is done all the same: not a bookmark
	case cmdSelectAll:
		b.chooseAll()
	case cmdEscape:
		return b.escape()
	case cmdUndo:
		if b.session.Undo() {
			b.say("undone")
		}
	case cmdRedo:
		b.session.Redo()
	case cmdGoLeft:
		b.goTo(-1, 0)
	case cmdGoRight:
		b.goTo(1, 0)
	case cmdGoUp:
		b.goTo(0, -1)
	case cmdGoDown:
		b.goTo(0, 1)
	case cmdCellLeft:
		b.moveToCell(-1, 0)
	case cmdCellRight:
		b.moveToCell(1, 0)
	case cmdCellUp:
		b.moveToCell(0, -1)
	case cmdCellDown:
		b.moveToCell(0, 1)
	case cmdFit:
		b.fit()
	case cmdFitSelection:
		if r := b.around(b.everything()); !r.Empty() {
			in := bars
			in.Top, in.Left = 90, 120
			b.fly(Fit(r.Grow(40), b.width, b.height, in))
		}
	case cmdZoomReal:
		b.fly(b.destination().ZoomAt(b.width/2, b.height/2, 1/b.destination().Z))
	case cmdZoomIn:
		b.zoomBy(true)
	case cmdZoomOut:
		b.zoomBy(false)
	case cmdFind:
		b.openFind()
	case cmdHelp:
		b.panel.help = true
		b.renew()
	case cmdInspector:
		b.toggleDetails()
	case cmdToolHand, cmdToolSelect, cmdToolLink:
		b.setTool(toolHand + tool(c-cmdToolHand))
	case cmdToolPen:
		b.setTool(toolPen)
	case cmdToolText:
		b.setTool(toolText)
	case cmdLink:
		if len(b.selected) >= 2 {
			b.linkChosen()
		} else {
			b.setTool(toolLink)
		}
	case cmdFront, cmdBack:
		b.restack(c == cmdFront)
	case cmdNextPhase:
		b.jumpPhase(1)
	case cmdPreviousPhase:
		b.jumpPhase(-1)
	case cmdAlignLeft, cmdAlignCenter, cmdAlignRight, cmdAlignTop, cmdAlignMiddle, cmdAlignBottom, cmdSpreadAcross, cmdSpreadDown, cmdStack:
		b.arrangeNotes(c, b.loose())
	case cmdMinimap:
		b.minimap = !b.minimap
		b.host.remember("board.minimap", map[bool]string{true: "on", false: "off"}[b.minimap])
		b.renew()
	case cmdAddPhase:
		b.addPhase()
	case cmdAddLane:
		b.addLane("")
	case cmdLock:
		b.lockChosen()
	case cmdGroup:
		if len(b.selected) > 0 {
			b.groupChosen()
		}
	case cmdBind, cmdUnbind:
		b.bindChosen(c == cmdBind)
	case cmdLegend:
		b.reveal(rectOf(b.scene.Legend.Rect))
	default:
		return false
	}
	return true
}

func editing(c command) bool {
	switch c {
	case cmdAddPhase, cmdAddLane, cmdToolPen, cmdToolText, cmdLock, cmdStack, cmdToolLink, cmdLink:
		return true
	}
	for i := range keyboard {
		if keyboard[i].cmd == c {
			return keyboard[i].edits
		}
	}
	return c >= cmdAlignLeft && c <= cmdStack
}

// escape takes back one thing at a time: the drag, the tool, the search, the
// panel, the selection.
func (b *Board) escape() bool {
	switch {
	case b.menu.open:
		b.closeMenu()
	case b.drag != nil:
		b.hands.cancel(-1)
	case b.tool == toolLink || b.tool.drawing():
		b.setTool(toolHand)
	case b.find.open:
		b.closeFind()
	case !b.boundary.IsZero():
		b.closeBoundary()
	case b.follow != 0:
		b.follow = 0
		b.renew()
	case len(b.selected) > 0 || b.chosen.Kind != scene.OnNothing:
		b.choose()
		b.chosen, b.focus = scene.Target{}, crdt.ID{}
		b.host.focus()
		b.renew()
	default:
		return false
	}
	return true
}

func (b *Board) setTool(t tool) {
	if b.tool == t {
		t = toolHand
	}
	b.tool = t
	b.host.request()
	b.renew()
}

// nudge moves what is selected by arrow keys; an emotion point goes up and down.
// Where nothing is selected the arrows walk over the map.
func (b *Board) nudge(c command, d xy) bool {
	if len(b.selected) == 0 && slices.Contains(thingKinds[:], b.chosen.Kind) {
		return b.nudgeThing(c, d)
	}
	if len(b.selected)+len(b.with) == 0 || b.o.ReadOnly {
		b.goTo(float32(sign(d.x)), float32(sign(d.y)))
		return true
	}
	// Presses in a row are one step of undo.
	if !b.shift("nudge:"+b.everything()[0].String(), d) {
		return true
	}
	if len(b.selected) > 0 {
		b.revealNote(b.selected[0])
	}
	return true
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
