package board

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Session is what the board asks of a session: edits go out by it, and what
// this person does is shown to the others.
type Session interface {
	Edit(group string, write func(*crdt.Edit)) crdt.Change
	Undo() bool
	Redo() bool
	CanUndo() bool
	CanRedo() bool
	Seal()
	Present(session.PresenceState)
	Unacknowledged() map[crdt.ID]bool
}

// Options of a board.
type Options struct {
	Lang       i18n.Lang
	Both       bool   // phases, lanes and channels have their names in both languages
	ReadOnly   bool   // nothing can be changed, and nothing looks as if it could
	Leads      bool   // this person leads the seven steps: no step keeps tools from them
	Name       string // of this person, for comments and notes
	Department string // of this person: a department's name
	Path       string // of the page, as /m/TOKEN
	OnReady    func() // after the first frame is painted
	// OnCalled is told when somebody who leads asks everybody to look at a cell
	// and no board is in sight.
	OnCalled   func(name string, phase, lane crdt.ID)
	OnOpenList func() // the person wants the list instead
	OnSelect   func() // other notes are selected
}

// Board is the live map. It is a component that keeps its state to itself: the
// page makes one and renders the same pointer every time.
type Board struct {
	app.Compo

	session Session
	m       *journey.Map
	o       Options
	redraw  func() // of the panels, by go-app; nil while not mounted
	mounted bool

	scene         *scene.Scene
	width, height float64 // of the host
	cam           Camera
	flight        *flight
	touched       bool // the person has moved the camera
	stale         scene.LayerSet

	host   host
	out    frame
	slots  *slots
	layer  [scene.LayerCount]string  // markup of what is drawn as a whole
	byTone [scene.Tones][]scene.Rect // room for paintFar
	stages [3]Camera                 // where the stages stand now
	host0  hostLook                  // of the host now
	bands  [2]boxed                  // under heads that have left their place
	tints  bool                      // the canvas knows the colours
	far    bool
	canvas bool // there is something on it
	ready  bool
	// Of the notes' elements: where the camera was when they were drawn last, and room for
	// the slots that may go and the notes that wait for one.
	camLast          Camera
	leaving, waiting []int32
	// Which of them lie on one another is known for this turn of the scene.
	sceneTurn, lain int
	laid            []laid

	hands    hands
	tool     tool
	drag     dragger
	held     map[crdt.ID]scene.Point // notes in my hand: where they would be dropped
	gone     map[crdt.ID]scene.Point // notes in other people's hands
	guides   []Rect
	marquee  Rect // in the world
	target   Rect // cell or place where a drop would go
	overPlus bool
	hover    scene.Target
	mouseX   float64
	mouseY   float64
	sawPen   bool    // this person has a pen
	inside   bool    // the pointer is over the board
	reach    float64 // pixels beside thin things that still count: more for a finger

	selected   []crdt.ID            // notes
	with       []crdt.ID            // drawings that are chosen with them, or with one another
	picked     map[crdt.ID]struct{} // the same, to ask
	focus      crdt.ID              // the note that has the keyboard's focus
	wantsKey   bool                 // give it to the browser's focus too
	wantsFocus string               // id of a field that gets the focus when it is drawn
	boundary   crdt.ID              // whose panel is open
	chosen     scene.Target
	thing      scene.Target    // beside the notes, that has the keyboard's focus
	wantsThing bool            // give it to the browser's focus too
	judged     session.Dragged // in the matrix, as the others are shown it
	nameTurn   int             // counts what may have changed the names of phases and lanes
	thingTurn  int             // counts what may have changed what things say

	writing *writing
	peers   []session.PeerState
	status  session.Status
	unsent  map[crdt.ID]bool // objects that the server has not acknowledged yet
	follow  wire.PeerID      // whose view this one goes along with
	at      attention        // what this person is at while another view is looked at
	private bool             // nobody may follow this person
	stays   bool             // nobody may move this person's view
	calls   map[wire.PeerID]uint8
	call    session.Call // where this person asked everybody to look
	called  *summons     // by whom this person was asked to look elsewhere
	only    crdt.ID      // the persona whose notes and curve alone are shown; zero: all
	lens    crdt.ID      // the department whose notes alone are clear; zero: all
	bursts  []burst

	panel    panel
	menu     menu
	find     finder
	hint     string
	sayTurn  int
	resting  int
	shown    [3]bool // what the tools showed last
	hints    hints
	minimap  bool
	byKeys   bool // the last thing pressed was a key: show where the focus is
	noKeys   bool // letters are no shortcuts
	keys     shortcuts
	pasteAt  int // how often the same notes were pasted
	nextEdit int // numbers groups of edits
	mac      bool
	inputs   map[string]string // values of the fields that are rendered
	agreed   map[string]string // what stood in a field when it was last the map's, not its writer's
}

