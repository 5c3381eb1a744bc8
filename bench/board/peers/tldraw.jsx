import { createRoot } from 'react-dom/client'
import { Tldraw, createShapeId, getSnapshot, toRichText } from 'tldraw'
import { getAssetUrls } from '@tldraw/assets/selfHosted'
import 'tldraw/tldraw.css'
import { middle, notes, painted, params } from './notes.js'

const colors = ['yellow', 'light-blue', 'light-green', 'light-red', 'light-violet', 'orange']
const assetUrls = getAssetUrls({ baseUrl: '/tldraw/assets' })
const kept = params.get('map')
const snapshot = kept ? await (await fetch(kept)).json() : undefined

const mounted = editor => {
  const make = Number(params.get('make'))
  if (make) editor.run(() => editor.createShapes(notes(make).map((n, i) => ({ id: createShapeId('n' + i), type: 'note', x: n.x, y: n.y, props: { color: colors[n.color], richText: toRichText(n.text) } }))))
  editor.setCurrentTool('select')
  const fit = () => {
    const b = editor.getCurrentPageBounds(), z = Math.min(1280 / b.w, 720 / b.h) * 0.95
    editor.setCamera({ x: 640 / z - b.center.x, y: 360 / z - b.center.y, z }, { immediate: true, force: true })
  }
  const near = () => { const b = editor.getCurrentPageBounds(); editor.setCamera({ x: 640 - b.center.x, y: 360 - b.center.y, z: 1 }, { immediate: true, force: true }) }
  if (kept) near()
  window.__bench = {
    target: () => document.querySelector('.tl-canvas'), near, fit,
    point() {
      const z = editor.getZoomLevel(), c = editor.getViewportPageBounds().center
      let best, far = Infinity
      for (const s of editor.getCurrentPageShapes()) { const d = (s.x + 100 - c.x) ** 2 + (s.y + 100 - c.y) ** 2; if (d < far) { far = d; best = s } }
      window.__bench.last = best.id
      const p = editor.pageToScreen({ x: best.x + 100, y: best.y + 100 })
      return { x: p.x, y: p.y }
    },
    where: () => { const s = editor.getShape(window.__bench.last); return s ? [s.x, s.y] : [] },
    camera: () => { const c = editor.getCamera(); return [c.x, c.y, c.z] },
    count: () => editor.getCurrentPageShapes().length,
    inSight: () => editor.getCulledShapes ? editor.getCurrentPageShapes().length - editor.getCulledShapes().size : -1,
    kept: () => JSON.stringify(getSnapshot(editor.store)),
  }
  painted(() => { window.__ready = performance.now() })
}

createRoot(document.getElementById('root')).render(
  <Tldraw assetUrls={assetUrls} snapshot={snapshot} onMount={mounted} options={{ maxShapesPerPage: 20000 }} cameraOptions={{ zoomSteps: [0.01, 0.1, 0.25, 0.5, 1, 2, 4, 8] }} />)
