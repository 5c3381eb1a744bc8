package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	soakPeople = 10
	soakHertz  = 2
	soakEvery  = 30 * time.Second // between two samples
	soakPause  = 4 * time.Second  // between two things that the page's own person does
	soakGrowth = 1.15             // what the last third may have of the middle third
)

// soakSample is the minute and then what a page holds after its garbage was
// collected, as in soakMeasures.
type soakSample [6]float64

var soakMeasures = [...]struct {
	name     string
	decimals int
}{{"script heap MB", 2}, {"wasm memory MB", 2}, {"DOM nodes", 0}, {"listeners", 0}, {"server MB", 1}}

// TestSoak is `make soak-board`: a board stays open for TABI_SOAK minutes while
// ten people move notes and its own person works on it. Nothing may be said in
// its console, and what it holds may not grow once it has warmed up.
func TestSoak(t *testing.T) {
	minutes, _ := strconv.Atoi(os.Getenv("TABI_SOAK"))
	if minutes == 0 {
		t.Skip("only by `make soak-board`")
	}
	s := Start(t)
	m := s.Import(sampleJapanese())
	p := Open(t, As{Name: "soak", Width: 1440, Height: 900})
	p.Before(`localStorage.setItem("tabi.asked", "1"); localStorage.setItem("tabi.board.hints", "seen")`)
	p.Visit(m.Edit())

	length, began := time.Duration(minutes)*time.Minute, time.Now()
	others := startCrowd(t, s, m, length)
	var samples []soakSample
	rounds := 0
	defer func() { p.soaked(samples, rounds, others.end(t), length) }() // also of what fails on the way
	p.Until(`document.querySelector("#people").dataset.count === "` + quote2(soakPeople+1) + `"`)
	for due := soakEvery; time.Since(began) < length; rounds++ {
		p.work(rounds)
		if time.Since(began) >= due {
			due += soakEvery
			samples = append(samples, p.sample(s, time.Since(began)))
			t.Logf("%.1f", samples[len(samples)-1])
		}
		<-time.After(soakPause)
	}
	p.Until(`document.querySelector(".state").dataset.state === "live"`)
}

// work is one of the things that a person does on a map now and then, and ends
// on the board with nothing chosen.
func (p *Person) work(round int) {
	p.tb.Helper()
	// Any note in the middle of the window, another one each time.
	some := `(() => { const all = [...document.querySelectorAll(".b-note")].filter(e => { const r = e.getBoundingClientRect(); return e.style.display !== "none" && r.x > 300 && r.right < 1100 && r.y > 200 && r.bottom < 750 }); return all[` + quote2(round*7) + ` % all.length] })()`
	away := []string{"timeline", "flow", "blockers", "matrix"}
	switch round % 6 {
	case 0:
		p.write(func() Point { return p.MiddleOf(some) })
		p.Press("a", Ctrl)
		p.Insert("第" + quote2(round) + "回の考え")
	case 1:
		from := p.MiddleOf(some)
		p.Drag(from, Point{from.X + 170, from.Y + 30})
	case 2:
		p.toView(away[round/6%len(away)])
	case 3:
		p.Wheel(Point{700, 500}, 150, 90, 0)
		p.Wheel(Point{700, 500}, 0, 120, Ctrl)
		p.Wheel(Point{700, 500}, 0, -120, Ctrl)
	case 4:
		p.toList()
	case 5:
		p.Press("z", Ctrl)
	}
	if Eval[bool](p, `document.documentElement.dataset.view !== "board"`) {
		// The bar is drawn last, and what stands in it moves then: no hand is so quick.
		p.Until(`document.querySelector("#view-board").getAttribute("aria-pressed") === "false"`)
		p.Click("#view-board")
		p.Until(`document.querySelector("#board:not([hidden])")`)
	}
	p.Press("Escape")
	p.Press("Escape")
	p.Press("1", Shift) // all of the map in view again
}

// sample collects the page's garbage and counts what is left.
func (p *Person) sample(s *Tabi, at time.Duration) soakSample {
	p.tb.Helper()
	for range 2 { // what the first leaves to finalizers
		p.Call("HeapProfiler.collectGarbage", nil)
	}
	ctx, cancel := p.within()
	defer cancel()
	var heap struct {
		UsedSize float64 `json:"usedSize"`
	}
	var dom struct {
		Nodes     float64 `json:"nodes"`
		Listeners float64 `json:"jsEventListeners"`
	}
	target := chromedp.FromContext(p.ctx).Target
	if err := errors.Join(target.Call(ctx, "Runtime.getHeapUsage", nil, &heap), target.Call(ctx, "Memory.getDOMCounters", nil, &dom)); err != nil {
		p.tb.Fatal(err)
	}
	wasm := Eval[float64](p, `tabi.memory().byteLength`)
	if heap.UsedSize*dom.Nodes*dom.Listeners*wasm == 0 {
		p.tb.Fatalf("nothing is measured: %v, %v, %v", heap, dom, wasm)
	}
	return soakSample{at.Minutes(), heap.UsedSize / 1e6, wasm / 1e6, dom.Nodes, dom.Listeners, residentMB(s.cmd.Process.Pid)}
}

