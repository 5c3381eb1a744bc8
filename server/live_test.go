package server_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store/storetest"
)

func TestTwoPeopleEditOneMap(t *testing.T) {
	w := newWorld(t)
	mapID, links := w.newMap()
	a, b, watcher := w.join(links.Edit), w.join(links.Edit), w.join(links.View)
	a.see("a map")
	if a.hail.Role != wire.RoleEdit || watcher.hail.Role != wire.RoleView || a.hail.MapID != mapID {
		t.Errorf("%+v", a.hail)
	}
	a.edit("from a")
	b.see("from a")
	watcher.see("from a")
	b.edit("from b")
	a.see("from b")
	watcher.see("from b")
	if got := w.title(mapID); got != "from b" {
		t.Error(got)
	}
}

func TestHandshake(t *testing.T) {
	t.Run("P76_a_link_that_opens_nothing_is_told_so_by_code", func(t *testing.T) {
		w := newWorld(t)
		mapID, links := w.newMap()
		grant, _ := w.access.Resolve(t.Context(), links.View)
		if err := w.access.Revoke(t.Context(), mapID, grant.Link); err != nil {
			t.Fatal(err)
		}
		expiring, _ := w.access.Mint(t.Context(), mapID, access.Want{Role: access.View, Expires: w.clock.now().Add(time.Minute)})
		w.clock.advance(time.Hour)
		for token, code := range map[access.Token]wire.Code{access.NewToken(): wire.CodeLinkUnknown, links.View: wire.CodeLinkRevoked, expiring.Token: wire.CodeLinkExpired} {
			p, _ := w.dial(token)
			if closing := p.wantClosed(code); closing.Code != code {
				t.Errorf("the frame says %v", closing.Code)
			}
		}
	})
	t.Run("P76_who_says_nothing_is_closed", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) { o.Limits.HelloTimeout = 20 * time.Millisecond })
		_, links := w.newMap()
		p, _ := w.dial(links.View)
		p.wantClosed(wire.CodeHelloLate)
	})
	t.Run("P76_floods_and_full_servers", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			o.Limits.Connections = 4
			o.Limits.HandshakesBurst, o.Limits.HandshakesPerSecond = 3, 1
		})
		_, links := w.newMap()
		from := func(addr string) []string { return []string{"X-Forwarded-For", addr} }
		a, b := w.join(links.View, from("203.0.113.1")...), w.join(links.View, from("203.0.113.1")...)
		w.join(links.View, from("203.0.113.2")...)
		w.join(links.View, from("203.0.113.3")...)
		for i, want := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests} { // full, and then a flood
			if p, status := w.dial(links.View, from("203.0.113.1")...); p != nil || status != want {
				t.Errorf("attempt %d: %d, want %d", i, status, want)
			}
		}
		for addr, want := range map[string]int{"203.0.113.9": http.StatusServiceUnavailable, "203.0.113.1": http.StatusTooManyRequests} {
			a := w.ask("GET", "/m/"+links.View.Reveal()+"/live", "", from(addr)...)
			if a.status != want || a.header.Get("Retry-After") == "" {
				t.Errorf("%d, come back after %q s", a.status, a.header.Get("Retry-After"))
			}
		}
		// Nobody who was there before has been closed for it.
		for _, p := range []*person{a, b} {
			p.stillThere()
		}
	})
	t.Run("P47_too_many_open_maps", func(t *testing.T) {
		host := room.NewHost(room.Options{Log: &storetest.Memory{}, Limits: room.Limits{RoomsMax: 1}})
		w := newWorld(t, func(o *server.Options) { o.Host = host })
		t.Cleanup(func() { // of the one that makes the maps; the other is the server's
			if err := w.host.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
		})
		_, first := w.newMap()
		_, second := w.newMap()
		a := w.join(first.Edit)
		p, _ := w.dial(second.Edit)
		p.send(wire.Hello{Versions: [2]uint32{1, 1}})
		if closing := p.wantClosed(wire.CodeBusy); closing.RetryAfter == 0 {
			t.Error("no hint when to come back")
		}
		w.join(first.View).stillThere()
		a.stillThere()
	})
	t.Run("P76_too_many_of_one_address", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			o.Limits.ConnectionsPerAddress = 1
		})
		_, links := w.newMap()
		a := w.join(links.View, "X-Forwarded-For", "203.0.113.1")
		p, _ := w.dial(links.View, "X-Forwarded-For", "203.0.113.1")
		if closing := p.wantClosed(wire.CodeConnections); closing.RetryAfter == 0 {
			t.Error("no hint when to come back")
		}
		w.join(links.View, "X-Forwarded-For", "203.0.113.2")
		a.stillThere()
	})
	t.Run("P77_only_pages_of_this_server", func(t *testing.T) {
		public, _ := url.Parse("https://maps.example.org")
		w := newWorld(t)
		strict := newWorld(t, func(o *server.Options) {
			o.PublicURL = public
			o.OtherOrigins = []string{"https://intranet.example.org"}
		})
		proxied := newWorld(t, func(o *server.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} })
		for _, c := range []struct {
			w       *world
			origin  string
			headers []string
			ok      bool
		}{
			{w, "", nil, true},
			{w, w.url, nil, true},
			{w, strings.Replace(w.url, "http", "https", 1), nil, true}, // a proxy does the TLS
			{w, "http://evil.example", nil, false},
			{w, w.url + ".evil.example", nil, false},
			{w, "null", nil, false},
			{w, "file://" + strings.TrimPrefix(w.url, "http://"), nil, false},
			{w, "://", nil, false},
			{strict, "https://maps.example.org", nil, true},
			{strict, "https://MAPS.example.org", nil, true},
			{strict, "http://maps.example.org", nil, false},
			{strict, "https://maps.example.org:444", nil, false},
			{strict, strict.url, nil, false},
			{strict, "https://intranet.example.org", nil, true},
			{strict, "http://intranet.example.org", nil, false},
			{proxied, proxied.url, []string{"X-Forwarded-Proto", "https"}, false},
			{proxied, strings.Replace(proxied.url, "http", "https", 1), []string{"X-Forwarded-Proto", "https"}, true},
		} {
			_, links := c.w.newMap()
			headers := c.headers
			if c.origin != "" {
				headers = append(headers, "Origin", c.origin)
			}
			p, status := c.w.dial(links.View, headers...)
			if ok := p != nil; ok != c.ok || !ok && status != http.StatusForbidden {
				t.Errorf("origin %q: %v, status %d", c.origin, ok, status)
			}
		}
	})
	t.Run("P78_a_link_revoked_while_its_holder_joins", func(t *testing.T) {
		w := newWorld(t)
		mapID, links := w.newMap()
		grant, _ := w.access.Resolve(t.Context(), links.Edit)
		p, _ := w.dial(links.Edit)
		var revoked atomic.Bool
		before := func(bucket string) {
			if bucket == "links" { // the second look, after the join; Revoke looks too
				if !revoked.CompareAndSwap(false, true) {
					return
				}
				if err := w.access.Revoke(context.Background(), mapID, grant.Link); err != nil {
					t.Error(err)
				}
			}
		}
		w.records.before.Store(&before)
		p.send(wire.Hello{Versions: [2]uint32{1, 1}})
		p.wantClosed(wire.CodeLinkRevoked)
	})
}

