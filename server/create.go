package server

import (
	"context"

	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
)

// FirstLinks are the tokens of a map that was just made.
type FirstLinks struct{ Owner, Edit, View access.Token }

// Paths are the addresses of the links on this server.
func (l FirstLinks) Paths() MapLinks {
	return MapLinks{mapPath(l.Owner), mapPath(l.Edit), mapPath(l.View)}
}

func mapPath(token access.Token) string { return "/m/" + token.Reveal() }

// CreateMap writes the draft into a new map and mints its first links, with these tokens where they are set. The content
// is in the log before the first link exists: when anything fails, there is no link, and so no map that anyone could see.
func CreateMap(ctx context.Context, host *room.Host, registry *access.Registry, draft Draft, tokens ...FirstLinks) (id string, links FirstLinks, err error) {
	if len(tokens) > 0 {
		links = tokens[0]
	}
	return begin(ctx, registry, links, func(id string) error { return host.Edit(ctx, id, draft) })
}

// begin has a new map written, and then mints its first links.
func begin(ctx context.Context, registry *access.Registry, links FirstLinks, write func(id string) error) (string, FirstLinks, error) {
	id := registry.NewMapID()
	if err := write(id); err != nil {
		return "", FirstLinks{}, err
	}
	minted, err := registry.CreateMap(ctx, id,
		access.Want{Role: access.Owner, Token: links.Owner},
		access.Want{Role: access.Edit, Token: links.Edit},
		access.Want{Role: access.View, Token: links.View})
	if err != nil {
		return "", FirstLinks{}, err
	}
	return id, FirstLinks{Owner: minted[0].Token, Edit: minted[1].Token, View: minted[2].Token}, nil
}
