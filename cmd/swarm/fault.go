package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// faultOptions are the command line of "swarm fault" and "swarm kill".
type faultOptions struct {
	kind   string
	tabi   string
	dir    string
	times  int
	people int
	seed   uint64
	pause  time.Duration
	corpus string
}

// faultReport is a run of one kind of fault under load.
type faultReport struct {
	Kind     string     `json:"kind"`
	Times    int        `json:"times"`
	Seconds  float64    `json:"seconds"`
	ReadyP50 float64    `json:"ready_ms_p50,omitempty"` // from start to /readyz
	ReadyMax float64    `json:"ready_ms_max,omitempty"`
	MBBefore float64    `json:"memory_mb_before,omitempty"`
	MBAfter  float64    `json:"memory_mb_after,omitempty"`
	Notes    []string   `json:"notes,omitempty"`
	Edit     editReport `json:"edit"`
	Verify   string     `json:"verify"`
	Failed   bool       `json:"failed"`
}

func (r faultReport) failed() bool { return r.Failed }

// faults are what "swarm fault -kind" knows. Each happens to a server of its own while
// people edit; afterwards nothing acknowledged or seen may be missing, all replicas are
// equal, "tabi verify" finds nothing, and the server's memory is back to where it was.
var faults = map[string]faultKind{
	"between":  {"the process dies between append and acknowledgement, or just before the append; -tabi: a build with -tags fault", dieBetween},
	"clock":    {"the clock is set back an hour, then forward two, for -pause each; -tabi: a build with -tags fault", setClock},
	"kill":     {"kill -9 at random moments, started again at once", killAgain},
	"stop":     {"SIGSTOP for -pause, then SIGCONT", stopAgain},
	"term":     {"SIGTERM, which must end with exit code 0, and started again", termAgain},
	"full":     {"the file system fills up for -pause, then has room again (-dir: a small file system)", fillAgain},
	"power":    {"power loss: a loop-mounted ext4 is shut down without flushing, needs root", losePower},
	"readonly": {"the file system stops taking writes under the server, then is whole again, needs root", stopWrites},
}

type faultKind struct {
	about string
	run   func(context.Context, *victim, faultOptions) error
}

func faultMain(name string, args []string) int {
	o := faultOptions{kind: name}
	f := flag.NewFlagSet("swarm "+name, flag.ExitOnError)
	kinds := ""
	for _, k := range slices.Sorted(keysOf(faults)) {
		kinds += "\n  " + k + ": " + faults[k].about
	}
	if name == "fault" {
		f.StringVar(&o.kind, "kind", "kill", "what happens:"+kinds)
	}
	f.StringVar(&o.tabi, "tabi", "./bin/tabi", "the server's binary")
	f.StringVar(&o.dir, "dir", "", "where the data goes (default: a temporary directory)")
	f.IntVar(&o.times, "times", 20, "how often it happens")
	f.IntVar(&o.people, "people", 10, "people who edit meanwhile")
	f.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "of everything that is random")
	f.StringVar(&o.corpus, "corpus", "crdt", "directories with golden files and fuzz corpora, as in PATH; of kind flood")
	f.DurationVar(&o.pause, "pause", 3*time.Second, "how long a fault lasts, where it does")
	_ = f.Parse(args) // it exits
	report, err := fault(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "swarm:", err)
		return 1
	}
	_ = json.NewEncoder(os.Stdout).Encode(report)
	if report.failed() {
		return 2
	}
	return 0
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// fault lets people edit while a fault happens again and again.
func fault(ctx context.Context, o faultOptions) (faultReport, error) {
	kind, ok := faults[o.kind]
	if !ok {
		return faultReport{}, fmt.Errorf("there is no fault %q", o.kind)
	}
	v, err := newVictim(o)
	if err != nil {
		return faultReport{}, err
	}
	defer v.clean()
	if err := v.start(ctx); err != nil {
		return faultReport{}, err
	}
	fmt.Fprintf(os.Stderr, "swarm: %s %d times, %d people, seed %d, data in %s\n", o.kind, o.times, o.people, o.seed, v.data)
	r := faultReport{Kind: o.kind, Times: o.times}
	began := time.Now()

	enough := make(chan struct{})
	type outcome struct {
		report any
		err    error
	}
	edited := make(chan outcome, 1)
	go func() { // ends when enough is closed and everything has settled
		report, err := edit(ctx, options{server: v.url(), n: editors(o), seconds: 24 * 3600, seed: o.seed, enough: enough, made: v.made})
		edited <- outcome{report, err}
	}()
	err = pause(ctx, 2*time.Second)
	v.before = v.memoryMB()
	r.MBBefore = v.before
	if err == nil {
		err = kind.run(ctx, v, o)
	}
	if err == nil {
		err = pause(ctx, time.Second)
	}
	close(enough)
	out := <-edited
	if err = errors.Join(err, out.err); err != nil {
		return r, fmt.Errorf("%w\nserver:\n%s", err, v.tail())
	}
	r.Edit = out.report.(editReport)
	allowed := enoughMB(o, r.MBBefore)
	r.MBAfter = v.givenBack(ctx, allowed)
	r.Notes = v.notes
	r.ReadyP50, r.ReadyMax = v.ready.quantile(0.5), v.ready.quantile(1)
	if err := v.end(ctx); err != nil {
		return r, err
	}
	r.Verify, err = v.verify(ctx)
	r.Failed = err != nil || r.Edit.failed() || r.MBAfter > allowed
	r.Seconds = round(time.Since(began).Seconds())
	return r, nil
}

