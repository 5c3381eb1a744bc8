// Measures one tool in one Chromium; what it finds goes to results/, which report.mjs makes into docs/benchmarks/board.md.
//
//   node run.mjs frames tabi|tldraw|excalidraw NOTES    pan, drag, zoom; near and with all in view; memory
//   node run.mjs open   tabi|tldraw|excalidraw NOTES    from an address to a map one can use, nothing cached
//   node run.mjs bytes  tabi|tldraw|excalidraw          what comes over the network
//   node run.mjs crowd                                  our board while 40 people edit at 20 Hz
//
// TABI names the binary, SWARM that of cmd/swarm, CHROME a Chromium.
import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'

const here = dirname(fileURLToPath(import.meta.url)), out = join(here, 'out'), results = join(here, 'results')
const [what, tool = 'tabi', notes = '0'] = process.argv.slice(2)
const n = Number(notes)
const tabi = process.env.TABI || join(here, '../../bin/tabi'), swarm = process.env.SWARM || join(here, '../../bin/swarm')
const chrome = process.env.CHROME || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const temp = mkdtempSync(join(tmpdir(), 'tabi-bench-'))
const ending = [() => rmSync(temp, { recursive: true, force: true })]
const sleep = ms => new Promise(done => setTimeout(done, ms))
const quantile = (list, q) => { const s = [...list].sort((a, b) => a - b); return s.length ? s[Math.min(s.length - 1, Math.floor(q * s.length))] : NaN }
const median = list => quantile(list, 0.5)

// ---- what is opened --------------------------------------------------------

// journey is a map of n notes as a file: phases of ten lanes, twenty-five notes a cell at most.
function journey(n) {
  const kinds = ['action', 'touchpoint', 'thought', 'pain', 'opportunity'], lanes = 10, phases = Math.max(1, Math.ceil(n / lanes / 20))
  const departments = ['#E4572E', '#2E86AB', '#3C9D4E', '#8E5BA6', '#C98B1B'].map((color, i) => ({ id: 'd' + i, name: 'Department ' + i, color }))
  const file = {
    format: 'cjm-sample/1', id: 'bench', lang: 'en', title: `${n} notes`, map_type: 'current_state', departments,
    lanes: Array.from({ length: lanes }, (_, i) => ({ id: 'l' + i, kind: kinds[i % kinds.length], order: i, name: 'Lane ' + (i + 1) })),
    phases: Array.from({ length: phases }, (_, i) => ({ id: 'p' + i, order: i, name: 'Phase ' + (i + 1) })),
    notes: Array.from({ length: n }, (_, i) => ({ id: 'n' + i, lane: 'l' + i % lanes, phase: 'p' + Math.floor(i / lanes) % phases, order: Math.floor(i / lanes / phases), text: `Note ${i + 1} says what a customer does`, by: 'd' + i % 5 })),
  }
  const path = join(temp, 'map.json')
  writeFileSync(path, JSON.stringify(file))
  return path
}

async function serveTabi(n) {
  const data = join(temp, 'data'), addr = `127.0.0.1:${18000 + process.pid % 2000}`
  const child = spawn(tabi, ['serve', '--data', data, '--addr', addr], { stdio: 'ignore' })
  ending.unshift(() => child.kill())
  for (let i = 0; ; i++) {
    if (await fetch(`http://${addr}/readyz`).then(r => r.ok, () => false)) break
    if (i > 200) throw new Error('tabi does not start')
    await sleep(50)
  }
  const said = execFileSync(tabi, ['import', '--data', data, journey(n)], { encoding: 'utf8' })
  return `http://${addr}${said.match(/edit[: ]\s*\S*(\/m\/\S+)/)[1]}`
}

