package method_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/samples"
)

type object = map[string]any

// TestEveryRemoval/M1_… takes each sample file and removes one thing at a time,
// every link, owner, date, KPI, need, and information there is: each file
// without it gives the one finding that this is worth, or none where something
// else still does the work.
func TestEveryRemoval(t *testing.T) {
	for _, src := range samples.All() {
		var name struct{ ID string }
		_ = json.Unmarshal(src, &name)
		t.Run("M1_"+name.ID, func(t *testing.T) {
			removals := 0
			try := func(what, want string, remove func(file object)) {
				t.Helper()
				var file object
				if err := json.Unmarshal(src, &file); err != nil {
					t.Fatal(err)
				}
				remove(file)
				changed, _ := json.Marshal(file)
				m := load(t, changed)
				if got := text(method.Findings(m, today), m); got != want {
					t.Errorf("without %s:\n%swant\n%s", what, got, want)
				}
				removals++
			}
			var file object
			_ = json.Unmarshal(src, &file)
			kinds, served := object{}, map[string]int{}
			for _, l := range list(file, "lanes") {
				kinds[l["id"].(string)] = l["kind"]
			}
			for _, n := range list(file, "notes") {
				for _, l := range list(n, "links") {
					served[l["rel"].(string)+l["to"].(string)]++
				}
			}
			for i, n := range list(file, "notes") {
				id := n["id"].(string)
				for j, l := range list(n, "links") {
					to, rel, want := l["to"].(string), l["rel"].(string), ""
					if served[rel+to] == 1 && rel == "serves" {
						want = "action_without_touchpoint note " + to + "\n"
					} else if served[rel+to] == 1 && rel == "answers" {
						want = "blocker_without_measure note " + to + "\n"
					}
					try(fmt.Sprint(id, " ", rel, " ", to), want, func(f object) {
						n := list(f, "notes")[i]
						links := n["links"].([]any)
						n["links"] = append(links[:j:j], links[j+1:]...)
					})
				}
				if kinds[n["lane"].(string)] != "measure" {
					continue
				}
				for _, key := range []string{"owner", "due", "kpi"} {
					try(id+" "+key, "measure_without_"+key+" note "+id+"\n", func(f object) { delete(list(f, "notes")[i], key) })
				}
			}
			for i, b := range list(file, "boundaries") {
				try("information", fmt.Sprintf("boundary_without_information boundary %v\n", b["id"]), func(f object) { list(f, "boundaries")[i]["info_notes"] = []any{} })
			}
			for i, p := range list(file, "personas") {
				try("needs", fmt.Sprintf("persona_without_need persona %v\n", p["id"]), func(f object) { delete(list(f, "personas")[i], "needs") })
			}
			for _, p := range list(file, "phases") {
				try("emotions", fmt.Sprintf("phase_without_emotion phase %v\n", p["id"]), func(f object) {
					var kept []any
					for _, e := range list(f, "emotions") {
						if e["phase"] != p["id"] {
							kept = append(kept, e)
						}
					}
					f["emotions"] = kept
				})
			}
			for _, key := range []string{"product", "purpose", "start", "goal"} {
				try(key, "theme_without_"+key+" map \n", func(f object) { delete(f["theme"].(object), key) })
			}
			if removals < 80 {
				t.Errorf("only %d removals", removals)
			}
		})
	}
}

func list(o object, key string) []object {
	var out []object
	items, _ := o[key].([]any)
	for _, item := range items {
		out = append(out, item.(object))
	}
	return out
}
