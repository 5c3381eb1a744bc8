package method_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/templates"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

// TestAllow/M6_… : what a room takes from whom, step by step.
func TestAllow(t *testing.T) {
	var lane map[journey.LaneKind]crdt.ID
	m := journey.Open(crdt.New())
	var phase, action, locked, closed, shut, channel, persona crdt.ID
	edit(t, m, func(e *crdt.Edit) {
		lane = map[journey.LaneKind]crdt.ID{}
		for _, k := range journey.LaneKinds {
			lane[k] = m.AddLane(e, crdt.ID{}, k, string(k))
		}
		phase = m.AddPhase(e, crdt.ID{}, "p")
		action = m.AddNote(e, journey.Place{Lane: lane[journey.Action]}, journey.NoteFields{Text: "a"})
		locked = m.AddNote(e, journey.Place{Lane: lane[journey.Action]}, journey.NoteFields{Text: "l"})
		m.SetNoteLocked(e, locked, true)
		closed = m.AddLane(e, crdt.ID{}, journey.Custom, "closed")
		shut = m.AddNote(e, journey.Place{Lane: closed}, journey.NoteFields{Text: "s"})
		m.LockLane(e, closed, true)
		channel = m.AddChannel(e, journey.Channel{})
		persona = m.AddPersona(e, journey.Persona{})
	})
	add := func(kind journey.LaneKind) func(*journey.Map, *crdt.Edit) {
		return func(m *journey.Map, e *crdt.Edit) {
			m.AddNote(e, journey.Place{Lane: lane[kind]}, journey.NoteFields{Text: "n"})
		}
	}
	// since is the first step in which a participant may; 8: never while the runner leads.
	for _, c := range []struct {
		name  string
		since int
		why   method.Refusal
		write func(m *journey.Map, e *crdt.Edit)
	}{
		{"theme", 1, "", func(m *journey.Map, e *crdt.Edit) { m.SetTheme(e, journey.Theme{Goal: "g"}) }},
		{"comment", 1, "", func(m *journey.Map, e *crdt.Edit) { m.AddComment(e, journey.Comment{On: action, Text: "c"}) }},
		{"comment with a score", 1, "", func(m *journey.Map, e *crdt.Edit) {
			four := 4.0
			m.SetScore(e, 2, journey.Score{Note: action, Person: "a", Impact: &four})
		}},
		{"comment and sign off", 1, "", func(m *journey.Map, e *crdt.Edit) { m.Agree(e, journey.Agreement{Person: "a"}) }},
		{"persona", 2, "step", func(m *journey.Map, e *crdt.Edit) { m.AddPersona(e, journey.Persona{Name: "u"}) }},
		{"action", 3, "step", add(journey.Action)},
		{"note text", 3, "step", func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, action, "b") }},
		{"delete note", 3, "step", func(m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, action) }},
		{"phase", 4, "phase", func(m *journey.Map, e *crdt.Edit) { m.AddPhase(e, crdt.ID{}, "q") }},
		{"rename phase", 4, "phase", func(m *journey.Map, e *crdt.Edit) { m.RenamePhase(e, phase, "", "q") }},
		{"delete phase", 4, "phase", func(m *journey.Map, e *crdt.Edit) { m.DeletePhase(e, phase) }},
		{"sort into a phase", 4, "", func(m *journey.Map, e *crdt.Edit) {
			m.MoveNote(e, action, journey.Place{Phase: phase, Lane: lane[journey.Action]})
		}},
		{"group", 4, "phase", func(m *journey.Map, e *crdt.Edit) { m.GroupIntoPhase(e, phase, "g", []crdt.ID{action}) }},
		{"touchpoint", 5, "", add(journey.Touchpoint)},
		{"channel", 5, "step", func(m *journey.Map, e *crdt.Edit) { m.SetChannel(e, channel, journey.Channel{Device: "x"}) }},
		{"custom lane", 5, "", add(journey.Custom)},
		{"thought", 6, "", add(journey.Thought)},
		{"emotion", 6, "step", func(m *journey.Map, e *crdt.Edit) { m.SetEmotion(e, persona, action, 1) }},
		{"pain", 6, "", add(journey.Pain)},
		{"measure", 7, "", add(journey.Measure)},
		{"kpi", 7, "step", func(m *journey.Map, e *crdt.Edit) { m.AddKPI(e, journey.KPI{}) }},
		{"lane", 8, "lead", func(m *journey.Map, e *crdt.Edit) { m.AddLane(e, crdt.ID{}, journey.Custom, "x") }},
		{"lead on", 9, "lead", func(m *journey.Map, e *crdt.Edit) { method.GoTo(m, e, (m.Runner().Step+1)%8, "2026-01-01T00:00:00Z") }},
		{"locked text", 9, "locked", func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, locked, "x") }},
		{"locked place", 9, "locked", func(m *journey.Map, e *crdt.Edit) { m.MoveNote(e, locked, journey.Place{X: 9}) }},
		{"delete locked", 9, "locked", func(m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, locked) }},
		{"unlock", 9, "", func(m *journey.Map, e *crdt.Edit) { m.SetNoteLocked(e, locked, false) }},
		{"lock a lane", 9, "lead", func(m *journey.Map, e *crdt.Edit) { m.LockLane(e, lane[journey.Action], true) }},
		{"rename a locked lane", 9, "", func(m *journey.Map, e *crdt.Edit) { m.RenameLane(e, closed, "", "x") }},
		{"into a locked lane", 9, "locked", func(m *journey.Map, e *crdt.Edit) {
			m.AddNote(e, journey.Place{Lane: closed}, journey.NoteFields{Text: "n"})
		}},
		{"out of a locked lane", 9, "locked", func(m *journey.Map, e *crdt.Edit) {
			m.MoveNote(e, shut, journey.Place{Lane: lane[journey.Action]})
		}},
		{"in a locked lane", 9, "locked", func(m *journey.Map, e *crdt.Edit) { m.SetNoteText(e, shut, "x") }},
		{"lock", 9, "lead", func(m *journey.Map, e *crdt.Edit) { m.SetNoteLocked(e, action, true) }},
	} {
		t.Run("M6_"+c.name, func(t *testing.T) {
			for step := 0; step <= journey.StepMeasures; step++ {
				edit(t, m, func(e *crdt.Edit) { method.GoTo(m, e, step, "") })
				// A participant's own copy, so that the room's document is as it was.
				copied, err := crdt.Load(m.Document().Snapshot())
				if err != nil {
					t.Fatal(err)
				}
				theirs := journey.Open(copied)
				e := copied.Edit(2)
				c.write(theirs, e)
				update := e.Commit().Update
				if update == nil {
					t.Fatal("nothing was written")
				}
				want := c.since == 9 || step > 0 && step < c.since
				if c.since < 8 && step == 0 {
					want = false
				}
				got := method.Allow(m.Document(), update, method.Participant)
				if (got != method.Taken) != want || want && c.why != "" && got != c.why && got != method.RefusedStep && got != method.RefusedLane {
					t.Errorf("step %d: refused %q, want refusal %v %q", step, got, want, c.why)
				}
				if got := method.Allow(m.Document(), update, method.Facilitator); got != method.Taken {
					t.Errorf("step %d: the facilitator was refused: %s", step, got)
				}
				if got := method.Allow(m.Document(), update, method.Viewer); got != method.RefusedReader {
					t.Errorf("a viewer: %q", got)
				}
				if got := method.Allow(m.Document(), update, method.Commenter); (got == method.Taken) != strings.HasPrefix(c.name, "comment") {
					t.Errorf("a commenter: %q", got)
				}
				if got != method.Taken {
					for _, lang := range i18n.Langs {
						if !i18n.Has(lang, "method.refused."+string(got)) {
							t.Errorf("no words for %s", got)
						}
					}
				}
			}
		})
	}
	t.Run("M6_a_commenter_changes_only_own_comments", func(t *testing.T) {
		copied, _ := crdt.Load(m.Document().Snapshot())
		theirs := journey.Open(copied)
		four := 4.0
		e := copied.Edit(3)
		own := theirs.AddComment(e, journey.Comment{On: action, Text: "mine"})
		score := theirs.SetScore(e, 3, journey.Score{Note: action, Person: "a", Impact: &four})
		c := e.Commit()
		theirs.Apply(c.Change)
		change, err := m.Document().Merge(c.Update)
		if err != nil {
			t.Fatal(err)
		}
		m.Apply(change)
		for replica, want := range map[crdt.ReplicaID]method.Refusal{3: method.Taken, 4: method.RefusedComment} {
			for what, id := range map[string]crdt.ID{"remark": own, "score": score} {
				copied, _ := crdt.Load(m.Document().Snapshot())
				e := copied.Edit(replica)
				e.Delete(id)
				if got := method.Allow(m.Document(), e.Commit().Update, method.Commenter); got != want {
					t.Errorf("replica %d, %s: %q, want %q", replica, what, got, want)
				}
			}
		}
	})
	if got := method.Allow(m.Document(), []byte("no update"), method.Participant); got != method.RefusedDamaged {
		t.Errorf("%q", got)
	}
}