func TestRevokedLinkCutsLiveConnections(t *testing.T) {
	w := newWorld(t)
	mapID, links := w.newMap()
	editor, watcher, owner := w.join(links.Edit), w.join(links.View), w.join(links.Owner)
	editor.edit("before")
	owner.see("before")
	grant, _ := w.access.Resolve(t.Context(), links.Edit)
	began := time.Now()
	w.want(w.ask("DELETE", "/api/m/"+links.Owner.Reveal()+"/links/"+grant.Link, ""), 204)
	editor.wantClosed(wire.CodeLinkRevoked)
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	owner.edit("after")
	watcher.see("after")
	if got := w.title(mapID); got != "after" {
		t.Error(got)
	}
}

func TestExpiredLinkCutsLiveConnections(t *testing.T) {
	w := newWorld(t)
	mapID, _ := w.newMap()
	m, err := w.access.Mint(t.Context(), mapID, access.Want{Role: access.Edit, Expires: w.clock.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	p := w.join(m.Token)
	w.clock.advance(time.Hour)
	w.Beat()
	p.wantClosed(wire.CodeLinkExpired)
}

// Whatever a client sends, it alone is closed, with a code that says why, and the map is as it was.
func TestHostileFrames(t *testing.T) {
	w := newWorld(t, func(o *server.Options) { o.Limits.FrameBytes = 1 << 20 })
	mapID, links := w.newMap()
	bystander := w.join(links.Edit)
	foreign := crdt.New().Edit(77)
	foreign.Set(crdt.ID{}, title, []byte("hacked"))
	stolen := foreign.Commit().Update
	for name, c := range map[string]struct {
		token access.Token
		send  func(p *person)
		code  wire.Code
	}{
		"text":          {links.Edit, func(p *person) { p.sendBytes(websocket.MessageText, []byte("hello")) }, wire.CodeBadFrame},
		"nothing":       {links.Edit, func(p *person) { p.sendBytes(websocket.MessageBinary, nil) }, wire.CodeBadFrame},
		"unknown_frame": {links.Edit, func(p *person) { p.sendBytes(websocket.MessageBinary, []byte{0x3f, 1, 2, 3}) }, wire.CodeUnknownFrame},
		"cut_off": {links.Edit, func(p *person) {
			b := wire.Append(nil, wire.Rename{Name: "x"})
			p.sendBytes(websocket.MessageBinary, b[:len(b)-1])
		}, wire.CodeBadFrame},
		"a_servers_frame": {links.Edit, func(p *person) { p.send(wire.Acknowledged{Counter: 9}) }, wire.CodeUnexpectedFrame},
		"hello_again":     {links.Edit, func(p *person) { p.send(wire.Hello{Versions: [2]uint32{1, 1}}) }, wire.CodeUnexpectedFrame},
		"too_big":         {links.Edit, func(p *person) { p.sendBytes(websocket.MessageBinary, make([]byte, 1<<20+1)) }, wire.CodeFrameTooBig},
		"a_huge_claim": {links.Edit, func(p *person) {
			p.sendBytes(websocket.MessageBinary, []byte{2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
		}, wire.CodeBadFrame},
		"edit_by_view":    {links.View, func(p *person) { p.send(wire.Edits{Batches: [][]byte{stolen}}) }, wire.CodeNotAllowed},
		"as_someone_else": {links.Edit, func(p *person) { p.send(wire.Edits{Batches: [][]byte{stolen}}) }, wire.CodeEditForeign},
		"damaged_edit":    {links.Edit, func(p *person) { p.send(wire.Edits{Batches: [][]byte{{1, 2, 3}}}) }, wire.CodeEditDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{T: t, Server: w.Server, url: w.url, client: w.client, host: w.host, access: w.access}
			p := w.join(c.token)
			c.send(p)
			// The room may refuse the edit and keep the peer, or close it: it must say why either way.
			for {
				f, err := p.next()
				if err != nil {
					var e websocket.CloseError
					if !errors.As(err, &e) || int(e.Code) != c.code.CloseCode() {
						t.Errorf("%v, want %d", err, c.code.CloseCode())
					}
					break
				}
				if r, ok := f.(wire.Refused); ok {
					if r.Code != c.code {
						t.Errorf("refused with %v, want %v", r.Code, c.code)
					}
					break
				}
				if r, ok := f.(wire.Closing); ok && r.Code != c.code {
					t.Errorf("closing with %v, want %v", r.Code, c.code)
				}
			}
		})
	}
	first, _ := w.dial(links.Edit)
	first.send(wire.Presence{State: []byte("x")})
	first.wantClosed(wire.CodeUnexpectedFrame)
	if got := w.title(mapID); got != "a map" {
		t.Errorf("the map says %q", got)
	}
	bystander.edit("still here")
	if e := w.join(links.View); titleOf(e.doc, "") != "still here" {
		e.see("still here")
	}
}

func TestSilence_P79_behind_a_proxy(t *testing.T) {
	w := newWorld(t)
	_, links := w.newMap()
	quiet, other := w.join(links.Edit, "Via", "1.1 proxy"), w.join(links.Edit, "Via", "1.1 proxy")
	quiet.send(wire.Presence{State: []byte("cursor")})
	shown := func(state string) func(wire.Merged) bool {
		return func(m wire.Merged) bool {
			for _, p := range m.Presence {
				if p.Peer == quiet.hail.Peer && string(p.State) == state {
					return true
				}
			}
			return false
		}
	}
	until(other, shown("cursor"))
	// quiet's test client reads nothing from now on, so that no pong goes out; other's goes on reading.
	w.clock.advance(w.pingAfter())
	w.Beat() // pings both
	other.send(wire.Ping{Token: 1})
	until(other, func(f wire.Pong) bool { return f.Token == 1 })
	w.clock.advance(server.DefaultLimits.HideAfter - server.DefaultLimits.PingAfter)
	w.Beat()
	until(other, shown(""))
	other.send(wire.Ping{Token: 2})
	until(other, func(f wire.Pong) bool { return f.Token == 2 })
	// Somebody who only was slow is seen again.
	quiet.send(wire.Presence{State: []byte("back")})
	until(other, shown("back"))
	w.Beat()
	w.clock.advance(server.DefaultLimits.CloseAfter - time.Second)
	other.send(wire.Ping{Token: 3})
	until(other, func(f wire.Pong) bool { return f.Token == 3 })
	w.Beat()
	other.send(wire.Ping{Token: 4})
	until(other, func(f wire.Pong) bool { return f.Token == 4 })
	w.clock.advance(time.Second)
	w.Beat()
	quiet.wantClosed(wire.CodeIdle)
	left := func(m wire.Merged) bool { return len(m.Left) == 1 && m.Left[0] == quiet.hail.Peer }
	until(other, left)
}

// Where no proxy stands between, the kernel looks after the line, and an idle connection is left alone for a minute.
func TestSilence_P79_with_nobody_between(t *testing.T) {
	w := newWorld(t)
	_, links := w.newMap()
	quiet, other := w.join(links.Edit), w.join(links.Edit)
	alive := func(token uint64) {
		other.send(wire.Ping{Token: token})
		until(other, func(f wire.Pong) bool { return f.Token == token })
	}
	l := server.DefaultLimits
	for token, wait := range []time.Duration{l.CloseAfter, l.PingDirectAfter - l.CloseAfter, l.CloseAfter - l.PingAfter - time.Second} {
		w.clock.advance(wait)
		w.Beat()
		alive(uint64(token))
	}
	w.clock.advance(time.Second)
	w.Beat()
	quiet.wantClosed(wire.CodeIdle)
}

func (w *world) pingAfter() time.Duration { return server.DefaultLimits.PingAfter }

// A client may ping while frames stream out: nothing is torn, and each ping is answered or, when the socket is full, not.
func TestControlFramesBetweenDataFrames(t *testing.T) {
	w := newWorld(t)
	_, links := w.newMap()
	writer, reader := w.join(links.Edit), w.join(links.View)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	const edits = 60
	title := func(i int) string { return fmt.Sprint(i, strings.Repeat("x", i*1000)) }
	var pings sync.WaitGroup
	pings.Add(1)
	go func() { // ends after its pings; pongs are seen by who reads
		defer pings.Done()
		for range 50 {
			if err := reader.ws.Ping(ctx); err != nil {
				t.Errorf("ping: %v", err)
				return
			}
		}
	}()
	written := make(chan struct{})
	go func() { // ends after its edits
		defer close(written)
		for i := range edits {
			writer.edit(title(i))
			writer.send(wire.Ping{Token: uint64(i)})
			until(writer, func(f wire.Pong) bool { return f.Token == uint64(i) })
		}
	}()
	reader.see(title(edits - 1))
	<-written
	read := make(chan struct{})
	go func() { // ends when the socket does
		defer close(read)
		for {
			if _, _, err := reader.ws.Read(context.Background()); err != nil {
				return
			}
		}
	}()
	pings.Wait()
	reader.ws.CloseNow()
	<-read
}

func TestShutdownTellsEverybodyToComeBack(t *testing.T) {
	w := newWorld(t)
	mapID, links := w.newMap()
	var people []*person
	for range 20 {
		people = append(people, w.join(links.Edit))
	}
	people[0].edit("acknowledged")
	people[1].see("acknowledged")
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() { done <- w.Shutdown(ctx) }() // ends with the shutdown
	waits := map[time.Duration]bool{}
	for _, p := range people {
		closing := p.wantClosed(wire.CodeRestarting)
		waits[closing.RetryAfter] = true
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if len(waits) < 5 {
		t.Errorf("20 people are asked to come back after %v", waits)
	}
	if p, status := w.dial(links.Edit); p != nil || status != http.StatusServiceUnavailable {
		t.Errorf("a late comer: %d", status)
	}
	w.want(w.ask("GET", "/readyz", ""), 503)
	entries := 0
	if err := w.memory.Load(t.Context(), mapID, func(uint64, []byte) error { entries++; return nil }, func(uint64, []byte) error { entries++; return nil }); err != nil || entries == 0 {
		t.Error(entries, err)
	}
}

// Somebody who never reads is closed without anybody else noticing, and shutting down does not wait for him.
func TestShutdownWithPeersThatDoNotRead(t *testing.T) {
	w := newWorld(t)
	_, links := w.newMap()
	w.rawly(links.Edit)
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %v", took)
	}
}
