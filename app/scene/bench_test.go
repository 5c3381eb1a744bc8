package scene

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// The same work as in a page: docs/benchmarks/scene.md has the figures.
func BenchmarkScene(b *testing.B) {
	for _, n := range []int{5000, 10000} {
		w := newWorkshop(b, 8, journey.Action, journey.Touchpoint, journey.Thought, journey.EmotionCurve, journey.Pain, journey.Measure)
		ids := w.fill(n, rand.New(rand.NewPCG(1, 1)))
		w.edit(func(e *crdt.Edit) {
			for i := range 60 {
				w.m.SetEmotion(e, w.people[i%2], ids[i*7], float64(i%5-2))
			}
		})
		name := strconv.Itoa(n) + "/"
		b.Run(name+"Layout", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Layout(w.m, Options{Lang: "ja"})
			}
		})
		s := Layout(w.m, Options{Lang: "ja"})
		for _, view := range Views { // drawn anew after each edit while somebody looks at it
			b.Run(name+"View/"+string(view), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.View(view, 0)
				}
			})
		}
		i := 0
		b.Run(name+"Update/drag", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i++
				b.StopTimer()
				id := ids[i%50]
				p := w.m.Note(id).Place
				p.X = 16 + float32(i%160)
				t := w.edit(func(e *crdt.Edit) { w.m.MoveNote(e, id, p) })
				b.StartTimer()
				s.Update(w.m, t)
			}
		})
		b.Run(name+"Update/40 move", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i++
				b.StopTimer()
				t := w.edit(func(e *crdt.Edit) {
					for k := range 40 {
						id := ids[k*3]
						p := w.m.Note(id).Place
						p.X = 16 + float32((i+k)%160)
						w.m.MoveNote(e, id, p)
					}
				})
				b.StartTimer()
				s.Update(w.m, t)
			}
		})
		b.Run(name+"Update/type", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i++
				b.StopTimer()
				t := w.edit(func(e *crdt.Edit) { w.m.SetNoteText(e, ids[0], "あいうえおかきくけこ"+strconv.Itoa(i)) })
				b.StartTimer()
				s.Update(w.m, t)
			}
		})
		b.Run(name+"Update/new note", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i++
				b.StopTimer()
				t := w.edit(func(e *crdt.Edit) {
					w.m.AddNote(e, journey.Place{Phase: w.phases[0], Lane: w.lanes[0], X: 20, Y: 20}, journey.NoteFields{Text: "new"})
				})
				b.StartTimer()
				s.Update(w.m, t)
			}
		})
		all := s.Bounds()
		near := Rect{all.W / 2, all.H / 3, 1440, 900}
		seen := 0
		b.Run(name+"Visible/near", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Visible(near, func(*NoteBox) { seen++ })
			}
		})
		b.Run(name+"Visible/all", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Visible(all, func(*NoteBox) { seen++ })
			}
		})
		b.Run(name+"Hit", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i++
				s.Hit(float32(i*37%int(all.W)), float32(i*91%int(all.H)), 4)
			}
		})
		b.Run(name+"Snap", func(b *testing.B) {
			b.ReportAllocs()
			var guides []Guide
			for b.Loop() {
				_, _, guides = s.Snap(Rect{near.X, near.Y, 160, 100}, near, 6, nil, guides[:0])
			}
		})
		b.Run(name+"Marks/links", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Marks(LayerLinks)
			}
		})
	}
}