type tool uint8

const (
	toolHand   tool = iota // empty space pans
	toolSelect             // empty space draws a marquee
	toolLink               // from a note to a note
	toolPen
	toolMarker
	toolRect
	toolEllipse
	toolDiamond
	toolArrow
	toolText
)

// New makes the board of a map that a session keeps. Nothing is drawn before it
// is mounted.
func New(s Session, m *journey.Map, o Options) *Board {
	b := &Board{session: s, m: m, o: o, held: map[crdt.ID]scene.Point{}, gone: map[crdt.ID]scene.Point{}, cam: Camera{0, 0, 1}, inputs: map[string]string{}, agreed: map[string]string{}}
	b.slots = newSlots(&b.out)
	b.hands.grip, b.hands.do = b.grip, b.act
	b.layout()
	return b
}

// OnMount takes hold of the browser.
func (b *Board) OnMount(ctx app.Context) {
	b.redraw = func() {
		ctx.Dispatch(func(ctx app.Context) {
			if b.mounted {
				ctx.Update()
				ctx.Defer(func(app.Context) { b.settlePanels() })
			}
		})
	}
	ctx.Defer(func(ctx app.Context) {
		if b.mounted || !b.host.open(b) {
			return
		}
		b.mounted = true
		b.mac = b.host.mac()
		b.noKeys = b.host.recall("board.letters") == "off"
		b.keys.parse(b.host.recall("board.keys"))
		b.minimap = b.host.recall("board.minimap") == "on"
		b.hints.seen = b.host.recall("board.hints")
		b.panel.details = b.host.recall("board.details") == "on"
		b.private, b.stays = b.host.recall("board.private") == "on", b.host.recall("board.stays") == "on"
		b.firstLook()
		b.renew()
		b.host.request()
	})
}

// OnDismount lets go of it.
func (b *Board) OnDismount() {
	b.finishWriting()
	b.session.Present(session.PresenceState{})
	b.host.close()
	b.mounted, b.redraw = false, nil
	b.ready = false
	b.slots = newSlots(&b.out)
	b.out.reset()
	b.cam.Z = max(b.cam.Z, zoomMin)
	b.stale = ^scene.LayerSet(0)
	b.tints, b.host0, b.stages = false, hostLook{}, [3]Camera{}
	b.canvas, b.camLast = false, Camera{}
}

// Changed draws what an edit, anyone's, came to. The page has applied it to the
// map.
func (b *Board) Changed(c crdt.Change, t journey.Touched) {
	d := b.scene.Update(b.m, t)
	b.sceneTurn++
	b.stale |= d.Layers
	if !b.touched {
		b.firstLook()
	}
	b.forget()
	b.forgetThing()
	if len(t.Phases)+len(t.Lanes) > 0 {
		b.nameTurn++
	}
	b.writtenElsewhere()
	if !t.Empty() {
		b.changedPanels(t)
	}
	b.host.request()
}

// SetPeers tells who else is here.
func (b *Board) SetPeers(peers []session.PeerState) {
	b.meet(peers)
	b.host.request()
}

// SetStatus tells how the connection is.
func (b *Board) SetStatus(s session.Status) {
	if b.status != s {
		was := b.status
		b.status = s
		b.watchUnsent(was, s)
		if s.State == session.Live && was.State != session.Live && !b.o.ReadOnly {
			b.host.sendPictures(b.imagesTo(), b.pictureRefused)
		}
		b.renew()
	}
}

