// Package scene says where everything on a map stands: it turns a journey.Map
// into boxes, curves and marks in world units. It is pure: no clock, no I/O, no
// browser; the server's picture and the board's frame come from the same Scene,
// which is why a page does not jump when the client takes over.
//
//	Layout   map -> Scene; Scene.Update keeps it current after an edit
//	Scene    boxes by kind (Phases, Lanes, Notes, Boundaries, Curves, Links …)
//	Hit      what is under a point; PlaceAt where a note dropped there belongs
//	Visible  the notes in sight, without allocation
//	Marks    the scene as a flat display list, for renderers: export's SVG, the
//	         board's layers, the other views (timeline, flow, matrix …)
//	Wrapper  line breaking (kinsoku); Width the table of advances it measures with
//	Theme, Ink, Tone   colours by role (docs/design.md)
//
// One world unit is one CSS pixel at zoom 1. The origin is the upper left corner
// of the first cell: lanes' labels stand at negative x, phases and the head of the
// map at negative y, so that a longer title moves nothing.
//
// # What will bite
//
// A Scene belongs to one goroutine. The slices it hands out are its own and stay
// valid until the next Update; do not keep pointers to boxes over an edit, keep
// IDs.
//
// Text widths come from a table, not from a font. Renderers must draw the given
// lines as they are (white-space: pre) and never wrap again.
package scene
