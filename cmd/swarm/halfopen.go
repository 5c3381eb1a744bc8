package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"time"

	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt/wire"
)

func init() {
	faults["halfopen"] = faultKind{"-people connections whose packets vanish: their presence must be gone within 15 s, needs root", halfOpen}
}

// vanishing is an address of this machine that nothing else uses.
const vanishing = "127.77.0.1"

// halfOpen lets people show themselves from an address that is then routed to nowhere: no end, no reset, no answer comes any
// more. Somebody else on the map sees when they are gone: on a quiet map, where the kernel must probe for them, and on a busy
// one, where frames are on their way to them.
func halfOpen(ctx context.Context, v *victim, o faultOptions) error {
	return errors.Join(vanish(ctx, v, o, false), vanish(ctx, v, o, true))
}

func vanish(ctx context.Context, v *victim, o faultOptions, busy bool) error {
	m, err := makeMap(ctx, v.url())
	if err != nil {
		return err
	}
	live := m.liveURL(v.url())
	watcher, err := dial(ctx, live, "watcher")
	if err != nil {
		return err
	}
	defer watcher.conn.CloseNow()
	from := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(vanishing)}}).DialContext}}
	cursor := session.PresenceState{Cursor: &session.Point{X: 1, Y: 2}}
	for i := range o.people {
		c, err := dialBy(ctx, from, live, fmt.Sprintf("lost %d", i), nil)
		if err != nil {
			return err
		}
		defer c.conn.CloseNow()
		if err := c.send(ctx, wire.Presence{State: cursor.Append(nil)}); err != nil {
			return err
		}
	}
	shown := map[wire.PeerID]bool{}
	for others(shown) < o.people {
		if err := watcher.follow(ctx, shown); err != nil {
			return err
		}
	}
	if out, err := exec.Command("ip", "route", "add", "blackhole", vanishing, "table", "local").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	defer exec.Command("ip", "route", "del", "blackhole", vanishing, "table", "local").Run()
	began := time.Now()
	limit, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if busy {
		go func() { // ends with limit
			for i := 0; pause(limit, 100*time.Millisecond) == nil; i++ {
				moved := session.PresenceState{Cursor: &session.Point{X: float32(i)}}
				_ = watcher.send(limit, wire.Presence{State: moved.Append(nil)}) // who reads finds out
			}
		}()
	}
	for others(shown) > 0 {
		if err := watcher.follow(limit, shown); err != nil {
			return errors.Join(fmt.Errorf("%d are still shown after %v", others(shown), time.Since(began)), err)
		}
	}
	took := time.Since(began)
	v.note(fmt.Sprintf("%d connections whose packets vanished were gone after %.1f s (busy: %v)", o.people, took.Seconds(), busy))
	if took > 15*time.Second {
		return fmt.Errorf("presence of the dead was shown for %v", took)
	}
	return nil
}

func others(shown map[wire.PeerID]bool) (n int) {
	for _, other := range shown {
		if other {
			n++
		}
	}
	return n
}

// follow reads a frame and keeps who is shown; false: ourselves.
func (c *client) follow(ctx context.Context, shown map[wire.PeerID]bool) error {
	_, b, err := c.conn.Read(ctx)
	if err != nil {
		return err
	}
	f, err := wire.Decode(b)
	if err != nil {
		return err
	}
	m, ok := f.(wire.Merged)
	if !ok {
		return nil
	}
	for _, p := range m.Presence {
		if len(p.State) > 0 {
			shown[p.Peer] = p.Peer != c.welcome.Peer
		} else {
			delete(shown, p.Peer)
		}
	}
	for _, id := range m.Left {
		delete(shown, id)
	}
	return nil
}
