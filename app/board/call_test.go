//go:build !js

package board

import (
	"testing"

	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// caller is somebody else whose presence calls to a place.
func caller(role wire.Role, turn uint8) session.PeerState {
	return session.PeerState{Peer: wire.Peer{ID: 7, Role: role, Name: "Aki"},
		Presence: session.PresenceState{Call: session.Call{Turn: turn, To: session.Rect{X: 2000, Y: 100, W: 400, H: 300}}}}
}

func TestCall_P26_brings_everyone_and_leads_back(t *testing.T) {
	b, _ := newBoard(t, 6, 3, 20)
	b.look(Camera{0, 0, 1})
	was := b.cam
	b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 1)})
	if b.cam != was || b.called != nil {
		t.Error("a call from before this person came moved the map")
	}
	b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 2)})
	if x, y := b.cam.Screen(2200, 250); b.cam == was || x < 0 || x > b.width || y < 0 || y > b.height || b.called == nil {
		t.Errorf("the place called to is at %v, %v", x, y)
	}
	there := b.cam
	b.look(b.cam.Pan(50, 0))
	b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 2)}) // the same call again
	if b.cam == there {
		t.Error("one call moved the map twice")
	}
}

func TestCall_P26_leaves_alone_who_must_not_be_moved(t *testing.T) {
	for name, set := range map[string]func(b *Board, p *session.PeerState){
		"a participant calls": func(_ *Board, p *session.PeerState) { p.Role = wire.RoleEdit },
		"opted out":           func(b *Board, _ *session.PeerState) { b.stays = true },
		"writing":             func(b *Board, _ *session.PeerState) { b.write(b.m.Notes()[0].ID) },
		"no place":            func(_ *Board, p *session.PeerState) { p.Presence.Call.To = session.Rect{} },
	} {
		b, _ := newBoard(t, 6, 3, 20)
		b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 1)})
		p := caller(wire.RoleOwner, 2)
		set(b, &p)
		was := b.cam
		if b.SetPeers([]session.PeerState{p}); b.cam != was {
			t.Errorf("%s: the map was moved", name)
		}
		if told := b.called != nil; told != (name == "opted out" || name == "writing") {
			t.Errorf("%s: told: %v", name, told)
		}
	}
}

func TestCall_P26_is_presence_and_names_the_cell(t *testing.T) {
	b, a := newBoard(t, 2, 2, 4)
	shows(b)
	phase, lane := b.m.Phases()[1].ID, b.m.Lanes()[0].ID
	edits := a.edits
	b.bring(scene.Target{Kind: scene.OnCell, Phase: phase, Lane: lane})
	if c := a.present.Call; a.edits != edits || c.Turn == 0 || c.Phase != phase || c.Lane != lane || float64(c.To.W) != rectOf(b.scene.Cell(phase, lane)).W {
		t.Errorf("%+v", c)
	}
	var heard []crdt.ID
	b.o.OnCalled = func(_ string, p, l crdt.ID) { heard = append(heard, p, l) }
	b.width = 0 // the list stands instead
	b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 1)})
	b.SetPeers([]session.PeerState{caller(wire.RoleOwner, 2)})
	if len(heard) != 2 {
		t.Error("who looks at the list was not told")
	}
}
