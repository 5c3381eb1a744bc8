// The board's hands in the browser: reads the commands of one frame straight from
// the wasm memory and applies them to pooled elements, or to a canvas when the
// notes in sight are too many for elements. What the numbers mean stands in
// app/board/buffer.go; a test there compares the two tables.
(() => {
  'use strict'
  const SVG = 'http://www.w3.org/2000/svg'
  const el = (tag, cls, ...kids) => { const e = document.createElement(tag); e.className = cls; e.append(...kids); return e }
  const svg = (tag, cls, ...kids) => { const e = document.createElementNS(SVG, tag); e.setAttribute('class', cls); e.append(...kids); return e }
  const arrow = () => { const p = svg('path', ''); p.setAttribute('d', 'M1 1l5 15 3-6 6-3z'); const s = svg('svg', 'b-arrow', p); s.setAttribute('viewBox', '0 0 16 17'); return s }
  // Templates, in the order of the tmpl constants. A part is a child, counted from 1; part 0 is the element.
  const templates = [
    () => el('div', ''),
    () => { const text = el('div', 'b-text'); text.dir = 'auto'; const e = el('div', '', text); e.parts = [text]; return e },
    () => svg('path', ''),
    () => svg('circle', ''),
    () => svg('text', ''),
    () => el('div', '', arrow(), el('div', 'b-name')),
    () => el('div', '', el('div', 'b-head-name'), el('div', 'b-head-info')),
    () => svg('g', ''),
    () => el('img', ''),
  ]
  // Most notes are a paper with words: what else a note may have is made when one has it first, since each element
  // costs style, layout and memory in every frame that shows its note.
  const extras = [, () => el('div', 'b-foot'), () => el('div', 'b-own'), e => sheet(e, 'b-signs'), e => sheet(e, 'b-pain'), () => el('div', 'b-stamps')]
  const sheet = (e, cls) => {
    if (!e.sheet) { e.append(e.sheet = svg('svg', 'b-sign-sheet')); e.sheet.setAttribute('aria-hidden', 'true') }
    const p = svg('path', cls)
    e.sheet.append(p)
    return p
  }
  const extra = (e, k) => { const p = e.parts[k] = extras[k](e); if (!p.parentNode) e.append(p); return p }
  // A note stands by left and top: a transform would make a layer's worth of bookkeeping of each, in every frame that
  // paints. One in a hand is a layer of its own, which a transform moves without painting.
  const place = (e, x, y) => {
    if (e.parts && !e.held) { e.style.left = x + 'px'; e.style.top = y + 'px' } else e.style.transform = `translate(${x - (e.x0 || 0)}px,${y - (e.y0 || 0)}px)`
    e.x = x; e.y = y
  }
  const hold = (e, held) => {
    if (held === !!e.held) return false
    e.held = held
    if (held) { e.x0 = e.x; e.y0 = e.y } else { e.x0 = e.y0 = 0; e.style.transform = ''; place(e, e.x, e.y) }
    return true
  }
  const attributes = ['class', 'role', 'id', 'tabindex', 'aria-label', 'aria-selected', 'aria-describedby', 'title', 'd', 'cx', 'cy', 'r', 'x', 'y', 'src', 'data-id', 'marker-end', 'aria-roledescription', 'lang']
  const variables = ['--c', '--ink', '--f', '--w']
  const utf8 = new TextDecoder()

  function open(host) {
    const far = el('canvas', 'b-far'), pen = far.getContext('2d')
    const grid = svg('svg', 'b-lines'), lines = svg('svg', 'b-lines'), notes = el('div', 'b-notes'), over = el('div', 'b-over'), marks = svg('svg', 'b-lines b-marks')
    const ground = el('div', 'b-stage', grid, lines), world = el('div', 'b-stage b-world', notes, marks, over)
    const headlines = svg('svg', 'b-lines'), labels = svg('svg', 'b-lines'), rims = el('div', 'b-over'), sides = el('div', 'b-over')
    const tops = el('div', 'b-stage b-tops', headlines, rims), lefts = el('div', 'b-stage b-lefts', labels, sides), air = el('div', 'b-air'), pane = el('div', 'b-pane')
    const head = svg('marker', ''), tip = svg('path', 'b-tip')
    head.id = 'b-head'; tip.setAttribute('d', 'M0 0L8 4L0 8z')
    for (const [k, v] of [['markerWidth', 8], ['markerHeight', 8], ['refX', 7], ['refY', 4], ['orient', 'auto-start-reverse'], ['markerUnits', 'userSpaceOnUse']]) head.setAttribute(k, v)
    head.append(tip); lines.append(svg('defs', '', head))
    for (const s of [grid, lines, marks, headlines, labels]) s.setAttribute('aria-hidden', 'true')
    notes.setAttribute('role', 'listbox'); notes.setAttribute('aria-multiselectable', 'true')
    far.setAttribute('aria-hidden', 'true'); air.setAttribute('aria-hidden', 'true'); pane.setAttribute('aria-hidden', 'true')
    const layers = [grid, lines, notes, over, headlines, labels, air, marks, rims, sides], stages = [[ground, world], [tops], [lefts]]
    host.append(ground, far, world, lefts, tops, air, pane)
    const slots = [], colors = []
    let scale = 1, moved = 0, carried = 0, resting
    // While the map moves its stages are layers of their own, which the browser only shifts and scales; at rest they
    // are none, since such a layer is not drawn anew for another zoom and its text would stay blurred. The heads are
    // layers while a note is carried too: else they would go from one layer to another, and both be painted, whenever
    // the note or its guides come near or leave them.
    const hint = (list, yes) => { for (const e of list) e.style.willChange = yes ? 'transform' : '' }
    const moving = () => {
      moved = performance.now()
      if (resting) return
      hint([ground, world, tops, lefts], true)
      resting = setTimeout(rest, 160)
    }
    const rest = () => {
      const left = moved + 160 - performance.now()
      resting = left > 1 ? setTimeout(rest, left) : 0
      if (!resting) { hint([ground, world], false); hint([tops, lefts], carried) }
    }
    const carry = by => { carried += by; if (!resting) hint([tops, lefts], carried) }

    // frame applies n numbers at p, whose strings begin at s.
    function frame(p, n, s) {
      const memory = globalThis.tabi.memory(), f = new Float32Array(memory, p, n), bytes = new Uint8Array(memory)
      const str = k => f[k + 1] ? utf8.decode(bytes.subarray(s + f[k], s + f[k] + f[k + 1])) : ''
      const part = (slot, k) => { const e = slots[slot]; return !k ? e : !e.parts ? e.children[k - 1] : e.parts[k - 1] || extra(e, k - 1) }
      let wanted
      for (let i = 0; i < n;) switch (f[i]) {
        case 1: { const e = templates[f[i + 2]](); slots[f[i + 1]] = e; layers[f[i + 3]].append(e); i += 4; break } // new: slot, template, layer
        case 2: slots[f[i + 1]].style.display = f[i + 2] ? '' : 'none'; i += 3; break // show: slot, yes
        case 3: place(slots[f[i + 1]], f[i + 2], f[i + 3]); i += 4; break // place: slot, x, y
        case 4: { const t = slots[f[i + 1]].style; t.width = f[i + 2] + 'px'; t.height = f[i + 3] + 'px'; i += 4; break } // size: slot, w, h
        case 5: slots[f[i + 1]].style.fontSize = f[i + 2] + 'px'; i += 3; break // font: slot, px
        case 6: slots[f[i + 1]].style.zIndex = f[i + 2] || ''; i += 3; break // order: slot, z
        case 7: part(f[i + 1], f[i + 2]).textContent = str(i + 3); i += 5; break // text: slot, part, string
        case 8: { // attr: slot, part, attribute, string
          const e = part(f[i + 1], f[i + 2]), v = str(i + 4)
          if (v) e.setAttribute(attributes[f[i + 3]], v); else e.removeAttribute(attributes[f[i + 3]])
          if (e.parts && !f[i + 3] && hold(e, v.includes(' is-held'))) carry(e.held ? 1 : -1)
          i += 6; break
        }
        case 9: slots[f[i + 1]].style.setProperty(variables[f[i + 2]], str(i + 3)); i += 5; break // var: slot, variable, string
        case 10: moving(); for (const e of stages[f[i + 1]]) e.style.transform = `translate(${f[i + 2]}px,${f[i + 3]}px) scale(${f[i + 4]})`; i += 5; break // stage: stage, x, y, zoom
        case 11: wanted = slots[f[i + 1]]; i += 2; break // focus: slot, when all else is done
        case 12: host.className = str(i + 1); i += 3; break // host class: string
        case 13: colors[f[i + 1]] = str(i + 2); i += 4; break // color: index, string
        case 14: { // far: x, y, zoom; a canvas begins
          const r = devicePixelRatio, w = Math.round(host.clientWidth * r), h = Math.round(host.clientHeight * r)
          if (far.width !== w || far.height !== h) { far.width = w; far.height = h }
          far.style.display = ''; scale = f[i + 3] * r
          pen.setTransform(1, 0, 0, 1, 0, 0); pen.clearRect(0, 0, w, h); pen.setTransform(scale, 0, 0, scale, f[i + 1] * r, f[i + 2] * r)
          i += 4; break
        }
        case 15: pen.fillStyle = colors[f[i + 1]]; i += 2; break // fill: color
        case 16: pen.fillRect(f[i + 1], f[i + 2], f[i + 3], f[i + 4]); i += 5; break // rect: x, y, w, h
        case 17: far.style.display = 'none'; i++; break // near: the canvas goes
        case 18: host.style.setProperty(variables[f[i + 1]], str(i + 2)); i += 4; break // host var: variable, string
        case 19: slots[f[i + 1]].innerHTML = str(i + 2); i += 4; break // markup: slot, string; written by app/scene, all text escaped
        default: throw new Error(`board: command ${f[i]} at ${i} of ${n}`)
      }
      // Last: focus calls into Go, whose memory may grow, and f would be of the old one.
      wanted?.focus({ preventScroll: true })
    }
    const speaks = own => { for (const e of [ground, world, tops, lefts]) if (!own) e.removeAttribute('lang'); else if (e.lang !== own) e.lang = own } // an equal one, set anew, would be styled anew
    return { frame, notes, speaks, editors: [over, rims], close() { for (const e of [ground, far, world, tops, lefts, air, pane]) e.remove() } }
  }
  // paint gives elements of a panel the colour that their data-c names: a style attribute would be refused by the CSP.
  const paint = root => { for (const e of root.querySelectorAll('[data-c]')) e.style.setProperty('--c', e.dataset.c) }
  globalThis.tabiBoard = { open, paint, counts: { templates: templates.length, attributes: attributes.length, variables: variables.length } }
})()
