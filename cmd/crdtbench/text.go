package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tabi-map/tabi/crdt"
)

// The text cases write into one text of the root object.
var (
	root  crdt.ID
	plain crdt.Field = 1
)

type patch struct {
	at, del int
	ins     string
}

func (p *patch) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.at, &p.del, &p.ins})
}

type trace struct {
	Kind         string
	StartContent string
	EndContent   string
	NumAgents    int
	Txns         []struct {
		Parents []int
		Agent   int
		Patches []patch
	}
}

func write(e *crdt.Edit, patches []patch) {
	for _, p := range patches {
		if p.del > 0 {
			e.Erase(root, plain, p.at, p.del)
		}
		if p.ins != "" {
			e.Insert(root, plain, p.at, p.ins)
		}
	}
}

func parseTrace(data []byte) (func() (result, []byte, error), error) {
	var t trace
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, err
	}
	if t.Kind == "concurrent" {
		return func() (result, []byte, error) { return t.merge() }, nil
	}
	edits := make([][]patch, len(t.Txns))
	for i := range t.Txns {
		edits[i] = t.Txns[i].Patches
	}
	return func() (result, []byte, error) { return typeText(t.StartContent, edits, &t.EndContent) }, nil
}

func parseText(lines [][]byte) (func() (result, []byte, error), error) {
	edits := make([][]patch, len(lines))
	for i, l := range lines {
		edits[i] = make([]patch, 1)
		if err := json.Unmarshal(l, &edits[i][0]); err != nil {
			return nil, err
		}
	}
	return func() (result, []byte, error) { return typeText("", edits, nil) }, nil
}

// typeText replays one person's editing.
func typeText(start string, edits [][]patch, want *string) (result, []byte, error) {
	r := result{Edits: len(edits)}
	d := crdt.New()
	if start != "" {
		e := d.Edit(1)
		e.Insert(root, plain, 0, start)
		e.Commit()
	}
	t := time.Now()
	for _, ps := range edits {
		e := d.Edit(1)
		write(e, ps)
		r.UpdatesBytes += len(e.Commit().Update)
	}
	r.ApplyMS = ms(time.Since(t))
	got := d.Text(root, plain)
	if want != nil && got != *want {
		return r, nil, fmt.Errorf("the text is wrong")
	}
	r.Hash = hashOf(got)
	snapshot, err := r.finish(d, readText)
	return r, snapshot, err
}

func readText(d *crdt.Document) { _ = d.Text(root, plain) }

// merge replays a concurrent trace: each agent writes in its own document, having merged what it knew then; the
// clock runs while one fresh document merges all transactions one by one.
func (t *trace) merge() (result, []byte, error) {
	r := result{Edits: len(t.Txns)}
	docs := make([]*crdt.Document, t.NumAgents)
	known := make([]map[int]bool, t.NumAgents)
	for i := range docs {
		docs[i], known[i] = crdt.New(), map[int]bool{}
	}
	updates := make([][]byte, len(t.Txns))
	for i := range t.Txns {
		x := &t.Txns[i]
		var need []int
		for stack := slices.Clone(x.Parents); len(stack) > 0; {
			p := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !known[x.Agent][p] {
				known[x.Agent][p] = true
				need = append(need, p)
				stack = append(stack, t.Txns[p].Parents...)
			}
		}
		slices.Sort(need)
		for _, p := range need {
			if t.Txns[p].Agent != x.Agent && updates[p] != nil {
				if _, err := docs[x.Agent].Merge(updates[p]); err != nil {
					return r, nil, err
				}
			}
		}
		known[x.Agent][i] = true
		e := docs[x.Agent].Edit(crdt.ReplicaID(x.Agent + 1))
		write(e, x.Patches)
		updates[i] = e.Commit().Update
		r.UpdatesBytes += len(updates[i])
	}
	d := crdt.New()
	begin := time.Now()
	for _, u := range updates {
		if u != nil {
			if _, err := d.Merge(u); err != nil {
				return r, nil, err
			}
		}
	}
	r.ApplyMS = ms(time.Since(begin))
	r.MergeMS = r.ApplyMS
	got := d.Text(root, plain)
	same := got == t.EndContent
	r.Converged = &same
	r.Hash = hashOf(got)
	snapshot, err := r.finish(d, readText)
	return r, snapshot, err
}

// parseTwo reads a case of two people who write at once and then exchange everything.
func parseTwo(lines [][]byte) (func() (result, []byte, error), error) {
	var common patch
	var edits [2][]patch
	for i, l := range lines {
		var who int
		var p patch
		if err := json.Unmarshal(l, &[]any{&who, &p.at, &p.del, &p.ins}); err != nil {
			return nil, err
		}
		if i == 0 {
			common = p
			continue
		}
		edits[who] = append(edits[who], p)
	}
	return func() (result, []byte, error) {
		r := result{Edits: len(lines)}
		docs := [2]*crdt.Document{crdt.New(), crdt.New()}
		e := docs[0].Edit(1)
		write(e, []patch{common})
		if _, err := docs[1].Merge(e.Commit().Update); err != nil {
			return r, nil, err
		}
		var updates [2][][]byte
		t := time.Now()
		for who, ps := range edits {
			for i := range ps {
				e := docs[who].Edit(crdt.ReplicaID(who + 1))
				write(e, ps[i:i+1])
				u := e.Commit().Update
				r.UpdatesBytes += len(u)
				updates[who] = append(updates[who], u)
			}
		}
		m := time.Now()
		for who, us := range updates {
			for _, u := range us {
				if u == nil {
					continue
				}
				if _, err := docs[1-who].Merge(u); err != nil {
					return r, nil, err
				}
			}
		}
		r.ApplyMS, r.MergeMS = ms(time.Since(t)), ms(time.Since(m))
		got := docs[0].Text(root, plain)
		same := got == docs[1].Text(root, plain)
		r.Converged = &same
		r.Hash = hashOf(got)
		snapshot, err := r.finish(docs[0], readText)
		return r, snapshot, err
	}, nil
}
