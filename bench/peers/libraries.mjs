// One adapter a library: text(onUpdate) and board(onUpdate) make documents that are edited transaction by
// transaction; loadText and loadBoard read what save wrote.
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const fields = ['kind', 'x', 'y', 'w', 'h', 'color']

async function yjs (v2) {
  const Y = await import('yjs')
  const [event, save, apply] = v2
    ? ['updateV2', Y.encodeStateAsUpdateV2, Y.applyUpdateV2]
    : ['update', Y.encodeStateAsUpdate, Y.applyUpdate]
  const make = onUpdate => {
    const doc = new Y.Doc()
    if (onUpdate) {
      doc.clientID = 1000001 // random ones differ in length
      doc.on(event, onUpdate)
    }
    return doc
  }
  const load = (b, wrap) => { const doc = make(); apply(doc, b); return wrap(doc) }
  const asText = doc => {
    const t = doc.getText('text')
    return {
      edit: patches => doc.transact(() => {
        for (const [at, del, ins] of patches) {
          if (del) t.delete(at, del)
          if (ins) t.insert(at, ins)
        }
      }),
      read: () => t.toString(),
      save: () => save(doc)
    }
  }
  const asBoard = doc => {
    const notes = doc.getMap('notes')
    return {
      edit: ([what, key, ...rest]) => doc.transact(() => {
        const note = notes.get(key)
        switch (what) {
          case 'c': {
            const n = new Y.Map()
            fields.forEach((f, i) => n.set(f, rest[i]))
            n.set('text', new Y.Text(rest[6]))
            notes.set(key, n)
            break
          }
          case 'm': note.set('x', rest[0]); note.set('y', rest[1]); break
          case 't':
            if (rest[1]) note.get('text').delete(rest[0], rest[1])
            if (rest[2]) note.get('text').insert(rest[0], rest[2])
            break
          case 'd': notes.delete(key)
        }
      }),
      read: () => notes.toJSON(),
      save: () => save(doc),
      version: () => Y.encodeStateVector(doc),
      delta: v => save(doc, v)
    }
  }
  return {
    name: 'yjs ' + require('yjs/package.json').version + (v2 ? ' v2' : ''),
    text: onUpdate => asText(make(onUpdate)),
    board: onUpdate => asBoard(make(onUpdate)),
    loadText: b => load(b, asText),
    loadBoard: b => load(b, asBoard)
  }
}

async function loro () {
  const { LoroDoc, LoroMap, LoroText } = require('loro-crdt')
  const make = onUpdate => {
    const doc = new LoroDoc()
    doc.setPeerId(1000001n)
    if (onUpdate) doc.subscribeLocalUpdates(onUpdate)
    return doc
  }
  const load = (b, wrap) => { const doc = new LoroDoc(); doc.import(b); return wrap(doc) }
  const save = doc => doc.export({ mode: 'snapshot' })
  const asText = doc => {
    const t = doc.getText('text')
    return {
      edit: patches => {
        for (const [at, del, ins] of patches) {
          if (del) t.delete(at, del)
          if (ins) t.insert(at, ins)
        }
        doc.commit()
      },
      read: () => t.toString(),
      save: () => save(doc)
    }
  }
  const asBoard = doc => {
    const notes = doc.getMap('notes')
    return {
      edit: ([what, key, ...rest]) => {
        const note = what === 'c' ? notes.setContainer(key, new LoroMap()) : notes.get(key)
        switch (what) {
          case 'c': {
            fields.forEach((f, i) => note.set(f, rest[i]))
            const t = note.setContainer('text', new LoroText())
            t.insert(0, rest[6])
            t.free()
            break
          }
          case 'm': note.set('x', rest[0]); note.set('y', rest[1]); break
          case 't': {
            const t = note.get('text')
            if (rest[1]) t.delete(rest[0], rest[1])
            if (rest[2]) t.insert(rest[0], rest[2])
            t.free()
            break
          }
          case 'd': notes.delete(key)
        }
        note.free()
        doc.commit()
      },
      read: () => notes.toJSON(),
      save: () => save(doc),
      version: () => doc.version(),
      delta: v => doc.export({ mode: 'update', from: v })
    }
  }
  return {
    name: 'loro ' + require('loro-crdt/package.json').version,
    text: onUpdate => asText(make(onUpdate)),
    board: onUpdate => asBoard(make(onUpdate)),
    loadText: b => load(b, asText),
    loadBoard: b => load(b, asBoard)
  }
}

async function jsonJoy () {
  const { Model, s } = require('json-joy/lib/json-crdt')
  const make = view => {
    const m = Model.create(undefined, 1000001)
    m.api.set(view)
    m.api.flush()
    return m
  }
  const flush = (m, onUpdate) => { const u = m.api.flush().toBinary(); if (onUpdate) onUpdate(u) }
  const asText = (m, onUpdate) => {
    const t = m.api.str(['text'])
    return {
      edit: patches => {
        for (const [at, del, ins] of patches) {
          if (del) t.del(at, del)
          if (ins) t.ins(at, ins)
        }
        flush(m, onUpdate)
      },
      read: () => m.view().text,
      save: () => m.toBinary()
    }
  }
  const asBoard = (m, onUpdate) => {
    const notes = m.api.obj(['notes'])
    return {
      edit: ([what, key, ...rest]) => {
        switch (what) {
          case 'c': {
            const note = Object.fromEntries(fields.map((f, i) => [f, s.con(rest[i])]))
            notes.set({ [key]: s.obj({ ...note, text: s.str(rest[6]) }) })
            break
          }
          case 'm': m.api.obj(['notes', key]).set({ x: s.con(rest[0]), y: s.con(rest[1]) }); break
          case 't': {
            const t = m.api.str(['notes', key, 'text'])
            if (rest[1]) t.del(rest[0], rest[1])
            if (rest[2]) t.ins(rest[0], rest[2])
            break
          }
          case 'd': notes.del([key])
        }
        flush(m, onUpdate)
      },
      read: () => m.view().notes,
      save: () => m.toBinary()
    }
  }
  return {
    name: 'json-joy ' + require('json-joy/package.json').version,
    text: onUpdate => asText(make({ text: '' }), onUpdate),
    board: onUpdate => asBoard(make({ notes: {} }), onUpdate),
    loadText: b => asText(Model.load(b, 1000002)),
    loadBoard: b => asBoard(Model.load(b, 1000002))
  }
}

export const libraries = { yjs: () => yjs(false), 'yjs-v2': () => yjs(true), loro, 'json-joy': jsonJoy }
