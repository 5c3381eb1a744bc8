//go:build !js

package board

import (
	"strings"
	"testing"

	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

func TestUnsent_is_marked_on_its_note_until_it_is_acknowledged(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	id := b.m.Notes()[1].ID
	a.unsent = map[crdt.ID]bool{id: true}
	marked := func() (n int) {
		b.frame()
		for i := range b.scene.Notes {
			if s := b.slots.find(owner{part: ofNote, id: b.scene.Notes[i].ID}); s != nil && strings.Contains(s.attrs[attrClass], "is-unsent") {
				n++
				if s.who.id != id {
					t.Error("the wrong note is marked")
				}
			}
		}
		return n
	}
	b.SetStatus(session.Status{State: session.Offline, Pending: 1})
	if marked() != 0 {
		t.Error("marked at once: it would flicker with every key")
	}
	if b.markUnsent(); marked() != 1 {
		t.Error("not marked")
	}
	b.SetStatus(session.Status{State: session.Live})
	if marked() != 0 {
		t.Error("marked although it is acknowledged")
	}
}
