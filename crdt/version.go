package crdt

import "slices"

// Version says how much of a document is known: the highest counter seen of each replica.
type Version map[ReplicaID]uint64

// Clone copies v.
func (v Version) Clone() Version {
	c := make(Version, len(v))
	for r, n := range v {
		c[r] = n
	}
	return c
}

// Covers reports whether everything in w is also in v.
func (v Version) Covers(w Version) bool {
	for r, n := range w {
		if v[r] < n {
			return false
		}
	}
	return true
}

// Equal reports whether v and w know the same.
func (v Version) Equal(w Version) bool { return v.Covers(w) && w.Covers(v) }

// Append encodes v to dst: a count, then replica and counter of each, by replica. Zero counters are left out.
func (v Version) Append(dst []byte) []byte {
	rs := v.replicas()
	dst = appendUvarint(dst, uint64(len(rs)))
	for _, r := range rs {
		dst = appendUvarint(dst, uint64(r))
		dst = appendUvarint(dst, v[r])
	}
	return dst
}

// DecodeVersion reads what Append wrote from the start of b and returns what follows it.
func DecodeVersion(b []byte) (Version, []byte, error) {
	d := decoder{b: b}
	v := d.version()
	if d.bad {
		return nil, nil, refuse(ErrDamaged, "version")
	}
	return v, d.b, nil
}

func (v Version) replicas() []ReplicaID {
	rs := make([]ReplicaID, 0, len(v))
	for r, n := range v {
		if n != 0 {
			rs = append(rs, r)
		}
	}
	slices.Sort(rs)
	return rs
}

func (d *decoder) version() Version {
	n := d.count(2)
	v := make(Version, n)
	var last uint64
	for range n {
		r, c := d.uvarint(), d.uvarint()
		if r <= last || r > 1<<32-1 || c == 0 || c > counterMax {
			d.bad = true
		}
		if d.bad {
			return nil
		}
		last, v[ReplicaID(r)] = r, c
	}
	return v
}
