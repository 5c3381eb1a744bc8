package scene

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
)

// The matrix has five steps of feasibility across (6 − effort) and five of impact
// upwards; each field stacks its notes and its row grows with the fullest one.
const (
	matrixField = 236
	matrixLeast = 96
	matrixLeft  = 96
)

func (v *view) matrix() {
	var fields [5][5][]*journey.Note // [row from the top][column]
	var without []*journey.Note
	for _, kind := range [...]journey.LaneKind{journey.Measure, journey.Opportunity} {
		for _, n := range v.m.NotesOf(kind) {
			if n.Impact >= 1 && n.Impact <= 5 && n.Effort >= 1 && n.Effort <= 5 {
				fields[5-n.Impact][5-n.Effort] = append(fields[5-n.Impact][5-n.Effort], n)
			} else {
				without = append(without, n)
			}
		}
	}
	y := float32(viewTop)
	top := y
	var tops [6]float32
	for row := range 5 {
		high := float32(matrixLeast)
		for col := range 5 {
			h := float32(20)
			for _, n := range fields[row][col] {
				h += v.card(n, 0, 0, matrixField-28, 3, true) + 8
			}
			high = max(high, h)
		}
		tops[row] = y
		y += high
	}
	tops[5] = y
	v.d.rows = tops
	right := float32(matrixLeft + 5*matrixField)
	v.frame(Rect{matrixLeft, top, right - matrixLeft, y - top}, 10, InkCard, InkRule, 1, Solid)
	// the corner where much is won for little
	v.add(Mark{Shape: Box, Rect: Rect{matrixLeft + 3*matrixField, top, 2 * matrixField, tops[2] - top}, Radius: 10, Fill: InkGoodSoft, Fade: 0.35})
	for i := 1; i < 5; i++ {
		v.line(matrixLeft+float32(i)*matrixField, top, matrixLeft+float32(i)*matrixField, y, InkRule, 1, Solid)
		v.line(matrixLeft, tops[i], right, tops[i], InkRule, 1, Solid)
	}
	v.words(right-14, top+18, 12, InkGood, AtEnd, true, v.word("scene.matrix.first"))
	for row := range 5 {
		v.words(matrixLeft-16, (tops[row]+tops[row+1])/2+5, 14, InkTextSoft, AtEnd, true, strconv.Itoa(5-row))
		for col := range 5 {
			cy := tops[row] + 14
			if row == 0 && col == 4 {
				cy += 14
			}
			for _, n := range fields[row][col] {
				cy += v.card(n, matrixLeft+float32(col)*matrixField+14, cy, matrixField-28, 3, false) + 8
			}
		}
	}
	for col := range 5 {
		v.words(matrixLeft+(float32(col)+0.5)*matrixField, y+24, 14, InkTextSoft, AtMiddle, true, strconv.Itoa(col+1))
	}
	v.words(0, top+14, 12.5, InkText, AtStart, true, v.word("scene.matrix.impact"))
	v.words(right, y+46, 12.5, InkText, AtEnd, true, v.word("scene.matrix.feasible"))
	y += 56
	v.words(matrixLeft, y+14, 13, InkText, AtStart, true, v.word("scene.matrix.unscored"))
	y += 26
	for i, n := range without {
		v.card(n, matrixLeft+float32(i%5)*matrixField+14, y+float32(i/5)*76, matrixField-28, 3, false)
	}
	y += float32(max(1, (len(without)+4)/5)) * 76
	v.use(Rect{0, 0, right, y})
}

// MatrixAt is the impact and effort that a note dropped at a point of the matrix
// has; not ok beside it. Rows are as high as the drawn view's.
func (d *Drawn) MatrixAt(x, y float32) (impact, effort int, ok bool) {
	col := int((x - matrixLeft) / matrixField)
	if x < matrixLeft || col > 4 {
		return 0, 0, false
	}
	for row := range 5 {
		if y >= d.rows[row] && y < d.rows[row+1] {
			return 5 - row, 5 - col, true
		}
	}
	return 0, 0, false
}

// MatrixField is where notes of an impact and an effort stand in the matrix; for
// those without it is the tray below.
func (d *Drawn) MatrixField(impact, effort int) Rect {
	if impact < 1 || impact > 5 || effort < 1 || effort > 5 {
		return Rect{matrixLeft, d.rows[5] + 60, 5 * matrixField, d.Bounds.Bottom() - margin - d.rows[5] - 60}
	}
	row, col := 5-impact, 5-effort
	return Rect{matrixLeft + float32(col)*matrixField, d.rows[row], matrixField, d.rows[row+1] - d.rows[row]}
}
