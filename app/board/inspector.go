package board

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// renderInspector shows all that a note can say. What is changed is changed for
// every selected note, but for texts, which are one note's own.
func (b *Board) renderInspector() app.UI {
	n := b.firstSelected()
	if n == nil {
		return app.Div().Class("b-none")
	}
	title := b.t("note")
	if len(b.selected) > 1 {
		title = b.t("selected", len(b.selected))
	}
	onClose, scope := click(b.toggleDetails, "details")
	body := []app.UI{
		b.field(b.t("department"), app.Div().Class("b-choices").Body(b.departmentChoices("department", n.Department, b.recolor)...)),
		b.evidenceFields(n),
		b.field(b.t("flags"), app.Div().Class("b-choices").Body(
			b.flag(n, journey.FlagKeyMoment, "key"), b.flag(n, journey.FlagDelight, "delight"), b.flag(n, journey.FlagSurprise, "surprise"))),
		b.painFields(n),
	}
	if n.Kind == journey.Measure || n.Kind == journey.Opportunity || n.Status != "" || n.Due != "" || !n.Owner.IsZero() {
		body = append(body, b.measureFields(n))
	}
	body = append(body, b.rankFields(n), b.emotionFields(n), b.relationFields(n))
	// What is locked can be read and remarked on.
	body = []app.UI{app.P().Class("b-muted").Text(b.authorLine(n)), app.FieldSet().Class("b-fields").Disabled(b.m.Locked(n)).Body(body...)}
	if len(b.selected) == 1 {
		body = append(body, b.linkList(n), b.commentFields(n))
	}
	return app.Aside().Class("b-panel").Aria("label", b.t("details")).OnKeyDown(b.leavePanel(b.host.focus), app.EventScope("detailskey", b.selectionKey())).Body(
		app.Div().Class("b-panel-head").Body(app.H2().Text(title),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, scope)),
		app.Div().Class("b-panel-body").Body(body...))
}

// authorLine says who wrote a note, for which department, and where it stands.
func (b *Board) authorLine(n *journey.Note) string {
	var parts []string
	if n.Author != "" {
		parts = append(parts, b.t("by", n.Author))
	}
	if d := b.m.Department(n.Department); d != nil {
		parts = append(parts, d.Name.In(string(b.o.Lang)))
	}
	if b.m.Locked(n) {
		parts = append(parts, b.t("lockedby"))
	}
	if at := b.cellName(n.Place); at != "" {
		parts = append(parts, at)
	}
	return strings.Join(parts, " · ")
}

func (b *Board) field(label string, control app.UI) app.UI {
	return app.Div().Class("b-field").Role("group").Aria("label", label).Body(app.Span().Class("b-label").Text(label), control)
}

// all changes every selected note in one step.
func (b *Board) all(write func(e *crdt.Edit, id crdt.ID)) {
	ids := b.loose()
	if len(ids) == 0 {
		b.say("islocked")
		return
	}
	b.edit(b.group("set"), func(e *crdt.Edit) {
		for _, id := range ids {
			write(e, id)
		}
	})
}

func (b *Board) pill(label string, on bool, f func(), scope ...any) app.UI {
	h, s := click(f, append(scope, b.selectionKey(), on)...)
	return app.Button().Class("b-choice").Type("button").Aria("pressed", pressedIf(on)).Disabled(b.o.ReadOnly).Text(label).OnClick(h, s)
}

func (b *Board) departmentChoices(scope string, current crdt.ID, pick func(crdt.ID)) []app.UI {
	var out []app.UI
	for i, d := range b.m.Departments() {
		id, first := d.ID, ""
		if i == 0 {
			first = "b-" + scope // where Fill leads
		}
		h, s := click(func() {
			if id == current {
				pick(crdt.ID{})
			} else {
				pick(id)
			}
		}, scope, id.String(), b.selectionKey(), current.String())
		out = append(out, app.Button().ID(first).Class("b-choice").Type("button").Aria("pressed", pressedIf(id == current)).Disabled(b.o.ReadOnly).
			Body(app.Span().Class("b-swatch tone-"+b.scene.Tone(id).Name()), app.Text(d.Name.In(string(b.o.Lang)))).OnClick(h, s))
	}
	if len(out) == 0 {
		out = append(out, app.Span().Class("b-muted").Text(b.t("nodepartments")))
	}
	return out
}

