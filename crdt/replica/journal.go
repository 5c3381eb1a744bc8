package replica

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/tabi-map/tabi/crdt"
)

// journal is how the document came to be what it is: a base snapshot that
// holds nothing pending, and records of what was merged, edited and
// acknowledged since, already encoded as the outbox keeps them.
type journal struct {
	base   []byte
	log    []byte
	stored int // bytes of log that the outbox has; negative: it needs all anew
}

type record byte

const (
	recordBase         record = 1 // first, and only there
	recordMerged       record = 2
	recordEdited       record = 3
	recordAcknowledged record = 4
	recordRestored     record = 5 // what follows may use counters that a lost end had used
	recordWelcomed     record = 6 // it did not
)

// mode tells how an own batch came about, and what it does to the history.
type mode byte

const (
	modeEdit mode = 0
	modeUndo mode = 1
	modeRedo mode = 2
	modeKept mode = 3 // the history in the base knows it already
)

// A log longer than its base, and than logBytesLong, is worth folding into a
// new base when there is time: encoding a map of 5,000 notes takes tens of
// milliseconds in a browser. Beyond logBytesMax it is folded at once.
const (
	logBytesLong = 256 << 10
	logBytesMax  = 8 << 20
)

func (j *journal) long() bool { return len(j.log) > max(logBytesLong, len(j.base)) }

// reset starts from a new base; pending batches stand behind it.
func (j *journal) reset(base []byte, pending []batch) {
	*j = journal{base: base, stored: -1}
	j.keep(pending)
}

// keep puts pending batches behind what is there.
func (j *journal) keep(pending []batch) {
	for _, b := range pending {
		j.edited(modeKept, "", 0, crdt.Committed{Update: b.update})
	}
}

// settle leaves what is confirmed and nothing else: own batches become
// merged ones, what is pending goes. The history in the records goes with
// them, so the outbox needs all anew.
func (j *journal) settle(pending []batch) {
	log := j.log
	j.log, j.stored = nil, -1
	for {
		kind, payload, rest, ok := nextRecord(log)
		if !ok {
			return
		}
		log = rest
		switch kind {
		case recordMerged:
			j.write(kind, payload)
		case recordEdited:
			e, _ := parseEdited(payload)
			if h, err := crdt.Peek(e.update); err == nil && h.First < pending[0].first {
				j.merged([][]byte{e.update})
			}
		}
	}
}

// stale makes the outbox ask for everything anew.
func (j *journal) stale() { j.stored = -1 }

func (j *journal) merged(updates [][]byte) {
	if len(updates) == 0 {
		return
	}
	var b []byte
	for _, u := range updates {
		b = appendBytes(b, u)
	}
	j.write(recordMerged, b)
}

// edited notes an own batch; skipped is how many steps of the history an undo
// or redo passed over because nothing of them stood any more.
func (j *journal) edited(m mode, group string, skipped int, c crdt.Committed) {
	b := appendBytes([]byte{byte(m)}, []byte(group))
	b = binary.AppendUvarint(b, uint64(skipped))
	b = appendBytes(b, c.Update)
	if m != modeKept {
		b = c.Inverse.Append(b)
	}
	j.write(recordEdited, b)
}

func (j *journal) acknowledged(counter uint64) {
	j.write(recordAcknowledged, binary.AppendUvarint(nil, counter))
}

func (j *journal) write(kind record, payload []byte) {
	j.log = appendRecord(j.log, kind, payload)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord writes kind, length, payload and a CRC-32C over them all.
func appendRecord(dst []byte, kind record, payload []byte) []byte {
	at := len(dst)
	dst = appendBytes(append(dst, byte(kind)), payload)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[at:], castagnoli))
}

// nextRecord takes a record off the front; false at the end and at the first
// damage, which a torn write leaves at the end.
func nextRecord(b []byte) (kind record, payload, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, nil, false
	}
	payload, rest, ok = cutBytes(b[1:])
	if !ok || len(rest) < 4 {
		return 0, nil, nil, false
	}
	sum := crc32.Checksum(b[:len(b)-len(rest)], castagnoli)
	if binary.LittleEndian.Uint32(rest) != sum {
		return 0, nil, nil, false
	}
	return record(b[0]), payload, rest[4:], true
}

func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func cutBytes(b []byte) (field, rest []byte, ok bool) {
	n, b, ok := cutUint(b)
	if !ok || n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n:n], b[n:], true
}

func cutUint(b []byte) (v uint64, rest []byte, ok bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, false
	}
	return v, b[n:], true
}

// confirmed builds the document without anything pending.
func (r *Replica) confirmed() (*crdt.Document, error) {
	if len(r.pending) == 0 {
		return crdt.Load(r.doc.Snapshot())
	}
	doc, err := crdt.Load(r.journal.base)
	if err != nil {
		return nil, err
	}
	for log := r.journal.log; ; {
		kind, payload, rest, ok := nextRecord(log)
		if !ok {
			return doc, nil
		}
		log = rest
		switch kind {
		case recordMerged:
			for len(payload) > 0 {
				var u []byte
				u, payload, _ = cutBytes(payload)
				if err := doc.Absorb(u); err != nil {
					return nil, err
				}
			}
		case recordEdited:
			e, _ := parseEdited(payload)
			if h, err := crdt.Peek(e.update); err != nil || h.First >= r.pending[0].first {
				continue
			}
			if err := doc.Absorb(e.update); err != nil {
				return nil, err
			}
		}
	}
}

type edited struct {
	mode    mode
	group   string
	skipped int
	update  []byte
	inverse []byte
}

func parseEdited(b []byte) (e edited, ok bool) {
	if len(b) == 0 {
		return e, false
	}
	e.mode = mode(b[0])
	group, b, ok1 := cutBytes(b[1:])
	skipped, b, ok2 := cutUint(b)
	update, b, ok3 := cutBytes(b)
	e.group, e.skipped, e.update, e.inverse = string(group), int(min(skipped, stepsMax)), update, b
	return e, ok1 && ok2 && ok3 && e.mode <= modeKept
}