const kinds = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.png': 'image/png' }
async function servePeers() {
  const server = createServer((req, res) => {
    let path = decodeURIComponent(new URL(req.url, 'http://x').pathname)
    if (path.endsWith('/')) path += 'index.html'
    const file = join(out, path)
    if (!file.startsWith(out) || !existsSync(file)) { res.writeHead(404).end(); return }
    const packed = existsSync(file + '.br')
    res.writeHead(200, { 'Content-Type': kinds[extname(file)] || 'application/octet-stream', 'Cache-Control': path.endsWith('.html') ? 'no-cache' : 'max-age=31536000, immutable', ...(packed && { 'Content-Encoding': 'br' }) })
    res.end(readFileSync(packed ? file + '.br' : file))
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  ending.unshift(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${server.address().port}`
}

// address is where the map of n notes is opened. The peers read theirs from a file in their own form.
async function address(browser) {
  if (tool === 'tabi') return serveTabi(n)
  const base = `${await servePeers()}/${tool}/`
  if (n === 0) return base
  const file = join(out, tool, `map-${n}.json`)
  if (!existsSync(file)) {
    const page = await browser.newPage()
    await page.goto(`${base}?make=${n}`, { timeout: 0 })
    await page.waitForFunction('window.__ready', { timeout: 0 })
    writeFileSync(file, await page.evaluate('__bench.kept()'))
    await page.close()
  }
  return `${base}?map=map-${n}.json`
}

async function launch(...flags) {
  const browser = await puppeteer.launch({
    executablePath: chrome, headless: true, protocolTimeout: 600000, userDataDir: join(temp, 'chrome' + Math.random()), defaultViewport: { width: 1280, height: 720 },
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--accept-lang=en-GB,en', ...flags],
  })
  ending.unshift(() => browser.close())
  return browser
}
const unlimited = ['--disable-frame-rate-limit', '--disable-gpu-vsync']

const isReady = tool === 'tabi' ? `document.documentElement.dataset.ready === '1' && document.querySelector('.state')?.dataset.state === 'live'` : 'window.__ready'
async function open(page, url) {
  await page.evaluateOnNewDocument(() => { try { localStorage.setItem('tabi.asked', '1'); localStorage.setItem('tabi.board.hints', 'seen') } catch { /* not yet a page */ } })
  await page.goto(url, { timeout: 0, waitUntil: 'domcontentloaded' })
  await page.waitForFunction(isReady, { timeout: 0 })
  if (tool === 'tabi') await page.evaluate(readFileSync(join(here, 'tabi.js'), 'utf8'))
  await page.evaluate(readFileSync(join(here, 'drive.js'), 'utf8'))
  await sleep(1500)
}

// ---- what is measured ------------------------------------------------------

async function measure(page, kind, frames, rounds, camera = 'near') {
  const cdp = await page.createCDPSession()
  await cdp.send('Performance.enable')
  const metrics = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(m => [m.name, m.value]))
  const all = [], busy = []
  for (let round = 0; round <= rounds; round++) {
    await page.evaluate(`__bench.${camera}(); __drive.rest()`)
    if (tool === 'tabi' && kind === 'drag') await page.evaluate('__bench.find()')
    const before = await metrics(), times = await page.evaluate(`__drive.${kind}(${frames})`), after = await metrics()
    if (round === 0) continue // warms up
    all.push(times)
    const d = k => (after[k] - before[k]) * 1000 / times.length
    busy.push({ task: d('TaskDuration'), script: d('ScriptDuration'), style: d('RecalcStyleDuration'), layout: d('LayoutDuration') })
  }
  await cdp.detach()
  const mid = k => +median(busy.map(b => b[k])).toFixed(2)
  return { p50: +median(all.map(t => quantile(t, 0.5))).toFixed(1), p95: +median(all.map(t => quantile(t, 0.95))).toFixed(1), max: +Math.max(...all.flat()).toFixed(1), late: all.flat().filter(t => t > 25).length, frames: all.flat().length, task: mid('task'), script: mid('script'), style: mid('style'), layout: mid('layout') }
}

async function memory(page) {
  const cdp = await page.createCDPSession()
  for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
  const heap = await cdp.send('Runtime.getHeapUsage')
  const wasm = await page.evaluate('globalThis.tabi?.memory?.().byteLength ?? 0')
  const dom = await cdp.send('Memory.getDOMCounters').catch(() => ({}))
  await cdp.detach()
  const mb = b => +(b / 1e6).toFixed(1)
  return { script: mb(heap.usedSize), wasm: mb(wasm), sum: mb(heap.usedSize + wasm), nodes: dom.nodes }
}

const cases = {
  async frames() {
    const browser = await launch(...unlimited), url = await address(browser)
    const page = await browser.newPage(), found = {}, only = process.env.ONLY?.split(',')
    page.on('pageerror', e => console.error('page:', e.message))
    await open(page, url)
    if (tool !== 'tabi' && await page.evaluate('__bench.count()') !== n) throw new Error('not all notes are there')
    found.memory = await memory(page)
    const step = async (name, camera, kind, rounds = 5) => {
      if (only && !only.includes(name)) return
      await page.evaluate(`__bench.${camera}(); __drive.rest()`)
      await sleep(600)
      const inSight = await page.evaluate('__bench.inSight()')
      try {
        found[name] = await measure(page, kind, 120, rounds, camera)
      } catch (e) {
        console.error(name, e.message.split('\n')[0]) // as when a tool's notes are too small to be taken: the other cases stand
        return
      }
      if (camera === 'near') found[name].inSight = inSight
      console.error(name, JSON.stringify(found[name]))
    }
    await step('pan', 'near', 'pan')
    await step('drag', 'near', 'drag')
    await step('zoom', 'near', 'zoom')
    await step('all-pan', 'fit', 'pan', 3)
    await step('all-drag', 'fit', 'drag', 3)
    found.memoryAfter = await memory(page)
    return found
  },

  async open() {
    const browser = await launch(), url = await address(browser), rounds = []
    for (let i = 0; i < 6; i++) {
      const context = await browser.createBrowserContext(), page = await context.newPage()
      await page.evaluateOnNewDocument(`{
        const seen = window.__seen = {}
        const note = key => requestAnimationFrame(() => requestAnimationFrame(() => { seen[key] ??= performance.now() })) // on the screen by then
        const look = () => {
          if (!seen.picture && document.querySelector('#picture svg.map')) { seen.picture = performance.now(); note('map') }
          if (${isReady}) note('usable')
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }`)
      await sleep(2000) // a new window has work of its own: Chromium's pages around ours take a third of a second of the processors
      await page.goto(url, { timeout: 0, waitUntil: 'domcontentloaded' })
      await page.waitForFunction('window.__seen?.usable', { timeout: 0 })
      const seen = await page.evaluate(`({ ...window.__seen, timing: globalThis.tabi?.timing, fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime, html: performance.getEntriesByType('navigation')[0].responseEnd })`)
      if (seen.fcp >= seen.picture) seen.map = seen.fcp // the first frame with anything in it has the map; frames that scripts see come later
      if (i > 0) rounds.push(seen)
      await context.close()
    }
    const mid = f => { const v = rounds.map(f).filter(Number.isFinite); return v.length ? Math.round(median(v)) : undefined }
    return { usable: mid(r => r.usable), map: mid(r => r.map ?? r.usable), fcp: mid(r => r.fcp), html: mid(r => r.html), loaded: mid(r => r.timing?.loaded), compiled: mid(r => r.timing?.compiled), rounds: rounds.length }
  },

  async bytes() {
    const browser = await launch(), url = await address(browser), context = await browser.createBrowserContext(), visits = []
    for (let visit = 0; visit < 2; visit++) {
      const page = await context.newPage(), cdp = await page.createCDPSession(), asked = new Map(), files = []
      const listen = session => {
        session.on('Network.responseReceived', e => asked.set(e.requestId, e))
        session.on('Network.loadingFinished', e => { const a = asked.get(e.requestId); if (a) files.push({ url: new URL(a.response.url).pathname, type: a.type, bytes: a.response.fromServiceWorker || a.response.fromDiskCache ? 0 : e.encodedDataLength }) })
      }
      await cdp.send('Network.enable')
      listen(cdp)
      await page.goto(url, { timeout: 0, waitUntil: 'load' })
      await page.waitForFunction(isReady, { timeout: 0 })
      if (tool === 'tabi') await page.waitForFunction('navigator.serviceWorker.controller', { timeout: 20000 })
      await sleep(3000)
      visits.push(files)
      await page.close()
    }
    const sum = files => files.reduce((s, f) => s + f.bytes, 0), byType = {}
    for (const f of visits[0]) byType[f.type] = (byType[f.type] || 0) + f.bytes
    return { first: sum(visits[0]), second: sum(visits[1]), byType, files: visits[0].filter(f => f.bytes > 20000).map(f => `${f.url} ${f.bytes}`) }
  },

  async crowd() {
    const url = await serveTabi(2000), found = {}
    const crowd = spawn(swarm, ['-server', new URL(url).origin, '-scenario', 's1', '-join', url, '-n', '40', '-warmup', '1s', '-seconds', '600'], { stdio: ['ignore', 'ignore', 'inherit'] })
    ending.unshift(() => crowd.kill())
    for (const [name, flags] of [['unlimited', unlimited], ['sixty', []]]) {
      const browser = await launch(...flags), page = await browser.newPage()
      if (name === 'sixty') { // how exactly this browser keeps its own beat, with a page that does nothing
        const times = await page.evaluate(`new Promise(done => { const times = []; let last; const step = now => { if (last) times.push(performance.now() - last); last = performance.now(); times.length < 600 ? requestAnimationFrame(step) : done(times) }; requestAnimationFrame(step) })`)
        found.beat = { p50: +quantile(times, 0.5).toFixed(1), p95: +quantile(times, 0.95).toFixed(1), max: +Math.max(...times).toFixed(1) }
        console.error('beat', JSON.stringify(found.beat))
      }
      await open(page, url)
      await page.evaluate('__bench.near(); __drive.rest()')
      await sleep(3000)
      found[name] = await measure(page, 'drag', 120, 5)
      console.error(name, JSON.stringify(found[name]))
      await browser.close()
    }
    return found
  },
}

let code = 0
try {
  const found = await cases[what](), load = loadavg()[0].toFixed(1)
  mkdirSync(results, { recursive: true })
  const name = [what, tool, n || ''].filter(Boolean).join('-')
  writeFileSync(join(results, name + '.json'), JSON.stringify({ tool, notes: n, when: new Date().toISOString().slice(0, 16), cpu: cpus()[0].model, load, chrome: execFileSync(chrome, ['--version'], { encoding: 'utf8' }).trim(), ...found }, null, 1) + '\n')
  console.log(name, JSON.stringify(found))
} catch (e) {
  console.error(e)
  code = 1
}
for (const end of ending) await end()
process.exit(code)
