//go:build linux

package main_test

import (
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/coder/websocket"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// TestServerOnAFullDisk shows what people see of it: the server says that it cannot keep edits, goes on showing the map,
// says when it can again, and what it acknowledged is there. It mounts a tmpfs (make faults-server, as root).
func TestServerOnAFullDisk(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("TABI_FAULTS"))
	if err != nil || rounds < 1 {
		t.Skip("set TABI_FAULTS=rounds to mount small disks (needs root): make faults-server")
	}
	where := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", where).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", where).Run() })
	data, filler := filepath.Join(where, "data"), filepath.Join(where, "filler")
	_, edit, view := importInto(t, data, sampleFiles[0])
	p := start(t, data)
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
	defer cancel()
	ws, hail := join(t, ctx, p.base+"/m/"+filepath.Base(edit))
	doc, err := crdt.Load(hail.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	made, large := 0, crdt.ID{}
	write := func() (last uint64) {
		t.Helper()
		e := doc.Edit(hail.Resume.Replica)
		id := e.Create(200)
		if large.IsZero() {
			large = id
		}
		noise := make([]byte, 60_000) // that cannot be packed, so that free pages of the file do not last long
		rand.Read(noise)
		e.Set(large, 40, noise)
		c := e.Commit()
		h, err := crdt.Peek(c.Update)
		if err != nil {
			t.Fatal(err)
		}
		if err := ws.Write(ctx, websocket.MessageBinary, wire.Append(nil, wire.Edits{Batches: [][]byte{c.Update}})); err != nil {
			t.Fatal(err)
		}
		made++
		return h.Last
	}
	acknowledged := hail.Acknowledged
	// read takes one frame; notice is its code when it is one.
	read := func() (notice wire.Code) {
		t.Helper()
		_, b, err := ws.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		f, err := wire.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		switch f := f.(type) {
		case wire.Acknowledged:
			acknowledged = max(acknowledged, f.Counter)
		case wire.Merged:
			for _, batch := range f.Batches {
				if h, err := crdt.Peek(batch); err == nil && h.Replica == hail.Resume.Replica {
					acknowledged = max(acknowledged, h.Last)
				}
			}
		case wire.Notice:
			return f.Code
		case wire.Closing:
			t.Fatalf("closing: %v", f.Code)
		case wire.Refused:
			t.Fatalf("refused: %v after %d edits", f.Code, made)
		}
		return wire.CodeNone
	}
	full := 0
	for full < rounds {
		fill(t, filler)
		for last := write(); ; {
			notice := read()
			if acknowledged >= last { // the file still had some room
				last = write()
			}
			if notice != wire.NoticeReadOnlyStore {
				continue
			}
			full++
			get(t, p.base+"/m/"+filepath.Base(view), 200) // readers are served
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			for back := false; !back || acknowledged < last; {
				back = read() == wire.NoticeStoreBack || back
			}
			break
		}
	}
	p.kill()
	p = start(t, data)
	_, again := join(t, ctx, p.base+"/m/"+filepath.Base(edit))
	after, err := crdt.Load(again.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for range after.All(200) {
		found++
	}
	if found != made {
		t.Errorf("%d of %d edits are there", found, made)
	}
	p.stop()
	must(t, "verify", "--data", data)
	t.Logf("full %d times, %d edits, all there", full, made)
}

func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 1 << 20; size >= 512; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
