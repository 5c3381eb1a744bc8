package crdt

// counterMax bounds stamps so that no arithmetic on them can wrap and JavaScript can hold them.
const counterMax = 1 << 53

func appendUvarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// decoder reads from the front of b. After the first fault bad stays set and everything read is zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) uvarint() uint64 {
	if len(d.b) > 0 && d.b[0] < 0x80 {
		v := d.b[0]
		d.b = d.b[1:]
		return uint64(v)
	}
	return d.uvarintLong()
}

func (d *decoder) uvarintLong() uint64 {
	var v uint64
	for i, c := range d.b {
		if i == 10 || i == 9 && c > 1 {
			break
		}
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if i > 0 && c == 0 { // one number has one encoding, or equal states could have unequal bytes
				break
			}
			d.b = d.b[i+1:]
			return v
		}
	}
	d.fail()
	return 0
}

func (d *decoder) fail() { d.b, d.bad = nil, true }

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

// count reads how many items follow when each takes at least min bytes, so that no count can make us allocate
// more than its bytes could fill.
func (d *decoder) count(min int) int {
	n := d.uvarint()
	if n > uint64(len(d.b)/min) {
		d.fail()
		return 0
	}
	return int(n)
}

// bytes reads a length and that many bytes; the result aliases the input.
func (d *decoder) bytes() []byte { return d.take(d.uvarint()) }

func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	s := d.b[:n:n]
	d.b = d.b[n:]
	return s
}

func (d *decoder) replica() ReplicaID {
	r := d.uvarint()
	if r > 1<<32-1 {
		d.fail()
		return 0
	}
	return ReplicaID(r)
}

func (d *decoder) counter() uint64 {
	c := d.uvarint()
	if c > counterMax {
		d.fail()
		return 0
	}
	return c
}

// id reads what appendID wrote: the replica, then the counter unless the replica is nobody.
func (d *decoder) id() ID {
	r := d.replica()
	if r == 0 {
		return ID{}
	}
	c := d.counter()
	if c == 0 {
		d.fail()
	}
	return ID{c, r}
}

func appendID(b []byte, id ID) []byte {
	b = appendUvarint(b, uint64(id.Replica))
	if id.Replica != 0 {
		b = appendUvarint(b, id.Counter)
	}
	return b
}