func (b *Board) evidenceFields(n *journey.Note) app.UI {
	var pills []app.UI
	for _, level := range []journey.EvidenceLevel{journey.Guess, journey.Voice, journey.Data} {
		on := n.Evidence.Level == level
		pills = append(pills, b.pill(b.t("evidence."+string(level)), on, func() {
			b.all(func(e *crdt.Edit, id crdt.ID) {
				if o := b.m.Note(id); o != nil {
					v := o.Evidence
					if v.Level = level; on {
						v.Level = ""
					}
					b.m.SetNoteEvidence(e, id, v)
				}
			})
		}, "evidence", string(level)))
	}
	body := []app.UI{app.Div().Class("b-choices").Body(pills...)}
	if n.Evidence.Level != "" && n.Evidence.Level != journey.Guess || n.Evidence.Source != "" {
		id := n.ID
		body = append(body, b.input("b-source", b.t("source"), n.Evidence.Source, "text", func(v string) {
			b.edit(b.group("set"), func(e *crdt.Edit) {
				if o := b.m.Note(id); o != nil {
					b.m.SetNoteEvidence(e, id, journey.Evidence{Level: o.Evidence.Level, Source: v})
				}
			})
		}, id.String()))
	}
	return b.field(b.t("evidence"), app.Div().Class("b-field").Body(body...))
}

func (b *Board) flag(n *journey.Note, flag journey.Flags, key string) app.UI {
	on := n.Flags&flag != 0
	return b.pill(b.t("flag."+key), on, func() {
		b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteFlag(e, id, flag, !on) })
	}, "flag", key)
}

// scale is five steps to pick one from; the picked one again takes it off.
func (b *Board) scale(name string, current int, set func(int)) app.UI {
	var pills []app.UI
	for v := 1; v <= 5; v++ {
		on := v == current
		pills = append(pills, b.pill(itoa(v), on, func() {
			if on {
				set(0)
			} else {
				set(v)
			}
		}, name, v))
	}
	return app.Div().Class("b-choices").Body(pills...)
}

func (b *Board) painFields(n *journey.Note) app.UI {
	if n.Kind != journey.Pain && n.Severity == 0 && n.Pain == "" {
		return app.Div().Class("b-none")
	}
	var kinds []app.UI
	for _, k := range []journey.PainKind{journey.Break, journey.Stuck, journey.Friction} {
		on := n.Pain == k
		kinds = append(kinds, b.pill(b.t("pain."+string(k)), on, func() {
			b.all(func(e *crdt.Edit, id crdt.ID) {
				if on {
					b.m.SetNotePain(e, id, "")
				} else {
					b.m.SetNotePain(e, id, k)
				}
			})
		}, "pain", string(k)))
	}
	return app.Div().Class("b-field").Body(
		b.field(b.t("pain"), app.Div().Class("b-choices").Body(kinds...)),
		b.field(b.t("severity"), b.scale("severity", n.Severity, func(v int) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteSeverity(e, id, v) })
		})))
}

func (b *Board) measureFields(n *journey.Note) app.UI {
	var statuses []app.UI
	for _, st := range []journey.Status{journey.Todo, journey.Doing, journey.Done, journey.Dropped} {
		on := n.Status == st
		statuses = append(statuses, b.pill(b.t("status."+string(st)), on, func() {
			b.all(func(e *crdt.Edit, id crdt.ID) {
				if on {
					b.m.SetNoteStatus(e, id, "")
				} else {
					b.m.SetNoteStatus(e, id, st)
				}
			})
		}, "status", string(st)))
	}
	kpis := [][2]string{{"", b.t("none")}}
	for _, k := range b.m.KPIs() {
		kpis = append(kpis, [2]string{k.ID.String(), k.Name.In(string(b.o.Lang))})
	}
	body := []app.UI{
		b.field(b.t("owner"), app.Div().Class("b-choices").Body(b.departmentChoices("owner", n.Owner, func(d crdt.ID) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteOwner(e, id, d) })
		})...)),
		b.field(b.t("status"), app.Div().Class("b-choices").Body(statuses...)),
		app.Div().Class("b-pair").Body(
			b.input("b-due", b.t("due"), n.Due, "date", func(v string) {
				b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteDue(e, id, v) })
			}, b.selectionKey()),
			app.Label().Class("b-field").Body(app.Span().Class("b-label").Text(b.t("kpi")),
				b.choice("b-kpi", b.t("kpi"), idKey(n.KPI), kpis, func(v string) {
					kpi, _ := crdt.ParseID(v)
					b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteKPI(e, id, kpi) })
				}, b.selectionKey()))),
	}
	if n.Kind == journey.Measure && len(b.selected) == 1 {
		id := n.ID
		for _, f := range []struct {
			key string
			of  func(*journey.Target) *string
		}{
			{"group", func(t *journey.Target) *string { return &t.Group }}, {"content", func(t *journey.Target) *string { return &t.Content }},
			{"timing", func(t *journey.Target) *string { return &t.Timing }}, {"touchpoint", func(t *journey.Target) *string { return &t.Touchpoint }},
		} {
			target := n.Target
			body = append(body, b.input("b-target-"+f.key, b.t("target."+f.key), *f.of(&target), "text", func(v string) {
				b.edit(b.group("set"), func(e *crdt.Edit) {
					if o := b.m.Note(id); o != nil {
						t := o.Target
						*f.of(&t) = v
						b.m.SetNoteTarget(e, id, t)
					}
				})
			}, id.String()))
		}
	}
	return app.Div().Class("b-field").Body(body...)
}

