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

// A big map's picture stays small enough to be the first thing that is sent; it
// sends a page without scripts on to the whole one, which has every word.
func TestBigPicture(t *testing.T) {
	m := big(5000)
	picture := export.Picture(m, "ja", nil)
	if len(picture) > 500_000 {
		t.Errorf("%d bytes", len(picture))
	}
	const onward = `<noscript><meta http-equiv="refresh" content="0; url=?view=whole&amp;lang=ja"></noscript>`
	if !bytes.Contains(picture, []byte(onward)) {
		t.Error("a page without scripts is not sent on")
	}
	whole := export.PictureOf(m, export.Whole, "ja", nil)
	for _, n := range []string{"を見る 0<", "を見る 2500<", "を見る 4999<"} {
		if !bytes.Contains(whole, []byte(n)) {
			t.Errorf("%q is missing", n)
		}
	}
	if bytes.Contains(whole, []byte("http-equiv")) || bytes.Contains(export.Picture(big(500), "ja", nil), []byte("http-equiv")) {
		t.Error("what is whole is sent on")
	}
	if papers, bars := bytes.Count(picture, []byte("h160v")), bytes.Count(picture, []byte("h4v")); papers != 5000 || bars != 5000 {
		t.Errorf("%d papers and %d bars", papers, bars)
	}
	if lines := bytes.Count(picture, []byte("<text")); lines < 200 || lines > 1500 {
		t.Errorf("%d lines are laid out before the client comes", lines)
	}
	if elements := bytes.Count(picture, []byte("<path")); elements > 300 {
		t.Errorf("papers and bars are %d elements", elements)
	}
}

func BenchmarkPicture(b *testing.B) {
	m := big(5000)
	for b.Loop() {
		export.Picture(m, "ja", nil)
	}
}
