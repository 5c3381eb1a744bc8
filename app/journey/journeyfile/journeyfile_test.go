package journeyfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

var update = flag.Bool("update", false, "write golden files anew")

func load(t testing.TB, src []byte) *journey.Map {
	t.Helper()
	f, err := journeyfile.Import(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	m := journey.Open(crdt.New())
	e := m.Document().Edit(1)
	f.Write(m, e)
	if err := e.Err(); err != nil {
		t.Fatal(err)
	}
	m.Apply(e.Commit().Change)
	return m
}

func parsed(t testing.TB, src []byte) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(src, &v); err != nil {
		t.Fatalf("%v in %s", err, src)
	}
	return v
}

// TestRoundTrip/J20_… imports a file and exports it: what is parsed from both is
// the same, and a second document that only got the snapshot gives the same
// bytes.
func TestRoundTrip(t *testing.T) {
	cases := map[string]string{"apparel": string(samples.Apparel), "saas": string(samples.SaaS)}
	cases["whole"], cases["odd"] = whole, odd
	for name, src := range cases {
		t.Run("J20_"+name, func(t *testing.T) {
			m := load(t, []byte(src))
			out := journeyfile.Export(m)
			if want, got := parsed(t, []byte(src)), parsed(t, out); !reflect.DeepEqual(want, got) {
				t.Errorf("not the same:%s", difference("", want, got))
			}
			again, err := crdt.Load(m.Document().Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out, journeyfile.Export(journey.Open(again))) {
				t.Error("the snapshot gives other bytes")
			}
			if !bytes.Equal(out, journeyfile.Export(load(t, out))) {
				t.Error("exported twice is not exported once")
			}
		})
	}
}

func difference(path string, a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			s := ""
			for k := range x {
				s += difference(path+"."+k, x[k], y[k])
			}
			for k := range y {
				if _, ok := x[k]; !ok {
					s += fmt.Sprintf("\n%s.%s: new: %v", path, k, y[k])
				}
			}
			return s
		}
	case []any:
		if y, ok := b.([]any); ok && len(x) == len(y) {
			s := ""
			for i := range x {
				s += difference(fmt.Sprintf("%s[%d]", path, i), x[i], y[i])
			}
			return s
		}
	}
	return fmt.Sprintf("\n%s: want %v\n  got %v", path, a, b)
}

// odd holds what the model does not know or would write otherwise.
const odd = `{
 "format": "cjm-sample/1", "title": "", "later": {"a": [1, 2.50, null], "b": "\u3042\ud83d\ude00"}, "empty": [],
 "theme": {"product": "", "mood": "blue"},
 "averages": {"touches": 0, "of": "all"}, "icp": {}, "personas": [{"id": "u", "age": 0, "issues": ["two\nlines", "one"], "needs": [], "is_user": false}],
 "lanes": [{"id": "b", "kind": "action", "order": 20}, {"id": "a", "kind": "of tomorrow", "order": 10, "name": "あ"}],
 "phases": [{"id": "2", "order": 7, "touches": 0, "counted": false}, {"id": "1", "order": 3, "days": 1.5}],
 "boundaries": [{"from": "1", "to": "2", "blockers": [], "by": "someone"}],
 "notes": [
  {"id": "x", "lane": "a", "phase": "1", "order": 5, "text": "", "by": "Aya", "evidence": {"level": "guess", "source": "", "url": "x"}, "flags": ["delight", "key_moment", "loud"]},
  {"id": "y", "lane": "a", "phase": "1", "order": 2, "text": "t\"\\\u0001", "links": [{"rel": "leads", "to": "x", "label": "skip", "weight": 2}, {"rel": "of tomorrow", "to": "x"}]},
  {"id": "z", "lane": "a", "order": 0, "text": "in no phase"},
  {"id": "f", "order": 0, "x": 10.5, "y": -20, "text": "free"},
  {"id": "g", "lane": "b", "phase": "2", "order": 0, "x": 300, "y": 16, "w": 320, "h": 200, "z": 1, "locked": true, "tags": ["a", "b"]}
 ],
 "big": [9007199254740993, 1e300]
}`

