package board

import (
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// burst is a reaction that flies by.
type burst struct {
	face string
	turn uint8
	x, y float64 // world
	till int64
	mine bool
	n    int32
}

const burstTime = 1800 // milliseconds

// meet takes in who else is here and what they do.
func (b *Board) meet(peers []session.PeerState) {
	for i := range peers {
		p := &peers[i]
		for j := range b.peers {
			o := &b.peers[j]
			if o.ID == p.ID && p.Presence.Reaction != "" && (o.Presence.Reaction != p.Presence.Reaction || o.Presence.ReactionTurn != p.Presence.ReactionTurn) {
				b.react(p.Presence.Reaction, p.Presence.Cursor, false)
			}
		}
	}
	b.hear(peers)
	count, open := len(b.peers), b.OpenToFollow()
	carried := len(b.gone)
	b.peers = append(b.peers[:0], peers...)
	clear(b.gone)
	following := false
	for i := range b.peers {
		p := &b.peers[i]
		for _, d := range p.Presence.Dragging {
			if _, mine := b.held[d.ID]; !mine {
				b.gone[d.ID] = scene.Point{X: d.X, Y: d.Y}
			}
		}
		if b.follow != 0 && p.ID == b.follow && p.Presence.Viewport.W > 0 {
			following = true
		}
	}
	b.goAlong()
	if carried+len(b.gone) > 0 {
		b.stale |= 1 << scene.LayerLinks
	}
	if b.follow != 0 && !following {
		b.follow = 0
		b.renew()
	}
	if count != len(b.peers) {
		b.renew()
	}
	if b.menu.open && b.menu.people && open != b.OpenToFollow() {
		b.menu.items = b.peopleItems()
		b.renew()
	}
}

// OpenToFollow tells apart, as a number, who of the others shows what they see.
func (b *Board) OpenToFollow() (sum uint64) {
	for i := range b.peers {
		if p := &b.peers[i]; p.Presence.Viewport.W > 0 {
			sum += uint64(p.ID) * 0x9e3779b97f4a7c15
		}
	}
	return sum
}

// followTo shows what the followed person sees.
func (b *Board) followTo(v session.Rect) {
	if v.W <= 0 || v.H <= 0 || b.width < 1 {
		return // another view is looked at: that goes along itself
	}
	z := min(b.width/float64(v.W), b.height/float64(v.H))
	to := Camera{b.width/2 - (float64(v.X)+float64(v.W)/2)*z, b.height/2 - (float64(v.Y)+float64(v.H)/2)*z, z}
	if c := b.destination(); abs(c.X-to.X) > 2 || abs(c.Y-to.Y) > 2 || abs(c.Z-to.Z) > 0.01 {
		follow := b.follow
		b.fly(to)
		b.follow = follow
	}
}

// color is this person's: the edge of the department's tone, none without one.
func (b *Board) color() uint32 {
	d := b.department()
	if d.IsZero() {
		return 0
	}
	return hexColor(b.scene.Tone(d).Edge().Hex(scene.Light))
}

func hexColor(hex string) (v uint32) {
	for i := 1; i < len(hex); i++ {
		c := hex[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		}
		v = v<<4 | uint32(c)
	}
	return v
}

// peerColor is the colour of someone else: what they say, if white reads on it,
// else one of their own.
func (b *Board) peerColor(p *session.PeerState) string {
	if c := p.Presence.Color; c != 0 && readable(c) {
		const digits = "0123456789abcdef"
		out := [7]byte{'#'}
		for i := 6; i > 0; i-- {
			out[i] = digits[c&15]
			c >>= 4
		}
		return string(out[:])
	}
	return personColors[int(p.ID)%len(personColors)]
}

// readable reports whether white text can be read on a colour (3:1, for the bold
// names of cursors).
func readable(c uint32) bool {
	lum := 0.0
	for i, k := range [...]float64{0.0722, 0.7152, 0.2126} {
		v := float64(c>>(8*i)&255) / 255
		lum += k * v * v // close enough to the sRGB curve
	}
	return 1.05/(lum+0.05) >= 3
}

var personColors = [...]string{"#b0452c", "#8f5200", "#6b6400", "#3d7a12", "#0f7a3d", "#007a6c", "#00738c", "#2a68b8", "#6f4bb3", "#95408e", "#a93a58"}

// glidingMax is how many people's cursors glide from place to place. Each is a
// layer and an animation of its own: forty of them cost more than the map.
const glidingMax = 12

// paintPeople draws the others: cursors, what they have selected, who is writing
// where, and reactions on their way.
func (b *Board) paintPeople() {
	line := 1 / b.cam.Z
	tags := map[crdt.ID]int{}
	cursor := "b-cursor"
	if len(b.peers) > glidingMax {
		cursor = "b-cursor is-many"
	}
	for i := range b.peers {
		p := &b.peers[i]
		color := b.peerColor(p)
		if c := p.Presence.Cursor; c != nil && !p.Presence.Away {
			x, y := b.cam.Screen(float64(c.X), float64(c.Y))
			if x > -60 && y > -40 && x < b.width+40 && y < b.height+40 {
				b.slots.get(owner{part: ofCursor, n: int32(p.ID)}, tmplCursor, layerAir).class(cursor).
					place(x, y).color(varColor, color).text(2, b.peerName(p))
			}
		}
		if b.far {
			continue
		}
		for k, id := range p.Presence.Selection {
			n := b.scene.Note(id)
			if n == nil || id == p.Presence.Writing {
				continue
			}
			r := b.box(n).Grow(3 + 3*float64(tags[id]))
			tags[id]++
			b.slots.get(owner{part: ofOutline, id: crdt.ID{Counter: uint64(p.ID)}, n: int32(k)}, tmplBox, layerOver).
				class("b-outline").place(r.X, r.Y).size(r.W, r.H).color(varColor, color)
		}
		if w := p.Presence.Writing; !w.IsZero() {
			if r, ok := b.writtenBox(w); ok {
				b.slots.get(owner{part: ofOutline, id: crdt.ID{Counter: uint64(p.ID)}, n: -1}, tmplBox, layerOver).
					class("b-outline").place(r.X-3, r.Y-3).size(r.W+6, r.H+6).color(varColor, color)
				b.slots.get(owner{part: ofTag, id: crdt.ID{Counter: uint64(p.ID)}}, tmplBox, layerOver).
					class("b-tag is-writing").place(r.X-3, r.Y-22-20*float64(tags[w])*line).color(varColor, color).text(0, b.peerName(p))
				tags[w]++
			}
		}
	}
	now := b.host.now()
	kept := b.bursts[:0]
	for _, u := range b.bursts {
		if u.till <= now {
			continue
		}
		kept = append(kept, u)
		x, y := b.cam.Screen(u.x, u.y)
		b.slots.get(owner{part: ofBurst, n: u.n}, tmplBox, layerAir).class("b-burst").place(x, y).text(0, u.face)
	}
	b.bursts = kept
}

func (b *Board) peerName(p *session.PeerState) string {
	if p.Name == "" {
		return b.t("someone")
	}
	return p.Name
}

// writtenBox is where a text stands that someone writes: a note's, or a head's.
func (b *Board) writtenBox(id crdt.ID) (Rect, bool) {
	if n := b.scene.Note(id); n != nil {
		return b.box(n), true
	}
	if p := b.scene.Phase(id); p != nil {
		return rectOf(p.Head), true
	}
	if l := b.scene.Lane(id); l != nil {
		return rectOf(l.Label), true
	}
	return Rect{}, false
}

// react shows a reaction where its sender points, and sends one's own.
func (b *Board) react(face string, at *session.Point, mine bool) {
	x, y := b.cam.World(b.width/2, b.height*0.6)
	if at != nil {
		x, y = float64(at.X), float64(at.Y)
	}
	b.nextEdit++
	b.bursts = append(b.bursts, burst{face: face, turn: uint8(b.nextEdit), x: x, y: y, till: b.host.now() + burstTime, mine: mine, n: int32(b.nextEdit)})
	b.host.after(burstTime+20, b.host.request)
	if mine {
		b.present()
	}
	b.host.request()
}

// React lets a face fly by for all who look at the board.
func (b *Board) React(face string) { b.react(face, nil, true) }

// openPeopleMenu lists who is here, to follow one of them.
func (b *Board) openPeopleMenu() {
	b.showMenu(b.width-240, b.height-120, nil, b.peopleItems()...)
	b.menu.people = true
}

func (b *Board) peopleItems() []item {
	var items []item
	for i := range b.peers {
		p := &b.peers[i]
		id := p.ID
		text, ok := b.followText(p)
		if !ok {
			continue // does not want to be followed
		}
		items = append(items, item{text: text, do: func() { b.Follow(id) }})
	}
	if len(items) == 0 {
		items = append(items, item{text: b.t("alone"), do: func() {}})
	}
	private, stays := b.Wishes()
	items = append(items, item{}, item{text: private, do: b.SwitchPrivate}, item{text: stays, do: b.SwitchStays})
	if b.o.Leads {
		items = append(items, item{}, item{text: b.t("bring"), do: func() { b.bring(scene.Target{}) }})
	}
	return items
}
