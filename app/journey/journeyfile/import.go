package journeyfile

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// File is a map that was read and found whole.
type File struct{ root *node }

// Import reads a file. The error is an *Error that says what is wrong with the
// file, or what r said.
func Import(r io.Reader) (*File, error) {
	src, err := io.ReadAll(io.LimitReader(r, bytesMax+1))
	if err != nil {
		return nil, err
	}
	if len(src) > bytesMax {
		return nil, &Error{[]Problem{{Line: 1, Column: 1, Code: "too_big", Args: []string{strconv.Itoa(bytesMax >> 20)}}}}
	}
	root, bad := parse(src)
	if bad != nil {
		line, column := position(src, bad.off)
		return nil, &Error{[]Problem{{Line: line, Column: column, Code: bad.code, Args: bad.args}}}
	}
	// A rehearsal on a document of its own finds what is wrong before anything is
	// written for good.
	doc := crdt.New()
	w := &walk{src: src, m: journey.Open(doc), e: doc.Edit(1)}
	w.file(root)
	if err := w.e.Err(); err != nil && len(w.problems) == 0 {
		w.problem(root, "", "too_long", err.Error())
	}
	w.e.Commit()
	if len(w.problems) > 0 {
		sortProblems(w.problems)
		return nil, &Error{w.problems}
	}
	return &File{root}, nil
}

// Title is what the file calls the map.
func (f *File) Title() string {
	if t := f.root.get("title"); t != nil {
		return t.text
	}
	return ""
}

// Write makes the map in the open edit. m should be empty; what it holds already
// stays beside.
func (f *File) Write(m *journey.Map, e *crdt.Edit) {
	w := &walk{m: m, e: e}
	w.file(f.root)
}

// A walk goes over a file once, writing as it goes; problems are gathered.
type walk struct {
	src      []byte
	m        *journey.Map
	e        *crdt.Edit
	problems []Problem

	ids       [256]map[string]crdt.ID // by kind and the file's id
	cells     map[journey.Cell][]*placed
	cellOrder []journey.Cell
	raised    []placed            // notes with a z, which is their order
	phase     map[crdt.ID]crdt.ID // of a note
	width     map[crdt.ID]float32
	links     []func() // made when all notes are known
}

type placed struct {
	id    crdt.ID
	order float64
	size  [2]float32
	fixed bool // it has a place of its own
	place journey.Place
}

func (w *walk) problem(n *node, path, code string, args ...string) {
	if len(w.problems) >= problemsMax {
		return
	}
	line, column := position(w.src, n.off)
	w.problems = append(w.problems, Problem{line, column, path, code, args})
}

// A record reads the members of one object and remembers which the model has
// taken; the others are its extra.
type record struct {
	w     *walk
	n     *node
	path  string
	taken map[string]bool
}

func (w *walk) record(n *node, path string) *record {
	if n.kind != object {
		w.problem(n, path, "type", object.String(), n.kind.String())
		return nil
	}
	return &record{w, n, path, map[string]bool{}}
}

func (r *record) at(key string) string {
	if r.path == "" {
		return key
	}
	return r.path + "." + key
}

// member finds a value of the wanted kind; one that says nothing is left to extra.
func (r *record) member(key string, want kind) *node {
	n := r.n.get(key)
	if n == nil || n.kind == null {
		return nil
	}
	if n.kind != want {
		r.w.problem(n, r.at(key), "type", want.String(), n.kind.String())
		return nil
	}
	if n.empty() {
		return nil
	}
	r.taken[key] = true
	return n
}

const (
	stringBytesMax = 32 << 10
	textBytesMax   = 32 << 10
)

func (r *record) str(key string) string {
	n := r.member(key, text)
	if n == nil {
		return ""
	}
	if len(n.text) > stringBytesMax {
		r.w.problem(n, r.at(key), "too_long", strconv.Itoa(stringBytesMax>>10))
		return ""
	}
	return n.text
}

func (r *record) need(key string) string {
	s := r.str(key)
	if n := r.n.get(key); s == "" && (n == nil || n.kind == null || n.kind == text) {
		r.w.problem(r.n, r.at(key), "missing")
	}
	return s
}

func (r *record) oneOf(key string, allowed ...string) string {
	s := r.str(key)
	if s != "" && !slices.Contains(allowed, s) {
		r.w.problem(r.n.get(key), r.at(key), "not_one_of", s, join(allowed))
		return ""
	}
	return s
}

