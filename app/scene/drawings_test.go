package scene

import (
	"testing"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// What is drawn by hand is drawn on the notes: a pen's line that went under them
// as soon as it was done would be lost there. Shapes stand behind.
func TestDrawings_by_hand_lie_over_the_notes(t *testing.T) {
	w := newWorkshop(t, 1, journey.Action)
	var pen, shape crdt.ID
	w.edit(func(e *crdt.Edit) {
		pen = w.m.AddDrawing(e, journey.Drawing{Kind: journey.KindStroke, Place: journey.Place{X: 20, Y: 300}, Points: PointsBytes([]float32{0, 0, 90, 40})})
		shape = w.m.AddDrawing(e, journey.Drawing{Kind: journey.KindShape, Place: journey.Place{X: 20, Y: 300}, W: 50, H: 50})
	})
	has := func(l Layer, id crdt.ID) bool {
		for _, m := range Layout(w.m, Options{Lang: "en"}).Marks(l) {
			if m.Shape == Begin && m.Target.ID == id {
				return true
			}
		}
		return false
	}
	if !has(LayerMarkers, pen) || has(LayerDrawings, pen) {
		t.Error("a pen's line is not over the notes")
	}
	if has(LayerMarkers, shape) || !has(LayerDrawings, shape) {
		t.Error("a shape is not behind the notes")
	}
}
