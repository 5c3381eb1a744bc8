package method

import (
	"slices"
	"unicode/utf8"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Code names what is wrong. Codes are stable: findings are set aside by them.
type Code string

const (
	ThemeWithoutProduct        Code = "theme_without_product"
	ThemeWithoutPurpose        Code = "theme_without_purpose"
	ThemeWithoutStart          Code = "theme_without_start"
	ThemeWithoutGoal           Code = "theme_without_goal"
	NoPersona                  Code = "no_persona"
	PersonaWithoutNeed         Code = "persona_without_need"
	OnlyHappyActions           Code = "only_happy_actions"
	ActionWithoutTouchpoint    Code = "action_without_touchpoint"
	PromiseMismatch            Code = "promise_mismatch"
	PhaseWithoutEmotion        Code = "phase_without_emotion"
	BoundaryWithoutInformation Code = "boundary_without_information"
	BlockerWithoutMeasure      Code = "blocker_without_measure"
	MeasureWithoutOwner        Code = "measure_without_owner"
	MeasureWithoutDue          Code = "measure_without_due"
	MeasureWithoutKPI          Code = "measure_without_kpi"
	ReviewOverdue              Code = "review_overdue"
)

// Codes are all codes in the order of the method, which is the order of findings.
var Codes = []Code{ThemeWithoutProduct, ThemeWithoutPurpose, ThemeWithoutStart, ThemeWithoutGoal, NoPersona, PersonaWithoutNeed,
	OnlyHappyActions, ActionWithoutTouchpoint, PromiseMismatch, PhaseWithoutEmotion, BoundaryWithoutInformation,
	BlockerWithoutMeasure, MeasureWithoutOwner, MeasureWithoutDue, MeasureWithoutKPI, ReviewOverdue}

// step is the step of the method that a code belongs to: while the runner is
// before it, nobody is told (M3).
var step = map[Code]int{ThemeWithoutProduct: 1, ThemeWithoutPurpose: 1, ThemeWithoutStart: 1, ThemeWithoutGoal: 1,
	NoPersona: 2, PersonaWithoutNeed: 2, OnlyHappyActions: 6, ActionWithoutTouchpoint: 5, PromiseMismatch: 5,
	PhaseWithoutEmotion: 6, BoundaryWithoutInformation: 6, BlockerWithoutMeasure: 7, MeasureWithoutOwner: 7,
	MeasureWithoutDue: 7, MeasureWithoutKPI: 7, ReviewOverdue: 1}

// Finding is one thing that a map lacks. Subject is the note, phase or persona
// that it points at; zero is the map itself. What to say is the text
// "method.finding." + Code with Args, what the fix does is "method.fix." + Code.
type Finding struct {
	Code    Code
	Subject crdt.ID
	Other   crdt.ID           // the far end, for a promise mismatch
	Aside   *journey.SetAside // the reason, when the team lives with it
}

// Check keeps the findings of a map current. A change is followed in the time
// that its own notes take (M2).
type Check struct {
	m     *journey.Map
	today string

	notes map[crdt.ID]uint32        // bits of noteRules that are broken
	lists [len(noteRules)][]crdt.ID // subjects in ID order, a list a rule
	list  []Finding                 // what Findings gave last, to be used again
}

// noteRules are the rules that look at one note and its links; all others look
// at phases, personas and the map, of which there are few.
var noteRules = [...]struct {
	code Code
	kind journey.LaneKind
	bad  func(*journey.Map, *journey.Note) bool
}{
	{ActionWithoutTouchpoint, journey.Action, actionWithoutTouchpoint},
	{PromiseMismatch, journey.Touchpoint, func(m *journey.Map, n *journey.Note) bool { return !promiseBroken(m, n).IsZero() }},
	{BlockerWithoutMeasure, journey.Pain, func(m *journey.Map, n *journey.Note) bool { return !Answered(m, n.ID) }},
	{MeasureWithoutOwner, journey.Measure, func(_ *journey.Map, n *journey.Note) bool { return n.Owner.IsZero() && !dropped(n) }},
	{MeasureWithoutDue, journey.Measure, func(_ *journey.Map, n *journey.Note) bool { return n.Due == "" && !dropped(n) }},
	{MeasureWithoutKPI, journey.Measure, func(_ *journey.Map, n *journey.Note) bool { return n.KPI.IsZero() && !dropped(n) }},
}

func dropped(n *journey.Note) bool { return n.Status == journey.Dropped }

// NewCheck looks at the whole map. today is a date like 2026-02-28.
func NewCheck(m *journey.Map, today string) *Check {
	c := &Check{m: m, today: today, notes: map[crdt.ID]uint32{}}
	for _, n := range m.Notes() {
		c.look(n.ID)
	}
	return c
}

// SetToday says that another day has come.
func (c *Check) SetToday(today string) { c.today = today }

// Update follows a change of the map.
func (c *Check) Update(t journey.Touched) {
	for _, id := range t.Notes {
		c.look(id)
		for _, l := range c.m.LinksFrom(id) {
			c.look(l.To)
		}
		for _, l := range c.m.LinksTo(id) {
			c.look(l.From)
		}
	}
	for _, id := range t.Links {
		// The ends of a link that is gone are asked of the document, which keeps them.
		from, to := c.m.LinkEnds(id)
		c.look(from)
		c.look(to)
	}
}

func (c *Check) look(id crdt.ID) {
	was, now := c.notes[id], uint32(0)
	if n := c.m.Note(id); n != nil {
		for i := range noteRules {
			if noteRules[i].kind == n.Kind && noteRules[i].bad(c.m, n) {
				now |= 1 << i
			}
		}
	}
	if was == now {
		return
	}
	for i := range noteRules {
		bit := uint32(1) << i
		if was&bit == now&bit {
			continue
		}
		at, found := slices.BinarySearchFunc(c.lists[i], id, crdt.ID.Compare)
		switch {
		case now&bit != 0 && !found:
			c.lists[i] = slices.Insert(c.lists[i], at, id)
		case now&bit == 0 && found:
			c.lists[i] = slices.Delete(c.lists[i], at, at+1)
		}
	}
	if now == 0 {
		delete(c.notes, id)
	} else {
		c.notes[id] = now
	}
}

// Findings are what the map lacks, in the order of the method; those that were
// set aside are left out. The list is good until Findings is called again.
func (c *Check) Findings() []Finding {
	aside := c.reasons()
	out := c.list[:0]
	c.each(func(code Code, subjects []crdt.ID) {
		for _, id := range subjects {
			if len(aside) > 0 && aside[reason{string(code), id}] != nil {
				continue
			}
			f := Finding{Code: code, Subject: id}
			if code == PromiseMismatch {
				f.Other = promiseBroken(c.m, c.m.Note(id))
			}
			out = append(out, f)
		}
	})
	c.list = out
	return out
}

// AsideFindings are those that were set aside and are still so, with their
// reasons.
func (c *Check) AsideFindings() []Finding {
	aside := c.reasons()
	var out []Finding
	if len(aside) == 0 {
		return nil
	}
	c.each(func(code Code, subjects []crdt.ID) {
		for _, id := range subjects {
			if why := aside[reason{string(code), id}]; why != nil {
				out = append(out, Finding{Code: code, Subject: id, Aside: why})
			}
		}
	})
	return out
}

// Count is how many findings are open.
func (c *Check) Count() int { return c.total() - len(c.AsideFindings()) }

func (c *Check) total() int {
	n := 0
	c.each(func(_ Code, subjects []crdt.ID) { n += len(subjects) })
	return n
}

// Findings looks at a whole map once.
func Findings(m *journey.Map, today string) []Finding { return NewCheck(m, today).Findings() }

// A reason is found by what was set aside.
type reason struct {
	code    string
	subject crdt.ID
}

func (c *Check) reasons() map[reason]*journey.SetAside {
	var out map[reason]*journey.SetAside
	for _, s := range c.m.SetAside() {
		if out == nil {
			out = map[reason]*journey.SetAside{}
		}
		out[reason{s.Code, s.Subject}] = s
	}
	return out
}

// each gives the subjects of every rule that may speak now (M3), in the order of
// the method.
func (c *Check) each(do func(Code, []crdt.ID)) {
	running := c.m.Runner().Step
	for _, code := range Codes {
		if running > 0 && step[code] > running {
			continue
		}
		if code == ActionWithoutTouchpoint && c.m.LaneOf(journey.Touchpoint) == nil {
			continue // a map without a lane for them does not ask
		}
		if i := ruleOf(code); i >= 0 {
			do(code, c.lists[i])
		} else if subjects := c.wide(code); len(subjects) > 0 {
			do(code, subjects)
		}
	}
}

// ruleOf is a code's place among the rules that look at one note, or -1.
func ruleOf(code Code) int {
	for i := range noteRules {
		if noteRules[i].code == code {
			return i
		}
	}
	return -1
}

// wide finds the subjects of a rule that looks at phases, personas or the map.
func (c *Check) wide(code Code) []crdt.ID {
	m := c.m
	whole := func(bad bool) []crdt.ID {
		if bad {
			return []crdt.ID{{}}
		}
		return nil
	}
	begun := m.NoteCount() > 0
	switch code {
	case ThemeWithoutProduct:
		return whole(begun && m.Theme().Product == "")
	case ThemeWithoutPurpose:
		return whole(begun && m.Theme().Purpose == "")
	case ThemeWithoutStart:
		return whole(begun && m.Theme().Start == "" && m.Theme().StartNote.IsZero())
	case ThemeWithoutGoal:
		return whole(begun && m.Theme().Goal == "" && m.Theme().GoalNote.IsZero())
	case NoPersona:
		return whole(begun && len(m.Personas()) == 0)
	case PersonaWithoutNeed:
		var out []crdt.ID
		for _, p := range m.Personas() {
			if len(p.Needs) == 0 {
				out = append(out, p.ID)
			}
		}
		return out
	case OnlyHappyActions:
		return whole(onlyHappy(m))
	case PhaseWithoutEmotion:
		return phasesWithoutEmotion(m)
	case BoundaryWithoutInformation:
		return boundariesWithoutInformation(m)
	case ReviewOverdue:
		return whole(Fresh(m, c.today).Overdue)
	}
	return nil
}

// ---- the rules

// actionWithoutTouchpoint: every action has at least one touchpoint (step 5).
func actionWithoutTouchpoint(m *journey.Map, n *journey.Note) bool {
	return !m.Linked(n.ID, journey.Serves, journey.Touchpoint, true)
}

// Answered reports whether some measure that was not dropped answers a pain.
func Answered(m *journey.Map, pain crdt.ID) bool {
	for _, l := range m.LinksTo(pain) {
		if l.Rel != journey.Answers {
			continue
		}
		if n := m.Note(l.From); n != nil && n.Kind == journey.Measure && !dropped(n) {
			return true
		}
	}
	return false
}

// promiseBroken is the touchpoint that a promise leads to and that does not keep
// it: the ad says "start at once", the landing page says "high end", the dealer
// says nothing.
func promiseBroken(m *journey.Map, n *journey.Note) crdt.ID {
	if n == nil || n.Promise == "" {
		return crdt.ID{}
	}
	for _, l := range m.LinksFrom(n.ID) {
		if l.Rel != journey.Leads {
			continue
		}
		if next := m.Note(l.To); next != nil && next.Kind == journey.Touchpoint && !samePromise(n.Promise, next.Promise) {
			return next.ID
		}
	}
	return crdt.ID{}
}

// samePromise compares what two touchpoints say without regard to case, spaces
// and the width of letters.
func samePromise(a, b string) bool { return journey.Fold(a) == journey.Fold(b) }

// onlyHappy: a journey of which nobody can say a bad moment was not looked at
// with the customer's eyes. Three points are enough to say so.
func onlyHappy(m *journey.Map) bool {
	points := m.Emotions()
	for _, e := range points {
		if e.Score < 0 {
			return false
		}
	}
	return len(points) >= 3
}

func phasesWithoutEmotion(m *journey.Map) []crdt.ID {
	if len(m.Personas()) == 0 || m.LaneOf(journey.EmotionCurve) == nil {
		return nil
	}
	felt := map[crdt.ID]bool{}
	for _, e := range m.Emotions() {
		felt[e.Phase] = true
	}
	var out []crdt.ID
	for _, p := range m.Phases() {
		if !felt[p.ID] && hasAction(m, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

func hasAction(m *journey.Map, phase crdt.ID) bool {
	for _, l := range m.Lanes() {
		if l.Kind == journey.Action && len(m.NotesIn(journey.Cell{Phase: phase, Lane: l.ID})) > 0 {
			return true
		}
	}
	return false
}

// boundariesWithoutInformation: what customers learn that lets them go on. Asked
// between phases in which something happens, on maps that have lanes for it.
func boundariesWithoutInformation(m *journey.Map) []crdt.ID {
	asks := m.LaneOf(journey.InfoNeed) != nil || m.LaneOf(journey.Attitude) != nil
	var out []crdt.ID
	for _, b := range m.Boundaries() {
		if len(b.Info) > 0 {
			continue
		}
		if b.Written() || asks && hasAction(m, b.From) && hasAction(m, b.To) {
			out = append(out, b.To)
		}
	}
	return out
}

// Args are what the texts of a finding name: the subject, in quotes of the
// reader's language put there by the text, shortened.
func (f Finding) Args(m *journey.Map, lang string) []any {
	switch f.Code {
	case BoundaryWithoutInformation:
		if b, ok := m.Boundary(f.Subject); ok {
			return []any{m.Phase(b.From).Name.In(lang), m.Phase(b.To).Name.In(lang)}
		}
		return []any{"", ""}
	case ReviewOverdue:
		if f := Fresh(m, ""); f.BigChange != "" {
			return []any{f.BigChange}
		}
		return []any{Fresh(m, "").Due}
	case PromiseMismatch:
		a, b := m.Note(f.Subject), m.Note(f.Other)
		if a == nil || b == nil {
			return []any{"", "", ""}
		}
		return []any{short(a.Text), short(a.Promise), short(b.Text)}
	}
	if n := m.Note(f.Subject); n != nil {
		return []any{short(n.Text)}
	}
	if p := m.Phase(f.Subject); p != nil {
		return []any{p.Name.In(lang)}
	}
	if p := m.Persona(f.Subject); p != nil {
		return []any{p.Name}
	}
	return nil
}

const shortMax = 40

func short(s string) string {
	if utf8.RuneCountInString(s) <= shortMax {
		return s
	}
	return string([]rune(s)[:shortMax-1]) + "…"
}
