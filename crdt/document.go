package crdt

import (
	"iter"
	"slices"
)

// Document is one replica's copy of a document. It is not safe for concurrent use, does no I/O, and asks nobody
// for time or randomness. Make one with New or Load.
type Document struct {
	now   uint64 // the highest counter seen of anyone
	peers []*peer
	last  *peer // the peer asked for last: most edits come in runs of one writer
	cut   Version

	table   table     // objects by identity
	objs    []*object // by object.index
	kinds   [256]*kindList
	edit    Edit
	scan    scratch
	reading reading
	stands  map[ID]ID // an own undo's stamp -> the stamp whose value it wrote back, see Edit.Invert

	indexed bool // whether peer.log is kept: from the first Version or Delta on
	epoch   uint32
	marks   []uint32 // by object.index: the epoch of the last walk that met it
	arena   arena
	quiet   bool // nobody asks what changes, see Absorb
}

// peer is what a document knows of one replica.
type peer struct {
	id      ReplicaID
	counter uint64
	log     []touch // which objects it wrote to, in counter order, see touch.go
	swept   int
}

// object is one thing with an identity: registers and texts by field, and whether it still exists. What nearly every
// edit looks at comes first, with the registers right behind it, and an object is four whole lines of the processor's
// cache: a map is larger than that, and a miss costs more than the edit.
type object struct {
	id     ID
	regs   []register // by field; the first ones in room
	wrote  FieldSet   // which fields are texts
	index  uint32
	change uint32 // 1 + its place in the change being gathered
	kind   Kind
	dead   bool
	room   [roomMax]register
	exist  ID      // the last Delete or Restore; zero when there was none
	texts  []*text // by field; the first one in one
	one    [1]*text
	_      [24]byte
}

const roomMax = 3

func newObject(id ID, k Kind) *object {
	o := &object{id: id, kind: k}
	o.regs = o.room[:0]
	return o
}

// register is the value that was written last.
type register struct {
	counter uint64
	replica ReplicaID
	field   Field
	value   []byte
}

func (r *register) stamp() ID { return ID{r.counter, r.replica} }

type kindList struct {
	objs   []*object
	sorted bool
}

// New makes an empty document.
func New() *Document {
	d := &Document{}
	d.edit.d = d
	d.add(&object{})
	return d
}

// Version says what d knows; the result is a copy. Who takes a version means to ask for what is newer some day: from
// the first time on, d notes what is written to, so that Delta need not look for it.
func (d *Document) Version() Version {
	if !d.indexed {
		d.indexTouches()
	}
	return d.version()
}

func (d *Document) version() Version {
	v := make(Version, len(d.peers))
	for _, p := range d.peers {
		if p.counter > 0 {
			v[p.id] = p.counter
		}
	}
	return v
}

// Exists reports whether the object was created and is not deleted.
func (d *Document) Exists(id ID) bool {
	o := d.table.get(id)
	return o != nil && !o.dead
}

// Known reports whether the object was created, perhaps deleted since, and is not forgotten.
func (d *Document) Known(id ID) bool { return d.table.get(id) != nil }

// Kind says what the object was created as; 0 when it is not known.
func (d *Document) Kind(id ID) Kind {
	if o := d.table.get(id); o != nil {
		return o.kind
	}
	return 0
}

// Get returns the value of a register, nil when it was never set. The bytes belong to the document.
func (d *Document) Get(id ID, f Field) []byte {
	if o := d.table.get(id); o != nil {
		if r := o.register(f); r != nil {
			return r.value
		}
	}
	return nil
}

// Object is one object of a document: a way to read several of its registers
// that looks it up once. It holds until the document changes.
type Object struct{ o *object }

// At finds an object; one that is not there has no registers.
func (d *Document) At(id ID) Object { return Object{d.table.get(id)} }

// Get returns the value of a register as Document.Get does.
func (o Object) Get(f Field) []byte {
	if o.o != nil {
		if r := o.o.register(f); r != nil {
			return r.value
		}
	}
	return nil
}

// Stamp says who last set a register, and when; zero when nobody did.
func (d *Document) Stamp(id ID, f Field) ID {
	if o := d.table.get(id); o != nil {
		if r := o.register(f); r != nil {
			return r.stamp()
		}
	}
	return ID{}
}

// Text reads a text.
func (d *Document) Text(id ID, f Field) string {
	if o := d.table.get(id); o != nil {
		if t := o.text(f); t != nil {
			return t.String()
		}
	}
	return ""
}

// TextLen is the length of a text in UTF-16 units.
func (d *Document) TextLen(id ID, f Field) int {
	if o := d.table.get(id); o != nil {
		if t := o.text(f); t != nil {
			return t.units
		}
	}
	return 0
}

// All yields the live objects of a kind in ID order. The document must not be changed meanwhile.
func (d *Document) All(k Kind) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		l := d.kinds[k]
		if l == nil {
			return
		}
		if !l.sorted {
			slices.SortFunc(l.objs, func(a, b *object) int { return a.id.Compare(b.id) })
			l.sorted = true
		}
		for _, o := range l.objs {
			if !o.dead && !yield(o.id) {
				return
			}
		}
	}
}

