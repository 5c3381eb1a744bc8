package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/store"
)

// binary is the real program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tabi-test-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "tabi")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const patience = 30 * time.Second

// run runs a command to its end.
func run(t *testing.T, stdin string, args ...string) (out, errOut string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "LANG=en_US.UTF-8", "LC_ALL=")
	cmd.Stdin = strings.NewReader(stdin)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// must runs a command that has to go well.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, errOut, code := run(t, "", args...)
	if code != 0 {
		t.Fatalf("tabi %s: %d\n%s%s", strings.Join(args, " "), code, out, errOut)
	}
	return out
}

// fails runs a command that has to fail and say this.
func fails(t *testing.T, code int, says string, args ...string) {
	t.Helper()
	out, errOut, got := run(t, "", args...)
	if got != code || !strings.Contains(errOut, says) {
		t.Errorf("tabi %s: %d, want %d and %q\n%s%s", strings.Join(args, " "), got, code, says, out, errOut)
	}
}

// process is a server in a process of its own.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	out  *syncBuffer
	err  *syncBuffer
}

// start runs tabi serve until it says where it is.
func start(t *testing.T, data string, args ...string) *process {
	t.Helper()
	p := &process{t: t, out: newSyncBuffer(), err: newSyncBuffer()}
	p.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	p.cmd.Env = append(os.Environ(), "LANG=en_US.UTF-8", "LC_ALL=")
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.err
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // dies with the test
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	text := p.out.wait(t, "Tabi is at http://", func() string { return p.err.String() })
	p.base = regexp.MustCompile(`Tabi is at (\S+)`).FindStringSubmatch(text)[1]
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop is SIGTERM; it returns the exit code.
func (p *process) stop() int {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

func importInto(t *testing.T, data, file string) (id, edit, view string) {
	t.Helper()
	out := must(t, "import", "--data", data, file)
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "map":
			id = value
		case "edit":
			edit = value
		case "view":
			view = value
		}
	}
	if id == "" || !strings.Contains(edit, "/m/") || !strings.Contains(view, "/m/") {
		t.Fatalf("got %q", out)
	}
	return id, edit, view
}

var sampleFiles = []string{"../../samples/map1_apparel_ja.json", "../../samples/map3_b2b_saas_en.json"}

// sameJSON compares what two files say, whatever the order of keys.
func sameJSON(t *testing.T, file, exported string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(exported), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s came back changed", file)
	}
}

func TestRoundTripOfTheSamples(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var ids []string
	for _, file := range sampleFiles { // without a server
		id, _, _ := importInto(t, data, file)
		ids = append(ids, id)
		sameJSON(t, file, must(t, "export", "--data", data, "--format", "json", id))
	}
	p := start(t, data)
	for i, file := range sampleFiles { // through one
		sameJSON(t, file, must(t, "export", "--data", data, ids[i]))
		id, edit, view := importInto(t, data, file)
		sameJSON(t, file, must(t, "export", "--data", data, id))
		if !strings.HasPrefix(edit, p.base) {
			t.Errorf("%s does not begin with %s", edit, p.base)
		}
		sameJSON(t, file, get(t, view+"/map.json", 200))
		ids = append(ids, id)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.err)
	}
	for i, id := range ids { // and after it
		sameJSON(t, sampleFiles[i%2], must(t, "export", "--data", data, id))
	}
	if out := must(t, "verify", "--data", data); !strings.Contains(out, "all is whole") {
		t.Error(out)
	}
	if lines := strings.Count(must(t, "maps", "--data", data), "\n"); lines != 5 {
		t.Errorf("%d lines", lines)
	}
}

func get(t *testing.T, url string, status int) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		t.Fatalf("%d, %v: %.300s", response.StatusCode, err, body)
	}
	return string(body)
}

func TestBrokenFilesWriteNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	importInto(t, data, sampleFiles[0])
	text, _ := os.ReadFile(sampleFiles[0])
	for _, running := range []bool{false, true} {
		if running {
			start(t, data)
		}
		for name, c := range map[string]struct{ file, says string }{
			"no_json":   {"{\n\"title\": \"x\",\n oops", "line 3"},
			"cut_off":   {string(text[:len(text)/2]), "line "},
			"not_a_map": {`[1, 2]`, "line 1"},
			"bad_field": {strings.Replace(string(text), `"phases": [`, `"phases": 7, "other": [`, 1), "phases"},
			"empty":     {"", ""},
		} {
			out, errOut, code := run(t, c.file, "import", "--data", data, "-")
			if code != 1 || out != "" || !strings.Contains(errOut, c.says) || !strings.Contains(errOut, "nothing was written") {
				t.Errorf("%s (server %v): %d %q %q", name, running, code, out, errOut)
			}
			if strings.Contains(errOut, "journey.file.") {
				t.Errorf("%s: no words for it: %q", name, errOut)
			}
		}
		if lines := strings.Count(must(t, "maps", "--data", data), "\n"); lines != 2 {
			t.Errorf("%d lines: something was written", lines)
		}
	}
	fails(t, 1, "no such file", "import", "--data", data, filepath.Join(t.TempDir(), "missing.json"))
}

func TestSamplesKeepTheirLinks(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	links := regexp.MustCompile(`(edit|view) \S+/m/(\S+)`)
	var first []string
	for range 3 {
		p := start(t, data, "--samples")
		var tokens []string
		for _, m := range links.FindAllStringSubmatch(p.out.String(), -1) {
			tokens = append(tokens, m[2])
			get(t, p.base+"/m/"+m[2], 200)
		}
		if len(tokens) != 4 {
			t.Fatalf("%q", p.out)
		}
		if first == nil {
			first = tokens
		} else if !reflect.DeepEqual(first, tokens) {
			t.Errorf("other links: %v, %v", first, tokens)
		}
		p.stop()
	}
	if lines := strings.Count(must(t, "maps", "--data", data), "\n"); lines != 3 {
		t.Errorf("%d lines: the samples were made more than once", lines)
	}
}

func TestSecondProcessIsToldSo(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, data)
	fails(t, 1, "Another process has this data directory", "serve", "--data", data, "--listen", "127.0.0.1:0")
	fails(t, 1, fmt.Sprint("process ", p.cmd.Process.Pid), "serve", "--data", data, "--listen", "127.0.0.1:0")
	fails(t, 1, "Another process", "restore", "--data", data, sampleFiles[0])
	get(t, p.base+"/readyz", 200)
	// Where a killed server left its socket, the next one starts all the same.
	p.kill()
	start(t, data)
}

func TestDamagedAndTooNewFilesStayUntouched(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id, _, _ := importInto(t, data, sampleFiles[0])
	backup := filepath.Join(t.TempDir(), "backup")
	must(t, "backup", "--data", data, backup)
	path := filepath.Join(data, store.FileName)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut_off": func(b []byte) []byte { return b[:5*4096] },
		"meta":    func(b []byte) []byte { b[20] ^= 1; return b },
		"rubbish": func(b []byte) []byte { return bytes.Repeat([]byte("rubbish "), 4096) },
	} {
		bad := damage(bytes.Clone(good))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"import", sampleFiles[1]}, {"export", id}, {"maps"}, {"verify"}, {"backup", filepath.Join(t.TempDir(), "b")}, {"compact"}} {
			fails(t, 1, "tabi restore", append(args, "--data", data)...)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, bad) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	fails(t, 1, "holds maps already", "restore", "--data", data, backup)
	if out := must(t, "restore", "--data", data, "--replace", backup); !strings.Contains(out, "what was there before") {
		t.Error(out)
	}
	sameJSON(t, sampleFiles[0], must(t, "export", "--data", data, id))
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	fails(t, 1, "chmod 0700", "serve", "--data", data, "--listen", "127.0.0.1:0")
}

