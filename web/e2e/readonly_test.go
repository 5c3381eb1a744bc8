package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

func TestTheReadOnlyPageShowsTheMapWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "reader"})
	p.WithoutJavaScript()
	p.Goto(m.View())
	// The protocol's own evaluation still works while the page's scripts do not.
	p.Until(`document.querySelector("#picture svg.map")`)
	text := Eval[string](p, `document.querySelector("#picture").textContent`)
	for _, want := range []string{"来店", "閲覧のみ", "マップチェック：足りないものは見つかりません。 · 見直しの日はまだ決まっていません。"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if box := Eval[[]float64](p, `(() => { const r = document.querySelector("#picture svg.map").getBoundingClientRect(); return [r.width, r.height] })()`); box[0] < 600 || box[1] < 300 {
		t.Errorf("the picture is %v pixels large", box)
	}
	if Eval[bool](p, `document.documentElement.dataset.script === "on"`) {
		t.Error("scripts ran: the test shows nothing")
	}
}

// The first page of a large map has the words in sight only: without scripts it
// goes on to one that has them all.
func TestALargeMapIsReadableWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := Start(t)
	notes := make([]string, 700)
	for i := range notes {
		notes[i] = fmt.Sprintf(`{"id": "n%d", "lane": "l", "phase": "p", "order": %d, "text": "words of note %d"}`, i, i, i)
	}
	file := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(file, []byte(`{"format": "cjm-sample/1", "id": "large", "lang": "en", "title": "large", "map_type": "current_state",
		"lanes": [{"id": "l", "kind": "action", "order": 0, "name": "Actions"}], "phases": [{"id": "p", "order": 0, "name": "Phase"}],
		"notes": [`+strings.Join(notes, ",")+`]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	m := s.Import(file)
	p := Open(t, As{Name: "reader"})
	p.WithoutJavaScript()
	p.Goto(m.View())
	p.Until(`document.querySelector("#picture").textContent.includes("words of note 699")`)
	if at := Eval[string](p, `location.search`); !strings.Contains(at, "view=whole") {
		t.Errorf("it was on the first page, %q: the map is not large", at)
	}
}

func TestTheReadOnlyPageWatchesLiveAndOffersNoEditing(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	writer, reader := Open(t, As{Name: "writer"}), Open(t, As{Name: "reader"})
	writer.Visit(m.Edit())
	reader.Visit(m.View())
	reader.Until(`document.querySelector("#readonly")`)
	writer.toList()
	reader.toList()
	writer.addNote(0, "見えますか")
	reader.Until(note("見えますか"))
	if n := Eval[int](reader, `document.querySelectorAll("#title, #share, .list-add, #list-undo").length`); n != 0 {
		t.Errorf("%d ways to edit are offered", n)
	}
	// Keys that edit do nothing.
	before := s.Export(m)
	reader.Run(note("見えますか") + `.focus()`)
	for _, key := range []string{"n", "Delete"} {
		reader.Press(key)
	}
	reader.Press("ArrowRight", Alt)
	reader.Press("Enter")
	reader.Until(`document.querySelector("#panel-text")?.readOnly`)
	reader.Insert("!!!")
	writer.addNote(0, "あとで")
	reader.Until(note("あとで")) // whatever the reader did has gone by now
	if after := s.Export(m); strings.Contains(after, "!!!") || strings.Count(after, "見えますか") != strings.Count(before, "見えますか") {
		t.Error("the map was changed by its reader")
	}
}

// A page can be rewritten by whoever holds the browser. So the refusal must be
// the server's: here a frame is made by hand and sent over the reader's own
// socket, and over a socket of our own with the reader's link.
func TestAHandMadeFrameIsRefused(t *testing.T) {
	t.Parallel()
	s := Start(t)
	m := s.Import(sampleJapanese())
	before := s.Export(m)

	t.Run("over a socket of its own", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		conn, _, err := websocket.Dial(ctx, "ws://"+s.Addr+m.ViewPath+"/live", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		conn.SetReadLimit(64 << 20)
		send := func(f wire.Frame) error { return conn.Write(ctx, websocket.MessageBinary, wire.Append(nil, f)) }
		if err := send(wire.Hello{Versions: [2]uint32{wire.Version, wire.Version}, Name: "intruder"}); err != nil {
			t.Fatal(err)
		}
		welcome := readUntil[wire.Welcome](t, ctx, conn)
		if welcome.Role != wire.RoleView {
			t.Fatalf("the link for reading gives the role %v", welcome.Role)
		}
		doc, err := crdt.Load(welcome.Snapshot)
		if err != nil {
			t.Fatal(err)
		}
		replica := welcome.Resume.Replica
		if replica == 0 {
			replica = 77
		}
		edit := doc.Edit(replica)
		edit.Set(crdt.ID{}, 2, []byte("hacked"))
		if err := send(wire.Edits{Batches: [][]byte{edit.Commit().Update}}); err != nil {
			t.Fatal(err)
		}
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				if websocket.CloseStatus(err) == -1 {
					t.Fatalf("the server neither refused nor closed: %v", err)
				}
				break // closed with a code
			}
			frame, err := wire.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if refused, ok := frame.(wire.Refused); ok {
				if refused.Code == wire.CodeNone {
					t.Error("refused without a code")
				}
				break
			}
		}
	})

	t.Run("over the page's socket", func(t *testing.T) {
		p := Open(t, As{Name: "reader"})
		p.Expect(`WebSocket`) // the server may close it
		p.Before(`const Real = WebSocket; window.sockets = [];
			window.WebSocket = class extends Real { constructor(...a) { super(...a); window.sockets.push(this) } }`)
		p.Visit(m.View())
		doc := crdt.New()
		edit := doc.Edit(99)
		edit.Set(crdt.ID{}, 2, []byte("hacked"))
		frame := wire.Append(nil, wire.Edits{Batches: [][]byte{edit.Commit().Update}})
		for _, bytes := range [][]byte{frame, {0xff, 1, 2, 3}, {}} {
			p.Run(`{ const s = window.sockets.at(-1); if (s.readyState === 1) s.send(new Uint8Array(` + jsBytes(bytes) + `)) }`)
		}
		// The page goes on, or comes back by itself.
		p.Until(`document.querySelector(".state").dataset.state === "live" || document.querySelector("#refused")`)
	})

	if after := s.Export(m); after != before {
		t.Error("the map is not what it was")
	}
	if res, err := http.Get("http://" + s.Addr + "/readyz"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the server is not ready afterwards: %v", err)
	} else {
		res.Body.Close()
	}
}

func readUntil[F wire.Frame](t *testing.T, ctx context.Context, conn *websocket.Conn) F {
	t.Helper()
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		frame, err := wire.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := frame.(F); ok {
			return f
		}
	}
}

func jsBytes(b []byte) string {
	var parts []string
	for _, c := range b {
		parts = append(parts, quote2(int(c)))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func TestALinkThatDoesNotWorkGetsAPlainPage(t *testing.T) {
	t.Parallel()
	s := Start(t)
	p := Open(t, As{Name: "lost"})
	p.Expect("status of 40")
	for _, path := range []string{"/m/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/m/x", "/nowhere"} {
		res, err := http.Get("http://" + s.Addr + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
		p.Goto("http://" + s.Addr + path)
		p.Until(`document.querySelector("main h1") && document.querySelector("main a[href='/']")`)
	}
}

func TestARevokedLinkIsCutAtOnce(t *testing.T) {
	t.Parallel()
	s := Start(t)
	owner := Open(t, As{Name: "owner"})
	owner.Goto("http://" + s.Addr + "/")
	owner.Until(`document.documentElement.dataset.ready === "1"`)
	owner.Click("#start-empty")
	owner.Until(`location.pathname.startsWith("/m/")`)
	owner.Ready()
	owner.Click("#share")
	owner.Until(`document.querySelector("#dialog-share[open]")`)
	owner.Click("#share-label")
	owner.Insert("guest")
	owner.Click("#share-new")
	owner.Until(`document.querySelector("#dialog-share .fresh")?.value.includes("/m/")`)
	if !Eval[bool](owner, `!!document.querySelector("#dialog-share .links li:first-child .fresh")`) { // shown once, so before all others
		t.Error("the new link is not the first of the list")
	}
	link := Eval[string](owner, `document.querySelector("#dialog-share .fresh").value`)

	guest := Open(t, As{Name: "guest"})
	guest.Expect(offlineNoise)
	guest.Visit(link)
	owner.Run(`[...document.querySelectorAll("#dialog-share .links li")].find(e => e.textContent.includes("guest")).querySelector(".danger").click()`)
	guest.Until(`document.querySelector(".state").dataset.state === "refused"`)
	guest.Until(`document.querySelector("#refused")`)
	res, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode < 400 {
		t.Errorf("the link is still answered with %d", res.StatusCode)
	}
}
