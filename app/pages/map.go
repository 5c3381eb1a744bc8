package pages

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/board"
	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

// The two views of a map.
const (
	viewBoard = "board"
	viewList  = "list"
)

// mapPage is the page of one map: it owns the session and its views.
type mapPage struct {
	app.Compo

	lang    i18n.Lang
	me      me
	path    string // "/m/TOKEN"
	session *session.Session
	journey *journey.Map
	board   *board.Board
	list    *list
	views   *views
	side    *side
	clock   *timer // of the step, above the views
	view    string

	status session.Status
	peers  []session.PeerState
	role   wire.Role // of the link, as the page was told before the server's Welcome

	dialog  string // which one stands: "", "share", "me", "help"
	asking  bool   // the question for a name stands in its corner
	stands  bool   // the view that is looked at has been painted
	shown   bool   // the server's picture has gone
	update  bool   // a new release waits
	taken   []replica.Taken
	refusal string // why, of the last of them
	fault   string // of the last thing asked of the server; empty: none
	called  *summons
	// followed is the element of the list that stands for what the followed person is at.
	followed string
	both     bool                // names stand in both languages, side by side
	seenAt   float64             // when it was last noted down that the map is in step
	only     crdt.ID             // the persona whose notes and curve alone are shown; zero: all
	title    string              // as it stands in the history and in the list of last maps
	said     string              // for screen readers
	turn     int                 // counts the changes of the map
	proses   map[*prose]struct{} // that stand now
	frames   frames
	onClose  app.Func
	onOffer  app.Func

	onPrint, onPrinted app.Func
}

func (p *mapPage) OnMount(ctx app.Context) {
	keepLinksToTheBrowser()
	p.lang = language()
	applyLanguage(p.lang)
	p.me = recallMe(p.lang)
	p.both = recall(keyBoth) != ""
	location := app.Window().Get("location")
	p.path = location.Get("pathname").String()
	p.role = roleNamed(root().Get("dataset").Get("role").String())
	p.asking = recall(keyName) == "" && recall(keyAsked) == "" && p.role >= wire.RoleComment
	p.view = recall(keyView)
	if asked := app.Window().Get("URLSearchParams").New(location.Get("search")).Call("get", "view"); asked.Truthy() {
		p.view = asked.String()
	}
	if !known(p.view) {
		p.view = root().Get("dataset").Get("view").String() // the list on a phone
	}
	p.frames.start(ctx)

	p.session = session.Open(context.Background(), session.Options{
		URL:  "ws" + strings.TrimPrefix(location.Get("origin").String(), "http") + p.path + "/live",
		Name: p.me.Name, Department: p.me.Department,
		Store:    session.Browser(),
		Dispatch: p.frames.dispatch,
		Snapshot: fetched,
		Rewrite:  journey.Rewrite,
	})
	p.journey = journey.Open(p.session.Document())
	p.status = p.session.Status()
	p.proses = map[*prose]struct{}{}
	p.list = &list{page: p}
	p.views = &views{page: p}
	p.side = &side{page: p}
	p.side.parts = p.parts()
	p.clock = &timer{page: p, id: "strip-timer", tells: true}
	p.board = board.New(p.session, p.journey, board.Options{
		Lang: p.lang, Both: p.both, ReadOnly: !p.editable(), Leads: p.owner(), Name: p.me.Name, Department: p.me.Department,
		Path: p.path, OnCalled: p.heard, OnReady: func() { p.painted(viewBoard) },
		OnSelect:   func() { p.selected() },
		OnOpenList: func() { ctx.Dispatch(func(ctx app.Context) { p.show(ctx, viewList) }) },
	})
	p.session.OnChange(func(c crdt.Change) { p.changed(ctx, c) })
	p.session.OnPeers(func(peers []session.PeerState) {
		renamed := !samePeople(p.peers, peers)
		p.peers = peers
		open := p.board.OpenToFollow()
		p.board.SetPeers(peers)
		if p.view != viewBoard {
			renamed = renamed || open != p.board.OpenToFollow()
			p.goAlong(false)
		}
		p.list.peersChanged(ctx)
		p.views.carry()
		if renamed {
			ctx.Dispatch(nil)
		}
	})
	p.session.OnStatus(func(status session.Status) { p.statusChanged(ctx, status) })
	p.session.OnTaken(func(taken []replica.Taken) {
		p.taken = append(p.taken, taken...)
		p.refusal = p.why()
		ctx.Dispatch(nil)
	})
	p.applyView()
	p.watchRelease(ctx)
	p.watchLeaving()
	p.watchPrinting()
	runtime.Gosched()      // the session dials, and the server answers while the page is being made
	if seen(p.path) == 0 { // nothing is kept here that could be newer
		ctx.Dispatch(func(app.Context) { p.session.Show() })
	}
}

