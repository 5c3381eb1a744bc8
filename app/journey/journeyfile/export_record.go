package journeyfile

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

func (x *export) theme() *node {
	n, top := &node{kind: object}, crdt.ID{}
	x.text(n, "product", top, journey.ThemeProduct)
	x.text(n, "purpose", top, journey.ThemePurpose)
	x.text(n, "start", top, journey.ThemeStart)
	x.text(n, "goal", top, journey.ThemeGoal)
	t := x.m.Theme()
	n.add("start_note", str(x.id(t.StartNote)))
	n.add("goal_note", str(x.id(t.GoalNote)))
	return x.fill(n, top, journey.ThemeExtra)
}

func (x *export) averages() *node {
	n, top := &node{kind: object}, crdt.ID{}
	x.number(n, "touches", top, journey.AverageTouches)
	x.number(n, "channels", top, journey.AverageChannels)
	x.number(n, "days", top, journey.AverageDays)
	x.str(n, "source", top, journey.AverageSource)
	return x.fill(n, top, journey.AveragesExtra)
}

func (x *export) review() *node {
	n, top := &node{kind: object}, crdt.ID{}
	for _, day := range reviewDates {
		x.str(n, day.key, top, day.field)
	}
	x.str(n, "owner", top, journey.ReviewOwner)
	x.number(n, "days", top, journey.ReviewDays)
	x.text(n, "note", top, journey.ReviewNote)
	return x.fill(n, top, journey.ReviewExtra)
}

func (x *export) mtaoo() *node {
	n := &node{kind: object}
	for i, letter := range letters {
		state := x.m.MTAOO(i)
		s := &node{kind: object}
		s.add("state", str(string(state.State)))
		s.add("notes", str(state.Notes))
		n.add(letter, s)
	}
	return n
}

func (x *export) department(d *journey.Department) *node {
	n := x.begin(d.ID)
	x.name(n, d.ID)
	x.str(n, "color", d.ID, journey.FieldColor)
	return x.fill(n, d.ID, journey.FieldExtra)
}

func (x *export) persona(p *journey.Persona) *node {
	n := x.begin(p.ID)
	x.str(n, "name", p.ID, journey.FieldName)
	x.number(n, "age", p.ID, journey.PersonaAge)
	x.str(n, "role", p.ID, journey.PersonaRole)
	x.str(n, "seniority", p.ID, journey.PersonaSeniority)
	x.str(n, "place", p.ID, journey.PersonaPlace)
	x.str(n, "segment", p.ID, journey.PersonaSegment)
	n.add("issues", strs(p.Issues))
	n.add("needs", strs(p.Needs))
	n.add("motives", strs(p.Motives))
	n.add("goals", strs(p.Goals))
	n.add("purchase_drivers", strs(p.Drivers))
	x.text(n, "quote", p.ID, journey.PersonaQuote)
	x.flag(n, "is_buyer", p.ID, journey.PersonaBuyer)
	x.flag(n, "is_user", p.ID, journey.PersonaUser)
	x.flag(n, "is_stakeholder", p.ID, journey.PersonaStakeholder)
	x.str(n, "portrait", p.ID, journey.PersonaPortrait)
	x.str(n, "color", p.ID, journey.FieldColor)
	return x.fill(n, p.ID, journey.FieldExtra)
}

func (x *export) channel(c *journey.Channel) *node {
	n := x.begin(c.ID)
	x.name(n, c.ID)
	x.str(n, "kind", c.ID, journey.ChannelKindField)
	x.str(n, "device", c.ID, journey.ChannelDevice)
	n.add("owner", str(x.id(c.Owner)))
	n.add("aliases", strs(c.Aliases))
	return x.fill(n, c.ID, journey.FieldExtra)
}

func (x *export) lane(l *journey.Lane, rank float64) *node {
	n := x.begin(l.ID)
	x.str(n, "kind", l.ID, journey.LaneKindField)
	n.add("order", num(rank))
	x.name(n, l.ID)
	x.number(n, "height", l.ID, journey.LaneHeight)
	x.flag(n, "locked", l.ID, journey.LaneLocked)
	x.str(n, "color", l.ID, journey.FieldColor)
	return x.fill(n, l.ID, journey.FieldExtra)
}

