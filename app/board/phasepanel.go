package board

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/app/scene"
	"github.com/tabi-map/tabi/crdt"
)

// chosenPhase is the phase whose details stand open, or nil.
func (b *Board) chosenPhase() *journey.Phase {
	if !b.panel.details || len(b.selected) > 0 || b.chosen.Kind != scene.OnPhase {
		return nil
	}
	return b.m.Phase(b.chosen.ID)
}

// renderPhase is what a phase says besides its notes: how long it lasts, how
// often customer and company meet in it, how satisfied the customer is.
func (b *Board) renderPhase(p *journey.Phase) app.UI {
	id, lang := p.ID, string(b.o.Lang)
	figure := func(field, key string, now float64, set func(*crdt.Edit, float64)) app.UI {
		said := ""
		if now != 0 {
			said = strconv.FormatFloat(now, 'f', -1, 64)
		}
		return b.input(field, b.t(key), said, "number", func(v string) {
			is, _ := strconv.ParseFloat(v, 64) // nothing, or nonsense: nobody has said
			b.edit(b.group("phase"), func(e *crdt.Edit) { set(e, is) })
		}, id.String())
	}
	onCount := func(ctx app.Context, _ app.Event) {
		on := ctx.JSSrc().Get("checked").Bool()
		b.edit(b.group("phase"), func(e *crdt.Edit) { b.m.SetPhaseCounted(e, id, on) })
	}
	onClose, scope := click(b.toggleDetails, "phasedetails")
	return app.Aside().Class("b-panel").Aria("label", b.t("phase")).OnKeyDown(b.leavePanel(func() { b.goToThing(b.chosen) }), app.EventScope("phasekey", id.String())).Body(
		app.Div().Class("b-panel-head").Body(app.H2().Text(p.Name.In(lang)),
			app.Button().Class("b-button").Type("button").Aria("label", b.t("close")).Body(icon("close")).OnClick(onClose, scope)),
		app.Div().Class("b-panel-body").Body(app.FieldSet().Class("b-fields").Disabled(b.o.ReadOnly || !b.may(method.ToolPhases)).Body(
			b.field(b.t("demand"), b.demandChoice(p)),
			app.Div().Class("b-pair").Body(
				figure("b-days", "phase.days", p.Days, func(e *crdt.Edit, v float64) { b.m.SetPhaseDays(e, id, v) }),
				figure("b-touches", "phase.touches", p.Touches, func(e *crdt.Edit, v float64) { b.m.SetPhaseTouches(e, id, v) })),
			figure("b-satisfaction", "phase.satisfaction", p.Satisfaction, func(e *crdt.Edit, v float64) { b.m.SetSatisfaction(e, id, v) }),
			app.Label().Class("b-field b-check").Body(
				app.Input().ID("b-counted").Type("checkbox").Checked(p.Counted).OnChange(onCount, app.EventScope("counted", id.String(), p.Counted)),
				app.Span().Class("b-label").Text(b.t("phase.counted"))))))
}
