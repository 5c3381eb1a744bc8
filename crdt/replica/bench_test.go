package replica

import (
	"fmt"
	"testing"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// big is a person on a map of 5,000 notes.
func big(b *testing.B) (*hub, *person, []crdt.ID) {
	h := newHub()
	a := newPerson(h)
	a.connect(true)
	var notes []crdt.ID
	for i := range 5000 {
		a.r.Edit("", func(e *crdt.Edit) {
			id := e.Create(kindNote)
			e.Set(id, place, []byte(fmt.Sprint("phase ", i%12, " lane ", i%8)))
			e.Insert(id, text, 0, "駅で待つあいだに案内を読む")
			notes = append(notes, id)
		})
	}
	settle(h, a)
	p := newPerson(h)
	p.connect(true)
	p.save()
	b.ResetTimer()
	return h, p, notes
}

func BenchmarkReplica(b *testing.B) {
	b.Run("edit, journal, acknowledge", func(b *testing.B) {
		_, p, notes := big(b)
		i := 0
		for b.Loop() {
			p.r.Edit("drag", func(e *crdt.Edit) { e.Set(notes[i%len(notes)], place, []byte("somewhere else")) })
			p.r.Journal()
			p.r.Acknowledge(p.r.issued())
			i++
		}
	})
	b.Run("save all", func(b *testing.B) {
		_, p, notes := big(b)
		for b.Loop() {
			p.set("", notes[0], place, "x")
			p.r.Acknowledge(p.r.issued())
			p.r.Save()
		}
	})
	b.Run("restore", func(b *testing.B) {
		_, p, _ := big(b)
		b.ReportMetric(float64(len(p.store)), "bytes")
		for b.Loop() {
			if _, err := Restore(p.store); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("welcome with a snapshot", func(b *testing.B) {
		h, _, _ := big(b)
		_, f := h.connect(New(crdt.New(), 0).Hello("", ""), true)
		for b.Loop() {
			if _, err := New(crdt.New(), 0).Welcome(f.(wire.Welcome)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("take an edit back", func(b *testing.B) {
		_, p, notes := big(b)
		for b.Loop() {
			p.r.Edit("", func(e *crdt.Edit) { e.Set(notes[0], place, []byte("no")) })
			p.r.Refuse(p.r.issued())
		}
	})
}
