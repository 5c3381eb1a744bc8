package session

import (
	"context"
	"errors"
	"syscall/js"
	"time"
)

// Browser keeps outboxes in IndexedDB, one range of records each, under
// [map, outbox, number]. It is nil where there is no IndexedDB.
//
// A tab holds its outboxes by navigator.locks, which the browser releases
// when the tab is gone, however it went. Pages that were not loaded securely
// (plain http in an office network) have no locks; there a tab renews a lease
// in localStorage and lets go of it on pagehide. A lease that a frozen tab
// lost is noticed by the server, which lets only the newer connection go on
// as the replica (replica_in_use).
func Browser() Store {
	if !js.Global().Get("indexedDB").Truthy() {
		return nil
	}
	return &browser{}
}

const (
	databaseName = "tabi-outbox"
	recordStore  = "records"
	leaseEvery   = 10 * time.Second
	// leaseLasts is longer than the minute to which browsers slow the timers
	// of hidden tabs down.
	leaseLasts = 150 * time.Second
)

type browser struct{ db js.Value }

type browserOutbox struct {
	b         *browser
	key, slot string
	next      int
	unlock    func()
}

// open waits for the database; it runs on a goroutine that may block.
func (b *browser) open(ctx context.Context) error {
	if b.db.Truthy() {
		return nil
	}
	request := js.Global().Get("indexedDB").Call("open", databaseName, 1)
	upgrade := js.FuncOf(func(js.Value, []js.Value) any {
		request.Get("result").Call("createObjectStore", recordStore)
		return nil
	})
	defer upgrade.Release()
	request.Set("onupgradeneeded", upgrade)
	db, err := finished(ctx, request)
	if err != nil {
		return err
	}
	b.db = db
	return nil
}

func (b *browser) Orphans(ctx context.Context, key string) ([]Outbox, error) {
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	keys, err := finished(ctx, b.store("readonly").Call("getAllKeys", keysOf(key)))
	if err != nil {
		return nil, err
	}
	var list []Outbox
	last := ""
	for i := range keys.Length() {
		slot := keys.Index(i).Index(1).String()
		if slot == last {
			continue
		}
		last = slot
		if unlock, ok := lock(ctx, key, slot); ok {
			list = append(list, &browserOutbox{b: b, key: key, slot: slot, unlock: unlock})
		}
	}
	return list, nil
}

func (b *browser) New(ctx context.Context, key string) (Outbox, error) {
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	bytes := js.Global().Get("Uint8Array").New(12)
	js.Global().Get("crypto").Call("getRandomValues", bytes)
	slot := ""
	for i := range bytes.Length() {
		v := bytes.Index(i).Int()
		slot += "0123456789abcdef"[v>>4:v>>4+1] + "0123456789abcdef"[v&15:v&15+1]
	}
	unlock, ok := lock(ctx, key, slot)
	if !ok {
		return nil, errors.New("session: outbox cannot be locked")
	}
	return &browserOutbox{b: b, key: key, slot: slot, unlock: unlock}, nil
}

func (b *browser) store(mode string) js.Value {
	// A transaction that is not asked for more commits by itself.
	return b.db.Call("transaction", recordStore, mode).Call("objectStore", recordStore)
}

// keysOf is the range of all keys that begin with parts: in IndexedDB's order
// an array is behind every number and string.
func keysOf(parts ...any) js.Value {
	low, high := js.ValueOf(parts), js.ValueOf(append(append([]any{}, parts...), []any{}))
	return js.Global().Get("IDBKeyRange").Call("bound", low, high)
}

func (o *browserOutbox) Load(ctx context.Context) ([]byte, error) {
	store := o.b.store("readonly")
	keys := store.Call("getAllKeys", keysOf(o.key, o.slot))
	records, err := finished(ctx, store.Call("getAll", keysOf(o.key, o.slot)))
	if err != nil {
		return nil, err
	}
	var all []byte
	for i := range records.Length() {
		record := records.Index(i)
		at := len(all)
		all = append(all, make([]byte, record.Length())...)
		js.CopyBytesToGo(all[at:], record)
	}
	// Requests of one transaction end in order: the keys are there as well.
	if list := keys.Get("result"); list.Truthy() && list.Length() > 0 {
		o.next = list.Index(list.Length()-1).Index(2).Int() + 1
	}
	return all, nil
}

