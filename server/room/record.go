package room

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
)

// What the log holds. An Entry is what one commit added to a map; a Checkpoint is the
// state after some entry, so that a load need not replay from the beginning. Both begin
// with a version and a kind byte, carry the map's running number, and end in a CRC-32C of
// everything before it: a store may lose or flip what it keeps without noticing, and a
// room must refuse such a log rather than serve it.
//
//	entry      = version kindEntry number:uvarint millis:varint n:uvarint item* crc:u32le
//	item       = itemSession replica:uvarint hash:16 role:1 link name department
//	           | itemEdits replica:uvarint link n:uvarint (batch)*
//	           | itemRename replica:uvarint name department
//	           | itemBegin document
//	checkpoint = version kindCheckpoint number:uvarint millis:varint next:uvarint
//	             n:uvarint session* document mark crc:u32le
//	mark       = millis:varint n:uvarint (replica:uvarint counter:uvarint)*
//	session    = replica:uvarint hash:16 role:1 link name department seen:varint
//	strings, batches and the document are length-prefixed (uvarint)
//
// Version 1 of a checkpoint, which is still read, has no mark. An entry is of version 2
// when it has an itemBegin, which programs that know version 1 must not pass over, else 1.

const (
	entryVersion      = 1
	entryVersionBegin = 2
	checkpointVersion = 2

	kindEntry      = 'e'
	kindCheckpoint = 's'

	itemSession = 1
	itemEdits   = 2
	itemRename  = 3
	itemBegin   = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ErrDamaged is returned by decoding and loading when stored bytes are not what a room
// wrote: a wrong checksum, a hole in the running numbers, an update that does not merge.
var ErrDamaged = errors.New("stored bytes are damaged")

// ErrTooNew is returned when stored bytes were written by a later version of the program.
var ErrTooNew = errors.New("stored bytes were written by a newer version")

// SecretHash is what is kept of a resume secret: enough to recognise it, nothing to steal.
type SecretHash [16]byte

// An Entry is one commit of one map.
type Entry struct {
	Number   uint64 // the map's running number, from 1, without holes
	When     time.Time
	Sessions []Session // replica numbers given out in this commit
	Edits    []EntryEdits
	Renames  []Session // of Session only Replica, Name and Department are set
	Begin    []byte    // of the first entry of a map made from another: that one's crdt.Document.Snapshot
}

// EntryEdits are the batches of one replica in one commit, in counter order.
type EntryEdits struct {
	Replica crdt.ReplicaID
	Link    string // the id of the link they came by, never its token; "" is the server itself
	Batches [][]byte
}

// A Session is the right to write as one replica: whoever shows the secret owns it.
type Session struct {
	Replica    crdt.ReplicaID
	Hash       SecretHash
	Role       wire.Role
	Link       string
	Name       string
	Department string
	Seen       time.Time // last join or leave; kept in checkpoints only
}

// A Checkpoint is a map's whole state after entry Number.
type Checkpoint struct {
	Number   uint64
	When     time.Time
	Next     crdt.ReplicaID // the next number to give out
	Sessions []Session      // by replica
	Document []byte         // crdt.Document.Snapshot
	Marked   time.Time      // when Mark was the map's version; the zero time: no mark
	Mark     crdt.Version   // see Room.forget
}

// Append encodes e.
func (e *Entry) Append(dst []byte) []byte {
	start := len(dst)
	version, items := byte(entryVersion), len(e.Sessions)+len(e.Edits)+len(e.Renames)
	if e.Begin != nil {
		version, items = entryVersionBegin, items+1
	}
	dst = append(dst, version, kindEntry)
	dst = binary.AppendUvarint(dst, e.Number)
	dst = binary.AppendVarint(dst, e.When.UnixMilli())
	dst = binary.AppendUvarint(dst, uint64(items))
	if e.Begin != nil {
		dst = appendBytes(append(dst, itemBegin), e.Begin)
	}
	for i := range e.Sessions {
		dst = append(dst, itemSession)
		dst = appendSession(dst, &e.Sessions[i])
	}
	for _, w := range e.Edits {
		dst = append(dst, itemEdits)
		dst = binary.AppendUvarint(dst, uint64(w.Replica))
		dst = appendBytes(dst, w.Link)
		dst = binary.AppendUvarint(dst, uint64(len(w.Batches)))
		for _, b := range w.Batches {
			dst = appendBytes(dst, b)
		}
	}
	for _, s := range e.Renames {
		dst = append(dst, itemRename)
		dst = binary.AppendUvarint(dst, uint64(s.Replica))
		dst = appendBytes(dst, s.Name)
		dst = appendBytes(dst, s.Department)
	}
	return appendSum(dst, start)
}

// DecodeEntry decodes what Append wrote. Batches and Begin share memory with b.
func DecodeEntry(b []byte) (Entry, error) {
	r, err := openRecord(b, kindEntry)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Number: r.uvarint(), When: time.UnixMilli(r.varint())}
	for n := r.count(2); n > 0; n-- {
		switch kind := r.byte(); kind {
		case itemSession:
			e.Sessions = append(e.Sessions, r.session())
		case itemEdits:
			w := EntryEdits{Replica: r.replica(), Link: string(r.bytes())}
			for n := r.count(1); n > 0; n-- {
				w.Batches = append(w.Batches, r.bytes())
			}
			e.Edits = append(e.Edits, w)
		case itemRename:
			e.Renames = append(e.Renames, Session{Replica: r.replica(), Name: string(r.bytes()), Department: string(r.bytes())})
		case itemBegin:
			e.Begin = r.bytes()
		default:
			r.fail("item of kind %d", kind)
		}
	}
	return e, r.close("entry")
}

