package server_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
)

func TestPages(t *testing.T) {
	t.Run("P70_a_map_is_drawn_into_its_page", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) {
			o.Shell = func(p server.Page) (before, after []byte) {
				return []byte(string(p.Kind) + " " + p.Lang + " " + p.Role + " " + p.Title + " "), []byte(" end")
			}
			o.CSP = "default-src 'self'"
		})
		_, links := w.newMap()
		a := w.ask("GET", "/m/"+links.View.Reveal(), "", "Accept-Language", "ja")
		w.want(a, 200, "map ja view a map <svg>a map</svg> end")
		w.want(w.ask("GET", "/m/"+links.Owner.Reveal()+"?lang=en", ""), 200, "map en owner")
		w.want(w.ask("GET", "/", ""), 200, "start en")
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin", "Content-Language": "ja", "X-Robots-Tag": "noindex, nofollow",
		} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		export := w.ask("GET", "/m/"+links.View.Reveal()+"/map.json", "")
		w.want(export, 200, `{"title":"a map"}`)
		if d := export.header.Get("Content-Disposition"); d != `attachment; filename="a map.json"` {
			t.Error(d)
		}
	})
	t.Run("P70_a_page_begins_while_its_map_is_drawn", func(t *testing.T) {
		begun := make(chan struct{})
		w := newWorld(t, func(o *server.Options) {
			o.Shell = func(server.Page) (before, after []byte) { return []byte("before "), []byte(" after") }
			o.Maps.Picture = func(*crdt.Document, string, string, func(string) string) []byte { <-begun; return []byte("map") }
		})
		_, links := w.newMap()
		for _, encoding := range []string{"identity", "gzip"} {
			begun = make(chan struct{})
			request, _ := http.NewRequest("GET", w.url+"/m/"+links.View.Reveal(), nil)
			request.Header.Set("Accept-Encoding", encoding)
			response, err := w.client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			body := io.Reader(response.Body)
			if encoding == "gzip" {
				if body, err = gzip.NewReader(body); err != nil {
					t.Fatal(err)
				}
			}
			head := make([]byte, len("before "))
			if _, err := io.ReadFull(body, head); err != nil || string(head) != "before " {
				t.Fatalf("%s: %q, %v", encoding, head, err)
			}
			close(begun) // it is drawn only now
			rest, err := io.ReadAll(body)
			response.Body.Close()
			if err != nil || string(rest) != "map after" {
				t.Errorf("%s: %q, %v", encoding, rest, err)
			}
		}
	})
	t.Run("P84_a_map_is_fetched_as_a_snapshot", func(t *testing.T) {
		w := newWorld(t)
		mapID, links := w.newMap()
		for _, token := range []access.Token{links.View, links.Owner} {
			got := w.ask("GET", "/m/"+token.Reveal()+"/snapshot", "")
			doc, err := crdt.Load([]byte(got.body))
			if err != nil || got.status != 200 || len(doc.Version()) == 0 {
				t.Fatalf("%d, %v, %d bytes", got.status, err, len(got.body))
			}
			if got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") != "application/octet-stream" {
				t.Error(got.header)
			}
		}
		grant, _ := w.access.Resolve(t.Context(), links.View)
		if err := w.access.Revoke(t.Context(), mapID, grant.Link); err != nil {
			t.Fatal(err)
		}
		w.want(w.ask("GET", "/m/"+links.View.Reveal()+"/snapshot", ""), 410)
		w.want(w.ask("GET", "/m/abcdefghijklmnopqrstuvwxyz/snapshot", ""), 404)
	})
	t.Run("P71_links_that_open_nothing", func(t *testing.T) {
		w := newWorld(t)
		mapID, links := w.newMap()
		expiring, err := w.access.Mint(t.Context(), mapID, access.Want{Role: access.View, Expires: w.clock.now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		grant, _ := w.access.Resolve(t.Context(), links.Edit)
		if err := w.access.Revoke(t.Context(), mapID, grant.Link); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(2 * time.Hour)
		for name, c := range map[string]struct {
			token  string
			status int
			code   string
		}{
			"unknown":   {access.NewToken().Reveal(), 404, "link_unknown"},
			"malformed": {"%2e%2e%00%ff<script>", 404, "link_unknown"},
			"long":      {strings.Repeat("a", 5000), 404, "link_unknown"},
			"revoked":   {links.Edit.Reveal(), 410, "link_revoked"},
			"expired":   {expiring.Token.Reveal(), 410, "link_expired"},
		} {
			for _, lang := range []string{"ja", "en"} {
				page := w.ask("GET", "/m/"+c.token, "", "Accept-Language", lang)
				w.want(page, c.status, lang+":code."+c.code)
				if strings.Contains(page.body, "<script>") {
					t.Errorf("%s: what was asked for is in the page", name)
				}
			}
			file := w.ask("GET", "/m/"+c.token+"/map.json", "")
			if file.status != c.status || file.code() != c.code {
				t.Errorf("%s: map.json: %d %s", name, file.status, file.body)
			}
			if a := w.ask("GET", "/api/m/"+c.token+"/links", ""); a.status != c.status || a.code() != c.code {
				t.Errorf("%s: links: %d %s", name, a.status, a.body)
			}
		}
	})
	t.Run("P72_errors_are_pages_for_people_and_json_for_calls", func(t *testing.T) {
		w := newWorld(t)
		w.want(w.ask("GET", "/nothing", ""), 404, "<h1>en:server.gone.title</h1>", "en:server.not_found")
		if a := w.ask("GET", "/api/nothing", ""); a.status != 404 || a.code() != "not_found" {
			t.Error(a)
		}
		if a := w.ask("PUT", "/", ""); a.status != 405 || a.header.Get("Allow") == "" {
			t.Error(a)
		}
		_, links := w.newMap()
		full := errors.New("no space left on device")
		w.memory.Fail(func(string) error { return full })
		page := w.ask("GET", "/m/"+links.View.Reveal(), "")
		w.want(page, 500, "en:code.internal")
		if strings.Contains(page.body, "space") {
			t.Error("the cause is none of the reader's business")
		}
		if !strings.Contains(w.log.String(), full.Error()) {
			t.Error("the cause is not in the log")
		}
		w.memory.Fail(nil)
	})
	t.Run("tokens_are_never_logged", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		for _, path := range []string{"/m/TOKEN", "/m/TOKEN/map.json", "/api/m/TOKEN/links", "/m/TOKEN/other", "/m/TOKEN/"} {
			w.ask("GET", strings.ReplaceAll(path, "TOKEN", links.Owner.Reveal()), "")
		}
		p := w.join(links.Edit)
		p.edit("a secret title")
		p.send(wire.Rename{Name: "secret person", Department: "secret service"})
		p.send(wire.Presence{State: []byte("secret place")})
		p.send(wire.Edits{Batches: [][]byte{[]byte("secret bytes")}})
		until(p, func(f wire.Refused) bool { return true })
		p.sendBytes(websocket.MessageText, []byte("secret words"))
		p.wantClosed(wire.CodeBadFrame)
		created := w.ask("POST", "/api/maps", `{"title":"another secret"}`)
		var m server.NewMap
		json.Unmarshal([]byte(created.body), &m)
		for _, said := range []string{"route=/m/{token}", "msg=refused", "msg=closed", "map=id1 peer=1 code="} {
			w.logged(said)
		}
		log := w.log.String()
		for _, secret := range []string{links.Owner.Reveal(), links.Edit.Reveal(), strings.TrimPrefix(m.Owner, "/m/"), "secret"} {
			if secret == "" || strings.Contains(log, secret) {
				t.Errorf("%q is in the log:\n%s", secret, log)
			}
		}
	})
}