func idKey(id crdt.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func (b *Board) rankFields(n *journey.Note) app.UI {
	if n.Kind != journey.Measure && n.Kind != journey.Opportunity && n.Kind != journey.Pain && n.Impact == 0 && n.Effort == 0 {
		return app.Div().Class("b-none")
	}
	return app.Div().Class("b-field").Body(
		b.field(b.t("impact"), b.scale("impact", n.Impact, func(v int) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteImpact(e, id, v) })
		})),
		b.field(b.t("effort"), b.scale("effort", n.Effort, func(v int) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteEffort(e, id, v) })
		})))
}

// emotionFields say how a persona feels at this note: a point of the curve.
func (b *Board) emotionFields(n *journey.Note) app.UI {
	if len(b.m.Personas()) == 0 || n.Place.Free() || n.Kind != journey.Action && n.Kind != journey.Touchpoint && n.Kind != journey.Thought && !b.feels(n.ID) {
		return app.Div().Class("b-none")
	}
	var rows []app.UI
	for _, p := range b.m.Personas() {
		persona, at := p.ID, b.m.EmotionAt(p.ID, n.ID)
		var pills []app.UI
		for v := -2; v <= 2; v++ {
			on := at != nil && at.Score == float64(v)
			pills = append(pills, b.pill(signed(float64(v)), on, func() {
				if on {
					b.edit(b.group("set"), func(e *crdt.Edit) { b.m.DeleteEmotion(e, at.ID) })
					return
				}
				b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetEmotion(e, persona, id, float64(v)) })
			}, "emotion", persona.String(), v))
		}
		label := p.Name
		if at != nil && at.Label != "" {
			label += " — " + at.Label
		}
		rows = append(rows, b.field(label, app.Div().Class("b-choices").Body(pills...)))
	}
	return b.field(b.t("emotion"), app.Div().Class("b-field").Body(rows...))
}

func (b *Board) feels(note crdt.ID) bool {
	for _, p := range b.m.Personas() {
		if b.m.EmotionAt(p.ID, note) != nil {
			return true
		}
	}
	return false
}

func (b *Board) relationFields(n *journey.Note) app.UI {
	var body []app.UI
	if list := b.m.Personas(); len(list) > 1 {
		options := [][2]string{{"", b.t("everyone")}}
		for _, p := range list {
			options = append(options, [2]string{p.ID.String(), p.Name})
		}
		body = append(body, app.Label().Class("b-field").Body(app.Span().Class("b-label").Text(b.t("persona")),
			b.choice("b-persona", b.t("persona"), idKey(n.Persona), options, func(v string) {
				persona, _ := crdt.ParseID(v)
				b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNotePersona(e, id, persona) })
			}, b.selectionKey())))
	}
	if list := b.m.Channels(); len(list) > 0 {
		var pills []app.UI
		for _, c := range list {
			channel, on := c.ID, has(n.Channels, c.ID)
			pills = append(pills, b.pill(c.Name.In(string(b.o.Lang)), on, func() {
				b.all(func(e *crdt.Edit, id crdt.ID) {
					o := b.m.Note(id)
					if o == nil {
						return
					}
					list := append([]crdt.ID(nil), o.Channels...)
					if on {
						for i, c := range list {
							if c == channel {
								list = append(list[:i], list[i+1:]...)
								break
							}
						}
					} else if !has(list, channel) {
						list = append(list, channel)
					}
					b.m.SetNoteChannels(e, id, list)
				})
			}, "channel", channel.String()))
		}
		body = append(body, b.field(b.t("channels"), app.Div().Class("b-choices").Body(pills...)))
	}
	if n.Kind == journey.Touchpoint && len(b.selected) == 1 || n.Promise != "" {
		body = append(body, b.input("b-promise", b.t("promise"), n.Promise, "text", func(v string) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNotePromise(e, id, v) })
		}, b.selectionKey()))
	}
	body = append(body, app.Label().Class("b-field").Body(app.Span().Class("b-label").Text(b.t("demand")),
		b.choice("b-note-demand", b.t("demand"), string(n.Demand), b.demands(), func(v string) {
			b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteDemand(e, id, journey.DemandLayer(v)) })
		}, b.selectionKey())))
	body = append(body, b.input("b-tags", b.t("tags"), strings.Join(n.Tags, ", "), "text", func(v string) {
		var tags []string
		for _, t := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '、' || r == '\uFF0C' }) {
			if t = strings.TrimSpace(t); t != "" {
				tags = append(tags, t)
			}
		}
		b.all(func(e *crdt.Edit, id crdt.ID) { b.m.SetNoteTags(e, id, tags) })
	}, b.selectionKey()))
	if !b.o.ReadOnly {
		body = append(body, b.notePicture(n))
	}
	return app.Div().Class("b-field").Body(body...)
}

