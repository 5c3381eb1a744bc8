package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// The board cases: a note is an object with its place in one register, its size in another, its colour in a third,
// and a text. The key that a stream calls a note by is the harness's; in a document its identity is its name.
const (
	place  crdt.Field = 1
	size   crdt.Field = 2
	color  crdt.Field = 3
	words  crdt.Field = 4
	w1Tail            = 1000 // moves after the version that the delta starts from
)

// A name in a stream is written as its number.
type names []string

func (n *names) number(s string) byte {
	for i, x := range *n {
		if x == s {
			return byte(i)
		}
	}
	*n = append(*n, s)
	return byte(len(*n) - 1)
}

var kinds, colors names

// op is a line of a stream; notes are numbered, so that finding one by its key is outside the clock.
type op struct {
	what       byte
	note       int
	x, y, w, h int
	kind       crdt.Kind
	color      byte
	at, del    int
	text       string
}

type opReader struct {
	byKey map[string]int
	keys  []string
}

func newOpReader() *opReader { return &opReader{byKey: map[string]int{}} }

func (r *opReader) read(fields []any) (op, error) {
	what, _ := fields[0].(string)
	key, _ := fields[1].(string)
	n, known := r.byKey[key]
	if !known {
		n = len(r.keys)
		r.byKey[key] = n
		r.keys = append(r.keys, key)
	}
	num := func(i int) int { return int(fields[i].(float64)) }
	o := op{what: what[0], note: n}
	switch what {
	case "c":
		o.x, o.y, o.w, o.h = num(3), num(4), num(5), num(6)
		o.kind = 1 + crdt.Kind(kinds.number(fields[2].(string)))
		o.color, o.text = colors.number(fields[7].(string)), fields[8].(string)
	case "m":
		o.x, o.y = num(2), num(3)
	case "t":
		o.at, o.del, o.text = num(2), num(3), fields[4].(string)
	case "d":
	default:
		return o, fmt.Errorf("unknown op %q", what)
	}
	return o, nil
}

func pair(buf *[24]byte, a, b int) []byte {
	return binary.AppendVarint(binary.AppendVarint(buf[:0], int64(a)), int64(b))
}

func unpair(b []byte) (int, int) {
	x, n := binary.Varint(b)
	y, _ := binary.Varint(b[n:])
	return int(x), int(y)
}

// do writes one op; ids says which object a note is.
func (o *op) do(e *crdt.Edit, ids []crdt.ID) {
	var buf [24]byte
	switch o.what {
	case 'c':
		id := e.Create(o.kind)
		ids[o.note] = id
		e.Set(id, place, pair(&buf, o.x, o.y))
		e.Set(id, size, pair(&buf, o.w, o.h))
		e.Set(id, color, []byte{o.color})
		e.Insert(id, words, 0, o.text)
	case 'm':
		e.Set(ids[o.note], place, pair(&buf, o.x, o.y))
	case 't':
		if o.del > 0 {
			e.Erase(ids[o.note], words, o.at, o.del)
		}
		if o.text != "" {
			e.Insert(ids[o.note], words, o.at, o.text)
		}
	case 'd':
		e.Delete(ids[o.note])
	}
}

func visible(d *crdt.Document, keys []string, ids []crdt.ID) map[string]any {
	byID := make(map[crdt.ID]string, len(ids))
	for i, id := range ids {
		byID[id] = keys[i]
	}
	board := map[string]any{}
	for k, kind := range kinds {
		for id := range d.All(crdt.Kind(k + 1)) {
			x, y := unpair(d.Get(id, place))
			w, h := unpair(d.Get(id, size))
			board[byID[id]] = map[string]any{
				"kind": kind, "x": x, "y": y, "w": w, "h": h,
				"color": colors[d.Get(id, color)[0]], "text": d.Text(id, words),
			}
		}
	}
	return board
}

func readBoard(d *crdt.Document) {
	sum := 0
	for k := range kinds {
		for id := range d.All(crdt.Kind(k + 1)) {
			x, y := unpair(d.Get(id, place))
			w, h := unpair(d.Get(id, size))
			sum += x + y + w + h + len(d.Get(id, color)) + len(d.Text(id, words))
		}
	}
	if sum < 0 {
		panic("unreachable: keeps the reading")
	}
}

