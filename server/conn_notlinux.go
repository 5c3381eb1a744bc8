//go:build !linux

package server

import (
	"net"
	"time"
)

func giveUpAfter(*net.TCPConn, time.Duration) {}
