//go:build !linux

package main

import (
	"context"
	"errors"
)

var errLinuxOnly = errors.New("this fault can be made on Linux only")

func losePower(context.Context, *victim, faultOptions) error  { return errLinuxOnly }
func stopWrites(context.Context, *victim, faultOptions) error { return errLinuxOnly }
