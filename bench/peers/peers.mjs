// Replays one stream or trace through one library and prints a line of JSON in the form of cmd/crdtbench.
//
//   node --expose-gc peers.mjs --lib yjs --stream FILE
//
// Every edit is a transaction of its own and yields an encoded update of its own; parsing is outside the clock.
// A note is a map with its fields and a text; the hash is that of the visible state, keys sorted.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { libraries } from './libraries.mjs'

const { values: flags } = parseArgs({ options: { lib: { type: 'string' }, stream: { type: 'string' } } })
const library = await libraries[flags.lib]()
const raw = readFileSync(flags.stream)
const data = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString('utf8')
const result = { case: basename(flags.stream).split('.')[0], lib: library.name, updates_bytes: 0 }

const heap = () => { for (let i = 0; i < 4; i++) global.gc(); const m = process.memoryUsage(); return m.heapUsed + m.external }
const median = xs => xs.sort((a, b) => a - b)[xs.length >> 1]
const timed = f => { const t = performance.now(); const out = f(); return [performance.now() - t, out] }
const ms = x => Math.round(x * 1000) / 1000
const sorted = o => o && typeof o === 'object' && !Array.isArray(o)
  ? Object.fromEntries(Object.keys(o).sort().map(k => [k, sorted(o[k])]))
  : o
const hash = o => createHash('sha256').update(JSON.stringify(sorted(o))).digest('hex').slice(0, 16)
const count = u => { result.updates_bytes += u.length }

function finish (doc, load, read) {
  result.hash = hash(read(doc))
  const [save, bytes] = timed(() => doc.save())
  result.save_ms = ms(save)
  result.doc_bytes = bytes.length
  const before = heap()
  const [cold, loaded] = timed(() => { const d = load(bytes); read(d); return d })
  result.load_cold_ms = ms(cold)
  result.heap_mb = ms((heap() - before) / 1e6)
  globalThis.kept = loaded
  result.load_ms = ms(median(Array.from({ length: 5 }, () => timed(() => read(load(bytes)))[0])))
}

function text (edits) {
  const doc = library.text(count)
  result.edits = edits.length
  result.apply_ms = ms(timed(() => { for (const e of edits) doc.edit(e) })[0])
  finish(doc, library.loadText, d => d.read())
}

function board (ops) {
  const doc = library.board(count)
  const tail = ops.splice(-1000)
  result.edits = ops.length + tail.length
  let [spent] = timed(() => { for (const o of ops) doc.edit(o) })
  const version = doc.version?.()
  spent += timed(() => { for (const o of tail) doc.edit(o) })[0]
  result.apply_ms = ms(spent)
  if (version) {
    const [t, delta] = timed(() => doc.delta(version))
    result.delta_ms = ms(t)
    result.delta_bytes = delta.length
  }
  finish(doc, library.loadBoard, d => d.read())
}

if (data[0] === '{') text(JSON.parse(data).txns.map(t => t.patches))
else {
  const lines = data.trimEnd().split('\n').map(l => JSON.parse(l))
  if (typeof lines[0][0] === 'string') board(lines)
  else if (lines[0].length === 3) text(lines.map(l => [l]))
  else throw new Error('only text and board streams; what several replicas do is compared in docs/benchmarks/crdt.md')
}
console.log(JSON.stringify(result))
