package session

import (
	"context"

	"github.com/coder/websocket"
)

// dial opens the browser's WebSocket. A browser tells nothing about a refused
// upgrade, which is why servers refuse with a Closing frame instead.
func dial(ctx context.Context, url string) (conn, error) {
	c, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return newSocket(c), nil
}