func TestCreateMaps(t *testing.T) {
	t.Run("P73_empty_template_and_file", func(t *testing.T) {
		w := newWorld(t)
		for _, c := range []struct{ path, body, title string }{
			{"/api/maps", `{"title":"new","template":"","lang":"ja"}`, "new"},
			{"/api/maps", `{"title":"new ","template":"known"}`, "new known"},
			{"/api/maps?import=1", `{"title":"from a file"}`, "from a file"},
		} {
			a := w.ask("POST", c.path, c.body, "Content-Type", "application/json")
			w.want(a, 201)
			var m server.NewMap
			if err := json.Unmarshal([]byte(a.body), &m); err != nil {
				t.Fatal(err)
			}
			if got := w.title(m.ID); got != c.title {
				t.Errorf("the map holds %q", got)
			}
			for path, role := range map[string]string{m.Owner: "owner", m.Edit: "edit", m.View: "view"} {
				grant, err := w.access.Resolve(t.Context(), access.Token(strings.TrimPrefix(path, "/m/")))
				if err != nil || grant.Map != m.ID || grant.Role.String() != role {
					t.Errorf("%+v %v", grant, err)
				}
			}
			if m.Links.Edit != w.url+m.Edit {
				t.Error(m.Links.Edit)
			}
		}
		w.want(w.ask("GET", "/api/templates?lang=ja", ""), 200, `{"templates":[{"id":"known","name":"Known ja","hint":""}]}`)
	})
	t.Run("P73_from_another_map", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		picture := w.upload(links.Edit.Reveal(), pngOf(8, 8, 1))
		from := func(token access.Token, as string) answer {
			return w.ask("POST", "/api/maps", `{"source":"`+token.Reveal()+`","as":"`+as+`"}`)
		}
		for as, token := range map[string]access.Token{"copy": links.View, "fork": links.Edit} {
			a := from(token, as)
			w.want(a, 201)
			var m server.NewMap
			if err := json.Unmarshal([]byte(a.body), &m); err != nil {
				t.Fatal(err)
			}
			if got := w.title(m.ID); !strings.HasPrefix(got, as+" of ") {
				t.Errorf("the map holds %q", got)
			}
			w.want(w.ask("GET", m.View+"/images/"+picture.ID, ""), 200)
			// It is a map like any other: edited, left, and opened again.
			err := w.host.Edit(t.Context(), m.ID, func(doc *crdt.Document, e *crdt.Edit) error {
				e.Set(crdt.ID{}, title, []byte(titleOf(doc, "")+", edited"))
				return nil
			})
			if got := w.title(m.ID); err != nil || !strings.HasSuffix(got, ", edited") {
				t.Errorf("%v %q", err, got)
			}
		}
		w.want(from(links.View, "fork"), 403, "not_allowed")
		w.want(from(links.View, "other"), 400, "bad_request")
		w.want(from("nothing", "copy"), 404, "link_unknown")
	})
	t.Run("P73_what_is_wrong_writes_nothing", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) { o.Limits.ImportBytes, o.Limits.BodyBytes = 1000, 100 })
		for _, c := range []struct {
			path, body string
			status     int
			code       string
		}{
			{"/api/maps?import=1", `{"title":`, 422, "bad_file"},
			{"/api/maps?import=1", `{"title":"` + strings.Repeat("x", 2000) + `"}`, 413, "frame_too_big"},
			{"/api/maps", `{"title":"` + strings.Repeat("x", 200) + `"}`, 413, "frame_too_big"},
			{"/api/maps", `{"unknown":1}`, 400, "bad_request"},
			{"/api/maps", `{"template":"other"}`, 400, "bad_request"},
			{"/api/maps", ``, 400, "bad_request"},
		} {
			a := w.ask("POST", c.path, c.body)
			if a.status != c.status || a.code() != c.code {
				t.Errorf("%s %.30s: %d %s", c.path, c.body, a.status, a.body)
			}
			if c.code == "bad_file" {
				w.want(a, 422, "line 1")
			}
		}
		full := errors.New("full")
		w.memory.Fail(func(op string) error {
			if op == "apply" {
				return full
			}
			return nil
		})
		w.want(w.ask("POST", "/api/maps", `{}`), 500)
		w.memory.Fail(nil)
		if maps, err := w.access.Maps(t.Context()); len(maps) != 0 || err != nil {
			t.Error(maps, err)
		}
	})
	t.Run("P73_not_everybody_and_not_too_many", func(t *testing.T) {
		w := newWorld(t, func(o *server.Options) { o.NoCreate = true })
		w.want(w.ask("POST", "/api/maps", `{}`), 403, "not_allowed")
		w = newWorld(t, func(o *server.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
			o.Limits.MapsBurst, o.Limits.MapsPerHour = 2, 60
		})
		for i := range 4 {
			a := w.ask("POST", "/api/maps", `{}`, "X-Forwarded-For", "203.0.113.9")
			if want := []int{201, 201, 429, 429}[i]; a.status != want {
				t.Errorf("map %d: %d, want %d", i+1, a.status, want)
			}
			if a.status == 429 && (a.code() != "too_fast" || a.header.Get("Retry-After") != "60") {
				t.Errorf("%s, after %q", a.code(), a.header.Get("Retry-After"))
			}
		}
		w.want(w.ask("POST", "/api/maps", `{}`, "X-Forwarded-For", "203.0.113.10"), 201)
		w.want(w.ask("POST", "/api/maps", `{}`, "X-Forwarded-For", "203.0.113.77, 203.0.113.9"), 429) // the left one is the client's own word
		w.clock.advance(time.Minute)
		w.want(w.ask("POST", "/api/maps", `{}`, "X-Forwarded-For", "203.0.113.9"), 201)
	})
	t.Run("P77_pages_of_other_sites_cannot_make_maps", func(t *testing.T) {
		w := newWorld(t)
		w.want(w.ask("POST", "/api/maps", `{}`, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403, `"code":"origin"`)
		w.want(w.ask("POST", "/api/maps", `{}`, "Origin", w.url, "Sec-Fetch-Site", "same-origin"), 201)
	})
}

