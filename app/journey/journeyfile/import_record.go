package journeyfile

import (
	"math"
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// A record reads the members of one object and remembers which the model has
// taken; the others are its extra.
type record struct {
	w     *walk
	n     *node
	path  string
	taken map[string]bool
}

func (w *walk) record(n *node, path string) *record {
	if n.kind != object {
		w.problem(n, path, "type", object.String(), n.kind.String())
		return nil
	}
	return &record{w, n, path, map[string]bool{}}
}

func (r *record) at(key string) string {
	if r.path == "" {
		return key
	}
	return r.path + "." + key
}

// member finds a value of the wanted kind; one that says nothing is left to extra.
func (r *record) member(key string, want kind) *node {
	n := r.n.get(key)
	if n == nil || n.kind == null {
		return nil
	}
	if n.kind != want {
		r.w.problem(n, r.at(key), "type", want.String(), n.kind.String())
		return nil
	}
	if n.empty() {
		return nil
	}
	r.taken[key] = true
	return n
}

const (
	stringBytesMax = 32 << 10
	textBytesMax   = 32 << 10
)

func (r *record) str(key string) string {
	n := r.member(key, text)
	if n == nil {
		return ""
	}
	if len(n.text) > stringBytesMax {
		r.w.problem(n, r.at(key), "too_long", strconv.Itoa(stringBytesMax>>10))
		return ""
	}
	return n.text
}

func (r *record) need(key string) string {
	s := r.str(key)
	if n := r.n.get(key); s == "" && (n == nil || n.kind == null || n.kind == text) {
		r.w.problem(r.n, r.at(key), "missing")
	}
	return s
}

func (r *record) oneOf(key string, allowed ...string) string {
	s := r.str(key)
	if s != "" && !slices.Contains(allowed, s) {
		r.w.problem(r.n.get(key), r.at(key), "not_one_of", s, join(allowed))
		return ""
	}
	return s
}

func join(list_ []string) string {
	out := ""
	for i, s := range list_ {
		if i > 0 {
			out += ", "
		}
		out += s
	}
	return out
}

func (r *record) date(key string) string {
	s := r.str(key)
	if s == "" || journey.ValidDate(s) {
		return s
	}
	r.w.problem(r.n.get(key), r.at(key), "not_a_date", s)
	return ""
}

func (r *record) number(key string, low, high float64) (float64, bool) {
	n := r.member(key, number)
	if n == nil {
		return 0, false
	}
	return r.inRange(n, r.at(key), low, high)
}

func (r *record) inRange(n *node, path string, low, high float64) (float64, bool) {
	v, err := strconv.ParseFloat(n.text, 64)
	if err != nil || v < low || v > high {
		r.w.problem(n, path, "out_of_range", n.text, format(low), format(high))
		return 0, false
	}
	return v, true
}

func format(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (r *record) whole(key string, low, high float64) int {
	v, _ := r.number(key, low, high)
	if v != math.Trunc(v) {
		r.w.problem(r.n.get(key), r.at(key), "not_whole", format(v))
	}
	if v == 0 {
		delete(r.taken, key) // the model reads zero as unset
	}
	return int(v)
}

func (r *record) boolean(key string) (value, said bool) {
	n := r.member(key, boolean)
	return n != nil && n.text == "true", n != nil
}

func (r *record) strs(key string) []string { return r.list(key, false) }

// list is a list of strings, of which some may be blank where blanks are let be.
func (r *record) list(key string, blanks bool) []string {
	n := r.member(key, list)
	if n == nil {
		return nil
	}
	var out []string
	for i, item := range n.items {
		if item.kind == text && item.text == "" && !blanks {
			r.w.problem(item, r.at(key)+"["+strconv.Itoa(i)+"]", "missing")
			continue
		}
		if item.kind != text {
			r.w.problem(item, r.at(key)+"["+strconv.Itoa(i)+"]", "type", text.String(), item.kind.String())
			continue
		}
		out = append(out, item.text)
	}
	if len(journey.Lines(out)) > stringBytesMax {
		r.w.problem(n, r.at(key), "too_long", strconv.Itoa(stringBytesMax>>10))
		return nil
	}
	return out
}

func (r *record) each(key string, do func(*record)) {
	n := r.member(key, list)
	if n == nil {
		return
	}
	for i, item := range n.items {
		if sub := r.w.record(item, r.at(key)+"["+strconv.Itoa(i)+"]"); sub != nil {
			do(sub)
		}
	}
}

func (r *record) sub(key string) *record {
	if n := r.member(key, object); n != nil {
		return r.w.record(n, r.at(key))
	}
	return nil
}

func (r *record) ref(key string, kind crdt.Kind) crdt.ID {
	s := r.str(key)
	if s == "" {
		return crdt.ID{}
	}
	return r.w.find(r.n.get(key), r.at(key), kind, s)
}

func (w *walk) find(n *node, path string, kind crdt.Kind, s string) crdt.ID {
	id, ok := w.ids[kind][s]
	if !ok && kind == journey.KindChannel {
		id = w.channels[journey.Fold(s)]
		ok = !id.IsZero()
	}
	if !ok {
		w.problem(n, path, "unknown_reference", s)
	}
	return id
}

func (r *record) refs(key string, kind crdt.Kind) []crdt.ID {
	var out []crdt.ID
	seen := map[string]bool{}
	for i, s := range r.strs(key) {
		item, path := r.n.get(key).items[i], r.at(key)+"["+strconv.Itoa(i)+"]"
		if seen[s] {
			r.w.problem(item, path, "twice", s)
			continue
		}
		seen[s] = true
		id := r.w.find(item, path, kind, s)
		if slices.Contains(out, id) && !id.IsZero() {
			r.w.problem(item, path, "twice", s)
			continue
		}
		out = append(out, id)
	}
	return out
}

// made notes which object a record became.
func (r *record) made(kind crdt.Kind, id crdt.ID, needed bool) {
	s := r.str("id")
	if needed {
		s = r.need("id")
	}
	if s == "" {
		return
	}
	if r.w.ids[kind] == nil {
		r.w.ids[kind] = map[string]crdt.ID{}
	}
	if _, twice := r.w.ids[kind][s]; twice {
		r.w.problem(r.n.get("id"), r.at("id"), "id_twice", s)
	}
	r.w.ids[kind][s] = id
	r.w.e.Set(id, journey.FieldExternal, []byte(s))
}

// extra keeps what the model did not take. Nested objects that were read in part
// come in subs.
func (r *record) extra(subs map[string]*record) *node {
	rest := &node{kind: object}
	for _, m := range r.n.members {
		if sub := subs[m.key]; sub != nil {
			rest.add(m.key, sub.extra(nil))
		} else if !r.taken[m.key] {
			rest.members = append(rest.members, m)
		}
	}
	return rest
}

func (r *record) keep(id crdt.ID, f crdt.Field, subs map[string]*record) {
	rest := r.extra(subs)
	if rest.empty() {
		return
	}
	b := rest.print(nil, -1)
	if len(b) > 60<<10 {
		r.w.problem(r.n, r.path, "too_long", "60")
		return
	}
	r.w.e.Set(id, f, b)
}

// set writes a register that was said, even where it says zero or no.
func (r *record) set(id crdt.ID, f crdt.Field, value []byte, said bool) {
	if said {
		r.w.e.Set(id, f, value)
	}
}

func (r *record) write(id crdt.ID, f crdt.Field, key string) {
	if s := r.str(key); s != "" {
		r.w.e.Set(id, f, []byte(s))
	}
}

func (r *record) insert(id crdt.ID, f crdt.Field, key string) {
	if s := r.str(key); s != "" {
		r.w.e.Insert(id, f, 0, s)
	}
}

func (r *record) figure(id crdt.ID, f crdt.Field, key string, low, high float64) {
	v, said := r.number(key, low, high)
	r.set(id, f, journey.NumberBytes(v), said)
}

func (r *record) flag(id crdt.ID, f crdt.Field, key string) {
	v, said := r.boolean(key)
	r.set(id, f, journey.BoolBytes(v), said)
}

func (r *record) lines(id crdt.ID, f crdt.Field, key string) {
	if list := r.strs(key); len(list) > 0 {
		r.w.e.Insert(id, f, 0, journey.Lines(list))
	}
}

func (r *record) name(id crdt.ID) {
	r.write(id, journey.FieldName, "name")
	r.write(id, journey.FieldNameJA, "name_ja")
	r.write(id, journey.FieldNameEN, "name_en")
}
