//go:build unix

package server

import "syscall"

const rawReads = true

func writeFD(fd uintptr, b []byte) (int, error) { return syscall.Write(int(fd), b) }

// readRaw hands over what comes until take has an error, or the socket ends: errGone. While it waits it holds no buffer, and little
// of a stack.
func readRaw(raw syscall.RawConn, take func([]byte) error) error {
	var end error
	_ = raw.Read(func(fd uintptr) bool {
		for {
			buffer := readBuffers.Get().(*readBuffer)
			n, err := syscall.Read(int(fd), buffer[:])
			switch {
			case n > 0:
				end = take(buffer[:n])
			case err != syscall.EINTR && err != syscall.EAGAIN:
				end = errGone // the end, or an error
			}
			readBuffers.Put(buffer)
			if end != nil {
				return true
			}
			if err == syscall.EAGAIN {
				return false
			}
		}
	})
	if end == nil {
		return errGone // closed from this side
	}
	return end
}
