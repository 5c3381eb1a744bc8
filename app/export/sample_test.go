package export_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

func sample(t testing.TB, file string) *journey.Map {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Lang, Title, Title_en string
		Theme                 struct{ Product, Purpose, Start, Goal string }
		Departments           []struct{ ID, Name, Name_ja, Name_en, Color string }
		Personas              []struct {
			ID, Name, Role, Segment, Quote string
			Is_buyer, Is_user              bool
		}
		Lanes  []struct{ ID, Kind, Name, Name_ja, Name_en string }
		Phases []struct {
			ID, Name, Name_ja, Name_en, Demand_layer string
			Days, Touches                            float64
		}
		Boundaries []struct {
			To, Attitude_from, Attitude_to, Concern string
			Blockers, Measures                      []string
		}
		Notes []struct {
			ID, Lane, Phase, Text, By, Pain_kind, Owner, Due, Status string
			Severity, Impact, Effort                                 int
			Evidence                                                 struct{ Level, Source string }
			Flags                                                    []string
			Links                                                    []struct{ Rel, To string }
		}
		Emotions []struct {
			Persona, At, Label string
			Score              float64
		}
		KPIs []struct {
			ID, Name, Name_ja, Name_en, Unit, Phase string
			Baseline, Target                        float64
			Series                                  []float64
		}
		Comments []struct{ Note, By, Text string }
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	doc := crdt.New()
	m := journey.Open(doc)
	ids := map[string]crdt.ID{}
	edit := func(write func(e *crdt.Edit)) {
		e := doc.Edit(1)
		write(e)
		if e.Err() != nil {
			t.Fatal(e.Err())
		}
		m.Apply(e.Commit().Change)
	}
	edit(func(e *crdt.Edit) {
		m.SetName(e, crdt.ID{}, journey.Name{Text: f.Title, EN: f.Title_en})
		m.SetTheme(e, journey.Theme{Product: f.Theme.Product, Purpose: f.Theme.Purpose, Start: f.Theme.Start, Goal: f.Theme.Goal})
		for _, d := range f.Departments {
			ids["d"+d.ID] = m.AddDepartment(e, journey.Name{Text: d.Name, JA: d.Name_ja, EN: d.Name_en}, d.Color)
		}
		for _, p := range f.Personas {
			ids["u"+p.ID] = m.AddPersona(e, journey.Persona{Name: p.Name, Role: p.Role, Segment: p.Segment, Quote: p.Quote, Buyer: p.Is_buyer, User: p.Is_user})
		}
		var last crdt.ID
		for _, l := range f.Lanes {
			last = m.AddLane(e, last, journey.LaneKind(l.Kind), l.Name)
			ids[l.ID] = last
			m.SetName(e, last, journey.Name{Text: l.Name, JA: l.Name_ja, EN: l.Name_en})
		}
		last = crdt.ID{}
		for _, p := range f.Phases {
			last = m.AddPhase(e, last, p.Name)
			ids[p.ID] = last
			m.SetName(e, last, journey.Name{Text: p.Name, JA: p.Name_ja, EN: p.Name_en})
			m.SetPhaseDemand(e, last, journey.DemandLayer(p.Demand_layer))
			m.SetPhaseDays(e, last, p.Days)
			m.SetPhaseTouches(e, last, p.Touches)
		}
		for _, k := range f.KPIs {
			ids["k"+k.ID] = m.AddKPI(e, journey.KPI{Name: journey.Name{Text: k.Name, JA: k.Name_ja, EN: k.Name_en}, Unit: k.Unit, Phase: ids[k.Phase], Baseline: k.Baseline, Target: k.Target, HasBaseline: true, HasTarget: true, Series: k.Series})
		}
	})
	count := map[journey.Cell]int{}
	edit(func(e *crdt.Edit) {
		for _, n := range f.Notes {
			at := journey.Cell{Phase: ids[n.Phase], Lane: ids[n.Lane]}
			k := count[at]
			count[at]++
			flags := journey.Flags(0)
			for _, g := range n.Flags {
				switch g {
				case "surprise":
					flags |= journey.FlagSurprise
				case "key_moment":
					flags |= journey.FlagKeyMoment
				case "delight":
					flags |= journey.FlagDelight
				}
			}
			ids[n.ID] = m.AddNote(e, journey.Place{Phase: at.Phase, Lane: at.Lane, X: 16 + float32(k%2)*176, Y: 16 + float32(k/2)*116}, journey.NoteFields{
				Text: n.Text, Department: ids["d"+n.By], Evidence: journey.Evidence{Level: journey.EvidenceLevel(n.Evidence.Level)}, Flags: flags,
				Severity: n.Severity, Pain: journey.PainKind(n.Pain_kind), Owner: ids["d"+n.Owner], Due: n.Due, Status: journey.Status(n.Status), Impact: n.Impact, Effort: n.Effort,
			})
		}
	})
	edit(func(e *crdt.Edit) {
		for _, n := range f.Notes {
			for _, l := range n.Links {
				m.LinkNotes(e, ids[n.ID], ids[l.To], journey.Rel(l.Rel))
			}
		}
		for _, b := range f.Boundaries {
			m.WriteBoundary(e, ids[b.To], journey.BoundaryAttitudeFrom, b.Attitude_from)
			m.WriteBoundary(e, ids[b.To], journey.BoundaryAttitudeTo, b.Attitude_to)
			m.WriteBoundary(e, ids[b.To], journey.BoundaryConcern, b.Concern)
			for _, k := range b.Blockers {
				m.AddToBoundary(e, ids[b.To], journey.HasBlocker, ids[k])
			}
		}
		for _, p := range f.Emotions {
			id := m.SetEmotion(e, ids["u"+p.Persona], ids[p.At], p.Score)
			m.SetEmotionLabel(e, id, p.Label)
		}
		for _, c := range f.Comments {
			m.AddComment(e, journey.Comment{On: ids[c.Note], Author: c.By, Text: c.Text})
		}
	})
	return m
}
