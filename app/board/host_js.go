package board

import (
	"runtime"
	"strings"
	"syscall/js"
	"unsafe"
)

// host is the board's element in the browser, and what of the browser the board
// needs. Only this file and its twin know syscall/js.
type host struct {
	b       *Board
	element js.Value
	glue    js.Value // board.js: frame, world, close
	frame   js.Value
	area    js.Value // the textarea of the note being written, or zero
	tick    js.Func
	asked   bool
	live    bool
	on      []listener
	refused js.Func  // of pictures that the server does not take
	watch   js.Value // ResizeObserver
	left    float64
	top     float64
}

type listener struct {
	target js.Value
	event  string
	f      js.Func
}

const hostID = "tabi-board"

var (
	window   = js.Global()
	document = js.Global().Get("document")
)

// open takes hold of the element and begins to listen. It fails when the page
// has not loaded board.js.
func (h *host) open(b *Board) bool {
	h.b = b
	h.element = document.Call("getElementById", hostID)
	script := window.Get("tabiBoard")
	if !h.element.Truthy() || !script.Truthy() {
		return false
	}
	h.glue = script.Call("open", h.element)
	h.frame = h.glue.Get("frame")
	h.speaks(b.scene.Own())
	h.name(b.t("notes"))
	h.live = true
	h.tick = js.FuncOf(func(js.Value, []js.Value) any {
		h.asked = false
		if h.live {
			b.frame()
		}
		return nil
	})
	resized := js.FuncOf(func(js.Value, []js.Value) any {
		h.measure()
		b.resized()
		return nil
	})
	h.watch = window.Get("ResizeObserver").New(resized)
	h.watch.Call("observe", h.element)
	h.on = append(h.on, listener{f: resized})
	h.measure()
	h.listen()
	return true
}

// name says to screen readers what the list of notes is.
func (h *host) name(label string) {
	if h.live || h.glue.Truthy() {
		h.glue.Get("notes").Call("setAttribute", "aria-label", label)
	}
}

// speaks tells the browser in which language the map is written, "" for that of the page.
func (h *host) speaks(lang string) {
	if h.live || h.glue.Truthy() {
		h.glue.Call("speaks", lang)
	}
}

// title is what the browser shows of what the pointer rests on.
func (h *host) title(s string) { h.element.Set("title", s) }

func (h *host) close() {
	if !h.live {
		return
	}
	h.live = false
	h.closeArea()
	h.watch.Call("disconnect")
	for _, l := range h.on {
		if l.event != "" {
			l.target.Call("removeEventListener", l.event, l.f)
		}
		l.f.Release()
	}
	h.on = nil
	h.glue.Call("close")
	// The tick may still be asked for; it does nothing when not live and is
	// released with the page.
}

// measure learns where the element stands; pointer events are in page pixels.
func (h *host) measure() {
	box := h.element.Call("getBoundingClientRect")
	h.left, h.top = box.Get("left").Float(), box.Get("top").Float()
	h.b.width, h.b.height = box.Get("width").Float(), box.Get("height").Float()
}

// request asks for one frame, however often it is called before that comes.
func (h *host) request() {
	if h.live && !h.asked {
		h.asked = true
		window.Call("requestAnimationFrame", h.tick)
	}
}

// send gives the browser the frame: numbers and strings stay where they are.
func (h *host) send(f *frame) {
	if len(f.f) == 0 {
		return
	}
	h.frame.Invoke(uintptr32(unsafe.Pointer(unsafe.SliceData(f.f))), len(f.f), uintptr32(unsafe.Pointer(unsafe.SliceData(f.s))))
	runtime.KeepAlive(f)
}

func uintptr32(p unsafe.Pointer) int { return int(uintptr(p)) }

func (h *host) now() int64 { return int64(window.Get("performance").Call("now").Float()) }

func (h *host) after(ms int, f func()) {
	var fn js.Func
	fn = js.FuncOf(func(js.Value, []js.Value) any {
		fn.Release()
		if h.live {
			f()
		}
		return nil
	})
	window.Call("setTimeout", fn, ms)
}

func (h *host) calm() bool {
	return window.Call("matchMedia", "(prefers-reduced-motion: reduce)").Get("matches").Bool()
}

