//go:build !unix

package server

import (
	"errors"
	"syscall"
)

const rawReads = false

func writeFD(fd uintptr, b []byte) (int, error) { return syscall.Write(syscall.Handle(fd), b) }

func readFD(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