// TestSteps/M8_… walks a map through the seven steps: the step to enter at moves
// on as each is done, and no finding is left at the end.
func TestSteps(t *testing.T) {
	t.Run("M8_walk", func(t *testing.T) {
		m := journey.Open(crdt.New())
		edit(t, m, func(e *crdt.Edit) {
			templates.Write(m, e, templates.Options{Lang: "ja", Stages: templates.None, Today: today})
		})
		at := func(kind journey.LaneKind, phase crdt.ID) journey.Place {
			return m.NextPlace(journey.Cell{Phase: phase, Lane: m.LaneOf(kind).ID})
		}
		var actions, phases []crdt.ID
		for step, do := range []func(e *crdt.Edit){
			func(e *crdt.Edit) {
				m.SetTheme(e, journey.Theme{Product: "p", Purpose: "q", Start: "s", Goal: "g"})
			},
			func(e *crdt.Edit) {
				m.AddPersona(e, journey.Persona{Name: "u", Needs: []string{"n"}, Issues: []string{"i"}})
			},
			func(e *crdt.Edit) {
				for _, p := range m.Slots(journey.Cell{Lane: m.LaneOf(journey.Action).ID}, 6) {
					actions = append(actions, m.AddNote(e, p, journey.NoteFields{Text: "a"}))
				}
			},
			func(e *crdt.Edit) {
				one := m.GroupIntoPhase(e, crdt.ID{}, "1", actions[:3])
				phases = []crdt.ID{one, m.GroupIntoPhase(e, one, "2", actions[3:])}
			},
			func(e *crdt.Edit) {
				for _, a := range actions {
					n := m.AddNote(e, at(journey.Touchpoint, phases[0]), journey.NoteFields{Text: "t"})
					m.LinkNotes(e, n, a, journey.Serves)
				}
			},
			func(e *crdt.Edit) {
				for i, a := range actions {
					m.SetEmotion(e, m.Personas()[0].ID, a, float64(i-2))
				}
				m.AddToBoundary(e, phases[1], journey.HasInformation, m.AddNote(e, at(journey.InfoNeed, phases[0]), journey.NoteFields{Text: "i"}))
			},
			func(e *crdt.Edit) {
				k := m.AddKPI(e, journey.KPI{Name: journey.Name{Text: "k"}})
				pain := m.AddNote(e, at(journey.Pain, phases[0]), journey.NoteFields{Text: "ouch"})
				measure := m.AddNote(e, at(journey.Measure, phases[0]), journey.NoteFields{Text: "cure", Owner: m.Departments()[0].ID, Due: "2027-01-01", KPI: k})
				m.LinkNotes(e, measure, pain, journey.Answers)
			},
		} {
			if got := method.Suggest(m); got != step+1 {
				t.Fatalf("step %d: suggests %d", step+1, got)
			}
			edit(t, m, do)
			if p := method.Far(m, step+1); !p.Full() {
				t.Fatalf("step %d: %+v", step+1, p)
			}
		}
		if got := text(method.Findings(m, today), m); got != "" {
			t.Error(got)
		}
	})
	for _, s := range method.Steps {
		for _, lang := range i18n.Langs {
			for _, part := range []string{"", ".prompt", ".tips"} {
				if !i18n.Has(lang, "method.step."+s.Key+part) {
					t.Errorf("no words for %s%s", s.Key, part)
				}
			}
		}
	}
}

