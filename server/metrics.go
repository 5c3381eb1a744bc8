package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/room"
)

// Metrics counts what happens in the server, its rooms and its store, in a registry of its own. It is a room.Metrics; the
// store is wired to it in cmd/tabi. docs/operations.md explains every name.
type Metrics struct {
	registry    *prometheus.Registry
	connections lateGauge
	fileBytes   lateGauge
	freeBytes   lateGauge

	rooms, peers                  prometheus.Gauge
	edits, editBytes              prometheus.Counter
	loadSeconds, appendSeconds    prometheus.Histogram
	flushSeconds                  prometheus.Histogram
	loadErrors, appendErrors      prometheus.Counter
	welcomeBytes                  *prometheus.HistogramVec
	presenceLost                  prometheus.Counter
	refused, closed               *prometheus.CounterVec
	storeFailed                   prometheus.Gauge
	checkpoints, checkpointErrors prometheus.Counter
	commitSeconds, commitEntries  prometheus.Histogram
	commitErrors                  prometheus.Counter
	requests                      *prometheus.CounterVec
	requestSeconds                *prometheus.HistogramVec
	handshakes                    *prometheus.CounterVec
	framesIn, bytesIn             atomic.Int64
	framesOut, bytesOut           atomic.Int64
	refusedByCode, closedByCode   [1 << 8]prometheus.Counter // of the codes below 256, without a look-up each time
	handler                       http.Handler
}

var _ room.Metrics = (*Metrics)(nil)

// lateGauge is a figure that is asked for when it is read, from whoever has been set by then.
type lateGauge struct{ read atomic.Pointer[func() int64] }

func (g *lateGauge) set(read func() int) {
	f := func() int64 { return int64(read()) }
	g.read.Store(&f)
}
func (g *lateGauge) value() float64 {
	if read := g.read.Load(); read != nil {
		return float64((*read)())
	}
	return 0
}

// NewMetrics makes metrics that start at zero.
func NewMetrics() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	add := m.registry.MustRegister
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		add(c)
		return c
	}
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		add(g)
		return g
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
		add(h)
		return h
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		add(c)
		return c
	}
	seconds := []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	bytes := prometheus.ExponentialBuckets(64, 4, 11)

	m.rooms = gauge("tabi_rooms", "Maps open in memory.")
	m.peers = gauge("tabi_peers", "People connected to a map.")
	m.edits = counter("tabi_edits_total", "Batches of edits committed.")
	m.editBytes = counter("tabi_edit_bytes_total", "Bytes of log entries committed.")
	m.loadSeconds = histogram("tabi_room_load_seconds", "Time to make a room of its snapshot and log.", seconds)
	m.loadErrors = counter("tabi_room_load_errors_total", "Rooms that could not be loaded.")
	m.appendSeconds = histogram("tabi_append_seconds", "Time until an entry of a room was durable.", seconds)
	m.appendErrors = counter("tabi_append_errors_total", "Appends that failed; the room repeats them.")
	m.flushSeconds = histogram("tabi_flush_seconds", "Time until a tick's frame was written to most peers of a room.", seconds)
	m.presenceLost = counter("tabi_presence_dropped_total", "Presence left out for a peer that reads slowly.")
	m.storeFailed = gauge("tabi_rooms_store_failed", "Rooms that cannot store edits at the moment.")
	m.checkpoints = counter("tabi_checkpoints_total", "Snapshots of rooms stored.")
	m.checkpointErrors = counter("tabi_checkpoint_errors_total", "Snapshots of rooms that could not be stored.")
	m.commitSeconds = histogram("tabi_store_commit_seconds", "Time of one commit of the store with its fsync.", seconds)
	m.commitEntries = histogram("tabi_store_commit_entries", "Entries in one commit of the store.", prometheus.ExponentialBuckets(1, 2, 12))
	m.commitErrors = counter("tabi_store_commit_errors_total", "Commits of the store that failed.")
	m.welcomeBytes = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tabi_welcome_bytes",
		Help: "State sent to someone who joined: all of it (new), what was missing (delta), or all after a break (snapshot).", Buckets: bytes}, []string{"kind"})
	m.refused = counters("tabi_refused_total", "Edits refused, by code.", "code")
	m.closed = counters("tabi_closed_total", "Connections closed by the server, by code.", "code")
	m.requests = counters("tabi_http_requests_total", "Requests answered, by route.", "route", "method", "status")
	m.requestSeconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tabi_http_seconds",
		Help: "Time to answer a request, by route.", Buckets: seconds}, []string{"route"})
	m.handshakes = counters("tabi_handshakes_total", "WebSocket handshakes, by outcome.", "outcome")
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "tabi_build_info", Help: "Version of this server; always 1."}, []string{"version", "go"})
	info.WithLabelValues(version(), runtime.Version()).Set(1)
	add(m.welcomeBytes, m.requestSeconds, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tabi_connections", Help: "WebSockets open."}, m.connections.value),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tabi_store_file_bytes", Help: "Size of the data file."}, m.fileBytes.value),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tabi_store_free_bytes", Help: "Of the data file, not in use."}, m.freeBytes.value),
		total("tabi_frames_received_total", "Frames received.", &m.framesIn), total("tabi_received_bytes_total", "Bytes of frames received.", &m.bytesIn),
		total("tabi_frames_sent_total", "Frames sent.", &m.framesOut), total("tabi_sent_bytes_total", "Bytes of frames sent.", &m.bytesOut))
	for _, code := range wire.Codes() {
		if int(code) < len(m.refusedByCode) {
			m.refusedByCode[code] = m.refused.WithLabelValues(code.String())
			m.closedByCode[code] = m.closed.WithLabelValues(code.String())
		}
	}
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
	return m
}

