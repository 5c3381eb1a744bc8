package journey

import "testing"

// A name of two languages has both side by side, the reader's own first; where
// there is one alone, it stands alone.
func TestNamesSideBySide(t *testing.T) {
	for _, c := range []struct {
		name   Name
		ja, en string
	}{
		{Name{"認知", "認知", "Awareness"}, "認知 / Awareness", "Awareness / 認知"},
		{Name{"認知", "", "Awareness"}, "認知 / Awareness", "Awareness / 認知"},
		{Name{"TikTok", "TikTok", "TikTok"}, "TikTok", "TikTok"},
		{Name{Text: "認知"}, "認知", "認知"},
		{Name{}, "", ""},
	} {
		if ja, en := c.name.Beside("ja"), c.name.Beside("en"); ja != c.ja || en != c.en {
			t.Errorf("%v reads %q and %q, want %q and %q", c.name, ja, en, c.ja, c.en)
		}
	}
	// A reader of a third language has the map's own name and another beside it.
	for name, want := range map[Name]string{
		{"认知", "認知", "Awareness"}: "认知 / 認知",
		{"認知", "認知", "Awareness"}: "認知 / Awareness",
		{"认知", "", "Awareness"}:   "认知 / Awareness",
		{Text: "认知"}:              "认知",
	} {
		if got := name.Beside("zh-Hans"); got != want {
			t.Errorf("%v reads %q in Chinese, want %q", name, got, want)
		}
	}
}
