package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/replica"
	"github.com/tabi-map/tabi/crdt/wire"
)

func init() {
	for name, f := range map[string]faultKind{
		"flip":    {"one bit of the data file flipped, or its end torn off, -times: noticed or harmless", flipBits},
		"storm":   {"-people connections broken at once by kill -9; all come back at once", storm},
		"trickle": {"-people read one byte a second and as many nothing at all, for -pause", trickle},
		"flood":   {"-times mutated frames over real sockets", flood},
	} {
		faults[name] = f
	}
}

// flipBits damages copies of the data of a stopped server. Every damage must be noticed by
// "tabi verify" or leave every map as it was; the backup must bring everything back.
func flipBits(ctx context.Context, v *victim, o faultOptions) error {
	random := mathrand.New(mathrand.NewPCG(o.seed, 3))
	if err := pause(ctx, 5*time.Second); err != nil { // something to damage
		return err
	}
	dir := filepath.Dir(v.data)
	backup := filepath.Join(dir, "backup")
	if _, err := v.tool(ctx, "backup", backup, "--data", v.data); err != nil {
		return err
	}
	if err := v.end(ctx); err != nil {
		return err
	}
	name, whole, err := dataFile(v.data)
	if err != nil {
		return err
	}
	want, err := v.exports(ctx, v.data)
	if err != nil || want == "" {
		return fmt.Errorf("the maps do not export: %v", err)
	}
	noticed, harmless := 0, 0
	for i := range o.times {
		broken := bytes.Clone(whole)
		what := ""
		if i%10 == 9 {
			at := random.IntN(len(broken))
			broken, what = broken[:at], fmt.Sprintf("torn off at %d", at)
		} else {
			at := random.IntN(len(broken) * 8)
			for empty(page(broken, at/8)) { // a new file is mostly room for later
				at = random.IntN(len(broken) * 8)
			}
			broken[at/8] ^= 1 << (at % 8)
			what = fmt.Sprintf("bit %d of byte %d", at%8, at/8)
		}
		data := filepath.Join(dir, "broken")
		if err := errors.Join(os.RemoveAll(data), os.Mkdir(data, 0o700), os.WriteFile(filepath.Join(data, name), broken, 0o600)); err != nil {
			return err
		}
		if _, err := v.tool(ctx, "verify", "--data", data); err != nil {
			noticed++
			continue
		}
		got, err := v.exports(ctx, data)
		if err != nil || got != want {
			return fmt.Errorf("%s: verify found nothing, the maps differ: %v", what, err)
		}
		harmless++
	}
	v.note(fmt.Sprintf("%d noticed, %d in bytes that hold nothing", noticed, harmless))
	restored := filepath.Join(dir, "restored")
	if _, err := v.tool(ctx, "restore", backup, "--data", restored); err != nil {
		return err
	}
	if got, err := v.exports(ctx, restored); err != nil || got == "" {
		return fmt.Errorf("the backup does not bring the maps back: %v", err)
	}
	return v.start(ctx)
}

func page(b []byte, at int) []byte {
	at -= at % 4096
	return b[at:min(at+4096, len(b))]
}

func empty(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// dataFile is the largest file of a data directory.
func dataFile(dir string) (name string, content []byte, err error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, err
	}
	for _, e := range list {
		if !e.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", nil, err
		}
		if len(b) >= len(content) {
			name, content = e.Name(), b
		}
	}
	return name, content, nil
}

func (v *victim) tool(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, v.tabi, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("tabi %s: %w: %s", args[0], err, out)
	}
	return string(out), err
}

// exports is every map of a directory, as text.
func (v *victim) exports(ctx context.Context, data string) (string, error) {
	list, err := v.tool(ctx, "maps", "--data", data)
	if err != nil {
		return "", err
	}
	all := ""
	for _, line := range strings.Split(list, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || len(fields[0]) != 20 { // an xid
			continue
		}
		text, err := v.tool(ctx, "export", fields[0], "--data", data)
		if err != nil {
			return "", err
		}
		all += text
	}
	return all, nil
}

