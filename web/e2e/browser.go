package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for something that a person could see. It is
// long because two cores may be doing much else; a healthy run never needs it.
const patience = 60 * time.Second

// theBrowser is shared by all tests of a run; what is not shared are its contexts.
var theBrowser context.Context

// findBrowser takes CHROME first, then the names that distributions use.
func findBrowser() (string, error) {
	if path := os.Getenv("CHROME"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium on PATH: run `make e2e`, which fetches one, or set CHROME")
}

// launch starts the one browser of a run; people are contexts in it.
func launch() (browser context.Context, stop func(), err error) {
	path, err := findBrowser()
	if err != nil {
		return nil, nil, err
	}
	home, err := os.MkdirTemp("", "tabi-e2e-home-")
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		// The browser's own tool bar is pages too, two renderers for each person, that nobody here looks at.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,PaintHolding,PreloadTopChromeWebUI,InitialWebUI,WebUIReloadButton,WebUIToolbar,WebUIToolbarWebView,WebUIOmniboxPopup,WebUIOmniboxAimPopup"),
		chromedp.Flag("accept-lang", "ja-JP,ja"),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.WSURLReadTimeout(60*time.Second),
		chromedp.Env("LANG=C.UTF-8", "HOME="+home))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	browser, stopBrowser := chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil { // no deadline here: it would end the browser
		stopAllocator()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return browser, func() {
		ctx, cancel := context.WithTimeout(browser, 10*time.Second)
		_ = chromedp.Cancel(ctx)
		cancel()
		stopBrowser()
		stopAllocator()
		_ = os.RemoveAll(home)
	}, nil
}

// Person is somebody at a browser of their own: cookies, storage, one tab.
type Person struct {
	tb   testing.TB
	name string
	ctx  context.Context

	mu       sync.Mutex // guards the following
	console  []string
	faults   []string
	expected []*regexp.Regexp
}

// As is how a person's browser is set up.
type As struct {
	Name   string // in artifacts and messages
	Lang   string // "ja" (default), "en" or any other that a browser may wish for
	Phone  bool
	Touch  bool // fingers and no mouse, as on a tablet; a phone has them anyway
	Width  int  // of the viewport; 1280 x 720 by default, 390 x 844 on a phone
	Height int
	Dark   bool
	Media  map[string]string // further media features, as prefers-contrast
}

// Open gives a person a browser; nothing is loaded yet.
func Open(tb testing.TB, as As) *Person {
	tb.Helper()
	ctx, cancel := chromedp.NewContext(theBrowser, chromedp.WithNewBrowserContext())
	tb.Cleanup(cancel)
	p := &Person{tb: tb, name: as.Name, ctx: ctx}
	if p.name == "" {
		p.name = "person"
	}
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("%s: open a tab: %v", p.name, err)
	}
	messages := chromedp.Console(ctx)
	go func() { // ends with the tab
		for m, err := range messages {
			if err != nil {
				return
			}
			p.heard(m)
		}
	}()
	tb.Cleanup(p.close)

	width, height, scale := as.Width, as.Height, 1
	switch {
	case as.Phone && width == 0:
		width, height, scale = 390, 844, 2
	case width == 0:
		width, height = 1280, 720
	}
	p.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": scale, "mobile": as.Phone})
	if as.Phone || as.Touch {
		p.Call("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": true, "maxTouchPoints": 5})
	}
	p.Call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true})
	features := []any{}
	if as.Dark {
		features = append(features, map[string]any{"name": "prefers-color-scheme", "value": "dark"})
	}
	for name, value := range as.Media {
		features = append(features, map[string]any{"name": name, "value": value})
	}
	if len(features) > 0 {
		p.Call("Emulation.setEmulatedMedia", map[string]any{"features": features})
	}
	if as.Lang == "en" {
		p.wish("en-GB", "en")
	} else if as.Lang != "" && as.Lang != "ja" {
		p.wish(as.Lang, "en")
	}
	return p
}

