//go:build unix

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockName is the file whose lock means that a process holds the directory; it holds that process's number.
const lockName = "lock"

type dirLock struct{ file *os.File }

func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, lockName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, err
		}
		who := "another process"
		if b, err := os.ReadFile(path); err == nil && len(b) > 0 && len(b) < 20 {
			who = "process " + strings.TrimSpace(string(b))
		}
		return nil, fmt.Errorf("%w by %s; stop that one first, or give this one another --data directory", ErrLocked, who)
	}
	if err := file.Truncate(0); err == nil {
		fmt.Fprintf(file, "%d\n", os.Getpid()) // only a hint for the message above
	}
	return &dirLock{file}, nil
}

// release leaves the file in place: removing it would let two processes hold locks on two files of one name.
func (l *dirLock) release() { l.file.Close() }

// makePrivate makes the directory for its owner alone, or refuses one that others may enter.
func makePrivate(dir string) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return err
		}
		return os.Chmod(dir, 0o700)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", dir)
	}
	return private(dir, info, 0o700)
}

// checkPrivate refuses a file that others than its owner may read or write.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return private(path, info, 0o600)
}

func private(path string, info fs.FileInfo, want fs.FileMode) error {
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%w: %s has mode %04o; run \"chmod %04o %s\" if nobody else should read the maps", ErrExposed, path, mode, want, path)
	}
	return nil
}

// syncDir makes a new name in a directory survive a power loss.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