func (x *export) phase(p *journey.Phase, rank float64) *node {
	n := x.begin(p.ID)
	n.add("order", num(rank))
	x.name(n, p.ID)
	x.str(n, "demand_layer", p.ID, journey.PhaseDemand)
	x.number(n, "days", p.ID, journey.PhaseDays)
	x.number(n, "touches", p.ID, journey.PhaseTouches)
	x.flag(n, "counted", p.ID, journey.PhaseCounted)
	x.number(n, "satisfaction", p.ID, journey.PhaseSatisfaction)
	x.number(n, "width", p.ID, journey.PhaseWidth)
	x.str(n, "color", p.ID, journey.FieldColor)
	return x.fill(n, p.ID, journey.FieldExtra)
}

func (x *export) boundaries() *node {
	out := &node{kind: list}
	for _, b := range x.m.Boundaries() {
		if !b.Written() && b.External == "" && len(x.doc.Get(b.To, journey.BoundaryExtra)) == 0 {
			continue
		}
		n := &node{kind: object}
		n.add("id", str(b.External))
		n.add("from", str(x.id(b.From)))
		n.add("to", str(x.id(b.To)))
		n.add("attitude_from", str(b.AttitudeFrom))
		n.add("attitude_to", str(b.AttitudeTo))
		n.add("concern", str(b.Concern))
		n.add("attitude_note", str(x.id(b.AttitudeNote)))
		n.add("info_notes", x.ids(b.Info))
		n.add("blockers", x.ids(b.Blockers))
		n.add("measures", x.ids(b.Measures))
		out.items = append(out.items, x.fill(n, b.To, journey.BoundaryExtra))
	}
	return out
}

func (x *export) links(from crdt.ID) *node {
	out := &node{kind: list}
	for _, l := range x.m.LinksFrom(from) {
		if !l.Rel.Connector() || x.m.Note(l.To) == nil {
			continue
		}
		n := &node{kind: object}
		n.add("rel", str(string(l.Rel)))
		n.add("to", str(x.id(l.To)))
		n.add("label", str(l.Label))
		out.items = append(out.items, x.fill(n, l.ID, journey.FieldExtra))
	}
	return out
}

// connectors are the links that stand in no note's list.
func (x *export) connectors() *node {
	return all(x.m.Links(), func(l *journey.Link) *node {
		if x.m.Note(l.From) != nil && x.m.Note(l.To) != nil {
			return nil
		}
		n := &node{kind: object}
		n.add("from", str(x.end(l.From)))
		n.add("to", str(x.end(l.To)))
		n.add("rel", str(string(l.Rel)))
		n.add("label", str(l.Label))
		return x.fill(n, l.ID, journey.FieldExtra)
	})
}

func (x *export) end(id crdt.ID) string {
	kind := listOf(x.doc.Kind(id))
	for name, k := range endKinds {
		if k == kind {
			return name + ":" + x.id(id)
		}
	}
	return ""
}

func (x *export) emotion(e *journey.Emotion) *node {
	n := x.begin(e.ID)
	n.add("persona", str(x.id(e.Persona)))
	n.add("phase", str(x.id(e.Phase)))
	n.add("at", str(x.id(e.Note)))
	x.number(n, "score", e.ID, journey.EmotionScore)
	n.add("label", str(e.Label))
	x.number(n, "offset", e.ID, journey.EmotionOffset)
	return x.fill(n, e.ID, journey.FieldExtra)
}

func (x *export) kpi(k *journey.KPI) *node {
	n := x.begin(k.ID)
	x.name(n, k.ID)
	n.add("unit", str(k.Unit))
	n.add("phase", str(x.id(k.Phase)))
	x.number(n, "baseline", k.ID, journey.KPIBaseline)
	x.number(n, "target", k.ID, journey.KPITarget)
	series := &node{kind: list}
	for _, v := range k.Series {
		series.items = append(series.items, num(v))
	}
	n.add("series", series)
	if slices.ContainsFunc(k.Dates, func(d string) bool { return d != "" }) {
		n.add("dates", strs(k.Dates))
	}
	n.add("owner", str(x.id(k.Owner)))
	n.add("metric", str(k.Metric))
	return x.fill(n, k.ID, journey.FieldExtra)
}