func join(list_ []string) string {
	out := ""
	for i, s := range list_ {
		if i > 0 {
			out += ", "
		}
		out += s
	}
	return out
}

func (r *record) date(key string) string {
	s := r.str(key)
	if s == "" || journey.ValidDate(s) {
		return s
	}
	r.w.problem(r.n.get(key), r.at(key), "not_a_date", s)
	return ""
}

func (r *record) number(key string, low, high float64) (float64, bool) {
	n := r.member(key, number)
	if n == nil {
		return 0, false
	}
	return r.inRange(n, r.at(key), low, high)
}

func (r *record) inRange(n *node, path string, low, high float64) (float64, bool) {
	v, err := strconv.ParseFloat(n.text, 64)
	if err != nil || v < low || v > high {
		r.w.problem(n, path, "out_of_range", n.text, format(low), format(high))
		return 0, false
	}
	return v, true
}

func format(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (r *record) whole(key string, low, high float64) int {
	v, _ := r.number(key, low, high)
	if v != math.Trunc(v) {
		r.w.problem(r.n.get(key), r.at(key), "not_whole", format(v))
	}
	if v == 0 {
		delete(r.taken, key) // the model reads zero as unset
	}
	return int(v)
}

func (r *record) boolean(key string) (value, said bool) {
	n := r.member(key, boolean)
	return n != nil && n.text == "true", n != nil
}

func (r *record) strs(key string) []string { return r.list(key, false) }

// list is a list of strings, of which some may be blank where blanks are let be.
func (r *record) list(key string, blanks bool) []string {
	n := r.member(key, list)
	if n == nil {
		return nil
	}
	var out []string
	for i, item := range n.items {
		if item.kind == text && item.text == "" && !blanks {
			r.w.problem(item, r.at(key)+"["+strconv.Itoa(i)+"]", "missing")
			continue
		}
		if item.kind != text {
			r.w.problem(item, r.at(key)+"["+strconv.Itoa(i)+"]", "type", text.String(), item.kind.String())
			continue
		}
		out = append(out, item.text)
	}
	if len(journey.Lines(out)) > stringBytesMax {
		r.w.problem(n, r.at(key), "too_long", strconv.Itoa(stringBytesMax>>10))
		return nil
	}
	return out
}

func (r *record) each(key string, do func(*record)) {
	n := r.member(key, list)
	if n == nil {
		return
	}
	for i, item := range n.items {
		if sub := r.w.record(item, r.at(key)+"["+strconv.Itoa(i)+"]"); sub != nil {
			do(sub)
		}
	}
}

func (r *record) sub(key string) *record {
	if n := r.member(key, object); n != nil {
		return r.w.record(n, r.at(key))
	}
	return nil
}

func (r *record) ref(key string, kind crdt.Kind) crdt.ID {
	s := r.str(key)
	if s == "" {
		return crdt.ID{}
	}
	return r.w.find(r.n.get(key), r.at(key), kind, s)
}

func (w *walk) find(n *node, path string, kind crdt.Kind, s string) crdt.ID {
	id, ok := w.ids[kind][s]
	if !ok {
		w.problem(n, path, "unknown_reference", s)
	}
	return id
}

func (r *record) refs(key string, kind crdt.Kind) []crdt.ID {
	var out []crdt.ID
	seen := map[string]bool{}
	for i, s := range r.strs(key) {
		item, path := r.n.get(key).items[i], r.at(key)+"["+strconv.Itoa(i)+"]"
		if seen[s] {
			r.w.problem(item, path, "twice", s)
			continue
		}
		seen[s] = true
		out = append(out, r.w.find(item, path, kind, s))
	}
	return out
}

// made notes which object a record became.
func (r *record) made(kind crdt.Kind, id crdt.ID, needed bool) {
	s := r.str("id")
	if needed {
		s = r.need("id")
	}
	if s == "" {
		return
	}
	if r.w.ids[kind] == nil {
		r.w.ids[kind] = map[string]crdt.ID{}
	}
	if _, twice := r.w.ids[kind][s]; twice {
		r.w.problem(r.n.get("id"), r.at("id"), "id_twice", s)
	}
	r.w.ids[kind][s] = id
	r.w.e.Set(id, journey.FieldExternal, []byte(s))
}

// extra keeps what the model did not take. Nested objects that were read in part
// come in subs.
func (r *record) extra(subs map[string]*record) *node {
	rest := &node{kind: object}
	for _, m := range r.n.members {
		if sub := subs[m.key]; sub != nil {
			rest.add(m.key, sub.extra(nil))
		} else if !r.taken[m.key] {
			rest.members = append(rest.members, m)
		}
	}
	return rest
}

func (r *record) keep(id crdt.ID, f crdt.Field, subs map[string]*record) {
	rest := r.extra(subs)
	if rest.empty() {
		return
	}
	b := rest.print(nil, -1)
	if len(b) > 60<<10 {
		r.w.problem(r.n, r.path, "too_long", "60")
		return
	}
	r.w.e.Set(id, f, b)
}

// set writes a register that was said, even where it says zero or no.
func (r *record) set(id crdt.ID, f crdt.Field, value []byte, said bool) {
	if said {
		r.w.e.Set(id, f, value)
	}
}

func (r *record) write(id crdt.ID, f crdt.Field, key string) {
	if s := r.str(key); s != "" {
		r.w.e.Set(id, f, []byte(s))
	}
}

func (r *record) insert(id crdt.ID, f crdt.Field, key string) {
	if s := r.str(key); s != "" {
		r.w.e.Insert(id, f, 0, s)
	}
}

func (r *record) figure(id crdt.ID, f crdt.Field, key string, low, high float64) {
	v, said := r.number(key, low, high)
	r.set(id, f, journey.NumberBytes(v), said)
}

func (r *record) flag(id crdt.ID, f crdt.Field, key string) {
	v, said := r.boolean(key)
	r.set(id, f, journey.BoolBytes(v), said)
}

func (r *record) lines(id crdt.ID, f crdt.Field, key string) {
	if list := r.strs(key); len(list) > 0 {
		r.w.e.Insert(id, f, 0, journey.Lines(list))
	}
}

func (r *record) name(id crdt.ID) {
	r.write(id, journey.FieldName, "name")
	r.write(id, journey.FieldNameJA, "name_ja")
	r.write(id, journey.FieldNameEN, "name_en")
}

var unlimited = math.MaxFloat64

// ---- the file

func (w *walk) file(root *node) {
	w.cells, w.phase, w.width = map[journey.Cell][]*placed{}, map[crdt.ID]crdt.ID{}, map[crdt.ID]float32{}
	r := w.record(root, "")
	if r == nil {
		return
	}
	known := false
	for _, key := range []string{"title", "notes", "phases", "lanes", "theme"} {
		known = known || root.get(key) != nil
	}
	if !known {
		w.problem(root, "", "not_a_map")
		return
	}
	if n := root.get("format"); n != nil && n.kind == text && n.text != Format && n.text != "tabi/1" {
		w.problem(n, "format", "format", n.text, Format)
		return
	}
	var top crdt.ID
	r.write(top, journey.FieldExternal, "id")
	r.write(top, journey.MapLang, "lang")
	r.write(top, journey.FieldName, "title")
	r.write(top, journey.FieldNameJA, "title_ja")
	r.write(top, journey.FieldNameEN, "title_en")
	if s := r.oneOf("map_type", mapTypes...); s != "" {
		w.e.Set(top, journey.MapTypeField, []byte(s))
	}
	r.write(top, journey.MapCreated, "created")
	r.write(top, journey.MapSibling, "sibling")

	r.each("departments", w.department)
	r.each("personas", w.persona)
	r.each("channels", w.channel)
	w.sequence(r, "lanes", journey.KindLane, w.lane)
	phases := w.sequence(r, "phases", journey.KindPhase, w.phaseRecord)
	r.each("kpis", w.kpi)
	r.each("notes", w.note)
	w.flow()
	for _, link := range w.links {
		link()
	}
	w.boundaries(r, phases)
	w.emotions(r)
	r.each("comments", w.comment)
	r.each("drawings", w.drawing)
	r.each("connectors", w.connector)
	r.each("scores", w.score)
	r.each("stamps", w.stamp)
	r.each("set_aside", w.setAside)
	r.each("agreements", w.agreement)

	if t := r.sub("theme"); t != nil {
		t.insert(top, journey.ThemeProduct, "product")
		t.insert(top, journey.ThemePurpose, "purpose")
		t.insert(top, journey.ThemeStart, "start")
		t.insert(top, journey.ThemeGoal, "goal")
		w.anchor(t, journey.ThemeStartNote, "start_note")
		w.anchor(t, journey.ThemeGoalNote, "goal_note")
		t.keep(top, journey.ThemeExtra, nil)
	}
	if a := r.sub("averages"); a != nil {
		a.figure(top, journey.AverageTouches, "touches", 0, unlimited)
		a.figure(top, journey.AverageChannels, "channels", 0, unlimited)
		a.figure(top, journey.AverageDays, "days", 0, unlimited)
		a.write(top, journey.AverageSource, "source")
		a.keep(top, journey.AveragesExtra, nil)
	}
	if p := r.sub("icp"); p != nil {
		p.insert(top, journey.ICPSize, "company_size")
		p.insert(top, journey.ICPIndustry, "industry")
		p.insert(top, journey.ICPBudget, "budget")
		p.keep(top, journey.ICPExtra, nil)
	}
	if v := r.sub("review"); v != nil {
		for _, day := range reviewDates {
			if s := v.date(day.key); s != "" {
				w.e.Set(top, day.field, []byte(s))
			}
		}
		v.write(top, journey.ReviewOwner, "owner")
		v.figure(top, journey.ReviewDays, "days", 1, 36500)
		v.insert(top, journey.ReviewNote, "note")
		v.keep(top, journey.ReviewExtra, nil)
	}
	if m := r.sub("mtaoo"); m != nil {
		for i, letter := range letters {
			if s := m.sub(letter); s != nil {
				if state := s.oneOf("state", statuses...); state != "" {
					w.e.Set(top, journey.MTAOOState+crdt.Field(i), []byte(state))
				}
				s.insert(top, journey.MTAOONotes+crdt.Field(i), "notes")
			}
		}
	}
	if v, said := r.number("step", 0, journey.StepMeasures); said {
		w.e.Set(top, journey.RunnerStep, journey.NumberBytes(math.Trunc(v)))
	}
	w.rest(r)
}

// rest keeps what is left of the whole file, in pieces where it is long.
func (w *walk) rest(r *record) {
	rest := r.extra(nil)
	if rest.empty() {
		return
	}
	b := rest.print(nil, -1)
	for i := 0; len(b) > 0; i++ {
		piece := b[:min(len(b), 48<<10)]
		b = b[len(piece):]
		id := w.e.Create(journey.KindExtra)
		w.e.Set(id, journey.ExtraSequence, journey.NumberBytes(float64(i)))
		w.e.Set(id, journey.ExtraBytes, piece)
	}
}

func (w *walk) anchor(t *record, f crdt.Field, key string) {
	if id := t.ref(key, journey.KindNote); !id.IsZero() {
		w.e.Set(crdt.ID{}, f, journey.RefBytes(id))
	}
}

func (w *walk) department(r *record) {
	id := w.e.Create(journey.KindDepartment)
	r.made(journey.KindDepartment, id, true)
	r.name(id)
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) persona(r *record) {
	id := w.e.Create(journey.KindPersona)
	r.made(journey.KindPersona, id, true)
	r.write(id, journey.FieldName, "name")
	if age := r.whole("age", 0, 150); age > 0 {
		w.e.Set(id, journey.PersonaAge, journey.NumberBytes(float64(age)))
	}
	r.write(id, journey.PersonaRole, "role")
	r.write(id, journey.PersonaPlace, "place")
	r.write(id, journey.PersonaSegment, "segment")
	r.write(id, journey.PersonaSeniority, "seniority")
	r.lines(id, journey.PersonaIssues, "issues")
	r.lines(id, journey.PersonaNeeds, "needs")
	r.lines(id, journey.PersonaMotives, "motives")
	r.lines(id, journey.PersonaGoals, "goals")
	r.lines(id, journey.PersonaDrivers, "purchase_drivers")
	r.insert(id, journey.PersonaQuote, "quote")
	r.flag(id, journey.PersonaBuyer, "is_buyer")
	r.flag(id, journey.PersonaUser, "is_user")
	r.flag(id, journey.PersonaStakeholder, "is_stakeholder")
	r.write(id, journey.PersonaPortrait, "portrait")
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) channel(r *record) {
	id := w.e.Create(journey.KindChannel)
	r.made(journey.KindChannel, id, true)
	r.name(id)
	if s := r.oneOf("kind", string(journey.Digital), string(journey.Physical)); s != "" {
		w.e.Set(id, journey.ChannelKindField, []byte(s))
	}
	r.write(id, journey.ChannelDevice, "device")
	w.refer(r, id, journey.ChannelOwner, "owner", journey.KindDepartment)
	if list := r.strs("aliases"); len(list) > 0 {
		w.e.Set(id, journey.ChannelAliases, journey.StringsBytes(list))
	}
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) refer(r *record, id crdt.ID, f crdt.Field, key string, kind crdt.Kind) {
	if to := r.ref(key, kind); !to.IsZero() {
		w.e.Set(id, f, journey.RefBytes(to))
	}
}

// sequence makes lanes or phases, which stand in the order of their "order", and
// gives them back in that order.
func (w *walk) sequence(r *record, key string, kind crdt.Kind, read func(*record, crdt.ID)) []crdt.ID {
	type entry struct {
		id    crdt.ID
		order float64
	}
	var entries []entry
	r.each(key, func(r *record) {
		id := w.e.Create(kind)
		r.made(kind, id, true)
		order, said := r.number("order", -1e6, 1e6)
		r.set(id, journey.FieldRank, journey.NumberBytes(order), said)
		if !said {
			order = float64(len(entries))
		}
		entries = append(entries, entry{id, order})
		read(r, id)
		r.keep(id, journey.FieldExtra, nil)
	})
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.order, b.order) })
	ids := make([]crdt.ID, len(entries))
	var last []byte
	for _, p := range w.m.InOrder(kind) {
		last = p.Key // what is there already stays in front
	}
	for i, entry := range entries {
		last = crdt.OrderBetween(last, nil, entry.id.Replica)
		w.e.Set(entry.id, journey.FieldOrder, last)
		ids[i] = entry.id
	}
	return ids
}