func (p *mapPage) OnDismount() {
	p.session.Close()
	app.Window().Call("removeEventListener", "beforeunload", p.onClose)
	p.onClose.Release()
	p.onOffer.Release()
	p.stopPrinting()
	p.frames.stop()
}

// changed is told of every change of the document, by whomever, once a frame.
func (p *mapPage) changed(ctx app.Context, c crdt.Change) {
	touched := p.journey.Apply(c)
	p.turn++
	p.keepSeen()
	if p.view != viewBoard {
		p.painted(p.view) // all but the board need nothing but a map, perhaps one kept from before
	}
	p.board.Changed(c, touched)
	p.list.changed(ctx, c, touched)
	p.views.changed(touched)
	for t := range p.proses {
		t.writing.changed(p, c)
	}
	p.side.changed(c, touched)
	if touched.Meta {
		p.retitle()
		ctx.Dispatch(nil)
	}
}

func (p *mapPage) statusChanged(ctx app.Context, status session.Status) {
	was := p.status
	p.status = status
	p.board.SetStatus(status)
	if status.Role != was.Role || status.State != was.State {
		p.board.SetReadOnly(!p.editable())
		p.board.SetLeads(p.owner())
	}
	if status.State == session.Live && was.State != session.Live {
		p.retitle()
		rememberMap(lastMap{p.path, p.title, now()})
		if p.view != viewBoard {
			p.painted(p.view)
		}
	}
	if status.State == session.Refused {
		p.painted(p.view) // there is nothing to wait for
	}
	p.begin()
	if status.State == session.Offline && !p.shown {
		// Nothing of the map is kept here but the server's picture of it.
		if e := element("loading"); e.Truthy() {
			e.Set("textContent", p.say("state.offline")+" "+p.lastSeen())
		}
	}
	if status.State != was.State {
		p.said = p.say("state." + status.State.String())
	}
	ctx.Dispatch(nil)
}

// painted is told that a view stands.
func (p *mapPage) painted(view string) {
	if p.view == view {
		p.stands = true
		p.begin()
	}
}

// begin takes the server's picture away when the view that is looked at stands and
// can be written in: input that came too early is played to it then, and would be
// lost before the server has given a number.
func (p *mapPage) begin() {
	waits := p.status.State == session.Connecting && p.mayDo(wire.RoleComment) && !p.session.CanEdit()
	if p.shown || !p.stands || waits {
		return
	}
	p.shown = true
	ready := func() {
		tabi().Call("ready")
		time.AfterFunc(time.Second, collect)
	}
	if p.view == viewBoard {
		ready() // it stands already, and is painted when the picture is gone
		return
	}
	p.frames.after(ready)
}

func (p *mapPage) show(ctx app.Context, view string) {
	if p.view == view {
		return
	}
	p.view = view
	url := p.path
	if view == viewBoard || view == viewList {
		remember(keyView, view)
	} else {
		url += "?view=" + view // to be sent to others, or opened again
	}
	app.Window().Get("history").Call("replaceState", nil, "", url)
	p.applyView()
	p.list.attend()
	p.list.refresh(ctx)
	if _, name := p.board.Followed(); name != "" {
		p.frames.ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { p.goAlong(true) }) })
	}
	for _, ctx := range []app.Context{p.list.ctx, p.views.ctx} {
		ctx.Dispatch(nil) // what is not looked at any more is empty
	}
	p.redraw()
}

