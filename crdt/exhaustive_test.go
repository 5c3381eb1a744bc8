package crdt

import (
	"flag"
	"testing"
)

var exhaustive = flag.Bool("exhaustive", false, "play all parts of TestExhaustive, not only one")

// TestExhaustive plays every interleaving of three replicas that do three operations each, from a fixed alphabet on
// one object with a text of two characters, where each replica hears of the others always, never, or only before
// its last operation. Each ends with everyone equal, byte for byte, and every
// sixty-fourth is compared with the model.
func TestExhaustive(t *testing.T) {
	alphabet := map[byte]func(e *Edit, d *Document, id ID){
		'<': func(e *Edit, d *Document, id ID) { e.Insert(id, fWords, 0, "<") },
		'>': func(e *Edit, d *Document, id ID) { e.Insert(id, fWords, d.TextLen(id, fWords), ">>") },
		'|': func(e *Edit, d *Document, id ID) { e.Insert(id, fWords, d.TextLen(id, fWords)/2, "|") },
		'x': func(e *Edit, d *Document, id ID) { e.Erase(id, fWords, d.TextLen(id, fWords)/2, 1) },
		'X': func(e *Edit, d *Document, id ID) { e.Erase(id, fWords, 0, 9) },
		'=': func(e *Edit, d *Document, id ID) { e.Set(id, fNumber, []byte{byte(e.p.id)}) },
		'-': func(e *Edit, d *Document, id ID) { e.Delete(id) },
		'+': func(e *Edit, d *Document, id ID) { e.Restore(id) },
	}
	parts := [][3]string{ // what replicas 1, 2 and 3 do
		{"|||", "|x|", ">|<"},
		{"<<>", "xX|", "|>>"},
		{"||u", "X|u", "||x"},
		{"=-+", "-=|", "+=-"},
		{"-u=", "+-u", "=u|"},
	}
	if !*exhaustive {
		parts = parts[2:3]
	}
	base := New()
	e := base.Edit(1)
	id := e.Create(1)
	e.Insert(id, fWords, 0, "ab")
	first := e.Commit().Update
	runs, equal := 0, map[string]bool{}
	for _, part := range parts {
		interleavings(func(order []int) {
			for hears := range 27 {
				w := newWorld(t, 3)
				w.quiet = runs%64 != 0
				w.log = append(w.log, first)
				for _, r := range w.replicas {
					w.deliver(r)
				}
				var at [3]int
				for _, who := range order {
					r := w.replicas[who]
					k := at[who]
					at[who]++
					if h := hears / []int{1, 3, 9}[who] % 3; h == 0 || h == 2 && k == 2 {
						w.deliver(r)
					}
					if do := part[who][k]; do == 'u' {
						if n := len(r.undo); n > 0 {
							w.edit(r, func(e *Edit) { e.Invert(r.undo[n-1]) })
						}
					} else {
						w.edit(r, func(e *Edit) { alphabet[do](e, r.doc, id) })
					}
				}
				if !w.quiet {
					equal[string(w.settle())] = true // compares with the model too, which is slow
				} else {
					equal[string(w.converge())] = true
				}
				runs++
			}
		})
	}
	if runs != len(parts)*1680*27 || len(equal) < 50 {
		t.Fatalf("vacuous: %d runs, %d outcomes", runs, len(equal))
	}
}

// interleavings yields each order of three times 0, three times 1 and three times 2.
func interleavings(yield func([]int)) {
	var order []int
	left := [3]int{3, 3, 3}
	var step func()
	step = func() {
		if len(order) == 9 {
			yield(order)
			return
		}
		for i := range left {
			if left[i] > 0 {
				left[i]--
				order = append(order, i)
				step()
				order = order[:len(order)-1]
				left[i]++
			}
		}
	}
	step()
}
