// Command bundle puts the client into web/dist, where package web embeds it:
// the program compressed, its plain size for the progress bar, and the Go
// toolchain's own wasm_exec.js, which must be of the same version.
//
//	go run ./web/bundle -quality 9 CLIENT.wasm web/dist
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

func main() {
	lines := flag.Bool("lines", false, "keep files and lines for traces")
	quality := flag.Int("quality", 9, "brotli quality: 5 to 9 while developing, 11 for a release")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: bundle [-quality N] [-lines] CLIENT.wasm DIST")
		os.Exit(2)
	}
	if err := bundle(flag.Arg(0), flag.Arg(1), *quality, *lines); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func bundle(program, dist string, quality int, lines bool) error {
	plain, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	if !lines {
		if stripped, err := dropLines(plain, "github.com/tabi-map/tabi"); err != nil {
			fmt.Fprintln(os.Stderr, "bundle: packed with its lines:", err)
		} else {
			plain = stripped
		}
	}
	var packed bytes.Buffer
	w := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: quality, LGWin: 24})
	if _, err := w.Write(plain); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"app.wasm.br":   packed.Bytes(),
		"app.wasm.size": []byte(strconv.Itoa(len(plain)) + "\n"),
		"wasm_exec.js":  glue,
	} {
		if err := os.WriteFile(filepath.Join(dist, name), data, 0o644); err != nil {
			return err
		}
	}
	fmt.Printf("client: %.2f MB, %.2f MB as brotli %d\n", float64(len(plain))/1e6, float64(packed.Len())/1e6, quality)
	return nil
}