func (x *export) comment(c *journey.Comment) *node {
	n := x.begin(c.ID)
	for _, on := range commentTargets {
		if !c.On.IsZero() && x.doc.Kind(c.On) == on.kind {
			n.add(on.key, str(x.id(c.On)))
		}
	}
	n.add("by", str(c.Author))
	n.add("department", str(x.id(c.Department)))
	n.add("text", str(c.Text))
	x.flag(n, "resolved", c.ID, journey.CommentResolved)
	if x.m.Comment(c.Parent) != nil {
		n.add("reply_to", str(x.id(c.Parent)))
	}
	n.add("at", str(c.At))
	return x.fill(n, c.ID, journey.FieldExtra)
}

func (x *export) drawing(d *journey.Drawing) *node {
	n := x.begin(d.ID)
	n.add("kind", str(drawingKinds[d.Kind]))
	n.add("lane", str(x.id(d.Place.Lane)))
	n.add("phase", str(x.id(d.Place.Phase)))
	n.add("x", num(round(d.Place.X)))
	n.add("y", num(round(d.Place.Y)))
	n.add("w", num(round(d.W)))
	n.add("h", num(round(d.H)))
	n.add("text", str(d.Text))
	n.add("shape", str(d.Shape))
	n.add("points", str(tohex(d.Points)))
	n.add("style", str(d.Style))
	n.add("image", str(d.Image))
	x.number(n, "turn", d.ID, journey.DrawingTurn)
	n.add("by", str(d.Author))
	x.flag(n, "locked", d.ID, journey.DrawingLocked)
	n.add("alt", str(d.Alt))
	n.add("group", str(d.Group))
	n.add("color", str(d.Color))
	return x.fill(n, d.ID, journey.FieldExtra)
}

func (x *export) scores() *node {
	out := &node{kind: list}
	for _, note := range x.m.Notes() {
		for _, s := range x.m.ScoresOf(note.ID) {
			n := &node{kind: object}
			n.add("note", str(x.id(s.Note)))
			n.add("by", str(s.Person))
			n.add("department", str(x.id(s.Department)))
			x.number(n, "impact", s.ID, journey.ScoreImpact)
			x.number(n, "effort", s.ID, journey.ScoreEffort)
			x.number(n, "emotion", s.ID, journey.ScoreEmotion)
			out.items = append(out.items, x.fill(n, s.ID, journey.FieldExtra))
		}
	}
	return out
}

func (x *export) stamps() *node {
	out := &node{kind: list}
	for _, note := range x.m.Notes() {
		for _, s := range x.m.StampsOn(note.ID) {
			n := &node{kind: object}
			n.add("note", str(x.id(s.Note)))
			n.add("face", str(s.Face))
			n.add("by", str(s.Author))
			n.add("department", str(x.id(s.Department)))
			out.items = append(out.items, x.fill(n, s.ID, journey.FieldExtra))
		}
	}
	return out
}

func (x *export) setAside(s *journey.SetAside) *node {
	n := &node{kind: object}
	n.add("code", str(s.Code))
	if !s.Subject.IsZero() {
		n.add("subject", str(x.end(s.Subject)))
	}
	n.add("reason", str(s.Reason))
	n.add("by", str(s.By))
	n.add("at", str(s.At))
	return x.fill(n, s.ID, journey.FieldExtra)
}

func (x *export) agreement(a *journey.Agreement) *node {
	n := &node{kind: object}
	n.add("department", str(x.id(a.Department)))
	n.add("by", str(a.Person))
	n.add("phase", str(x.id(a.Phase)))
	n.add("at", str(a.At))
	n.add("version", str(a.Version))
	return x.fill(n, a.ID, journey.FieldExtra)
}
