package crdt

// OrderBetween returns a key that sorts strictly between a and b, bytewise. A nil a is before all, a nil b after
// all. Where there is no room, because b does not sort after a or was not made here, the key follows a. Keys made
// by different replicas for the same gap differ, and never end in a zero byte, so there is always room before one.
//
// A key is a fraction, digit by digit in base 256, and then the replica's digits. Appending and prepending step by
// one, so that a list built in order has short keys; insertion again and again at one spot halves what is left and
// costs a byte for every eight. OrderLong says when it is time for fresh keys from OrderSpread.
func OrderBetween(a, b []byte, r ReplicaID) []byte {
	return append(between(a, b), orderSuffix(r)...)
}

func orderSuffix(r ReplicaID) []byte {
	s := []byte{byte(r%255) + 1}
	for r /= 255; r > 0; r /= 255 {
		s = append(s, byte(r%255)+1)
	}
	return s
}

// between makes a key that differs from b in a digit that is smaller, so that whatever is appended to it stays
// below b.
func between(a, b []byte) []byte {
	if b == nil || string(a) >= string(b) {
		return follow(a, 1)
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	k := append([]byte{}, b[:i]...)
	if i < len(a) {
		if x, y := a[i], b[i]; y-x >= 2 {
			return append(k, x+(y-x)/2)
		}
		return append(append(k, a[i]), follow(a[i+1:], 2)...)
	}
	// a is the beginning of b: go below b's next digit that is not zero.
	step := byte(2)
	if a == nil {
		step = 0 // prepending
	}
	for ; i < len(b); i++ {
		switch y := b[i]; {
		case y >= 2 && step == 0:
			return append(k, y-1)
		case y >= 2:
			return append(k, y/2)
		case y == 1:
			return append(k, 0, 0x80)
		}
		k = append(k, 0)
	}
	return follow(a, 1)
}

// follow makes a key above a: 1 goes to the next digit, 2 half way to the end.
func follow(a []byte, how byte) []byte {
	k := []byte{}
	for _, x := range a {
		if x < 0xFF {
			if how == 1 {
				return append(k, x+1)
			}
			return append(k, x+(0xFF-x)/2+1)
		}
		k = append(k, x)
	}
	return append(k, 0x80)
}

const orderKeyMax = 24

// OrderLong reports whether a key has grown so long that its list should be given fresh ones, as an ordinary edit.
func OrderLong(key []byte) bool { return len(key) > orderKeyMax }

// OrderSpread returns n ascending keys, evenly apart.
func OrderSpread(n int, r ReplicaID) [][]byte {
	keys := make([][]byte, n)
	for i := range keys {
		v := uint64(i+1) * (1<<24 - 1) / uint64(n+1)
		keys[i] = append([]byte{byte(v >> 16), byte(v >> 8), byte(v)}, orderSuffix(r)...)
	}
	return keys
}
