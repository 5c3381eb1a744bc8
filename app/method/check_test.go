package method_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

const today = "2026-11-22"

func load(t testing.TB, src []byte) *journey.Map {
	t.Helper()
	f, err := journeyfile.Import(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	m := journey.Open(crdt.New())
	edit(t, m, func(e *crdt.Edit) { f.Write(m, e) })
	return m
}

func edit(t testing.TB, m *journey.Map, write func(e *crdt.Edit)) journey.Touched {
	t.Helper()
	e := m.Document().Edit(1)
	write(e)
	if err := e.Err(); err != nil {
		t.Fatal(err)
	}
	return m.Apply(e.Commit().Change)
}

func note(t testing.TB, m *journey.Map, external string) *journey.Note {
	t.Helper()
	id, ok := m.ByExternal(journey.KindNote, external)
	if !ok {
		t.Fatalf("no note %s", external)
	}
	return m.Note(id)
}

func text(findings []method.Finding, m *journey.Map) string {
	s := ""
	for _, f := range findings {
		kind, id := f.Names(m)
		s += fmt.Sprintf("%s %s %s\n", f.Code, kind, id)
	}
	return s
}

// TestCheck/M1_samples: neither sample map gives a finding.
func TestCheck(t *testing.T) {
	for _, src := range samples.All() {
		m := load(t, src)
		t.Run("M1_"+m.Title().EN, func(t *testing.T) {
			if got := text(method.Findings(m, today), m); got != "" {
				t.Error(got)
			}
		})
	}
}

// faults makes exactly one fault in the apparel sample; the check must name it
// and no other, the one-key fix must mend it, and setting it aside must silence
// it.
var faults = []struct {
	name string
	make func(t testing.TB, m *journey.Map, e *crdt.Edit)
	want string
	mend bool
}{
	{"product", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.WriteText(e, crdt.ID{}, journey.ThemeProduct, "") }, "theme_without_product map \n", false},
	{"purpose", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.WriteText(e, crdt.ID{}, journey.ThemePurpose, "") }, "theme_without_purpose map \n", false},
	{"start", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.WriteText(e, crdt.ID{}, journey.ThemeStart, "") }, "theme_without_start map \n", false},
	{"goal", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.WriteText(e, crdt.ID{}, journey.ThemeGoal, "") }, "theme_without_goal map \n", false},
	{"need", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		m.WriteText(e, m.Personas()[0].ID, journey.PersonaNeeds, "")
	}, "persona_without_need persona u1\n", false},
	{"persona", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.DeletePersona(e, m.Personas()[0].ID) }, "no_persona map \n", false},
	{"touchpoint link", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		m.UnlinkNotes(e, note(t, m, "n019").ID, note(t, m, "n001").ID, journey.Serves)
	}, "action_without_touchpoint note n001\n", true},
	{"touchpoint note", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, note(t, m, "n020").ID) }, "action_without_touchpoint note n003\n", true},
	{"touchpoint in another lane", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		n := note(t, m, "n020")
		p := n.Place
		p.Lane = m.LaneOf(journey.Thought).ID
		m.MoveNote(e, n.ID, p)
	}, "action_without_touchpoint note n003\n", true},
	{"promise", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		ad, page := note(t, m, "n020"), note(t, m, "n021")
		m.LinkNotes(e, ad.ID, page.ID, journey.Leads)
		m.SetNotePromise(e, ad.ID, "今すぐ試せる")
		m.SetNotePromise(e, page.ID, "高級な仕立て")
	}, "promise_mismatch note n020\n", true},
	{"happy", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		for _, p := range m.Emotions() {
			m.SetEmotionScore(e, p.ID, max(0, p.Score))
		}
	}, "only_happy_actions map \n", false},
	{"emotion", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		for _, p := range m.Emotions() {
			if p.Phase == m.Phases()[0].ID {
				m.DeleteEmotion(e, p.ID)
			}
		}
	}, "phase_without_emotion phase p1\n", true},
	{"information", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		m.RemoveFromBoundary(e, m.Phases()[3].ID, journey.HasInformation, note(t, m, "n048").ID)
	}, "boundary_without_information boundary b_p3_p4\n", true},
	{"information note", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, note(t, m, "n045").ID) }, "boundary_without_information boundary b_p1_p2\n", true},
	{"answer", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		m.UnlinkNotes(e, note(t, m, "n064").ID, note(t, m, "n051").ID, journey.Answers)
	}, "blocker_without_measure note n051\n", true},
	{"measure note", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.DeleteNote(e, note(t, m, "n071").ID) }, "blocker_without_measure note n058\n", false},
	{"dropped", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		m.SetNoteStatus(e, note(t, m, "n064").ID, journey.Dropped)
	}, "blocker_without_measure note n051\n", false},
	{"owner", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetNoteOwner(e, note(t, m, "n065").ID, crdt.ID{}) }, "measure_without_owner note n065\n", true},
	{"due", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetNoteDue(e, note(t, m, "n066").ID, "") }, "measure_without_due note n066\n", true},
	{"kpi", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetNoteKPI(e, note(t, m, "n067").ID, crdt.ID{}) }, "measure_without_kpi note n067\n", true},
	{"review", func(t testing.TB, m *journey.Map, e *crdt.Edit) {
		e.Set(crdt.ID{}, journey.ReviewLast, []byte("2025-11-20"))
	}, "review_overdue map \n", true},
	{"review day", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetReviewDue(e, "2026-11-21") }, "review_overdue map \n", true},
	{"big change", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetBigChange(e, "2026-11-01") }, "review_overdue map \n", true},
	{"made long ago", func(t testing.TB, m *journey.Map, e *crdt.Edit) { m.SetCreated(e, "2025-11-20") }, "review_overdue map \n", true},
}

