// Package pages holds everything around the board: the start page, the page of
// a map with its bar, menus and dialogs, and the list, which is the same map as
// a table.
//
// Run registers two components with go-app: startPage for "/" and mapPage for
// "/m/{token}". A mapPage owns the session, the journey.Map that reads its
// document, and the views of it; the session's callbacks come to it alone and it
// hands on what changed to the board and the list, on the UI goroutine.
//
//	map.go     the page of a map: session, views, who is told what
//	bar.go     title, state, people, menus
//	share.go   links of a map, for its owner
//	me.go      name and department of whoever sits here; a question, not a wall
//	list.go    the map as a table; panel.go what is edited beside it
//	views.go   the map in every other way: drawings of app/scene, walked and opened
//	           by keys; views_tables.go those that are tables; gap.go the as-is
//	           map against the to-be map
//	lens.go    departments: who has been heard, and what each thinks of a note
//	side.go    what stands beside the views: guide.go the seven steps, with the
//	           strip above the views; check.go the findings; review.go freshness,
//	           evidence, MTAOO; settings.go the dictionaries
//	goto.go    from there to a note, a field, a boundary in whichever view stands
//	start.go   new maps and those opened lately
//	browser.go what is asked of the browser, through tabi (web/loader.js)
//
// # What will bite
//
// go-app compares handlers by the place in the code where they were made: two
// closures from one loop are the same to it unless they are given an EventScope.
// It knows no keys for lists either: an element stands for another thing after a
// remote edit has put one in before it. So the list remembers by ID what has the
// focus and gives it back after each render, and what is being written stands in
// the panel, whose elements never move.
//
// The client is built against a slim go-app (web/slim): Class and Text take one string there.
//
// No style attribute may be written (the page's CSP refuses it): classes and
// data attributes carry what differs.
package pages
