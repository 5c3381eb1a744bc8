// The service worker. HASH and FILES stand before this text when it is served.
//
// Files of one release are kept together and never change, so they are answered
// from the cache. Pages come from the network while there is one, and from the
// last visit else: a map opens offline as it was last seen here. A new release
// waits until every page of the old one is closed, or until a person takes the
// offer: nothing is ever swapped under someone's hands.
"use strict";
const KEPT = "tabi-files-" + HASH;
const PAGES = "tabi-pages-" + HASH;

addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES);
})()));

addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("tabi-") && name !== KEPT && name !== PAGES) await caches.delete(name);
  }
  await clients.claim();
})()));

addEventListener("message", event => {
  if (event.data === "take over") skipWaiting();
});

addEventListener("fetch", event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) {
    event.respondWith(file(request));
  } else if (request.mode === "navigate" && (url.pathname === "/" || /^\/m\/[^/]+$/.test(url.pathname))) {
    event.respondWith(page(request, event));
  }
});

// A page of another release may be open beside ours: what it asks for is kept too.
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(KEPT);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function page(request, event) {
  const address = new URL(request.url);
  const key = address.origin + address.pathname;
  try {
    const answer = await fetch(request);
    const cache = await caches.open(PAGES);
    // A link that was revoked must not live on in here.
    if (answer.ok) event.waitUntil(cache.put(key, answer.clone()));
    else if (answer.status === 404 || answer.status === 410 || answer.status === 403) event.waitUntil(cache.delete(key));
    return answer;
  } catch (error) {
    const kept = await caches.match(key);
    if (kept) return kept;
    throw error;
  }
}