func (o *browserOutbox) Put(b []byte, whole bool, done func(error)) {
	record := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(record, b)
	transaction, err := try(func() js.Value {
		t := o.b.db.Call("transaction", recordStore, "readwrite")
		store := t.Call("objectStore", recordStore)
		if whole {
			store.Call("delete", keysOf(o.key, o.slot))
		}
		store.Call("put", record, js.ValueOf([]any{o.key, o.slot, o.next}))
		// Not waiting for the requests to be answered lets a write that is
		// made while the page goes away still be kept.
		if t.Get("commit").Truthy() {
			t.Call("commit")
		}
		return t
	})
	o.next++
	if err != nil {
		done(err)
		return
	}
	var ended, failed js.Func
	release := func() { ended.Release(); failed.Release() }
	ended = js.FuncOf(func(js.Value, []js.Value) any {
		release()
		done(nil)
		return nil
	})
	failed = js.FuncOf(func(js.Value, []js.Value) any {
		release()
		done(errorOf(transaction.Get("error")))
		return nil
	})
	transaction.Set("oncomplete", ended)
	transaction.Set("onabort", failed)
}

func (o *browserOutbox) Discard() {
	try(func() js.Value { return o.b.store("readwrite").Call("delete", keysOf(o.key, o.slot)) })
	o.unlock()
}

func (o *browserOutbox) Release() { o.unlock() }

// lock takes the lock of an outbox if nobody has it.
func lock(ctx context.Context, key, slot string) (unlock func(), ok bool) {
	name := databaseName + "/" + key + "/" + slot
	locks := js.Global().Get("navigator").Get("locks")
	if !locks.Truthy() {
		return lease(name)
	}
	answer := make(chan bool, 1)
	// The browser holds the lock until the promise that granted returned is
	// resolved.
	var resolve js.Value
	promise := js.FuncOf(func(_ js.Value, args []js.Value) any { resolve = args[0]; return nil })
	granted := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) == 0 || !args[0].Truthy() {
			answer <- false
			return nil
		}
		held := js.Global().Get("Promise").New(promise)
		answer <- true
		return held
	})
	locks.Call("request", name, map[string]any{"ifAvailable": true}, granted)
	select {
	case ok = <-answer:
	case <-ctx.Done():
		return nil, false // the functions stay: the browser may still call them
	}
	promise.Release()
	granted.Release()
	if !ok {
		return nil, false
	}
	return func() { resolve.Invoke() }, true
}

// lease is the lock of pages that have none.
func lease(name string) (unlock func(), ok bool) {
	storage := js.Global().Get("localStorage")
	if !storage.Truthy() {
		return nil, false
	}
	now := func() float64 { return js.Global().Get("Date").Call("now").Float() }
	if at := storage.Call("getItem", name); at.Truthy() {
		since := now() - js.Global().Call("Number", at).Float()
		if since >= 0 && since < float64(leaseLasts.Milliseconds()) {
			return nil, false
		}
	}
	renew := func() { storage.Call("setItem", name, js.Global().Call("String", now())) }
	let := func() { storage.Call("removeItem", name) }
	if _, err := try(func() js.Value { renew(); return js.Undefined() }); err != nil {
		return nil, false // full, or forbidden
	}
	onTick := js.FuncOf(func(js.Value, []js.Value) any { renew(); return nil })
	onHide := js.FuncOf(func(js.Value, []js.Value) any { let(); return nil })
	timer := js.Global().Call("setInterval", onTick, leaseEvery.Milliseconds())
	js.Global().Call("addEventListener", "pagehide", onHide)
	js.Global().Call("addEventListener", "pageshow", onTick)
	return func() {
		js.Global().Call("clearInterval", timer)
		js.Global().Call("removeEventListener", "pagehide", onHide)
		js.Global().Call("removeEventListener", "pageshow", onTick)
		onTick.Release()
		onHide.Release()
		let()
	}, true
}

// finished waits for an IndexedDB request.
func finished(ctx context.Context, request js.Value) (js.Value, error) {
	done := make(chan error, 1)
	succeeded := js.FuncOf(func(js.Value, []js.Value) any { done <- nil; return nil })
	failed := js.FuncOf(func(js.Value, []js.Value) any { done <- errorOf(request.Get("error")); return nil })
	request.Set("onsuccess", succeeded)
	request.Set("onerror", failed)
	select {
	case err := <-done:
		succeeded.Release()
		failed.Release()
		return request.Get("result"), err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err() // the functions stay: they may still be called
	}
}

func errorOf(v js.Value) error {
	if !v.Truthy() {
		return errors.New("session: storage gave up")
	}
	return errors.New("session: storage: " + v.Get("name").String() + ": " + v.Get("message").String())
}

// try turns what JavaScript throws into an error.
func try(f func() js.Value) (v js.Value, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			e, ok := thrown.(js.Error)
			if !ok {
				panic(thrown)
			}
			err = e
		}
	}()
	return f(), nil
}
