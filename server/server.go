package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Server answers requests and keeps the connections.
type Server struct {
	o         Options
	handler   http.Handler
	ready     atomic.Bool
	addresses *addresses
	uploads   chan struct{} // holds one token for each image under way
	drawings  chan struct{} // holds one token for each drawing under way

	imaging sync.Mutex // held while an image is counted and kept

	began time.Time
	clock atomic.Int64 // nanoseconds since then, as of the last heartbeat: precise enough for silence, and free

	mu       sync.Mutex // guards the following
	conns    map[*conn]struct{}
	draining bool
	churn    int // connections that came and went since memory was given back
	churned  int // churn at the last heartbeat
	giving   int // how often memory is still to be given back

	readers sync.WaitGroup // one for each connection
	stop    chan struct{}  // closed by Shutdown: ends the heartbeat
	beating sync.WaitGroup
}

// New makes a server. It is not ready before SetReady.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		o: o, addresses: newAddresses(o.Limits, o.Now), conns: map[*conn]struct{}{}, stop: make(chan struct{}),
		drawings: make(chan struct{}, max(1, o.Limits.DrawingsAtOnce)), uploads: make(chan struct{}, max(1, o.Limits.ImagesAtOnce)),
	}
	s.began = o.Now()
	o.Metrics.connections.set(s.connections)
	s.handler = s.routes()
	s.beating.Add(1)
	go s.heartbeat() // ends with Shutdown
	return s
}

// Handler answers all requests of the server.
func (s *Server) Handler() http.Handler { return s.handler }

// SetReady tells /readyz whether new people should be sent here.
func (s *Server) SetReady(ready bool) { s.ready.Store(ready) }

// Shutdown ends it gently: no new connections, everyone is told to come back a little later (the rooms spread them), what
// is under way is committed, and the goroutines have ended when it returns. When ctx ends first it cuts what is left;
// what was acknowledged is durable either way.
func (s *Server) Shutdown(ctx context.Context) error {
	s.SetReady(false)
	s.mu.Lock()
	already := s.draining
	s.draining = true
	s.mu.Unlock()
	if !already {
		close(s.stop)
	}
	s.beating.Wait()
	err := s.o.Host.Shutdown(ctx)
	s.mu.Lock()
	for c := range s.conns {
		c.cut()
	}
	s.mu.Unlock()
	s.readers.Wait()
	return err
}

func (s *Server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// state says whether there is room for one more connection.
func (s *Server) state() (full, draining bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := s.o.Limits.Connections
	return limit > 0 && len(s.conns) >= limit, s.draining
}

// add takes a new connection in, unless the server is ending.
func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.conns[c] = struct{}{}
	s.churn++
	s.readers.Add(1)
	return true
}

func (s *Server) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.churn++
	s.mu.Unlock()
	s.readers.Done()
}

// heartbeat looks at every connection once a second.
func (s *Server) heartbeat() {
	defer s.beating.Done()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.beat()
		case <-s.stop:
			return
		}
	}
}

func (s *Server) beat() {
	now := s.o.Now()
	s.clock.Store(int64(now.Sub(s.began))) // not the wall clock, which may be set (P50)
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.beat(now)
	}
	if s.churn >= churnMin && s.churn == s.churned {
		s.churn, s.giving = 0, givings
	}
	s.churned = s.churn
	if s.giving > 0 {
		s.giving--
		go debug.FreeOSMemory() // ends in some milliseconds
	}
}

// churnMin is after how many comings and goings, once it is quiet again, the memory that they took is given back: a quiet
// server allocates nothing, so the collector would not come by itself for minutes.
const churnMin = 500

// givings is how often that is done: the collector halves the stack of a waiting goroutine once each time.
const givings = 3
