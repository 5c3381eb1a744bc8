package scene

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// roles draws which department is there for the customer in which phase, by which
// channels, and where the journey is handed from one to another. The channel
// dictionary says whose a touchpoint is.
func (v *view) roles() {
	departments := v.m.Departments()
	if len(departments) == 0 || len(v.Phases) == 0 {
		v.nothing()
		return
	}
	const label, colWidth = 190, 262
	y := float32(viewTop)
	for i := range v.Phases {
		v.chevron(&v.Phases[i], Rect{label + float32(i)*colWidth, y, colWidth, 50}, i == 0, "")
	}
	y += 50 + 12
	handovers := v.handovers()
	cells := map[[2]crdt.ID]journey.RoleCell{}
	for _, c := range v.m.Roles() {
		cells[[2]crdt.ID{c.Department, c.Phase}] = c
	}
	for _, d := range departments {
		high := float32(60)
		for i := range v.Phases {
			high = max(high, v.role(cells[[2]crdt.ID{d.ID, v.Phases[i].ID}], 0, 0, colWidth, true)+8)
		}
		tone := v.Tone(d.ID)
		row := Rect{0, y, label + float32(len(v.Phases))*colWidth, high}
		v.frame(row, 8, InkCard, InkRule, 1, Solid)
		v.box(Rect{0, y, 6, high}, 3, tone.Edge())
		for i, line := range v.wrap.Lines(nil, v.names[d.ID], 14, (label-40)/boldFactor) {
			v.words(20, y+26+float32(i)*18, 14, InkText, AtStart, true, line)
		}
		for i := range v.Phases {
			x := label + float32(i)*colWidth
			v.line(x, y+8, x, y+high-8, InkRule, 1, Solid)
			v.role(cells[[2]crdt.ID{d.ID, v.Phases[i].ID}], x, y, colWidth, false)
		}
		v.use(row)
		y += high + 10
	}
	y += 22
	v.words(0, y, 14, InkText, AtStart, true, v.word("scene.roles.handovers"))
	y += 12
	if len(handovers) == 0 {
		v.words(0, y+14, 12, InkTextSoft, AtStart, false, v.word("scene.empty"))
		y += 24
	}
	for _, h := range handovers {
		x := float32(0)
		for i, id := range [...]crdt.ID{h.from, h.to} {
			tone, name := v.Tone(id), v.names[id]
			w := Width(name, 12) + 30
			if i == 1 {
				v.path(string(pen(nil).to('M', x+6, y+14).to('L', x+26, y+14).to('M', x+20, y+9).to('L', x+26, y+14).to('L', x+20, y+19)), InkNone, InkTextSoft, 1.6)
				x += 34
			}
			v.frame(Rect{x, y + 3, w, 22}, 4, tone.Fill(), tone.Edge(), 1, Solid)
			v.words(x+15, y+18, 12, tone.Ink(), AtStart, false, name)
			x += w
		}
		v.words(x+14, y+18, 12, InkTextSoft, AtStart, false, v.word("scene.roles.times", h.times, h.where))
		v.use(Rect{0, y, x + 300, 28})
		y += 30
	}
	v.h = max(v.h, y)
}

// role draws what a department does in a phase: the channels that it answers for,
// the touchpoints there, and its measures. It gives back how high that is; with
// measure it only measures.
func (v *view) role(c journey.RoleCell, x, y, width float32, measure bool) float32 {
	at := y + 10
	if len(c.Touch)+len(c.Measures) == 0 {
		if !measure {
			v.words(x+14, at+16, 12, InkTextFaint, AtStart, false, v.word("scene.roles.none"))
		}
		return 36
	}
	said := ""
	for _, id := range c.Channels {
		if channel := v.m.Channel(id); channel != nil {
			said = join(" · ", said, oneLine(channel.Name.In(string(v.Options.Lang))))
		}
	}
	for i, line := range v.few(said, 11.5, width-28, 2) {
		if i == 0 && line == "" {
			break
		}
		if !measure {
			v.words(x+14, at+14, 11.5, InkTextSoft, AtStart, true, line)
		}
		at += 16
	}
	at += 4
	for _, part := range [...]struct {
		key   string
		notes []crdt.ID
	}{{"", c.Touch}, {"scene.roles.measures", c.Measures}} {
		if part.key != "" && len(part.notes) > 0 {
			if !measure {
				v.words(x+14, at+12, 11.5, InkTextSoft, AtStart, false, v.word(part.key))
			}
			at += 20
		}
		for _, id := range part.notes {
			if n := v.m.Note(id); n != nil {
				at += v.card(n, x+14, at, width-28, 2, measure) + 8
			}
		}
	}
	return at - y
}

type handover struct {
	from, to crdt.ID
	times    int
	where    string // the phases
}

// handovers counts where one touchpoint and the next are different departments',
// the most frequent first.
func (v *view) handovers() []handover {
	var out []handover
	for _, one := range v.m.Handovers() {
		k := slices.IndexFunc(out, func(h handover) bool { return h.from == one.From && h.to == one.To })
		if k < 0 {
			k = len(out)
			out = append(out, handover{from: one.From, to: one.To})
		}
		out[k].times++
		if name := v.phaseName(one.Phase); out[k].where == "" {
			out[k].where = name
		} else if !hasPart(out[k].where, name) {
			out[k].where += v.comma() + name
		}
	}
	slices.SortStableFunc(out, func(a, b handover) int { return b.times - a.times })
	return out
}

func hasPart(list, part string) bool {
	return list == part || len(list) > len(part) && list[len(list)-len(part):] == part
}