func TestLinksOfAMap(t *testing.T) {
	t.Run("P74_only_the_owner_sees_mints_and_revokes", func(t *testing.T) {
		w := newWorld(t)
		_, links := w.newMap()
		for _, token := range []access.Token{links.Edit, links.View} {
			api := "/api/m/" + token.Reveal() + "/links"
			for _, a := range []answer{w.ask("GET", api, ""), w.ask("POST", api, `{"role":"owner"}`), w.ask("DELETE", api+"/x", "")} {
				if a.status != 403 || a.code() != "not_allowed" {
					t.Errorf("%d %s", a.status, a.body)
				}
			}
		}
		api := "/api/m/" + links.Owner.Reveal() + "/links"
		minted := w.ask("POST", api, `{"role":"comment","label":"営業部"}`)
		w.want(minted, 201, `"role":"comment"`, `"label":"営業部"`)
		var m struct{ ID, Path, URL string }
		json.Unmarshal([]byte(minted.body), &m)
		if grant, err := w.access.Resolve(t.Context(), access.Token(strings.TrimPrefix(m.Path, "/m/"))); err != nil || grant.Link != m.ID || m.URL != w.url+m.Path {
			t.Errorf("%+v, %v", grant, err)
		}
		var list struct {
			Links []struct {
				ID, Role, Label string
				Revoked, This   bool
			}
		}
		a := w.ask("GET", api, "")
		json.Unmarshal([]byte(a.body), &list)
		if len(list.Links) != 4 || !list.Links[0].This || list.Links[0].Role != "owner" || list.Links[3].Label != "営業部" || list.Links[3].This {
			t.Errorf("%s", a.body)
		}
		if strings.Contains(a.body, links.Edit.Reveal()) {
			t.Error("a token was shown again")
		}
		w.want(w.ask("DELETE", api+"/"+m.ID, ""), 204)
		w.want(w.ask("GET", m.Path, ""), 410)
		w.want(w.ask("GET", api, ""), 200, `"revoked":true`)
		w.want(w.ask("DELETE", api+"/"+m.ID, ""), 204)
		w.want(w.ask("DELETE", api+"/nobody", ""), 404, "link_unknown")
		w.want(w.ask("DELETE", api+"/"+list.Links[0].ID, ""), 409, "last_owner")
		for _, body := range []string{`{"role":"king"}`, `{"role":"view","label":"` + strings.Repeat("x", 200) + `"}`, `{"role":"view","expires":"2001-01-01T00:00:00Z"}`, `nonsense`} {
			w.want(w.ask("POST", api, body), 400, "bad_request")
		}
	})
	t.Run("P74_other_maps_are_out_of_reach", func(t *testing.T) {
		w := newWorld(t)
		_, mine := w.newMap()
		_, theirs := w.newMap()
		grant, _ := w.access.Resolve(t.Context(), theirs.View)
		w.want(w.ask("DELETE", "/api/m/"+mine.Owner.Reveal()+"/links/"+grant.Link, ""), 404)
		w.want(w.ask("GET", "/m/"+theirs.View.Reveal(), ""), 200)
	})
}