func (d *Document) add(o *object) {
	o.index = uint32(len(d.objs))
	d.objs = append(d.objs, o)
	d.marks = append(d.marks, 0)
	d.table.put(o)
	l := d.kinds[o.kind]
	if l == nil {
		l = &kindList{sorted: true}
		d.kinds[o.kind] = l
	}
	if n := len(l.objs); n > 0 && o.id.less(l.objs[n-1].id) {
		l.sorted = false
	}
	l.objs = append(l.objs, o)
}

func (d *Document) peer(r ReplicaID) *peer {
	if d.last != nil && d.last.id == r {
		return d.last
	}
	return d.otherPeer(r)
}

func (d *Document) otherPeer(r ReplicaID) *peer {
	i, ok := slices.BinarySearchFunc(d.peers, r, func(p *peer, r ReplicaID) int { return int(int64(p.id) - int64(r)) })
	if !ok {
		d.peers = slices.Insert(d.peers, i, &peer{id: r})
	}
	d.last = d.peers[i]
	return d.last
}

// seen is the highest counter known of r, without making a peer of it.
func (d *Document) seen(r ReplicaID) uint64 {
	if d.last != nil && d.last.id == r {
		return d.last.counter
	}
	i, ok := slices.BinarySearchFunc(d.peers, r, func(p *peer, r ReplicaID) int { return int(int64(p.id) - int64(r)) })
	if !ok {
		return 0
	}
	return d.peers[i].counter
}

func (d *Document) advance(p *peer, to uint64) {
	p.counter = max(p.counter, to)
	d.now = max(d.now, to)
}

// ---- object

func (o *object) register(f Field) *register {
	for i := range o.regs {
		if o.regs[i].field == f {
			return &o.regs[i]
		}
	}
	return nil
}

// slot is register, making the register in field order when it is new.
func (o *object) slot(f Field) *register {
	i := 0
	for ; i < len(o.regs) && o.regs[i].field <= f; i++ {
		if o.regs[i].field == f {
			return &o.regs[i]
		}
	}
	o.regs = slices.Insert(o.regs, i, register{field: f})
	return &o.regs[i]
}

func (o *object) text(f Field) *text {
	if !o.wrote.Has(f) {
		return nil
	}
	for _, t := range o.texts {
		if t.field == f {
			return t
		}
	}
	return nil
}

func (o *object) textSlot(f Field) *text {
	i := 0
	for ; i < len(o.texts) && o.texts[i].field <= f; i++ {
		if o.texts[i].field == f {
			return o.texts[i]
		}
	}
	t := newText(f)
	if o.texts == nil {
		o.texts = o.one[:0]
	}
	o.texts = slices.Insert(o.texts, i, t)
	o.wrote |= 1 << f
	return t
}

// set lets the greater stamp win. An overwritten value leaves nothing behind.
func (o *object) set(f Field, stamp ID, value []byte) bool {
	r := o.slot(f)
	if !r.stamp().less(stamp) {
		return false
	}
	r.counter, r.replica, r.value = stamp.Counter, stamp.Replica, value
	return true
}

// setExist lets the greater stamp win; only Delete and Restore write existence, so a deletion wins over every
// concurrent edit.
func (o *object) setExist(stamp ID, dead bool) bool {
	if !o.exist.less(stamp) {
		return false
	}
	o.exist, o.dead = stamp, dead
	return true
}

// ---- table

// table finds objects by identity: open addressing, at most three quarters full, never iterated.
type table struct {
	slots []*object
	n     int
}

func (id ID) hash() uint64 {
	h := (id.Counter ^ uint64(id.Replica)<<40) * 0x9E3779B97F4A7C15
	return h ^ h>>32
}

func (t *table) get(id ID) *object {
	mask := uint64(len(t.slots) - 1)
	for i := id.hash() & mask; ; i = (i + 1) & mask {
		o := t.slots[i]
		if o == nil || o.id == id {
			return o
		}
	}
}

func (t *table) put(o *object) {
	if (t.n+1)*4 > len(t.slots)*3 {
		t.grow(max(8, 2*len(t.slots)))
	}
	mask := uint64(len(t.slots) - 1)
	i := o.id.hash() & mask
	for t.slots[i] != nil {
		i = (i + 1) & mask
	}
	t.slots[i] = o
	t.n++
}

// grow makes room for size slots, a power of two.
func (t *table) grow(size int) {
	old := t.slots
	t.slots, t.n = make([]*object, size), 0
	for _, o := range old {
		if o != nil {
			t.put(o)
		}
	}
}

// ---- arena

// arena hands out small slices cut from larger ones, since one edit makes several small things that live about
// equally long. What is handed out is never used again for anything else.
type arena struct {
	bytes   []byte
	updates []byte
	objects []ObjectChange
	splices []Splice
	steps   []step
}

// begin lends what is left of a chunk to append to, a new chunk when less than need is left. Who outgrows it simply
// has memory of their own.
func begin[T any](a *[]T, need, chunk int) []T {
	if cap(*a) < need {
		*a = make([]T, 0, chunk)
	}
	return (*a)[:0]
}

// end keeps what was appended and takes the rest of the chunk back.
func end[T any](a *[]T, s []T) []T {
	n := len(s)
	if cap(s) == cap(*a) { // it has not outgrown the chunk
		*a = s[n:n]
	}
	return s[:n:n]
}

func (a *arena) copyBytes(b []byte) []byte {
	if len(b) > 64 {
		return append(make([]byte, 0, len(b)), b...)
	}
	return end(&a.bytes, append(begin(&a.bytes, len(b), 512), b...))
}
