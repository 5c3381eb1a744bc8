package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n/more"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/samples"
)

// TestAllow/M6: in step three the holder of an edit link cannot make a phase, whatever their
// page lets them do; the facilitator can. Whoever may only comment writes remarks, stamps,
// scores and agreements and nothing else (P36).
func TestAllow(t *testing.T) {
	doc := crdt.New()
	e := doc.Edit(1)
	m := journey.Open(doc)
	m.SetStep(e, 3)
	note := m.AddNote(e, journey.Place{Lane: m.AddLane(e, crdt.ID{}, journey.Action, "does")}, journey.NoteFields{Text: "a"})
	e.Commit()
	server := doc.Snapshot()
	update := func(write func(m *journey.Map, e *crdt.Edit)) []byte {
		mine, err := crdt.Load(server)
		if err != nil {
			t.Fatal(err)
		}
		e := mine.Edit(2)
		write(journey.Open(mine), e)
		return e.Commit().Update
	}
	phase := update(func(m *journey.Map, e *crdt.Edit) { m.AddPhase(e, crdt.ID{}, "検討") })
	for role, want := range map[wire.Role]bool{wire.RoleOwner: true, wire.RoleEdit: false, wire.RoleComment: false, wire.RoleView: false} {
		if got := allow(role, doc, phase) == nil; got != want {
			t.Errorf("a phase in step 3 by %v: allowed %v, want %v", role, got, want)
		}
	}
	remark := update(func(m *journey.Map, e *crdt.Edit) {
		c := m.AddComment(e, journey.Comment{Text: "なぜ？", Author: "Aya"})
		m.AddComment(e, journey.Comment{Text: "?", Parent: c})
		m.AddStamp(e, journey.Stamp{Face: "👍"})
		four := 4.0
		if m.SetScore(e, 2, journey.Score{Note: note, Person: "Aya", Impact: &four}).IsZero() {
			t.Error("no score was written")
		}
		m.Agree(e, journey.Agreement{Person: "Aya"})
	})
	for role, want := range map[wire.Role]bool{wire.RoleOwner: true, wire.RoleEdit: true, wire.RoleComment: true, wire.RoleView: false} {
		if got := allow(role, doc, remark) == nil; got != want {
			t.Errorf("remarks, a score and an agreement by %v: allowed %v, want %v", role, got, want)
		}
	}
}

// TestTemplates makes every template that is offered; each gives a map that is no error and, the
// empty start apart, has lanes.
func TestTemplates(t *testing.T) {
	list := listTemplates("ja")
	if len(list) < 10 {
		t.Fatalf("only %d templates", len(list))
	}
	for _, template := range list {
		draft, err := newJourney("題", template.ID, "ja")
		if err != nil {
			t.Errorf("%s: %v", template.ID, err)
			continue
		}
		doc := crdt.New()
		e := doc.Edit(1)
		if err := draft(doc, e); err != nil {
			t.Errorf("%s: %v", template.ID, err)
		}
		e.Commit()
		if len(journey.Open(doc).Lanes()) == 0 {
			t.Errorf("%s has no lanes", template.ID)
		}
		if strings.HasPrefix(template.Name, "journey.") || strings.HasPrefix(template.Name, "server.") {
			t.Errorf("%s has no name: %s", template.ID, template.Name)
		}
	}
	if _, err := newJourney("", "stages-nine", "en"); err == nil {
		t.Error("a template that nobody knows was made")
	}
}

// TestFindingsCommand prints nothing for a sample and exactly the fault that was made in it.
func TestFindingsCommand(t *testing.T) {
	run := func(file []byte) (count int, codes []string) {
		cmd := findingsCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		if err := printFindings(cmd, file); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Count    int
			Findings []struct{ Code string }
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%v in %s", err, out.Bytes())
		}
		for _, f := range got.Findings {
			codes = append(codes, f.Code)
		}
		return got.Count, codes
	}
	if n, codes := run(samples.Apparel); n != 0 {
		t.Errorf("the sample has findings %v", codes)
	}
	var m map[string]any
	if err := json.Unmarshal(samples.Apparel, &m); err != nil {
		t.Fatal(err)
	}
	for _, n := range m["notes"].([]any) {
		if note := n.(map[string]any); note["lane"] == "l_measure" {
			delete(note, "owner")
			break
		}
	}
	faulty, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if n, codes := run(faulty); n != 1 || codes[0] != "measure_without_owner" {
		t.Errorf("found %v, want the measure without owner alone", codes)
	}
}

// TestReadersAreToldTheStateOfTheMap: whoever has no scripts reads how much the check finds and how fresh the map is, in the
// reader's language; programs get the findings of a link as a file.
func TestReadersAreToldTheStateOfTheMap(t *testing.T) {
	doc := crdt.New()
	m := journey.Open(doc)
	e := doc.Edit(1)
	m.AddNote(e, journey.Place{Lane: m.AddLane(e, crdt.ID{}, journey.Action, "does")}, journey.NoteFields{Text: "a"})
	m.SetCreated(e, "2020-01-31")
	m.Apply(e.Commit().Change)
	for lang, want := range map[string]string{
		"en": "Map check: 6 findings · Review overdue since 2021-01-30, ", "ja": "マップチェック：気づいた点 6件 · 見直しの期限2021-01-30を",
	} {
		if got := string(journeys().Picture(doc, "", lang, nil)); !strings.Contains(got, `<noscript>`) || !strings.Contains(got, want) {
			t.Errorf("%s: %.300s", lang, got[strings.Index(got, "<noscript"):])
		}
	}
	body, kind, ok := journeys().File(doc, "findings.json", "en", nil)
	var got struct{ Count int }
	if err := json.Unmarshal(body, &got); err != nil || !ok || got.Count != 6 || !strings.HasPrefix(kind, "application/json") {
		t.Errorf("%v, %v, %s: %.200s", err, ok, kind, body)
	}
}

// A template is named, and its phases and lanes are, in the language of who makes a
// map of it; the Japanese and the English name stay beside it.
func TestTemplatesInAThirdLanguage(t *testing.T) {
	more.Learn()
	for lang, phase := range map[string]string{"zh-Hans": "认知", "ko": "인지", "ar": "الوعي"} {
		hint := ""
		for _, template := range listTemplates(lang) {
			if template.ID == "stages-six" { // whose text names no phases
				hint = template.Hint
			}
		}
		if !strings.HasPrefix(hint, phase) {
			t.Errorf("%s: the hint of six stages is %q", lang, hint)
		}
		draft, err := newJourney("", "stages-five", lang)
		if err != nil {
			t.Fatal(err)
		}
		doc := crdt.New()
		e := doc.Edit(1)
		if err := draft(doc, e); err != nil {
			t.Fatal(err)
		}
		e.Commit()
		m := journey.Open(doc)
		if got, want := m.Phases()[0].Name, (journey.Name{Text: phase, JA: "認知", EN: "Awareness"}); got != want || m.Lang() != lang {
			t.Errorf("%s: the first phase of a map in %s is %+v, want %+v", lang, m.Lang(), got, want)
		}
	}
}
