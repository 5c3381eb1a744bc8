package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// madeMap is a map that this run made for itself.
type madeMap struct {
	ID   string `json:"id"`
	Edit string `json:"edit"`
	View string `json:"view"`
}

// makeMap asks the server for an empty map.
func makeMap(ctx context.Context, server string) (madeMap, error) {
	var m madeMap
	body := strings.NewReader(`{"title":"swarm"}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/api/maps", body)
	if err != nil {
		return m, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return m, fmt.Errorf("make a map: %w", err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if res.StatusCode/100 != 2 {
		return m, fmt.Errorf("make a map: %s: %s", res.Status, bytes.TrimSpace(text))
	}
	return m, json.Unmarshal(text, &m)
}

// liveURL is where the WebSocket of an edit link is. The link may name the server's public
// address; the swarm keeps to the one that it was given.
func (m madeMap) liveURL(server string) string {
	return strings.Replace(server, "http", "ws", 1) + "/m/" + path.Base(m.Edit) + "/live"
}

// client is one connection that has been welcomed. It keeps no document: a load generator
// that merged what it is sent would measure itself.
type client struct {
	conn    *websocket.Conn
	welcome wire.Welcome
	bytes   int // of the welcome
}

func dial(ctx context.Context, live, name string) (*client, error) {
	return dialBy(ctx, http.DefaultClient, live, name, nil)
}

// dialBy dials through an HTTP client of its own and reads the welcome into a buffer that the
// caller may use again when the client is gone; nil makes one.
func dialBy(ctx context.Context, by *http.Client, live, name string, into []byte) (*client, error) {
	conn, _, err := websocket.Dial(ctx, live, &websocket.DialOptions{CompressionMode: websocket.CompressionDisabled, HTTPClient: by})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(wire.ServerFrameBytesMax)
	c := &client{conn: conn}
	if err := c.hello(ctx, name, into); err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	return c, nil
}

func (c *client) hello(ctx context.Context, name string, into []byte) error {
	err := c.send(ctx, wire.Hello{Versions: [2]uint32{wire.VersionOldest, wire.Version}, Name: name, Department: "swarm"})
	if err != nil {
		return err
	}
	_, r, err := c.conn.Reader(ctx)
	if err != nil {
		return err
	}
	b, err := readAll(into[:0], r)
	if err != nil {
		return err
	}
	f, err := wire.Decode(b)
	if err != nil {
		return err
	}
	switch f := f.(type) {
	case wire.Welcome:
		c.welcome, c.bytes = f, len(b)
		return nil
	case wire.Closing:
		return errors.New("not let in: " + f.Code.String())
	}
	return fmt.Errorf("expected a welcome, got %T", f)
}

func (c *client) send(ctx context.Context, f wire.Frame) error {
	return c.conn.Write(ctx, websocket.MessageBinary, wire.Append(nil, f))
}

// document loads what the welcome brought.
func (c *client) document() (*crdt.Document, error) {
	if c.welcome.Snapshot == nil {
		return crdt.New(), nil
	}
	return crdt.Load(c.welcome.Snapshot)
}

// fill puts notes of about 200 bytes of state each on a map and waits until they are kept.
// It returns their identities.
func fill(ctx context.Context, live string, notes int) ([]crdt.ID, error) {
	c, err := dial(ctx, live, "swarm: filler")
	if err != nil {
		return nil, err
	}
	defer c.conn.Close(websocket.StatusNormalClosure, "")
	doc, err := c.document()
	if err != nil {
		return nil, err
	}
	ids := make([]crdt.ID, 0, notes)
	var last uint64
	for len(ids) < notes {
		e := doc.Edit(c.welcome.Resume.Replica)
		for range min(100, notes-len(ids)) {
			ids = append(ids, addNote(e, len(ids)))
		}
		batch := e.Commit().Update
		h, err := crdt.Peek(batch)
		if err != nil {
			return nil, err
		}
		last = h.Last
		if err := c.send(ctx, wire.Edits{Batches: [][]byte{batch}}); err != nil {
			return nil, err
		}
	}
	for {
		_, b, err := c.conn.Read(ctx)
		if err != nil {
			return nil, err
		}
		f, err := wire.Decode(b)
		if err != nil {
			return nil, err
		}
		switch f := f.(type) {
		case wire.Acknowledged:
			if f.Counter >= last {
				return ids, nil
			}
		case wire.Merged: // own batches in it are acknowledged
			for _, batch := range f.Batches {
				h, err := crdt.Peek(batch)
				if err == nil && h.Replica == c.welcome.Resume.Replica && h.Last >= last {
					return ids, nil
				}
			}
		case wire.Refused:
			return nil, errors.New("filling the map was refused: " + f.Code.String() + ": " + f.Detail)
		case wire.Closing:
			return nil, errors.New("filling the map was cut off: " + f.Code.String())
		}
	}
}

// addNote writes a note as the board does: place, text, author, department, evidence, size.
func addNote(e *crdt.Edit, i int) crdt.ID {
	id := e.Create(journey.KindNote)
	e.Set(id, journey.NotePlace, journey.Place{X: float32(i%50) * 240, Y: float32(i/50) * 240}.Bytes())
	e.Insert(id, journey.NoteText, 0, noteText(i))
	return id
}

// noteText gives note i its 40 letters, always the same ones.
func noteText(i int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz     "
	b := make([]byte, 40)
	x := uint64(i)*0x9E3779B97F4A7C15 + 1
	for j := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[j] = letters[x%uint64(len(letters))]
	}
	return string(b)
}