// TestStrip/M9_… : the bars add up to the notes.
func TestStrip(t *testing.T) {
	for _, src := range samples.All() {
		m := load(t, src)
		t.Run("M9_"+m.Title().EN, func(t *testing.T) {
			phases, whole := method.Strip(m)
			sum := 0
			for _, b := range phases {
				sum += b.Notes()
			}
			if sum != m.NoteCount() || whole.Notes() != m.NoteCount() || whole.Unset != 0 || whole.Guess == 0 {
				t.Errorf("%d in phases, %+v of %d", sum, whole, m.NoteCount())
			}
		})
	}
}

// TestLens/M10_… looks at the apparel sample as its departments do.
func TestLens(t *testing.T) {
	m := load(t, samples.Apparel)
	t.Run("M10_notes_by_department", func(t *testing.T) {
		got := ""
		for _, r := range method.Departments(m).Rows {
			got += fmt.Sprintln(m.Department(r.Department).External, r.Phases, r.Total, len(r.Silent))
		}
		if want := "mkt [11 5 0 0 9] 25 2\nsales [0 0 13 1 0] 14 3\ncs [0 3 0 6 5] 14 2\nec [0 8 2 5 3] 18 1\n"; sums(got) != sums(want) {
			t.Error(got)
		}
	})
	t.Run("M10_empty_voices", func(t *testing.T) {
		edit(t, m, func(e *crdt.Edit) { m.AddDepartment(e, journey.Name{Text: "開発"}, "") })
		lens := method.Departments(m)
		if len(lens.Empty) != 1 || m.Department(lens.Empty[0]).Name.Text != "開発" || len(lens.Rows[4].Silent) != 5 {
			t.Errorf("%v", lens.Empty)
		}
	})
	t.Run("M10_handovers", func(t *testing.T) {
		got := ""
		for _, h := range method.Departments(m).Handovers {
			got += fmt.Sprintf("%s>%s ", m.Department(h.From).External, m.Department(h.To).External)
		}
		if !strings.HasPrefix(got, "mkt>ec ec>mkt ") || !strings.Contains(got, "ec>sales ") {
			t.Error(got)
		}
	})
	t.Run("M10_role_split", func(t *testing.T) {
		for _, c := range m.Roles() {
			if len(c.Touch)+len(c.Measures) == 0 {
				t.Errorf("an empty cell: %+v", c)
			}
		}
	})
	t.Run("M10_mean_and_spread", func(t *testing.T) {
		n := note(t, m, "n064").ID
		score := func(who, dep string, v float64) {
			d, _ := m.ByExternal(journey.KindDepartment, dep)
			edit(t, m, func(e *crdt.Edit) { m.SetScore(e, 1, journey.Score{Note: n, Person: who, Department: d, Impact: &v}) })
		}
		score("Aya", "mkt", 5)
		score("Ken", "mkt", 4)
		score("Mai", "sales", 1)
		score("Aya", "mkt", 2) // thought better of it
		band, ok := method.Scores(m, n, method.Impact)
		if !ok || band.All.People != 3 || math.Abs(band.All.Mean-7.0/3) > 1e-9 || band.Low != 1 || band.High != 3 || band.Departments[0].Min != 2 {
			t.Errorf("%+v", band)
		}
		if _, ok := method.Scores(m, n, method.Emotion); ok {
			t.Error("nobody has said how it feels")
		}
		// The same person at another browser: their last word counts, and once.
		sad := -2.0
		edit(t, m, func(e *crdt.Edit) {
			if m.SetScore(e, 9, journey.Score{Note: n, Person: "Mai", Emotion: &sad}).Replica == 9 {
				t.Error("the test's edits are replica 1's")
			}
		})
		if again, _ := method.Scores(m, n, method.Impact); again.All != band.All {
			t.Errorf("%+v, was %+v", again.All, band.All)
		}
		if feels, ok := method.Scores(m, n, method.Emotion); !ok || feels.All.Mean != -2 {
			t.Errorf("%+v", feels)
		}
	})
}

