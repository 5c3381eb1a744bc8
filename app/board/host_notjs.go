//go:build !js

package board

import "strings"

// host is no browser at all: the board's decisions are tested without one.
type host struct {
	b      *Board
	area   string
	start  int
	end    int
	memory map[string]string
	time   int64
	gone   string // a picture that is not to be had
}

const hostID = "tabi-board"

func (h *host) open(b *Board) bool { h.b = b; return true }
func (h *host) name(string)        {}
func (h *host) speaks(string)      {}
func (h *host) title(string)       {}
func (h *host) close()             {}
func (h *host) request()           {}
func (h *host) send(*frame)        {}
func (h *host) now() int64         { return h.time }
func (h *host) after(int, func())  {}
func (h *host) calm() bool         { return true }
func (h *host) coarse() bool       { return false }
func (h *host) mac() bool          { return false }
func (h *host) recall(key string) string {
	return h.memory[key]
}
func (h *host) remember(key, value string) {
	if h.memory == nil {
		h.memory = map[string]string{}
	}
	h.memory[key] = value
}

type file struct{ answer uploaded }

type clip struct{ data map[string]string }

func (c clip) set(kind, text string)  { c.data[kind] = text }
func (c clip) get(kind string) string { return c.data[kind] }

func (c clip) files() []file { return nil }

func (h *host) fetchPicture(from, _ string, done func(bool, string)) {
	done(h.gone == "" || !strings.HasSuffix(from, h.gone), "")
}
func (h *host) sendPictures(string, func(id, why string))    {}
func (h *host) upload(_ string, f file, done func(uploaded)) { done(f.answer) }
func (h *host) pickFiles(string, func([]file))               {}

func (h *host) focus()           {}
func (h *host) holdsFocus() bool { return true }

type areaLook struct {
	box   Rect
	pad   [4]float64
	px    float64
	lead  float64
	class string
	label string
	stage int
}

func (h *host) openArea(text string, _ areaLook) {
	h.area, h.start, h.end = text, unitLen(text), unitLen(text)
}
func (h *host) placeArea(areaLook)                      {}
func (h *host) closeArea()                              { h.area = "" }
func (h *host) areaText() (text string, start, end int) { return h.area, h.start, h.end }
func (h *host) setArea(text string, start, end int)     { h.area, h.start, h.end = text, start, end }
func (h *host) paint()                                  {}
func (h *host) setInput(string, string) bool            { return false }
func (h *host) inputValue(string) string                { return "" }
func (h *host) focusID(string)                          {}
func (h *host) modal(string, bool)                      {}
func (h *host) resolve(string) string                   { return "" }

func (h *host) clearInput(string)           {}
func (h *host) placeMenu(x, y float64)      {}
func (h *host) stepFocus(id string, by int) {}
