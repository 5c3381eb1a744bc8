package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt/wire"
)

var selfPID = os.Getpid()

const joinNotes = 5000

// joinReport is a run of s2: milliseconds from the start of connecting to a loaded map, and
// bytes of the welcome.
type joinReport struct {
	Scenario   string  `json:"scenario"`
	N          int     `json:"n"`
	Rounds     int     `json:"rounds"`
	JoinP50    float64 `json:"join_p50"`
	JoinP95    float64 `json:"join_p95"`
	Bytes      int     `json:"bytes"`
	CPUPerRoom float64 `json:"cpu_s_per_round"`
	PeakMB     float64 `json:"rss_peak_mb"`
}

// joins lets n clients join one map of 5,000 notes at once, again and again.
func joins(ctx context.Context, o options) (any, error) {
	m, err := makeMap(ctx, o.server)
	if err != nil {
		return nil, err
	}
	live := m.liveURL(o.server)
	if _, err := fill(ctx, live, joinNotes); err != nil {
		return nil, err
	}
	var times histogram
	size := 0
	// A machine of one's own has its memory at hand; fifty on this one would spend their time
	// with growing buffers and collecting them.
	buffers := make([][]byte, o.n)
	for i := range buffers {
		buffers[i] = make([]byte, 1<<20)
	}
	before, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	for round := range o.rounds + 1 {
		took, bytes, err := joinRound(ctx, live, buffers)
		if err != nil {
			return nil, err
		}
		if round == 0 { // the first round warms both sides up
			if before, err = usageOf(o.pid); err != nil {
				return nil, err
			}
			continue
		}
		for _, d := range took {
			times.add(d, 1)
		}
		size = bytes
	}
	after, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	return joinReport{
		Scenario: o.scenario, N: o.n, Rounds: o.rounds,
		JoinP50: times.quantile(0.50), JoinP95: times.quantile(0.95), Bytes: size,
		CPUPerRoom: round((after.cpu - before.cpu).Seconds() / float64(max(1, o.rounds))),
		PeakMB:     round(float64(after.peak) / (1 << 20)),
	}, nil
}

// joinRound has everyone connect at the same moment. A join ends when the whole map has
// been received; that it is whole is checked once, after the clock.
func joinRound(ctx context.Context, live string, buffers [][]byte) ([]time.Duration, int, error) {
	n := len(buffers)
	took := make([]time.Duration, n)
	errs := make([]error, n)
	clients := make([]*client, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() { // ends when its client has joined or failed
			defer wg.Done()
			<-start
			began := time.Now()
			clients[i], errs[i] = dialBy(ctx, http.DefaultClient, live, fmt.Sprintf("swarm %d", i), buffers[i])
			took[i] = time.Since(began)
		}()
	}
	close(start)
	wg.Wait()
	defer func() {
		for _, c := range clients {
			if c != nil {
				_ = c.conn.CloseNow()
			}
		}
	}()
	for _, err := range errs {
		if err != nil {
			return nil, 0, err
		}
	}
	doc, err := clients[0].document()
	if err != nil {
		return nil, 0, err
	}
	if got := len(slices.Collect(doc.All(journey.KindNote))); got != joinNotes {
		return nil, 0, fmt.Errorf("a joined map has %d notes, not %d", got, joinNotes)
	}
	return took, clients[0].bytes, nil
}

// idleReport is a run of s3.
type idleReport struct {
	Scenario string  `json:"scenario"`
	N        int     `json:"n"`
	Maps     int     `json:"maps"`
	KBEach   float64 `json:"kb_per_conn"`
	IdleUse  float64 `json:"idle_cpu_percent"`
	Closed   int64   `json:"closed"`
}

// idle lets n clients sit on n/10 maps of 20 notes, each having sent one cursor, and sees
// what they cost after 30 seconds.
func idle(ctx context.Context, o options) (any, error) {
	maps := max(1, o.n/10)
	before, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	var clients []*client
	var wg sync.WaitGroup
	var closed atomic.Int64
	defer func() {
		for _, c := range clients {
			_ = c.conn.CloseNow()
		}
		wg.Wait()
	}()
	for range maps {
		m, err := makeMap(ctx, o.server)
		if err != nil {
			return nil, err
		}
		live := m.liveURL(o.server)
		if _, err := fill(ctx, live, 20); err != nil {
			return nil, err
		}
		for range o.n / maps {
			c, err := dial(ctx, live, "swarm")
			if err != nil {
				return nil, err
			}
			state := session.PresenceState{Cursor: &session.Point{X: 1, Y: 2}}
			if err := c.send(ctx, wire.Presence{State: state.Append(nil)}); err != nil {
				return nil, err
			}
			clients = append(clients, c)
			wg.Add(1)
			go func() { // ends when the connection does; reading answers the server's pings
				defer wg.Done()
				for {
					if _, _, err := c.conn.Read(ctx); err != nil {
						closed.Add(1)
						return
					}
				}
			}()
		}
	}
	if err := pause(ctx, 30*time.Second); err != nil {
		return nil, err
	}
	settled, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	if err := pause(ctx, time.Duration(o.seconds)*time.Second); err != nil {
		return nil, err
	}
	after, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	return idleReport{
		Scenario: o.scenario, N: len(clients), Maps: maps, Closed: closed.Load(),
		KBEach:  round(float64(settled.rss-before.rss) / 1024 / float64(len(clients))),
		IdleUse: round((after.cpu - settled.cpu).Seconds() / float64(o.seconds) * 100),
	}, nil
}
