//go:build deps

// Package deps keeps go.sum whole while the rooms are being built; it goes before the first release.
package deps

import (
	_ "github.com/andybalholm/brotli"
	_ "github.com/coder/websocket"
	_ "github.com/go-text/typesetting/segmenter"
	_ "github.com/maxence-charriere/go-app/v10/pkg/app"
	_ "github.com/prometheus/client_golang/prometheus/collectors"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/prometheus/client_golang/prometheus/testutil"
	_ "github.com/rs/xid"
	_ "github.com/spf13/cobra"
	_ "go.etcd.io/bbolt"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/text/language"
	_ "golang.org/x/text/unicode/norm"
	_ "golang.org/x/time/rate"
	_ "pgregory.net/rapid"
)