// coarse reports whether a finger is the first pointer of this device.
func (h *host) coarse() bool {
	return window.Call("matchMedia", "(pointer: coarse)").Get("matches").Bool()
}

func (h *host) mac() bool {
	return strings.Contains(window.Get("navigator").Get("platform").String(), "Mac")
}

func (h *host) recall(key string) string {
	v := h.storage("getItem", "tabi."+key)
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

func (h *host) remember(key, value string) { h.storage("setItem", "tabi."+key, value) }

// storage survives browsers that forbid it.
func (h *host) storage(method string, args ...any) (v js.Value) {
	defer func() {
		if recover() != nil {
			v = js.Null()
		}
	}()
	return window.Get("localStorage").Call(method, args...)
}

// listen adds the listeners of the element. Their places are relative to it.
func (h *host) listen() {
	b := h.b
	h.add(h.element, "pointerdown", func(e js.Value) {
		if h.inside(e, ".b-editor") {
			return
		}
		h.measure()
		p := h.press(e)
		if b.pressed(p) {
			h.element.Call("setPointerCapture", p.id)
		}
		// The board keeps the focus; the browser would give it to what was hit.
		e.Call("preventDefault")
	})
	h.add(h.element, "pointermove", func(e js.Value) { b.moved(h.press(e)) })
	h.add(h.element, "pointerup", func(e js.Value) { b.released(h.press(e)) })
	h.add(h.element, "dblclick", func(e js.Value) {
		if !h.inside(e, ".b-editor") {
			b.doubled(e.Get("clientX").Float()-h.left, e.Get("clientY").Float()-h.top)
		}
	})
	h.add(h.element, "pointercancel", func(e js.Value) { b.canceled(e.Get("pointerId").Int()) })
	h.add(h.element, "pointerleave", func(js.Value) { b.pointerLeft() })
	h.add(h.element, "wheel", func(e js.Value) {
		if h.inside(e, ".b-editor") && !e.Get("ctrlKey").Bool() {
			return
		}
		e.Call("preventDefault")
		mode := e.Get("deltaMode").Int()
		b.wheeled(e.Get("clientX").Float()-h.left, e.Get("clientY").Float()-h.top,
			wheelPixels(e.Get("deltaX").Float(), mode), wheelPixels(e.Get("deltaY").Float(), mode), modsOf(e))
	})
	h.add(h.element, "contextmenu", func(e js.Value) {
		if !h.inside(e, ".b-editor") {
			e.Call("preventDefault")
		}
	})
	// Safari's pinch; others send it as a wheel with ctrl.
	h.add(h.element, "gesturestart", func(e js.Value) { e.Call("preventDefault") })
	h.add(document, "keydown", func(e js.Value) {
		// Keys that nothing else has the focus for are the board's. A tool that was just
		// taken from one of its bars is put down from there as well.
		target := e.Get("target")
		ofBar := e.Get("key").String() == "Escape" && !e.Get("defaultPrevented").Bool() && (b.tool == toolLink || b.tool.drawing()) &&
			target.InstanceOf(js.Global().Get("Element")) && target.Call("closest", "#"+rootID+" .b-bar").Truthy()
		if !ofBar && !target.Equal(document.Get("body")) || e.Get("isComposing").Bool() || h.b.width < 1 {
			return
		}
		if b.key(chord(e.Get("key").String(), e.Get("code").String(), modsOf(e)), e.Get("repeat").Bool()) {
			e.Call("preventDefault")
			if !h.area.Truthy() && !h.holdsFocus() && (ofBar || document.Get("activeElement").Equal(document.Get("body"))) {
				h.focus()
			}
		}
	})
	h.add(h.element, "keydown", func(e js.Value) {
		if e.Get("isComposing").Bool() || e.Get("keyCode").Int() == 229 {
			return // of the input method
		}
		if h.inside(e, ".b-editor") {
			if b.keyInEditor(chord(e.Get("key").String(), e.Get("code").String(), modsOf(e))) {
				e.Call("preventDefault")
				e.Call("stopPropagation")
			}
			return
		}
		if b.key(chord(e.Get("key").String(), e.Get("code").String(), modsOf(e)), e.Get("repeat").Bool()) {
			e.Call("preventDefault")
		}
	})
	h.add(h.element, "click", func(e js.Value) {
		// A screen reader presses what the pointer does not reach.
		if h.inside(e, ".b-thing") {
			b.activated(e.Get("target").Call("getAttribute", "data-id").String())
		}
	})
	h.add(h.element, "keyup", func(e js.Value) {
		if e.Get("key").String() == " " {
			b.spaceUp()
		}
	})
	h.add(h.element, "focusin", func(e js.Value) {
		b.focused(e.Get("target").Call("getAttribute", "data-id").String(), e.Get("target").Equal(h.element))
	})
	h.add(h.element, "focusout", func(e js.Value) {
		to := e.Get("relatedTarget")
		b.blurred(to.Truthy() && h.element.Call("contains", to).Bool())
	})
	for _, kind := range []string{"copy", "cut", "paste"} {
		h.add(h.element, kind, func(e js.Value) {
			if h.inside(e, ".b-editor") {
				return
			}
			if b.clipboard(kind, clip{e.Get("clipboardData")}) {
				e.Call("preventDefault")
			}
		})
		h.add(document, kind, func(e js.Value) {
			if e.Get("target").Equal(document.Get("body")) && h.b.width >= 1 && b.clipboard(kind, clip{e.Get("clipboardData")}) {
				e.Call("preventDefault")
			}
		})
	}
	for _, kind := range []string{"dragover", "drop"} {
		h.add(h.element, kind, func(e js.Value) {
			data := e.Get("dataTransfer")
			if !data.Truthy() || !data.Get("types").Call("includes", "Files").Bool() {
				return
			}
			e.Call("preventDefault") // else the browser would leave the map to show the file
			if kind == "drop" {
				h.measure()
				b.dropped(filesOf(data.Get("files")), e.Get("clientX").Float()-h.left, e.Get("clientY").Float()-h.top)
			}
		})
	}
	h.add(window, "blur", func(js.Value) { b.spaceUp() })
	h.add(document, "pointerdown", func(e js.Value) {
		if t := e.Get("target"); b.menu.open && t.Truthy() && !t.Call("closest", ".b-menu, #"+hostID).Truthy() {
			b.closeMenu()
		}
	})
	h.add(window.Call("matchMedia", "(prefers-color-scheme: dark)"), "change", func(js.Value) { b.themed() })
	h.add(window, "tabitheme", func(js.Value) { b.themed() })
}

func (h *host) add(target js.Value, event string, f func(js.Value)) {
	fn := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if h.live {
			f(args[0])
		}
		return nil
	})
	// Not passive: a wheel or a touch that we answer must not scroll the page.
	target.Call("addEventListener", event, fn, map[string]any{"passive": false})
	h.on = append(h.on, listener{target, event, fn})
}

