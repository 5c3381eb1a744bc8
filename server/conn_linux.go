package server

import (
	"net"
	"syscall"
	"time"
)

// giveUpAfter makes the kernel end the connection when what was sent is not confirmed for so long: while something is on
// its way there are no probes.
func giveUpAfter(tcp *net.TCPConn, after time.Duration) {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	const tcpUserTimeout = 18          // TCP_USER_TIMEOUT, which package syscall does not name
	_ = raw.Control(func(fd uintptr) { // without it retransmissions end a little later
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(after.Milliseconds()))
	})
}
