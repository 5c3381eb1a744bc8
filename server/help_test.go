package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store"
	"github.com/tabi-map/tabi/server/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; it never waits it out when all is well.
const patience = 20 * time.Second

// What a map is made of in these tests: one register on the root, its title.
const title crdt.Field = 1

func titled(s string) server.Draft {
	return func(_ *crdt.Document, e *crdt.Edit) error {
		e.Set(crdt.ID{}, title, []byte(s))
		return e.Err()
	}
}

func titleOf(doc *crdt.Document, _ string) string { return string(doc.Get(crdt.ID{}, title)) }

var testMaps = server.Maps{
	Title: titleOf,
	Picture: func(doc *crdt.Document, _, lang string, _ func(string) string) []byte {
		return []byte("<svg>" + titleOf(doc, lang) + "</svg>")
	},
	File: func(doc *crdt.Document, name, _ string, _ func(string) string) ([]byte, string, bool) {
		body, err := json.Marshal(map[string]string{"title": titleOf(doc, "")})
		return body, "application/json; charset=utf-8", err == nil && name == "map.json"
	},
	Import: func(r io.Reader, _ string) (server.Draft, error) {
		var file struct{ Title string }
		body, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(body, &file); err != nil {
			return nil, fmt.Errorf("line 1: %w", err)
		}
		return titled(file.Title), nil
	},
	New: func(title, template, _ string) (server.Draft, error) {
		if template != "" && template != "known" {
			return nil, server.ErrTemplate
		}
		return titled(title + template), nil
	},
	Copy: func(source *crdt.Document, as, _ string) (server.Draft, error) {
		if as != "copy" {
			return nil, server.ErrTemplate
		}
		return titled(as + " of " + titleOf(source, "")), nil
	},
	Fork: func(doc *crdt.Document, source, _ string) error {
		e := doc.Edit(room.ServerReplica)
		e.Set(crdt.ID{}, title, []byte("fork of "+titleOf(doc, "")))
		e.Commit()
		return nil
	},
	Templates: func(lang string) []server.Template { return []server.Template{{ID: "known", Name: "Known " + lang}} },
}

// clock is a wall clock that tests set forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// records lets the memory store keep links. before, when set, runs before each look-up, without a lock.
type records struct {
	*storetest.Memory
	before atomic.Pointer[func(bucket string)]
}

func (r *records) Apply(ctx context.Context, changes ...access.Change) error {
	var list []store.Change
	for _, c := range changes {
		list = append(list, store.Change(c))
	}
	return r.Memory.Apply(ctx, list...)
}

func (r *records) Get(ctx context.Context, bucket, key string) ([]byte, error) {
	if before := r.before.Load(); before != nil {
		(*before)(bucket)
	}
	return r.Memory.Get(ctx, bucket, key)
}

// world is a server on a real socket over a store in memory.
type world struct {
	*testing.T
	*server.Server
	url     string
	clock   *clock
	memory  *storetest.Memory
	records *records
	host    *room.Host
	access  *access.Registry
	log     *lockedBuffer
	client  *http.Client
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// logged waits until the log says something: a room logs what it did after it did it.
func (w *world) logged(said string) {
	w.Helper()
	for until := time.Now().Add(patience); !strings.Contains(w.log.String(), said); runtime.Gosched() {
		if time.Now().After(until) {
			w.Fatalf("the log does not say %s:\n%s", said, w.log.String())
		}
	}
}

func newWorld(t *testing.T, change ...func(*server.Options)) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{}, memory: &storetest.Memory{}, log: &lockedBuffer{}}
	w.records = &records{Memory: w.memory}
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	metrics := server.NewMetrics()
	w.host = room.NewHost(room.Options{Log: w.memory, Metrics: metrics, Logger: logger})
	n := atomic.Int64{}
	w.access = access.New(w.records, access.Options{
		NewID: func() string { return fmt.Sprint("id", n.Add(1)) }, OnRevoke: w.host.CloseLink, Now: w.clock.now,
	})
	o := server.Options{
		Host: w.host, Access: w.access, Maps: testMaps, Logger: logger, Metrics: metrics, Now: w.clock.now, Images: w.records,
		Say:    func(lang, key string, _ ...any) string { return lang + ":" + key },
		Detect: func(accept string) string { return strings.TrimSpace(accept + "en")[:2] },
	}
	for _, c := range change {
		c(&o)
	}
	w.Server = server.New(o)
	w.SetReady(true)
	web := httptest.NewServer(w.Handler())
	w.url = web.URL
	w.client = &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := w.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		w.client.CloseIdleConnections()
		web.CloseClientConnections()
		web.Close()
	})
	return w
}

