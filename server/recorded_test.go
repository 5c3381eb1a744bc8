package server_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// A page that was loaded before the server was updated says what it always said, and must be answered with bytes that it
// understands: the conversation was recorded when version 1 was released, and is never made anew. A frame may have got
// longer since (P6). A page that is newer than the server comes down to the server's version.
func TestRecordedConversation_P5(t *testing.T) {
	const file = "testdata/conversation-v1.txt"
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(file, []byte(recordConversation(t)), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("%s was recorded: commit it with the release of its version", file)
	}
	for name, highest := range map[string]byte{"an old page": 1, "a page of the next version": 2, "of a later one": 9} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, links := w.newMap()
			p, _ := w.dial(links.Edit)
			for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				direction, said, _ := strings.Cut(line, " ")
				switch direction {
				case ">":
					frame, err := hex.DecodeString(said)
					if err != nil {
						t.Fatal(err)
					}
					if i == 1 {
						frame[2] = highest // of Hello's versions
					}
					p.sendBytes(websocket.MessageBinary, frame)
				case "<":
					p.mustHear(i+1, said)
				}
			}
		})
	}
}

// mustHear reads until a frame begins as recorded; dots stand for what is different each time.
func (p *person) mustHear(line int, want string) {
	p.w.Helper()
	heard := ""
	for {
		ctx, cancel := context.WithTimeout(p.w.Context(), patience)
		_, b, err := p.ws.Read(ctx)
		cancel()
		if err != nil {
			p.w.Fatalf("line %d: wanted %s, heard%s, then %v", line, want, heard, err)
		}
		got := []byte(hex.EncodeToString(b))
		for i := range min(len(got), len(want)) {
			if want[i] == '.' {
				got[i] = '.'
			}
		}
		if bytes.HasPrefix(got, []byte(want)) {
			return
		}
		heard += "\n" + string(got)
	}
}

// recordConversation says everything once that a page may say.
func recordConversation(t *testing.T) string {
	w := newWorld(t)
	_, links := w.newMap()
	p, _ := w.dial(links.Edit)
	script := &strings.Builder{}
	script.WriteString("# Version 1: > is what the page says, < what it hears, .. is different each time.\n")
	secret := ""
	say := func(f wire.Frame) {
		b := wire.Append(nil, f)
		script.WriteString("> " + hex.EncodeToString(b) + "\n")
		p.sendBytes(websocket.MessageBinary, b)
	}
	hear := func(fits func(wire.Frame) bool) wire.Frame {
		for {
			f := p.read()
			if !fits(f) {
				continue
			}
			text := hex.EncodeToString(wire.Append(nil, f))
			if m, ok := f.(wire.Welcome); ok {
				secret = hex.EncodeToString(m.Resume.Secret[:])
				text = strings.ReplaceAll(text, hex.EncodeToString([]byte(m.MapID)), strings.Repeat("..", len(m.MapID)))
			}
			text = strings.ReplaceAll(text, secret, strings.Repeat(".", len(secret)))
			script.WriteString("< " + text + "\n")
			return f
		}
	}
	merged := func(fits func(wire.Merged) bool) func(wire.Frame) bool {
		return func(f wire.Frame) bool { m, ok := f.(wire.Merged); return ok && fits(m) }
	}
	say(wire.Hello{Versions: [2]uint32{1, 1}, Name: "佐藤 🚃", Department: "sales"})
	hail := hear(func(f wire.Frame) bool { _, ok := f.(wire.Welcome); return ok }).(wire.Welcome)
	hear(merged(func(m wire.Merged) bool { return len(m.Joined) == 1 }))
	doc, err := crdt.Load(hail.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	batch := func(s string) []byte {
		e := doc.Edit(hail.Resume.Replica)
		e.Set(crdt.ID{}, title, []byte(s))
		return e.Commit().Update
	}
	first, _, third := batch("a title"), batch("never sent"), batch("another")
	say(wire.Edits{Batches: [][]byte{first}})
	hear(merged(func(m wire.Merged) bool { return len(m.Batches) == 1 }))
	say(wire.Edits{Batches: [][]byte{first}})
	hear(func(f wire.Frame) bool { _, ok := f.(wire.Acknowledged); return ok })
	say(wire.Edits{Batches: [][]byte{third}})
	hear(func(f wire.Frame) bool { r, ok := f.(wire.Refused); return ok && r.Code == wire.CodeEditHole })
	say(wire.Presence{State: []byte{1, 1, 8, 0, 0, 128, 63, 0, 0, 0, 64}})
	hear(merged(func(m wire.Merged) bool { return len(m.Presence) == 1 }))
	say(wire.Rename{Name: "鈴木", Department: "field"})
	hear(merged(func(m wire.Merged) bool { return len(m.Joined) == 1 }))
	say(wire.Ping{Token: 7})
	hear(func(f wire.Frame) bool { _, ok := f.(wire.Pong); return ok })
	say(wire.Hello{Versions: [2]uint32{1, 1}, Name: "again"})
	hear(func(f wire.Frame) bool { _, ok := f.(wire.Closing); return ok })
	return script.String()
}