// wish has the browser ask for pages in a language, and else in another.
func (p *Person) wish(lang, other string) {
	p.Call("Network.setExtraHTTPHeaders", map[string]any{"headers": map[string]any{"Accept-Language": lang + "," + other + ";q=0.9"}})
	p.Before(`Object.defineProperty(navigator, "language", {get: () => "` + lang + `"}); Object.defineProperty(navigator, "languages", {get: () => ["` + lang + `", "` + other + `"]})`)
}

// heard sorts what a page says: errors, and the lines in which a Go program in
// the browser dies (they come as plain logs).
func (p *Person) heard(m chromedp.ConsoleMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := m.String()
	p.console = append(p.console, line)
	bad := m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException ||
		strings.HasPrefix(m.Text, "panic:") || strings.HasPrefix(m.Text, "exit code:") || strings.HasPrefix(m.Text, "fatal error:")
	if !bad {
		return
	}
	for _, e := range p.expected {
		if e.MatchString(line) {
			return
		}
	}
	p.faults = append(p.faults, line)
}

// Expect allows errors in the console from here on that match the pattern.
func (p *Person) Expect(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, regexp.MustCompile(pattern))
}

// offlineNoise is what Chromium itself writes when a server cannot be reached.
const offlineNoise = `net::ERR_|error occurred when fetching the script|WebSocket connection to|Failed to load resource|status of 5\d\d`

func (p *Person) close() {
	p.mu.Lock()
	faults := p.faults
	p.mu.Unlock()
	for _, f := range faults {
		p.tb.Errorf("%s's console: %s", p.name, f)
	}
	if !p.tb.Failed() {
		return
	}
	base := artifact(p.tb, p.name)
	if picture, err := p.picture(); err == nil {
		_ = os.WriteFile(base+".png", picture, 0o644)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = os.WriteFile(base+".console.txt", []byte(strings.Join(p.console, "\n")), 0o644)
	p.tb.Logf("%s: see %s.png and .console.txt", p.name, base)
}

// artifact is the path, less its ending, of what a failed test leaves behind.
func artifact(tb testing.TB, what string) string {
	_ = os.MkdirAll("artifacts", 0o755)
	path, _ := filepath.Abs(filepath.Join("artifacts", strings.NewReplacer("/", "_", " ", "_").Replace(tb.Name()+"-"+what)))
	return path
}

func (p *Person) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, patience)
}

// Call is a command of the DevTools protocol, with its parameters as they are:
// the generated types leave zero values out, which Chromium then refuses.
func (p *Person) Call(method string, params any) {
	p.tb.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.FromContext(p.ctx).Target.Call(ctx, method, params, nil); err != nil {
		p.tb.Fatalf("%s: %s: %v", p.name, method, err)
	}
}

// Before runs a script in each page before its own.
func (p *Person) Before(script string) {
	p.tb.Helper()
	p.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": script})
}

// Goto loads a page and waits until it has been read.
func (p *Person) Goto(url string) {
	p.tb.Helper()
	ctx, cancel := p.within()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		p.tb.Fatalf("%s: open %s: %v", p.name, url, err)
	}
}

// Visit opens a map and waits until the client has taken it over.
func (p *Person) Visit(url string) {
	p.tb.Helper()
	p.Goto(url)
	p.Ready()
}

// Ready waits until the client stands and is in step with the server.
func (p *Person) Ready() {
	p.tb.Helper()
	p.Until(`document.documentElement.dataset.ready === "1"`)
	p.Until(`document.querySelector(".state")?.dataset.state === "live"`)
}

// Eval is the value of a script; promises are waited for.
func Eval[T any](p *Person, script string) T {
	p.tb.Helper()
	v, err := eval[T](p, script)
	if err != nil {
		p.tb.Fatalf("%s: %.120s: %v", p.name, script, err)
	}
	return v
}