// whole holds everything of the model that the samples leave out.
const whole = `{
 "format": "cjm-sample/1", "id": "m", "lang": "ja", "title": "T", "title_ja": "T", "title_en": "E", "map_type": "service_blueprint", "created": "2026-01-02", "sibling": "abc",
 "theme": {"product": "p", "purpose": "q", "start": "s", "goal": "g", "start_note": "n1", "goal_note": "n2"},
 "review": {"due": "2026-02-28", "last": "2025-02-28", "big_change": "2025-10-01", "owner": "Aya", "days": 180, "note": "new shop"},
 "mtaoo": {"map": {"state": "done", "notes": "m"}, "track": {"state": "doing"}}, "step": 3,
 "departments": [{"id": "d", "name": "D", "color": "#123456"}],
 "personas": [{"id": "u", "name": "U", "portrait": "abcd", "is_stakeholder": true, "color": "#fff", "goals": ["g"]}],
 "channels": [{"id": "c", "name": "C", "kind": "physical", "device": "phone", "owner": "d", "aliases": ["x", "エックス"]}],
 "lanes": [{"id": "l", "kind": "action", "order": 0, "height": 300, "locked": true, "color": "#eee"}, {"id": "q", "kind": "measure", "order": 1}],
 "phases": [{"id": "p", "order": 0, "width": 500, "satisfaction": 3.5, "color": "#ddd"}, {"id": "r", "order": 1}],
 "notes": [{"id": "n1", "lane": "l", "phase": "p", "order": 0, "text": "a", "by": "Aya", "department": "d", "persona": "u", "promise": "fast", "demand_layer": "潜在", "image": "ffff", "origin": "m/n1", "group": "g1", "color": "#abc"},
  {"id": "n2", "lane": "q", "phase": "p", "order": 0, "text": "b", "owner": "d", "kpi": "k", "target": {"group": "g", "content": "c", "timing": "t", "touchpoint": "w"}, "impact": 5, "effort": 1, "due": "2026-03-01", "status": "dropped"}],
 "emotions": [{"id": "e", "persona": "u", "phase": "p", "score": -1.5, "label": "hm", "offset": 0.25}],
 "kpis": [{"id": "k", "name": "K", "unit": "%", "phase": "p", "baseline": 0, "target": 1.25, "series": [0, 0.5], "dates": ["2026-01-31", ""], "owner": "d", "metric": "csat"}],
 "comments": [{"id": "c1", "phase": "p", "by": "B", "text": "t", "at": "2026-01-01T10:00:00Z"}, {"id": "c2", "phase": "p", "by": "C", "text": "u", "reply_to": "c1"}],
 "drawings": [{"id": "s", "kind": "stroke", "x": 1, "y": 2, "w": 3, "h": 4, "points": "00ff", "style": "pen", "by": "Aya", "color": "#000"},
  {"id": "i", "kind": "image", "lane": "l", "phase": "p", "x": 1, "y": 2, "w": 3, "h": 4, "image": "abc", "alt": "a shop", "group": "g1", "turn": 90, "locked": true}],
 "connectors": [{"from": "drawing:s", "to": "note:n1", "rel": "relates", "label": "see"}],
 "scores": [{"note": "n2", "by": "Aya", "department": "d", "impact": 4, "effort": 2, "emotion": -1}],
 "stamps": [{"note": "n1", "face": "heart", "by": "Aya", "department": "d"}],
 "set_aside": [{"code": "phase_without_emotion", "subject": "phase:r", "reason": "later", "by": "Aya", "at": "2026-01-01"}],
 "agreements": [{"department": "d", "by": "Aya", "phase": "p", "at": "2026-01-01", "version": "9"}]
}`

// TestExpect/J21_… computes what each sample says of itself.
func TestExpect(t *testing.T) {
	for _, src := range samples.All() {
		var file struct {
			ID     string
			Expect map[string]any
		}
		if err := json.Unmarshal(src, &file); err != nil {
			t.Fatal(err)
		}
		t.Run("J21_"+file.ID, func(t *testing.T) {
			m := load(t, src)
			for key, got := range figures(m) {
				b, _ := json.Marshal(got)
				var v any
				_ = json.Unmarshal(b, &v)
				if want := file.Expect[key]; !reflect.DeepEqual(want, v) {
					t.Errorf("%s: %v, want %v", key, v, want)
				}
				delete(file.Expect, key)
			}
			for key := range file.Expect {
				t.Errorf("%s: not looked at", key)
			}
		})
	}
}