func TestFaults(t *testing.T) {
	seen := map[method.Code]bool{}
	for _, c := range faults {
		t.Run("M1_"+c.name, func(t *testing.T) {
			m := load(t, samples.Apparel)
			check := method.NewCheck(m, today)
			check.Update(edit(t, m, func(e *crdt.Edit) { c.make(t, m, e) }))
			found := slices.Clone(check.Findings())
			if got := text(found, m); got != c.want {
				t.Fatalf("%swant\n%s", got, c.want)
			}
			seen[found[0].Code] = true
			for _, lang := range i18n.Langs {
				for _, key := range []string{"method.finding.", "method.fix."} {
					if key += string(found[0].Code); (key[:10] != "method.fix" || method.Fixable(m, found[0])) && !i18n.Has(lang, key) {
						t.Errorf("no words for %s", key)
					}
				}
			}
			check.Update(edit(t, m, func(e *crdt.Edit) {
				m.PutAside(e, journey.SetAside{Code: string(found[0].Code), Subject: found[0].Subject, Reason: "later", By: "Aya"})
			}))
			if aside := check.AsideFindings(); check.Count() != 0 || len(aside) != 1 || aside[0].Aside.Reason != "later" {
				t.Errorf("M4: set aside: %v open, %v aside", check.Count(), aside)
			}
			check.Update(edit(t, m, func(e *crdt.Edit) { m.TakeUpAgain(e, string(found[0].Code), found[0].Subject) }))
			if !c.mend {
				return
			}
			if !method.Fixable(m, found[0]) {
				t.Fatal("cannot be mended with one key")
			}
			check.Update(edit(t, m, func(e *crdt.Edit) {
				if _, ok := method.Fix(m, e, found[0], today); !ok {
					t.Error("was not mended")
				}
			}))
			for _, f := range check.Findings() {
				// What a new measure still lacks is a finding of its own.
				if f.Code == found[0].Code || c.want != "blocker_without_measure note n051\n" {
					t.Errorf("mended, and %s", text(check.Findings(), m))
				}
			}
		})
	}
	for _, code := range method.Codes {
		if !seen[code] {
			t.Errorf("no fault was made for %s", code)
		}
	}
}

// TestIncremental/M2_…: after every random edit a check that followed the changes
// says what a new one says.
func TestIncremental(t *testing.T) {
	t.Run("M2_says_what_a_new_check_says", func(t *testing.T) {
		m := load(t, samples.SaaS)
		check := method.NewCheck(m, today)
		r := rand.New(rand.NewPCG(1, 2))
		most := 0
		for i := range 1500 {
			n := m.Notes()[r.IntN(len(m.Notes()))]
			o := m.Notes()[r.IntN(len(m.Notes()))]
			check.Update(edit(t, m, func(e *crdt.Edit) {
				switch r.IntN(12) {
				case 0:
					p := n.Place
					p.Lane = m.Lanes()[r.IntN(len(m.Lanes()))].ID
					m.MoveNote(e, n.ID, p)
				case 1:
					m.DeleteNote(e, n.ID)
				case 2, 3:
					m.AddNote(e, n.Place, n.Fields())
				case 4:
					if links := m.LinksFrom(n.ID); len(links) > 0 {
						m.Unlink(e, links[0].ID)
					}
				case 5, 6:
					m.LinkNotes(e, n.ID, o.ID, []journey.Rel{journey.Serves, journey.Answers, journey.Leads}[r.IntN(3)])
				case 7:
					m.SetNoteOwner(e, n.ID, crdt.ID{})
				case 8:
					m.SetNoteStatus(e, n.ID, journey.Dropped)
				case 9:
					m.SetNotePromise(e, n.ID, []string{"a", "Ａ", "b"}[r.IntN(3)])
				case 10:
					if r.IntN(10) == 0 {
						m.DeleteDepartment(e, m.Departments()[r.IntN(len(m.Departments()))].ID)
						m.AddDepartment(e, journey.Name{Text: "x"}, "")
					}
				case 11:
					if r.IntN(10) == 0 {
						m.DeleteLane(e, n.Place.Lane)
						m.AddLane(e, crdt.ID{}, journey.LaneKinds[r.IntN(9)], "x")
					}
				}
			}))
			got, want := text(check.Findings(), m), text(method.Findings(m, today), m)
			most = max(most, len(want))
			if got != want {
				t.Fatalf("after edit %d:\n%s\nwant\n%s", i, got, want)
			}
			if m.NoteCount() < 20 {
				m = load(t, samples.SaaS)
				check = method.NewCheck(m, today)
			}
		}
		if most == 0 {
			t.Error("nothing was ever found")
		}
	})
}