func eval[T any](p *Person, script string) (T, error) {
	ctx, cancel := p.within()
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Run is a script whose value is not wanted.
func (p *Person) Run(script string) {
	p.tb.Helper()
	Eval[bool](p, "(async () => {"+script+"})().then(() => true)")
}

// Until waits for a condition; errors on the way, as while a page is being
// changed for another, are waited out too.
func (p *Person) Until(condition string) {
	p.tb.Helper()
	p.UntilIn(patience, condition)
}

func (p *Person) UntilIn(limit time.Duration, condition string) {
	p.tb.Helper()
	until := time.Now().Add(limit)
	var last error
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		ok, err := eval[bool](p, "Promise.resolve(("+condition+")).then(Boolean)") // a promise is no answer yet
		if ok {
			return
		}
		if err != nil {
			last = err
		}
		if time.Now().After(until) {
			p.tb.Fatalf("%s: waited in vain for %s (last error: %v)", p.name, condition, last)
		}
		<-time.After(wait)
	}
}

// soon reports whether a condition comes true within two seconds.
func (p *Person) soon(condition string) bool {
	for until := time.Now().Add(2 * time.Second); time.Now().Before(until); <-time.After(20 * time.Millisecond) {
		if ok, _ := eval[bool](p, "!!("+condition+")"); ok {
			return true
		}
	}
	return false
}

// Point is a place in the viewport.
type Point struct{ X, Y float64 }

// Middle is the middle of the first element that matches, once there is one.
func (p *Person) Middle(selector string) Point {
	p.tb.Helper()
	return p.MiddleOf(fmt.Sprintf(`document.querySelector(%s)`, quote(selector)))
}

// MiddleOf is the middle of the element that a script gives.
func (p *Person) MiddleOf(script string) Point {
	p.tb.Helper()
	p.Until(script)
	xy := Eval[[]float64](p, `(() => { const r = (`+script+`).getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2] })()`)
	return Point{xy[0], xy[1]}
}

func quote(s string) string { b, _ := json.Marshal(s); return string(b) }

func (p *Person) mouse(kind string, at Point, buttons, clicks, modifiers int) {
	p.tb.Helper()
	button := "none"
	if kind != "mouseMoved" || buttons == 1 {
		button = "left"
	}
	p.Call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": button, "buttons": buttons, "clickCount": clicks, "modifiers": modifiers})
}

// Modifiers of keys and mouse, as the protocol counts them.
const (
	Alt   = 1
	Ctrl  = 2
	Shift = 8
)

func (p *Person) Move(at Point) { p.tb.Helper(); p.mouse("mouseMoved", at, 0, 0, 0) }

// ClickAt presses and lets go of the left button.
func (p *Person) ClickAt(at Point) {
	p.tb.Helper()
	p.mouse("mouseMoved", at, 0, 0, 0)
	p.mouse("mousePressed", at, 1, 1, 0)
	p.mouse("mouseReleased", at, 0, 1, 0)
}

// Click clicks the middle of what matches, brought into view if need be.
func (p *Person) Click(selector string) {
	p.tb.Helper()
	p.Until(`document.querySelector(` + quote(selector) + `)`)
	p.Run(`document.querySelector(` + quote(selector) + `).scrollIntoView({block: "nearest", inline: "nearest"})`)
	p.ClickAt(p.Middle(selector))
}

// DoubleClickAt is two clicks as a hand makes them.
func (p *Person) DoubleClickAt(at Point) {
	p.tb.Helper()
	p.ClickAt(at)
	p.mouse("mousePressed", at, 1, 2, 0)
	p.mouse("mouseReleased", at, 0, 2, 0)
}

// Drag takes the pointer from one place to another in steps, button down.
func (p *Person) Drag(from, to Point) {
	p.tb.Helper()
	const steps = 12
	p.mouse("mouseMoved", from, 0, 0, 0)
	p.mouse("mousePressed", from, 1, 1, 0)
	for i := 1; i <= steps; i++ {
		f := float64(i) / steps
		p.mouse("mouseMoved", Point{from.X + (to.X-from.X)*f, from.Y + (to.Y-from.Y)*f}, 1, 0, 0)
	}
	p.mouse("mouseReleased", to, 0, 1, 0)
}

