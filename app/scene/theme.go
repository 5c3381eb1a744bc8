// Code below is made by hand but for the tones, which are computed in OKLCH
// (docs/design.md tells how); theme_test.go checks every contrast and that
// web/tokens.css says the same.

package scene

// Ink is a colour by its role. What it looks like is up to the theme.
type Ink uint8

const (
	InkNone           Ink = iota
	InkPaper              // what the map lies on
	InkCard               // cells, panels, dialogs
	InkCardSoft           // lane labels, bars, every second row
	InkText               // text
	InkTextSoft           // second text
	InkTextFaint          // captions, still AA on paper and card
	InkRule               // lines between cells
	InkRuleStrong         // borders that mean something (3:1)
	InkAccent             // actions, selection
	InkOnAccent           // text on accent
	InkAccentSoft         // selected rows, hover
	InkPhaseLatent        // chevron: latent demand
	InkPhaseComparing     // chevron: comparing
	InkPhaseOvert         // chevron: overt demand
	InkOnPhase            // text on chevrons
	InkGood               // upswing, delight, done
	InkGoodSoft           // ground behind good
	InkBad                // pain, lowest point, blockers
	InkBadSoft            // ground behind bad
	InkWarn               // surprise, guess, due soon
	InkWarnSoft           // ground behind warn
	InkFocus              // focus ring
	InkShade              // the note’s shadow
	InkBackdrop           // behind dialogs, at 45 %
	InkCoral
	InkCoralEdge
	InkCoralInk
	InkAmber
	InkAmberEdge
	InkAmberInk
	InkYellow
	InkYellowEdge
	InkYellowInk
	InkLime
	InkLimeEdge
	InkLimeInk
	InkGreen
	InkGreenEdge
	InkGreenInk
	InkTeal
	InkTealEdge
	InkTealInk
	InkSky
	InkSkyEdge
	InkSkyInk
	InkBlue
	InkBlueEdge
	InkBlueInk
	InkViolet
	InkVioletEdge
	InkVioletInk
	InkPlum
	InkPlumEdge
	InkPlumInk
	InkRose
	InkRoseEdge
	InkRoseInk
	InkStone
	InkStoneEdge
	InkStoneInk
	inkCount
)

// Theme is one of the four looks of the interface.
type Theme uint8

const (
	Light Theme = iota
	Dark
	LightContrast
	DarkContrast
	Themes // how many there are
)

