/**
 * Keeps the site for use without a network, in two stages: the page and its code when this worker is installed, the model's
 * program, weights and digits when the page first used them (it tells). A new version waits until the visitor asks for it.
 *
 * Several projects may live at one origin, and see the same caches: those of this site carry its scope in their names, and no other
 * is searched or deleted. Each version has a cache of its own. It stays as long as a page of that version is open, so that a tab
 * which was not updated finds its modules, workers and the model's program where it always found them.
 *
 * A classic script, because not every browser runs modules here. `site-files.js` is written when the site is built.
 */

// @ts-expect-error: the type checker knows windows only.
importScripts("./site-files.js");

/**
 * `version` names the folder of the code, `v-…/`; `models` is the folder of the models. `files` are kept at once, `later` those that
 * a visit used.
 *
 * @type {{ version: string, models: string, files: string[], later: string[] }}
 */
const { version, models, files, later } = Reflect.get(globalThis, "SITE");

/**
 * The events of this scope, as far as they are used; the DOM library types a window.
 *
 * @typedef {Event & { waitUntil(work: Promise<unknown>): void, respondWith(answer: Promise<Response>): void, request: Request }} WorkerEvent
 * @typedef {object} Scope
 * @property {(type: string, listener: (event: any) => void) => void} addEventListener
 * @property {() => Promise<void>} skipWaiting
 * @property {{ claim(): Promise<void>, matchAll(options: object): Promise<{ url: string }[]> }} clients
 * @property {{ scope: string }} registration
 */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));
const site = scope.registration.scope;

/** What the names of this site's caches begin with; `features/offline.js` knows it too. */
const OURS = `vae-lab ${site} `;
const OWN = OURS + version;
/** The digits never change. */
const DIGITS = `${OURS}digits`;
/** A page holds a lock of this name, and its version, as long as it is open; see `features/offline.js`. */
const PAGE = `vae-lab ${site} page `;
/** The caches of the versions before this one, whose names were those of every other project too. */
const FORMER = /^(?:code \S+|used \S+|digits)$/;
/** What such a version put into them. */
const FORMER_FILE = /^(?:[^/]*|(?:data|features|icons|lib|models|pkg|styles|vendor|views)\/.*)$/;

scope.addEventListener("install", (/** @type {WorkerEvent} */ event) => event.waitUntil(install()));

scope.addEventListener("activate", (/** @type {WorkerEvent} */ event) => {
  event.waitUntil(scope.clients.claim().then(tidy));
});

scope.addEventListener("fetch", (/** @type {WorkerEvent} */ event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(site)) event.respondWith(answer(event.request));
});

scope.addEventListener("message", (/** @type {MessageEvent & { waitUntil(work: Promise<unknown>): void }} */ event) => {
  const { type, urls } = event.data;
  if (type === "update") void scope.skipWaiting();
  if (type === "version") event.ports[0]?.postMessage(version);
  if (type === "store") event.waitUntil(store(urls).then((stored) => event.ports[0]?.postMessage(stored)).then(tidy));
});

async function install() {
  const cache = await caches.open(OWN);
  // What was fetched on the way before is wanted of this version as well: it too must work without a network.
  const used = await usedBefore();
  await Promise.all([...files, ...later.filter((file) => used.has(withoutFolder(file)))].map((file) => bring(cache, file)));
  await adoptDigits();
}

/**
 * Puts a file of this version into its cache.
 *
 * @param {Cache} cache
 * @param {string} file
 */
async function bring(cache, file) {
  const url = new URL(file, site).href;
  if (await cache.match(url)) return;
  // What is named by its own contents is the same in every version.
  const known = file.startsWith(`${models}/`) ? await search(url, await ourCaches()) : undefined;
  // What carries no version must not come from the browser's cache of the last one.
  const response = known ?? (await fetch(url, carriesVersion(file) ? {} : { cache: "no-cache" }));
  if (response.status !== 200) throw new Error(`${file} must be there to be kept, found status ${response.status}`);
  if (file.endsWith(".html")) await makeSureOfVersion(response.clone(), file);
  await cache.put(url, response);
}

/**
 * A server may still give the page of the version before, which asks for code that is not kept here.
 *
 * @param {Response} response
 * @param {string} file
 */
async function makeSureOfVersion(response, file) {
  if (!(await response.text()).includes(`v-${version}/`)) throw new Error(`${file} must be of version ${version}, and is of another`);
}

/** The caches of this site, this version's first. */
async function ourCaches() {
  const names = await caches.keys();
  return [OWN, ...names.filter((name) => name.startsWith(OURS) && name !== OWN)];
}

/** What versions of older builds kept of this site: the rest of those caches belongs to others. @returns {Promise<{ name: string, cache: Cache, requests: Request[] }[]>} */
async function formerEntries() {
  const names = (await caches.keys()).filter((name) => FORMER.test(name));
  return Promise.all(
    names.map(async (name) => {
      const cache = await caches.open(name);
      const requests = (await cache.keys()).filter(({ url }) => url.startsWith(site) && FORMER_FILE.test(pathOf(url)));
      return { name, cache, requests };
    }),
  );
}