func TestToolsThroughARunningServer(t *testing.T) {
	// A long directory name: the socket's path would not fit.
	data := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	id, _, view := importInto(t, data, sampleFiles[0])
	p := start(t, data)
	minted := must(t, "links", "mint", "--data", data, "--role", "edit", "--label", "sales", "--expires", "720h", id)
	fields := strings.Fields(minted)
	if len(fields) != 4 || fields[0] != "link" || fields[2] != "edit" {
		t.Fatalf("%q", minted)
	}
	link, url := fields[1], fields[3]
	get(t, url, 200)
	if list := must(t, "links", "list", "--data", data, id); strings.Count(list, "\n") != 5 || !strings.Contains(list, "sales") || strings.Contains(list, filepath.Base(url)) {
		t.Error(list)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws := welcome(t, ctx, url)
	must(t, "links", "revoke", "--data", data, id, link)
	for {
		_, _, err := ws.Read(ctx)
		if err != nil {
			if status := websocket.CloseStatus(err); int(status) != wire.CodeLinkRevoked.CloseCode() {
				t.Errorf("closed with %v", err)
			}
			break
		}
	}
	get(t, url, 410)
	get(t, p.base+"/m/"+filepath.Base(view), 200)
	fails(t, 1, "no such map", "links", "list", "--data", data, "nobody")
	fails(t, 1, "no such link", "links", "revoke", "--data", data, id, "nobody")
	fails(t, 2, "--role", "links", "mint", "--data", data, "--role", "king", id)
	fails(t, 1, "no such map", "export", "--data", data, "nobody")
	fails(t, 2, "--format", "export", "--data", data, "--format", "xml", id)

	backup := filepath.Join(t.TempDir(), "backup")
	must(t, "backup", "--data", data, backup)
	fails(t, 1, "exists", "backup", "--data", data, backup)
	must(t, "verify", backup)
	must(t, "verify", "--data", data)
	if out := must(t, "compact", "--data", data); !strings.Contains(out, "bytes, before") {
		t.Error(out)
	}
	sameJSON(t, sampleFiles[0], must(t, "export", "--data", data, id))
	b, _ := os.ReadFile(backup)
	b[len(b)/2] ^= 1
	os.WriteFile(backup, b[:len(b)-8192], 0o600)
	fails(t, 1, "", "verify", backup)
	host := strings.TrimPrefix(p.base, "http://")
	must(t, "healthcheck", "--addr", host)
	p.stop()
	fails(t, 1, "", "healthcheck", "--listen", host)
	fresh := filepath.Join(t.TempDir(), "fresh")
	fails(t, 1, "damaged", "restore", "--data", fresh, backup)
	fails(t, 1, "no maps in this directory", "export", "--data", filepath.Join(t.TempDir(), "typo"), id)
}

func TestSettings(t *testing.T) {
	if out := must(t, "version"); !strings.Contains(out, "data format 1") {
		t.Error(out)
	}
	fails(t, 2, "unknown flag", "serve", "--nonsense")
	fails(t, 2, "--log-level", "serve", "--log-level", "loud")
	fails(t, 2, "--url", "serve", "--url", "maps.example.org")
	fails(t, 2, "--trusted-proxy", "serve", "--trusted-proxy", "everyone")
	t.Setenv("TABI_LOG_LEVEL", "loud")
	fails(t, 2, `"loud"`, "serve")
	t.Setenv("TABI_GRACE", "soon")
	fails(t, 2, "TABI_GRACE", "serve")
	os.Unsetenv("TABI_GRACE")
	data := filepath.Join(t.TempDir(), "data")
	t.Setenv("TABI_DATA", filepath.Join(t.TempDir(), "not here"))
	start(t, data, "--log-level", "warn") // a flag wins
	if _, err := os.Stat(filepath.Join(data, store.FileName)); err != nil {
		t.Error(err)
	}
}

// welcome joins a map and returns the socket after the Welcome.
func welcome(t *testing.T, ctx context.Context, link string) *websocket.Conn {
	t.Helper()
	ws, _ := join(t, ctx, link)
	return ws
}

func join(t *testing.T, ctx context.Context, link string) (*websocket.Conn, wire.Welcome) {
	t.Helper()
	ws, _, err := websocket.Dial(ctx, strings.Replace(link, "http", "ws", 1)+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.CloseNow() })
	ws.SetReadLimit(-1)
	if err := ws.Write(ctx, websocket.MessageBinary, wire.Append(nil, wire.Hello{Versions: [2]uint32{1, 1}})); err != nil {
		t.Fatal(err)
	}
	_, b, err := ws.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f, err := wire.Decode(b)
	hail, ok := f.(wire.Welcome)
	if err != nil || !ok {
		t.Fatalf("%#v, %v", f, err)
	}
	return ws, hail
}

