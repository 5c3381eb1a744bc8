// The service worker. HASH, FILES and TEXTS stand before this text when it is served.
//
// Files of one release are kept together and never change, so they are answered
// from the cache. Pages come from the network while there is one, and from the
// last visit else: a map opens offline as it was last seen here, with its
// pictures. A new release waits until every page of the
// old one is closed, or until a person takes the offer: nothing is ever swapped under someone's hands.
"use strict";
const KEPT = "tabi-files-" + HASH;
const PAGES = "tabi-pages-" + HASH;
const PICTURES = "tabi-pictures"; // of maps; named by their content, so they serve every release
const UNSENT = "tabi-unsent"; // pictures that the server does not have yet (loader.js)

addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES);
  // Of the texts of further languages, those that were read here.
  for (const name of await caches.keys()) {
    if (!name.startsWith("tabi-files-") || name === KEPT) continue;
    const read = (await (await caches.open(name)).keys()).map(({ url }) => url.split("/texts/")[1]);
    await Promise.all(TEXTS.filter(url => read.includes(url.split("/texts/")[1])).map(url => cache.add(url).catch(() => {})));
  }
})()));

addEventListener("activate", event => event.waitUntil((async () => {
  // Pages of the release before name files that go now: they are fetched anew, but
  // nobody waits for that longer than three seconds.
  const known = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("tabi-pages-") && name !== PAGES) known.push(...await (await caches.open(name)).keys());
  }
  await Promise.race([Promise.all(known.map(({ url }) => keep(url).catch(() => {}))), new Promise(done => setTimeout(done, 3000))]);
  for (const name of await caches.keys()) {
    if (name.startsWith("tabi-") && name !== KEPT && name !== PAGES && name !== PICTURES && name !== UNSENT) await caches.delete(name);
  }
  await clients.claim();
})()));

addEventListener("message", event => {
  if (event.data === "take over") skipWaiting();
  // The page that was there before its worker, and the start page.
  else if (event.data.keep) event.waitUntil(Promise.all(event.data.keep.map(url => (url.includes("/assets/") ? file(new Request(url)) : keep(url)).catch(() => {}))));
});

addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) {
    event.respondWith(file(request));
  } else if (/^\/m\/[^/]+\/images\//.test(url.pathname)) {
    event.respondWith(file(request, PICTURES));
  } else if (request.mode === "navigate" && (url.pathname === "/" || /^\/m\/[^/]+$/.test(url.pathname))) {
    event.respondWith(page(request, event));
  }
});

// A page of another release may be open beside ours: what it asks for is kept too.
async function file(request, name = KEPT) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(name);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function keep(url) {
  const answer = await fetch(url), cache = await caches.open(PAGES);
  if (answer.ok) await cache.put(url, answer);
}

async function page(request, event) {
  const address = new URL(request.url);
  const key = address.origin + address.pathname;
  try {
    const answer = await fetch(request);
    const cache = await caches.open(PAGES);
    // A link that was revoked must not live on in here.
    if (answer.ok) event.waitUntil(cache.put(key, answer.clone()));
    else if (answer.status === 404 || answer.status === 410 || answer.status === 403) event.waitUntil(forget(cache, key));
    return answer;
  } catch (error) {
    const kept = await caches.match(key);
    if (kept) return kept;
    throw error;
  }
}

async function forget(pages, key) {
  await pages.delete(key);
  for (const name of [PICTURES, UNSENT]) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (request.url.startsWith(key + "/")) await cache.delete(request);
  }
}