func TestMetrics_P75_are_for_whoever_runs_the_server(t *testing.T) {
	w := newWorld(t)
	_, links := w.newMap()
	w.join(links.Edit).edit("x")
	w.ask("GET", "/m/"+links.View.Reveal(), "")
	w.want(w.ask("GET", "/metrics", ""), 200, "tabi_rooms 1", "tabi_connections 1", "tabi_append_seconds_bucket", "tabi_welcome_bytes_bucket",
		`tabi_http_requests_total{method="GET",route="/m/{token}",status="200"} 1`, "tabi_build_info", "go_goroutines")
	for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		w.want(w.ask("GET", "/metrics", "", header, "203.0.113.1"), 404)
	}
	if strings.Contains(w.ask("GET", "/metrics", "").body, links.View.Reveal()) {
		t.Error("a token is in the metrics")
	}
	w = newWorld(t, func(o *server.Options) { o.MetricsToken = "open sesame" })
	w.want(w.ask("GET", "/metrics", ""), 404)
	w.want(w.ask("GET", "/metrics", "", "Authorization", "Bearer open"), 404)
	w.want(w.ask("GET", "/metrics", "", "Authorization", "Bearer open sesame", "X-Forwarded-For", "203.0.113.1"), 200)
	if a := w.ask("GET", "/healthz", ""); a.status != 200 {
		t.Error(a)
	}
	w.want(w.ask("GET", "/readyz", ""), 200)
	w.SetReady(false)
	w.want(w.ask("GET", "/readyz", ""), 503)
	w.want(w.ask("GET", "/healthz", ""), 200)
}