// known reports whether a map can be looked at in this way.
func known(view string) bool {
	return view == viewBoard || view == viewList || slices.Contains(moreViews, view)
}

// redraw draws what stands around the views anew.
func (p *mapPage) redraw() { p.frames.ctx.Dispatch(nil) }

func (p *mapPage) applyView() { root().Get("dataset").Set("view", p.view) }

// editable reports whether this link may change the map, whether or not the
// server can be reached now.
func (p *mapPage) editable() bool { return p.mayDo(wire.RoleEdit) }

// mayDo reports whether this link gives a role, or more.
func (p *mapPage) mayDo(least wire.Role) bool {
	role := p.status.Role
	if role == 0 {
		role = p.role
	}
	return role >= least
}

func (p *mapPage) owner() bool {
	return p.status.Role == wire.RoleOwner || p.status.Role == 0 && p.role == wire.RoleOwner
}

// edit is the one way in which pages change a map.
func (p *mapPage) edit(group string, write func(*crdt.Edit)) {
	if p.editable() {
		p.session.Edit(group, write)
	}
}

func (p *mapPage) retitle() {
	p.title = p.journey.Title().In(string(p.lang))
	title := p.title
	if title == "" {
		title = p.say("untitled")
	}
	app.Window().Get("document").Set("title", title+" – "+p.say("name"))
}

func (p *mapPage) say(key string, args ...any) string { return i18n.T(p.lang, "pages."+key, args...) }

// watchRelease shows the offer of a new release; nothing happens unless a person
// takes it.
func (p *mapPage) watchRelease(ctx app.Context) {
	p.onOffer = app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(func(app.Context) { p.update = true })
		return nil
	})
	tabi().Set("onupdate", p.onOffer)
	p.update = tabi().Get("updateWaiting").Truthy()
}

// watchLeaving asks before the page is left while it holds edits that neither the
// server nor this browser keeps.
func (p *mapPage) watchLeaving() {
	p.onClose = app.FuncOf(func(_ app.Value, args []app.Value) any {
		p.seenAt = 0
		p.keepSeen()
		if p.status.Unsafe && p.status.Pending > 0 {
			args[0].Call("preventDefault")
		}
		return nil
	})
	app.Window().Call("addEventListener", "beforeunload", p.onClose)
}

func (p *mapPage) Render() app.UI {
	if p.session == nil { // rendered once before OnMount
		return app.Div().Class("map-page")
	}
	return app.Div().Class("map-page").Body(
		p.bar(),
		app.Div().Class("map-body").DataSet("side", p.side.open != nil).Body(
			app.Div().Class("notices").Body(append([]app.UI{p.strip()}, p.notices()...)...),
			app.Main().Class("map-view view-board").ID("board").Hidden(p.view != viewBoard).Body(p.board),
			app.Main().Class("map-view view-list").ID("list").Hidden(p.view != viewList).Body(p.list),
			app.Main().Class("map-view view-more").ID("views").Hidden(p.view == viewBoard || p.view == viewList).Body(p.views),
			p.side,
		),
		app.Div().ID("print-map").Class("view-picture"), // filled for the printer alone
		app.P().Class("hidden-but-read").Role("status").Text(p.said),
		app.If(p.asking && p.mayComment(), func() app.UI { return p.askMe(false) }),
		p.dialogs(),
	)
}