// TestEarly/M3: while the runner leads, nobody is told what belongs to a later step.
func TestEarly(t *testing.T) {
	t.Run("M3_later_steps_are_silent", func(t *testing.T) {
		m := load(t, samples.Apparel)
		edit(t, m, func(e *crdt.Edit) {
			m.SetNoteOwner(e, note(t, m, "n065").ID, crdt.ID{})
			m.UnlinkNotes(e, note(t, m, "n019").ID, note(t, m, "n001").ID, journey.Serves)
			method.GoTo(m, e, journey.StepTouchpoints, "")
		})
		if got := text(method.Findings(m, today), m); got != "action_without_touchpoint note n001\n" {
			t.Error(got)
		}
	})
	t.Run("M3_an_empty_map_is_not_blamed", func(t *testing.T) {
		m := journey.Open(crdt.New())
		if got := text(method.Findings(m, today), m); got != "" {
			t.Error(got)
		}
	})
}

// TestJSON reads what programs get.
func TestJSON(t *testing.T) {
	m := load(t, samples.Apparel)
	edit(t, m, func(e *crdt.Edit) { m.SetNoteDue(e, note(t, m, "n066").ID, "") })
	say := func(lang, key string, args ...any) string { return i18n.T(i18n.Lang(lang), key, args...) }
	var got struct {
		Count    int
		Findings []struct {
			Code    string
			Subject struct{ Kind, ID string }
			Text    map[string]string
			Fixable bool
		}
	}
	if err := json.Unmarshal(method.JSON(m, today, say), &got); err != nil {
		t.Fatal(err)
	}
	f := got.Findings[0]
	if got.Count != 1 || f.Code != "measure_without_due" || f.Subject.ID != "n066" || !f.Fixable || f.Text["ja"] == "" || f.Text["en"] == f.Text["ja"] {
		t.Errorf("%+v", got)
	}
}

// big makes a map of n notes with links, a quarter of each of four lanes.
func big(t testing.TB, n int) *journey.Map {
	m := journey.Open(crdt.New())
	var lanes, phases, notes []crdt.ID
	edit(t, m, func(e *crdt.Edit) {
		for _, k := range []journey.LaneKind{journey.Action, journey.Touchpoint, journey.Pain, journey.Measure, journey.EmotionCurve, journey.InfoNeed} {
			lanes = append(lanes, m.AddLane(e, crdt.ID{}, k, string(k)))
		}
		for i := range 20 {
			phases = append(phases, m.AddPhase(e, crdt.ID{}, fmt.Sprint(i)))
		}
		u := m.AddPersona(e, journey.Persona{Name: "u"})
		for i := range n {
			at := journey.Place{Phase: phases[i%20], Lane: lanes[i/20%4], X: 16, Y: float32(i)}
			notes = append(notes, m.AddNote(e, at, journey.NoteFields{Text: "note"}))
		}
		for i := range n / 4 {
			a := i/20*80 + i%20
			if a+60 < n && i%10 > 0 {
				m.LinkNotes(e, notes[a+20], notes[a], journey.Serves)
				m.LinkNotes(e, notes[a+60], notes[a+40], journey.Answers)
			}
			if i%5 == 0 && a < n {
				m.SetEmotion(e, u, notes[a], float64(i%5-2))
			}
		}
	})
	return m
}

// BenchmarkCheck: what the map check takes after one edit in a map of 5,000
// notes, the edit and the indexes left out.
func BenchmarkCheck(b *testing.B) {
	m := big(b, 5000)
	check := method.NewCheck(m, today)
	notes := slices.Clone(m.Notes())
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		n := notes[i*7919%len(notes)]
		t := edit(b, m, func(e *crdt.Edit) { m.SetNoteDue(e, n.ID, fmt.Sprintf("2026-01-%02d", i%28+1)) })
		b.StartTimer()
		check.Update(t)
		if len(check.Findings()) == 0 {
			b.Fatal("nothing found")
		}
	}
}

// BenchmarkWhole: a whole map of 5,000 notes from nothing.
func BenchmarkWhole(b *testing.B) {
	m := big(b, 5000)
	b.ResetTimer()
	for range b.N {
		method.Findings(m, today)
	}
}
