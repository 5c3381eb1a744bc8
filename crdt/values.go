package crdt

import (
	"bytes"
	"slices"
)

// appendText writes text as it is, or in a Huffman code.
func appendText(b, text []byte) []byte {
	b = appendUvarint(b, uint64(len(text)))
	if len(text) > 64 {
		if out := appendHuffman(nil, text); len(out) < len(text) {
			b = appendUvarint(append(b, textCoded), uint64(len(out)))
			return append(b, out...)
		}
	}
	return append(append(b, textPlain), text...)
}

const (
	textPlain = iota
	textCoded
)

func (d *decoder) text() []byte {
	n := d.uvarint()
	switch d.byte() {
	case textPlain:
		return slices.Clone(d.take(n))
	case textCoded:
		in := decoder{b: d.bytes()}
		if n <= uint64(8*len(in.b)) {
			if out := in.huffman(int(n)); !in.bad {
				return out
			}
		}
	}
	d.fail()
	return nil
}

// Values of a register field are written one after the other, or as a short table of the distinct ones and which
// one each row has.
const (
	valuesPlain = iota
	valuesTable
)

const tableMax = 64

func appendValues(b []byte, lens []uint64, vals []byte) []byte {
	var table [][]byte
	index := make([]uint64, 0, len(lens))
	at, size := 0, 0
	for _, n := range lens {
		v := vals[at : at+int(n)]
		at += int(n)
		i := slices.IndexFunc(table, func(x []byte) bool { return bytes.Equal(x, v) })
		if i < 0 {
			if i = len(table); i == tableMax {
				table = nil
				break
			}
			table = append(table, v)
			size += len(v) + 1
		}
		index = append(index, uint64(i))
	}
	if table != nil && size+len(lens) < len(vals)+len(lens)/2 {
		b = append(b, valuesTable)
		b = appendUvarint(b, uint64(len(table)))
		for _, v := range table {
			b = appendUvarint(b, uint64(len(v)))
			b = append(b, v...)
		}
		return appendColumn(b, index, true)
	}
	b = append(b, valuesPlain)
	b = appendColumn(b, lens, len(lens) > 0 && slices.Min(lens) == 0) // an empty value must cost something too
	b = appendUvarint(b, uint64(len(vals)))
	return append(b, vals...)
}

// values reads what appendValues wrote, value by value: a table and numbers in it, or lengths and one piece of bytes.
// What next returns is a part of blob or of the table, and belongs to the document.
type values struct {
	table [][]byte
	lens  column
	blob  []byte
}

func (d *decoder) values(rows int) values {
	var v values
	switch d.byte() {
	case valuesTable:
		n := d.count(1)
		if n > tableMax || n == 0 {
			d.fail()
			return v
		}
		v.table = make([][]byte, n)
		for i := range v.table {
			v.table[i] = slices.Clone(d.bytes())
		}
		v.lens = d.column()
		if !v.lens.fits(rows) {
			d.fail()
		}
	case valuesPlain:
		v.lens = d.column()
		v.blob = slices.Clone(d.bytes())
		if v.lens.fits(rows) {
			break
		}
		// Then every row has bytes of its own.
		if v.lens.how == columnSame && v.lens.value == 0 || rows > len(v.blob) {
			d.fail()
		}
	default:
		d.fail()
	}
	return v
}

func (v *values) next() []byte {
	n := v.lens.next()
	if v.table != nil {
		if n >= uint64(len(v.table)) {
			v.lens.fail()
			v.lens.bad = true
			return nil
		}
		return v.table[n]
	}
	if n > uint64(len(v.blob)) || n > valueBytesMax {
		v.lens.fail()
		return nil
	}
	s := v.blob[:n:n]
	v.blob = v.blob[n:]
	return s
}
