package replica

import (
	"slices"
	"testing"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// A server that was restored from an older copy has forgotten what it had acknowledged. Whoever comes back under a new
// number brings their own part of that again, once, and everybody converges; they are told.
func TestServerSetBack_P35(t *testing.T) {
	h, a, b, note := two(t)
	c := newPerson(h)
	c.connect(false)
	settle(h, a, b, c)
	older := h.doc.Snapshot()

	mine := a.note("mine", "あとで書いた")
	a.typed("", note, 0, "いつも")
	a.set("", note, color, "red")
	settle(h, a, b, c)
	theirs := b.note("theirs", "もう一つ")
	settle(h, a, b, c)
	a.typed("", theirs, 0, "これと")
	settle(h, a, b, c)
	for _, p := range []*person{a, b, c} {
		p.cut()
	}
	a.typed("", mine, 0, "未送信")

	var err error
	if h.doc, err = crdt.Load(older); err != nil {
		t.Fatal(err)
	}
	h.epoch++ // sessions end, and numbers go on where nobody was
	h.next += 1 << 20
	h.lines = nil
	a.connect(false)
	settle(h, a)
	if got := a.text(note); got != "いつも"+"駅で待つ" || a.get(note, color) != "red" {
		t.Errorf("%q, %q", got, a.get(note, color))
	}
	taken := a.r.TakenBack()
	if !slices.ContainsFunc(taken, func(t Taken) bool { return t.Code == wire.CodeMapSetBack }) {
		t.Errorf("told %+v", taken)
	}
	b.connect(false)
	c.connect(false)
	settle(h, a, b, c)
	alike(t, h, a, b, c)
	want := map[string]int{"いつも駅で待つ": 1, "未送信あとで書いた": 1, "これともう一つ": 1}
	for id := range h.doc.All(kindNote) {
		want[h.doc.Text(id, text)]--
	}
	for note, n := range want {
		if n != 0 {
			t.Errorf("%q: %d too few", note, n)
		}
	}
	if again := b.r.TakenBack(); len(again) == 0 {
		t.Error("b was not told")
	}
	if told := c.r.TakenBack(); len(told) != 0 {
		t.Errorf("c had written nothing and was told %+v", told)
	}
}
