// The loader: starts the client (app.wasm) behind the map that the server has
// drawn, shows how far it is, keeps what the person does meanwhile, and watches
// for new releases. It runs in the head, before anything is painted.
"use strict";
(() => {
  const root = document.documentElement;
  const script = document.currentScript;
  const wanted = key => { try { return localStorage.getItem(key); } catch { return null; } };

  // Appearance first: nothing may be painted in the wrong colours.
  const theme = wanted("tabi.theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  const contrast = wanted("tabi.contrast");
  if (contrast === "more" || contrast === "normal") root.dataset.contrast = contrast;
  const phone = matchMedia("(max-width: 700px)").matches;
  root.dataset.view = phone ? "list" : "board";
  root.dataset.script = "on";

  const started = performance.now();
  // As early as can be, and compiled while it comes: neither waits for the page to be read. Asking still earlier (preload)
  // brings it no sooner, and the picture later.
  const response = fetch(script.dataset.wasm);
  const compiled = response.then(answer => {
    if (!answer.ok) throw new Error("HTTP " + answer.status + " for the client");
    watch(answer.clone()).catch(() => {});
    return WebAssembly.compileStreaming(answer);
  });
  compiled.catch(() => {}); // said below, when there is a page to say it on
  // The map comes meanwhile; without it the client gets it over its socket.
  let snapshot = null;
  const fetched = root.dataset.kind === "map" && fetch(location.pathname + "/snapshot").then(answer => answer.ok ? answer.arrayBuffer() : null)
    .then(b => { snapshot = b && new Uint8Array(b); }, () => {});

  // What the interface says in a language that the client does not hold comes meanwhile, too.
  const texts = {}, textsAt = lang => script.dataset.texts + encodeURIComponent(lang) + ".json";
  const learn = async lang => {
    if (texts[lang] || /^(ja|en)$/.test(lang)) return texts[lang] || "";
    try {
      const answer = await fetch(textsAt(lang));
      if (answer.ok) texts[lang] = await answer.text();
    } catch { /* then it speaks English */ }
    return texts[lang] || "";
  };
  const learned = Promise.race([learn(wanted("tabi.lang") || root.lang), new Promise(done => setTimeout(done, 8000))]);

  // ---- what is done before the client can take it -------------------------
  // Kept: keys, clicks, double clicks and the wheel over the picture. They are
  // played to the board in the same order once it stands. A person who presses
  // N and types gets a note with that text.
  const kinds = ["pointerdown", "pointermove", "pointerup", "click", "dblclick", "wheel", "keydown"];
  let kept = [];
  const keep = event => {
    if (kept.length >= 512 || !document.getElementById("picture")) return;
    if (event.type === "pointermove" && !event.buttons) return;
    const control = event.target.closest && event.target.closest("a, button, input, select, textarea");
    if (control) return;
    if (event.type === "keydown" && (event.isComposing || event.key.length > 1 && !/^(Enter|Tab|Escape|Backspace|Delete|Arrow\w+)$/.test(event.key))) return;
    kept.push(event);
    if (event.type === "wheel" || event.type === "keydown" && event.key === "Tab") event.preventDefault();
  };
  if (root.dataset.kind === "map") {
    for (const kind of kinds) addEventListener(kind, keep, { capture: true, passive: false });
  }
  const release = () => {
    for (const kind of kinds) removeEventListener(kind, keep, { capture: true });
    const events = kept;
    kept = [];
    return events;
  };

  const play = events => {
    const frame = () => {
      const event = events.shift();
      if (!event) return;
      if (event instanceof KeyboardEvent) {
        const target = document.activeElement || document.body;
        const writing = target.matches("input, textarea, [contenteditable]");
        if (writing && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
          document.execCommand("insertText", false, event.key);
        } else {
          (target === document.body ? document.querySelector(".tabi-board") || target : target)
            .dispatchEvent(new KeyboardEvent(event.type, event));
        }
      } else {
        const target = document.elementFromPoint(event.clientX, event.clientY);
        if (target) target.dispatchEvent(new event.constructor(event.type, event));
      }
      // One a frame for what opens something to write in, all else at once.
      if (event.type === "keydown" || event.type === "dblclick") requestAnimationFrame(frame);
      else frame();
    };
    requestAnimationFrame(frame);
  };

  // ---- what the client calls ----------------------------------------------
  let settle;
  const settled = new Promise(done => { settle = done; }); // the client stands, or never will
  const tabi = window.tabi = {
    started,
    timing: {},
    // The board (or list) stands: the picture goes, early input is played.
    ready() {
      const picture = document.getElementById("picture");
      if (!picture) return;
      tabi.timing.ready = performance.now();
      const events = release();
      picture.remove();
      root.dataset.ready = "1";
      play(events);
      settle();
    },
    // Called when a new release waits; the client sets it and shows an offer.
    onupdate: null,
    updateWaiting: false,
    takeUpdate() {
      if (!tabi.worker || !tabi.worker.waiting) { location.reload(); return; }
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      tabi.worker.waiting.postMessage("take over");
    },
    worker: null,
    memory: null,
    texts, learn,
    // The map as it was when the page was opened, once; null when it has not come.
    takeSnapshot() { const b = snapshot; snapshot = null; return b; },

    // What the client asks of the browser and what may fail there: storage may
    // be off, the network gone. None of these throws, each says what came of it.
    get: wanted,
    set(key, value) {
      try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); return true; } catch { return false; }
    },
    // The answer of the server: {status, value}; status 0 when there was none.
    async api(method, url, type, body) {
      try {
        const answer = await fetch(url, { method, body: body ?? undefined, headers: type ? { "Content-Type": type } : {} });
        let value = null;
        try { value = await answer.json(); } catch { /* no body, or none of ours */ }
        return { status: answer.status, value };
      } catch {
        return { status: 0, value: null };
      }
    },
    // Sends a picture. A photo is made smaller first, which also leaves out where it was taken.
    async upload(url, file) {
      let body = file;
      try {
        if (file.type !== "image/gif" && (file.type === "image/jpeg" || file.type === "image/heic" || file.size > 1e6)) {
          const bitmap = await createImageBitmap(file), scale = Math.min(1, 2400 / Math.max(bitmap.width, bitmap.height));
          const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
          canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
          const drawn = await canvas.convertToBlob({ type: "image/webp", quality: .86 });
          if (drawn.size < file.size || file.type !== "image/png") body = drawn;
        }
      } catch { /* the server says what is wrong with it */ }
      const answer = await tabi.api("POST", url, body.type || "application/octet-stream", body);
      return answer.status ? answer : keepPicture(url, body).catch(() => answer);
    },
    // Brings a picture of one map to another as it is; null when that has it, else why not.
    async fetchPicture(from, to) {
      try {
        const picture = await fetch(from);
        if (!picture.ok) return "";
        const body = await picture.blob(), { status, value } = await tabi.api("POST", to, body.type, body);
        if (!status) await keepPicture(to, body);
        return !status || status === 201 ? null : value && value.message || "";
      } catch { return ""; }
    },
    // Sends the pictures of a map that were kept; refused hears of those that are not taken.
    async sendPictures(url, refused) {
      try {
        const unsent = await caches.open(UNSENT);
        for (const request of await unsent.keys()) {
          if (!request.url.startsWith(location.origin + picturesAt(url))) continue;
          const body = await (await unsent.match(request)).blob();
          const { status, value } = await tabi.api("POST", url, body.type, body);
          if (!status) return; // when there is a server again
          if (status === 429 || status >= 500) { setTimeout(tabi.sendPictures, 20000, url, refused); return; }
          await unsent.delete(request);
          if (status !== 201) refused(request.url.split("/").pop(), value && value.message || "");
        }
      } catch { /* nothing can be kept here, so nothing was */ }
    },
    // Runs f in the next frame, or at once while nothing but the server's picture is to be seen.
    soon(f) { if (root.dataset.ready) tabi.frame(f); else setTimeout(f); },
    // Runs f in the next frame; a hidden page has none.
    frame(f) {
      if (document.hidden) { setTimeout(f, 50); return; }
      let ran = false;
      const once = () => { if (!ran) { ran = true; f(); } };
      requestAnimationFrame(once);
      setTimeout(once, 250); // it may be hidden before its frame comes
    },
    async copy(text) {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* not a secure page, or not allowed */ }
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "hidden-but-read";
      (document.querySelector("dialog[open]") || document.body).append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    },
    save(name, type, text) {
      const url = URL.createObjectURL(new Blob([text], { type }));
      const a = document.createElement("a");
      a.href = url; a.download = name;
      a.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    },
    when(time, lang) {
      const date = new Date(time);
      if (lang === "ar") lang += "-u-nu-latn"; // the figures that the rest of the page has
      return isNaN(date) ? "" : new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(date);
    },
  };

  // ---- pictures without a server --------------------------------------------
  // A picture has the name that the server will give it (its content's), so it is on the map at once, drawn from the
  // worker's cache; the server gets it when it is there again.
  const UNSENT = "tabi-unsent", unsentMost = 24, unsentBytes = 5 << 20;
  const picturesAt = url => url.replace(/^\/api|\?.*$/g, "") + "/";
  const keepPicture = async (url, body) => {
    const unsent = await caches.open(UNSENT);
    if (!navigator.serviceWorker.controller || body.size > unsentBytes || !/^image\/(png|jpeg|webp|gif)$/.test(body.type) ||
      (await unsent.keys()).length >= unsentMost) throw new Error("not kept");
    const { width, height } = await createImageBitmap(body);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await body.arrayBuffer()));
    const id = [...hash.subarray(0, 20)].map(b => b.toString(16).padStart(2, "0")).join("");
    for (const cache of [unsent, await caches.open("tabi-pictures")]) await cache.put(picturesAt(url) + id, new Response(body));
    return { status: 202, value: { id, width, height } };
  };
  // What others have kept so is on the map before the server has it: their picture is asked for again.
  addEventListener("error", ({ target }) => {
    const key = { image: "href", IMG: "src" }[target.tagName], at = key && target.getAttribute(key);
    if (!at || !at.includes("/images/")) return;
    const again = target.again = Math.min(60000, 2 * (target.again || 1000));
    setTimeout(() => { if (target.isConnected && target.getAttribute(key) === at) target.setAttribute(key, at); }, again);
  }, true);

  // ---- the client ----------------------------------------------------------
  const fail = error => {
    console.warn("tabi: the client did not start:", String(error));
    settle();
    const loading = document.getElementById("loading");
    if (!loading) return;
    loading.textContent = loading.dataset.failed + " ";
    const again = document.createElement("button");
    again.className = "button";
    again.textContent = loading.dataset.retry;
    again.addEventListener("click", () => location.reload());
    loading.append(again);
    const progress = document.getElementById("progress");
    if (progress) progress.hidden = true;
  };

  // Reads a copy of the body, so that the browser still sees the response as it
  // came and may keep what it compiled.
  const watch = async copy => {
    const total = Number(script.dataset.size) || 0;
    const progress = document.getElementById("progress");
    const loading = document.getElementById("loading");
    const reader = copy.body.getReader();
    let read = 0, shown = -1;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      read += value.byteLength;
      const percent = total ? Math.min(100, Math.floor(read * 100 / total)) : 0;
      if (percent === shown || !progress || !progress.isConnected) continue;
      shown = percent;
      progress.hidden = false;
      progress.value = percent;
      loading.textContent = loading.dataset.percent.replace("{0}", percent);
    }
    tabi.timing.loaded = performance.now();
    if (loading) loading.textContent = "";
    if (progress) progress.hidden = true;
  };

  // The client keeps the browser busy from its first moment: the server's drawing is on the screen before, and
  // with the map there it needs no second start. Neither is waited for long (milliseconds).
  const startWait = 150;
  const painted = root.dataset.kind === "map" && new Promise(done => addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(done))));

  const start = async () => {
    const go = new Go();
    Object.assign(go.env, { GOGC: "off", GOMEMLIMIT: "32MiB" }); // until the map stands: collect in app/pages
    tabi.memory = () => go._inst.exports.mem.buffer; // the board reads its frames from here without a copy
    const instance = await WebAssembly.instantiate(await compiled, go.importObject);
    await Promise.race([Promise.all([fetched, painted]), new Promise(done => setTimeout(done, startWait))]);
    await learned;
    tabi.timing.compiled = performance.now();
    await go.run(instance);
    throw new Error("the client ended");
  };
  addEventListener("DOMContentLoaded", () => start().catch(fail));

  // ---- new releases ---------------------------------------------------------
  const offer = () => {
    tabi.updateWaiting = true;
    if (tabi.onupdate) tabi.onupdate();
  };
  addEventListener("load", async () => {
    if (!("serviceWorker" in navigator) || !isSecureContext) return;
    try {
      // On a first visit the worker takes in every file: not while the map is being opened.
      if (!navigator.serviceWorker.controller) {
        await settled;
        await new Promise(done => setTimeout(done, 8000));
      }
      const worker = tabi.worker = await navigator.serviceWorker.register("/sw.js");
      // A first visit comes before its worker, which then has not seen the page.
      const { origin, pathname } = location;
      if (!navigator.serviceWorker.controller) navigator.serviceWorker.ready.then(ready => ready.active.postMessage({ keep: [origin + pathname, origin + "/", ...Object.keys(texts).map(lang => origin + textsAt(lang))] }));
      if (worker.waiting && navigator.serviceWorker.controller) offer();
      worker.addEventListener("updatefound", () => {
        const fresh = worker.installing;
        fresh.addEventListener("statechange", () => {
          if (fresh.state === "installed" && navigator.serviceWorker.controller) offer();
        });
      });
    } catch (error) {
      console.warn("tabi: no offline use:", String(error));
    }
  });
})();