func total(name, help string, n *atomic.Int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(n.Load()) })
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// Handler serves the figures to anybody who asks: put it only where nobody else comes.
func (m *Metrics) Handler() http.Handler { return m.handler }

// WatchFile sets where the size of the data file, and what of it is not in use, are asked for.
func (m *Metrics) WatchFile(read func() (size, free int64)) {
	m.fileBytes.set(func() int { size, _ := read(); return int(size) })
	m.freeBytes.set(func() int { _, free := read(); return int(free) })
}

// Committed is told by the store after each commit.
func (m *Metrics) Committed(entries int, took time.Duration, err error) {
	if err != nil {
		m.commitErrors.Inc()
		return
	}
	m.commitSeconds.Observe(took.Seconds())
	m.commitEntries.Observe(float64(entries))
}

// The following are told by the rooms.

func (m *Metrics) Rooms(delta int) { m.rooms.Add(float64(delta)) }
func (m *Metrics) Peers(delta int) { m.peers.Add(float64(delta)) }

func (m *Metrics) Loaded(took time.Duration, err error) {
	if err != nil {
		m.loadErrors.Inc()
		return
	}
	m.loadSeconds.Observe(took.Seconds())
}

func (m *Metrics) Appended(took time.Duration, bytes int, err error) {
	if err != nil {
		m.appendErrors.Inc()
		return
	}
	m.appendSeconds.Observe(took.Seconds())
	m.editBytes.Add(float64(bytes))
}

func (m *Metrics) Flushed(took time.Duration) { m.flushSeconds.Observe(took.Seconds()) }

var welcomeKinds = [...]string{"new", "delta", "snapshot"}

func (m *Metrics) Happened(e room.Event) {
	switch e.Kind {
	case room.EventWelcomed:
		if e.N >= 0 && e.N < len(welcomeKinds) {
			m.welcomeBytes.WithLabelValues(welcomeKinds[e.N]).Observe(float64(e.Bytes))
		}
	case room.EventCommitted:
		m.edits.Add(float64(e.N))
	case room.EventPresenceLost:
		m.presenceLost.Inc()
	case room.EventRefused:
		count(&m.refusedByCode, e.Code)
	case room.EventClosed:
		count(&m.closedByCode, e.Code)
	case room.EventStoreFailed:
		m.storeFailed.Inc()
	case room.EventStoreBack:
		m.storeFailed.Dec()
	case room.EventCheckpoint:
		if e.Err != nil {
			m.checkpointErrors.Inc()
		} else {
			m.checkpoints.Inc()
		}
	}
}

func count(counters *[1 << 8]prometheus.Counter, code wire.Code) {
	if int(code) < len(counters) && counters[code] != nil {
		counters[code].Inc()
	}
}

// answered is told of every request. Methods are the client's words: unknown ones are put together.
func (m *Metrics) answered(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.requestSeconds.WithLabelValues(route).Observe(took.Seconds())
}

// metrics shows the figures to whoever runs the server (P75).
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	if !s.mayReadMetrics(r) {
		s.answerError(w, r, refusal{name: "not_found", status: http.StatusNotFound})
		return
	}
	s.o.Metrics.handler.ServeHTTP(w, r)
}

func (s *Server) mayReadMetrics(r *http.Request) bool {
	if s.o.MetricsToken == "" {
		forwarded := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Real-Ip") != ""
		addr := remoteAddr(r)
		return addr != (netip.Addr{}) && addr.IsLoopback() && !forwarded
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	want, got := sha256.Sum256([]byte(s.o.MetricsToken)), sha256.Sum256([]byte(token))
	return ok && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