// figures computes the expect block from the typed view alone.
func figures(m *journey.Map) map[string]any {
	lanes, cells, evidence, departments := map[string]int{}, map[string]map[string]int{}, map[string]int{}, map[string]int{}
	flagged := map[journey.Flags][]string{}
	without := map[journey.LaneKind][]string{journey.Action: {}, journey.Pain: {}}
	for _, n := range m.Notes() {
		lane, phase := m.Lane(n.Place.Lane).External, m.Phase(n.Place.Phase).External
		lanes[lane]++
		if cells[lane] == nil {
			cells[lane] = map[string]int{}
		}
		cells[lane][phase]++
		evidence[string(n.Evidence.Level)]++
		departments[m.Department(n.Department).External]++
		for _, f := range []journey.Flags{journey.FlagKeyMoment, journey.FlagSurprise, journey.FlagDelight} {
			if n.Flags&f != 0 {
				flagged[f] = append(flagged[f], n.External)
			}
		}
		if n.Kind == journey.Action && !m.Linked(n.ID, journey.Serves, journey.Touchpoint, true) ||
			n.Kind == journey.Pain && !m.Linked(n.ID, journey.Answers, journey.Measure, true) {
			without[n.Kind] = append(without[n.Kind], n.External)
		}
	}
	sum, lowest := 0.0, m.Emotions()[0]
	for _, e := range m.Emotions() {
		sum += e.Score
		if e.Score < lowest.Score {
			lowest = e
		}
	}
	days, counted := 0.0, false
	for _, p := range m.Phases() {
		counted = counted || p.Counted
	}
	for _, p := range m.Phases() {
		if p.Counted || !counted {
			days += p.Days
		}
	}
	return map[string]any{
		"notes": m.NoteCount(), "notes_by_lane": lanes, "notes_by_lane_phase": cells, "phases": len(m.Phases()), "boundaries": len(m.Boundaries()),
		"emotion_points": len(m.Emotions()), "emotion_mean": math.Round(sum/float64(len(m.Emotions()))*1e4) / 1e4, "emotion_min_id": lowest.External,
		"evidence": evidence, "notes_by_department": departments, "key_moments": flagged[journey.FlagKeyMoment],
		"surprises": flagged[journey.FlagSurprise], "delights": flagged[journey.FlagDelight],
		"actions_without_touchpoint": without[journey.Action], "pains_without_measure": without[journey.Pain], "days_total": days,
	}
}