// Wheel turns the wheel over a place.
func (p *Person) Wheel(at Point, dx, dy float64, modifiers int) {
	p.tb.Helper()
	p.Call("Input.dispatchMouseEvent", map[string]any{"type": "mouseWheel", "x": at.X, "y": at.Y, "deltaX": dx, "deltaY": dy, "modifiers": modifiers})
}

// keys are the codes of keys that have names.
var keys = map[string]int{
	"Enter": 13, "Tab": 9, "Escape": 27, "Backspace": 8, "Delete": 46, "Home": 36, "End": 35, " ": 32,
	"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "F2": 113, "F6": 117, "F10": 121,
}

// Press presses one key, a named one or a character.
func (p *Person) Press(key string, modifiers ...int) {
	p.tb.Helper()
	held := 0
	for _, m := range modifiers {
		held |= m
	}
	down := map[string]any{"type": "rawKeyDown", "key": key, "modifiers": held}
	code, named := keys[key]
	switch {
	case named:
		down["windowsVirtualKeyCode"], down["code"] = code, key
		if key == "Enter" && held == 0 {
			down["type"], down["text"] = "keyDown", "\r"
		}
		if key == " " {
			down["type"], down["text"], down["code"] = "keyDown", " ", "Space"
		}
	case len(key) == 1:
		upper := strings.ToUpper(key)
		down["windowsVirtualKeyCode"] = int(upper[0])
		if upper[0] >= 'A' && upper[0] <= 'Z' {
			down["code"] = "Key" + upper
		}
		if upper[0] >= '0' && upper[0] <= '9' {
			down["code"] = "Digit" + upper
		}
		if held&^Shift == 0 {
			down["type"], down["text"] = "keyDown", key
		}
		if held == Ctrl && upper == "A" {
			down["commands"] = []string{"selectAll"}
		}
	}
	p.Call("Input.dispatchKeyEvent", down)
	up := map[string]any{"type": "keyUp", "key": key, "modifiers": held, "windowsVirtualKeyCode": down["windowsVirtualKeyCode"], "code": down["code"]}
	if up["code"] == nil {
		delete(up, "code")
	}
	p.Call("Input.dispatchKeyEvent", up)
}

// Type writes ASCII text key by key, as on a keyboard.
func (p *Person) Type(text string) {
	p.tb.Helper()
	for _, r := range text {
		p.Press(string(r))
	}
}

// Insert puts text in as an input method or a clipboard does, in one piece.
func (p *Person) Insert(text string) {
	p.tb.Helper()
	p.Call("Input.insertText", map[string]any{"text": text})
}

// Composing shows what an input method shows while its reading is being typed.
func (p *Person) Composing(text string) {
	p.tb.Helper()
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process"})
	n := len(utf16.Encode([]rune(text)))
	p.Call("Input.imeSetComposition", map[string]any{"text": text, "selectionStart": n, "selectionEnd": n})
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "windowsVirtualKeyCode": 229, "key": "Process"})
}

// Compose types a word through a Japanese input method: its readings, then Enter.
func (p *Person) Compose(readings []string, word string) {
	p.tb.Helper()
	for _, r := range readings {
		p.Composing(r)
	}
	p.Commit(word)
}

// Commit ends a composition with a word; the Enter belongs to the input method.
func (p *Person) Commit(word string) {
	p.tb.Helper()
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "Enter"})
	p.Call("Input.insertText", map[string]any{"text": word})
	p.Call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "windowsVirtualKeyCode": 13, "key": "Enter", "code": "Enter"})
}

// WithoutJavaScript makes the person's browser run no scripts of the page.
func (p *Person) WithoutJavaScript() {
	p.tb.Helper()
	p.Call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true})
}

