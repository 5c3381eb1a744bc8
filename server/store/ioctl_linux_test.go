package store_test

import (
	"syscall"
	"unsafe"
)

func ioctl(fd, request uintptr, arg *uint32) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg))); errno != 0 {
		return errno
	}
	return nil
}
