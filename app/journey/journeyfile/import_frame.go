package journeyfile

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

func (w *walk) department(r *record) {
	id := w.e.Create(journey.KindDepartment)
	r.made(journey.KindDepartment, id, true)
	r.name(id)
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) persona(r *record) {
	id := w.e.Create(journey.KindPersona)
	r.made(journey.KindPersona, id, true)
	r.write(id, journey.FieldName, "name")
	if age := r.whole("age", 0, 150); age > 0 {
		w.e.Set(id, journey.PersonaAge, journey.NumberBytes(float64(age)))
	}
	r.write(id, journey.PersonaRole, "role")
	r.write(id, journey.PersonaPlace, "place")
	r.write(id, journey.PersonaSegment, "segment")
	r.write(id, journey.PersonaSeniority, "seniority")
	r.lines(id, journey.PersonaIssues, "issues")
	r.lines(id, journey.PersonaNeeds, "needs")
	r.lines(id, journey.PersonaMotives, "motives")
	r.lines(id, journey.PersonaGoals, "goals")
	r.lines(id, journey.PersonaDrivers, "purchase_drivers")
	r.insert(id, journey.PersonaQuote, "quote")
	r.flag(id, journey.PersonaBuyer, "is_buyer")
	r.flag(id, journey.PersonaUser, "is_user")
	r.flag(id, journey.PersonaStakeholder, "is_stakeholder")
	r.write(id, journey.PersonaPortrait, "portrait")
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) channel(r *record) {
	id := w.e.Create(journey.KindChannel)
	r.made(journey.KindChannel, id, true)
	r.name(id)
	if s := r.oneOf("kind", string(journey.Digital), string(journey.Physical)); s != "" {
		w.e.Set(id, journey.ChannelKindField, []byte(s))
	}
	r.write(id, journey.ChannelDevice, "device")
	w.refer(r, id, journey.ChannelOwner, "owner", journey.KindDepartment)
	aliases := r.strs("aliases")
	if len(aliases) > 0 {
		w.e.Set(id, journey.ChannelAliases, journey.StringsBytes(aliases))
	}
	for _, name := range append([]string{r.str("name"), r.str("name_ja"), r.str("name_en")}, aliases...) {
		name = journey.Fold(name)
		if other, taken := w.channels[name]; taken && other != id {
			w.channels[name] = crdt.ID{} // it names neither
		} else if name != "" {
			w.channels[name] = id
		}
	}
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) refer(r *record, id crdt.ID, f crdt.Field, key string, kind crdt.Kind) {
	if to := r.ref(key, kind); !to.IsZero() {
		w.e.Set(id, f, journey.RefBytes(to))
	}
}

// sequence makes lanes or phases, which stand in the order of their "order", and
// gives them back in that order.
func (w *walk) sequence(r *record, key string, kind crdt.Kind, read func(*record, crdt.ID)) []crdt.ID {
	type entry struct {
		id    crdt.ID
		order float64
	}
	var entries []entry
	r.each(key, func(r *record) {
		id := w.e.Create(kind)
		r.made(kind, id, true)
		order, said := r.number("order", -1e6, 1e6)
		r.set(id, journey.FieldRank, journey.NumberBytes(order), said)
		if !said {
			order = float64(len(entries))
		}
		entries = append(entries, entry{id, order})
		read(r, id)
		r.keep(id, journey.FieldExtra, nil)
	})
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.order, b.order) })
	ids := make([]crdt.ID, len(entries))
	var last []byte
	for _, p := range w.m.InOrder(kind) {
		last = p.Key // what is there already stays in front
	}
	for i, entry := range entries {
		last = crdt.OrderBetween(last, nil, entry.id.Replica)
		w.e.Set(entry.id, journey.FieldOrder, last)
		ids[i] = entry.id
	}
	return ids
}

func (w *walk) lane(r *record, id crdt.ID) {
	r.name(id)
	kind := r.need("kind")
	w.e.Set(id, journey.LaneKindField, []byte(kind))
	r.figure(id, journey.LaneHeight, "height", 0, 1e5)
	r.flag(id, journey.LaneLocked, "locked")
	r.write(id, journey.FieldColor, "color")
}

func (w *walk) phaseRecord(r *record, id crdt.ID) {
	r.name(id)
	r.write(id, journey.PhaseDemand, "demand_layer")
	r.figure(id, journey.PhaseDays, "days", 0, unlimited)
	r.figure(id, journey.PhaseTouches, "touches", 0, unlimited)
	r.flag(id, journey.PhaseCounted, "counted")
	r.figure(id, journey.PhaseSatisfaction, "satisfaction", -unlimited, unlimited)
	if width, said := r.number("width", journey.NoteWidth, 1e5); said {
		w.width[id] = float32(width)
		w.e.Set(id, journey.PhaseWidth, journey.NumberBytes(width))
	}
	r.write(id, journey.FieldColor, "color")
}

func (w *walk) kpi(r *record) {
	id := w.e.Create(journey.KindKPI)
	r.made(journey.KindKPI, id, true)
	r.name(id)
	r.write(id, journey.KPIUnit, "unit")
	w.refer(r, id, journey.KPIPhase, "phase", journey.KindPhase)
	r.figure(id, journey.KPIBaseline, "baseline", -unlimited, unlimited)
	r.figure(id, journey.KPITarget, "target", -unlimited, unlimited)
	if n := r.member("series", list); n != nil {
		var series []float64
		for i, item := range n.items {
			path := r.at("series") + "[" + strconv.Itoa(i) + "]"
			if item.kind != number {
				w.problem(item, path, "type", number.String(), item.kind.String())
			} else if v, ok := r.inRange(item, path, -unlimited, unlimited); ok {
				series = append(series, v)
			}
		}
		b := journey.NumbersBytes(series)
		if len(b) > stringBytesMax {
			w.problem(n, r.at("series"), "too_long", strconv.Itoa(stringBytesMax>>10))
			return
		}
		w.e.Set(id, journey.KPISeries, b)
	}
	if dates := r.list("dates", true); len(dates) > 0 {
		w.e.Set(id, journey.KPIDates, journey.StringsBytes(dates))
	}
	w.refer(r, id, journey.KPIOwner, "owner", journey.KindDepartment)
	r.write(id, journey.KPIMetric, "metric")
	r.keep(id, journey.FieldExtra, nil)
}
