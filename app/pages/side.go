package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// part is one thing that can stand beside the views: the guide, the findings, a
// dictionary. It lives as long as its page; what it shows, it reads from the map
// when it is drawn.
//
// The elements of a part that can have the focus have IDs that begin with
// "side-" and name the object that they stand for: go-app reuses elements by
// their place, and the focus is given back by ID after each drawing.
type part interface {
	// name is the key under "pages.side." of the part's title.
	name() string
	// offered reports whether this person has any use of it now.
	offered() bool
	// badge is what its button shows beside the title, as a count; may be empty.
	badge() string
	body() []app.UI
	// changed is told of every change of the map, shown or not.
	changed(c crdt.Change, t journey.Touched)
}

// parts are all that can stand beside the views of a map, in the order in which
// the bar offers them.
func (p *mapPage) parts() []part {
	return []part{
		newGuidePart(p),
		newCheckPart(p),
		newReviewPart(p),
		newSettings(p),
		&comments{page: p},
		&lens{page: p},
	}
}

// side is the panel beside the board, the list and every other view. One part
// stands in it at a time.
type side struct {
	app.Compo
	page    *mapPage
	ctx     app.Context
	mounted bool
	parts   []part
	open    part // nil when shut
	back    string
}

func (s *side) OnMount(ctx app.Context) { s.ctx, s.mounted = ctx, true }
func (s *side) OnDismount()             { s.mounted = false }

// sectioned is a part of several sections, each of which can be shown by its name.
type sectioned interface {
	// choose turns to the section of this name and reports whether there is one.
	choose(section string) bool
}

// show opens the part or section of this name; a part that stands already is shut.
func (s *side) show(name string) {
	for _, one := range s.parts {
		if parted, ok := one.(sectioned); ok && parted.choose(name) {
			if s.open == one {
				s.refresh()
				return
			}
			name = one.name()
		}
	}
	if s.open != nil && s.open.name() == name {
		s.shut()
		return
	}
	for _, one := range s.parts {
		if one.name() == name {
			if s.open == nil {
				s.back = focused()
			}
			s.open = one
			s.page.redraw()
			s.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { focus("side-title") }) })
		}
	}
}

func (s *side) shut() {
	s.open = nil
	s.page.session.Seal()
	s.page.redraw()
	back := s.back
	s.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { focus(back) }) })
}

// changed hands on what changed; what stands open is drawn anew.
func (s *side) changed(c crdt.Change, t journey.Touched) {
	for _, one := range s.parts {
		one.changed(c, t)
	}
	if s.open != nil && !t.Empty() {
		s.refresh()
	}
}

// refresh draws the open part anew and leaves the focus where it was.
func (s *side) refresh() {
	if !s.mounted {
		return
	}
	keep := keepFocus("side-")
	s.ctx.Dispatch(func(ctx app.Context) {
		if keep != nil {
			keep(ctx)
		}
		ctx.Defer(func(app.Context) { settleSelects("side") })
	})
}

func (s *side) Render() app.UI {
	if s.page == nil || s.open == nil {
		return app.Aside().ID("side").Class("side").Hidden(true)
	}
	title := s.page.say("side." + s.open.name())
	return app.Aside().ID("side").Class("side").Hidden(false).Aria("label", title).OnKeyDown(s.key).Body(
		app.Div().Class("dialog-head").Body(
			app.H2().ID("side-title").TabIndex(-1).Text(title),
			app.Button().ID("side-close").Class("button quiet icon").Type("button").Aria("label", s.page.say("close")).Text("✕").
				OnClick(func(app.Context, app.Event) { s.shut() })),
		app.Div().Class("panel-body").Body(s.open.body()...))
}

func (s *side) key(_ app.Context, e app.Event) {
	if !composing(e) && e.Get("key").String() == "Escape" {
		e.PreventDefault()
		s.shut()
	}
}

// buttons are what the bar shows of the parts.
func (s *side) buttons() app.UI {
	var all []app.UI
	for _, one := range s.parts {
		if !one.offered() {
			continue
		}
		name, badge := one.name(), one.badge()
		all = append(all, app.Button().ID("open-"+name).Class("button").Type("button").
			Aria("expanded", s.open == one).Aria("controls", "side").Body(
			app.Span().Text(s.page.say("side."+name)),
			app.If(badge != "", func() app.UI { return app.Span().Class("count").Text(badge) })).
			OnClick(func(app.Context, app.Event) { s.show(name) }, app.EventScope(name)))
	}
	return app.Div().ID("parts").Class("bar-group").Role("group").Aria("label", s.page.say("side")).Body(all...)
}