func has(list []crdt.ID, id crdt.ID) bool {
	for _, o := range list {
		if o == id {
			return true
		}
	}
	return false
}

// input is a labelled field that changes the map when it is left or Enter is
// pressed.
func (b *Board) input(id, label, value, kind string, set func(string), scope ...any) app.UI {
	b.inputs[id] = value
	on := func(ctx app.Context, e app.Event) { set(strings.TrimSpace(ctx.JSSrc().Get("value").String())) }
	return app.Label().Class("b-field").Body(app.Span().Class("b-label").Text(label),
		app.Input().ID(id).Type(kind).Attr("readonly", b.o.ReadOnly).OnChange(on, app.EventScope(append([]any{id}, scope...)...)))
}

func (b *Board) linkList(n *journey.Note) app.UI {
	var items []app.UI
	row := func(l *journey.Link, other crdt.ID, arrow string) {
		o := b.m.Note(other)
		if o == nil {
			return
		}
		onGo, goScope := click(func() { b.ShowNote(other) }, "go", l.ID.String())
		body := []app.UI{app.Button().Class("b-button b-item-text").Type("button").Text(arrow+" "+b.t("rel."+string(l.Rel))+": "+short(o.Text)).OnClick(onGo, goScope)}
		if !b.o.ReadOnly {
			id := l.ID
			onCut, cutScope := click(func() { b.edit(b.group("unlink"), func(e *crdt.Edit) { b.m.Unlink(e, id) }) }, "cut", id.String())
			body = append(body, app.Button().Class("b-button").Type("button").Aria("label", b.t("head.deletelink")).Body(icon("close")).OnClick(onCut, cutScope))
		}
		items = append(items, app.Li().Class("b-item").Body(body...))
	}
	for _, l := range b.m.LinksFrom(n.ID) {
		row(l, l.To, "→")
	}
	for _, l := range b.m.LinksTo(n.ID) {
		row(l, l.From, "←")
	}
	if len(items) == 0 {
		return app.Div().Class("b-none")
	}
	return b.field(b.t("links"), app.Ul().Class("b-list").Body(items...))
}

func short(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}

// commentFields are the remarks on the note and a place to write one.
func (b *Board) commentFields(n *journey.Note) app.UI {
	var items []app.UI
	for _, c := range b.m.CommentsOn(n.ID) {
		id, resolved := c.ID, c.Resolved
		head := []app.UI{app.Span().Text(b.commentAuthor(c))}
		if !b.o.ReadOnly {
			on, scope := click(func() {
				b.edit(b.group("comment"), func(e *crdt.Edit) { b.m.ResolveComment(e, id, !resolved) })
			}, "resolve", id.String(), resolved)
			head = append(head, app.Button().Class("b-button").Type("button").Aria("pressed", pressedIf(resolved)).Title(b.t("resolve")).Aria("label", b.t("resolve")).Body(icon("check")).OnClick(on, scope))
		}
		class := "b-comment"
		if resolved {
			class += " is-resolved"
		}
		items = append(items, app.Li().Class(class).Body(app.Elem("header").Body(head...), app.P().Text(c.Text)))
	}
	body := []app.UI{app.Ul().Class("b-list").Body(items...)}
	if !b.o.ReadOnly {
		id := n.ID
		on, scope := click(func() { b.comment(id) }, "comment", id.String())
		body = append(body,
			app.Textarea().ID("b-comment").Aria("label", b.t("newcomment")).Placeholder(b.t("newcomment")),
			app.Button().Class("b-choice").Type("button").Text(b.t("send")).OnClick(on, scope))
	}
	return b.field(b.t("comments", len(b.m.CommentsOn(n.ID))), app.Div().Class("b-field").Body(body...))
}

func (b *Board) commentAuthor(c *journey.Comment) string {
	name := c.Author
	if d := b.m.Department(c.Department); d != nil {
		name += " (" + d.Name.In(string(b.o.Lang)) + ")"
	}
	return name
}

// comment sends what stands in the field.
func (b *Board) comment(on crdt.ID) {
	text := strings.TrimSpace(b.host.inputValue("b-comment"))
	if text == "" {
		return
	}
	b.edit(b.group("comment"), func(e *crdt.Edit) {
		b.m.AddComment(e, journey.Comment{On: on, Author: b.o.Name, Department: b.department(), Text: text, At: time.Now().UTC().Format(time.RFC3339)})
	})
	b.host.clearInput("b-comment")
}
