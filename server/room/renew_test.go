package room

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
)

// A log that was put back from an older copy: numbers given out since are never given again, nobody goes on under one from
// before, and what everybody had made comes back with its maker.
func TestRestoredFromAnOlderCopy_P35(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, older := &Memory{}, &Memory{}
		h := NewHost(Options{Log: log})
		a := newPage(t)
		peer := join(t, h, "m", a)
		<-a.welcomed
		if err := a.write(peer, "before"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		for _, e := range log.Entries("m") {
			if _, err := older.Append(t.Context(), "m", e); err != nil {
				t.Fatal(err)
			}
		}
		b := newPage(t)
		other := join(t, h, "m", b)
		<-b.welcomed
		for text, by := range map[string]func(string) error{
			"a's": func(s string) error { return a.write(peer, s) }, "b's": func(s string) error { return b.write(other, s) },
		} {
			if err := by(text); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		highest := b.rep.ID()
		shutdown(t, h)

		if err := Renew(t.Context(), older, "m", time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := Renew(t.Context(), older, "nobody wrote to", time.Now()); err != nil {
			t.Fatal(err)
		}
		h = NewHost(Options{Log: older})
		defer shutdown(t, h)
		for _, was := range []*page{a, b} {
			stale := newPage(t)
			stale.rep = was.rep
			join(t, h, "m", stale)
			if code := <-stale.closed; code != wire.CodeReplicaStale {
				t.Fatalf("closed with %v", code)
			}
			again := newPage(t)
			again.rep = was.rep
			back := join(t, h, "m", again)
			<-again.welcomed
			if id := again.rep.ID(); id <= highest+renewGap/2 {
				t.Errorf("number %d was given, %d had been", id, highest)
			}
			if f, ok := again.rep.NextEdits(0); ok {
				if err := back.Deliver(f); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Second)
		}
		c := newPage(t)
		join(t, h, "m", c)
		<-c.welcomed
		time.Sleep(time.Second)
		if got := len(c.texts()); got != len("before a's b's ") {
			t.Errorf("the map says %q", c.texts())
		}
	})
}
