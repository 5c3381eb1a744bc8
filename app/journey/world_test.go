package journey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// A world is several people at one map: each has a document, a Map and a queue
// of edits not yet sent; the log is the server's order. What is drawn from rand
// alone decides what happens.
type world struct {
	t      testing.TB
	rand   *rand.Rand
	people []*person
	log    [][]byte
	dead   map[crdt.ID]bool // deleted by an edit that nobody took back
	undone bool             // somebody took an edit back: dead is not to be relied on
	close  bool             // what Touched names is looked at, too
	did    map[string]int   // what was done, so that a test can see that it was
}

type person struct {
	w       *world
	replica crdt.ReplicaID
	m       *journey.Map
	seen    int // of the log
	unsent  [][]byte
	undo    []crdt.Inverse
	cells   map[journey.Cell]string
}

func newWorld(t testing.TB, seed uint64, people int) *world {
	w := &world{t: t, rand: rand.New(rand.NewPCG(seed, 7)), dead: map[crdt.ID]bool{}, did: map[string]int{}}
	for i := range people {
		w.people = append(w.people, &person{w: w, replica: crdt.ReplicaID(i + 1), m: journey.Open(crdt.New())})
	}
	return w
}

// edit does one intent.
func (p *person) edit(name string, write func(m *journey.Map, e *crdt.Edit)) journey.Touched {
	e := p.m.Document().Edit(p.replica)
	write(p.m, e)
	if err := e.Err(); err != nil {
		p.w.t.Fatalf("%s: %v", name, err)
	}
	c := e.Commit()
	if c.Update == nil {
		return journey.Touched{}
	}
	p.w.did[name]++
	p.unsent = append(p.unsent, c.Update)
	if name != "undo" {
		p.undo = append(p.undo, c.Inverse)
	}
	for o := range c.Change.Objects() {
		if o.Deleted {
			p.w.dead[o.ID] = true
		}
	}
	return p.apply(c.Change)
}

// apply brings the Map up to date and, in worlds that look closely, holds what
// Touched names against what really looks different now.
func (p *person) apply(c crdt.Change) journey.Touched {
	if !p.w.close {
		return p.m.Apply(c)
	}
	before := looks(p.m)
	t := p.m.Apply(c)
	after := looks(p.m)
	for what, list := range map[string][]crdt.ID{"note": t.Notes, "link": t.Links, "emotion": t.Emotions, "phase": t.Phases, "boundary": t.Boundaries, "lane": t.Lanes} {
		for id := range after[what] {
			if before[what][id] != after[what][id] && !slices.Contains(list, id) {
				p.w.t.Fatalf("J12: %s %v is not named: was %s, is %s", what, id, before[what][id], after[what][id])
			}
		}
		for id := range before[what] {
			if after[what][id] == "" && !slices.Contains(list, id) {
				p.w.t.Fatalf("J12: %s %v went and is not named", what, id)
			}
		}
	}
	for at, now := range cellsOf(p.m) {
		if old := p.cells[at]; old != now && !slices.Contains(t.Cells, at) {
			p.w.t.Fatalf("J12: cell %v is not named: was %q, is %q", at, old, now)
		}
	}
	if order(before["order"]) != order(after["order"]) && !t.Layout {
		p.w.t.Fatalf("J12: the layout is not named")
	}
	p.cells = cellsOf(p.m)
	return t
}

func order(m map[crdt.ID]string) string { return m[crdt.ID{}] }

// looks is how everything looks, by what and identity.
func looks(m *journey.Map) map[string]map[crdt.ID]string {
	out := map[string]map[crdt.ID]string{"note": {}, "link": {}, "emotion": {}, "phase": {}, "boundary": {}, "lane": {}, "order": {}}
	for _, n := range m.Notes() {
		out["note"][n.ID] = fmt.Sprint(n.Kind, n.Place, n.Text, n.Department, n.Persona, n.Owner, n.KPI, n.Channels)
	}
	for _, l := range m.Links() {
		out["link"][l.ID] = fmt.Sprint(l.From, l.To, l.Rel)
	}
	for _, e := range m.Emotions() {
		out["emotion"][e.ID] = fmt.Sprint(e.Phase, e.Note, e.Persona, e.Score)
	}
	for _, p := range m.Phases() {
		out["phase"][p.ID] = fmt.Sprint(p.Name, p.Days)
		out["order"][crdt.ID{}] += p.ID.String() + " "
	}
	for _, b := range m.Boundaries() {
		out["boundary"][b.To] = fmt.Sprint(b)
	}
	for _, l := range m.Lanes() {
		out["lane"][l.ID] = fmt.Sprint(l.Kind, l.Name)
		out["order"][crdt.ID{}] += l.ID.String() + " "
	}
	return out
}