// Every edit that was acknowledged before kill -9 is there after it.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id, edit, _ := importInto(t, data, sampleFiles[0])
	token := filepath.Base(edit)
	const rounds = 5
	acknowledgedAll := 0
	for round := range rounds {
		p := start(t, data)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		ws, hail := join(t, ctx, p.base+"/m/"+token)
		doc, err := crdt.Load(hail.Snapshot)
		if err != nil {
			t.Fatal(err)
		}
		before := acknowledgedAll
		acknowledged := hail.Acknowledged
		for i := range 40 + 13*round {
			last := sendObject(t, ctx, ws, doc, hail.Resume.Replica)
			for i%7 == 6 && acknowledged < last {
				acknowledged = readAcknowledged(t, ctx, ws, hail.Resume.Replica, acknowledged)
				if acknowledged >= last {
					acknowledgedAll = before + i + 1
				}
			}
		}
		p.kill()
		cancel()
	}
	if acknowledgedAll == 0 {
		t.Fatal("nothing was acknowledged: the test shows nothing")
	}
	p := start(t, data)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, hail := join(t, ctx, p.base+"/m/"+token)
	doc, err := crdt.Load(hail.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for range doc.All(200) {
		found++
	}
	if found < acknowledgedAll {
		t.Errorf("%d of %d acknowledged edits are there", found, acknowledgedAll)
	}
	t.Logf("%d acknowledged, %d found", acknowledgedAll, found)
	if out := must(t, "verify", "--data", data); !strings.Contains(out, "all is whole") {
		t.Error(out)
	}
	must(t, "export", "--data", data, id)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if out := must(t, "verify", "--data", data); !strings.Contains(out, "all is whole") {
		t.Error(out)
	}
}

// sendObject makes an object, sends that, and returns the counter that is to be acknowledged.
func sendObject(t *testing.T, ctx context.Context, ws *websocket.Conn, doc *crdt.Document, me crdt.ReplicaID) uint64 {
	t.Helper()
	e := doc.Edit(me)
	e.Create(200)
	c := e.Commit()
	h, err := crdt.Peek(c.Update)
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.Write(ctx, websocket.MessageBinary, wire.Append(nil, wire.Edits{Batches: [][]byte{c.Update}})); err != nil {
		t.Fatal(err)
	}
	return h.Last
}

// readAcknowledged reads one frame and returns the counter that is known to be kept.
func readAcknowledged(t *testing.T, ctx context.Context, ws *websocket.Conn, me crdt.ReplicaID, have uint64) uint64 {
	t.Helper()
	_, b, err := ws.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f, err := wire.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	switch f := f.(type) {
	case wire.Acknowledged:
		have = max(have, f.Counter)
	case wire.Merged:
		for _, batch := range f.Batches {
			if h, err := crdt.Peek(batch); err == nil && h.Replica == me {
				have = max(have, h.Last)
			}
		}
	}
	return have
}

