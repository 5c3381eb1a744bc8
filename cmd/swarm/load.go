package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// loadReport is a run of s1, s1m or s4. Latencies are milliseconds from the write of an edit
// to its receipt by another client, over all receivers.
type loadReport struct {
	Scenario          string  `json:"scenario"`
	N                 int     `json:"n"`
	DeliveredFraction float64 `json:"delivered_frac"`
	DeliveredEdits    float64 `json:"delivered_edits_s"`
	LatencyP50        float64 `json:"lat_p50"`
	LatencyP95        float64 `json:"lat_p95"`
	LatencyP99        float64 `json:"lat_p99"`
	AckP50            float64 `json:"ack_p50"`
	AckP99            float64 `json:"ack_p99"`
	CPUPerMillion     float64 `json:"cpu_s_per_1M_delivered"`
	ServerUse         float64 `json:"srv_util"`
	PeakMB            float64 `json:"rss_peak_mb"`
	Closed            int64   `json:"closed"`
	BytesPerEdit      float64 `json:"bytes_per_edit"`
	Refused           int64   `json:"refused"`
	OwnUse            float64 `json:"swarm_util"`
}

const (
	editsPerSecond = 20
	loadNotes      = 1000
	drainMax       = 15 * time.Second
)

// loadRun is one run of s1, s1m or s4.
type loadRun struct {
	began   time.Time
	from    atomic.Int64 // measured edits are those sent from here …
	until   atomic.Int64 // … to here, in nanoseconds since began
	sending atomic.Bool
	readers sync.WaitGroup
	senders sync.WaitGroup

	measured  atomic.Int64 // edits sent in the measured time, times those who should get them
	delivered atomic.Int64
	bytes     atomic.Int64
	closed    atomic.Int64
	refused   atomic.Int64
}

func (r *loadRun) now() time.Duration { return time.Since(r.began) }

// loadRoom is one map and those on it.
type loadRoom struct {
	run  *loadRun
	sent sendTimes
	size int // readers

	mu     sync.Mutex // guards the following
	frames map[frameKey]*frameContent
}

type frameKey struct {
	hash uint64
	size int
}

// frameContent is what a frame brings that is measured.
type frameContent struct {
	at    []time.Duration
	from  []crdt.ReplicaID
	other bool // not a Merged frame: it is for one peer and is read by that peer
}

