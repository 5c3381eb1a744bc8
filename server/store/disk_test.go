//go:build linux

package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tabi-map/tabi/server/store"
)

// The tests of this file break real file systems: they make ext4 on a loop device, or a small tmpfs, and need root. They
// run under TABI_FAULTS=rounds (make faults-store) and are left out otherwise, loudly.
func faults(t *testing.T) (rounds int) {
	t.Helper()
	rounds, err := strconv.Atoi(os.Getenv("TABI_FAULTS"))
	if err != nil || rounds < 1 {
		t.Skip("set TABI_FAULTS=rounds to break file systems (needs root): make faults-store")
	}
	if os.Getuid() != 0 {
		t.Fatal("TABI_FAULTS needs root")
	}
	return rounds
}

func sh(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// disk is ext4 on a loop file.
type disk struct {
	t          *testing.T
	image, dir string
	mounted    bool
}

func newDisk(t *testing.T, megabytes int64) *disk {
	t.Helper()
	top := t.TempDir()
	d := &disk{t: t, image: filepath.Join(top, "image"), dir: filepath.Join(top, "mount")}
	file, err := os.Create(d.image)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(file.Truncate(megabytes<<20), file.Close(), os.Mkdir(d.dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	sh(t, "mkfs.ext4", "-q", "-F", "-m", "0", d.image)
	d.mount()
	t.Cleanup(d.umount)
	return d
}

func (d *disk) mount(options ...string) {
	d.t.Helper()
	sh(d.t, "mount", "-o", strings.Join(append([]string{"loop"}, options...), ","), d.image, d.dir)
	d.mounted = true
}

func (d *disk) umount() {
	d.t.Helper()
	if d.mounted {
		sh(d.t, "umount", d.dir)
		d.mounted = false
	}
}

// lose is a power loss: what is not on the device yet never gets there.
func (d *disk) lose() {
	d.t.Helper()
	root, err := os.Open(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	defer root.Close()
	const ext4Shutdown, noLogFlush = 0x8004587d, 2
	flags := uint32(noLogFlush)
	if err := ioctl(root.Fd(), ext4Shutdown, &flags); err != nil {
		d.t.Fatal("EXT4_IOC_SHUTDOWN:", err)
	}
}

func (d *disk) data() string { return filepath.Join(d.dir, "data") }

// writers append to maps until stopped, or, unless patient, until an append fails. An entry says its map and number, and
// what it acknowledged is what must be found again.
type writers struct {
	t            *testing.T
	s            *store.Store
	acknowledged []atomic.Uint64 // by map: highest number
	total        atomic.Int64
	failed       atomic.Int64
	lastError    atomic.Value
	stop         chan struct{}
	done         sync.WaitGroup
}

func startWriters(t *testing.T, s *store.Store, n int, patient bool) *writers {
	w := &writers{t: t, s: s, acknowledged: make([]atomic.Uint64, n), stop: make(chan struct{})}
	for i := range n {
		w.done.Add(1)
		go func() { // ends with stop, or with the disk
			defer w.done.Done()
			for {
				select {
				case <-w.stop:
					return
				default:
				}
				number, err := s.Append(context.Background(), fmt.Sprint("m", i), bytes.Repeat([]byte{byte(i)}, 100+i*37))
				if err != nil {
					w.failed.Add(1)
					w.lastError.Store(err)
					if !patient {
						return
					}
					continue
				}
				w.acknowledged[i].Store(number)
				w.total.Add(1)
				if number%500 == 0 {
					_ = s.Compact(context.Background(), fmt.Sprint("m", i), number, bytes.Repeat([]byte("snapshot"), 2000)) // may fail too
				}
			}
		}()
	}
	return w
}

// until waits for a state that the writers bring about by themselves.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(60 * time.Second)
	for !is() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatal("never: ", what)
		}
	}
}

func (w *writers) end() {
	close(w.stop)
	w.done.Wait()
}

// lost counts acknowledged entries that are not there.
func (w *writers) lost(s *store.Store) (lost uint64) {
	w.t.Helper()
	for i := range w.acknowledged {
		want, got := w.acknowledged[i].Load(), uint64(0)
		err := s.Load(context.Background(), fmt.Sprint("m", i), func(upto uint64, _ []byte) error { got = upto; return nil },
			func(number uint64, _ []byte) error { got = number; return nil })
		if err != nil {
			w.t.Fatal(err)
		}
		if got < want {
			lost += want - got
		}
	}
	return lost
}

func TestDiskPowerLoss(t *testing.T) {
	rounds := faults(t)
	for _, noSync := range []bool{false, true} {
		total, lost, damaged := int64(0), uint64(0), 0
		d := newDisk(t, 128)
		for round := range rounds {
			options := store.Options{NoSyncLosesData: noSync, CheckpointEntries: 500}
			s, err := store.Open(d.data(), options)
			if err != nil && noSync {
				damaged++ // without fsync the file itself may be lost: that is what the control is to show
				os.RemoveAll(d.data())
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			w := startWriters(t, s, 50, false)
			after := int64(rand.IntN(20_000))
			until(t, "appends", func() bool { return w.total.Load() > after })
			d.lose()
			w.end()
			s.Close()
			d.umount()
			d.mount()
			total += w.total.Load()
			s, err = store.Open(d.data(), options)
			if err != nil && noSync {
				damaged++
				os.RemoveAll(d.data())
				continue
			}
			if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			lost += w.lost(s)
			clean(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			os.RemoveAll(d.data())
		}
		t.Logf("no fsync %v: %d power losses, %d acknowledged, %d lost, %d times the file itself", noSync, rounds, total, lost, damaged)
		if !noSync && lost > 0 {
			t.Errorf("%d acknowledged entries were lost", lost)
		}
		if noSync && lost == 0 && damaged == 0 {
			t.Error("without fsync nothing was lost either: the test shows nothing")
		}
	}
}

func TestDiskFull(t *testing.T) {
	rounds := faults(t)
	for _, kind := range []string{"ext4", "tmpfs"} {
		var where string
		if kind == "ext4" {
			where = newDisk(t, 96).dir
		} else {
			where = t.TempDir()
			sh(t, "mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", where)
			t.Cleanup(func() { sh(t, "umount", where) })
		}
		s := open(t, filepath.Join(where, "data"), store.Options{})
		w := startWriters(t, s, 20, true)
		for round := range rounds {
			filler := filepath.Join(where, "filler")
			fillUp(t, filler)
			before := w.failed.Load()
			until(t, "a full disk", func() bool { return w.failed.Load() > before+20 })
			if err, _ := w.lastError.Load().(error); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("round %d: %v", round, err)
			}
			if _, err := count(t, s, "m0"); err != nil { // reading goes on
				t.Error(err)
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			had := w.total.Load()
			until(t, "room again", func() bool { return w.total.Load() > had+100 })
		}
		w.end()
		for range 2 {
			if lost := w.lost(s); lost > 0 {
				t.Errorf("%d acknowledged entries were lost", lost)
			}
			clean(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, filepath.Join(where, "data"), store.Options{})
		}
		s.Close()
		t.Logf("%s: full %d times, %d acknowledged, %d appends failed meanwhile, none lost", kind, rounds, w.total.Load(), w.failed.Load())
	}
}

// fillUp takes all the room that there is, to the last block.
func fillUp(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 1 << 20; size >= 512; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// A file system that became read-only, as ext4 does after an error of the device: appends fail, reading goes on, and after
// a mount everything is there.
func TestDiskReadOnly(t *testing.T) {
	rounds := faults(t)
	d := newDisk(t, 128)
	for range rounds {
		s := open(t, d.data(), store.Options{})
		w := startWriters(t, s, 20, false)
		until(t, "appends", func() bool { return w.total.Load() > 2000 })
		sh(t, "mount", "-o", "remount,abort", d.dir)
		w.done.Wait()
		if _, err := s.Append(t.Context(), "m0", []byte("x")); err == nil {
			t.Error("an append to a dead disk was acknowledged")
		}
		if _, err := count(t, s, "m0"); err != nil {
			t.Error("reading:", err)
		}
		s.Close()
		d.umount()
		sh(t, "sh", "-c", "e2fsck -fy "+d.image+" >/dev/null 2>&1 || [ $? -le 1 ]")
		d.mount("ro")
		if _, err := store.Open(d.data(), store.Options{}); !errors.Is(err, syscall.EROFS) {
			t.Errorf("open on a read-only disk: %v", err)
		}
		d.umount()
		d.mount()
		s = open(t, d.data(), store.Options{})
		if lost := w.lost(s); lost > 0 {
			t.Errorf("%d acknowledged entries were lost", lost)
		}
		clean(t, s)
		s.Close()
		os.RemoveAll(d.data())
	}
}

// TestKill9 kills a process that appends, at random moments, and looks for what it had acknowledged on its pipe.
func TestKill9(t *testing.T) {
	if dir := os.Getenv("TABI_KILL_ME"); dir != "" {
		appendForEver(dir)
	}
	rounds := faults(t)
	d, err := os.MkdirTemp(".", "kill-*.tmp") // on a disk: /tmp may be memory
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(d)
	data := filepath.Join(d, "data")
	total := 0
	highest := map[string]uint64{}
	for range rounds {
		child := exec.Command(os.Args[0], "-test.run", "^TestKill9$")
		child.Env = append(os.Environ(), "TABI_KILL_ME="+data)
		pipe, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(pipe)
		n, after := 0, rand.IntN(5000)
		for lines.Scan() {
			mapID, number, ok := strings.Cut(lines.Text(), " ")
			v, err := strconv.ParseUint(number, 10, 64)
			if !ok || err != nil {
				continue // cut off by the kill
			}
			highest[mapID] = max(highest[mapID], v)
			if n++; n == after {
				child.Process.Kill()
			}
		}
		_, _ = io.Copy(io.Discard, pipe)
		_ = child.Wait()
		total += n
		s := open(t, data, store.Options{})
		for id, want := range highest {
			if got, err := count(t, s, id); err != nil || uint64(got) < want {
				t.Fatalf("map %s: %d of %d acknowledged, %v", id, got, want, err)
			}
		}
		clean(t, s)
		s.Close()
	}
	t.Logf("%d kills, %d acknowledged, none lost", rounds, total)
}

func appendForEver(dir string) {
	s, err := store.Open(dir, store.Options{CheckpointEntries: 300})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := range 20 {
		go func() { // ends with the process
			id := fmt.Sprint("m", i)
			for {
				number, err := s.Append(context.Background(), id, bytes.Repeat([]byte{'x'}, 50+i*91))
				if err != nil {
					os.Exit(1)
				}
				fmt.Printf("%s %d\n", id, number)
				if number%200 == 0 {
					_ = s.Compact(context.Background(), id, number, make([]byte, 30_000)) // the next one will do
				}
			}
		}()
	}
	select {}
}