func (w *walk) lane(r *record, id crdt.ID) {
	r.name(id)
	kind := r.need("kind")
	w.e.Set(id, journey.LaneKindField, []byte(kind))
	r.figure(id, journey.LaneHeight, "height", 0, 1e5)
	r.flag(id, journey.LaneLocked, "locked")
	r.write(id, journey.FieldColor, "color")
}

func (w *walk) phaseRecord(r *record, id crdt.ID) {
	r.name(id)
	r.write(id, journey.PhaseDemand, "demand_layer")
	r.figure(id, journey.PhaseDays, "days", 0, unlimited)
	r.figure(id, journey.PhaseTouches, "touches", 0, unlimited)
	r.flag(id, journey.PhaseCounted, "counted")
	r.figure(id, journey.PhaseSatisfaction, "satisfaction", -unlimited, unlimited)
	if width, said := r.number("width", journey.NoteWidth, 1e5); said {
		w.width[id] = float32(width)
		w.e.Set(id, journey.PhaseWidth, journey.NumberBytes(width))
	}
	r.write(id, journey.FieldColor, "color")
}

func (w *walk) kpi(r *record) {
	id := w.e.Create(journey.KindKPI)
	r.made(journey.KindKPI, id, true)
	r.name(id)
	r.write(id, journey.KPIUnit, "unit")
	w.refer(r, id, journey.KPIPhase, "phase", journey.KindPhase)
	r.figure(id, journey.KPIBaseline, "baseline", -unlimited, unlimited)
	r.figure(id, journey.KPITarget, "target", -unlimited, unlimited)
	if n := r.member("series", list); n != nil {
		var series []float64
		for i, item := range n.items {
			path := r.at("series") + "[" + strconv.Itoa(i) + "]"
			if item.kind != number {
				w.problem(item, path, "type", number.String(), item.kind.String())
			} else if v, ok := r.inRange(item, path, -unlimited, unlimited); ok {
				series = append(series, v)
			}
		}
		b := journey.NumbersBytes(series)
		if len(b) > stringBytesMax {
			w.problem(n, r.at("series"), "too_long", strconv.Itoa(stringBytesMax>>10))
			return
		}
		w.e.Set(id, journey.KPISeries, b)
	}
	if dates := r.list("dates", true); len(dates) > 0 {
		w.e.Set(id, journey.KPIDates, journey.StringsBytes(dates))
	}
	w.refer(r, id, journey.KPIOwner, "owner", journey.KindDepartment)
	r.write(id, journey.KPIMetric, "metric")
	r.keep(id, journey.FieldExtra, nil)
}

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

