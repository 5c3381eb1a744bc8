package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/rs/xid"

	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store"
)

var _ room.Log = (*store.Store)(nil)

// engine is a data directory that this process holds, with the rooms and links above it.
type engine struct {
	store   *store.Store
	host    *room.Host
	access  *access.Registry
	metrics *server.Metrics
	// base is where links lead, as http://127.0.0.1:8080.
	base string
}

// For "make faults": a build of its own sets these (fault.go).
var (
	clock   func() time.Time                         // nil: time.Now
	between = func(l room.Log) room.Log { return l } // rooms and store
)

type engineOptions struct {
	store  store.Options
	limits room.Limits
	base   string
	logger *slog.Logger
}

func openEngine(dir string, o engineOptions) (*engine, error) {
	if o.logger == nil {
		o.logger = slog.New(slog.DiscardHandler)
	}
	e := &engine{metrics: server.NewMetrics(), base: o.base}
	o.store.Logger, o.store.Now = o.logger, clock
	o.store.OnCommit = func(c store.Commit) { e.metrics.Committed(c.Entries, c.Duration, c.Err) }
	var err error
	if e.store, err = store.Open(dir, o.store); err != nil {
		return nil, err
	}
	e.metrics.WatchFile(func() (size, free int64) {
		stats, err := e.store.Stats()
		if err != nil {
			return 0, 0
		}
		return stats.FileBytes, stats.FreeBytes
	})
	e.host = room.NewHost(room.Options{Log: between(e.store), Now: clock, Limits: o.limits, Metrics: e.metrics, Logger: o.logger, Policy: allow})
	e.access = access.New(records{e.store}, access.Options{
		NewID:    func() string { return xid.New().String() },
		Now:      clock,
		OnRevoke: e.host.CloseLink,
	})
	return e, nil
}

// closeTimeout is how long rooms without people may take to finish.
const closeTimeout = 10 * time.Second

func (e *engine) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	hostErr := e.host.Shutdown(ctx)
	if err := e.store.Close(); err != nil {
		return err
	}
	return hostErr
}

// records lets the store keep links.
type records struct{ *store.Store }

func (r records) Apply(ctx context.Context, changes ...access.Change) error {
	list := make([]store.Change, len(changes))
	for i, c := range changes {
		list[i] = store.Change(c)
	}
	return r.Store.Apply(ctx, list...)
}
