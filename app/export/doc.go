// Package export turns a map into what can be kept, shown and printed without
// Tabi: an SVG picture, an HTML table, CSV, Markdown.
//
//	SVG      a scene as a picture that stands alone, in one theme
//	Picture  the same inside a page: colours are custom properties, so that the
//	         page's theme is the picture's; what a map's page shows before the
//	         client runs
//	Table    the map as a table of phases × lanes in reading order, as data;
//	         HTML, CSV and Markdown are written from it
//
// Everything that people wrote is escaped here and nowhere else. The package is
// pure and knows no fonts: text stands where app/scene broke it.
package export