// residentMB is the memory of a process; 0 where there is no /proc.
func residentMB(pid int) float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	var kB float64
	_, _ = fmt.Sscan(line, &kB)
	return kB / 1000
}

// soakCrowd is other people on the map.
type soakCrowd struct {
	cmd  *exec.Cmd
	said strings.Builder // what swarm measured, once it has ended
}

func startCrowd(t *testing.T, s *Tabi, m MapLinks, length time.Duration) *soakCrowd {
	t.Helper()
	path := os.Getenv("TABI_SWARM")
	if path == "" {
		path, _ = filepath.Abs("../../bin/swarm")
	}
	c := &soakCrowd{cmd: exec.Command(path, "-server", "http://"+s.Addr, "-scenario", "s1", "-join", m.Edit(), "-n", quote2(soakPeople), "-hertz", quote2(soakHertz),
		"-pid", quote2(s.cmd.Process.Pid), "-seconds", quote2(int(length.Seconds())))}
	c.cmd.Stdout, c.cmd.Stderr = &c.said, os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		t.Fatalf("start %s (run `make hub-bin` first): %v", path, err)
	}
	return c
}

// end waits for the crowd, unless the test has failed, and gives what it says.
func (c *soakCrowd) end(t *testing.T) string {
	if t.Failed() {
		_ = c.cmd.Process.Kill()
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the crowd: %v", err)
	}
	return strings.TrimSpace(c.said.String())
}

// soaked judges the samples and writes them where TABI_SOAK_TABLE says.
func (p *Person) soaked(samples []soakSample, rounds int, crowd string, length time.Duration) {
	t := p.tb
	p.mu.Lock()
	faults := len(p.faults) // the test fails by them when the page is closed
	p.mu.Unlock()
	warm := samples[len(samples)/10:]
	middle, last := warm[len(warm)/3:2*len(warm)/3], warm[2*len(warm)/3:]
	if len(middle) == 0 {
		t.Errorf("%d samples are too few to judge", len(samples))
		return
	}
	var b strings.Builder
	row := func(name string, of func(i int) float64) {
		fmt.Fprintf(&b, "| %s |", name)
		for i := range soakMeasures {
			fmt.Fprintf(&b, " %s |", strconv.FormatFloat(of(i), 'f', soakMeasures[i].decimals, 64))
		}
		b.WriteString("\n")
	}
	b.WriteString("| minute |")
	for _, m := range soakMeasures {
		b.WriteString(" " + m.name + " |")
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", 1+len(soakMeasures)) + "\n")
	for i := 0; i < len(samples); i += max(1, len(samples)/9) {
		row(strconv.FormatFloat(samples[i][0], 'f', 1, 64), func(m int) float64 { return samples[i][1+m] })
	}
	row("median of the middle third", func(m int) float64 { return soakMedian(middle, m) })
	row("median of the last third", func(m int) float64 { return soakMedian(last, m) })
	for i, m := range soakMeasures {
		if before, after := soakMedian(middle, i), soakMedian(last, i); after > soakGrowth*before {
			t.Errorf("%s grows: %.1f in the middle third, %.1f in the last", m.name, before, after)
		}
	}
	verdict := "Nothing grew by so much"
	if t.Failed() {
		verdict = "**It failed**"
	}
	if faults > 0 {
		verdict += ", **and the console spoke of " + quote2(faults) + " faults**"
	} else {
		verdict += ", and the console was silent"
	}
	load, _ := os.ReadFile("/proc/loadavg")
	average, _, _ := strings.Cut(string(load), " ")
	page := fmt.Sprintf(soakPage, length, soakPeople, soakHertz, rounds, runtime.NumCPU(), time.Now().UTC().Format("2006-01-02T15:04 UTC"), average, verdict, b.String(), crowd)
	t.Log(page)
	if path := os.Getenv("TABI_SOAK_TABLE"); path != "" {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Error(err)
		}
	}
}

const soakPage = `# An open board over time

` + "`make soak-board MINUTES=30`" + ` opens the board of the larger sample (desktop, 1440×900) in Chromium for so many minutes and writes this page. Meanwhile %[2]d other people each move a note and their cursor %[3]d times a second, and the page's own person writes in notes, drags them, undoes, pans, zooms and goes to the list and the other views and back.

An error or exception in the console fails the run, and so does a median of the last third that is more than 15 %% above that of the middle third, of the samples after the first tenth. A sample is taken every 30 s, after its garbage was collected.

**%[1]s**, %[4]d things done by the page's own person, at low priority on %[5]d cores; ended %[6]s with a load average of %[7]s. %[8]s.

%[9]s
Go's memory in the page (wasm) can only ever grow: it is the highest that was needed so far. *Server* is its resident memory.
What the other people saw (milliseconds):

    %[10]s
`

func soakMedian(samples []soakSample, measure int) float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, s[1+measure])
	}
	slices.Sort(all)
	return all[len(all)/2]
}
