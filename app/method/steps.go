package method

import (
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Tools are what people may use in a step.
type Tools uint16

const (
	ToolTheme Tools = 1 << iota
	ToolPersonas
	ToolNotes // in the step's lanes
	ToolLinks
	ToolPhases
	ToolChannels
	ToolEmotions
	ToolBoundaries
	ToolMeasures // owner, due, KPI, impact, effort
	ToolLanes
	ToolDrawing
	AllTools Tools = 1<<iota - 1
)

// Step is one of the seven steps. What to say is in the texts "method.step.<Key>",
// ".prompt" and ".tips".
type Step struct {
	Number  int
	Key     string
	Tools   Tools
	Lanes   []journey.LaneKind // where notes may be put, beside those of the steps before
	Minutes int                // what the timer is set to unless the facilitator says otherwise
}

// Steps are the seven steps. Each allows what the steps before allowed, and more;
// phases come with the fourth, so that nobody begins with a foregone journey.
var Steps = []Step{
	{journey.StepTheme, "theme", ToolTheme, nil, 10},
	{journey.StepPersona, "persona", ToolPersonas, nil, 15},
	{journey.StepActions, "actions", ToolNotes, []journey.LaneKind{journey.Action, journey.Quote}, 20},
	{journey.StepPhases, "phases", ToolPhases | ToolLinks, nil, 15},
	{journey.StepTouchpoints, "touchpoints", ToolChannels,
		[]journey.LaneKind{journey.Touchpoint, journey.Proof, journey.Frontstage, journey.Backstage, journey.Support, journey.Story, journey.Custom}, 20},
	{journey.StepEmotions, "emotions", ToolEmotions | ToolBoundaries,
		[]journey.LaneKind{journey.Thought, journey.EmotionCurve, journey.Attitude, journey.InfoNeed, journey.Pain, journey.Goal,
			journey.Motivation, journey.KeyMoment, journey.Satisfaction, journey.Perception}, 25},
	{journey.StepMeasures, "measures", ToolMeasures | ToolDrawing,
		[]journey.LaneKind{journey.Opportunity, journey.Measure, journey.KPILane}, 30},
}

// StepOf is the step with this number; false outside the seven, which is a map
// made freely.
func StepOf(number int) (Step, bool) {
	if number < 1 || number > len(Steps) {
		return Step{}, false
	}
	return Steps[number-1], true
}

// Allowed is what a person may use now: everything for the facilitator and on a
// map made freely.
func Allowed(m *journey.Map, facilitator bool) Tools { return allowed(m.Runner().Step, facilitator) }

func allowed(running int, facilitator bool) Tools {
	if facilitator || running == 0 {
		return AllTools
	}
	var tools Tools
	for _, s := range Steps[:running] {
		tools |= s.Tools
	}
	return tools
}

// LaneAllowed reports whether a person may put notes into a lane now. A kind that
// no step knows is as free as a custom lane.
func LaneAllowed(running int, kind journey.LaneKind, facilitator bool) bool {
	if facilitator || running == 0 {
		return true
	}
	known := false
	for _, s := range Steps {
		if slices.Contains(s.Lanes, kind) {
			if s.Number <= running {
				return true
			}
			known = true
		}
	}
	return !known && running >= journey.StepTouchpoints
}

// Progress is how far a step has come: Done of Of, in what the step counts. A
// step of which nothing can be counted yet has Of zero.
type Progress struct{ Done, Of int }

// Full reports whether nothing is left to do that can be counted.
func (p Progress) Full() bool { return p.Of > 0 && p.Done >= p.Of }

// Far tells how far a step has come.
func Far(m *journey.Map, number int) Progress {
	switch number {
	case journey.StepTheme:
		t := m.Theme()
		return count(t.Product != "", t.Purpose != "", t.Start != "" || !t.StartNote.IsZero(), t.Goal != "" || !t.GoalNote.IsZero())
	case journey.StepPersona:
		if len(m.Personas()) == 0 {
			return Progress{0, 1}
		}
		return share(m.Personas(), func(p *journey.Persona) bool { return len(p.Needs) > 0 && (len(p.Issues) > 0 || len(p.Goals) > 0) })
	case journey.StepActions:
		// The start, the goal, something between, and something bad among it.
		actions := m.NotesOf(journey.Action)
		t := m.Theme()
		return count(len(actions) > 0, !t.StartNote.IsZero() || len(actions) > 1, !t.GoalNote.IsZero() || len(actions) > 2, len(actions) >= 5)
	case journey.StepPhases:
		if len(m.Phases()) == 0 {
			return Progress{0, 1}
		}
		return share(m.NotesOf(journey.Action), func(n *journey.Note) bool { return !n.Place.Phase.IsZero() })
	case journey.StepTouchpoints:
		return share(m.NotesOf(journey.Action), func(n *journey.Note) bool {
			return m.Linked(n.ID, journey.Serves, journey.Touchpoint, true)
		})
	case journey.StepEmotions:
		p := Progress{}
		without := boundariesWithoutInformation(m)
		for _, b := range m.Boundaries() {
			p.Of++
			if !slices.Contains(without, b.To) && len(b.Info) > 0 {
				p.Done++
			}
		}
		bare := phasesWithoutEmotion(m)
		for _, phase := range m.Phases() {
			p.Of++
			if !slices.Contains(bare, phase.ID) {
				p.Done++
			}
		}
		return p
	case journey.StepMeasures:
		pains := share(m.NotesOf(journey.Pain), func(n *journey.Note) bool { return Answered(m, n.ID) })
		ready := share(m.NotesOf(journey.Measure), func(n *journey.Note) bool { return !n.Owner.IsZero() && n.Due != "" && !n.KPI.IsZero() })
		return Progress{pains.Done + ready.Done, pains.Of + ready.Of}
	}
	return Progress{}
}

func count(done ...bool) Progress {
	p := Progress{Of: len(done)}
	for _, d := range done {
		if d {
			p.Done++
		}
	}
	return p
}

func share[T any](rows []*T, done func(*T) bool) Progress {
	p := Progress{Of: len(rows)}
	for _, row := range rows {
		if done(row) {
			p.Done++
		}
	}
	return p
}

// GoTo leads everyone to a step; skipping and going back are both possible, and
// zero lets the map be made freely. until is when the step's timer ends, as
// RFC 3339, or empty.
func GoTo(m *journey.Map, e *crdt.Edit, number int, until string) {
	if number < 0 || number > len(Steps) {
		return
	}
	m.SetStep(e, number)
	m.SetTimer(e, until)
}

// Suggest is the step that a map made freely could enter at: the first that is
// not full.
func Suggest(m *journey.Map) int {
	for _, s := range Steps {
		if !Far(m, s.Number).Full() {
			return s.Number
		}
	}
	return journey.StepMeasures
}