// sums leaves only what must add up: name, total and silent phases.
func sums(s string) string {
	out := ""
	for line := range strings.Lines(s) {
		f := strings.Fields(line)
		out += f[0] + " " + f[len(f)-2] + "\n"
	}
	return out
}

// TestViews/M11_… : the same notes seen another way.
func TestViews(t *testing.T) {
	m := load(t, samples.Apparel)
	t.Run("M11_matrix", func(t *testing.T) {
		first := method.Matrix(m)[0]
		if first.Note.External != "n070" || first.Impact != 4 || first.Feasibility != 5 {
			t.Errorf("%s %+v", first.Note.External, first)
		}
		n := note(t, m, "n071")
		place := n.Place
		edit(t, m, func(e *crdt.Edit) { method.MoveInMatrix(m, e, n.ID, 5, 5) })
		if n.Impact != 5 || n.Effort != 1 || n.Place != place || method.Matrix(m)[0].Note != n {
			t.Errorf("%+v", n)
		}
	})
	t.Run("M11_blockers", func(t *testing.T) {
		list := method.Blockers(m)
		got := ""
		for _, b := range list {
			got += fmt.Sprint(b.Pain.External, b.State, len(b.Measures), " ")
		}
		if want := "n05111 n05211 n05311 n05411 n05521 n05611 n05711 n05811 "; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") || !list[7].Into.IsZero() {
			t.Error(got)
		}
		edit(t, m, func(e *crdt.Edit) { m.UnlinkNotes(e, note(t, m, "n064").ID, note(t, m, "n051").ID, journey.Answers) })
		if b := method.Blockers(m)[0]; b.State != method.Open {
			t.Errorf("%+v", b)
		}
	})
	t.Run("M11_measures", func(t *testing.T) {
		list := method.Measures(m, "2025-03-01")
		if list[0].Note.External != "n068" || list[0].Late || !list[1].Late || list[1].Note.External != "n070" || list[1].DaysLeft != -9 || len(list[0].Answers) != 1 {
			t.Errorf("%s %+v", list[0].Note.External, list[1])
		}
	})
	t.Run("M11_kpis", func(t *testing.T) {
		list := method.KPIs(m)
		if k := list[2]; k.KPI.External != "k3" || k.Now != 24.6 || math.Abs(k.Way-0.325) > 1e-9 || !k.Better || len(k.Measures) != 2 {
			t.Errorf("%+v", k)
		}
	})
	t.Run("M11_curve", func(t *testing.T) {
		x := method.Marks(m, m.Personas()[0].ID)
		if e := m.Emotion(x.Lowest); e.External != "e07" || m.Emotion(x.DropFrom).External != "e06" || m.Emotion(x.Highest).External != "e12" {
			t.Errorf("%+v", x)
		}
	})
	t.Run("M11_timeline_and_totals", func(t *testing.T) {
		saas := load(t, samples.SaaS)
		spans, sum := saas.Timeline(), saas.Sum()
		if sum.Days != 192 || sum.Touches != 31 || sum.Channels != 10 || len(spans) != 5 || spans[2].From != 98 {
			t.Errorf("%+v %+v", sum, spans)
		}
	})
	t.Run("M11_long_silences", func(t *testing.T) {
		silent := func(m *journey.Map) (s string) {
			for i, span := range m.Timeline() {
				if span.Silent {
					s += fmt.Sprintf("%d: %.0f ", i, span.Pause)
				}
			}
			return s
		}
		// Nobody counted touches in the last phase of the English sample; it has one
		// touchpoint in ninety days. The Japanese one counts none at all.
		saas := load(t, samples.SaaS)
		if got := silent(saas); got != "4: 90 " {
			t.Errorf("%q", got)
		}
		if got := silent(load(t, samples.Apparel)); got != "" {
			t.Errorf("%q", got)
		}
		edit(t, saas, func(e *crdt.Edit) {
			saas.SetPhaseTouches(e, saas.Phases()[4].ID, 30)
			saas.SetPhaseTouches(e, saas.Phases()[1].ID, 2) // 31 days each
		})
		if got := silent(saas); got != "1: 31 " {
			t.Errorf("%q", got)
		}
		// Among touches every few hours a week is long.
		edit(t, saas, func(e *crdt.Edit) {
			for _, p := range saas.Phases() {
				saas.SetPhaseDays(e, p.ID, 1)
				saas.SetPhaseTouches(e, p.ID, 6)
			}
			saas.SetPhaseDays(e, saas.Phases()[2].ID, 7)
			saas.SetPhaseTouches(e, saas.Phases()[2].ID, 1)
		})
		if got := silent(saas); got != "2: 7 " {
			t.Errorf("%q", got)
		}
		if spans := journey.Open(crdt.New()).Timeline(); len(spans) != 0 {
			t.Errorf("%+v", spans)
		}
	})
	t.Run("M11_practices", func(t *testing.T) {
		for _, p := range method.Practices(m, today) {
			if p.Met == (p.Key == "review") {
				t.Errorf("%s: %v", p.Key, p.Met)
			}
			for _, lang := range i18n.Langs {
				if !i18n.Has(lang, "method.practice."+p.Key) {
					t.Errorf("no words for %s", p.Key)
				}
			}
		}
	})
	for _, letter := range method.Letters {
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, "method.mtaoo."+letter) {
				t.Errorf("no words for %s", letter)
			}
		}
	}
}

