package store

// SealNumber and SealEntry let tests write values that are whole but wrong.
func SealNumber(key string, n uint64) []byte { return sealNumber([]byte(key), n) }

func SealEntry(seq, number, prev uint64, mapID, data string) []byte {
	return appendEntry(nil, seq, &entry{Number: number, Prev: prev, Time: 1, Map: mapID, Data: []byte(data)})
}

// LimitFile lets the data file grow no more, as a full disk would; the returned function takes it back. A real full disk
// is in mk/store.mk.
func LimitFile(s *Store) func() {
	s.swap.Lock()
	defer s.swap.Unlock()
	s.db.MaxSize = int(fileSize(s.path))
	return func() {
		s.swap.Lock()
		defer s.swap.Unlock()
		s.db.MaxSize = 0
	}
}
