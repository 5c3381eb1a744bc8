package store

import (
	"errors"
	"fmt"
)

// Errors of Open. Each is wrapped with the directory and with what to do.
var (
	// ErrLocked is returned when another process holds the directory.
	ErrLocked = errors.New("store: the data directory is in use")
	// ErrTooNew is returned when a newer version wrote the file. The file is not touched.
	ErrTooNew = errors.New("store: the data file was written by a newer version")
	// ErrExposed is returned when others than the owner could read the directory or a file in it.
	ErrExposed = errors.New("store: the data directory is open to others")
)

// Errors of every method.
var (
	// ErrDamaged is returned when a checksum, a running number or the file itself is wrong. See [DamageError].
	ErrDamaged = errors.New("store: damaged")
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("store: closed")
	// ErrName is returned for an empty or over-long map, bucket or key name, or one with a zero byte.
	ErrName = errors.New("store: bad name")
	// ErrTooLarge is returned for an entry, a snapshot or a record past its limit.
	ErrTooLarge = errors.New("store: too large")
)

// DamageError says what is damaged. It is an [ErrDamaged]; its text ends with what to do.
type DamageError struct {
	Path   string // the data file
	Map    string // empty when the damage is not in one map
	Number uint64 // running number of the entry, 0 when it is not an entry
	What   string // "checksum", "hole" …
}

func (e *DamageError) Error() string {
	where := e.Path
	if e.Map != "" {
		where += ": map " + e.Map
		if e.Number != 0 {
			where += fmt.Sprintf(", entry %d", e.Number)
		}
	}
	return fmt.Sprintf("%s is damaged: %s; nothing was changed. Run \"tabi verify\" to see all damage, keep a copy of the directory, and put back a backup with \"tabi restore\"", where, e.What)
}

func (e *DamageError) Is(target error) bool { return target == ErrDamaged }