// TestFresh/M5_… : when a review is due.
func TestFresh(t *testing.T) {
	for name, c := range map[string]struct {
		write func(m *journey.Map, e *crdt.Edit)
		want  method.Freshness
	}{
		"M5_nothing_is_known": {func(m *journey.Map, e *crdt.Edit) {}, method.Freshness{}},
		"M5_a_year_after_the_making": {func(m *journey.Map, e *crdt.Edit) { m.SetCreated(e, "2025-12-01") },
			method.Freshness{Last: "2025-12-01", Due: "2026-12-01", DaysLeft: 9}},
		"M5_a_year_after_the_review": {func(m *journey.Map, e *crdt.Edit) { m.SetCreated(e, "2020-01-01"); m.SetReviewed(e, "2026-11-22") },
			method.Freshness{Last: "2026-11-22", Due: "2027-11-22", DaysLeft: 365}},
		"M5_as_often_as_was_set": {func(m *journey.Map, e *crdt.Edit) { m.SetReviewed(e, "2026-10-01"); m.SetReviewDays(e, 30) },
			method.Freshness{Last: "2026-10-01", Due: "2026-10-31", DaysLeft: -22, Overdue: true}},
		"M5_big_change": {func(m *journey.Map, e *crdt.Edit) { m.SetReviewDue(e, "2027-01-01"); m.SetBigChange(e, "2026-11-20") },
			method.Freshness{Due: "2027-01-01", DaysLeft: 40, BigChange: "2026-11-20", Overdue: true}},
	} {
		t.Run(name, func(t *testing.T) {
			m := journey.Open(crdt.New())
			edit(t, m, func(e *crdt.Edit) { c.write(m, e) })
			if got := method.Fresh(m, today); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
	for at := time.Date(1999, 12, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2030; at = at.AddDate(0, 0, 1) {
		s := at.Format("2006-01-02")
		day, ok := journey.DayOf(s)
		next, _ := journey.DayOf(at.AddDate(0, 0, 1).Format("2006-01-02"))
		if !ok || next != day+1 || method.DateOf(day) != s {
			t.Fatalf("%s is %d, %s", s, day, method.DateOf(day))
		}
	}
}

// TestGap/M7_… forks a map, works on both, and brings cells over.
func TestGap(t *testing.T) {
	fork := func(t *testing.T) (asIs, toBe *journey.Map) {
		asIs = load(t, samples.Apparel)
		doc, err := crdt.Load(asIs.Document().Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		toBe = journey.Open(doc)
		edit(t, toBe, func(e *crdt.Edit) { method.Forked(toBe, e, "m1") })
		return asIs, toBe
	}
	gaps := func(asIs, toBe *journey.Map) (s string) {
		for _, c := range method.Gap(asIs, toBe) {
			for _, n := range c.Notes {
				name := ""
				if n.AsIs != nil {
					name = n.AsIs.External
				}
				s += fmt.Sprintf("%s %d;", name, n.Change)
			}
		}
		return s
	}
	t.Run("M7_nothing_is_different_at_first", func(t *testing.T) {
		asIs, toBe := fork(t)
		if got := gaps(asIs, toBe); got != "" || toBe.Type() != journey.FutureState || toBe.Sibling() != "m1" {
			t.Error(got)
		}
	})
	t.Run("M7_gap_and_bring", func(t *testing.T) {
		asIs, toBe := fork(t)
		pain := note(t, toBe, "n051")
		cell := pain.Place.Cell()
		edit(t, toBe, func(e *crdt.Edit) {
			toBe.SetNoteText(e, pain.ID, "動画から商品へ一歩で行ける")
			toBe.AddNote(e, toBe.NextPlace(cell), journey.NoteFields{Text: "new", Department: pain.Department, Channels: pain.Channels})
			toBe.DeleteNote(e, note(t, toBe, "n058").ID)
		})
		// Meanwhile the other lives on: a note that only it has stays its own, though
		// it was made by the same replica with the same counters.
		edit(t, asIs, func(e *crdt.Edit) {
			for range 5 {
				asIs.AddNote(e, asIs.NextPlace(cell), journey.NoteFields{Text: "own"})
			}
		})
		if got := gaps(asIs, toBe); got != "n051 3; 1; 2; 2; 2; 2; 2;n058 2;" && got != "n051 3; 1;"+strings.Repeat(" 2;", 5)+"n058 2;" {
			t.Errorf("%q", got)
		}
		bring := func() {
			edit(t, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, cell) })
		}
		bring()
		once := dump(asIs)
		if n := asIs.Note(pain.ID); n.Text != "動画から商品へ一歩で行ける" || len(asIs.NotesIn(cell)) != 7 {
			t.Errorf("%s\n%s", n.Text, once)
		}
		bring()
		if again := dump(asIs); again != once {
			t.Errorf("brought twice:\n%s\nonce:\n%s", again, once)
		}
		other := note(t, asIs, "n058").Place.Cell()
		edit(t, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, other) })
		if len(asIs.NotesIn(other)) != 0 {
			t.Error("what was taken away there is still here")
		}
	})
	t.Run("M7_feelings_come_along", func(t *testing.T) {
		asIs, toBe := fork(t)
		point := toBe.Emotions()[0]
		edit(t, toBe, func(e *crdt.Edit) { toBe.SetEmotionScore(e, point.ID, point.Score-1) })
		g := method.Gap(asIs, toBe)
		if len(g) != 1 || g[0].Cell != toBe.Note(point.Note).Place.Cell() || g[0].Emotion >= 0 || len(g[0].Notes) != 0 {
			t.Fatalf("%+v", g)
		}
		edit(t, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, g[0].Cell) })
		if now := asIs.Emotion(point.ID); now == nil || now.Score != toBe.Emotion(point.ID).Score || len(method.Gap(asIs, toBe)) != 0 {
			t.Errorf("%+v", now)
		}
		edit(t, toBe, func(e *crdt.Edit) { toBe.DeleteEmotion(e, point.ID) })
		edit(t, asIs, func(e *crdt.Edit) { method.Bring(asIs, toBe, e, g[0].Cell) })
		if asIs.Emotion(point.ID) != nil {
			t.Error("a point that was taken away there is still here")
		}
	})
	t.Run("M7_a_measure_from_a_gap", func(t *testing.T) {
		asIs, toBe := fork(t)
		edit(t, toBe, func(e *crdt.Edit) { toBe.SetNoteText(e, note(t, toBe, "n051").ID, "x") })
		g := method.Gap(asIs, toBe)[0]
		var made crdt.ID
		edit(t, asIs, func(e *crdt.Edit) { made, _ = method.Measure(asIs, e, g, "close it") })
		if n := asIs.Note(made); n == nil || n.Kind != journey.Measure || !asIs.Linked(made, journey.Answers, journey.Pain, false) {
			t.Errorf("%+v", n)
		}
	})
}

func dump(m *journey.Map) (s string) {
	for _, n := range m.Notes() {
		s += fmt.Sprintln(n.ID, n.Place, n.Text, n.Channels)
	}
	return s
}
