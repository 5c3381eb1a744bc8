package main

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// dropLines blanks, in a wasm program made by Go, the tables that tell the file and line of each
// instruction and the names of all functions but main's and those below the module own, which are
// told without its path; and gives the program back, as long as it was. Only traces read them.
// They are most of what pclntab holds and hardly compress: a tenth of what a page loads. With them
// go the tables of where a goroutine may be interrupted, which wasm never does, and of arguments,
// which traces tell as bare numbers. Traces still name our functions.
//
// The layout is that of runtime.pcHeader and runtime._func since Go 1.20. What does not look like
// it exactly is an error, and the program is then packed as it is.
func dropLines(program []byte, own string) ([]byte, error) {
	segments, err := dataSegments(program)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, s := range segments {
		size = max(size, s.at+len(s.bytes))
	}
	memory := make([]byte, size)
	for _, s := range segments {
		copy(memory[s.at:], s.bytes)
	}
	table, err := findPclntab(memory)
	if err != nil {
		return nil, err
	}
	if err := table.blank(); err != nil {
		return nil, err
	}
	table.keepNames(own)
	stripped := bytes.Clone(program)
	for _, s := range segments {
		copy(stripped[s.from:s.from+len(s.bytes)], memory[s.at:])
	}
	return stripped, nil
}

// A segment is a piece of the memory that a program starts with.
type segment struct {
	at    int // address in memory
	from  int // where its bytes begin in the file
	bytes []byte
}

var errWasm = errors.New("not a wasm program of the Go toolchain")

const (
	sectionData = 11
	opConst     = 0x41 // i32.const
	opEnd       = 0x0b
	memoryMax   = 1 << 30 // where a program's own data ends at most
)

func dataSegments(program []byte) ([]segment, error) {
	r := reader{b: program, at: 8}
	for r.at < len(program) && !r.bad {
		id, length := r.byte(), r.uint()
		if id != sectionData {
			r.at += length
			continue
		}
		var all []segment
		for range r.uint() {
			memory, op, at, end := r.uint(), r.byte(), r.int(), r.byte()
			length := r.uint()
			if r.bad || memory != 0 || op != opConst || end != opEnd || at < 0 || at > memoryMax || length > len(program)-r.at {
				return nil, errWasm
			}
			all = append(all, segment{at, r.at, program[r.at : r.at+length]})
			r.at += length
		}
		if len(all) > 0 {
			return all, nil
		}
	}
	return nil, errWasm
}

// A reader reads LEB128 numbers; past the end it is bad and gives zeros.
type reader struct {
	b   []byte
	at  int
	bad bool
}

func (r *reader) byte() byte {
	if r.at < 0 || r.at >= len(r.b) {
		r.bad = true
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

func (r *reader) uint() int {
	v := 0
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= int(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	r.bad = true
	return 0
}

func (r *reader) int() int {
	v := 0
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= int(c&0x7f) << shift
		if c < 0x80 {
			if c&0x40 != 0 {
				v -= 1 << (shift + 7)
			}
			return v
		}
	}
	r.bad = true
	return 0
}

// pclntab is the runtime's table of functions, as slices of the memory.
type pclntab struct {
	names, units, files, values, functions []byte
	count                                  int
	each                                   [][]byte // of functions, from blank on
}

const (
	pclntabMagic   = 0xfffffff1
	pclntabHeader  = 8 + 8*8
	functionLength = 44 // of runtime._func without what follows it

	// Tables that wasm has no use for: it interrupts no goroutine, and arguments are not told.
	pcdataUnsafePoint = 0
	pcdataArgLive     = 3
	funcdataArgInfo   = 5
	funcdataArgLive   = 6
)

var errPclntab = errors.New("the toolchain's pclntab has another layout than Go 1.20's: look at web/bundle/lines.go")

func findPclntab(memory []byte) (t pclntab, err error) {
	magic := binary.LittleEndian.AppendUint32(nil, pclntabMagic)
	magic = append(magic, 0, 0, 1, 8)
	for at := 0; ; at++ {
		found := bytes.Index(memory[at:], magic)
		if found < 0 || at+found+pclntabHeader > len(memory) {
			return t, errPclntab
		}
		at += found
		header := [8]int{}
		for i := range header {
			header[i] = int(int32(binary.LittleEndian.Uint64(memory[at+8+8*i:])))
		}
		count, names, units, files, values, functions := header[0], header[3], header[4], header[5], header[6], header[7]
		if names != pclntabHeader || units < names || files < units || values < files || functions < values ||
			at+functions > len(memory) || count < 1 || count > (len(memory)-at-functions)/8 {
			continue
		}
		tab := memory[at:]
		return pclntab{tab[names:units], tab[units:files], tab[files:values], tab[values:functions], tab[functions:], count, nil}, nil
	}
}

// blank takes each function its file and line, then blanks every table of values that no function
// needs for anything else: the linker shares tables that are equal.
func (t *pclntab) blank() error {
	needed := make([]bool, len(t.values))
	mark := func(table uint32) error {
		if table == 0 {
			return nil
		}
		r := reader{b: t.values, at: int(table)}
		for first := true; ; first = false {
			if more := r.uint(); more == 0 && !first {
				break
			}
			r.uint()
			if r.bad {
				return errPclntab
			}
		}
		for i := int(table); i < r.at; i++ {
			needed[i] = true
		}
		return nil
	}
	for i := range t.count {
		from := int(binary.LittleEndian.Uint32(t.functions[8*i+4:]))
		if from+functionLength > len(t.functions) {
			return errPclntab
		}
		f := t.functions[from:]
		tables := int(binary.LittleEndian.Uint32(f[28:]))
		if tables > (len(f)-functionLength)/4 {
			return errPclntab
		}
		if err := mark(binary.LittleEndian.Uint32(f[16:])); err != nil { // pcsp
			return err
		}
		for i := range tables {
			table := f[functionLength+4*i:]
			if i == pcdataUnsafePoint || i == pcdataArgLive {
				clear(table[:4]) // 0 is "no table"
			}
			if err := mark(binary.LittleEndian.Uint32(table)); err != nil {
				return err
			}
		}
		for i := funcdataArgInfo; i <= funcdataArgLive && i < int(f[43]) && functionLength+4*(tables+i+1) <= len(f); i++ {
			copy(f[functionLength+4*(tables+i):], "\xff\xff\xff\xff") // "no data"
		}
		t.each = append(t.each, f)
	}
	for _, f := range t.each {
		clear(f[20:28]) // pcfile, pcln: 0 is "no table"
		clear(f[32:40]) // cuOffset, startLine
	}
	for i, kept := range needed {
		if !kept {
			t.values[i] = 0
		}
	}
	clear(t.units)
	clear(t.files)
	return nil
}

// keepNames blanks the names of functions that are not ours, and where they began: offsets pack as
// badly as anything. Other names stay where they are, since what was inlined points there.
func (t *pclntab) keepNames(own string) {
	for rest := t.names; len(rest) > 0; {
		end := bytes.IndexByte(rest, 0)
		if end < 0 {
			break
		}
		name := rest[:end]
		rest = rest[end+1:]
		if short, ok := bytes.CutPrefix(name, []byte(own+"/")); ok {
			clear(name[copy(name, short):])
		} else if !bytes.HasPrefix(name, []byte("main.")) {
			clear(name)
		}
	}
	for _, f := range t.each {
		if at := binary.LittleEndian.Uint32(f[4:]); int(at) >= len(t.names) || t.names[at] == 0 {
			clear(f[4:8]) // nameOff: 0 is "no name"
		}
	}
}