// editors is how many edit meanwhile: in kinds that count other connections, ten.
func editors(o faultOptions) int {
	if o.kind == "storm" || o.kind == "trickle" || o.kind == "halfopen" {
		return 10
	}
	return o.people
}

func killAgain(ctx context.Context, v *victim, o faultOptions) error {
	random := rand.New(rand.NewPCG(o.seed, 9))
	for range o.times {
		if err := pause(ctx, 100*time.Millisecond+time.Duration(random.Int64N(int64(1200*time.Millisecond)))); err != nil {
			return err
		}
		if err := v.kill(); err != nil {
			return err
		}
		if err := v.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func stopAgain(ctx context.Context, v *victim, o faultOptions) error {
	for range o.times {
		if err := v.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			return err
		}
		if err := pause(ctx, o.pause); err != nil {
			return err
		}
		if err := v.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			return err
		}
		if err := pause(ctx, 3*time.Second); err != nil {
			return err
		}
	}
	return nil
}

func termAgain(ctx context.Context, v *victim, o faultOptions) error {
	random := rand.New(rand.NewPCG(o.seed, 9))
	for range o.times {
		if err := pause(ctx, 100*time.Millisecond+time.Duration(random.Int64N(int64(2*time.Second)))); err != nil {
			return err
		}
		if err := v.end(ctx); err != nil {
			return err
		}
		if err := v.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dieBetween lets the server die by itself at a point that no signal from outside can hit: when an entry is durable and
// nobody has been told, or when everything is ready to be written and nothing is.
func dieBetween(ctx context.Context, v *victim, o faultOptions) error {
	random := rand.New(rand.NewPCG(o.seed, 9))
	for i := range o.times {
		where := "after"
		if i%4 == 3 {
			where = "before"
		}
		if i == 0 {
			if err := v.end(ctx); err != nil {
				return err
			}
		}
		v.env = []string{fmt.Sprintf("TABI_FAULT_EXIT=%s:%d", where, 10+random.IntN(60))}
		if err := v.start(ctx); err != nil {
			return err
		}
		select {
		case <-v.exited:
		case <-time.After(time.Minute):
			return errors.New("it does not die: is it a build with -tags fault?")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	v.env = nil
	return v.start(ctx)
}

// setClock sets the server's clock back and forward while people edit, and asks meanwhile that they are heard.
func setClock(ctx context.Context, v *victim, o faultOptions) error {
	file := filepath.Join(filepath.Dir(v.data), "clock")
	if err := v.end(ctx); err != nil {
		return err
	}
	v.env = []string{"TABI_FAULT_CLOCK=" + file}
	if err := v.start(ctx); err != nil {
		return err
	}
	for range o.times {
		for _, off := range []int{-3600, 3600, 0} {
			before, err := v.counter("tabi_edits_total")
			if err != nil {
				return err
			}
			if err := os.WriteFile(file, []byte(fmt.Sprint(off)), 0o600); err != nil {
				return err
			}
			if err := pause(ctx, o.pause); err != nil {
				return err
			}
			after, err := v.counter("tabi_edits_total")
			if err != nil || after-before < o.pause.Seconds()*float64(o.people) {
				return fmt.Errorf("%d s off: only %.0f edits in %v: %w", off, after-before, o.pause, err)
			}
		}
	}
	v.note(fmt.Sprintf("an hour back and an hour forward %d times%s", o.times, v.counted()))
	return nil
}

// fillAgain fills the data's file system to the last byte with a file beside the data.
func fillAgain(ctx context.Context, v *victim, o faultOptions) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(v.data, &fs); err != nil {
		return err
	}
	if size := fs.Blocks * uint64(fs.Bsize); size > 256<<20 {
		return fmt.Errorf("%s is on a file system of %d MiB: -dir must be on one of at most 256, so that nobody else suffers", v.data, size>>20)
	}
	ballast := filepath.Join(filepath.Dir(v.data), "ballast")
	for range o.times {
		if err := fill1(ballast); err != nil {
			return err
		}
		if err := pause(ctx, o.pause); err != nil {
			return err
		}
		v.note("full: " + v.readyz() + v.counted())
		if err := os.Remove(ballast); err != nil {
			return err
		}
		if err := pause(ctx, 5*time.Second); err != nil {
			return err
		}
		v.note("room again: " + v.readyz() + v.counted())
	}
	return nil
}

func fill1(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				return err
			}
			size /= 2
		}
	}
	_ = f.Sync() // it is full; whatever
	return nil
}