func TestStopTellsPeopleToComeBack(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	_, edit, _ := importInto(t, data, sampleFiles[0])
	p := start(t, data)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws := welcome(t, ctx, p.base+"/m/"+filepath.Base(edit))
	closed := make(chan error, 1)
	go func() { // ends when the server closes
		for {
			if _, _, err := ws.Read(ctx); err != nil {
				closed <- err
				return
			}
		}
	}()
	began := time.Now()
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.err)
	}
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
	if err := <-closed; int(websocket.CloseStatus(err)) != wire.CodeRestarting.CloseCode() {
		t.Errorf("closed with %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "tabi.sock")); err == nil {
		t.Error("the socket was left behind")
	}
}

// A second signal does not wait for anything, and loses nothing that was acknowledged, before the first or between the two.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	id, edit, _ := importInto(t, data, sampleFiles[0])
	exported := must(t, "export", "--data", data, id)
	p := start(t, data, "--drain", "1h")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ws, hail := join(t, ctx, p.base+"/m/"+filepath.Base(edit))
	doc, err := crdt.Load(hail.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	write := func() { // until it is acknowledged
		last := sendObject(t, ctx, ws, doc, hail.Resume.Replica)
		for acknowledged := uint64(0); acknowledged < last; {
			acknowledged = readAcknowledged(t, ctx, ws, hail.Resume.Replica, acknowledged)
		}
	}
	for range 10 {
		write()
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	p.err.wait(t, "msg=ending", func() string { return "" })
	if response, err := http.Get(p.base + "/readyz"); err != nil || response.StatusCode != 503 {
		t.Errorf("readiness while draining: %v", err)
	} else {
		response.Body.Close()
	}
	for range 10 { // whom a balancer has not taken away yet
		write()
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	if again := must(t, "export", "--data", data, id); again != exported {
		t.Error("the map is another one")
	}
	p = start(t, data)
	_, hail = join(t, ctx, p.base+"/m/"+filepath.Base(edit))
	if doc, err = crdt.Load(hail.Snapshot); err != nil {
		t.Fatal(err)
	}
	if found := len(slices.Collect(doc.All(200))); found != 20 {
		t.Errorf("%d of 20 acknowledged edits are there", found)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestMapsFromAnother/P73: a fork has every note under its identity and its source's name, a copy
// says the same under a new title, a template has phases and lanes alone; all of it is whole after a
// restart and is read back from the log.
func TestMapsFromAnother(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, data)
	id, edit, _ := importInto(t, data, sampleFiles[0])
	type file struct {
		Title, Sibling string
		MapType        string `json:"map_type"`
		Notes, Phases  []struct{ ID string }
		id             string
	}
	read := func(text string) (f file) {
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	source := read(must(t, "export", "--data", data, id))
	source.id = id
	made := map[string]string{}
	for _, as := range []string{"fork", "copy", "template"} {
		token := edit[strings.Index(edit, "/m/")+3:]
		res, err := http.Post(p.base+"/api/maps", "application/json", strings.NewReader(`{"source":"`+token+`","as":"`+as+`","lang":"ja"}`))
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ ID string }
		err = json.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil || res.StatusCode != 201 {
			t.Fatal(as, res.StatusCode, err)
		}
		made[as] = answer.ID
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.err)
	}
	for as, id := range made {
		f := read(must(t, "export", "--data", data, id))
		notes := len(source.Notes)
		if as == "template" {
			notes = 0
		}
		if len(f.Notes) != notes || len(f.Phases) != len(source.Phases) || !strings.HasPrefix(f.Title, source.Title) || f.Title == source.Title {
			t.Errorf("%s: %d notes, %d phases, %q", as, len(f.Notes), len(f.Phases), f.Title)
		}
		if as == "fork" && (f.Sibling != source.id || f.MapType != "future_state") {
			t.Errorf("%s: sibling %q, type %q", as, f.Sibling, f.MapType)
		}
	}
	if out := must(t, "verify", "--data", data); !strings.Contains(out, "all is whole") {
		t.Error(out)
	}
}
