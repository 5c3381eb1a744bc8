package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store"
)

// tools is what the commands do, on a directory of their own or through the server that holds it.
type tools interface {
	Import(ctx context.Context, file io.Reader, lang string) (newMap, error)
	Export(ctx context.Context, mapID string) ([]byte, error)
	Maps(ctx context.Context) ([]mapLine, error)
	Links(ctx context.Context, mapID string) ([]linkLine, error)
	Mint(ctx context.Context, mapID string, want access.Want) (mintedLine, error)
	Revoke(ctx context.Context, mapID, link string) error
	Backup(ctx context.Context, path string) (store.Report, error)
	Compact(ctx context.Context) (shrunk, error)
	Verify(ctx context.Context) (verified, error)
	Close() error
}

var (
	_ tools = direct{}
	_ tools = (*remote)(nil)
)

type newMap struct {
	ID                string
	Owner, Edit, View string // whole addresses
}

type mapLine struct {
	ID       string
	Title    string
	Entries  uint64
	Changed  time.Time
	Snapshot int // bytes
	Links    int // that are alive
}

type linkLine struct {
	ID, Role, Label string
	Created         time.Time
	Expires         time.Time
	Revoked         time.Time
}

type mintedLine struct{ ID, Role, URL string }

type shrunk struct{ Before, After int64 }

type verified struct {
	Report   store.Report
	Problems []string
}

// direct does it here.
type direct struct{ *engine }

func (d direct) Close() error { return d.close() }

func (d direct) Import(ctx context.Context, file io.Reader, lang string) (newMap, error) {
	draft, err := importJourney(file, lang)
	if err != nil {
		return newMap{}, fileError{err}
	}
	id, links, err := server.CreateMap(ctx, d.host, d.access, draft)
	if err != nil {
		return newMap{}, err
	}
	return d.newMap(id, links), nil
}

func (e *engine) newMap(id string, links server.FirstLinks) newMap {
	paths := links.Paths()
	return newMap{ID: id, Owner: e.base + paths.Owner, Edit: e.base + paths.Edit, View: e.base + paths.View}
}

// known refuses maps that nobody made: a room would open an empty one under any name.
func (d direct) known(ctx context.Context, mapID string) error {
	known, err := d.access.HasMap(ctx, mapID)
	if err == nil && !known {
		err = access.ErrNoMap
	}
	return err
}

func (d direct) Export(ctx context.Context, mapID string) (file []byte, err error) {
	if err := d.known(ctx, mapID); err != nil {
		return nil, err
	}
	err = d.host.View(ctx, mapID, func(doc *crdt.Document) (err error) {
		file, err = exportJourney(doc)
		return err
	})
	return file, err
}

