package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
)

func (s *Server) templates(w http.ResponseWriter, r *http.Request) {
	list := []Template{}
	if s.o.Maps.Templates != nil {
		list = append(list, s.o.Maps.Templates(s.lang(r))...)
	}
	answer(w, http.StatusOK, struct {
		Templates []Template `json:"templates"`
	}{list})
}

// NewMap is the answer to POST /api/maps: paths to put behind whichever address leads here, and whole links.
type NewMap struct {
	ID    string   `json:"id"`
	Owner string   `json:"owner"`
	Edit  string   `json:"edit"`
	View  string   `json:"view"`
	Links MapLinks `json:"links"`
}

// MapLinks are the first links of a map.
type MapLinks struct {
	Owner string `json:"owner"`
	Edit  string `json:"edit"`
	View  string `json:"view"`
}

// createMap makes a map: empty, of a template, of another map, or of the file that is the body (P73).
func (s *Server) createMap(w http.ResponseWriter, r *http.Request) {
	if s.o.NoCreate {
		s.answerError(w, r, refusal{code: wire.CodeNotAllowed})
		return
	}
	if wait, ok := s.addresses.newMap(s.clientAddr(r)); !ok {
		s.answerError(w, r, tooFast(wait))
		return
	}
	ctx, cancel := s.timeout(r)
	defer cancel()
	write, err := s.content(ctx, w, r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	id, links, err := begin(ctx, s.o.Access, FirstLinks{}, write)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	s.o.Logger.Info("a map was made", "map", id)
	paths, origin := links.Paths(), s.origin(r)
	answer(w, http.StatusCreated, NewMap{
		ID: id, Owner: paths.Owner, Edit: paths.Edit, View: paths.View,
		Links: MapLinks{origin + paths.Owner, origin + paths.Edit, origin + paths.View},
	})
}

// content reads what the new map shall hold, and says how it is written.
func (s *Server) content(ctx context.Context, w http.ResponseWriter, r *http.Request) (write func(id string) error, err error) {
	lang := s.lang(r)
	draft := func(d Draft, err error) (func(string) error, error) {
		return func(id string) error { return s.o.Host.Edit(ctx, id, d) }, err
	}
	if r.URL.Query().Has("import") {
		var tooLarge *http.MaxBytesError
		d, err := s.o.Maps.Import(http.MaxBytesReader(w, r.Body, int64(s.o.Limits.ImportBytes)), lang)
		if err != nil && !errors.As(err, &tooLarge) {
			return nil, refusal{name: "bad_file", status: http.StatusUnprocessableEntity, detail: err.Error()}
		}
		return draft(d, err)
	}
	var body struct{ Title, Template, Lang, Source, As string }
	if err := s.readJSON(w, r, &body); err != nil {
		return nil, err
	}
	if body.Lang != "" {
		lang = s.o.Detect(body.Lang)
	}
	if body.Source == "" {
		return draft(s.o.Maps.New(body.Title, body.Template, lang))
	}
	source, err := s.grantOf(r, body.Source)
	if err != nil {
		return nil, err
	}
	if body.As != "fork" {
		var d Draft
		err = s.o.Host.View(ctx, source.Map, func(doc *crdt.Document) error {
			d, err = s.o.Maps.Copy(doc, body.As, lang)
			return err
		})
		return func(id string) error {
			if err := s.copyImages(ctx, source.Map, id); err != nil {
				return err
			}
			return s.o.Host.Edit(ctx, id, d)
		}, err
	}
	if source.Role < access.Edit { // a reader's map would be nobody's to-be
		return nil, refusal{code: wire.CodeNotAllowed}
	}
	return func(id string) error {
		return s.o.Host.View(ctx, source.Map, func(doc *crdt.Document) error {
			if err := s.o.Maps.Fork(doc, source.Map, lang); err != nil {
				return err
			}
			if err := s.copyImages(ctx, source.Map, id); err != nil {
				return err
			}
			return s.o.Host.Begin(ctx, id, doc, s.o.Now())
		})
	}, nil
}

func (s *Server) readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, int64(s.o.Limits.BodyBytes)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return refusal{name: "bad_request", status: http.StatusBadRequest, detail: err.Error()}
	}
	return err
}

// linkView is a link as its map's owner sees it.
type linkView struct {
	ID      string     `json:"id"`
	Role    string     `json:"role"`
	Label   string     `json:"label"`
	Created time.Time  `json:"created"`
	Expires *time.Time `json:"expires,omitempty"`
	Revoked bool       `json:"revoked"`
	This    bool       `json:"this"` // the one that the request came by
}

// owned is the grant of a request that only an owner may make (P74).
func (s *Server) owned(r *http.Request) (access.Grant, error) {
	grant, err := s.grant(r)
	if err == nil && grant.Role != access.Owner {
		err = refusal{code: wire.CodeNotAllowed}
	}
	return grant, err
}

func (s *Server) listLinks(w http.ResponseWriter, r *http.Request) {
	grant, err := s.owned(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	links, err := s.o.Access.Links(r.Context(), grant.Map)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	views := make([]linkView, len(links))
	for i, l := range links {
		views[i] = linkView{ID: l.ID, Role: l.Role.String(), Label: l.Label, Created: l.Created, Revoked: !l.Revoked.IsZero(), This: l.ID == grant.Link}
		if !l.Expires.IsZero() {
			views[i].Expires = &l.Expires
		}
	}
	answer(w, http.StatusOK, struct {
		Links []linkView `json:"links"`
	}{views})
}

func (s *Server) mintLink(w http.ResponseWriter, r *http.Request) {
	grant, err := s.owned(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	var body struct {
		Role, Label string
		Expires     time.Time
	}
	if err := s.readJSON(w, r, &body); err != nil {
		s.answerError(w, r, err)
		return
	}
	role, err := access.ParseRole(body.Role)
	if err == nil {
		var minted access.Minted
		minted, err = s.o.Access.Mint(r.Context(), grant.Map, access.Want{Role: role, Label: body.Label, Expires: body.Expires})
		if err == nil {
			s.o.Logger.Info("a link was minted", "map", grant.Map, "link", minted.ID, "role", role.String())
			path := mapPath(minted.Token)
			answer(w, http.StatusCreated, struct {
				ID    string `json:"id"`
				Role  string `json:"role"`
				Label string `json:"label"`
				Path  string `json:"path"`
				URL   string `json:"url"`
			}{minted.ID, role.String(), minted.Label, path, s.origin(r) + path})
			return
		}
	}
	switch {
	case errors.Is(err, access.ErrRole), errors.Is(err, access.ErrLabel), errors.Is(err, access.ErrPast):
		err = refusal{name: "bad_request", status: http.StatusBadRequest, detail: err.Error()}
	case errors.Is(err, access.ErrTooMany):
		err = refusal{name: "too_many_links", status: http.StatusConflict}
	}
	s.answerError(w, r, err)
}

func (s *Server) revokeLink(w http.ResponseWriter, r *http.Request) {
	grant, err := s.owned(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	err = s.o.Access.Revoke(r.Context(), grant.Map, r.PathValue("link"))
	switch {
	case errors.Is(err, access.ErrLastOwner):
		err = refusal{name: "last_owner", status: http.StatusConflict}
	case errors.Is(err, access.ErrUnknown):
		err = refusal{code: wire.CodeLinkUnknown}
	}
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	s.o.Logger.Info("a link was revoked", "map", grant.Map, "link", r.PathValue("link"))
	w.WriteHeader(http.StatusNoContent)
}
