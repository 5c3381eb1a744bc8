package journeyfile

import (
	"cmp"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

func (w *walk) note(r *record) {
	id := w.e.Create(journey.KindNote)
	r.made(journey.KindNote, id, true)
	w.place(r, id)
	r.insert(id, journey.NoteText, "text")
	w.written(r, id)
	subs := map[string]*record{}
	if ev := r.sub("evidence"); ev != nil {
		subs["evidence"] = ev
		if s := ev.oneOf("level", evidenceLevels...); s != "" {
			w.e.Set(id, journey.NoteEvidence, []byte(s))
		}
		ev.write(id, journey.NoteSource, "source")
	}
	if t := r.sub("target"); t != nil {
		subs["target"] = t
		t.write(id, journey.NoteTargetGroup, "group")
		t.write(id, journey.NoteTargetContent, "content")
		t.write(id, journey.NoteTargetTiming, "timing")
		t.write(id, journey.NoteTargetTouchpoint, "touchpoint")
	}
	w.flags(r, id)
	for _, grade := range noteGrades {
		if v := r.whole(grade.key, 1, 5); v > 0 {
			w.e.Set(id, grade.field, journey.NumberBytes(float64(v)))
		}
	}
	if s := r.oneOf("pain_kind", painKinds...); s != "" {
		w.e.Set(id, journey.NotePain, []byte(s))
	}
	w.refer(r, id, journey.NoteOwner, "owner", journey.KindDepartment)
	w.refer(r, id, journey.NoteKPI, "kpi", journey.KindKPI)
	w.refer(r, id, journey.NotePersona, "persona", journey.KindPersona)
	if s := r.date("due"); s != "" {
		w.e.Set(id, journey.NoteDue, []byte(s))
	}
	if s := r.oneOf("status", statuses...); s != "" {
		w.e.Set(id, journey.NoteStatus, []byte(s))
	}
	if list := r.strs("tags"); len(list) > 0 {
		w.e.Set(id, journey.NoteTags, journey.StringsBytes(list))
	}
	r.write(id, journey.FieldColor, "color")
	r.flag(id, journey.NoteLocked, "locked")
	r.write(id, journey.NotePromise, "promise")
	r.write(id, journey.NoteDemand, "demand_layer")
	r.write(id, journey.NoteImage, "image")
	r.write(id, journey.NoteOrigin, "origin")
	r.write(id, journey.NoteGroup, "group")
	if z, said := r.number("z", 0, 1e6); said {
		w.raised = append(w.raised, placed{id: id, order: z})
	}
	for _, c := range r.refs("channels", journey.KindChannel) {
		w.link(id, c, journey.Uses)
	}
	r.taken["links"] = r.n.get("links") != nil && !r.n.get("links").empty()
	w.links = append(w.links, func() {
		seen := map[string]bool{}
		r.each("links", func(l *record) { w.noteLink(l, id, seen) })
	})
	r.keep(id, journey.FieldExtra, subs)
}

func (w *walk) link(from, to crdt.ID, rel journey.Rel) crdt.ID {
	id := w.e.Create(journey.KindLink)
	w.e.Set(id, journey.LinkFrom, journey.RefBytes(from))
	w.e.Set(id, journey.LinkTo, journey.RefBytes(to))
	w.e.Set(id, journey.LinkRel, []byte(rel))
	return id
}

func (w *walk) noteLink(r *record, from crdt.ID, seen map[string]bool) {
	to, rel := r.need("to"), r.need("rel")
	if to == "" || rel == "" {
		return
	}
	end := w.find(r.n.get("to"), r.at("to"), journey.KindNote, to)
	if seen[rel+" "+to] {
		w.problem(r.n, r.path, "twice", rel+" "+to)
	}
	seen[rel+" "+to] = true
	if end == from {
		w.problem(r.n, r.at("to"), "to_itself", to)
	}
	id := w.link(from, end, journey.Rel(rel))
	r.write(id, journey.LinkLabel, "label")
	r.keep(id, journey.FieldExtra, nil)
}

// place reads where a note stands. Those that only have an order are laid out by
// flow when all of their cell are known.
func (w *walk) place(r *record, id crdt.ID) {
	var p journey.Place
	p.Lane = r.ref("lane", journey.KindLane)
	p.Phase = r.ref("phase", journey.KindPhase)
	order, said := r.number("order", -1e6, 1e6)
	r.set(id, journey.FieldRank, journey.NumberBytes(order), said)
	x, hasX := r.number("x", -1e7, 1e7)
	y, hasY := r.number("y", -1e7, 1e7)
	size := [2]float32{journey.NoteWidth, journey.NoteHeight}
	if width, said := r.number("w", 1, 1e5); said {
		height, _ := r.number("h", 1, 1e5)
		size = [2]float32{float32(width), float32(cmp.Or(height, journey.NoteHeight))}
		w.e.Set(id, journey.NoteSize, journey.SizeBytes(size[0], size[1]))
	}
	if p.Lane.IsZero() && !p.Phase.IsZero() {
		w.problem(r.n, r.at("lane"), "missing")
	}
	p.X, p.Y = float32(x), float32(y)
	w.phase[id] = p.Phase
	cell := w.cells[p.Cell()]
	if cell == nil {
		w.cellOrder = append(w.cellOrder, p.Cell())
	}
	if !said && len(cell) > 0 {
		order = cell[len(cell)-1].order
	}
	w.cells[p.Cell()] = append(cell, &placed{id, order, size, hasX && hasY, p})
}

// flow writes all places, and lays out what has an order only.
func (w *walk) flow() {
	for _, at := range w.cellOrder {
		notes := w.cells[at]
		slices.SortStableFunc(notes, func(a, b *placed) int { return cmp.Compare(a.order, b.order) })
		var sizes [][2]float32
		for _, n := range notes {
			sizes = append(sizes, n.size)
		}
		width := float32(journey.DefaultPhaseWidth)
		if own, ok := w.width[at.Phase]; ok {
			width = own
		}
		for i, spot := range journey.Flow(width, sizes) {
			p := notes[i].place
			if !notes[i].fixed {
				p.X, p.Y = spot[0], spot[1]
			}
			w.m.MoveNote(w.e, notes[i].id, p)
		}
	}
	slices.SortStableFunc(w.raised, func(a, b placed) int { return cmp.Compare(a.order, b.order) })
	var last []byte
	for _, n := range w.raised {
		last = crdt.OrderBetween(last, nil, n.id.Replica)
		w.e.Set(n.id, journey.NoteZ, last)
	}
}

// written reads who wrote a note. In "by" stands a department, or a person where
// "department" is given or there is no such department.
func (w *walk) written(r *record, id crdt.ID) {
	by := r.str("by")
	department := r.ref("department", journey.KindDepartment)
	if own, ok := w.ids[journey.KindDepartment][by]; ok && department.IsZero() {
		department, by = own, ""
	}
	if by != "" {
		w.e.Set(id, journey.NoteAuthor, []byte(by))
	}
	if !department.IsZero() {
		w.e.Set(id, journey.NoteDepartment, journey.RefBytes(department))
	}
}

// flags reads the marks of a note. A list that the model would give back in
// another order, or with other words in it, is kept as extra as well.
func (w *walk) flags(r *record, id crdt.ID) {
	list := r.strs("flags")
	var mine []string
	for i, name := range flagNames {
		if slices.Contains(list, name) {
			w.e.Set(id, flagFields[i], journey.BoolBytes(true))
			mine = append(mine, name)
		}
	}
	if !slices.Equal(list, mine) {
		delete(r.taken, "flags")
	}
}

func (w *walk) boundaries(r *record, phases []crdt.ID) {
	r.each("boundaries", func(r *record) {
		from, to := r.need("from"), r.need("to")
		if from == "" || to == "" {
			return
		}
		a := w.find(r.n.get("from"), r.at("from"), journey.KindPhase, from)
		b := w.find(r.n.get("to"), r.at("to"), journey.KindPhase, to)
		if a.IsZero() || b.IsZero() {
			return
		}
		if i := slices.Index(phases, b); i < 1 || phases[i-1] != a {
			w.problem(r.n, r.path, "not_neighbours", from, to)
			return
		}
		if w.m.Document().Get(b, journey.BoundaryFrom) != nil {
			w.problem(r.n, r.path, "boundary_twice", from, to)
			return
		}
		w.e.Set(b, journey.BoundaryFrom, journey.RefBytes(a))
		r.write(b, journey.BoundaryExternal, "id")
		r.insert(b, journey.BoundaryAttitudeFrom, "attitude_from")
		r.insert(b, journey.BoundaryAttitudeTo, "attitude_to")
		r.insert(b, journey.BoundaryConcern, "concern")
		if n := r.ref("attitude_note", journey.KindNote); !n.IsZero() {
			w.link(b, n, journey.HasAttitudeNote)
		}
		for _, list := range boundaryLists {
			for _, n := range r.refs(list.key, journey.KindNote) {
				w.link(b, n, list.rel)
			}
		}
		r.keep(b, journey.BoundaryExtra, nil)
	})
}

func (w *walk) emotions(r *record) {
	seen := map[[2]crdt.ID]bool{}
	r.each("emotions", func(r *record) {
		id := w.e.Create(journey.KindEmotion)
		r.made(journey.KindEmotion, id, false)
		if r.need("persona") == "" {
			return
		}
		persona := r.ref("persona", journey.KindPersona)
		w.e.Set(id, journey.EmotionPersona, journey.RefBytes(persona))
		note, phase := r.ref("at", journey.KindNote), r.ref("phase", journey.KindPhase)
		switch {
		case note.IsZero() && phase.IsZero():
			w.problem(r.n, r.at("phase"), "missing")
		case !note.IsZero() && seen[[2]crdt.ID{persona, note}]:
			w.problem(r.n, r.path, "point_twice")
		case !note.IsZero() && !phase.IsZero() && w.phase[note] != phase:
			w.problem(r.n.get("phase"), r.at("phase"), "other_phase", r.str("at"), r.str("phase"))
		}
		seen[[2]crdt.ID{persona, note}] = true
		r.set(id, journey.EmotionNote, journey.RefBytes(note), !note.IsZero())
		r.set(id, journey.EmotionPhase, journey.RefBytes(phase), !phase.IsZero())
		score, said := r.number("score", -2, 2)
		if n := r.n.get("score"); !said && (n == nil || n.kind == null) {
			w.problem(r.n, r.at("score"), "missing")
		}
		w.e.Set(id, journey.EmotionScore, journey.NumberBytes(score))
		r.write(id, journey.EmotionLabel, "label")
		r.figure(id, journey.EmotionOffset, "offset", 0, 1)
		r.keep(id, journey.FieldExtra, nil)
	})
}
