package pages

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// form makes the labelled fields of one object. Whoever may not edit is shown
// what they hold as text.
type form struct {
	page   *mapPage
	prefix string // of the IDs of its fields
	about  string // the object, so that a handler is never another's (go-app keeps elements by their place)
}

// scope names what a handler is about. Each change of the map makes another of it:
// go-app keeps a handler whose scope is the same, and with it the notes and phases
// as they were when it was made.
func (f form) scope(more ...any) app.EventOption {
	return app.EventScope(append([]any{f.prefix, f.about, f.page.turn}, more...)...)
}

func (f form) edit(write func(*crdt.Edit, *journey.Map)) {
	f.page.edit("", func(e *crdt.Edit) { write(e, f.page.journey) })
}

func labelled(label string, field app.UI) app.UI {
	return app.Label().Class("field").Body(app.Span().Text(label), field)
}

// fact is a field that cannot be changed; nothing when it holds nothing.
func fact(label, value string) app.UI {
	if value == "" {
		return nil
	}
	return app.P().Class("field").Body(app.Span().Class("label").Text(label), app.Span().Class("fact").Text(value))
}

// line is a field of one line that is written when it is left.
func (f form) line(id, label, kind, now string, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	if !f.page.editable() {
		return fact(label, now)
	}
	input := app.Input().ID(f.prefix+id).Type(kind).Attr("value", now).
		OnChange(func(ctx app.Context, _ app.Event) {
			is := strings.TrimSpace(value(ctx))
			f.edit(func(e *crdt.Edit, m *journey.Map) { write(e, m, is) })
		}, f.scope(id))
	if kind == "number" {
		input = input.Attr("step", "any")
	}
	return labelled(label, input)
}

// choice is one of what a select offers.
type choice struct{ value, name string }

func options(now string, choices []choice) []app.UI {
	var all []app.UI
	for _, c := range choices {
		all = append(all, app.Option().Value(c.value).Selected(c.value == now).Text(c.name))
	}
	return all
}

// choose is a select; one that holds nothing stands first when there may be none.
func (f form) choose(id, label, now string, choices []choice, write func(*crdt.Edit, *journey.Map, string)) app.UI {
	if !f.page.editable() {
		for _, c := range choices {
			if c.value == now && now != "" {
				return fact(label, c.name)
			}
		}
		return nil
	}
	return labelled(label, app.Select().ID(f.prefix+id).Attr("value", now).DataSet("now", now).Body(options(now, choices)...).
		OnChange(func(ctx app.Context, _ app.Event) {
			is := value(ctx)
			f.edit(func(e *crdt.Edit, m *journey.Map) { write(e, m, is) })
		}, f.scope(id)))
}

func (f form) check(id, label string, now bool, write func(*crdt.Edit, *journey.Map, bool)) app.UI {
	return app.Label().Class("check").Body(
		app.Input().ID(f.prefix+id).Type("checkbox").Checked(now).Disabled(!f.page.editable()).
			OnChange(func(ctx app.Context, _ app.Event) {
				on := ctx.JSSrc().Get("checked").Bool()
				f.edit(func(e *crdt.Edit, m *journey.Map) { write(e, m, on) })
			}, f.scope(id)),
		app.Span().Text(label))
}

func (f form) do(id, label, class string, off bool, click func()) app.UI {
	return app.Button().ID(f.prefix+id).Class("button "+class).Type("button").Disabled(off).Text(label).
		OnClick(func(app.Context, app.Event) { click() }, f.scope(id))
}

// prose is a field of several lines in which several people can write at once.
func (f form) prose(id, label string, object crdt.ID, field crdt.Field, rows int) app.UI {
	if !f.page.editable() {
		return fact(label, f.page.session.Document().Text(object, field))
	}
	return labelled(label, &prose{Page: f.page, Element: f.prefix + id, Object: object, Field: field, Rows: rows})
}

// prose binds its field to a text of the map for as long as it stands.
type prose struct {
	app.Compo
	Page    *mapPage
	Element string
	Object  crdt.ID
	Field   crdt.Field
	Rows    int

	writing *writing
}

func (t *prose) OnMount(ctx app.Context) {
	t.Page.proses[t] = struct{}{}
	t.OnUpdate(ctx)
}

func (t *prose) OnDismount() { delete(t.Page.proses, t) }

// OnUpdate begins anew when the field has come to stand for another text.
func (t *prose) OnUpdate(ctx app.Context) {
	w := t.bound()
	ctx.Defer(func(app.Context) { w.open(t.Page) })
}

func (t *prose) bound() *writing {
	if w := t.writing; w == nil || w.element != t.Element || w.id != t.Object || w.field != t.Field {
		t.writing = &writing{element: t.Element, id: t.Object, field: t.Field}
	}
	return t.writing
}

func (t *prose) Render() app.UI {
	return t.bound().bind(t.Page, app.Textarea().Rows(t.Rows))
}

// ---- what fields hold

func digit(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// figure is a number of which zero means that nobody has said.
func figure(v float64) string {
	if v == 0 {
		return ""
	}
	return plain(v)
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func decimal(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}

func idOf(s string) crdt.ID {
	id, _ := crdt.ParseID(s)
	return id
}

// shownID is an ID as the value of a choice; "" for none.
func shownID(id crdt.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// listed splits at commas of either script.
func listed(s string) []string {
	var items []string
	for item := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == '、' || r == '，' }) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