// cellsOf is which notes stand where in which cell.
func cellsOf(m *journey.Map) map[journey.Cell]string {
	out := map[journey.Cell]string{}
	for _, lane := range append([]*journey.Lane{{}}, m.Lanes()...) {
		for _, phase := range append([]*journey.Phase{{}}, m.Phases()...) {
			at := journey.Cell{Phase: phase.ID, Lane: lane.ID}
			s := ""
			for _, n := range m.NotesIn(at) {
				s += fmt.Sprint(n.ID, n.Place.X, n.Place.Y, n.W, n.H, " ")
			}
			out[at] = s
		}
	}
	return out
}

// send puts what is unsent on the log.
func (p *person) send() {
	p.w.log = append(p.w.log, p.unsent...)
	p.unsent = nil
}

// receive merges the log up to n entries further.
func (p *person) receive(n int) {
	for ; n > 0 && p.seen < len(p.w.log); n-- {
		change, err := p.m.Document().Merge(p.w.log[p.seen])
		if err != nil {
			p.w.t.Fatalf("merge: %v", err)
		}
		p.apply(change)
		p.seen++
	}
}

func (w *world) settle() {
	for _, p := range w.people {
		p.send()
	}
	for _, p := range w.people {
		p.receive(len(w.log))
	}
}

func pick[T any](r *rand.Rand, list []T) (v T) {
	if len(list) > 0 {
		v = list[r.IntN(len(list))]
	}
	return v
}

// begin makes a small map that all have: three phases, four lanes, notes, links,
// boundaries, a persona with a curve.
func (w *world) begin() {
	w.people[0].edit("begin", func(m *journey.Map, e *crdt.Edit) {
		d := m.AddDepartment(e, journey.Name{Text: "d"}, "#123456")
		u := m.AddPersona(e, journey.Persona{Name: "u"})
		c := m.AddChannel(e, journey.Channel{Name: journey.Name{Text: "c"}, Owner: d})
		k := m.AddKPI(e, journey.KPI{Name: journey.Name{Text: "k"}})
		var lanes, phases []crdt.ID
		last := crdt.ID{}
		for _, kind := range []journey.LaneKind{journey.Action, journey.Touchpoint, journey.Pain, journey.Measure} {
			last = m.AddLane(e, last, kind, string(kind))
			lanes = append(lanes, last)
		}
		last = crdt.ID{}
		for _, name := range []string{"a", "b", "c"} {
			last = m.AddPhase(e, last, name)
			phases = append(phases, last)
		}
		for i, p := range phases {
			var notes []crdt.ID
			for _, l := range lanes {
				n := m.AddNote(e, journey.Place{Phase: p, Lane: l, X: 16, Y: 16}, journey.NoteFields{Text: "n", Department: d, Persona: u, Owner: d, KPI: k, Channels: []crdt.ID{c}})
				notes = append(notes, n)
			}
			m.LinkNotes(e, notes[1], notes[0], journey.Serves)
			m.LinkNotes(e, notes[3], notes[2], journey.Answers)
			m.SetEmotion(e, u, notes[0], float64(i-1))
		}
	})
	w.people[0].edit("begin", func(m *journey.Map, e *crdt.Edit) {
		for _, b := range m.Boundaries() {
			m.WriteBoundary(e, b.To, journey.BoundaryConcern, "why")
			for _, n := range m.NotesOf(journey.Pain) {
				if n.Place.Phase == b.From {
					m.AddToBoundary(e, b.To, journey.HasBlocker, n.ID)
				}
			}
		}
	})
	w.settle()
	clear(w.dead)
}

