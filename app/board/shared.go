package board

import (
	"strings"

	"github.com/tabi-map/tabi/app/journey"
)

// What the list does as the board does it.

// Words are what a search looks for, folded.
func Words(query string) []string { return strings.Fields(fold(query)) }

// Matches reports whether all words are in a text, however they are written in it.
func Matches(text string, words []string) bool { return matches(text, words) }

// Pasted is a text from elsewhere as rows of notes: a spreadsheet's range keeps
// its grid, a list has a note a line. Nothing when it is more than one paste may make.
func Pasted(text string) (rows [][]string, grid bool) {
	p := parsePaste(text)
	if p.count() == 0 || p.count() > notesMax {
		return nil, false
	}
	return p.rows, p.grid
}

// Faces are the reactions, and the stamps that stay.
func Faces() []string { return faces }

// Barred is why one of the places takes no notes, as a key of "board.say.", "" when all do.
func Barred(m *journey.Map, places []journey.Place) string {
	for _, p := range places {
		switch lane := m.Lane(p.Lane); {
		case lane == nil:
		case lane.Locked:
			return "islocked"
		case lane.Kind == journey.EmotionCurve:
			return "nonotes" // that lane holds the curve
		}
	}
	return ""
}
