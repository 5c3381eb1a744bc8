package method_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/samples"
)

// TestHostile points every reference of a map at anything, and looks at it in
// every way there is: no view may fall over what somebody's program wrote.
func TestHostile(t *testing.T) {
	m := load(t, samples.SaaS)
	check := method.NewCheck(m, today)
	r := rand.New(rand.NewPCG(8, 9))
	var ids []crdt.ID
	for k := journey.KindPhase; k <= journey.KindAgreement; k++ {
		edit(t, m, func(e *crdt.Edit) { ids = append(ids, e.Create(k)) })
		ids = slices.AppendSeq(ids, m.Document().All(k))
	}
	say := func(lang, key string, args ...any) string { return i18n.T(i18n.Lang(lang), key, args...) }
	for i := range 600 {
		check.Update(edit(t, m, func(e *crdt.Edit) {
			for range 5 {
				id, f := ids[r.IntN(len(ids))], crdt.Field(r.IntN(45))
				if m.Document().Text(id, f) == "" {
					e.Set(id, f, journey.RefBytes(ids[r.IntN(len(ids))]))
				}
			}
			if i%20 == 0 {
				e.Delete(ids[r.IntN(len(ids))])
			}
		}))
		if got, want := text(check.Findings(), m), text(method.Findings(m, today), m); got != want {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
		if i%10 > 0 {
			continue
		}
		method.JSON(m, today, say)
		_ = fmt.Sprint(method.Departments(m), m.Roles(), method.Blockers(m), method.Matrix(m), method.Measures(m, today), method.KPIs(m),
			m.Timeline(), m.Sum(), method.Practices(m, today), method.Suggest(m), method.Gap(m, m))
		for _, p := range m.Personas() {
			method.Marks(m, p.ID)
		}
		for _, f := range slices.Clone(check.Findings()) {
			check.Update(edit(t, m, func(e *crdt.Edit) { method.Fix(m, e, f, today) }))
			break
		}
	}
}