// Append encodes c.
func (c *Checkpoint) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, checkpointVersion, kindCheckpoint)
	dst = binary.AppendUvarint(dst, c.Number)
	dst = binary.AppendVarint(dst, c.When.UnixMilli())
	dst = binary.AppendUvarint(dst, uint64(c.Next))
	dst = binary.AppendUvarint(dst, uint64(len(c.Sessions)))
	for i := range c.Sessions {
		dst = appendSession(dst, &c.Sessions[i])
		dst = binary.AppendVarint(dst, c.Sessions[i].Seen.UnixMilli())
	}
	dst = appendBytes(dst, c.Document)
	dst = binary.AppendVarint(dst, c.Marked.UnixMilli())
	dst = c.Mark.Append(dst)
	return appendSum(dst, start)
}

// DecodeCheckpoint decodes what Append wrote. The document shares memory with b.
func DecodeCheckpoint(b []byte) (Checkpoint, error) {
	r, err := openRecord(b, kindCheckpoint)
	if err != nil {
		return Checkpoint{}, err
	}
	c := Checkpoint{Number: r.uvarint(), When: time.UnixMilli(r.varint()), Next: r.replica()}
	for n := r.count(21); n > 0; n-- {
		s := r.session()
		s.Seen = time.UnixMilli(r.varint())
		c.Sessions = append(c.Sessions, s)
	}
	c.Document = r.bytes()
	marked := time.Time{}.UnixMilli()
	if c.Mark = (crdt.Version{}); r.version >= 2 {
		marked, c.Mark = r.varint(), r.mark()
	}
	c.Marked = time.UnixMilli(marked)
	return c, r.close("checkpoint")
}

func appendSession(dst []byte, s *Session) []byte {
	dst = binary.AppendUvarint(dst, uint64(s.Replica))
	dst = append(dst, s.Hash[:]...)
	dst = append(dst, byte(s.Role))
	dst = appendBytes(dst, s.Link)
	dst = appendBytes(dst, s.Name)
	return appendBytes(dst, s.Department)
}

func appendBytes[B ~string | ~[]byte](dst []byte, b B) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func appendSum(dst []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// recordReader reads fields one after the other; the first error sticks and every later
// read gives zero, so that decoders read like the grammar above.
type recordReader struct {
	b       []byte
	version byte
	err     error
}

func openRecord(b []byte, kind byte) (*recordReader, error) {
	// The version is looked at before the sum: a newer version may sum otherwise, and
	// "damaged" would be the wrong advice for it.
	newest := byte(entryVersionBegin)
	if kind == kindCheckpoint {
		newest = checkpointVersion
	}
	if len(b) > 1 && b[0] > newest && b[1] == kind {
		return nil, fmt.Errorf("%w: record version %d, this program knows %d", ErrTooNew, b[0], newest)
	}
	if len(b) < 6 || b[0] == 0 {
		return nil, fmt.Errorf("%w: no record", ErrDamaged)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, fmt.Errorf("%w: checksum differs", ErrDamaged)
	}
	if b[1] != kind {
		return nil, fmt.Errorf("%w: record of kind %q where %q belongs", ErrDamaged, b[1], kind)
	}
	return &recordReader{b: body[2:], version: b[0]}, nil
}

func (r *recordReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
	}
	r.b = nil
}

func (r *recordReader) close(what string) error {
	if r.err == nil && len(r.b) > 0 {
		r.fail("%d bytes after the %s", len(r.b), what)
	}
	return r.err
}

func (r *recordReader) byte() byte {
	if len(r.b) == 0 {
		r.fail("cut short")
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *recordReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail("cut short")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *recordReader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail("cut short")
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *recordReader) replica() crdt.ReplicaID {
	v := r.uvarint()
	if v > uint64(^crdt.ReplicaID(0)) {
		r.fail("replica %d", v)
	}
	return crdt.ReplicaID(v)
}

// count reads a number of things of at least size bytes each, so that a damaged count
// cannot make a decoder allocate more than the record is long.
func (r *recordReader) count(size int) int {
	v := r.uvarint()
	if v > uint64(len(r.b)/size) {
		r.fail("%d things in %d bytes", v, len(r.b))
		return 0
	}
	return int(v)
}

func (r *recordReader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.fail("cut short")
		return nil
	}
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *recordReader) mark() crdt.Version {
	v, rest, err := crdt.DecodeVersion(r.b)
	if err != nil {
		r.fail("mark")
		return nil
	}
	r.b = rest
	return v
}

func (r *recordReader) session() Session {
	s := Session{Replica: r.replica()}
	if len(r.b) < len(s.Hash) {
		r.fail("cut short")
		return s
	}
	copy(s.Hash[:], r.b)
	r.b = r.b[len(s.Hash):]
	s.Role = wire.Role(r.byte())
	s.Link, s.Name, s.Department = string(r.bytes()), string(r.bytes()), string(r.bytes())
	return s
}
