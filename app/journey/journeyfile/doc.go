// Package journeyfile reads and writes journey maps as JSON: the form of the
// sample maps, with further members for what they do not hold.
//
// Import reads a whole file and finds out everything that is wrong with it
// before anything is written; File.Write then makes the map in an open edit and
// cannot fail. Export gives it back. What the model does not know is kept beside
// the object it was found in and given back as it came, so that a round trip
// loses nothing; members that say nothing (null, "", [], {}) are kept that way
// too. Rules J20… of docs/journey.md.
//
// It reads JSON itself (json.go says why) and does no I/O but on the reader it
// is given.
package journeyfile
