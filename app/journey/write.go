package journey

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/tabi-map/tabi/crdt"
)

// ---- registers and texts

// set writes a register unless it says so already.
func (m *Map) set(e *crdt.Edit, id crdt.ID, f crdt.Field, value []byte) {
	if !id.IsZero() && !m.doc.Exists(id) || bytes.Equal(m.doc.Get(id, f), value) {
		return
	}
	e.Set(id, f, value)
}

func (m *Map) setString(e *crdt.Edit, id crdt.ID, f crdt.Field, value string) {
	m.set(e, id, f, []byte(value))
}

func (m *Map) setNumber(e *crdt.Edit, id crdt.ID, f crdt.Field, value float64) {
	m.set(e, id, f, NumberBytes(value))
}

// setCount writes a number of which zero means that nobody has said.
func (m *Map) setCount(e *crdt.Edit, id crdt.ID, f crdt.Field, value int) {
	if value == 0 {
		m.set(e, id, f, nil)
		return
	}
	m.setNumber(e, id, f, float64(value))
}

// setBool writes a yes or no; no is what was never said, too.
func (m *Map) setBool(e *crdt.Edit, id crdt.ID, f crdt.Field, v bool) {
	if boolOf(m.doc.Get(id, f)) != v {
		m.set(e, id, f, BoolBytes(v))
	}
}

