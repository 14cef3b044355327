/**
 * Keeps the site for use without a network, in two stages: the page and its code when this worker is installed, the model's
 * program, weights and digits when the page first used them (it tells). A new version waits until the visitor asks for it.
 *
 * A classic script, because not every browser runs modules here. `site-files.js` is written when the site is built.
 */

// @ts-expect-error: the type checker knows windows only.
importScripts("./site-files.js");

/** @type {{ version: string, files: string[] }} */
const { version, files } = Reflect.get(globalThis, "SITE");
const CODE = `code ${version}`;
/** What changes with the version and was fetched on the way: the model's program and weights. */
const USED = `used ${version}`;
/** The digits never change. */
const DIGITS = "digits";

/**
 * The events of this scope, as far as they are used; the DOM library types a window.
 *
 * @typedef {Event & { waitUntil(work: Promise<unknown>): void, respondWith(answer: Promise<Response>): void, request: Request }} WorkerEvent
 * @typedef {object} Scope
 * @property {(type: string, listener: (event: any) => void) => void} addEventListener
 * @property {() => Promise<void>} skipWaiting
 * @property {{ claim(): Promise<void> }} clients
 * @property {{ scope: string }} registration
 */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

scope.addEventListener("install", (/** @type {WorkerEvent} */ event) => {
  // Not from the browser's cache of the last version.
  const wanted = files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(Promise.all([caches.open(CODE).then((cache) => cache.addAll(wanted)), renewUsed()]));
});

scope.addEventListener("activate", (/** @type {WorkerEvent} */ event) => {
  event.waitUntil(dropOthers().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (/** @type {WorkerEvent} */ event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(scope.registration.scope)) event.respondWith(answer(event.request));
});

scope.addEventListener("message", (/** @type {MessageEvent & { waitUntil(work: Promise<unknown>): void }} */ event) => {
  if (event.data.type === "update") void scope.skipWaiting();
  if (event.data.type === "store") event.waitUntil(store(event.data.urls).then((stored) => event.ports[0]?.postMessage(stored)));
});

/** What the version before had fetched on the way is wanted of this one as well: it too must work without a network. */
async function renewUsed() {
  const cache = await caches.open(USED);
  for (const name of (await caches.keys()).filter((other) => other.startsWith("used ") && other !== USED)) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const response = await fetch(url, { cache: "no-cache" });
      // A file may be gone from this version.
      if (response.ok) await cache.put(url, response);
    }
  }
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![CODE, USED, DIGITS].includes(name)).map((name) => caches.delete(name)));
}

/**
 * What is stored, or else what the network gives; whole files of the second stage are stored on the way.
 *
 * @param {Request} request
 */
async function answer(request) {
  const url = new URL(request.url);
  const page = url.pathname.endsWith("/") ? "index.html" : "";
  // A storage that fails is no reason to fail: then there is the network.
  const stored = await caches.match(page ? new URL(page, url).href : request, { ignoreSearch: true }).catch(() => undefined);
  if (stored) return stored;
  const response = await fetch(request);
  const place = cacheFor(url.href);
  if (place && response.status === 200) {
    const copy = response.clone();
    // A full storage is no reason to keep the page waiting.
    void caches.open(place).then((cache) => cache.put(request, copy)).catch(() => {});
  }
  return response;
}

/** @param {string} url */
function cacheFor(url) {
  const path = url.slice(scope.registration.scope.length);
  if (path.startsWith("data/")) return DIGITS;
  return path.startsWith("models/") || path.startsWith("pkg/") ? USED : null;
}

/**
 * Stores what the page fetched before this worker was there. Whether all of it is stored now.
 *
 * @param {string[]} urls
 */
async function store(urls) {
  try {
    for (const url of urls) {
      const place = cacheFor(url);
      if (!place || (await caches.match(url))) continue;
      await (await caches.open(place)).add(url);
    }
    return true;
  } catch {
    return false;
  }
}
