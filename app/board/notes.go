package board

import (
	"strings"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// noteLook is what the dear parts of a note were last made from.
type noteLook struct {
	id                  crdt.ID
	w, h                float32
	flags               journey.Flags
	evidence            scene.Evidence
	pain                journey.PainKind
	severity, comments  uint8
	locked              bool
	status              journey.Status
	foot, owner, due    string
	text, stamps        string
	place               journey.Cell
	font                float32
	lang                string
	names               int // Board.nameTurn, for the label says where the note stands
	state               noteState
	signs, painPath     string
	lines, label, owned string
}

func (b *Board) paintNotes() {
	count := 0
	b.scene.Visible(sceneRect(b.cam.Sight(b.width, b.height, 120)), func(*scene.NoteBox) { count++ })
	switch {
	case count > farNotes:
		b.far = true
	case count < nearNotes:
		b.far = false
	}
	waiting := b.paintElements()
	switch {
	case b.far:
		b.paintFar(b.scene.Visible)
	case len(waiting) > 0:
		b.paintFar(func(_ scene.Rect, each func(*scene.NoteBox)) {
			for _, i := range waiting {
				each(&b.scene.Notes[i])
			}
		})
	case b.canvas:
		b.canvas = false
		b.out.put(opNear)
	}
	// What is held or written stays a real element, wherever it is.
	for id := range b.held {
		if n := b.scene.Note(id); n != nil {
			b.paintNote(n, 1<<20)
		}
	}
	if n := b.scene.Note(b.focus); n != nil {
		if _, held := b.held[b.focus]; !held && b.slots.find(owner{part: ofNote, id: b.focus}) == nil {
			b.paintNote(n, 1<<20)
		}
	}
	if b.wantsKey {
		b.wantsKey = false
		if s := b.slots.find(owner{part: ofNote, id: b.focus}); s != nil && b.writing == nil {
			b.out.put(opFocus, float32(s.n))
		}
	}
}

// What a frame does for elements of notes at most. An element that comes or goes
// costs the browser some fifty times what one that stays does, so a map that
// moves brings them a few a frame, ahead of the sight, and keeps those behind it.
// A note in sight that has to wait for its element is on the canvas meanwhile.
const (
	aheadOfSight  = 140 // pixels
	comeZooming   = 4
	comePanning   = 8
	comeResting   = 24
	comeAhead     = 2 // of notes that are not in sight yet
	keptOutside   = 160
	goesOnceMoved = 8
)

// paintElements draws the notes that have an element, and gives one to those in
// sight and a little beyond, as far as this frame goes; waiting are the others.
func (b *Board) paintElements() (waiting []int32) {
	sight, ahead := sceneRect(b.cam.Sight(b.width, b.height, 8)), sceneRect(b.cam.Sight(b.width, b.height, aheadOfSight))
	come, beyond := comeResting, 3*comeAhead
	last := b.camLast
	b.camLast = b.cam
	switch {
	case !b.ready:
		come = 1 << 20 // the first frame is whole
	case last.Z != b.cam.Z:
		come, beyond = comeZooming, 0
	case last != b.cam:
		come, beyond = comePanning, comeAhead
	}
	if b.lain != b.sceneTurn {
		b.lain = b.sceneTurn
		b.layAll()
	}
	inside, outside := 0, 0
	for i := range b.slots.all {
		s := &b.slots.all[i]
		if !s.shown || s.who.part != ofNote {
			continue
		}
		n := b.scene.Note(s.who.id)
		if n == nil {
			continue
		}
		if _, held := b.held[n.ID]; held {
			continue
		}
		near := !b.far && n.Rect.Meets(ahead) || n.ID == b.focus
		if near {
			inside++
		} else if outside++; outside > keptOutside || b.far {
			b.leaving = append(b.leaving, s.n)
			continue
		}
		s.epoch = b.slots.epoch
		b.drawNote(s, n, b.depth(s))
		if !near {
			b.slots.lend(s)
		}
	}
	// Those that leave go a few a frame, and none while the map is being zoomed.
	goes := goesOnceMoved
	if last.Z != b.cam.Z {
		goes = 0
	}
	for k, i := range b.leaving {
		if k < goes {
			continue // nobody asks for it: it goes
		}
		s := &b.slots.all[i]
		if n := b.scene.Note(s.who.id); n != nil {
			s.epoch = b.slots.epoch
			b.drawNote(s, n, b.depth(s))
			b.slots.lend(s)
		}
	}
	more := len(b.leaving) > 0
	b.leaving = b.leaving[:0]
	if b.far {
		if more {
			b.host.request()
		}
		return nil
	}
	b.waiting = b.waiting[:0]
	b.scene.Visible(ahead, func(n *scene.NoteBox) {
		if b.slots.find(owner{part: ofNote, id: n.ID}) != nil {
			return
		}
		if _, held := b.held[n.ID]; held {
			return
		}
		switch seen := n.Rect.Meets(sight); {
		case seen && come > 0:
			come--
			b.lay(b.paintNote(n, 0))
		case seen:
			b.waiting = append(b.waiting, int32(b.scene.Order(n.ID)))
		case beyond > 0:
			beyond--
			b.lay(b.paintNote(n, 0))
		default:
			more = true
		}
	})
	if more || len(b.waiting) > 0 {
		b.host.request()
	}
	return b.waiting
}

// Notes that lie on one another have their order as depth; all others have the same,
// and keep the order of their elements, whatever they show: for Chromium what
// changes its place in the order is painted anew, with all between.

// nearBy is how near, in each direction, what hangs over a note's edge may come to another.
const nearBy = 6

func (b *Board) depth(s *slot) int {
	if _, gone := b.gone[s.who.id]; s.over || gone {
		return b.scene.Order(s.who.id) + 1
	}
	return 0
}

// lay gives a note that got its element in this frame its depth, and those that it
// lies on theirs.
func (b *Board) lay(s *slot) {
	r := scene.Rect{X: s.x, Y: s.y, W: s.w, H: s.h}.Grow(2 * nearBy)
	s.over = false
	for i := range b.slots.all {
		o := &b.slots.all[i]
		if o.who.part == ofNote && o.shown && o != s && r.X < o.x+o.w && o.x < r.X+r.W && r.Y < o.y+o.h && o.y < r.Y+r.H {
			s.over = true
			if !o.over {
				o.over = true
				o.order(b.depth(o))
			}
		}
	}
	s.order(b.depth(s))
}

// layAll finds out anew which of the notes that have an element lie on one another.
func (b *Board) layAll() {
	b.laid = b.laid[:0]
	for i := range b.slots.all {
		if s := &b.slots.all[i]; s.who.part == ofNote && s.shown {
			s.over = false
			if n := b.scene.Note(s.who.id); n != nil {
				b.laid = append(b.laid, laid{n.Rect.Grow(nearBy), s.n})
			}
		}
	}
	for i := range b.laid {
		r := &b.laid[i].at
		x1, y1 := r.X+r.W, r.Y+r.H
		for j := range b.laid[:i] {
			if o := &b.laid[j].at; r.X < o.X+o.W && o.X < x1 && r.Y < o.Y+o.H && o.Y < y1 {
				b.slots.all[b.laid[i].slot].over, b.slots.all[b.laid[j].slot].over = true, true
			}
		}
	}
}

type laid struct {
	at   scene.Rect
	slot int32
}

func (b *Board) paintNote(n *scene.NoteBox, z int) *slot {
	s := b.slots.get(owner{part: ofNote, id: n.ID}, tmplNote, layerNotes)
	b.drawNote(s, n, z)
	return s
}

// drawNote draws a note on the element that is its own.
func (b *Board) drawNote(s *slot, n *scene.NoteBox, z int) {
	at := b.box(n)
	s.place(at.X, at.Y).size(at.W, at.H).order(z)
	look, ok := s.look.(*noteLook)
	if !ok {
		look = &noteLook{}
		s.look = look
		s.attr(attrRole, "option")
	}
	if look.id != n.ID || look.names != b.nameTurn || look.differs(n, string(b.o.Lang)) {
		b.lookAnew(look, n)
		s.attr(attrData, n.ID.String()).attr(attrLabel, look.label).attr(attrTitle, b.byWhom(n.ID))
		s.font(float64(n.FontSize)).text(1, look.lines).text(2, n.Department).text(3, look.owned).text(6, n.Stamps)
		s.path(4, look.signs).path(5, look.painPath)
	}
	selected := b.isSelected(n.ID)
	if st := b.stateOf(n, selected); st != look.state {
		look.state = st
		s.class(st.class())
	}
	if selected {
		s.attr(attrSelected, "true")
	} else {
		s.attr(attrSelected, "false")
	}
	if n.ID == b.focus || b.focus.IsZero() && len(b.scene.Notes) > 0 && n.ID == b.scene.Notes[0].ID {
		s.attr(attrTabindex, "0")
	} else {
		s.attr(attrTabindex, "-1")
	}
}

// noteState is what a note's class says, in bits; its low byte is the tone.
type noteState uint32

const (
	isSelected noteState = 256 << iota
	isHeld
	isAway
	isWritten
	isLocked
	isDone
	isFound
	isDim
	isGuess
	isUnsent
	isKeyed // the keyboard is on it
	isDrawn // always set: the zero state is that of an element never drawn
)

var stateNames = [...]string{" is-selected", " is-held", " is-away", " is-written", " is-locked", " is-done", " is-found", " is-dim", " is-guess", " is-unsent", " is-keyed"}

func (b *Board) stateOf(n *scene.NoteBox, selected bool) noteState {
	st := noteState(n.Tone) | isDrawn
	if selected {
		st |= isSelected
	}
	if _, ok := b.held[n.ID]; ok {
		st |= isHeld
	} else if _, ok := b.gone[n.ID]; ok {
		st |= isAway
	}
	if b.writing != nil && b.writing.id == n.ID {
		st |= isWritten
	}
	if l := b.m.Lane(n.Place.Lane); n.Locked || l != nil && l.Locked {
		st |= isLocked
	}
	if n.Status == journey.Done {
		st |= isDone
	}
	if n.Evidence == scene.EvidenceGuess {
		st |= isGuess
	}
	if b.anothers(n.ID) || b.outOfLens(n.ID) {
		st |= isDim
	}
	if b.unsent[n.ID] {
		st |= isUnsent
	}
	if b.byKeys && n.ID == b.focus {
		st |= isKeyed
	}
	switch b.find.of(n.ID) {
	case found:
		st |= isFound
	case notFound:
		st |= isDim
	}
	return st
}

func (st noteState) class() string {
	class := "b-note tone-" + scene.Tone(st&255).Name()
	for i, name := range stateNames {
		if st&(isSelected<<i) != 0 {
			class += name
		}
	}
	return class
}

func (l *noteLook) differs(n *scene.NoteBox, lang string) bool {
	return l.w != n.Rect.W || l.h != n.Rect.H || l.flags != n.Flags || l.evidence != n.Evidence || l.pain != n.Pain ||
		l.severity != n.Severity || l.comments != n.Comments || l.locked != n.Locked || l.status != n.Status ||
		l.foot != n.Department || l.owner != n.Owner || l.due != n.Due || l.text != n.Text || l.stamps != n.Stamps || l.place != n.Place.Cell() || l.font != n.FontSize || l.lang != lang
}

func (b *Board) lookAnew(l *noteLook, n *scene.NoteBox) {
	*l = noteLook{id: n.ID, state: l.state, w: n.Rect.W, h: n.Rect.H, flags: n.Flags, evidence: n.Evidence, pain: n.Pain, severity: n.Severity,
		comments: n.Comments, locked: n.Locked, status: n.Status, foot: n.Department, owner: n.Owner, due: n.Due,
		text: n.Text, stamps: n.Stamps, place: n.Place.Cell(), font: n.FontSize, lang: string(b.o.Lang), names: b.nameTurn}
	l.lines = strings.Join(b.scene.Lines(n), "\n")
	at := *n
	at.Rect.X, at.Rect.Y = 0, 0 // signs stand relative to the note
	l.signs, l.painPath, _ = at.SignsPath()
	if n.Owner != "" || n.Due != "" {
		l.owned = strings.TrimSpace(n.Owner + "  " + n.Due)
	}
	l.label = b.noteLabel(n)
}

// noteLabel is what a screen reader says of a note: its text and what its colours
// and signs say, then where it stands.
func (b *Board) noteLabel(n *scene.NoteBox) string {
	label := b.scene.Describe(scene.Target{Kind: scene.OnNote, ID: n.ID})
	if strings.TrimSpace(n.Text) == "" {
		label = b.t("emptynote") + " " + label
	}
	if at := b.cellName(n.Place); at != "" {
		label += " — " + at
	}
	return label
}

// byWhom is who wrote a note and for which department, shown on hovering.
func (b *Board) byWhom(id crdt.ID) string {
	n := b.m.Note(id)
	if n == nil {
		return ""
	}
	by := n.Author
	if d := b.m.Department(n.Department); d != nil {
		if by != "" {
			by += " · "
		}
		by += d.Name.In(string(b.o.Lang))
	}
	return by
}

// cellName says where a place is: "Purchase, Thoughts".
func (b *Board) cellName(p journey.Place) string {
	var names []string
	if ph := b.m.Phase(p.Phase); ph != nil {
		names = append(names, ph.Name.In(string(b.o.Lang)))
	}
	if l := b.m.Lane(p.Lane); l != nil {
		names = append(names, l.Name.In(string(b.o.Lang)))
	}
	return strings.Join(names, ", ")
}
