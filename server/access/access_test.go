package access_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/store"
	"github.com/tabi-map/tabi/server/store/storetest"
)

// records lets a store keep links; cmd/tabi has the same few lines.
type records struct{ storetest.Memory }

func (r *records) Apply(ctx context.Context, changes ...access.Change) error {
	var list []store.Change
	for _, c := range changes {
		list = append(list, store.Change(c))
	}
	return r.Memory.Apply(ctx, list...)
}

type world struct {
	*access.Registry
	records *records
	now     time.Time
	revoked []string
}

func newWorld() *world {
	w := &world{records: &records{}, now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}
	n := 0
	w.Registry = access.New(w.records, access.Options{
		NewID:    func() string { n++; return fmt.Sprint("id", n) },
		OnRevoke: func(link string) { w.revoked = append(w.revoked, link) },
		Now:      func() time.Time { return w.now },
	})
	return w
}

func (w *world) create(t *testing.T, wants ...access.Want) (mapID string, minted []access.Minted) {
	t.Helper()
	mapID = w.NewMapID()
	minted, err := w.CreateMap(t.Context(), mapID, wants...)
	if err != nil {
		t.Fatal(err)
	}
	return mapID, minted
}

func TestTokenOpensItsMapInItsRole(t *testing.T) {
	w := newWorld()
	mapID, minted := w.create(t, access.Want{Role: access.Owner}, access.Want{Role: access.View, Label: "役員会"})
	for _, m := range minted {
		grant, err := w.Resolve(t.Context(), m.Token)
		if err != nil || grant.Map != mapID || grant.Role != m.Role || grant.Link != m.ID {
			t.Errorf("%+v, %v", grant, err)
		}
	}
	links, err := w.Links(t.Context(), mapID)
	if err != nil || len(links) != 2 || links[1].Label != "役員会" {
		t.Errorf("%+v, %v", links, err)
	}
	if other, _ := w.create(t, access.Want{Role: access.Owner}); other == mapID {
		t.Error("two maps have one ID")
	}
	if maps, err := w.Maps(t.Context()); err != nil || len(maps) != 2 {
		t.Error(maps, err)
	}
}