func (h *host) inside(e js.Value, selector string) bool {
	t := e.Get("target")
	return t.Truthy() && t.Get("closest").Truthy() && t.Call("closest", selector).Truthy()
}

func (h *host) press(e js.Value) press {
	p := press{id: e.Get("pointerId").Int(), button: e.Get("button").Int(), mods: modsOf(e),
		x: e.Get("clientX").Float() - h.left, y: e.Get("clientY").Float() - h.top, at: int64(e.Get("timeStamp").Float())}
	switch e.Get("pointerType").String() {
	case "touch":
		p.dev = touch
	case "pen":
		p.dev, p.force = pen, e.Get("pressure").Float()
	}
	return p
}

func modsOf(e js.Value) (m mods) {
	if e.Get("shiftKey").Bool() {
		m |= shift
	}
	if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() {
		m |= ctrl
	}
	if e.Get("altKey").Bool() {
		m |= alt
	}
	return m
}

// file is what a person drops, pastes or picks.
type file = js.Value

func filesOf(list js.Value) (files []file) {
	if !list.Truthy() {
		return nil
	}
	for i := range list.Get("length").Int() {
		if f := list.Index(i); strings.HasPrefix(f.Get("type").String(), "image/") {
			files = append(files, f)
		}
	}
	return files
}

func (c clip) files() []file { return filesOf(c.v.Get("files")) }

