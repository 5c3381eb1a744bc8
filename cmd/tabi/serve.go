package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store"
	"github.com/tabi-map/tabi/web"
)

// serveSettings are the flags of tabi serve.
type serveSettings struct {
	data, listen, url    string
	metricsListen        string
	metricsToken         string
	logLevel, logFormat  string
	origins, proxies     []string
	samples, noCreate    bool
	grace, drain, spread time.Duration
	retainEntries        uint64
	retainFor            time.Duration
	forgetAfter          time.Duration
	connections          int
	connectionsPerAddr   int
	peersPerMap          int
	imageBytes           int
	imagesPerMapBytes    int
}

// serve runs the server until ctx ends, and then ends it gently.
func serve(ctx context.Context, c serveSettings, out, logOut io.Writer) (err error) {
	public, err := parseURL(c.url)
	if err != nil {
		return err
	}
	proxies, err := parsePrefixes(c.proxies)
	if err != nil {
		return err
	}
	level, err := parseLevel(c.logLevel)
	if err != nil {
		return err
	}
	logger := newLogger(logOut, c.logFormat, level)
	site, err := web.Open()
	if err != nil {
		return err
	}

	// The address first: it is known then, and a second server on it does not even touch the data.
	listener, err := net.Listen("tcp", c.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	base := "http://" + listener.Addr().String()
	if public != nil {
		base = public.String()
	}
	e, err := openEngine(c.data, engineOptions{
		store:  store.Options{RetainEntries: c.retainEntries, RetainFor: c.retainFor},
		limits: room.Limits{PeersMax: c.peersPerMap, PeersPerLinkMax: c.peersPerMap, ReconnectSpread: c.spread, ForgetAfter: c.forgetAfter},
		base:   base, logger: logger,
	})
	if err != nil {
		return err
	}
	s := server.New(server.Options{
		Host: e.host, Access: e.access, Metrics: e.metrics, Logger: logger, Now: clock,
		Maps: journeys(), Assets: site, Shell: shell(site), CSP: web.CSP, Images: records{e.store}, Say: say, Detect: detect,
		PublicURL: public, OtherOrigins: c.origins, TrustedProxies: proxies, MetricsToken: c.metricsToken, NoCreate: c.noCreate,
		Limits: server.Limits{Connections: c.connections, ConnectionsPerAddress: c.connectionsPerAddr, ImageBytes: c.imageBytes, ImagesBytesPerMap: c.imagesPerMapBytes},
	})
	// All of the ending shares one time of grace, which begins with the first step of it.
	graceful, cut := context.WithCancel(context.Background())
	defer cut()
	ending := sync.OnceValue(func() context.Context {
		time.AfterFunc(c.grace, cut)
		return graceful
	})
	defer func() { // in this order: people, then the rooms' last commits, then the file
		err = errors.Join(err, s.Shutdown(ending()), e.store.Close())
		if err == nil {
			logger.Info("ended", "lost", "nothing")
		}
	}()
	failed := make(chan error, 2)
	defer background(httpServer(s.Handler(), logger), listener, failed)(ending)
	if c.metricsListen != "" {
		metrics, err := net.Listen("tcp", c.metricsListen)
		if err != nil {
			return err
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", e.metrics.Handler())
		defer background(httpServer(mux, logger), metrics, failed)(ending)
	}
	if c.samples {
		made, err := loadSamples(ctx, c.data, e)
		if err != nil {
			return err
		}
		printSamples(out, made)
	}
	control, err := serveControl(c.data, direct{e}, logger)
	if err != nil {
		return err
	}
	defer control.close()

	s.SetReady(true)
	fmt.Fprintf(out, "%s %s\n", say(systemLang(), "server.cli.serving"), base)
	logger.Info("serving", "address", listener.Addr().String(), "data", c.data, "client", site.Built())
	select {
	case <-ctx.Done():
	case err := <-failed:
		return err
	}
	// Balancers are told first; --drain gives them time to look.
	s.SetReady(false)
	logger.Info("ending", "grace", c.grace)
	if c.drain > 0 {
		<-time.After(c.drain)
	}
	return nil
}

func printSamples(out io.Writer, made []namedMap) {
	for _, m := range made {
		fmt.Fprintf(out, "%s\n  map  %s\n  edit %s\n  view %s\n", m.title, m.ID, m.Edit, m.View)
	}
}

func newLogger(w io.Writer, format string, level slog.Level) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func httpServer(handler http.Handler, logger *slog.Logger) *http.Server {
	d := server.DefaultLimits
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       d.RequestTimeout,
		WriteTimeout:      d.RequestTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// background serves until the returned function is called.
func background(s *http.Server, l net.Listener, failed chan<- error) (stop func(ending func() context.Context)) {
	done := make(chan struct{})
	go func() { // ends with stop
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return func(ending func() context.Context) {
		if s.Shutdown(ending()) != nil {
			s.Close()
		}
		<-done
	}
}