// WriteText makes a text read s by changing as little of it as possible, so that
// what others type in it at the same time stays.
func (m *Map) WriteText(e *crdt.Edit, id crdt.ID, f crdt.Field, s string) {
	if !id.IsZero() && !m.doc.Exists(id) {
		return
	}
	old := m.doc.Text(id, f)
	head := 0
	for head < len(old) && head < len(s) {
		r, n := utf8.DecodeRuneInString(old[head:])
		q, k := utf8.DecodeRuneInString(s[head:])
		if r != q || n != k {
			break
		}
		head += n
	}
	tail := 0
	for tail < len(old)-head && tail < len(s)-head {
		r, n := utf8.DecodeLastRuneInString(old[head : len(old)-tail])
		q, k := utf8.DecodeLastRuneInString(s[head : len(s)-tail])
		if r != q || n != k {
			break
		}
		tail += n
	}
	at := units(old[:head])
	if gone := units(old[head : len(old)-tail]); gone > 0 {
		e.Erase(id, f, at, gone)
	}
	if come := s[head : len(s)-tail]; come != "" {
		e.Insert(id, f, at, come)
	}
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// Rename names anything that has a name, in the language of who renames it. What
// is written in the map's own language is the name for all who have no pair.
func (m *Map) Rename(e *crdt.Edit, id crdt.ID, lang, name string) {
	if lang != "ja" && lang != "en" { // no pair: it is the name for all who have none
		m.setString(e, id, FieldName, name)
		return
	}
	own := m.Lang() == "" || m.Lang() == lang || len(m.doc.Get(id, FieldName)) == 0
	pair := FieldNameJA
	if lang == "en" {
		pair = FieldNameEN
	}
	if own {
		m.setString(e, id, FieldName, name)
	}
	if !own || len(m.doc.Get(id, pair)) > 0 {
		m.setString(e, id, pair, name)
	}
}

// SetName writes all of a name.
func (m *Map) SetName(e *crdt.Edit, id crdt.ID, n Name) {
	m.setString(e, id, FieldName, n.Text)
	m.setString(e, id, FieldNameJA, n.JA)
	m.setString(e, id, FieldNameEN, n.EN)
}

// SetNameIn writes a name in one language and leaves the other as it is; what is
// written in the map's own language is the name for all who have no pair.
func (m *Map) SetNameIn(e *crdt.Edit, id crdt.ID, lang, name string) {
	now := m.name(id)
	pair, was := FieldNameJA, now.JA
	if lang == "en" {
		pair, was = FieldNameEN, now.EN
	}
	if now.Text == "" || now.Text == was || m.Lang() == lang {
		m.setString(e, id, FieldName, name)
	}
	m.setString(e, id, pair, name)
}

// SetColor colours anything that has a colour; empty: by department.
func (m *Map) SetColor(e *crdt.Edit, id crdt.ID, color string) { m.setString(e, id, FieldColor, color) }

// ---- the map itself

func (m *Map) SetTitle(e *crdt.Edit, lang, title string) { m.Rename(e, crdt.ID{}, lang, title) }
func (m *Map) SetLang(e *crdt.Edit, lang string)         { m.setString(e, crdt.ID{}, MapLang, lang) }
func (m *Map) SetType(e *crdt.Edit, t MapType)           { m.setString(e, crdt.ID{}, MapTypeField, string(t)) }
func (m *Map) SetCreated(e *crdt.Edit, date string)      { m.setString(e, crdt.ID{}, MapCreated, date) }
func (m *Map) SetSibling(e *crdt.Edit, mapID string)     { m.setString(e, crdt.ID{}, MapSibling, mapID) }
func (m *Map) SetStartNote(e *crdt.Edit, note crdt.ID) {
	m.set(e, crdt.ID{}, ThemeStartNote, RefBytes(note))
}
func (m *Map) SetGoalNote(e *crdt.Edit, note crdt.ID) {
	m.set(e, crdt.ID{}, ThemeGoalNote, RefBytes(note))
}
func (m *Map) SetReviewDue(e *crdt.Edit, date string)  { m.setString(e, crdt.ID{}, ReviewDue, date) }
func (m *Map) SetReviewOwner(e *crdt.Edit, who string) { m.setString(e, crdt.ID{}, ReviewOwner, who) }
func (m *Map) WriteReviewNote(e *crdt.Edit, s string)  { m.WriteText(e, crdt.ID{}, ReviewNote, s) }
func (m *Map) SetReviewDays(e *crdt.Edit, days int)    { m.setCount(e, crdt.ID{}, ReviewDays, days) }
func (m *Map) SetBigChange(e *crdt.Edit, date string) {
	m.setString(e, crdt.ID{}, ReviewBigChange, date)
}
func (m *Map) SetStep(e *crdt.Edit, step int)      { m.setCount(e, crdt.ID{}, RunnerStep, step) }
func (m *Map) SetTimer(e *crdt.Edit, until string) { m.setString(e, crdt.ID{}, RunnerTimer, until) }

// SetFork says of a copy of a document which map it was forked from, and that
// all it holds now it has from there. It must come first in its edit: what the
// edit writes is no longer common to both.
func (m *Map) SetFork(e *crdt.Edit, mapID string) {
	common := m.doc.Version()
	e.Set(crdt.ID{}, MapFork, common.Append(nil))
	m.SetSibling(e, mapID)
}

// SetOrigin says which note of the sibling map this one is.
func (m *Map) SetOrigin(e *crdt.Edit, note crdt.ID, origin string) {
	m.setString(e, note, NoteOrigin, origin)
}

// SetReviewed says that the map was reviewed: the big change, if any, is dealt with.
func (m *Map) SetReviewed(e *crdt.Edit, date string) {
	e.Set(crdt.ID{}, ReviewSeen, []byte(date)) // also on the same day again: its stamp is what counts
	m.setString(e, crdt.ID{}, ReviewLast, date)
	m.setString(e, crdt.ID{}, ReviewBigChange, "")
	m.setString(e, crdt.ID{}, ReviewDue, "")
}

// SetTheme writes the theme's texts; anchors are left alone.
func (m *Map) SetTheme(e *crdt.Edit, t Theme) {
	m.WriteText(e, crdt.ID{}, ThemeProduct, t.Product)
	m.WriteText(e, crdt.ID{}, ThemePurpose, t.Purpose)
	m.WriteText(e, crdt.ID{}, ThemeStart, t.Start)
	m.WriteText(e, crdt.ID{}, ThemeGoal, t.Goal)
}

// SetICP writes the ideal customer profile.
func (m *Map) SetICP(e *crdt.Edit, p ICP) {
	m.WriteText(e, crdt.ID{}, ICPSize, p.CompanySize)
	m.WriteText(e, crdt.ID{}, ICPIndustry, p.Industry)
	m.WriteText(e, crdt.ID{}, ICPBudget, p.Budget)
}

// SetAverages writes the figures to compare with.
func (m *Map) SetAverages(e *crdt.Edit, a Averages) {
	m.setNumber(e, crdt.ID{}, AverageTouches, a.Touches)
	m.setNumber(e, crdt.ID{}, AverageChannels, a.Channels)
	m.setNumber(e, crdt.ID{}, AverageDays, a.Days)
	m.setString(e, crdt.ID{}, AverageSource, a.Source)
}

// SetMTAOO says how far one letter, 0…4, has come.
func (m *Map) SetMTAOO(e *crdt.Edit, letter int, s Status) {
	if letter >= 0 && letter <= 4 {
		m.setString(e, crdt.ID{}, MTAOOState+crdt.Field(letter), string(s))
	}
}

// WriteMTAOO writes the remarks on one letter, 0…4.
func (m *Map) WriteMTAOO(e *crdt.Edit, letter int, notes string) {
	if letter >= 0 && letter <= 4 {
		m.WriteText(e, crdt.ID{}, MTAOONotes+crdt.Field(letter), notes)
	}
}

// ---- order

// Ordered is a phase or a lane with its order key.
type Ordered struct {
	ID  crdt.ID
	Key []byte
}

// InOrder reads phases or lanes from the document, which knows those of the open
// edit too.
func (m *Map) InOrder(kind crdt.Kind) []Ordered {
	var list []Ordered
	for id := range m.doc.All(kind) {
		list = append(list, Ordered{id, m.doc.Get(id, FieldOrder)})
	}
	slices.SortFunc(list, func(a, b Ordered) int { return byOrder(a.Key, a.ID, b.Key, b.ID) })
	return list
}

// putAfter gives id an order key that puts it right after another of its kind,
// or before all when after is zero.
func (m *Map) putAfter(e *crdt.Edit, kind crdt.Kind, id, after crdt.ID) {
	list := slices.DeleteFunc(m.InOrder(kind), func(o Ordered) bool { return o.ID == id })
	i := slices.IndexFunc(list, func(o Ordered) bool { return o.ID == after }) + 1
	low, high := []byte(nil), []byte(nil)
	if i > 0 {
		low = list[i-1].Key
	}
	if i < len(list) {
		high = list[i].Key
	}
	key := crdt.OrderBetween(low, high, id.Replica)
	if i < len(list) && bytes.Compare(key, high) >= 0 || crdt.OrderLong(key) {
		// No room, or keys grown long: all get fresh ones, as an ordinary edit.
		for j, fresh := range crdt.OrderSpread(len(list), id.Replica) {
			e.Set(list[j].ID, FieldOrder, fresh)
		}
		m.putAfter(e, kind, id, after)
		return
	}
	e.Set(id, FieldOrder, key)
}
