package pages

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// tabi is the object that web/loader.js has put up: what may fail in a browser
// is asked of it, because it answers instead of throwing.
func tabi() app.Value { return app.Window().Get("tabi") }

// fetched is the map that web/loader.js has fetched while the client came.
func fetched() []byte {
	got := tabi().Call("takeSnapshot")
	if !got.Truthy() {
		return nil
	}
	b := make([]byte, got.Length())
	app.CopyBytesToGo(b, got)
	return b
}

func root() app.Value { return app.Window().Get("document").Get("documentElement") }

// Keys of what is kept in this browser.
const (
	keyName       = "tabi.name"
	keyDepartment = "tabi.department"
	keyAsked      = "tabi.asked"
	keyLang       = "tabi.lang"
	keyBoth       = "tabi.both"
	keyTheme      = "tabi.theme"
	keyContrast   = "tabi.contrast"
	keyView       = "tabi.view"
	keyLast       = "tabi.last"
	keySiblings   = "tabi.siblings"
)

// recall is what this browser keeps under key, "" when nothing or when it keeps
// nothing at all.
func recall(key string) string {
	if app.IsServer {
		return ""
	}
	if v := tabi().Call("get", key); v.Type() == app.TypeString {
		return v.String()
	}
	return ""
}

// remember keeps value under key; "" forgets it.
func remember(key, value string) {
	if app.IsServer {
		return
	}
	if value == "" {
		tabi().Call("set", key, nil)
		return
	}
	tabi().Call("set", key, value)
}

// language is that of the page: chosen before, or as the server took it from the
// browser's wishes. The page can speak it then.
func language() i18n.Lang {
	lang, ok := i18n.Parse(recall(keyLang))
	if app.IsServer {
		return i18n.English
	}
	if !ok {
		lang, _ = i18n.Parse(root().Get("lang").String())
	}
	learn(lang)
	return lang
}

// learn takes in the texts of a language as web/loader.js has fetched them. Where
// they are damaged, or have not come, the page speaks English.
func learn(lang i18n.Lang) {
	if v := tabi().Get("texts").Get(string(lang)); v.Type() == app.TypeString {
		_ = i18n.Learn(lang, v.String())
	}
}

// answer is what came back from the server; status 0 when nothing did.
type answer struct {
	status int
	value  app.Value
}

func (a answer) ok() bool { return a.status >= 200 && a.status < 300 }

// text is a member of the answer, "" when it is none or no string.
func (a answer) text(name string) string { return text(a.value, name) }

// why is what the server says of a refusal, else its status.
func (a answer) why() string {
	if why := a.text("detail"); why != "" {
		return why
	}
	return strconv.Itoa(a.status)
}

func text(v app.Value, name string) string {
	if v == nil || !v.Truthy() {
		return ""
	}
	if member := v.Get(name); member.Type() == app.TypeString {
		return member.String()
	}
	return ""
}

// each calls f for every element of a member that is an array.
func each(v app.Value, name string, f func(app.Value)) {
	if v == nil || !v.Truthy() {
		return
	}
	list := v.Get(name)
	if !list.Truthy() {
		return
	}
	for i := range list.Length() {
		f(list.Index(i))
	}
}

// ask sends a request and calls done with its answer on the UI goroutine, if
// what ctx belongs to still stands then.
func ask(ctx app.Context, method, url, contentType string, body any, done func(app.Context, answer)) {
	tabi().Call("api", method, url, contentType, body).Then(func(v app.Value) {
		ctx.Dispatch(func(ctx app.Context) { done(ctx, answer{v.Get("status").Int(), v.Get("value")}) })
	})
}

// askJSON is ask with an object as body.
func askJSON(ctx app.Context, method, url string, body map[string]any, done func(app.Context, answer)) {
	ask(ctx, method, url, "application/json", app.Window().Get("JSON").Call("stringify", body).String(), done)
}

// when is a moment in the reader's form.
func when(unixMilli float64, lang i18n.Lang) string {
	return tabi().Call("when", unixMilli, string(lang)).String()
}

func now() float64 { return app.Window().Get("Date").Call("now").Float() }

// element is the element with an ID; not Truthy when there is none.
func element(id string) app.Value { return app.Window().Get("document").Call("getElementById", id) }

// settleSelects has each select show what it holds: go-app writes the value before
// the options are those of what stands there now, and it then shows the first.
func settleSelects(within string) {
	e := element(within)
	if !e.Truthy() {
		return
	}
	list := e.Call("querySelectorAll", "select[data-now]")
	for i := range list.Length() {
		if s, now := list.Index(i), dataOf(list.Index(i), "now"); s.Get("value").String() != now {
			s.Set("value", now)
		}
	}
}

// focus moves the focus to the element with an ID, if there is one.
func focus(id string) {
	if e := element(id); e.Truthy() {
		e.Call("focus")
	}
}

// focused is the ID of the element that has the focus.
func focused() string {
	e := app.Window().Get("document").Get("activeElement")
	if !e.Truthy() {
		return ""
	}
	return e.Get("id").String()
}

// value is what stands in the field that an event came from.
func value(ctx app.Context) string { return ctx.JSSrc().Get("value").String() }

// composing reports whether a key belongs to an input method: such a key is
// never a command.
func composing(e app.Event) bool {
	return e.Get("isComposing").Truthy() || e.Get("keyCode").Int() == 229
}

// hide closes a popover, as after a choice in a menu.
func hide(id string) {
	if e := element(id); e.Truthy() && e.Call("matches", ":popover-open").Bool() {
		e.Call("hidePopover")
	}
}
