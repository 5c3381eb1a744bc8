package store

import (
	"encoding/binary"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// valueVersion is the first byte of every value, so that a later layout can be told apart.
const valueVersion = 1

// entry is one value of the bucket log.
type entry struct {
	Number uint64 // running number in its map, from 1
	Prev   uint64 // sequence of the map's previous entry, 0 for the first
	Time   int64  // unix milliseconds of the commit, for retention
	Map    string
	Data   []byte
}

// The layouts: version byte, CRC-32C over key and payload, payload. The key is in the sum so that a value which ends up
// under another key (a flipped bit in a page header) is noticed.
const sealLen = 5

// beginSeal appends the room for the seal; endSeal fills it in once the payload stands behind it.
func beginSeal(dst []byte) []byte { return append(dst, valueVersion, 0, 0, 0, 0) }

func endSeal(value []byte, bucket, key []byte) {
	binary.LittleEndian.PutUint32(value[1:], sum(bucket, key, value[sealLen:]))
}

func sum(bucket, key, payload []byte) uint32 {
	c := crc32.Update(0, castagnoli, bucket)
	c = crc32.Update(c, castagnoli, key)
	return crc32.Update(c, castagnoli, payload)
}

func seal(bucket, key, payload []byte) []byte {
	value := append(beginSeal(make([]byte, 0, sealLen+len(payload))), payload...)
	endSeal(value, bucket, key)
	return value
}

// unseal returns the payload, which points into value.
func unseal(bucket, key, value []byte) (payload []byte, what string) {
	switch {
	case value == nil:
		return nil, "a value is missing"
	case len(value) < sealLen:
		return nil, "a value is cut off"
	case sum(bucket, key, value[sealLen:]) != binary.LittleEndian.Uint32(value[1:]):
		return nil, "a checksum does not match"
	case value[0] != valueVersion:
		return nil, "a value has an unknown version"
	}
	return value[sealLen:], ""
}

// appendEntry appends the entry's value for the given sequence.
func appendEntry(dst []byte, seq uint64, e *entry) []byte {
	start := len(dst)
	dst = beginSeal(dst)
	dst = binary.AppendUvarint(dst, e.Number)
	dst = binary.AppendUvarint(dst, e.Prev)
	dst = binary.AppendUvarint(dst, uint64(e.Time))
	dst = binary.AppendUvarint(dst, uint64(len(e.Map)))
	dst = append(dst, e.Map...)
	dst = append(dst, e.Data...)
	var key [8]byte
	binary.BigEndian.PutUint64(key[:], seq)
	endSeal(dst[start:], bucketLog, key[:])
	return dst
}

// entrySize is a bound of the bytes that appendEntry adds.
func entrySize(mapID string, data []byte) int {
	return sealLen + 4*binary.MaxVarintLen64 + len(mapID) + len(data)
}

// parseEntry reads what appendEntry wrote. Data and Map point into, or are copied from, value.
func parseEntry(key, value []byte) (e entry, what string) {
	b, what := unseal(bucketLog, key, value)
	if what != "" {
		return e, what
	}
	var n uint64
	for _, field := range []*uint64{&e.Number, &e.Prev, nil, &n} {
		v, size := binary.Uvarint(b)
		if size <= 0 {
			return e, "an entry cannot be read"
		}
		if b = b[size:]; field == nil {
			e.Time = int64(v)
		} else {
			*field = v
		}
	}
	if n > uint64(len(b)) {
		return e, "an entry cannot be read"
	}
	e.Map, e.Data = string(b[:n]), b[n:]
	return e, ""
}

// head is the newest entry of a map.
type head struct{ Number, Seq uint64 }

func appendHead(dst []byte, h head) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, h.Number), h.Seq)
}

func parseHead(payload []byte) (h head, ok bool) {
	var n, m int
	h.Number, n = binary.Uvarint(payload)
	if n <= 0 {
		return h, false
	}
	h.Seq, m = binary.Uvarint(payload[n:])
	return h, m > 0
}

// uvarint reads a number that stands alone.
func uvarint(payload []byte) (uint64, bool) {
	n, size := binary.Uvarint(payload)
	return n, size > 0
}

func beUint64(key []byte) uint64 { return binary.BigEndian.Uint64(key) }

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// numberKey is map 00 number; names have no zero byte, so one map's keys stand together.
func numberKey(mapID string, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(mapID), 0), number)
}

// checkName refuses names that would mix up keys.
func checkName(name string) error {
	if name == "" || len(name) > NameBytesMax {
		return ErrName
	}
	for i := range len(name) {
		if name[i] == 0 {
			return ErrName
		}
	}
	return nil
}