// SetLang changes the language of the interface.
func (b *Board) SetLang(lang i18n.Lang) {
	if b.o.Lang != lang {
		b.o.Lang = lang
		b.renamed()
	}
}

// SetBoth shows names in both languages, or in one.
func (b *Board) SetBoth(both bool) {
	b.o.Both = both
	b.renamed()
}

func (b *Board) renamed() {
	b.host.name(b.t("notes"))
	b.thingTurn++
	b.layout()
	b.renew()
	b.host.request()
}

// SetReadOnly changes what the person may do, as a link's role may change.
func (b *Board) SetReadOnly(v bool) {
	if b.o.ReadOnly != v {
		b.o.ReadOnly = v
		if v {
			b.finishWriting()
			b.hands.cancel(-1)
			b.tool = toolHand
		}
		b.renew()
		b.host.request()
	}
}

// SetPerson changes under which name and department the person writes.
func (b *Board) SetPerson(name, department string) {
	b.o.Name, b.o.Department = name, department
	b.present()
}

// ShowNote pans to a note, or anything else on the map, and selects it.
func (b *Board) ShowNote(id crdt.ID) {
	if r, ok := b.boxOf(id); ok {
		b.reveal(r)
		if b.scene.Note(id) != nil {
			b.choose(id)
			b.grabFocus(id)
		}
	}
}

// OpenHelp shows the sheet of shortcuts.
func (b *Board) OpenHelp() { b.do(cmdHelp) }

// layout works the scene out anew.
func (b *Board) layout() {
	b.scene = scene.Layout(b.m, scene.Options{Lang: b.o.Lang, Both: b.o.Both, Persona: b.only, Images: b.imageAt})
	b.stale = ^scene.LayerSet(0)
	b.sceneTurn++
	b.host.speaks(b.scene.Own())
}

// renewLater draws the panels when the zoom has come to rest.
func (b *Board) renewLater() {
	b.resting++
	turn := b.resting
	b.host.after(150, func() {
		if b.resting == turn {
			b.renew()
		}
	})
}

// renew has go-app draw the panels again.
func (b *Board) renew() {
	if b.redraw != nil {
		b.redraw()
	}
}

// locked reports whether a note is, by itself or with its lane.
func (b *Board) locked(id crdt.ID) bool {
	n := b.m.Note(id)
	return n != nil && b.m.Locked(n)
}

// headLocked reports whether a head is that of a locked lane, and says so.
func (b *Board) headLocked(t scene.Target) bool {
	l := b.m.Lane(t.ID)
	if l == nil || !l.Locked {
		return false
	}
	b.say("islocked")
	return true
}

// edit writes to the map. Every way of changing something ends here, so that a
// reader's board cannot.
func (b *Board) edit(group string, write func(e *crdt.Edit)) {
	if b.o.ReadOnly {
		return
	}
	b.hints.did()
	b.session.Edit(group, write)
}

// group names an undo step of its own.
func (b *Board) group(what string) string {
	b.nextEdit++
	return what + ":" + itoa(b.nextEdit)
}

// t is a text of the interface.
func (b *Board) t(key string, args ...any) string { return i18n.T(b.o.Lang, "board."+key, args...) }

// forget lets go of what is not there any more.
func (b *Board) forget() {
	kept := b.selected[:0]
	for _, id := range b.selected {
		if b.scene.Note(id) != nil {
			kept = append(kept, id)
		}
	}
	if len(kept) != len(b.selected) {
		b.selected = kept
		b.pick()
		b.renew()
	}
	b.with = slices.DeleteFunc(b.with, func(id crdt.ID) bool { return b.drawingBox(id) == nil })
	if !b.focus.IsZero() && b.scene.Note(b.focus) == nil {
		b.focus = crdt.ID{}
		// Focus is never lost: where its note was, the board has it now.
		if b.writing == nil && b.host.holdsFocus() {
			b.host.focus()
		}
	}
	for id := range b.held {
		if b.scene.Note(id) == nil {
			delete(b.held, id)
		}
	}
	if !b.boundary.IsZero() && b.m.Phase(b.boundary) == nil {
		b.boundary = crdt.ID{}
		b.renew()
	}
}
