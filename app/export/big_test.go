package export_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/tabi-map/tabi/app/export"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// big is a map of n notes.
func big(n int) *journey.Map {
	doc := crdt.New()
	m := journey.Open(doc)
	e := doc.Edit(1)
	m.SetTitle(e, "en", "A big map")
	d := m.AddDepartment(e, journey.Name{Text: "Marketing"}, "#E4572E")
	var phases, lanes []crdt.ID
	var last crdt.ID
	for i := range 8 {
		last = m.AddPhase(e, last, "phase "+strconv.Itoa(i))
		phases = append(phases, last)
	}
	last = crdt.ID{}
	for _, k := range []journey.LaneKind{journey.Action, journey.Touchpoint, journey.Thought, journey.Pain, journey.Measure} {
		last = m.AddLane(e, last, k, string(k))
		lanes = append(lanes, last)
	}
	for i := range n {
		k := i / 40
		m.AddNote(e, journey.Place{Phase: phases[i%8], Lane: lanes[i/8%5], X: 16 + float32(k%5)*176, Y: 16 + float32(k/5)*116},
			journey.NoteFields{Text: "通勤電車でTikTokの「152cmの着回し5日間」を見る " + strconv.Itoa(i), Department: d, Evidence: journey.Evidence{Level: journey.Guess}})
	}
	m.Apply(e.Commit().Change)
	return m
}

// A big map's picture stays small enough to be the first thing that is sent, and
// still has every word.
func TestBigPicture(t *testing.T) {
	m := big(5000)
	picture := export.Picture(m, "ja", nil)
	if len(picture) > 1_500_000 {
		t.Errorf("%d bytes", len(picture))
	}
	for _, n := range []string{"を見る 0<", "を見る 2500<", "を見る 4999<"} {
		if !bytes.Contains(picture, []byte(n)) {
			t.Errorf("%q is missing", n)
		}
	}
	if n := bytes.Count(picture, []byte("<rect")); n < 10_000 {
		t.Errorf("%d papers and bars", n)
	}
}

func BenchmarkPicture(b *testing.B) {
	m := big(5000)
	for b.Loop() {
		export.Picture(m, "ja", nil)
	}
}
