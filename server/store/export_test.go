package store

// SealNumber and SealEntry let tests write values that are whole but wrong.
func SealNumber(key string, n uint64) []byte { return sealNumber([]byte(key), n) }

func SealEntry(seq, number, prev uint64, mapID, data string) []byte {
	return appendEntry(nil, seq, &entry{Number: number, Prev: prev, Time: 1, Map: mapID, Data: []byte(data)})
}