// load plays maps×(n/maps) clients. Every mute-th client never reads (0: all read).
func load(ctx context.Context, o options, maps, mute int) (any, error) {
	run := &loadRun{began: time.Now()}
	run.from.Store(1 << 62)
	run.until.Store(1 << 62)
	perMap := o.n / maps
	var clients []*loadClient
	for range maps {
		live, ids, err := loadMap(ctx, o, max(loadNotes/maps, perMap))
		if err != nil {
			return nil, err
		}
		if len(ids) < perMap {
			return nil, fmt.Errorf("%d clients and %d notes: each needs one of its own", perMap, len(ids))
		}
		room := &loadRoom{run: run, sent: sendTimes{sent: make(map[batchKey]time.Duration)}, frames: make(map[frameKey]*frameContent)}
		for i := range perMap {
			c, err := dial(ctx, live, fmt.Sprintf("swarm %d", i))
			if err != nil {
				return nil, fmt.Errorf("client %d of %d: %w", i+1, perMap, err)
			}
			doc, err := c.document()
			if err != nil {
				return nil, err
			}
			l := &loadClient{client: c, room: room, doc: doc, note: ids[i], mute: mute > 0 && i%mute == 0}
			l.period = time.Duration(float64(time.Second) / o.hertz)
			l.phase = time.Duration(i) * l.period / time.Duration(perMap)
			if !l.mute {
				room.size++
			}
			clients = append(clients, l)
		}
	}
	defer func() {
		for _, c := range clients {
			_ = c.conn.CloseNow()
		}
		run.readers.Wait()
	}()

	run.sending.Store(true)
	for _, c := range clients {
		if !c.mute {
			run.readers.Add(1)
			go c.read(ctx) // ends when its connection is closed
		}
		run.senders.Add(1)
		go c.write(ctx) // ends when run.sending turns false, or its connection fails
	}
	if err := pause(ctx, o.warmup); err != nil {
		return nil, err
	}
	before, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	ownBefore, _ := usageOf(selfPID)
	bytesBefore := run.bytes.Load()
	start := run.now()
	run.from.Store(int64(start))
	if err := pause(ctx, time.Duration(o.seconds)*time.Second); err != nil {
		return nil, err
	}
	end := run.now()
	run.until.Store(int64(end))
	after, err := usageOf(o.pid)
	if err != nil {
		return nil, err
	}
	ownAfter, _ := usageOf(selfPID)
	bytesRead := run.bytes.Load() - bytesBefore
	deliveredInTime := run.delivered.Load()
	run.sending.Store(false)
	run.senders.Wait()
	for limit := run.now() + drainMax; run.now() < limit && run.delivered.Load() < run.measured.Load(); {
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return nil, err
		}
	}
	if after.peak < before.peak {
		after.peak = before.peak
	}

	for _, c := range clients {
		_ = c.conn.CloseNow()
	}
	run.readers.Wait()
	var latency, ack histogram
	for _, c := range clients {
		latency.merge(&c.latency)
		ack.merge(&c.ack)
	}
	seconds := (end - start).Seconds()
	report := loadReport{
		Scenario: o.scenario, N: o.n,
		DeliveredFraction: round(float64(run.delivered.Load()) / float64(max(1, run.measured.Load()))),
		DeliveredEdits:    round(float64(deliveredInTime) / seconds),
		LatencyP50:        latency.quantile(0.50), LatencyP95: latency.quantile(0.95), LatencyP99: latency.quantile(0.99),
		AckP50: ack.quantile(0.50), AckP99: ack.quantile(0.99),
		CPUPerMillion: round((after.cpu - before.cpu).Seconds() / (float64(max(1, deliveredInTime)) / 1e6)),
		ServerUse:     round((after.cpu - before.cpu).Seconds() / seconds),
		PeakMB:        round(float64(after.peak) / (1 << 20)),
		Closed:        run.closed.Load(),
		BytesPerEdit:  round(float64(bytesRead) / float64(max(1, deliveredInTime))),
		Refused:       run.refused.Load(),
		OwnUse:        round((ownAfter.cpu - ownBefore.cpu).Seconds() / seconds),
	}
	return report, nil
}

// hotReport is a run of hot: what the people of a busy map see, and what others do.
type hotReport struct {
	Scenario string      `json:"scenario"`
	Hot      *loadReport `json:"hot"`
	Others   loadReport  `json:"others"`
}

// hot plays s1 on one map and beside it quiet ones, whose people should not notice.
func hot(ctx context.Context, o options) (any, error) {
	const maps, hertz = 20, 2
	report := hotReport{Scenario: o.scenario}
	beside := o
	beside.n, beside.hertz, beside.scenario = 2*maps, hertz, "others"
	var both sync.WaitGroup
	var hotErr error
	if o.n > 0 {
		both.Add(1)
		go func() { // ends with the run
			defer both.Done()
			r, err := load(ctx, o, 1, 0)
			if hotErr = err; err == nil {
				report.Hot = new(r.(loadReport))
			}
		}()
	}
	r, err := load(ctx, beside, maps, 0)
	both.Wait()
	if err = errors.Join(err, hotErr); err != nil {
		return nil, err
	}
	report.Others = r.(loadReport)
	return report, nil
}

// loadMap is where a map of s1 is edited, and its notes: of the map that the options name,
// else of a new one.
func loadMap(ctx context.Context, o options, notes int) (string, []crdt.ID, error) {
	if o.join == "" {
		m, err := makeMap(ctx, o.server)
		if err != nil {
			return "", nil, err
		}
		live := m.liveURL(o.server)
		ids, err := fill(ctx, live, notes)
		return live, ids, err
	}
	live := madeMap{Edit: o.join}.liveURL(o.server)
	c, err := dial(ctx, live, "swarm: reader")
	if err != nil {
		return "", nil, err
	}
	defer c.conn.CloseNow()
	doc, err := c.document()
	if err != nil {
		return "", nil, err
	}
	return live, slices.Collect(doc.All(journey.KindNote)), nil
}

// loadClient is one person who moves one note and never stops.
type loadClient struct {
	*client
	room   *loadRoom
	doc    *crdt.Document
	note   crdt.ID
	phase  time.Duration
	period time.Duration
	mute   bool

	latency, ack histogram // the reader's
}