var inks = [inkCount]struct {
	name string
	hex  [Themes]string
}{
	InkPaper:          {"paper", [Themes]string{"#f5f3ee", "#14161b", "#ffffff", "#000000"}},
	InkCard:           {"card", [Themes]string{"#ffffff", "#1d2027", "#ffffff", "#000000"}},
	InkCardSoft:       {"card-soft", [Themes]string{"#faf8f4", "#23272f", "#ffffff", "#000000"}},
	InkText:           {"ink", [Themes]string{"#1d2330", "#eceef2", "#000000", "#ffffff"}},
	InkTextSoft:       {"ink-soft", [Themes]string{"#495164", "#b9c0cc", "#000000", "#ffffff"}},
	InkTextFaint:      {"ink-faint", [Themes]string{"#646c7d", "#99a1b0", "#2b2b2b", "#e0e0e0"}},
	InkRule:           {"rule", [Themes]string{"#e4dfd5", "#2f343e", "#767676", "#8c8c8c"}},
	InkRuleStrong:     {"rule-strong", [Themes]string{"#8d8674", "#7d8697", "#000000", "#ffffff"}},
	InkAccent:         {"accent", [Themes]string{"#2f4b8f", "#9db7ff", "#00308f", "#b8ccff"}},
	InkOnAccent:       {"on-accent", [Themes]string{"#ffffff", "#101625", "#ffffff", "#000000"}},
	InkAccentSoft:     {"accent-soft", [Themes]string{"#e6ebf7", "#26304a", "#eef3ff", "#101a33"}},
	InkPhaseLatent:    {"phase-latent", [Themes]string{"#5a73b0", "#566a9f", "#1f3a85", "#1f3a85"}},
	InkPhaseComparing: {"phase-comparing", [Themes]string{"#3f5898", "#435791", "#1f3a85", "#1f3a85"}},
	InkPhaseOvert:     {"phase-overt", [Themes]string{"#2a3f78", "#33467f", "#0c2052", "#0c2052"}},
	InkOnPhase:        {"on-phase", [Themes]string{"#ffffff", "#ffffff", "#ffffff", "#ffffff"}},
	InkGood:           {"good", [Themes]string{"#0b7a5c", "#57c9a5", "#00513a", "#7ff0cb"}},
	InkGoodSoft:       {"good-soft", [Themes]string{"#dcf3ea", "#17382e", "#ffffff", "#001a12"}},
	InkBad:            {"bad", [Themes]string{"#b8341f", "#ff9180", "#8f1400", "#ffb3a6"}},
	InkBadSoft:        {"bad-soft", [Themes]string{"#fde5df", "#4a231c", "#ffffff", "#2b0700"}},
	InkWarn:           {"warn", [Themes]string{"#8f5a00", "#e8b24c", "#5e3a00", "#ffd98a"}},
	InkWarnSoft:       {"warn-soft", [Themes]string{"#fdf0d2", "#41320f", "#ffffff", "#241800"}},
	InkFocus:          {"focus", [Themes]string{"#0b5fff", "#8ab4ff", "#0000d0", "#ffff00"}},
	InkShade:          {"shade", [Themes]string{"#c9c2b2", "#0a0b0e", "#ffffff", "#000000"}},
	InkBackdrop:       {"backdrop", [Themes]string{"#1d2330", "#000000", "#000000", "#000000"}},
	InkCoral:          {"tone-coral", [Themes]string{"#ffe5de", "#532e24", "#fff4f1", "#22110d"}},
	InkCoralEdge:      {"tone-coral-edge", [Themes]string{"#c45439", "#e7866e", "#892408", "#fec0b0"}},
	InkCoralInk:       {"tone-coral-ink", [Themes]string{"#5e2314", "#fbe1db", "#000000", "#ffffff"}},
	InkAmber:          {"tone-amber", [Themes]string{"#fee7d0", "#4e3315", "#fff5ec", "#1f1307"}},
	InkAmberEdge:      {"tone-amber-edge", [Themes]string{"#af6901", "#d99346", "#6e4103", "#fec48a"}},
	InkAmberInk:       {"tone-amber-ink", [Themes]string{"#512f02", "#f6e4d3", "#000000", "#ffffff"}},
	InkYellow:         {"tone-yellow", [Themes]string{"#f4ecc4", "#42390e", "#faf7e7", "#1a1605"}},
	InkYellowEdge:     {"tone-yellow-edge", [Themes]string{"#8f7c05", "#bba533", "#5a4d04", "#e3d27f"}},
	InkYellowInk:      {"tone-yellow-ink", [Themes]string{"#423800", "#ede9d1", "#000000", "#ffffff"}},
	InkLime:           {"tone-lime", [Themes]string{"#e4f1cf", "#333e1d", "#f4f9ec", "#13180a"}},
	InkLimeEdge:       {"tone-lime-edge", [Themes]string{"#69890e", "#94b25b", "#405601", "#c3dc97"}},
	InkLimeInk:        {"tone-lime-ink", [Themes]string{"#2e3f00", "#e3ecd7", "#000000", "#ffffff"}},
	InkGreen:          {"tone-green", [Themes]string{"#d6f5db", "#23412a", "#eefbf0", "#0c1a0f"}},
	InkGreenEdge:      {"tone-green-edge", [Themes]string{"#29924b", "#6ab97c", "#015e28", "#a4e3b0"}},
	InkGreenInk:       {"tone-green-ink", [Themes]string{"#0b441e", "#dbeede", "#000000", "#ffffff"}},
	InkTeal:           {"tone-teal", [Themes]string{"#cbf6ed", "#12423b", "#eafbf8", "#061a17"}},
	InkTealEdge:       {"tone-teal-edge", [Themes]string{"#0b8f80", "#3cbbaa", "#045a50", "#8ae5d5"}},
	InkTealInk:        {"tone-teal-ink", [Themes]string{"#00423a", "#d5eee9", "#000000", "#ffffff"}},
	InkSky:            {"tone-sky", [Themes]string{"#d2f1fe", "#123f4f", "#edf9ff", "#061920"}},
	InkSkyEdge:        {"tone-sky-edge", [Themes]string{"#0289ad", "#3bb4dc", "#02556d", "#8ddefe"}},
	InkSkyInk:         {"tone-sky-ink", [Themes]string{"#023e51", "#d5ecf6", "#000000", "#ffffff"}},
	InkBlue:           {"tone-blue", [Themes]string{"#dfedfe", "#243a57", "#f2f7fe", "#0c1723"}},
	InkBlueEdge:       {"tone-blue-edge", [Themes]string{"#357cd2", "#6da7f1", "#004b96", "#b3d4ff"}},
	InkBlueInk:        {"tone-blue-ink", [Themes]string{"#123865", "#dbe9fc", "#000000", "#ffffff"}},
	InkViolet:         {"tone-violet", [Themes]string{"#ede7fe", "#3d3253", "#f7f5fe", "#181322"}},
	InkVioletEdge:     {"tone-violet-edge", [Themes]string{"#8864c8", "#ae93e8", "#58368e", "#d7c7fe"}},
	InkVioletInk:      {"tone-violet-ink", [Themes]string{"#3e2b60", "#eae4fa", "#000000", "#ffffff"}},
	InkPlum:           {"tone-plum", [Themes]string{"#ffe0fb", "#4a2e48", "#fef3fd", "#1e111c"}},
	InkPlumEdge:       {"tone-plum-edge", [Themes]string{"#ac56a5", "#d087ca", "#752870", "#f7b9f0"}},
	InkPlumInk:        {"tone-plum-ink", [Themes]string{"#51244e", "#f4e1f2", "#000000", "#ffffff"}},
	InkRose:           {"tone-rose", [Themes]string{"#fee3e7", "#532c33", "#fff4f5", "#221013"}},
	InkRoseEdge:       {"tone-rose-edge", [Themes]string{"#c24f6b", "#e68296", "#871f3e", "#ffbcc7"}},
	InkRoseInk:        {"tone-rose-ink", [Themes]string{"#5d202f", "#fbe0e4", "#000000", "#ffffff"}},
	InkStone:          {"tone-stone", [Themes]string{"#edebe7", "#3b3935", "#f8f7f5", "#171614"}},
	InkStoneEdge:      {"tone-stone-edge", [Themes]string{"#817b70", "#aaa49a", "#524c43", "#d5d0c8"}},
	InkStoneInk:       {"tone-stone-ink", [Themes]string{"#3b3732", "#e9e8e5", "#000000", "#ffffff"}},
}

// Name is the name of the ink's custom property in web/tokens.css, without the
// two dashes.
func (k Ink) Name() string { return inks[k].name }

// Hex is the colour in a theme, as #rrggbb; empty for InkNone.
func (k Ink) Hex(t Theme) string { return inks[k].hex[t] }