// storm breaks many connections at once and lets all of them come back at the same moment,
// which real pages do not: they wait for a random time first. Then all of them leave, come and
// leave once more: what is kept for them must not grow.
func storm(ctx context.Context, v *victim, o faultOptions) error {
	const perMap = 500
	var lives []string
	for range (o.people + perMap - 1) / perMap {
		m, err := makeMap(ctx, v.url())
		if err != nil {
			return err
		}
		if _, err := fill(ctx, m.liveURL(v.url()), 200); err != nil {
			return err
		}
		lives = append(lives, m.liveURL(v.url()))
	}
	broken := make(chan struct{}) // closed when the server is to be found again
	var in, back atomic.Int64
	var tries atomic.Int64
	var took histogram
	var mu sync.Mutex // guards took
	var all sync.WaitGroup
	dialling := make(chan struct{}, 200) // the first time, one after the other
	var began time.Time
	work, cancel := context.WithTimeout(ctx, 12*time.Minute)
	defer cancel()
	for i := range o.people {
		all.Add(1)
		go func() { // ends when it has come back once, or with work
			defer all.Done()
			dialling <- struct{}{}
			c, err := dial(work, lives[i%len(lives)], "")
			<-dialling
			if err != nil {
				return
			}
			in.Add(1)
			for err == nil {
				_, _, err = c.conn.Read(work)
			}
			_ = c.conn.CloseNow()
			<-broken
			for work.Err() == nil {
				tries.Add(1)
				try, stop := context.WithTimeout(work, time.Minute)
				c, err = dial(try, lives[i%len(lives)], "")
				stop()
				if err == nil {
					mu.Lock()
					took.add(time.Since(began), 1)
					mu.Unlock()
					back.Add(1)
					defer c.conn.CloseNow()
					break
				}
				_ = pause(work, time.Duration(mathrand.IntN(500))*time.Millisecond)
			}
		}()
	}
	for in.Load() < int64(o.people) && work.Err() == nil {
		_ = pause(work, 50*time.Millisecond)
	}
	v.note(fmt.Sprintf("%d connected, %.0f MB", in.Load(), v.rssMB()))
	if err := errors.Join(v.kill(), v.start(ctx)); err != nil {
		return err
	}
	began = time.Now()
	close(broken)
	for back.Load() < int64(o.people) && work.Err() == nil {
		_ = pause(work, 20*time.Millisecond)
	}
	v.note(fmt.Sprintf("%d came back in %.1f s (half of them in %.1f s) with %d handshakes, %.0f MB", back.Load(), took.quantile(1)/1000, took.quantile(0.5)/1000, tries.Load(), v.rssMB()))
	if back.Load() < int64(o.people) {
		return fmt.Errorf("%d of %d did not come back", int64(o.people)-back.Load(), o.people)
	}
	all.Wait()
	once := v.givenBack(ctx, enoughMB(o, v.before))
	var again sync.WaitGroup
	for i := range o.people {
		again.Add(1)
		go func() { // ends when it has been there
			defer again.Done()
			dialling <- struct{}{}
			defer func() { <-dialling }()
			if c, err := dial(work, lives[i%len(lives)], ""); err == nil {
				all.Add(1)
				go func() { // ends with work
					defer all.Done()
					<-work.Done()
					_ = c.conn.CloseNow()
				}()
			}
		}()
	}
	again.Wait()
	there, err := v.counter("tabi_connections")
	if err != nil {
		return err
	}
	cancel()
	all.Wait()
	twice := v.givenBack(ctx, once+spareMB)
	v.note(fmt.Sprintf("%.0f MB of its own before, %.0f MB after they had gone, %.0f MB after %.0f had come and gone once more", v.before, once, twice, there))
	if twice > once+spareMB {
		return fmt.Errorf("each time they come they leave something: %.0f MB, %.0f MB", once, twice)
	}
	return nil
}

// trickle joins the map on which people edit with connections that hardly read, or not at
// all and answer no ping, as half-open ones.
func trickle(ctx context.Context, v *victim, o faultOptions) error {
	var conns []net.Conn
	work, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer func() {
		cancel()
		for _, c := range conns {
			_ = c.Close()
		}
		all.Wait()
	}()
	m := <-v.made
	var ended atomic.Int64
	for i := range 2 * o.people {
		c, err := rawJoin(v.listen, strings.TrimPrefix(m.liveURL(v.url()), "ws://"+v.listen))
		if err != nil {
			return err
		}
		conns = append(conns, c)
		if i%2 == 1 {
			continue
		}
		all.Add(1)
		go func() { // ends with its connection
			defer all.Done()
			one := make([]byte, 1)
			for pause(work, time.Second) == nil {
				if _, err := c.Read(one); err != nil {
					ended.Add(1)
					return
				}
			}
		}()
	}
	peak := 0.0
	for end := time.Now().Add(o.pause); time.Now().Before(end); {
		peak = max(peak, v.rssMB())
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	v.note(fmt.Sprintf("%d that read a byte a second and %d that read nothing, for %v: at most %.0f MB%s", o.people, o.people, o.pause, peak, v.counted()))
	return nil
}

// rawJoin says Hello over a socket of its own with the smallest buffers.
func rawJoin(address, path string) (net.Conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_ = c.(*net.TCPConn).SetReadBuffer(2048)
	var key [16]byte
	_, _ = rand.Read(key[:])
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		path, address, base64.StdEncoding.EncodeToString(key[:]))
	r := bufio.NewReaderSize(c, 512)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("handshake: %s", res.Status)
	}
	_, err = c.Write(masked(wire.Append(nil, wire.Hello{Versions: [2]uint32{1, 1}, Name: "slow"})))
	return c, err
}

