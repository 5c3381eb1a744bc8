package crdt

import "slices"

// A snapshot is a table turned on its side: one column for each kind of number, since neighbours in a column
// resemble each other. Each column is written in whichever of five ways is shortest; on equal length the first.
const (
	columnSame   = iota // one number, for however many rows
	columnPlain         // each number
	columnRuns          // pairs of a number and how often it repeats
	columnNarrow        // width in bits, then each number in so many bits, from the lowest bit on
	columnCode          // Huffman code of the numbers' magnitudes, then each number: its code and its low bits
)

func uvarintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

// appendColumn writes how, then the length in bytes, then the numbers. full asks for at least a bit of input a row,
// for columns whose number of rows decides what a reader allocates. There is at least one number.
func appendColumn(b []byte, vals []uint64, full bool) []byte {
	plain, runs, run := 0, 0, 1
	var top uint64
	for i, v := range vals {
		l := uvarintLen(v)
		plain += l
		top = max(top, v)
		if i+1 < len(vals) && vals[i+1] == v {
			run++
			continue
		}
		runs += l + uvarintLen(uint64(run))
		run = 1
	}
	width := 0
	for top>>width != 0 {
		width++
	}
	width = max(width, 1)
	narrow := 1 + (len(vals)*width+7)/8
	how, size := columnPlain, plain
	if !full {
		if runs < size {
			how, size = columnRuns, runs
		}
		if runs == uvarintLen(vals[0])+uvarintLen(uint64(len(vals))) && slices.Max(vals) == slices.Min(vals) {
			how, size = columnSame, uvarintLen(vals[0])
		}
	}
	if width <= 32 && narrow < size {
		how, size = columnNarrow, narrow
	}
	var counts [256]int
	var lens [256]uint8
	if size > 16 {
		extras := 0
		for _, v := range vals {
			s, n := bucket(v)
			counts[s]++
			extras += n
		}
		lens = codeLengths(&counts)
		if n := codeSize(&counts, &lens) + (extras+7)/8 + 1; n < size {
			w := bitWriter{b: appendCode(nil, &lens)}
			code := codes(&lens)
			for _, v := range vals {
				s, n := bucket(v)
				w.put(uint64(code[s]), int(lens[s]))
				w.put(v&(1<<n-1), n)
			}
			if out := w.flush(); len(out) < size {
				b = append(b, columnCode)
				b = appendUvarint(b, uint64(len(out)))
				return append(b, out...)
			}
		}
	}
	b = append(b, byte(how))
	b = appendUvarint(b, uint64(size))
	switch how {
	case columnSame:
		b = appendUvarint(b, vals[0])
	case columnPlain:
		for _, v := range vals {
			b = appendUvarint(b, v)
		}
	case columnRuns:
		for i := 0; i < len(vals); {
			j := i + 1
			for j < len(vals) && vals[j] == vals[i] {
				j++
			}
			b = appendUvarint(b, vals[i])
			b = appendUvarint(b, uint64(j-i))
			i = j
		}
	case columnNarrow:
		b = append(b, byte(width))
		var acc uint64
		have := 0
		for _, v := range vals {
			acc |= v << have
			have += width
			for have >= 8 {
				b = append(b, byte(acc))
				acc >>= 8
				have -= 8
			}
		}
		if have > 0 {
			b = append(b, byte(acc))
		}
	}
	return b
}

// column reads one column, row by row.
type column struct {
	decoder
	how   int
	value uint64
	left  uint64 // rows left of a run
	acc   uint64
	have  int
	width int
	mask  uint64
	code  *codeTable
}

func (d *decoder) column() column {
	c := column{how: int(d.byte())}
	c.b = d.bytes()
	switch {
	case c.how > columnCode:
		d.fail()
	case len(c.b) == 0:
		d.fail()
	case c.how == columnSame:
		c.value = c.uvarint()
		if c.bad || len(c.b) > 0 {
			d.fail()
		}
	case c.how == columnNarrow:
		c.width = int(c.byte())
		c.mask = 1<<c.width - 1
		if c.width < 1 || c.width > 32 {
			d.fail()
		}
	case c.how == columnCode:
		c.code = new(codeTable)
		if c.decoder.code(c.code); c.bad {
			d.fail()
		}
	}
	return c
}

// fits reports whether n rows can be in the column and take at least a bit of it each.
func (c *column) fits(n int) bool {
	switch c.how {
	case columnPlain:
		return n <= len(c.b)
	case columnNarrow:
		return n*c.width <= 8*len(c.b)
	case columnCode:
		return n <= 8*len(c.b)
	}
	return n == 0
}

// spent reports whether all of the column was read, and read well.
func (c *column) spent() bool {
	return !c.bad && len(c.b) == 0 && c.left == 0 && c.have < 8 && c.acc == 0
}

// next is small enough to stand in its callers: most columns of most maps hold one number.
func (c *column) next() uint64 {
	if c.how == columnSame {
		return c.value
	}
	return c.read()
}

func (c *column) read() uint64 {
	switch c.how {
	case columnCode:
		if c.have < codeBits {
			c.refill()
		}
		e := c.code[c.acc&(1<<codeBits-1)]
		c.acc >>= e >> 8
		if c.have -= int(e >> 8); byte(e) < 16 && c.have >= 0 {
			return uint64(byte(e))
		}
		return c.large(byte(e))
	case columnPlain:
		return c.uvarint()
	case columnRuns:
		if c.left == 0 {
			c.value, c.left = c.uvarint(), c.uvarint()
			if c.left == 0 {
				c.fail()
				return 0
			}
		}
		c.left--
		return c.value
	}
	for c.have < c.width {
		c.acc |= uint64(c.byte()) << c.have
		c.have += 8
	}
	v := c.acc & c.mask
	c.acc >>= c.width
	c.have -= c.width
	return v
}

// large reads what follows a symbol that is not the number itself.
func (c *column) large(sym uint8) uint64 {
	v, extra := bucketBase(sym)
	if extra > counterBits || c.have < 0 {
		c.fail()
		return 0
	}
	for shift := 0; extra > 0; {
		if c.have == 0 {
			if c.refill(); c.have == 0 {
				c.fail()
				return 0
			}
		}
		n := min(extra, c.have)
		v |= c.acc & (1<<n - 1) << shift
		c.acc >>= n
		c.have -= n
		shift += n
		extra -= n
	}
	return v
}

const counterBits = 56 // more than any number of ours has

func (c *column) refill() {
	for c.have <= 48 && len(c.b) > 0 {
		c.acc |= uint64(c.b[0]) << c.have
		c.b = c.b[1:]
		c.have += 8
	}
}

func (c *column) fail() {
	c.decoder.fail()
	c.how = columnPlain
}
