//go:build unix

package server

import "syscall"

func writeFD(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

// readable tells whether a read would return at once: with bytes, with the end or with an error.
func readable(fd uintptr) bool {
	var one [1]byte
	for {
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK)
		if err == syscall.EINTR {
			continue
		}
		return err != syscall.EAGAIN
	}
}
