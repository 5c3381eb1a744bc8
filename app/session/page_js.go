package session

import "syscall/js"

// pageEvents are what a browser tells a session.
type pageEvents struct {
	online func() // the network is back
	hidden func() // the page may be gone at any moment
}

// watchPage listens to the browser; under Node there is no window to listen
// to.
func watchPage(e pageEvents) (release func()) {
	window, document := js.Global().Get("window"), js.Global().Get("document")
	if !window.Truthy() || !document.Truthy() {
		return func() {}
	}
	online := js.FuncOf(func(js.Value, []js.Value) any { e.online(); return nil })
	hidden := js.FuncOf(func(js.Value, []js.Value) any { e.hidden(); return nil })
	shown := js.FuncOf(func(js.Value, []js.Value) any {
		if document.Get("visibilityState").String() == "hidden" {
			e.hidden()
		} else {
			e.online() // a laptop that was opened again
		}
		return nil
	})
	window.Call("addEventListener", "online", online)
	window.Call("addEventListener", "pagehide", hidden)
	document.Call("addEventListener", "visibilitychange", shown)
	return func() {
		window.Call("removeEventListener", "online", online)
		window.Call("removeEventListener", "pagehide", hidden)
		document.Call("removeEventListener", "visibilitychange", shown)
		online.Release()
		hidden.Release()
		shown.Release()
	}
}