// act does one thing at random.
func (p *person) act() {
	r, m := p.w.rand, p.m
	note := pick(r, m.Notes())
	phase, other := pick(r, m.Phases()), pick(r, m.Phases())
	lane := pick(r, m.Lanes())
	id := func(n *journey.Note) (id crdt.ID) {
		if n != nil {
			id = n.ID
		}
		return id
	}
	pid := func(p *journey.Phase) (id crdt.ID) {
		if p != nil {
			id = p.ID
		}
		return id
	}
	lid := func(l *journey.Lane) (id crdt.ID) {
		if l != nil {
			id = l.ID
		}
		return id
	}
	place := journey.Place{Phase: pid(phase), Lane: lid(lane), X: float32(r.IntN(300)), Y: float32(r.IntN(300))}
	do := func(name string, write func(e *crdt.Edit)) {
		p.edit(name, func(_ *journey.Map, e *crdt.Edit) { write(e) })
	}
	switch r.IntN(26) {
	case 0, 1, 2:
		do("add note", func(e *crdt.Edit) {
			m.AddNote(e, place, journey.NoteFields{Text: "x", Department: firstID(m.Departments()), Persona: firstPersona(m)})
		})
	case 3, 4, 5, 6:
		do("move note", func(e *crdt.Edit) { m.MoveNote(e, id(note), place) })
	case 7:
		do("delete note", func(e *crdt.Edit) { m.DeleteNote(e, id(note)) })
	case 8:
		do("unsort note", func(e *crdt.Edit) { place.Phase = crdt.ID{}; m.MoveNote(e, id(note), place) })
	case 9, 10:
		do("move phase", func(e *crdt.Edit) { m.MovePhase(e, pid(phase), pid(other)) })
	case 11:
		do("merge phases", func(e *crdt.Edit) { m.MergePhases(e, pid(phase), pid(other)) })
	case 12:
		do("split phase", func(e *crdt.Edit) {
			var some []crdt.ID
			for _, n := range m.NotesIn(place.Cell()) {
				if r.IntN(2) == 0 {
					some = append(some, n.ID)
				}
			}
			if phase != nil {
				m.SplitPhase(e, phase.ID, "s", append(some, crdt.ID{}))
			}
		})
	case 13:
		do("delete phase", func(e *crdt.Edit) { m.DeletePhase(e, pid(phase)) })
	case 14:
		do("delete phase, keep notes", func(e *crdt.Edit) { m.DeletePhaseMovingNotes(e, pid(phase), pid(other)) })
	case 15:
		do("add phase", func(e *crdt.Edit) { m.AddPhase(e, pid(phase), "p") })
	case 16:
		do("group", func(e *crdt.Edit) { m.GroupIntoPhase(e, pid(phase), "g", []crdt.ID{id(note), id(pick(r, m.Notes()))}) })
	case 17:
		do("link", func(e *crdt.Edit) { m.LinkNotes(e, id(note), id(pick(r, m.Notes())), journey.Leads) })
	case 18:
		do("unlink", func(e *crdt.Edit) {
			if l := pick(r, m.Links()); l != nil {
				m.Unlink(e, l.ID)
			}
		})
	case 19:
		do("emotion", func(e *crdt.Edit) { m.SetEmotion(e, firstPersona(m), id(note), float64(r.IntN(5)-2)) })
	case 20:
		do("boundary", func(e *crdt.Edit) {
			m.AddToBoundary(e, pid(phase), journey.HasBlocker, id(note))
			m.WriteBoundary(e, pid(phase), journey.BoundaryConcern, fmt.Sprint("c", r.IntN(9)))
		})
	case 21:
		do("comment", func(e *crdt.Edit) {
			if note != nil {
				m.AddComment(e, journey.Comment{On: note.ID, Text: "?"})
			}
		})
	case 22:
		if r.IntN(3) == 0 {
			do("delete lane", func(e *crdt.Edit) { m.DeleteLane(e, lid(lane)) })
		} else {
			do("delete lane, keep notes", func(e *crdt.Edit) { m.DeleteLaneMovingNotes(e, lid(lane), lid(pick(r, m.Lanes()))) })
		}
	case 23:
		do("add lane", func(e *crdt.Edit) { m.AddLane(e, lid(lane), pick(r, journey.LaneKinds[:4]), "l") })
	case 24:
		if n := len(p.undo); n > 0 && p.w.undone {
			do("undo", func(e *crdt.Edit) { e.Invert(p.undo[n-1]) })
			p.undo = p.undo[:n-1]
		}
	case 25:
		switch r.IntN(4) {
		case 0:
			do("delete persona", func(e *crdt.Edit) { m.DeletePersona(e, firstPersona(m)) })
		case 1:
			do("add persona", func(e *crdt.Edit) { m.AddPersona(e, journey.Persona{Name: "v"}) })
		case 2:
			do("delete department", func(e *crdt.Edit) { m.DeleteDepartment(e, firstID(m.Departments())) })
		case 3:
			do("write", func(e *crdt.Edit) { m.SetNoteText(e, id(note), fmt.Sprint("text ", r.IntN(100))) })
		}
	}
}