// TestBroken/J22_… changes one thing in a good file: the problem names its line
// and path, and there are words for it in both languages.
func TestBroken(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"T", "title_ja"`, `"T" "title_ja"`, `line 2: expected (, }, ")`},
		{`"agreements": [`, `"agreements": `, `line 22: expected (, }, ])`},
		{`"version": "9"}]
}`, `"version": "9"}`, `line 22: cut_off`},
		{`"lang": "ja"`, `"lang": "ja", "lang": "en"`, `line 2: twice (lang)`},
		{`"m", "lang"`, `"\q", "lang"`, `line 2: bad_escape`},
		{`"cjm-sample/1"`, `"cjm-sample/9"`, `line 2, format: format (cjm-sample/9, cjm-sample/1)`},
		{`"service_blueprint"`, `"blueprint"`, `line 2, map_type: not_one_of (blueprint, current_state, future_state, service_blueprint, experience_map)`},
		{`"days": 180`, `"days": 180x`, `line 4: expected (, }, x)`},
		{`"days": 180`, `"days": "180"`, `line 4, review.days: type (number, string)`},
		{`"days": 180`, `"days": 0`, `line 4, review.days: out_of_range (0, 1, 36500)`},
		{`"2026-02-28"`, `"2026-02-29"`, `line 4, review.due: not_a_date (2026-02-29)`},
		{`[{"id": "d", "name"`, `[{"name"`, `line 6, departments[0].id: missing`},
		{`"owner": "d", "aliases"`, `"owner": "e", "aliases"`, `line 8, channels[0].owner: unknown_reference (e)`},
		{`"kind": "action"`, `"kind": ""`, `line 9, lanes[0].kind: missing`},
		{`{"id": "r", "order": 1}`, `{"id": "p", "order": 1}`, `line 10, phases[1].id: id_twice (p)`},
		{`"lane": "q", "phase": "p"`, `"lane": "q", "phase": "p9"`, `line 12, notes[1].phase: unknown_reference (p9)`},
		{`"impact": 5`, `"impact": 6`, `line 12, notes[1].impact: out_of_range (6, 1, 5)`},
		{`"impact": 5`, `"impact": 4.5`, `line 12, notes[1].impact: not_whole (4.5)`},
		{`"status": "dropped"`, `"status": "dropped", "links": [{"rel": "leads", "to": "n2"}]`, `line 12, notes[1].links[0].to: to_itself (n2)`},
		{`"score": -1.5`, `"score": -3`, `line 13, emotions[0].score: out_of_range (-3, -2, 2)`},
		{`"score": -1.5, `, ``, `line 13, emotions[0].score: missing`},
		{`"phase": "p", "score": -1.5`, `"phase": "r", "at": "n1", "score": -1.5`, `line 13, emotions[0].phase: other_phase (n1, r)`},
		{`"series": [0, 0.5]`, `"series": [0, "x"]`, `line 14, kpis[0].series[1]: type (number, string)`},
		{`"series": [0, 0.5]`, `"series": [0, 1e999]`, `line 14, kpis[0].series[1]: out_of_range (1e999, -1.797`},
		{`"mtaoo"`, `"boundaries": [{"from": "r", "to": "p"}], "mtaoo"`, `line 5, boundaries[0]: not_neighbours (r, p)`},
		{`"kind": "stroke"`, `"kind": "scribble"`, `line 16, drawings[0].kind: not_one_of (scribble`},
		{`"drawing:s"`, `"drawing:zz"`, `line 18, connectors[0].from: unknown_reference (zz)`},
		{`"points": "00ff"`, `"points": 7`, `line 16, drawings[0].points: type (string, number)`},
		{`"text": "a"`, `"text": "` + strings.Repeat("あ", 20000) + `"`, `line 11, notes[0].text: too_long (32)`},
		{`"text": "a"`, "\"text\": \"a\x80\"", `line 11: not_utf8`},
		{`"text": "a"`, "\"text\": \"a\nb\"", `line 11: line_break_in_string`},
	} {
		src := strings.Replace(whole, c.old, c.new, 1)
		if src == whole {
			t.Fatalf("%s is not in the file", c.old)
		}
		_, err := journeyfile.Import(strings.NewReader(src))
		var bad *journeyfile.Error
		if !errors.As(err, &bad) || !strings.HasPrefix(bad.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.new[:min(40, len(c.new))], err, c.want)
		}
	}
	for _, c := range [][2]string{{"", "empty"}, {"[1]", "type"}, {"{}", "not_a_map"}, {strings.Repeat("[", 100), "too_deep"}, {`{"a": 01}`, "bad_number"}, {`{"a`, "string_not_ended"}, {`{"title":"x"} ]`, "more_after_end"}} {
		_, err := journeyfile.Import(strings.NewReader(c[0]))
		if bad := (*journeyfile.Error)(nil); !errors.As(err, &bad) || bad.Problems[0].Code != c[1] {
			t.Errorf("%q: %v, want %s", c[0], err, c[1])
		}
	}
	for _, code := range journeyfile.Codes {
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, "journey.file."+code) {
				t.Errorf("no words for %s in %s", code, lang)
			}
		}
	}
}

// TestUseful keeps the same map when people have worked on it: places are given
// when the order alone would not put notes there.
func TestUseful(t *testing.T) {
	m := load(t, samples.Apparel)
	n := m.NotesOf(journey.Action)[0]
	e := m.Document().Edit(2)
	p := n.Place
	p.X, p.Y = p.X+300, p.Y+41
	m.MoveNote(e, n.ID, p)
	last := m.Phases()[len(m.Phases())-1].ID
	added := m.AddPhase(e, last, "その後")
	m.AddNote(e, journey.Place{Phase: added, Lane: m.LaneOf(journey.Pain).ID, X: journey.CellPad, Y: journey.CellPad}, journey.NoteFields{Text: "new"})
	m.Apply(e.Commit().Change)
	out := journeyfile.Export(m)
	again := load(t, out)
	if got := journeyfile.Export(again); !bytes.Equal(out, got) {
		t.Error(difference("", parsed(t, out), parsed(t, got)))
	}
	if got, _ := again.ByExternal(journey.KindNote, n.External); again.Note(got).Place.Y != p.Y {
		t.Errorf("the moved note stands at %v", again.Note(got).Place)
	}
}