/** The files that some version kept, by names that are the same in all versions. */
async function usedBefore() {
  /** @type {Set<string>} */
  const used = new Set();
  for (const name of (await ourCaches()).filter((other) => other !== OWN)) {
    for (const { url } of await (await caches.open(name)).keys()) used.add(withoutFolder(pathOf(url)));
  }
  for (const { requests } of await formerEntries()) for (const { url } of requests) used.add(pathOf(url));
  return used;
}

/** Eleven megabytes that need not come again. */
async function adoptDigits() {
  const digits = await caches.open(DIGITS);
  for (const { cache, requests } of await formerEntries()) {
    for (const request of requests.filter(({ url }) => pathOf(url).startsWith("data/"))) {
      const response = await cache.match(request);
      if (response && !(await digits.match(request))) await digits.put(request, response);
    }
  }
}

/** Deletes what no page needs any more, of this site alone. */
async function tidy() {
  const used = await usedVersions();
  if (!used) return;
  const kept = new Set([OWN, DIGITS, ...[...used].map((other) => OURS + other)]);
  await Promise.all((await ourCaches()).filter((name) => !kept.has(name)).map((name) => caches.delete(name)));
  for (const { name, cache, requests } of await formerEntries()) {
    await Promise.all(requests.map((request) => cache.delete(request)));
    if (requests.length > 0 && (await cache.keys()).length === 0) await caches.delete(name);
  }
}

/** The versions of all pages that are open; null if that cannot be told, as while a page is starting. */
async function usedVersions() {
  const windows = (await scope.clients.matchAll({ type: "window", includeUncontrolled: true })).filter(({ url }) => url.startsWith(site));
  const { held = [] } = windows.length > 0 ? ((await navigator.locks?.query()) ?? {}) : {};
  const pages = held.flatMap(({ name = "" }) => (name.startsWith(PAGE) ? [name.slice(PAGE.length)] : []));
  return pages.length < windows.length ? null : new Set(pages);
}

/**
 * What is stored, or else what the network gives; whole files of the second stage are stored on the way.
 *
 * @param {Request} request
 */
async function answer(request) {
  // A storage that fails is no reason to fail: then there is the network.
  const stored = await lookUp(request.url).catch(() => undefined);
  if (stored) return stored;
  const response = await fetch(request);
  const path = pathOf(request.url);
  if (response.status === 404 && path.startsWith(`v-${version}/`)) await letGo().catch(() => {});
  const place = placeFor(path);
  if (place && response.status === 200) {
    const copy = response.clone();
    // A full storage is no reason to keep the page waiting.
    void putInto(place, request, copy).catch(() => {});
  }
  return response;
}

/**
 * A page without version in its address is this version's; all else is the same in whichever cache it is found.
 *
 * @param {string} url
 */
async function lookUp(url) {
  const path = pathOf(url);
  const file = new URL(path || "index.html", site).href;
  if (!carriesVersion(path) && !path.startsWith("data/")) {
    const own = await search(file, [OWN]);
    if (own) return own;
    // A page of an older build, which asks for code without version, may still be open.
    return search(file, (await formerEntries()).flatMap(({ name, requests }) => (requests.some((request) => request.url === file) ? [name] : [])));
  }
  return search(file, await ourCaches());
}

/**
 * @param {string} url
 * @param {string[]} names  of caches, in order
 */
async function search(url, names) {
  for (const name of names) {
    const found = await (await caches.open(name)).match(url);
    if (found) return found;
  }
  return undefined;
}

/** The server has this version's code no more, and it is not all here either: the next reload is to bring the page of today. */
async function letGo() {
  const cache = await caches.open(OWN);
  await Promise.all(files.filter((file) => file.endsWith(".html")).map((file) => cache.delete(new URL(file, site).href)));
}

/**
 * The cache that takes a file of the second stage; null for all others.
 *
 * @param {string} path
 */
function placeFor(path) {
  if (path.startsWith("data/")) return DIGITS;
  if (path.startsWith(`${models}/`)) return OWN;
  const ofVersion = /^v-(\w+)\//.exec(path)?.[1];
  return ofVersion ? OURS + ofVersion : null;
}

/**
 * @param {string} place
 * @param {Request | string} request
 * @param {Response} response
 */
async function putInto(place, request, response) {
  // What an older page still asks for goes where the rest of its version is, if that is here.
  if (place !== OWN && place !== DIGITS && !(await caches.has(place))) return;
  await (await caches.open(place)).put(request, response);
}

/**
 * Stores what the page fetched before this worker was there. Whether all of it is stored now.
 *
 * @param {string[]} urls
 */
async function store(urls) {
  try {
    for (const url of urls) {
      const place = placeFor(pathOf(url));
      if (!place || (await lookUp(url))) continue;
      const response = await fetch(url);
      if (response.status !== 200) return false;
      await putInto(place, url, response);
    }
    return true;
  } catch {
    return false;
  }
}

/** What follows the scope, without query. @param {string} url */
function pathOf(url) {
  return url.slice(site.length).replace(/[?#].*$/, "");
}

/** @param {string} path */
function carriesVersion(path) {
  return /^[vm]-\w+\//.test(path);
}

/** @param {string} path */
function withoutFolder(path) {
  return path.replace(/^[vm]-\w+\//, "");
}
