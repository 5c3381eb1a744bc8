// What drive.js asks of a page, for our board: only what a person could see or do.
(() => {
  const host = () => document.getElementById('tabi-board')
  const press = (key, code, mods) => (document.activeElement === document.body ? host() : document.activeElement).dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...mods }))
  const stage = () => host().querySelector('.b-world').style.transform
  const over = (x, y) => {
    host().dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerId: 1, pointerType: 'mouse', clientX: x, clientY: y }))
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(/\bon-note\b/.test(host().className)))))
  }
  let found
  globalThis.__bench = {
    target: host,
    near() { press('Escape', 'Escape'); press('!', 'Digit0', { shiftKey: true }) },
    fit() { press('Escape', 'Escape'); press('!', 'Digit1', { shiftKey: true }) },
    // find looks for a note near the middle, by what the pointer shows there.
    async find() {
      found = null
      for (let d = 0; d < 200 && !found; d++) {
        const x = 640 + (d % 20 - 10) * 7, y = 360 + Math.floor(d / 20) * 5
        if (await over(x, y)) found = { x, y }
      }
    },
    point: () => found,
    where: () => [],
    held: () => !!document.querySelector('.b-note.is-held'),
    camera: () => [stage()],
    inSight: () => [...document.querySelectorAll('.b-note')].filter(e => e.style.display !== 'none').length,
    count: () => -1,
  }
})()
