package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// disk is an ext4 of 128 MiB in a file, mounted over a loop device. It can be shut down
// without writing what it holds in memory, as a machine does that loses its power.
type disk struct{ image, mount string }

func makeDisk(dir string) (*disk, error) {
	d := &disk{image: filepath.Join(dir, "disk.img"), mount: filepath.Join(dir, "mnt")}
	f, err := os.Create(d.image)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(128 << 20); err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := os.Mkdir(d.mount, 0o700); err != nil {
		return nil, err
	}
	if err := command("mkfs.ext4", "-q", "-F", d.image); err != nil {
		return nil, err
	}
	return d, d.attach()
}

func (d *disk) attach() error { return command("mount", "-o", "loop", d.image, d.mount) }
func (d *disk) detach() error { return command("umount", d.mount) }

// shutDown is EXT4_IOC_SHUTDOWN with NOLOGFLUSH: every later call fails with EIO, and what
// was not fsynced is gone.
func (d *disk) shutDown() error {
	dir, err := os.Open(d.mount)
	if err != nil {
		return err
	}
	defer dir.Close()
	const (
		shutdown   = 0x8004587D // _IOR('X', 125, __u32)
		noLogFlush = uint32(2)
	)
	flags := noLogFlush
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, dir.Fd(), shutdown, uintptr(unsafe.Pointer(&flags))); e != 0 {
		return fmt.Errorf("EXT4_IOC_SHUTDOWN: %w", e)
	}
	return nil
}

func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// onDisk moves the victim, which nobody uses yet, onto a disk of its own.
func onDisk(ctx context.Context, v *victim, during func(*disk) error) error {
	dir := filepath.Dir(v.data)
	if err := v.kill(); err != nil {
		return err
	}
	d, err := makeDisk(dir)
	if err != nil {
		return err
	}
	inside := filepath.Join(d.mount, "data")
	if err := command("cp", "-a", v.data, inside); err != nil {
		return err
	}
	outside := v.data
	v.data = inside
	if err := v.start(ctx); err != nil {
		return err
	}
	if err := during(d); err != nil {
		return err
	}
	// Back out, so that what follows needs no disk.
	if err := v.end(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(outside); err != nil {
		return err
	}
	if err := command("cp", "-a", inside, outside); err != nil {
		return err
	}
	v.data = outside
	if err := d.detach(); err != nil {
		return err
	}
	return v.start(ctx)
}

func losePower(ctx context.Context, v *victim, o faultOptions) error {
	return onDisk(ctx, v, func(d *disk) error {
		for range o.times {
			if err := pause(ctx, time.Second); err != nil {
				return err
			}
			if err := d.shutDown(); err != nil {
				return err
			}
			if err := v.kill(); err != nil {
				return err
			}
			if err := d.detach(); err != nil {
				return err
			}
			if err := d.attach(); err != nil {
				return err
			}
			if err := v.start(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// stopWrites shuts the file system down under a server that stays up: all its writes fail.
// It must say so and go on serving readers. Such a disk does not come back under an open
// file, so the server is started anew after the repair.
func stopWrites(ctx context.Context, v *victim, o faultOptions) error {
	return onDisk(ctx, v, func(d *disk) error {
		for range o.times {
			if err := pause(ctx, 2*time.Second); err != nil {
				return err
			}
			if err := d.shutDown(); err != nil {
				return err
			}
			if err := pause(ctx, o.pause); err != nil {
				return err
			}
			v.note("no writes: " + v.readyz() + v.counted())
			if err := v.kill(); err != nil {
				return err
			}
			if err := d.detach(); err != nil {
				return err
			}
			if err := d.attach(); err != nil {
				return err
			}
			if err := v.start(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}
