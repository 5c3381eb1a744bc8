package wire

const (
	// Version is what this build speaks best.
	Version = 1
	// VersionOldest is the oldest that it still speaks: clients that were
	// loaded before an update go on working until they are reloaded (P5).
	VersionOldest = 1
)

// Codec writes and reads the frames of one version.
type Codec struct {
	Version uint32
	Append  func(dst []byte, f Frame) []byte
	Decode  func(b []byte) (Frame, error)
	// Around is Append for a Welcome whose snapshot is written from elsewhere.
	Around func(f Welcome) (head, tail []byte)
}

// codecs holds one entry a version that is still spoken. A version that only
// adds fields at the end of frames or records needs no entry of its own
// reader: the older one skips them (P6). One that changes more keeps its
// predecessor's functions here, with its golden files in testdata.
var codecs = [...]Codec{
	{Version: 1, Append: Append, Decode: Decode, Around: Around},
}

// For returns the codec of a version, false if it is not spoken here.
func For(version uint32) (Codec, bool) {
	for _, c := range codecs {
		if c.Version == version {
			return c, true
		}
	}
	return Codec{}, false
}

// Negotiate picks the best version that both sides speak; the client offers
// its lowest and highest in Hello (P4).
func Negotiate(offered [2]uint32) (uint32, bool) {
	return negotiate(offered, [2]uint32{VersionOldest, Version})
}

func negotiate(offered, spoken [2]uint32) (uint32, bool) {
	best := min(offered[1], spoken[1])
	return best, best >= spoken[0] && best >= offered[0]
}
