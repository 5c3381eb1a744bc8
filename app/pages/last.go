package pages

import (
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/app/session"
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

// seen is when a map was last in step with its server, as this browser knows; 0: it
// does not.
func seen(path string) float64 {
	for _, m := range lastMaps() {
		if m.path == path {
			return m.opened
		}
	}
	return 0
}

// keepSeen notes down now and then that the map is in step, for when it is opened
// without a server.
func (p *mapPage) keepSeen() {
	const every = 20000
	if t := now(); p.status.State == session.Live && t-p.seenAt > every {
		p.seenAt = t
		rememberMap(lastMap{p.path, p.title, t})
	}
}

// lastSeen is when what is shown was in step, in the reader's form; empty when
// nobody knows.
func (p *mapPage) lastSeen() string {
	at := float64(p.status.SeenAt.UnixMilli())
	if p.status.SeenAt.IsZero() {
		at = seen(p.path)
	}
	if at <= 0 {
		return ""
	}
	return p.say("state.seen", when(at, p.lang))
}

func forgetMap(path string) { remember(keyLast, formatLast(without(lastMaps(), path))) }
