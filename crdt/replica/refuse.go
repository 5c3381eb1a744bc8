package replica

import (
	"slices"
	"unicode/utf16"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// Taken is an own edit that could not be kept and was taken back; what its
// author had written is told so that it can be copied.
type Taken struct {
	Code  wire.Code
	Texts []TakenText // what was typed
	Sets  []TakenSet  // what was set
}

// TakenText is text that was typed into a field.
type TakenText struct {
	Object crdt.ID
	Kind   crdt.Kind
	Field  crdt.Field
	Text   string
}

// TakenSet is a register value.
type TakenSet struct {
	Object crdt.ID
	Kind   crdt.Kind
	Field  crdt.Field
	Value  []byte
}

// TakenBack hands over, once, what was taken back since the last call.
func (r *Replica) TakenBack() []Taken {
	taken := r.taken
	r.taken = nil
	return taken
}

// Refuse takes the pending batch that holds counter back. Those before it
// stay; those after it are stamped anew, as far as they do not stand on what
// is gone.
func (r *Replica) Refuse(counter uint64) (crdt.Change, error) {
	return r.refuse(counter, wire.CodeEditRejected)
}

func (r *Replica) refuse(counter uint64, code wire.Code) (crdt.Change, error) {
	at := slices.IndexFunc(r.pending, func(b batch) bool { return b.first <= counter && counter <= b.last })
	if at < 0 {
		return crdt.Change{}, nil // settled in the meantime
	}
	next, err := r.confirmed()
	if err != nil {
		r.reload = true
		return crdt.Change{}, ErrReload
	}
	scratch, err := r.confirmed()
	if err != nil {
		r.reload = true
		return crdt.Change{}, ErrReload
	}
	for _, b := range r.pending[:at] {
		if !merges(next, b.update) || !merges(scratch, b.update) {
			r.reload = true
			return crdt.Change{}, ErrReload
		}
	}
	r.journal.settle(r.pending)
	refused := r.pending[at].last
	return r.become(next, scratch, r.pending[:at], r.pending[at:], r.resume, func(b batch) (wire.Code, bool) {
		return code, b.last == refused
	})
}

// become exchanges the document for next, which holds what is confirmed and
// the batches before, and makes the batches of again anew on it, except those for which
// refused says otherwise. It returns the difference to what was shown.
func (r *Replica) become(next, scratch *crdt.Document, before, again []batch, resume wire.Resume, refused func(batch) (wire.Code, bool)) (crdt.Change, error) {
	a := remake{
		target: next, scratch: scratch, author: resume.Replica, rewrite: r.rewrite,
		ids: map[crdt.ID]crdt.ID{}, gone: map[crdt.ID]bool{}, texts: map[textKey]*mirror{},
		history: &r.history,
	}
	// The server may refuse the same batch twice when it was sent twice. The
	// second word must not hit another batch, so counters are not used again.
	next.SkipTo(r.issued())
	touched := map[crdt.ID]bool{}
	for _, b := range r.pending {
		for op := range crdt.Ops(b.update) {
			touched[op.Object] = true
		}
	}
	pending := slices.Clone(before)
	for _, b := range again {
		code, drop := refused(b)
		if made, ok := a.batch(b, code, drop); ok {
			pending = append(pending, made)
		}
	}
	r.taken = append(r.taken, a.taken...)
	r.history.dropEmpty()

	for _, id := range a.ids {
		touched[id] = true
	}
	change := r.changeTo(next, touched)
	r.doc.Become(next)
	r.resume, r.pending = resume, pending
	r.acked = r.doc.Version()[r.ID()]
	if len(pending) > 0 {
		r.acked = pending[0].prev
	}
	r.settled()
	r.journal.keep(pending)
	return change, nil
}

// scratch is a document on which the batches of again can be read: a copy of
// next or, when that lacks what they stand on or has other edits under their
// counters, of what was confirmed here.
func (r *Replica) scratch(next *crdt.Document, again []batch) (*crdt.Document, error) {
	snapshot := next.Snapshot()
	trial, err := crdt.Load(snapshot)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(again, func(b batch) bool { return b.force || !merges(trial, b.update) }) {
		return crdt.Load(snapshot)
	}
	own, err := r.confirmed()
	if err != nil {
		return nil, err
	}
	for _, b := range r.pending {
		if b.first == again[0].first {
			break
		}
		if !merges(own, b.update) {
			break
		}
	}
	return own, nil
}

// remake makes pending batches anew on another document.
//
// scratch takes the batches as they were written, one after the other, and
// so tells what each did to the texts, in positions; target takes what is
// kept of them as new edits. A mirror for each text tells where a position of
// scratch is in target.
type remake struct {
	scratch, target *crdt.Document
	author          crdt.ReplicaID
	rewrite         Rewrite
	history         *history
	ids             map[crdt.ID]crdt.ID // old to new
	gone            map[crdt.ID]bool    // created by what was not kept
	texts           map[textKey]*mirror
	taken           []Taken
}

type textKey struct {
	object crdt.ID // as scratch knows it
	field  crdt.Field
}

func (a *remake) id(old crdt.ID) crdt.ID {
	if id, ok := a.ids[old]; ok {
		return id
	}
	return old
}

func (a *remake) batch(b batch, code wire.Code, drop bool) (batch, bool) {
	if b.forgotten != nil {
		return a.regain(b, code)
	}
	a.reflect(b.update)
	change, err := a.scratch.Merge(b.update)
	if err != nil {
		// Its own document does not take it any more. Tell the values at
		// least.
		a.drop(b, crdt.Change{}, wire.CodeEditUnknown)
		return batch{}, false
	}
	if drop || a.author == 0 {
		a.drop(b, change, code)
		return batch{}, false
	}
	e := a.target.Edit(a.author)
	lost := Taken{Code: code}
	var existence []crdt.Op
	for op := range crdt.Ops(b.update) {
		if op.Kind == crdt.OpCreate {
			a.ids[op.Object] = e.Create(op.ObjectKind)
			continue
		}
		if a.lost(op.Object) {
			if op.Kind == crdt.OpSet {
				lost.Sets = append(lost.Sets, a.set(op))
			}
			continue
		}
		switch op.Kind {
		case crdt.OpSet:
			value := op.Value
			if a.rewrite != nil {
				value = a.rewrite(a.scratch.Kind(op.Object), op.Field, value, a.id)
			}
			e.Set(a.id(op.Object), op.Field, value)
		case crdt.OpDelete, crdt.OpRestore:
			existence = append(existence, op)
		}
	}
	for o := range change.Objects() {
		a.write(e, o, &lost)
	}
	for _, op := range existence {
		if id := a.id(op.Object); op.Kind == crdt.OpDelete {
			e.Delete(id)
		} else {
			e.Restore(id)
		}
	}
	return a.made(e, b, lost)
}

// regain makes anew what a server has forgotten of our own: objects that we
// made, whole; and our values and writing in those that it still has.
func (a *remake) regain(b batch, code wire.Code) (batch, bool) {
	f := b.forgotten
	for o := range f.own.Objects() {
		for _, s := range o.Splices {
			a.mirror(o.ID, s.Field) // of how the text stands before
		}
	}
	change, err := a.scratch.Merge(f.delta)
	if err != nil {
		return batch{}, false
	}
	if a.author != 0 {
		code = wire.CodeMapSetBack
	}
	lost := Taken{Code: code}
	e := a.target.Edit(max(a.author, 1)) // without an author nothing is written
	for o := range change.Objects() {
		switch {
		case !o.Created:
		case a.author != 0 && o.ID.Replica == f.author:
			a.ids[o.ID] = e.Create(o.Kind)
		default:
			a.gone[o.ID] = true // it comes with whoever made it
		}
	}
	for o := range change.Objects() {
		if o.Created && o.ID.Replica != f.author {
			continue
		}
		texts := crdt.FieldSet(0)
		for _, s := range o.Splices {
			texts |= 1 << s.Field
		}
		if o.Created {
			a.write(e, o, &lost)
		} else if f.own.Len() == 0 {
			for _, s := range o.Splices {
				lost.add(o, s)
			}
		}
		for field := range crdt.Field(64) {
			value := a.scratch.Get(o.ID, field)
			switch {
			case !o.Fields.Has(field) || texts.Has(field) || !o.Created && a.scratch.Stamp(o.ID, field).Replica != f.author:
			case a.author == 0:
				lost.Sets = append(lost.Sets, TakenSet{Object: o.ID, Kind: o.Kind, Field: field, Value: slices.Clone(value)})
			default:
				if a.rewrite != nil {
					value = a.rewrite(o.Kind, field, value, a.id)
				}
				e.Set(a.id(o.ID), field, value)
			}
		}
	}
	for o := range f.own.Objects() {
		if !o.Created && !a.gone[o.ID] && a.ids[o.ID] == (crdt.ID{}) {
			a.write(e, o, &lost)
		}
		switch {
		case a.author == 0 || a.lost(o.ID):
		case o.Deleted:
			e.Delete(a.id(o.ID))
		case o.Restored:
			e.Restore(a.id(o.ID))
		}
	}
	return a.made(e, b, lost)
}

// write repeats what happened to an object's texts.
func (a *remake) write(e *crdt.Edit, o crdt.ObjectChange, lost *Taken) {
	for _, s := range o.Splices {
		if a.author == 0 || a.lost(o.ID) {
			lost.add(o, s)
			continue
		}
		id := a.id(o.ID)
		at := a.mirror(o.ID, s.Field).apply(s, true, func(at, n int) { e.Erase(id, s.Field, at, n) })
		if s.Ins != "" {
			e.Insert(id, s.Field, at, s.Ins)
		}
	}
}

// made is the batch of what was made anew of b.
func (a *remake) made(e *crdt.Edit, b batch, lost Taken) (batch, bool) {
	if len(lost.Texts)+len(lost.Sets) > 0 || b.forgotten != nil {
		a.taken = append(a.taken, lost)
	}
	c := e.Commit()
	if c.Update == nil {
		a.history.replace(b.last, nil)
		return batch{}, false
	}
	h, err := crdt.Peek(c.Update)
	if err != nil {
		panic("replica: own update does not read: " + err.Error())
	}
	a.history.replace(b.last, &item{h.Last, c.Inverse})
	return batch{update: c.Update, prev: h.Prev, first: h.First, last: h.Last}, true
}

// drop notes what a batch had held that is not kept.
func (a *remake) drop(b batch, change crdt.Change, code wire.Code) {
	a.history.replace(b.last, nil)
	lost := Taken{Code: code}
	for op := range crdt.Ops(b.update) {
		switch op.Kind {
		case crdt.OpCreate:
			a.gone[op.Object] = true
		case crdt.OpSet:
			lost.Sets = append(lost.Sets, a.set(op))
		}
	}
	for o := range change.Objects() {
		for _, s := range o.Splices {
			if !a.gone[o.ID] {
				a.mirror(o.ID, s.Field).apply(s, false, nil)
			}
			lost.add(o, s)
		}
	}
	a.taken = append(a.taken, lost)
}

func (a *remake) set(op crdt.Op) TakenSet {
	return TakenSet{Object: op.Object, Kind: a.scratch.Kind(op.Object), Field: op.Field, Value: slices.Clone(op.Value)}
}

func (t *Taken) add(o crdt.ObjectChange, s crdt.Splice) {
	if s.Ins != "" {
		t.Texts = append(t.Texts, TakenText{Object: o.ID, Kind: o.Kind, Field: s.Field, Text: s.Ins})
	}
}

// lost reports whether an object of scratch is not in target.
func (a *remake) lost(old crdt.ID) bool {
	return a.gone[old] || !a.target.Known(a.id(old))
}

// reflect makes the mirrors of the texts that a batch may write in, before it
// does.
func (a *remake) reflect(update []byte) {
	for op := range crdt.Ops(update) {
		if op.Kind == crdt.OpInsert || op.Kind == crdt.OpErase {
			a.mirror(op.Object, op.Field)
		}
	}
}

// mirror finds the mirror of a text, or makes one of how the text stands in
// both documents now.
func (a *remake) mirror(old crdt.ID, f crdt.Field) *mirror {
	key := textKey{old, f}
	m := a.texts[key]
	if m == nil {
		from, to := a.scratch.Text(old, f), ""
		if !a.lost(old) {
			to = a.target.Text(a.id(old), f)
		}
		s := splice(f, from, to)
		m = &mirror{}
		m.grow(s.At, inScratch|inTarget)
		m.grow(s.Del, inScratch)
		m.grow(units(s.Ins), inTarget)
		m.grow(units(from)-s.At-s.Del, inScratch|inTarget)
		a.texts[key] = m
	}
	return m
}

func (m *mirror) grow(n int, flags byte) {
	for range n {
		m.units = append(m.units, flags)
	}
}

// mirror holds a flag a UTF-16 unit of a text as it is in scratch and target
// taken together.
type mirror struct{ units []byte }

const (
	inScratch = 1 << iota
	inTarget
)

// apply follows a splice of scratch and, when it is kept, calls erase for
// each run that must go from target and returns where the insertion belongs.
func (m *mirror) apply(s crdt.Splice, kept bool, erase func(at, n int)) (at int) {
	i := 0
	for seen := 0; i < len(m.units) && seen < s.At; i++ {
		if m.units[i]&inScratch != 0 {
			seen++
		}
		if m.units[i]&inTarget != 0 {
			at++
		}
	}
	// What a refused edit had erased is back in target and may stand between
	// the units that go now: hence runs.
	here, run := at, 0
	flush := func() {
		if run > 0 {
			erase(here, run)
			run = 0
		}
	}
	for j, left := i, s.Del; j < len(m.units) && left > 0; j++ {
		u := &m.units[j]
		if *u&inScratch != 0 {
			left--
			*u &^= inScratch
			if kept && *u&inTarget != 0 {
				*u &^= inTarget
				run++
				continue
			}
		}
		if *u&inTarget != 0 {
			flush()
			here++
		}
	}
	flush()
	flags := byte(inScratch)
	if kept {
		flags |= inTarget
	}
	ins := make([]byte, units(s.Ins))
	for k := range ins {
		ins[k] = flags
	}
	m.units = slices.Insert(m.units, i, ins...)
	return at
}

func units(s string) int {
	n := 0
	for _, c := range s {
		n += utf16.RuneLen(c)
	}
	return n
}