// Whoever watches a server finds every figure explained, and every one that is explained.
func TestMetrics_P75_are_those_that_are_explained(t *testing.T) {
	explained, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	_, links := w.newMap()
	w.join(links.Edit).edit("x")
	w.ask("GET", "/", "") // what has labels appears with the first of them
	shown := w.ask("GET", "/metrics", "").body
	names := regexp.MustCompile(`\btabi_[a-z_]+`)
	there := map[string]bool{}
	for _, line := range strings.Split(shown, "\n") {
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok && strings.HasPrefix(rest, "tabi_") {
			there[strings.Fields(rest)[0]] = true
		}
	}
	said := map[string]bool{}
	for _, name := range names.FindAllString(string(explained), -1) {
		said[name] = true
		if !there[name] {
			t.Errorf("%s is explained and not there", name)
		}
	}
	for name := range there {
		if !said[name] {
			t.Errorf("%s is not explained", name)
		}
	}
	if len(there) < 20 {
		t.Errorf("only %d figures:\n%s", len(there), shown)
	}
}

func TestRequestsOfOneAddressAreBounded(t *testing.T) {
	w := newWorld(t, func(o *server.Options) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
		o.Limits.RequestsBurst, o.Limits.RequestsPerSecond = 5, 1
		o.Limits.MissesBurst, o.Limits.MissesPerMinute = 2, 1
		o.Limits.Addresses = 4
	})
	_, links := w.newMap()
	page := "/m/" + links.View.Reveal()
	ok := 0
	for range 8 {
		if a := w.ask("GET", page, "", "X-Forwarded-For", "2001:db8::1, 10.1.2.3"); a.status == 200 {
			ok++
		} else if a.status != 429 || a.header.Get("Retry-After") == "" {
			t.Errorf("%d", a.status)
		}
	}
	if ok != 5 {
		t.Errorf("%d of 8 went through", ok)
	}
	w.want(w.ask("GET", page, "", "X-Forwarded-For", "2001:db8::2"), 429) // the same /64
	w.want(w.ask("GET", page, "", "X-Forwarded-For", "2001:db8:0:1::1"), 200)
	for i := range 3 {
		a := w.ask("GET", "/m/guess", "", "X-Forwarded-For", "198.51.100.1")
		if want := []int{404, 404, 429}[i]; a.status != want {
			t.Errorf("guess %d: %d", i, a.status)
		}
	}
	w.want(w.ask("GET", page, "", "X-Forwarded-For", "198.51.100.1"), 200) // only guessing is over
	for i := range 20 {                                                    // more addresses than are remembered
		w.want(w.ask("GET", page, "", "X-Forwarded-For", netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}).String()), 200)
	}
	local := newWorld(t, func(o *server.Options) { o.Limits.RequestsBurst = 1 })
	for range 20 { // a caller on this machine, behind no proxy, is not counted
		w.want(local.ask("GET", "/", ""), 200)
	}
}

func TestPublicAddress(t *testing.T) {
	public, _ := url.Parse("https://maps.example.org")
	w := newWorld(t, func(o *server.Options) { o.PublicURL = public })
	a := w.ask("POST", "/api/maps", `{}`)
	w.want(a, 201, `"https://maps.example.org/m/`)
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("https is not kept to")
	}
	plain := newWorld(t)
	if a := plain.ask("GET", "/", ""); a.header.Get("Strict-Transport-Security") != "" {
		t.Error("a server without https must not ask for it")
	}
	large := newWorld(t, func(o *server.Options) {
		o.Shell = func(server.Page) (before, after []byte) { return []byte(strings.Repeat("picture ", 10_000)), nil }
	})
	request, _ := http.NewRequest("GET", large.url+"/", nil)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := large.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Header.Get("Content-Encoding") != "gzip" || response.ContentLength > 2000 {
		t.Errorf("%s, %d bytes", response.Header.Get("Content-Encoding"), response.ContentLength)
	}
}