func TestUnknownRevokedAndExpiredTokensOpenNothing(t *testing.T) {
	w := newWorld()
	mapID, minted := w.create(t, access.Want{Role: access.Owner}, access.Want{Role: access.Edit}, access.Want{Role: access.View, Expires: w.now.Add(time.Hour)})
	owner, edit, view := minted[0], minted[1], minted[2]
	for _, token := range []access.Token{"", "x", access.NewToken(), access.Token(edit.ID), access.Token(strings.ToUpper(edit.Token.Reveal())), edit.Token + "a", edit.Token[:25], "../..", "\x00", access.Token(strings.Repeat("a", 100_000))} {
		if _, err := w.Resolve(t.Context(), token); !errors.Is(err, access.ErrUnknown) {
			t.Errorf("%.30q: %v", token.Reveal(), err)
		}
	}
	if err := w.Revoke(t.Context(), mapID, edit.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Resolve(t.Context(), edit.Token); !errors.Is(err, access.ErrRevoked) {
		t.Error(err)
	}
	if len(w.revoked) != 1 || w.revoked[0] != edit.ID {
		t.Errorf("connections cut: %v", w.revoked)
	}
	if err := w.Revoke(t.Context(), mapID, edit.ID); err != nil || len(w.revoked) != 1 {
		t.Errorf("revoking twice: %v, %v", err, w.revoked)
	}
	if _, err := w.Resolve(t.Context(), view.Token); err != nil {
		t.Error(err)
	}
	w.now = w.now.Add(time.Hour)
	if _, err := w.Resolve(t.Context(), view.Token); !errors.Is(err, access.ErrExpired) {
		t.Error(err)
	}
	if _, err := w.Alive(t.Context(), view.ID); !errors.Is(err, access.ErrExpired) {
		t.Error(err)
	}
	if _, err := w.Resolve(t.Context(), owner.Token); err != nil {
		t.Error(err)
	}
}

func TestTokensAreNeitherKeptNorPrinted(t *testing.T) {
	w := newWorld()
	_, minted := w.create(t, access.Want{Role: access.Edit})
	token := minted[0].Token
	if len(token) != 26 {
		t.Errorf("%d characters of 5 bits", len(token))
	}
	var kept strings.Builder
	for _, bucket := range []string{"maps", "links", "tokens", "of"} {
		w.records.Scan(t.Context(), bucket, "", func(k string, v []byte) error { fmt.Fprintf(&kept, "%s %s\n", k, v); return nil })
	}
	var printed bytes.Buffer
	slog.New(slog.NewTextHandler(&printed, nil)).Info("minted", "token", token, "link", minted[0])
	fmt.Fprintf(&printed, "%v %+v %#v %s %q", token, minted[0], token, token, token)
	if kept.Len() == 0 || strings.Contains(kept.String(), token.Reveal()) {
		t.Errorf("kept: %s", kept.String())
	}
	if strings.Contains(printed.String(), token.Reveal()) {
		t.Errorf("printed: %s", printed.String())
	}
}

func TestOwnersHaveNoSayOverOtherMaps(t *testing.T) {
	w := newWorld()
	a, _ := w.create(t, access.Want{Role: access.Owner})
	_, links := w.create(t, access.Want{Role: access.Owner}, access.Want{Role: access.View})
	if err := w.Revoke(t.Context(), a, links[1].ID); !errors.Is(err, access.ErrUnknown) {
		t.Error(err)
	}
	if _, err := w.Resolve(t.Context(), links[1].Token); err != nil {
		t.Error(err)
	}
}

func TestLastOwnerLinkStays(t *testing.T) {
	w := newWorld()
	mapID, links := w.create(t, access.Want{Role: access.Owner}, access.Want{Role: access.Owner, Expires: w.now.Add(time.Hour)})
	w.now = w.now.Add(2 * time.Hour)
	if err := w.Revoke(t.Context(), mapID, links[0].ID); !errors.Is(err, access.ErrLastOwner) {
		t.Error(err)
	}
	if _, err := w.Mint(t.Context(), mapID, access.Want{Role: access.Owner}); err != nil {
		t.Fatal(err)
	}
	if err := w.Revoke(t.Context(), mapID, links[0].ID); err != nil {
		t.Error(err)
	}
}

func TestBadWishesAreRefused(t *testing.T) {
	w := newWorld()
	mapID, _ := w.create(t)
	for want, wish := range map[error]access.Want{
		access.ErrRole:  {Role: 9},
		access.ErrLabel: {Role: access.View, Label: strings.Repeat("あ", access.LabelRunesMax+1)},
		access.ErrPast:  {Role: access.View, Expires: w.now},
	} {
		if _, err := w.Mint(t.Context(), mapID, wish); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	for _, id := range []string{"", "nobody", "a/b", "\x00"} {
		if _, err := w.Mint(t.Context(), id, access.Want{Role: access.View}); !errors.Is(err, access.ErrNoMap) {
			t.Errorf("map %q: %v", id, err)
		}
	}
	for range access.LinksMax {
		if _, err := w.Mint(t.Context(), mapID, access.Want{Role: access.View}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Mint(t.Context(), mapID, access.Want{Role: access.View}); !errors.Is(err, access.ErrTooMany) {
		t.Error(err)
	}
	if _, err := access.ParseRole("admin"); !errors.Is(err, access.ErrRole) {
		t.Error(err)
	}
	for r := access.View; r <= access.Owner; r++ {
		if back, err := access.ParseRole(r.String()); back != r || err != nil {
			t.Error(r, back, err)
		}
	}
}

// A store that fails leaves nothing half done: the link is there whole or not at all.
func TestFailingStore(t *testing.T) {
	w := newWorld()
	full := errors.New("full")
	w.records.Fail(func(op string) error {
		if op == "apply" {
			return full
		}
		return nil
	})
	mapID := w.NewMapID()
	if _, err := w.CreateMap(t.Context(), mapID, access.Want{Role: access.Owner}); !errors.Is(err, full) {
		t.Error(err)
	}
	w.records.Fail(nil)
	if known, err := w.HasMap(t.Context(), mapID); known || err != nil {
		t.Error(known, err)
	}
	mapID, links := w.create(t, access.Want{Role: access.Owner}, access.Want{Role: access.View})
	w.records.Fail(func(string) error { return full })
	if err := w.Revoke(t.Context(), mapID, links[1].ID); !errors.Is(err, full) || len(w.revoked) != 0 {
		t.Error(err, w.revoked)
	}
	if _, err := w.Resolve(t.Context(), links[1].Token); !errors.Is(err, full) {
		t.Error("a failing store must not read as an unknown link:", err)
	}
}
