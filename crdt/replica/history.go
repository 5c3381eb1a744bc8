package replica

import (
	"slices"

	"github.com/tabi-map/tabi/crdt"
)

// stepsMax bounds how far back undo reaches; older steps are forgotten.
const stepsMax = 500

// history is what may be taken back and done again.
type history struct {
	undo, redo []step
	open       bool // the newest step takes further edits of its group
}

// step is what one intent of a person did: a drag, a word, an import.
type step struct {
	group string
	items []item // oldest first
}

// item is what takes one batch back; last names the batch.
type item struct {
	last    uint64
	inverse crdt.Inverse
}

// edited notes an own edit; doing something new ends what could be done
// again.
func (h *history) edited(group string, it item, acked uint64) {
	h.redo = nil
	n := len(h.undo)
	if h.open && group != "" && n > 0 && h.undo[n-1].group == group {
		h.undo[n-1].add(it, acked)
		return
	}
	h.undo = push(h.undo, step{group, []item{it}})
	h.open = true
}

// add folds the step's earlier items together once the server has them: a
// drag of a thousand moves stays one small inverse. Those that may still be
// refused stay apart.
func (s *step) add(it item, acked uint64) {
	if n := len(s.items); n > 1 && s.items[n-1].last <= acked {
		s.items[n-2].inverse.Add(s.items[n-1].inverse)
		s.items[n-2].last = s.items[n-1].last
		s.items = s.items[:n-1]
	}
	s.items = append(s.items, it)
}

// inverse is what takes the whole step back.
func (s *step) inverse() crdt.Inverse {
	sum := s.items[0].inverse
	for _, it := range s.items[1:] {
		sum.Add(it.inverse)
	}
	return sum
}

func push(stack []step, s step) []step {
	if len(stack) >= stepsMax {
		stack = slices.Delete(stack, 0, len(stack)-stepsMax+1)
	}
	return append(stack, s)
}

// replace exchanges the item of a batch that was made anew, or drops it.
func (h *history) replace(last uint64, with *item) {
	for _, stack := range [...][]step{h.undo, h.redo} {
		for i := range stack {
			at := slices.IndexFunc(stack[i].items, func(it item) bool { return it.last == last })
			if at < 0 {
				continue
			}
			if with == nil {
				stack[i].items = slices.Delete(stack[i].items, at, at+1)
			} else {
				stack[i].items[at] = *with
			}
			return
		}
	}
}

func (h *history) dropEmpty() {
	empty := func(s step) bool { return len(s.items) == 0 }
	h.undo = slices.DeleteFunc(h.undo, empty)
	h.redo = slices.DeleteFunc(h.redo, empty)
}

// CanUndo reports whether there is an own step to take back. It may turn out
// that nothing of it stands any more.
func (r *Replica) CanUndo() bool { return r.ID() != 0 && len(r.history.undo) > 0 }

// CanRedo reports whether there is a step to do again.
func (r *Replica) CanRedo() bool { return r.ID() != 0 && len(r.history.redo) > 0 }

// Seal ends the running group: the next edit is a step of its own.
func (r *Replica) Seal() { r.history.open = false }

// Undo takes the newest own step back, where it still stands; a step of which
// nothing stands is passed over (P17).
func (r *Replica) Undo() (crdt.Change, bool) {
	return r.step(modeUndo)
}

// Redo does again what Undo took back last.
func (r *Replica) Redo() (crdt.Change, bool) {
	return r.step(modeRedo)
}

func (r *Replica) step(m mode) (crdt.Change, bool) {
	if r.ID() == 0 {
		return crdt.Change{}, false
	}
	for skipped := 0; ; skipped++ {
		s, ok := r.history.pop(m)
		if !ok {
			return crdt.Change{}, false
		}
		c := r.commit(func(e *crdt.Edit) { e.Invert(s.inverse()) })
		if c.Update == nil {
			continue // others have changed all of it since
		}
		last := r.own(c.Update)
		r.history.moved(m, step{s.group, []item{{last, c.Inverse}}})
		r.journal.edited(m, s.group, skipped, c)
		return c.Change, true
	}
}

// pop takes the step that undo or redo acts on off its stack.
func (h *history) pop(m mode) (step, bool) {
	stack := &h.undo
	if m == modeRedo {
		stack = &h.redo
	}
	n := len(*stack)
	if n == 0 {
		return step{}, false
	}
	s := (*stack)[n-1]
	*stack = (*stack)[:n-1]
	h.open = false
	return s, true
}

// moved puts what takes the undo or redo back on the other stack.
func (h *history) moved(m mode, s step) {
	if m == modeUndo {
		h.redo = push(h.redo, s)
	} else {
		h.undo = push(h.undo, s)
	}
}
