package templates_test

import (
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/templates"
	"github.com/tabi-map/tabi/crdt"
)

// TestWrite/J24_… makes every stage set with every type of map: all phases and
// lanes are there, in order, with a name in both languages.
func TestWrite(t *testing.T) {
	for _, set := range templates.Sets {
		for _, kind := range journey.MapTypes {
			for _, lang := range i18n.Langs {
				t.Run("J24_"+set.Key+"_"+string(kind)+"_"+string(lang), func(t *testing.T) {
					m := journey.Open(crdt.New())
					e := m.Document().Edit(1)
					templates.Write(m, e, templates.Options{Type: kind, Stages: set.Key, Lang: string(lang), Title: "T", Today: "2026-01-02"})
					if err := e.Err(); err != nil {
						t.Fatal(err)
					}
					m.Apply(e.Commit().Change)
					if len(m.Phases()) != len(set.Stages) || m.Type() != kind || m.Title().In(string(lang)) != "T" || m.Review().Created != "2026-01-02" {
						t.Fatalf("%d phases, %s, %q", len(m.Phases()), m.Type(), m.Title())
					}
					for i, p := range m.Phases() {
						if p.Name.JA != set.Stages[i].JA || p.Name.EN != set.Stages[i].EN {
							t.Errorf("phase %d is %+v", i, p.Name)
						}
					}
					for i, k := range templates.Lanes(kind) {
						if l := m.Lanes()[i]; l.Kind != k || l.Name.JA == "" || l.Name.EN == "" {
							t.Errorf("lane %d is %+v", i, l)
						}
					}
					for _, key := range []string{"journey.stages." + set.Key, "journey.type." + string(kind)} {
						if !i18n.Has(lang, key) {
							t.Errorf("no words for %s", key)
						}
					}
				})
			}
		}
	}
	for _, kind := range journey.LaneKinds {
		if templates.LaneName(kind) == templates.LaneName(journey.Custom) && kind != journey.Custom {
			t.Errorf("no name for a lane of %s", kind)
		}
	}
}
