import { createRoot } from 'react-dom/client'
import { Excalidraw, convertToExcalidrawElements } from '@excalidraw/excalidraw'
import '@excalidraw/excalidraw/index.css'
import { middle, notes, painted, params } from './notes.js'

const colors = ['#ffec99', '#a5d8ff', '#b2f2bb', '#ffc9c9', '#d0bfff', '#ffd8a8']
const kept = params.get('map'), make = Number(params.get('make'))
let elements = kept ? await (await fetch(kept)).json() : []
if (make) {
  elements = convertToExcalidrawElements(notes(make).map((n, i) => ({
    type: 'rectangle', id: 'n' + i, x: n.x, y: n.y, width: 200, height: 200, backgroundColor: colors[n.color], fillStyle: 'solid', roughness: 0, strokeWidth: 1, label: { text: n.text, fontSize: 20 },
  })), { regenerateIds: false })
}
const box = elements.reduce((b, e) => ({ w: Math.max(b.w, e.x + e.width), h: Math.max(b.h, e.y + e.height) }), { w: 0, h: 0 })
const at = z => ({ zoom: { value: z }, scrollX: 640 / z - box.w / 2, scrollY: 360 / z - box.h / 2 })

const opened = api => {
  window.__bench = {
    target: () => document.querySelector('canvas.interactive'),
    near: () => api.updateScene({ appState: at(1) }),
    fit: () => api.updateScene({ appState: at(Math.min(1280 / box.w, 720 / box.h) * 0.95) }),
    point() {
      const { zoom, scrollX, scrollY } = api.getAppState(), c = { x: 640 / zoom.value - scrollX, y: 360 / zoom.value - scrollY }
      let best, far = Infinity
      for (const e of api.getSceneElements()) { if (e.type !== 'rectangle') continue; const d = (e.x + 100 - c.x) ** 2 + (e.y + 100 - c.y) ** 2; if (d < far) { far = d; best = e } }
      window.__bench.last = best.id
      return { x: (best.x + 60 + scrollX) * zoom.value, y: (best.y + 30 + scrollY) * zoom.value }
    },
    where: () => { const e = api.getSceneElements().find(e => e.id === window.__bench.last); return e ? [e.x, e.y] : [] },
    camera: () => { const s = api.getAppState(); return [s.scrollX, s.scrollY, s.zoom.value] },
    count: () => api.getSceneElements().filter(e => e.type === 'rectangle').length,
    inSight() {
      const { zoom: { value: z }, scrollX, scrollY } = api.getAppState()
      return api.getSceneElements().filter(e => e.type === 'rectangle' && (e.x + 200 + scrollX) * z > 0 && (e.x + scrollX) * z < 1280 && (e.y + 200 + scrollY) * z > 0 && (e.y + scrollY) * z < 720).length
    },
    kept: () => JSON.stringify(api.getSceneElements()),
  }
  const there = () => api.getSceneElements().length >= elements.length ? painted(() => { window.__ready = performance.now() }) : requestAnimationFrame(there)
  there()
}

createRoot(document.getElementById('root')).render(<Excalidraw excalidrawAPI={opened} initialData={{ elements, appState: { ...at(1), theme: 'light' }, scrollToContent: false }} />)