// newMap makes a map and its three links.
func (w *world) newMap() (id string, links server.FirstLinks) {
	w.Helper()
	id, links, err := server.CreateMap(w.Context(), w.host, w.access, titled("a map"))
	if err != nil {
		w.Fatal(err)
	}
	return id, links
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are pairs.
func (w *world) ask(method, path, body string, headers ...string) answer {
	w.Helper()
	request, err := http.NewRequestWithContext(w.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := w.client.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// code is the stable code in an answer to a call.
func (a answer) code() string {
	var body struct{ Code string }
	_ = json.Unmarshal([]byte(a.body), &body)
	return body.Code
}

func (w *world) want(a answer, status int, contains ...string) {
	w.Helper()
	if a.status != status {
		w.Errorf("status %d, want %d: %s", a.status, status, a.body)
	}
	for _, c := range contains {
		if !strings.Contains(a.body, c) {
			w.Errorf("%q is not in %.500s", c, a.body)
		}
	}
}

// person is a client on a WebSocket.
type person struct {
	w    *world
	ws   *websocket.Conn
	doc  *crdt.Document
	me   wire.Resume
	hail wire.Welcome
}

// dial opens a WebSocket, or returns the status of the refusal.
func (w *world) dial(token access.Token, headers ...string) (*person, int) {
	w.Helper()
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	defer cancel()
	ws, response, err := websocket.Dial(ctx, w.url+"/m/"+token.Reveal()+"/live", &websocket.DialOptions{HTTPClient: w.client, HTTPHeader: header})
	if err != nil {
		if response == nil {
			w.Fatal(err)
		}
		return nil, response.StatusCode
	}
	ws.SetReadLimit(-1)
	w.Cleanup(func() { ws.CloseNow() })
	return &person{w: w, ws: ws}, response.StatusCode
}

// join opens a WebSocket and is welcomed.
func (w *world) join(token access.Token, headers ...string) *person {
	w.Helper()
	p, status := w.dial(token, headers...)
	if p == nil {
		w.Fatalf("dial: %d", status)
	}
	p.send(wire.Hello{Versions: [2]uint32{1, 1}, Name: "someone"})
	var ok bool
	if p.hail, ok = p.read().(wire.Welcome); !ok {
		w.Fatal("not welcomed")
	}
	p.me, p.doc = p.hail.Resume, crdt.New()
	if len(p.hail.Snapshot) > 0 {
		var err error
		if p.doc, err = crdt.Load(p.hail.Snapshot); err != nil {
			w.Fatal(err)
		}
	}
	return p
}

func (p *person) send(f wire.Frame) {
	p.w.Helper()
	p.sendBytes(websocket.MessageBinary, wire.Append(nil, f))
}

func (p *person) sendBytes(kind websocket.MessageType, b []byte) {
	p.w.Helper()
	ctx, cancel := context.WithTimeout(p.w.Context(), patience)
	defer cancel()
	if err := p.ws.Write(ctx, kind, b); err != nil {
		p.w.Errorf("write: %v", err)
	}
}

// next reads a frame; the error is that of the socket.
func (p *person) next() (wire.Frame, error) {
	p.w.Helper()
	ctx, cancel := context.WithTimeout(p.w.Context(), patience)
	defer cancel()
	_, b, err := p.ws.Read(ctx)
	if err != nil {
		return nil, err
	}
	f, err := wire.Decode(b)
	if err != nil {
		p.w.Fatal(err)
	}
	return f, nil
}

func (p *person) read() wire.Frame {
	p.w.Helper()
	f, err := p.next()
	if err != nil {
		p.w.Fatal(err)
	}
	return f
}

// closed reads until the end and returns the code of the Closing frame and of the close.
func (p *person) closed() (closing wire.Closing, status int) {
	p.w.Helper()
	for {
		f, err := p.next()
		if err != nil {
			var e websocket.CloseError
			if !errors.As(err, &e) {
				p.w.Errorf("the connection ended without a close: %v", err)
			}
			return closing, int(e.Code)
		}
		if c, ok := f.(wire.Closing); ok {
			closing = c
		}
	}
}

func (p *person) wantClosed(code wire.Code) wire.Closing {
	p.w.Helper()
	closing, status := p.closed()
	if closing.Code != code && closing.Code != wire.CodeNone || status != code.CloseCode() {
		p.w.Errorf("closed with %v and %d, want %v and %d", closing.Code, status, code, code.CloseCode())
	}
	return closing
}

// edit sets the title and sends that.
func (p *person) edit(s string) {
	p.w.Helper()
	e := p.doc.Edit(p.me.Replica)
	e.Set(crdt.ID{}, title, []byte(s))
	c := e.Commit()
	p.send(wire.Edits{Batches: [][]byte{c.Update}})
}

// see reads until the title is this.
func (p *person) see(want string) {
	p.w.Helper()
	for titleOf(p.doc, "") != want {
		if m, ok := p.read().(wire.Merged); ok {
			for _, b := range m.Batches {
				if _, err := p.doc.Merge(b); err != nil {
					p.w.Fatal(err)
				}
			}
		}
	}
}

// stillThere: the connection answers.
func (p *person) stillThere() {
	p.w.Helper()
	p.send(wire.Ping{Token: 7})
	until(p, func(f wire.Pong) bool { return f.Token == 7 })
}

// until reads frames until one fits.
func until[F wire.Frame](p *person, fits func(F) bool) F {
	p.w.Helper()
	for {
		if f, ok := p.read().(F); ok && fits(f) {
			return f
		}
	}
}

// title is what the room has now.
func (w *world) title(mapID string) (s string) {
	w.Helper()
	err := w.host.View(w.Context(), mapID, func(doc *crdt.Document) error { s = titleOf(doc, ""); return nil })
	if err != nil {
		w.Fatal(err)
	}
	return s
}
