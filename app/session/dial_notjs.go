//go:build !js

package session

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt/wire"
)

func dial(ctx context.Context, url string) (conn, error) {
	c, res, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		if res != nil {
			if r := refusedUpgrade(res); r != nil {
				return nil, r
			}
		}
		return nil, err
	}
	return newSocket(c), nil
}

// refusedUpgrade reads the reason out of an HTTP status.
func refusedUpgrade(res *http.Response) *refusal {
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	r := &refusal{retryAfter: time.Duration(min(max(0, seconds), 3600)) * time.Second}
	switch res.StatusCode {
	case http.StatusNotFound:
		r.code = wire.CodeLinkUnknown
	case http.StatusGone:
		r.code = wire.CodeLinkRevoked
	case http.StatusForbidden:
		r.code = wire.CodeOrigin
	case http.StatusTooManyRequests:
		r.code = wire.CodeConnections
	case http.StatusServiceUnavailable:
		r.code = wire.CodeBusy
	default:
		return nil
	}
	return r
}
