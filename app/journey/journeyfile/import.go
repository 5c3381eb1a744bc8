package journeyfile

import (
	"io"
	"math"
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
	channels  map[string]crdt.ID      // by each of their names and aliases; zero: more than one has it
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

var unlimited = math.MaxFloat64

// ---- the file

func (w *walk) file(root *node) {
	w.channels = map[string]crdt.ID{}
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
