package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A program without its lines does what it did: it collects garbage, grows stacks, recovers from
// panics, and its last trace still names the functions.
func TestAProgramRunsWithoutItsLines(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here; make test needs it")
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("go.mod", "module lines\n\ngo 1.24\n")
	if err := os.Mkdir(filepath.Join(dir, "deeper"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("deeper/deeper.go", "package deeper\n\nfunc TheFaultyOne(at int) int { return []int{1}[at] }\n")
	write("main.go", `package main

import (
	"runtime"

	"lines/deeper"
)

func deep(n int) int {
	var room [64]int
	room[n%64] = n
	if n == 0 {
		runtime.GC()
		return 0
	}
	return deep(n-1) + room[n%64] - n + 1
}

func caught() (said string) {
	defer func() { said = recover().(error).Error() }()
	var m map[string]int
	m["a"] = 1
	return
}

func main() {
	done := make(chan int)
	go func() { done <- deep(5000) }()
	println(<-done, caught())
	deeper.TheFaultyOne(deep(7))
}
`)
	build := exec.Command("go", "build", "-ldflags=-s -w", "-gcflags=-l", "-o", "app.wasm", ".")
	build.Dir, build.Env = dir, append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	plain, err := os.ReadFile(filepath.Join(dir, "app.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	stripped, err := dropLines(plain, "lines")
	if err != nil {
		t.Fatal(err)
	}
	if len(stripped) != len(plain) || bytes.Equal(stripped, plain) {
		t.Fatalf("%d bytes became %d, or nothing was dropped", len(plain), len(stripped))
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js"), write("stripped.wasm", string(stripped))).CombinedOutput()
	if err == nil {
		t.Errorf("the panic at the end did not end the program")
	}
	for _, want := range []string{"5000 assignment to entry in nil map", "index out of range [7]", "\ndeeper.TheFaultyOne", "main.main"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "main.go") {
		t.Errorf("the trace still knows files:\n%s", out)
	}
}

func TestWhatIsNoGoProgramIsLeftAlone(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("\x00asm\x01\x00\x00\x00"), []byte("\x00asm\x01\x00\x00\x00\x0b\xff\xff\xff\xff\x0f"), bytes.Repeat([]byte{11}, 64)} {
		if _, err := dropLines(b, "lines"); err == nil {
			t.Errorf("%x passed", b)
		}
	}
}
