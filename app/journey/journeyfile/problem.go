package journeyfile

import (
	"slices"
	"strconv"
	"strings"
)

// A Problem is one thing wrong with a file. What to tell people is the text
// "journey.file." + Code of app/i18n with Args.
type Problem struct {
	Line, Column int    // counted from 1
	Path         string // as `notes[3].evidence.level`; empty where the text is no JSON
	Code         string
	Args         []string
}

// String is the problem for a log, in no language.
func (p Problem) String() string {
	s := "line " + strconv.Itoa(p.Line)
	if p.Path != "" {
		s += ", " + p.Path
	}
	s += ": " + p.Code
	if len(p.Args) > 0 {
		s += " (" + strings.Join(p.Args, ", ") + ")"
	}
	return s
}

// Error is why a file was not taken: all that is wrong with it, as far as it
// could be read, at most problemsMax.
type Error struct{ Problems []Problem }

const problemsMax = 20

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Codes are all codes a Problem can have, so that a test can see to it that
// there are words for each.
var Codes = []string{
	"empty", "not_utf8", "cut_off", "expected", "more_after_end", "too_deep", "bad_number", "twice",
	"line_break_in_string", "string_not_ended", "bad_escape", "too_big",
	"not_a_map", "format", "type", "missing", "id_twice", "unknown_reference", "not_one_of", "out_of_range",
	"not_whole", "not_a_date", "too_long", "not_neighbours", "boundary_twice", "point_twice", "other_phase", "to_itself",
}

// position counts lines and columns (in characters) up to an offset.
func position(src []byte, off int) (line, column int) {
	before := string(src[:min(off, len(src))])
	line = strings.Count(before, "\n") + 1
	return line, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}

func sortProblems(list []Problem) {
	slices.SortStableFunc(list, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}