// TestChannels/J18: a file names a channel by what people call it, in either
// language or by an alias; what two are called names neither.
func TestChannels(t *testing.T) {
	file := func(used string) string {
		return `{"title": "T", "lanes": [{"id": "l", "kind": "touchpoint"}], "channels": [
			{"id": "shop", "name": "直営店", "name_en": "Own shop", "aliases": ["店舗", "both"]}, {"id": "app", "name": "App", "aliases": ["both"]}],
			"notes": [{"id": "n", "lane": "l", "text": "x", "channels": [` + used + `]}]}`
	}
	for _, used := range []string{`"shop"`, `"直営店"`, `"OWN SHOP"`, `"店舗"`} {
		m := load(t, []byte(file(used)))
		shop, _ := m.ByExternal(journey.KindChannel, "shop")
		if got := m.Notes()[0].Channels; !slices.Equal(got, []crdt.ID{shop}) {
			t.Errorf("%s: %v", used, got)
		}
		var out struct{ Notes []struct{ Channels []string } }
		if err := json.Unmarshal(journeyfile.Export(m), &out); err != nil || !slices.Equal(out.Notes[0].Channels, []string{"shop"}) {
			t.Errorf("%s is given back as %v, %v", used, out, err)
		}
	}
	for used, want := range map[string]string{`"both"`: "unknown_reference (both)", `"shop", "店舗"`: "twice (店舗)", `"nowhere"`: "unknown_reference (nowhere)"} {
		if _, err := journeyfile.Import(strings.NewReader(file(used))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", used, err)
		}
	}
}

// FuzzImport: no bytes may bring the reader down, and what it takes, it gives
// back the same as encoding/json understands it.
func FuzzImport(f *testing.F) {
	for _, src := range []string{odd, whole, `{"title":"x","a":{"b":[true,null,-0.5e+3]}}`} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := journeyfile.Import(bytes.NewReader(src))
		if err != nil {
			return
		}
		if !json.Valid(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))) {
			t.Fatal("taken, but no JSON")
		}
		m := journey.Open(crdt.New())
		e := m.Document().Edit(1)
		file.Write(m, e)
		if e.Err() != nil {
			t.Fatal(e.Err())
		}
		m.Apply(e.Commit().Change)
		out := journeyfile.Export(m)
		if !json.Valid(out) {
			t.Fatalf("no JSON: %s", out)
		}
		if again := journeyfile.Export(load(t, out)); !bytes.Equal(out, again) {
			t.Fatal("exported twice is not exported once")
		}
	})
}

// TestGolden/J23: what a sample was exported as stays readable, byte for byte.
func TestGolden(t *testing.T) {
	const path = "testdata/whole.json"
	out := journeyfile.Export(load(t, []byte(whole)))
	if *update {
		if err := os.WriteFile(path, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(want, out) {
		t.Errorf("%v; go test -update writes %s anew\n%s", err, path, out)
	}
}

// TestTemplate: a map without its notes is a map to begin another with.
func TestTemplate(t *testing.T) {
	m := load(t, samples.SaaS)
	again := load(t, journeyfile.ExportTemplate(m))
	if again.NoteCount() != 0 || len(again.Phases()) != 5 || len(again.Lanes()) != 9 || len(again.Channels()) != 10 || len(again.Departments()) != 4 {
		t.Errorf("%d notes, %d phases", again.NoteCount(), len(again.Phases()))
	}
}

// TestMutations changes a few bytes of a good file, thousands of times: what is
// still taken can be written, exported and taken again, and comes out the same.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for i := range 1500 {
		src := []byte([]string{odd, whole}[i%2])
		for range 1 + r.IntN(3) {
			at := r.IntN(len(src))
			n := r.IntN(min(40, len(src)-at))
			switch r.IntN(4) {
			case 0:
				src[at] = byte(r.IntN(256))
			case 1:
				src[at] = `0123456789",:{}[]ae-`[r.IntN(20)]
			case 2:
				src = slices.Delete(src, at, at+n)
			case 3:
				src = slices.Insert(src, at, slices.Clone(src[at:at+n])...)
			}
		}
		if _, err := journeyfile.Import(bytes.NewReader(src)); err != nil {
			continue
		}
		taken++
		out := journeyfile.Export(load(t, src))
		if again := journeyfile.Export(load(t, out)); !bytes.Equal(out, again) {
			t.Fatalf("%s\nexported as\n%s\nand then as\n%s", src, out, again)
		}
	}
	if taken < 50 {
		t.Errorf("only %d were taken", taken)
	}
}