func parseBoard(lines [][]byte) (func() (result, []byte, error), error) {
	in := newOpReader()
	ops := make([]op, len(lines))
	for i, l := range lines {
		var fields []any
		if err := json.Unmarshal(l, &fields); err != nil {
			return nil, err
		}
		o, err := in.read(fields)
		if err != nil {
			return nil, err
		}
		ops[i] = o
	}
	return func() (result, []byte, error) { return playBoard(in, ops) }, nil
}

func playBoard(in *opReader, ops []op) (result, []byte, error) {
	r := result{Edits: len(ops)}
	d := crdt.New()
	ids := make([]crdt.ID, len(in.keys))
	play := func(ops []op) {
		t := time.Now()
		for i := range ops {
			e := d.Edit(1)
			ops[i].do(e, ids)
			r.UpdatesBytes += len(e.Commit().Update)
		}
		r.ApplyMS += ms(time.Since(t))
	}
	split := len(ops) - w1Tail
	play(ops[:split])
	before, version := d.Snapshot(), d.Version()
	play(ops[split:])
	t := time.Now()
	delta := d.Delta(version)
	r.DeltaMS, r.DeltaBytes = ms(time.Since(t)), len(delta)
	old, err := crdt.Load(before)
	if err != nil {
		return r, nil, err
	}
	t = time.Now()
	if _, err := old.Merge(delta); err != nil {
		return r, nil, err
	}
	r.MergeMS = ms(time.Since(t))
	r.Hash = hashOf(visible(d, in.keys, ids))
	same := hashOf(visible(old, in.keys, ids)) == r.Hash && string(old.Snapshot()) == string(d.Snapshot())
	r.Converged = &same
	snapshot, err := r.finish(d, readBoard)
	return r, snapshot, err
}

// parseRounds reads w2: many replicas, each round everyone edits its own copy and then all exchange.
func parseRounds(lines [][]byte) (func() (result, []byte, error), error) {
	in := newOpReader()
	type turn struct {
		round, replica int
		op
	}
	turns := make([]turn, len(lines))
	replicas := 0
	for i, l := range lines {
		var fields []any
		if err := json.Unmarshal(l, &fields); err != nil {
			return nil, err
		}
		o, err := in.read(fields[2:])
		if err != nil {
			return nil, err
		}
		turns[i] = turn{int(fields[0].(float64)), int(fields[1].(float64)), o}
		replicas = max(replicas, turns[i].replica+1)
	}
	return func() (result, []byte, error) {
		r := result{Edits: len(turns)}
		docs := make([]*crdt.Document, replicas)
		for i := range docs {
			docs[i] = crdt.New()
		}
		ids := make([]crdt.ID, len(in.keys))
		out := make([][][]byte, replicas)
		begin := time.Now()
		for i := 0; i < len(turns); {
			round := turns[i].round
			for ; i < len(turns) && turns[i].round == round; i++ {
				t := &turns[i]
				e := docs[t.replica].Edit(crdt.ReplicaID(t.replica + 1))
				t.do(e, ids)
				if u := e.Commit().Update; u != nil {
					out[t.replica] = append(out[t.replica], u)
				}
			}
			sent := make([][]byte, replicas)
			for from := range out {
				if len(out[from]) == 0 {
					continue
				}
				u, err := crdt.Join(out[from]...)
				if err != nil {
					return r, nil, err
				}
				out[from] = out[from][:0]
				r.UpdatesBytes += len(u)
				sent[from] = u
			}
			for to, d := range docs {
				for from, u := range sent {
					if from == to || u == nil {
						continue
					}
					if err := d.Absorb(u); err != nil {
						return r, nil, err
					}
				}
			}
		}
		r.ApplyMS = ms(time.Since(begin))
		same := true
		want := docs[0].Snapshot()
		for _, d := range docs[1:] {
			same = same && string(d.Snapshot()) == string(want)
		}
		r.Converged = &same
		r.Hash = hashOf(visible(docs[0], in.keys, ids))
		d := docs[0]
		docs = nil
		snapshot, err := r.finish(d, readBoard)
		return r, snapshot, err
	}, nil
}
