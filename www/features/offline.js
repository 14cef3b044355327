/**
 * The page without a network: a service worker keeps what a visit used. It is asked for only when the first load is over, and
 * a new version of the site is offered, never forced: a page that is open goes on with its own version until it is reloaded.
 */

import { CODE, DATA, MODELS, SITE, VERSION } from "../lib/addresses.js";
import { find, make } from "../lib/find.js";
import { bestBuild, moduleFile } from "../lib/instructions.js";
import { TEXTS } from "../texts.js";

/**
 * @typedef {import("../protocol.js").Download} Download
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 */

/** What the names of this site's caches begin with: the service worker's `OURS`. Other projects at this origin have theirs. */
const OUR_CACHES = `vae-lab ${SITE.href} `;

/** The files behind each stage of the status line, with this model as the first. @type {Record<Download, (card: ModelCard | undefined) => URL[]>} */
const FILES = {
  model: () => [new URL(`pkg/${moduleFile(bestBuild())}`, CODE)],
  weights: (card) => ["index.json", ...(card ? [`${card.id}.json`, card.quick?.file ?? `${card.id}.safetensors`] : [])].map((file) => new URL(file, MODELS)),
  test: () => ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"].map((file) => new URL(file, DATA)),
  train: () => ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"].map((file) => new URL(file, DATA)),
};

/**
 * @param {import("../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {{ keepNow: () => Promise<boolean> }} others.keeping
 */
export function createOffline({ store }, { keeping }) {
  const line = find(document.body, "#offline", HTMLElement);
  /** @type {ServiceWorkerRegistration | null} */
  let registration = null;
  let asked = false;
  let updating = false;

  holdVersion();
  store.subscribe((state, event) => {
    if (event.type === "stageFailed") void forget(event.stage).catch(() => {});
    if (event.type !== "stageDone") return;
    const { model, test } = state.stages;
    if (model.state === "done" && test.state === "done") void (asked ? storeUsed() : begin());
  });

  async function begin() {
    asked = true;
    // Served from its source, the page is to show every change.
    if (!VERSION || !("serviceWorker" in navigator)) return;
    try {
      registration = (await navigator.serviceWorker.register(new URL("service-worker.js", SITE), { updateViaCache: "none" })) ?? null;
    } catch (error) {
      // A browser that refuses, in a private window for instance, works as ever with the network.
      console.info(`The page is not kept for offline use: ${error instanceof Error ? error.message : error}`);
    }
    if (!registration) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (updating) location.reload();
      // Another tab was updated.
      else void offerUpdate(registration?.active ?? null);
    });
    void offerUpdate(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const next = registration?.installing;
      next?.addEventListener("statechange", () => {
        if (next.state === "installed" && navigator.serviceWorker.controller) void offerUpdate(next);
      });
    });
    const { active } = await navigator.serviceWorker.ready;
    void offerUpdate(active);
    await storeUsed();
  }

  /** What could not be used may have been stored damaged: the next try fetches it anew. @param {Download} stage */
  async function forget(stage) {
    if (!("caches" in globalThis)) return;
    const urls = FILES[stage](store.state.cards[0]);
    for (const name of (await caches.keys()).filter((cache) => cache.startsWith(OUR_CACHES))) {
      const cache = await caches.open(name);
      await Promise.all(urls.map((url) => cache.delete(url)));
    }
  }

  /** Offers to reload if that worker keeps another version than this page. @param {ServiceWorker | null} worker */
  async function offerUpdate(worker) {
    if (!worker || (await ask(worker, { type: "version" })) === VERSION) return;
    if (store.state.notices.some(({ actions }) => actions.some(({ name }) => name === "update"))) return;
    store.dispatch({ type: "noticed", tone: "info", text: () => TEXTS.offline.newVersion, actions: [{ label: () => TEXTS.offline.update, name: "update" }] });
  }

  /** Has everything kept that this visit used, and says so when training needs no network any more. */
  async function storeUsed() {
    const worker = registration?.active;
    if (!worker) return;
    const { stages, cards } = store.state;
    const done = /** @type {Download[]} */ (Object.keys(FILES)).filter((stage) => stages[stage].state === "done");
    const urls = done.flatMap((stage) => FILES[stage](cards[0])).map(({ href }) => href);
    if ((await ask(worker, { type: "store", urls })) && stages.train.state === "done") line.replaceChildren(make("span", { "data-text": "offline.ready" }));
  }

  return {
    async update() {
      if (!(await keeping.keepNow())) {
        store.dispatch({ type: "noticed", tone: "error", text: () => TEXTS.offline.notUpdated });
        return;
      }
      updating = true;
      const waiting = registration?.waiting;
      if (waiting) waiting.postMessage({ type: "update" });
      else location.reload();
    },
  };
}

/**
 * Marks this page's version as in use for as long as the page is open: what is kept of it is not deleted meanwhile, though another
 * tab may have been updated.
 */
function holdVersion() {
  if (!VERSION || !navigator.locks) return;
  const open = new Promise(() => {});
  // Where locks are refused, nothing is kept that could be deleted.
  navigator.locks.request(`vae-lab ${SITE.href} page ${VERSION}`, { mode: "shared" }, () => open).catch(() => {});
}

/**
 * What the service worker answers.
 *
 * @param {ServiceWorker} worker
 * @param {{ type: "version" } | { type: "store", urls: string[] }} message
 * @returns {Promise<unknown>}
 */
function ask(worker, message) {
  const channel = new MessageChannel();
  const answer = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
  worker.postMessage(message, [channel.port2]);
  return answer;
}