// masked is one binary message as a client sends it; a mask of zeros is a mask.
func masked(payload []byte) []byte {
	b := []byte{0x82}
	if len(payload) < 126 {
		b = append(b, 0x80|byte(len(payload)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(payload)))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// flood sends frames that are almost right to a map of its own, over many connections, while
// people edit another. The server must refuse or take each, and stay as it was.
func flood(ctx context.Context, v *victim, o faultOptions) error {
	m, err := makeMap(ctx, v.url())
	if err != nil {
		return err
	}
	live := m.liveURL(v.url())
	if _, err := fill(ctx, live, 50); err != nil {
		return err
	}
	before := v.memoryMB()
	corpus := seeds(filepath.SplitList(o.corpus))
	if len(corpus.frames) == 0 {
		return fmt.Errorf("no seeds below %s: run it where the project is, or name the directory with -corpus", o.corpus)
	}
	var sent, dials atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Add(1)
		go func() { // ends when enough was sent
			defer all.Done()
			f := &flooder{random: mathrand.New(mathrand.NewPCG(o.seed, uint64(i))), corpus: corpus}
			for ctx.Err() == nil && sent.Load() < int64(o.times) {
				dials.Add(1)
				f.connect(ctx, live, &sent, int64(o.times))
			}
		}()
	}
	all.Wait()
	v.note(fmt.Sprintf("%d frames over %d connections, from %d frames and %d pieces of documents%s", sent.Load(), dials.Load(), len(corpus.frames), len(corpus.pieces), v.counted()))
	// Whatever was let through, everybody sees the same of it.
	a, err := stranger(ctx, live)
	if err != nil {
		return err
	}
	began, flooded := time.Now(), v.memoryMB()
	after := v.givenBack(ctx, before+spareMB)
	v.note(fmt.Sprintf("%.0f MB before, %.0f MB when it had ended, %.0f MB %.0f s later", before, flooded, after, time.Since(began).Seconds()))
	if after > before+spareMB {
		return fmt.Errorf("%.0f MB before, %.0f MB after", before, after)
	}
	if err := errors.Join(v.kill(), v.start(ctx)); err != nil {
		return err
	}
	b, err := stranger(ctx, live)
	if err != nil {
		return err
	}
	if !bytes.Equal(a.Snapshot(), b.Snapshot()) {
		return errors.New("after a restart the flooded map is another one")
	}
	return nil
}

// corpus is what is mutated besides edits that are right.
type corpus struct {
	frames [][]byte // of the wire: every one that a release has written
	pieces [][]byte // of documents: batches, deltas, snapshots, and what the fuzzer found worth keeping
}

// seeds reads the golden files and fuzz corpora below some directories.
func seeds(dirs []string) (c corpus) {
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.Contains(name, "testdata") && !strings.Contains(name, "Fuzz") {
				return nil
			}
			b, err := os.ReadFile(name)
			switch {
			case err != nil || len(b) > 64<<10:
			case strings.HasSuffix(name, ".hex"):
				if b, err := hex.DecodeString(strings.TrimSpace(string(b))); err == nil {
					c.frames = append(c.frames, b)
				}
			case strings.HasSuffix(name, ".bin"):
				c.pieces = append(c.pieces, b)
			case bytes.HasPrefix(b, []byte("go test fuzz v1\n")):
				c.pieces = append(c.pieces, fuzzed(b)...)
			}
			return nil
		})
	}
	return c
}

