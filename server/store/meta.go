package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// checkMetaPages looks at the two meta pages of a bbolt file before bbolt does. bbolt is content with one whole meta page
// of two, and then silently forgets the newest commit when it is the other that is damaged; and it maps a file that was
// cut off, to die on the first page that is missing. A crash leaves both pages whole: one lies in one disk sector.
func checkMetaPages(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	damaged := func(format string, args ...any) error {
		return &DamageError{Path: path, What: fmt.Sprintf(format, args...)}
	}
	const header, metaLen = 16, 64
	page := make([]byte, header+metaLen)
	pageSize := int64(0)
	for i := range int64(2) {
		if _, err := file.ReadAt(page, i*pageSize); err == io.EOF {
			return damaged("it is cut off: %d bytes", info.Size())
		} else if err != nil {
			return err
		}
		meta := page[header:]
		hash := fnv.New64a()
		hash.Write(meta[:metaLen-8])
		switch {
		case binary.NativeEndian.Uint32(meta) != 0xED0CDAED:
			return damaged("meta page %d is not one of a data file", i)
		case binary.NativeEndian.Uint64(meta[metaLen-8:]) != hash.Sum64():
			return damaged("meta page %d has a wrong checksum", i)
		}
		pageSize = int64(binary.NativeEndian.Uint32(meta[8:]))
		if pageSize < 512 || pageSize > 1<<20 {
			return damaged("meta page %d has a page size of %d", i, pageSize)
		}
		if pages := binary.NativeEndian.Uint64(meta[40:]); pages > uint64(info.Size()/pageSize) {
			return damaged("it is cut off: %d bytes where %d pages of %d are in use", info.Size(), pages, pageSize)
		}
	}
	return nil
}
