/**
 * The page without a network: a service worker keeps what a visit used. It is asked for only when the first load is over, and
 * a new version of the site is offered, never forced.
 */

import { find } from "../lib/find.js";
import { bestBuild, moduleFile } from "../lib/instructions.js";
import { TEXTS } from "../texts.js";

/** The files behind each stage of the status line. @type {Record<import("../protocol.js").Download, (id: string) => string[]>} */
const FILES = {
  model: () => [`pkg/${moduleFile(bestBuild())}`],
  weights: (id) => ["models/index.json", ...(id ? [`models/${id}.json`, `models/${id}.safetensors`] : [])],
  test: () => ["data/t10k-images-idx3-ubyte.gz", "data/t10k-labels-idx1-ubyte.gz"],
  train: () => ["data/train-images-idx3-ubyte.gz", "data/train-labels-idx1-ubyte.gz"],
};

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {{ keepNow: () => Promise<boolean> }} others.keeping
 */
export function createOffline({ store }, { keeping }) {
  const line = find(document.body, "#offline", HTMLElement);
  /** @type {ServiceWorkerRegistration | null} */
  let registration = null;
  let asked = false;
  let updating = false;

  store.subscribe((state, event) => {
    if (event.type === "stageFailed") void forget(event.stage);
    if (event.type !== "stageDone") return;
    const { model, test } = state.stages;
    if (model.state === "done" && test.state === "done") void (asked ? storeUsed() : begin());
  });

  async function begin() {
    asked = true;
    if (!("serviceWorker" in navigator)) return;
    try {
      registration = (await navigator.serviceWorker.register("./service-worker.js", { updateViaCache: "none" })) ?? null;
    } catch (error) {
      // A browser that refuses, in a private window for instance, works as ever with the network.
      console.info(`The page is not kept for offline use: ${error instanceof Error ? error.message : error}`);
    }
    if (!registration) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (updating) location.reload();
    });
    offerUpdate(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const next = registration?.installing;
      next?.addEventListener("statechange", () => {
        if (next.state === "installed" && navigator.serviceWorker.controller) offerUpdate(next);
      });
    });
    await navigator.serviceWorker.ready;
    await storeUsed();
  }

  /** What could not be used may have been stored damaged: the next try fetches it anew. @param {import("../protocol.js").Download} stage */
  async function forget(stage) {
    if (!("caches" in globalThis)) return;
    const urls = FILES[stage](store.state.cards[0]?.id ?? "").map((file) => new URL(file, document.baseURI).href);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      await Promise.all(urls.map((url) => cache.delete(url)));
    }
  }

  /** @param {ServiceWorker | null} waiting */
  function offerUpdate(waiting) {
    if (waiting) store.dispatch({ type: "noticed", tone: "info", text: TEXTS.offline.newVersion, actions: [{ label: TEXTS.offline.update, name: "update" }] });
  }

  /** Has everything kept that this visit used, and says so when training needs no network any more. */
  async function storeUsed() {
    const worker = registration?.active;
    if (!worker) return;
    const { stages, cards } = store.state;
    const done = /** @type {import("../protocol.js").Download[]} */ (Object.keys(FILES)).filter((stage) => stages[stage].state === "done");
    const urls = done.flatMap((stage) => FILES[stage](cards[0]?.id ?? "")).map((file) => new URL(file, document.baseURI).href);
    const channel = new MessageChannel();
    const stored = new Promise((resolve) => (channel.port1.onmessage = ({ data }) => resolve(data)));
    worker.postMessage({ type: "store", urls }, [channel.port2]);
    if ((await stored) && stages.train.state === "done") line.textContent = TEXTS.offline.ready;
  }

  return {
    async update() {
      if (!(await keeping.keepNow())) {
        store.dispatch({ type: "noticed", tone: "error", text: TEXTS.offline.notUpdated });
        return;
      }
      updating = true;
      const waiting = registration?.waiting;
      if (waiting) waiting.postMessage({ type: "update" });
      else location.reload();
    },
  };
}
