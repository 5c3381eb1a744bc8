// Package journey is the domain model: a customer journey map as a typed view
// of a crdt.Document.
//
// A Map reads a document once (Open) and is kept current by every Change that
// comes up from below, one's own edits and everyone else's alike (Apply). Its
// readers answer from indexes in memory and never show a reference to something
// that is gone: what is not there is the zero ID or not in the list. The structs
// they hand out belong to the Map; read them, keep their IDs, do not change them.
//
// Writing methods take the open *crdt.Edit and only write to the document; the
// Map learns of it when the edit's Change is applied. Hence, within one edit, a
// writing method sees the notes, links and emotions as they were when the edit
// was opened; phases and lanes it reads from the document itself, so that
// several can be added in one edit. A writing method whose object is unknown
// does nothing.
//
// What concurrent edits come to is written down as rules J1… in
// docs/journey.md. The schema (schema.go) is bytes on disk: numbers are only
// ever added. Sub-package journeyfile reads and writes maps as JSON, templates
// holds the stage sets and map types.
//
// A Map has one owner goroutine, as its document has.
package journey