// picture is a picture of the viewport.
func (p *Person) picture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	var res struct {
		Data string `json:"data"`
	}
	if err := chromedp.FromContext(p.ctx).Target.Call(ctx, "Page.captureScreenshot", map[string]any{"format": "png"}, &res); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(res.Data)
}

// Picture writes a picture of the viewport to a file.
func (p *Person) Picture(path string) {
	p.tb.Helper()
	p.save(path, func(png []byte) ([]byte, error) { return png, nil })
}

// Document writes a picture of the viewport, in few colours, for the documents.
func (p *Person) Document(path string) { p.tb.Helper(); p.save(path, slim) }

func (p *Person) save(path string, made func(png []byte) ([]byte, error)) {
	p.tb.Helper()
	data, err := p.picture()
	if err == nil {
		data, err = made(data)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		p.tb.Fatalf("%s: picture: %v", p.name, err)
	}
}

// settled waits until fonts are there and what changed has been painted.
func (p *Person) settled() {
	p.tb.Helper()
	p.Until(`document.fonts.status === "loaded"`)
	p.Run(`await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`)
}

// Axe fails the test for each rule of axe-core that the page breaks.
func (p *Person) Axe(what string) {
	p.tb.Helper()
	p.axe(what, "", false)
}

// AxeInAll is Axe in both languages, in the light and the dark theme and with more
// contrast in each of them, as the person could choose. The whole page is looked at
// once, and then the part of it that is new; the other themes for what a theme can
// change, colours, which are the same in both languages and on a phone.
func (p *Person) AxeInAll(what, part string) {
	p.tb.Helper()
	p.axe(what, part, true)
}

func (p *Person) axe(what, part string, all bool) {
	p.tb.Helper()
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		p.tb.Fatalf("axe-core is missing, run `make e2e`: %v", err)
	}
	if !Eval[bool](p, `typeof axe !== "undefined"`) {
		Eval[bool](p, string(source)+";true")
	}
	for _, f := range Eval[[]string](p, `(`+axeScript+`)(`+quote(part)+`, `+strconv.FormatBool(all)+`)`) {
		p.tb.Errorf("%s: axe, %s: %s", p.name, what, f)
	}
}

// axeScript gives what axe-core finds, a line each.
const axeScript = `async (part, all) => {
	const root = document.documentElement, found = [];
	const painted = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	const look = async (name, where, rules) => {
		const options = {resultTypes: ["violations"]};
		if (rules) options.runOnly = {type: "rule", values: rules};
		for (const v of (await axe.run(where || document, options)).violations) {
			for (const n of v.nodes) found.push(name + v.id + " (" + v.impact + ") " + n.target.join(" ") + ": " +
				(n.any[0] || n.all[0] || n.none[0] || {message: v.help}).message + " in " + n.html.slice(0, 160));
		}
	};
	if (!all) { await look(""); return found; }
	const was = root.lang, theme = root.dataset.theme, contrast = root.dataset.contrast;
	const speak = async lang => {
		const button = document.querySelector("button[lang=" + lang + "]");
		if (!button || root.lang === lang) return;
		button.click();
		while (root.lang !== lang) await painted();
		await painted();
	};
	const paint = async (theme, contrast) => {
		if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
		if (contrast) root.dataset.contrast = contrast; else delete root.dataset.contrast;
		dispatchEvent(new Event("tabitheme"));
		await painted();
	};
	const langs = document.querySelector("button[lang]") ? [was, was === "ja" ? "en" : "ja"] : [was];
	for (const lang of langs) {
		await speak(lang);
		await paint("light", "normal");
		await look(lang + ", light: ", lang === was ? "" : part);
		if (lang !== was || innerWidth <= 700) continue;
		for (const [theme, contrast] of [["dark", "normal"], ["light", "more"], ["dark", "more"]]) {
			await paint(theme, contrast);
			await look(lang + ", " + theme + ", " + contrast + " contrast: ", part, ["color-contrast", "link-in-text-block"]);
		}
	}
	await speak(was);
	await paint(theme, contrast);
	return found;
}`
