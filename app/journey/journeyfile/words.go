package journeyfile

import (
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Format is what files say of themselves.
const Format = "cjm-sample/1"

var (
	mapTypes       = words(journey.MapTypes)
	evidenceLevels = words([]journey.EvidenceLevel{journey.Guess, journey.Voice, journey.Data})
	painKinds      = words([]journey.PainKind{journey.Break, journey.Stuck, journey.Friction})
	statuses       = words([]journey.Status{journey.Todo, journey.Doing, journey.Done, journey.Dropped})
	letters        = []string{"map", "track", "analyse", "orchestrate", "optimise"}
	flagNames      = []string{"key_moment", "surprise", "delight"}
	flagFields     = []crdt.Field{journey.NoteKeyMoment, journey.NoteSurprise, journey.NoteDelight}
)

type keyed struct {
	key   string
	field crdt.Field
}

var (
	reviewDates = []keyed{{"due", journey.ReviewDue}, {"last", journey.ReviewLast}, {"big_change", journey.ReviewBigChange}}
	noteGrades  = []keyed{{"severity", journey.NoteSeverity}, {"impact", journey.NoteImpact}, {"effort", journey.NoteEffort}}
)

var boundaryLists = []struct {
	key string
	rel journey.Rel
}{{"info_notes", journey.HasInformation}, {"blockers", journey.HasBlocker}, {"measures", journey.HasMeasure}}

var commentTargets = []struct {
	key  string
	kind crdt.Kind
}{{"note", journey.KindNote}, {"phase", journey.KindPhase}, {"persona", journey.KindPersona}, {"kpi", journey.KindKPI}}

var drawingKinds = map[crdt.Kind]string{journey.KindShape: "shape", journey.KindStroke: "stroke", journey.KindText: "text", journey.KindImage: "image"}

// endKinds are the lists that a connector can point into.
var endKinds = map[string]crdt.Kind{"note": journey.KindNote, "phase": journey.KindPhase, "drawing": journey.KindShape,
	"persona": journey.KindPersona, "channel": journey.KindChannel, "kpi": journey.KindKPI, "lane": journey.KindLane,
	"department": journey.KindDepartment}

func words[T ~string](list_ []T) []string {
	out := make([]string, len(list_))
	for i, w := range list_ {
		out[i] = string(w)
	}
	return out
}

func tohex(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

func unhex(s string) []byte {
	var out []byte
	for i := 0; i+1 < len(s); i += 2 {
		v, err := strconv.ParseUint(s[i:i+2], 16, 8)
		if err != nil {
			return out
		}
		out = append(out, byte(v))
	}
	return out
}
