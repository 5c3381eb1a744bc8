package crdt

import (
	"math/bits"
	"slices"
)

// Columns of small numbers, and text, are written in a Huffman code where that is shorter: canonical, so that only
// the lengths of the codes are told, and none longer than codeBits, so that one look into a table decodes a
// symbol. Symbols are bytes. Everything about it is decided by the counts of the symbols alone: equal content has
// equal bytes.
const codeBits = 12

// codeLengths finds the length of each symbol's code; zero for symbols that do not occur.
func codeLengths(counts *[256]int) (lens [256]uint8) {
	type node struct {
		weight      int
		left, right int // nodes; leaves have their symbol in left and -1 in right
	}
	weights := *counts
	for {
		var nodes []node
		for s, n := range weights {
			if n > 0 {
				nodes = append(nodes, node{n, s, -1})
			}
		}
		leaves := len(nodes)
		if leaves == 0 {
			return
		}
		if leaves == 1 {
			lens[nodes[0].left] = 1
			return
		}
		slices.SortStableFunc(nodes, func(a, b node) int { return a.weight - b.weight })
		// Two queues: leaves by weight, and inner nodes, which are made in order of weight.
		li, ii := 0, leaves
		take := func() int {
			if li < leaves && (ii >= len(nodes) || nodes[li].weight <= nodes[ii].weight) {
				li++
				return li - 1
			}
			ii++
			return ii - 1
		}
		for range leaves - 1 {
			a, b := take(), take()
			nodes = append(nodes, node{nodes[a].weight + nodes[b].weight, a, b})
		}
		depth := make([]uint8, len(nodes))
		deepest := uint8(0)
		for i := len(nodes) - 1; i >= leaves; i-- {
			depth[nodes[i].left], depth[nodes[i].right] = depth[i]+1, depth[i]+1
		}
		for i := range leaves {
			lens[nodes[i].left] = depth[i]
			deepest = max(deepest, depth[i])
		}
		if deepest <= codeBits {
			return
		}
		for s, n := range weights { // flatter weights give a flatter tree
			if n > 0 {
				weights[s] = n/4 + 1
			}
		}
	}
}

// codes assigns canonical codes, bits reversed since the stream begins with the lowest bit.
func codes(lens *[256]uint8) (out [256]uint16) {
	var next [codeBits + 2]int
	for _, l := range lens {
		if l > 0 {
			next[l+1]++
		}
	}
	code := 0
	for l := 1; l <= codeBits; l++ {
		code = (code + next[l]) << 1
		next[l] = code
	}
	// next[l] is now the first code of length l: those of length l-1, plus one more bit.
	for s, l := range lens {
		if l > 0 {
			out[s] = bits.Reverse16(uint16(next[l])) >> (16 - l)
			next[l]++
		}
	}
	return
}

// bitWriter appends bits, the lowest first.
type bitWriter struct {
	b    []byte
	acc  uint64
	have int
}

func (w *bitWriter) put(v uint64, n int) {
	for n > 32 {
		w.put(v&(1<<32-1), 32)
		v >>= 32
		n -= 32
	}
	w.acc |= v << w.have
	w.have += n
	for w.have >= 8 {
		w.b = append(w.b, byte(w.acc))
		w.acc >>= 8
		w.have -= 8
	}
}

func (w *bitWriter) flush() []byte {
	if w.have > 0 {
		w.b = append(w.b, byte(w.acc))
	}
	return w.b
}

// appendCode writes which symbols there are and how long their codes are.
func appendCode(b []byte, lens *[256]uint8) []byte {
	var syms []int
	for s, l := range lens {
		if l > 0 {
			syms = append(syms, s)
		}
	}
	b = append(b, byte(len(syms)-1))
	prev := -1
	for _, s := range syms {
		b = append(b, byte(s-prev-1))
		prev = s
	}
	w := bitWriter{b: b}
	for _, s := range syms {
		w.put(uint64(lens[s]), 4)
	}
	return w.flush()
}

func codeSize(counts *[256]int, lens *[256]uint8) (bytes int) {
	n, total := 0, 0
	for s, c := range counts {
		if c > 0 {
			n++
			total += c * int(lens[s])
		}
	}
	return 1 + n + (4*n+7)/8 + (total+7)/8
}

// appendHuffman writes the code, then the content.
func appendHuffman(b, content []byte) []byte {
	var counts [256]int
	for _, s := range content {
		counts[s]++
	}
	lens := codeLengths(&counts)
	b = appendCode(b, &lens)
	code := codes(&lens)
	w := bitWriter{b: b}
	for _, s := range content {
		w.put(uint64(code[s]), int(lens[s]))
	}
	return w.flush()
}

