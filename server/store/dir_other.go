//go:build !unix

package store

import (
	"errors"
	"io/fs"
	"os"
)

// Where there is no flock, bbolt's own lock on the data file keeps a second process out.
type dirLock struct{}

func lockDir(string) (*dirLock, error) { return &dirLock{}, nil }
func (l *dirLock) release()            {}

func makePrivate(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return os.MkdirAll(dir, 0o700)
	}
	return nil
}

func checkPrivate(string) error { return nil }
func syncDir(string) error      { return nil }
