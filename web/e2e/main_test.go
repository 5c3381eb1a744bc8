package e2e

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	mode := os.Getenv("E2E")
	if mode == "off" {
		return
	}
	browser, stop, err := launch()
	if err == nil {
		_, err = os.Stat(binary())
		if err != nil {
			stop()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		if mode == "must" {
			os.Exit(1)
		}
		fmt.Fprintln(os.Stderr, "browser tests: ALL SKIPPED (E2E=must makes this a failure)")
		return
	}
	theBrowser = browser
	_ = os.RemoveAll("artifacts")
	code := m.Run()
	stopShared()
	stop()
	os.Exit(code)
}