// write moves the note and, half a period later, the cursor.
func (c *loadClient) write(ctx context.Context) {
	defer c.room.run.senders.Done()
	run := c.room.run
	var frame []byte
	for k := 0; run.sending.Load(); k++ {
		due := c.phase + time.Duration(k)*c.period
		if pause(ctx, due-run.now()) != nil || !run.sending.Load() {
			return
		}
		e := c.doc.Edit(c.welcome.Resume.Replica)
		e.Set(c.note, journey.NotePlace, journey.Place{X: float32(k % 1000), Y: float32(k % 700)}.Bytes())
		batch := e.Commit().Update
		h, err := crdt.Peek(batch)
		if err != nil {
			panic(err) // our own batch
		}
		frame = wire.Append(frame[:0], wire.Edits{Batches: [][]byte{batch}})
		at := run.now()
		c.room.sent.put(batchKey{uint32(h.Replica), h.Last}, at)
		if c.measures(at) {
			others := c.room.size
			if !c.mute {
				others--
			}
			run.measured.Add(int64(others))
		}
		if c.conn.Write(ctx, websocket.MessageBinary, frame) != nil {
			return
		}
		if pause(ctx, due+c.period/2-run.now()) != nil || !run.sending.Load() {
			return
		}
		state := session.PresenceState{Cursor: &session.Point{X: float32(k % 1000), Y: float32(k % 700)}}
		frame = wire.Append(frame[:0], wire.Presence{State: state.Append(nil)})
		if c.conn.Write(ctx, websocket.MessageBinary, frame) != nil {
			return
		}
	}
}

func (c *loadClient) measures(at time.Duration) bool {
	return int64(at) >= c.room.run.from.Load() && int64(at) < c.room.run.until.Load()
}

// read counts what arrives until the connection ends.
func (c *loadClient) read(ctx context.Context) {
	run := c.room.run
	defer run.readers.Done()
	buf := make([]byte, 0, 64<<10)
	for {
		_, r, err := c.conn.Reader(ctx)
		if err == nil {
			buf, err = readAll(buf[:0], r)
		}
		if err != nil {
			if run.sending.Load() {
				run.closed.Add(1)
			}
			return
		}
		run.bytes.Add(int64(len(buf)))
		c.take(buf, run.now())
	}
}

func (c *loadClient) take(b []byte, now time.Duration) {
	content := c.room.content(b)
	if content.other {
		c.own(b, now)
		return
	}
	me := c.welcome.Resume.Replica
	delivered := 0
	for i, at := range content.at {
		if !c.measures(at) {
			continue
		}
		if content.from[i] == me {
			c.ack.add(now-at, 1)
			continue
		}
		delivered++
		c.latency.add(now-at, 1)
	}
	c.room.run.delivered.Add(int64(delivered))
}

// own takes a frame that is for this client alone.
func (c *loadClient) own(b []byte, now time.Duration) {
	f, err := wire.Decode(b)
	if err != nil {
		panic(fmt.Sprintf("the server sent a frame that does not decode: %v", err))
	}
	switch f := f.(type) {
	case wire.Acknowledged:
		at, ok := c.room.sent.get(batchKey{uint32(c.welcome.Resume.Replica), f.Counter})
		if ok && c.measures(at) {
			c.ack.add(now-at, 1)
		}
	case wire.Refused:
		c.room.run.refused.Add(1)
	}
}

var frameSeed = maphash.MakeSeed()

// content reads a frame once for all who get it.
func (r *loadRoom) content(b []byte) *frameContent {
	key := frameKey{maphash.Bytes(frameSeed, b), len(b)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.frames[key]; ok {
		return c
	}
	c := &frameContent{}
	f, err := wire.Decode(b)
	m, merged := f.(wire.Merged)
	if err != nil || !merged {
		c.other = true
		return c
	}
	for _, batch := range m.Batches {
		h, err := crdt.Peek(batch)
		if err != nil {
			continue
		}
		if at, ok := r.sent.get(batchKey{uint32(h.Replica), h.Last}); ok {
			c.at = append(c.at, at)
			c.from = append(c.from, h.Replica)
		}
	}
	if len(r.frames) > 4096 {
		clear(r.frames) // a late receiver reads its frame anew
	}
	r.frames[key] = c
	return c
}

func readAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
