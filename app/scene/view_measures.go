package scene

import (
	"cmp"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
)

// measures draws what is to be done as a list: by due date, without one last.
func (v *view) measures() {
	notes := slices.Clone(v.m.NotesOf(journey.Measure))
	if len(notes) == 0 {
		v.nothing()
		return
	}
	slices.SortStableFunc(notes, func(a, b *journey.Note) int {
		if (a.Due == "") != (b.Due == "") {
			return cmp.Compare(len(b.Due), len(a.Due))
		}
		return cmp.Compare(a.Due, b.Due)
	})
	columns := [...]struct {
		key string
		w   float32
	}{{"status", 116}, {"measure", 420}, {"answers", 330}, {"owner", 190}, {"due", 100}, {"score", 120}, {"kpi", 220}}
	x, y := float32(0), float32(viewTop)
	total := float32(0)
	for _, c := range columns {
		v.words(x+12, y+18, 12, InkTextSoft, AtStart, true, v.word("scene.measures."+c.key))
		x += c.w
		total += c.w
	}
	y += 30
	for _, n := range notes {
		text := v.wrap.Lines(nil, n.Text, 13, columns[1].w-28)
		var answers []string
		for _, l := range v.m.LinksFrom(n.ID) {
			if at := v.m.Note(l.To); at != nil && l.Rel == journey.Answers {
				answers = append(answers, v.wrap.Lines(nil, "– "+oneLine(at.Text), 12, columns[2].w-24)...)
			}
		}
		h := float32(max(len(text), len(answers), 1))*19 + 18
		r := Rect{0, y, total, h}
		v.begin(OnNote, n.ID, r, v.Describe(Target{Kind: OnNote, ID: n.ID}))
		v.frame(r, 6, InkCard, InkRule, 1, Solid)
		tone := v.tones.Of(n)
		v.box(Rect{0, y, 5, h}, 2, tone.Edge())
		x = 0
		base := y + 22
		if g := StatusSign(n.Status); g != SignNone {
			ink := InkTextSoft
			switch n.Status {
			case journey.Done:
				ink = InkGood
			case journey.Doing:
				ink = InkAccent
			}
			v.path(string(pen(nil).sign(g, 14, y+11, 14)), ink, InkNone, 0)
			v.words(34, base, 12, ink, AtStart, true, v.word(g.Key()))
		}
		x += columns[0].w
		for i, line := range text {
			v.words(x+12, base+float32(i)*19, 13, InkText, AtStart, false, line)
		}
		x += columns[1].w
		for i, line := range answers {
			v.words(x+12, base+float32(i)*19, 12, InkTextSoft, AtStart, false, line)
		}
		x += columns[2].w
		if owner := v.names[n.Owner]; owner != "" {
			v.box(Rect{x + 12, y + 12, 11, 11}, 3, v.Tone(n.Owner).Edge())
			v.words(x+30, base, 12, InkText, AtStart, false, Clip(owner, 12, columns[3].w-42))
		} else {
			v.words(x+12, base, 12, InkBad, AtStart, true, v.word("scene.measures.nobody"))
		}
		x += columns[3].w
		if n.Due != "" {
			v.words(x+12, base, 12, InkText, AtStart, false, shortDate(n.Due, v.Options.Lang))
		} else {
			v.words(x+12, base, 12, InkBad, AtStart, true, v.word("scene.measures.never"))
		}
		x += columns[4].w
		if n.Impact > 0 && n.Effort > 0 {
			v.words(x+12, base, 12, InkTextSoft, AtStart, false, v.word("scene.measures.scores", n.Impact, n.Effort))
		}
		x += columns[5].w
		if k := v.m.KPI(n.KPI); k != nil {
			v.words(x+12, base, 12, InkTextSoft, AtStart, false, Clip(oneLine(k.Name.In(string(v.Options.Lang))), 12, columns[6].w-20))
		}
		v.end()
		y += h + 8
	}
	v.h = y
}
