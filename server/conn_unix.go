//go:build unix

package server

import (
	"io"
	"syscall"
)

const rawReads = true

func writeFD(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

// readFD reads what is there; EAGAIN: nothing is.
func readFD(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), b)
		switch {
		case n > 0:
			return n, nil
		case err == nil:
			return 0, io.EOF
		case err != syscall.EINTR:
			return 0, err
		}
	}
}
