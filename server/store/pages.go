package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// checkPages looks at the structure of a bbolt file: each page is used once or free, keys are in order and where their
// parent says. bbolt has such a check, but it reads through the memory map, and a wrong length there ends the process;
// this one reads the file, and believes nothing.
func checkPages(path string, problem func(what string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	c := &pageCheck{file: file, problem: problem}
	if err := c.readMeta(); err != nil {
		return err
	}
	c.used = make([]bool, c.pages)
	c.used[0], c.used[1] = true, true
	c.tree(c.root, nil, nil)
	c.free()
	return c.err
}

type pageCheck struct {
	file           *os.File
	problem        func(string)
	size           int64 // of a page
	pages          uint64
	root, freelist uint64
	used           []bool
	err            error // of the disk, not of what stands on it
}

const (
	pageHeader  = 16
	elementSize = 16
	branchPage  = 0x01
	leafPage    = 0x02
	freePage    = 0x10
	bucketLeaf  = 0x01
)

var order = binary.NativeEndian

func (c *pageCheck) bad(format string, args ...any) { c.problem(fmt.Sprintf(format, args...)) }

// readMeta takes the newer of the two meta pages; checkMetaPages has found both whole.
func (c *pageCheck) readMeta() error {
	head := make([]byte, pageHeader+64)
	newest := uint64(0)
	for i := range int64(2) {
		if _, err := c.file.ReadAt(head, i*c.size); err != nil {
			return err
		}
		meta := head[pageHeader:]
		c.size = int64(order.Uint32(meta[8:]))
		if txid := order.Uint64(meta[48:]); txid >= newest {
			newest, c.root, c.freelist, c.pages = txid, order.Uint64(meta[16:]), order.Uint64(meta[32:]), order.Uint64(meta[40:])
		}
	}
	return nil
}

// read returns a page with those that belong to it, and marks them used; nil when that cannot be.
func (c *pageCheck) read(id uint64) []byte {
	if id < 2 || id >= c.pages {
		c.bad("page %d is used but does not exist", id)
		return nil
	}
	head := make([]byte, pageHeader)
	if _, c.err = c.file.ReadAt(head, int64(id)*c.size); c.err != nil {
		return nil
	}
	more := uint64(order.Uint32(head[12:]))
	if order.Uint64(head) != id || more >= c.pages-id {
		c.bad("page %d has a wrong header", id)
		return nil
	}
	for i := id; i <= id+more; i++ {
		if c.used[i] {
			c.bad("page %d is used twice", i)
			return nil
		}
		c.used[i] = true
	}
	page := make([]byte, int64(more+1)*c.size)
	if _, c.err = c.file.ReadAt(page, int64(id)*c.size); c.err != nil {
		return nil
	}
	return page
}

// tree follows a tree of keys that are not below low and, unless high is nil, below high.
func (c *pageCheck) tree(id uint64, low, high []byte) {
	page := c.read(id)
	if page == nil || c.err != nil {
		return
	}
	c.elements(fmt.Sprint("page ", id), page, low, high)
}

func (c *pageCheck) elements(name string, page, low, high []byte) {
	kind, count := order.Uint16(page[8:]), int(order.Uint16(page[10:]))
	if kind != branchPage && kind != leafPage || pageHeader+count*elementSize > len(page) || kind == branchPage && count == 0 {
		c.bad("%s has a wrong header", name)
		return
	}
	type child struct {
		id  uint64
		key []byte
	}
	var children []child
	last := low
	for i := range count {
		at := pageHeader + i*elementSize
		e := page[at:]
		var pos, keyLen, valueLen uint64
		if kind == branchPage {
			pos, keyLen = uint64(order.Uint32(e)), uint64(order.Uint32(e[4:]))
		} else {
			pos, keyLen, valueLen = uint64(order.Uint32(e[4:])), uint64(order.Uint32(e[8:])), uint64(order.Uint32(e[12:]))
		}
		start := uint64(at) + pos
		if start+keyLen+valueLen > uint64(len(page)) {
			c.bad("%s: element %d reaches out of it", name, i)
			return
		}
		key := page[start : start+keyLen]
		if order := bytes.Compare(key, last); order < 0 || order == 0 && i > 0 || high != nil && bytes.Compare(key, high) >= 0 {
			c.bad("%s: key %d is out of order", name, i)
			return
		}
		last = key
		switch {
		case kind == branchPage:
			children = append(children, child{order.Uint64(e[8:]), key})
		case order.Uint32(e)&bucketLeaf != 0:
			c.bucket(name, page[start+keyLen:start+keyLen+valueLen])
		case order.Uint32(e) != 0:
			c.bad("%s: element %d has a wrong mark", name, i)
		}
	}
	for i, ch := range children {
		until := high
		if i+1 < len(children) {
			until = children[i+1].key
		}
		c.tree(ch.id, ch.key, until)
	}
}

// bucket follows a bucket: a tree of its own, or, when it is small, a page within the value.
func (c *pageCheck) bucket(name string, value []byte) {
	if len(value) < 16 {
		c.bad("%s: a bucket is cut off", name)
		return
	}
	root, inline := order.Uint64(value), value[16:]
	switch {
	case root != 0:
		c.tree(root, nil, nil)
	case len(inline) < pageHeader:
		c.bad("%s: a bucket is cut off", name)
	default:
		c.elements(name+", bucket within", inline, nil, nil)
	}
}

// checkFreeList looks at the list of free pages alone. bbolt panics on a wrong one in the middle of opening, with the file
// mapped and locked, and nobody could close it any more.
func checkFreeList(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var found error
	c := &pageCheck{file: file, problem: func(what string) {
		if found == nil {
			found = &DamageError{Path: path, What: what}
		}
	}}
	if err := c.readMeta(); err != nil {
		return err
	}
	if c.freelist == noFreeList {
		return nil
	}
	c.used = make([]bool, c.pages)
	last := uint64(0)
	ids, _ := c.freeList()
	for _, id := range ids {
		if id <= last || id >= c.pages {
			c.bad("the list of free pages is out of order")
			break
		}
		last = id
	}
	if errors.Is(c.err, io.EOF) {
		c.bad("the list of free pages is cut off")
		c.err = nil
	}
	return errors.Join(c.err, found)
}

// noFreeList stands for a list that is not written down; we always write it.
const noFreeList = ^uint64(0)

// freeList reads the list of free pages; false: there is none to read, which has been said.
func (c *pageCheck) freeList() ([]uint64, bool) {
	page := c.read(c.freelist)
	if page == nil || c.err != nil {
		return nil, false
	}
	if order.Uint16(page[8:]) != freePage {
		c.bad("page %d should be the list of free pages", c.freelist)
		return nil, false
	}
	count, list := uint64(order.Uint16(page[10:])), page[pageHeader:]
	if count == 0xFFFF { // too many for the header
		count, list = order.Uint64(list), list[8:]
	}
	if count > uint64(len(list))/8 {
		c.bad("the list of free pages is too long")
		return nil, false
	}
	ids := make([]uint64, count)
	for i := range ids {
		ids[i] = order.Uint64(list[i*8:])
	}
	return ids, true
}

// free compares the list of free pages with what is used: a page that is both would be written over.
func (c *pageCheck) free() {
	ids, ok := c.freeList()
	if !ok {
		return
	}
	isFree := make([]bool, c.pages)
	for _, id := range ids {
		switch {
		case id < 2 || id >= c.pages:
			c.bad("page %d is free but does not exist", id)
		case isFree[id]:
			c.bad("page %d is free twice", id)
		case c.used[id]:
			c.bad("page %d is used and free", id)
		default:
			isFree[id] = true
		}
	}
	for id := range c.used {
		if !c.used[id] && !isFree[id] {
			c.bad("page %d is neither used nor free", id)
			if lost := len(c.used) - id; lost > 1 && !slices.Contains(c.used[id+1:], true) {
				return // one word for a whole tail
			}
		}
	}
}
