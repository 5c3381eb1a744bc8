//go:build fault

package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tabi-map/tabi/server/room"
)

// What "make faults" can bring about in no other way, in a build that nobody runs (-tags fault):
//
//	TABI_FAULT_EXIT=after:N   the process dies by SIGKILL when its Nth entry is durable and nobody has been told
//	TABI_FAULT_EXIT=before:N  … before its Nth entry is written
//	TABI_FAULT_CLOCK=FILE     the clock is off by as many seconds as the file says
func init() {
	if file := os.Getenv("TABI_FAULT_CLOCK"); file != "" {
		var off atomic.Int64
		go func() { // ends with the process
			for ; ; time.Sleep(20 * time.Millisecond) {
				b, _ := os.ReadFile(file) // not there yet: not off
				if n, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
					off.Store(int64(n))
				}
			}
		}()
		clock = func() time.Time { return time.Now().Add(time.Duration(off.Load()) * time.Second) }
	}
	where, count, _ := strings.Cut(os.Getenv("TABI_FAULT_EXIT"), ":")
	if n, err := strconv.ParseInt(count, 10, 64); err == nil {
		between = func(l room.Log) room.Log { return &dying{Log: l, where: where, at: n} }
	}
}

// dying is a Log that ends the process at one of its entries.
type dying struct {
	room.Log
	where string
	at    int64
	count atomic.Int64
}

func (d *dying) Append(ctx context.Context, mapID string, data []byte) (uint64, error) {
	here := d.count.Add(1) == d.at
	if here && d.where == "before" {
		die()
	}
	pos, err := d.Log.Append(ctx, mapID, data)
	if here {
		die()
	}
	return pos, err
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