// notices stand above the views: what a person must know now.
func (p *mapPage) notices() []app.UI {
	var all []app.UI
	switch p.status.State {
	case session.Live:
		if p.status.Reason >= wire.NoticeReadOnlyStore && p.status.Reason <= wire.NoticeRestartSoon {
			all = append(all, app.Div().Class("notice").ID("said").Role("status").Text(sayCode(p.lang, p.status.Reason)))
		}
	case session.Offline:
		hint := p.say("state.offline.hint")
		if !p.editable() {
			hint = ""
		}
		all = append(all, app.Div().Class("notice").ID("offline").Role("status").Body(
			app.Strong().Text(p.say("state.offline")), app.Span().Text(hint), app.Span().Class("muted").Text(p.lastSeen()),
			app.Button().Class("button").Type("button").Text(p.say("retry")).OnClick(func(app.Context, app.Event) { p.session.Redial() })))
	case session.Refused:
		all = append(all, app.Div().Class("notice").ID("refused").Role("alert").Body(
			app.Strong().Text(p.say("state.refused")), app.Span().Text(sayCode(p.lang, p.status.Reason))))
	}
	if p.update {
		all = append(all, app.Div().Class("notice").ID("update").Role("status").Body(
			app.Span().Text(p.say("update")),
			app.Button().Class("button primary").Type("button").Text(p.say("update.take")).OnClick(func(app.Context, app.Event) { tabi().Call("takeUpdate") }),
			app.Button().Class("button quiet").Type("button").Text(p.say("update.later")).OnClick(func(app.Context, app.Event) { p.update = false })))
	}
	if p.fault != "" {
		all = append(all, app.Div().Class("notice").ID("fault").Role("alert").Body(
			app.Span().Text(p.fault),
			app.Button().Class("button quiet").Type("button").Text(p.say("close")).OnClick(func(app.Context, app.Event) { p.fault = "" })))
	}
	if only := p.filterNotice(); only != nil {
		all = append(all, only)
	}
	if _, name := p.board.Followed(); name != "" && p.view != viewBoard {
		all = append(all, p.followingNotice(name))
	}
	if p.called != nil {
		all = append(all, p.calledNotice())
	}
	if len(p.taken) > 0 {
		all = append(all, p.takenNotice())
	}
	return all
}

// takenNotice offers what could not be kept for copying, so that nobody's words
// are lost.
func (p *mapPage) takenNotice() app.UI {
	var lost []string
	for _, t := range p.taken {
		for _, text := range t.Texts {
			lost = append(lost, text.Text)
		}
	}
	return app.Div().Class("notice").ID("taken").Role("alert").Body(
		app.Strong().Text(p.say("taken")), app.Span().Text(p.refusal),
		app.If(len(lost) > 0, func() app.UI {
			return app.Button().Class("button").Type("button").Text(p.say("taken.copy")).OnClick(func(app.Context, app.Event) { tabi().Call("copy", strings.Join(lost, "\n\n")) })
		}),
		app.Button().Class("button quiet").Type("button").Text(p.say("close")).OnClick(func(app.Context, app.Event) { p.taken = nil }))
}

// sayCode is a code of the server in words; one that this client does not know
// is "other".
func sayCode(lang i18n.Lang, code wire.Code) string {
	if code == wire.CodeNone {
		return ""
	}
	return i18n.T(lang, code.Key())
}

func (p *mapPage) askMe(modal bool) app.UI {
	var departments []string
	for _, d := range p.journey.Departments() {
		departments = append(departments, d.Name.In(string(p.lang)))
	}
	return &asking{Lang: p.lang, Departments: departments, Modal: modal, Done: p.answered}
}

func (p *mapPage) answered(ctx app.Context, m me) {
	p.asking = false
	remember(keyAsked, "1")
	p.me = m
	p.session.Rename(m.Name, m.Department)
	p.board.SetPerson(m.Name, m.Department)
	if p.dialog == "me" {
		closeDialog("dialog-me")
	}
}

func (p *mapPage) dialogs() app.UI {
	body := func(id, title string, body ...app.UI) app.UI {
		return &dialog{Lang: p.lang, ID: "dialog-" + id, Title: title, Body: body, Done: func(app.Context) { p.dialog = "" }}
	}
	switch p.dialog {
	case "share":
		return body("share", p.say("share.title"), &share{Lang: p.lang, Path: p.path})
	case "me":
		return body("me", p.say("me"), p.askMe(true))
	case "help":
		return body("help", p.say("help"), helpBody(p.lang))
	}
	return app.Span().Hidden(true)
}

func roleNamed(name string) wire.Role {
	switch name {
	case "owner":
		return wire.RoleOwner
	case "edit":
		return wire.RoleEdit
	case "comment":
		return wire.RoleComment
	}
	return wire.RoleView
}

// samePeople reports whether two lists show the same names; cursors may differ.
func samePeople(a, b []session.PeerState) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Peer != b[i].Peer {
			return false
		}
	}
	return true
}
