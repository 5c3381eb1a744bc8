package method

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Freshness says how far a map can be trusted to be of today.
type Freshness struct {
	Last      string // when it was last reviewed, or else made; empty: nobody knows
	Due       string // when it is reviewed next; empty: nobody knows
	DaysLeft  int    // until Due, negative when it has passed
	BigChange string // since when a big change waits to be drawn in
	Overdue   bool
}

// reviewDays is the yearly review that is usual when nobody has said otherwise.
const reviewDays = 365

// Fresh tells when a map is due for review: on the day that was set, else a year
// (or what was set) after the last review or the making, and at once after a big
// change (M5). A map of which no date is known is never overdue.
func Fresh(m *journey.Map, today string) Freshness {
	r := m.Review()
	f := Freshness{Last: r.Last, Due: r.Due, BigChange: r.BigChange}
	if f.Last == "" {
		f.Last = r.Created
	}
	if last, ok := journey.DayOf(f.Last); ok && f.Due == "" {
		days := r.Days
		if days <= 0 {
			days = reviewDays
		}
		f.Due = DateOf(last + days)
	}
	now, known := journey.DayOf(today)
	if !known {
		return f
	}
	if due, ok := journey.DayOf(f.Due); ok {
		f.DaysLeft = due - now
		f.Overdue = f.DaysLeft < 0
	}
	if since, ok := journey.DayOf(r.BigChange); ok && since <= now {
		f.Overdue = true
	}
	return f
}

// Says is how fresh a map is in words: the key of a text, with its arguments.
func (f Freshness) Says() (key string, args []any) {
	switch {
	case f.BigChange != "" && f.Overdue:
		return "review.bigsince", []any{f.BigChange}
	case f.Overdue:
		return "review.overdue", []any{-f.DaysLeft, f.Due}
	case f.Due != "":
		return "review.due", []any{f.DaysLeft, f.Due}
	}
	return "review.unknown", nil
}

// News is what became of the map since its last review. What was made and taken
// away again in between is no news.
type News struct {
	Added, Changed, Moved, Removed []crdt.ID // notes and phases
	Others                         int       // lanes, personas, links, points of emotion and whatever else
}

// Since is the news since the last review; false when no review was marked in
// this map, so that nobody knows (M12).
func Since(m *journey.Map) (News, bool) {
	changes, known := m.SinceReview()
	var n News
	doc := m.Document()
	for _, c := range changes {
		there := doc.Exists(c.ID)
		switch {
		case c.Created && !there:
		case c.Kind != journey.KindNote && c.Kind != journey.KindPhase:
			if c.Kind != journey.KindMap || c.Fields&^reviewFields != 0 {
				n.Others++
			}
		case !there:
			n.Removed = append(n.Removed, c.ID)
		case c.Created:
			n.Added = append(n.Added, c.ID)
		case c.Fields&^placeFields(c.Kind) == 0:
			n.Moved = append(n.Moved, c.ID)
		default:
			n.Changed = append(n.Changed, c.ID)
		}
	}
	return n, known
}

// reviewFields are those of the map that a review and a workshop write.
const reviewFields = 1<<journey.ReviewSeen | 1<<journey.ReviewLast | 1<<journey.ReviewDue | 1<<journey.ReviewBigChange |
	1<<journey.ReviewOwner | 1<<journey.ReviewDays | 1<<journey.ReviewNote | 1<<journey.RunnerStep | 1<<journey.RunnerTimer

// placeFields say where something stands and how large, and nothing else of it.
func placeFields(kind crdt.Kind) crdt.FieldSet {
	if kind == journey.KindNote {
		return 1<<journey.NotePlace | 1<<journey.NoteSize | 1<<journey.NoteZ
	}
	return 1<<journey.FieldOrder | 1<<journey.PhaseWidth
}

func dayOr(today string) int {
	day, _ := journey.DayOf(today)
	return day
}

// DateOf is the date that journey.DayOf makes this number of.
func DateOf(day int) string {
	// Civil from days, counted in eras of 400 years that begin in March.
	z := day - 1
	era := z / 146097
	of := z - era*146097
	year := (of - of/1460 + of/36524 - of/146096) / 365
	inYear := of - (365*year + year/4 - year/100)
	mp := (5*inYear + 2) / 153
	d := inYear - (153*mp+2)/5 + 1
	month := mp + 3
	year += era * 400
	if month > 12 {
		month, year = month-12, year+1
	}
	digits := func(v, n int) string {
		s := make([]byte, n)
		for i := n - 1; i >= 0; i-- {
			s[i] = byte('0' + v%10)
			v /= 10
		}
		return string(s)
	}
	return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(d, 2)
}
