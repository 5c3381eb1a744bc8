package pages

import (
	"strconv"
	"strings"
)

// lastMap is a map that was opened in this browser. Its path holds a key to the
// map, as the browser's own history does.
type lastMap struct {
	path   string
	title  string
	opened float64 // milliseconds since 1970
}

const lastMapsMax = 20

// lastMaps are the maps opened lately, newest first.
func lastMaps() []lastMap { return parseLast(recall(keyLast)) }

// parseLast reads one map a line: path, time, title, with tabs between.
func parseLast(kept string) []lastMap {
	var maps []lastMap
	for line := range strings.Lines(kept) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(parts) != 3 || !strings.HasPrefix(parts[0], "/m/") {
			continue
		}
		opened, err := strconv.ParseFloat(parts[1], 64)
		if err == nil {
			maps = append(maps, lastMap{parts[0], parts[2], opened})
		}
	}
	return maps
}

func formatLast(maps []lastMap) string {
	var b strings.Builder
	for _, m := range maps {
		title := strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, m.title)
		b.WriteString(m.path + "\t" + strconv.FormatFloat(m.opened, 'f', 0, 64) + "\t" + title + "\n")
	}
	return b.String()
}

// without is the list less the map with a path.
func without(maps []lastMap, path string) []lastMap {
	var rest []lastMap
	for _, m := range maps {
		if m.path != path {
			rest = append(rest, m)
		}
	}
	return rest
}

// opened puts a map at the head of the list, under its title of now.
func opened(maps []lastMap, m lastMap) []lastMap {
	maps = append([]lastMap{m}, without(maps, m.path)...)
	return maps[:min(len(maps), lastMapsMax)]
}

func rememberMap(m lastMap) { remember(keyLast, formatLast(opened(lastMaps(), m))) }

func forgetMap(path string) { remember(keyLast, formatLast(without(lastMaps(), path))) }
