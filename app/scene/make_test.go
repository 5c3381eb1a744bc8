package scene

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// workshop is a map under test with what it takes to edit it.
type workshop struct {
	t      testing.TB
	doc    *crdt.Document
	m      *journey.Map
	phases []crdt.ID
	lanes  []crdt.ID
	depts  []crdt.ID
	people []crdt.ID
}

func newWorkshop(t testing.TB, phases int, lanes ...journey.LaneKind) *workshop {
	w := &workshop{t: t, doc: crdt.New()}
	w.m = journey.Open(w.doc)
	w.edit(func(e *crdt.Edit) {
		w.m.SetTitle(e, "en", "A map under test")
		var last crdt.ID
		for _, k := range lanes {
			last = w.m.AddLane(e, last, k, string(k))
			w.lanes = append(w.lanes, last)
		}
		last = crdt.ID{}
		for i := range phases {
			last = w.m.AddPhase(e, last, "phase "+strconv.Itoa(i+1))
			w.phases = append(w.phases, last)
		}
		for i, c := range []string{"#E4572E", "#2E86AB", "#3C9D4E"} {
			w.depts = append(w.depts, w.m.AddDepartment(e, journey.Name{Text: "department " + strconv.Itoa(i)}, c))
		}
		for _, name := range []string{"Aoi", "Ben"} {
			w.people = append(w.people, w.m.AddPersona(e, journey.Persona{Name: name}))
		}
	})
	return w
}

func (w *workshop) edit(write func(*crdt.Edit)) journey.Touched {
	w.t.Helper()
	e := w.doc.Edit(1)
	write(e)
	if e.Err() != nil {
		w.t.Fatal(e.Err())
	}
	return w.m.Apply(e.Commit().Change)
}

func (w *workshop) add(phase, lane crdt.ID, x, y float32, f journey.NoteFields) (id crdt.ID) {
	w.t.Helper()
	w.edit(func(e *crdt.Edit) { id = w.m.AddNote(e, journey.Place{Phase: phase, Lane: lane, X: x, Y: y}, f) })
	return id
}

var sayings = []string{
	"Marcus clicks a LinkedIn ad about duplicate payments during month end",
	"通勤電車でTikTokの「152cmの着回し5日間」を見る", "Blog posts", "高そう。でも着回せるならアリかも",
	"ECサイトで動画のワンピースを探すが、商品名が分からず見つからない", "Signs after a call with a reference customer", "",
	"Security form answered from zero each time (12 days)", "会員登録が12項目、住所の全角半角で弾かれる",
}

// fill puts n notes evenly into the cells, with a link for every third.
func (w *workshop) fill(n int, rnd *rand.Rand) []crdt.ID {
	var ids []crdt.ID
	count := map[journey.Cell]int{}
	w.edit(func(e *crdt.Edit) {
		for i := range n {
			at := journey.Cell{Phase: w.phases[i%len(w.phases)], Lane: w.lanes[i/len(w.phases)%len(w.lanes)]}
			k := count[at]
			count[at]++
			ids = append(ids, w.m.AddNote(e, journey.Place{Phase: at.Phase, Lane: at.Lane, X: 16 + float32(k%6)*176, Y: 16 + float32(k/6)*116},
				journey.NoteFields{Text: sayings[rnd.IntN(len(sayings))] + " " + strconv.Itoa(i), Department: w.depts[i%len(w.depts)], Evidence: journey.Evidence{Level: journey.Guess}}))
		}
	})
	w.edit(func(e *crdt.Edit) {
		for i := 3; i < len(ids); i += 3 {
			w.m.LinkNotes(e, ids[i], ids[i-1-rnd.IntN(3)], journey.Leads)
		}
	})
	return ids
}