func firstID(list []*journey.Department) (id crdt.ID) {
	if len(list) > 0 {
		id = list[0].ID
	}
	return id
}

func firstPersona(m *journey.Map) (id crdt.ID) {
	if list := m.Personas(); len(list) > 0 {
		id = list[0].ID
	}
	return id
}

// dump writes all that the readers show, so that two maps can be compared.
func dump(m *journey.Map) string {
	var b strings.Builder
	for i, p := range m.Phases() {
		fmt.Fprintf(&b, "phase %d %v %q\n", i, p.ID, p.Name.Text)
	}
	for _, l := range m.Lanes() {
		fmt.Fprintf(&b, "lane %v %s\n", l.ID, l.Kind)
	}
	cells := 0
	for _, lane := range append([]*journey.Lane{{}}, m.Lanes()...) {
		for _, phase := range append([]*journey.Phase{{}}, m.Phases()...) {
			for _, n := range m.NotesIn(journey.Cell{Phase: phase.ID, Lane: lane.ID}) {
				cells++
				fmt.Fprintf(&b, "note %v %v %q %q %v %v %v %v %v\n", n.ID, n.Place, n.Kind, n.Text, n.Department, n.Persona, n.Owner, n.KPI, n.Channels)
				fmt.Fprintf(&b, " %d comments\n", len(m.CommentsOn(n.ID)))
			}
		}
	}
	fmt.Fprintf(&b, "%d of %d notes\n", cells, m.NoteCount())
	for _, l := range m.Links() {
		fmt.Fprintf(&b, "link %v %v %s %v\n", l.ID, l.From, l.Rel, l.To)
	}
	for _, x := range m.Boundaries() {
		fmt.Fprintf(&b, "boundary %+v\n", x)
	}
	for _, u := range m.Personas() {
		for _, e := range m.Curve(u.ID) {
			fmt.Fprintf(&b, "emotion %v %v %v %v %v\n", e.ID, e.Persona, e.Phase, e.Note, e.Score)
		}
	}
	fmt.Fprintf(&b, "%d emotions, %d comments, unsorted %v, theme %+v\n", len(m.Emotions()), len(m.Comments()), m.HasUnsorted(), m.Theme())
	return b.String()
}

func there(m *journey.Map, id crdt.ID) bool {
	return m.Note(id) != nil || m.Phase(id) != nil || m.Lane(id) != nil || m.Persona(id) != nil || m.KPI(id) != nil ||
		m.Channel(id) != nil || m.Department(id) != nil || m.Drawing(id) != nil
}

