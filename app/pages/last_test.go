package pages

import (
	"slices"
	"strconv"
	"testing"
)

func TestLastMapsSurviveWhateverTheirTitlesHold(t *testing.T) {
	maps := []lastMap{{"/m/a", "tab\there, line\nthere", 1700000000000}, {"/m/b", "", 1}, {"/m/c", "旅", 2}}
	got := parseLast(formatLast(maps))
	maps[0].title = "tab here, line there"
	if !slices.Equal(got, maps) {
		t.Errorf("got %v, want %v", got, maps)
	}
}

func TestLastMapsOfAnotherTimeAreLeftOut(t *testing.T) {
	if got := parseLast("nonsense\n/m/a\tx\ttitle\nhttps://elsewhere/m/a\t1\ttitle\n"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestTheMapOpenedLastComesFirstAndOnce(t *testing.T) {
	var maps []lastMap
	for i := range 3 * lastMapsMax {
		maps = opened(maps, lastMap{path: "/m/" + strconv.Itoa(i%(lastMapsMax+5)), opened: float64(i)})
	}
	if len(maps) != lastMapsMax {
		t.Errorf("%d maps are kept, want %d", len(maps), lastMapsMax)
	}
	seen := map[string]bool{}
	for i, m := range maps {
		if seen[m.path] || i > 0 && m.opened > maps[i-1].opened {
			t.Errorf("out of order or twice: %v", maps)
		}
		seen[m.path] = true
	}
}
