// Package board is the live map: the surface on which people move notes, write
// in them and see each other at work.
//
// A Board is a go-app component that a page embeds. Only what stands around the
// map (bars, panels, dialogs) is drawn by go-app; the map itself is drawn by one
// command buffer a frame (buffer.go), which web/board.js reads straight from the
// wasm memory and applies to pooled elements, or to a canvas when so many notes
// are in sight that elements would be slow.
//
//	hands.go    pointers and wheel  -> taps, drags, pans, zooms (pure)
//	input.go    what the host tells; commands.go what a command does
//	drag.go     what a drag does, by what it began on; draw.go for pen and shapes
//	keys.go     keys -> commands, one table, which is also the help sheet
//	edits.go    commands that change the map; all end in Board.edit. Of phases and lanes: *_heads.go
//	editor.go   writing in a note; textdiff.go is its arithmetic (pure)
//	slots.go    what every element shows now, so that a frame writes only what differs
//	paint.go    scene -> slots; notes.go for the notes, markup.go for what is drawn as a whole
//	people.go   the others: cursors, selections, what they carry, following
//	panels.go   go-app's part, with help, inspector, headpanel, boundarypanel, menu, findbar, minimap
//	host_js.go  the browser; host_notjs.go is its empty twin, so that tests run anywhere
//
// # What will bite
//
// The board never asks whose edit it was: everything that changes the map comes
// back as a crdt.Change, through journey and scene, into the next frame. Whoever
// changes something only calls session.Edit.
//
// Everything here belongs to the UI goroutine. Listeners of the host element are
// called by the browser while no other Go code runs, so they count as it.
//
// While an input method composes, nothing may write into the textarea, and no
// key of it is a command.
//
// go-app takes two handlers made at the same place for the same handler, even
// when they close over different values: give them an app.EventScope.
package board
