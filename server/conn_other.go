//go:build !unix

package server

import "syscall"

func writeFD(fd uintptr, b []byte) (int, error) { return syscall.Write(syscall.Handle(fd), b) }

func readable(uintptr) bool { return true }