// upload sends a picture; done is called when there is an answer, or none came.
func (h *host) upload(url string, f file, done func(uploaded)) {
	var fn js.Func
	fn = js.FuncOf(func(_ js.Value, args []js.Value) any {
		fn.Release()
		u, v := uploaded{status: args[0].Get("status").Int()}, args[0].Get("value")
		if v.Truthy() {
			if id := v.Get("id"); id.Truthy() {
				u.id, u.w, u.h = id.String(), v.Get("width").Float(), v.Get("height").Float()
			}
			if m := v.Get("message"); m.Truthy() {
				u.message = m.String()
			}
		}
		if h.live {
			done(u)
		}
		return nil
	})
	window.Get("tabi").Call("upload", url, f).Call("then", fn)
}

// fetchPicture brings a picture of another map to this one.
func (h *host) fetchPicture(from, to string, done func(ok bool, why string)) {
	var fn js.Func
	fn = js.FuncOf(func(_ js.Value, args []js.Value) any {
		fn.Release()
		if why := args[0]; why.IsNull() {
			done(true, "")
		} else {
			done(false, why.String())
		}
		return nil
	})
	window.Get("tabi").Call("fetchPicture", from, to).Call("then", fn)
}

// sendPictures sends those that were kept for want of a server.
func (h *host) sendPictures(url string, refused func(id, why string)) {
	h.refused.Release()
	h.refused = js.FuncOf(func(_ js.Value, args []js.Value) any {
		if h.live {
			refused(args[0].String(), args[1].String())
		}
		return nil
	})
	window.Get("tabi").Call("sendPictures", url, h.refused)
}

// pickFiles opens the browser's own dialog.
func (h *host) pickFiles(kinds string, done func([]file)) {
	input := document.Call("createElement", "input")
	input.Set("type", "file")
	input.Set("accept", kinds)
	input.Set("multiple", true)
	var fn js.Func
	fn = js.FuncOf(func(js.Value, []js.Value) any {
		fn.Release()
		if h.live {
			done(filesOf(input.Get("files")))
		}
		return nil
	})
	input.Call("addEventListener", "change", fn)
	input.Call("click")
}

// clip is the clipboard of one event.
type clip struct{ v js.Value }

func (c clip) set(kind, text string) { c.v.Call("setData", kind, text) }
func (c clip) get(kind string) string {
	return c.v.Call("getData", kind).String()
}

func (h *host) focus() { h.element.Call("focus", map[string]any{"preventScroll": true}) }

// holdsFocus reports whether the focus is in the board, its editor included.
func (h *host) holdsFocus() bool {
	return h.element.Call("contains", document.Get("activeElement")).Bool()
}

// ---- the note being written --------------------------------------------------

// area is a real textarea over the note, so that input methods, spelling and
// dictation work as everywhere.
type areaLook struct {
	box   Rect // in the world
	pad   [4]float64
	px    float64
	lead  float64
	class string
	label string
	stage int // 0 among the notes, 1 among the phases' heads
}

func (h *host) openArea(text string, look areaLook) {
	h.closeArea()
	a := document.Call("createElement", "textarea")
	h.area = a
	a.Set("value", text)
	a.Set("rows", 1)
	a.Call("setAttribute", "aria-label", look.label)
	a.Call("setAttribute", "spellcheck", "false")
	a.Call("setAttribute", "autocomplete", "off")
	h.placeArea(look)
	h.glue.Get("editors").Index(look.stage).Call("append", a)
	input := func(event string, f func()) {
		fn := js.FuncOf(func(js.Value, []js.Value) any {
			if h.area.Equal(a) && h.live {
				f()
			}
			return nil
		})
		a.Call("addEventListener", event, fn)
		h.on = append(h.on, listener{a, event, fn})
	}
	input("input", func() { h.b.typed() })
	input("compositionstart", func() { h.b.composing(true) })
	input("compositionend", func() { h.b.composing(false) })
	input("blur", func() {
		// Not when only the window lost the focus: people look things up.
		h.after(0, func() {
			if h.area.Equal(a) && !document.Get("activeElement").Equal(a) {
				h.b.areaBlurred()
			}
		})
	})
	a.Call("focus", map[string]any{"preventScroll": true})
	n := unitLen(text)
	a.Call("setSelectionRange", n, n)
}

func (h *host) placeArea(look areaLook) {
	if h.area.IsUndefined() || h.area.IsNull() {
		return
	}
	h.area.Set("className", "b-editor "+look.class)
	s := h.area.Get("style")
	s.Set("transform", "translate("+px(look.box.X)+","+px(look.box.Y)+")")
	s.Set("width", px(look.box.W))
	s.Set("height", px(look.box.H))
	s.Set("padding", px(look.pad[0])+" "+px(look.pad[1])+" "+px(look.pad[2])+" "+px(look.pad[3]))
	s.Set("fontSize", px(look.px))
	s.Set("lineHeight", px(look.lead))
}

