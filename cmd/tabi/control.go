package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/store"
)

// socketName is a socket in the data directory, which only its owner may enter: who reaches it may do everything.
const socketName = "tabi.sock"

// toldError is an error that the server has explained already, in the language of the one who asked.
type toldError struct{ text string }

func (e toldError) Error() string { return e.text }

// control answers the commands while this server holds the directory.
type control struct {
	server http.Server
	done   chan struct{}
}

func serveControl(dir string, d direct, logger *slog.Logger) (*control, error) {
	path, release, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a server that was killed: we hold the lock
		release()
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		release()
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		listener.Close()
		release()
		return nil, err
	}
	c := &control{done: make(chan struct{})}
	c.server.Handler = controlRoutes(d)
	c.server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelDebug)
	go func() { // ends with close
		defer close(c.done)
		defer release()
		_ = c.server.Serve(listener) // always ErrServerClosed in the end
	}()
	return c, nil
}

func (c *control) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if c.server.Shutdown(ctx) != nil {
		c.server.Close()
	}
	<-c.done
}

// socketPath gives the socket's path, by a short cut where it would be too long for the system.
func socketPath(dir string) (path string, release func(), err error) {
	path = filepath.Join(dir, socketName)
	if len(path) < 100 {
		return path, func() {}, nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), socketName), func() { d.Close() }, nil
}

func controlRoutes(d direct) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			result, err := do(r)
			if err != nil {
				w.WriteHeader(http.StatusConflict)
				result = explain(r.URL.Query().Get("lang"), err)
			}
			_ = json.NewEncoder(w).Encode(result) // the asker has gone; nothing to be done
		})
	}
	handle("POST /import", func(r *http.Request) (any, error) {
		return d.Import(r.Context(), r.Body, r.URL.Query().Get("lang"))
	})
	handle("GET /export", func(r *http.Request) (any, error) { return d.Export(r.Context(), r.URL.Query().Get("map")) })
	handle("GET /maps", func(r *http.Request) (any, error) { return d.Maps(r.Context()) })
	handle("GET /links", func(r *http.Request) (any, error) { return d.Links(r.Context(), r.URL.Query().Get("map")) })
	handle("POST /links", func(r *http.Request) (any, error) {
		var want access.Want
		if err := json.NewDecoder(r.Body).Decode(&want); err != nil {
			return nil, err
		}
		want.Token = "" // never from outside
		return d.Mint(r.Context(), r.URL.Query().Get("map"), want)
	})
	handle("DELETE /links", func(r *http.Request) (any, error) {
		return nil, d.Revoke(r.Context(), r.URL.Query().Get("map"), r.URL.Query().Get("link"))
	})
	handle("POST /backup", func(r *http.Request) (any, error) { return d.Backup(r.Context(), r.URL.Query().Get("path")) })
	handle("POST /compact", func(r *http.Request) (any, error) { return d.Compact(r.Context()) })
	handle("POST /verify", func(r *http.Request) (any, error) { return d.Verify(r.Context()) })
	return mux
}

// remote does it through the server that holds the directory.
type remote struct {
	client  http.Client
	release func()
	lang    string
}

// dialControl finds the server that holds the directory; nil when there is none.
func dialControl(ctx context.Context, dir, lang string) *remote {
	path, release, err := socketPath(dir)
	if err != nil {
		return nil
	}
	r := &remote{release: release, lang: lang}
	r.client.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		r.Close()
		return nil
	}
	conn.Close()
	return r
}

func (r *remote) Close() error {
	r.client.CloseIdleConnections()
	r.release()
	return nil
}

func (r *remote) ask(ctx context.Context, method, path string, query url.Values, body io.Reader, result any) error {
	if query == nil {
		query = url.Values{}
	}
	query.Set("lang", r.lang)
	request, err := http.NewRequestWithContext(ctx, method, "http://tabi"+path+"?"+query.Encode(), body)
	if err != nil {
		return err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return fmt.Errorf("ask the running server: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var text string
		if err := json.NewDecoder(response.Body).Decode(&text); err != nil {
			return fmt.Errorf("ask the running server: %s", response.Status)
		}
		return toldError{text}
	}
	if result == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(result)
}

func of(mapID string) url.Values { return url.Values{"map": {mapID}} }

func (r *remote) Import(ctx context.Context, file io.Reader, _ string) (m newMap, err error) {
	return m, r.ask(ctx, "POST", "/import", nil, file, &m)
}

func (r *remote) Export(ctx context.Context, mapID string) (file []byte, err error) {
	err = r.ask(ctx, "GET", "/export", of(mapID), nil, &file)
	return file, err
}

func (r *remote) Maps(ctx context.Context) (lines []mapLine, err error) {
	err = r.ask(ctx, "GET", "/maps", nil, nil, &lines)
	return lines, err
}

func (r *remote) Links(ctx context.Context, mapID string) (lines []linkLine, err error) {
	err = r.ask(ctx, "GET", "/links", of(mapID), nil, &lines)
	return lines, err
}

func (r *remote) Mint(ctx context.Context, mapID string, want access.Want) (line mintedLine, err error) {
	body, err := json.Marshal(want)
	if err != nil {
		return line, err
	}
	err = r.ask(ctx, "POST", "/links", of(mapID), bytes.NewReader(body), &line)
	return line, err
}

func (r *remote) Revoke(ctx context.Context, mapID, link string) error {
	query := of(mapID)
	query.Set("link", link)
	return r.ask(ctx, "DELETE", "/links", query, nil, nil)
}

func (r *remote) Backup(ctx context.Context, path string) (report store.Report, err error) {
	err = r.ask(ctx, "POST", "/backup", url.Values{"path": {path}}, nil, &report)
	return report, err
}

func (r *remote) Compact(ctx context.Context) (s shrunk, err error) {
	err = r.ask(ctx, "POST", "/compact", nil, nil, &s)
	return s, err
}

func (r *remote) Verify(ctx context.Context) (v verified, err error) {
	err = r.ask(ctx, "POST", "/verify", nil, nil, &v)
	return v, err
}

// startWait is how long a server that holds the directory may take until its socket answers.
const startWait = 2 * time.Second

// openTools holds the directory, or finds the server that does.
func openTools(ctx context.Context, dir, base, lang string) (tools, error) {
	deadline := time.Now().Add(startWait)
	for {
		if r := dialControl(ctx, dir, lang); r != nil {
			return r, nil
		}
		e, err := openEngine(dir, engineOptions{base: base})
		if err == nil {
			return direct{e}, nil
		}
		if !errors.Is(err, store.ErrLocked) || time.Now().After(deadline) {
			return nil, err
		}
		select { // it is starting or ending
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
