// Runs cmd/crdtbench, native and as wasm, and the peers in turn on the same files, and writes a page of medians and
// ratios. Absolute figures drift with the machine; the ratios are of one run.
//
//   node compare.mjs --native BIN --wasm FILE --exec GO_JS_WASM_EXEC --data DIR [--rounds 3] > docs/benchmarks/crdt.md
//
// DIR holds streams/*.jsonl.gz and traces/*.json.gz in the formats of bench/README.md.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: o } = parseArgs({
  options: { native: { type: 'string' }, wasm: { type: 'string' }, exec: { type: 'string' }, data: { type: 'string' }, rounds: { type: 'string', default: '3' } }
})
const rounds = Number(o.rounds)
const here = import.meta.dirname
const run = (cmd, args) => execFileSync(cmd, args, { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n').map(l => JSON.parse(l)).pop()
const peer = lib => file => run(process.execPath, ['--expose-gc', join(here, 'peers.mjs'), '--lib', lib, '--stream', file])
const ours = {
  'Tabi, native': file => run(o.native, ['-runs', '1', '-stream', file]),
  'Tabi, wasm under Node': file => run(o.exec, [o.wasm, '-runs', '2', '-stream', file])
}
const all = { ...ours, Yjs: peer('yjs'), 'Yjs v2': peer('yjs-v2'), Loro: peer('loro'), 'json-joy': peer('json-joy') }
const cases = [
  ['traces/automerge-paper.json.gz', 'a paper typed by one person, 259,778 edits', all],
  ['streams/w1.jsonl.gz', '5,000 notes, 200,000 random moves', all],
  ['streams/w1b.jsonl.gz', '5,000 notes, 8,000 drags of 25 steps', ours],
  ['streams/w2.jsonl.gz', '50 replicas, 100 rounds of 20 edits each, all exchange', ours],
  ['traces/friendsforever.json.gz', 'two people in one text, 26,078 transactions merged one by one', ours],
  ['streams/b2_4_conc_ins_del.jsonl.gz', 'two people write 6,000 edits each, then exchange', ours]
]
const columns = [
  ['apply_ms', 'apply ms'], ['doc_bytes', 'document bytes'], ['save_ms', 'save ms'], ['load_ms', 'load and read ms'],
  ['heap_mb', 'memory MB'], ['updates_bytes', 'updates bytes'], ['delta_bytes', 'delta bytes'], ['delta_ms', 'delta ms']
]
const median = xs => xs.sort((a, b) => a - b)[xs.length >> 1]
const show = x => x === undefined || Number.isNaN(x) ? '–' : x >= 100 ? Math.round(x).toLocaleString('en') : x >= 10 ? x.toFixed(1) : x.toFixed(2)
const out = [
  '# The CRDT beside its peers', '',
  'Written by `make bench-peers`; do not edit. Medians of ' + rounds + (rounds === 1 ? ' round' : ' rounds') + ' in which all took turns, on ' + cpus().length + ' × ' +
  cpus()[0].model.trim() + ', Node ' + process.versions.node + '; load of the machine at the start ' + loadavg()[0].toFixed(1) + '.',
  'Every edit is its own transaction and its own encoded update; parsing is outside the clock. Ratios are to Tabi, native.', ''
]
const medians = {}
for (const [file, title, who] of cases) {
  const path = join(o.data, file)
  if (!existsSync(path)) throw new Error('no ' + path + ': the page would lack a case')
  const results = Object.fromEntries(Object.keys(who).map(k => [k, []]))
  for (let i = 0; i < rounds; i++) for (const [k, f] of Object.entries(who)) results[k].push(f(path))
  const mid = Object.fromEntries(Object.entries(results).map(([k, rs]) => [k, Object.fromEntries(columns.map(([c]) => [c, median(rs.map(r => r[c] ?? NaN))]))]))
  medians[file.split('/')[1].split('.')[0]] = mid
  const used = columns.filter(([c]) => Object.values(mid).some(m => !Number.isNaN(m[c])))
  const hashes = new Set(Object.values(results).flat().map(r => r.hash))
  const base = mid['Tabi, native']
  out.push('## ' + file.split('/')[1].split('.')[0] + ': ' + title, '')
  out.push('| | ' + used.map(c => c[1]).join(' | ') + ' |', '|---|' + used.map(() => '---:|').join(''))
  for (const [k, m] of Object.entries(mid)) {
    const cell = c => show(m[c]) + (k.startsWith('Tabi') || Number.isNaN(m[c]) || !base[c] ? '' : ' (' + show(m[c] / base[c]) + '×)')
    out.push('| ' + (who === all && !k.startsWith('Tabi') ? results[k][0].lib : k) + ' | ' + used.map(([c]) => cell(c)).join(' | ') + ' |')
  }
  const snapshots = new Set(Object.entries(results).filter(([k]) => k.startsWith('Tabi')).flatMap(([, rs]) => rs.map(r => r.snapshot)))
  out.push('', 'Visible state ' + [...hashes].join(', ') + (hashes.size === 1 ? ' for all' : ': THEY DIFFER') + '; our snapshots ' +
    (snapshots.size === 1 ? 'are byte-identical on both platforms' : 'DIFFER between platforms') + ' (' + [...snapshots].join(', ') + ').', '')
}
const targets = [
  ['paper: apply, native', 'automerge-paper', 'Tabi, native', 'apply_ms', 84], ['paper: document', 'automerge-paper', 'Tabi, native', 'doc_bytes', 130000],
  ['paper: load and read out', 'automerge-paper', 'Tabi, native', 'load_ms', 3], ['paper: apply, wasm', 'automerge-paper', 'Tabi, wasm under Node', 'apply_ms', 400],
  ['W1: apply, native', 'w1', 'Tabi, native', 'apply_ms', 30], ['W1: document', 'w1', 'Tabi, native', 'doc_bytes', 350000],
  ['W1: load', 'w1', 'Tabi, native', 'load_ms', 2], ['W1: delta of 1,000 moves, bytes', 'w1', 'Tabi, native', 'delta_bytes', 12000],
  ['W1: delta of 1,000 moves, ms', 'w1', 'Tabi, native', 'delta_ms', 0.5], ['W1: memory after load, MB', 'w1', 'Tabi, native', 'heap_mb', 4],
  ['W1: apply, wasm', 'w1', 'Tabi, wasm under Node', 'apply_ms', 120], ['W2: apply and exchange', 'w2', 'Tabi, native', 'apply_ms', 2500],
  ['W2: exchanged bytes', 'w2', 'Tabi, native', 'updates_bytes', 1400000], ['W2: document', 'w2', 'Tabi, native', 'doc_bytes', 800000]
]
out.push('## Against the targets', '', 'Targets in time are for a quiet machine of the kind on which Yjs took 2,095 ms for the paper and 2,341 ms for W1;',
  'in this run it took ' + show(medians['automerge-paper']?.Yjs?.apply_ms) + ' and ' + show(medians.w1?.Yjs?.apply_ms) + ' ms. The last column takes that factor out.', '',
'| | target | measured | at the speed of that machine |', '|---|---:|---:|---:|')
const factor = (medians.w1?.Yjs?.apply_ms / 2341 + medians['automerge-paper']?.Yjs?.apply_ms / 2095) / 2
for (const [title, c, who, field, limit] of targets) {
  const x = medians[c]?.[who]?.[field]
  if (x !== undefined) out.push('| ' + title + ' | ' + show(limit) + ' | ' + show(x) + ' | ' + (field.endsWith('_ms') ? show(x / factor) : '') + ' |')
}
console.log(out.join('\n') + '\n')
