// Bundles the two peers into out/, each file with its brotli beside it, as a careful deployment would serve them.
import { build } from 'esbuild'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url)), out = join(here, 'out'), modules = join(here, 'node_modules')
rmSync(out, { recursive: true, force: true })
for (const peer of ['tldraw', 'excalidraw']) {
  const dir = join(out, peer)
  mkdirSync(dir, { recursive: true })
  await build({
    entryPoints: [join(here, 'peers', peer + '.jsx')], outdir: dir, entryNames: 'main', chunkNames: 'chunk-[hash]', bundle: true, splitting: true, format: 'esm', minify: true,
    jsx: 'automatic', target: 'es2022', define: { 'process.env.NODE_ENV': '"production"', 'import.meta.env': '{}' }, conditions: ['production'],
    loader: { '.woff2': 'file', '.svg': 'file', '.png': 'file', '.json': 'json' }, logLevel: 'warning',
  })
  writeFileSync(join(dir, 'index.html'), `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${peer}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="main.css"><style>html,body,#root{margin:0;height:100%;overflow:hidden}</style><script>window.EXCALIDRAW_ASSET_PATH="/excalidraw/"</script><script type="module" src="main.js"></script></head><body><div id="root"></div></body></html>`)
}
for (const kind of ['fonts', 'icons', 'translations', 'embed-icons']) cpSync(join(modules, '@tldraw/assets', kind), join(out, 'tldraw', 'assets', kind), { recursive: true })
cpSync(join(modules, '@excalidraw/excalidraw/dist/prod/fonts'), join(out, 'excalidraw', 'fonts'), { recursive: true })

const pack = dir => {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) pack(path)
    else if (/\.(js|css|html|json|svg)$/.test(name)) writeFileSync(path + '.br', brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  }
}
pack(out)
