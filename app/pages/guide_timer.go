package pages

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// timer counts down to the end of the step, the same moment for everyone. It is
// drawn alone, once a second, and only while it runs.
type timer struct {
	app.Compo
	page  *mapPage
	id    string
	tells bool // says when the time is up

	ctx     app.Context
	mounted bool
	ticking bool
	running bool // it had time left when last looked at
}

func (t *timer) OnMount(ctx app.Context) {
	t.ctx, t.mounted = ctx, true
	t.look()
}

func (t *timer) OnDismount() { t.mounted = false }

// left is how many seconds are left; false when no timer runs.
func (t *timer) left() (int, bool) {
	until := t.page.journey.Runner().Timer
	if until == "" {
		return 0, false
	}
	return max(0, int((parsed(until)-now()+999)/1000)), true
}

// look draws the timer and goes on doing so for as long as it runs.
func (t *timer) look() {
	if !t.mounted {
		return
	}
	left, on := t.left()
	if t.running && on && left == 0 && t.tells {
		t.page.said = t.page.guide("timer.up")
		t.page.redraw()
	}
	t.running = on && left > 0
	t.ctx.Dispatch(nil)
	if t.running && !t.ticking {
		t.ticking = true
		t.ctx.After(time.Second, func(app.Context) {
			t.ticking = false
			t.look()
		})
	}
}

func (t *timer) Render() app.UI {
	if t.page == nil || t.page.journey == nil {
		return app.Span()
	}
	left, on := t.left()
	said := ""
	switch {
	case on && left > 0:
		said = strconv.Itoa(left/60) + ":" + strconv.Itoa(left%60/10) + strconv.Itoa(left%10)
	case on:
		said = t.page.guide("timer.up")
	}
	return app.Span().ID(t.id).Class("timer").Role("timer").Hidden(!on).DataSet("up", on && left == 0).Aria("label", t.page.guide("timer")).Text(said)
}