func (w *walk) comment(r *record) {
	id := w.e.Create(journey.KindComment)
	r.made(journey.KindComment, id, false)
	for _, on := range commentTargets {
		if to := r.ref(on.key, on.kind); !to.IsZero() {
			w.e.Set(id, journey.CommentOn, journey.RefBytes(to))
			break
		}
	}
	r.write(id, journey.CommentAuthor, "by")
	w.refer(r, id, journey.CommentDepartment, "department", journey.KindDepartment)
	r.insert(id, journey.CommentText, "text")
	r.flag(id, journey.CommentResolved, "resolved")
	w.refer(r, id, journey.CommentParent, "reply_to", journey.KindComment)
	r.write(id, journey.CommentAt, "at")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) drawing(r *record) {
	kind := crdt.Kind(0)
	s := r.need("kind")
	for k, name := range drawingKinds {
		if name == s {
			kind = k
		}
	}
	if kind == 0 {
		if s != "" {
			w.problem(r.n.get("kind"), r.at("kind"), "not_one_of", s, "shape, stroke, text, image")
		}
		return
	}
	id := w.e.Create(kind)
	r.made(journey.KindShape, id, true) // one list, whatever they are
	p := journey.Place{Lane: r.ref("lane", journey.KindLane), Phase: r.ref("phase", journey.KindPhase)}
	x, _ := r.number("x", -1e7, 1e7)
	y, _ := r.number("y", -1e7, 1e7)
	p.X, p.Y = float32(x), float32(y)
	w.e.Set(id, journey.DrawingPlace, p.Bytes())
	width, _ := r.number("w", 0, 1e7)
	height, _ := r.number("h", 0, 1e7)
	w.e.Set(id, journey.DrawingSize, journey.SizeBytes(float32(width), float32(height)))
	r.insert(id, journey.DrawingText, "text")
	r.write(id, journey.DrawingShape, "shape")
	if n := r.member("points", text); n != nil {
		w.e.Set(id, journey.DrawingPoints, unhex(n.text))
	}
	r.write(id, journey.DrawingStyle, "style")
	r.write(id, journey.DrawingImage, "image")
	r.figure(id, journey.DrawingTurn, "turn", -unlimited, unlimited)
	r.write(id, journey.DrawingAuthor, "by")
	r.flag(id, journey.DrawingLocked, "locked")
	r.write(id, journey.DrawingAlt, "alt")
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

// connector reads a link that does not begin at a note: its ends are written
// "note:n001", "drawing:d2".
func (w *walk) connector(r *record) {
	from, to, rel := w.end(r, "from"), w.end(r, "to"), r.need("rel")
	if from.IsZero() || to.IsZero() || rel == "" {
		return
	}
	id := w.link(from, to, journey.Rel(rel))
	r.write(id, journey.LinkLabel, "label")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) end(r *record, key string) crdt.ID {
	s := r.need(key)
	for name, kind := range endKinds {
		if len(s) > len(name) && s[:len(name)] == name && s[len(name)] == ':' {
			return w.find(r.n.get(key), r.at(key), kind, s[len(name)+1:])
		}
	}
	if s != "" {
		w.problem(r.n.get(key), r.at(key), "unknown_reference", s)
	}
	return crdt.ID{}
}

func (w *walk) score(r *record) {
	id := w.e.Create(journey.KindScore)
	w.refer(r, id, journey.ScoreNote, "note", journey.KindNote)
	r.write(id, journey.ScorePerson, "by")
	w.refer(r, id, journey.ScoreDepartment, "department", journey.KindDepartment)
	r.figure(id, journey.ScoreImpact, "impact", 1, 5)
	r.figure(id, journey.ScoreEffort, "effort", 1, 5)
	r.figure(id, journey.ScoreEmotion, "emotion", -2, 2)
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) stamp(r *record) {
	id := w.e.Create(journey.KindStamp)
	w.refer(r, id, journey.StampNote, "note", journey.KindNote)
	r.write(id, journey.StampFace, "face")
	r.write(id, journey.StampAuthor, "by")
	w.refer(r, id, journey.StampDepartment, "department", journey.KindDepartment)
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) setAside(r *record) {
	id := w.e.Create(journey.KindSetAside)
	r.write(id, journey.SetAsideCode, "code")
	if r.str("subject") != "" {
		if to := w.end(r, "subject"); !to.IsZero() {
			w.e.Set(id, journey.SetAsideSubject, journey.RefBytes(to))
		}
	}
	r.write(id, journey.SetAsideReason, "reason")
	r.write(id, journey.SetAsideBy, "by")
	r.write(id, journey.SetAsideAt, "at")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) agreement(r *record) {
	id := w.e.Create(journey.KindAgreement)
	w.refer(r, id, journey.AgreementDepartment, "department", journey.KindDepartment)
	r.write(id, journey.AgreementPerson, "by")
	w.refer(r, id, journey.AgreementPhase, "phase", journey.KindPhase)
	r.write(id, journey.AgreementAt, "at")
	r.write(id, journey.AgreementVersion, "version")
	r.keep(id, journey.FieldExtra, nil)
}
