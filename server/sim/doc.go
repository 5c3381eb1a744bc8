// Package sim runs the real replica and the real room against each other in a world that is
// made up: a virtual clock, a network that delays, cuts, stalls and repeats, a disk that
// fails, is slow, or loses what it had not yet written when the server dies.
//
// Run lives through one such world from a seed. Everything that happens is drawn from that
// seed and done in one goroutine, so the same seed gives the same trace, byte for byte; a
// seed that found something is replayed with
//
//	go test ./server/sim -run TestSeeds -from N -seeds 1 -trace
//
// At every step it checks that nothing is shown to anybody that is not on disk. At the end
// the world heals: everybody connects, what is owed is sent, and then all replicas, the room
// and a replay of the log must be the same bytes once they have forgotten the same, with
// everything in them that anybody had seen or been told was kept.
package sim
