package board

import (
	"github.com/tabi-map/tabi/crdt"
)

// edgeDrag resizes a phase or a lane by its far edge.
type edgeDrag struct {
	id   crdt.ID
	lane bool
	from float64 // the near edge
	size float64
	off  float64
}

func (d *edgeDrag) move(b *Board, x, y float64, _ press) {
	at := x
	if d.lane {
		at = y
	}
	d.size = max(56, round(at-d.off-d.from, 8))
}

func (d *edgeDrag) drop(b *Board) {
	b.edit(b.group("resize"), func(e *crdt.Edit) {
		if d.lane {
			b.m.SetLaneHeight(e, d.id, float32(d.size))
		} else {
			b.m.SetPhaseWidth(e, d.id, float32(d.size))
		}
	})
}

func (d *edgeDrag) cancel(*Board) {}

func (d *edgeDrag) paint(b *Board) {
	all := rectOf(b.scene.Bounds())
	s := b.slots.get(owner{part: ofHead}, tmplBox, layerOver).class("b-insert")
	w := 3 / b.cam.Z
	if d.lane {
		s.place(all.X, d.from+d.size-w/2).size(all.W, w)
	} else {
		s.place(d.from+d.size-w/2, all.Y).size(w, all.H)
	}
}

// orderDrag carries a phase or a lane to another place among its kind.
type orderDrag struct {
	id     crdt.ID
	lane   bool
	box    Rect
	dx, dy float64
	now    Rect
	after  crdt.ID
	mark   float64
	moved  bool
}

func (d *orderDrag) move(b *Board, x, y float64, p press) {
	px, py := b.point(p.x, p.y)
	d.now = Rect{px - d.dx, py - d.dy, d.box.W, d.box.H}
	d.after, d.mark = crdt.ID{}, 0
	if d.lane {
		d.now.X = d.box.X
		for i := range b.scene.Lanes {
			l := &b.scene.Lanes[i]
			if c := l.Row.Center(); py > float64(c.Y) {
				d.after, d.mark = l.ID, float64(l.Row.Bottom())
			}
		}
	} else {
		d.now.Y = d.box.Y
		for i := range b.scene.Phases {
			ph := &b.scene.Phases[i]
			if c := ph.Column.Center(); px > float64(c.X) {
				d.after, d.mark = ph.ID, float64(ph.Column.Right())
			}
		}
	}
	d.moved = true
	b.edgePan(p)
}

func (d *orderDrag) drop(b *Board) {
	if !d.moved || d.after == d.id {
		return
	}
	b.edit(b.group("order"), func(e *crdt.Edit) {
		if d.lane {
			b.m.MoveLane(e, d.id, d.after)
		} else {
			b.m.MovePhase(e, d.id, d.after)
		}
	})
}

func (d *orderDrag) cancel(*Board) {}

func (d *orderDrag) paint(b *Board) {
	grid, w := rectOf(b.scene.Bounds()), 4/b.cam.Z
	r := d.now
	if d.lane {
		b.slots.get(owner{part: ofHead}, tmplBox, layerOver).class("b-insert").place(grid.X, d.mark-w/2).size(grid.W, w)
	} else {
		b.slots.get(owner{part: ofHead}, tmplBox, layerOver).class("b-insert").place(d.mark-w/2, grid.Y).size(w, grid.H)
	}
	x, y := b.cam.Screen(r.X, r.Y)
	if d.lane {
		x += b.leftShift()
	} else {
		y += b.topShift()
	}
	b.slots.get(owner{part: ofOutline, n: 2002}, tmplBox, layerAir).class("b-ghost").place(x, y).size(r.W*b.cam.Z, r.H*b.cam.Z)
}
