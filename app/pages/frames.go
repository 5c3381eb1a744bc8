package pages

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// frames runs what other goroutines hand over on the UI goroutine, once an
// animation frame: forty people moving at once are one wake-up. A hidden page
// gets no frames, so tabi.frame falls back on a timer there, and tabi.soon waits
// for none before the map stands.
//
// What is run renders nothing by itself: whoever changes what go-app draws
// dispatches for that.
type frames struct {
	ctx     app.Context
	waiting []func()
	due     bool
	pump    app.Func
}

func (f *frames) start(ctx app.Context) {
	f.ctx = ctx
	f.pump = app.FuncOf(func(app.Value, []app.Value) any {
		// go-app's goroutine, not this one, is the UI goroutine.
		ctx.Dispatch(func(ctx app.Context) {
			ctx.PreventUpdate()
			f.drain()
		})
		return nil
	})
}

func (f *frames) stop() { f.pump.Release() }

// dispatch runs run in the next frame, in order.
func (f *frames) dispatch(run func()) {
	f.waiting = append(f.waiting, run)
	if !f.due {
		f.due = true
		tabi().Call("soon", f.pump)
	}
}

// after runs run in the next frame that comes after this one has been painted.
func (f *frames) after(run func()) {
	painted := false
	var next app.Func
	next = app.FuncOf(func(app.Value, []app.Value) any {
		if !painted {
			painted = true
			tabi().Call("frame", next)
			return nil
		}
		next.Release()
		f.dispatch(run)
		return nil
	})
	tabi().Call("frame", next)
}

func (f *frames) drain() {
	waiting := f.waiting
	f.waiting, f.due = nil, false
	for _, run := range waiting {
		run()
	}
}