// fuzzed are the values of a file of a fuzz corpus: []byte("…") a line.
func fuzzed(file []byte) (list [][]byte) {
	for _, line := range strings.Split(string(file), "\n") {
		quoted, ok := strings.CutPrefix(line, "[]byte(")
		if !ok {
			continue
		}
		if s, err := strconv.Unquote(strings.TrimSuffix(quoted, ")")); err == nil {
			list = append(list, []byte(s))
		}
	}
	return list
}

type flooder struct {
	random  *mathrand.Rand
	corpus  corpus
	batches [][]byte // right ones, each behind the other
}

// chain makes a few batches as the board does.
func chain(rep *replica.Replica) [][]byte {
	for range 5 {
		rep.Edit("", func(e *crdt.Edit) {
			id := e.Create(journey.KindNote)
			e.Set(id, journey.NotePlace, journey.Place{X: 1, Y: 2}.Bytes())
			e.Insert(id, journey.NoteText, 0, "洪水")
			e.Erase(id, journey.NoteText, 0, 1)
		})
	}
	return rep.Unsent()
}

// connect sends until it is thrown out.
func (f *flooder) connect(ctx context.Context, live string, sent *atomic.Int64, enough int64) {
	c, err := dial(ctx, live, "flood")
	if err != nil {
		_ = pause(ctx, 10*time.Millisecond)
		return
	}
	defer c.conn.CloseNow()
	doc, err := c.document()
	if err != nil {
		return
	}
	f.batches = chain(replica.New(doc, c.welcome.Resume.Replica))
	// Frames count when the server has shown that it is through with them: by the answer to
	// a ping behind them, or by ending the connection.
	for sent.Load() < enough {
		for range floodBurst {
			if c.conn.Write(ctx, websocket.MessageBinary, f.batch()) != nil {
				return
			}
		}
		if c.conn.Write(ctx, websocket.MessageBinary, f.frame()) != nil || c.send(ctx, wire.Ping{Token: 1}) != nil {
			return
		}
		if !c.answered(ctx) {
			sent.Add(floodBurst + 1)
			return
		}
		sent.Add(floodBurst + 1)
	}
}

const floodBurst = 30

// answered reads until the pong, or the end.
func (c *client) answered(ctx context.Context) bool {
	for {
		_, b, err := c.conn.Read(ctx)
		if err != nil {
			return false
		}
		if f, err := wire.Decode(b); err == nil {
			if _, ok := f.(wire.Pong); ok {
				return true
			}
		}
	}
}

// batch is a whole frame whose batch is not right, or presence of any bytes: neither may end
// the connection.
func (f *flooder) batch() []byte {
	if f.random.IntN(20) == 0 {
		state := make([]byte, f.random.IntN(200))
		for i := range state {
			state[i] = byte(f.random.Uint32())
		}
		return wire.Append(nil, wire.Presence{State: state})
	}
	list := f.batches
	if f.random.IntN(3) == 0 && len(f.corpus.pieces) > 0 {
		list = f.corpus.pieces
	}
	batch := bytes.Clone(list[f.random.IntN(len(list))])
	return wire.Append(nil, wire.Edits{Batches: [][]byte{f.mutate(batch)}})
}

// frame is one that may end the connection.
func (f *flooder) frame() []byte {
	switch f.random.IntN(4) {
	case 0:
		return f.mutate(bytes.Clone(f.corpus.frames[f.random.IntN(len(f.corpus.frames))]))
	case 1:
		return f.mutate(wire.Append(nil, wire.Edits{Batches: f.batches}))
	case 2: // of the kinds that come in mid-conversation, and of those that should never come
		return f.mutate([]byte{byte(f.random.Uint32()), byte(f.random.Uint32()), byte(f.random.Uint32())})
	default:
		return f.mutate(wire.Append(nil, wire.Rename{Name: "洪水", Department: "x"}))
	}
}

// mutate flips, cuts, repeats, or puts a huge number in.
func (f *flooder) mutate(b []byte) []byte {
	for range 1 + f.random.IntN(3) {
		if len(b) == 0 {
			return b
		}
		at := f.random.IntN(len(b))
		switch f.random.IntN(5) {
		case 0, 1:
			b[at] ^= 1 << f.random.IntN(8)
		case 2:
			b = b[:at]
		case 3:
			b = append(b[:at:at], append(bytes.Repeat([]byte{0xff}, 1+f.random.IntN(9)), b[at:]...)...)
		case 4:
			b = append(b, b[at:]...)
		}
	}
	return b
}
