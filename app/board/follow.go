package board

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Following is the same in every view, and the board keeps it for all of them: a
// person is at one place. On the board the camera goes along; the other views ask
// Looks and go along themselves.

// Follow goes along with what someone sees; the same again ends it, as does every
// move of one's own on the board.
func (b *Board) Follow(id wire.PeerID) {
	if b.follow == id {
		b.follow = 0
	} else {
		b.follow = id
		b.goAlong()
	}
	b.renew()
}

// Followed is who is followed, and by what name; zero for nobody.
func (b *Board) Followed() (wire.PeerID, string) { return b.follow, b.followed() }

// followed is the name of who is followed, or empty.
func (b *Board) followed() string {
	if p := b.peer(b.follow); p != nil {
		return b.peerName(p)
	}
	return ""
}

func (b *Board) peer(id wire.PeerID) *session.PeerState {
	for i := range b.peers {
		if id != 0 && b.peers[i].ID == id {
			return &b.peers[i]
		}
	}
	return nil
}

// goAlong shows what the followed person sees.
func (b *Board) goAlong() {
	if p := b.peer(b.follow); p != nil {
		b.followTo(p.Presence.Viewport)
	}
}

// FollowChoice is somebody who can be followed, or is.
type FollowChoice struct {
	ID   wire.PeerID
	Text string
	On   bool
}

// FollowChoices are all who let themselves be followed.
func (b *Board) FollowChoices() (all []FollowChoice) {
	for i := range b.peers {
		if text, ok := b.followText(&b.peers[i]); ok {
			all = append(all, FollowChoice{b.peers[i].ID, text, b.peers[i].ID == b.follow})
		}
	}
	return all
}

func (b *Board) followText(p *session.PeerState) (text string, ok bool) {
	if b.follow == p.ID {
		return b.t("unfollow", b.peerName(p)), true
	}
	return b.t("follow", b.peerName(p)), p.Presence.Viewport.W > 0
}

// Wishes are what SwitchPrivate and SwitchStays would do now, in words.
func (b *Board) Wishes() (private, stays string) {
	private, stays = "private", "stay"
	if b.private {
		private = "public"
	}
	if b.stays {
		stays = "comealong"
	}
	return b.t(private), b.t(stays)
}

// SwitchPrivate lets nobody follow this person, or everybody again.
func (b *Board) SwitchPrivate() {
	b.private = !b.private
	b.keep("board.private", b.private)
	b.present()
}

// SwitchStays lets nobody move this person's view, or the facilitator again.
func (b *Board) SwitchStays() {
	b.stays = !b.stays
	b.keep("board.stays", b.stays)
}

// Looks is what the followed person is at: the note that they write in or have
// selected, and the cell in the middle of what they see. Zero for what there is not.
func (b *Board) Looks() (note crdt.ID, cell journey.Cell) {
	p := b.peer(b.follow)
	if p == nil {
		return note, cell
	}
	for _, id := range append([]crdt.ID{p.Presence.Writing}, p.Presence.Selection...) {
		if n := b.m.Note(id); n != nil {
			return id, n.Place.Cell()
		}
	}
	v := p.Presence.Viewport
	cell.Phase, cell.Lane, _ = b.scene.CellAt(v.X+v.W/2, v.Y+v.H/2)
	return note, cell
}

// attention is what this person is at in another view than the board.
type attention struct {
	note crdt.ID
	cell journey.Cell
}

// Attend tells what this person is at in another view, for those who follow.
func (b *Board) Attend(note crdt.ID, cell journey.Cell) {
	if at := (attention{note, cell}); b.at != at {
		b.at = at
		b.present()
	}
}

// attendedWidth and attendedHeight are what who follows from a board sees around
// what is attended to: enough to know where one is.
const attendedWidth, attendedHeight = 1200, 750

func (b *Board) attended() Rect {
	r := rectOf(b.scene.Cell(b.at.cell.Phase, b.at.cell.Lane))
	if n := b.scene.Note(b.at.note); n != nil {
		r = rectOf(n.Rect)
	}
	if r.Empty() {
		return Rect{}
	}
	x, y := r.Center()
	w, h := max(r.W, attendedWidth), max(r.H, attendedHeight)
	return Rect{x - w/2, y - h/2, w, h}
}