func (d direct) Maps(ctx context.Context) ([]mapLine, error) {
	infos, err := d.store.Maps(ctx)
	if err != nil {
		return nil, err
	}
	stored := map[string]store.MapInfo{}
	for _, info := range infos {
		stored[info.ID] = info
	}
	ids, err := d.access.Maps(ctx)
	if err != nil {
		return nil, err
	}
	lines := []mapLine{}
	for _, id := range ids {
		info := stored[id]
		line := mapLine{ID: id, Entries: info.Entries, Changed: info.Changed, Snapshot: info.SnapshotBytes}
		err := d.host.View(ctx, id, func(doc *crdt.Document) error { line.Title = titleOf(doc, systemLang()); return nil })
		if err != nil { // one that is damaged must not hide the others
			line.Title = "! " + err.Error()
		}
		links, err := d.access.Links(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			if l.Revoked.IsZero() && (l.Expires.IsZero() || l.Expires.After(time.Now())) {
				line.Links++
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (d direct) Links(ctx context.Context, mapID string) ([]linkLine, error) {
	if err := d.known(ctx, mapID); err != nil {
		return nil, err
	}
	links, err := d.access.Links(ctx, mapID)
	lines := []linkLine{}
	for _, l := range links {
		lines = append(lines, linkLine{l.ID, l.Role.String(), l.Label, l.Created, l.Expires, l.Revoked})
	}
	return lines, err
}

func (d direct) Mint(ctx context.Context, mapID string, want access.Want) (mintedLine, error) {
	minted, err := d.access.Mint(ctx, mapID, want)
	if err != nil {
		return mintedLine{}, err
	}
	return mintedLine{minted.ID, minted.Role.String(), d.base + "/m/" + minted.Token.Reveal()}, nil
}

func (d direct) Revoke(ctx context.Context, mapID, link string) error {
	return d.access.Revoke(ctx, mapID, link)
}

func (d direct) Backup(ctx context.Context, path string) (store.Report, error) {
	return d.store.BackupFile(ctx, path)
}

func (d direct) Compact(ctx context.Context) (s shrunk, err error) {
	s.Before, s.After, err = d.store.Shrink(ctx)
	return s, err
}

// Verify reads every checksum, and replays every log to compare it with its snapshot.
func (d direct) Verify(ctx context.Context) (v verified, err error) {
	v.Report, err = d.store.Verify(ctx, func(p store.Problem) { v.Problems = append(v.Problems, p.String()) })
	if err != nil {
		return v, err
	}
	maps, err := d.store.Maps(ctx)
	if err != nil {
		return v, err
	}
	for _, m := range maps {
		if err := replay(ctx, d.store, m); err != nil {
			v.Problems = append(v.Problems, fmt.Sprintf("map %s: %v", m.ID, err))
		}
	}
	return v, nil
}

// replay makes the map of its whole log, and of its snapshot, and compares: they must be the same bytes, once what the
// snapshot has forgotten (P51) is forgotten in the other too.
func replay(ctx context.Context, s *store.Store, m store.MapInfo) error {
	upto, snapshot, err := s.Snapshot(ctx, m.ID)
	if err != nil {
		return err
	}
	whole := room.NewStored()
	if m.Pruned > 0 { // the beginning was dropped on purpose: what there is must at least be readable
		return s.Load(ctx, m.ID, whole.Checkpoint, whole.Entry)
	}
	stored := room.NewStored()
	if upto > 0 {
		if err := stored.Checkpoint(upto, snapshot); err != nil {
			return err
		}
	}
	same := upto == 0
	err = s.History(ctx, m.ID, 1, 0, func(e store.Entry) error {
		if err := whole.Entry(e.Number, e.Data); err != nil {
			return err
		}
		if e.Number == upto {
			doc := whole.Document()
			doc.Forget(stored.Document().Forgotten())
			same = bytes.Equal(doc.Snapshot(), stored.Document().Snapshot())
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !same {
		return fmt.Errorf("the log does not replay to the snapshot at %d", upto)
	}
	return nil
}

// fileError is a file that cannot be imported: its text is for people already.
type fileError struct{ error }

func (e fileError) Unwrap() error { return e.error }

// explain says an error in the user's language.
func explain(lang string, err error) string {
	var file fileError
	var told toldError
	for _, known := range []struct {
		err error
		key string
	}{
		{store.ErrLocked, "locked"}, {store.ErrTooNew, "too_new"}, {store.ErrDamaged, "damaged"}, {store.ErrExposed, "exposed"},
		{access.ErrNoMap, "no_map"}, {access.ErrUnknown, "no_link"}, {access.ErrLastOwner, "last_owner"},
	} {
		if errors.As(err, &told) || errors.As(err, &file) {
			break
		}
		if errors.Is(err, known.err) {
			return say(lang, "server.cli."+known.key) + "\n  " + err.Error()
		}
	}
	switch {
	case errors.As(err, &told):
		return told.text
	case errors.As(err, &file):
		return say(lang, "server.bad_file") + "\n  " + strings.ReplaceAll(file.Error(), "\n", "\n  ")
	}
	return err.Error()
}
