package board

import (
	"cmp"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// uploaded is what became of a picture that was sent to the server.
type uploaded struct {
	status  int // of the answer; 0: none came; kept: none came, and it is sent later
	id      string
	w, h    float64
	message string // why not, in the reader's words
}

const (
	ImageSide   = 320.0 // a new picture is not larger than this
	imagesAtOne = 12    // files that one drop or paste takes
	kept        = 202   // a status of the browser's own: web/loader.js keeps the picture
)

// imageAt is the address of a picture of this map.
func (b *Board) imageAt(id string) string { return b.o.Path + "/images/" + id }

// addImages sends pictures to the server and puts those that it took on the map,
// side by side with the first one's middle at a point of the world. All of them
// are one step of undo.
func (b *Board) addImages(files []file, x, y float64) bool {
	if len(files) == 0 || b.o.ReadOnly {
		return false
	}
	if len(files) > imagesAtOne {
		b.say("toomanyimages", imagesAtOne)
		return true
	}
	b.say("imagesending")
	b.addImage(files, x, y, b.group("image"))
	return true
}

func (b *Board) addImage(files []file, x, y float64, group string) {
	b.host.upload(b.imagesTo(), files[0], func(u uploaded) {
		if b.taken(u) {
			k := min(1, ImageSide/max(u.w, u.h))
			r := Rect{x - u.w*k/2, y - u.h*k/2, max(24, u.w*k), max(24, u.h*k)}
			b.edit(group, func(e *crdt.Edit) {
				id := b.m.AddDrawing(e, journey.Drawing{Kind: journey.KindImage, Image: u.id, Place: b.scene.PlaceAt(float32(r.X), float32(r.Y)),
					W: float32(r.W), H: float32(r.H), Author: b.o.Name})
				b.choose()
				b.chosen = scene.Target{Kind: scene.OnDrawing, ID: id}
			})
			b.say(map[bool]string{true: "imagekept", false: "imageadded"}[u.status == kept])
			x += r.W + journey.NoteGap
		} else if u.status == 0 {
			return
		}
		if len(files) > 1 {
			b.addImage(files[1:], x, y, group)
		}
	})
}

// pickImages asks for files.
func (b *Board) pickImages() {
	b.host.pickFiles(imageKinds, func(files []file) {
		x, y := b.cam.World(b.width/2, b.height/2)
		b.addImages(files, x, y)
	})
}

// notePicture is a note's own picture, which the storyboard shows.
func (b *Board) notePicture(n *journey.Note) app.UI {
	id := n.ID
	set := func(image string) {
		b.edit(b.group("image"), func(e *crdt.Edit) { b.m.SetNoteImage(e, id, image) })
		b.renew()
	}
	if n.Image != "" {
		return b.field(b.t("notepicture"), app.Div().Class("b-choices").Body(
			app.Img().Class("b-picture").Src(b.imageAt(n.Image)).Alt(""),
			b.pill(b.t("notepicture.off"), false, func() { set("") }, "picture-off", id.String())))
	}
	return b.field(b.t("notepicture"), app.Div().Class("b-choices").Body(b.pill(b.t("do.image"), false, func() {
		b.host.pickFiles(imageKinds, func(files []file) {
			if len(files) == 0 {
				return
			}
			b.say("imagesending")
			b.host.upload(b.imagesTo(), files[0], func(u uploaded) {
				if b.taken(u) {
					set(u.id)
					if u.status == kept {
						b.say("imagekept")
					}
				}
			})
		})
	}, "picture", id.String())))
}

// imagesTo is where pictures of this map are sent.
func (b *Board) imagesTo() string { return "/api" + b.o.Path + "/images?lang=" + string(b.o.Lang) }

const imageKinds = "image/png,image/jpeg,image/webp,image/gif,image/heic"

// taken reports whether the server took a picture, and says why not.
func (b *Board) taken(u uploaded) bool {
	switch {
	case u.status == 0:
		b.say("imageoffline")
	case u.id == "" || u.w < 1 || u.h < 1:
		b.tell(u.message)
	default:
		return true
	}
	return false
}

// pictureRefused takes off what the server does not take after all.
func (b *Board) pictureRefused(image, why string) {
	b.tell(why)
	b.edit(b.group("image"), func(e *crdt.Edit) {
		for _, d := range b.m.Drawings() {
			if d.Image == image {
				b.m.DeleteDrawing(e, d.ID)
			}
		}
		for _, n := range b.m.Notes() {
			if n.Image == image {
				b.m.SetNoteImage(e, n.ID, "")
			}
		}
		for _, p := range b.m.Personas() {
			if p.Portrait == image {
				bare := *p
				bare.Portrait = ""
				b.m.SetPersona(e, p.ID, bare)
			}
		}
	})
}

// dropped: files were let go over the board.
func (b *Board) dropped(files []file, sx, sy float64) {
	x, y := b.cam.World(sx, sy)
	b.addImages(files, x, y)
}

// drawingBox is a drawing's box, nil when there is none.
func (b *Board) drawingBox(id crdt.ID) *scene.DrawingBox {
	for i := range b.scene.Drawings {
		if b.scene.Drawings[i].ID == id {
			return &b.scene.Drawings[i]
		}
	}
	return nil
}

// handleReach is how near its lower right corner a drawing is taken by it.
const handleReach = 14

// onHandle reports whether a point of the world is on the handle of the chosen
// drawing, by which it is made larger.
func (b *Board) onHandle(x, y float64) *scene.DrawingBox {
	d := b.drawingBox(b.chosen.ID)
	if d == nil || b.chosen.Kind != scene.OnDrawing || d.Kind == journey.KindStroke || d.Turn != 0 || b.o.ReadOnly || d.Locked {
		return nil
	}
	reach := (handleReach + b.reach) / b.cam.Z
	if r := rectOf(d.Rect); abs(x-r.Right()) > reach || abs(y-r.Bottom()) > reach {
		return nil
	}
	return d
}

// sizeDrag makes a drawing larger or smaller; a picture keeps its proportions.
type sizeDrag struct {
	id     crdt.ID
	box    Rect
	x0, y0 float64
	keep   bool
	now    Rect
}

func (d *sizeDrag) move(b *Board, x, y float64, p press) {
	d.now = Rect{d.box.X, d.box.Y, max(24, d.box.W+x-d.x0), max(24, d.box.H+y-d.y0)}
	if d.keep != (p.mods&shift != 0) {
		k := max(d.now.W/d.box.W, d.now.H/d.box.H, 24/min(d.box.W, d.box.H))
		d.now.W, d.now.H = d.box.W*k, d.box.H*k
	}
}

func (d *sizeDrag) drop(b *Board) {
	b.edit(b.group("size"), func(e *crdt.Edit) { b.m.ResizeDrawing(e, d.id, float32(d.now.W), float32(d.now.H)) })
}
func (d *sizeDrag) cancel(*Board) {}
func (d *sizeDrag) paint(b *Board) {
	r := d.now
	b.slots.get(owner{part: ofOutline, n: 2004}, tmplBox, layerOver).class("b-headlight").place(r.X, r.Y).size(r.W, r.H)
}

// paintChosenDrawing outlines the chosen drawing and shows its handle.
func (b *Board) paintChosenDrawing() {
	for i, id := range b.with {
		if d := b.drawingBox(id); d != nil {
			r := rectOf(d.Rect).Grow(3)
			b.slots.get(owner{part: ofOutline, n: 4000 + int32(i)}, tmplBox, layerOver).class("b-chosen").place(r.X, r.Y).size(r.W, r.H)
		}
	}
	d := b.drawingBox(b.chosen.ID)
	if d == nil || b.chosen.Kind != scene.OnDrawing {
		return
	}
	r, line := rectOf(d.Rect).Grow(3), 1/b.cam.Z
	b.slots.get(owner{part: ofOutline, n: 2005}, tmplBox, layerOver).class("b-chosen").place(r.X, r.Y).size(r.W, r.H)
	if b.onHandle(float64(d.Rect.Right()), float64(d.Rect.Bottom())) != nil {
		b.slots.get(owner{part: ofGrip, n: 10}, tmplBox, layerOver).class("b-grip is-corner").
			place(r.Right()-6*line, r.Bottom()-6*line).size(12*line, 12*line)
	}
}

// copiedFrom is where this browser keeps the page of the map that pictures were
// copied of. It holds a key to the map, so it does not go on the clipboard.
const copiedFrom = "board.copied"

// KeepSource notes down where the pictures of what was copied are to be had.
func (b *Board) KeepSource(c *Copied) {
	if len(c.pictures()) > 0 {
		b.host.remember(copiedFrom, b.o.Path)
	}
}

// WithPictures does something with what was copied once this map has its pictures,
// too; what cannot be had is left out, and lost says so.
func (b *Board) WithPictures(c *Copied, then func(lost string)) {
	if from := b.host.recall(copiedFrom); from != b.o.Path {
		b.fetchPictures(c, c.pictures(), from+"/images/", "", then)
		return
	}
	then("")
}

func (b *Board) fetchPictures(c *Copied, left []string, from, lost string, then func(lost string)) {
	if len(left) == 0 {
		then(lost)
		return
	}
	b.host.fetchPicture(from+left[0], b.imagesTo(), func(ok bool, why string) {
		if !ok {
			c.leaveOut(left[0])
			lost = cmp.Or(why, b.t("say.imagelost"))
		}
		b.fetchPictures(c, left[1:], from, lost, then)
	})
}