func px(v float64) string { return number(v) + "px" }

func (h *host) closeArea() {
	if !h.area.Truthy() {
		return
	}
	a := h.area
	h.area = js.Undefined()
	kept := h.on[:0]
	for _, l := range h.on {
		if l.target.Equal(a) {
			a.Call("removeEventListener", l.event, l.f)
			l.f.Release()
			continue
		}
		kept = append(kept, l)
	}
	h.on = kept
	a.Call("remove")
}

func (h *host) areaText() (text string, start, end int) {
	return h.area.Get("value").String(), h.area.Get("selectionStart").Int(), h.area.Get("selectionEnd").Int()
}

func (h *host) setArea(text string, start, end int) {
	h.area.Set("value", text)
	h.area.Call("setSelectionRange", start, end)
}

// ---- what stands around the board --------------------------------------------

// paint gives panels their colours; a style attribute would break the CSP.
func (h *host) paint() {
	if root := document.Call("getElementById", rootID); root.Truthy() {
		window.Get("tabiBoard").Call("paint", root)
	}
}

// setInput gives a field its value unless someone is typing in it: go-app only
// writes attributes, which a field that was typed in does not follow. It reports
// whether the field now holds that value.
func (h *host) setInput(id, value string) bool {
	e := document.Call("getElementById", id)
	if !e.Truthy() {
		return false
	}
	same := e.Get("value").String() == value
	if !same && !(e.Equal(document.Get("activeElement")) && h.typing(e)) {
		e.Set("value", value)
		same = true
	}
	return same
}

func (h *host) typing(e js.Value) bool {
	return e.Get("tagName").String() != "SELECT"
}

func (h *host) inputValue(id string) string {
	if e := document.Call("getElementById", id); e.Truthy() {
		return e.Get("value").String()
	}
	return ""
}

func (h *host) focusID(id string) {
	if e := document.Call("getElementById", id); e.Truthy() {
		e.Call("focus")
		if e.Get("select").Truthy() {
			e.Call("select")
		}
	}
}

// modal opens or closes a dialog element; the browser keeps the focus in it.
func (h *host) modal(id string, open bool) {
	d := document.Call("getElementById", id)
	if !d.Truthy() || d.Get("open").Bool() == open {
		return
	}
	if open {
		d.Call("showModal")
	} else {
		d.Call("close")
	}
}

// resolve gives the colour that a custom property has now, for the canvas.
func (h *host) resolve(property string) string {
	return strings.TrimSpace(window.Call("getComputedStyle", h.element).Call("getPropertyValue", property).String())
}

func (h *host) clearInput(id string) {
	if e := document.Call("getElementById", id); e.Truthy() {
		e.Set("value", "")
	}
}

// placeMenu puts the menu at a point, but inside the board, and gives it the focus.
func (h *host) placeMenu(x, y float64) {
	m := document.Call("getElementById", "b-menu")
	if !m.Truthy() {
		return
	}
	w, high := m.Get("offsetWidth").Float(), m.Get("offsetHeight").Float()
	s := m.Get("style")
	s.Set("left", px(max(8, min(x, h.b.width-w-8))))
	s.Set("top", px(max(8, min(y, h.b.height-high-8))))
	s.Set("visibility", "visible")
	h.stepFocus("b-menu", 0)
}

// stepFocus moves the focus among the buttons of an element.
func (h *host) stepFocus(id string, by int) {
	m := document.Call("getElementById", id)
	if !m.Truthy() {
		return
	}
	list := m.Call("querySelectorAll", "button")
	n, at := list.Get("length").Int(), 0
	for i := range n {
		if list.Index(i).Equal(document.Get("activeElement")) {
			at = i + by
		}
	}
	if n > 0 {
		list.Index((at + n) % n).Call("focus")
	}
}

// wheelPixels brings the three units of a wheel to pixels.
func wheelPixels(d float64, mode int) float64 {
	switch mode {
	case 1:
		return d * 20
	case 2:
		return d * 600
	}
	return d
}