// check looks for what a reader must never show.
func check(m *journey.Map) error {
	shownPhase := func(id crdt.ID) bool { return id.IsZero() || m.PhaseIndex(id) >= 0 }
	cells := 0
	for _, lane := range append([]*journey.Lane{{}}, m.Lanes()...) {
		for _, phase := range append([]*journey.Phase{{}}, m.Phases()...) {
			cells += len(m.NotesIn(journey.Cell{Phase: phase.ID, Lane: lane.ID}))
		}
	}
	if cells != m.NoteCount() {
		return fmt.Errorf("J3: %d notes in cells, %d in all", cells, m.NoteCount())
	}
	for _, n := range m.Notes() {
		lane := m.Lane(n.Place.Lane)
		switch {
		case !shownPhase(n.Place.Phase):
			return fmt.Errorf("J3: note %v in a phase that is not there", n.ID)
		case n.Place.Free() && len(m.Lanes()) > 0 && !journey.PlaceOf(m.Document().Get(n.ID, journey.NotePlace)).Free():
			return fmt.Errorf("J3: note %v fell out of its lane", n.ID)
		case lane != nil && lane.Kind != n.Kind:
			return fmt.Errorf("J1: note %v is %q in a lane of %q", n.ID, n.Kind, lane.Kind)
		case !n.Department.IsZero() && m.Department(n.Department) == nil, !n.Owner.IsZero() && m.Department(n.Owner) == nil,
			!n.Persona.IsZero() && m.Persona(n.Persona) == nil, !n.KPI.IsZero() && m.KPI(n.KPI) == nil:
			return fmt.Errorf("J7: note %v refers to what is gone", n.ID)
		}
		for _, c := range n.Channels {
			if m.Channel(c) == nil {
				return fmt.Errorf("J7: note %v has a channel that is gone", n.ID)
			}
		}
	}
	type triple struct {
		from, to crdt.ID
		rel      journey.Rel
	}
	said := map[triple]bool{}
	for _, l := range m.Links() {
		if !there(m, l.From) || !there(m, l.To) {
			return fmt.Errorf("J8: link %v hangs in the air", l.ID)
		}
		if said[triple{l.From, l.To, l.Rel}] {
			return fmt.Errorf("J8: link %v says it again", l.ID)
		}
		said[triple{l.From, l.To, l.Rel}] = true
	}
	if len(m.Boundaries()) != max(0, len(m.Phases())-1) {
		return fmt.Errorf("J4: %d boundaries between %d phases", len(m.Boundaries()), len(m.Phases()))
	}
	for i, b := range m.Boundaries() {
		if b.From != m.Phases()[i].ID || b.To != m.Phases()[i+1].ID || !shownPhase(b.WrittenFrom) {
			return fmt.Errorf("J4: boundary %v is not between its phases", b)
		}
		for _, id := range slices.Concat(b.Info, b.Blockers, b.Measures) {
			if m.Note(id) == nil {
				return fmt.Errorf("J4: boundary into %v holds a note that is gone", b.To)
			}
		}
	}
	feels := map[[2]crdt.ID]bool{}
	for _, e := range m.Emotions() {
		n := m.Note(e.Note)
		switch {
		case m.Persona(e.Persona) == nil, n == nil && !e.Note.IsZero(), n == nil && m.PhaseIndex(e.Phase) < 0, n != nil && n.Place.Phase != e.Phase:
			return fmt.Errorf("J9: emotion %v hangs in the air", e.ID)
		case n != nil && feels[[2]crdt.ID{e.Persona, e.Note}]:
			return fmt.Errorf("J9: emotion %v says it again", e.ID)
		}
		feels[[2]crdt.ID{e.Persona, e.Note}] = true
	}
	for _, c := range m.Comments() {
		if !c.On.IsZero() && !there(m, c.On) {
			return fmt.Errorf("J7: comment %v on what is gone", c.ID)
		}
	}
	return nil
}

// run lets the people work for some time with a slow network between them, then
// lets all arrive, and says what is wrong.
func (w *world) run(steps int) error {
	w.begin()
	for range steps {
		p := pick(w.rand, w.people)
		switch w.rand.IntN(5) {
		case 0:
			p.send()
		case 1:
			p.receive(1 + w.rand.IntN(4))
		default:
			p.act()
		}
		if err := check(p.m); err != nil {
			return fmt.Errorf("while working: %w", err)
		}
	}
	w.settle()
	first := w.people[0]
	want := dump(first.m)
	for _, p := range w.people {
		if err := check(p.m); err != nil {
			return err
		}
		if got := dump(journey.Open(p.m.Document())); got != want {
			return fmt.Errorf("replica %d read anew:\n%s\nwant\n%s", p.replica, got, want)
		}
		if got := dump(p.m); got != want {
			return fmt.Errorf("replica %d:\n%s\nwant\n%s", p.replica, got, want)
		}
		if string(p.m.Document().Snapshot()) != string(first.m.Document().Snapshot()) {
			return fmt.Errorf("replica %d: other bytes", p.replica)
		}
	}
	// J14: the server forgets what is dead when it compacts; who loads that sees
	// the same map.
	forgetful, err := crdt.Load(first.m.Document().Snapshot())
	if err != nil {
		return err
	}
	w.did["forgotten"] += forgetful.Forget(forgetful.Version())
	if got := dump(journey.Open(forgetful)); got != want {
		return fmt.Errorf("J14: after forgetting:\n%s\nwant\n%s", got, want)
	}
	if !w.undone {
		m := first.m
		for id := range w.dead {
			if m.Note(id) != nil || m.Phase(id) != nil || m.Lane(id) != nil || m.Link(id) != nil || m.Emotion(id) != nil {
				return fmt.Errorf("J5: %v is back from the dead", id)
			}
		}
		for id := range m.Document().All(journey.KindNote) {
			if m.Note(id) == nil {
				return fmt.Errorf("J3: note %v, which nobody deleted, is not shown", id)
			}
		}
	}
	return nil
}
