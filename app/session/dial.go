package session

import (
	"context"
	"errors"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt/wire"
)

// socket is a WebSocket, the browser's or Go's.
type socket struct{ c *websocket.Conn }

func newSocket(c *websocket.Conn) conn {
	c.SetReadLimit(wire.ServerFrameBytesMax)
	return socket{c}
}

func (s socket) Read(ctx context.Context) ([]byte, error) {
	kind, b, err := s.c.Read(ctx)
	if err != nil {
		return nil, reason(err)
	}
	if kind != websocket.MessageBinary {
		return nil, &wire.Error{Code: wire.CodeBadFrame, Detail: "text message"}
	}
	return b, nil
}

func (s socket) Write(ctx context.Context, b []byte) error {
	return reason(s.c.Write(ctx, websocket.MessageBinary, b))
}

// Close does not wait for the other side: whoever closes here has nothing
// left to hear.
func (s socket) Close() { s.c.CloseNow() }

// reason finds the server's code in how a connection was closed.
func reason(err error) error {
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		if code := wire.FromClose(int(closed.Code), closed.Reason); code != wire.CodeNone {
			return &refusal{code: code}
		}
	}
	return err
}