// codeTable decodes: by the next codeBits bits, the symbol and in the high byte how long its code was.
type codeTable [1 << codeBits]uint16

// code reads what appendCode wrote. Every bit pattern must be the beginning of exactly one code.
func (d *decoder) code(t *codeTable) {
	n := int(d.byte()) + 1
	var lens [256]uint8
	syms := make([]uint8, n)
	prev := -1
	for i := range syms {
		if prev += int(d.byte()) + 1; prev > 255 {
			d.fail()
			return
		}
		syms[i] = uint8(prev)
	}
	packed := d.take(uint64(4*n+7) / 8)
	if d.bad {
		return
	}
	room := 0
	for i, s := range syms {
		l := packed[i/2] >> (4 * (i & 1)) & 15
		if l == 0 || l > codeBits {
			d.fail()
			return
		}
		lens[s] = l
		room += 1 << (codeBits - l)
	}
	if n%2 == 1 && packed[n/2]>>4 != 0 || room > 1<<codeBits || room < 1<<codeBits && n > 1 {
		d.fail()
		return
	}
	for s, c := range codes(&lens) {
		if l := lens[s]; l > 0 {
			for i := int(c); i < 1<<codeBits; i += 1 << l {
				t[i] = uint16(l)<<8 | uint16(s)
			}
		}
	}
	if n == 1 { // its other half stands for nothing
		for i := range t {
			t[i] = uint16(1)<<8 | uint16(syms[0])
		}
	}
}

// pairTable decodes text: by the next codeBits bits, one symbol or two. From the low byte on: how long the codes are
// together, the first symbol, the second, and how many symbols there are. Codes of letters are short, so that most
// looks give two. Each look waits for the one before to say how far to go: the length lies where a shift takes it from.
type pairTable [1 << codeBits]uint32

func (p *pairTable) fill(t *codeTable) {
	for i, e := range t {
		first := int(e >> 8)
		next := t[i>>first]
		if both := first + int(next>>8); both <= codeBits {
			p[i] = uint32(both) | uint32(byte(e))<<8 | uint32(byte(next))<<16 | 2<<24
		} else {
			p[i] = uint32(first) | uint32(byte(e))<<8 | 1<<24
		}
	}
}

// huffman decodes n symbols, which must take all of in.
func (d *decoder) huffman(n int) []byte {
	var t codeTable
	d.code(&t)
	if d.bad || n > 8*len(d.b) {
		d.fail()
		return nil
	}
	out := make([]byte, n)
	in := d.b
	var acc uint64
	have := 0
	i := 0
	if n > 1<<codeBits { // shorter texts are read sooner than the table is filled
		var pairs pairTable
		pairs.fill(&t)
		for i+8 <= n && len(in) >= 8 {
			acc |= littleEndian(in) << have
			in = in[(63-have)>>3:]
			have |= 56
			for range 4 {
				e := pairs[acc&(1<<codeBits-1)]
				acc >>= e & 63
				out[i], out[i+1] = byte(e>>8), byte(e>>16)
				have -= int(e & 63)
				i += int(e >> 24)
			}
		}
	}
	for ; i < n; i++ {
		for have < codeBits && len(in) > 0 {
			acc |= uint64(in[0]) << have
			in = in[1:]
			have += 8
		}
		e := t[acc&(1<<codeBits-1)]
		out[i] = byte(e)
		acc >>= e >> 8
		if have -= int(e >> 8); have < 0 {
			d.fail()
			return nil
		}
	}
	if len(in) > 0 || have >= 8 || acc != 0 {
		d.fail()
		return nil
	}
	d.b = nil
	return out
}

// littleEndian reads eight bytes; encoding/binary would bring reflect into the client.
func littleEndian(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// ---- numbers

// bucket gives the symbol of a number and how many bits of it follow the symbol: numbers below 16 are symbols
// themselves, above there are four symbols for each power of two.
func bucket(v uint64) (sym uint8, extra int) {
	if v < 16 {
		return uint8(v), 0
	}
	e := bits.Len64(v)
	return uint8(16 + (e-5)*4 + int(v>>(e-3)&3)), e - 3
}

func bucketBase(sym uint8) (base uint64, extra int) {
	if sym < 16 {
		return uint64(sym), 0
	}
	e := int(sym-16)/4 + 5
	return (4 + uint64(sym-16)&3) << (e - 3), e - 3
}
