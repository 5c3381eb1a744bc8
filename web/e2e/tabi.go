package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is what is tested: bin/tabi as `make build` leaves it, or TABI_BIN.
func binary() string {
	if path := os.Getenv("TABI_BIN"); path != "" {
		return path
	}
	path, _ := filepath.Abs("../../bin/tabi")
	return path
}

// Tabi is a running server with a data directory of its own.
type Tabi struct {
	tb   testing.TB
	Addr string // host:port, the same after a restart
	Dir  string
	cmd  *exec.Cmd
	log  *os.File
}

// Start runs a server with an empty data directory until the test ends.
func Start(tb testing.TB) *Tabi {
	tb.Helper()
	dir := tb.TempDir()
	log, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		tb.Fatal(err)
	}
	s := &Tabi{tb: tb, Addr: freeAddr(tb), Dir: filepath.Join(dir, "data"), log: log}
	s.Restart()
	tb.Cleanup(func() {
		s.Kill()
		log.Close()
		if tb.Failed() {
			data, _ := os.ReadFile(log.Name())
			_ = os.WriteFile(artifact(tb, "server.log"), data, 0o644)
		}
	})
	return s
}

// freeAddr asks the system for a port. Another process may take it before our
// server does, but nothing on these machines asks for ports that fast.
func freeAddr(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Restart runs the server on its directory and waits until it is ready.
func (s *Tabi) Restart() {
	s.tb.Helper()
	s.cmd = exec.Command(binary(), "serve", "--data", s.Dir, "--addr", s.Addr)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // dies with the test
	if err := s.cmd.Start(); err != nil {
		s.tb.Fatalf("start %s (run `make build` first): %v", binary(), err)
	}
	until := time.Now().Add(patience)
	for {
		res, err := http.Get("http://" + s.Addr + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(until) {
			s.tb.Fatalf("the server did not become ready: %v", err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// Kill is kill -9.
func (s *Tabi) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// MapLinks are the paths of a map, to be put behind whichever address leads to
// the server.
type MapLinks struct {
	s                  *Tabi
	ID                 string
	EditPath, ViewPath string
}

func (m MapLinks) Edit() string { return "http://" + m.s.Addr + m.EditPath }
func (m MapLinks) View() string { return "http://" + m.s.Addr + m.ViewPath }

// Through is a link of the map that leads through a proxy.
func (m MapLinks) Through(p *Proxy, path string) string { return "http://" + p.Addr() + path }

var importLine = regexp.MustCompile(`(?m)^\s*(map|edit|view)[: ]\s*(\S+)`)

// Import makes a map of a file through the running server.
func (s *Tabi) Import(file string) MapLinks {
	s.tb.Helper()
	out := s.Run("import", "--data", s.Dir, file)
	m := MapLinks{s: s}
	for _, line := range importLine.FindAllStringSubmatch(out, -1) {
		path := line[2]
		if i := strings.Index(path, "/m/"); i >= 0 {
			path = path[i:]
		}
		switch line[1] {
		case "map":
			m.ID = line[2]
		case "edit":
			m.EditPath = path
		case "view":
			m.ViewPath = path
		}
	}
	if m.ID == "" || m.EditPath == "" || m.ViewPath == "" {
		s.tb.Fatalf("import does not say the map and its links:\n%s", out)
	}
	return m
}

// Export is a map as JSON, through the running server.
func (s *Tabi) Export(m MapLinks) string {
	s.tb.Helper()
	return s.Run("export", "--data", s.Dir, "--format", "json", m.ID)
}

// Run runs a command of the binary and gives what it prints.
func (s *Tabi) Run(args ...string) string {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(), args...)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		s.tb.Fatalf("tabi %s: %v\n%s", strings.Join(args, " "), err, errors.String())
	}
	return string(out)
}

// The two sample maps.
func sampleJapanese() string { return sample("map1_apparel_ja.json") }
func sampleEnglish() string  { return sample("map3_b2b_saas_en.json") }

func sample(name string) string {
	path, err := filepath.Abs(filepath.Join("../../samples", name))
	if err != nil {
		panic(fmt.Sprintf("samples: %v", err))
	}
	return path
}