// victim is a server of our own on a directory of our own.
type victim struct {
	tabi, data, listen string
	temporary          string
	env                []string // besides our own
	cmd                *exec.Cmd
	exited             chan error
	log                *os.File
	ready              histogram
	notes              []string
	before             float64      // its memory before the fault, MB
	made               chan madeMap // the map on which people edit
}

func newVictim(o faultOptions) (*victim, error) {
	v := &victim{tabi: o.tabi, made: make(chan madeMap, 1)}
	dir := o.dir
	if dir == "" {
		d, err := os.MkdirTemp("", "tabi-fault")
		if err != nil {
			return nil, err
		}
		dir, v.temporary = d, d
	}
	v.data = filepath.Join(dir, "data")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	v.listen = l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	v.log, err = os.CreateTemp("", "tabi-fault-*.log")
	return v, err
}

func (v *victim) url() string { return "http://" + v.listen }

func (v *victim) note(s string) { v.notes = append(v.notes, s) }

// start starts the server and waits until it is ready.
func (v *victim) start(ctx context.Context) error {
	began := time.Now()
	v.cmd = exec.Command(v.tabi, "serve", "--data", v.data, "--listen", v.listen, "--log-level", "warn", "--connections-per-address", "-1")
	v.cmd.Stdout, v.cmd.Stderr, v.cmd.Env = v.log, v.log, append(os.Environ(), v.env...)
	if err := v.cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	v.exited = exited
	cmd := v.cmd
	go func() { exited <- cmd.Wait() }() // ends with the process
	for time.Since(began) < 30*time.Second {
		if strings.HasPrefix(v.readyz(), "200") {
			v.ready.add(time.Since(began), 1)
			return nil
		}
		select {
		case err := <-exited:
			return fmt.Errorf("the server ended: %w\n%s", err, v.tail())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server is not ready after half a minute:\n%s", v.tail())
}

func (v *victim) readyz() string {
	c := http.Client{Timeout: time.Second}
	res, err := c.Get(v.url() + "/readyz")
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	return fmt.Sprintf("%d %s", res.StatusCode, strings.TrimSpace(b.String()))
}

// counter is one figure of /metrics.
func (v *victim) counter(name string) (n float64, err error) {
	c := http.Client{Timeout: time.Second}
	res, err := c.Get(v.url() + "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	_, line, found := strings.Cut(b.String(), "\n"+name+" ")
	if !found {
		return 0, fmt.Errorf("there is no %s", name)
	}
	_, err = fmt.Sscan(line, &n)
	return n, err
}

// counted is what the server counts of its store's failures and of whom it closed.
func (v *victim) counted() string {
	c := http.Client{Timeout: time.Second}
	res, err := c.Get(v.url() + "/metrics")
	if err != nil {
		return ", " + err.Error()
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(res.Body)
	said := ""
	for _, line := range strings.Split(b.String(), "\n") {
		if strings.HasPrefix(line, "tabi_append_errors_total") || strings.HasPrefix(line, "tabi_connections ") || strings.HasPrefix(line, "tabi_rooms_store_failed") || strings.HasPrefix(line, "tabi_closed_total") && !strings.HasSuffix(line, " 0") {
			said += ", " + line
		}
	}
	return said
}

// kill is kill -9.
func (v *victim) kill() error {
	if err := v.cmd.Process.Kill(); err != nil {
		return err
	}
	<-v.exited
	return nil
}

// end is SIGTERM; the server must end by itself with exit code 0.
func (v *victim) end(ctx context.Context) error {
	if err := v.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-v.exited:
		if err != nil {
			return fmt.Errorf("after SIGTERM: %w\n%s", err, v.tail())
		}
		return nil
	case <-time.After(30 * time.Second):
		return fmt.Errorf("the server did not end after SIGTERM\n%s", v.tail())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// verify asks the tool whether every checksum is right, no hole is in any log and every log
// replays to its snapshot.
func (v *victim) verify(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, v.tabi, "verify", "--data", v.data).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// After a fault the server's memory must come back to what it was, but for this much: the map
// that people edited has grown by some hundred notes. Rooms that nobody is in are let go after a
// minute, and the collector gives memory back by and by.
const (
	spareMB = 4
	// What the runtime notes down for the most connections that it ever had (goroutines, sockets
	// that can be waited for, spans of stacks and buffers) it keeps for the next ones.
	stormSpareKB  = 4
	givenBackWait = 4 * time.Minute
)

// enoughMB is what the server may need after a fault.
func enoughMB(o faultOptions, before float64) float64 {
	if o.kind == "storm" {
		return before + spareMB + float64(o.people)*stormSpareKB/1024
	}
	return before + spareMB
}

// givenBack waits until the server needs no more than this, and returns what it needs.
func (v *victim) givenBack(ctx context.Context, mb float64) float64 {
	for end := time.Now().Add(givenBackWait); time.Now().Before(end); {
		if now := v.memoryMB(); now <= mb || pause(ctx, time.Second) != nil {
			return now
		}
	}
	return v.memoryMB()
}

// memoryMB is what the server has taken for itself: not its code, and not the data file, whose pages are the kernel's.
func (v *victim) memoryMB() float64 {
	u, err := usageOf(v.cmd.Process.Pid)
	if err != nil {
		return 0
	}
	return round(float64(u.anon) / (1 << 20))
}

func (v *victim) rssMB() float64 {
	u, err := usageOf(v.cmd.Process.Pid)
	if err != nil {
		return 0
	}
	return round(float64(u.rss) / (1 << 20))
}

func (v *victim) tail() string {
	b, _ := os.ReadFile(v.log.Name())
	return string(b[max(0, len(b)-4000):])
}

func (v *victim) clean() {
	if v.cmd != nil && v.cmd.ProcessState == nil {
		_ = v.cmd.Process.Kill() // it may have ended
	}
	_ = v.log.Close()
	_ = os.Remove(v.log.Name())
	if v.temporary != "" {
		_ = os.RemoveAll(v.temporary)
	}
}
