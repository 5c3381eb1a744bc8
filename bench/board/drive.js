// Put into every page that is measured: the same hands for all of them, and a clock.
// A frame is the time from one animation frame's callback to the next while each frame gets one input event and
// the browser draws as fast as it can: script, style, layout, paint and what waiting for the compositor costs.
(() => {
  const frame = () => new Promise(done => requestAnimationFrame(() => done(performance.now())))
  const rest = async () => { for (let i = 0; i < 12; i++) await frame() }
  const pointer = (type, x, y, buttons) => {
    const at = document.elementFromPoint(x, y) || __bench.target()
    at.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, composed: true, pointerId: 1, isPrimary: true, pointerType: 'mouse', button: type === 'pointermove' ? -1 : 0, buttons, clientX: x, clientY: y, pressure: buttons ? 0.5 : 0 }))
  }
  const wheel = (dx, dy, ctrlKey) => __bench.target().dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, composed: true, clientX: 640, clientY: 360, deltaX: dx, deltaY: dy, ctrlKey }))
  // steps gives one input event a frame, for n frames or about four seconds.
  const steps = async (n, step) => {
    const times = [], until = performance.now() + 4000
    let last = await frame()
    for (let i = 0; i < n && (i < 24 || last < until); i++) {
      step(i)
      const now = await frame()
      times.push(now - last)
      last = now
    }
    return times
  }
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
  let way = -1
  globalThis.__drive = {
    async pan(n) {
      const before = __bench.camera(), times = await steps(n, i => wheel(i % 120 < 60 ? 14 : -14, i % 60 < 30 ? 9 : -9, false))
      wheel(40, 40, false)
      await rest()
      if (same(before, __bench.camera())) throw new Error('the map was not panned')
      return times
    },
    async zoom(n) {
      const before = __bench.camera()
      let moved = false
      const times = await steps(n, i => { wheel(0, i % 60 < 30 ? 4 : -4, true); moved ||= i === 20 && !same(before, __bench.camera()) })
      if (n > 21 && times.length > 21 && !moved) throw new Error('the map was not zoomed')
      return times
    },
    async drag(n) {
      way = -way // there and back, lest the note leave the middle
      const p = __bench.point()
      if (!p) throw new Error('no note to drag')
      pointer('pointermove', p.x, p.y, 0)
      await rest()
      const before = __bench.where()
      pointer('pointerdown', p.x, p.y, 1)
      await frame()
      pointer('pointermove', p.x + 6, p.y, 1)
      await frame()
      const times = await steps(n, i => pointer('pointermove', p.x + 130 * Math.sin(i / 12), p.y + 90 * Math.sin(i / 9), 1))
      pointer('pointermove', p.x + 70 * way, p.y + 50 * way, 1)
      await frame()
      const held = __bench.held?.()
      pointer('pointerup', p.x + 70 * way, p.y + 50 * way, 0)
      await rest()
      if (held === false || held === undefined && same(before, __bench.where())) throw new Error('the note was not dragged')
      return times
    },
    rest,
  }
})()
